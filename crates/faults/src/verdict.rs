//! The verdict of each kind of fault at the point where the twin asks. The number in a verdict is the fault's
//! place in the plan.

use linetwin_base::{SimSpan, SimTime};
use linetwin_symbol::Flaw;

use super::kinds::Fault;

/// The verdict of a fault, each for one point.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// A product is printed on.
    Print(PrintVerdict),
    /// A camera is triggered.
    Read(ReadVerdict),
    /// A product stands before a gate: it fires.
    FireGate,
    /// A gate is commanded to fire: it does not move.
    HoldGate,
    /// A product falls past a confirm sensor: it sees nothing.
    BlindSensor,
    /// A product comes onto a belt: a person interferes.
    Manual(ManualVerdict),
    /// A product comes onto a belt: it is pushed up to the one before.
    Touch,
    /// An encoder is read: it counts this share of the way too much.
    Slip(f64),
    /// A child is put into its layer.
    Place(PlaceVerdict),
    /// A layer is read: one code is taken for another; the number decides which.
    Misread(u64),
    /// A label is applied.
    Label(LabelVerdict),
    /// A message goes onto the link.
    Message(LinkVerdict),
    /// A message takes so much longer.
    Slow(SimSpan),
    /// A line requests numbers: it gets none.
    Withhold,
    /// The controller loses power.
    PowerCut,
    /// The ledger's process is killed.
    Kill,
    /// The ledger's disk is full.
    FillDisk,
    /// A person starts another order.
    StartWrongBatch,
    /// The controller's clock is set forward by so many nanoseconds.
    SetClock(i64),
}

impl Fault {
    /// The verdict when it hits, being at this place in the plan; `how` is drawn each time.
    pub(super) fn verdict(&self, fault: u16, how: u64) -> Verdict {
        match self {
            Self::Misprint { defect, .. } => {
                Verdict::Print(PrintVerdict::Misprint(fault, Flaw { defect: *defect, place: how }))
            }
            Self::MissingPrint { .. } => Verdict::Print(PrintVerdict::Missing(fault)),
            Self::SerialPrintedTwice { .. } => Verdict::Print(PrintVerdict::Repeated(fault)),
            Self::WrongText { .. } => Verdict::Print(PrintVerdict::WrongText(fault, how)),
            Self::BufferReplayed { jobs, .. } => Verdict::Print(PrintVerdict::Replay(fault, *jobs)),
            Self::InkOut { .. } => Verdict::Print(PrintVerdict::NoInk(fault)),
            Self::StaleLayout { .. } => Verdict::Print(PrintVerdict::Stale(fault)),
            Self::DuplicateRead { .. } => Verdict::Read(ReadVerdict::Twice(fault)),
            Self::NoRead { .. } => Verdict::Read(ReadVerdict::NoRead(fault)),
            Self::LateResult { delay, .. } => Verdict::Read(ReadVerdict::Late(fault, *delay)),
            Self::CameraOffline { .. } => Verdict::Read(ReadVerdict::Offline(fault)),
            Self::FrozenImage { .. } => Verdict::Read(ReadVerdict::Frozen(fault)),
            Self::GoodUnitEjected { .. } => Verdict::FireGate,
            Self::GateFailsToFire { .. } => Verdict::HoldGate,
            Self::ConfirmSensorStuck { .. } => Verdict::BlindSensor,
            Self::ProductsTouch { .. } => Verdict::Touch,
            Self::EncoderSlip { share, .. } => Verdict::Slip(*share),
            Self::UnitRemoved { .. } => Verdict::Manual(ManualVerdict::Remove(fault, how)),
            Self::UnitInserted { .. } => {
                let what = if how % 2 == 1 { Inserted::Bare } else { Inserted::Copy };
                Verdict::Manual(ManualVerdict::Insert(fault, what))
            }
            Self::UnitsSwapped { .. } => Verdict::Manual(ManualVerdict::Swap(fault, how)),
            Self::AlienInserted { .. } => {
                Verdict::Manual(ManualVerdict::Insert(fault, Inserted::Alien(how)))
            }
            Self::PackedInserted { .. } => {
                Verdict::Manual(ManualVerdict::Insert(fault, Inserted::Packed))
            }
            Self::LayerShort { .. } => Verdict::Place(PlaceVerdict::Dropped(fault)),
            Self::LayerOver { .. } => Verdict::Place(PlaceVerdict::Doubled(fault)),
            Self::LayerMisread { .. } => Verdict::Misread(how),
            Self::LabelMissing { .. } => Verdict::Label(LabelVerdict::Missing(fault)),
            Self::LabelRepeated { .. } => Verdict::Label(LabelVerdict::Repeated(fault)),
            Self::MessageLost { .. } => Verdict::Message(LinkVerdict::Lost(fault)),
            Self::MessageRepeated { .. } => Verdict::Message(LinkVerdict::Repeated(fault)),
            Self::MessageOvertaken { delay, .. } => {
                Verdict::Message(LinkVerdict::Overtaken(fault, *delay))
            }
            Self::LinkOutage { .. } => Verdict::Message(LinkVerdict::Down(fault)),
            Self::LinkSlow { delay, .. } => Verdict::Slow(*delay),
            Self::NumbersWithheld { .. } => Verdict::Withhold,
            Self::ControllerPowerCut { .. } => Verdict::PowerCut,
            Self::LedgerKilled { .. } => Verdict::Kill,
            Self::DiskFull { .. } => Verdict::FillDisk,
            Self::WrongBatchStarted { .. } => Verdict::StartWrongBatch,
            Self::ClockStep { offset_s, .. } => Verdict::SetClock((offset_s * 1e9) as i64),
            // A plan has them written out already.
            Self::Recurring { fault: first, .. } => first.verdict(fault, how),
        }
    }
}

/// What happens to a print.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum PrintVerdict {
    /// As it should.
    Sound,
    /// This fault of the plan spoils the symbol in this way.
    Misprint(u16, Flaw),
    /// This fault of the plan leaves the product bare.
    Missing(u16),
    /// This fault of the plan repeats the code before.
    Repeated(u16),
    /// There is no ink through this fault of the plan.
    NoInk(u16),
    /// This fault of the plan changes a character of the serial number; the number decides which.
    WrongText(u16, u64),
    /// This fault of the plan changes the end of the content.
    Stale(u16),
    /// This fault of the plan prints so many earlier jobs again, this product's first.
    Replay(u16, u32),
}

/// What happens to the label of a container.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum LabelVerdict {
    /// As it should.
    Sound,
    /// This fault of the plan leaves the container without one.
    Missing(u16),
    /// This fault of the plan repeats the label before.
    Repeated(u16),
}

/// What happens to a camera's trigger.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ReadVerdict {
    /// As it should.
    Sound,
    /// This fault of the plan makes the camera blind for this product.
    NoRead(u16),
    /// This fault of the plan triggers the camera twice.
    Twice(u16),
    /// The camera gives no result through this fault of the plan.
    Offline(u16),
    /// This fault of the plan gives the last result again.
    Frozen(u16),
    /// The result comes so much later through this fault of the plan.
    Late(u16, SimSpan),
}

/// What a person does to products on a belt.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ManualVerdict {
    /// Nothing.
    None,
    /// This fault of the plan takes one off; the number decides which.
    Remove(u16, u64),
    /// This fault of the plan puts one on.
    Insert(u16, Inserted),
    /// This fault of the plan swaps two; the number decides which.
    Swap(u16, u64),
}

/// What a person puts onto a belt.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// A product without a code.
    Bare,
    /// One with a copy of a code that is on the belt.
    Copy,
    /// One of another lot; the number makes its serial number.
    Alien(u64),
    /// One with a copy of a code that left the belt long ago.
    Packed,
}

/// What happens to a child that is put into its layer.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum PlaceVerdict {
    /// As it should.
    Sound,
    /// It is not there, through this fault of the plan.
    Dropped(u16),
    /// It is there uncounted, through this fault of the plan: one more will come.
    Doubled(u16),
}

/// What happens to a message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum LinkVerdict {
    /// Carried.
    Carried,
    /// The link is down through this fault of the plan.
    Down(u16),
    /// Lost through this fault of the plan.
    Lost(u16),
    /// Arrives twice through this fault of the plan.
    Repeated(u16),
    /// Arrives so much later than it would, behind others, through this fault of the plan.
    Overtaken(u16, SimSpan),
}

/// From when to when a fault of the plan lasts.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct FaultPeriod {
    /// Its place in the plan.
    pub fault: u16,
    /// When it begins.
    pub begin: SimTime,
    /// When it is over.
    pub end: SimTime,
}

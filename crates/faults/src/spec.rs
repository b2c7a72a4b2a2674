//! How a fault is written in a scenario file.

use serde::{Deserialize, Serialize};

use linetwin_base::{Distribution, SimSpan};
use linetwin_symbol::Defect;

/// When a fault hits, counted in products, in messages, or by the clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rate {
    /// Each one with this probability, in thousandths.
    PerThousand(f64),
    /// Every n-th one.
    Units(u32),
    /// The n-th one, and no other.
    Once(u32),
    /// These, counted from 1, and no others.
    Exactly(Vec<u32>),
    /// So many in a row, again and again.
    Burst {
        /// One burst in so many.
        every: u32,
        /// Length of a burst.
        length: u32,
    },
    /// The first one after this moment, and no other.
    At(SimSpan),
    /// The first one after each of the moments that lie so many seconds apart.
    Between(Distribution),
}

/// One line of a fault plan. `at` names a machine of the twin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Fault {
    /// The printed symbol has a defect.
    Misprint {
        /// A printer.
        at: String,
        /// How often.
        every: Rate,
        /// What is wrong with it.
        defect: Defect,
    },
    /// Nothing comes onto the product although the printer reports it.
    MissingPrint {
        /// A printer.
        at: String,
        /// How often.
        every: Rate,
    },
    /// The printer repeats the code of the product before.
    SerialPrintedTwice {
        /// A printer.
        at: String,
        /// How often.
        every: Rate,
    },
    /// The ink is used up: nothing comes onto the products, and the printer does not notice.
    InkOut {
        /// A printer.
        at: String,
        /// Since when.
        from: SimSpan,
        /// Until somebody refills it.
        lasts: SimSpan,
    },
    /// One character of the serial number is printed wrong.
    WrongText {
        /// A printer.
        at: String,
        /// How often.
        every: Rate,
    },
    /// The printer uses the layout of another order: the end of the content is wrong.
    StaleLayout {
        /// A printer.
        at: String,
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// The printer prints the last jobs of its buffer once more, in their order.
    BufferReplayed {
        /// A printer.
        at: String,
        /// How often.
        every: Rate,
        /// So many jobs.
        jobs: u32,
    },
    /// The camera gives no results for a while.
    CameraOffline {
        /// A camera.
        at: String,
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// The camera gives its last result again and again for a while.
    FrozenImage {
        /// A camera.
        at: String,
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// A result comes so much later than it would.
    LateResult {
        /// A camera.
        at: String,
        /// How often.
        every: Rate,
        /// So much later.
        by: SimSpan,
    },
    /// The reject gate fires although nobody told it to.
    GoodUnitEjected {
        /// A reject gate.
        at: String,
        /// How often.
        every: Rate,
    },
    /// The labeller reports a label as applied and none is on the container.
    LabelMissing {
        /// A machine that labels.
        at: String,
        /// How often.
        every: Rate,
    },
    /// The labeller applies the label of the container before once more.
    LabelRepeated {
        /// A machine that labels.
        at: String,
        /// How often.
        every: Rate,
    },
    /// The layer camera takes one code for another: that of its neighbour, or one that nobody printed.
    LayerMisread {
        /// A packing machine.
        at: String,
        /// How often, counted in layers.
        every: Rate,
    },
    /// The camera is triggered twice by one product.
    DuplicateRead {
        /// A camera.
        at: String,
        /// How often.
        every: Rate,
    },
    /// The camera reads nothing on a good symbol.
    NoRead {
        /// A camera.
        at: String,
        /// How often.
        every: Rate,
    },
    /// Somebody takes a product off a belt without a word.
    UnitRemoved {
        /// A belt.
        at: String,
        /// How often.
        every: Rate,
    },
    /// Somebody puts a product onto the beginning of a belt: half of them bare, half with a copy of a
    /// code that is on the belt.
    UnitInserted {
        /// A belt.
        at: String,
        /// How often.
        every: Rate,
    },
    /// Somebody puts a pack of another lot onto the beginning of a belt.
    AlienInserted {
        /// A belt.
        at: String,
        /// How often.
        every: Rate,
    },
    /// Somebody puts a product onto the beginning of a belt that carries the code of one which left
    /// the belt long ago.
    PackedInserted {
        /// A belt.
        at: String,
        /// How often.
        every: Rate,
    },
    /// A product falls beside its place in the layer, or somebody takes it out before it is read.
    LayerShort {
        /// A machine that packs units.
        at: String,
        /// How often.
        every: Rate,
    },
    /// Two products are put where one belongs: the layer holds one too many.
    LayerOver {
        /// A machine that packs units.
        at: String,
        /// How often.
        every: Rate,
    },
    /// Two neighbours on a belt change places.
    UnitsSwapped {
        /// A belt.
        at: String,
        /// How often.
        every: Rate,
    },
    /// The encoder of a belt counts more or less than the belt moves, for a while.
    EncoderSlip {
        /// A belt.
        at: String,
        /// So much of the way more, or less if it is below zero.
        share: f64,
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// The reject gate does not move for a while.
    GateFailsToFire {
        /// A reject gate.
        at: String,
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// The confirm sensor in the bin of a reject gate sees nothing fall for a while.
    ConfirmSensorStuck {
        /// A reject gate.
        at: String,
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// The line controller has no power for a while, or has not started yet. The cut comes at the
    /// worst moment from `from` on: right after the controller has noted what it was told, before
    /// anybody hears its answer.
    ControllerPowerCut {
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// The link between line and ledger is down for a while.
    LinkOutage {
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// Messages and answers take longer for a while.
    LinkSlow {
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
        /// So much longer, each way.
        by: SimSpan,
    },
    /// A message or an answer gets lost on the link.
    MessageLost {
        /// How often.
        every: Rate,
    },
    /// A message or an answer arrives twice.
    MessageRepeated {
        /// How often.
        every: Rate,
    },
    /// A message or an answer is overtaken by later ones.
    MessageOvertaken {
        /// How often.
        every: Rate,
        /// It comes so much later.
        by: SimSpan,
    },
    /// The ledger's process is killed at the worst moment from `from` on: right after it has made a
    /// command durable, before anybody hears its answer. It starts again from what is durable.
    LedgerKilled {
        /// Since when.
        from: SimSpan,
        /// Until it has started again.
        lasts: SimSpan,
    },
    /// The disk of the ledger is full for a while: what it cannot keep it does not answer. When there is
    /// space again it is started again from what it has kept.
    DiskFull {
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// Whoever gives out numbers gives none for a while: what a line asks for is refused.
    NumbersWithheld {
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// A product comes on so close behind another that no sensor sees a gap between them.
    ProductsTouch {
        /// A belt with devices.
        at: String,
        /// How often.
        every: Rate,
    },
    /// The clock of the line controller, by which it says when things happened, is set.
    ClockStep {
        /// When.
        at: SimSpan,
        /// Forward by so many seconds, or back by a number below zero.
        by_s: f64,
    },
    /// Somebody starts another order on the line: one that is released, but for another line.
    WrongBatchStarted {
        /// When.
        at: SimSpan,
    },
    /// The same fault again and again.
    Again {
        /// The first of them: one that lasts, or happens at a moment.
        fault: Box<Fault>,
        /// From the beginning of one to that of the next.
        between_s: Distribution,
        /// So many of them.
        times: u32,
    },
}

impl Fault {
    /// The machine named, if the fault has one.
    pub fn machine(&self) -> Option<&str> {
        match self {
            Self::Misprint { at, .. }
            | Self::MissingPrint { at, .. }
            | Self::SerialPrintedTwice { at, .. }
            | Self::DuplicateRead { at, .. }
            | Self::NoRead { at, .. }
            | Self::UnitRemoved { at, .. }
            | Self::UnitInserted { at, .. }
            | Self::UnitsSwapped { at, .. }
            | Self::AlienInserted { at, .. }
            | Self::PackedInserted { at, .. }
            | Self::LayerShort { at, .. }
            | Self::LayerOver { at, .. }
            | Self::GateFailsToFire { at, .. }
            | Self::ConfirmSensorStuck { at, .. }
            | Self::InkOut { at, .. }
            | Self::WrongText { at, .. }
            | Self::StaleLayout { at, .. }
            | Self::BufferReplayed { at, .. }
            | Self::CameraOffline { at, .. }
            | Self::FrozenImage { at, .. }
            | Self::LateResult { at, .. }
            | Self::GoodUnitEjected { at, .. }
            | Self::LabelMissing { at, .. }
            | Self::LabelRepeated { at, .. }
            | Self::LayerMisread { at, .. }
            | Self::ProductsTouch { at, .. }
            | Self::EncoderSlip { at, .. } => Some(at),
            Self::Again { fault, .. } => fault.machine(),
            Self::ControllerPowerCut { .. }
            | Self::LinkOutage { .. }
            | Self::LinkSlow { .. }
            | Self::MessageLost { .. }
            | Self::MessageRepeated { .. }
            | Self::MessageOvertaken { .. }
            | Self::LedgerKilled { .. }
            | Self::DiskFull { .. }
            | Self::NumbersWithheld { .. }
            | Self::WrongBatchStarted { .. }
            | Self::ClockStep { .. } => None,
        }
    }

    /// The kind's name as it is written.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Again { fault, .. } => fault.name(),
            Self::Misprint { .. } => "Misprint",
            Self::MissingPrint { .. } => "MissingPrint",
            Self::SerialPrintedTwice { .. } => "SerialPrintedTwice",
            Self::DuplicateRead { .. } => "DuplicateRead",
            Self::NoRead { .. } => "NoRead",
            Self::UnitRemoved { .. } => "UnitRemoved",
            Self::UnitInserted { .. } => "UnitInserted",
            Self::UnitsSwapped { .. } => "UnitsSwapped",
            Self::AlienInserted { .. } => "AlienInserted",
            Self::PackedInserted { .. } => "PackedInserted",
            Self::LayerShort { .. } => "LayerShort",
            Self::LayerOver { .. } => "LayerOver",
            Self::GateFailsToFire { .. } => "GateFailsToFire",
            Self::ConfirmSensorStuck { .. } => "ConfirmSensorStuck",
            Self::ControllerPowerCut { .. } => "ControllerPowerCut",
            Self::LinkOutage { .. } => "LinkOutage",
            Self::LinkSlow { .. } => "LinkSlow",
            Self::MessageLost { .. } => "MessageLost",
            Self::MessageRepeated { .. } => "MessageRepeated",
            Self::MessageOvertaken { .. } => "MessageOvertaken",
            Self::LedgerKilled { .. } => "LedgerKilled",
            Self::DiskFull { .. } => "DiskFull",
            Self::NumbersWithheld { .. } => "NumbersWithheld",
            Self::ProductsTouch { .. } => "ProductsTouch",
            Self::WrongBatchStarted { .. } => "WrongBatchStarted",
            Self::ClockStep { .. } => "ClockStep",
            Self::InkOut { .. } => "InkOut",
            Self::WrongText { .. } => "WrongText",
            Self::StaleLayout { .. } => "StaleLayout",
            Self::BufferReplayed { .. } => "BufferReplayed",
            Self::CameraOffline { .. } => "CameraOffline",
            Self::FrozenImage { .. } => "FrozenImage",
            Self::LateResult { .. } => "LateResult",
            Self::GoodUnitEjected { .. } => "GoodUnitEjected",
            Self::LabelMissing { .. } => "LabelMissing",
            Self::LabelRepeated { .. } => "LabelRepeated",
            Self::LayerMisread { .. } => "LayerMisread",
            Self::EncoderSlip { .. } => "EncoderSlip",
        }
    }

    /// How it goes.
    pub fn course(&self) -> Course {
        match self {
            Self::Misprint { every, .. }
            | Self::MissingPrint { every, .. }
            | Self::SerialPrintedTwice { every, .. }
            | Self::DuplicateRead { every, .. }
            | Self::NoRead { every, .. }
            | Self::UnitRemoved { every, .. }
            | Self::UnitInserted { every, .. }
            | Self::UnitsSwapped { every, .. }
            | Self::AlienInserted { every, .. }
            | Self::PackedInserted { every, .. }
            | Self::ProductsTouch { every, .. }
            | Self::LayerShort { every, .. }
            | Self::LayerOver { every, .. }
            | Self::MessageLost { every }
            | Self::MessageRepeated { every }
            | Self::MessageOvertaken { every, .. }
            | Self::WrongText { every, .. }
            | Self::BufferReplayed { every, .. }
            | Self::LateResult { every, .. }
            | Self::GoodUnitEjected { every, .. }
            | Self::LabelMissing { every, .. }
            | Self::LabelRepeated { every, .. }
            | Self::LayerMisread { every, .. } => Course::Hits(every.clone()),
            Self::GateFailsToFire { from, lasts, .. }
            | Self::ConfirmSensorStuck { from, lasts, .. }
            | Self::ControllerPowerCut { from, lasts }
            | Self::LinkOutage { from, lasts }
            | Self::LinkSlow { from, lasts, .. }
            | Self::LedgerKilled { from, lasts }
            | Self::DiskFull { from, lasts }
            | Self::NumbersWithheld { from, lasts }
            | Self::InkOut { from, lasts, .. }
            | Self::StaleLayout { from, lasts, .. }
            | Self::CameraOffline { from, lasts, .. }
            | Self::EncoderSlip { from, lasts, .. }
            | Self::FrozenImage { from, lasts, .. } => Course::Lasts { from: *from, lasts: *lasts },
            Self::ClockStep { at, .. } | Self::WrongBatchStarted { at } => Course::Once(*at),
            Self::Again { fault, .. } => fault.course(),
        }
    }
}

/// How a fault goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Course {
    /// It hits products, layers, labels or messages at this rate.
    Hits(Rate),
    /// It lasts.
    Lasts {
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// It happens at this moment.
    Once(SimSpan),
}

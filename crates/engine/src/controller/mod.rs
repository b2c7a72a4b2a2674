//! The line controller (L2): print -> verify -> reject or commission -> pack, for one order.
//!
//! It receives [`DeviceEvent`]s, answers with [`DeviceCommand`]s at once, and reports to the ledger through
//! an outbox that survives a lost link. A serial number is commissioned only when its product was read as
//! good *and* seen behind the reject gate; everything else is scrapped.
//!
//! Each input is written into its journal before it is acted on. Its state follows from its inputs alone, so
//! a power cut loses nothing that it had received. Products that were between two sensors are in doubt after
//! a cut, and rejected.

mod aggregating;
mod awaited;
mod coding;
mod ending;
mod input;
mod journal;
mod numbers;
mod outbox;
mod packing;
mod register;
mod restart;
mod rework;
mod state;
#[cfg(test)]
mod tests;
mod watchdog;

use linetwin_base::SimTime;

use super::ledger::OrderId;
use super::order::{LineLayout, Order};
use super::protocol::{Action, DeviceEvent, Reply};
use super::store::StoreError;

use journal::{decode, encode};
use state::LineState;

pub use input::{Answer, Input};
pub use journal::{BlockJournal, LineJournal, Recording, RetainedMemory};

/// Line logic: what runs the line. A trait so that another controller can be judged by the same twin, faults
/// and checks.
pub trait LineLogic: Send + Sync {
    /// The order begins.
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>);
    /// A device reports an event.
    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>);
    /// The ledger has replied.
    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>);
    /// The time of an [`Action::SetTimer`] has come.
    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>);
    /// Power is back after a cut. Belts stand; calls for an operator and requested wake-ups are lost; so is
    /// whatever was sent by or to the controller in between, and perhaps what it sent last.
    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>);
    /// Why the controller no longer works; none while it does. A run without a controller has no result.
    fn broken(&self) -> Option<&str> {
        None
    }
}

/// A new snapshot is made when the inputs since the last one take more bytes than it does, and more than
/// this.
const LEAST_INPUT_BYTES: usize = 1 << 16;

/// The line controller of one order: its state, and the journal that it can be made again from.
pub struct LineController {
    state: LineState,
    journal: Box<dyn LineJournal>,
    snapshot_bytes: usize,
    input_bytes: usize,
    buffer: Vec<u8>,
    /// Why nothing can be written any more; none while all is well.
    failed: Option<StoreError>,
}

impl LineController {
    /// A controller for one order on one line, with a journal in memory that outlives power cuts.
    ///
    /// # Panics
    /// When the line has no section that prints or no aggregation station.
    pub fn new(order_id: OrderId, order: Order, layout: LineLayout) -> Self {
        let journal = Box::new(RetainedMemory::default());
        Self::with_journal(order_id, order, layout, journal).expect("memory takes everything")
    }

    /// A controller with this journal, whose older content is dropped.
    ///
    /// # Errors
    /// The journal could not be begun.
    ///
    /// # Panics
    /// As [`Self::new`].
    pub fn with_journal(
        order_id: OrderId,
        order: Order,
        layout: LineLayout,
        journal: Box<dyn LineJournal>,
    ) -> Result<Self, StoreError> {
        Self::around(LineState::new(order_id, order, layout), journal)
    }

    /// The controller that a journal describes, as it was after the last input.
    ///
    /// # Errors
    /// The journal holds none, or cannot be read.
    pub fn recover(journal: Box<dyn LineJournal>) -> Result<Self, StoreError> {
        let nothing = || StoreError::Mismatch("the line's journal holds no controller".to_owned());
        let Recording { snapshot, inputs } = journal.read()?.ok_or_else(nothing)?;
        let mut state: LineState = decode(&snapshot)?;
        let mut sent_before = Vec::new();
        for input in &inputs {
            let (at, input) = decode(input)?;
            state.receive(at, input, &mut sent_before);
            sent_before.clear();
        }
        Self::around(state, journal)
    }

    fn around(state: LineState, journal: Box<dyn LineJournal>) -> Result<Self, StoreError> {
        let mut controller = Self {
            state,
            journal,
            snapshot_bytes: 0,
            input_bytes: 0,
            buffer: Vec::new(),
            failed: None,
        };
        controller.take_snapshot()?;
        Ok(controller)
    }

    /// Why the line stands for good: the journal failed.
    pub const fn failure(&self) -> Option<&StoreError> {
        self.failed.as_ref()
    }

    /// Its order, as the ledger numbers it, and its line.
    pub const fn task(&self) -> (OrderId, &Order, &LineLayout) {
        (self.state.order_id, &self.state.order, &self.state.layout)
    }

    /// The only way in. Each input goes first into the journal, then into the state: what was not written was
    /// not received.
    pub fn receive(&mut self, now: SimTime, input: Input, out: &mut Vec<Action>) {
        if input == Input::PowerBack {
            self.recover_in_place();
        }
        if self.failed.is_some() {
            return;
        }
        match self.write(now, &input) {
            Ok(()) => self.state.receive(now, input, out),
            Err(error) => {
                self.failed = Some(error);
                self.state.stop_belts(out);
            }
        }
    }

    fn write(&mut self, now: SimTime, input: &Input) -> Result<(), StoreError> {
        if self.input_bytes > self.snapshot_bytes.max(LEAST_INPUT_BYTES) {
            self.take_snapshot()?;
        }
        self.buffer = encode(&(now, input), std::mem::take(&mut self.buffer));
        self.input_bytes += self.buffer.len();
        self.journal.append(&self.buffer)
    }

    fn take_snapshot(&mut self) -> Result<(), StoreError> {
        let snapshot = encode(&self.state, Vec::new());
        (self.snapshot_bytes, self.input_bytes) = (snapshot.len(), 0);
        self.journal.begin(&snapshot)
    }
}

impl LineLogic for LineController {
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.receive(now, Input::Started, out);
    }

    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>) {
        self.receive(now, Input::Device(event), out);
    }

    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>) {
        self.receive(now, Input::Answered(Answer::of(&reply)), out);
    }

    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.receive(now, Input::TimerExpired, out);
    }

    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.receive(now, Input::PowerBack, out);
    }
}

impl LineController {
    /// After a power cut it is made again from its journal.
    fn recover_in_place(&mut self) {
        let journal = std::mem::replace(&mut self.journal, Box::new(RetainedMemory::default()));
        match Self::recover(journal) {
            Ok(again) => *self = again,
            Err(error) => self.failed = Some(error),
        }
    }
}

impl std::fmt::Debug for LineController {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LineController").field("state", &self.state).finish_non_exhaustive()
    }
}

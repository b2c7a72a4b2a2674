//! A line's EPCIS events on their way to their file: each is also replayed, and at the end the replay is
//! compared with the ledger.

use std::io::{self, Write};
use std::ops::ControlFlow;

use linetwin_engine::store::Journal;
use linetwin_engine::{Ledger, ObjectCode, OrderId, SerialState, Stop};
use linetwin_integrity::{EventReplay, ObjectState, StateSum};

/// Passes everything on to `to`, and each line to the replay.
#[derive(Debug)]
pub(super) struct Tee<W> {
    to: W,
    /// The line that is being written.
    line: Vec<u8>,
    pub(super) replay: EventReplay,
}

impl<W> Tee<W> {
    pub(super) fn new(to: W) -> Self {
        Self { to, line: Vec::new(), replay: EventReplay::default() }
    }
}

impl<W: Write> Write for Tee<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.to.write(bytes)?;
        let mut rest = &bytes[..taken];
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            if self.line.is_empty() {
                self.replay.line(&rest[..end]);
            } else {
                self.line.extend_from_slice(&rest[..end]);
                self.replay.line(&self.line);
                self.line.clear();
            }
            rest = &rest[end + 1..];
        }
        self.line.extend_from_slice(rest);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// The objects of an order, as the ledger has them.
///
/// # Errors
/// There is no such order, or the store could not be read.
pub(super) fn held(
    ledger: &mut Ledger,
    order: OrderId,
    name: impl Fn(&ObjectCode) -> String,
) -> Result<StateSum, Stop> {
    let mut sum = StateSum::default();
    let mut parent_name: Option<(ObjectCode, String)> = None;
    ledger.each_object(order, &mut |code, state, parent| {
        let state = match state {
            SerialState::Commissioned => ObjectState::Active,
            SerialState::Sampled => ObjectState::Sampled,
            SerialState::Inactive => ObjectState::Inactive,
            SerialState::Destroyed => ObjectState::Destroyed,
            SerialState::Released => ObjectState::Released,
            other => unreachable!("{other:?} was never an object"),
        };
        if let Some(parent) = parent
            && parent_name.as_ref().is_none_or(|(last, _)| last != parent)
        {
            parent_name = Some((*parent, name(parent)));
        }
        let parent = parent.and(parent_name.as_ref()).map(|(_, name)| name.as_str());
        sum.add(&name(code), state, parent);
    })?;
    Ok(sum)
}

/// What is wrong with the chain of an audit trail, if anything is.
pub(super) fn broken_chain(journal: &dyn Journal) -> Option<String> {
    let read = journal.read(&journal.start(), &mut |_, _| ControlFlow::Continue(()));
    read.err().map(|error| format!("the audit trail: {error}"))
}

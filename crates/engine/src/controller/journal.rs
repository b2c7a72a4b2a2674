//! What a line controller must not lose: a snapshot of its state and every input since. Stores bytes; never
//! interprets them.

use std::ops::ControlFlow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::store::{Journal, StoreError};

pub(super) fn encode(value: &impl Serialize, mut into: Vec<u8>) -> Vec<u8> {
    into.clear();
    postcard::to_extend(value, into).expect("memory takes everything that the controller holds")
}

pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    let unreadable = |error| StoreError::Mismatch(format!("the line's journal: {error}"));
    postcard::from_bytes(bytes).map_err(unreadable)
}

/// Where a line controller keeps its journal.
pub trait LineJournal: Send + Sync {
    /// Begins anew with a snapshot; what was there is no longer needed once this has returned.
    ///
    /// # Errors
    /// It could not be made durable; then nothing more may be written.
    fn begin(&mut self, snapshot: &[u8]) -> Result<(), StoreError>;

    /// Adds an input; it is durable when this returns.
    ///
    /// # Errors
    /// As [`Self::begin`].
    fn append(&mut self, input: &[u8]) -> Result<(), StoreError>;

    /// The last snapshot and what was added since; none if nothing was ever begun.
    ///
    /// # Errors
    /// It could not be read, or is not what was written.
    fn read(&self) -> Result<Option<Recording>, StoreError>;
}

/// What a journal holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// The last snapshot.
    pub snapshot: Vec<u8>,
    /// Inputs since, oldest first.
    pub inputs: Vec<Vec<u8>>,
}

/// Memory that keeps its content without power, as controllers have it.
#[derive(Clone, Debug, Default)]
pub struct RetainedMemory {
    snapshot: Option<Vec<u8>>,
    /// Inputs one behind the other, and where each ends.
    inputs: Vec<u8>,
    ends: Vec<usize>,
}

impl LineJournal for RetainedMemory {
    fn begin(&mut self, snapshot: &[u8]) -> Result<(), StoreError> {
        self.snapshot = Some(snapshot.to_vec());
        self.inputs.clear();
        self.ends.clear();
        Ok(())
    }

    fn append(&mut self, input: &[u8]) -> Result<(), StoreError> {
        self.inputs.extend_from_slice(input);
        self.ends.push(self.inputs.len());
        Ok(())
    }

    fn read(&self) -> Result<Option<Recording>, StoreError> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        let inputs = begins.zip(&self.ends).map(|(begin, end)| self.inputs[begin..*end].to_vec());
        let snapshot = self.snapshot.clone();
        Ok(snapshot.map(|snapshot| Recording { snapshot, inputs: inputs.collect() }))
    }
}

/// A journal of blocks. It keeps all inputs of an order, chained by hash: what the controller recovers from,
/// and a record of what the devices reported.
pub struct BlockJournal(Box<dyn Journal>);

/// First byte of a block.
const SNAPSHOT: u8 = 0;
const INPUT: u8 = 1;

impl BlockJournal {
    /// Around a journal that belongs to this controller alone.
    pub fn new(journal: Box<dyn Journal>) -> Self {
        Self(journal)
    }

    fn add(&mut self, kind: u8, bytes: &[u8]) -> Result<(), StoreError> {
        let mut block = Vec::with_capacity(1 + bytes.len());
        block.push(kind);
        block.extend_from_slice(bytes);
        self.0.append(&block).map(|_| ())
    }
}

impl LineJournal for BlockJournal {
    fn begin(&mut self, snapshot: &[u8]) -> Result<(), StoreError> {
        self.add(SNAPSHOT, snapshot)
    }

    fn append(&mut self, input: &[u8]) -> Result<(), StoreError> {
        self.add(INPUT, input)
    }

    fn read(&self) -> Result<Option<Recording>, StoreError> {
        let mut found: Option<Recording> = None;
        let mut strange = None;
        self.0.read(&self.0.start(), &mut |at, block| {
            match (block.split_first(), &mut found) {
                (Some((&SNAPSHOT, bytes)), _) => {
                    found = Some(Recording { snapshot: bytes.to_vec(), inputs: Vec::new() });
                }
                (Some((&INPUT, bytes)), Some(found)) => found.inputs.push(bytes.to_vec()),
                _ => {
                    strange = Some(at.blocks);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        match strange {
            Some(number) => {
                let what = format!("block {number} of the line's journal is none of a controller");
                Err(StoreError::Mismatch(what))
            }
            None => Ok(found),
        }
    }
}

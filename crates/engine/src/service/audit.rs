//! Reading an audit trail: every command with its sender, its person and its outcome, with codes
//! instead of keys, and a check that no message of any sender is missing.

use std::sync::Arc;

use linetwin_base::SimTime;

use crate::ledger::{LedgerEvent, LedgerSettings, Refusal, SpaceNames};
use crate::store::StoreError;

use super::block::{Block, Entry};

/// One command of an audit trail, as people read it.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRecord {
    /// The block that it stands in, from 0.
    pub block: u64,
    /// The system that sent it.
    pub sender: Arc<str>,
    /// Its number there.
    pub sequence: u64,
    /// When it happened.
    pub happened: SimTime,
    /// The person behind it, where there was one.
    pub by: Option<Arc<str>>,
    /// Why, in that person's words.
    pub why: Option<Arc<str>>,
    /// What came of it.
    pub outcome: Result<Vec<LedgerEvent>, Refusal>,
}

/// Reads the blocks of a journal in their order.
#[derive(Debug)]
pub struct AuditReader {
    names: SpaceNames,
    /// Each sender with the number of its last message.
    senders: Vec<(Arc<str>, u64)>,
}

impl AuditReader {
    /// A reader before the first block.
    pub fn new(settings: &LedgerSettings) -> Self {
        Self { names: SpaceNames::new(settings), senders: Vec::new() }
    }

    /// The commands of the next block.
    ///
    /// # Errors
    /// The bytes are no block, or a message is missing.
    pub fn block(&mut self, number: u64, bytes: &[u8]) -> Result<Vec<AuditRecord>, StoreError> {
        let broken = |reason: String| StoreError::Broken { block: number, reason };
        let block = Block::decode(bytes).map_err(|error| broken(error.to_string()))?;
        self.senders.extend(block.new_senders.into_iter().map(|name| (name, 0)));
        let records = block.entries.into_iter().map(|entry| {
            let Entry { sender, sequence, happened, by, why, outcome } = entry;
            let known = self.senders.get_mut(usize::from(sender.0));
            let (name, last) = known.ok_or_else(|| broken("a sender without a name".to_owned()))?;
            if sequence != *last + 1 {
                return Err(broken(format!(
                    "message {sequence} of {name} follows message {last}: some are missing"
                )));
            }
            *last = sequence;
            let sender = Arc::clone(name);
            let outcome = match outcome {
                Ok(events) => {
                    let named = events.iter().map(|event| self.names.name(event));
                    let named: Option<Vec<LedgerEvent>> = named.collect();
                    Ok(named.ok_or_else(|| broken("a number that was never made".to_owned()))?)
                }
                Err(refusal) => Err(refusal),
            };
            Ok(AuditRecord { block: number, sender, sequence, happened, by, why, outcome })
        });
        records.collect()
    }
}

//! What one group commit writes into the journal: for each command its sender, when, why, and its outcome.
//! This is the audit trail; the ledger's state is made from it and from nothing else.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use linetwin_base::SimTime;

use crate::ledger::{LedgerEvent, ObjectKey, Refusal};

use super::SenderId;

/// What came of a command, with objects named as inside the ledger.
pub type KeyedOutcome = Result<Vec<LedgerEvent<ObjectKey>>, Refusal>;

/// One command of the audit trail.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The system that sent it.
    pub sender: SenderId,
    /// Its number there.
    pub sequence: u64,
    /// When it happened.
    pub happened: SimTime,
    /// The person behind it, where there was one.
    pub by: Option<Arc<str>>,
    /// Why, in that person's words.
    pub why: Option<Arc<str>>,
    /// What came of it.
    pub outcome: KeyedOutcome,
}

/// All commands of one group commit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Names of senders whose first message this is; their ids go on counting.
    pub new_senders: Vec<Arc<str>>,
    /// The commands in the order in which they were decided.
    pub entries: Vec<Entry>,
}

/// An entry as it is written. Its time counts from that of the entry before it, so that it is short; fields
/// that are rarely there share a byte.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    sender: SenderId,
    sequence: u64,
    since_last_ns: i64,
    #[serde(borrow)]
    person: Option<(Option<&'a str>, Option<&'a str>)>,
    outcome: KeyedOutcome,
}

/// Why bytes are no block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {entry} cannot be read: {reason}")]
pub struct BlockError {
    /// Place of the entry in the block, from 0.
    pub entry: usize,
    /// What is wrong.
    pub reason: String,
}

impl Block {
    /// The bytes for the journal.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + 48 * self.entries.len());
        let names: Vec<&str> = self.new_senders.iter().map(|name| &**name).collect();
        out = append(&(names, self.entries.len()), out);
        let mut last = 0;
        for entry in &self.entries {
            let happened = entry.happened.as_nanos() as i64;
            let person = (entry.by.as_deref(), entry.why.as_deref());
            // The outcome is written by reference; only reading makes one.
            out = append(
                &(
                    entry.sender,
                    entry.sequence,
                    happened.wrapping_sub(last),
                    Some(person).filter(|person| *person != (None, None)),
                    &entry.outcome,
                ),
                out,
            );
            last = happened;
        }
        out
    }

    /// The block again.
    ///
    /// # Errors
    /// Bytes that no block was written as; with a whole hash chain that is another format.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockError> {
        let fault =
            |entry, reason: postcard::Error| BlockError { entry, reason: reason.to_string() };
        type Start<'a> = (Vec<&'a str>, usize);
        let ((names, count), mut rest): (Start<'_>, _) =
            postcard::take_from_bytes(bytes).map_err(|reason| fault(0, reason))?;
        let mut entries = Vec::new();
        let mut last = 0i64;
        for entry in 0..count {
            let (written, after): (Written<'_>, _) =
                postcard::take_from_bytes(rest).map_err(|reason| fault(entry, reason))?;
            rest = after;
            last = last.wrapping_add(written.since_last_ns);
            let (by, why) = written.person.unwrap_or_default();
            entries.push(Entry {
                sender: written.sender,
                sequence: written.sequence,
                happened: SimTime::from_nanos(last as u64),
                by: by.map(Arc::from),
                why: why.map(Arc::from),
                outcome: written.outcome,
            });
        }
        if !rest.is_empty() {
            let reason = format!("{} bytes follow", rest.len());
            return Err(BlockError { entry: count, reason });
        }
        Ok(Self { new_senders: names.into_iter().map(Arc::from).collect(), entries })
    }
}

fn append<V: Serialize + ?Sized>(value: &V, out: Vec<u8>) -> Vec<u8> {
    postcard::to_extend(value, out).expect("a vector takes all")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::super::AuditReader;
    use super::*;
    use crate::LedgerSettings;
    use crate::ledger::{List, Operation, OrderId, SerialState, SpaceId};

    fn commissioned(counter: u64) -> KeyedOutcome {
        Ok(vec![LedgerEvent::StateChanged {
            operation: Operation::Commission,
            from: SerialState::Allocated,
            to: SerialState::Commissioned,
            order: Some(OrderId(1)),
            reason: None,
            objects: List(vec![ObjectKey::new(SpaceId(1), counter)]),
            contents: List::default(),
        }])
    }

    fn block(entries: u64) -> Block {
        let entry = |n: u64| Entry {
            sender: SenderId(0),
            sequence: 9_000_000 + n,
            happened: SimTime::from_nanos(1_000_000_000_000 + n * 150_000_000),
            by: (n == 3).then(|| Arc::from("Asha Rao")),
            why: None,
            outcome: if n == 5 { Err(Refusal::NamesNothing) } else { commissioned(5_000_000 + n) },
        };
        let new_senders = vec![Arc::from("line-1")];
        Block { new_senders, entries: (0..entries).map(entry).collect() }
    }

    #[test]
    fn a_block_is_read_as_it_was_written() {
        let block = block(20);
        assert_eq!(Block::decode(&block.encode()).unwrap(), block);
    }

    #[test]
    fn a_commissioning_takes_less_than_thirty_bytes() {
        let per_entry = block(256).encode().len() / 256;
        assert!(per_entry < 30, "{per_entry} bytes");
    }

    proptest! {
        /// A chain can be whole and still not be ours.
        #[test]
        fn any_bytes_are_read_or_refused(
            mut bytes in prop::collection::vec(any::<u8>(), 0..60),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        ) {
            let settings = LedgerSettings { master_key: [1; 32], epoch: Timestamp::UNIX_EPOCH };
            let _ = AuditReader::new(&settings).block(0, &bytes);
            bytes = block(20).encode();
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            let _ = AuditReader::new(&settings).block(0, &bytes);
        }
    }

    #[test]
    fn a_block_that_was_cut_off_names_the_entry() {
        let bytes = block(20).encode();
        for cut in 0..bytes.len() {
            assert!(Block::decode(&bytes[..cut]).is_err(), "{cut} bytes");
        }
        let mut longer = bytes;
        longer.push(0);
        assert_eq!(Block::decode(&longer).unwrap_err().entry, 20);
    }
}

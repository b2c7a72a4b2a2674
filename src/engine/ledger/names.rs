//! Names objects for somebody who reads the journal alone, without the tables that were made from it.

use super::LedgerSettings;
use super::event::LedgerEvent;
use super::imported::IssuedNumber;
use super::key::{ObjectKey, SpaceId};
use super::spaces::Spaces;
use crate::engine::store::{Batch, MemoryTables, Tables};

/// Follows the number spaces as the journal goes on. Numbers of outside issuers it keeps in memory, some
/// twenty bytes each.
#[derive(Debug)]
pub struct SpaceNames {
    spaces: Spaces,
    issued: MemoryTables,
}

impl SpaceNames {
    /// As before the first event.
    pub fn new(settings: &LedgerSettings) -> Self {
        Self { spaces: Spaces::new(settings.master_key), issued: MemoryTables::default() }
    }

    /// The event as everybody else names it; none if it names a number that was never made.
    pub fn name(&mut self, event: &LedgerEvent<ObjectKey>) -> Option<LedgerEvent> {
        match event {
            LedgerEvent::SpaceOpened { kind, .. } => self.spaces.open(kind.clone(), 0),
            LedgerEvent::NumbersMade { space, count } => {
                let room = self.room(*space).filter(|_| !self.spaces.is_issued(*space));
                room.filter(|room| count <= room)?;
                self.spaces.make(*space, *count);
            }
            LedgerEvent::NumbersImported { space, numbers, .. } => {
                let room = self.room(*space).filter(|_| self.spaces.is_issued(*space));
                room.filter(|room| numbers.len() as u64 <= *room)?;
                let bare = |number: &IssuedNumber| IssuedNumber { tail: None, ..number.clone() };
                let bare: Vec<IssuedNumber> = numbers.iter().map(bare).collect();
                self.spaces.learn(&self.issued, *space, &bare).ok()?;
                let mut batch = Batch::default();
                self.spaces.flush(&mut batch);
                self.issued.commit(&batch).ok()?;
            }
            _ => {}
        }
        let mut known = true;
        event.visit_keys(|key| {
            let next = self.spaces.next_id();
            known &= key.space() < next && key.counter() < self.spaces.made(key.space());
        });
        if !known {
            return None;
        }
        event.named(|key| self.spaces.code(&self.issued, key)).ok()
    }

    /// How many more numbers a space may have; none if there is no such space.
    fn room(&self, space: SpaceId) -> Option<u64> {
        let known = space.0 > 0 && space < self.spaces.next_id();
        known.then(|| self.spaces.left(space))
    }
}

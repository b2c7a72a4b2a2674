//! Names objects for a reader of the journal who has no tables.

use crate::store::{Batch, MemoryTables, Tables};

use super::LedgerSettings;
use super::event::LedgerEvent;
use super::imported::IssuedNumber;
use super::key::{ObjectKey, SpaceId};
use super::spaces::Spaces;

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

    /// The event with codes in place of keys; none if it names a number that was never made.
    pub fn name(&mut self, event: &LedgerEvent<ObjectKey>) -> Option<LedgerEvent> {
        match event {
            LedgerEvent::SpaceOpened { kind, .. } => self.spaces.open(kind.clone(), 0),
            LedgerEvent::NumbersMade { space, count } => {
                let left = self.numbers_left(*space).filter(|_| !self.spaces.is_issued(*space));
                left.filter(|left| count <= left)?;
                self.spaces.make(*space, *count);
            }
            LedgerEvent::NumbersImported { space, numbers, .. } => {
                let left = self.numbers_left(*space).filter(|_| self.spaces.is_issued(*space));
                left.filter(|left| numbers.len() as u64 <= *left)?;
                let bare =
                    |number: &IssuedNumber| IssuedNumber { crypto_code: None, ..number.clone() };
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
    fn numbers_left(&self, space: SpaceId) -> Option<u64> {
        let known = space.0 > 0 && space < self.spaces.next_id();
        known.then(|| self.spaces.left(space))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{List, Operation, SerialState, SpaceKind};
    use super::*;
    use crate::SerialRule;
    use linetwin_gs1::Gtin;

    const SPACE: SpaceId = SpaceId(1);

    /// Five numbers of one space were made.
    fn names() -> SpaceNames {
        let master_key = [1; 32];
        let epoch = "2026-11-02T06:00:00Z".parse().unwrap();
        let mut names = SpaceNames::new(&LedgerSettings { master_key, epoch });
        let gtin = Gtin::parse("06291041500213").unwrap();
        let kind = SpaceKind::Serials { gtin, rule: SerialRule::default() };
        assert!(names.name(&LedgerEvent::SpaceOpened { space: SPACE, kind }).is_some());
        assert!(names.name(&LedgerEvent::NumbersMade { space: SPACE, count: 5 }).is_some());
        names
    }

    fn moved(keys: &[(u16, u64)]) -> LedgerEvent<ObjectKey> {
        let keys = keys.iter().map(|(space, counter)| ObjectKey::new(SpaceId(*space), *counter));
        let (from, to) = (SerialState::Allocated, SerialState::Commissioned);
        let (operation, contents) = (Operation::Commission, List::default());
        let (order, reason, objects) = (None, None, List(keys.collect()));
        LedgerEvent::StateChanged { operation, from, to, order, reason, objects, contents }
    }

    #[test]
    fn an_event_about_a_number_that_was_never_made_has_no_name() {
        let mut names = names();
        assert!(names.name(&moved(&[(1, 0), (1, 4)])).is_some());
        assert_eq!(names.name(&moved(&[(1, 5)])), None, "five are counted from nought");
        assert_eq!(names.name(&moved(&[(2, 0)])), None, "there is no such space");
        assert_eq!(names.name(&moved(&[(3, 0)])), None);
        assert_eq!(names.name(&moved(&[(1, 5), (1, 4)])), None, "one that is known helps no other");
    }

    #[test]
    fn numbers_are_made_in_spaces_that_were_opened() {
        let mut names = names();
        for space in [0, 2, 3].map(SpaceId) {
            assert_eq!(names.name(&LedgerEvent::NumbersMade { space, count: 1 }), None);
        }
    }
}

//! Products on their way to a place where each is read again, in the order in which they should come. A read
//! code shows which product has arrived; a product that was taken out unread, or overtaken for too long, will
//! not arrive. Order is a hint, not a requirement: two products that swapped places are both right.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::super::ledger::ObjectCode;

/// A product counts as missing once so many later products have passed the place.
const MAX_OVERTAKEN: u32 = 64;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Coming {
    code: ObjectCode,
    /// Later products that have come before it.
    overtaken: u32,
}

/// See the module's first lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Awaited {
    coming: VecDeque<Coming>,
    /// Products taken out here that could not be read: so many codes will not come.
    unread: u32,
    /// Products that are known to be nowhere on the way: so many codes will not come.
    vanished: u32,
}

/// Codes of products that will not come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lost {
    /// Of products that were taken out unread.
    pub(super) unread: Vec<ObjectCode>,
    /// Of products that vanished on the way.
    pub(super) missing: Vec<ObjectCode>,
}

impl Awaited {
    /// A product with this code has set out.
    pub(super) fn expect(&mut self, code: ObjectCode) {
        self.coming.push_back(Coming { code, overtaken: 0 });
    }

    pub(super) fn awaits(&self, code: &ObjectCode) -> bool {
        self.coming.iter().any(|coming| coming.code == *code)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.coming.is_empty()
    }

    /// How many are still to come, as far as is known.
    pub(super) fn still_to_come(&self) -> u32 {
        (self.coming.len() as u32).saturating_sub(self.unread + self.vanished)
    }

    /// A product with this code is here; nothing happens if it is not awaited.
    pub(super) fn arrive(&mut self, code: &ObjectCode) {
        let Some(place) = self.coming.iter().position(|coming| coming.code == *code) else {
            return;
        };
        self.coming.remove(place);
        for before in self.coming.iter_mut().take(place) {
            before.overtaken += 1;
        }
    }

    /// A product was taken out here unread: its code is not known.
    pub(super) fn take_out_unread(&mut self) {
        self.unread += 1;
    }

    /// An operator has looked: of those awaited, no more than so many are there.
    pub(super) fn at_most(&mut self, there: u32) {
        self.vanished = (self.coming.len() as u32).saturating_sub(there);
        self.unread = 0;
    }

    /// An operator has looked: none is there.
    pub(super) fn none(&mut self) -> Lost {
        self.at_most(0);
        self.vanished = 0;
        Lost { unread: Vec::new(), missing: self.coming.drain(..).map(|it| it.code).collect() }
    }

    /// Codes that are now known not to come, each once.
    pub(super) fn settle(&mut self) -> Lost {
        let mut lost = Lost::default();
        while let Some(first) = self.coming.front() {
            let (code, overtaken) = (first.code, first.overtaken);
            let list = if overtaken > 0 && self.unread > 0 {
                self.unread -= 1;
                &mut lost.unread
            } else if overtaken > 0 && self.vanished > 0 {
                self.vanished -= 1;
                &mut lost.missing
            } else if overtaken > MAX_OVERTAKEN {
                &mut lost.missing
            } else {
                break;
            };
            list.push(code);
            self.coming.pop_front();
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linetwin_gs1::{Gtin, UnitCode};

    fn code(n: u32) -> ObjectCode {
        let gtin = Gtin::parse("06291041500213").unwrap();
        ObjectCode::Unit(UnitCode { gtin, serial: n.to_string().parse().unwrap() })
    }

    fn awaited(count: u32) -> Awaited {
        let mut awaited = Awaited::default();
        (0..count).for_each(|n| awaited.expect(code(n)));
        awaited
    }

    #[test]
    fn two_that_swapped_places_are_both_right() {
        let mut awaited = awaited(3);
        for n in [1, 0, 2] {
            assert!(awaited.awaits(&code(n)));
            awaited.arrive(&code(n));
            assert_eq!(awaited.settle(), Lost::default());
        }
        assert!(awaited.is_empty());
        assert!(!awaited.awaits(&code(1)), "no product comes twice");
    }

    #[test]
    fn the_code_of_one_taken_out_unread_follows_from_the_next_that_comes() {
        let mut awaited = awaited(4);
        awaited.arrive(&code(0));
        awaited.take_out_unread();
        assert_eq!(awaited.still_to_come(), 2);
        assert_eq!(awaited.settle(), Lost::default(), "it may be any of those behind");
        awaited.arrive(&code(2));
        assert_eq!(awaited.settle().unread, [code(1)]);
        assert_eq!(awaited.still_to_come(), 1);
    }

    #[test]
    fn one_that_is_overtaken_for_too_long_is_missing() {
        let mut awaited = awaited(MAX_OVERTAKEN + 2);
        for n in 1..=MAX_OVERTAKEN {
            awaited.arrive(&code(n));
            assert_eq!(awaited.settle(), Lost::default());
        }
        awaited.arrive(&code(MAX_OVERTAKEN + 1));
        assert_eq!(awaited.settle().missing, [code(0)]);
    }

    #[test]
    fn after_an_inspection_the_number_missing_is_known_before_the_codes() {
        let mut awaited = awaited(3);
        awaited.at_most(2);
        assert_eq!(awaited.still_to_come(), 2);
        awaited.expect(code(3));
        awaited.arrive(&code(0));
        awaited.arrive(&code(2));
        assert_eq!(awaited.settle().missing, [code(1)]);
        assert_eq!(awaited.none().missing, [code(3)]);
        assert_eq!(awaited.still_to_come(), 0);
    }

    #[test]
    fn no_more_are_missing_than_were_missed() {
        let mut awaited = awaited(4);
        awaited.at_most(3);
        assert_eq!(awaited.settle(), Lost::default(), "it may be any of them");
        awaited.arrive(&code(3));
        assert_eq!(awaited.settle().missing, [code(0)], "one of those that were overtaken");
        assert_eq!(awaited.settle(), Lost::default(), "and the others are there");
        assert_eq!(awaited.still_to_come(), 2);
    }
}

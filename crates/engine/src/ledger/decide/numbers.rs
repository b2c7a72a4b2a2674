//! Numbers on their way between enterprise, site and line: made or imported once, given once, returned
//! unused.

use std::collections::BTreeSet;

use linetwin_base::Level;
use linetwin_gs1::{Gtin, UnitCode};

use super::super::key::{LONGEST_LIST, List, Run, runs};
use super::super::{
    IssuedCode, IssuedNumber, Ledger, LedgerEvent, MOST_IMPORTED, ObjectCode, ObjectKey, Operation,
    OrderId, Refusal, SerialState, SpaceId, SpaceKind,
};
use super::Decision;

impl Ledger {
    pub(super) fn make_numbers(&mut self, gtin: Gtin, count: u32) -> Decision {
        let space = self.spaces.of_gtin(gtin).ok_or(Refusal::NoSpace(gtin))?;
        if self.spaces.is_issued(space) {
            return Err(Refusal::NumbersIssued(gtin).into());
        }
        let (_, event) = self.fresh(space, u64::from(count))?;
        Ok(vec![event])
    }

    /// All of the codes, or none: each is new, of this trade item, and signed if all are.
    pub(super) fn import_numbers(&mut self, gtin: Gtin, codes: &[IssuedCode]) -> Decision {
        let space = self.spaces.of_gtin(gtin).ok_or(Refusal::NoSpace(gtin))?;
        let crypto_codes = match self.spaces.kind(space) {
            SpaceKind::Issued { crypto_codes, .. } => *crypto_codes,
            SpaceKind::Serials { .. } | SpaceKind::Ssccs { .. } | SpaceKind::Containers { .. } => {
                return Err(Refusal::NumbersOwn(gtin).into());
            }
        };
        let asked = codes.len() as u64;
        if asked == 0 {
            return Err(Refusal::NamesNothing.into());
        }
        if codes.len() > MOST_IMPORTED {
            return Err(Refusal::TooMany(asked).into());
        }
        let left = self.spaces.left(space);
        if asked > left {
            return Err(Refusal::SpaceExhausted { asked, left }.into());
        }
        let mut named = BTreeSet::new();
        for &IssuedCode { unit, ref crypto_code } in codes {
            if unit.gtin != gtin {
                return Err(Refusal::OtherGtin { unit, expected: gtin }.into());
            }
            if crypto_code.is_some() != crypto_codes {
                return Err(Refusal::CryptoCode { unit, expected: crypto_codes }.into());
            }
            if !named.insert(unit.serial) {
                return Err(Refusal::NamedTwice(unit.into()).into());
            }
            if self.spaces.key(&*self.tables, &unit.into())?.is_some() {
                return Err(Refusal::Known(unit).into());
            }
        }
        let numbers = codes.iter().map(|code| {
            let (serial, crypto_code) = (code.unit.serial, code.crypto_code.clone());
            IssuedNumber { serial, crypto_code }
        });
        let numbers = numbers.collect();
        Ok(vec![LedgerEvent::NumbersImported { space, count: asked, numbers }])
    }

    /// Moves numbers between the enterprise's pool and the site's.
    pub(super) fn shift_pool(&mut self, gtin: Gtin, count: u32, operation: Operation) -> Decision {
        let space = self.spaces.of_gtin(gtin).ok_or(Refusal::NoSpace(gtin))?;
        at_once(u64::from(count))?;
        let pools = [SerialState::Unassigned, SerialState::Unallocated];
        let from = pools.into_iter().find(|pool| pool.after(operation).is_some());
        let from = from.expect("the operation is one between pools");
        let taken = self.ranges.first_of(space, from, u64::from(count));
        let available = taken.iter().map(|run| run.count).sum::<u64>();
        if available < u64::from(count) {
            return Err(Refusal::PoolExhausted { asked: u64::from(count), available }.into());
        }
        Ok(vec![moved(operation, from, None, &taken)])
    }

    pub(super) fn allocate_serials(&mut self, order: OrderId, count: u32) -> Decision {
        let gtin = self.order_for_numbers(order)?.order.product.gtin;
        let space = self.spaces.of_gtin(gtin).expect("opened with the order");
        self.allocate(space, order, u64::from(count))
    }

    pub(super) fn allocate_ssccs(&mut self, order: OrderId, count: u32) -> Decision {
        let record = self.order_for_numbers(order)?;
        let prefix = record.order.prefix().expect("checked with the order");
        let space = self.spaces.of_prefix(prefix).expect("opened with the order");
        self.allocate(space, order, u64::from(count))
    }

    pub(super) fn allocate_labels(&mut self, order: OrderId, level: Level, count: u32) -> Decision {
        let packaging = &self.order_for_numbers(order)?.order.packaging;
        let rule = packaging.iter().find(|rule| rule.level == level);
        match rule.ok_or(Refusal::NoLevel { order, level })?.identification_key.gtin() {
            None => self.allocate_ssccs(order, count),
            Some(gtin) => {
                let space = self.spaces.of_gtin(gtin).expect("opened with the order");
                self.allocate(space, order, u64::from(count))
            }
        }
    }

    /// From the site's pool first; what it lacks is made, and passes through both pools.
    fn allocate(&mut self, space: SpaceId, order: OrderId, count: u64) -> Decision {
        at_once(count)?;
        let (unassigned, unallocated) = (SerialState::Unassigned, SerialState::Unallocated);
        let mut taken = self.ranges.first_of(space, unallocated, count);
        let mut lacking = count - taken.iter().map(|run| run.count).sum::<u64>();
        let mut events = Vec::new();
        if lacking > 0 {
            let mut provided = self.ranges.first_of(space, unassigned, lacking);
            lacking -= provided.iter().map(|run| run.count).sum::<u64>();
            if lacking > 0 {
                if self.spaces.is_issued(space) {
                    let available = count - lacking;
                    return Err(Refusal::PoolExhausted { asked: count, available }.into());
                }
                let (run, event) = self.fresh(space, lacking)?;
                events.push(event);
                provided.push(run);
            }
            events.push(moved(Operation::RequestUnallocated, unassigned, None, &provided));
            taken.extend(provided);
        }
        events.push(moved(Operation::RequestAllocated, unallocated, Some(order), &taken));
        Ok(events)
    }

    fn fresh(&self, space: SpaceId, asked: u64) -> Result<(Run, LedgerEvent<ObjectKey>), Refusal> {
        if asked == 0 {
            return Err(Refusal::NamesNothing);
        }
        let left = self.spaces.left(space);
        if asked > left {
            return Err(Refusal::SpaceExhausted { asked, left });
        }
        let first = ObjectKey::new(space, self.spaces.made(space));
        let event = LedgerEvent::NumbersMade { space, count: asked };
        Ok((Run { first, count: asked }, event))
    }

    pub(super) fn return_serials(&mut self, units: &[UnitCode]) -> Decision {
        let codes: Vec<ObjectCode> = units.iter().map(|unit| (*unit).into()).collect();
        self.unused(&codes, Operation::ReturnAllocated)
    }

    pub(super) fn invalidate(&mut self, objects: &[ObjectCode]) -> Decision {
        self.unused(objects, Operation::Invalidate)
    }

    /// Numbers of which nothing was printed; one event for each state that they were in.
    fn unused(&mut self, codes: &[ObjectCode], operation: Operation) -> Decision {
        let keys = self.keys(codes)?;
        let mut groups: Vec<(SerialState, Option<OrderId>, Vec<ObjectKey>)> = Vec::new();
        for (key, code) in keys.into_iter().zip(codes) {
            let state = self.object(key)?.state;
            if state.after(operation).is_none() {
                return Err(Refusal::State { object: *code, state, operation }.into());
            }
            let order = self.ranges.order(key);
            match groups.iter_mut().find(|group| (group.0, group.1) == (state, order)) {
                Some(group) => group.2.push(key),
                None => groups.push((state, order, vec![key])),
            }
        }
        let events = groups
            .into_iter()
            .map(|(state, order, keys)| moved(operation, state, order, &runs(&keys)));
        Ok(events.collect())
    }
}

/// Numbers that one command moves: at least one, and not more than one event can name.
const fn at_once(count: u64) -> Result<(), Refusal> {
    match count {
        0 => Err(Refusal::NamesNothing),
        1..=LONGEST_LIST => Ok(()),
        _ => Err(Refusal::TooMany(count)),
    }
}

fn moved(
    operation: Operation,
    from: SerialState,
    order: Option<OrderId>,
    taken: &[Run],
) -> LedgerEvent<ObjectKey> {
    LedgerEvent::StateChanged {
        operation,
        from,
        to: from.after(operation).expect("checked by the caller"),
        order,
        reason: None,
        objects: List(taken.iter().flat_map(|run| run.keys()).collect()),
        contents: List::default(),
    }
}

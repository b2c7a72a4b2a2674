//! The model's numbers: made or imported, moved between pools, returned, voided.

use SerialState::{
    Allocated, Commissioned, Destroyed, Encoded, Inactive, LabelSampled, LabelScrapped, Released,
    Sampled, SnInvalid, Unallocated, Unassigned,
};

use linetwin_base::SimTime;
use linetwin_engine::{
    IssuedCode, IssuedNumber, IssuedState, LedgerEvent, ObjectCode, Operation, OrderId, OrderState,
    PackStatus, PlaceId, SerialState, SpaceId, SpaceKind, Usage,
};
use linetwin_gs1::Gtin;

use super::model::{Answer, Model, Thing};

impl Model {
    pub(super) fn space_of(&self, gtin: Gtin) -> Option<SpaceId> {
        let own = |kind: &SpaceKind| match kind {
            SpaceKind::Serials { gtin: of, .. }
            | SpaceKind::Issued { gtin: of, .. }
            | SpaceKind::Containers { gtin: of, .. } => *of == gtin,
            SpaceKind::Ssccs { .. } => false,
        };
        let at = self.spaces.iter().position(own)?;
        Some(SpaceId(at as u16 + 1))
    }

    pub(super) fn learn(&mut self, fresh: &[ObjectCode]) {
        for code in fresh {
            let thing = Thing {
                state: Unassigned,
                parent: None,
                order: None,
                level: None,
                partial: false,
                children: Vec::new(),
                status: (PackStatus::Active, SimTime::START, PlaceId(0)),
            };
            assert!(self.things.insert(*code, thing).is_none(), "{code} was made twice");
            self.made.push(*code);
        }
    }

    pub(super) fn shift(
        &mut self,
        gtin: Gtin,
        count: u32,
        operation: Operation,
        from: SerialState,
        to: SerialState,
    ) -> Answer {
        self.space_of(gtin).ok_or("NoSpace")?;
        if count == 0 {
            return Err("NamesNothing");
        }
        let of = |code: &&ObjectCode| matches!(code, ObjectCode::Unit(u) if u.gtin == gtin);
        let there = self.made.iter().filter(of).filter(|code| self.things[code].state == from);
        let taken: Vec<ObjectCode> = there.take(count as usize).copied().collect();
        if taken.len() < count as usize {
            return Err("PoolExhausted");
        }
        Ok(vec![self.moved(operation, from, to, None, None, taken)])
    }

    pub(super) fn allocate(
        &mut self,
        id: OrderId,
        count: u32,
        space: SpaceId,
        of: &dyn Fn(&ObjectCode) -> bool,
        fresh: &[ObjectCode],
    ) -> Answer {
        let state = self.orders[&id].state;
        if matches!(state, OrderState::Created | OrderState::Closing | OrderState::Closed) {
            return Err("OrderState");
        }
        if count == 0 {
            return Err("NamesNothing");
        }
        let pool = |model: &Self, state| -> Vec<ObjectCode> {
            let all = model.made.iter().filter(|code| of(code));
            all.filter(|code| model.things[code].state == state).copied().collect()
        };
        let mut events = Vec::new();
        let mut taken = pool(self, Unallocated);
        taken.truncate(count as usize);
        let mut provided = pool(self, Unassigned);
        provided.truncate(count as usize - taken.len());
        let issued = matches!(self.spaces[usize::from(space.0) - 1], SpaceKind::Issued { .. });
        if issued && taken.len() + provided.len() < count as usize {
            return Err("PoolExhausted");
        }
        if !fresh.is_empty() {
            self.learn(fresh);
            provided.extend(fresh);
            events.push(LedgerEvent::NumbersMade { space, count: fresh.len() as u64 });
        }
        if !provided.is_empty() {
            taken.extend(&provided);
            let operation = Operation::RequestUnallocated;
            events.push(self.moved(operation, Unassigned, Unallocated, None, None, provided));
        }
        let operation = Operation::RequestAllocated;
        events.push(self.moved(operation, Unallocated, Allocated, Some(id), None, taken));
        Ok(events)
    }

    pub(super) fn unused(&mut self, codes: &[ObjectCode], operation: Operation) -> Answer {
        self.distinct(codes)?;
        let mut groups: Vec<(SerialState, Option<OrderId>, Vec<ObjectCode>)> = Vec::new();
        for code in codes {
            let thing = &self.things[code];
            let possible = match operation {
                Operation::ReturnAllocated => thing.state == Allocated,
                _ => matches!(thing.state, Unassigned | Unallocated | Allocated),
            };
            if !possible {
                return Err("State");
            }
            match groups.iter_mut().find(|g| (g.0, g.1) == (thing.state, thing.order)) {
                Some(group) => group.2.push(*code),
                None => groups.push((thing.state, thing.order, vec![*code])),
            }
        }
        let to = if operation == Operation::ReturnAllocated { Unallocated } else { SnInvalid };
        let events = groups.into_iter().map(|(from, order, codes)| {
            let event = self.moved(operation, from, to, order, None, codes.clone());
            if to == Unallocated {
                codes.iter().for_each(|code| self.thing(code).order = None);
            }
            event
        });
        Ok(events.collect())
    }

    /// Whether the numbers of a trade item come from an issuer.
    pub(super) fn is_issued(&self, gtin: Gtin) -> bool {
        let issued =
            |kind: &SpaceKind| matches!(kind, SpaceKind::Issued { gtin: of, .. } if *of == gtin);
        self.spaces.iter().any(issued)
    }

    pub(super) fn import(&mut self, gtin: Gtin, codes: &[IssuedCode]) -> Answer {
        let space = self.space_of(gtin).ok_or("NoSpace")?;
        if !self.is_issued(gtin) {
            return Err("NumbersOwn");
        }
        if codes.is_empty() {
            return Err("NamesNothing");
        }
        for (n, code) in codes.iter().enumerate() {
            if code.unit.gtin != gtin {
                return Err("OtherGtin");
            }
            if code.crypto_code.is_none() {
                return Err("CryptoCode");
            }
            if codes[..n].iter().any(|before| before.unit == code.unit) {
                return Err("NamedTwice");
            }
            if self.things.contains_key(&code.unit.into()) {
                return Err("Known");
            }
        }
        for code in codes {
            self.learn(&[code.unit.into()]);
            self.issued.push(code.clone());
        }
        let (count, numbers) = (codes.len() as u64, Vec::<IssuedNumber>::new());
        Ok(vec![LedgerEvent::NumbersImported { space, count, numbers }])
    }

    /// What the issuer of a trade item's numbers must be told.
    pub fn report(&self, gtin: Gtin) -> Vec<IssuedState> {
        let own = self.issued.iter().filter(|code| code.unit.gtin == gtin);
        let told = own.map(|code| {
            let state = self.things[&code.unit.into()].state;
            let usage = match state {
                Unassigned | Unallocated | SnInvalid => Usage::Unused,
                Allocated | Encoded => Usage::Open,
                LabelSampled | LabelScrapped => Usage::Spoiled,
                Commissioned | Sampled | Inactive | Destroyed | Released => Usage::Used,
            };
            IssuedState { code: code.clone(), usage, state }
        });
        told.collect()
    }
}

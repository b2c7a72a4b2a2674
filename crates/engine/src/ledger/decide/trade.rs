//! After the line (psID Trail): shipping, receiving, returning, what becomes of a pack, recalls.

use linetwin_base::SimTime;
use linetwin_gs1::{Gtin, Lot, UnitCode};

use super::super::key::List;
use super::super::trail::Trail;
use super::super::{
    Ledger, LedgerEvent, ObjectCode, ObjectKey, Operation, PackStatus, PlaceId, Refusal,
    SerialState, Stop, UndoFault,
};
use super::Decision;

impl Ledger {
    pub(super) fn ship(&mut self, codes: &[ObjectCode]) -> Decision {
        let events = self.shift(codes, Operation::Ship)?;
        let LedgerEvent::StateChanged { objects, contents, .. } = &events[0] else {
            unreachable!("a shift is one event")
        };
        for &key in objects.iter().chain(contents) {
            let status = self.object(key)?.trail.map_or(PackStatus::Active, |trail| trail.status);
            if status != PackStatus::Active
                && let ObjectCode::Unit(unit) = self.code(key)?
            {
                return Err(Refusal::Status { unit, from: status, to: PackStatus::Active }.into());
            }
            if let Some(order) = self.ranges.order(key)
                && self.order(order)?.recalled
            {
                return Err(Refusal::Recalled(self.code(key)?).into());
            }
        }
        Ok(events)
    }

    /// Back on the site: the shipping did not take place, or was undone by a return.
    pub(super) fn bring_back(&mut self, codes: &[ObjectCode], operation: Operation) -> Decision {
        self.shift(codes, operation)
    }

    pub(super) fn receive(&mut self, codes: &[ObjectCode], place: PlaceId) -> Decision {
        let keys = self.keys(codes)?;
        for (&key, code) in keys.iter().zip(codes) {
            let state = self.standing_alone(key, code)?;
            if state != SerialState::Released {
                let operation = Operation::AcceptReturn;
                return Err(Refusal::State { object: *code, state, operation }.into());
            }
        }
        Ok(vec![LedgerEvent::Received { objects: List(keys), place }])
    }

    /// Moves what stands alone with all that is in it; all of it must be in the same state.
    fn shift(&mut self, codes: &[ObjectCode], operation: Operation) -> Decision {
        let keys = self.keys(codes)?;
        let mut common: Option<SerialState> = None;
        let mut contents = Vec::new();
        for (&key, code) in keys.iter().zip(codes) {
            let state = self.standing_alone(key, code)?;
            self.collect(key, &mut contents)?;
            check_common(&mut common, state, *code, operation)?;
        }
        for &key in &contents {
            let state = self.object(key)?.state;
            if common != Some(state) {
                check_common(&mut common, state, self.code(key)?, operation)?;
            }
        }
        let from = common.expect("there is at least one object");
        let to = from.after(operation).expect("checked for each object");
        let (objects, contents) = (List(keys), List(contents));
        let (order, reason) = (None, None);
        Ok(vec![LedgerEvent::StateChanged {
            operation,
            from,
            to,
            order,
            reason,
            objects,
            contents,
        }])
    }

    fn standing_alone(&mut self, key: ObjectKey, code: &ObjectCode) -> Result<SerialState, Stop> {
        let object = self.object(key)?;
        match object.parent {
            None => Ok(object.state),
            Some(parent) => {
                let parent = self.code(parent)?;
                Err(Refusal::StillPacked { object: *code, parent }.into())
            }
        }
    }

    /// Everything in a container, at any depth, level by level.
    pub(in super::super) fn collect(
        &mut self,
        key: ObjectKey,
        into: &mut Vec<ObjectKey>,
    ) -> Result<(), Stop> {
        let mut next = into.len();
        let mut container = Some(key);
        while let Some(key) = container {
            if !self.spaces.is_units(key.space()) {
                into.extend_from_slice(&self.contents(key)?.children);
            }
            container = into.get(next).copied();
            next += 1;
        }
        Ok(())
    }

    pub(super) fn set_status(
        &mut self,
        unit: &UnitCode,
        to: PackStatus,
        place: PlaceId,
    ) -> Decision {
        let code = ObjectCode::Unit(*unit);
        let key = self.unit_key(unit)?;
        let object = self.object(key)?;
        let operation = Operation::Decommission;
        let (state, parent) = (object.state, object.parent);
        if !state.is_active() {
            return Err(Refusal::State { object: code, state, operation }.into());
        }
        let from = object.trail.map_or(PackStatus::Active, |trail| trail.status);
        if !from.may_become(to) {
            return Err(Refusal::Status { unit: *unit, from, to }.into());
        }
        let mut events = vec![LedgerEvent::StatusChanged { unit: key, from, to, place }];
        if to == PackStatus::Destroyed {
            if let Some(parent) = parent {
                let parent = self.code(parent)?;
                return Err(Refusal::StillPacked { object: code, parent }.into());
            }
            let after = SerialState::Destroyed;
            events.push(self.moved(key, Operation::Destroy, state, after, None));
        }
        Ok(events)
    }

    pub(super) fn undo_status(
        &mut self,
        now: SimTime,
        unit: &UnitCode,
        place: PlaceId,
    ) -> Decision {
        let key = self.unit_key(unit)?;
        let object = self.object(key)?;
        let nothing = Trail { status: PackStatus::Active, since: now, place };
        let trail = object.trail.map_or(nothing, |trail| *trail);
        let order = self.ranges.order(key).map(|order| self.order(order)).transpose()?;
        let recalled = order.is_some_and(|order| order.recalled);
        let expired = order.is_some_and(|order| self.date(now) > order.order.expiry.date());
        let undone = if object.state.is_active() {
            trail.undo(now, place, recalled, expired)
        } else {
            Err(UndoFault::Final)
        };
        let status = trail.status;
        undone.map_err(|fault| Refusal::Undo { unit: *unit, status, fault })?;
        let to = PackStatus::Active;
        Ok(vec![LedgerEvent::StatusChanged { unit: key, from: status, to, place }])
    }

    pub(super) fn recall_lot(&mut self, gtin: Gtin, lot: Lot) -> Decision {
        if !self.lots.contains_key(&(gtin, lot)) {
            return Err(Refusal::UnknownLot { gtin, lot }.into());
        }
        Ok(vec![LedgerEvent::LotRecalled { gtin, lot }])
    }
}

/// All objects of one operation are in one state, from which it is possible.
fn check_common(
    common: &mut Option<SerialState>,
    state: SerialState,
    object: ObjectCode,
    operation: Operation,
) -> Result<(), Refusal> {
    let fits = *common.get_or_insert(state) == state && state.after(operation).is_some();
    fits.then_some(()).ok_or(Refusal::State { object, state, operation })
}

//! One label or unit: printed, verified, sampled, spoiled, taken out of the record.

use linetwin_gs1::UnitCode;

use super::super::key::List;
use super::super::{
    DecommissionReason, Ledger, LedgerEvent, ObjectCode, ObjectKey, Operation, Reason, Refusal,
    ScrapReason, SerialState, Stop,
};
use super::Decision;

impl Ledger {
    pub(super) fn encode(&mut self, unit: &UnitCode) -> Decision {
        self.make_unit(unit, &[Operation::Encode])
    }

    /// A line reports a unit once it was printed, verified and past the gate: printing and
    /// commissioning are one step then.
    pub(super) fn commission(&mut self, unit: &UnitCode) -> Decision {
        self.make_unit(unit, &[Operation::Encode, Operation::Commission])
    }

    pub(super) fn sample_label(&mut self, unit: &UnitCode) -> Decision {
        self.unit_key(unit)?;
        let code = ObjectCode::Unit(*unit);
        self.through(&code, &[Operation::Encode, Operation::SampleLabel], None)
    }

    pub(super) fn scrap_label(&mut self, unit: &UnitCode, reason: ScrapReason) -> Decision {
        self.unit_key(unit)?;
        let code = ObjectCode::Unit(*unit);
        let reason = Some(Reason::Scrap(reason));
        self.through(&code, &[Operation::Encode, Operation::ScrapLabel], reason)
    }

    pub(super) fn sample(&mut self, unit: &UnitCode) -> Decision {
        self.unit_key(unit)?;
        self.take_away(&ObjectCode::Unit(*unit), Operation::Sample, None)
    }

    pub(super) fn decommission(
        &mut self,
        code: &ObjectCode,
        reason: DecommissionReason,
    ) -> Decision {
        self.take_away(code, Operation::Decommission, Some(Reason::Decommission(reason)))
    }

    pub(super) fn destroy(&mut self, code: &ObjectCode) -> Decision {
        self.take_away(code, Operation::Destroy, None)
    }

    /// The key of a saleable unit: a container becomes active by what is packed into it, and only so.
    pub(super) fn unit_key(&mut self, unit: &UnitCode) -> Result<ObjectKey, Stop> {
        let key = self.key(&ObjectCode::Unit(*unit))?;
        if self.spaces.is_units(key.space()) {
            return Ok(key);
        }
        Err(Refusal::NoUnit(*unit).into())
    }

    /// As [`Self::through`], for steps on the way to a good unit: its order must be running.
    fn make_unit(&mut self, unit: &UnitCode, operations: &[Operation]) -> Decision {
        let key = self.unit_key(unit)?;
        let code = ObjectCode::Unit(*unit);
        let events = self.through(&code, operations, None)?;
        if let Some(order) = self.ranges.order(key) {
            let record = self.order(order)?;
            let what = Operation::Commission;
            if !record.state.makes_units() {
                return Err(Refusal::OrderState { order, state: record.state, what }.into());
            }
            if record.recalled {
                return Err(Refusal::Recalled(code).into());
            }
        }
        Ok(events)
    }

    /// Takes a code through several operations, of which those that lie behind it are left out.
    fn through(
        &mut self,
        code: &ObjectCode,
        operations: &[Operation],
        reason: Option<Reason>,
    ) -> Decision {
        let key = self.key(code)?;
        let from = self.object(key)?.state;
        let skipped = usize::from(operations.len() > 1 && from == SerialState::Encoded);
        let mut to = from;
        for &operation in &operations[skipped..] {
            let state = to;
            to =
                state.after(operation).ok_or(Refusal::State { object: *code, state, operation })?;
        }
        let operation = operations[operations.len() - 1];
        Ok(vec![self.moved(key, operation, from, to, reason)])
    }

    /// An object that stands alone and holds nothing leaves the record.
    fn take_away(
        &mut self,
        code: &ObjectCode,
        operation: Operation,
        reason: Option<Reason>,
    ) -> Decision {
        let key = self.key(code)?;
        let object = self.object(key)?;
        let (object_code, state) = (*code, object.state);
        let to = state.after(operation);
        let to = to.ok_or(Refusal::State { object: object_code, state, operation })?;
        if let Some(parent) = object.parent {
            let parent = self.code(parent)?;
            return Err(Refusal::StillPacked { object: *code, parent }.into());
        }
        if !self.spaces.is_units(key.space()) && !self.contents(key)?.children.is_empty() {
            return Err(Refusal::NotEmpty(*code).into());
        }
        Ok(vec![self.moved(key, operation, state, to, reason)])
    }

    pub(super) fn moved(
        &self,
        key: ObjectKey,
        operation: Operation,
        from: SerialState,
        to: SerialState,
        reason: Option<Reason>,
    ) -> LedgerEvent<ObjectKey> {
        let order = self.ranges.order(key);
        let objects = List(vec![key]);
        LedgerEvent::StateChanged {
            operation,
            from,
            to,
            order,
            reason,
            objects,
            contents: List::default(),
        }
    }
}

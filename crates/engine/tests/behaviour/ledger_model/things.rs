//! The model's part about units, containers and trade.

use SerialState::{Allocated, Commissioned, Destroyed, Encoded, Inactive, Released};

use linetwin_base::{Level, SimTime};
use linetwin_engine::{
    LedgerEvent, List, ObjectCode, Operation, OrderId, OrderState, PackStatus, PlaceId, Reason,
    SerialState,
};

use super::model::{Answer, Model, is_unit};

impl Model {
    /// A step on the way to a good unit.
    pub(super) fn make(
        &mut self,
        code: ObjectCode,
        from: &[SerialState],
        operation: Operation,
        to: SerialState,
    ) -> Answer {
        let before = self.clone();
        let events = self.label(code, from, operation, to, None)?;
        let order = self.things[&code].order.map(|order| &self.orders[&order]);
        let fault = order.and_then(|order| match order.state {
            OrderState::Running | OrderState::Paused if order.recalled => Some("Recalled"),
            OrderState::Running | OrderState::Paused => None,
            _ => Some("OrderState"),
        });
        match fault {
            None => Ok(events),
            Some(fault) => {
                *self = before;
                Err(fault)
            }
        }
    }

    pub(super) fn label(
        &mut self,
        code: ObjectCode,
        from: &[SerialState],
        operation: Operation,
        to: SerialState,
        reason: Option<Reason>,
    ) -> Answer {
        let thing = self.things.get(&code).ok_or("Unknown")?;
        let (state, order) = (thing.state, thing.order);
        if !from.contains(&state) {
            return Err("State");
        }
        Ok(vec![self.moved(operation, state, to, order, reason, vec![code])])
    }

    pub(super) fn take_away(
        &mut self,
        code: ObjectCode,
        from: &[SerialState],
        operation: Operation,
        to: SerialState,
        reason: Option<Reason>,
    ) -> Answer {
        let thing = self.things.get(&code).ok_or("Unknown")?;
        if !from.contains(&thing.state) {
            return Err("State");
        }
        if thing.parent.is_some() {
            return Err("StillPacked");
        }
        if !thing.children.is_empty() {
            return Err("NotEmpty");
        }
        self.label(code, from, operation, to, reason)
    }

    // Containers.

    /// A label that names nothing yet, or why not.
    fn fresh(&self, code: &ObjectCode) -> Result<(), &'static str> {
        let thing = self.container(code)?;
        match thing {
            Allocated | Encoded => Ok(()),
            Commissioned | Released => Err("LabelInUse"),
            _ => Err("State"),
        }
    }

    fn container(&self, code: &ObjectCode) -> Result<SerialState, &'static str> {
        let thing = self.things.get(code).ok_or("Unknown")?;
        if is_unit(code) { Err("NoContainer") } else { Ok(thing.state) }
    }

    fn open(&self, code: &ObjectCode) -> Result<(), &'static str> {
        if self.container(code)? == Commissioned { Ok(()) } else { Err("State") }
    }

    fn rule(&self, label: &ObjectCode, level: Level) -> Option<(usize, bool)> {
        let order = &self.orders[&self.things[label].order?];
        let rule = order.order.packaging.iter().find(|rule| rule.level == level)?;
        Some((rule.children as usize, rule.mixed_lots))
    }

    fn count(
        &self,
        label: &ObjectCode,
        level: Level,
        found: usize,
        partial: bool,
    ) -> Result<(), &'static str> {
        match self.rule(label, level) {
            Some((full, _)) if partial && found >= full => Err("WrongCount"),
            Some((full, _)) if !partial && found != full => Err("WrongCount"),
            _ => Ok(()),
        }
    }

    fn orders_in(&self, code: &ObjectCode) -> Vec<OrderId> {
        if is_unit(code) {
            return self.things[code].order.into_iter().collect();
        }
        let mut orders: Vec<OrderId> =
            self.things[code].children.iter().flat_map(|child| self.orders_in(child)).collect();
        orders.sort_unstable();
        orders.dedup();
        orders
    }

    fn lots(
        &self,
        label: &ObjectCode,
        level: Level,
        children: &[ObjectCode],
    ) -> Result<(), &'static str> {
        let mixed = self.rule(label, level).is_some_and(|(_, mixed)| mixed);
        for order in children.iter().flat_map(|child| self.orders_in(child)) {
            if self.orders[&order].recalled {
                return Err("Recalled");
            }
            let own = self.things[label].order;
            if own.is_some_and(|own| own != order) && !mixed {
                return Err("OtherOrder");
            }
        }
        Ok(())
    }

    fn may_hold(
        &self,
        label: &ObjectCode,
        level: Level,
        children: &[ObjectCode],
    ) -> Result<(), &'static str> {
        for child in children {
            let thing = &self.things[child];
            if thing.parent.is_some() {
                return Err("ChildPacked");
            }
            if thing.state != Commissioned || thing.status.0 != PackStatus::Active {
                return Err("ChildNotActive");
            }
            if !is_unit(child) && thing.level.is_none_or(|inner| inner >= level) {
                return Err("WrongLevel");
            }
        }
        self.lots(label, level, children)
    }

    fn inside(&self, parent: &ObjectCode, children: &[ObjectCode]) -> Result<(), &'static str> {
        let all = children.iter().all(|child| self.things[child].parent == Some(*parent));
        if all { Ok(()) } else { Err("NotInside") }
    }

    fn put(
        &mut self,
        parent: ObjectCode,
        level: Level,
        partial: bool,
        children: &[ObjectCode],
    ) -> LedgerEvent {
        let thing = self.thing(&parent);
        let new = thing.state != Commissioned;
        thing.state = Commissioned;
        thing.level = Some(level);
        thing.partial = partial;
        thing.children.extend_from_slice(children);
        children.iter().for_each(|child| self.thing(child).parent = Some(parent));
        LedgerEvent::Packed { parent, level, new, partial, children: List(children.to_vec()) }
    }

    fn take(&mut self, parent: ObjectCode, children: &[ObjectCode]) -> LedgerEvent {
        self.thing(&parent).children.retain(|child| !children.contains(child));
        children.iter().for_each(|child| self.thing(child).parent = None);
        LedgerEvent::Unpacked { parent, children: List(children.to_vec()) }
    }

    pub(super) fn pack(
        &mut self,
        parent: ObjectCode,
        level: Level,
        partial: bool,
        children: &[ObjectCode],
    ) -> Answer {
        self.fresh(&parent)?;
        if children.is_empty() {
            return Err("EmptyContainer");
        }
        self.distinct(children)?;
        self.right_label(&parent, level)?;
        self.count(&parent, level, children.len(), partial)?;
        self.may_hold(&parent, level, children)?;
        Ok(vec![self.put(parent, level, partial, children)])
    }

    pub(super) fn add(&mut self, parent: ObjectCode, children: &[ObjectCode]) -> Answer {
        self.open(&parent)?;
        self.distinct(children)?;
        let level = self.things[&parent].level.unwrap();
        let total = self.things[&parent].children.len() + children.len();
        let partial = self.rule(&parent, level).is_some_and(|(full, _)| total < full);
        self.count(&parent, level, total, partial)?;
        self.may_hold(&parent, level, children)?;
        Ok(vec![self.put(parent, level, partial, children)])
    }

    pub(super) fn unpack(&mut self, parent: ObjectCode, children: &[ObjectCode]) -> Answer {
        self.open(&parent)?;
        if children.is_empty() {
            let all = self.things[&parent].children.clone();
            if all.is_empty() {
                return Err("EmptyContainer");
            }
            return Ok(vec![self.take(parent, &all)]);
        }
        self.distinct(children)?;
        self.inside(&parent, children)?;
        Ok(vec![self.take(parent, children)])
    }

    pub(super) fn replace(
        &mut self,
        parent: ObjectCode,
        out: ObjectCode,
        into: ObjectCode,
    ) -> Answer {
        self.open(&parent)?;
        self.distinct(&[out, into])?;
        self.inside(&parent, &[out])?;
        let (level, partial) = (self.things[&parent].level.unwrap(), self.things[&parent].partial);
        self.may_hold(&parent, level, &[into])?;
        Ok(vec![self.take(parent, &[out]), self.put(parent, level, partial, &[into])])
    }

    pub(super) fn move_over(
        &mut self,
        from: ObjectCode,
        to: ObjectCode,
        children: &[ObjectCode],
    ) -> Answer {
        self.open(&from)?;
        let level = self.things[&from].level.unwrap();
        if self.fresh(&to).is_err() {
            self.open(&to)?;
            if self.things[&to].level != Some(level) {
                return Err("WrongLevel");
            }
        }
        self.right_label(&to, level)?;
        if from == to {
            return Err("NamedTwice");
        }
        self.distinct(children)?;
        self.inside(&from, children)?;
        let total = self.things[&to].children.len() + children.len();
        let partial = self.rule(&to, level).is_some_and(|(full, _)| total < full);
        self.count(&to, level, total, partial)?;
        self.lots(&to, level, children)?;
        Ok(vec![self.take(from, children), self.put(to, level, partial, children)])
    }

    pub(super) fn relabel(&mut self, from: ObjectCode, to: ObjectCode) -> Answer {
        self.open(&from)?;
        self.fresh(&to)?;
        let old = self.things[&from].clone();
        if old.children.is_empty() {
            return Err("EmptyContainer");
        }
        let level = old.level.unwrap();
        self.right_label(&to, level)?;
        self.lots(&to, level, &old.children)?;
        let mut events = Vec::new();
        if let Some(outer) = old.parent {
            events.push(self.take(outer, &[from]));
        }
        events.push(self.take(from, &old.children));
        let reason = Self::relabelled();
        let operation = Operation::Decommission;
        events.push(self.moved(operation, Commissioned, Inactive, old.order, reason, vec![from]));
        events.push(self.put(to, level, old.partial, &old.children));
        if let Some(outer) = old.parent {
            let (level, partial) =
                (self.things[&outer].level.unwrap(), self.things[&outer].partial);
            events.push(self.put(outer, level, partial, &[to]));
        }
        Ok(events)
    }

    pub(super) fn check(&self, parent: ObjectCode, found: &[ObjectCode]) -> Answer {
        self.open(&parent)?;
        let children = &self.things[&parent].children;
        let missing = children.iter().filter(|child| !found.contains(child)).copied().collect();
        let alien = found.iter().filter(|code| !children.contains(code)).copied().collect();
        Ok(vec![LedgerEvent::ContentsChecked { parent, missing: List(missing), alien }])
    }

    // Trade.

    pub(super) fn alone(&self, code: &ObjectCode) -> Result<(), &'static str> {
        if self.things[code].parent.is_some() { Err("StillPacked") } else { Ok(()) }
    }

    fn everything_in(&self, code: &ObjectCode) -> Vec<ObjectCode> {
        // Level by level.
        let mut found = self.things[code].children.clone();
        let mut next = 0;
        while let Some(inner) = found.get(next).copied() {
            found.extend(&self.things[&inner].children);
            next += 1;
        }
        found
    }

    pub(super) fn carry(
        &mut self,
        objects: &[ObjectCode],
        operation: Operation,
        from: SerialState,
        to: SerialState,
    ) -> Answer {
        self.distinct(objects)?;
        for code in objects {
            self.alone(code)?;
            if self.things[code].state != from {
                return Err("State");
            }
        }
        let inside: Vec<ObjectCode> =
            objects.iter().flat_map(|code| self.everything_in(code)).collect();
        if inside.iter().any(|code| self.things[code].state != from) {
            return Err("State");
        }
        let all = objects.iter().chain(&inside).copied().collect();
        self.moved(operation, from, to, None, None, all);
        let (objects, contents) = (List(objects.to_vec()), List(inside));
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

    pub(super) fn ship(&mut self, objects: &[ObjectCode]) -> Answer {
        let before = self.clone();
        let events = self.carry(objects, Operation::Ship, Commissioned, Released)?;
        let LedgerEvent::StateChanged { objects, contents, .. } = &events[0] else {
            unreachable!()
        };
        for code in objects.iter().chain(contents) {
            let thing = &before.things[code];
            let recalled = thing.order.is_some_and(|order| before.orders[&order].recalled);
            let fault = match thing.status.0 {
                PackStatus::Active if recalled => "Recalled",
                PackStatus::Active => continue,
                _ => "Status",
            };
            *self = before;
            return Err(fault);
        }
        Ok(events)
    }

    pub(super) fn set_status(
        &mut self,
        now: SimTime,
        code: ObjectCode,
        to: PackStatus,
        place: PlaceId,
    ) -> Answer {
        let thing = self.things.get(&code).ok_or("Unknown")?.clone();
        if !matches!(thing.state, Commissioned | Released) {
            return Err("State");
        }
        let from = thing.status.0;
        let possible = match from {
            PackStatus::Active => to != PackStatus::Active,
            PackStatus::Locked => matches!(to, PackStatus::Stolen | PackStatus::Destroyed),
            _ => false,
        };
        if !possible {
            return Err("Status");
        }
        let mut events = vec![LedgerEvent::StatusChanged { unit: code, from, to, place }];
        if to == PackStatus::Destroyed {
            self.alone(&code)?;
            let operation = Operation::Destroy;
            let event =
                self.moved(operation, thing.state, Destroyed, thing.order, None, vec![code]);
            events.push(event);
        }
        self.thing(&code).status = (to, now, place);
        Ok(events)
    }

    pub(super) fn undo(&mut self, now: SimTime, code: ObjectCode, place: PlaceId) -> Answer {
        let thing = self.things.get(&code).ok_or("Unknown")?;
        let (from, since, there) = thing.status;
        let recalled = thing.order.is_some_and(|order| self.orders[&order].recalled);
        let possible = matches!(thing.state, Commissioned | Released)
            && !recalled
            && there == place
            && match from {
                PackStatus::Active | PackStatus::Stolen | PackStatus::Destroyed => false,
                PackStatus::Locked => true,
                _ => !Self::is_late(since, now),
            };
        if !possible {
            return Err("Undo");
        }
        let to = PackStatus::Active;
        self.thing(&code).status = (to, now, place);
        Ok(vec![LedgerEvent::StatusChanged { unit: code, from, to, place }])
    }
}

//! Containers: what may be put into which, taken out, moved and labelled anew. A child is always of
//! a lower level than its container, so no chain of containers can close into a ring.

use linetwin_base::Level;

use crate::order::PackagingLevel;

use super::super::key::List;
use super::super::rows::Contents;
use super::super::{
    DecommissionReason, Ledger, LedgerEvent, ObjectCode, ObjectKey, Operation, OrderId, Reason,
    Refusal, SerialState, SpaceKind, Stop,
};
use super::Decision;

impl Ledger {
    pub(super) fn pack(
        &mut self,
        parent: &ObjectCode,
        level: Level,
        partial: bool,
        children: &[ObjectCode],
    ) -> Decision {
        let key = self.fresh_label(parent)?;
        if children.is_empty() {
            return Err(Refusal::EmptyContainer(*parent).into());
        }
        let children = self.keys(children)?;
        self.check_label(parent, key, level)?;
        self.check_count(parent, key, level, children.len(), partial)?;
        self.check_children(parent, key, level, &children)?;
        Ok(vec![packed(key, level, true, partial, children)])
    }

    pub(super) fn add_children(
        &mut self,
        parent: &ObjectCode,
        children: &[ObjectCode],
    ) -> Decision {
        let (key, contents) = self.open_container(parent)?;
        let level = contents.level.expect("an open container has a level");
        let children = self.keys(children)?;
        let total = contents.children.len() + children.len();
        let partial = self.rule(key, level).is_some_and(|rule| total < rule.children as usize);
        self.check_count(parent, key, level, total, partial)?;
        self.check_children(parent, key, level, &children)?;
        Ok(vec![packed(key, level, false, partial, children)])
    }

    pub(super) fn unpack(&mut self, parent: &ObjectCode, children: &[ObjectCode]) -> Decision {
        let (key, contents) = self.open_container(parent)?;
        if children.is_empty() {
            if contents.children.is_empty() {
                return Err(Refusal::EmptyContainer(*parent).into());
            }
            return Ok(vec![LedgerEvent::Unpacked { parent: key, children: contents.children }]);
        }
        let children = self.keys(children)?;
        self.check_inside(parent, key, &children)?;
        Ok(vec![LedgerEvent::Unpacked { parent: key, children: List(children) }])
    }

    pub(super) fn replace_child(
        &mut self,
        parent: &ObjectCode,
        out: &ObjectCode,
        into: &ObjectCode,
    ) -> Decision {
        let (key, contents) = self.open_container(parent)?;
        let level = contents.level.expect("an open container has a level");
        let both = self.keys(&[*out, *into])?;
        self.check_inside(parent, key, &both[..1])?;
        self.check_children(parent, key, level, &both[1..])?;
        let children = List(vec![both[0]]);
        let out = LedgerEvent::Unpacked { parent: key, children };
        Ok(vec![out, packed(key, level, false, contents.partial, vec![both[1]])])
    }

    pub(super) fn move_children(
        &mut self,
        from: &ObjectCode,
        to: &ObjectCode,
        children: &[ObjectCode],
    ) -> Decision {
        let (source, contents) = self.open_container(from)?;
        let level = contents.level.expect("an open container has a level");
        let (target, new, held) = match self.fresh_label(to) {
            Ok(key) => (key, true, 0),
            Err(_) => {
                let (key, there) = self.open_container(to)?;
                if there.level != Some(level) {
                    return Err(Refusal::WrongLevel { child: *to, level }.into());
                }
                (key, false, there.children.len())
            }
        };
        self.check_label(to, target, level)?;
        if source == target {
            return Err(Refusal::NamedTwice(*from).into());
        }
        let children = self.keys(children)?;
        self.check_inside(from, source, &children)?;
        let total = held + children.len();
        let partial = self.rule(target, level).is_some_and(|rule| total < rule.children as usize);
        self.check_count(to, target, level, total, partial)?;
        self.check_orders(to, target, level, &children)?;
        let out = LedgerEvent::Unpacked { parent: source, children: List(children.clone()) };
        Ok(vec![out, packed(target, level, new, partial, children)])
    }

    /// The new label replaces the old one everywhere; the old one is never used again.
    pub(super) fn relabel(&mut self, from: &ObjectCode, to: &ObjectCode) -> Decision {
        let (old, contents) = self.open_container(from)?;
        let new = self.fresh_label(to)?;
        if contents.children.is_empty() {
            return Err(Refusal::EmptyContainer(*from).into());
        }
        let Contents { level, partial, children, .. } = contents;
        let level = level.expect("an open container has a level");
        self.check_label(to, new, level)?;
        self.check_orders(to, new, level, &children)?;
        let outer = self.object(old)?.parent;
        let mut events = Vec::with_capacity(5);
        if let Some(outer) = outer {
            events.push(LedgerEvent::Unpacked { parent: outer, children: List(vec![old]) });
        }
        events.push(LedgerEvent::Unpacked { parent: old, children: children.clone() });
        let reason = Some(Reason::Decommission(DecommissionReason::Relabelled));
        let (state, to) = (SerialState::Commissioned, SerialState::Inactive);
        events.push(self.moved(old, Operation::Decommission, state, to, reason));
        events.push(packed(new, level, true, partial, children.0));
        if let Some(outer) = outer {
            let around = self.contents(outer)?;
            let level = around.level.expect("a container that holds something has a level");
            events.push(packed(outer, level, false, around.partial, vec![new]));
        }
        Ok(events)
    }

    pub(super) fn check_contents(&mut self, parent: &ObjectCode, found: &[ObjectCode]) -> Decision {
        let (key, contents) = self.open_container(parent)?;
        let mut known: Vec<ObjectKey> = Vec::with_capacity(found.len());
        let mut alien = Vec::new();
        for code in found {
            match self.spaces.key(&*self.tables, code)? {
                Some(child) if self.object(child)?.parent == Some(key) => known.push(child),
                _ => alien.push(*code),
            }
        }
        known.sort_unstable();
        let there = contents.children.iter();
        let missing = there.filter(|child| known.binary_search(child).is_err()).copied();
        let missing = List(missing.collect());
        Ok(vec![LedgerEvent::ContentsChecked { parent: key, missing, alien }])
    }

    /// A label that was given out and names nothing yet.
    fn fresh_label(&mut self, code: &ObjectCode) -> Result<ObjectKey, Stop> {
        let key = self.container_key(code)?;
        match self.object(key)?.state {
            SerialState::Allocated | SerialState::Encoded => Ok(key),
            state if state.is_active() => Err(Refusal::LabelInUse(*code).into()),
            state => {
                let operation = Operation::Commission;
                Err(Refusal::State { object: *code, state, operation }.into())
            }
        }
    }

    /// A container on the site, and what is in it.
    fn open_container(&mut self, code: &ObjectCode) -> Result<(ObjectKey, Contents), Stop> {
        let key = self.container_key(code)?;
        match self.object(key)?.state {
            SerialState::Commissioned => Ok((key, self.contents(key)?.clone())),
            state => {
                let operation = Operation::Commission;
                Err(Refusal::State { object: *code, state, operation }.into())
            }
        }
    }

    fn container_key(&mut self, code: &ObjectCode) -> Result<ObjectKey, Stop> {
        let key = self.key(code)?;
        if self.spaces.is_units(key.space()) {
            return Err(Refusal::NoContainer(*code).into());
        }
        Ok(key)
    }

    /// Each child is active, in no container, of a lower level and of an order that may be there.
    fn check_children(
        &mut self,
        parent: &ObjectCode,
        key: ObjectKey,
        level: Level,
        children: &[ObjectKey],
    ) -> Result<(), Stop> {
        for &child in children {
            let object = self.object(child)?;
            if let Some(inside) = object.parent {
                let (child, parent) = (self.code(child)?, self.code(inside)?);
                return Err(Refusal::ChildPacked { child, parent }.into());
            }
            // A pack that became something in trade has a trail.
            if object.state != SerialState::Commissioned || object.trail.is_some() {
                return Err(Refusal::ChildNotActive(self.code(child)?).into());
            }
            if !self.spaces.is_units(child.space())
                && self.contents(child)?.level.is_none_or(|inner| inner >= level)
            {
                let child = self.code(child)?;
                return Err(Refusal::WrongLevel { child, level }.into());
            }
        }
        self.check_orders(parent, key, level, children)
    }

    /// Recalled lots are not packed; other lots only where the container may be mixed.
    fn check_orders(
        &mut self,
        parent: &ObjectCode,
        key: ObjectKey,
        level: Level,
        children: &[ObjectKey],
    ) -> Result<(), Stop> {
        let own = self.ranges.order(key);
        let mixed = self.rule(key, level).is_some_and(|rule| rule.mixed_lots);
        for &child in children {
            for found in self.orders_in(child)? {
                if self.order(found)?.recalled {
                    return Err(Refusal::Recalled(self.code(child)?).into());
                }
                if let Some(expected) = own
                    && found != expected
                    && !mixed
                {
                    let child = self.code(child)?;
                    return Err(
                        Refusal::OtherOrder { child, found, parent: *parent, expected }.into()
                    );
                }
            }
        }
        Ok(())
    }

    /// The orders that the units in an object are of.
    pub(in super::super) fn orders_in(&mut self, key: ObjectKey) -> Result<Vec<OrderId>, Stop> {
        if self.spaces.is_units(key.space()) {
            return Ok(self.ranges.order(key).into_iter().collect());
        }
        Ok(self.contents(key)?.orders.clone())
    }

    fn check_inside(
        &mut self,
        parent: &ObjectCode,
        key: ObjectKey,
        children: &[ObjectKey],
    ) -> Result<(), Stop> {
        for &child in children {
            if self.object(child)?.parent != Some(key) {
                let child = self.code(child)?;
                return Err(Refusal::NotInside { child, parent: *parent }.into());
            }
        }
        Ok(())
    }

    /// A container holds as many children as its level takes; fewer only if that was meant.
    fn check_count(
        &self,
        parent: &ObjectCode,
        key: ObjectKey,
        level: Level,
        found: usize,
        partial: bool,
    ) -> Result<(), Refusal> {
        let Some(rule) = self.rule(key, level) else { return Ok(()) };
        let expected = rule.children;
        let right = if partial { found < expected as usize } else { found == expected as usize };
        if right {
            return Ok(());
        }
        Err(Refusal::WrongCount { parent: *parent, level, found: found as u32, expected })
    }

    /// A container carries the key that its order gives; where it gives none, an SSCC or a trade item of
    /// its own level.
    fn check_label(&self, label: &ObjectCode, key: ObjectKey, level: Level) -> Result<(), Refusal> {
        let wanted = self.rule(key, level).map(|rule| rule.identification_key.gtin());
        let right = match (self.spaces.kind(key.space()), wanted) {
            (SpaceKind::Containers { gtin, .. }, Some(wanted)) => wanted == Some(*gtin),
            (SpaceKind::Containers { level: own, .. }, None) => *own == level,
            (SpaceKind::Ssccs { .. }, wanted) => wanted.is_none_or(|gtin| gtin.is_none()),
            (SpaceKind::Serials { .. } | SpaceKind::Issued { .. }, _) => false,
        };
        if right { Ok(()) } else { Err(Refusal::WrongLabel { label: *label, level }) }
    }

    /// The order's rule for this level, by the order that a label belongs to.
    fn rule(&self, label: ObjectKey, level: Level) -> Option<&PackagingLevel> {
        let order = self.orders.get(&self.ranges.order(label)?)?;
        order.order.packaging.iter().find(|rule| rule.level == level)
    }
}

fn packed(
    parent: ObjectKey,
    level: Level,
    new: bool,
    partial: bool,
    children: Vec<ObjectKey>,
) -> LedgerEvent<ObjectKey> {
    LedgerEvent::Packed { parent, level, new, partial, children: List(children) }
}

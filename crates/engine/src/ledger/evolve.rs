//! What an event does to the record. It trusts the event: either it was just decided on, or it was
//! read from a journal whose hash chain is whole.

use linetwin_base::SimTime;

use crate::store::StoreError;

use super::key::{Run, runs};
use super::ranges::Custody;
use super::rows::{Object, page_of};
use super::trail::Trail;
use super::{
    Ledger, LedgerEvent, ObjectKey, Operation, OrderId, OrderRecord, PackStatus, SerialState,
    SpaceId,
};

impl Ledger {
    /// Applies one event.
    ///
    /// # Errors
    /// The tables could not be read; then the ledger must be opened anew.
    pub fn evolve(
        &mut self,
        now: SimTime,
        event: &LedgerEvent<ObjectKey>,
    ) -> Result<(), StoreError> {
        match event {
            LedgerEvent::OrderCreated { id, order } => {
                self.lots.insert((order.product.gtin, order.lot), *id);
                self.orders.insert(*id, OrderRecord::new(*id, order.clone()));
                self.changed_orders.insert(*id);
            }
            LedgerEvent::OrderSigned { order, signature } => {
                self.change_order(*order, |record| record.signatures.push(signature.clone()));
            }
            LedgerEvent::LineCleared { order, clearance } => {
                self.change_order(*order, |record| record.clearance = Some(clearance.clone()));
            }
            LedgerEvent::OrderStateChanged { order, to, .. } => {
                self.change_order(*order, |record| record.state = *to);
            }
            LedgerEvent::LotRecalled { gtin, lot } => {
                if let Some(&order) = self.lots.get(&(*gtin, *lot)) {
                    self.change_order(order, |record| record.recalled = true);
                }
            }
            LedgerEvent::SpaceOpened { kind, .. } => self.spaces.open(kind.clone(), 0),
            LedgerEvent::NumbersMade { space, count } => {
                self.put_into_pool(*space, *count);
                self.spaces.make(*space, *count);
            }
            LedgerEvent::NumbersImported { space, count, numbers } => {
                self.put_into_pool(*space, *count);
                self.spaces.import(&*self.tables, *space, numbers)?;
            }
            LedgerEvent::StateChanged { operation, from, to, order, objects, contents, .. } => {
                if is_between_pools(*operation) {
                    self.hand_over(*from, *to, *order, objects);
                } else {
                    for &key in objects.iter().chain(contents) {
                        self.set_state(key, *to)?;
                    }
                }
            }
            LedgerEvent::Packed { parent, level, new, partial, children } => {
                if *new {
                    self.set_state(*parent, SerialState::Commissioned)?;
                }
                let mut orders = self.contents(*parent)?.orders.clone();
                for &child in children {
                    self.row(child)?.parent = Some(*parent);
                    if self.spaces.is_units(child.space()) {
                        orders.extend(self.ranges.order(child).filter(|o| !orders.contains(o)));
                    } else {
                        orders.extend_from_slice(&self.contents(child)?.orders);
                    }
                }
                orders.sort_unstable();
                orders.dedup();
                let contents = self.containers.change(&*self.tables, parent.to_bits())?;
                contents.level = Some(*level);
                contents.partial = *partial;
                contents.children.0.extend_from_slice(children);
                contents.orders = orders;
            }
            LedgerEvent::Unpacked { parent, children } => self.take_out(*parent, children)?,
            LedgerEvent::StatusChanged { unit, to, place, .. } => {
                let trail = Trail { status: *to, since: now, place: *place };
                let is_plain = *to == PackStatus::Active;
                self.row(*unit)?.trail = (!is_plain).then(|| Box::new(trail));
            }
            LedgerEvent::ContentsChecked { .. } | LedgerEvent::Received { .. } => {}
        }
        Ok(())
    }

    fn change_order(&mut self, id: OrderId, change: impl FnOnce(&mut OrderRecord)) {
        change(self.orders.get_mut(&id).expect("events name orders that were created"));
        self.changed_orders.insert(id);
    }

    /// The next numbers of a space begin in the enterprise's pool.
    fn put_into_pool(&mut self, space: SpaceId, count: u64) {
        let first = ObjectKey::new(space, self.spaces.made(space));
        let custody = Custody { state: SerialState::Unassigned, order: None };
        self.ranges.set(Run { first, count }, custody);
    }

    /// Moves numbers that were never printed to another owner.
    fn hand_over(
        &mut self,
        from: SerialState,
        to: SerialState,
        order: Option<OrderId>,
        keys: &[ObjectKey],
    ) {
        if let Some(order) = order {
            let serials = keys.iter().filter(|key| self.spaces.is_units(key.space()));
            let count = serials.count() as u64;
            self.change_order(order, |record| {
                if from == SerialState::Allocated {
                    record.tally[from as usize] -= count;
                }
                if to == SerialState::Unallocated {
                    record.returned += count;
                }
                if matches!(to, SerialState::Allocated | SerialState::SnInvalid) {
                    record.tally[to as usize] += count;
                }
            });
        }
        // A number in a pool belongs to no order; a void one stays with the order that had it.
        let keeps = matches!(to, SerialState::Allocated | SerialState::SnInvalid);
        let custody = Custody { state: to, order: order.filter(|_| keeps) };
        for run in runs(keys) {
            self.ranges.set(run, custody);
        }
    }

    fn set_state(&mut self, key: ObjectKey, to: SerialState) -> Result<(), StoreError> {
        let object = self.row(key)?;
        let from = std::mem::replace(&mut object.state, to);
        if self.spaces.is_units(key.space())
            && let Some(order) = self.ranges.order(key)
        {
            self.change_order(order, |record| {
                record.tally[from as usize] -= 1;
                record.tally[to as usize] += 1;
            });
        }
        Ok(())
    }

    /// The row of an object, made if it has none yet.
    fn row(&mut self, key: ObjectKey) -> Result<&mut Object, StoreError> {
        let (page, place) = page_of(key);
        let custody = self.ranges.custody(key).expect("a key that was made has a run");
        let page = self.objects.change(&*self.tables, page)?;
        Ok(page.row_mut(place).get_or_insert(Object::new(custody.state)))
    }

    fn take_out(&mut self, parent: ObjectKey, children: &[ObjectKey]) -> Result<(), StoreError> {
        for &child in children {
            self.row(child)?.parent = None;
        }
        let mut out = children.to_vec();
        out.sort_unstable();
        let contents = self.containers.change(&*self.tables, parent.to_bits())?;
        contents.children.0.retain(|child| out.binary_search(child).is_err());
        let left = contents.children.clone();
        let mut orders = Vec::new();
        for &child in &left {
            if self.spaces.is_units(child.space()) {
                orders.extend(self.ranges.order(child).filter(|o| !orders.contains(o)));
            } else {
                orders.extend_from_slice(&self.contents(child)?.orders);
            }
        }
        orders.sort_unstable();
        orders.dedup();
        self.containers.change(&*self.tables, parent.to_bits())?.orders = orders;
        Ok(())
    }
}

/// Whether an operation concerns numbers of which nothing was printed.
const fn is_between_pools(operation: Operation) -> bool {
    match operation {
        Operation::RequestUnallocated
        | Operation::ReturnUnallocated
        | Operation::RequestAllocated
        | Operation::ReturnAllocated
        | Operation::Invalidate => true,
        Operation::Encode
        | Operation::ScrapLabel
        | Operation::SampleLabel
        | Operation::Commission
        | Operation::Sample
        | Operation::Decommission
        | Operation::Destroy
        | Operation::Ship
        | Operation::VoidShipping
        | Operation::AcceptReturn => false,
    }
}

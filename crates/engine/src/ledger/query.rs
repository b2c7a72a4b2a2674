//! Queries of the record: is this code genuine and where is it, what is in a container, what became of an
//! order's serial numbers.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use linetwin_base::{Level, SimSpan, SimTime};
use linetwin_gs1::{ExpiryDate, Gtin, Lot};

use crate::store::StoreError;

use super::{
    Ledger, ObjectCode, ObjectKey, OrderId, OrderRecord, PackStatus, SerialState, SpaceId, Stop,
};

/// The record's answer about a code (psID Trail, verify).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Its state.
    pub state: SerialState,
    /// What became of it in trade.
    pub status: PackStatus,
    /// Lot and expiry of the order that it belongs to.
    pub lot: Option<(Lot, ExpiryDate)>,
    /// Its lot was recalled.
    pub recalled: bool,
    /// The containers that it is in, innermost first.
    pub parents: Vec<ObjectCode>,
}

/// What became of the serial numbers of an order: each one is in exactly one class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// Given to the order.
    pub allocated: u64,
    /// Returned unused.
    pub returned: u64,
    /// Neither used nor returned yet.
    pub open: u64,
    /// Never to be used.
    pub void: u64,
    /// Printed and spoiled.
    pub scrapped: u64,
    /// Printed and kept without a product.
    pub label_samples: u64,
    /// Active, in a container.
    pub packed: u64,
    /// Active, in no container.
    pub loose: u64,
    /// Taken as samples.
    pub sampled: u64,
    /// No longer active.
    pub decommissioned: u64,
    /// Destroyed.
    pub destroyed: u64,
    /// Left the site.
    pub released: u64,
}

impl Reconciliation {
    /// The sum of the classes; it equals `allocated`.
    pub const fn total(&self) -> u64 {
        self.returned
            + self.open
            + self.void
            + self.scrapped
            + self.label_samples
            + self.packed
            + self.loose
            + self.sampled
            + self.decommissioned
            + self.destroyed
            + self.released
    }
}

impl Ledger {
    /// The record's answer about a code: one to a few point reads.
    ///
    /// # Errors
    /// [`super::Refusal::Unknown`] for a code that was never issued, for which nothing is read.
    pub fn verify(&mut self, code: &ObjectCode) -> Result<Verification, Stop> {
        let key = self.key(code)?;
        let object = self.object(key)?;
        let (state, status) =
            (object.state, object.trail.map_or_else(Default::default, |t| t.status));
        let mut parents = Vec::new();
        let mut next = object.parent;
        while let Some(parent) = next {
            parents.push(self.code(parent)?);
            next = self.object(parent)?.parent;
        }
        let order = self.ranges.order(key).and_then(|order| self.orders.get(&order));
        let lot = order.map(|record| (record.order.lot, record.order.expiry));
        let recalled = order.is_some_and(|record| record.recalled);
        Ok(Verification { state, status, lot, recalled, parents })
    }

    /// State of a code; none if it was never issued.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn state(&mut self, code: &ObjectCode) -> Result<Option<SerialState>, Stop> {
        let Ok(key) = self.key(code) else { return Ok(None) };
        Ok(Some(self.object(key)?.state))
    }

    /// The container that an object is in.
    ///
    /// # Errors
    /// The code was never issued, or the store could not be read.
    pub fn parent(&mut self, code: &ObjectCode) -> Result<Option<ObjectCode>, Stop> {
        let key = self.key(code)?;
        let parent = self.object(key)?.parent;
        Ok(parent.map(|parent| self.code(parent)).transpose()?)
    }

    /// Level of a container and its immediate children; none for a label that names nothing.
    ///
    /// # Errors
    /// The code was never issued, or the store could not be read.
    pub fn children(
        &mut self,
        parent: &ObjectCode,
    ) -> Result<Option<(Level, Vec<ObjectCode>)>, Stop> {
        let key = self.key(parent)?;
        let contents = self.contents(key)?.clone();
        let Some(level) = contents.level else { return Ok(None) };
        let children = contents.children.iter().map(|key| self.code(*key));
        Ok(Some((level, children.collect::<Result<_, _>>()?)))
    }

    /// Everything in a container, at any depth.
    ///
    /// # Errors
    /// The code was never issued, or the store could not be read.
    pub fn all_inside(&mut self, parent: &ObjectCode) -> Result<Vec<ObjectCode>, Stop> {
        let key = self.key(parent)?;
        let mut keys = Vec::new();
        self.collect(key, &mut keys)?;
        let codes: Result<_, StoreError> = keys.iter().map(|key| self.code(*key)).collect();
        Ok(codes?)
    }

    /// How many serial numbers of a trade item wait in a pool: [`SerialState::Unassigned`] is the
    /// enterprise's, [`SerialState::Unallocated`] the site's.
    pub fn in_pool(&self, gtin: Gtin, pool: SerialState) -> u64 {
        self.spaces.of_gtin(gtin).map_or(0, |space| self.ranges.pool(space, pool))
    }

    /// The codes of the last numbers that were made in a space, oldest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub(crate) fn last_made(
        &mut self,
        space: SpaceId,
        count: u64,
    ) -> Result<Vec<ObjectCode>, StoreError> {
        let made = self.spaces.made(space);
        let counters = made.saturating_sub(count)..made;
        counters.map(|counter| self.code(ObjectKey::new(space, counter))).collect()
    }

    /// All orders.
    pub fn orders(&self) -> impl Iterator<Item = &OrderRecord> {
        self.orders.values()
    }

    /// One order.
    pub fn order_record(&self, id: OrderId) -> Option<&OrderRecord> {
        self.orders.get(&id)
    }

    /// Every object of an order that was commissioned, units and containers: its code, its state, the
    /// container that it is in.
    ///
    /// # Errors
    /// No such order, or the store could not be read.
    pub fn each_object(
        &mut self,
        id: OrderId,
        visit: &mut dyn FnMut(&ObjectCode, SerialState, Option<&ObjectCode>),
    ) -> Result<(), Stop> {
        let held: Vec<_> = self.ranges.of_order(id).map(|(run, _)| run).collect();
        // Neighbours are in the same container.
        let mut last: Option<(ObjectKey, ObjectCode)> = None;
        for key in held.into_iter().flat_map(|run| run.keys()) {
            let object = self.object(key)?;
            if !object.state.has_lived() {
                continue;
            }
            let parent = match object.parent {
                None => None,
                Some(parent) if last.as_ref().is_some_and(|(key, _)| *key == parent) => {
                    last.as_ref().map(|(_, code)| code)
                }
                Some(parent) => Some(&last.insert((parent, self.code(parent)?)).1),
            };
            visit(&self.code(key)?, object.state, parent);
        }
        Ok(())
    }

    /// Every serial number of an order in exactly one class, counted from the rows themselves.
    ///
    /// # Errors
    /// No such order, or the store could not be read.
    pub fn reconcile(&mut self, id: OrderId) -> Result<Reconciliation, Stop> {
        let returned = self.order(id)?.returned;
        let mut sum = Reconciliation { allocated: returned, returned, ..Reconciliation::default() };
        let held: Vec<_> = self.ranges.of_order(id).map(|(run, _)| run).collect();
        for key in held.into_iter().flat_map(|run| run.keys()) {
            if !self.spaces.is_units(key.space()) {
                continue;
            }
            sum.allocated += 1;
            let object = self.object(key)?;
            let class = match object.state {
                SerialState::Unassigned | SerialState::Unallocated => {
                    unreachable!("a number in a pool belongs to no order")
                }
                SerialState::Allocated | SerialState::Encoded => &mut sum.open,
                SerialState::SnInvalid => &mut sum.void,
                SerialState::LabelSampled => &mut sum.label_samples,
                SerialState::LabelScrapped => &mut sum.scrapped,
                SerialState::Commissioned if object.parent.is_some() => &mut sum.packed,
                SerialState::Commissioned => &mut sum.loose,
                SerialState::Sampled => &mut sum.sampled,
                SerialState::Inactive => &mut sum.decommissioned,
                SerialState::Destroyed => &mut sum.destroyed,
                SerialState::Released => &mut sum.released,
            };
            *class += 1;
        }
        Ok(sum)
    }

    /// The UTC date of a simulated time.
    pub(super) fn date(&self, at: SimTime) -> Date {
        let nanos = SimSpan::as_nanos(at.since(SimTime::START));
        let moment = self.settings.epoch + std::time::Duration::from_nanos(nanos);
        moment.to_zoned(TimeZone::UTC).date()
    }
}

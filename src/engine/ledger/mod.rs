//! The ledger (L3): the one record of every serial number and container. A pure state machine:
//! `apply` gives the same events for the same state and command, or refuses and changes nothing.
//! In memory; it does no IO and reads no clock.

mod command;
mod state;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

pub use command::{ChildCode, Command, DecommissionReason, LedgerEvent, Refusal, ScrapReason};
pub use state::{Operation, SerialState};

use super::order::Order;
use super::serials::NumberSpace;
use crate::base::Level;
use crate::gs1::{CompanyPrefix, Sscc, UnitCode};

/// One serial number. Its place in the table is its counter in the number space.
#[derive(Copy, Clone, Debug)]
struct UnitRow {
    state: SerialState,
    parent: Option<Sscc>,
}

/// One SSCC that was issued; `level` is set once it names a container.
#[derive(Copy, Clone, Debug, Default)]
struct ContainerRow {
    level: Option<Level>,
    parent: Option<Sscc>,
}

/// The ledger of one line's orders.
#[derive(Debug)]
pub struct Ledger {
    space: NumberSpace,
    units: Vec<UnitRow>,
    containers: IndexMap<Sscc, ContainerRow, FxBuildHasher>,
    order: Option<Order>,
    closed: bool,
}

impl Ledger {
    /// An empty ledger. `key` makes the serial numbers unguessable; it belongs to one GTIN.
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            space: NumberSpace::new(key),
            units: Vec::new(),
            containers: IndexMap::default(),
            order: None,
            closed: false,
        }
    }

    /// Applies one command.
    ///
    /// # Errors
    /// A [`Refusal`]; then nothing has changed.
    pub fn apply(&mut self, command: Command) -> Result<Vec<LedgerEvent>, Refusal> {
        match command {
            Command::OpenOrder(order) => self.open_order(order),
            Command::AllocateSerials { count } => self.allocate_serials(count),
            Command::AllocateSsccs { count } => self.allocate_ssccs(count),
            Command::Commission { unit } => self.commission(unit),
            Command::ScrapLabel { unit, reason } => {
                self.advance(unit, &[Operation::Encode, Operation::ScrapLabel])?;
                Ok(vec![LedgerEvent::LabelScrapped { unit, reason }])
            }
            Command::Decommission { unit, reason } => self.decommission(unit, reason),
            Command::Pack { parent, level, children } => self.pack(parent, level, children),
            Command::ReturnSerials { units } => self.return_serials(units),
            Command::CloseOrder => self.close_order(),
        }
    }

    /// State of a unit's code; `None` if it was never issued.
    pub fn state(&self, unit: &UnitCode) -> Option<SerialState> {
        let row = self.row_of(unit).ok()?;
        Some(self.units[row].state)
    }

    /// The container that holds this unit or container.
    pub fn parent(&self, child: &ChildCode) -> Option<Sscc> {
        match child {
            ChildCode::Unit(unit) => self.units[self.row_of(unit).ok()?].parent,
            ChildCode::Container(sscc) => self.containers.get(sscc)?.parent,
        }
    }

    fn open_order(&mut self, order: Order) -> Result<Vec<LedgerEvent>, Refusal> {
        if self.order.is_some() {
            return Err(Refusal::OrderOpen);
        }
        if order.prefix().is_none() {
            return Err(Refusal::Prefix(order.product.gtin));
        }
        self.order = Some(order.clone());
        Ok(vec![LedgerEvent::OrderOpened(order)])
    }

    fn current(&self) -> Result<&Order, Refusal> {
        self.order.as_ref().filter(|_| !self.closed).ok_or(Refusal::NoOrder)
    }

    fn allocate_serials(&mut self, count: u32) -> Result<Vec<LedgerEvent>, Refusal> {
        let gtin = self.current()?.product.gtin;
        let serials = self.space.issue(u64::from(count))?;
        let state = SerialState::Unallocated
            .after(Operation::Allocate)
            .expect("the pool can be allocated from");
        let row = UnitRow { state, parent: None };
        self.units.resize(self.units.len() + serials.len(), row);
        let units = serials.into_iter().map(|serial| UnitCode { gtin, serial });
        Ok(vec![LedgerEvent::SerialsAllocated(units.collect())])
    }

    fn allocate_ssccs(&mut self, count: u32) -> Result<Vec<LedgerEvent>, Refusal> {
        let prefix: CompanyPrefix = self.current()?.prefix().expect("checked when opened");
        let first = self.containers.len() as u64 + 1;
        let ssccs: Vec<Sscc> = (first..first + u64::from(count))
            .map(|reference| Sscc::build(0, prefix, reference))
            .collect::<Result<_, _>>()
            .map_err(|_| Refusal::SsccsExhausted)?;
        self.containers.extend(ssccs.iter().map(|&sscc| (sscc, ContainerRow::default())));
        Ok(vec![LedgerEvent::SsccsAllocated(ssccs)])
    }

    fn row_of(&self, unit: &UnitCode) -> Result<usize, Refusal> {
        let known = self.order.as_ref().is_some_and(|order| order.product.gtin == unit.gtin);
        known
            .then(|| self.space.counter_of(&unit.serial))
            .flatten()
            .map(|counter| counter as usize)
            .ok_or(Refusal::UnknownUnit(*unit))
    }

    /// Takes a unit through several operations, or refuses at the first that is not possible.
    fn advance(&mut self, unit: UnitCode, operations: &[Operation]) -> Result<(), Refusal> {
        let row = self.row_of(&unit)?;
        let mut state = self.units[row].state;
        for &operation in operations {
            state = state.after(operation).ok_or(Refusal::State { unit, state, operation })?;
        }
        self.units[row].state = state;
        Ok(())
    }

    fn commission(&mut self, unit: UnitCode) -> Result<Vec<LedgerEvent>, Refusal> {
        let (lot, expiry) = {
            let order = self.current()?;
            (order.lot, order.expiry)
        };
        self.advance(unit, &[Operation::Encode, Operation::Commission])?;
        Ok(vec![LedgerEvent::UnitCommissioned { unit, lot, expiry }])
    }

    fn decommission(
        &mut self,
        unit: UnitCode,
        reason: DecommissionReason,
    ) -> Result<Vec<LedgerEvent>, Refusal> {
        let row = self.row_of(&unit)?;
        if let Some(parent) = self.units[row].parent {
            return Err(Refusal::StillPacked { unit, parent });
        }
        self.advance(unit, &[Operation::Decommission])?;
        Ok(vec![LedgerEvent::UnitDecommissioned { unit, reason }])
    }

    fn pack(
        &mut self,
        parent: Sscc,
        level: Level,
        children: Vec<ChildCode>,
    ) -> Result<Vec<LedgerEvent>, Refusal> {
        let row = self.containers.get(&parent).ok_or(Refusal::UnknownSscc(parent))?;
        if row.level.is_some() {
            return Err(Refusal::SsccInUse(parent));
        }
        if children.is_empty() {
            return Err(Refusal::EmptyContainer(parent));
        }
        // All checks come before the first change; a child named twice is found by sorting.
        let mut sorted = children.clone();
        sorted.sort_unstable();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            let child = pair[0];
            return Err(Refusal::ChildPacked { child, parent });
        }
        let mut unit_rows = Vec::with_capacity(children.len());
        for child in &children {
            let (active, inside) = match child {
                ChildCode::Unit(unit) => {
                    let index = self.row_of(unit)?;
                    unit_rows.push(index);
                    let row = self.units[index];
                    (row.state == SerialState::Commissioned, row.parent)
                }
                ChildCode::Container(sscc) => {
                    let row = self.containers.get(sscc).ok_or(Refusal::UnknownSscc(*sscc))?;
                    (row.level.is_some_and(|inner| inner < level), row.parent)
                }
            };
            if let Some(parent) = inside {
                let child = *child;
                return Err(Refusal::ChildPacked { child, parent });
            }
            if !active {
                return Err(Refusal::ChildNotActive(*child));
            }
        }
        for index in unit_rows {
            self.units[index].parent = Some(parent);
        }
        for child in &children {
            if let ChildCode::Container(sscc) = child {
                self.containers[sscc].parent = Some(parent);
            }
        }
        self.containers[&parent].level = Some(level);
        Ok(vec![LedgerEvent::ContainerPacked { parent, level, children }])
    }

    fn return_serials(&mut self, units: Vec<UnitCode>) -> Result<Vec<LedgerEvent>, Refusal> {
        let operation = Operation::Return;
        let mut rows: Vec<(usize, SerialState)> = Vec::with_capacity(units.len());
        for unit in &units {
            let row = self.row_of(unit)?;
            let state = self.units[row].state;
            let refusal = Refusal::State { unit: *unit, state, operation };
            let next = state.after(operation).ok_or(refusal)?;
            rows.push((row, next));
        }
        rows.sort_unstable_by_key(|(row, _)| *row);
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            // Named twice: it is back already when its turn comes again.
            let twice = units.iter().find(|unit| self.row_of(unit) == Ok(pair[0].0));
            let unit = *twice.expect("the row came from this list");
            return Err(Refusal::State { unit, state: pair[0].1, operation });
        }
        for (row, next) in rows {
            self.units[row].state = next;
        }
        Ok(vec![LedgerEvent::SerialsReturned(units)])
    }

    fn close_order(&mut self) -> Result<Vec<LedgerEvent>, Refusal> {
        self.current()?;
        let open = self
            .units
            .iter()
            .filter(|row| matches!(row.state, SerialState::Allocated | SerialState::Encoded))
            .count();
        if open > 0 {
            return Err(Refusal::Unaccounted(open as u64));
        }
        self.closed = true;
        Ok(vec![LedgerEvent::OrderClosed])
    }
}

#[cfg(test)]
mod tests;

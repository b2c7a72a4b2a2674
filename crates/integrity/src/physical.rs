//! The physical truth: where every unit and container is and what is printed on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use linetwin_base::{ContainerId, Level, UnitId};
use linetwin_trace::Fact;

use super::unit_table::UnitTable;

/// Where a unit is.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Never came, or between stations.
    #[default]
    OnLine,
    /// In this container.
    In(ContainerId),
    /// Rejected by a machine or taken off by hand.
    Off,
    /// Taken as a sample.
    Sample,
}

/// A unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Unit {
    pub(super) text: Option<Arc<str>>,
    pub(super) grade_tenths: Option<u8>,
    pub(super) place: Place,
    /// It was rejected, verified again and put back.
    pub(super) returned: bool,
}

/// A container.
#[derive(Clone, Debug, Default)]
pub(super) struct Container {
    pub(super) label: Option<Arc<str>>,
    pub(super) level: Option<Level>,
    pub(super) target: u32,
    pub(super) children: u32,
    pub(super) parent: Option<ContainerId>,
    /// Taken off the line.
    pub(super) off: bool,
    /// Left the end of the line.
    left: bool,
    /// Units that were put into it and are not settled.
    pub(super) units: Vec<UnitId>,
    /// Containers that were put into it.
    pub(super) inner: Vec<ContainerId>,
}

/// The whole line.
#[derive(Debug, Default)]
pub(super) struct Physical {
    /// Units that are not settled.
    units: UnitTable,
    /// Containers that are not settled.
    containers: IndexMap<ContainerId, Container, FxBuildHasher>,
    /// Outermost containers that have left the line and are not settled.
    pub(super) gone: Vec<ContainerId>,
    /// Units that are settled: they left in containers, as they should.
    pub(super) settled: u64,
    entered: u64,
    /// Units that left the end of the line without a container.
    left_bare: u64,
    still_on_line: u64,
    /// Orders of other lines that were started on this one.
    pub(super) wrong_batches: u64,
    /// Messages that the ledger had decided on and lost when its process was killed.
    pub(super) forgotten: u64,
    /// By the outage that lost them.
    messages_lost: BTreeMap<u16, u64>,
}

impl Physical {
    pub(super) fn absorb(&mut self, fact: &Fact) {
        match fact {
            Fact::UnitEntered { unit } => {
                self.entered += 1;
                self.unit_mut(*unit);
            }
            Fact::Printed { unit, text, grade_tenths, .. } => {
                let unit = self.unit_mut(*unit);
                unit.text.clone_from(text);
                unit.grade_tenths = *grade_tenths;
            }
            Fact::Rejected { unit, .. } | Fact::RemovedByHand { unit, .. } => {
                self.unit_mut(*unit).place = Place::Off;
            }
            Fact::Returned { unit, .. } => {
                let unit = self.unit_mut(*unit);
                unit.place = Place::OnLine;
                unit.returned = true;
            }
            Fact::SampleTaken { unit, .. } => self.unit_mut(*unit).place = Place::Sample,
            Fact::UnitPlaced { unit, container } => {
                self.container_mut(*container).units.push(*unit);
                self.unit_mut(*unit).place = Place::In(*container);
            }
            Fact::ContainerPlaced { child, container } => {
                self.container_mut(*container).inner.push(*child);
                self.container_mut(*child).parent = Some(*container);
            }
            Fact::ContainerRemoved { container } => {
                let container = self.container_mut(*container);
                container.parent = None;
                container.off = true;
            }
            Fact::ContainerClosed { container, level, target, children, .. } => {
                let container = self.container_mut(*container);
                container.level = Some(*level);
                container.target = *target;
                container.children = *children;
            }
            Fact::ContainerLabelled { container, text, .. } => {
                self.container_mut(*container).label = Some(Arc::clone(text));
            }
            Fact::LeftLine { container: Some(container) } => {
                self.container_mut(*container).left = true;
                self.gone.push(*container);
            }
            Fact::LeftLine { container: None } => self.left_bare += 1,
            Fact::StillOnLine { units } => self.still_on_line = u64::from(*units),
            Fact::LedgerRestarted { forgotten } => self.forgotten += forgotten,
            Fact::WrongBatchTried { started } => self.wrong_batches += u64::from(*started),
            Fact::MessageLost { fault } => {
                if let Some(fault) = fault {
                    *self.messages_lost.entry(*fault).or_default() += 1;
                }
            }
            Fact::Processed { .. }
            | Fact::Inspected { .. }
            | Fact::Span { .. }
            | Fact::Meter(_)
            | Fact::FaultInjected { .. }
            | Fact::Closed(_)
            | Fact::CoveragePoint { .. }
            | Fact::Recorded { .. } => {}
        }
    }

    fn unit_mut(&mut self, unit: UnitId) -> &mut Unit {
        self.units.get_or_new(unit)
    }

    pub(super) fn container_mut(&mut self, container: ContainerId) -> &mut Container {
        self.containers.entry(container).or_default()
    }

    /// A unit that is not settled.
    pub(super) fn unit(&self, unit: UnitId) -> &Unit {
        self.units.get(unit).expect("a unit that came in and is not settled")
    }

    /// A unit has left as it should: there is no more to know about it.
    pub(super) fn settle(&mut self, unit: UnitId) {
        self.settled += u64::from(self.units.remove(unit).is_some());
    }

    /// A container has left as it should, and so has everything in it.
    pub(super) fn settle_container(&mut self, container: ContainerId) {
        self.containers.swap_remove(&container);
    }

    /// A container that is not settled.
    pub(super) fn container(&self, container: ContainerId) -> &Container {
        &self.containers[&container]
    }

    pub(super) fn units(&self) -> impl Iterator<Item = (UnitId, &Unit)> {
        self.units.iter()
    }

    pub(super) fn containers(&self) -> impl Iterator<Item = (ContainerId, &Container)> {
        let mut containers: Vec<_> = self.containers.iter().map(|(id, of)| (*id, of)).collect();
        containers.sort_unstable_by_key(|(id, _)| *id);
        containers.into_iter()
    }

    /// Units that would be sold and are not settled: those in containers that were not taken off the line.
    pub(super) fn saleable(&self) -> Vec<UnitId> {
        let inside = self.units().filter(|(_, unit)| match unit.place {
            Place::In(container) => !self.is_off(container),
            Place::OnLine | Place::Off | Place::Sample => false,
        });
        inside.map(|(id, _)| id).collect()
    }

    /// Closed containers that left the end of the line without a label.
    pub(super) fn left_without_label(&self) -> impl Iterator<Item = ContainerId> {
        let all = self.containers().filter(|(_, it)| it.left && !it.off && it.level.is_some());
        all.filter(|(_, container)| container.label.is_none()).map(|(id, _)| id)
    }

    pub(super) fn is_off(&self, container: ContainerId) -> bool {
        let outwards = std::iter::successors(Some(container), |at| self.container(*at).parent);
        outwards.into_iter().any(|at| self.container(at).off)
    }

    fn has_left(&self, container: ContainerId) -> bool {
        let outwards = std::iter::successors(Some(container), |at| self.container(*at).parent);
        outwards.into_iter().any(|at| self.container(at).left)
    }

    /// Units that came in, and units that can be found: left, off the line, or on it.
    pub(super) fn balance(&self) -> (u64, u64) {
        let (mut left, mut off) = (self.left_bare + self.settled, 0);
        for (_, unit) in self.units() {
            match unit.place {
                Place::Off | Place::Sample => off += 1,
                Place::In(container) if self.is_off(container) => off += 1,
                Place::In(container) if self.has_left(container) => left += 1,
                Place::In(_) | Place::OnLine => {}
            }
        }
        (self.entered, left + off + self.still_on_line)
    }

    /// Messages that this outage lost.
    pub(super) fn messages_lost(&self, fault: u16) -> u64 {
        self.messages_lost.get(&fault).copied().unwrap_or(0)
    }
}

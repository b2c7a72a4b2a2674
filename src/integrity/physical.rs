//! The physical truth: where every unit and container is and what is printed on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{ContainerId, Level, UnitId};
use crate::trace::Fact;

/// Where a unit is.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Never came, or between stations.
    #[default]
    OnLine,
    /// In this container.
    In(ContainerId),
    /// Thrown off by a machine or taken off by hand.
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
    /// It was thrown out, examined again and put back.
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
}

/// The whole line. Ids count from 1, so tables have an empty first row.
#[derive(Debug, Default)]
pub(super) struct Physical {
    units: Vec<Unit>,
    containers: Vec<Container>,
    entered: u64,
    /// Units that left the end of the line without a container.
    left_bare: u64,
    still_on_line: u64,
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
            Fact::Ejected { unit, .. } | Fact::RemovedByHand { unit, .. } => {
                self.unit_mut(*unit).place = Place::Off;
            }
            Fact::Returned { unit, .. } => {
                let unit = self.unit_mut(*unit);
                unit.place = Place::OnLine;
                unit.returned = true;
            }
            Fact::SampleTaken { unit, .. } => self.unit_mut(*unit).place = Place::Sample,
            Fact::UnitPlaced { unit, container } => {
                self.container_mut(*container);
                self.unit_mut(*unit).place = Place::In(*container);
            }
            Fact::ContainerPlaced { child, container } => {
                self.container_mut(*container);
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
            }
            Fact::LeftLine { container: None } => self.left_bare += 1,
            Fact::StillOnLine { units } => self.still_on_line = u64::from(*units),
            Fact::MessageLost { fault } => *self.messages_lost.entry(*fault).or_default() += 1,
            Fact::Processed { .. }
            | Fact::Inspected { .. }
            | Fact::Span { .. }
            | Fact::Meter(_)
            | Fact::FaultInjected { .. }
            | Fact::Closed(_)
            | Fact::Recorded { .. } => {}
        }
    }

    fn unit_mut(&mut self, unit: UnitId) -> &mut Unit {
        grow(&mut self.units, unit.0)
    }

    fn container_mut(&mut self, container: ContainerId) -> &mut Container {
        grow(&mut self.containers, container.0)
    }

    pub(super) fn unit(&self, unit: UnitId) -> &Unit {
        &self.units[unit.0 as usize]
    }

    pub(super) fn container(&self, container: ContainerId) -> &Container {
        &self.containers[container.0 as usize]
    }

    pub(super) fn units(&self) -> impl Iterator<Item = (UnitId, &Unit)> {
        self.units.iter().enumerate().skip(1).map(|(id, unit)| (UnitId(id as u32), unit))
    }

    pub(super) fn containers(&self) -> impl Iterator<Item = (ContainerId, &Container)> {
        let rows = self.containers.iter().enumerate().skip(1);
        rows.map(|(id, container)| (ContainerId(id as u32), container))
    }

    /// Units that would be sold: those in containers that were not taken off the line.
    pub(super) fn saleable(&self) -> Vec<UnitId> {
        let inside = self.units().filter(|(_, unit)| match unit.place {
            Place::In(container) => !self.is_off(container),
            Place::OnLine | Place::Off | Place::Sample => false,
        });
        inside.map(|(id, _)| id).collect()
    }

    fn is_off(&self, container: ContainerId) -> bool {
        let outwards = std::iter::successors(Some(container), |at| self.container(*at).parent);
        outwards.into_iter().any(|at| self.container(at).off)
    }

    fn has_left(&self, container: ContainerId) -> bool {
        let outwards = std::iter::successors(Some(container), |at| self.container(*at).parent);
        outwards.into_iter().any(|at| self.container(at).left)
    }

    /// Units that came in, and units that can be found: left, off the line, or on it.
    pub(super) fn balance(&self) -> (u64, u64) {
        let (mut left, mut off) = (self.left_bare, 0);
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

fn grow<T: Default>(rows: &mut Vec<T>, id: u32) -> &mut T {
    let index = id as usize;
    if index >= rows.len() {
        rows.resize_with(index + 1, T::default);
    }
    &mut rows[index]
}

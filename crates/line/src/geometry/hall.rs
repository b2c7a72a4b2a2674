//! What lies around and between machines on the floor: the hall, the ways from one machine to the next, and
//! what does not fit. It places nothing.

use crate::check::Problem;
use crate::topology::Topology;

use super::layout::{Layout, MachineLayout, TOUCHING_MM};
use super::pose::Pose;

/// Free floor around the machines.
const MARGIN_MM: f64 = 1500.0;
/// A product gets over such a gap by itself.
const GAP_MM: f64 = 50.0;

/// A rectangle along the axes.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Bounds {
    /// Least place along the line.
    pub min_x_mm: f64,
    /// Least place across the line.
    pub min_y_mm: f64,
    /// Largest place along the line.
    pub max_x_mm: f64,
    /// Largest place across the line.
    pub max_y_mm: f64,
}

/// From the outlet of a machine to the inlet of the next.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Connection {
    /// Where product comes from, by its place in the twin file.
    pub from: usize,
    /// Where it goes.
    pub to: usize,
    /// Where it leaves.
    pub outlet: Pose,
    /// Where it comes in.
    pub inlet: Pose,
}

impl Connection {
    /// What lies between outlet and inlet.
    pub fn gap_mm(&self) -> f64 {
        self.outlet.point().distance_mm(self.inlet.point())
    }

    /// All of a line, in the order of the file.
    pub(super) fn all(topology: &Topology, machines: &[MachineLayout]) -> Vec<Self> {
        let mut all = Vec::new();
        for (from, machine) in machines.iter().enumerate() {
            for (to, outlet) in topology.next(from).iter().zip(&machine.outlets) {
                let mut inlets = machines[*to].inlets.iter();
                let inlet = inlets.find(|inlet| inlet.machine == Some(from));
                all.extend(inlet.map(|inlet| Self {
                    from,
                    to: *to,
                    outlet: outlet.pose,
                    inlet: inlet.pose,
                }));
            }
        }
        all
    }
}

impl Bounds {
    pub(super) fn around(machines: &[MachineLayout]) -> Self {
        let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut bounds = Self { min_x_mm: low, min_y_mm: low, max_x_mm: high, max_y_mm: high };
        for machine in machines {
            let corners = machine.covers.iter().flat_map(|covers| covers.corners());
            for point in corners.chain([machine.operator.point()]) {
                bounds.min_x_mm = bounds.min_x_mm.min(point.x_mm - MARGIN_MM);
                bounds.min_y_mm = bounds.min_y_mm.min(point.y_mm - MARGIN_MM);
                bounds.max_x_mm = bounds.max_x_mm.max(point.x_mm + MARGIN_MM);
                bounds.max_y_mm = bounds.max_y_mm.max(point.y_mm + MARGIN_MM);
            }
        }
        bounds
    }

    /// Along the line.
    pub fn length_mm(&self) -> f64 {
        self.max_x_mm - self.min_x_mm
    }

    /// Across the line.
    pub fn width_mm(&self) -> f64 {
        self.max_y_mm - self.min_y_mm
    }
}

impl Layout {
    /// What could stand better: machines in one another's way, and outlets too far from the next inlet.
    /// Such a line runs; products are drawn as they jump.
    pub fn warnings(&self) -> Vec<Problem> {
        let gaps = self.connections.iter().filter(|connection| connection.gap_mm() > GAP_MM);
        let gaps = gaps.map(|connection| {
            let (from, to) = (&self.machines[connection.from], &self.machines[connection.to]);
            let gap_mm = connection.gap_mm();
            let found = format!("{gap_mm:.0} mm from the outlet of `{}` to `{}`", from.id, to.id);
            let expected = format!("{GAP_MM} mm or less: another length, path or place");
            Problem::new(format!("machines[{}].to", connection.from), found, expected)
        });
        let mut warnings: Vec<Problem> = gaps.collect();
        for (at, machine) in self.machines.iter().enumerate() {
            for other in &self.machines[..at] {
                let mut pairs = machine
                    .covers
                    .iter()
                    .flat_map(|one| other.covers.iter().map(move |other| (one, other)));
                if pairs.any(|(one, other)| one.overlaps(other, TOUCHING_MM)) {
                    let found = format!("`{}`, which stands where `{}` does", machine.id, other.id);
                    let path = format!("machines[{at}]");
                    warnings.push(Problem::new(path, found, "a place of its own in `layout`"));
                }
            }
        }
        warnings
    }
}

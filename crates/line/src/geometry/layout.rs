//! The floor plan of a line: where each machine stands, the way of each belt, and where people stand to work.
//! What the twin file does not give is laid out along the way of the product: each machine begins where the
//! one before it ends, lanes run side by side, devices stand beside their belt. Nothing here draws.

use linetwin_base::Level;

use crate::check::Problem;
use crate::kinds::{Drawing, Footprint, MachineSpec, Placement};
use crate::spec::TwinSpec;
use crate::topology::Topology;

use super::check::check_layout;
use super::hall::{Bounds, Connection};
use super::lanes::Lanes;
use super::path::Path;
use super::pose::Pose;
use super::rectangle::Rectangle;
use super::size::size_mm;

/// From the middle of one lane to the middle of the next beside it, if the twin file does not give it.
const LANE_MM: f64 = 3000.0;
/// Between a belt and the devices beside it.
const CLEARANCE_MM: f64 = 50.0;
/// From a machine to the middle of a person who works at it.
const REACH_MM: f64 = 400.0;
/// Between a gate's bin and the bench to which what is in it is carried.
const AISLE_MM: f64 = 1000.0;
/// Two that follow one another touch; so much more is an overlap.
pub(super) const TOUCHING_MM: f64 = 10.0;

/// Where a product comes into a machine or leaves it.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Port {
    /// The machine that it comes from or goes to, by its place in the twin file; nothing at the ends of
    /// the line.
    pub machine: Option<usize>,
    /// Where, and in which direction.
    pub pose: Pose,
}

/// A machine on the floor.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineLayout {
    /// Name.
    pub id: String,
    /// The kind's name, as the twin file has it.
    pub kind: &'static str,
    /// Its middle, and where product goes; for a belt its beginning.
    pub pose: Pose,
    /// What it covers: one rectangle, but several for a belt that turns.
    pub covers: Vec<Rectangle>,
    /// Where product comes in; several at a merge, none at a device.
    pub inlets: Vec<Port>,
    /// Where product leaves; several at a diverter, none at a device.
    pub outlets: Vec<Port>,
    /// Where a person stands to work at it, and looks.
    pub operator: Pose,
    /// Its way, if it is a belt.
    pub path: Option<Path>,
}

/// See the module's first lines. Machines stand in the order of the twin file.
///
/// ```
/// # let twin: linetwin_line::TwinSpec = ron::from_str(r#"Twin(name: "n", rated_units_per_min: 60,
/// #     lead_machine: "infeed", machines: [Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "belt"),
/// #     Belt(id: "belt", length_mm: 2000, speed_mm_s: 500, pitch_mm: 100, accumulates: false),
/// #     Camera(id: "camera", on: "belt", at_mm: 500, decode_s: Fixed(0.1), read_rate: 1.0)])"#).unwrap();
/// use linetwin_line::{Layout, Pose};
///
/// // infeed -> belt, with a camera on the belt.
/// let layout = Layout::of(&twin)?;
/// let belt = layout.machines[1].path.as_ref().unwrap();
/// // The infeed takes up 1500 mm.
/// assert_eq!(belt.point_at(500.0), Pose { x_mm: 2000.0, y_mm: 0.0, heading_deg: 0.0 });
/// assert_eq!(layout.machines[2].pose.x_mm, 2000.0);
/// assert_eq!(layout.warnings(), []);
/// # Ok::<(), linetwin_line::Problem>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Machines and devices.
    pub machines: Vec<MachineLayout>,
    /// From machine to machine, as product goes.
    pub connections: Vec<Connection>,
    /// The hall around all of them.
    pub hall: Bounds,
}

impl Layout {
    /// The floor plan of a line that can be built.
    ///
    /// # Errors
    /// The twin file's places, paths or sizes make no floor plan, or a device stands on no belt.
    pub fn of(twin: &TwinSpec) -> Result<Self, Problem> {
        if let Some(problem) = check_layout(twin).into_iter().next() {
            return Err(problem);
        }
        let topology = Topology::of(twin);
        let mut planner = Planner {
            twin,
            lanes: Lanes::of(twin, &topology),
            lane_mm: twin.layout.lane_distance_mm.unwrap_or(LANE_MM),
            carries: carries(twin, &topology),
            placed: vec![None; twin.machines.len()],
            topology,
        };
        let order = planner.topology.line_order();
        for at in &order {
            if !twin.machines[*at].is_device() {
                planner.machine(*at);
            }
        }
        for at in &order {
            if twin.machines[*at].is_device() && twin.machines[*at].on_belt().is_some() {
                planner.device(*at)?;
            }
        }
        for (at, machine) in twin.machines.iter().enumerate() {
            if let Placement::Beside(gate) = machine.placement() {
                planner.bench(at, gate)?;
            }
        }
        let machines: Vec<MachineLayout> = planner.placed.into_iter().flatten().collect();
        let connections = Connection::all(&planner.topology, &machines);
        let hall = Bounds::around(&machines);
        Ok(Self { machines, connections, hall })
    }
}

struct Planner<'a> {
    twin: &'a TwinSpec,
    topology: Topology,
    lanes: Lanes,
    lane_mm: f64,
    carries: Vec<Option<Level>>,
    placed: Vec<Option<MachineLayout>>,
}

impl Planner<'_> {
    /// A machine on the way of products. All that feed it are placed already.
    fn machine(&mut self, at: usize) {
        let machine = &self.twin.machines[at];
        let (length_mm, width_mm) = size_mm(self.twin, machine, self.carries[at]);
        let place = self.twin.layout.places.get(machine.id());
        let place = place.map(|place| {
            let (x_mm, y_mm) = (place.x_mm, place.y_mm);
            Pose { x_mm, y_mm, heading_deg: 0.0 }.turned(place.heading_deg)
        });
        let is_belt = matches!(machine.footprint(), Footprint::Belt { .. });
        let inlet = match place {
            Some(begin) if is_belt => begin,
            Some(middle) => middle.beside(-length_mm / 2.0, 0.0),
            None => self.goes_on(at),
        };
        let path = is_belt.then(|| {
            let pieces = self.twin.layout.paths.get(machine.id()).cloned().unwrap_or_default();
            Path::new(inlet, length_mm, pieces)
        });
        let end = path.as_ref().map_or(inlet.beside(length_mm, 0.0), Path::end);
        let inlets = self.inlets(at, inlet);
        let outlets = self.outlets(at, end);
        // A diverter or a merge reaches from the first to the last of its lanes.
        let sides = inlets.iter().map(|port| inlet.sees(port.pose.point()).1);
        let sides = sides.chain(outlets.iter().map(|port| end.sees(port.pose.point()).1));
        let (right_mm, left_mm) =
            sides.fold((0.0_f64, 0.0_f64), |(least, most), side| (least.min(side), most.max(side)));
        let middle = inlet.beside(length_mm / 2.0, (right_mm + left_mm) / 2.0);
        let covers = match &path {
            Some(path) => path.covers(width_mm),
            None => {
                let width_mm = width_mm + left_mm - right_mm;
                vec![Rectangle { middle, length_mm, width_mm }]
            }
        };
        let work = path
            .as_ref()
            .map_or(inlet.beside(length_mm / 2.0, right_mm), |path| path.point_at(length_mm / 2.0));
        self.placed[at] = Some(MachineLayout {
            id: machine.id().to_owned(),
            kind: machine.kind(),
            pose: if path.is_some() { inlet } else { inlet.beside(length_mm / 2.0, 0.0) },
            covers,
            inlets,
            outlets,
            operator: work.beside(0.0, -width_mm / 2.0 - REACH_MM).turned(90.0),
            path,
        });
    }

    /// The inlet of a machine whose place is not given.
    fn goes_on(&self, at: usize) -> Pose {
        let arriving: Vec<(Pose, f64)> = self
            .feeders(at)
            .filter_map(|(from, nth)| {
                let pose = self.placed[from].as_ref()?.outlets[nth].pose;
                Some((pose, self.lanes.comes_in(from, nth, at)))
            })
            .collect();
        let straight = arriving.iter().find(|(_, lane)| *lane == 0.0).or(arriving.first());
        let Some((from, lane)) = straight else {
            // The line begins here.
            return Pose::default().beside(0.0, f64::from(self.lanes.lane(at)) * self.lane_mm);
        };
        let begin = from.beside(0.0, -lane * self.lane_mm);
        // It stands behind the longest of the ways that come to it side by side.
        let side_by_side =
            arriving.iter().filter(|(pose, _)| pose.heading_deg == begin.heading_deg);
        let further_mm = side_by_side.map(|(pose, _)| begin.sees(pose.point()).0);
        begin.beside(further_mm.fold(0.0, f64::max), 0.0)
    }

    /// The ways that come to a machine, each with which of the ways it is where it comes from.
    fn feeders(&self, at: usize) -> impl Iterator<Item = (usize, usize)> {
        self.topology.feeders(at).iter().filter_map(move |from| {
            let nth = self.topology.next(*from).iter().position(|to| *to == at)?;
            Some((*from, nth))
        })
    }

    fn inlets(&self, at: usize, inlet: Pose) -> Vec<Port> {
        let ports = self.feeders(at).map(|(from, nth)| {
            // A belt or a machine takes product in at one place, wherever the way comes from.
            let joins = self.twin.machines[at].joins_ways();
            let lane = if joins { self.lanes.comes_in(from, nth, at) } else { 0.0 };
            Port { machine: Some(from), pose: inlet.beside(0.0, lane * self.lane_mm) }
        });
        let ports: Vec<Port> = ports.collect();
        if ports.is_empty() { vec![Port { machine: None, pose: inlet }] } else { ports }
    }

    fn outlets(&self, at: usize, end: Pose) -> Vec<Port> {
        let ways = self.topology.next(at).iter().enumerate();
        let ports = ways.map(|(nth, to)| {
            let left_mm = self.lanes.leaves(at, nth) * self.lane_mm;
            Port { machine: Some(*to), pose: end.beside(0.0, left_mm) }
        });
        let ports: Vec<Port> = ports.collect();
        if ports.is_empty() { vec![Port { machine: None, pose: end }] } else { ports }
    }

    /// A device beside its belt: cameras and printers on the left, a gate's bin on the right, where people
    /// come to it.
    fn device(&mut self, at: usize) -> Result<(), Problem> {
        let machine = &self.twin.machines[at];
        let Some((id, at_mm)) = machine.on_belt() else { return Ok(()) };
        let belt = self
            .twin
            .index_of(id)
            .filter(|belt| self.placed[*belt].as_ref().is_some_and(|belt| belt.path.is_some()));
        let belt = belt.ok_or_else(|| self.nowhere(at, "on", id, "the id of a Belt"))?;
        let Some(path) = self.placed[belt].as_ref().and_then(|belt| belt.path.as_ref()) else {
            return Ok(());
        };
        let (_, belt_mm) = size_mm(self.twin, &self.twin.machines[belt], self.carries[belt]);
        let (length_mm, width_mm) = size_mm(self.twin, machine, None);
        let side = side_of(machine);
        // Where devices stand close, each has half of the way between them.
        let others = self.topology.devices(belt).iter().map(|other| &self.twin.machines[*other]);
        let others = others.filter(|other| other.id() != machine.id() && side_of(other) == side);
        let apart_mm = others.filter_map(MachineSpec::on_belt).map(|(_, mm)| (mm - at_mm).abs());
        let length_mm = apart_mm.fold(length_mm, f64::min).max(1.0);
        let beside_mm = belt_mm / 2.0 + CLEARANCE_MM;
        let on_belt = path.point_at(at_mm);
        let middle = on_belt.beside(0.0, side * (beside_mm + width_mm / 2.0));
        let occupied_mm = if side < 0.0 { beside_mm + width_mm } else { belt_mm / 2.0 };
        self.placed[at] = Some(MachineLayout {
            id: machine.id().to_owned(),
            kind: machine.kind(),
            pose: middle,
            covers: vec![Rectangle { middle, length_mm, width_mm }],
            inlets: Vec::new(),
            outlets: Vec::new(),
            operator: on_belt.beside(0.0, -occupied_mm - REACH_MM).turned(90.0),
            path: None,
        });
        Ok(())
    }

    /// A bench in front of its gate, further away where something else stands.
    fn bench(&mut self, at: usize, gate: &str) -> Result<(), Problem> {
        let machine = &self.twin.machines[at];
        let (length_mm, width_mm) = size_mm(self.twin, machine, None);
        let bin = self.twin.index_of(gate).and_then(|gate| self.placed[gate].as_ref());
        let bin = bin.and_then(|bin| bin.covers.first());
        let bin = bin.ok_or_else(|| self.nowhere(at, "gate", gate, "the id of a RejectGate"))?;
        let away_mm = bin.width_mm / 2.0 + AISLE_MM + width_mm / 2.0;
        let covers = |middle: Pose| Rectangle { middle, length_mm, width_mm };
        let place = self.twin.layout.places.get(machine.id());
        let middle = place.map(|place| {
            let (x_mm, y_mm) = (place.x_mm, place.y_mm);
            Pose { x_mm, y_mm, heading_deg: 0.0 }.turned(place.heading_deg)
        });
        let middle = middle.unwrap_or_else(|| {
            let steps = (0..1000).map(|step| f64::from(step) * 250.0);
            let mut places = steps.map(|mm| bin.middle.beside(0.0, -away_mm - mm));
            let is_free = |middle: &Pose| {
                let mut others = self.placed.iter().flatten().flat_map(|other| &other.covers);
                !others.any(|other| other.overlaps(&covers(*middle), 0.0))
            };
            places.find(is_free).unwrap_or(bin.middle.beside(0.0, -away_mm))
        });
        self.placed[at] = Some(MachineLayout {
            id: machine.id().to_owned(),
            kind: machine.kind(),
            pose: middle,
            covers: vec![covers(middle)],
            inlets: Vec::new(),
            outlets: Vec::new(),
            operator: middle.beside(0.0, -width_mm / 2.0 - REACH_MM).turned(90.0),
            path: None,
        });
        Ok(())
    }

    fn nowhere(&self, at: usize, key: &str, found: &str, expected: &str) -> Problem {
        let kind = expected.trim_start_matches("the id of a ");
        let names = self.twin.machines.iter().filter(|machine| machine.kind() == kind);
        let path = format!("machines[{at}].{key}");
        Problem::unknown_name(path, found, expected, names.map(MachineSpec::id))
    }
}

/// On which side of its belt a device stands: 1 on the left, -1 on the right.
fn side_of(machine: &MachineSpec) -> f64 {
    if machine.drawing() == Drawing::Gate { -1.0 } else { 1.0 }
}

/// What each machine handles: units where nothing is packed before it.
fn carries(twin: &TwinSpec, topology: &Topology) -> Vec<Option<Level>> {
    let mut carries = vec![None; twin.machines.len()];
    for at in topology.line_order() {
        let leaves = twin.machines[at].makes().or(carries[at]);
        for next in topology.next(at) {
            carries[*next] = leaves.or(carries[*next]);
        }
    }
    carries
}

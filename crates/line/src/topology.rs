//! Who follows whom on a line: ways from machine to machine, how they split and join, and the order in which
//! machines stand along them. A machine is its place in the twin file. What machines do and where they stand
//! is elsewhere.

use std::collections::BTreeMap;

use super::kinds::{MachineSpec, Placement};
use super::spec::TwinSpec;

impl TwinSpec {
    /// A machine's place in the file.
    ///
    /// ```
    /// # let twin: linetwin_line::TwinSpec = ron::from_str(r#"Twin(name: "n", rated_units_per_min: 60,
    /// #     lead_machine: "infeed", machines: [Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "belt"),
    /// #     Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100, accumulates: true)])"#).unwrap();
    /// // infeed -> belt
    /// assert_eq!(twin.index_of("belt"), Some(1));
    /// assert_eq!(twin.downstream(0).collect::<Vec<_>>(), [1]);
    /// assert_eq!(twin.upstream(1).collect::<Vec<_>>(), [0, 1]);
    /// ```
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.machines.iter().position(|machine| machine.id() == id)
    }

    /// Where product comes in.
    pub fn infeed(&self) -> Option<usize> {
        self.machines.iter().position(|machine| machine.placement() == Placement::Source)
    }

    /// The machines right behind one.
    pub fn downstream(&self, at: usize) -> impl Iterator<Item = usize> {
        self.machines[at].to().iter().filter_map(|to| self.index_of(to))
    }

    /// The way from a machine on, itself first; where it splits the way that is written first. It ends even
    /// if it runs in a circle.
    pub fn path_from(&self, at: Option<usize>) -> impl Iterator<Item = usize> {
        let next = |at: &usize| self.downstream(*at).next();
        std::iter::successors(at, next).take(self.machines.len())
    }

    /// Which machines can be reached from one, itself included, without going beyond machines at which
    /// `ends` is true.
    pub fn reachable_from(&self, at: usize, ends: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut reached = vec![false; self.machines.len()];
        let mut to_do = vec![at];
        while let Some(at) = to_do.pop() {
            if !std::mem::replace(&mut reached[at], true) && !ends(at) {
                to_do.extend(self.downstream(at));
            }
        }
        reached
    }

    /// The machines from which a way leads to one, itself included, in the order of the file.
    pub fn upstream(&self, at: usize) -> impl Iterator<Item = usize> {
        let mut feeders = vec![Vec::new(); self.machines.len()];
        for from in 0..self.machines.len() {
            self.downstream(from).for_each(|to| feeders[to].push(from));
        }
        let mut leads = vec![false; self.machines.len()];
        let mut to_do = vec![at];
        while let Some(at) = to_do.pop() {
            if !std::mem::replace(&mut leads[at], true) {
                to_do.extend_from_slice(&feeders[at]);
            }
        }
        leads.into_iter().enumerate().filter_map(|(at, leads)| leads.then_some(at))
    }

    /// The first machine on the way from the infeed that packs: it packs units.
    pub fn first_packer(&self) -> Option<&str> {
        let mut way = self.path_from(self.infeed()).map(|at| &self.machines[at]);
        way.find(|machine| machine.makes().is_some()).map(MachineSpec::id)
    }

    /// The devices on the belt of this name.
    pub fn devices_on<'a>(&'a self, belt: &'a str) -> impl Iterator<Item = &'a MachineSpec> {
        let on_it = move |it: &&MachineSpec| it.on_belt().is_some_and(|(on, _)| on == belt);
        self.machines.iter().filter(on_it)
    }
}

/// All ways of a line at once, for questions about every machine.
///
/// ```
/// # let twin: linetwin_line::TwinSpec = ron::from_str(r#"#![enable(implicit_some)]
/// #     Twin(name: "n", rated_units_per_min: 60,
/// #     lead_machine: "infeed", machines: [Merge(id: "join"), Machine(id: "a", service_s: Fixed(1),
/// #     queue_capacity: 1, to: "join"), Machine(id: "b", service_s: Fixed(1), queue_capacity: 1, to: "join"),
/// #     Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "split"), Diverter(id: "split", to: ["b", "a"])])"#)
/// #     .unwrap();
/// // In the file: join, a, b, infeed, split. Product goes infeed -> split -> b or a -> join.
/// let topology = linetwin_line::Topology::of(&twin);
/// assert_eq!(topology.next(4), [2, 1]);
/// assert_eq!(topology.feeders(0), [1, 2]);
/// assert_eq!(topology.line_order(), [3, 4, 2, 1, 0]);
/// ```
#[derive(Clone, Debug)]
pub struct Topology {
    next: Vec<Vec<usize>>,
    feeders: Vec<Vec<usize>>,
    devices: Vec<Vec<usize>>,
}

impl Topology {
    /// The ways of a line. Names that are no machine's lead nowhere.
    pub fn of(twin: &TwinSpec) -> Self {
        let ids = twin.machines.iter().enumerate().map(|(at, machine)| (machine.id(), at));
        let index: BTreeMap<&str, usize> = ids.collect();
        let count = twin.machines.len();
        let (mut feeders, mut devices) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        let next: Vec<Vec<usize>> = twin
            .machines
            .iter()
            .map(|machine| {
                machine.to().iter().filter_map(|to| index.get(to.as_str()).copied()).collect()
            })
            .collect();
        for (from, to) in next.iter().enumerate() {
            to.iter().for_each(|to| feeders[*to].push(from));
        }
        for (at, machine) in twin.machines.iter().enumerate() {
            let Some((belt, _)) = machine.on_belt() else { continue };
            if let Some(belt) = index.get(belt) {
                devices[*belt].push(at);
            }
        }
        let place = |at: &usize| twin.machines[*at].on_belt().map_or(0.0, |(_, at_mm)| at_mm);
        for on_belt in &mut devices {
            on_belt.sort_by(|one, other| place(one).total_cmp(&place(other)));
        }
        Self { next, feeders, devices }
    }

    /// The machines right behind one, in the order in which it names them.
    pub fn next(&self, at: usize) -> &[usize] {
        &self.next[at]
    }

    /// The machines right before one, in the order of the file.
    pub fn feeders(&self, at: usize) -> &[usize] {
        &self.feeders[at]
    }

    /// The devices on a belt, in the order in which products pass them.
    pub fn devices(&self, belt: usize) -> &[usize] {
        &self.devices[belt]
    }

    /// Every machine once, in the order of the line: each behind all that feed it, a device behind its
    /// belt, one way to its end before the next way begins. What no way leads to stands at the end.
    pub fn line_order(&self) -> Vec<usize> {
        let count = self.next.len();
        let on_belts: Vec<usize> = self.devices.iter().flatten().copied().collect();
        let mut waits: Vec<usize> = self.feeders.iter().map(Vec::len).collect();
        // Where product comes in, the first one on top.
        let begins = (0..count).rev().filter(|at| waits[*at] == 0 && !self.next[*at].is_empty());
        let mut to_do: Vec<usize> = begins.collect();
        let (mut order, mut done) = (Vec::with_capacity(count), vec![false; count]);
        while let Some(at) = to_do.pop() {
            for at in std::iter::once(&at).chain(&self.devices[at]) {
                done[*at] = true;
                order.push(*at);
            }
            for to in self.next[at].iter().rev() {
                waits[*to] -= 1;
                to_do.extend((waits[*to] == 0).then_some(*to));
            }
        }
        let left = (0..count).filter(|at| !done[*at] && !on_belts.contains(at));
        let left: Vec<usize> =
            left.flat_map(|at| [&[at], &self.devices[at][..]].concat()).collect();
        order.extend(left);
        order
    }
}

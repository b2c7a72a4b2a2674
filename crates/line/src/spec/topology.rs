//! Which machine follows which: where the line splits and comes together, and who is upstream of whom. Knows nothing
//! of what machines do.

use serde::{Deserialize, Serialize};

use super::TwinSpec;
use crate::kinds::{MachineSpec, Placement};

/// Which way a diverter sends the next product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum DivertRule {
    /// The first one, in the order in which they are written, that has room.
    #[default]
    FirstAvailable,
    /// One after the other; it waits for the one whose turn it is.
    RoundRobin,
    /// One that is drawn: so much of all goes each way. It waits for the one that was drawn.
    Shares(Vec<f64>),
}

/// Which of the products on a table leaves next.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum QueueDiscipline {
    /// First in, first out.
    #[default]
    Fifo,
    /// Last in, first out: products go back the way they came.
    Lifo,
}

/// A speed that a belt has while there are many products on it or on another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeltSpeedSpec {
    /// The belt that is watched, which may be itself.
    pub load_on: String,
    /// While there are so many products on that or more.
    pub at_least: u32,
    /// How fast it runs then.
    pub speed_mm_s: f64,
}

impl TwinSpec {
    /// A machine's place in the file.
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

    /// The way from a machine on, itself first; where it parts the way that is written first. It ends
    /// even if it runs in a circle.
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

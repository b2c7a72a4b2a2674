//! Which ways of a line run side by side: the main one is lane 0, and each way that diverges from another
//! gets the nearest lane to the left of it that is free for as long as it runs. Millimetres and poses come
//! later.

use crate::Topology;
use crate::spec::TwinSpec;

use super::walking::{begins_m, length_m};

/// The lanes of a line.
pub(super) struct Lanes {
    /// The lane in which each machine stands; devices stand in that of their belt and have none here.
    of: Vec<Option<u32>>,
    /// The lane of each way that leaves a machine, in the order in which it names them.
    ways: Vec<Vec<u32>>,
}

/// A way that diverges from another one.
struct Branch {
    /// Where from, and which of the ways from there.
    from: Option<(usize, usize)>,
    head: usize,
}

/// From where to where along the line.
type Stretch = (f64, f64);

impl Lanes {
    pub(super) fn of(twin: &TwinSpec, topology: &Topology) -> Self {
        let count = twin.machines.len();
        let begins_m: Vec<f64> =
            begins_m(twin).into_iter().map(Option::unwrap_or_default).collect();
        let end_m = |at: usize| begins_m[at] + length_m(&twin.machines[at]);
        let ways = (0..count).map(|at| vec![0; topology.next(at).len()]).collect();
        let mut lanes = Self { of: vec![None; count], ways };
        let mut taken: Vec<Vec<Stretch>> = Vec::new();
        for first in twin.infeed().into_iter().chain(0..count) {
            if twin.machines[first].is_device() || lanes.of[first].is_some() {
                continue;
            }
            let mut to_do = vec![Branch { from: None, head: first }];
            while let Some(branch) = to_do.pop() {
                let (chain, meets) = lanes.chain(topology, branch.head);
                let begin_m = branch.from.map_or(begins_m[branch.head], |(at, _)| end_m(at));
                let end_m = match (meets, chain.last()) {
                    (Some(meets), _) => begins_m[meets],
                    (None, Some(last)) => end_m(*last),
                    (None, None) => begin_m,
                };
                let least = branch.from.map_or(0, |(at, _)| lanes.lane(at) + 1);
                let lane = free_lane(&mut taken, least, (begin_m, end_m));
                lanes.take(&branch, &chain, lane);
                // The last one is done first: ways that diverge later and meet sooner lie within others.
                for from in chain {
                    let others = topology.next(from).iter().enumerate().skip(1).rev();
                    to_do.extend(
                        others.map(|(nth, head)| Branch { from: Some((from, nth)), head: *head }),
                    );
                }
            }
        }
        lanes
    }

    /// The lane in which a machine stands.
    pub(super) fn lane(&self, at: usize) -> u32 {
        self.of[at].unwrap_or(0)
    }

    /// How many lanes to the left of its own a way leaves a machine.
    pub(super) fn leaves(&self, from: usize, nth: usize) -> f64 {
        f64::from(self.ways[from][nth]) - f64::from(self.lane(from))
    }

    /// How many lanes to the left of its own a way comes in at a machine.
    pub(super) fn comes_in(&self, from: usize, nth: usize, to: usize) -> f64 {
        f64::from(self.ways[from][nth]) - f64::from(self.lane(to))
    }

    /// The machines from one on, always the first way, up to one that has a lane already.
    fn chain(&self, topology: &Topology, head: usize) -> (Vec<usize>, Option<usize>) {
        let (mut chain, mut next) = (Vec::new(), Some(head));
        while let Some(at) = next {
            if self.of[at].is_some() || chain.contains(&at) {
                return (chain, Some(at));
            }
            chain.push(at);
            next = topology.next(at).first().copied();
        }
        (chain, None)
    }

    fn take(&mut self, branch: &Branch, chain: &[usize], lane: u32) {
        if let Some((from, nth)) = branch.from {
            self.ways[from][nth] = lane;
        }
        for at in chain {
            self.of[*at] = Some(lane);
            if let Some(first) = self.ways[*at].first_mut() {
                *first = lane;
            }
        }
    }
}

/// The nearest lane that is free for a stretch, which is not free any more.
fn free_lane(taken: &mut Vec<Vec<Stretch>>, least: u32, (begin_m, end_m): Stretch) -> u32 {
    let free = |stretches: &Vec<Stretch>| {
        stretches.iter().all(|(from_m, to_m)| *to_m <= begin_m || end_m <= *from_m)
    };
    let least = least as usize;
    taken.resize(taken.len().max(least), Vec::new());
    let lane = (least..taken.len()).find(|lane| free(&taken[*lane])).unwrap_or(taken.len());
    taken.resize(taken.len().max(lane + 1), Vec::new());
    taken[lane].push((begin_m, end_m));
    lane as u32
}

//! Checks of the ways that product takes: each leads to a machine that takes product, comes together with
//! others only at a merge, ends, and is reached from the infeed.

use crate::kinds::{MachineSpec, Placement};

use super::{Checker, Problem};

impl Checker<'_> {
    /// Each way leads to a machine that takes product, and that nothing else feeds unless ways come
    /// together there.
    pub(super) fn next(&mut self, index: usize, machine: &MachineSpec) {
        let twin = self.twin;
        for (nth, to) in machine.to().iter().enumerate() {
            let path = match machine {
                MachineSpec::Diverter(_) => format!("machines[{index}].to[{nth}]"),
                _ => format!("machines[{index}].to"),
            };
            let takes_product = |m: &&MachineSpec| m.placement() == Placement::InLine;
            let others = twin.machines.iter().filter(takes_product);
            let Some(next) = others.clone().find(|other| other.id() == to) else {
                let names = others.map(MachineSpec::id);
                let expected = "the id of a machine that takes product";
                self.problems.push(Problem::unknown_name(path, to, expected, names));
                continue;
            };
            let mut before = twin.machines[..index].iter().filter(|other| other.to().contains(to));
            if let Some(before) = before.next()
                && !next.joins_ways()
            {
                let found = format!("`{to}`, which `{}` feeds already", before.id());
                let expected = "a machine that nothing else feeds, or a Merge";
                self.problems.push(Problem::new(path, found, expected));
            } else if machine.to()[..nth].contains(to) {
                let found = format!("`{to}` a second time");
                self.problems.push(Problem::new(path, found, "another machine"));
            }
        }
    }

    pub(super) fn loops(&mut self) {
        let twin = self.twin;
        // Machines that no way leads to are not in a circle, nor are those that only such machines lead to.
        let behind: Vec<Vec<usize>> =
            (0..twin.machines.len()).map(|at| twin.downstream(at).collect()).collect();
        let mut feeders = vec![0; behind.len()];
        behind.iter().flatten().for_each(|to| feeders[*to] += 1);
        let mut free: Vec<usize> = (0..behind.len()).filter(|at| feeders[*at] == 0).collect();
        while let Some(at) = free.pop() {
            for to in &behind[at] {
                feeders[*to] -= 1;
                free.extend((feeders[*to] == 0).then_some(*to));
            }
        }
        let left = twin.machines.iter().enumerate().filter(|(at, _)| feeders[*at] > 0);
        for (index, machine) in left {
            let mut next = twin.downstream(index);
            if next.any(|next| twin.reachable_from(next, |_| false)[index]) {
                let found = format!("a way back to `{}`", machine.id());
                let path = format!("machines[{index}].to");
                self.problems.push(Problem::new(path, found, "a way that ends"));
                return;
            }
        }
    }

    /// Every machine is on a way from the infeed, on a belt on that way, or at a gate on it.
    pub(super) fn reached(&mut self) {
        let twin = self.twin;
        let Some(infeed) = twin.infeed() else { return };
        let reached = twin.reachable_from(infeed, |_| false);
        for (index, machine) in twin.machines.iter().enumerate() {
            let (place, reached) = match machine.placement() {
                // The machine that it stands beside is checked by itself.
                Placement::Beside(_) => continue,
                Placement::OnBelt { belt, .. } => {
                    ("on", twin.index_of(belt).is_some_and(|belt| reached[belt]))
                }
                Placement::Source | Placement::InLine => ("id", reached[index]),
            };
            let found = format!("`{}`, to which no product comes", machine.id());
            let expected = "a way from the infeed that leads there, `to` by `to`";
            self.require(reached, format!("machines[{index}].{place}"), found, expected);
        }
    }
}

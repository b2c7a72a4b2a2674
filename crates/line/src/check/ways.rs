//! Checks of the ways that product takes: each leads to a machine that takes product, comes together with
//! others only at a merge, ends, and is reached from the infeed.

use crate::spec::{DivertRule, MachineSpec};

use super::{Checker, Problem};

impl Checker<'_> {
    /// Each way leads to a machine that takes product, and that nothing else feeds unless ways come
    /// together there.
    pub(super) fn next(&mut self, index: usize, machine: &MachineSpec) {
        let twin = self.twin;
        for (nth, to) in machine.to().iter().enumerate() {
            let path = match machine {
                MachineSpec::Diverter { .. } => format!("machines[{index}].to[{nth}]"),
                _ => format!("machines[{index}].to"),
            };
            let takes_product = |m: &&MachineSpec| m.kind() != "Infeed" && !m.is_device();
            let others = twin.machines.iter().filter(takes_product);
            let Some(next) = others.clone().find(|other| other.id() == to) else {
                let names = others.map(MachineSpec::id);
                let expected = "the id of a machine that takes product";
                self.problems.push(Problem::unknown_name(path, to, expected, names));
                continue;
            };
            let mut before = twin.machines[..index].iter().filter(|other| other.to().contains(to));
            if let Some(before) = before.next()
                && !matches!(next, MachineSpec::Merge { .. })
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

    /// What is special about machines that part or join ways.
    pub(super) fn junction(&mut self, at: &str, machine: &MachineSpec) {
        let path = |field: &str| format!("{at}.{field}");
        match machine {
            MachineSpec::Diverter { to, rule, .. } => {
                let found = format!("{} ways", to.len());
                self.require((2..=100).contains(&to.len()), path("to"), found, "2 to 100 ways");
                let DivertRule::Shares(shares) = rule else { return };
                let found = format!("{} shares", shares.len());
                let expected = format!("one for each of the {} ways", to.len());
                self.require(shares.len() == to.len(), path("rule"), found, &expected);
                let ok = shares.iter().all(|share| share.is_finite() && *share >= 0.0);
                let ok = ok && shares.iter().sum::<f64>() > 0.0;
                let found = format!("{shares:?}");
                self.require(ok, path("rule"), found, "numbers from 0 on, not all of them 0");
            }
            MachineSpec::Merge { id, first, .. } => {
                let twin = self.twin;
                for (nth, name) in first.iter().enumerate() {
                    let feeders = twin.machines.iter().filter(|other| other.to().contains(id));
                    if !feeders.clone().any(|feeder| feeder.id() == name) {
                        let names = feeders.map(MachineSpec::id);
                        let expected = "the id of a machine that feeds it";
                        let path = format!("{at}.first[{nth}]");
                        self.problems.push(Problem::unknown_name(path, name, expected, names));
                    }
                }
            }
            _ => {}
        }
    }

    /// A labeller labels containers: something must pack them before it.
    pub(super) fn labellers(&mut self) {
        let twin = self.twin;
        for (index, machine) in twin.machines.iter().enumerate() {
            let MachineSpec::CaseLabeller { id, .. } = machine else { continue };
            if !twin.before(index).any(|at| twin.machines[at].makes().is_some()) {
                let found = format!("`{id}` with nothing that packs before it");
                let expected = "a CasePacker on the way to a CaseLabeller";
                self.problems.push(Problem::new(format!("machines[{index}]"), found, expected));
            }
        }
    }

    pub(super) fn loops(&mut self) {
        let twin = self.twin;
        // Machines to which nothing leads are no part of a circle, nor are those to which only they lead.
        let behind: Vec<Vec<usize>> =
            (0..twin.machines.len()).map(|at| twin.behind(at).collect()).collect();
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
            let mut next = twin.behind(index);
            if next.any(|next| twin.reached_from(next, |_| false)[index]) {
                let found = format!("a way back to `{}`", machine.id());
                let path = format!("machines[{index}].to");
                self.problems.push(Problem::new(path, found, "a way that ends"));
                return;
            }
        }
    }

    /// What stands on the way from the infeed, on a belt on that way, or at a gate on it.
    pub(super) fn reached(&mut self) {
        let twin = self.twin;
        let Some(infeed) = twin.infeed() else { return };
        let reached = twin.reached_from(infeed, |_| false);
        for (index, machine) in twin.machines.iter().enumerate() {
            let (place, reached) = match machine {
                // Its gate is a device of a belt, and has a line of its own here.
                MachineSpec::ReworkBench { .. } => continue,
                device if device.is_device() => {
                    let belt = device.on_belt().and_then(|(belt, _)| twin.index_of(belt));
                    ("on", belt.is_some_and(|belt| reached[belt]))
                }
                _ => ("id", reached[index]),
            };
            let found = format!("`{}`, to which no product comes", machine.id());
            let expected = "a way from the infeed that leads there, `to` by `to`";
            self.require(reached, format!("machines[{index}].{place}"), found, expected);
        }
    }
}

//! Ownership of numbers: runs of consecutive numbers in one state with one owner. A number that was never
//! printed has no row of its own; its run has all there is to know about it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::key::{ObjectKey, OrderId, Run, SpaceId};
use super::state::SerialState;

/// State and owner of a run.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Custody {
    pub(super) state: SerialState,
    /// The order that has them; none while they are in a pool.
    pub(super) order: Option<OrderId>,
}

/// All runs, in the order of keys. Neighbours always differ in custody.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    runs: BTreeMap<ObjectKey, (u64, Custody)>,
    /// First keys of the runs of each pool.
    pools: BTreeMap<(SpaceId, SerialState), BTreeSet<ObjectKey>>,
    /// First keys of runs that were written, changed or removed since the last flush.
    changed: BTreeSet<ObjectKey>,
}

impl Ranges {
    /// State and owner of a number; `None` if it was never made.
    pub(super) fn custody(&self, key: ObjectKey) -> Option<Custody> {
        let (first, (count, custody)) = self.runs.range(..=key).next_back()?;
        (key.to_bits() - first.to_bits() < *count).then_some(*custody)
    }

    /// The order that a number belongs to.
    pub(super) fn order(&self, key: ObjectKey) -> Option<OrderId> {
        self.custody(key)?.order
    }

    /// Gives a run a new state and owner, whatever it had.
    pub(super) fn set(&mut self, run: Run, custody: Custody) {
        if run.count == 0 {
            return;
        }
        let end = run.first.to_bits() + run.count;
        self.split(run.first);
        if let Some(end) = ObjectKey::from_bits(end) {
            self.split(end);
        }
        let inside = self.runs.range(run.first..).map(|(first, _)| *first);
        let inside: Vec<ObjectKey> = inside.take_while(|first| first.to_bits() < end).collect();
        for first in inside {
            self.remove(first);
        }
        self.insert(run, custody);
        self.join(run.first);
        if let Some(next) = ObjectKey::from_bits(end) {
            self.join(next);
        }
    }

    /// The first numbers of a pool, up to `count` of them.
    pub(super) fn first_of(&self, space: SpaceId, pool: SerialState, count: u64) -> Vec<Run> {
        let mut left = count;
        let firsts = self.pools.get(&(space, pool)).into_iter().flatten();
        let mut taken = Vec::new();
        for first in firsts {
            if left == 0 {
                break;
            }
            let count = self.runs[first].0.min(left);
            taken.push(Run { first: *first, count });
            left -= count;
        }
        taken
    }

    /// How many numbers a pool holds.
    pub(super) fn pool(&self, space: SpaceId, pool: SerialState) -> u64 {
        let firsts = self.pools.get(&(space, pool)).into_iter().flatten();
        firsts.map(|first| self.runs[first].0).sum()
    }

    /// The runs of an order.
    pub(super) fn of_order(&self, order: OrderId) -> impl Iterator<Item = (Run, Custody)> {
        let all = self
            .runs
            .iter()
            .map(|(first, (count, custody))| (Run { first: *first, count: *count }, *custody));
        all.filter(move |(_, custody)| custody.order == Some(order))
    }

    /// Rows that were changed since this was last called: a run, or none where one began.
    pub(super) fn take_changed(&mut self) -> Vec<(ObjectKey, Option<(u64, Custody)>)> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().map(|first| (first, self.runs.get(&first).copied())).collect()
    }

    /// Puts back a run that was stored.
    pub(super) fn restore(&mut self, run: Run, custody: Custody) {
        self.insert(run, custody);
        self.changed.clear();
    }

    /// Makes a run begin at `at`, if one covers it.
    fn split(&mut self, at: ObjectKey) {
        let Some((&first, &(count, custody))) = self.runs.range(..at).next_back() else {
            return;
        };
        let before = at.to_bits() - first.to_bits();
        if before < count {
            self.insert(Run { first, count: before }, custody);
            self.insert(Run { first: at, count: count - before }, custody);
        }
    }

    /// Joins the run that begins at `at` with the one that ends there, if they are alike.
    fn join(&mut self, at: ObjectKey) {
        let Some(&(count, custody)) = self.runs.get(&at) else { return };
        let Some((&first, &(before, other))) = self.runs.range(..at).next_back() else { return };
        let touches = first.to_bits() + before == at.to_bits() && first.space() == at.space();
        if touches && custody == other {
            self.remove(at);
            self.insert(Run { first, count: before + count }, custody);
        }
    }

    fn insert(&mut self, run: Run, custody: Custody) {
        if custody.order.is_none() {
            self.pools.entry((run.first.space(), custody.state)).or_default().insert(run.first);
        }
        self.runs.insert(run.first, (run.count, custody));
        self.changed.insert(run.first);
    }

    fn remove(&mut self, first: ObjectKey) {
        if let Some((_, custody)) = self.runs.remove(&first)
            && let Some(pool) = self.pools.get_mut(&(first.space(), custody.state))
        {
            pool.remove(&first);
        }
        self.changed.insert(first);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(counter: u64) -> ObjectKey {
        ObjectKey::new(SpaceId(1), counter)
    }

    const STATES: [SerialState; 3] =
        [SerialState::Unassigned, SerialState::Unallocated, SerialState::Allocated];

    proptest! {
        /// The runs agree with a plain table of one entry a number.
        #[test]
        fn runs_say_what_a_plain_table_says(
            steps in prop::collection::vec((0u64..60, 1u64..30, 0usize..3, 0u32..3), 1..40),
        ) {
            let mut ranges = Ranges::default();
            let mut plain: BTreeMap<u64, Custody> = BTreeMap::new();
            for (first, count, state, order) in steps {
                let order = (state == 2).then_some(OrderId(order));
                let custody = Custody { state: STATES[state], order };
                ranges.set(Run { first: key(first), count }, custody);
                plain.extend((first..first + count).map(|n| (n, custody)));
                for n in 0..100 {
                    prop_assert_eq!(ranges.custody(key(n)), plain.get(&n).copied());
                }
                for state in STATES {
                    let held = plain.values().filter(|c| c.state == state && c.order.is_none());
                    prop_assert_eq!(ranges.pool(SpaceId(1), state), held.count() as u64);
                }
                let runs: Vec<_> = ranges.runs.iter().collect();
                for pair in runs.windows(2) {
                    let touching = pair[0].0.to_bits() + pair[0].1.0 == pair[1].0.to_bits();
                    prop_assert!(!touching || pair[0].1.1 != pair[1].1.1, "neighbours differ");
                }
            }
        }
    }
}

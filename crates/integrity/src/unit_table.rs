//! Units by their ids, which count up as units come onto the line. Most are gone again soon after, so the
//! latest lie side by side and are found by a subtraction; the few that stay long are found by a hash.

use std::collections::VecDeque;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use linetwin_base::UnitId;

use super::physical::Unit;

/// How many of the latest stand side by side.
const LATEST: u32 = 1 << 14;

/// See the module's first lines.
#[derive(Debug, Default)]
pub(super) struct UnitTable {
    /// The id of the first of the latest.
    first: u32,
    latest: VecDeque<Option<Unit>>,
    /// Units with ids below that.
    old: IndexMap<UnitId, Unit, FxBuildHasher>,
}

impl UnitTable {
    pub(super) fn get(&self, unit: UnitId) -> Option<&Unit> {
        match self.place(unit) {
            Some(place) => self.latest.get(place)?.as_ref(),
            None => self.old.get(&unit),
        }
    }

    /// The unit; a new one if its id is new.
    pub(super) fn get_or_new(&mut self, unit: UnitId) -> &mut Unit {
        while unit.0 >= self.first.saturating_add(LATEST) {
            if let Some(Some(old)) = self.latest.pop_front() {
                self.old.insert(UnitId(self.first), old);
            }
            self.first += 1;
        }
        let Some(place) = self.place(unit) else { return self.old.entry(unit).or_default() };
        if place >= self.latest.len() {
            self.latest.resize_with(place + 1, || None);
        }
        self.latest[place].get_or_insert_default()
    }

    pub(super) fn remove(&mut self, unit: UnitId) -> Option<Unit> {
        let Some(place) = self.place(unit) else { return self.old.swap_remove(&unit) };
        let removed = self.latest.get_mut(place)?.take();
        while let Some(None) = self.latest.front() {
            self.latest.pop_front();
            self.first += 1;
        }
        removed
    }

    /// In the order of their ids.
    pub(super) fn iter(&self) -> impl Iterator<Item = (UnitId, &Unit)> {
        let mut old: Vec<_> = self.old.iter().map(|(id, unit)| (*id, unit)).collect();
        old.sort_unstable_by_key(|(id, _)| *id);
        let latest = (self.first..).zip(&self.latest);
        old.into_iter().chain(latest.filter_map(|(id, unit)| Some((UnitId(id), unit.as_ref()?))))
    }

    /// Where a unit stands among the latest; `None` if its id is below theirs.
    fn place(&self, unit: UnitId) -> Option<usize> {
        unit.0.checked_sub(self.first).map(|place| place as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// After any steps it holds what a plain map holds.
        #[test]
        fn it_is_a_map(steps in prop::collection::vec((0_u32..60_000, any::<bool>()), 1..200)) {
            let mut table = UnitTable::default();
            let mut map = BTreeMap::new();
            for (id, comes) in steps {
                let unit = UnitId(id);
                if comes {
                    table.get_or_new(unit).grade_tenths = Some(id as u8);
                    map.insert(id, id as u8);
                } else {
                    prop_assert_eq!(table.remove(unit).is_some(), map.remove(&id).is_some());
                }
                prop_assert_eq!(table.get(unit).is_some(), map.contains_key(&id));
            }
            let all: Vec<_> = table.iter().map(|(id, unit)| (id.0, unit.grade_tenths)).collect();
            let expected: Vec<_> = map.into_iter().map(|(id, grade)| (id, Some(grade))).collect();
            prop_assert_eq!(all, expected);
        }
    }
}

//! Dense names inside the ledger: (number space, counter) in eight bytes. Numbers are issued by
//! counting, so neighbours on the line are neighbours in every table.

use std::fmt;
use std::num::NonZeroU64;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number space: the serial numbers of one trade item, or the SSCCs of one company prefix. Counted
/// from 1.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SpaceId(pub u16);

/// An order, numbered by the ledger from 1.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(pub u32);

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "order {}", self.0)
    }
}

/// Bits of a key that count within a space.
const COUNTER_BITS: u32 = 40;

/// A unit or container: its number space and its counter there.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u64", try_from = "u64")]
pub struct ObjectKey(NonZeroU64);

impl From<ObjectKey> for u64 {
    fn from(key: ObjectKey) -> Self {
        key.to_bits()
    }
}

impl TryFrom<u64> for ObjectKey {
    type Error = &'static str;
    fn try_from(bits: u64) -> Result<Self, Self::Error> {
        Self::from_bits(bits).ok_or("no key has this number")
    }
}

impl ObjectKey {
    /// Counters run from 0 to below this.
    pub const COUNTERS: u64 = 1 << COUNTER_BITS;

    /// The key of a counter in a space.
    ///
    /// # Panics
    /// When the space is 0 or the counter not below [`Self::COUNTERS`].
    pub const fn new(space: SpaceId, counter: u64) -> Self {
        assert!(counter < Self::COUNTERS, "a counter has 40 bits");
        let bits = (space.0 as u64) << COUNTER_BITS | counter;
        Self(NonZeroU64::new(bits).expect("spaces are counted from 1"))
    }

    /// The key as a number, and back.
    pub const fn to_bits(self) -> u64 {
        self.0.get()
    }

    /// See [`Self::to_bits`]. `None` for a number that no key has.
    pub const fn from_bits(bits: u64) -> Option<Self> {
        let space = bits >> COUNTER_BITS;
        match NonZeroU64::new(bits) {
            Some(bits) if space > 0 && space <= u16::MAX as u64 => Some(Self(bits)),
            _ => None,
        }
    }

    /// Its number space.
    pub const fn space(self) -> SpaceId {
        SpaceId((self.to_bits() >> COUNTER_BITS) as u16)
    }

    /// Its counter.
    pub const fn counter(self) -> u64 {
        self.to_bits() & (Self::COUNTERS - 1)
    }

    /// The key `n` counters further on. The caller stays within the space.
    pub(super) const fn plus(self, n: u64) -> Self {
        Self::new(self.space(), self.counter() + n)
    }
}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.space().0, self.counter())
    }
}

/// Objects of one event, in the order in which they were named. Keys are written as runs of
/// consecutive numbers, so a thousand serial numbers in a row take some ten bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<R>(pub Vec<R>);

impl<R> std::ops::Deref for List<R> {
    type Target = [R];
    fn deref(&self) -> &[R] {
        &self.0
    }
}

impl<'a, R> IntoIterator for &'a List<R> {
    type Item = &'a R;
    type IntoIter = std::slice::Iter<'a, R>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<R> Default for List<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Consecutive keys: the first one and how many.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) first: ObjectKey,
    pub(super) count: u64,
}

impl Run {
    /// The keys one by one.
    pub(super) fn keys(self) -> impl Iterator<Item = ObjectKey> {
        (0..self.count).map(move |n| self.first.plus(n))
    }
}

/// The list as runs.
pub(super) fn runs(keys: &[ObjectKey]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for &key in keys {
        match runs.last_mut() {
            Some(run) if run.first.to_bits() + run.count == key.to_bits() => run.count += 1,
            _ => runs.push(Run { first: key, count: 1 }),
        }
    }
    runs
}

impl Serialize for List<ObjectKey> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let runs = runs(&self.0);
        // The number of runs, then for each the distance from the end of the one before, and its
        // length: numbers of variable size, for which small is short.
        let mut tuple = to.serialize_tuple(1 + 2 * runs.len())?;
        tuple.serialize_element(&(runs.len() as u64))?;
        let mut end = 0i64;
        for run in runs {
            let first = run.first.to_bits() as i64;
            tuple.serialize_element(&(first - end))?;
            tuple.serialize_element(&run.count)?;
            end = first + run.count as i64;
        }
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for List<ObjectKey> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Runs;
        impl<'de> Visitor<'de> for Runs {
            type Value = List<ObjectKey>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("runs of object keys")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let short = || A::Error::custom("the list of runs ends early");
                let count: u64 = seq.next_element()?.ok_or_else(short)?;
                let (mut keys, mut end) = (Vec::new(), 0i64);
                for _ in 0..count {
                    let gap: i64 = seq.next_element()?.ok_or_else(short)?;
                    let length: u64 = seq.next_element()?.ok_or_else(short)?;
                    let first = end.checked_add(gap).ok_or_else(short)?;
                    let whole =
                        u64::try_from(first).ok().and_then(|first| first.checked_add(length));
                    let fits = length <= LONGEST_LIST - keys.len() as u64;
                    let (Some(after), true) = (whole, fits) else {
                        return Err(A::Error::custom("a run leaves the range of keys"));
                    };
                    for bits in first as u64..after {
                        let key = ObjectKey::from_bits(bits);
                        keys.push(key.ok_or_else(|| A::Error::custom("no key has this number"))?);
                    }
                    end = after as i64;
                }
                Ok(List(keys))
            }
        }
        // The length is not known beforehand; the visitor stops when it has read what was counted.
        from.deserialize_tuple(usize::MAX, Runs)
    }
}

/// No event names more objects than this; a longer list is not from a ledger.
pub(super) const LONGEST_LIST: u64 = 1 << 24;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(space: u16, counter: u64) -> ObjectKey {
        ObjectKey::new(SpaceId(space), counter)
    }

    #[test]
    fn neighbours_are_written_as_one_run() {
        let list = List((100..1_100).map(|counter| key(3, counter)).collect::<Vec<_>>());
        let bytes = postcard::to_stdvec(&list).unwrap();
        assert!(bytes.len() < 12, "{} bytes", bytes.len());
        assert_eq!(postcard::from_bytes::<List<ObjectKey>>(&bytes).unwrap(), list);
    }

    #[test]
    fn a_run_that_is_too_long_to_be_ours_is_refused() {
        let bytes = postcard::to_stdvec(&(1u64, 5i64, u64::MAX / 2)).unwrap();
        assert!(postcard::from_bytes::<List<ObjectKey>>(&bytes).is_err());
    }

    #[test]
    fn runs_are_together_no_longer_than_one_may_be() {
        let gap = ObjectKey::new(SpaceId(1), 0).to_bits() as i64;
        let bytes = postcard::to_stdvec(&(2u64, gap, 10u64, 0i64, LONGEST_LIST - 9)).unwrap();
        assert!(postcard::from_bytes::<List<ObjectKey>>(&bytes).is_err());
    }

    #[test]
    fn a_number_is_a_key_if_it_has_a_space() {
        assert_eq!(ObjectKey::from_bits(key(1, 0).to_bits()), Some(key(1, 0)));
        assert_eq!(ObjectKey::from_bits(key(u16::MAX, 7).to_bits()), Some(key(u16::MAX, 7)));
        let no_space = key(1, 0).to_bits() - 1;
        let too_high = key(u16::MAX, ObjectKey::COUNTERS - 1).to_bits() + 1;
        for bits in [0, 1, no_space, too_high, u64::MAX] {
            assert_eq!(ObjectKey::from_bits(bits), None, "{bits:#x}");
        }
    }

    proptest! {
        #[test]
        fn a_list_is_read_as_it_was_written(
            keys in prop::collection::vec((1u16..4, prop_oneof![0u64..20, 0..ObjectKey::COUNTERS]), 0..50),
        ) {
            let list = List(keys.into_iter().map(|(space, n)| key(space, n)).collect::<Vec<_>>());
            let bytes = postcard::to_stdvec(&list).unwrap();
            prop_assert_eq!(postcard::from_bytes::<List<ObjectKey>>(&bytes).unwrap(), list);
        }
    }
}

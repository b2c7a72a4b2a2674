//! Numbers that an outside issuer gave, stored as they came: they cannot be computed here. Leads from a
//! counter to its code and from a code to its counter. That a number is new is checked by the caller.
//!
//! Codes lie in pages of 64 by counter. The index is a table of 65 536 buckets, chosen by a keyed hash
//! of the serial number: at ten million numbers a bucket has some 150 entries, and a look-up reads one
//! bucket and one page. An entry holds 32 further bits of the hash; where two serial numbers agree in
//! those as well, the pages tell them apart.

use serde::{Deserialize, Serialize};

use linetwin_gs1::{CryptoCodeBuf, SerialNumber, UnitCode};

use super::super::store::{Batch, StoreError, Table, Tables};
use super::cached::{Cached, Row};
use super::key::{ObjectKey, SpaceId};
use super::rows::{ROWS, page_of};

/// Pages and buckets that are kept decoded.
const CACHED_PAGES: usize = 1 << 11;
const CACHED_BUCKETS: usize = 1 << 13;

/// Numbers that one command may import: they all stand in one event.
pub const MOST_IMPORTED: usize = 1 << 12;

/// A code as its issuer gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedCode {
    /// (01) and (21).
    pub unit: UnitCode,
    /// (91) and (92), where the issuer signs.
    pub crypto_code: Option<CryptoCodeBuf>,
}

/// The same without the trade item, which follows from its number space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedNumber {
    /// (21)
    pub serial: SerialNumber,
    /// (91) and (92), where the issuer signs.
    pub crypto_code: Option<CryptoCodeBuf>,
}

/// Up to 64 numbers with consecutive counters.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page(Vec<IssuedNumber>);

impl Row for Page {
    fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(&self.0).expect("a vector takes all")
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let numbers: Vec<IssuedNumber> = postcard::from_bytes(bytes).ok()?;
        (numbers.len() <= ROWS).then_some(Self(numbers))
    }
}

/// The numbers by counter.
#[derive(Debug)]
pub(super) struct IssuedNumbers(Cached<Page>);

impl IssuedNumbers {
    pub(super) fn new() -> Self {
        Self(Cached::new(Table::Issued, CACHED_PAGES))
    }

    /// The number with this key, which was imported.
    pub(super) fn number(
        &mut self,
        tables: &dyn Tables,
        key: ObjectKey,
    ) -> Result<&IssuedNumber, StoreError> {
        let (page, place) = page_of(key);
        let lacking = StoreError::Malformed { table: Table::Issued, key: page };
        self.0.get(tables, page)?.0.get(place).ok_or(lacking)
    }

    /// Puts numbers behind those that are there; `first` is the next counter.
    pub(super) fn add(
        &mut self,
        tables: &dyn Tables,
        first: ObjectKey,
        numbers: &[IssuedNumber],
    ) -> Result<(), StoreError> {
        for (n, number) in (0..).zip(numbers) {
            let (page, _) = page_of(first.plus(n));
            self.0.change(tables, page)?.0.push(number.clone());
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, batch: &mut Batch) {
        self.0.flush(batch);
    }

    pub(super) fn unflushed(&self) -> usize {
        self.0.unflushed()
    }
}

/// Part of a serial number's hash, and its key; in ascending order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Bucket(Vec<(u32, ObjectKey)>);

impl Row for Bucket {
    fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(&self.0).expect("a vector takes all")
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let entries: Vec<(u32, ObjectKey)> = postcard::from_bytes(bytes).ok()?;
        entries.is_sorted().then_some(Self(entries))
    }
}

/// Leads from serial numbers to keys.
#[derive(Debug)]
pub(super) struct IssuedIndex {
    buckets: Cached<Bucket>,
    /// Secret, so that no pool can be made whose numbers all fall into one bucket.
    key: [u8; 32],
}

impl IssuedIndex {
    pub(super) fn new(master: &[u8; 32]) -> Self {
        let key = *blake3::keyed_hash(master, b"linetwin index of issued numbers").as_bytes();
        Self { buckets: Cached::new(Table::IssuedIndex, CACHED_BUCKETS), key }
    }

    /// The key of a serial number; none if it was never imported.
    pub(super) fn find(
        &mut self,
        numbers: &mut IssuedNumbers,
        tables: &dyn Tables,
        space: SpaceId,
        serial: &SerialNumber,
    ) -> Result<Option<ObjectKey>, StoreError> {
        let (bucket, part) = self.place(space, serial);
        let entries = &self.buckets.get(tables, bucket)?.0;
        let from = entries.partition_point(|entry| entry.0 < part);
        for &(_, key) in entries[from..].iter().take_while(|entry| entry.0 == part) {
            if key.space() == space && numbers.number(tables, key)?.serial == *serial {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    pub(super) fn add(
        &mut self,
        tables: &dyn Tables,
        first: ObjectKey,
        numbers: &[IssuedNumber],
    ) -> Result<(), StoreError> {
        for (n, number) in (0..).zip(numbers) {
            let key = first.plus(n);
            let (bucket, part) = self.place(key.space(), &number.serial);
            let entries = &mut self.buckets.change(tables, bucket)?.0;
            let at = entries.partition_point(|entry| *entry < (part, key));
            entries.insert(at, (part, key));
        }
        Ok(())
    }

    pub(super) fn flush(&mut self, batch: &mut Batch) {
        self.buckets.flush(batch);
    }

    pub(super) fn unflushed(&self) -> usize {
        self.buckets.unflushed()
    }

    /// The bucket of a serial number, and what stands in its entry.
    fn place(&self, space: SpaceId, serial: &SerialNumber) -> (u64, u32) {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&space.0.to_le_bytes());
        hasher.update(serial.as_str().as_bytes());
        let hash = hasher.finalize();
        let [a, b, c, d, e, f, ..] = *hash.as_bytes();
        (u64::from(u16::from_le_bytes([a, b])), u32::from_le_bytes([c, d, e, f]))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::super::store::MemoryTables;
    use super::*;

    const SPACE: SpaceId = SpaceId(3);

    fn number(n: u64) -> IssuedNumber {
        let crypto_code = format!("91EE07\u{1d}92sig{n}").parse().unwrap();
        IssuedNumber { serial: format!("{n:013}").parse().unwrap(), crypto_code: Some(crypto_code) }
    }

    fn key(counter: u64) -> ObjectKey {
        ObjectKey::new(SPACE, counter)
    }

    #[test]
    fn what_was_imported_is_found_both_ways_before_and_after_it_was_stored() {
        let mut tables = MemoryTables::default();
        let (mut numbers, mut index) = (IssuedNumbers::new(), IssuedIndex::new(&[7; 32]));
        let given: Vec<IssuedNumber> = (0..1_000).map(number).collect();
        for (first, batch) in [(0, &given[..100]), (100, &given[100..])] {
            numbers.add(&tables, key(first), batch).unwrap();
            index.add(&tables, key(first), batch).unwrap();
        }
        for stored in [false, true] {
            if stored {
                let mut batch = Batch::default();
                numbers.flush(&mut batch);
                index.flush(&mut batch);
                tables.commit(&batch).unwrap();
                (numbers, index) = (IssuedNumbers::new(), IssuedIndex::new(&[7; 32]));
            }
            for (counter, given) in (0..).zip(&given) {
                assert_eq!(numbers.number(&tables, key(counter)).unwrap(), given);
                let found = index.find(&mut numbers, &tables, SPACE, &given.serial);
                assert_eq!(found.unwrap(), Some(key(counter)));
                let elsewhere = index.find(&mut numbers, &tables, SpaceId(4), &given.serial);
                assert_eq!(elsewhere.unwrap(), None);
            }
            let never = index.find(&mut numbers, &tables, SPACE, &number(1_000).serial);
            assert_eq!(never.unwrap(), None);
        }
    }

    #[test]
    fn numbers_are_spread_over_the_index() {
        let index = IssuedIndex::new(&[7; 32]);
        let places = (0..1_000).map(|n| index.place(SPACE, &number(n).serial));
        let (buckets, parts): (BTreeSet<u64>, BTreeSet<u32>) = places.unzip();
        assert!(buckets.len() > 980, "{} buckets", buckets.len());
        assert_eq!(parts.len(), 1_000);
    }

    #[test]
    fn serial_numbers_with_the_same_hash_are_told_apart() {
        let tables = MemoryTables::default();
        let (mut numbers, mut index) = (IssuedNumbers::new(), IssuedIndex::new(&[7; 32]));
        numbers.add(&tables, key(0), &[number(0), number(1)]).unwrap();
        let (bucket, part) = index.place(SPACE, &number(1).serial);
        // As if number 0 had the hash of number 1.
        let entries = vec![(part, key(0)), (part, key(1))];
        index.buckets.change(&tables, bucket).unwrap().0 = entries;
        let found = index.find(&mut numbers, &tables, SPACE, &number(1).serial).unwrap();
        assert_eq!(found, Some(key(1)));
    }

    #[test]
    fn a_row_that_was_cut_off_is_none() {
        let page = Page((0..64).map(number).collect()).encode();
        assert!(Page::decode(&page).is_some());
        assert_eq!(Page::decode(&page[..page.len() - 1]), None);
        let bucket = Bucket(vec![(1, key(5)), (9, key(2))]).encode();
        assert!(Bucket::decode(&bucket).is_some());
        assert_eq!(Bucket::decode(&bucket[..bucket.len() - 1]), None);
        assert_eq!(Bucket::decode(&Bucket(vec![(9, key(2)), (1, key(5))]).encode()), None);
    }
}

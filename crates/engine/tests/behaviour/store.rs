//! The store under everything that can happen to a disk: nothing that was acknowledged is lost
//! without being named, nothing that was not is kept in part.

use std::ops::ControlFlow;

use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use linetwin_engine::store::{
    Batch, DiskJournal, FileName, Finding, Journal, MemoryTables, PipelinedJournal, SimulatedDisk,
    SqliteTables, StoreError, Table, Tables, open_folder, verify_folder, verify_journal,
};

/// The n-th block of a test: its length and bytes follow from n.
fn block(n: u64) -> Vec<u8> {
    let length = 1 + (n * 7919) % 3000;
    (0..length).map(|at| (at * 31 + n) as u8).collect()
}

fn blocks(journal: &dyn Journal) -> Result<u64, StoreError> {
    let mut count = 0;
    journal.read(&journal.start(), &mut |place, bytes| {
        assert_eq!(
            (place.blocks, bytes),
            (count + 1, &block(count)[..]),
            "blocks come back as they went"
        );
        count += 1;
        ControlFlow::Continue(())
    })?;
    Ok(count)
}

fn written(count: u64) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let mut journal = DiskJournal::open(disk.clone()).unwrap();
    for n in 0..count {
        journal.append(&block(n)).unwrap();
    }
    disk
}

fn length(disk: &SimulatedDisk, file: FileName) -> u64 {
    linetwin_engine::store::Disk::length(disk, file).unwrap().unwrap()
}

fn verify(disk: &SimulatedDisk) -> Result<Finding, StoreError> {
    verify_journal(disk, &mut |_, _| ControlFlow::Continue(()))
}

#[test]
fn a_journal_gives_back_what_was_appended() {
    let disk = written(20);
    let journal = DiskJournal::open(disk.clone()).unwrap();
    assert_eq!(blocks(&journal), Ok(20));
    assert_eq!(verify(&disk), Ok(Finding::Whole(journal.head())));
}

#[test]
fn nobody_waits_for_a_writer_that_has_gone() {
    let journal = DiskJournal::open(SimulatedDisk::new(1)).unwrap();
    let mut journal = PipelinedJournal::new(journal);
    journal.append(&block(0)).unwrap();
    // No block is empty: the writer panics over it.
    journal.begin(Vec::new()).unwrap();
    assert_eq!(journal.finish(), Err(StoreError::Unusable));
    assert_eq!(journal.begin(block(1)), Err(StoreError::Unusable));
    assert_eq!(journal.head().blocks, 1);
}

#[test]
fn reading_begins_where_it_is_told_to() {
    let disk = written(5);
    let mut journal = DiskJournal::open(disk).unwrap();
    let place = journal.head();
    journal.append(&block(5)).unwrap();
    let mut numbers = Vec::new();
    journal
        .read(&place, &mut |place, _| {
            numbers.push(place.blocks - 1);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(numbers, [5]);
}

/// A journal that answers only for what is durable: at every answer, nothing that it rests on is unsynced.
struct Witnessed(DiskJournal<SimulatedDisk>, SimulatedDisk);

impl Witnessed {
    fn open(disk: &SimulatedDisk) -> Result<Self, StoreError> {
        let journal = DiskJournal::open(disk.clone())?;
        assert_eq!(disk.unsynced(), [], "a journal was opened");
        Ok(Self(journal, disk.clone()))
    }

    fn append(&mut self, block: &[u8]) -> Result<(), StoreError> {
        let head = self.0.append(block)?;
        assert_eq!(self.1.unsynced(), [], "block {} was acknowledged", head.blocks);
        Ok(())
    }
}

#[test]
fn nothing_is_acknowledged_before_it_is_durable() {
    let disk = SimulatedDisk::new(5);
    let mut journal = Witnessed::open(&disk).unwrap();
    // Space is made beforehand once in a while.
    for n in 0..1_500 {
        journal.append(&block(n)).unwrap();
    }
    // Killed before anything, and after each operation of opening and of the first blocks.
    for operation in 0..40 {
        let disk = SimulatedDisk::new(operation);
        disk.crash_at(operation);
        let cut_off = Witnessed::open(&disk).and_then(|mut journal| journal.append(&block(0)));
        let cut_off = cut_off.is_err();
        disk.carry_on();
        let mut journal = Witnessed::open(&disk).unwrap();
        let next = journal.0.head().blocks;
        journal.append(&block(next)).unwrap();
        disk.restart();
        let journal = Witnessed::open(&disk).unwrap();
        assert_eq!(blocks(&journal.0), Ok(next + 1), "operation {operation}, {cut_off}");
    }
}

#[test]
fn a_disk_that_was_not_synced_says_so() {
    use linetwin_engine::store::Disk;
    let mut disk = SimulatedDisk::new(1);
    assert_eq!(disk.unsynced(), []);
    disk.write_at(FileName::Journal, 0, b"block").unwrap();
    disk.write_at(FileName::Head, 0, b"head").unwrap();
    assert_eq!(disk.unsynced(), [FileName::Journal, FileName::Head]);
    disk.sync(FileName::Journal).unwrap();
    assert_eq!(disk.unsynced(), [FileName::Journal, FileName::Head], "the folder need not have it");
    disk.sync_folder().unwrap();
    assert_eq!(disk.unsynced(), [FileName::Head]);
    disk.sync(FileName::Head).unwrap();
    assert_eq!(disk.unsynced(), []);
    disk.truncate(FileName::Head, 2).unwrap();
    assert_eq!(disk.unsynced(), [FileName::Head]);
}

#[test]
fn a_file_that_the_folder_need_not_have_is_gone_after_half_of_all_power_cuts() {
    use linetwin_engine::store::Disk;
    let survived = |with_folder: bool| {
        let there = (0..200).filter(|seed| {
            let mut disk = SimulatedDisk::new(*seed);
            disk.write_at(FileName::Journal, 0, b"block").unwrap();
            disk.sync(FileName::Journal).unwrap();
            if with_folder {
                disk.sync_folder().unwrap();
            }
            disk.restart();
            disk.length(FileName::Journal).unwrap() == Some(5)
        });
        there.count()
    };
    assert_eq!(survived(true), 200);
    assert!((50..150).contains(&survived(false)));
}

/// The power fails, the program is killed, or a sync fails, at a random operation, again and again, on
/// one disk.
#[test]
fn no_crash_loses_what_was_acknowledged_or_keeps_half_of_what_was_not() {
    let crashes = std::env::var("LINETWIN_CRASHES").ok().and_then(|n| n.parse().ok());
    let mut stream = ChaCha8Rng::seed_from_u64(11);
    let (mut left, mut seed, mut kept) = (crashes.unwrap_or(20_000u64), 0, 0);
    while left > 0 {
        seed += 1;
        let disk = SimulatedDisk::new(seed);
        let mut acknowledged = 0;
        for _ in 0..25 {
            left = left.saturating_sub(1);
            let operation = u64::from(stream.next_u32() % 40);
            let fate = stream.next_u32() % 4;
            if fate == 0 {
                disk.fail_sync(operation / 2);
            } else {
                disk.crash_at(operation);
            }
            // The crash may come while the journal is being opened and mended.
            if let Ok(mut journal) = Witnessed::open(&disk) {
                let found = journal.0.head().blocks;
                assert!(found == acknowledged || found == acknowledged + 1, "seed {seed}");
                kept += found - acknowledged;
                acknowledged = found;
                while journal.append(&block(acknowledged)).is_ok() {
                    acknowledged += 1;
                }
            }
            if fate <= 1 {
                disk.carry_on();
            } else {
                disk.restart();
            }
            let finding = verify(&disk);
            let started = acknowledged > 0;
            assert!(finding.is_ok() || !started, "seed {seed}: {finding:?}");
        }
        let journal = DiskJournal::open(disk.clone()).unwrap();
        let found = journal.head().blocks;
        assert!(found == acknowledged || found == acknowledged + 1, "seed {seed}");
        assert_eq!(blocks(&journal), Ok(found), "seed {seed}");
        assert!(matches!(verify(&disk), Ok(Finding::Whole(_))), "seed {seed}");
    }
    assert!(kept > 0, "sometimes a block was written whole and not acknowledged");
}

/// The program is killed, or a sync fails, and the system lives on; the ledger is opened again and may
/// answer for what it found there; then the power fails.
#[test]
fn what_was_found_at_opening_outlives_the_next_power_cut() {
    let mut kept = 0;
    for seed in 0..4_000 {
        let disk = SimulatedDisk::new(seed);
        let mut journal = DiskJournal::open(disk.clone()).unwrap();
        let mut acknowledged = seed % 4;
        for n in 0..acknowledged {
            journal.append(&block(n)).unwrap();
        }
        if seed % 2 == 0 {
            disk.crash_at(seed / 8 % 14);
        } else {
            disk.fail_sync(seed / 8 % 6);
        }
        while journal.append(&block(acknowledged)).is_ok() {
            acknowledged += 1;
        }
        disk.carry_on();
        let found = DiskJournal::open(disk.clone()).unwrap().head();
        assert!((acknowledged..=acknowledged + 1).contains(&found.blocks), "seed {seed}");
        kept += found.blocks - acknowledged;
        disk.restart();
        let journal =
            DiskJournal::open(disk).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!(journal.head(), found, "seed {seed}");
        assert_eq!(blocks(&journal), Ok(found.blocks), "seed {seed}");
    }
    assert!(kept > 0, "sometimes a block was whole and not acknowledged");
}

#[test]
fn a_disk_that_lied_about_syncing_the_journal_is_found_out() {
    let (mut found_out, mut lost) = (0, 0);
    for seed in 0..500 {
        let disk = SimulatedDisk::new(seed);
        let mut journal = DiskJournal::open(disk.clone()).unwrap();
        journal.append(&block(0)).unwrap();
        disk.lie(true);
        for n in 1..6 {
            journal.append(&block(n)).unwrap();
        }
        drop(journal);
        disk.restart();
        disk.lie(false);
        match DiskJournal::open(disk) {
            // What is served is whole. What the disk lost of both files alike leaves no sign.
            Ok(journal) => match blocks(&journal) {
                Ok(found) => lost += u64::from(found < 6),
                Err(error) => {
                    assert!(matches!(error, StoreError::Broken { .. }), "{error}");
                    found_out += 1;
                }
            },
            Err(StoreError::Broken { .. } | StoreError::Head(_)) => found_out += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(found_out > 100 && lost > 0, "{found_out} found out, {lost} lost without a sign");
}

#[test]
fn a_full_disk_stops_the_journal_and_spoils_nothing() {
    for space in (0..40_000).step_by(977) {
        let disk = SimulatedDisk::new(3);
        let mut journal = DiskJournal::open(disk.clone()).unwrap();
        disk.limit_space(Some(space));
        let mut acknowledged = 0;
        let error = loop {
            match journal.append(&block(acknowledged)) {
                Ok(_) => acknowledged += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(error, StoreError::Full);
        assert_eq!(journal.append(&block(0)), Err(StoreError::Unusable), "no second try");
        disk.limit_space(None);
        let mut journal = DiskJournal::open(disk).unwrap();
        assert_eq!(blocks(&journal), Ok(acknowledged));
        journal.append(&block(acknowledged)).unwrap();
    }
}

#[test]
fn a_sector_that_cannot_be_read_is_an_error() {
    let disk = written(4);
    for operation in 0..4 {
        disk.fail_read(operation);
        assert!(matches!(DiskJournal::open(disk.clone()), Err(StoreError::Io { .. })));
    }
}

#[test]
fn other_files_and_other_versions_are_refused_with_a_word() {
    let disk = written(2);
    disk.flip(FileName::Journal, 12 * 8 + 1);
    let error = DiskJournal::open(disk).unwrap_err();
    assert!(matches!(error, StoreError::Format { found: 0, expected: 2, .. }), "{error}");
    let disk = written(2);
    disk.flip(FileName::Journal, 0);
    assert!(matches!(DiskJournal::open(disk).unwrap_err(), StoreError::Foreign(_)));
}

#[test]
fn a_journal_without_its_head_is_not_taken_for_an_empty_one() {
    let disk = written(3);
    disk.resize(FileName::Head, 0);
    assert!(matches!(DiskJournal::open(disk), Err(StoreError::Head(_))));
}

#[test]
fn blocks_that_were_cut_off_are_missed() {
    let disk = written(3);
    let whole = length(&disk, FileName::Journal);
    for length in [40, 1_000, 2_500] {
        assert!(length < whole);
        let disk = written(3);
        disk.resize(FileName::Journal, length as usize);
        assert!(matches!(DiskJournal::open(disk.clone()), Err(StoreError::Broken { .. })));
        assert!(matches!(verify(&disk), Err(StoreError::Broken { .. })));
    }
}

/// Every byte that was written, and some of those that were not.
#[test]
fn no_altered_byte_goes_unnoticed() {
    let whole = written(3);
    let Ok(Finding::Whole(head)) = verify(&whole) else { panic!("it is whole") };
    let end = head.end + 100;
    for (file, bytes) in [(FileName::Journal, end), (FileName::Head, 1024)] {
        for byte in 0..bytes {
            let bit = byte * 8 + byte % 8;
            whole.flip(file, bit);
            let finding = verify(&whole);
            let noticed = !matches!(finding, Ok(Finding::Whole(_)));
            assert!(noticed, "{file:?} byte {byte}: {finding:?}");
            if let (FileName::Journal, Err(StoreError::Broken { block, .. })) = (file, &finding) {
                assert!(*block < 3, "byte {byte}");
            }
            whole.flip(file, bit);
        }
    }
    assert_eq!(verify(&whole), Ok(Finding::Whole(head)));
}

#[test]
fn an_older_journal_under_a_newer_head_is_noticed() {
    let (old, new) = (written(3), written(4));
    let journal = DiskJournal::open(new.clone()).unwrap();
    assert_eq!(journal.head().blocks, 4);
    let mut bytes = vec![0; length(&old, FileName::Journal) as usize];
    let old: &dyn linetwin_engine::store::Disk = &old;
    old.read_at(FileName::Journal, 0, &mut bytes).unwrap();
    let mut disk = new.clone();
    linetwin_engine::store::Disk::write_at(&mut disk, FileName::Journal, 0, &bytes).unwrap();
    assert!(matches!(verify(&new), Err(StoreError::Broken { block: 3, .. })));
}

fn batch(rows: &[(Table, u64, Option<Vec<u8>>)]) -> Batch {
    let mut batch = Batch::default();
    for (table, key, row) in rows {
        batch.rows.insert((*table, *key), row.clone());
    }
    batch
}

fn all(tables: &dyn Tables, table: Table, from: u64, to: u64) -> Vec<(u64, Vec<u8>)> {
    let mut rows = Vec::new();
    tables
        .scan(table, from, to, &mut |key, row| {
            rows.push((key, row.to_vec()));
            ControlFlow::Continue(())
        })
        .unwrap();
    rows
}

fn everything(tables: &dyn Tables) -> Vec<Vec<(u64, Vec<u8>)>> {
    Table::ALL.map(|table| all(tables, table, 0, u64::MAX)).into()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(30) })]
    #[test]
    fn tables_on_disk_do_what_tables_in_memory_do(
        batches in prop::collection::vec(
            prop::collection::vec((0usize..7, 0u64..20, prop::option::of(any::<Vec<u8>>())), 0..10),
            1..6,
        ),
        from in 0u64..20,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tables.sqlite");
        let mut memory = MemoryTables::default();
        for rows in batches {
            let mut tables = SqliteTables::open(&path).unwrap();
            let rows: Vec<_> =
                rows.into_iter().map(|(table, key, row)| (Table::ALL[table], key << 36, row)).collect();
            tables.commit(&batch(&rows)).unwrap();
            memory.commit(&batch(&rows)).unwrap();
            for table in Table::ALL {
                let (from, to) = (from << 36, u64::MAX);
                prop_assert_eq!(all(&tables, table, from, to), all(&memory, table, from, to));
                for key in 0..20 {
                    let key = key << 36;
                    prop_assert_eq!(tables.get(table, key), memory.get(table, key));
                }
            }
        }
    }
}

#[test]
fn a_row_that_was_altered_or_removed_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tables.sqlite");
    let mut tables = SqliteTables::open(&path).unwrap();
    tables.commit(&batch(&[(Table::Objects, 7, Some(vec![1, 2, 3]))])).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute("UPDATE objects SET row = x'010203ff' WHERE key = 7", []).unwrap();
    let damaged = Err(StoreError::Malformed { table: Table::Objects, key: 7 });
    assert_eq!(tables.get(Table::Objects, 7), damaged, "while it is open");
    drop(tables);
    let error = SqliteTables::open(&path).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tables cannot be trusted: row 7 of table objects is damaged"
    );
    other.execute("DELETE FROM objects", []).unwrap();
    let error = SqliteTables::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Tables(_)), "a row that is missing is missed: {error}");
}

/// What a killed process leaves behind, copied while it is still open: file and log.
fn as_a_kill_leaves_it(path: &std::path::Path, to: &std::path::Path) {
    for end in ["", "-wal"] {
        let file = |path: &std::path::Path| format!("{}{end}", path.display());
        std::fs::copy(file(path), file(to)).unwrap();
    }
}

/// SQLite drops a log from the first altered frame on. Where the frames behind it are in the file
/// already, that would bring back older pages among newer ones.
#[test]
fn an_altered_log_never_gives_a_mixture_of_old_and_new_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tables.sqlite");
    let mut tables = SqliteTables::open(&path).unwrap();
    let mut memory = MemoryTables::default();
    let mut moments = vec![everything(&memory)];
    let (mut earlier, mut refused) = (0, 0);
    // The log is written back into the file when it has come to 1000 pages, at about every 25th commit.
    for n in 0..48u64 {
        let mut batch = batch(&[(Table::Meta, 0, Some(vec![n as u8]))]);
        for key in (0..200).filter(|key| key % 5 == n % 5) {
            batch.rows.insert((Table::Objects, key), Some(vec![n as u8; 3_000]));
        }
        tables.commit(&batch).unwrap();
        memory.commit(&batch).unwrap();
        moments.push(everything(&memory));
        for piece in (0..10).filter(|_| n >= 36) {
            let copy = folder.path().join("copy.sqlite");
            as_a_kill_leaves_it(&path, &copy);
            let log = folder.path().join("copy.sqlite-wal");
            let mut bytes = std::fs::read(&log).unwrap();
            let place = bytes.len() * piece / 10 + 2_000;
            bytes[place] ^= 1;
            std::fs::write(&log, bytes).unwrap();
            match SqliteTables::open(&copy) {
                Ok(found) => {
                    let found = everything(&found);
                    assert!(moments.contains(&found), "commit {n}, byte {place} of the log");
                    earlier += u32::from(Some(&found) != moments.last());
                }
                Err(error) => {
                    assert!(matches!(error, StoreError::Tables(_)), "{error}");
                    refused += 1;
                }
            }
        }
    }
    assert!(earlier > 0 && refused > 0, "{earlier} were of an earlier moment, {refused} refused");
}

#[test]
fn files_of_other_programs_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tables.sqlite");
    rusqlite::Connection::open(&path).unwrap().execute("CREATE TABLE t (a)", []).unwrap();
    assert!(matches!(SqliteTables::open(&path), Err(StoreError::Foreign(_))));
    std::fs::write(&path, "no database, a text that is long enough to be looked at").unwrap();
    assert!(matches!(SqliteTables::open(&path), Err(StoreError::Tables(_))));
}

/// Every byte of a small file is inverted in turn; some have no meaning to SQLite.
#[test]
fn tables_in_which_a_byte_was_altered_are_as_they_were_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tables.sqlite");
    let mut tables = SqliteTables::open(&path).unwrap();
    for n in 0..60 {
        let row = vec![n as u8; 30 + n as usize];
        tables.commit(&batch(&[(Table::Objects, n, Some(row))])).unwrap();
    }
    let before = everything(&tables);
    drop(tables);
    let whole = std::fs::read(&path).unwrap();
    let mut refused = 0;
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        std::fs::write(&path, bytes).unwrap();
        match SqliteTables::open(&path) {
            Ok(tables) => assert_eq!(everything(&tables), before, "byte {at}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 500, "{refused} refused");
}

#[test]
fn damaged_tables_are_set_aside_and_missing_ones_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tables.sqlite");
    let mut store = open_folder(folder.path()).unwrap();
    store.tables.commit(&batch(&[(Table::Objects, 7, Some(vec![1, 2, 3]))])).unwrap();
    let head = store.journal.append(&block(0)).unwrap();
    drop(store);
    for number in 1..3 {
        std::fs::write(&path, [number; 5000]).unwrap();
        let store = open_folder(folder.path()).unwrap();
        let aside = folder.path().join(format!("tables-damaged-{number}.sqlite"));
        assert_eq!(store.set_aside, Some(aside.clone()));
        assert_eq!(std::fs::read(aside).unwrap(), [number; 5000]);
        assert_eq!(store.tables.get(Table::Objects, 7), Ok(None));
        assert_eq!(store.journal.head(), head);
    }
    std::fs::remove_file(&path).unwrap();
    let store = open_folder(folder.path()).unwrap();
    assert_eq!((store.set_aside, store.journal.head()), (None, head));
}

#[test]
fn a_folder_is_opened_by_one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = open_folder(folder.path()).unwrap();
    assert!(matches!(open_folder(folder.path()), Err(StoreError::Locked(_))));
    drop(first);
    let mut opened = open_folder(folder.path()).unwrap();
    opened.journal.append(&block(0)).unwrap();
    drop(opened);
    let finding = verify_folder(folder.path(), &mut |_, _| ControlFlow::Continue(()));
    assert!(matches!(finding, Ok(Finding::Whole(head)) if head.blocks == 1), "{finding:?}");
    let nothing = tempfile::tempdir().unwrap();
    let finding = verify_folder(nothing.path(), &mut |_, _| ControlFlow::Continue(()));
    assert!(matches!(finding, Err(StoreError::Foreign(_))), "{finding:?}");
}

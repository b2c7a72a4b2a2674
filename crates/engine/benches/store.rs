//! What the store costs: a plain file as the floor, what each idea of the journal adds or saves, tables
//! written after every so many blocks, and opening. Bytes of the ledger's shape, no ledger.
//!
//! `cargo bench --bench store`; `-- --commands 1000000 --rounds 5`. Figures depend on the disk; ratios
//! within one run carry over. `LINETWIN_BENCH_DIR` chooses the disk.

#[path = "../../../benches/common/clock.rs"]
mod clock;

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use linetwin_engine::store::{
    Batch, DiskJournal, Journal, PipelinedJournal, RealDisk, SqliteTables, Table, Tables,
};

use clock::wall_clock;

/// Bytes of a command in a block; about what the ledger writes for one commissioned unit.
const COMMAND_BYTES: usize = 30;
/// Units in a row of objects, and its bytes.
const PAGE_UNITS: u64 = 64;
const PAGE_BYTES: usize = 500;
/// Units in a case, and the bytes of its row.
const CASE_UNITS: u64 = 48;
const CASE_BYTES: usize = 150;
/// Rows a batch of tables that is written to measure opening.
const OPENING_ROWS: u64 = 4096;

/// A row of the first table: in how many ways the same blocks are written.
type Way = (&'static str, fn(&Path, &[Vec<u8>]));

const WAYS: [Way; 5] = [
    ("plain file that grows (floor)", plain_file),
    ("the same into space made before", prepared_file),
    ("the same, and a second small file", two_files),
    ("journal, one block at a time", journal),
    ("journal, pipelined", pipelined),
];

fn main() {
    let commands = value("--commands", 200_000);
    let rounds = value("--rounds", 5);
    println!(
        "{commands} commands of {COMMAND_BYTES} bytes, medians of {rounds} rounds, interleaved"
    );
    for batch in [1, 16, 256] {
        appending(commands.min(batch * 4_000), batch as usize, rounds);
    }
    for batch in [16, 256] {
        with_tables(commands.min(batch * 16_000), batch, rounds);
    }
    opening(commands);
}

fn appending(commands: u64, batch: usize, rounds: u64) {
    let blocks = blocks(commands, batch);
    let mut seconds = WAYS.map(|_| Vec::new());
    for _ in 0..rounds {
        for ((_, way), seconds) in WAYS.iter().zip(&mut seconds) {
            let folder = folder();
            let begin = wall_clock();
            way(folder.path(), &blocks);
            seconds.push((wall_clock() - begin) as f64 / 1e9);
        }
    }
    println!("\nblocks of {batch:<25} {:>12} {:>10} {:>8}", "commands/s", "us/block", "floor");
    let floor = median(&mut seconds[0]);
    for ((name, _), seconds) in WAYS.iter().zip(&mut seconds) {
        let seconds = median(seconds);
        let micros = seconds * 1e6 / blocks.len() as f64;
        let ratio = floor / seconds;
        println!("{name:<35} {:>12.0} {micros:>10.1} {ratio:>8.2}", commands as f64 / seconds);
    }
}

fn with_tables(commands: u64, batch: u64, rounds: u64) {
    let blocks = blocks(commands, batch as usize);
    let every = [1, 16, 64, 256, u64::MAX];
    let mut seconds = every.map(|_| Vec::new());
    for _ in 0..rounds {
        for (every, seconds) in every.iter().zip(&mut seconds) {
            let folder = folder();
            let begin = wall_clock();
            journal_and_tables(folder.path(), &blocks, batch, *every);
            seconds.push((wall_clock() - begin) as f64 / 1e9);
        }
    }
    println!(
        "\nblocks of {batch}, pipelined, tables {:>16} {:>20}",
        "commands/s", "of journal alone"
    );
    let alone = median(seconds.last_mut().expect("the last is without tables"));
    for (every, seconds) in every.iter().zip(&mut seconds) {
        let name = match *every {
            u64::MAX => "never".to_owned(),
            every => format!("every {every} blocks"),
        };
        let seconds = median(seconds);
        println!("{name:<35} {:>12.0} {:>20.2}", commands as f64 / seconds, alone / seconds);
    }
}

/// Opening reads every row.
fn opening(commands: u64) {
    let folder = folder();
    let path = folder.path().join("tables.sqlite");
    let mut tables = SqliteTables::open(&path).expect("the folder is new");
    let units = commands * 10;
    for begin in (0..units).step_by((OPENING_ROWS * PAGE_UNITS) as usize) {
        let end = (begin + OPENING_ROWS * PAGE_UNITS).min(units);
        tables.commit(&touched(begin, end)).expect("there is space");
    }
    drop(tables);
    let begin = wall_clock();
    drop(SqliteTables::open(&path).expect("it was closed"));
    let millis = (wall_clock() - begin) as f64 / 1e6;
    let bytes = std::fs::metadata(&path).expect("it is there").len();
    let per_million = millis * 1e6 / units as f64;
    println!(
        "\nopening tables of {units} units, {:.1} bytes a unit: {millis:.0} ms, {per_million:.1} ms a million (warm)",
        bytes as f64 / units as f64,
    );
}

fn plain_file(folder: &Path, blocks: &[Vec<u8>]) {
    let path = folder.join("plain");
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("it can be made");
    for block in blocks {
        file.write_all(block).expect("there is space");
        file.sync_data().expect("it can be synced");
    }
}

fn prepared_file(folder: &Path, blocks: &[Vec<u8>]) {
    write_prepared(folder, blocks, None);
}

fn two_files(folder: &Path, blocks: &[Vec<u8>]) {
    let mut second = File::create(folder.join("second")).expect("it can be made");
    second.write_all(&[0; 1024]).expect("there is space");
    write_prepared(folder, blocks, Some(second));
}

fn write_prepared(folder: &Path, blocks: &[Vec<u8>], mut second: Option<File>) {
    let mut file = File::create(folder.join("prepared")).expect("it can be made");
    let zeros = vec![0; 1 << 20];
    let (mut at, mut prepared) = (0, 0);
    for (number, block) in blocks.iter().enumerate() {
        while at + block.len() as u64 > prepared {
            write_at(&mut file, prepared, &zeros);
            prepared += zeros.len() as u64;
        }
        write_at(&mut file, at, block);
        file.sync_data().expect("it can be synced");
        at += block.len() as u64;
        if let Some(second) = &mut second {
            write_at(second, (number % 2 * 512) as u64, &[number as u8; 512]);
            second.sync_data().expect("it can be synced");
        }
    }
}

fn write_at(file: &mut File, offset: u64, bytes: &[u8]) {
    file.seek(SeekFrom::Start(offset)).expect("a file can be sought in");
    file.write_all(bytes).expect("there is space");
}

fn open(folder: &Path) -> DiskJournal<RealDisk> {
    let disk = RealDisk::open(folder).expect("the folder is new");
    DiskJournal::open(disk).expect("the folder is new")
}

fn journal(folder: &Path, blocks: &[Vec<u8>]) {
    let mut journal = open(folder);
    for block in blocks {
        journal.append(block).expect("there is space");
    }
}

fn pipelined(folder: &Path, blocks: &[Vec<u8>]) {
    let mut journal = PipelinedJournal::new(open(folder));
    for block in blocks {
        journal.begin(block.clone()).expect("there is space");
    }
    journal.finish().expect("there is space");
}

fn journal_and_tables(folder: &Path, blocks: &[Vec<u8>], batch: u64, every: u64) {
    let mut journal = PipelinedJournal::new(open(folder));
    let path = folder.join("tables.sqlite");
    let mut tables = SqliteTables::open(&path).expect("the folder is new");
    let mut flushed = 0;
    for (number, block) in (1..).zip(blocks) {
        journal.begin(block.clone()).expect("there is space");
        if number % every == 0 {
            journal.finish().expect("there is space");
            tables.commit(&touched(flushed, number * batch)).expect("there is space");
            flushed = number * batch;
        }
    }
    journal.finish().expect("there is space");
}

/// Rows that change when these units are made one after the other.
fn touched(from: u64, to: u64) -> Batch {
    let mut batch = Batch::default();
    for page in from / PAGE_UNITS..to.div_ceil(PAGE_UNITS) {
        batch.rows.insert((Table::Objects, page), Some(vec![page as u8; PAGE_BYTES]));
    }
    for case in from / CASE_UNITS..to / CASE_UNITS {
        batch.rows.insert((Table::Containers, case), Some(vec![case as u8; CASE_BYTES]));
    }
    batch.rows.insert((Table::Meta, 0), Some(to.to_le_bytes().to_vec()));
    batch
}

fn blocks(commands: u64, batch: usize) -> Vec<Vec<u8>> {
    let count = commands as usize / batch;
    (0..count).map(|number| vec![number as u8 | 1; batch * COMMAND_BYTES]).collect()
}

fn folder() -> tempfile::TempDir {
    let base = std::env::var("LINETWIN_BENCH_DIR").unwrap_or_else(|_| ".".to_owned());
    tempfile::tempdir_in(base).expect("a folder can be made")
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn value(name: &str, usual: u64) -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(usual)
}

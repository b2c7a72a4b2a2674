//! A journal on a disk, and how it tells a write that was cut off from one that was acknowledged and
//! is gone.
//!
//! ```text
//! journal.ltj   "LINETWIN" "JRNL" version:u32  zeros:16          32 bytes
//!               then for each block
//!               length:u32  hash:32  bytes:length
//!               then zeros: space made beforehand
//! head.ltj      two slots of 512 bytes, written in turn
//!               "LTHD" version:u32  blocks:u64  end:u64  hash:32  begin:u64  before:32  check:8  zeros
//! ```
//! Numbers are little-endian. A block's hash covers the hash before it, its number, its length and its
//! bytes; the first one follows a constant. A slot names the last block: how many there
//! are, where it begins and ends, its hash and the one before it. `check` is the start of the BLAKE3
//! hash of what stands before it in the slot. So opening reads the last block and what lies behind it;
//! reading everything is [`verify_journal`].
//!
//! `open` ends by syncing the folder, so both files are there. `append` writes the block, syncs the journal, writes
//! a slot, syncs the head, returns. So:
//! - a block that the head attests was durable. If it is not there as it was, it was lost or altered
//!   afterwards: an error that names it, never a silent cut.
//! - what stands behind the attested end was never acknowledged. One whole block there is kept, for
//!   its sender will repeat it; it is written and synced anew first, for what can be read need not be
//!   on the platter. Anything else was cut off by a crash and is removed.
//! - a slot that was torn leaves the other one, which attests one block less; the block that it does
//!   not attest is whole, or was not acknowledged.
//!
//! What cannot be noticed: a journal and a head that were both replaced by an older copy of both, and
//! an acknowledged block lost by a disk that lies about syncing both files. Keep the head's hash in a
//! third place where that matters.

use std::ops::ControlFlow;

use super::disk::{Disk, FileName};
use super::{Head, Journal, StoreError, chain, genesis};

const VERSION: u32 = 2;
const HEADER: usize = 32;
const BLOCK_HEADER: usize = 4 + 32;
const SLOT: usize = 512;
const SLOT_FILLED: usize = 4 + 4 + 8 + 8 + 32 + 8 + 32;
/// Longer blocks are not written, so a longer one in a file is not ours.
const LONGEST_BLOCK: u64 = 256 << 20;
/// Space is made beforehand in pieces of this size, so that syncing a block need not write a new
/// length of the file as well.
const PREPARED: u64 = 1 << 20;

/// A journal on a disk.
#[derive(Debug)]
pub struct DiskJournal<D> {
    disk: D,
    last: Slot,
    /// Length of the file, zeros at its end included.
    length: u64,
    usable: bool,
    buffer: Vec<u8>,
}

/// A slot of the head: the last block, and the place before it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Slot {
    before: Head,
    head: Head,
}

impl<D: Disk> DiskJournal<D> {
    /// Opens a journal, or makes an empty one where none is.
    ///
    /// # Errors
    /// The disk's; a file that is no journal or of another version; the last block that was
    /// acknowledged is not there as it was.
    pub fn open(disk: D) -> Result<Self, StoreError> {
        let length = io("reading the journal", disk.length(FileName::Journal))?.unwrap_or(0);
        let head_length = io("reading the head", disk.length(FileName::Head))?.unwrap_or(0);
        if head_length < 2 * SLOT as u64 && is_unwritten(&disk, length)? {
            return Self::create(disk);
        }
        check_header(&disk)?;
        let slots = read_slots(&disk)?;
        let attested = newest(&slots)?;
        check_attested(&disk, length, &attested)?;
        // Not more than one block can be whole and not attested: the next one is not begun before.
        let mut last = attested;
        let found = walk(&disk, length, attested.head, &mut |place, _| {
            last = Slot { before: last.head, head: *place };
            ControlFlow::Continue(())
        })?;
        let mut journal = Self { disk, last, length, usable: true, buffer: Vec::new() };
        journal.settle(attested.head.end, found.fault.is_some())?;
        Ok(journal)
    }

    /// Makes durable what opening has found, before anything is added. A process that was killed leaves its
    /// last writes with the system, which may not have written them to the disk; and after a sync that failed
    /// they can be read although they are not there and no later sync writes them. So what the head does not
    /// attest is written again; what lies behind it is removed.
    fn settle(&mut self, attested_end: u64, remains: bool) -> Result<(), StoreError> {
        let what = "writing again what was not acknowledged";
        let mut piece = vec![0; 1 << 16];
        let mut at = attested_end;
        while at < self.last.head.end {
            let length = (self.last.head.end - at).min(piece.len() as u64) as usize;
            let read = read(&self.disk, FileName::Journal, at, &mut piece[..length])?;
            io(what, self.disk.write_at(FileName::Journal, at, &piece[..read]))?;
            at += length as u64;
        }
        if remains {
            let what = "cutting off what a crash has left";
            io(what, self.disk.truncate(FileName::Journal, self.last.head.end))?;
            self.length = self.last.head.end;
        }
        io(what, self.disk.sync(FileName::Journal))?;
        self.write_slots()?;
        // Who made the files may have been killed before their entries were durable.
        io(what, self.disk.sync_folder())
    }

    fn create(mut disk: D) -> Result<Self, StoreError> {
        let what = "making the journal";
        io(what, disk.truncate(FileName::Journal, 0))?;
        io(what, disk.write_at(FileName::Journal, 0, &header()))?;
        io(what, disk.sync(FileName::Journal))?;
        // A head without its journal would be that of a journal which was lost.
        io(what, disk.sync_folder())?;
        let (last, length) = (Slot { before: start(), head: start() }, HEADER as u64);
        let mut journal = Self { disk, last, length, usable: true, buffer: Vec::new() };
        journal.write_slots()?;
        io(what, journal.disk.sync_folder())?;
        Ok(journal)
    }

    /// Both slots, one after the other, so that one is always whole.
    fn write_slots(&mut self) -> Result<(), StoreError> {
        self.write_slot(self.last.head.blocks % 2)?;
        self.write_slot((self.last.head.blocks + 1) % 2)
    }

    fn write_slot(&mut self, slot: u64) -> Result<(), StoreError> {
        let bytes = slot_bytes(&self.last);
        let what = "writing the head";
        io(what, self.disk.write_at(FileName::Head, slot * SLOT as u64, &bytes))?;
        io(what, self.disk.sync(FileName::Head))
    }

    fn try_append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        let before = self.last.head;
        let hash = chain(&before.hash, before.blocks, block);
        self.buffer.clear();
        self.buffer.extend_from_slice(&(block.len() as u32).to_le_bytes());
        self.buffer.extend_from_slice(&hash);
        self.buffer.extend_from_slice(block);
        let end = before.end + self.buffer.len() as u64;
        if end > self.length {
            self.prepare(end)?;
        }
        let what = "writing the journal";
        io(what, self.disk.write_at(FileName::Journal, before.end, &self.buffer))?;
        io(what, self.disk.sync(FileName::Journal))?;
        let head = Head { blocks: before.blocks + 1, end, hash };
        self.last = Slot { before, head };
        self.write_slot(head.blocks % 2)?;
        Ok(head)
    }

    /// Fills the space behind the end with zeros.
    fn prepare(&mut self, needed: u64) -> Result<(), StoreError> {
        let length = needed.next_multiple_of(PREPARED);
        let zeros = vec![0; 1 << 16];
        while self.length < length {
            let piece = (length - self.length).min(zeros.len() as u64);
            let written =
                self.disk.write_at(FileName::Journal, self.length, &zeros[..piece as usize]);
            io("making space in the journal", written)?;
            self.length += piece;
        }
        Ok(())
    }
}

impl<D: Disk> Journal for DiskJournal<D> {
    fn start(&self) -> Head {
        start()
    }

    fn head(&self) -> Head {
        self.last.head
    }

    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        if !self.usable {
            return Err(StoreError::Unusable);
        }
        let length = block.len() as u64;
        assert!(length > 0 && length <= LONGEST_BLOCK, "a block of {length} bytes");
        self.try_append(block).inspect_err(|_| self.usable = false)
    }

    fn read(
        &self,
        from: &Head,
        visit: &mut dyn FnMut(&Head, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let end = self.last.head;
        if from.blocks > end.blocks || (from.blocks == end.blocks && *from != end) {
            let reason = "it is not the one that was read before".to_owned();
            return Err(StoreError::Broken { block: from.blocks.saturating_sub(1), reason });
        }
        if *from == end {
            return Ok(());
        }
        let mut stopped = false;
        let found = walk(&self.disk, end.end, *from, &mut |place, bytes| {
            let flow = visit(place, bytes);
            stopped = flow.is_break();
            flow
        })?;
        if stopped || found.head == end {
            return Ok(());
        }
        let reason = found.fault.unwrap_or_else(|| "it is missing".to_owned());
        Err(StoreError::Broken { block: found.head.blocks, reason })
    }
}

/// What reading a whole journal has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Every byte is as it was written.
    Whole(Head),
    /// Everything that was acknowledged is as it was written; besides, there is what a crash leaves,
    /// or a slot of the head that was torn or altered. Opening the ledger mends it.
    Remains {
        /// The whole blocks.
        head: Head,
        /// What else there is.
        what: String,
    },
}

/// Reads a whole journal with memory for one block and checks every byte of it; `visit` gets each
/// block with its number.
///
/// # Errors
/// The disk's, and anything that was altered, with the number of the first block concerned.
pub fn verify_journal(
    disk: &dyn Disk,
    visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
) -> Result<Finding, StoreError> {
    check_header(disk)?;
    let length = io("reading the journal", disk.length(FileName::Journal))?.unwrap_or(0);
    let slots = read_slots(disk)?;
    let attested = newest(&slots)?;
    let mut attested_found = attested.head == start();
    let mut stopped = false;
    let found = walk(disk, length, start(), &mut |place, bytes| {
        attested_found |= *place == attested.head;
        let flow = visit(place.blocks - 1, bytes);
        stopped = flow.is_break();
        flow
    })?;
    let head = found.head;
    if stopped {
        return Ok(Finding::Remains { head, what: "the rest was not read".to_owned() });
    }
    if !attested_found {
        let block = head.blocks.min(attested.head.blocks.saturating_sub(1));
        let held = || {
            let (acknowledged, held) = (attested.head.blocks, head.blocks);
            format!("{acknowledged} blocks were acknowledged, the journal holds {held}")
        };
        let reason = found.fault.filter(|_| head.blocks <= block).unwrap_or_else(held);
        return Err(StoreError::Broken { block, reason });
    }
    let remains = match (found.fault, &slots) {
        (Some(fault), _) => Some(format!("behind block {}: {fault}", head.blocks)),
        (None, _) if head != attested.head => Some("a block that was not acknowledged".to_owned()),
        (None, [Some(_), Some(_)]) => None,
        (None, _) => Some("a slot of the head is torn or altered".to_owned()),
    };
    Ok(remains.map_or(Finding::Whole(head), |what| Finding::Remains { head, what }))
}

/// How far the chain is whole.
struct Walked {
    head: Head,
    /// What stands behind it, if it is not zeros.
    fault: Option<String>,
}

/// Follows the chain from a place on, as far as it is whole; `visit` gets the place behind each block
/// and the block.
fn walk(
    disk: &dyn Disk,
    length: u64,
    from: Head,
    visit: &mut dyn FnMut(&Head, &[u8]) -> ControlFlow<()>,
) -> Result<Walked, StoreError> {
    let mut head = from;
    let mut bytes = Vec::new();
    loop {
        let mut before = [0; BLOCK_HEADER];
        let there = length.saturating_sub(head.end).min(BLOCK_HEADER as u64) as usize;
        let read = read(disk, FileName::Journal, head.end, &mut before[..there])?;
        if before[..read].iter().all(|byte| *byte == 0) {
            let rest = is_zero(disk, head.end, length)?;
            let fault = (!rest).then(|| "bytes where none were written".to_owned());
            return Ok(Walked { head, fault });
        }
        let block = u64::from(u32::from_le_bytes(before[..4].try_into().expect("four bytes")));
        let begin = head.end + BLOCK_HEADER as u64;
        if read < BLOCK_HEADER || block == 0 || block > length.saturating_sub(begin) {
            let fault = Some("its length cannot be right".to_owned());
            return Ok(Walked { head, fault });
        }
        bytes.resize(block as usize, 0);
        let read = self::read(disk, FileName::Journal, begin, &mut bytes)?;
        let hash = chain(&head.hash, head.blocks, &bytes[..read]);
        if hash[..] != before[4..] {
            let fault = Some("its hash does not follow from its bytes".to_owned());
            return Ok(Walked { head, fault });
        }
        head = Head { blocks: head.blocks + 1, end: begin + block, hash };
        if visit(&head, &bytes).is_break() {
            return Ok(Walked { head, fault: None });
        }
    }
}

/// The slot that attests most.
fn newest(slots: &[Option<Slot>; 2]) -> Result<Slot, StoreError> {
    let newest = slots.iter().flatten().max_by_key(|slot| slot.head.blocks).copied();
    newest.ok_or_else(|| StoreError::Head("both slots are damaged".to_owned()))
}

/// The last block that was acknowledged is there as it was.
fn check_attested(disk: &dyn Disk, length: u64, slot: &Slot) -> Result<(), StoreError> {
    if slot.head == start() {
        return Ok(());
    }
    let end = slot.head.end.min(length);
    let found = walk(disk, end, slot.before, &mut |_, _| ControlFlow::Break(()))?;
    if found.head == slot.head {
        return Ok(());
    }
    let reason = found.fault.unwrap_or_else(|| "it was acknowledged and is gone".to_owned());
    Err(StoreError::Broken { block: slot.head.blocks - 1, reason })
}

/// Where the first block begins.
fn start() -> Head {
    Head { blocks: 0, end: HEADER as u64, hash: genesis() }
}

fn header() -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..12].copy_from_slice(b"LINETWINJRNL");
    header[12..16].copy_from_slice(&VERSION.to_le_bytes());
    header
}

fn check_header(disk: &dyn Disk) -> Result<(), StoreError> {
    let mut found = [0; HEADER];
    let read = read(disk, FileName::Journal, 0, &mut found)?;
    let file = || FileName::Journal.as_str().to_owned();
    if read < HEADER || found[..12] != header()[..12] {
        return Err(StoreError::Foreign(file()));
    }
    let version = u32::from_le_bytes(found[12..16].try_into().expect("four bytes"));
    if version != VERSION {
        return Err(StoreError::Format { file: file(), found: version, expected: VERSION });
    }
    if found != header() {
        return Err(StoreError::Foreign(file()));
    }
    Ok(())
}

fn slot_bytes(last: &Slot) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    slot[..4].copy_from_slice(b"LTHD");
    slot[4..8].copy_from_slice(&VERSION.to_le_bytes());
    slot[8..16].copy_from_slice(&last.head.blocks.to_le_bytes());
    slot[16..24].copy_from_slice(&last.head.end.to_le_bytes());
    slot[24..56].copy_from_slice(&last.head.hash);
    slot[56..64].copy_from_slice(&last.before.end.to_le_bytes());
    slot[64..96].copy_from_slice(&last.before.hash);
    let check = blake3::hash(&slot[..SLOT_FILLED]);
    slot[SLOT_FILLED..SLOT_FILLED + 8].copy_from_slice(&check.as_bytes()[..8]);
    slot
}

/// Both slots; none for one that is not exactly what would have been written.
fn read_slots(disk: &dyn Disk) -> Result<[Option<Slot>; 2], StoreError> {
    let mut bytes = [0; 2 * SLOT + 1];
    let read = read(disk, FileName::Head, 0, &mut bytes)?;
    if read > 2 * SLOT {
        return Err(StoreError::Head("it is longer than it can be".to_owned()));
    }
    let slot = |at: usize| {
        let bytes: &[u8; SLOT] = bytes[at..at + SLOT].try_into().expect("a slot's length");
        let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        let hash = |at: usize| bytes[at..at + 32].try_into().expect("32 bytes");
        let head = Head { blocks: number(8), end: number(16), hash: hash(24) };
        let blocks = head.blocks.saturating_sub(1);
        let before = Head { blocks, end: number(56), hash: hash(64) };
        let slot = Slot { before, head };
        (*bytes == slot_bytes(&slot)).then_some(slot)
    };
    Ok([slot(0), slot(SLOT)])
}

/// True for a journal in which nothing was ever written, or whose making was cut off.
fn is_unwritten(disk: &dyn Disk, length: u64) -> Result<bool, StoreError> {
    let mut start = [0; HEADER];
    let read = read(disk, FileName::Journal, 0, &mut start)?;
    let cut_off =
        header().iter().zip(&start[..read]).all(|(ours, found)| found == ours || *found == 0);
    Ok(cut_off && is_zero(disk, HEADER as u64, length)?)
}

fn is_zero(disk: &dyn Disk, from: u64, to: u64) -> Result<bool, StoreError> {
    let mut bytes = vec![0; 1 << 16];
    let mut at = from;
    while at < to {
        let piece = (to - at).min(bytes.len() as u64) as usize;
        let read = read(disk, FileName::Journal, at, &mut bytes[..piece])?;
        if bytes[..read].iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        at += piece as u64;
    }
    Ok(true)
}

fn read(disk: &dyn Disk, file: FileName, at: u64, into: &mut [u8]) -> Result<usize, StoreError> {
    io(&format!("reading {}", file.as_str()), disk.read_at(file, at, into))
}

fn io<T>(what: &str, result: Result<T, super::DiskError>) -> Result<T, StoreError> {
    result.map_err(|error| StoreError::io(what, &error))
}

//! A disk in memory that breaks on purpose: it forgets what was not synced, files of which the folder was not
//! synced included, tears writes at sectors, fills up, fails, flips bits, reports syncs that it did not make. Everything is drawn from a seed.

use std::io::{Error, ErrorKind};
use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::disk::{Disk, DiskError, FileName};

/// What a disk writes as one piece.
const SECTOR: usize = 512;

/// Changes to a file since it was last synced.
#[derive(Clone, Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Clone, Debug, Default)]
struct SimulatedFile {
    /// What is on the platter.
    durable: Option<Vec<u8>>,
    /// What the program sees.
    seen: Option<Vec<u8>>,
    waiting: Vec<Change>,
    /// The folder has it, durably.
    entered: bool,
}

#[derive(Debug)]
struct State {
    files: [SimulatedFile; 2],
    stream: ChaCha8Rng,
    /// Operations that change something until the power fails.
    until_crash: Option<u64>,
    until_read_error: Option<u64>,
    until_sync_error: Option<u64>,
    space_left: Option<u64>,
    lies: bool,
}

/// A simulated disk. Clones are the same disk, so that it outlives its users.
#[derive(Clone, Debug)]
pub struct SimulatedDisk(Arc<Mutex<State>>);

impl SimulatedDisk {
    /// An empty disk.
    pub fn new(seed: u64) -> Self {
        let stream = ChaCha8Rng::seed_from_u64(seed);
        let (until_crash, until_read_error, until_sync_error, space_left) = Default::default();
        let files = Default::default();
        let lies = false;
        Self(Arc::new(Mutex::new(State {
            files,
            stream,
            until_crash,
            until_read_error,
            until_sync_error,
            space_left,
            lies,
        })))
    }

    /// Everything stops at the n-th write, truncation or sync from now, until [`Self::restart`] or
    /// [`Self::carry_on`].
    pub fn crash_at(&self, operation: u64) {
        self.state().until_crash = Some(operation);
    }

    /// The n-th read from now fails.
    pub fn fail_read(&self, operation: u64) {
        self.state().until_read_error = Some(operation);
    }

    /// The n-th sync from now fails. What it had to write never reaches the platter, while programs go on to
    /// see it, and a later sync does not write it either: so Linux behaves.
    pub fn fail_sync(&self, operation: u64) {
        self.state().until_sync_error = Some(operation);
    }

    /// Only this many more bytes can be written; none takes the limit away.
    pub fn limit_space(&self, bytes: Option<u64>) {
        self.state().space_left = bytes;
    }

    /// From now on a sync does nothing and reports success.
    pub fn lie(&self, lies: bool) {
        self.state().lies = lies;
    }

    /// Only the program was killed: the system still has all that it wrote.
    pub fn carry_on(&self) {
        self.state().until_crash = None;
    }

    /// The power is back: what was not synced is there in part, sector by sector.
    pub fn restart(&self) {
        let state = &mut *self.state();
        state.until_crash = None;
        for file in &mut state.files {
            if !file.entered && file.seen.is_some() {
                // Whether the folder has it is luck.
                file.entered = state.stream.next_u32().is_multiple_of(2);
                if !file.entered {
                    *file = SimulatedFile::default();
                    continue;
                }
            }
            for change in std::mem::take(&mut file.waiting) {
                survive(&mut file.durable, change, &mut state.stream);
            }
            file.seen.clone_from(&file.durable);
        }
    }

    /// Inverts one bit of a file, counted from its start. False if the file is not that long.
    pub fn flip(&self, file: FileName, bit: u64) -> bool {
        let file = &mut self.state().files[file as usize];
        let mut flipped = false;
        for bytes in [&mut file.durable, &mut file.seen].into_iter().flatten() {
            if let Some(byte) = bytes.get_mut((bit / 8) as usize) {
                *byte ^= 1 << (bit % 8);
                flipped = true;
            }
        }
        flipped
    }

    /// Lengthens or shortens a file, durably.
    pub fn resize(&self, file: FileName, length: usize) {
        let file = &mut self.state().files[file as usize];
        for bytes in [&mut file.durable, &mut file.seen].into_iter().flatten() {
            bytes.resize(length, 0);
        }
    }

    /// What would be missing if the power failed now: files of which something waits for a sync, and files that
    /// the folder need not have.
    pub fn unsynced(&self) -> Vec<FileName> {
        let state = self.state();
        let all = [FileName::Journal, FileName::Head].into_iter();
        let lacks = |name: &FileName| {
            let file = &state.files[*name as usize];
            !file.waiting.is_empty() || (file.seen.is_some() && !file.entered)
        };
        all.filter(lacks).collect()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts an operation; an error once the power has failed.
    fn operation(&mut self) -> Result<(), DiskError> {
        match &mut self.until_crash {
            None => Ok(()),
            Some(0) => Err(Error::other("the power has failed")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }

    fn change(&mut self, name: FileName, change: Change) {
        let file = &mut self.files[name as usize];
        apply(&mut file.seen, &change);
        file.waiting.push(change);
    }
}

impl Disk for SimulatedDisk {
    fn length(&self, file: FileName) -> Result<Option<u64>, DiskError> {
        Ok(self.state().files[file as usize].seen.as_ref().map(|bytes| bytes.len() as u64))
    }

    fn read_at(&self, file: FileName, offset: u64, into: &mut [u8]) -> Result<usize, DiskError> {
        let mut state = self.state();
        if countdown(&mut state.until_read_error) {
            return Err(Error::other("a sector cannot be read"));
        }
        let bytes = state.files[file as usize].seen.as_deref().unwrap_or_default();
        let begin = (offset as usize).min(bytes.len());
        let read = into.len().min(bytes.len() - begin);
        into[..read].copy_from_slice(&bytes[begin..begin + read]);
        Ok(read)
    }

    fn write_at(&mut self, file: FileName, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        let mut state = self.state();
        if let Err(error) = state.operation() {
            // The write was under way when the power failed.
            state.change(file, Change::Write(offset, bytes.to_vec()));
            return Err(error);
        }
        let length = state.files[file as usize].seen.as_ref().map_or(0, Vec::len) as u64;
        let grows = (offset + bytes.len() as u64).saturating_sub(length);
        if let Some(left) = state.space_left
            && grows > left
        {
            let fits = bytes.len() - (grows - left) as usize;
            state.change(file, Change::Write(offset, bytes[..fits].to_vec()));
            state.space_left = Some(0);
            return Err(Error::from(ErrorKind::StorageFull));
        }
        state.space_left = state.space_left.map(|left| left - grows);
        state.change(file, Change::Write(offset, bytes.to_vec()));
        Ok(())
    }

    fn truncate(&mut self, file: FileName, length: u64) -> Result<(), DiskError> {
        let mut state = self.state();
        state.operation()?;
        state.change(file, Change::Truncate(length));
        Ok(())
    }

    fn sync(&mut self, file: FileName) -> Result<(), DiskError> {
        let mut state = self.state();
        state.operation()?;
        if state.lies {
            return Ok(());
        }
        let fails = countdown(&mut state.until_sync_error);
        let file = &mut state.files[file as usize];
        let waiting = std::mem::take(&mut file.waiting);
        if fails {
            return Err(Error::other("what was written did not reach the disk"));
        }
        for change in waiting {
            apply(&mut file.durable, &change);
        }
        Ok(())
    }

    fn sync_folder(&mut self) -> Result<(), DiskError> {
        let mut state = self.state();
        state.operation()?;
        if !state.lies {
            state.files.iter_mut().for_each(|file| file.entered = file.seen.is_some());
        }
        Ok(())
    }
}

/// True, once, when the counted number of operations has gone by.
fn countdown(left: &mut Option<u64>) -> bool {
    let now = *left == Some(0);
    *left = left.and_then(|left| left.checked_sub(1));
    now
}

fn apply(bytes: &mut Option<Vec<u8>>, change: &Change) {
    let bytes = bytes.get_or_insert_default();
    match change {
        Change::Truncate(length) => bytes.resize(*length as usize, 0),
        Change::Write(offset, new) => {
            let (begin, end) = (*offset as usize, *offset as usize + new.len());
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[begin..end].copy_from_slice(new);
        }
    }
}

/// What is left of a change that was not synced: all, nothing, or some of its sectors.
fn survive(durable: &mut Option<Vec<u8>>, change: Change, stream: &mut ChaCha8Rng) {
    let fate = stream.next_u32() % 3;
    if fate == 0 {
        return;
    }
    match change {
        Change::Write(offset, bytes) if fate == 1 => {
            let mut at = offset as usize;
            let end = at + bytes.len();
            while at < end {
                let next = ((at / SECTOR + 1) * SECTOR).min(end);
                if stream.next_u32().is_multiple_of(2) {
                    let begin = offset as usize;
                    let piece = bytes[at - begin..next - begin].to_vec();
                    apply(durable, &Change::Write(at as u64, piece));
                }
                at = next;
            }
        }
        whole => apply(durable, &whole),
    }
}

//! The few things a journal asks of a disk, so that a simulated one can stand in its place.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const LOCK: &str = "lock";

/// The files of a journal.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileName {
    /// The blocks.
    Journal,
    /// What is attested of them.
    Head,
}

impl FileName {
    /// Its name in the folder.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Journal => "journal.ltj",
            Self::Head => "head.ltj",
        }
    }
}

/// An error of the disk.
pub type DiskError = io::Error;

/// Files of bytes in one folder. What was written is durable once the file was synced.
pub trait Disk: Send + Sync {
    /// Length of a file; none if it does not exist.
    ///
    /// # Errors
    /// Those of the disk.
    fn length(&self, file: FileName) -> Result<Option<u64>, DiskError>;

    /// Reads up to `into.len()` bytes; fewer only at the end of the file.
    ///
    /// # Errors
    /// Those of the disk.
    fn read_at(&self, file: FileName, offset: u64, into: &mut [u8]) -> Result<usize, DiskError>;

    /// Writes bytes; the file is made if it does not exist.
    ///
    /// # Errors
    /// Those of the disk; then some of the bytes may have been written.
    fn write_at(&mut self, file: FileName, offset: u64, bytes: &[u8]) -> Result<(), DiskError>;

    /// Makes the file this long.
    ///
    /// # Errors
    /// Those of the disk.
    fn truncate(&mut self, file: FileName, length: u64) -> Result<(), DiskError>;

    /// Makes what was written to the file durable.
    ///
    /// # Errors
    /// Those of the disk; then nothing is known about what was written since the last sync.
    fn sync(&mut self, file: FileName) -> Result<(), DiskError>;
}

/// A folder of the operating system.
#[derive(Debug)]
pub struct RealDisk {
    folder: PathBuf,
    files: [Option<File>; 2],
    /// A file was made and the folder does not know it durably yet.
    unsynced_folder: bool,
    /// Keeps other processes out as long as it lives; none when only reading.
    _lock: Option<File>,
}

impl RealDisk {
    /// Makes the folder if it is not there, keeps other processes out of it, and opens what is there.
    ///
    /// # Errors
    /// Another process has it ([`io::ErrorKind::WouldBlock`]); it cannot be made or opened.
    pub fn open(folder: &Path) -> Result<Self, DiskError> {
        std::fs::create_dir_all(folder)?;
        let lock = File::create(folder.join(LOCK))?;
        lock.try_lock()?;
        let options = OpenOptions::new().read(true).write(true).clone();
        Self::open_files(folder, &options, Some(lock))
    }

    /// Opens what is there, for reading only.
    ///
    /// # Errors
    /// A file is there and cannot be opened.
    pub fn open_to_read(folder: &Path) -> Result<Self, DiskError> {
        Self::open_files(folder, OpenOptions::new().read(true), None)
    }

    fn open_files(
        folder: &Path,
        options: &OpenOptions,
        lock: Option<File>,
    ) -> Result<Self, DiskError> {
        let open = |name: FileName| match options.open(folder.join(name.as_str())) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        let files = [open(FileName::Journal)?, open(FileName::Head)?];
        Ok(Self { folder: folder.to_owned(), files, unsynced_folder: false, _lock: lock })
    }

    fn made(&mut self, name: FileName) -> Result<&mut File, DiskError> {
        let file = &mut self.files[name as usize];
        if file.is_none() {
            let path = self.folder.join(name.as_str());
            let options = OpenOptions::new().read(true).write(true).create_new(true).open(path);
            *file = Some(options?);
            self.unsynced_folder = true;
        }
        Ok(file.as_mut().expect("made above"))
    }
}

impl Disk for RealDisk {
    fn length(&self, name: FileName) -> Result<Option<u64>, DiskError> {
        let file = self.files[name as usize].as_ref();
        file.map(|file| file.metadata().map(|metadata| metadata.len())).transpose()
    }

    fn read_at(&self, name: FileName, offset: u64, into: &mut [u8]) -> Result<usize, DiskError> {
        let Some(mut file) = self.files[name as usize].as_ref() else { return Ok(0) };
        file.seek(SeekFrom::Start(offset))?;
        let mut read = 0;
        while read < into.len() {
            match file.read(&mut into[read..]) {
                Ok(0) => break,
                Ok(n) => read += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    fn write_at(&mut self, name: FileName, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        let file = self.made(name)?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }

    fn truncate(&mut self, name: FileName, length: u64) -> Result<(), DiskError> {
        self.made(name)?.set_len(length)
    }

    fn sync(&mut self, name: FileName) -> Result<(), DiskError> {
        self.made(name)?.sync_data()?;
        if self.unsynced_folder {
            File::open(&self.folder)?.sync_all()?;
            self.unsynced_folder = false;
        }
        Ok(())
    }
}

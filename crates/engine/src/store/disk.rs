//! What a journal needs of a disk, as a trait, so that a simulated one can replace it.

use std::fs::{File, OpenOptions};
use std::io;
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

/// Files of bytes in one folder. What was written is durable once the file was synced; that the file is there at
/// all, once the folder was.
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

    /// Makes durable which files there are.
    ///
    /// # Errors
    /// Those of the disk.
    fn sync_folder(&mut self) -> Result<(), DiskError>;
}

/// A folder of the operating system.
#[derive(Debug)]
pub struct RealDisk {
    folder: PathBuf,
    files: [Option<File>; 2],
    /// Keeps other processes out as long as it lives; none when only reading.
    _lock: Option<File>,
}

impl RealDisk {
    /// Makes the folder if it is not there, keeps other processes out of it, and opens what is there.
    ///
    /// # Errors
    /// Another process has it ([`io::ErrorKind::WouldBlock`]); it cannot be made or opened.
    pub fn open(folder: &Path) -> Result<Self, DiskError> {
        make_folder(folder)?;
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
        Ok(Self { folder: folder.to_owned(), files, _lock: lock })
    }

    fn made(&mut self, name: FileName) -> Result<&File, DiskError> {
        let file = &mut self.files[name as usize];
        if file.is_none() {
            let path = self.folder.join(name.as_str());
            let options = OpenOptions::new().read(true).write(true).create_new(true).open(path);
            *file = Some(options?);
        }
        Ok(file.as_ref().expect("made above"))
    }
}

impl Disk for RealDisk {
    fn length(&self, name: FileName) -> Result<Option<u64>, DiskError> {
        let file = self.files[name as usize].as_ref();
        file.map(|file| file.metadata().map(|metadata| metadata.len())).transpose()
    }

    fn read_at(&self, name: FileName, offset: u64, into: &mut [u8]) -> Result<usize, DiskError> {
        let Some(file) = self.files[name as usize].as_ref() else { return Ok(0) };
        let mut read = 0;
        while read < into.len() {
            match read_at(file, offset + read as u64, &mut into[read..]) {
                Ok(0) => break,
                Ok(n) => read += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    fn write_at(&mut self, name: FileName, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        write_all_at(self.made(name)?, offset, bytes)
    }

    fn truncate(&mut self, name: FileName, length: u64) -> Result<(), DiskError> {
        self.made(name)?.set_len(length)
    }

    fn sync(&mut self, name: FileName) -> Result<(), DiskError> {
        self.made(name)?.sync_data()
    }

    fn sync_folder(&mut self) -> Result<(), DiskError> {
        sync_folder(&self.folder)
    }
}

/// Makes a folder and those above it, durably.
fn make_folder(folder: &Path) -> Result<(), DiskError> {
    // An empty path above a relative one is the working folder, which is there.
    let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = folder.ancestors().take_while(missing).collect();
    std::fs::create_dir_all(folder)?;
    for made in missing {
        let above = made.parent().filter(|above| !above.as_os_str().is_empty());
        sync_folder(above.unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

// Reads and writes give their place, so that readers on several threads share no position.

#[cfg(unix)]
fn read_at(file: &File, offset: u64, into: &mut [u8]) -> Result<usize, DiskError> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(unix)]
fn write_all_at(file: &File, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), DiskError> {
    File::open(folder)?.sync_all()
}

#[cfg(windows)]
fn read_at(file: &File, offset: u64, into: &mut [u8]) -> Result<usize, DiskError> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}

#[cfg(windows)]
fn write_all_at(file: &File, mut offset: u64, mut bytes: &[u8]) -> Result<(), DiskError> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        offset += written as u64;
        bytes = &bytes[written..];
    }
    Ok(())
}

/// A folder cannot be synced there; its entries are journaled with the file.
#[cfg(windows)]
fn sync_folder(_: &Path) -> Result<(), DiskError> {
    Ok(())
}

//! A file that appears whole or not at all: it is written beside its place and moved there at the end.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A file in the making.
#[derive(Debug)]
pub struct WholeFile {
    to: PathBuf,
    making: TempDir,
    file: BufWriter<File>,
}

impl WholeFile {
    /// Starts a file that will be at `to`.
    ///
    /// # Errors
    /// The place cannot be written to.
    pub fn begin(to: &Path) -> io::Result<Self> {
        let to = std::path::absolute(to)?;
        if to.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        let parent = to.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent)?;
        let making = tempfile::Builder::new().prefix(".linetwin-").tempdir_in(parent)?;
        let file = BufWriter::new(File::create(making.path().join("file"))?);
        Ok(Self { to, making, file })
    }

    /// Moves it into place.
    ///
    /// # Errors
    /// It cannot be written; then the place is as it was before.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        fs::rename(self.making.path().join("file"), &self.to)
    }

    /// Moves it into place if nothing is there: it may be the user's.
    ///
    /// # Errors
    /// It cannot be written, or the place is taken; then the place is as it was before.
    pub fn finish_new(mut self) -> io::Result<()> {
        self.file.flush()?;
        fs::hard_link(self.making.path().join("file"), &self.to)
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

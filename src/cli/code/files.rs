//! Pictures in and out of files: read no further than a picture can be long, written whole or not at
//! all.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use linetwin_symbol::Picture;

use super::super::Exit;
use super::Stop;

/// Longest file that is read. Pictures of more pixels than are looked at can be longer; they would
/// be refused anyway.
const LONGEST_FILE: u64 = 64 << 20;

/// Reads a picture.
pub(super) fn picture(path: &Path) -> Result<Picture, Stop> {
    let stop = |message: String| Stop::bad_input(format!("{}: {message}", path.display()));
    let file = File::open(path).map_err(|error| stop(format!("it cannot be read: {error}")))?;
    let mut bytes = Vec::new();
    let read = file.take(LONGEST_FILE + 1).read_to_end(&mut bytes);
    read.map_err(|error| stop(format!("it cannot be read: {error}")))?;
    if bytes.len() as u64 > LONGEST_FILE {
        return Err(stop("found more than 64 MiB, expected a picture of one symbol".to_owned()));
    }
    Picture::unpack(&bytes).map_err(|error| stop(error.to_string()))
}

/// Writes a file; it appears whole.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let stop = |error: std::io::Error| Stop {
        exit: Exit::of_unwritten(&error),
        message: format!("{}: it cannot be written: {error}", path.display()),
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file =
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(stop)?;
    file.write_all(bytes).map_err(stop)?;
    // Access by others follows the user's own rule, as for any other file.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(open).map_err(stop)?;
    }
    file.persist(path).map_err(|error| stop(error.error))?;
    Ok(())
}

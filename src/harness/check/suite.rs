//! Which scenarios are to be checked: files as they are, folders with all scenarios in them; of those the
//! ones whose path holds a text, and of those one part.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::super::ron_file::{FileError, FileErrors, Place, RonFile};
use super::super::scenario::Scenario;

/// One part of several of about the same size.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Part {
    number: u64,
    of: u64,
}

impl Part {
    /// The whole.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Whether the piece with this number, from 0, is in this part.
    pub const fn has(self, piece: u64) -> bool {
        piece % self.of == self.number - 1
    }

    /// The number, from 0, of the n-th piece of this part.
    pub const fn piece(self, nth: u64) -> u64 {
        nth * self.of + self.number - 1
    }

    /// How many of so many pieces are in it.
    pub const fn count(self, pieces: u64) -> u64 {
        (pieces + self.of - self.number) / self.of
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/');
        let numbers = numbers.and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((number, of)) if 1 <= number && number <= of => Ok(Self { number, of }),
            _ => Err("expected K/N, the K-th of N parts, for example 1/4".to_owned()),
        }
    }
}

/// All scenarios at these paths, each once, in the order of their names.
///
/// # Errors
/// A path is not there, or a folder cannot be read.
pub fn find_scenarios(paths: &[PathBuf]) -> Result<Vec<PathBuf>, FileErrors> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, &mut found)?;
        } else if path.is_file() {
            found.push(path.clone());
        } else {
            return Err(error(path, "found nothing there, expected a scenario or a folder"));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), FileErrors> {
    let cannot = |failure: std::io::Error| error(folder, &format!("cannot be read: {failure}"));
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() && !hidden {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "ron")
            // Twins and plants lie in the same folders.
            && RonFile::<Scenario>::kind(&path).is_none_or(|kind| kind == "Scenario")
        {
            found.push(path);
        }
    }
    Ok(())
}

fn error(path: &Path, message: &str) -> FileErrors {
    let place = Place::File(path.to_owned(), 1, 1);
    FileErrors(vec![FileError { place, message: message.to_owned() }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_together_are_the_whole() {
        let parts: Vec<Part> = ["1/3", "2/3", "3/3"].map(|text| text.parse().unwrap()).to_vec();
        for pieces in [0, 1, 2, 3, 10, 11] {
            let counts: u64 = parts.iter().map(|part| part.count(pieces)).sum();
            assert_eq!(counts, pieces);
        }
        for piece in 0..20 {
            assert_eq!(parts.iter().filter(|part| part.has(piece)).count(), 1);
        }
        assert_eq!([0, 1, 2].map(|nth| parts[1].piece(nth)), [1, 4, 7]);
        assert!(Part::WHOLE.has(5));
        for wrong in ["", "0/3", "4/3", "1", "a/b", "1/0"] {
            assert!(wrong.parse::<Part>().is_err(), "{wrong}");
        }
    }
}

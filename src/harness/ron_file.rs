//! Reading RON files so that a mistake is named with file, line, column, what was found, what was expected,
//! and the nearest valid name. Checks made after reading give only a path such as `machines[2].to`;
//! [`locate`] finds its place in the text.

use std::fmt;
use std::path::{Path, PathBuf};

use ron::extensions::Extensions;
use serde::de::DeserializeOwned;

use linetwin_base::nearest_name;
use linetwin_line::Problem;

use super::retired;

/// A scenario or twin is a page or two; anything this large is something else.
const LARGEST_BYTES: u64 = 16 * 1024 * 1024;

/// A mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct FileError {
    /// Where it is.
    pub place: Place,
    /// What was found and what was expected.
    pub message: String,
}

/// Where a mistake is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file: line and column, from 1.
    File(PathBuf, usize, usize),
    /// In a setting, `path=value`.
    Setting(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file, line, column) => write!(f, "{}:{line}:{column}", file.display()),
            Self::Setting(setting) => write!(f, "setting `{setting}`"),
        }
    }
}

/// All mistakes found in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileErrors(pub Vec<FileError>);

impl fmt::Display for FileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FileErrors {}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct RonFile<T> {
    /// Where it is.
    pub path: PathBuf,
    text: String,
    /// Its value.
    pub value: T,
}

impl<T: DeserializeOwned> RonFile<T> {
    /// Reads a file.
    ///
    /// # Errors
    /// The file cannot be read, or is not what it should be.
    pub fn read(path: &Path) -> Result<Self, FileErrors> {
        let fail = |line, column, message| {
            let place = Place::File(path.to_owned(), line, column);
            FileErrors(vec![FileError { place, message }])
        };
        let text = read_text(path).map_err(|message| fail(1, 1, message))?;
        let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
        match options.from_str(&text) {
            Ok(value) => Ok(Self { path: path.to_owned(), text, value }),
            Err(error) => {
                let at = error.span.start;
                Err(fail(at.line, at.col, describe(&error.code)))
            }
        }
    }
}

impl<T> RonFile<T> {
    /// A file that is not there yet.
    pub fn of(path: &Path, text: String, value: T) -> Self {
        Self { path: path.to_owned(), text, value }
    }

    /// The name by which a file begins; nothing if it cannot be read or begins without one.
    pub fn kind(path: &Path) -> Option<String> {
        let text = read_text(path).ok()?;
        let mut scanner = Scanner { text: &text, at: 0 };
        scanner.skip_extensions();
        let word = text.get(scanner.at..)?.trim_start();
        let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        (end > 0).then(|| word[..end].to_owned())
    }

    /// Turns problems found in the value into errors with their places in the text.
    pub fn errors(&self, problems: &[Problem]) -> Vec<FileError> {
        let error = |problem: &Problem| {
            let (line, column) = locate(&self.text, &problem.path);
            let place = Place::File(self.path.clone(), line, column);
            FileError { place, message: problem.to_string() }
        };
        problems.iter().map(error).collect()
    }
}

fn read_text(path: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let size = std::fs::metadata(path).map_err(cannot)?.len();
    if size > LARGEST_BYTES {
        return Err(format!("found {size} bytes, expected a RON file of a few pages"));
    }
    std::fs::read_to_string(path).map_err(cannot)
}

/// A message with what was found, what was expected, and the nearest name.
fn describe(error: &ron::Error) -> String {
    match error {
        ron::Error::NoSuchStructField { expected, found, outer } => {
            unknown(found, expected, "field", outer.as_deref())
        }
        ron::Error::NoSuchEnumVariant { expected, found, outer } => {
            unknown(found, expected, "kind", outer.as_deref())
        }
        ron::Error::MissingStructField { field, outer } => {
            let of = outer.as_ref().map_or(String::new(), |outer| format!(" of {outer}"));
            format!("found no field `{field}`{of}, expected one")
        }
        other => other.to_string(),
    }
}

/// A field or kind that does not exist.
fn unknown(found: &str, expected: &[&'static str], what: &str, outer: Option<&str>) -> String {
    if let Some(new) = retired::successor(outer, found) {
        return retired::refusal(found, new);
    }
    let of = outer.map_or(String::new(), |outer| format!(" of {outer}"));
    let names = expected.join("`, `");
    let nearest = nearest_name(found, expected.iter().copied())
        .map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"));
    format!("found {what} `{found}`{of}, expected one of `{names}`{nearest}")
}

/// Line and column, from 1, of the value at a path; of the deepest part that is there if the whole
/// path is not.
fn locate(text: &str, path: &str) -> (usize, usize) {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_extensions();
    let mut best = scanner.value_start();
    for segment in path.split(['.', '[']).filter(|segment| !segment.is_empty()) {
        let found = match segment.strip_suffix(']') {
            Some(index) => index.parse().is_ok_and(|index| scanner.enter_element(index)),
            None => scanner.enter_field(segment),
        };
        if !found {
            break;
        }
        best = scanner.value_start();
    }
    let before = &text[..best];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// Walks over RON text that is known to be well formed.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else if rest.starts_with(char::is_whitespace) {
                self.bump();
            } else {
                return;
            }
        }
    }

    /// `#![enable(...)]` lines at the top.
    fn skip_extensions(&mut self) {
        self.skip_space();
        while self.rest().starts_with("#!") {
            self.at += self.rest().find(']').map_or(self.rest().len(), |end| end + 1);
            self.skip_space();
        }
    }

    fn value_start(&mut self) -> usize {
        self.skip_space();
        self.at
    }

    fn skip_name(&mut self) -> String {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '#'))
            .unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        self.at += end;
        name
    }

    /// Steps into the brackets of a value, over the name before them.
    fn enter(&mut self, open: char) -> bool {
        self.skip_space();
        self.skip_name();
        self.skip_space();
        if self.peek() != Some(open) {
            return false;
        }
        self.bump();
        self.skip_space();
        // `Some((` and other wrappers: the fields stand one deeper.
        if open == '(' && self.peek() == Some('(') {
            self.bump();
            self.skip_space();
        }
        true
    }

    fn enter_field(&mut self, field: &str) -> bool {
        if !self.enter('(') {
            return false;
        }
        loop {
            self.skip_space();
            let name = self.skip_name();
            self.skip_space();
            if name.is_empty() || self.peek() != Some(':') {
                return false;
            }
            self.bump();
            if name == field {
                return true;
            }
            if !self.next_element() {
                return false;
            }
        }
    }

    fn enter_element(&mut self, index: usize) -> bool {
        self.enter('[') && (0..index).all(|_| self.next_element())
    }

    /// Skips a value and the comma behind it. False at the end of the list.
    fn next_element(&mut self) -> bool {
        let mut depth = 0usize;
        while let Some(c) = self.peek() {
            let rest = self.rest();
            match c {
                '"' => self.skip_string(),
                '/' if rest.starts_with("//") || rest.starts_with("/*") => self.skip_space(),
                '(' | '[' | '{' => {
                    depth += 1;
                    self.bump();
                }
                ')' | ']' | '}' if depth == 0 => return false,
                ')' | ']' | '}' => {
                    depth -= 1;
                    self.bump();
                }
                ',' if depth == 0 => {
                    self.bump();
                    self.skip_space();
                    return !matches!(self.peek(), None | Some(')' | ']' | '}'));
                }
                _ => self.bump(),
            }
        }
        false
    }

    fn skip_string(&mut self) {
        self.bump();
        while let Some(c) = self.peek() {
            self.bump();
            match c {
                '\\' => self.bump(),
                '"' => return,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"// a comment with ( and "
Twin(
    name: "a \" tricky, [name]", /* , */
    machines: [
        Belt(id: "one", length_mm: 5.0),
        Printer(
            id: "two", // , not this one
            failures: Some((time_to_failure: Fixed(1), repair_s: Fixed(2))),
        ),
    ],
)
"#;

    #[test]
    fn a_path_leads_to_its_value() {
        assert_eq!(locate(TEXT, "name"), (3, 11));
        assert_eq!(locate(TEXT, "machines"), (4, 15));
        assert_eq!(locate(TEXT, "machines[0].length_mm"), (5, 36));
        assert_eq!(locate(TEXT, "machines[1].id"), (7, 17));
        assert_eq!(locate(TEXT, "machines[1].failures.repair_s"), (8, 66));
    }

    #[test]
    fn a_path_that_is_not_there_leads_as_deep_as_it_can() {
        assert_eq!(locate(TEXT, "machines[1].nothing"), (6, 9));
        assert_eq!(locate(TEXT, "machines[7].id"), (4, 15));
        assert_eq!(locate("", "a.b"), (1, 1));
    }
}

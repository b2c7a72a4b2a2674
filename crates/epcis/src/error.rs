//! Why a document is not read or not written, and where. It holds no text longer than a line of that
//! document.

use std::fmt;

/// A refusal with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct EpcisError {
    /// Where it stands: a line and column, or the names that lead there.
    pub place: Place,
    /// What is wrong.
    pub fault: EpcisFault,
}

/// A place in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A position in the text, both counted from 1.
    Text {
        /// Line.
        line: usize,
        /// Column, in bytes.
        column: usize,
    },
    /// Names from the outside in: `/epcisBody/eventList/3/eventTime`.
    Path(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { line, column } => write!(f, "line {line}, column {column}"),
            Self::Path(path) if path.is_empty() => f.write_str("/"),
            Self::Path(path) => f.write_str(path),
        }
    }
}

/// What is wrong with a document or event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EpcisFault {
    /// No JSON, or no XML.
    #[error("{0}")]
    Syntax(String),
    /// Larger than anything that is read.
    #[error("found more than {limit} {what}")]
    TooMuch {
        /// Bytes, values, levels.
        what: &'static str,
        /// The most that is read.
        limit: usize,
    },
    /// A field has to be there.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A field that may be there once.
    #[error("`{0}` stands there more than once")]
    Repeated(String),
    /// A field that has no place there.
    #[error("found a field `{0}` that EPCIS does not have there; extensions need a namespace")]
    NoPlace(String),
    /// Something else than was expected.
    #[error("found {found}, expected {expected}")]
    Unexpected {
        /// What was found, shortened.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The requested form has no place for it.
    #[error("{form} cannot hold {what}")]
    Unwritable {
        /// `EPCIS 1.2`, `XML`.
        form: &'static str,
        /// What it cannot hold.
        what: String,
    },
}

impl EpcisError {
    pub(super) fn at(path: &str, fault: EpcisFault) -> Self {
        Self { place: Place::Path(path.to_owned()), fault }
    }

    pub(super) fn unexpected(path: &str, found: &str, expected: &'static str) -> Self {
        Self::at(path, EpcisFault::Unexpected { found: quoted(found), expected })
    }
}

/// A text in quotes, so short that it fits a line.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => format!("`{text}`"),
        Some((end, _)) => format!("`{}...`", &text[..end]),
    }
}

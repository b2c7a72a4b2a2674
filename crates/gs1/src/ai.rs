//! The table of Application Identifiers: what may stand behind each, what it needs beside it, where
//! it may stand in a Digital Link. Read once from `application_identifiers.txt`.

use std::fmt;
use std::sync::LazyLock;

use super::rules::{Broken, Rule, character_set_82, rule};

const TABLE: &str = include_str!("application_identifiers.txt");

/// One Application Identifier.
pub struct ApplicationIdentifier {
    digits: String,
    title: &'static str,
    components: Vec<Component>,
    predefined: bool,
    attribute: bool,
    needs: Vec<Vec<&'static str>>,
    excludes: Vec<&'static str>,
    key: Option<Vec<Vec<&'static str>>>,
}

/// A stretch of a value.
#[derive(Clone)]
struct Component {
    set: Rule,
    least: usize,
    most: usize,
    optional: bool,
    rules: Vec<Rule>,
}

static IDENTIFIERS: LazyLock<Vec<ApplicationIdentifier>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut all: Vec<_> = rows.flat_map(read_row).collect();
    all.sort_by(|a, b| a.digits.cmp(&b.digits));
    all
});

/// Reads a row of the table; a mistake in it is a bug.
fn read_row(row: &'static str) -> Vec<ApplicationIdentifier> {
    let cells: Vec<&'static str> = row.split('|').map(str::trim).collect();
    let [range, components, flags, needs, excludes, key, title] = cells[..] else {
        panic!("a row of the table has seven cells: {row}");
    };
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let bounds = first.parse::<u16>().expect("digits")..=last.parse().expect("digits");
    let components: Vec<Component> = components.split(' ').map(read_component).collect();
    let list = |text: &'static str, by: &'static str| -> Vec<&'static str> {
        text.split(by).filter(|part| !part.is_empty()).collect()
    };
    let alternatives = |text: &'static str| -> Vec<Vec<&'static str>> {
        list(text, " / ").into_iter().map(|sequence| list(sequence, " ")).collect()
    };
    let width = first.len();
    let identifiers = bounds.map(|number| ApplicationIdentifier {
        digits: format!("{number:0width$}"),
        title,
        components: components.clone(),
        predefined: flags.contains("predefined"),
        attribute: flags.contains("attribute"),
        needs: list(needs, " or ").into_iter().map(|all| list(all, " and ")).collect(),
        excludes: list(excludes, " "),
        key: key.strip_prefix("key").map(|rest| alternatives(rest.trim())),
    });
    identifiers.collect()
}

fn read_component(text: &str) -> Component {
    let bare = text.trim_start_matches('(').trim_end_matches(')');
    let (shape, rules) = bare.split_once(':').unwrap_or((bare, ""));
    let (set, lengths) = shape.split_at(1);
    let (least, most) = lengths.split_once('-').unwrap_or((lengths, lengths));
    let named = |name: &str| rule(name).unwrap_or_else(|| panic!("no rule `{name}` in {text}"));
    Component {
        set: match set {
            "N" => named("csetnumeric"),
            "X" => character_set_82,
            "Y" => named("cset39"),
            "Z" => named("cset64"),
            other => panic!("no character set `{other}`"),
        },
        least: least.parse().expect("a length"),
        most: most.parse().expect("a length"),
        optional: bare.len() < text.len(),
        rules: rules.split('+').filter(|name| !name.is_empty()).map(named).collect(),
    }
}

impl ApplicationIdentifier {
    /// The Application Identifier of these digits.
    pub fn find(digits: &str) -> Option<&'static Self> {
        let at = IDENTIFIERS.binary_search_by(|ai| ai.digits.as_str().cmp(digits)).ok()?;
        Some(&IDENTIFIERS[at])
    }

    /// The one with which a text begins. None begins with another one.
    pub fn starting(text: &str) -> Option<&'static Self> {
        (2..=4).find_map(|length| Self::find(text.get(..length)?))
    }

    /// All of them, by their digits.
    pub fn all() -> &'static [Self] {
        &IDENTIFIERS
    }

    /// Two to four digits.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// The data title, as it is printed beside a bar code.
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// True when readers can tell its length from its first two digits, so that no FNC1 need follow (General
    /// Specifications 7.8.5, figure 7.8.5-2).
    pub const fn is_predefined(&self) -> bool {
        self.predefined
    }

    /// True when it may stand in the query of a Digital Link.
    pub const fn is_attribute(&self) -> bool {
        self.attribute
    }

    /// For primary keys of Digital Links: the qualifiers that may follow, in order, as alternatives.
    pub fn qualifiers(&self) -> Option<&[Vec<&'static str>]> {
        self.key.as_deref()
    }

    /// One group of these must be there, wholly; `n` stands for any digit. None means no need.
    pub fn needs(&self) -> &[Vec<&'static str>] {
        &self.needs
    }

    /// None of these may be there; `n` stands for any digit.
    pub fn excludes(&self) -> &[&'static str] {
        &self.excludes
    }

    /// Shortest value.
    pub fn shortest(&self) -> usize {
        let needed = self.components.iter().filter(|component| !component.optional);
        needed.map(|component| component.least).sum()
    }

    /// Longest value.
    pub fn longest(&self) -> usize {
        self.components.iter().map(|component| component.most).sum()
    }

    /// Checks a value: characters, length, rules.
    ///
    /// # Errors
    /// What is broken first, and where in the value.
    pub fn check(&'static self, value: &str) -> Result<(), Fault> {
        let too_long = || Fault::Length { found: value.len(), of: self };
        // A check digit at the wrong place would be no help.
        if value.len() > self.longest() {
            return Err(too_long());
        }
        let mut at = 0;
        for component in &self.components {
            let rest = &value[at..];
            if rest.is_empty() && component.optional {
                break;
            }
            let part = rest.get(..component.most.min(rest.len())).unwrap_or(rest);
            let within = |fault: Broken| Broken { at: at + fault.at, ..fault };
            (component.set)(part).map_err(within).map_err(Fault::Rule)?;
            if part.len() < component.least {
                return Err(too_long());
            }
            for rule in &component.rules {
                rule(part).map_err(within).map_err(Fault::Rule)?;
            }
            at += part.len();
        }
        if at < value.len() { Err(too_long()) } else { Ok(()) }
    }
}

impl fmt::Debug for ApplicationIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}) {}", self.digits, self.title)
    }
}

impl PartialEq for ApplicationIdentifier {
    fn eq(&self, other: &Self) -> bool {
        self.digits == other.digits
    }
}

impl Eq for ApplicationIdentifier {}

/// Why a value does not belong behind an Application Identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Too short, too long, or between two lengths that are allowed.
    Length {
        /// Characters there are.
        found: usize,
        /// The Application Identifier.
        of: &'static ApplicationIdentifier,
    },
    /// A rule is broken.
    Rule(Broken),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found, of } => {
                let (shortest, longest) = (of.shortest(), of.longest());
                write!(f, "found {found} characters, expected {shortest}")?;
                if longest > shortest { write!(f, " to {longest}") } else { Ok(()) }
            }
            Self::Rule(broken) => write!(f, "expected {}", broken.expected),
        }
    }
}

impl Fault {
    /// Byte offset within the value.
    pub const fn at(&self) -> usize {
        match self {
            Self::Length { .. } => 0,
            Self::Rule(broken) => broken.at,
        }
    }
}

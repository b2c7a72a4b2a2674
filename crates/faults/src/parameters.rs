//! The parameters of a fault: what is wrong with them, and access to when or how often it comes, for programs
//! that change plans.

use std::fmt::Display;
use std::ops::RangeInclusive;

use linetwin_base::SimSpan;
use linetwin_symbol::Defect;

use super::kinds::Fault;
use super::rate::{Occurrence, Rate};

/// A plan is read by people.
const MOST_TIMES: u32 = 1_000;

/// What is wrong with a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterError {
    /// Its path from the fault on: `jobs`, `defect.rows`.
    pub path: String,
    /// As it stands.
    pub found: String,
    /// The rule that it breaks.
    pub expected: String,
}

impl ParameterError {
    fn new(path: &str, found: impl Display, expected: impl Into<String>) -> Self {
        let (path, found, expected) = (path.to_owned(), found.to_string(), expected.into());
        Self { path, found, expected }
    }

    /// The same within a field of this name.
    pub(super) fn of(self, name: &str) -> Self {
        let path =
            if self.path.is_empty() { name.to_owned() } else { format!("{name}.{}", self.path) };
        Self { path, ..self }
    }
}

/// A parameter between two values.
pub(super) fn within<T: PartialOrd + Display>(
    range: RangeInclusive<T>,
    expected: &'static str,
) -> impl Fn(&T) -> Option<ParameterError> {
    move |value| (!range.contains(value)).then(|| ParameterError::new("", value, expected))
}

/// A parameter of which every value is right.
pub(super) const fn any<T>(_: &T) -> Option<ParameterError> {
    None
}

/// A defect that can be printed.
pub(super) fn sound_defect(defect: &Defect) -> Option<ParameterError> {
    let (path, found, expected) = defect.fault()?;
    Some(ParameterError::new(path, found, expected))
}

/// When or how often a fault comes.
pub(super) enum TimingMut<'a> {
    /// At a rate.
    Rate(&'a mut Rate),
    /// From a moment on for so long.
    Lasts(&'a mut SimSpan, &'a mut SimSpan),
    /// At a moment.
    Once(&'a mut SimSpan),
}

impl Fault {
    /// How often it hits, if it hits at a rate.
    pub fn rate_mut(&mut self) -> Option<&mut Rate> {
        match self.timing_mut()? {
            TimingMut::Rate(rate) => Some(rate),
            TimingMut::Lasts(..) | TimingMut::Once(_) => None,
        }
    }

    /// When it begins or happens, if it does so at a moment.
    pub fn from_mut(&mut self) -> Option<&mut SimSpan> {
        match self.timing_mut()? {
            TimingMut::Lasts(from, _) | TimingMut::Once(from) => Some(from),
            TimingMut::Rate(_) => None,
        }
    }

    /// How long it lasts, if it lasts.
    pub fn lasts_mut(&mut self) -> Option<&mut SimSpan> {
        match self.timing_mut()? {
            TimingMut::Lasts(_, lasts) => Some(lasts),
            TimingMut::Rate(_) | TimingMut::Once(_) => None,
        }
    }

    /// Everything that is wrong with its parameters; whether its machine is there is not asked.
    pub fn check(&self) -> Vec<ParameterError> {
        let Self::Recurring { fault, interarrival_s, times } = self else {
            let mut wrong = Vec::new();
            if let Occurrence::Hits(rate) = self.occurrence() {
                wrong.extend(rate.check().map(|error| error.of("every")));
            }
            wrong.extend(self.wrong_parameters());
            return wrong;
        };
        if matches!(**fault, Self::Recurring { .. })
            || matches!(fault.occurrence(), Occurrence::Hits(_))
        {
            let found = format!("`{}`, which has a rate of its own", fault.kind());
            let expected = "a fault that lasts, or happens at a moment";
            return vec![ParameterError::new("fault", found, expected)];
        }
        let mut wrong = Vec::new();
        if !(1..=MOST_TIMES).contains(times) {
            let expected = format!("1 to {MOST_TIMES} times");
            wrong.push(ParameterError::new("times", times, expected));
        }
        if let Err(error) = interarrival_s.check() {
            wrong.push(ParameterError::new("interarrival_s", error.found, error.expected));
        }
        wrong.extend(fault.check().into_iter().map(|error| error.of("fault")));
        wrong
    }
}

impl Rate {
    /// What is wrong with it.
    fn check(&self) -> Option<ParameterError> {
        let counted = "the first (1), the second (2), ...";
        match self {
            Self::PerThousand(share) => within(0.0..=1000.0, "0 to 1000 in a thousand")(share),
            Self::EveryNth(0) | Self::Nth(0) => Some(ParameterError::new("", 0, counted)),
            Self::Exactly(which) if which.contains(&0) => Some(ParameterError::new("", 0, counted)),
            Self::Burst { every, length } if *length == 0 || length > every => {
                let found = format!("a burst of {length} in {every}");
                Some(ParameterError::new("", found, "a length of 1 up to `every`"))
            }
            Self::Interarrival(spans) => {
                let error = spans.check().err()?;
                Some(ParameterError::new("", error.found, error.expected))
            }
            Self::EveryNth(_)
            | Self::Nth(_)
            | Self::Exactly(_)
            | Self::Burst { .. }
            | Self::At(_) => None,
        }
    }
}

//! Two prints worth looking at: the worst that a camera passed and the best that it refused. A line's quality
//! is decided at the border between them.

use std::sync::Arc;

use linetwin_base::UnitId;
use linetwin_engine::Read;
use linetwin_symbol::Print;

use super::item::{Impression, Mark};

/// A print that a camera looked at.
#[derive(Clone, Debug)]
pub struct BorderlinePrint {
    /// The unit.
    pub unit: UnitId,
    /// Content that was meant.
    pub text: Arc<str>,
    /// The camera's grade in tenths, `None` when it read nothing.
    pub grade_tenths: Option<u8>,
    impression: Arc<Impression>,
}

impl BorderlinePrint {
    /// The print itself.
    pub fn print(&self) -> &Print {
        match &*self.impression {
            Impression::Print { print, .. } => print,
            other => unreachable!("only prints are exhibited, not {other:?}"),
        }
    }

    /// Better prints are greater: by grade, then by contrast.
    fn rank(&self) -> (Option<u8>, f64) {
        (self.grade_tenths, self.print().contrast())
    }
}

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct BorderlinePrints {
    minimum_tenths: u8,
    worst_passed: Option<BorderlinePrint>,
    best_refused: Option<BorderlinePrint>,
}

impl BorderlinePrints {
    pub(super) const fn new(minimum_tenths: u8) -> Self {
        Self { minimum_tenths, worst_passed: None, best_refused: None }
    }

    /// Keeps the mark if this result of a camera makes it one of the two.
    pub(super) fn consider(&mut self, unit: UnitId, mark: Option<&Mark>, read: &Read) {
        let Some(mark) = mark else { return };
        if !matches!(&*mark.impression, Impression::Print { .. }) {
            return;
        }
        let grade_tenths = match read {
            Read::Symbol { grade_tenths, .. } => Some(*grade_tenths),
            Read::NoRead | Read::NothingThere => None,
        };
        let passes = grade_tenths.is_some_and(|grade| grade >= self.minimum_tenths);
        let place = if passes { &mut self.worst_passed } else { &mut self.best_refused };
        let (text, impression) = (Arc::clone(&mark.text), Arc::clone(&mark.impression));
        let candidate = BorderlinePrint { unit, text, grade_tenths, impression };
        let takes_the_place = place.as_ref().is_none_or(|present| {
            if passes {
                candidate.rank() < present.rank()
            } else {
                candidate.rank() > present.rank()
            }
        });
        if takes_the_place {
            *place = Some(candidate);
        }
    }

    pub(super) const fn worst_passed(&self) -> Option<&BorderlinePrint> {
        self.worst_passed.as_ref()
    }

    pub(super) const fn best_refused(&self) -> Option<&BorderlinePrint> {
        self.best_refused.as_ref()
    }
}

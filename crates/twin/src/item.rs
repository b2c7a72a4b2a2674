//! What moves along the line. A unit is owned by the place that holds it - a belt, a queue, a
//! container - so it is in exactly one place, and nothing can appear or vanish unnoticed.

use std::sync::Arc;

use linetwin_base::{ContainerId, UnitId};
use linetwin_symbol::{Bars, Matrix, Print};

/// What is printed on a unit or container.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// Content that was meant, with ASCII 29 for FNC1.
    pub(super) text: Arc<str>,
    /// Its true grade by ISO/IEC 15415 in tenths; `None` if it cannot be read as what was meant.
    pub(super) grade_tenths: Option<u8>,
    pub(super) impression: Arc<Impression>,
}

/// How a mark was printed.
#[derive(Debug)]
pub(super) enum Impression {
    /// Nothing was drawn; its mark has the grade.
    Modelled,
    /// A GS1-128 label, as labellers print them: from a film, without defects.
    Label(Bars),
    /// A Data Matrix, and its modules as they appear.
    Print { print: Print, seen: Matrix },
}

/// A saleable pack.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) id: UnitId,
    pub(super) mark: Option<Mark>,
}

/// A bundle, case or pallet with what is in it.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) id: ContainerId,
    pub(super) mark: Option<Mark>,
    pub(super) children: Vec<Item>,
}

/// A unit or a container.
#[derive(Debug)]
pub(super) enum Item {
    Unit(Unit),
    Container(Box<Container>),
}

impl Item {
    /// What is printed on it.
    pub(super) const fn mark(&self) -> Option<&Mark> {
        match self {
            Self::Unit(unit) => unit.mark.as_ref(),
            Self::Container(container) => container.mark.as_ref(),
        }
    }

    /// The unit, if it is one.
    pub(super) const fn unit_id(&self) -> Option<UnitId> {
        match self {
            Self::Unit(unit) => Some(unit.id),
            Self::Container(_) => None,
        }
    }

    /// Units in it, at any depth.
    pub(super) fn units(&self) -> u32 {
        match self {
            Self::Unit(_) => 1,
            Self::Container(container) => container.children.iter().map(Self::units).sum(),
        }
    }
}

//! What became of a pack in trade (psID Trail): the pack states of EU Regulation 2016/161, which
//! one may follow which, and the rules for taking one back.

use serde::{Deserialize, Serialize};

use linetwin_base::{SimSpan, SimTime};

/// State of an active pack towards the market.
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum PackStatus {
    /// May be sold.
    #[default]
    Active,
    /// Handed to a patient.
    Supplied,
    /// Left the market.
    Exported,
    /// Put aside, for instance for an inquiry.
    Locked,
    /// Stolen.
    Stolen,
    /// Sample for an authority.
    Sample,
    /// Sample for a physician.
    FreeSample,
    /// Checked out for repackaging.
    CheckedOut,
    /// Destroyed.
    Destroyed,
}

impl PackStatus {
    /// Whether a pack in this status may get the other one. An active pack may get any; a locked one
    /// is either unlocked (an undo) or never comes back.
    pub const fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Active, Self::Active) => false,
            (Self::Active, _) => true,
            (Self::Locked, Self::Stolen | Self::Destroyed) => true,
            (
                Self::Supplied
                | Self::Exported
                | Self::Locked
                | Self::Stolen
                | Self::Sample
                | Self::FreeSample
                | Self::CheckedOut
                | Self::Destroyed,
                _,
            ) => false,
        }
    }

    /// Whether and for how long it may be taken back.
    const fn undo(self) -> Undo {
        match self {
            Self::Active | Self::Stolen | Self::Destroyed => Undo::Never,
            Self::Locked => Undo::Always,
            Self::Supplied
            | Self::Exported
            | Self::Sample
            | Self::FreeSample
            | Self::CheckedOut => Undo::TenDays,
        }
    }
}

enum Undo {
    Never,
    TenDays,
    Always,
}

/// Ten days (Regulation 2016/161, article 13).
const UNDO_WITHIN: SimSpan = SimSpan::from_secs(10 * 24 * 3600);

/// A place that reports: a pharmacy, a warehouse.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceId(pub u32);

/// What became of a pack, when and where.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// Its status now.
    pub status: PackStatus,
    /// Since when.
    pub since: SimTime,
    /// Where it was set.
    pub place: PlaceId,
}

/// Why a status cannot be taken back.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UndoFault {
    /// There is nothing to take back, or this status is final.
    Final,
    /// It was set elsewhere.
    OtherPlace,
    /// It was set more than ten days ago.
    TooLate,
    /// The lot was recalled.
    Recalled,
    /// The pack has expired.
    Expired,
}

impl Trail {
    /// Whether this status may be taken back here and now.
    ///
    /// # Errors
    /// The rule that forbids it.
    pub fn undo(
        &self,
        now: SimTime,
        place: PlaceId,
        recalled: bool,
        expired: bool,
    ) -> Result<(), UndoFault> {
        let undo = self.status.undo();
        if matches!(undo, Undo::Never) {
            return Err(UndoFault::Final);
        }
        if recalled {
            return Err(UndoFault::Recalled);
        }
        if expired {
            return Err(UndoFault::Expired);
        }
        if self.place != place {
            return Err(UndoFault::OtherPlace);
        }
        if matches!(undo, Undo::TenDays) && now.since(self.since) > UNDO_WITHIN {
            return Err(UndoFault::TooLate);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: PlaceId = PlaceId(1);
    const DAY: u64 = 24 * 3600;

    fn set(status: PackStatus) -> Trail {
        Trail { status, since: SimTime::START, place: HERE }
    }

    fn undo(status: PackStatus, days: u64) -> Result<(), UndoFault> {
        set(status).undo(SimTime::START + SimSpan::from_secs(days * DAY), HERE, false, false)
    }

    #[test]
    fn a_pack_that_was_supplied_may_be_taken_back_within_ten_days_at_the_same_place() {
        assert_eq!(undo(PackStatus::Supplied, 10), Ok(()));
        assert_eq!(undo(PackStatus::Supplied, 11), Err(UndoFault::TooLate));
        let elsewhere = set(PackStatus::Supplied).undo(SimTime::START, PlaceId(2), false, false);
        assert_eq!(elsewhere, Err(UndoFault::OtherPlace));
    }

    #[test]
    fn a_lock_may_always_be_taken_back() {
        assert_eq!(undo(PackStatus::Locked, 1_000), Ok(()));
    }

    #[test]
    fn stolen_destroyed_recalled_and_expired_packs_stay_what_they_are() {
        assert_eq!(undo(PackStatus::Stolen, 0), Err(UndoFault::Final));
        assert_eq!(undo(PackStatus::Destroyed, 0), Err(UndoFault::Final));
        let supplied = set(PackStatus::Supplied);
        let recalled = supplied.undo(SimTime::START, HERE, true, false);
        assert_eq!(recalled, Err(UndoFault::Recalled));
        let expired = supplied.undo(SimTime::START, HERE, false, true);
        assert_eq!(expired, Err(UndoFault::Expired));
    }
}

//! A running line that reports nothing for long: products may have been lost where no sensor looks. An
//! operator walks along it; only if he finds nothing on the way are the products taken for lost, their codes
//! settled, and others released.

use serde::{Deserialize, Serialize};

use linetwin_base::{SimSpan, SimTime};

use super::super::coverage::CoveragePoint;
use super::super::ledger::{DecommissionReason, ScrapReason};
use super::super::protocol::{Action, DeviceCommand, OperatorTask};
use super::LineState;
use super::awaited::Awaited;
use super::packing::Packing;
use super::register::Register;
use super::state::Phase;

/// While an order is being ended, an operator looks this often whether the line is empty.
const UNTIL_EMPTY: SimSpan = SimSpan::from_secs(30);

/// When the line reported last.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Watchdog {
    pub(super) last_activity_at: SimTime,
    /// A wake-up has been requested for this time.
    wake_at: Option<SimTime>,
    /// An operator is walking along the line.
    walking: bool,
    /// All that was to be packed is packed, and whatever else lay on the line was taken off.
    cleared: bool,
}

impl Watchdog {
    /// Whatever was scheduled before: the next check comes now.
    pub(super) fn restart_watchdog(&mut self) {
        self.wake_at = None;
    }

    pub(super) const fn is_cleared(self) -> bool {
        self.cleared
    }
}

impl LineState {
    /// Every product that came is settled: packed, or off the line.
    pub(super) fn nothing_is_on_the_way(&self) -> bool {
        self.registers.iter().all(Register::is_empty)
            && self.awaited.iter().all(Awaited::is_empty)
            && self.packings[0].awaits_nothing()
    }

    /// Everything is packed. Before the order is closed an operator takes off what is left: nothing of one
    /// lot may stay on the line for the next.
    pub(super) fn clear_line(&mut self, out: &mut Vec<Action>) {
        if !self.watchdog.walking {
            self.walk(true, out);
        }
    }

    /// Calls an operator to walk along the line, and with `clear` to take off what he finds.
    fn walk(&mut self, clear: bool, out: &mut Vec<Action>) {
        self.watchdog.walking = true;
        let station = self.packings[0].layout().station;
        if clear {
            let infeed = self.layout.infeed;
            out.push(Action::Device(DeviceCommand::SetReleaseQuota { infeed, total: 0 }));
        }
        let task = OperatorTask::WalkLine { station, clear };
        out.push(Action::Device(DeviceCommand::CallOperator(task)));
    }

    /// Calls an operator if the line has been silent for too long, and requests the next wake-up.
    pub(super) fn check_watchdog(&mut self, now: SimTime, out: &mut Vec<Action>) {
        let quiet = match self.ending {
            true => UNTIL_EMPTY,
            false => SimSpan::from_secs_f64(self.layout.inactivity_timeout_s),
        };
        if self.phase != Phase::Running || self.watchdog.wake_at.is_some_and(|at| now < at) {
            return;
        }
        let since = if self.ending { SimTime::START } else { self.watchdog.last_activity_at };
        let mut next = since + quiet;
        if next <= now {
            next = now + quiet;
            // A stopped line reports why it stands; one that has packed everything reports no more.
            let waits = !self.packings[0].is_full() || !self.nothing_is_on_the_way();
            if waits && self.stops.is_empty() && !self.watchdog.walking {
                out.push(Action::Covered(CoveragePoint::InactivityTimeout));
                self.walk(self.packings[0].is_full(), out);
            }
        }
        self.watchdog.wake_at = Some(next);
        out.push(Action::SetTimer(next));
    }

    /// An operator has walked from the infeed to the first packing station: so many units are on the way or
    /// still to be released, and so many lie in the open layer.
    pub(super) fn line_walked(
        &mut self,
        now: SimTime,
        on_the_way: u64,
        in_layer: u32,
        out: &mut Vec<Action>,
    ) {
        self.watchdog.walking = false;
        if on_the_way > 0 {
            return out.push(Action::Covered(CoveragePoint::LineFoundBusy));
        }
        if !self.nothing_is_on_the_way() {
            out.push(Action::Covered(CoveragePoint::LineFoundEmpty));
        }
        self.watchdog.cleared =
            self.nothing_is_on_the_way() && self.packings.iter().all(Packing::is_done);
        for section in 0..self.registers.len() {
            for window in self.registers[section].none_there() {
                self.settle(now, section, &window, ScrapReason::Missing, out);
            }
            let lost = self.awaited[section].none();
            self.decommission(now, &lost.missing, DecommissionReason::Missing, out);
        }
        // Which of those awaited at the station lie in its layer will be known when it is read.
        let awaited = self.packings[0].awaited();
        if in_layer > 0 {
            awaited.at_most(in_layer);
        } else {
            let lost = awaited.none();
            self.decommission(now, &lost.missing, DecommissionReason::Missing, out);
        }
        self.unprinted = 0;
        if self.ending {
            self.close_partly_filled(now, in_layer, out);
        }
        self.update_release_quota(now, out);
    }
}

//! The call queue: calls wait in order of urgency, and then of age, until a person can go.

use bevy_ecs::prelude::*;

use linetwin_base::{LineId, SimSpan, SimTime, Stream};
use linetwin_engine::OperatorTask;
use linetwin_line::{InterventionSpec, TwinSpec};

use super::call::{Call, place};

/// What has to be known of a line.
#[derive(Debug)]
pub(super) struct Site {
    /// Where each machine stands, in metres along the line.
    pub(super) places_m: Vec<f64>,
    pub(super) interventions: InterventionSpec,
}

impl Site {
    /// How long a task takes a person who stands there.
    pub(super) fn takes(&self, task: OperatorTask, walks_m_s: f64, stream: &mut Stream) -> SimSpan {
        let times = &self.interventions;
        match task {
            OperatorTask::RemoveFromBelt { .. }
            | OperatorTask::TakeSample { .. }
            | OperatorTask::RemoveChild { .. } => times.removal_s.draw(stream),
            OperatorTask::ScanChild { .. } => times.handheld_scan_s.draw(stream),
            OperatorTask::EmptyBin { .. } => times.empty_bin_s.draw(stream),
            OperatorTask::FindCause { .. } => times.inspection_s.draw(stream),
            OperatorTask::WalkLine { .. } => {
                let way_m = self.places_m[place(task).index()];
                times.inspection_s.draw(stream) + SimSpan::from_secs_f64(way_m / walks_m_s)
            }
            // The bench ends it.
            OperatorTask::Rework { .. } => SimSpan::ZERO,
        }
    }
}

/// See the module's first lines.
#[derive(Resource, Debug)]
pub(in super::super) struct CallQueue {
    /// Most urgent first, oldest first.
    pub(super) calls: Vec<Call>,
    /// One a line.
    pub(super) sites: Vec<Site>,
    /// When a person acts next.
    pub(super) next_at: SimTime,
}

impl Default for CallQueue {
    fn default() -> Self {
        Self { calls: Vec::new(), sites: Vec::new(), next_at: SimTime::START }
    }
}

impl CallQueue {
    /// One more line.
    pub(in super::super) fn add_line(&mut self, spec: &TwinSpec, places_m: Vec<f64>) {
        self.sites.push(Site { places_m, interventions: spec.interventions.clone() });
    }

    /// A person has come, before the run: waiting calls may be answered.
    pub(super) fn look_again(&mut self) {
        self.next_at = SimTime::START;
    }

    /// Where a person has to go.
    pub(super) fn place_of(&self, call: &Call) -> (LineId, f64) {
        (call.line, self.sites[call.line.index()].places_m[call.machine.index()])
    }

    /// Takes a call. One for the same assignment becomes as urgent as this one.
    pub(super) fn take(&mut self, mut call: Call) {
        let again =
            self.calls.iter().position(|old| old.is_for(call.line, call.machine, call.assignment));
        if let Some(again) = again {
            let old = self.calls.remove(again);
            call.urgency = call.urgency.min(old.urgency);
            call.asked = old.asked;
        }
        let after = self.calls.iter().rposition(|other| other.urgency <= call.urgency);
        self.calls.insert(after.map_or(0, |after| after + 1), call);
    }
}

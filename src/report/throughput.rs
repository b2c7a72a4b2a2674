//! What was made, from what was measured: counts, OEE, machines, buffers, bottleneck.

use linetwin_base::{Cause, MachineState};
use linetwin_trace::MeterReading;

use crate::measure::{Counts, Observations};

use super::summary::{BottleneckShare, BufferSummary, MachineSummary, Oee, Throughput};

impl Throughput {
    /// What was made in a run; `good` units of it are good.
    pub fn of(seen: &Observations, good: u64) -> Self {
        let minutes = seen.simulated_s() / 60.0;
        let Counts { entered, rejected, returned, sampled, containers, .. } = seen.counts;
        Self {
            infeed: entered,
            good,
            rejected: rejected - returned,
            returned,
            sampled,
            containers,
            units_per_min: if minutes > 0.0 { good as f64 / minutes } else { 0.0 },
            oee: oee(seen, good),
            machines: machines(seen),
            buffers: buffers(seen),
            bottleneck: bottleneck(seen),
        }
    }
}

fn oee(seen: &Observations, good: u64) -> Oee {
    let Some(lead) = last(seen).get(seen.line.lead.index()) else {
        return Oee::default();
    };
    let execute_s = state_s(lead, MachineState::Execute);
    let planned = lead.causes.iter().filter(|(cause, _)| cause.is_planned_downtime());
    let planned_downtime_s = planned.map(|(_, ns)| *ns as f64 / 1e9).sum::<f64>();
    let setup_s = lead.cause_ns(Cause::Setup) as f64 / 1e9;
    let busy_s = seen.simulated_s() - planned_downtime_s;
    let processed = lead.processed as f64;
    let rated_s = 60.0 / seen.line.rated_units_per_min;
    let availability = share(execute_s, busy_s);
    let performance = share(rated_s * processed, execute_s);
    let quality = share(good as f64, processed);
    let nee = share(execute_s + setup_s, busy_s) * performance * quality;
    let oee = availability * performance * quality;
    Oee { availability, performance, quality, oee, nee, planned_downtime_s }
}

/// Nothing of nothing: a run that is all planned down time, a machine that never worked.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn machines(seen: &Observations) -> Vec<MachineSummary> {
    let rows = seen.line.machines.iter().zip(last(seen));
    let rows = rows.map(|((id, kind), reading)| MachineSummary {
        id: id.clone(),
        kind: kind.clone(),
        states: MachineState::ALL
            .iter()
            .filter(|state| state_s(reading, **state) > 0.0)
            .map(|state| (state.to_string(), state_s(reading, *state)))
            .collect(),
        causes: reading
            .causes
            .iter()
            .map(|(cause, ns)| (format!("{cause:?}"), *ns as f64 / 1e9))
            .collect(),
        starved_s: reading.cause_ns(Cause::Starved) as f64 / 1e9,
        blocked_s: reading.cause_ns(Cause::Blocked) as f64 / 1e9,
        processed: reading.processed,
        defective: reading.defective,
    });
    rows.collect()
}

fn buffers(seen: &Observations) -> Vec<BufferSummary> {
    let rows = seen.line.machines.iter().zip(&seen.line.capacities).zip(last(seen));
    let rows = rows.filter_map(|(((id, _), capacity), reading)| {
        let mean = reading.level_ns as f64 / seen.end.as_nanos().max(1) as f64;
        let max = reading.level_max;
        capacity.map(|capacity| BufferSummary { id: id.clone(), mean, max, capacity })
    });
    rows.collect()
}

/// Shares of the run in which a machine held up the line, largest first.
fn bottleneck(seen: &Observations) -> Vec<BottleneckShare> {
    let rows = seen.line.machines.iter().zip(seen.bottleneck.shares());
    let rows =
        rows.filter_map(|((id, _), share)| Some(BottleneckShare { id: id.clone(), share: share? }));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.id.cmp(&b.id)));
    rows
}

fn last(seen: &Observations) -> &[MeterReading] {
    &seen.meters.last().readings
}

fn state_s(reading: &MeterReading, state: MachineState) -> f64 {
    reading.state_ns(state) as f64 / 1e9
}

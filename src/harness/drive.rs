//! Drives lines from stretch to stretch and gives probes the records of each. The only place that takes
//! records, ledger events and failures out of a twin while it runs.

use std::ops::ControlFlow;

use linetwin_base::{LineId, SimSpan, SimTime, Streams};
use linetwin_twin::{LedgerPort, Twin};

use super::load::Job;
use super::probe::{Noted, Probes};
use super::run::Interrupted;
use super::site::OwnEngine;

/// The twin of a job, at its beginning.
pub(super) fn twin_of(job: &Job, engine: Option<OwnEngine>) -> Twin {
    let (ledger, controllers) =
        engine.map_or((None, Vec::new()), |it| (Some(it.ledger), it.controllers));
    let ledger = ledger.map(|ledger| Box::new(ledger) as Box<dyn LedgerPort>);
    let mut controllers = controllers.into_iter();
    let setups = job.lines.iter().map(|line| line.setup(controllers.next()));
    let mut twin = Twin::new(setups, job.scenario.optics, ledger);
    twin.add_people(&job.people, Streams::new(job.scenario.seed), job.lines[0].clock);
    twin
}

/// Runs so many lines until all have ended, or all probes have seen enough. After every `stride` of simulated
/// time `progress` gets how far the run is, and may stop it.
pub(super) fn drive(
    twin: &mut Twin,
    lines: usize,
    mut probes: Probes,
    stride: SimSpan,
    progress: &mut dyn FnMut(SimTime) -> ControlFlow<()>,
) -> Result<(), Interrupted> {
    let lines = || (0..lines).map(|line| LineId(line as u16));
    let mut keeps_log = vec![false; lines().count()];
    for line in probes.read_work() {
        keeps_log[line.index()] = true;
        twin.keep_work_log(line);
    }
    let (mut records, mut now) = (Vec::new(), SimTime::START);
    loop {
        now += stride;
        let ended = twin.advance(now);
        for line in lines() {
            twin.take_trace(line, &mut records);
            let ledger = twin.take_ledger_events(line);
            let logged = keeps_log[line.index()];
            let work = if logged { twin.take_work_log(line) } else { Vec::new() };
            probes.absorb(line, &Noted { records: &records, ledger: &ledger, work: &work })?;
        }
        if let Some(words) = twin.broken_controller() {
            return Err(Interrupted::Controller(words));
        }
        if let Some(error) = twin.ledger_failure() {
            return Err(error.into());
        }
        if ended || probes.have_enough() {
            return Ok(());
        }
        if progress(now).is_break() {
            return Err(Interrupted::Stopped);
        }
    }
}

//! A twin that is stepped event by event makes the run that it makes at full speed.

use linetwin::base::{LineId, SimSpan, SimTime, Streams};
use linetwin::engine::store::Store;
use linetwin::harness::{Job, OwnEngine, own_engine};
use linetwin::trace::{Digest, TraceRecord};
use linetwin::twin::Twin;

use crate::common::trial::Trial;

fn twin(job: &Job) -> Twin {
    let engine = own_engine(job, Store::memory(), |controller| Box::new(controller))
        .expect("a store in memory takes an order")
        .expect("the scenario has an engine");
    let OwnEngine { ledger, controllers } = engine;
    let setups = job.lines.iter().zip(controllers).map(|(line, it)| line.setup(Some(it)));
    let mut twin = Twin::new(setups, job.scenario.optics, Some(Box::new(ledger)));
    twin.add_people(&job.people, Streams::new(job.scenario.seed), job.lines[0].clock);
    twin
}

/// The digest of each line of a run that `go` has brought to its end.
fn digests(job: &Job, mut go: impl FnMut(&mut Twin) -> bool) -> Vec<String> {
    let mut twin = twin(job);
    let mut digests: Vec<Digest> = job.lines.iter().map(|_| Digest::default()).collect();
    let mut records: Vec<TraceRecord> = Vec::new();
    let mut over = false;
    while !over {
        over = go(&mut twin);
        for (index, digest) in digests.iter_mut().enumerate() {
            twin.take_trace(LineId(index as u16), &mut records);
            digest.absorb(&records);
        }
    }
    digests.into_iter().map(|digest| digest.finish().to_string()).collect()
}

#[test]
fn stepping_event_by_event_is_the_same_run() {
    for trial in [
        Trial::of("carton-line-250-faults").quantity(600),
        Trial::of("carton-line-250-network").quantity(400),
        Trial::of("plant-4-lines"),
    ] {
        let job = trial.job();
        let mut until = SimTime::START;
        let at_full_speed = digests(&job, |twin| {
            until += SimSpan::from_secs(60);
            twin.advance(until)
        });
        let mut last = SimTime::START;
        let stepped = digests(&job, |twin| {
            let announced = twin.next_at();
            let at = twin.step();
            assert_eq!(announced, at, "{trial}: what is announced is what happens");
            let Some(at) = at else { return true };
            assert!(at >= last, "{trial}: time runs forward");
            last = at;
            false
        });
        assert_eq!(stepped, at_full_speed, "{trial}");
    }
}

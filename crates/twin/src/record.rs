//! What a ledger has decided for a line: its events as facts of the trace, counts of its work, and the events
//! themselves for a writer. It imports no ledger, only what a port gives.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

use linetwin_base::SimTime;
use linetwin_engine::{LedgerEvent, ObjectCode, Operation, OrderState};
use linetwin_gs1::{Batch, UnitCode};
use linetwin_trace::{Fact, RecordedChild, RecordedFact};

use super::ledger_port::Decision;
use super::line_context::LineContext;

/// Longest latency that is distinguished, in nanoseconds.
const LONGEST_NS: u64 = 60_000_000_000;

/// Counts and times of the ledger's work for one line.
#[derive(Clone, Debug)]
pub struct EngineMeter {
    /// Commands that the ledger has decided.
    pub commands: u64,
    /// Commands that it refused.
    pub refusals: u64,
    /// The same by kind of refusal.
    pub refusals_by_kind: BTreeMap<String, u64>,
    /// Time from a command's arrival to its answer, in nanoseconds of wall-clock time.
    pub latency_ns: Histogram<u64>,
}

/// See the module's first lines.
pub(super) struct Record {
    pub(super) meter: EngineMeter,
    /// What was recorded since it was last taken, with the times at which it happened on the line.
    pub(super) events: Vec<(SimTime, LedgerEvent)>,
}

impl Record {
    pub(super) fn new() -> Self {
        let latency_ns = Histogram::new_with_bounds(1, LONGEST_NS, 3)
            .expect("the bounds are constants and in order");
        let meter =
            EngineMeter { commands: 0, refusals: 0, refusals_by_kind: BTreeMap::new(), latency_ns };
        Self { meter, events: Vec::new() }
    }

    /// Counts a decision, keeps its events, and writes its facts into the trace.
    pub(super) fn decided(&mut self, decision: &Decision, context: &mut LineContext) {
        let Decision { happened, outcome, batch, took_ns } = decision;
        let Self { meter, events: kept } = self;
        if let Some(took_ns) = took_ns {
            meter.latency_ns.saturating_record((*took_ns).max(1));
        }
        meter.commands += 1;
        let mut note = |fact| context.note(Fact::Recorded { happened: *happened, fact });
        match outcome {
            Ok(events) => {
                kept.extend(events.iter().map(|event| (*happened, event.clone())));
                events.iter().for_each(|event| recorded(event, *batch, &mut note));
            }
            Err(refusal) => {
                meter.refusals += 1;
                *meter.refusals_by_kind.entry(refusal.kind()).or_default() += 1;
                note(RecordedFact::Refused { reason: refusal.to_string() });
            }
        }
    }
}

/// The facts of one event. What the ledger moves between its own pools is no fact of the line.
fn recorded(event: &LedgerEvent, batch: Option<Batch>, note: &mut dyn FnMut(RecordedFact)) {
    match event {
        // Numbers without an order were in a pool.
        LedgerEvent::StateChanged { operation: Operation::Invalidate, order: None, .. } => {}
        LedgerEvent::StateChanged { operation, objects, .. } => {
            moved(*operation, objects, batch, note)
        }
        LedgerEvent::Packed { parent: ObjectCode::Container(parent), level, children, .. } => {
            let children = children.iter().map(|child| match child {
                ObjectCode::Unit(unit) => RecordedChild::Unit(*unit),
                ObjectCode::Container(sscc) => RecordedChild::Container(*sscc),
            });
            let children = children.collect();
            note(RecordedFact::ContainerPacked { parent: *parent, level: *level, children });
        }
        LedgerEvent::OrderStateChanged { to: OrderState::Closed, .. } => {
            note(RecordedFact::OrderClosed)
        }
        // A container that is a trade item is labelled by no line here.
        LedgerEvent::Packed { parent: ObjectCode::Unit(_), .. }
        | LedgerEvent::OrderStateChanged { .. }
        | LedgerEvent::OrderCreated { .. }
        | LedgerEvent::OrderSigned { .. }
        | LedgerEvent::LineCleared { .. }
        | LedgerEvent::SpaceOpened { .. }
        | LedgerEvent::NumbersMade { .. }
        | LedgerEvent::NumbersImported { .. }
        | LedgerEvent::Unpacked { .. }
        | LedgerEvent::ContentsChecked { .. }
        | LedgerEvent::Received { .. }
        | LedgerEvent::StatusChanged { .. }
        | LedgerEvent::LotRecalled { .. } => {}
    }
}

fn moved(
    operation: Operation,
    objects: &[ObjectCode],
    batch: Option<Batch>,
    note: &mut dyn FnMut(RecordedFact),
) {
    match operation {
        Operation::RequestAllocated => {
            // SSCCs are allocated as well; the line packs each one or leaves it.
            let units: Vec<UnitCode> = units(objects).collect();
            if !units.is_empty() {
                note(RecordedFact::SerialsAllocated(units));
            }
        }
        Operation::ReturnAllocated => note(RecordedFact::SerialsReturned(units(objects).collect())),
        Operation::Invalidate => note(RecordedFact::SerialsVoided(units(objects).collect())),
        Operation::Commission => {
            let Batch { expiry, lot } = batch.expect("units are commissioned with lot and expiry");
            units(objects)
                .for_each(|unit| note(RecordedFact::UnitCommissioned { unit, lot, expiry }));
        }
        Operation::ScrapLabel | Operation::SampleLabel => {
            units(objects).for_each(|unit| note(RecordedFact::LabelScrapped { unit }));
        }
        Operation::Sample => {
            units(objects).for_each(|unit| note(RecordedFact::UnitSampled { unit }));
        }
        Operation::Decommission | Operation::Destroy => {
            units(objects).for_each(|unit| note(RecordedFact::UnitDecommissioned { unit }));
        }
        Operation::RequestUnallocated
        | Operation::ReturnUnallocated
        | Operation::Encode
        | Operation::Ship
        | Operation::VoidShipping
        | Operation::AcceptReturn => {}
    }
}

fn units(objects: &[ObjectCode]) -> impl Iterator<Item = UnitCode> {
    objects.iter().filter_map(|object| match object {
        ObjectCode::Unit(unit) => Some(*unit),
        ObjectCode::Container(_) => None,
    })
}

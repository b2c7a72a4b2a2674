//! Canaries: line controllers and ledgers that are broken in one way each. A campaign must find every one
//! of them within 200 seeds, and make its failure small. `docs/canaries.md` has the table; after a change
//! that is meant to alter it: `UPDATE_DOCS=1 cargo test --test campaigns canaries`.

mod double;
mod doubles;
mod ledgers;
mod mind;
mod readings;

use std::fmt::Write as _;

use self::double::{Broken, Double};
use self::doubles as d;
use self::mind::Mind;

use linetwin::engine::store::Store;
use linetwin::engine::{DeviceCommand, LedgerEvent, LineController, LineLogic};
use linetwin::harness::campaign::{Plan, Shrunk, draw, explore, shrink};
use linetwin::harness::check::Part;
use linetwin::harness::{Parts, load_scenario};

use crate::common::project;
use crate::common::trial::Trial;

const SEEDS: u64 = 200;
/// Runs that may be tried to make a failure small.
const MOST_RUNS: u32 = 400;

struct Canary {
    /// What it does wrong.
    does: &'static str,
    /// The line on which it does it.
    line: &'static str,
    make: Make,
}

enum Make {
    Controller(fn() -> Box<dyn Broken>),
    Ledger(fn() -> Store),
}

const fn on_cartons(does: &'static str, make: fn() -> Box<dyn Broken>) -> Canary {
    Canary { does, line: "carton-line-250", make: Make::Controller(make) }
}

const fn ledger(does: &'static str, make: fn() -> Store) -> Canary {
    Canary { does, line: "carton-line-250", make: Make::Ledger(make) }
}

const CANARIES: &[Canary] = &[
    on_cartons("accepts any symbol as the one that was printed", || {
        Box::new(readings::Believes { unread_too: false })
    }),
    on_cartons("commissions what was not read", || {
        Box::new(readings::Believes { unread_too: true })
    }),
    on_cartons("accepts every grade", || Box::new(readings::IgnoresGrades)),
    on_cartons("gives each product the result of the one before", || {
        Box::new(readings::OffByOne::default())
    }),
    on_cartons("is one place off after an operator was at the belt", || {
        Box::new(readings::OffAfterStops::default())
    }),
    on_cartons("accepts every layer", || Box::new(readings::BelievesLayers)),
    on_cartons("accepts any label as the one that was printed", || {
        Box::new(readings::BelievesLabels)
    }),
    on_cartons("records a case one child short", || Box::new(d::Changes::every(3, d::one_short))),
    on_cartons("records a child twice and another not", || {
        Box::new(d::Changes::every(3, d::child_twice))
    }),
    on_cartons("scraps one good pack in a hundred in the record", || {
        Box::new(d::Changes::every(100, d::scrap_instead))
    }),
    on_cartons("commissions what it rejected", || {
        Box::new(d::Changes::every(3, d::commission_instead))
    }),
    on_cartons("returns half of the numbers that are left", || {
        Box::new(d::Changes::every(1, d::half_returned))
    }),
    on_cartons("loses one message in a hundred", || Box::new(d::loses(100))),
    on_cartons("loses one message in a thousand", || Box::new(d::loses(1000))),
    on_cartons("never repeats a message to the ledger", || Box::new(d::never_repeats())),
    on_cartons("omits one command in five to start a belt", || {
        Box::new(d::forgets(5, |c| matches!(c, DeviceCommand::StartBelt { .. })))
    }),
    on_cartons("omits one call in five for an operator", || {
        Box::new(d::forgets(5, |c| matches!(c, DeviceCommand::CallOperator(_))))
    }),
    on_cartons("omits one acceptance of a layer in twenty", || {
        Box::new(d::forgets(20, |c| matches!(c, DeviceCommand::AcceptLayer { .. })))
    }),
    on_cartons("omits one release of a labelled case in ten", || {
        Box::new(d::forgets(10, |c| matches!(c, DeviceCommand::ReleaseContainer { .. })))
    }),
    on_cartons("closes the order when the first case is packed", || {
        Box::new(d::ClosesEarly::default())
    }),
    on_cartons("labels every second case like the one before", || {
        Box::new(d::LabelsAlike::default())
    }),
    on_cartons("swaps children of neighbouring cases", || Box::new(d::SwapsChildren::default())),
    on_cartons("treats a refusal as success", || Box::new(d::TakesRefusalsForConsent)),
    on_cartons("records a sample that was not taken", || Box::new(d::TakesNoSample::default())),
    on_cartons("packs samples in the record", || Box::new(d::PacksSamples::default())),
    on_cartons(
        "prints an old code again after a power cut",
        || Box::new(d::PrintsAgain::default()),
    ),
    on_cartons("prints another lot on one pack in fifty", || {
        Box::new(d::PrintsAnotherLot::default())
    }),
    ledger("a ledger that acknowledges before a message is durable", || {
        ledgers::store(ledgers::AcknowledgesEarly)
    }),
    ledger("a ledger that allocates the last numbers again after a restart", || {
        ledgers::store(ledgers::ForgetsLast(|e| matches!(e, LedgerEvent::NumbersMade { .. })))
    }),
    ledger("a ledger that loses the last packing at a restart", || {
        ledgers::store(ledgers::ForgetsLast(|e| matches!(e, LedgerEvent::Packed { .. })))
    }),
    ledger("a ledger that stores one message less than it acknowledged", || {
        ledgers::store(ledgers::WritesOneLess)
    }),
];

struct Caught {
    row: String,
    fine: bool,
}

fn catch(canary: &Canary) -> Caught {
    let job = Trial::of(canary.line).job();
    let line = |controller: LineController| -> Box<dyn LineLogic> {
        match canary.make {
            Make::Controller(make) => {
                Box::new(Double { controller, mind: Mind::default(), broken: make() })
            }
            Make::Ledger(_) => Box::new(controller),
        }
    };
    let parts = match &canary.make {
        Make::Controller(_) => Parts { line: &line, ..Parts::OWN },
        Make::Ledger(make) => Parts { store: make, ..Parts::OWN },
    };
    let plan = Plan {
        first: 1,
        seeds: SEEDS,
        part: Part::WHOLE,
        time: None,
        threads: 1,
        keep_going: false,
    };
    let explored = explore(&job, parts, plan, |_| {});
    let Some(failed) = explored.failed.first() else {
        return Caught { row: format!("| {} | not found | | | |", canary.does), fine: false };
    };
    let finding = &failed.findings[0];
    let Shrunk { scenario, faults, packs, runs } =
        shrink(&job.path, draw(&job, failed.seed), finding, parts, MOST_RUNS);
    assert!(load_scenario(&job.path, scenario).is_ok(), "{}", canary.does);
    let row =
        format!("| {} | {finding} | {} | {faults} | {packs} | {runs} |", canary.does, failed.seed);
    Caught { row, fine: true }
}

#[test]
fn every_canary_is_found_and_its_failure_made_small() {
    let work = std::sync::Mutex::new(CANARIES.iter().enumerate());
    let caught = std::sync::Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let Some((index, canary)) = work.lock().unwrap().next() else { return };
                    let result = catch(canary);
                    caught.lock().unwrap().push((index, result));
                }
            });
        }
    });
    let mut caught = caught.into_inner().unwrap();
    caught.sort_by_key(|(index, _)| *index);
    let mut page = String::from(HEAD);
    for (_, caught) in &caught {
        writeln!(page, "{}", caught.row).unwrap();
    }
    let missed: Vec<&str> =
        caught.iter().filter(|(_, of)| !of.fine).map(|(_, of)| of.row.as_str()).collect();
    assert!(missed.is_empty(), "{missed:#?}\n{page}");
    let path = project("docs/canaries.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page).unwrap();
    } else {
        assert_eq!(page, std::fs::read_to_string(&path).unwrap_or_default());
    }
}

const HEAD: &str = "\
# Canaries

Line controllers and ledgers with one seeded defect each, to test whether the checks find it. A
campaign (`linetwin explore`, [regression.md](regression.md)) must find each within 200 seeds. The table
is made by `UPDATE_DOCS=1 cargo test --test campaigns canaries`; without the variable the test fails when the
table differs from the result. The canaries are in `tests/campaigns/canaries/`.

| defect | finding | found by seed | faults left | packs left | runs to shrink it |
|---|---|---|---|---|---|
";

//! Random commands against a plain model of what a ledger must do, written with maps and for
//! clearness: acceptance, states and parents agree after every step, and a refusal changes nothing.

use std::collections::BTreeMap;

use linetwin::base::Level;
use linetwin::engine::{
    ChildCode, Command, DecommissionReason, Ledger, LedgerEvent, Order, Product, ScrapReason,
    SerialState,
};
use linetwin::gs1::{CompanyPrefix, Gtin, Sscc, UnitCode};
use proptest::prelude::*;

const UNITS: usize = 8;
const SSCCS: u64 = 5;

/// What a step does; numbers name units and containers, the last of each was never issued.
#[derive(Clone, Debug)]
enum Step {
    Commission(usize),
    Scrap(usize),
    Decommission(usize),
    Return(Vec<usize>),
    Pack(u64, Level, Vec<usize>, Vec<u64>),
    Close,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let unit = || 0..=UNITS;
    let sscc = || 1..=SSCCS + 1;
    let level = prop_oneof![Just(Level::Bundle), Just(Level::Case), Just(Level::Pallet)];
    let pack =
        (sscc(), level, prop::collection::vec(unit(), 0..4), prop::collection::vec(sscc(), 0..2));
    let step = prop_oneof![
        6 => unit().prop_map(Step::Commission),
        2 => unit().prop_map(Step::Scrap),
        2 => unit().prop_map(Step::Decommission),
        1 => prop::collection::vec(unit(), 0..3).prop_map(Step::Return),
        6 => pack.prop_map(|(sscc, level, units, inner)| Step::Pack(sscc, level, units, inner)),
        1 => Just(Step::Close),
    ];
    prop::collection::vec(step, 1..40)
}

/// The model: what is known of each child, and how containers are levelled.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    states: BTreeMap<UnitCode, SerialState>,
    levels: BTreeMap<Sscc, Level>,
    issued: Vec<Sscc>,
    parents: BTreeMap<ChildCode, Sscc>,
    closed: bool,
}

impl Model {
    /// True if the ledger must accept the command; then the model has changed as well.
    fn accepts(&mut self, command: &Command) -> bool {
        use SerialState::{Allocated, Commissioned, Inactive, LabelScrapped, Unallocated};
        let before = self.clone();
        let fine = match command {
            Command::Commission { unit } => {
                !self.closed && self.step(unit, Allocated, Commissioned)
            }
            Command::ScrapLabel { unit, .. } => self.step(unit, Allocated, LabelScrapped),
            Command::Decommission { unit, .. } => {
                !self.parents.contains_key(&ChildCode::Unit(*unit))
                    && self.step(unit, Commissioned, Inactive)
            }
            Command::ReturnSerials { units } => {
                units.iter().all(|unit| self.step(unit, Allocated, Unallocated))
            }
            Command::Pack { parent, level, children } => self.pack(*parent, *level, children),
            Command::CloseOrder => {
                let open = self.closed || self.states.values().any(|state| *state == Allocated);
                self.closed = self.closed || !open;
                !open
            }
            other => unreachable!("{other:?} is no step"),
        };
        if !fine {
            *self = before;
        }
        fine
    }

    fn step(&mut self, unit: &UnitCode, from: SerialState, to: SerialState) -> bool {
        let fine = self.states.get(unit) == Some(&from);
        if fine {
            self.states.insert(*unit, to);
        }
        fine
    }

    fn pack(&mut self, parent: Sscc, level: Level, children: &[ChildCode]) -> bool {
        let free = self.issued.contains(&parent) && !self.levels.contains_key(&parent);
        let active = |child: &ChildCode| match child {
            ChildCode::Unit(unit) => self.states.get(unit) == Some(&SerialState::Commissioned),
            ChildCode::Container(sscc) => self.levels.get(sscc).is_some_and(|inner| *inner < level),
        };
        let unpacked = |child: &ChildCode| !self.parents.contains_key(child);
        let distinct = (1..children.len()).all(|n| !children[..n].contains(&children[n]));
        let fine = free
            && !children.is_empty()
            && distinct
            && children.iter().all(active)
            && children.iter().all(unpacked);
        if fine {
            self.levels.insert(parent, level);
            self.parents.extend(children.iter().map(|child| (*child, parent)));
        }
        fine
    }
}

/// A ledger with an open order, a model of it, its units and one that was never issued.
fn start() -> (Ledger, Model, Vec<UnitCode>) {
    let gtin = Gtin::parse("06291041500213").unwrap();
    let product = Product { gtin, name: "Test".to_owned(), company_prefix: 7 };
    let (lot, expiry) = ("L7".parse().unwrap(), "2028-09-30".parse().unwrap());
    let mut ledger = Ledger::new([3; 32]);
    ledger.apply(Command::OpenOrder(Order { product, lot, expiry, quantity: 8 })).unwrap();
    let events = ledger.apply(Command::AllocateSerials { count: UNITS as u32 }).unwrap();
    ledger.apply(Command::AllocateSsccs { count: SSCCS as u32 }).unwrap();
    let LedgerEvent::SerialsAllocated(mut units) = events[0].clone() else { panic!("{events:?}") };
    let model = Model {
        states: units.iter().map(|unit| (*unit, SerialState::Allocated)).collect(),
        issued: (1..=SSCCS).map(sscc).collect(),
        ..Model::default()
    };
    units.push(UnitCode { gtin, serial: "NEVERISSUED2".parse().unwrap() });
    (ledger, model, units)
}

fn sscc(reference: u64) -> Sscc {
    Sscc::build(0, CompanyPrefix::parse("6291041").unwrap(), reference).unwrap()
}

fn command(step: Step, units: &[UnitCode]) -> Command {
    match step {
        Step::Commission(unit) => Command::Commission { unit: units[unit] },
        Step::Scrap(unit) => Command::ScrapLabel { unit: units[unit], reason: ScrapReason::NoRead },
        Step::Decommission(unit) => {
            let reason = DecommissionReason::FailedCheck;
            Command::Decommission { unit: units[unit], reason }
        }
        Step::Return(list) => {
            Command::ReturnSerials { units: list.into_iter().map(|unit| units[unit]).collect() }
        }
        Step::Pack(parent, level, list, inner) => {
            let inside = list.into_iter().map(|unit| ChildCode::Unit(units[unit]));
            let inner = inner.into_iter().map(|inner| ChildCode::Container(sscc(inner)));
            Command::Pack { parent: sscc(parent), level, children: inside.chain(inner).collect() }
        }
        Step::Close => Command::CloseOrder,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn the_ledger_does_what_the_model_does(steps in steps()) {
        let (mut ledger, mut model, units) = start();
        for step in steps {
            let command = command(step, &units);
            let accepted = model.accepts(&command);
            let outcome = ledger.apply(command.clone());
            prop_assert_eq!(outcome.is_ok(), accepted, "{:?}: {:?}", command, outcome);
            for unit in &units {
                prop_assert_eq!(ledger.state(unit), model.states.get(unit).copied());
                let child = ChildCode::Unit(*unit);
                prop_assert_eq!(ledger.parent(&child), model.parents.get(&child).copied());
            }
            for container in (1..=SSCCS + 1).map(sscc) {
                let child = ChildCode::Container(container);
                prop_assert_eq!(ledger.parent(&child), model.parents.get(&child).copied());
            }
        }
    }
}

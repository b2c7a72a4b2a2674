//! Whether the faults of a scenario can be injected into its twin.

use crate::faults::{Fault, Rate};
use crate::twin::{MachineSpec, Problem, TwinSpec};

use super::scenario::{EngineMode, Scenario};

/// Clocks are set by seconds or by an hour, not by more than a day.
const LONGEST_STEP_S: f64 = 86_400.0;

/// Notes what is wrong with the fault at this place.
pub(super) fn check_fault(
    at: &str,
    fault: &Fault,
    scenario: &Scenario,
    twin: &TwinSpec,
    problems: &mut Vec<Problem>,
) {
    if scenario.engine == EngineMode::Detached {
        let expected = "no faults of codes with `engine: Detached`";
        problems.push(Problem::new(at, format!("`{}`", fault.name()), expected));
    }
    let (kind, name) = match fault {
        Fault::Misprint { at, .. }
        | Fault::MissingPrint { at, .. }
        | Fault::SerialPrintedTwice { at, .. } => ("Printer", at),
        Fault::DuplicateRead { at, .. } | Fault::NoRead { at, .. } => ("Camera", at),
        Fault::UnitRemoved { at, .. }
        | Fault::UnitInserted { at, .. }
        | Fault::UnitsSwapped { at, .. } => ("Belt", at),
        Fault::GateFailsToFire { at, .. } | Fault::ConfirmSensorStuck { at, .. } => {
            ("RejectGate", at)
        }
        Fault::ControllerPowerCut { .. }
        | Fault::LinkOutage { .. }
        | Fault::LinkSlow { .. }
        | Fault::MessageLost { .. }
        | Fault::MessageRepeated { .. }
        | Fault::MessageOvertaken { .. }
        | Fault::LedgerKilled { .. }
        | Fault::ClockStep { .. } => ("", &String::new()),
    };
    let of_kind = twin.machines.iter().filter(|machine| machine.kind() == kind);
    if !kind.is_empty() && !of_kind.clone().any(|machine| machine.id() == name) {
        let expected = format!("the id of a {kind}");
        let names = of_kind.map(MachineSpec::id);
        problems.push(Problem::unknown_name(format!("{at}.at"), name, expected, names));
    }
    let every = format!("{at}.every");
    match fault.rate() {
        Some(Rate::PerThousand(share)) if !(0.0..=1000.0).contains(&share) => {
            problems.push(Problem::new(every, share.to_string(), "0 to 1000 in a thousand"));
        }
        Some(Rate::Units(0)) => {
            problems.push(Problem::new(every, "0", "every unit (1), every second one (2), ..."));
        }
        _ => {}
    }
    if let Fault::ClockStep { by_s, .. } = fault
        && !(by_s.is_finite() && by_s.abs() <= LONGEST_STEP_S)
    {
        let path = format!("{at}.by_s");
        problems.push(Problem::new(path, by_s.to_string(), "-86400 to 86400 seconds, a day"));
    }
    if let Fault::Misprint { defect, .. } = fault
        && let Some((name, found, expected)) = defect.fault()
    {
        let path = format!("{at}.defect.{name}");
        problems.push(Problem::new(path, found.to_string(), expected));
    }
}

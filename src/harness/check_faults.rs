//! Whether the faults of a scenario can be injected into its twin. Which machines a kind can be at, and the
//! bounds of its parameters, stand in the table of kinds; here they are applied.

use linetwin_faults::Fault;
use linetwin_line::{MachineSpec, Problem, TwinSpec};

use super::scenario::{EngineMode, Scenario};

/// Notes what is wrong with the fault at this place.
pub(super) fn check_fault(
    at: &str,
    fault: &Fault,
    scenario: &Scenario,
    twin: &TwinSpec,
    problems: &mut Vec<Problem>,
) {
    let kind = fault.kind();
    if scenario.engine == EngineMode::Detached {
        let expected = "no faults of codes with `engine: Detached`";
        problems.push(Problem::new(at, format!("`{kind}`"), expected));
    }
    let place = kind.place();
    let is = |name| twin.machines_at(place).any(|machine| machine.id() == name);
    if let Some(name) = fault.machine()
        && !is(name)
    {
        let path = match fault {
            Fault::Recurring { .. } => format!("{at}.fault.at"),
            _ => format!("{at}.at"),
        };
        let expected = format!("the id of a {}", place.name());
        let names = twin.machines_at(place).map(MachineSpec::id);
        problems.push(Problem::unknown_name(path, name, expected, names));
    }
    let wrong = fault.check().into_iter();
    problems
        .extend(wrong.map(|of| Problem::new(format!("{at}.{}", of.path), of.found, of.expected)));
}

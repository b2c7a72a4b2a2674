//! Whether the faults of a scenario can be injected into its twin.

use linetwin_base::Distribution;
use linetwin_faults::{Course, Fault, Rate};
use linetwin_line::{MachineSpec, Problem, TwinSpec};

use super::scenario::{EngineMode, Scenario};

/// More than any printer keeps.
const MOST_REPLAYED: u32 = 100;
/// A plan is read by people.
const MOST_TIMES: u32 = 1_000;
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
    if let Fault::Again { fault, between_s, times } = fault {
        return check_again(at, (fault, between_s, *times), scenario, twin, problems);
    }
    let (kind, name) = match fault {
        Fault::Misprint { at, .. }
        | Fault::MissingPrint { at, .. }
        | Fault::SerialPrintedTwice { at, .. }
        | Fault::InkOut { at, .. }
        | Fault::WrongText { at, .. }
        | Fault::StaleLayout { at, .. }
        | Fault::BufferReplayed { at, .. } => ("Printer", at),
        Fault::DuplicateRead { at, .. }
        | Fault::NoRead { at, .. }
        | Fault::CameraOffline { at, .. }
        | Fault::FrozenImage { at, .. }
        | Fault::LateResult { at, .. } => ("Camera", at),
        Fault::LayerMisread { at, .. } => ("packer", at),
        Fault::LayerShort { at, .. } | Fault::LayerOver { at, .. } => ("packer of units", at),
        Fault::LabelMissing { at, .. } | Fault::LabelRepeated { at, .. } => ("labeller", at),
        Fault::UnitRemoved { at, .. }
        | Fault::UnitInserted { at, .. }
        | Fault::UnitsSwapped { at, .. }
        | Fault::AlienInserted { at, .. }
        | Fault::PackedInserted { at, .. } => ("Belt", at),
        Fault::EncoderSlip { at, .. } | Fault::ProductsTouch { at, .. } => {
            ("Belt with devices", at)
        }
        Fault::GateFailsToFire { at, .. }
        | Fault::ConfirmSensorStuck { at, .. }
        | Fault::GoodUnitEjected { at, .. } => ("RejectGate", at),
        Fault::ControllerPowerCut { .. }
        | Fault::LinkOutage { .. }
        | Fault::LinkSlow { .. }
        | Fault::MessageLost { .. }
        | Fault::MessageRepeated { .. }
        | Fault::MessageOvertaken { .. }
        | Fault::LedgerKilled { .. }
        | Fault::DiskFull { .. }
        | Fault::NumbersWithheld { .. }
        | Fault::WrongBatchStarted { .. }
        | Fault::ClockStep { .. }
        | Fault::Again { .. } => ("", &String::new()),
    };
    let labels = ["Bundler", "CaseLabeller", "Palletiser"];
    let of_kind = twin.machines.iter().filter(|machine| match kind {
        "labeller" => labels.contains(&machine.kind()),
        "packer" => machine.makes().is_some(),
        "Belt with devices" => twin.devices_on(machine.id()).next().is_some(),
        "packer of units" => twin.first_packer() == Some(machine.id()),
        kind => machine.kind() == kind,
    });
    if !kind.is_empty() && !of_kind.clone().any(|machine| machine.id() == name) {
        let expected = format!("the id of a {kind}");
        let names = of_kind.map(MachineSpec::id);
        problems.push(Problem::unknown_name(format!("{at}.at"), name, expected, names));
    }
    let every = format!("{at}.every");
    match &fault.course() {
        Course::Hits(Rate::PerThousand(share)) if !(0.0..=1000.0).contains(share) => {
            problems.push(Problem::new(every, share.to_string(), "0 to 1000 in a thousand"));
        }
        Course::Hits(Rate::Units(0) | Rate::Once(0)) => {
            problems.push(Problem::new(every, "0", "the first (1), the second (2), ..."));
        }
        Course::Hits(Rate::Exactly(which)) if which.contains(&0) => {
            problems.push(Problem::new(every, "0", "the first (1), the second (2), ..."));
        }
        Course::Hits(Rate::Burst { every: of, length }) if *length == 0 || length > of => {
            let found = format!("a burst of {length} in {of}");
            problems.push(Problem::new(every, found, "a length of 1 up to `every`"));
        }
        Course::Hits(Rate::Between(between)) => {
            if let Err(error) = between.check() {
                problems.push(Problem::new(every, error.found, error.expected));
            }
        }
        _ => {}
    }
    if let Fault::BufferReplayed { jobs, .. } = fault
        && !(1..=MOST_REPLAYED).contains(jobs)
    {
        problems.push(Problem::new(format!("{at}.jobs"), jobs.to_string(), "1 to 100 jobs"));
    }
    if let Fault::EncoderSlip { share, .. } = fault
        && !(-0.9..=1.0).contains(share)
    {
        let expected = "a share of the way from -0.9 to 1.0";
        problems.push(Problem::new(format!("{at}.share"), share.to_string(), expected));
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

/// Notes what is wrong with a fault that comes again and again.
fn check_again(
    at: &str,
    (fault, between_s, times): (&Fault, &Distribution, u32),
    scenario: &Scenario,
    twin: &TwinSpec,
    problems: &mut Vec<Problem>,
) {
    if matches!(fault, Fault::Again { .. }) || matches!(fault.course(), Course::Hits(_)) {
        let found = format!("`{}`, which has a rate of its own", fault.name());
        let expected = "a fault that lasts, or happens at a moment";
        return problems.push(Problem::new(format!("{at}.fault"), found, expected));
    }
    if !(1..=MOST_TIMES).contains(&times) {
        let expected = format!("1 to {MOST_TIMES} times");
        problems.push(Problem::new(format!("{at}.times"), times.to_string(), expected));
    }
    if let Err(error) = between_s.check() {
        problems.push(Problem::new(format!("{at}.between_s"), error.found, error.expected));
    }
    check_fault(&format!("{at}.fault"), fault, scenario, twin, problems);
}

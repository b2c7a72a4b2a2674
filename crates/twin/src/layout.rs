//! The line as its controller must be configured for it, derived from the twin file by following the product
//! from the infeed.

use std::sync::Arc;

use linetwin_base::{Distribution, MachineId, SimSpan};
use linetwin_engine::{LineLayout, PoolRule, SectionLayout, StationLayout};
use linetwin_line as line;
use linetwin_line::Problem;
use linetwin_line::{BeltSpec, MachineSpec, TwinSpec};

/// The name of a line that is alone.
pub const LONE_LINE: &str = "line-1";

/// A grade in tenths.
pub(super) fn grade_tenths(grade: f64) -> u8 {
    (grade * 10.0 + 0.5) as u8
}

/// The layout for the controller of a line with this name.
///
/// # Errors
/// The line cannot be serialized: no belt with printer, camera and reject gate in that order, or no
/// aggregation station behind it.
pub fn line_layout(twin: &TwinSpec, name: &str) -> Result<LineLayout, Problem> {
    let missing = |expected: &str| Problem::new("machines", "a line without it", expected);
    let id = |index: usize| MachineId(index as u16);
    let infeed = twin.infeed().ok_or_else(|| missing("an Infeed"))?;

    let (mut sections, mut stations) = (Vec::<SectionLayout>::new(), Vec::<StationLayout>::new());
    let mut unlabelled: Option<StationLayout> = None;
    for index in twin.path_from(Some(infeed)) {
        let machine = &twin.machines[index];
        let wrong = |found: &str, expected: &str| wrong(twin, index, found, expected);
        keeps_order(twin, index, !sections.is_empty())?;
        unreported_rejects(twin, index)?;
        if let MachineSpec::Belt(belt) = machine {
            let Some(section) = section(twin, index, belt)? else { continue };
            if unlabelled.is_some() || !stations.is_empty() {
                let expected = "devices for units before the first packing machine";
                return Err(wrong("with devices for units behind a packing machine", expected));
            }
            if section.printer.is_some() != sections.is_empty() {
                let expected = "a printer on the first belt with devices and on no other";
                return Err(wrong("with or without a printer", expected));
            }
            sections.push(section);
        } else if let (Some(level), Some((layer, layers))) = (machine.makes(), machine.pattern()) {
            if unlabelled.is_some() {
                let expected = "a CaseLabeller between it and the CasePacker";
                return Err(wrong("right behind a CasePacker", expected));
            }
            if stations.last().is_some_and(|inner| inner.level >= level) {
                let expected = "bundles before cases before pallets";
                return Err(wrong("that packs what is as large as its containers", expected));
            }
            let station = StationLayout {
                station: id(index),
                labeller: id(index),
                level,
                children: layer * layers,
                layer,
            };
            if machine.labels() {
                stations.push(station);
            } else {
                unlabelled = Some(station);
            }
        } else if machine.labels() {
            let Some(station) = unlabelled.take() else {
                return Err(wrong("without cases to label", "a CasePacker right before it"));
            };
            stations.push(StationLayout { labeller: id(index), ..station });
        }
    }
    if unlabelled.is_some() {
        return Err(missing("a CaseLabeller behind every CasePacker"));
    }
    if sections.is_empty() {
        return Err(missing(
            "a belt with Printer, Camera and RejectGate on the first tracked belt",
        ));
    }
    lanes(twin, infeed, sections[0].belt.index())?;
    if stations.is_empty() {
        return Err(missing("a Bundler, CasePacker or Palletiser"));
    }
    let printer = sections[0].printer.map(|(printer, _)| &twin.machines[printer.index()]);
    let jobs = match printer {
        Some(MachineSpec::Printer(printer)) => printer.buffer_jobs,
        _ => 1,
    };
    let rework = rework(twin, &sections, &stations)?;
    Ok(LineLayout {
        rework,
        line: Arc::from(name),
        infeed: id(infeed),
        sections,
        stations,
        printer_buffer_jobs: jobs,
        minimum_grade_tenths: grade_tenths(twin.controller.minimum_grade),
        max_consecutive_rejects: twin.controller.max_consecutive_rejects,
        serial_reserve: twin.controller.serial_reserve,
        pool: pool_rule(twin.controller.pool),
        inactivity_timeout_s: twin.controller.inactivity_timeout_s,
        retry_s: twin.link.retry_s,
    })
}

const fn pool_rule(rule: line::ReplenishmentPolicy) -> PoolRule {
    match rule {
        line::ReplenishmentPolicy::WholeOrder => PoolRule::WholeOrder,
        line::ReplenishmentPolicy::ReorderPoint { min, max } => {
            PoolRule::Kept { low: min, high: max }
        }
    }
}

fn wrong(twin: &TwinSpec, index: usize, found: &str, expected: &str) -> Problem {
    let found = format!("`{}` {found}", twin.machines[index].id());
    Problem::new(format!("machines[{index}]"), found, expected)
}

/// A machine that takes products off the line without reporting it to the engine.
fn unreported_rejects(twin: &TwinSpec, index: usize) -> Result<(), Problem> {
    match twin.machines[index].unreported_rejects() {
        Some((key, found, expected)) => {
            Err(Problem::new(format!("machines[{index}].{key}"), found, expected))
        }
        None => Ok(()),
    }
}

/// Behind the printer products stay in order: the one that arrives in place of another shows which is
/// missing.
fn keeps_order(twin: &TwinSpec, index: usize, coded: bool) -> Result<(), Problem> {
    let expected = "products that stay in order behind the belt with the printer";
    match twin.machines[index].breaks_order() {
        Some(how) if coded => Err(wrong(twin, index, how, expected)),
        _ => Ok(()),
    }
}

/// Every product comes to the belt with the printer, whichever way it takes, and nothing is done to it before
/// that which the engine would have to record.
fn lanes(twin: &TwinSpec, infeed: usize, coded: usize) -> Result<(), Problem> {
    let reached = twin.reachable_from(infeed, |at| at == coded);
    for index in (0..reached.len()).filter(|at| reached[*at] && *at != coded) {
        let machine = &twin.machines[index];
        unreported_rejects(twin, index)?;
        if machine.to().is_empty() {
            let expected = "a way that leads to the belt with the printer";
            return Err(wrong(twin, index, "with a way around the printer", expected));
        }
        if machine.makes().is_some() || twin.devices_on(machine.id()).next().is_some() {
            let expected = "such a machine where all product comes by";
            return Err(wrong(twin, index, "with a way beside it", expected));
        }
    }
    Ok(())
}

/// The rework bench, if there is one: at the first gate, and with a way back behind the last.
fn rework(
    twin: &TwinSpec,
    sections: &[SectionLayout],
    stations: &[StationLayout],
) -> Result<Option<MachineId>, Problem> {
    let mut found = None;
    for (index, machine) in twin.machines.iter().enumerate() {
        let MachineSpec::ReworkBench(bench) = machine else { continue };
        let (gate, returns_to) = (&bench.gate, &bench.returns_to);
        let id = |name: &str| twin.index_of(name).map(|index| MachineId(index as u16));
        let path = |key: &str| format!("machines[{index}].{key}");
        if id(gate) != Some(sections[0].gate.0) {
            let expected = "the gate of the belt on which codes are printed";
            return Err(Problem::new(path("gate"), format!("`{gate}`"), expected));
        }
        let last = sections.last().expect("there is one").belt.index();
        let behind = twin.path_from(Some(last)).skip(1).map(|at| MachineId(at as u16));
        let mut places = behind.take_while(|at| *at != stations[0].station);
        if !places.any(|at| Some(at) == id(returns_to)) {
            let expected = "a belt between the last gate and the first packing machine";
            return Err(Problem::new(path("returns_to"), format!("`{returns_to}`"), expected));
        }
        if found.replace(MachineId(index as u16)).is_some() {
            let expected = "one ReworkBench a line";
            return Err(Problem::new(format!("machines[{index}]"), "a second one", expected));
        }
    }
    Ok(found)
}

/// The tracked section on a belt; `None` if no device stands on it.
fn section(
    twin: &TwinSpec,
    belt: usize,
    BeltSpec { id: name, pitch_mm, speed_mm_s, .. }: &BeltSpec,
) -> Result<Option<SectionLayout>, Problem> {
    let spacing_s = pitch_mm / speed_mm_s;
    let um = |mm: f64| (mm * 1000.0) as u64;
    let (mut printer, mut camera, mut gate) = (None, None, None);
    for (index, machine) in twin.machines.iter().enumerate() {
        let here = machine.on_belt().filter(|(on, _)| on == name);
        let Some((_, at_mm)) = here else { continue };
        let device = (MachineId(index as u16), um(at_mm));
        let place = match machine {
            MachineSpec::Printer(_) => &mut printer,
            MachineSpec::Camera(_) => &mut camera,
            MachineSpec::RejectGate(it) => {
                let fall = fall(index, &it.confirm_s, spacing_s)?;
                if gate.replace((device, um(it.pass_sensor_mm), fall)).is_some() {
                    return Err(second(index, name));
                }
                continue;
            }
            _ => continue,
        };
        if place.replace(device).is_some() {
            return Err(second(index, name));
        }
    }
    match (printer, camera, gate) {
        (None, None, None) => Ok(None),
        (printer, Some(camera), Some((gate, exit_um, confirm_timeout)))
            if printer.is_none_or(|(_, at)| at < camera.1) && camera.1 < gate.1 =>
        {
            Ok(Some(SectionLayout {
                belt: MachineId(belt as u16),
                printer,
                camera,
                gate,
                exit_um,
                confirm_timeout,
                tolerance_um: um(*pitch_mm) / 2,
            }))
        }
        _ => Err(Problem::new(
            format!("machines[{belt}]"),
            format!("`{name}` with devices that do not follow one another"),
            "a Printer (if any), then a Camera, then a RejectGate along the belt",
        )),
    }
}

/// The longest fall into the bin. Falls must not overlap: the slowest of one product must be over
/// before the fastest of the next.
fn fall(gate: usize, confirm_s: &Distribution, spacing_s: f64) -> Result<SimSpan, Problem> {
    let longest_s = confirm_s.max_s().unwrap_or(f64::INFINITY);
    if longest_s - confirm_s.min_s() < spacing_s {
        return Ok(SimSpan::from_secs_f64(longest_s));
    }
    let path = format!("machines[{gate}].confirm_s");
    let expected = format!("times that differ by less than the {spacing_s:.3} s between products");
    Err(Problem::new(path, format!("{confirm_s:?}"), expected))
}

fn second(index: usize, belt: &str) -> Problem {
    Problem::new(
        format!("machines[{index}].on"),
        format!("`{belt}`, which has such a device already"),
        "one device of a kind a belt",
    )
}

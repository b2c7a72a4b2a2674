//! The line as its controller must be configured for it, read off the twin file by following the
//! product from the infeed.

use crate::base::{Distribution, MachineId, SimSpan};
use crate::engine::{LineLayout, SectionLayout, StationLayout};

use super::check::Problem;
use super::spec::{MachineSpec, TwinSpec};

/// The layout for a line controller.
///
/// # Errors
/// The line cannot be serialized: no belt with printer, camera and reject gate in that order, or no
/// aggregation station behind it.
pub fn line_layout(twin: &TwinSpec) -> Result<LineLayout, Problem> {
    let missing = |expected: &str| Problem::new("machines", "a line without it", expected);
    let id = |index: usize| MachineId(index as u16);
    let infeed = twin
        .machines
        .iter()
        .position(|machine| matches!(machine, MachineSpec::Infeed { .. }))
        .ok_or_else(|| missing("an Infeed"))?;

    let next = |at: &usize| twin.machines[*at].to().and_then(|to| twin.index_of(to));
    let way = std::iter::successors(Some(infeed), next);
    let (mut sections, mut stations) = (Vec::new(), Vec::new());
    let mut unlabelled: Option<StationLayout> = None;
    for index in way {
        let machine = &twin.machines[index];
        if let MachineSpec::Belt { .. } = machine {
            sections.extend(section(twin, index)?);
        } else if let (Some(level), Some((layer, layers))) = (machine.makes(), machine.pattern()) {
            let station = StationLayout {
                station: id(index),
                labeller: id(index),
                level,
                children: layer * layers,
            };
            match machine {
                MachineSpec::CasePacker { .. } => unlabelled = Some(station),
                _ => stations.push(station),
            }
        } else if let MachineSpec::CaseLabeller { .. } = machine
            && let Some(station) = unlabelled.take()
        {
            stations.push(StationLayout { labeller: id(index), ..station });
        }
    }
    if unlabelled.is_some() {
        return Err(missing("a CaseLabeller behind every CasePacker"));
    }
    if sections.first().is_none_or(|section| section.printer.is_none()) {
        return Err(missing(
            "a belt with Printer, Camera and RejectGate on the first tracked belt",
        ));
    }
    if stations.is_empty() {
        return Err(missing("a Bundler, CasePacker or Palletiser"));
    }
    let jobs = twin.machines.iter().find_map(|machine| match machine {
        MachineSpec::Printer { jobs, .. } => Some(*jobs),
        _ => None,
    });
    Ok(LineLayout {
        infeed: id(infeed),
        sections,
        stations,
        printer_jobs: jobs.unwrap_or(1),
        minimum_grade_tenths: (twin.controller.minimum_grade * 10.0 + 0.5) as u8,
        serial_reserve: twin.controller.serial_reserve,
        retry_s: twin.link.retry_s,
    })
}

/// The tracked section on a belt; `None` if no device stands on it.
fn section(twin: &TwinSpec, belt: usize) -> Result<Option<SectionLayout>, Problem> {
    let MachineSpec::Belt { id: name, pitch_mm, .. } = &twin.machines[belt] else {
        return Ok(None);
    };
    let um = |mm: f64| (mm * 1000.0) as u64;
    let (mut printer, mut camera, mut gate) = (None, None, None);
    for (index, machine) in twin.machines.iter().enumerate() {
        let here = machine.on_belt().filter(|(on, _)| on == name);
        let Some((_, at_mm)) = here else { continue };
        let device = (MachineId(index as u16), um(at_mm));
        let place = match machine {
            MachineSpec::Printer { .. } => &mut printer,
            MachineSpec::Camera { .. } => &mut camera,
            MachineSpec::RejectGate { pass_sensor_mm, confirm_s, .. } => {
                let fall = SimSpan::from_secs_f64(longest_s(confirm_s));
                if gate.replace((device, um(*pass_sensor_mm), fall)).is_some() {
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
        (printer, Some(camera), Some((gate, exit_um, longest_fall)))
            if printer.is_none_or(|(_, at)| at < camera.1) && camera.1 < gate.1 =>
        {
            Ok(Some(SectionLayout {
                belt: MachineId(belt as u16),
                printer,
                camera,
                gate,
                exit_um,
                longest_fall,
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

/// A time that practically no draw exceeds: the largest value, or ten times the mean where there is
/// none.
fn longest_s(times: &Distribution) -> f64 {
    times.max_s().unwrap_or_else(|| 10.0 * times.mean_s())
}

fn second(index: usize, belt: &str) -> Problem {
    Problem::new(
        format!("machines[{index}].on"),
        format!("`{belt}`, which has such a device already"),
        "one device of a kind a belt",
    )
}

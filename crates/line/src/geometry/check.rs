//! Checks the twin file's layout: names and measures that make no floor plan. A floor plan that could be
//! better, with machines in one another's way, gets a warning instead.

use crate::check::Problem;
use crate::kinds::{BeltSpec, MachineSpec};
use crate::spec::{PathPiece, SizeSpec, TwinSpec};

/// How far the pieces of a belt's way may be from its length.
const ROUNDING_MM: f64 = 1.0;

/// Everything wrong with the places, paths and sizes of a twin; empty if it can be laid out.
pub(crate) fn check_layout(twin: &TwinSpec) -> Vec<Problem> {
    let mut checker = LayoutChecker { twin, problems: Vec::new() };
    let layout = &twin.layout;
    checker.range("layout.lane_distance_mm".to_owned(), layout.lane_distance_mm, 500.0, 1e5);
    for (id, place) in &layout.places {
        let path = format!("layout.places.{id}");
        if let Some(device) = checker.machine(&path, id)
            && device.on_belt().is_some()
        {
            let found = format!("`{id}`, which stands on a belt at its `at_mm`");
            checker.problem(&path, found, "a machine that is no device of a belt");
        }
        checker.range(format!("{path}.x_mm"), Some(place.x_mm), -1e7, 1e7);
        checker.range(format!("{path}.y_mm"), Some(place.y_mm), -1e7, 1e7);
        checker.range(format!("{path}.heading_deg"), Some(place.heading_deg), -360.0, 360.0);
    }
    for (id, pieces) in &layout.paths {
        checker.path(&format!("layout.paths.{id}"), id, pieces);
    }
    for (id, size) in &layout.sizes {
        checker.size(&format!("layout.sizes.{id}"), id, *size);
    }
    checker.problems
}

struct LayoutChecker<'a> {
    twin: &'a TwinSpec,
    problems: Vec<Problem>,
}

impl<'a> LayoutChecker<'a> {
    fn problem(&mut self, path: &str, found: String, expected: &str) {
        self.problems.push(Problem::new(path, found, expected));
    }

    fn machine(&mut self, path: &str, id: &str) -> Option<&'a MachineSpec> {
        let found = self.twin.machines.iter().find(|machine| machine.id() == id);
        if found.is_none() {
            let names = self.twin.machines.iter().map(MachineSpec::id);
            let expected = "the id of a machine";
            self.problems.push(Problem::unknown_name(path, id, expected, names));
        }
        found
    }

    /// A measure that may be left out.
    fn range(&mut self, path: String, value: Option<f64>, least: f64, most: f64) {
        let Some(value) = value else { return };
        if !(least..=most).contains(&value) {
            self.problem(&path, value.to_string(), &format!("{least} to {most}"));
        }
    }

    fn path(&mut self, path: &str, id: &str, pieces: &[PathPiece]) {
        let machine = self.machine(path, id);
        for (nth, piece) in pieces.iter().enumerate() {
            let path = |key: &str| format!("{path}[{nth}].{key}");
            match piece {
                PathPiece::Straight { mm } => self.range(path("mm"), Some(*mm), 1.0, 1e6),
                PathPiece::Turn { deg, radius_mm } => {
                    self.range(path("deg"), Some(deg.abs()), 1.0, 360.0);
                    self.range(path("radius_mm"), Some(*radius_mm), 50.0, 1e5);
                }
            }
        }
        match machine {
            Some(MachineSpec::Belt(BeltSpec { length_mm, .. })) => {
                let all_mm: f64 = pieces.iter().map(PathPiece::length_mm).sum();
                let differ_mm = all_mm - length_mm;
                // A measure that is no number is named above.
                if differ_mm.abs() > ROUNDING_MM {
                    let found = format!("pieces of {all_mm:.0} mm together");
                    let (by_mm, what) =
                        (differ_mm.abs(), if differ_mm > 0.0 { "less" } else { "more" });
                    let expected =
                        format!("{length_mm} mm, the belt's length_mm: {by_mm:.0} mm {what}");
                    self.problem(path, found, &expected);
                }
            }
            Some(_) => self.problem(path, format!("`{id}`"), "the id of a Belt"),
            None => {}
        }
    }

    fn size(&mut self, path: &str, id: &str, size: SizeSpec) {
        if let Some(MachineSpec::Belt(_)) = self.machine(path, id)
            && size.length_mm.is_some()
        {
            let found = "a length of a belt".to_owned();
            let expected = "nothing here: it stands at the belt, as length_mm";
            self.problem(&format!("{path}.length_mm"), found, expected);
        }
        self.range(format!("{path}.length_mm"), size.length_mm, 10.0, 1e5);
        self.range(format!("{path}.width_mm"), size.width_mm, 10.0, 1e5);
    }
}

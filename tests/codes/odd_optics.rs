//! Extreme prints and cameras through the front door: whatever a file may say of `print:`,
//! `optics:` and `defect:`, it is refused with a place or makes a run that ends.

use std::fs;

use linetwin::harness::{FileErrors, Place, load};
use linetwin::integrity::InvariantId;

use crate::common::project;
use crate::common::run::Run;

/// Runs the carton line with other blocks; each misprint is the defect.
fn attempt(
    level: &str,
    print: &str,
    optics: &str,
    defect: &str,
    quantity: u32,
) -> Result<Run, FileErrors> {
    let read = |path: &str| fs::read_to_string(project(path)).unwrap();
    let twin = read("twins/carton-line-250.ron");
    let was = "print: (contrast: Triangular(from: 0.60, mode: 0.74, to: 0.80))";
    assert!(twin.contains(was), "the twin's print");
    let twin = twin.replace(was, &format!("print: ({print})"));
    let camera = "Camera(\n            id: \"camera-1\",";
    assert!(twin.contains(camera), "the twin's camera");
    let twin = twin.replace(camera, &format!("{camera} optics: ({optics}),"));
    let scenario = format!(
        "Scenario(name: \"odd\", twin: \"twin.ron\", seed: 3, optics: {level}, lasts: \"00:10:00\",\n\
         order: (product: (gtin: \"08901234567890\", name: \"x\", company_prefix: 7),\n\
         lot: \"L1\", expiry: \"2028-09-30\", quantity: {quantity}),\n\
         faults: [Misprint(at: \"printer-1\", every: EveryNth(2), defect: {defect})])"
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("twin.ron"), twin).unwrap();
    let path = folder.path().join("scenario.ron");
    fs::write(&path, scenario).unwrap();
    load(&path, None, &[]).map(|job| Run::of_job(&job))
}

const DEFECT: &str = "DeadNozzles(rows: 2)";

/// Ends, and no unit is lost; true where it ran.
fn ends(level: &str, print: &str, optics: &str, defect: &str, quantity: u32) -> bool {
    let what = format!("{level}, print: ({print}), optics: ({optics}), {defect}");
    match attempt(level, print, optics, defect, quantity) {
        Ok(run) => {
            for invariant in &run.integrity.invariants {
                let physical =
                    [InvariantId::I1, InvariantId::I6, InvariantId::I9].contains(&invariant.id);
                assert!(!physical || invariant.violations == 0, "{what}: {invariant:?}");
            }
            true
        }
        Err(errors) => {
            for error in &errors.0 {
                assert!(matches!(error.place, Place::File(_, 1.., 1..)), "{what}: {error}");
                assert!(!error.message.is_empty(), "{what}");
            }
            false
        }
    }
}

const EXTREMES: [&str; 9] = ["0", "1", "-1", "1e-9", "0.5", "20", "65536", "1e300", "NaN"];

#[test]
fn extreme_measures_of_a_defect() {
    let templates = [
        "DeadNozzles(rows: #)",
        "InkSpread(modules: #)",
        "LowContrast(contrast: #)",
        "Skew(degrees: #)",
        "Stretch(percent: #)",
        "Smear(modules: #)",
        "Spots(count: #, diameter_modules: 20)",
        "Spots(count: 1000, diameter_modules: #)",
        "Voids(count: #, diameter_modules: 20)",
        "Voids(count: 1000, diameter_modules: #)",
        "PartialPrint(share: #)",
        "DoubleStrike(modules: #, strength: 1)",
        "DoubleStrike(modules: -3, strength: #)",
        "QuietZoneIntrusion(share: #)",
    ];
    let (mut ran, mut refused) = (0, 0);
    for template in templates {
        for extreme in EXTREMES {
            for level in ["Model", "Raster"] {
                let ended = ends(level, "", "", &template.replace('#', extreme), 3);
                *(if ended { &mut ran } else { &mut refused }) += 1;
            }
        }
    }
    assert!(ran > 60 && refused > 60, "{ran} ran, {refused} refused");
}

#[test]
fn extreme_measures_of_a_camera() {
    let keys = [
        "pixels_per_module",
        "trigger_jitter_modules",
        "max_rotation_deg",
        "max_tilt_deg",
        "motion_blur_modules",
        "focus_blur_modules",
        "exposure",
        "illumination_variation",
        "noise",
        "glare_share",
        "glare_modules",
    ];
    let (mut ran, mut refused) = (0, 0);
    for key in keys {
        for extreme in EXTREMES {
            let ended = ends("Raster", "", &format!("{key}: {extreme}"), DEFECT, 2);
            *(if ended { &mut ran } else { &mut refused }) += 1;
        }
    }
    assert!(ran > 40 && refused > 40, "{ran} ran, {refused} refused");
}

#[test]
fn extreme_measures_of_a_printer() {
    let keys = [
        "contrast: Fixed(#)",
        "growth: Fixed(#)",
        "growth: Exponential(mean: #)",
        "mottle: #",
        "wear: (prints_per_dead_nozzle: #, contrast_lost_per_thousand: 0, serviced_every_prints: 9)",
        "wear: (prints_per_dead_nozzle: 9, contrast_lost_per_thousand: #, serviced_every_prints: 9)",
        "wear: (prints_per_dead_nozzle: 1, contrast_lost_per_thousand: 1, serviced_every_prints: #)",
    ];
    let (mut ran, mut refused) = (0, 0);
    for key in keys {
        for extreme in EXTREMES {
            for level in ["Model", "Symbol"] {
                let ended = ends(level, &key.replace('#', extreme), "", DEFECT, 6);
                *(if ended { &mut ran } else { &mut refused }) += 1;
            }
        }
    }
    assert!(ran > 25 && refused > 40, "{ran} ran, {refused} refused");
}

/// Allowed one by one, hence together.
#[test]
fn all_limits_at_once() {
    let wear = "contrast: Fixed(1), growth: Fixed(1), mottle: 1, wear: (prints_per_dead_nozzle: 1, \
                contrast_lost_per_thousand: 1, serviced_every_prints: 4294967295)";
    let small = "pixels_per_module: 1, trigger_jitter_modules: 20, max_rotation_deg: 180, max_tilt_deg: 45, \
                 motion_blur_modules: 10, focus_blur_modules: 5, exposure: 5, illumination_variation: 1, \
                 noise: 1, glare_share: 1, glare_modules: 100";
    let large = "pixels_per_module: 20, max_rotation_deg: 180, max_tilt_deg: 45";
    for defect in ["Skew(degrees: 45)", "Stretch(percent: 50)", "Smear(modules: 100)"] {
        assert!(ends("Raster", wear, small, defect, 1), "{small}, {defect}");
    }
    assert!(ends("Raster", "", large, "Skew(degrees: 45)", 1), "{large}");
}

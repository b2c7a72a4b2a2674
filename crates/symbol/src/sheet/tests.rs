//! Every defect of a sheet against what it must come to by arithmetic. Areas are in modules.

use super::super::defect::{DOTS, Defect};
use super::super::matrix::Matrix;
use super::super::print::{Flaw, PAPER, Print, Quality};
use super::super::size::SymbolSize;
use super::{MARGIN, Sheet};

const CONTRAST: f64 = 0.8;
const SIDE: usize = 20;

fn print(dark: impl Fn(usize, usize) -> bool, defect: Option<Defect>, place: u64) -> Print {
    let size = SymbolSize::with_modules(SIDE, SIDE).expect("20 x 20 is a size");
    let quality = Quality { contrast: CONTRAST, growth: 0.0, mottle: 0.0 };
    let flaws = defect.map(|defect| Flaw { defect, place }).into_iter().collect();
    Print { matrix: Matrix::from_modules(size, dark), quality, flaws, grain: 7 }
}

fn solid(defect: Defect, place: u64) -> Sheet {
    print(|_, _| true, Some(defect), place).sheet()
}

/// One dark module, well inside.
fn lone(defect: Defect) -> Sheet {
    print(|row, column| (row, column) == (5, 5), Some(defect), 1).sheet()
}

impl Sheet {
    /// Share of a dot that ink covers.
    fn ink(&self, row: usize, column: usize) -> f64 {
        (PAPER - f64::from(self.reflectance[row * self.width + column])) / CONTRAST
    }

    fn area(&self) -> f64 {
        let dots: f64 = self.reflectance.iter().map(|seen| PAPER - f64::from(*seen)).sum();
        dots / CONTRAST / (DOTS * DOTS) as f64
    }
}

#[track_caller]
fn near(found: f64, exact: f64, within: f64, what: &str) {
    assert!((found - exact).abs() <= within, "{what}: {found} instead of {exact}");
}

#[test]
fn a_sheet_without_flaws_is_the_symbol() {
    let sheet = print(|_, _| true, None, 0).sheet();
    assert_eq!(sheet.width(), (SIDE + 2 * MARGIN) * DOTS);
    near(sheet.area(), (SIDE * SIDE) as f64, 1e-3, "a solid symbol");
    let lone = print(|row, column| (row, column) == (5, 5), None, 0).sheet();
    near(lone.area(), 1.0, 1e-4, "one module");
}

#[test]
fn dead_nozzles_leave_just_so_many_rows_white_side_by_side() {
    for rows in [1, 7, 8, 32, 159, 160, 2_000] {
        for place in 0..20 {
            let sheet = solid(Defect::DeadNozzles { rows }, place);
            let symbol = MARGIN * DOTS..(MARGIN + SIDE) * DOTS;
            let ink_in =
                |row: usize| -> f64 { symbol.clone().map(|column| sheet.ink(row, column)).sum() };
            let white: Vec<usize> = symbol.clone().filter(|&row| ink_in(row) < 1e-3).collect();
            let expected = (rows as usize).min(SIDE * DOTS);
            assert_eq!(white.len(), expected, "{rows} dead rows, place {place}");
            let together = white.windows(2).all(|pair| pair[1] == pair[0] + 1);
            assert!(together, "{rows} dead rows, place {place}: {white:?}");
            let left = (SIDE * (SIDE * DOTS - expected)) as f64 / DOTS as f64;
            near(sheet.area(), left, 1e-3, "whole rows only");
        }
    }
}

#[test]
fn a_lone_module_grows_and_shrinks_on_all_sides() {
    for growth in [-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0] {
        let area = lone(Defect::InkSpread { modules: growth }).area();
        near(area, (1.0 + growth) * (1.0 + growth), 1e-4, &format!("growth {growth}"));
    }
    // Between whole dots a corner dot is covered a little too much: four of them, up to 1/4 each.
    for growth in [0.05, 0.1, 0.3, 0.9] {
        let area = lone(Defect::InkSpread { modules: growth }).area();
        near(area, (1.0 + growth) * (1.0 + growth), 1.0 / 64.0, &format!("growth {growth}"));
    }
}

#[test]
fn growth_beyond_a_module_each_way_is_a_module_each_way() {
    let mut print = print(|row, column| (row, column) == (5, 5), None, 0);
    print.quality.growth = 0.9;
    print.flaws = vec![Flaw { defect: Defect::InkSpread { modules: 0.9 }, place: 0 }];
    near(print.growth(), 1.0, 0.0, "growth is bounded");
    near(print.sheet().area(), 4.0, 1e-4, "area");
}

#[test]
fn a_smear_fades_over_its_length() {
    for modules in [0.5, 1.0, 2.0, 4.0] {
        let sheet = lone(Defect::Smear { modules });
        // A trail of n dots: 1 - 1/n, 1 - 2/n, ... 0; half its length less half a dot.
        let trail = modules / 2.0 - 0.5 / DOTS as f64;
        near(sheet.area(), 1.0 + trail, 1e-4, &format!("smear of {modules}"));
        let row = (MARGIN + 5) * DOTS;
        let end = (MARGIN + 6) * DOTS;
        let last = (0..sheet.width()).rev().find(|&column| sheet.ink(row, column) > 1e-4);
        let length = (modules * DOTS as f64) as usize;
        assert_eq!(last, Some(end + length - 2), "the trail of {modules} ends");
        near(sheet.ink(row, end), 1.0 - 1.0 / length as f64, 1e-5, "it fades evenly");
        near(sheet.ink(row, (MARGIN + 5) * DOTS - 1), 0.0, 1e-6, "nothing against travel");
    }
}

#[test]
fn a_partial_print_ends_at_its_edge() {
    for (share, columns) in [(0.0, 0), (0.25, 40), (0.5, 80), (0.999, 160), (1.0, 160)] {
        let sheet = solid(Defect::PartialPrint { share }, 3);
        let row = (MARGIN + 9) * DOTS;
        let inked = (0..sheet.width()).filter(|&column| sheet.ink(row, column) > 0.5);
        let inked: Vec<usize> = inked.collect();
        let expected: Vec<usize> = (MARGIN * DOTS..MARGIN * DOTS + columns).collect();
        assert_eq!(inked, expected, "{share} of the width");
    }
}

#[test]
fn a_second_strike_adds_what_the_first_does_not_cover() {
    for (modules, strength) in [(0.0, 1.0), (0.5, 1.0), (-0.5, 0.5), (1.0, 0.25), (3.0, 0.75)] {
        let sheet = lone(Defect::DoubleStrike { modules, strength });
        let beside = f64::abs(modules).min(1.0) * strength;
        near(sheet.area(), 1.0 + beside, 1e-4, &format!("{modules} modules, {strength}"));
    }
}

#[test]
fn an_intrusion_takes_its_share_of_one_side_of_the_quiet_zone() {
    let ink = PAPER - CONTRAST;
    for (share, expected) in [(0.0, PAPER), (0.5, (PAPER + ink) / 2.0), (1.0, ink)] {
        let mut sides_hit = [false; 4];
        for place in 0..40 {
            let print = print(|_, _| false, Some(Defect::QuietZoneIntrusion { share }), place);
            let seen = print.sheet().through_aperture(0.8);
            let ring = SIDE + 2;
            let middle = ring / 2;
            // Left, right, top, bottom.
            let sides = [
                seen[middle * ring],
                seen[middle * ring + ring - 1],
                seen[middle],
                seen[(ring - 1) * ring + middle],
            ];
            if share == 0.0 {
                assert!(sides.iter().all(|side| f64::from(*side) > PAPER - 1e-5), "{sides:?}");
                continue;
            }
            let hit: Vec<usize> = (0..4).filter(|&side| sides[side] < 0.84).collect();
            assert_eq!(hit.len(), 1, "one side is hit: {sides:?}");
            near(f64::from(sides[hit[0]]), expected, 1e-5, &format!("share {share}"));
            sides_hit[hit[0]] = true;
        }
        assert!(share == 0.0 || sides_hit == [true; 4], "{sides_hit:?} in 40 prints");
    }
}

#[test]
fn pale_ink_has_the_contrast_that_is_left() {
    for (left, expected) in [(0.3, 0.3), (0.0, 0.0), (1.0, CONTRAST)] {
        let sheet = solid(Defect::LowContrast { contrast: left }, 0);
        let middle = sheet.reflectance[sheet.reflectance.len() / 2 + sheet.width / 2];
        near(f64::from(middle), PAPER - expected, 1e-6, &format!("contrast {left}"));
    }
}

#[test]
fn a_spot_has_the_area_of_its_disc_wherever_it_falls() {
    for diameter_modules in [1.0, 1.5, 3.0] {
        let places = 400;
        let areas = (0..places).map(|place| {
            let defect = Defect::Spots { count: 1, diameter_modules };
            print(|_, _| false, Some(defect), place).sheet().area()
        });
        let mean = areas.sum::<f64>() / places as f64;
        let disc = std::f64::consts::PI * diameter_modules * diameter_modules / 4.0;
        near(mean, disc, 0.01 * disc, &format!("spot of {diameter_modules}"));
    }
}

#[test]
fn voids_take_just_the_dots_that_spots_of_that_place_give() {
    for place in 0..10 {
        let (count, diameter_modules) = (12, 1.7);
        let void = solid(Defect::Voids { count, diameter_modules }, place);
        let spots = Defect::Spots { count, diameter_modules };
        let spot = print(|_, _| false, Some(spots), place).sheet();
        for row in MARGIN * DOTS..(MARGIN + SIDE) * DOTS {
            for column in MARGIN * DOTS..(MARGIN + SIDE) * DOTS {
                near(void.ink(row, column), 1.0 - spot.ink(row, column), 1e-5, "a dot");
            }
        }
        let most = f64::from(count) * 1.02 * std::f64::consts::PI * 1.7 * 1.7 / 4.0;
        assert!(spot.area() < most && spot.area() > most / 3.0, "{}", spot.area());
    }
}

#[test]
fn mottle_lightens_each_module_by_up_to_its_measure() {
    let mut print = print(|_, _| true, None, 0);
    print.quality.mottle = 0.1;
    let (mut sum, mut count) = (0.0, 0);
    for grain in 0..16 {
        print.grain = grain;
        let sheet = print.sheet();
        for row in MARGIN..MARGIN + SIDE {
            for column in MARGIN..MARGIN + SIDE {
                let at = |dot: usize| {
                    sheet.reflectance[(row * DOTS + dot) * sheet.width + column * DOTS + dot]
                };
                let above = f64::from(at(0)) - (PAPER - CONTRAST);
                assert!((-1e-6..=0.1 + 1e-6).contains(&above), "{above} above the ink");
                assert_eq!(at(0), at(DOTS - 1), "one module is even");
                sum += above;
                count += 1;
            }
        }
    }
    // 6400 uniform draws on [0, 0.1]: the mean's deviation is 0.1 / sqrt(12 * 6400).
    near(sum / f64::from(count), 0.05, 4.0 * 0.1 / 277.0, "mean");
}

#[test]
fn the_same_place_and_grain_are_the_same_sheet() {
    let defect = Defect::Spots { count: 9, diameter_modules: 1.2 };
    let sheet = |place| print(|row, _| row % 2 == 0, Some(defect), place).sheet().reflectance;
    assert_eq!(sheet(1), sheet(1));
    assert_ne!(sheet(1), sheet(2));
}

//! A camera against optics and arithmetic: blur, noise, light, geometry.

use std::f64::consts::PI;

use rand_chacha::ChaCha8Rng;

use super::super::defect::{DOTS, Defect};
use super::super::grain::grain;
use super::super::matrix::Matrix;
use super::super::picture::Picture;
use super::super::print::{Flaw, PAPER, Print, Quality};
use super::super::size::SymbolSize;
use super::{Noise, Optics, View, focus_blur, motion_blur};

const SIDE: f64 = 20.0;

fn stream(number: u64) -> ChaCha8Rng {
    grain(number, "test", "camera")
}

/// Nothing left to chance, no blur, no noise.
fn sharp() -> Optics {
    Optics {
        pixels_per_module: 8.0,
        trigger_jitter_modules: 0.0,
        max_rotation_deg: 0.0,
        max_tilt_deg: 0.0,
        motion_blur_modules: 0.0,
        focus_blur_modules: 0.0,
        exposure: 1.0,
        illumination_variation: 0.0,
        noise: 0.0,
        glare_share: 0.0,
        glare_modules: 4.0,
    }
}

fn solid(defect: Option<Defect>) -> Print {
    let size = SymbolSize::with_modules(20, 20).expect("20 x 20 is a size");
    let quality = Quality { contrast: 0.8, growth: 0.0, mottle: 0.0 };
    let flaws = defect.map(|defect| Flaw { defect, place: 0 }).into_iter().collect();
    Print { matrix: Matrix::from_modules(size, |_, _| true), quality, flaws, grain: 0 }
}

#[track_caller]
fn near(found: f64, exact: f64, within: f64, what: &str) {
    assert!((found - exact).abs() <= within, "{what}: {found} instead of {exact}");
}

/// How dark a pixel is, 0 paper to 1 ink.
fn ink(picture: &Picture, x: usize, y: usize) -> f64 {
    (PAPER * 255.0 - f64::from(picture.at(x as i64, y as i64))) / (0.8 * 255.0)
}

/// Ink in a row from its left end, in pixels; where the symbol is solid, its left edge and width.
fn across(picture: &Picture, y: usize) -> (f64, f64) {
    let inks: Vec<f64> = (0..picture.width()).map(|x| ink(picture, x, y)).collect();
    let first = inks.iter().position(|ink| *ink > 0.5).expect("ink in this row");
    let edge = first as f64 + 1.0 - (inks[first - 1] + inks[first]);
    (edge, inks.iter().sum())
}

#[test]
fn motion_spreads_a_point_evenly_over_its_way() {
    for length in [1, 3, 5, 9] {
        let mut light = vec![0.0; 64];
        light[32] = 1.0;
        motion_blur(&mut light, 64, f64::from(length));
        let half = length as usize / 2;
        for (at, value) in light.iter().enumerate() {
            let expected = if at.abs_diff(32) <= half { 1.0 / f64::from(length) } else { 0.0 };
            near(f64::from(*value), expected, 1e-6, &format!("way of {length}, pixel {at}"));
        }
    }
    // Between whole pixels the ends count in proportion: 4 = 0.5 + 3 + 0.5.
    let mut light = vec![0.0; 64];
    light[32] = 1.0;
    motion_blur(&mut light, 64, 4.0);
    let found = &light[29..36];
    let expected = [0.0, 0.125, 0.25, 0.25, 0.25, 0.125, 0.0];
    for (found, expected) in found.iter().zip(expected) {
        near(f64::from(*found), expected, 1e-6, "way of 4");
    }
}

#[test]
fn an_edge_is_as_wide_as_the_way_of_the_product() {
    for modules in [0.5, 1.0, 2.0] {
        let optics = Optics { motion_blur_modules: modules, ..sharp() };
        let picture = optics.photograph(&solid(None), &mut stream(1));
        let y = picture.height() / 2;
        // From 10 % to 90 % is 0.8 of the way; the left edge lies in the left half.
        let inks: Vec<f64> = (0..picture.width() / 2).map(|x| ink(&picture, x, y)).collect();
        let at = |level: f64| {
            let after = inks.iter().position(|ink| *ink >= level).expect("an edge");
            let (one, two) = (inks[after - 1], inks[after]);
            after as f64 - (two - level) / (two - one)
        };
        near(at(0.9) - at(0.1), 0.8 * modules * 8.0, 0.6, &format!("way of {modules}"));
    }
}

#[test]
fn focus_spreads_a_point_into_a_bell_of_its_deviation() {
    for deviation in [0.8, 1.5, 3.0] {
        let (width, height) = (81, 61);
        let mut light = vec![0.0; width * height];
        light[30 * width + 40] = 1.0;
        focus_blur(&mut light, width, height, deviation);
        let (mut sum, mut across, mut down) = (0.0, 0.0, 0.0);
        for (at, value) in light.iter().enumerate() {
            let (dx, dy) = ((at % width) as f64 - 40.0, (at / width) as f64 - 30.0);
            sum += f64::from(*value);
            across += f64::from(*value) * dx * dx;
            down += f64::from(*value) * dy * dy;
        }
        near(sum, 1.0, 1e-4, "no light is lost");
        near(across.sqrt(), deviation, 0.02 * deviation, "deviation across");
        near(down.sqrt(), deviation, 0.02 * deviation, "deviation down");
    }
}

#[test]
fn noise_has_the_deviation_that_was_asked_for() {
    for deviation in [0.0, 0.01, 0.2] {
        let mut noise = Noise::new(deviation, &mut stream(1));
        let draws: Vec<f64> = (0..200_000).map(|_| f64::from(noise.next())).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let squares = draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum::<f64>();
        // 200 000 draws: the mean's deviation is 1/447 of one draw's, the deviation's 1/632.
        near(mean, 0.0, deviation / 100.0, "mean");
        near((squares / draws.len() as f64).sqrt(), deviation, deviation / 100.0, "deviation");
    }
}

#[test]
fn exposure_scales_the_light_and_the_sensor_clips_it() {
    for exposure in [0.05, 0.5, 0.95, 1.0, 1.5, 5.0] {
        let optics = Optics { exposure, ..sharp() };
        let picture = optics.photograph(&solid(None), &mut stream(1));
        let grey = |reflectance: f64| (reflectance * exposure * 255.0).min(255.0);
        near(f64::from(picture.at(0, 0)), grey(PAPER), 0.6, &format!("paper at {exposure}"));
        let (x, y) = (picture.width() as i64 / 2, picture.height() as i64 / 2);
        near(f64::from(picture.at(x, y)), grey(PAPER - 0.8), 0.6, &format!("ink at {exposure}"));
    }
}

#[test]
fn illumination_variation_by_no_more_than_its_share() {
    let optics = Optics { illumination_variation: 0.2, exposure: 0.8, ..sharp() };
    let greys: Vec<f64> = (0..60)
        .map(|seed| f64::from(optics.photograph(&solid(None), &mut stream(seed)).at(0, 0)))
        .collect();
    let (low, high) = greys.iter().fold((255.0, 0.0), |(l, h), g| (g.min(l), g.max(h)));
    let middle = PAPER * 0.8 * 255.0;
    assert!(low >= middle * 0.8 - 1.0 && high <= middle * 1.2 + 1.0, "{low} to {high}");
    assert!(low < middle * 0.85 && high > middle * 1.15, "{low} to {high}");
}

#[test]
fn glare_falls_off_as_a_bell_and_ends_at_three_radii() {
    let optics = Optics { glare_share: 1.0, glare_modules: 2.0, ..sharp() };
    let mut view = View::new(&optics, &solid(None), &mut stream(1));
    view.glare = Some((100.0, 90.0, 16.0));
    let mut light = vec![0.0; view.width * view.height];
    view.glare(&mut light);
    for (dx, expected) in [(0, 1.5), (16, 1.5 * (-1.0_f64).exp_m1() + 1.5), (49, 0.0)] {
        let found = light[90 * view.width + 100 + dx];
        near(f64::from(found), expected, 1e-6, &format!("{dx} pixels away"));
    }
    let count = |glare_share| {
        let optics = Optics { glare_share, ..sharp() };
        let struck = |seed| View::new(&optics, &solid(None), &mut stream(seed)).glare.is_some();
        (0..1_000).filter(|&seed| struck(seed)).count() as f64
    };
    near(count(0.0), 0.0, 0.0, "no glare");
    near(count(1.0), 1_000.0, 0.0, "always glare");
    near(count(0.3), 300.0, 4.0 * 14.5, "a share of 0.3 in 1000");
}

#[test]
fn a_tilted_symbol_is_a_trapezium_by_the_law_of_perspective() {
    let print = solid(None);
    for slope in [-0.005, 0.0, 0.002, 0.01] {
        let mut view = View::new(&sharp(), &print, &mut stream(1));
        view.tilt = (slope, 0.0);
        view.centre = (view.width as f64 / 2.0, view.height as f64 / 2.0);
        let light = view.project(&print.sheet());
        // A point X modules to the right of the middle is seen at X / (1 + slope X), and as high.
        for column in [-9.0, 0.0, 9.0] {
            let x = view.centre.0 + column * 8.0 / (1.0 + slope * column);
            let dark: f64 = (0..view.height)
                .map(|y| (PAPER - f64::from(light[y * view.width + x as usize])) / 0.8)
                .sum();
            let seen = (x.floor() + 0.5 - view.centre.0) / 8.0;
            let expected = SIDE * (1.0 - slope * seen) * 8.0;
            near(dark, expected, 0.2, &format!("height at {column}, slope {slope}"));
        }
    }
}

#[test]
fn skewed_columns_lean_by_the_angle_that_was_given() {
    for degrees in [-45.0, -10.0, 5.0, 30.0, 45.0] {
        let picture = sharp().photograph(&solid(Some(Defect::Skew { degrees })), &mut stream(1));
        let middle = picture.height() / 2;
        let (upper, lower) = (middle - 40, middle + 40);
        let ((left_above, wide_above), (left_below, wide_below)) =
            (across(&picture, upper), across(&picture, lower));
        let angle = ((left_below - left_above) / 80.0).atan() * 180.0 / PI;
        near(angle, degrees, 1.0, "angle");
        near(wide_above, SIDE * 8.0, 1.0, "width above");
        near(wide_below, SIDE * 8.0, 1.0, "width below");
    }
}

#[test]
fn a_stretched_symbol_is_so_much_longer_and_no_higher() {
    for percent in [-50.0, -10.0, 0.0, 10.0, 50.0] {
        let picture = sharp().photograph(&solid(Some(Defect::Stretch { percent })), &mut stream(1));
        let wide = across(&picture, picture.height() / 2).1;
        near(wide, SIDE * 8.0 * (1.0 + percent / 100.0), 0.5, &format!("width at {percent} %"));
        let x = picture.width() / 2;
        let high: f64 = (0..picture.height()).map(|y| ink(&picture, x, y)).sum();
        near(high, SIDE * 8.0, 0.5, &format!("height at {percent} %"));
    }
}

#[test]
fn the_same_stream_takes_the_same_picture() {
    let optics = Optics { glare_share: 0.5, ..Optics::default() };
    let picture = |seed| optics.photograph(&solid(None), &mut stream(seed));
    assert_eq!(picture(3), picture(3));
    assert_ne!(picture(3), picture(4));
}

#[test]
fn the_sheet_is_seen_at_its_scale() {
    for pixels_per_module in [1.0, 2.5, 5.0, 20.0] {
        let optics = Optics { pixels_per_module, ..sharp() };
        let picture = optics.photograph(&solid(None), &mut stream(1));
        let area: f64 = (0..picture.width() * picture.height())
            .map(|at| ink(&picture, at % picture.width(), at / picture.width()))
            .sum();
        let expected = SIDE * SIDE * pixels_per_module * pixels_per_module;
        near(area, expected, 0.02 * expected, &format!("{pixels_per_module} pixels"));
    }
    assert_eq!(DOTS, 8, "what is said here of 8 pixels a module is pixel by dot");
}

#[test]
fn limits_of_every_key_are_named() {
    type Put = fn(&mut Optics, f64);
    let keys: [(&str, Put, f64, f64); 11] = [
        ("pixels_per_module", |o, v| o.pixels_per_module = v, 1.0, 20.0),
        ("trigger_jitter_modules", |o, v| o.trigger_jitter_modules = v, 0.0, 20.0),
        ("max_rotation_deg", |o, v| o.max_rotation_deg = v, 0.0, 180.0),
        ("max_tilt_deg", |o, v| o.max_tilt_deg = v, 0.0, 45.0),
        ("motion_blur_modules", |o, v| o.motion_blur_modules = v, 0.0, 10.0),
        ("focus_blur_modules", |o, v| o.focus_blur_modules = v, 0.0, 5.0),
        ("exposure", |o, v| o.exposure = v, 0.05, 5.0),
        ("illumination_variation", |o, v| o.illumination_variation = v, 0.0, 1.0),
        ("noise", |o, v| o.noise = v, 0.0, 1.0),
        ("glare_share", |o, v| o.glare_share = v, 0.0, 1.0),
        ("glare_modules", |o, v| o.glare_modules = v, 0.1, 100.0),
    ];
    for (name, put, least, most) in keys {
        let fault = |value: f64| {
            let mut optics = Optics::default();
            put(&mut optics, value);
            optics.fault().map(|(name, _, _)| name)
        };
        for fine in [least, most, f64::midpoint(least, most)] {
            assert_eq!(fault(fine), None, "{name} {fine}");
        }
        for wrong in [least - 1e-9, most + 1e-9, -1.0, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(fault(wrong), Some(name), "{name} {wrong}");
        }
    }
}

//! Pictures drawn from formulas, so that contrast, distortion and growth are known on paper, and
//! measured back.

use crate::{Located, Picture, Point, read};

use super::*;

/// A print under a camera.
struct Scene {
    matrix: Matrix,
    light: f64,
    dark: f64,
    /// Module width and height, in pixels.
    module_px: (f64, f64),
    /// By how much dark areas are larger on each side, in modules; smaller where negative.
    growth: f64,
    /// By how much the middle of the print is shifted across and down, in modules; the shift
    /// falls off evenly towards the edges.
    bump: (f64, f64),
    /// Cosine and sine of the rotation.
    turn: (f64, f64),
    /// Perspective: change of the scale over the picture.
    tilt: f64,
}

/// How well an edge is found: a linear reading between pixels that are means of what they cover is
/// off by as much as `1.5 - sqrt(2)`.
const EDGE_PX: f64 = 0.086;
/// How well an edge is drawn: in tenths of a pixel.
const DRAWN_PX: f64 = 0.05;

const STRAIGHT: (f64, f64) = (1.0, 0.0);
const TURNED_15_DEGREES: (f64, f64) = (0.965_925_826, 0.258_819_045);

impl Scene {
    fn of(matrix: Matrix) -> Self {
        Self {
            matrix,
            light: 0.9,
            dark: 0.1,
            module_px: (10.0, 10.0),
            growth: 0.0,
            bump: (0.0, 0.0),
            turn: STRAIGHT,
            tilt: 0.0,
        }
    }

    fn modules(&self) -> (f64, f64) {
        (self.matrix.size().columns() as f64, self.matrix.size().rows() as f64)
    }

    /// Pixels of the picture's side and its middle.
    fn side(&self) -> usize {
        let (columns, rows) = self.modules();
        ((columns.max(rows) * 1.5 + 8.0) * self.module_px.0) as usize
    }

    /// A pixel's place on the print, in modules.
    fn on_print(&self, x: f64, y: f64) -> (f64, f64) {
        let middle = self.side() as f64 / 2.0;
        let (x, y) = (x - middle, y - middle);
        let far = 1.0 + self.tilt * (x + 0.5 * y) / middle;
        let (cosine, sine) = self.turn;
        let (x, y) = ((cosine * x + sine * y) / far, (cosine * y - sine * x) / far);
        let (columns, rows) = self.modules();
        (x / self.module_px.0 + columns / 2.0, y / self.module_px.1 + rows / 2.0)
    }

    /// A module's place in pixels: the other way round.
    fn pixel(&self, column: f64, row: f64) -> Point {
        let (columns, rows) = self.modules();
        let x = (column - columns / 2.0) * self.module_px.0;
        let y = (row - rows / 2.0) * self.module_px.1;
        // (x, y) = R (p, q) / (1 + t (p + q / 2)), so (p, q) = R' (x, y) (1 + t (p + q / 2)).
        let (cosine, sine) = self.turn;
        let (x, y) = (cosine * x - sine * y, sine * x + cosine * y);
        let middle = self.side() as f64 / 2.0;
        let tilt = self.tilt / middle;
        let far = 1.0 / (1.0 - tilt * (x + 0.5 * y));
        Point { x: x * far + middle, y: y * far + middle }
    }

    /// Where the print's place comes from, undoing the bump.
    fn undistorted(place: f64, modules: f64, bump: f64) -> f64 {
        let half = modules / 2.0;
        if place <= 0.0 || place >= modules {
            place
        } else if place < half + bump {
            place * half / (half + bump)
        } else {
            modules - (modules - place) * half / (half - bump)
        }
    }

    fn is_dark(&self, column: f64, row: f64) -> bool {
        let (columns, rows) = self.modules();
        let column = Self::undistorted(column, columns, self.bump.0);
        let row = Self::undistorted(row, rows, self.bump.1);
        let growth = self.growth.abs();
        let mut near = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)].into_iter().map(
            |(across, down): (f64, f64)| {
                let (column, row) = (column + across * growth, row + down * growth);
                let inside = (0.0..columns).contains(&column) && (0.0..rows).contains(&row);
                inside && self.matrix.dark(row as usize, column as usize)
            },
        );
        if self.growth < 0.0 { near.all(|dark| dark) } else { near.any(|dark| dark) }
    }

    fn picture(&self) -> Picture {
        let side = self.side();
        let grey = (0..side * side).map(|at| {
            let dark = self.dark_share((at % side) as f64, (at / side) as f64);
            (255.0 * (self.light + (self.dark - self.light) * dark) + 0.5) as u8
        });
        Picture::new(side, grey.collect())
    }

    /// Share of a pixel that is dark.
    fn dark_share(&self, x: f64, y: f64) -> f64 {
        const PARTS: usize = 10;
        let is_dark = |across: f64, down: f64| {
            let (column, row) = self.on_print(x + across, y + down);
            self.is_dark(column, row)
        };
        let corners = [is_dark(0.0, 0.0), is_dark(1.0, 0.0), is_dark(0.0, 1.0), is_dark(1.0, 1.0)];
        if corners.iter().all(|&dark| dark == corners[0]) {
            return f64::from(u8::from(corners[0]));
        }
        let within = |part: usize| (part as f64 + 0.5) / PARTS as f64;
        let dark =
            (0..PARTS * PARTS).filter(|part| is_dark(within(part % PARTS), within(part / PARTS)));
        dark.count() as f64 / (PARTS * PARTS) as f64
    }

    /// As a detector would find it that is a pixel off at each corner.
    fn located(&self) -> Located {
        let (columns, rows) = self.modules();
        let off = [(1.0, -1.0), (-1.0, 0.5), (0.7, 1.0), (-1.0, -1.0)];
        let corners = [(0.0, 0.0), (columns, 0.0), (columns, rows), (0.0, rows)];
        let mut at = off.iter().zip(corners).map(|((x, y), (column, row))| {
            let corner = self.pixel(column, row);
            Point { x: corner.x + x, y: corner.y + y }
        });
        Located {
            matrix: self.matrix.clone(),
            corners: std::array::from_fn(|_| at.next().unwrap()),
            decoded: decode(&self.matrix).unwrap(),
        }
    }

    fn sampled(&self) -> Sampled {
        sample(&self.picture(), &self.located(), Aperture::GS1).unwrap()
    }

    fn grade(&self) -> Grade {
        grade(&self.sampled(), decode(&self.matrix).ok().as_ref())
    }
}

fn assert_within(value: f32, expected: f64, tolerance: f64) {
    assert!((f64::from(value) - expected).abs() < tolerance, "{value} for {expected}");
}

#[test]
fn contrast_of_a_picture_is_graded_at_each_limit() {
    let cases =
        [(0.71, 4), (0.69, 3), (0.56, 3), (0.54, 2), (0.41, 2), (0.39, 1), (0.21, 1), (0.19, 0)];
    for (contrast, expected) in cases {
        let grade = Scene { dark: 0.1, light: 0.1 + contrast, ..Scene::of(pack()) }.grade();
        // Grey values have steps of 0.004.
        assert_within(grade.symbol_contrast.value, contrast, 0.004);
        assert_eq!(grades(&grade), [expected, 4, 4, 4, 4, 4, 4, 4], "{contrast}");
        assert_within(grade.modulation.value, 1.0, 0.02);
        assert_within(grade.axial_non_uniformity.value, 0.0, 0.001);
        assert_within(grade.grid_non_uniformity.value, 0.0, 0.02);
    }
}

#[test]
fn a_stretched_picture_is_graded_at_each_limit() {
    let cases = [
        (0.057, 4),
        (0.063, 3),
        (0.077, 3),
        (0.083, 2),
        (0.097, 2),
        (0.103, 1),
        (0.117, 1),
        (0.123, 0),
    ];
    for (stretch, expected) in cases {
        for (width, height) in [(1.0, -1.0), (-1.0, 1.0)] {
            let px = |sign: f64| 10.0 * (1.0 + sign * stretch / 2.0);
            let scene = Scene { module_px: (px(width), px(height)), ..Scene::of(pack()) };
            let grade = scene.grade();
            // Two edges an axis, of 240 pixels.
            assert_within(
                grade.axial_non_uniformity.value,
                stretch,
                4.0 * (EDGE_PX + DRAWN_PX) / 240.0,
            );
            assert_eq!(grades(&grade), [4, 4, 4, expected, 4, 4, 4, 4], "{stretch}");
        }
    }
}

#[test]
fn a_distorted_picture_is_graded_at_each_limit() {
    let cases =
        [(0.36, 4), (0.40, 3), (0.48, 3), (0.52, 2), (0.61, 2), (0.65, 1), (0.73, 1), (0.77, 0)];
    for (deviation, expected) in cases {
        // Across, down, and both: 0.6 and 0.8 of it have the length 1 of it.
        for (across, down) in [(1.0, 0.0), (0.0, -1.0), (0.6, 0.8)] {
            let bump = (across * deviation, down * deviation);
            let grade = Scene { bump, ..Scene::of(pack()) }.grade();
            assert_within(grade.grid_non_uniformity.value, deviation, 0.015);
            assert_eq!(grades(&grade), [4, 4, 4, 4, expected, 4, 4, 4], "{bump:?}");
        }
    }
}

#[test]
fn print_growth_is_measured_and_changes_nothing_else() {
    for growth in [-0.06, -0.03, 0.0, 0.03, 0.06] {
        let scene = Scene { growth, ..Scene::of(pack()) };
        let sampled = scene.sampled();
        let [across, down] = sampled.print_growth.unwrap();
        assert_within(across, growth / 0.15, EDGE_PX / 10.0 / 0.15);
        assert_within(down, growth / 0.15, EDGE_PX / 10.0 / 0.15);
        let grade = grade(&sampled, decode(&scene.matrix).ok().as_ref());
        assert_eq!(grades(&grade), [4; 8], "{growth}");
        assert_within(grade.grid_non_uniformity.value, 0.0, 0.02);
        assert_eq!(grade.print_growth, sampled.print_growth);
    }
}

#[test]
fn turned_and_tilted_pictures_are_graded_as_the_straight_one() {
    let views = [
        (STRAIGHT, 0.0),
        (TURNED_15_DEGREES, 0.0),
        (STRAIGHT, 0.06),
        (TURNED_15_DEGREES, 0.06),
        ((0.0, 1.0), 0.0),
        ((-1.0, 0.0), -0.05),
    ];
    for (rows, columns) in [(24, 24), (32, 32), (8, 32), (16, 48), (12, 26), (10, 10)] {
        let matrix = symbol(rows, columns);
        for (turn, tilt) in views {
            let scene = Scene { turn, tilt, light: 0.75, dark: 0.15, ..Scene::of(matrix.clone()) };
            let picture = scene.picture();
            let located = read(&picture).unwrap_or_else(|| scene.located());
            assert_eq!(located.matrix, matrix);
            let sampled = sample(&picture, &located, Aperture::default()).unwrap();
            let grade = grade(&sampled, Some(&located.decoded));
            let context = format!("{rows}x{columns}, {turn:?}, {tilt}");
            assert_eq!(sampled.modules(), matrix, "{context}");
            assert_eq!(grades(&grade), [3, 4, 4, 4, 4, 4, 4, 4], "{context}\n{grade}");
            assert_within(grade.symbol_contrast.value, 0.6, 0.005);
            assert!(grade.modulation.value > 0.93, "{context}\n{grade}");
            // A tilted print is foreshortened a little in truth too.
            let limit = if tilt == 0.0 { 0.005 } else { 0.03 };
            assert!(grade.axial_non_uniformity.value < limit, "{context}\n{grade}");
            assert!(grade.grid_non_uniformity.value < 0.04, "{context}\n{grade}");
        }
    }
}

#[test]
fn a_damaged_print_is_found_read_and_graded() {
    // Codewords wrong, clock track and quiet zone spotted, all at once and in a turned picture.
    let mut print = Print::of(pack());
    print.flip_codewords([3, 20, 41, 50, 55]);
    for column in [4, 9, 14] {
        print.flip(0, column);
    }
    let expected = print.grade();
    let spoilt = print.sampled().modules();
    let scene = Scene { turn: TURNED_15_DEGREES, ..Scene::of(spoilt) };
    let (picture, mut located) = (scene.picture(), scene.located());
    if let Some(found) = read(&picture) {
        located = found;
    }
    assert_eq!(located.decoded.content, PACK);
    let measured =
        grade(&sample(&picture, &located, Aperture::GS1).unwrap(), Some(&located.decoded));
    assert_eq!(grades(&measured), grades(&expected));
    assert_eq!(grades(&measured), [4, 4, 3, 4, 4, 3, 3, 4]);
    assert_eq!(measured.fixed_pattern, expected.fixed_pattern);
}

#[test]
fn a_light_symbol_on_dark_is_graded_as_its_negative() {
    let scene = Scene::of(pack());
    let picture = scene.picture();
    let negative =
        Picture::new(picture.width(), picture.grey().iter().map(|grey| 255 - grey).collect());
    let of = |picture: &Picture| sample(picture, &scene.located(), Aperture::GS1).unwrap();
    let (positive, negative) = (of(&picture), of(&negative));
    assert_eq!(positive.modules(), negative.modules());
    let decoded = decode(&scene.matrix).ok();
    assert_eq!(grades(&grade(&negative, decoded.as_ref())), [4; 8]);
}

#[test]
fn what_is_no_symbol_is_measured_without_complaint() {
    let paper = Picture::new(200, vec![230; 40_000]);
    let scene = Scene::of(pack());
    let mut located = scene.located();
    let sampled = sample(&paper, &located, Aperture::GS1).unwrap();
    assert_eq!(grade(&sampled, None).overall(), 0);
    located.corners = [Point { x: 5.0, y: 5.0 }; 4];
    assert!(sample(&paper, &located, Aperture::GS1).is_none());
    located.corners =
        [(-1e9, 0.0), (1e9, 0.0), (1e9, 1e9), (0.0, 1e9)].map(|(x, y)| Point { x, y });
    let _ = sample(&paper, &located, Aperture::GS1);
    located.corners[2].x = f64::NAN;
    let _ = sample(&paper, &located, Aperture::GS1);
    located.corners[2].x = f64::INFINITY;
    let _ = sample(&Picture::new(1, vec![0]), &located, Aperture::GS1);
}

/// The mean over a square around each pixel, and noise that is the same on every machine.
fn blurred_and_noisy(picture: &Picture, reach: i64, noise: u32) -> Picture {
    let width = picture.width() as i64;
    let mut state = 1_u32;
    let grey = (0..picture.grey().len() as i64).map(|at| {
        let (x, y) = (at % width, at / width);
        let mut sum = 0;
        for down in -reach..=reach {
            for across in -reach..=reach {
                sum += i64::from(picture.at(x + across, y + down));
            }
        }
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = i64::from((state >> 16) % (2 * noise + 1)) - i64::from(noise);
        let side = 2 * reach + 1;
        (sum / (side * side) + noise).clamp(0, 255) as u8
    });
    Picture::new(picture.width(), grey.collect())
}

#[test]
fn blur_and_noise_cost_modulation_and_leave_the_grid() {
    for (module_px, reach, noise, modulation) in
        [(10.0, 2, 8, 0.80), (10.0, 4, 8, 0.42), (5.0, 1, 5, 0.65), (4.0, 0, 8, 0.80)]
    {
        let scene = Scene {
            turn: TURNED_15_DEGREES,
            module_px: (module_px, module_px),
            ..Scene::of(pack())
        };
        let picture = blurred_and_noisy(&scene.picture(), reach, noise);
        let located = read(&picture).unwrap_or_else(|| scene.located());
        let sampled = sample(&picture, &located, Aperture::GS1).unwrap();
        let grade = grade(&sampled, Some(&located.decoded));
        assert_eq!(sampled.modules(), scene.matrix);
        assert!(grade.grid_non_uniformity.value < 0.12, "{grade}");
        assert!(grade.axial_non_uniformity.value < 0.005, "{grade}");
        assert!(grade.modulation.value > modulation, "{grade}");
        assert_eq!(grade.unused_error_correction.grade, 4);
    }
}

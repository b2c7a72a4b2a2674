//! A camera above the belt: it takes a picture of a print, with the place, angle, blur, light and
//! noise of one exposure.

use std::f64::consts::PI;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::defect::DOTS;
use super::grain::{grain, unit};
use super::picture::Picture;
use super::print::Print;
use super::sheet::{MARGIN, Sheet};

/// A camera with its lens and light. Each exposure deviates at random within what is given here.
#[derive(Copy, Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Optics {
    /// Pixels to a module.
    pub pixels_per_module: f64,
    /// The trigger puts the symbol up to this many modules off the middle, each way.
    pub trigger_jitter_modules: f64,
    /// Products lie up to this angle askew, each way, in degrees.
    pub max_rotation_deg: f64,
    /// The camera looks at the face from up to this angle off the upright, in degrees.
    pub max_tilt_deg: f64,
    /// Way of the product during the exposure, in modules.
    pub motion_blur_modules: f64,
    /// Standard deviation of the lens's blur, in modules.
    pub focus_blur_modules: f64,
    /// Grey value of a perfect white, as a share of the sensor's range; above 1 it is overexposed.
    pub exposure: f64,
    /// The light changes by up to this share, each way.
    pub illumination_variation: f64,
    /// Standard deviation of the sensor's noise, as a share of its range.
    pub noise: f64,
    /// Share of exposures with glare, a bright reflection somewhere on the face.
    pub glare_share: f64,
    /// Radius of a glare, in modules.
    pub glare_modules: f64,
}

impl Default for Optics {
    /// A line camera that is set up well.
    fn default() -> Self {
        Self {
            pixels_per_module: 5.0,
            trigger_jitter_modules: 2.0,
            max_rotation_deg: 2.0,
            max_tilt_deg: 2.0,
            motion_blur_modules: 0.2,
            focus_blur_modules: 0.15,
            exposure: 0.95,
            illumination_variation: 0.05,
            noise: 0.01,
            glare_share: 0.0,
            glare_modules: 4.0,
        }
    }
}

/// The field of view has so many modules of carton on each side of a symbol at its place.
const VIEW_MARGIN: f64 = 4.0;
/// Distance from lens to carton, in modules: how strong a tilt's perspective is.
const DISTANCE_MODULES: f64 = 300.0;

impl Optics {
    /// What is wrong with the measures, if anything: (name, value, expected).
    pub fn fault(&self) -> Option<(&'static str, f64, &'static str)> {
        let bounds = [
            ("pixels_per_module", self.pixels_per_module, 1.0, 20.0, "1 to 20 pixels"),
            ("trigger_jitter_modules", self.trigger_jitter_modules, 0.0, 20.0, "0 to 20 modules"),
            ("max_rotation_deg", self.max_rotation_deg, 0.0, 180.0, "0 to 180 degrees"),
            ("max_tilt_deg", self.max_tilt_deg, 0.0, 45.0, "0 to 45 degrees"),
            ("motion_blur_modules", self.motion_blur_modules, 0.0, 10.0, "0 to 10 modules"),
            ("focus_blur_modules", self.focus_blur_modules, 0.0, 5.0, "0 to 5 modules"),
            ("exposure", self.exposure, 0.05, 5.0, "0.05 to 5"),
            (
                "illumination_variation",
                self.illumination_variation,
                0.0,
                1.0,
                "a share from 0.0 to 1.0",
            ),
            ("noise", self.noise, 0.0, 1.0, "a share from 0.0 to 1.0"),
            ("glare_share", self.glare_share, 0.0, 1.0, "a share from 0.0 to 1.0"),
            ("glare_modules", self.glare_modules, 0.1, 100.0, "0.1 to 100 modules"),
        ];
        bounds.into_iter().find_map(|(name, value, from, to, expected)| {
            (!(from..=to).contains(&value)).then_some((name, value, expected))
        })
    }

    /// Takes a picture. The stream decides where within its tolerances this exposure falls.
    pub fn photograph(&self, print: &Print, stream: &mut impl Rng) -> Picture {
        let view = View::new(self, print, stream);
        let mut light = view.project(&print.sheet());
        let (width, height) = (view.width, view.height);
        motion_blur(&mut light, width, self.motion_blur_modules * self.pixels_per_module);
        focus_blur(&mut light, width, height, self.focus_blur_modules * self.pixels_per_module);
        view.glare(&mut light);
        let gain = (self.exposure * (1.0 + self.illumination_variation * both_ways(stream))) as f32;
        let mut noise = Noise::new(self.noise, stream);
        let grey = light.iter().map(|value| {
            let seen = (value * gain + noise.next()) * 255.0 + 0.5;
            seen.clamp(0.0, 255.0) as u8
        });
        Picture::new(width, grey.collect())
    }
}

/// Uniform in [-1, 1).
fn both_ways(stream: &mut impl Rng) -> f64 {
    2.0 * unit(stream) - 1.0
}

/// Where the print lies in one exposure.
struct View {
    width: usize,
    height: usize,
    pixels_per_module: f64,
    /// Middle of the symbol, in pixels.
    centre: (f64, f64),
    cosine: f64,
    sine: f64,
    /// Change of scale for each module away from the middle.
    tilt: (f64, f64),
    stretch: f64,
    lean: f64,
    glare: Option<(f64, f64, f64)>,
}

impl View {
    fn new(optics: &Optics, print: &Print, stream: &mut impl Rng) -> Self {
        let (rows, columns) = (print.matrix.size().rows(), print.matrix.size().columns());
        let scale = optics.pixels_per_module;
        let stretch = print.stretch();
        let angle = optics.max_rotation_deg * PI / 180.0 * both_ways(stream);
        // Turned symbols and leaning ones need a larger view; a quarter turn is the most.
        let turned = libm::fabs(libm::sin(optics.max_rotation_deg.min(90.0) * PI / 180.0));
        let (wide, high) = (columns as f64 * stretch.max(1.0), rows as f64);
        let across = wide + turned * high + libm::fabs(print.lean()) * high + 2.0 * VIEW_MARGIN;
        let down = high + turned * wide + 2.0 * VIEW_MARGIN;
        let jitter = optics.trigger_jitter_modules;
        let width = ((across + 2.0 * jitter) * scale) as usize + 1;
        let height = (down * scale) as usize + 1;
        let off = (jitter * both_ways(stream), both_ways(stream));
        let centre = ((width as f64 / 2.0) + off.0 * scale, (height as f64 / 2.0) + off.1 * scale);
        let slope = libm::tan(optics.max_tilt_deg * PI / 180.0) / DISTANCE_MODULES;
        let tilt = (slope * both_ways(stream), slope * both_ways(stream));
        let struck = unit(stream) < optics.glare_share;
        let place = (unit(stream) * width as f64, unit(stream) * height as f64);
        let glare = struck.then_some((place.0, place.1, optics.glare_modules * scale));
        let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
        let (pixels_per_module, lean) = (scale, print.lean());
        Self { width, height, pixels_per_module, centre, cosine, sine, tilt, stretch, lean, glare }
    }

    /// Reflectance that each pixel sees, without any blur.
    fn project(&self, sheet: &Sheet) -> Vec<f32> {
        let dots = DOTS as f64;
        let middle = (sheet.width() as f64 / 2.0, sheet.height() as f64 / 2.0);
        debug_assert!(middle.0 > (MARGIN * DOTS) as f64);
        let mut seen = Vec::with_capacity(self.width * self.height);
        for row in 0..self.height {
            for column in 0..self.width {
                let x = (column as f64 + 0.5 - self.centre.0) / self.pixels_per_module;
                let y = (row as f64 + 0.5 - self.centre.1) / self.pixels_per_module;
                // Back from the sensor to the carton: turn, perspective, then the print's own shape.
                let (x, y) = (x * self.cosine + y * self.sine, y * self.cosine - x * self.sine);
                let nearer = 1.0 / (1.0 - self.tilt.0 * x - self.tilt.1 * y).max(0.1);
                let (x, y) = (x * nearer, y * nearer);
                let x = (x - self.lean * y) / self.stretch;
                seen.push(sheet.at(middle.0 + x * dots, middle.1 + y * dots));
            }
        }
        seen
    }

    /// A reflection adds light, most in its middle.
    fn glare(&self, light: &mut [f32]) {
        let Some((x, y, radius)) = self.glare else {
            return;
        };
        for (at, value) in light.iter_mut().enumerate() {
            let (dx, dy) = ((at % self.width) as f64 - x, (at / self.width) as f64 - y);
            let far = (dx * dx + dy * dy) / (radius * radius);
            if far < 9.0 {
                *value += (1.5 * libm::exp(-far)) as f32;
            }
        }
    }
}

/// Mean along rows over a way of `length` pixels, ends in proportion.
fn motion_blur(light: &mut [f32], width: usize, length: f64) {
    if length <= 1.0 {
        return;
    }
    let whole = ((length - 1.0) / 2.0) as usize;
    let rest = ((length - 1.0) / 2.0 - whole as f64) as f32;
    let mut kernel = vec![1.0; 2 * whole + 3];
    kernel[0] = rest;
    kernel[2 * whole + 2] = rest;
    blur_rows(light, width, &kernel);
}

fn focus_blur(light: &mut [f32], width: usize, height: usize, deviation: f64) {
    if deviation < 0.2 {
        return;
    }
    let reach = (3.0 * deviation) as i64 + 1;
    let weight = |at: i64| {
        let distance = at as f64 / deviation;
        libm::exp(-0.5 * distance * distance) as f32
    };
    let kernel: Vec<f32> = (-reach..=reach).map(weight).collect();
    blur_rows(light, width, &kernel);
    blur_columns(light, (width, height), &kernel);
}

/// Weighs each value with its neighbours in its row; the edge is repeated.
fn blur_rows(light: &mut [f32], width: usize, kernel: &[f32]) {
    let reach = kernel.len() / 2;
    let total: f32 = kernel.iter().sum();
    let mut line = vec![0.0; width + 2 * reach];
    for row in light.chunks_exact_mut(width) {
        line[..reach].fill(row[0]);
        line[reach..reach + width].copy_from_slice(row);
        line[reach + width..].fill(row[width - 1]);
        row.fill(0.0);
        for (at, weight) in kernel.iter().enumerate() {
            add_weighed(row, &line[at..], weight / total);
        }
    }
}

/// Weighs each value with its neighbours in its column; the edge is repeated. Goes row by row, which
/// is how the values lie in memory.
fn blur_columns(light: &mut [f32], (width, height): (usize, usize), kernel: &[f32]) {
    let reach = kernel.len() / 2;
    let total: f32 = kernel.iter().sum();
    let sharp = light.to_vec();
    for (row, values) in light.chunks_exact_mut(width).enumerate() {
        values.fill(0.0);
        for (at, weight) in kernel.iter().enumerate() {
            let from = (row + at).saturating_sub(reach).min(height - 1);
            add_weighed(values, &sharp[from * width..], weight / total);
        }
    }
}

fn add_weighed(sums: &mut [f32], values: &[f32], weight: f32) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value * weight;
    }
}

/// Noise near enough to normal: the sum of four uniform draws.
struct Noise {
    scale: f32,
    stream: ChaCha8Rng,
}

impl Noise {
    fn new(deviation: f64, stream: &mut impl Rng) -> Self {
        // Four uniforms on [0, 65535] have a standard deviation of 65535 / sqrt(3).
        let scale = (deviation * 1.732_050_8 / 65_535.0) as f32;
        let seed = (unit(stream) * 9_007_199_254_740_992.0) as u64;
        Self { scale, stream: grain(seed, "camera", "noise") }
    }

    fn next(&mut self) -> f32 {
        let bits = self.stream.next_u64();
        let four = [bits, bits >> 16, bits >> 32, bits >> 48].map(|bits| (bits & 0xFFFF) as f32);
        (four.iter().sum::<f32>() - 131_070.0) * self.scale
    }
}

#[cfg(test)]
mod tests;

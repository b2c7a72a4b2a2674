//! A picture as reflectances: at a point, and averaged over the measuring aperture. A grey value of
//! 0 to 255 is taken as a reflectance of 0 to 1, as a calibrated verifier's camera gives it.

use std::collections::BTreeMap;

use crate::{Picture, Point};

/// A picture whose symbol is dark on light, or is turned into one.
pub(super) struct Light<'a> {
    picture: &'a Picture,
    inverted: bool,
}

impl<'a> Light<'a> {
    pub(super) const fn new(picture: &'a Picture, inverted: bool) -> Self {
        Self { picture, inverted }
    }

    fn pixel(&self, x: i64, y: i64) -> f32 {
        let grey = self.picture.at(x, y);
        f32::from(if self.inverted { 255 - grey } else { grey }) / 255.0
    }

    /// Between pixel centres, in proportion to the distances.
    pub(super) fn at(&self, point: Point) -> f32 {
        // Beyond the edge the nearest pixel is repeated, so that no coordinate needs to be negative.
        let (x, y) = ((point.x - 0.5).max(0.0), (point.y - 0.5).max(0.0));
        let (left, top) = (x as i64, y as i64);
        let (across, down) = ((x - left as f64) as f32, (y - top as f64) as f32);
        let row = |y: i64| {
            self.pixel(left, y) * (1.0 - across) + self.pixel(left.saturating_add(1), y) * across
        };
        row(top) * (1.0 - down) + row(top.saturating_add(1)) * down
    }

    /// Mean over a disc around a point.
    pub(super) fn through(&self, disc: &Disc, centre: Point) -> f32 {
        let (left, top) = (libm::floor(centre.x), libm::floor(centre.y));
        let phase = |within: f64| (within * PHASES as f64) as usize;
        let (across, down) = (phase(centre.x - left), phase(centre.y - top));
        let shares = &disc.phases[down.min(PHASES - 1) * PHASES + across.min(PHASES - 1)];
        let (left, top) = (left as i64, top as i64);
        shares.iter().map(|&(x, y, share)| share * self.pixel(left + x, top + y)).sum()
    }
}

/// A synthetic aperture: for each place of its centre within a pixel, the pixels that it covers and
/// their shares in it.
pub(super) struct Disc {
    phases: Vec<Vec<(i64, i64, f32)>>,
}

/// Places of a centre that are distinguished within a pixel, each way.
const PHASES: usize = 8;
/// Places across a disc: as many as give its area to about one in a hundred.
const ACROSS: i32 = 11;

impl Disc {
    /// A disc of a diameter in pixels. Never without a pixel.
    pub(super) fn of_diameter(diameter: f64) -> Self {
        let step = diameter / f64::from(ACROSS);
        let half = ACROSS / 2;
        let mut places = Vec::new();
        for y in -half..=half {
            for x in -half..=half {
                let (across, down) = (f64::from(x), f64::from(y));
                if 4.0 * (across * across + down * down) <= f64::from(ACROSS * ACROSS) {
                    places.push((across * step, down * step));
                }
            }
        }
        let middle = |phase: usize| (phase as f64 + 0.5) / PHASES as f64;
        let phases = (0..PHASES * PHASES).map(|phase| {
            let (x, y) = (middle(phase % PHASES), middle(phase / PHASES));
            let mut counts: BTreeMap<(i64, i64), f32> = BTreeMap::new();
            for (across, down) in &places {
                let pixel = (libm::floor(x + across) as i64, libm::floor(y + down) as i64);
                *counts.entry(pixel).or_default() += 1.0;
            }
            let all = places.len() as f32;
            counts.into_iter().map(|((x, y), count)| (x, y, count / all)).collect()
        });
        Self { phases: phases.collect() }
    }
}

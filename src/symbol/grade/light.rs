//! A picture as reflectances: at a point, and averaged over the measuring aperture. A grey value of
//! 0 to 255 is taken as a reflectance of 0 to 1, as a calibrated verifier's camera gives it.

use crate::symbol::{Picture, Point};

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
        let value = |&(x, y): &(f64, f64)| {
            // Cut off rather than rounded down: the same from the first pixel on.
            self.pixel((centre.x + x) as i64, (centre.y + y) as i64)
        };
        disc.0.iter().map(value).sum::<f32>() / disc.0.len() as f32
    }
}

/// Places of a synthetic aperture, in pixels from its centre.
pub(super) struct Disc(Vec<(f64, f64)>);

/// Places across a disc: as many as give its area to about one in a hundred.
const ACROSS: i32 = 11;

impl Disc {
    /// A disc of a diameter in pixels. Never without a place.
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
        Self(places)
    }
}

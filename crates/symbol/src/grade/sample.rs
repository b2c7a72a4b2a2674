//! From a picture to what is graded: grid, reflectances through the aperture, lightest and darkest.

use crate::{Located, Picture, SymbolSize};

use super::grid::Grid;
use super::light::{Disc, Light};
use super::{Aperture, Sampled};

/// Places at which lightest and darkest are looked for, across a module.
const PLACES: usize = 4;
/// Smallest aperture, in pixels: one pixel cannot be divided.
const SMALLEST_DISC_PX: f64 = 1.0;
/// The grid is fitted so many times, each with the threshold of the one before.
const FITS: usize = 2;

/// Measures a symbol that was found in a picture. Grey values are taken as reflectances, so the
/// picture has to come from a calibrated camera; five pixels a module or more make it trustworthy.
/// Light symbols on dark are measured as their negative.
///
/// `None` where the corners found are no quadrangle.
pub fn sample(picture: &Picture, located: &Located, aperture: Aperture) -> Option<Sampled> {
    let size = located.matrix.size();
    let mut grid = Grid::between_corners(located)?;
    let upright = Light::new(picture, false);
    let light = Light::new(picture, is_light_on_dark(&upright, &grid, located));
    let mut sampled = through_aperture(&light, &grid, aperture, size);
    for _ in 0..FITS {
        // Edges are looked for at the threshold, and the threshold needs a grid.
        grid.fit(&light, f32::midpoint(sampled.lightest, sampled.darkest));
        sampled = through_aperture(&light, &grid, aperture, size);
    }
    let (darkest, lightest) = extremes(&light, &grid, aperture, size);
    sampled.darkest = sampled.darkest.min(darkest);
    sampled.lightest = sampled.lightest.max(lightest);
    let (width, height) = grid.spacing();
    sampled.axial_non_uniformity = ((width - height).abs() / f64::midpoint(width, height)) as f32;
    sampled.grid_non_uniformity = grid.non_uniformity() as f32;
    sampled.print_growth = Some(grid.print_growth());
    Some(sampled)
}

/// The aperture on a grid's modules.
fn disc(grid: &Grid, aperture: Aperture) -> Disc {
    Disc::of_diameter((aperture.modules * grid.module_px()).max(SMALLEST_DISC_PX))
}

/// Reflectance at each module's centre, quiet zone included.
fn through_aperture(
    light: &Light<'_>,
    grid: &Grid,
    aperture: Aperture,
    size: SymbolSize,
) -> Sampled {
    let disc = disc(grid, aperture);
    let (rows, columns) = (size.rows() as isize, size.columns() as isize);
    let mut values = Vec::with_capacity((size.rows() + 2) * (size.columns() + 2));
    for row in -1..=rows {
        for column in -1..=columns {
            values.push(light.through(&disc, grid.centre(column, row)));
        }
    }
    Sampled::new(size, values)
}

/// Do the modules that were read as dark reflect more than the light ones?
fn is_light_on_dark(light: &Light<'_>, grid: &Grid, located: &Located) -> bool {
    let size = located.matrix.size();
    let (mut dark, mut darks, mut rest, mut rests) = (0.0, 0.0, 0.0, 0.0);
    for row in 0..size.rows() {
        for column in 0..size.columns() {
            let value = light.at(grid.centre(column as isize, row as isize));
            if located.matrix.dark(row, column) {
                dark += value;
                darks += 1.0;
            } else {
                rest += value;
                rests += 1.0;
            }
        }
    }
    dark * rests > rest * darks
}

/// Darkest and lightest reflectance through the aperture anywhere in symbol and quiet zone, the
/// aperture staying within.
fn extremes(light: &Light<'_>, grid: &Grid, aperture: Aperture, size: SymbolSize) -> (f32, f32) {
    let disc = disc(grid, aperture);
    let (rows, columns) = (size.rows(), size.columns());
    let from = (aperture.modules / 2.0).min(1.0) - 1.0;
    let place = |at: usize, count: usize, modules: usize| {
        from + at as f64 * (modules as f64 - 2.0 * from) / count as f64
    };
    let (down, across) = ((rows + 2) * PLACES, (columns + 2) * PLACES);
    let (mut darkest, mut lightest) = (f32::INFINITY, f32::NEG_INFINITY);
    for row in 0..=down {
        for column in 0..=across {
            let centre = grid.ideal(place(column, across, columns), place(row, down, rows));
            let value = light.through(&disc, centre);
            darkest = darkest.min(value);
            lightest = lightest.max(value);
        }
    }
    (darkest, lightest)
}

//! The standard normal distribution: draws, density, and what lies below a value.

use std::f64::consts::{PI, SQRT_2};

use super::super::Stream;

/// A draw (Box and Muller, 1958); the second one that two uniforms give is not kept, so that a draw
/// depends on nothing before it.
pub(super) fn draw(stream: &mut Stream) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - stream.unit()));
    radius * libm::cos(2.0 * PI * stream.unit())
}

/// The density.
pub(super) fn density(x: f64) -> f64 {
    libm::exp(-x * x / 2.0) / libm::sqrt(2.0 * PI)
}

/// The logarithm of the density, also where the density itself is too small to write.
pub(super) fn ln_pdf(x: f64) -> f64 {
    -x * x / 2.0 - libm::log(2.0 * PI) / 2.0
}

/// The share that lies below a value.
pub(super) fn below(x: f64) -> f64 {
    libm::erfc(-x / SQRT_2) / 2.0
}

//! How long something takes at the longest, for checks that must hold for nearly every product. Exact
//! where there is a formula; else the distribution's share is inverted by halving. Draws nothing.

use super::{Distribution, normal, of_logarithm};

/// The share that may take longer.
const BEYOND: f64 = 1e-4;

impl Distribution {
    /// The largest value, in seconds, or where there is none the one below which 99.99 % lie.
    pub fn nearly_all_s(&self) -> f64 {
        let beyond = libm::log(BEYOND);
        match *self {
            Self::Exponential { mean } => -mean * beyond,
            Self::Weibull { shape, scale } => scale * libm::pow(-beyond, 1.0 / shape),
            Self::Geometric { chance, slot } => {
                slot * libm::ceil(beyond / libm::log1p(-chance)).max(1.0)
            }
            Self::LogNormal { mean, sd } => {
                let (mu, sigma) = of_logarithm(mean, sd);
                libm::exp(mu + sigma * inverted(&|x| 1.0 - normal::below(-x)))
            }
            Self::Normal { mean, sd } => {
                // The part below zero is taken off, so the rest counts for more.
                let there = normal::below(mean / sd);
                mean + sd * inverted(&|x| 1.0 - normal::below(-x) / there)
            }
            Self::Gamma { shape, mean } => mean / shape * inverted(&|x| gamma_below(shape, x)),
            Self::Fixed(_)
            | Self::Uniform { .. }
            | Self::Triangular { .. }
            | Self::Empirical(_) => self.max_s().expect("these have a largest value"),
        }
    }
}

/// The value below which the share lies, for a share that grows with it.
fn inverted(below: &dyn Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while below(high) < 1.0 - BEYOND {
        (low, high) = (high, 2.0 * high);
    }
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if below(middle) < 1.0 - BEYOND { low = middle } else { high = middle }
    }
    high
}

/// The share of a gamma of scale 1 that lies below a value: the series of the incomplete gamma
/// function (Abramowitz and Stegun, 6.5.29).
fn gamma_below(shape: f64, x: f64) -> f64 {
    let mut term = 1.0 / shape;
    let mut sum = term;
    let mut n = shape;
    while term > sum * 1e-12 {
        n += 1.0;
        term *= x / n;
        sum += term;
    }
    sum * libm::exp(shape * libm::log(x) - x - libm::lgamma(shape))
}

//! What lies below and above a value, and the density there. For fitting and for tests; drawing needs none of
//! it.

use super::{Distribution, gamma, normal, of_logarithm};

impl Distribution {
    /// The chance of a value of at most `x`.
    pub fn share_below(&self, x: f64) -> f64 {
        self.shares(x).0
    }

    /// The chance of a value above `x`, exact also where it is small.
    pub fn share_above(&self, x: f64) -> f64 {
        self.shares(x).1
    }

    /// The chance of a value above `from` and at most `to`, exact also far out in either tail.
    pub fn share_within(&self, from: f64, to: f64) -> f64 {
        let (low, high) = (self.shares(from), self.shares(to));
        if low.0 < 0.5 { high.0 - low.0 } else { low.1 - high.1 }.max(0.0)
    }

    /// Both shares; whichever is small is worked out by itself.
    fn shares(&self, x: f64) -> (f64, f64) {
        let below = |share: f64| (share, 1.0 - share);
        let above = |share: f64| (1.0 - share, share);
        match *self {
            Self::Fixed(value) => below(f64::from(u8::from(value <= x))),
            Self::Uniform { from, to } if x < from || from >= to => {
                below(f64::from(u8::from(from <= x)))
            }
            Self::Uniform { from, to } => below(((x - from) / (to - from)).min(1.0)),
            Self::Triangular { from, to, .. } if x <= from || x >= to => {
                below(f64::from(u8::from(x >= to)))
            }
            Self::Triangular { from, mode, to } if x < mode => {
                below((x - from) * (x - from) / ((to - from) * (mode - from)))
            }
            Self::Triangular { from, mode, to } => {
                above((to - x) * (to - x) / ((to - from) * (to - mode)))
            }
            _ if x <= 0.0 => below(match self {
                Self::Empirical(_) => self.counted_below(x),
                _ => 0.0,
            }),
            Self::Exponential { mean } => (-libm::expm1(-x / mean), libm::exp(-x / mean)),
            Self::Normal { mean, sd } => {
                let whole = normal::below(mean / sd);
                let cut = normal::below(-mean / sd);
                let z = (x - mean) / sd;
                ((normal::below(z) - cut) / whole, normal::below(-z) / whole)
            }
            Self::LogNormal { mean, sd } => {
                let (mu, sigma) = of_logarithm(mean, sd);
                let z = (libm::log(x) - mu) / sigma;
                (normal::below(z), normal::below(-z))
            }
            Self::Weibull { shape, scale } => {
                let hazard = libm::pow(x / scale, shape);
                (-libm::expm1(-hazard), libm::exp(-hazard))
            }
            Self::Gamma { shape, mean } => gamma::below_and_above(shape, x * shape / mean),
            Self::Geometric { probability, slot } => {
                let hazard = libm::floor(x / slot) * libm::log1p(-probability);
                // No slot at all times a probability of 1 would be no number.
                if x < slot { (0.0, 1.0) } else { (-libm::expm1(hazard), libm::exp(hazard)) }
            }
            Self::Empirical(_) => below(self.counted_below(x)),
        }
    }

    fn counted_below(&self, x: f64) -> f64 {
        let Self::Empirical(values) = self else { return 0.0 };
        values.iter().filter(|value| **value <= x).count() as f64 / values.len() as f64
    }

    /// The logarithm of the density at `x`; minus infinity where there is none. Distributions that take
    /// single values only have no density anywhere.
    pub fn ln_pdf(&self, x: f64) -> f64 {
        if x < self.min_s() || self.max_s().is_some_and(|most| x > most) {
            return f64::NEG_INFINITY;
        }
        match *self {
            Self::Fixed(_) | Self::Geometric { .. } | Self::Empirical(_) => f64::NEG_INFINITY,
            Self::Uniform { from, to } => -libm::log(to - from),
            Self::Triangular { from, mode, to } => {
                let height =
                    if x < mode { (x - from) / (mode - from) } else { falling(x, mode, to) };
                libm::log(2.0 * height / (to - from))
            }
            Self::Exponential { mean } => -x / mean - libm::log(mean),
            Self::Normal { mean, sd } => {
                let whole = normal::below(mean / sd);
                normal::ln_pdf((x - mean) / sd) - libm::log(sd * whole)
            }
            Self::LogNormal { mean, sd } => {
                let (mu, sigma) = of_logarithm(mean, sd);
                let ln_x = libm::log(x);
                normal::ln_pdf((ln_x - mu) / sigma) - libm::log(sigma) - ln_x
            }
            Self::Weibull { shape, scale } => {
                let ratio = x / scale;
                let hazard = libm::pow(ratio, shape);
                libm::log(shape / scale) + (shape - 1.0) * libm::log(ratio) - hazard
            }
            Self::Gamma { shape, mean } => {
                let rate = shape / mean;
                shape * libm::log(rate) + (shape - 1.0) * libm::log(x)
                    - rate * x
                    - libm::lgamma(shape)
            }
        }
    }
}

impl Distribution {
    /// The kind's name as it is written.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Fixed(_) => "Fixed",
            Self::Uniform { .. } => "Uniform",
            Self::Triangular { .. } => "Triangular",
            Self::Exponential { .. } => "Exponential",
            Self::Normal { .. } => "Normal",
            Self::LogNormal { .. } => "LogNormal",
            Self::Weibull { .. } => "Weibull",
            Self::Gamma { .. } => "Gamma",
            Self::Geometric { .. } => "Geometric",
            Self::Empirical(_) => "Empirical",
        }
    }

    /// The same with parameters of six digits, for people to read.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let short = |value: f64| format!("{value:.5e}").parse().unwrap_or(value);
        match *self {
            Self::Fixed(value) => Self::Fixed(short(value)),
            Self::Uniform { from, to } => Self::Uniform { from: short(from), to: short(to) },
            Self::Triangular { from, mode, to } => {
                Self::Triangular { from: short(from), mode: short(mode), to: short(to) }
            }
            Self::Exponential { mean } => Self::Exponential { mean: short(mean) },
            Self::Normal { mean, sd } => Self::Normal { mean: short(mean), sd: short(sd) },
            Self::LogNormal { mean, sd } => Self::LogNormal { mean: short(mean), sd: short(sd) },
            Self::Weibull { shape, scale } => {
                Self::Weibull { shape: short(shape), scale: short(scale) }
            }
            Self::Gamma { shape, mean } => Self::Gamma { shape: short(shape), mean: short(mean) },
            Self::Geometric { probability, slot } => {
                Self::Geometric { probability: short(probability), slot: short(slot) }
            }
            Self::Empirical(ref values) => {
                Self::Empirical(values.iter().copied().map(short).collect())
            }
        }
    }
}

/// The falling side of a triangle of height 1; at a mode that is also the end, its top.
fn falling(x: f64, mode: f64, to: f64) -> f64 {
    if mode < to { (to - x) / (to - mode) } else { 1.0 }
}

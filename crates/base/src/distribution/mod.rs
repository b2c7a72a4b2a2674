//! Distributions of times, or of counts. Parameters are in the unit that the field's name carries
//! (`_s`). Logarithms and the like come from `libm`, so that every platform draws the same bits.

mod gamma;
mod normal;
mod quantile;
mod shares;

use serde::{Deserialize, Serialize};

use super::{SimSpan, Stream};

/// Longest list of an empirical distribution.
const MOST_VALUES: usize = 100_000;

/// A distribution over non-negative values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Distribution {
    /// Always this value.
    Fixed(f64),
    /// Every value from `from` to `to` alike.
    Uniform {
        /// Smallest value.
        from: f64,
        /// Largest value.
        to: f64,
    },
    /// Rises linearly to `mode`, falls linearly to `to`.
    Triangular {
        /// Smallest value.
        from: f64,
        /// Most likely value.
        mode: f64,
        /// Largest value.
        to: f64,
    },
    /// Without memory, the usual model of times between failures.
    Exponential {
        /// Mean value.
        mean: f64,
    },
    /// A normal distribution without its part below zero.
    Normal {
        /// Mean before the part below zero is taken off.
        mean: f64,
        /// Standard deviation before that.
        sd: f64,
    },
    /// The logarithm is normal: most repairs are short, some are long.
    LogNormal {
        /// Mean value, not that of the logarithm.
        mean: f64,
        /// Standard deviation of the value.
        sd: f64,
    },
    /// Failure gets more likely with age (`shape` above 1) or less (below 1).
    Weibull {
        /// Shape, k.
        shape: f64,
        /// The value below which 63 % lie.
        scale: f64,
    },
    /// A sum of `shape` exponential steps, where that is a whole number.
    Gamma {
        /// Shape, k.
        shape: f64,
        /// Mean value: shape times scale.
        mean: f64,
    },
    /// Slots up to and with the first in which something happens: `slot`, twice `slot`, and so on.
    Geometric {
        /// That it happens in a slot, 0 to 1.
        probability: f64,
        /// Length of a slot.
        slot: f64,
    },
    /// One of these values, each as likely as it stands here often.
    Empirical(Vec<f64>),
}

/// What is wrong with a distribution's parameters.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("found {found}, expected {expected}")]
pub struct DistributionError {
    /// The parameters as they stand.
    pub found: String,
    /// The rule that they break.
    pub expected: &'static str,
}

impl Distribution {
    /// Checks the parameters.
    ///
    /// # Errors
    /// Negative or infinite values, or bounds in the wrong order.
    pub fn check(&self) -> Result<(), DistributionError> {
        let sound = |x: f64| x.is_finite() && x >= 0.0;
        let above = |x: f64| sound(x) && x > 0.0;
        let (ok, expected) = match *self {
            Self::Fixed(value) => (sound(value), "a number, zero or more"),
            Self::Uniform { from, to } => {
                (sound(from) && sound(to) && from <= to, "0 <= from <= to")
            }
            Self::Triangular { from, mode, to } => (
                sound(from) && sound(to) && from <= mode && mode <= to && from < to,
                "0 <= from <= mode <= to, from < to",
            ),
            Self::Exponential { mean } => (above(mean), "a mean above zero"),
            // Much of the curve below zero would be another distribution.
            Self::Normal { mean, sd } => {
                (above(mean) && above(sd) && sd <= mean, "a mean above zero and 0 < sd <= mean")
            }
            Self::LogNormal { mean, sd } => {
                let ok = above(mean) && above(sd) && sd <= 100.0 * mean;
                (ok, "a mean above zero and 0 < sd <= 100 times the mean")
            }
            Self::Weibull { shape, scale } => {
                let ok = above(scale) && (0.1..=1000.0).contains(&shape);
                (ok, "a shape of 0.1 to 1000 and a scale above zero")
            }
            Self::Gamma { shape, mean } => {
                let ok = above(mean) && (0.01..=1e6).contains(&shape);
                (ok, "a shape of 0.01 to 1000000 and a mean above zero")
            }
            Self::Geometric { probability, slot } => {
                let ok = above(slot) && (1e-9..=1.0).contains(&probability);
                (ok, "a probability above zero, at most 1, and a slot above zero")
            }
            Self::Empirical(ref values) => {
                let ok = (1..=MOST_VALUES).contains(&values.len());
                let ok = ok && values.iter().all(|value| sound(*value));
                (ok, "1 to 100000 numbers, each zero or more")
            }
        };
        let found = || match self {
            Self::Empirical(values) => format!("Empirical of {} values", values.len()),
            other => format!("{other:?}"),
        };
        if ok { Ok(()) } else { Err(DistributionError { found: found(), expected }) }
    }

    /// Draws a time. A fixed value draws nothing from the stream.
    pub fn draw(&self, stream: &mut Stream) -> SimSpan {
        SimSpan::from_secs_f64(self.value(stream))
    }

    /// Draws a value. A fixed one draws nothing from the stream.
    pub fn value(&self, stream: &mut Stream) -> f64 {
        match *self {
            Self::Fixed(value) => value,
            Self::Uniform { from, to } => from + (to - from) * stream.unit(),
            Self::Triangular { from, mode, to } => {
                let u = stream.unit();
                let split = (mode - from) / (to - from);
                if u < split {
                    from + libm::sqrt(u * (to - from) * (mode - from))
                } else {
                    to - libm::sqrt((1.0 - u) * (to - from) * (to - mode))
                }
            }
            Self::Exponential { mean } => mean * exponential(stream),
            Self::Normal { mean, sd } => loop {
                let value = mean + sd * normal::draw(stream);
                if value >= 0.0 {
                    break value;
                }
            },
            Self::LogNormal { mean, sd } => {
                let (mu, sigma) = of_logarithm(mean, sd);
                libm::exp(mu + sigma * normal::draw(stream))
            }
            Self::Weibull { shape, scale } => scale * libm::pow(exponential(stream), 1.0 / shape),
            Self::Gamma { shape, mean } => mean / shape * draw_gamma(shape, stream),
            Self::Geometric { probability, slot } => {
                // The exponential that the geometric is, cut into slots. A probability of 1 divides by
                // minus infinity, which leaves the first slot.
                let slots = -exponential(stream) / libm::log1p(-probability);
                slot * (libm::floor(slots) + 1.0)
            }
            Self::Empirical(ref values) => values[(stream.unit() * values.len() as f64) as usize],
        }
    }

    /// The mean.
    pub fn mean_s(&self) -> f64 {
        match *self {
            Self::Fixed(value) => value,
            Self::Uniform { from, to } => (from + to) / 2.0,
            Self::Triangular { from, mode, to } => (from + mode + to) / 3.0,
            Self::Exponential { mean }
            | Self::LogNormal { mean, .. }
            | Self::Gamma { mean, .. } => mean,
            Self::Normal { mean, sd } => {
                // What is left of a curve whose part below zero was taken off (Johnson, Kotz,
                // Balakrishnan, Continuous Univariate Distributions 1, 13.10).
                mean + sd * normal::density(mean / sd) / normal::below(mean / sd)
            }
            Self::Weibull { shape, scale } => scale * libm::tgamma(1.0 + 1.0 / shape),
            Self::Geometric { probability, slot } => slot / probability,
            Self::Empirical(ref values) => values.iter().sum::<f64>() / values.len() as f64,
        }
    }

    /// The smallest value that can be drawn, in seconds.
    pub fn min_s(&self) -> f64 {
        match *self {
            Self::Fixed(value) => value,
            Self::Uniform { from, .. } | Self::Triangular { from, .. } => from,
            Self::Exponential { .. }
            | Self::Normal { .. }
            | Self::LogNormal { .. }
            | Self::Weibull { .. }
            | Self::Gamma { .. } => 0.0,
            Self::Geometric { slot, .. } => slot,
            Self::Empirical(ref values) => values.iter().copied().fold(f64::INFINITY, f64::min),
        }
    }

    /// The largest value that can be drawn, in seconds, if there is one.
    pub fn max_s(&self) -> Option<f64> {
        match *self {
            Self::Fixed(value) => Some(value),
            Self::Uniform { to, .. } | Self::Triangular { to, .. } => Some(to),
            Self::Exponential { .. }
            | Self::Normal { .. }
            | Self::LogNormal { .. }
            | Self::Weibull { .. }
            | Self::Gamma { .. }
            | Self::Geometric { .. } => None,
            Self::Empirical(ref values) => Some(values.iter().copied().fold(0.0, f64::max)),
        }
    }
}

/// An exponential of mean 1.
fn exponential(stream: &mut Stream) -> f64 {
    -libm::log(1.0 - stream.unit())
}

/// Mean and standard deviation of the logarithm.
fn of_logarithm(mean: f64, sd: f64) -> (f64, f64) {
    let variance = libm::log1p((sd / mean) * (sd / mean));
    (libm::log(mean) - variance / 2.0, libm::sqrt(variance))
}

/// A gamma of scale 1 (Marsaglia and Tsang, A simple method for generating gamma variables, 2000).
fn draw_gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape < 1.0 {
        let larger = draw_gamma(shape + 1.0, stream);
        return larger * libm::pow(1.0 - stream.unit(), 1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    loop {
        let x = normal::draw(stream);
        let cube = 1.0 + c * x;
        if cube <= 0.0 {
            continue;
        }
        let v = cube * cube * cube;
        let u = 1.0 - stream.unit();
        if libm::log(u) < x * x / 2.0 + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests;

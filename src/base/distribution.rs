//! Distributions of times. Parameters are in the unit that the field's name carries (`_s`).
//! Logarithms come from `libm`, so that every platform draws the same bits.

use serde::{Deserialize, Serialize};

use super::{SimSpan, Stream};

/// A distribution over non-negative seconds.
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
        let (ok, expected) = match *self {
            Self::Fixed(value) => (sound(value), "a number of seconds, zero or more"),
            Self::Uniform { from, to } => {
                (sound(from) && sound(to) && from <= to, "0 <= from <= to")
            }
            Self::Triangular { from, mode, to } => (
                sound(from) && sound(to) && from <= mode && mode <= to && from < to,
                "0 <= from <= mode <= to, from < to",
            ),
            Self::Exponential { mean } => (sound(mean) && mean > 0.0, "a mean above zero"),
        };
        if ok { Ok(()) } else { Err(DistributionError { found: format!("{self:?}"), expected }) }
    }

    /// Draws a value. A fixed value draws nothing from the stream.
    pub fn draw(&self, stream: &mut Stream) -> SimSpan {
        SimSpan::from_secs_f64(match *self {
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
            Self::Exponential { mean } => -mean * libm::log(1.0 - stream.unit()),
        })
    }

    /// The mean in seconds.
    pub fn mean_s(&self) -> f64 {
        match *self {
            Self::Fixed(value) => value,
            Self::Uniform { from, to } => (from + to) / 2.0,
            Self::Triangular { from, mode, to } => (from + mode + to) / 3.0,
            Self::Exponential { mean } => mean,
        }
    }

    /// The smallest value that can be drawn, in seconds.
    pub fn min_s(&self) -> f64 {
        match *self {
            Self::Fixed(value) => value,
            Self::Uniform { from, .. } | Self::Triangular { from, .. } => from,
            Self::Exponential { .. } => 0.0,
        }
    }

    /// The largest value that can be drawn, in seconds, if there is one.
    pub fn max_s(&self) -> Option<f64> {
        match *self {
            Self::Fixed(value) => Some(value),
            Self::Uniform { to, .. } | Self::Triangular { to, .. } => Some(to),
            Self::Exponential { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Streams;

    #[test]
    fn drawn_values_have_the_stated_mean() {
        for (name, distribution) in [
            ("fixed", Distribution::Fixed(0.09)),
            ("uniform", Distribution::Uniform { from: 0.02, to: 0.06 }),
            ("triangular", Distribution::Triangular { from: 1.0, mode: 2.0, to: 6.0 }),
            ("exponential", Distribution::Exponential { mean: 60.0 }),
        ] {
            distribution.check().unwrap();
            let mut stream = Streams::new(3).stream(name, "mean");
            let n = 200_000;
            let sum: f64 = (0..n).map(|_| distribution.draw(&mut stream).as_secs_f64()).sum();
            let mean = sum / f64::from(n);
            let expected = distribution.mean_s();
            assert!((mean / expected - 1.0).abs() < 0.01, "{name}: {mean} for {expected}");
        }
    }

    #[test]
    fn impossible_parameters_are_refused() {
        for wrong in [
            Distribution::Fixed(-1.0),
            Distribution::Fixed(f64::NAN),
            Distribution::Uniform { from: 2.0, to: 1.0 },
            Distribution::Triangular { from: 1.0, mode: 5.0, to: 4.0 },
            Distribution::Exponential { mean: 0.0 },
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }
}

//! The kinds of distribution that are tried, and how each is fitted: by the greatest likelihood. Parameters
//! are searched as logarithms (chances as odds), so that every place is a valid one.

use linetwin_base::Distribution;

use super::data::Data;
use super::sample::Grid;
use super::simplex::climb;

/// A kind of distribution.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Uniform,
    Triangular,
    Exponential,
    Normal,
    LogNormal,
    Weibull,
    Gamma,
    /// Slots of this many nanoseconds, or of one product.
    Geometric,
}

impl Family {
    pub(super) const ALL: [Self; 8] = [
        Self::Uniform,
        Self::Triangular,
        Self::Exponential,
        Self::Normal,
        Self::LogNormal,
        Self::Weibull,
        Self::Gamma,
        Self::Geometric,
    ];

    /// How many parameters are fitted.
    pub(super) const fn parameters(self) -> usize {
        match self {
            Self::Exponential | Self::Geometric => 1,
            Self::Triangular => 3,
            Self::Uniform | Self::Normal | Self::LogNormal | Self::Weibull | Self::Gamma => 2,
        }
    }

    /// Whether the likelihood has a smooth top, so that its curvature gives the confidence of the parameters.
    pub(super) const fn is_smooth(self) -> bool {
        !matches!(self, Self::Uniform | Self::Triangular)
    }

    /// The distribution at a place of the search; nothing where there is none.
    pub(super) fn at(self, place: &[f64], data: &Data) -> Option<Distribution> {
        let exp = |index: usize| libm::exp(place[index]);
        let odds = |index: usize| 1.0 / (1.0 + libm::exp(-place[index]));
        let distribution = match self {
            Self::Uniform => Distribution::Uniform { from: place[0], to: place[1] },
            Self::Triangular => {
                let (least, most) = (data.points[0], data.largest());
                let range = most - least;
                let (from, to) = ((least - range * exp(0)).max(0.0), most + range * exp(2));
                Distribution::Triangular { from, mode: from + (to - from) * odds(1), to }
            }
            Self::Exponential => Distribution::Exponential { mean: exp(0) },
            Self::Normal => Distribution::Normal { mean: exp(0), sd: exp(1) },
            Self::LogNormal => Distribution::LogNormal { mean: exp(0), sd: exp(1) },
            Self::Weibull => Distribution::Weibull { shape: exp(0), scale: exp(1) },
            Self::Gamma => Distribution::Gamma { shape: exp(0), mean: exp(1) },
            Self::Geometric => {
                let slot = data.coarse.map(Grid::step)?;
                Distribution::Geometric { probability: odds(0), slot }
            }
        };
        distribution.check().is_ok().then_some(distribution)
    }

    /// Where the search begins.
    fn start(self, data: &Data) -> Vec<f64> {
        let (mean, deviation) = data.moments();
        let spread = (deviation / mean).clamp(1e-3, 10.0);
        let ln = libm::log;
        match self {
            Self::Uniform => vec![data.points[0], data.largest()],
            Self::Triangular => {
                let (least, most) = (data.points[0], data.largest());
                // The mean is a third of the three corners.
                let mode = ((3.0 * mean - least - most - least) / (most - least)).clamp(0.05, 0.95);
                vec![ln(0.02), ln(mode / (1.0 - mode)), ln(0.02)]
            }
            Self::Exponential => vec![ln(data.mean_with_cut())],
            Self::Normal => vec![ln(mean), ln(mean * spread.min(0.9))],
            Self::LogNormal => vec![ln(mean), ln(mean * spread)],
            Self::Weibull => {
                // An approximation by Justus, Hargraves, Mikhail and Graber, 1978.
                let shape = libm::pow(spread, -1.086);
                vec![ln(shape), ln(mean / libm::tgamma(1.0 + 1.0 / shape))]
            }
            Self::Gamma => vec![-2.0 * ln(spread), ln(mean)],
            Self::Geometric => {
                let slots = data.mean_with_cut() / data.coarse.map_or(1.0, Grid::step);
                let chance = (1.0 / slots).clamp(1e-9, 0.999);
                vec![ln(chance / (1.0 - chance))]
            }
        }
    }

    /// The likeliest distribution of this kind: where it is, what it is, and the logarithm of its
    /// likelihood. Nothing if the data cannot have come from one.
    pub(super) fn fit(self, data: &Data) -> Option<(Vec<f64>, Distribution, f64)> {
        let height = |place: &[f64]| {
            self.at(place, data).map_or(f64::NEG_INFINITY, |of| data.ln_likelihood(&of))
        };
        let start = self.start(data);
        let (place, ln_likelihood) = match self {
            // The narrowest that holds everything is the likeliest.
            Self::Uniform => {
                let high = height(&start);
                (start, high)
            }
            _ => climb(&start, 0.1, &height),
        };
        let distribution = self.at(&place, data)?;
        ln_likelihood.is_finite().then_some((place, distribution, ln_likelihood))
    }
}

/// Names and values of a distribution's parameters.
pub(super) fn parameters(of: &Distribution) -> Vec<(&'static str, f64)> {
    match *of {
        Distribution::Fixed(value) => vec![("value", value)],
        Distribution::Uniform { from, to } => vec![("from", from), ("to", to)],
        Distribution::Triangular { from, mode, to } => {
            vec![("from", from), ("mode", mode), ("to", to)]
        }
        Distribution::Exponential { mean } => vec![("mean", mean)],
        Distribution::Normal { mean, sd } | Distribution::LogNormal { mean, sd } => {
            vec![("mean", mean), ("sd", sd)]
        }
        Distribution::Weibull { shape, scale } => vec![("shape", shape), ("scale", scale)],
        Distribution::Gamma { shape, mean } => vec![("shape", shape), ("mean", mean)],
        Distribution::Geometric { probability, .. } => vec![("probability", probability)],
        Distribution::Empirical(_) => Vec::new(),
    }
}

//! From a sample to a distribution: every kind is fitted by likelihood, the best by the Bayesian information
//! criterion is taken (Schwarz, Estimating the dimension of a model, 1978), and it is asked whether such
//! data could have come from it.
//!
//! Kolmogorov's table does not hold for a distribution that was fitted to the very data it is held against,
//! so the p value is counted: data are drawn from the fitted distribution, the same kind is fitted to them,
//! and p is the share of those that lie at least as far from their fit (a parametric bootstrap).

use serde::Serialize;

use linetwin_base::{Distribution, Stream, Streams};

use super::data::Data;
use super::family::{Family, parameters};
use super::sample::{Grid, Observed, Sample};

/// With fewer values than this the shape of a distribution cannot be found.
pub(super) const FEWEST: u64 = 10;
/// Times that data are drawn for the p value.
const REDRAWN: usize = 199;
/// Values of each of them, at most.
const MOST_REDRAWN: usize = 1_000;
/// Deviations on either side of a normal distribution that hold 95 %.
const DEVIATIONS: f64 = 1.96;
/// Step for second differences, in the logarithm of a parameter.
const STEP: f64 = 1e-3;

/// A fitted parameter and its 95 % confidence interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// As the twin file names it.
    pub name: &'static str,
    /// The likeliest value.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A distribution that was tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The likeliest of its kind.
    pub distribution: Distribution,
    /// Its Bayesian information criterion: the lower the better.
    pub bic: f64,
}

/// Whether the data could have come from the fitted distribution.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Goodness {
    /// The largest distance between the shares below a value, counted and fitted.
    pub distance: f64,
    /// How often data drawn from the fitted distribution lie as far from their own fit.
    pub p: f64,
    /// Values that were compared: all, or a fair sample of them.
    pub values: usize,
}

/// The result of a sample.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// The distribution.
    pub distribution: Distribution,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// All that were tried, best first; nothing where all values are the same.
    pub tried: Vec<Candidate>,
    /// Nothing where all values are the same.
    pub goodness: Option<Goodness>,
}

impl Fit {
    /// Such data come from the distribution less than once in a hundred times.
    pub fn is_poor(&self) -> bool {
        self.goodness.as_ref().is_some_and(|goodness| goodness.p < 0.01)
    }
}

/// Fits the sample; nothing if it holds too few values. `name` keys the draws.
pub(super) fn fit(sample: &Sample, name: &str) -> Option<Fit> {
    if sample.ended < FEWEST {
        return None;
    }
    let grid = sample.grid();
    let data = Data::new(sample.kept(), grid);
    if let Some(value) = data.only_value() {
        return Some(fixed(value, &data));
    }
    let ln_n = libm::log(data.ended() as f64);
    let tried = Family::ALL.into_iter().filter_map(|family| {
        let (place, distribution, ln_likelihood) = family.fit(&data)?;
        let bic = family.parameters() as f64 * ln_n - 2.0 * ln_likelihood;
        Some((family, place, Candidate { distribution, bic }))
    });
    let mut tried: Vec<(Family, Vec<f64>, Candidate)> = tried.collect();
    tried.sort_by(|one, two| one.2.bic.total_cmp(&two.2.bic));
    let (family, place, best) = tried.first()?.clone();
    let mut stream = Streams::new(0).stream(name, "calibration bootstrap");
    let compared = thinned(sample.kept(), grid);
    let redrawn = redraw(family, &best.distribution, (&compared, &data), &mut stream);
    let distance = compared.distance(&best.distribution);
    let as_far = redrawn.iter().filter(|(other, _)| *other >= distance).count();
    let goodness = Goodness {
        distance,
        p: (as_far + 1) as f64 / (redrawn.len() + 1) as f64,
        values: compared.ended(),
    };
    let parameters = curvature(family, &place, &data).map_or_else(
        || spread(family, &best.distribution, &redrawn, (&compared, &data)),
        |deviations| smooth(family, &place, &deviations, &data),
    );
    Some(Fit {
        distribution: best.distribution,
        parameters,
        tried: tried.into_iter().map(|(_, _, candidate)| candidate).collect(),
        goodness: Some(goodness),
    })
}

fn fixed(value: f64, data: &Data) -> Fit {
    let slack = data.coarse.map_or(0.0, |grid| match grid {
        Grid::Rounded(step) if data.points.first() != data.points.last() => step,
        _ => 0.0,
    });
    let (low, high) = (value - slack, value + slack);
    Fit {
        distribution: Distribution::Fixed(value),
        parameters: vec![Parameter { name: "value", value, low, high }],
        tried: Vec::new(),
        goodness: None,
    }
}

/// So many of the values that ended as can be drawn again and again, evenly spread over the sample.
fn thinned(observed: &[Observed], grid: Grid) -> Data {
    let ended = observed.iter().filter(|observed| matches!(observed, Observed::Within(..)));
    let count = ended.clone().count();
    let every = count.div_ceil(MOST_REDRAWN).max(1);
    let chosen: Vec<Observed> = ended.step_by(every).copied().collect();
    Data::new(&chosen, grid)
}

/// Draws as many values as were compared, fits them, and returns how far they lie from their fit, and its
/// parameters; many times.
fn redraw(
    family: Family,
    of: &Distribution,
    (compared, whole): (&Data, &Data),
    stream: &mut Stream,
) -> Vec<(f64, Vec<f64>)> {
    let grid = whole.coarse.unwrap_or(Grid::Rounded(1e-9));
    let once = |_| {
        let drawn = (0..compared.ended()).map(|_| grid.observe(of.value(stream)));
        let drawn: Vec<Observed> = drawn.collect();
        let data = Data::new(&drawn, grid);
        let (_, refitted, _) = family.fit(&data)?;
        let values = parameters(&refitted).into_iter().map(|(_, value)| value).collect();
        Some((data.distance(&refitted), values))
    };
    (0..REDRAWN).filter_map(once).collect()
}

/// Standard deviations of the search's variables, from the curvature of the likelihood at its top; nothing
/// where it has no smooth one.
fn curvature(family: Family, place: &[f64], data: &Data) -> Option<Vec<f64>> {
    if !family.is_smooth() {
        return None;
    }
    let height = |moves: [f64; 2]| {
        let place: Vec<f64> = place.iter().zip(moves).map(|(at, by)| at + by * STEP).collect();
        family.at(&place, data).map_or(f64::NAN, |of| data.ln_likelihood(&of))
    };
    let top = height([0.0, 0.0]);
    let along = |x: f64, y: f64| (height([x, y]) + height([-x, -y]) - 2.0 * top) / (STEP * STEP);
    let xx = -along(1.0, 0.0);
    let variances = if place.len() == 1 {
        vec![1.0 / xx]
    } else {
        let yy = -along(0.0, 1.0);
        let xy = (xx + yy + along(1.0, 1.0)) / -2.0;
        let determinant = xx * yy - xy * xy;
        vec![yy / determinant, xx / determinant]
    };
    let sound = variances.iter().all(|variance| variance.is_finite() && *variance > 0.0);
    sound.then(|| variances.into_iter().map(libm::sqrt).collect())
}

/// Intervals that are even in the search's variables.
fn smooth(family: Family, place: &[f64], deviations: &[f64], data: &Data) -> Vec<Parameter> {
    let at = |by: f64| -> Option<Vec<(&str, f64)>> {
        let place = place.iter().zip(deviations);
        let place: Vec<f64> = place.map(|(at, deviation)| at + by * deviation).collect();
        family.at(&place, data).map(|of| parameters(&of))
    };
    let here = at(0.0).expect("a fitted place is a valid one");
    let ends = (at(-DEVIATIONS), at(DEVIATIONS));
    let parameter = |(index, &(name, value)): (usize, &(&'static str, f64))| {
        // An end at which there is no distribution is no bound.
        let low = ends.0.as_ref().map_or(0.0, |low| low[index].1);
        let high = ends.1.as_ref().map_or(f64::INFINITY, |high| high[index].1);
        Parameter { name, value, low, high }
    };
    here.iter().enumerate().map(parameter).collect()
}

/// Intervals from how far refitted parameters lie from those that the data were drawn with. More values
/// than were drawn make them narrower.
fn spread(
    family: Family,
    of: &Distribution,
    redrawn: &[(f64, Vec<f64>)],
    (compared, whole): (&Data, &Data),
) -> Vec<Parameter> {
    let ratio = compared.ended() as f64 / whole.ended() as f64;
    // The ends of a uniform distribution are known ever better with every value, others with its root.
    let narrower = if family == Family::Uniform { ratio } else { libm::sqrt(ratio) };
    let slack = whole.coarse.map_or(0.0, Grid::step);
    let parameters = parameters(of).into_iter().enumerate();
    let parameters = parameters.map(|(index, (name, value))| {
        let mut off: Vec<f64> = redrawn.iter().map(|(_, values)| values[index] - value).collect();
        off.sort_unstable_by(f64::total_cmp);
        let end = |share: f64| {
            let place = ((off.len() as f64 - 1.0) * share).round() as usize;
            off.get(place).copied().unwrap_or(f64::NAN) * narrower
        };
        Parameter {
            name,
            value,
            // The end of what was seen is no possible end of a range, and yet the likeliest.
            low: (value - end(0.975) - slack).clamp(0.0, value),
            high: (value - end(0.025) + slack).max(value),
        }
    });
    parameters.collect()
}

//! A sample made ready for fitting: its likelihood under a distribution. Exact values are summed up where
//! the sums are all that matters; values on a grid are counted.

use linetwin_base::Distribution;

use super::sample::{Grid, Observed};

/// Steps coarser than this share of the standard deviation are taken into account.
const COARSE: f64 = 1e-3;

/// See the module's first lines.
#[derive(Clone, Debug)]
pub(super) struct Data {
    /// Values that ended, as points, ascending.
    pub(super) points: Vec<f64>,
    /// Bounds of each, in the same order.
    bounds: Vec<(f64, f64)>,
    /// Those without bounds: the values and their logarithms.
    exact: Vec<f64>,
    ln: Vec<f64>,
    sum: f64,
    sum_of_squares: f64,
    sum_of_ln: f64,
    sum_of_ln_squares: f64,
    /// Those with bounds, and how many have the same.
    windows: Vec<(f64, f64, f64)>,
    /// Those that were cut off, and how many alike.
    above: Vec<(f64, f64)>,
    /// The values lie on this grid, and it is coarse.
    pub(super) coarse: Option<Grid>,
}

impl Data {
    pub(super) fn new(observed: &[Observed], grid: Grid) -> Self {
        let ended = observed.iter().filter_map(|observed| match *observed {
            Observed::Within(low, high, point) => Some((low, high, point)),
            Observed::Above(_) => None,
        });
        let mut ended: Vec<(f64, f64, f64)> = ended.collect();
        ended.sort_unstable_by(|one, two| one.2.total_cmp(&two.2));
        let (_, deviation) = moments(ended.iter().map(|ended| ended.2));
        let step = grid.step();
        let coarse = (step > COARSE * deviation).then_some(grid);
        for (low, high, point) in &mut ended {
            if low == high {
                match coarse {
                    Some(_) => (*low, *high) = (*point - step / 2.0, *point + step / 2.0),
                    // Nothing takes no time at all.
                    None if *point <= 0.0 => (*low, *high) = (-step, step),
                    None => {}
                }
            }
        }
        let above = observed.iter().filter_map(|observed| match *observed {
            Observed::Above(than) => Some((than, than)),
            Observed::Within(..) => None,
        });
        let exact: Vec<f64> = ended.iter().filter(|it| it.0 == it.1).map(|it| it.2).collect();
        let ln: Vec<f64> = exact.iter().copied().map(libm::log).collect();
        Self {
            points: ended.iter().map(|ended| ended.2).collect(),
            bounds: ended.iter().map(|ended| (ended.0, ended.1)).collect(),
            sum: exact.iter().sum(),
            sum_of_squares: exact.iter().map(|value| value * value).sum(),
            sum_of_ln: ln.iter().sum(),
            sum_of_ln_squares: ln.iter().map(|ln| ln * ln).sum(),
            windows: counted(ended.iter().filter(|it| it.0 < it.1).map(|it| (it.0, it.1))),
            above: counted(above).into_iter().map(|(than, _, count)| (than, count)).collect(),
            exact,
            ln,
            coarse,
        }
    }

    /// How many ended.
    pub(super) const fn ended(&self) -> usize {
        self.points.len()
    }

    /// Mean and standard deviation of those that ended.
    pub(super) fn moments(&self) -> (f64, f64) {
        moments(self.points.iter().copied())
    }

    /// Time observed altogether, over how many ended: the mean of an exponential.
    pub(super) fn mean_with_cut(&self) -> f64 {
        let cut: f64 = self.above.iter().map(|(than, count)| than * count).sum();
        (self.points.iter().sum::<f64>() + cut) / self.ended() as f64
    }

    /// The largest value that was seen or exceeded.
    pub(super) fn largest(&self) -> f64 {
        let cut = self.above.iter().map(|(than, _)| *than);
        cut.chain(self.points.last().copied()).fold(0.0, f64::max)
    }

    /// The value that all of them have, if one can.
    pub(super) fn only_value(&self) -> Option<f64> {
        let (mean, _) = self.moments();
        // A step that is no more than a tremor of the value may have come from rounding at either end.
        let slack = match self.coarse {
            Some(Grid::Rounded(step)) if step <= mean / 20.0 => step,
            _ => mean * 1e-9,
        };
        let low = self.bounds.iter().map(|bounds| bounds.0).fold(0.0, f64::max);
        let high = self.bounds.iter().map(|bounds| bounds.1).fold(f64::INFINITY, f64::min);
        let widest = self.bounds.iter().map(|(low, high)| high - low).fold(0.0, f64::max);
        let narrow = self.coarse.is_some() || widest <= mean / 20.0;
        let value = if self.points.first() == self.points.last() {
            self.points[0]
        } else if self.coarse.is_some() {
            mean
        } else {
            f64::midpoint(low, high)
        };
        let uncut = self.above.iter().all(|(than, _)| *than <= value + slack);
        (low <= high + slack && narrow && uncut).then_some(value)
    }

    /// The logarithm of the likelihood.
    pub(super) fn ln_likelihood(&self, of: &Distribution) -> f64 {
        let windows = self.windows.iter();
        let windows =
            windows.map(|(low, high, count)| count * libm::log(of.share_within(*low, *high)));
        let above = self.above.iter();
        let above = above.map(|(than, count)| count * libm::log(of.share_above(*than)));
        let rest: f64 = windows.chain(above).sum();
        if self.exact.is_empty() { rest } else { rest + self.ln_of_exact(of) }
    }

    /// By sums where they suffice.
    fn ln_of_exact(&self, of: &Distribution) -> f64 {
        let n = self.exact.len() as f64;
        // The density at 1 holds everything that does not depend on the value.
        match *of {
            Distribution::Exponential { mean } => -self.sum / mean - n * libm::log(mean),
            Distribution::Normal { mean, sd } => {
                let squares = self.sum_of_squares - 2.0 * mean * self.sum + n * mean * mean;
                let at_mean = of.ln_pdf(mean);
                n * at_mean - squares / (2.0 * sd * sd)
            }
            Distribution::LogNormal { .. } => {
                // ln f(x) + ln x is a parabola in ln x: three points of it give all others.
                let at = |ln_x: f64| of.ln_pdf(libm::exp(ln_x)) + ln_x;
                let middle = self.sum_of_ln / n;
                let (before, here, after) = (at(middle - 1.0), at(middle), at(middle + 1.0));
                let curve = (before + after) / 2.0 - here;
                let squares = self.sum_of_ln_squares - n * middle * middle;
                n * here + curve * squares - self.sum_of_ln
            }
            Distribution::Gamma { shape, mean } => {
                let rate = shape / mean;
                let whole = of.ln_pdf(1.0) + rate;
                n * whole + (shape - 1.0) * self.sum_of_ln - rate * self.sum
            }
            Distribution::Weibull { shape, scale } => {
                let ln_scale = libm::log(scale);
                let hazards = self.ln.iter().map(|ln| libm::exp(shape * (ln - ln_scale)));
                let front = n * (libm::log(shape) - ln_scale);
                front + (shape - 1.0) * (self.sum_of_ln - n * ln_scale) - hazards.sum::<f64>()
            }
            Distribution::Fixed(_)
            | Distribution::Uniform { .. }
            | Distribution::Triangular { .. }
            | Distribution::Geometric { .. }
            | Distribution::Empirical(_) => self.exact.iter().map(|value| of.ln_pdf(*value)).sum(),
        }
    }

    /// The largest distance between the shares of what was observed and those of a distribution
    /// (Kolmogorov and Smirnov). A value with bounds counts from its lower to its upper one.
    pub(super) fn distance(&self, of: &Distribution) -> f64 {
        let n = self.ended() as f64;
        let mut worst: f64 = 0.0;
        let mut before = 0;
        while before < self.ended() {
            let point = self.points[before];
            let alike = self.points[before..].partition_point(|other| *other <= point);
            let after = before + alike;
            let (low, high) = (self.bounds[before].0, self.bounds[after - 1].1);
            worst = worst.max((of.share_below(low) - before as f64 / n).abs());
            worst = worst.max((after as f64 / n - of.share_below(high)).abs());
            before = after;
        }
        worst
    }
}

fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (mean, libm::sqrt(squares / (n - 1.0).max(1.0)))
}

fn counted(pairs: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64, f64)> {
    let mut pairs: Vec<(f64, f64)> = pairs.collect();
    pairs.sort_unstable_by(|one, two| one.0.total_cmp(&two.0).then(one.1.total_cmp(&two.1)));
    let mut counted: Vec<(f64, f64, f64)> = Vec::new();
    for pair in pairs {
        match counted.last_mut() {
            Some(last) if (last.0, last.1) == pair => last.2 += 1.0,
            _ => counted.push((pair.0, pair.1, 1.0)),
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums and densities agree.
    #[test]
    fn a_likelihood_by_sums_is_the_product_of_densities() {
        let values = [0.3, 1.7, 0.9, 2.4, 0.6, 1.1];
        let observed: Vec<Observed> = values.map(|x| Observed::Within(x, x, x)).into();
        let data = Data::new(&observed, Grid::Rounded(1e-9));
        for of in [
            Distribution::Uniform { from: 0.2, to: 2.6 },
            Distribution::Triangular { from: 0.2, mode: 0.9, to: 2.6 },
            Distribution::Exponential { mean: 1.3 },
            Distribution::Normal { mean: 1.1, sd: 0.8 },
            Distribution::LogNormal { mean: 1.4, sd: 2.0 },
            Distribution::Weibull { shape: 1.6, scale: 1.4 },
            Distribution::Gamma { shape: 2.3, mean: 1.2 },
        ] {
            let product: f64 = values.iter().map(|value| of.ln_pdf(*value)).sum();
            let found = data.ln_likelihood(&of);
            assert!((found - product).abs() < 1e-9, "{of:?}: {found} for {product}");
        }
    }

    #[test]
    fn what_was_cut_off_counts_as_longer() {
        let ended = |value| Observed::Within(value, value, value);
        let observed = [ended(1.0), ended(2.0), Observed::Above(3.0)];
        let data = Data::new(&observed, Grid::Rounded(1e-9));
        let of = Distribution::Exponential { mean: 2.0 };
        // The densities e^(-1/2)/2 and e^(-2/2)/2 of those that ended, the share e^(-3/2) above the other.
        assert!((data.ln_likelihood(&of) - (-3.0 - 2.0 * libm::log(2.0))).abs() < 1e-12);
        assert_eq!(data.mean_with_cut(), 3.0);
    }
}

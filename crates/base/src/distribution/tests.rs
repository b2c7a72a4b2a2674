//! What is drawn, against formulas.

use crate::Streams;

use super::*;

fn all() -> Vec<Distribution> {
    vec![
        Distribution::Fixed(0.09),
        Distribution::Uniform { from: 0.02, to: 0.06 },
        Distribution::Triangular { from: 1.0, mode: 2.0, to: 6.0 },
        Distribution::Exponential { mean: 60.0 },
        Distribution::Normal { mean: 2.0, sd: 0.5 },
        Distribution::Normal { mean: 1.0, sd: 1.0 },
        Distribution::LogNormal { mean: 60.0, sd: 40.0 },
        Distribution::Weibull { shape: 0.8, scale: 10.0 },
        Distribution::Weibull { shape: 2.5, scale: 10.0 },
        Distribution::Gamma { shape: 0.5, mean: 3.0 },
        Distribution::Gamma { shape: 4.0, mean: 3.0 },
        Distribution::Geometric { probability: 0.1, slot: 2.0 },
        Distribution::Empirical(vec![1.0, 2.0, 2.0, 7.0]),
    ]
}

fn draws(distribution: &Distribution, n: usize) -> Vec<f64> {
    let mut stream = Streams::new(3).stream("test", "draws");
    (0..n).map(|_| distribution.value(&mut stream)).collect()
}

#[test]
fn drawn_values_have_the_stated_mean_and_stay_within_the_stated_bounds() {
    for distribution in all() {
        distribution.check().unwrap();
        let n = 400_000;
        let drawn = draws(&distribution, n);
        let mean = drawn.iter().sum::<f64>() / n as f64;
        let expected = distribution.mean_s();
        assert!((mean / expected - 1.0).abs() < 0.01, "{distribution:?}: {mean} for {expected}");
        let least = drawn.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(least >= distribution.min_s(), "{distribution:?}: {least}");
        if let Some(most) = distribution.max_s() {
            assert!(drawn.iter().all(|value| *value <= most), "{distribution:?}");
        }
    }
}

/// Shares below a value, by formula.
#[test]
fn drawn_values_lie_below_a_value_as_often_as_the_formula_says() {
    let normal = |x: f64| normal::below(x);
    let cases: Vec<(Distribution, f64, f64)> = vec![
        (Distribution::Exponential { mean: 2.0 }, 3.0, 1.0 - libm::exp(-1.5)),
        (Distribution::Normal { mean: 2.0, sd: 0.5 }, 2.5, normal(1.0)),
        (
            Distribution::Normal { mean: 1.0, sd: 1.0 },
            1.0,
            (normal(0.0) - normal(-1.0)) / normal(1.0),
        ),
        // Half of the values lie below the median, exp(mu).
        (Distribution::LogNormal { mean: 60.0, sd: 40.0 }, 60.0 / libm::sqrt(1.0 + 4.0 / 9.0), 0.5),
        (Distribution::Weibull { shape: 2.5, scale: 10.0 }, 10.0, 1.0 - libm::exp(-1.0)),
        (
            Distribution::Weibull { shape: 0.8, scale: 10.0 },
            5.0,
            1.0 - libm::exp(-libm::pow(0.5, 0.8)),
        ),
        // Erlang of four steps of 0.75.
        (
            Distribution::Gamma { shape: 4.0, mean: 3.0 },
            3.0,
            1.0 - libm::exp(-4.0) * (1.0 + 4.0 + 8.0 + 64.0 / 6.0),
        ),
        // Chi-squared with one degree of freedom, stretched.
        (Distribution::Gamma { shape: 0.5, mean: 1.0 }, 1.0, normal(1.0) - normal(-1.0)),
        (Distribution::Geometric { probability: 0.1, slot: 2.0 }, 6.5, 1.0 - 0.9_f64.powi(3)),
        (Distribution::Empirical(vec![1.0, 2.0, 2.0, 7.0]), 1.5, 0.25),
    ];
    let n = 200_000;
    for (distribution, value, share) in cases {
        let below = draws(&distribution, n).iter().filter(|drawn| **drawn < value).count();
        let found = below as f64 / n as f64;
        let deviation = libm::sqrt(share * (1.0 - share) / n as f64);
        assert!((found - share).abs() < 4.0 * deviation, "{distribution:?}: {found} for {share}");
    }
}

/// Kolmogorov and Smirnov: the largest distance between what was drawn and the formula.
#[test]
fn drawn_values_follow_the_shares_below_them_everywhere() {
    let n = 100_000;
    for distribution in all() {
        let mut drawn = draws(&distribution, n);
        drawn.sort_unstable_by(f64::total_cmp);
        let mut worst: f64 = 0.0;
        for (index, value) in drawn.iter().enumerate() {
            // Where many are alike, the last of them has the share.
            if drawn.get(index + 1) != Some(value) {
                let counted = (index + 1) as f64 / n as f64;
                worst = worst.max((counted - distribution.share_below(*value)).abs());
            }
        }
        // Exceeded once in a thousand times.
        assert!(worst < 1.95 / (n as f64).sqrt(), "{distribution:?}: {worst}");
    }
}

#[test]
fn densities_are_the_slopes_of_the_shares() {
    for distribution in all() {
        let single = matches!(
            distribution,
            Distribution::Fixed(_) | Distribution::Geometric { .. } | Distribution::Empirical(_)
        );
        let mean = distribution.mean_s();
        for x in [0.3, 0.7, 0.9, 1.1, 1.4, 1.9].map(|part| part * mean) {
            let step = 1e-5 * mean;
            let slope = distribution.share_within(x - step, x + step) / (2.0 * step);
            let density = libm::exp(distribution.ln_pdf(x));
            let same = single || (slope / density - 1.0).abs() < 1e-5 || slope + density == 0.0;
            assert!(same, "{distribution:?} at {x}: {slope} for {density}");
            let whole = distribution.share_below(x) + distribution.share_above(x);
            assert!((whole - 1.0).abs() < 1e-12, "{distribution:?} at {x}: {whole}");
        }
    }
}

/// Far out a share is not the difference of two that round to 1.
#[test]
fn small_shares_are_exact() {
    let cases = [
        (Distribution::Exponential { mean: 1.0 }, 100.0, -100.0),
        (Distribution::Weibull { shape: 2.0, scale: 1.0 }, 12.0, -144.0),
        // Erlang of two steps: (1 + x) e^-x.
        (Distribution::Gamma { shape: 2.0, mean: 2.0 }, 80.0, libm::log(81.0) - 80.0),
    ];
    for (distribution, x, ln_share) in cases {
        let found = libm::log(distribution.share_above(x));
        assert!((found - ln_share).abs() < 1e-10, "{distribution:?}: {found} for {ln_share}");
        assert!(distribution.share_within(x, 1.01 * x) > 0.0, "{distribution:?}");
    }
}

#[test]
fn something_that_is_certain_happens_in_the_first_slot() {
    let certain = Distribution::Geometric { probability: 1.0, slot: 0.5 };
    assert!(draws(&certain, 100).iter().all(|value| *value == 0.5));
}

#[test]
fn impossible_parameters_are_refused() {
    for wrong in [
        Distribution::Fixed(-1.0),
        Distribution::Fixed(f64::NAN),
        Distribution::Uniform { from: 2.0, to: 1.0 },
        Distribution::Triangular { from: 1.0, mode: 5.0, to: 4.0 },
        Distribution::Exponential { mean: 0.0 },
        Distribution::Normal { mean: 1.0, sd: 2.0 },
        Distribution::LogNormal { mean: 1.0, sd: 0.0 },
        Distribution::Weibull { shape: 0.0, scale: 1.0 },
        Distribution::Gamma { shape: f64::INFINITY, mean: 1.0 },
        Distribution::Geometric { probability: 0.0, slot: 1.0 },
        Distribution::Empirical(Vec::new()),
        Distribution::Empirical(vec![1.0, -1.0]),
    ] {
        assert!(wrong.check().is_err(), "{wrong:?}");
    }
}

#[test]
fn one_in_ten_thousand_takes_longer_than_nearly_all_where_there_is_no_longest() {
    for distribution in all() {
        let bound = distribution.quantile_9999_s();
        if let Some(most) = distribution.max_s() {
            assert_eq!(bound, most, "{distribution:?}");
            continue;
        }
        let n = 1_000_000;
        let longer = draws(&distribution, n).into_iter().filter(|value| *value > bound).count();
        // A hundred are expected, give or take ten; slots make it fewer.
        let fewest = if matches!(distribution, Distribution::Geometric { .. }) { 50 } else { 65 };
        assert!((fewest..=135).contains(&longer), "{distribution:?}: {longer} beyond {bound}");
    }
}

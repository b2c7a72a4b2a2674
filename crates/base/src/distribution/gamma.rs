//! The regularised incomplete gamma function: what lies below and above a value of a gamma distribution
//! of scale 1. Series below the hump, continued fraction above it (Abramowitz and Stegun 6.5.29, 6.5.31),
//! so that neither tail is the difference of two large shares.

/// Terms after which a sum counts as finished; shapes up to a million need some thousands.
const MOST_TERMS: usize = 100_000;
/// A term this small changes nothing.
const SETTLED: f64 = 1e-16;
/// Stands for nothing where nothing would be divided by.
const TINY: f64 = 1e-300;

/// The shares below and above `x`.
pub(super) fn below_and_above(shape: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x < shape + 1.0 {
        let below = series(shape, x);
        (below, 1.0 - below)
    } else {
        let above = fraction(shape, x);
        (1.0 - above, above)
    }
}

/// x^a e^-x / Gamma(a).
fn front(shape: f64, x: f64) -> f64 {
    libm::exp(shape * libm::log(x) - x - libm::lgamma(shape))
}

fn series(shape: f64, x: f64) -> f64 {
    let mut term = 1.0 / shape;
    let mut sum = term;
    for n in 1..MOST_TERMS {
        term *= x / (shape + n as f64);
        sum += term;
        if term < sum * SETTLED {
            break;
        }
    }
    (sum * front(shape, x)).min(1.0)
}

/// Lentz's way of working out a continued fraction from its front.
fn fraction(shape: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut value = d;
    for n in 1..MOST_TERMS {
        let n = n as f64;
        let a = -n * (n - shape);
        b += 2.0;
        d = 1.0 / not_zero(a * d + b);
        c = not_zero(b + a / c);
        value *= d * c;
        if (d * c - 1.0).abs() < SETTLED {
            break;
        }
    }
    (value * front(shape, x)).min(1.0)
}

fn not_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

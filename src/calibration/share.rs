//! A share of products, rejected or read, and how sure it is.

use serde::Serialize;

/// Deviations on either side of a normal distribution that hold 95 %.
const DEVIATIONS: f64 = 1.96;

/// A share and its 95 % confidence interval (Wilson, Probable inference, 1927).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// Those that count.
    pub hits: u64,
    /// Out of so many.
    pub of: u64,
    /// The share.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Share {
    /// So many of so many; nothing of nothing.
    pub(super) fn new(hits: u64, of: u64) -> Option<Self> {
        if of == 0 {
            return None;
        }
        let (n, share) = (of as f64, hits as f64 / of as f64);
        let square = DEVIATIONS * DEVIATIONS;
        let middle = share + square / (2.0 * n);
        let half = DEVIATIONS * libm::sqrt(share * (1.0 - share) / n + square / (4.0 * n * n));
        let whole = 1.0 + square / n;
        // At the ends rounding must not leave the interval beside its own value.
        let low = ((middle - half) / whole).clamp(0.0, share);
        let high = ((middle + half) / whole).clamp(share, 1.0);
        Some(Self { hits, of, value: share, low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_its_share_and_never_leaves_zero_to_one() {
        // Published: 15 of 148, 0.0624 to 0.1605 (Newcombe, Statistics in Medicine 17, 1998).
        let share = Share::new(15, 148).unwrap();
        assert!(
            (share.low - 0.0624).abs() < 1e-4 && (share.high - 0.1605).abs() < 1e-4,
            "{share:?}"
        );
        let none = Share::new(0, 20).unwrap();
        assert_eq!((none.value, none.low), (0.0, 0.0));
        assert!((none.high - 0.1611).abs() < 1e-4, "{none:?}");
        assert_eq!(Share::new(0, 0), None);
    }
}

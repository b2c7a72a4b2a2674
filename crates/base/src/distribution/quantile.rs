//! How long something takes at the longest, for checks that must hold for nearly every product. Draws
//! nothing.

use super::Distribution;

/// The share that may take longer.
const BEYOND: f64 = 1e-4;

impl Distribution {
    /// The largest value, in seconds, or where there is none the one below which 99.99 % lie, by halving.
    pub fn quantile_9999_s(&self) -> f64 {
        self.max_s().unwrap_or_else(|| {
            let (mut low, mut high) = (0.0, 1.0);
            while self.share_above(high) > BEYOND {
                (low, high) = (high, 2.0 * high);
            }
            for _ in 0..60 {
                let middle = (low + high) / 2.0;
                if self.share_above(middle) > BEYOND { low = middle } else { high = middle }
            }
            high
        })
    }
}

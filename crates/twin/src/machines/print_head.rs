//! The head of a printer: its ordinary quality, and how it gets worse with use until it is serviced.

use std::sync::Arc;

use linetwin_base::{Distribution, Stream};
use linetwin_line::PrintSpec;
use linetwin_symbol::{Defect, Flaw, Quality};

use super::super::blueprint::Blueprint;
use super::super::item::Mark;
use super::super::optics::Imprinter;

/// Nozzles of a head that can fail: one for each dot row of the largest symbols. Without a bound, a
/// head that is hardly ever serviced would collect one for each print, for ever.
const NOZZLES: usize = 1_024;

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct PrintHead {
    imprinter: Imprinter,
    contrast: Distribution,
    contrast_stream: Stream,
    growth: Distribution,
    growth_stream: Stream,
    mottle: f64,
    grain: Stream,
    wear: Option<Wear>,
}

impl PrintHead {
    pub(super) fn new(blueprint: &Blueprint, name: &str, spec: &PrintSpec) -> Self {
        let stream = |purpose: &str| blueprint.streams.stream(name, purpose);
        Self {
            imprinter: Imprinter::new(blueprint.fidelity, spec.shape),
            contrast: spec.contrast.clone(),
            contrast_stream: stream("contrast"),
            growth: spec.growth.clone(),
            growth_stream: stream("growth"),
            mottle: spec.mottle,
            grain: stream("grain"),
            wear: spec.wear.as_ref().map(|wear| Wear {
                between_failures: Distribution::Exponential { mean: wear.prints_per_dead_nozzle },
                stream: stream("wear"),
                contrast_lost: wear.contrast_lost_per_thousand / 1000.0,
                serviced_every: wear.serviced_every_prints,
                prints: 0,
                next_failure: None,
                dead: Vec::new(),
            }),
        }
    }

    /// Prints a content, or nothing; either way the head is used and everything is drawn that a
    /// print needs, so that a missing print changes no later one.
    pub(super) fn print(&mut self, text: Option<&Arc<str>>, spoilt: Option<Flaw>) -> Option<Mark> {
        let mut quality = Quality {
            contrast: self.contrast.draw(&mut self.contrast_stream).as_secs_f64(),
            growth: self.growth.draw(&mut self.growth_stream).as_secs_f64(),
            mottle: self.mottle,
        };
        let grain = self.grain.bits();
        let mut flaws = Vec::new();
        if let Some(wear) = &mut self.wear {
            quality.contrast = (quality.contrast - wear.use_once()).max(0.0);
            flaws.clone_from(&wear.dead);
        }
        flaws.extend(spoilt);
        text.map(|text| self.imprinter.print(text, quality, flaws, grain))
    }
}

/// What use does to a head. Counted in prints, not in time.
#[derive(Debug)]
struct Wear {
    /// Prints between the failures of two nozzles.
    between_failures: Distribution,
    stream: Stream,
    /// By each print.
    contrast_lost: f64,
    serviced_every: u32,
    /// Since the last service.
    prints: u32,
    /// The next nozzle fails at this print.
    next_failure: Option<f64>,
    /// A dead nozzle leaves the same dot row white on every print.
    dead: Vec<Flaw>,
}

impl Wear {
    /// One more print. Returns the contrast that is lost by now.
    fn use_once(&mut self) -> f64 {
        if self.prints == self.serviced_every {
            self.prints = 0;
            self.dead.clear();
            self.next_failure = None;
        }
        self.prints += 1;
        loop {
            let next = match self.next_failure {
                Some(next) => next,
                None => self.between_failures.draw(&mut self.stream).as_secs_f64(),
            };
            self.next_failure = Some(next);
            if next > f64::from(self.prints) {
                break;
            }
            let place = self.stream.bits();
            if self.dead.len() < NOZZLES {
                self.dead.push(Flaw { defect: Defect::DeadNozzles { rows: 1 }, place });
            }
            let after = self.between_failures.draw(&mut self.stream).as_secs_f64();
            self.next_failure = Some(next + after.max(1.0));
        }
        self.contrast_lost * f64::from(self.prints)
    }
}

#[cfg(test)]
mod tests {
    use linetwin_base::Streams;

    use super::*;

    fn wear(seed: u64, prints_per_dead_nozzle: f64, serviced_every: u32) -> Wear {
        Wear {
            between_failures: Distribution::Exponential { mean: prints_per_dead_nozzle },
            stream: Streams::new(seed).stream("test", "wear"),
            contrast_lost: 0.001,
            serviced_every,
            prints: 0,
            next_failure: None,
            dead: Vec::new(),
        }
    }

    /// Failures without memory are a Poisson process: after n prints n over the mean, with that
    /// variance.
    #[test]
    fn dead_nozzles_come_at_the_rate_that_was_given() {
        let (heads, prints, mean) = (1_000, 400, 100.0);
        let dead: Vec<f64> = (0..heads)
            .map(|seed| {
                let mut wear = wear(seed, mean, u32::MAX);
                for _ in 0..prints {
                    wear.use_once();
                }
                wear.dead.len() as f64
            })
            .collect();
        let found = dead.iter().sum::<f64>() / heads as f64;
        let expected = f64::from(prints) / mean;
        let deviation = (expected / heads as f64).sqrt();
        assert!((found - expected).abs() < 4.0 * deviation, "{found} instead of {expected}");
        let spread = dead.iter().map(|count| (count - found) * (count - found)).sum::<f64>();
        let variance = spread / heads as f64;
        assert!((variance / expected - 1.0).abs() < 0.2, "variance {variance}");
    }

    #[test]
    fn service_clears_the_nozzles_and_the_ink() {
        let mut wear = wear(1, 2.0, 50);
        for round in 0..4 {
            for print in 1..=50 {
                let lost = wear.use_once();
                let expected = 0.001 * f64::from(print);
                assert!((lost - expected).abs() < 1e-12, "round {round}, print {print}: {lost}");
                let most = print as usize + 1;
                assert!(wear.dead.len() <= most, "round {round}, print {print}: {:?}", wear.dead);
            }
            assert!(wear.dead.len() > 8, "25 are expected: {}", wear.dead.len());
        }
    }

    #[test]
    fn a_head_that_is_never_serviced_has_only_so_many_nozzles_to_lose() {
        let mut wear = wear(1, 1.0, u32::MAX);
        for _ in 0..20_000 {
            wear.use_once();
        }
        assert_eq!(wear.dead.len(), NOZZLES);
    }
}

//! The head of a printer: its ordinary quality, and how it gets worse with use until it is serviced.

use std::sync::Arc;

use crate::base::{Distribution, Stream};
use crate::symbol::{Defect, Flaw, Quality};

use super::super::blueprint::Blueprint;
use super::super::item::Mark;
use super::super::optics::Imprinter;
use super::super::spec::PrintSpec;

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
            self.dead.push(Flaw { defect: Defect::DeadNozzles { rows: 1 }, place });
            let after = self.between_failures.draw(&mut self.stream).as_secs_f64();
            self.next_failure = Some(next + after.max(1.0));
        }
        self.contrast_lost * f64::from(self.prints)
    }
}

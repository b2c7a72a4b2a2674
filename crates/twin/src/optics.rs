//! How symbols are printed on products and read off them, at the scenario's fidelity.

use std::sync::Arc;

use linetwin_base::{Stream, Streams};
use linetwin_engine::Read;
use linetwin_symbol::{
    Bars, Defect, Fidelity, Flaw, Matrix, Optics, Print, Quality, Shape, Sight, Taught,
    decode_bars, encode, encode_gs1_128, look_at_modules, look_at_picture, read_bars,
};

use super::blueprint::Blueprint;
use super::item::{Impression, Mark};

/// Grade of a fresh label in tenths. The grading of bar codes, ISO/IEC 15416, is not modelled.
const LABEL_GRADE_TENTHS: u8 = 40;
/// A label as its scanner sees it at [`Fidelity::Raster`].
const LABEL_MODULE_PX: usize = 3;
const LABEL_HEIGHT_PX: usize = 40;
/// Trial prints of one defect, for [`Fidelity::Model`].
const TRIALS: u64 = 64;

/// Prints symbols: the printing side of a printer.
#[derive(Debug)]
pub(super) struct Imprinter {
    fidelity: Fidelity,
    shape: Shape,
    /// At [`Fidelity::Model`].
    trials: Vec<Trial>,
}

/// Grades of trial prints; `None` where nothing could be read.
#[derive(Debug)]
struct Trial {
    quality: Quality,
    defects: Vec<Defect>,
    outcomes: Vec<Option<u8>>,
}

/// Qualities that are tried together: within 0.05 of contrast and 0.1 of growth.
fn class_of(quality: Quality) -> Quality {
    let step = |value: f64, steps: f64| libm::round(value * steps) / steps;
    Quality {
        contrast: step(quality.contrast, 20.0),
        growth: step(quality.growth, 10.0),
        mottle: quality.mottle,
    }
}

impl Imprinter {
    pub(super) const fn new(fidelity: Fidelity, shape: Shape) -> Self {
        Self { fidelity, shape, trials: Vec::new() }
    }

    /// Prints a content. `grain` decides everything that is random about this print.
    ///
    /// # Panics
    /// When the content does not fit into a symbol; the line controller makes none that does not.
    pub(super) fn print(
        &mut self,
        text: &Arc<str>,
        quality: Quality,
        flaws: Vec<Flaw>,
        grain: u64,
    ) -> Mark {
        if self.fidelity == Fidelity::Model {
            return self.model(text, quality, &flaws, grain);
        }
        let matrix = encode(text, self.shape).expect("element strings of a pack fit a symbol");
        let print = Print { matrix, quality, flaws, grain };
        let (seen, grade_tenths) = print.appearance();
        let impression = Impression::Print { print, seen };
        Mark { text: Arc::clone(text), grade_tenths, impression: Arc::new(impression) }
    }

    fn model(&mut self, text: &Arc<str>, quality: Quality, flaws: &[Flaw], grain: u64) -> Mark {
        let grade_tenths = if flaws.is_empty() && Print::is_ordinary(quality) {
            Some(Print::ordinary_grade(quality))
        } else {
            self.outcomes(text, class_of(quality), flaws)[(grain % TRIALS) as usize]
        };
        let impression = Arc::new(Impression::Modelled);
        Mark { text: Arc::clone(text), grade_tenths, impression }
    }

    /// Outcomes of prints of this quality with these defects. Tried once, on the first product that has them.
    fn outcomes(&mut self, text: &str, quality: Quality, flaws: &[Flaw]) -> &[Option<u8>] {
        let defects: Vec<Defect> = flaws.iter().map(|flaw| flaw.defect).collect();
        let known = self.trials.iter().position(|t| t.quality == quality && t.defects == defects);
        let index = known.unwrap_or_else(|| {
            let matrix = encode(text, self.shape).expect("element strings of a pack fit a symbol");
            let outcomes = (0..TRIALS).map(|trial| {
                // Defects of one print lie in places of their own.
                let places = (0..).map(|at| at * TRIALS + trial);
                let flaws = defects.iter().zip(places);
                let flaws = flaws.map(|(&defect, place)| Flaw { defect, place }).collect();
                let print = Print { matrix: matrix.clone(), quality, flaws, grain: trial };
                print.appearance().1
            });
            let outcomes = outcomes.collect();
            self.trials.push(Trial { quality, defects, outcomes });
            self.trials.len() - 1
        });
        &self.trials[index].outcomes
    }
}

/// Anything that reads symbols, with its own stream.
#[derive(Debug)]
pub(super) struct Reader {
    fidelity: Fidelity,
    read_rate: f64,
    optics: Optics,
    stream: Stream,
}

impl Reader {
    /// A reader of the machine `owner`; `purpose` separates its stream from others there.
    pub(super) fn new(
        blueprint: &Blueprint,
        (owner, purpose): (&str, &str),
        read_rate: f64,
        optics: Optics,
    ) -> Self {
        let stream = blueprint.streams.stream(owner, purpose);
        Self { fidelity: blueprint.fidelity, read_rate, optics, stream }
    }

    /// Reads once what is printed on a product.
    pub(super) fn read(&mut self, mark: Option<&Mark>) -> Read {
        // Drawn in any case, so that a bare product shifts nothing after it.
        let in_sight = self.stream.chance(self.read_rate);
        let exposure = if self.fidelity == Fidelity::Raster { self.stream.bits() } else { 0 };
        let Some(mark) = mark.filter(|_| in_sight) else {
            return Read::NoRead;
        };
        let grade_tenths = mark.grade_tenths.unwrap_or(0);
        let sight = match &*mark.impression {
            Impression::Modelled => {
                Sight { content: mark.grade_tenths.map(|_| mark.text.to_string()), grade_tenths }
            }
            Impression::Print { print, seen } => self.look(print, seen, grade_tenths, exposure),
            Impression::Label(bars) => self.scan(bars, grade_tenths),
        };
        match sight.content {
            Some(content) => {
                Read::Symbol { text: content.into(), grade_tenths: sight.grade_tenths }
            }
            None => Read::NoRead,
        }
    }

    fn scan(&self, bars: &Bars, grade_tenths: u8) -> Sight {
        let decoded = if self.fidelity == Fidelity::Raster {
            read_bars(&bars.draw(LABEL_MODULE_PX, LABEL_HEIGHT_PX))
        } else {
            decode_bars(bars).ok()
        };
        Sight { content: decoded.map(|decoded| decoded.content), grade_tenths }
    }

    fn look(&self, print: &Print, seen: &Matrix, grade_tenths: u8, exposure: u64) -> Sight {
        if self.fidelity != Fidelity::Raster {
            return look_at_modules(seen, grade_tenths);
        }
        let mut stream = Streams::new(exposure).stream("camera", "exposure");
        let picture = self.optics.photograph(print, &mut stream);
        look_at_picture(&picture, &Taught { size: seen.size(), optics: self.optics })
    }
}

/// Puts a container's label on.
///
/// # Panics
/// When the content does not fit into a GS1-128; an SSCC does.
pub(super) fn label(fidelity: Fidelity, text: Arc<str>) -> Mark {
    let impression = match fidelity {
        Fidelity::Model => Impression::Modelled,
        Fidelity::Symbol | Fidelity::Raster => {
            Impression::Label(encode_gs1_128(&text).expect("an SSCC fits a GS1-128"))
        }
    };
    Mark { text, grade_tenths: Some(LABEL_GRADE_TENTHS), impression: Arc::new(impression) }
}

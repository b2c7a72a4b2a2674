//! Fixed pattern damage of Data Matrix (ISO/IEC 15415:2011, 7.8.5; ISO/IEC 16022 annex M with
//! Cor.1:2008): the L and its quiet zones, the clock tracks and the solid areas beside them, inside
//! the symbol too where it has several data regions.

use super::judged::Judged;
use super::parameters::{
    BEST, Below, Parameter, average, clock_damage, overlay, solid_damage, transition_ratio,
};

/// Fixed pattern damage, segment by segment. The value of a segment is the share of its modules
/// that reach no grade at all: on the wrong side of the threshold, or too close to it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FixedPattern {
    /// Left side of the L.
    pub l1: Parameter,
    /// Lower side of the L.
    pub l2: Parameter,
    /// Quiet zone left of the L.
    pub qzl1: Parameter,
    /// Quiet zone below the L.
    pub qzl2: Parameter,
    /// Clock tracks with the solid areas beside them: the lowest of all of them.
    pub clock_and_solid: u8,
    /// Each clock track with its solid area, data region by data region. Empty where a print is known to be
    /// undamaged and was not examined.
    pub clock_segments: Vec<ClockSegment>,
    /// Average grade AG of the five above.
    pub average: Parameter,
    /// The lowest of all.
    pub grade: u8,
}

/// Which side of a data region a clock track is on.
#[derive(Copy, Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Side {
    /// Above the region; the solid area lies above it.
    Top,
    /// Right of the region; the solid area lies right of it.
    Right,
}

/// A clock track of a data region, and the quiet zone or solid line that lies beside it.
#[derive(Copy, Clone, Debug, PartialEq, serde::Serialize)]
pub struct ClockSegment {
    /// Where the clock track is.
    pub side: Side,
    /// Data region, counted from the top.
    pub region_row: usize,
    /// Data region, counted from the left.
    pub region_column: usize,
    /// Transitions in the solid area, less one, to those in the clock track.
    pub transition_ratio: Parameter,
    /// Clock track regularity: 4, or 0 where three of five adjacent modules are wrong.
    pub regularity: u8,
    /// Share of wrong modules in the clock track.
    pub clock_damage: Parameter,
    /// Share of wrong modules in the solid area.
    pub solid_damage: Parameter,
    /// The lowest of the four.
    pub grade: u8,
}

/// Adjacent modules that clock track regularity takes together.
const REGULARITY_MODULES: u32 = 5;
/// Wrong ones that are allowed among them.
const REGULARITY_ERRORS: u32 = 2;

/// A straight row of modules whose colours are known.
#[derive(Copy, Clone)]
struct Line {
    /// Place of the first module, quiet zone counted.
    first: usize,
    /// From one module's place to the next.
    step: usize,
    length: usize,
    /// Colour of the first module.
    dark: bool,
    /// Colours alternate.
    clock: bool,
}

impl Line {
    fn places(self) -> impl Iterator<Item = usize> {
        (0..self.length).map(move |at| self.first + at * self.step)
    }

    /// Modulation grades, 0 for a wrong colour.
    fn levels(self, judged: &Judged<'_>) -> impl Iterator<Item = u8> {
        self.places().enumerate().map(move |(at, place)| {
            let dark = self.dark ^ (self.clock && at % 2 == 1);
            judged.known_level(place, dark)
        })
    }

    fn part(self, from: usize, length: usize) -> Self {
        Self { first: self.first + from * self.step, length, ..self }
    }

    /// Share of modules without any grade, and the overlaid grade.
    fn damage(self, judged: &Judged<'_>, table: impl Fn(f32) -> u8) -> Parameter {
        let below = Below::count(self.levels(judged));
        let share = |level: u8| below.level(level) as f32 / self.length as f32;
        Parameter { value: share(1), grade: overlay(|level| table(share(level))) }
    }

    /// Clock track regularity, overlaid.
    fn regularity(self, judged: &Judged<'_>) -> u8 {
        let mut recent = [0_u32; 5];
        let mut regular = [true; 5];
        for module in self.levels(judged) {
            for level in 1..=BEST {
                let (recent, regular) =
                    (&mut recent[usize::from(level)], &mut regular[usize::from(level)]);
                *recent =
                    (*recent << 1 | u32::from(module < level)) & ((1 << REGULARITY_MODULES) - 1);
                *regular &= recent.count_ones() <= REGULARITY_ERRORS;
            }
        }
        overlay(|level| if regular[usize::from(level)] { BEST } else { 0 })
    }

    fn transitions(self, judged: &Judged<'_>) -> u32 {
        let mut last = None;
        let mut count = 0;
        for place in self.places() {
            let dark = judged.is_dark(place);
            count += u32::from(last.is_some_and(|last| last != dark));
            last = Some(dark);
        }
        count
    }
}

/// Examines a side of the L or its quiet zone as a whole and, where there are several data regions, each
/// region's share of it; the worst counts.
fn side(judged: &Judged<'_>, line: Line, region: usize) -> Parameter {
    let mut worst = line.damage(judged, solid_damage);
    let regions = line.length / region;
    for part in (0..regions).filter(|_| regions > 1) {
        let part = line.part(part * region, region).damage(judged, solid_damage);
        worst.value = worst.value.max(part.value);
        worst.grade = worst.grade.min(part.grade);
    }
    worst
}

fn clock_segment(
    judged: &Judged<'_>,
    side: Side,
    region_row: usize,
    region_column: usize,
) -> ClockSegment {
    let (rows, columns) = judged.size().region();
    let stride = judged.stride();
    let top_left = (region_row * rows + 1) * stride + region_column * columns + 1;
    let (first, step, length, beside) = match side {
        Side::Top => (top_left, 1, columns, top_left - stride),
        Side::Right => (top_left + columns - 1, stride, rows, top_left + columns),
    };
    let solid_is_dark = match side {
        Side::Top => region_row > 0,
        Side::Right => (region_column + 1) * columns < judged.size().columns(),
    };
    let clock = Line { first, step, length, dark: side == Side::Top, clock: true };
    let solid = Line { first: beside, step, length, dark: solid_is_dark, clock: false };
    let in_solid = solid.transitions(judged).saturating_sub(1);
    let in_clock = clock.transitions(judged).max(1);
    let transition_ratio = transition_ratio(in_solid as f32 / in_clock as f32);
    let regularity = clock.regularity(judged);
    let in_clock = clock.damage(judged, clock_damage);
    let in_solid = solid.damage(judged, clock_damage);
    ClockSegment {
        side,
        region_row,
        region_column,
        transition_ratio,
        regularity,
        clock_damage: in_clock,
        solid_damage: in_solid,
        grade: transition_ratio.grade.min(regularity).min(in_clock.grade).min(in_solid.grade),
    }
}

impl FixedPattern {
    pub(super) fn judge(judged: &Judged<'_>) -> Self {
        let (rows, columns) = (judged.size().rows(), judged.size().columns());
        let (region_rows, region_columns) = judged.size().region();
        let stride = judged.stride();
        let line = |row: usize, column: usize, step: usize, length: usize, dark: bool| Line {
            first: row * stride + column,
            step,
            length,
            dark,
            clock: false,
        };
        // Quiet zones have one module more: the one that only touches the corner of the L.
        let l1 = side(judged, line(1, 1, stride, rows, true), region_rows);
        let l2 = side(judged, line(rows, 1, 1, columns, true), region_columns);
        let qzl1 = side(judged, line(1, 0, stride, rows + 1, false), region_rows);
        let qzl2 = side(judged, line(rows + 1, 0, 1, columns + 1, false), region_columns);
        let mut clock_segments =
            Vec::with_capacity(2 * (rows / region_rows) * (columns / region_columns));
        for region_row in 0..rows / region_rows {
            for region_column in 0..columns / region_columns {
                for side in [Side::Top, Side::Right] {
                    clock_segments.push(clock_segment(judged, side, region_row, region_column));
                }
            }
        }
        Self::of_segments([l1, l2, qzl1, qzl2], clock_segments)
    }

    /// A pattern known to be undamaged.
    pub(super) fn undamaged() -> Self {
        Self::of_segments([Parameter { value: 0.0, grade: BEST }; 4], Vec::new())
    }

    fn of_segments(
        [l1, l2, qzl1, qzl2]: [Parameter; 4],
        clock_segments: Vec<ClockSegment>,
    ) -> Self {
        let clock_and_solid =
            clock_segments.iter().map(|segment| segment.grade).min().unwrap_or(BEST);
        let grades = [l1.grade, l2.grade, qzl1.grade, qzl2.grade, clock_and_solid];
        let average = average(f32::from(grades.iter().sum::<u8>()) / grades.len() as f32);
        let grade = grades.into_iter().fold(average.grade, u8::min);
        Self { l1, l2, qzl1, qzl2, clock_and_solid, clock_segments, average, grade }
    }
}

//! Print quality over the run, as the line's cameras graded it.

use plotters::prelude::*;
use serde::Serialize;

use crate::measure::{GradeCount, Observations};

use super::charts::{BLUE, Drawn, GREY, ORANGE, RED, clock_mesh, draw, legend_at, minutes};

/// ISO/IEC 15415 grades of all symbols that a camera read.
#[derive(Clone, Debug, Serialize)]
pub struct Grades {
    /// The edition that was followed.
    pub edition: &'static str,
    /// Symbols looked at.
    pub looked_at: u64,
    /// Of these, how many were read and graded.
    pub graded: u64,
    /// Mean grade of those, 0.0 to 4.0.
    pub mean: f64,
    /// Lowest grade of those.
    pub worst: f64,
    /// Share of those below 1.5, the limit of EU 2016/161.
    pub below_1_5_share: f64,
}

impl Grades {
    /// Grades of the whole run; nothing when no camera graded anything.
    pub fn of(seen: &Observations) -> Option<Self> {
        let counts = seen.timeline().slices.iter().map(|slice| &slice.grades);
        let all = counts.clone().fold(GradeCount::default(), |sum, one| sum.with(one));
        if all.graded == 0 {
            return None;
        }
        let sum: u64 = counts.clone().map(|count| u64::from(count.sum_tenths)).sum();
        let total = |pick: fn(&GradeCount) -> u32| counts.clone().map(pick).map(u64::from).sum();
        let graded: u64 = total(|count| count.graded);
        let below: u64 = total(|count| count.below);
        Some(Self {
            edition: "ISO/IEC 15415:2011",
            looked_at: total(|count| count.looked_at),
            graded,
            mean: sum as f64 / graded as f64 / 10.0,
            worst: f64::from(all.worst_tenths) / 10.0,
            below_1_5_share: below as f64 / graded as f64,
        })
    }
}

/// Mean and worst grade over time, and the share of symbols below 1.5.
pub(super) fn chart(seen: &Observations) -> String {
    let timeline = seen.timeline();
    let together = timeline.slices.len().div_ceil(120).max(1);
    let step = together as f64 * timeline.slice.as_secs_f64() / 60.0;
    let end = minutes(seen.end).max(1e-9);
    let chunks = timeline.slices.chunks(together).enumerate().filter_map(|(index, chunk)| {
        let count = chunk
            .iter()
            .map(|slice| &slice.grades)
            .fold(GradeCount::default(), |sum, one| sum.with(one));
        let from = index as f64 * step;
        let middle = from + (end - from).min(step) / 2.0;
        (count.graded > 0).then_some((middle, count))
    });
    let points: Vec<(f64, GradeCount)> = chunks.collect();
    let line = |pick: fn(&GradeCount) -> f64| -> Vec<(f64, f64)> {
        points.iter().map(|(at, count)| (*at, pick(count))).collect()
    };
    let mean = line(|count| f64::from(count.sum_tenths) / f64::from(count.graded) / 10.0);
    let worst = line(|count| f64::from(count.worst_tenths) / 10.0);
    let below = line(|count| 100.0 * f64::from(count.below) / f64::from(count.graded));
    draw(500, |area| {
        let (upper, lower) = area.split_vertically(260);
        let mut chart = ChartBuilder::on(&upper)
            .margin(12)
            .x_label_area_size(30)
            .y_label_area_size(66)
            .build_cartesian_2d(0.0..end, 0.0..4.4)?;
        clock_mesh(&mut chart, "", "grade")?;
        let limit = vec![(0.0, 1.5), (end, 1.5)];
        for (name, points, colour) in [
            ("mean", mean, BLUE),
            ("worst", worst, ORANGE),
            ("1.5, presumed to comply", limit, GREY),
        ] {
            chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?.label(name).legend(
                move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3)),
            );
        }
        legend_at(&mut chart, SeriesLabelPosition::LowerRight)?;
        share_below(&lower, end, below)
    })
}

fn share_below(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    end: f64,
    below: Vec<(f64, f64)>,
) -> Drawn {
    let peak = below.iter().map(|point| point.1).fold(1.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(46)
        .y_label_area_size(66)
        .build_cartesian_2d(0.0..end, 0.0..peak * 1.1)?;
    clock_mesh(&mut chart, "time, h:mm", "% below 1.5")?;
    chart.draw_series(LineSeries::new(below, RED.stroke_width(2)))?;
    Ok(())
}

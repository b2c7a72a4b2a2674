//! The drawings of the report, as SVG text. Colours can be distinguished by people who do not see red and
//! green, and in grey.

use hdrhistogram::Histogram;
use plotters::coord::Shift;
use plotters::prelude::*;

use linetwin_base::{Cause, MachineState, SimTime};

use crate::measure::{Observations, Row, Slice};

use super::summary::{MachineSummary, Summary};

const WIDTH: u32 = 960;
const INK: RGBColor = RGBColor(40, 44, 52);
pub(super) const BLUE: RGBColor = RGBColor(0, 114, 178);
pub(super) const ORANGE: RGBColor = RGBColor(230, 159, 0);
pub(super) const RED: RGBColor = RGBColor(213, 94, 0);
pub(super) const GREY: RGBColor = RGBColor(170, 176, 186);

type Drawing<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Colour of a state in bars and timelines; what is no work has the colour of its cause.
fn colour(state: MachineState, cause: Cause) -> RGBColor {
    match cause {
        Cause::None if state == MachineState::Execute => RGBColor(0, 158, 115),
        Cause::None => GREY,
        Cause::Starved => RGBColor(208, 220, 233),
        Cause::Blocked | Cause::Controller | Cause::NoSerials => ORANGE,
        Cause::Failure => RED,
        Cause::Operator => RGBColor(204, 121, 167),
        Cause::Material => RGBColor(120, 94, 60),
        Cause::Setup => RGBColor(86, 180, 233),
        Cause::Cleaning | Cause::Maintenance | Cause::Break => RGBColor(240, 228, 66),
    }
}

/// The legend of machine states: name and colour as CSS.
pub(super) fn state_legend() -> Vec<(&'static str, String)> {
    let rows = [
        ("working", MachineState::Execute, Cause::None),
        ("starved", MachineState::Suspended, Cause::Starved),
        ("blocked or waiting for an answer", MachineState::Suspended, Cause::Blocked),
        ("own failure", MachineState::Held, Cause::Failure),
        ("waiting for somebody", MachineState::Held, Cause::Operator),
        ("out of material", MachineState::Held, Cause::Material),
        ("set-up", MachineState::Resetting, Cause::Setup),
        ("cleaning, maintenance, break", MachineState::Held, Cause::Cleaning),
        ("order done", MachineState::Completed, Cause::None),
    ];
    let css = |c: RGBColor| format!("rgb({},{},{})", c.0, c.1, c.2);
    rows.into_iter().map(|(name, state, cause)| (name, css(colour(state, cause)))).collect()
}

pub(super) fn draw(height: u32, body: impl FnOnce(&Drawing) -> Drawn) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        let drawn = area.fill(&WHITE).map_err(Into::into).and_then(|()| body(&area));
        drawn.and_then(|()| area.present().map_err(Into::into)).expect("drawing into memory");
    }
    svg
}

fn font(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

/// A scale of clock time for the x axis: label of a moment in hours or minutes.
fn clock(minutes: f64) -> String {
    let minutes = minutes.round() as u64;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

pub(super) fn minutes(at: SimTime) -> f64 {
    at.as_secs_f64() / 60.0
}

/// Units a minute over time: released, packed, rejected.
pub(super) fn throughput(seen: &Observations) -> String {
    let per_min = 60.0 / seen.timeline().slice.as_secs_f64();
    // Few enough points to read, each a mean over several slices; the last one may be shorter.
    let together = seen.timeline().slices.len().div_ceil(120).max(1);
    let end = minutes(seen.end).max(1e-9);
    let step = together as f64 * seen.timeline().slice.as_secs_f64() / 60.0;
    let line = |pick: fn(&Slice) -> u32| -> Vec<(f64, f64)> {
        let chunks = seen.timeline().slices.chunks(together).enumerate();
        let points = chunks.map(|(index, chunk)| {
            let from = index as f64 * step;
            let length = (end - from).min(step).max(1e-9);
            let sum: u32 = chunk.iter().map(pick).sum();
            let rate =
                f64::from(sum) / (length * 60.0) * seen.timeline().slice.as_secs_f64() * per_min;
            (from + length / 2.0, rate)
        });
        points.collect()
    };
    let series = [
        ("let in", line(|slice| slice.entered), GREY),
        ("packed", line(|slice| slice.packed), BLUE),
        ("rejected", line(|slice| slice.rejected), RED),
    ];
    let peak = series.iter().flat_map(|(_, points, _)| points).map(|p| p.1).fold(1.0, f64::max);
    draw(300, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(46)
            .y_label_area_size(66)
            .build_cartesian_2d(0.0..end, 0.0..peak * 1.6)?;
        clock_mesh(&mut chart, "time, h:mm", "units a minute")?;
        for (name, points, colour) in series {
            chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?.label(name).legend(
                move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3)),
            );
        }
        legend(&mut chart)
    })
}

type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

pub(super) fn clock_mesh(chart: &mut Chart, x: &str, y: &str) -> Drawn {
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GREY.mix(0.35))
        .axis_style(GREY)
        .label_style(font(18))
        .axis_desc_style(font(18))
        .x_desc(x)
        .y_desc(y)
        .x_label_formatter(&|x| clock(*x))
        .draw()?;
    Ok(())
}

fn legend<'a, 'b: 'a>(chart: &mut Chart<'a, 'b>) -> Drawn {
    legend_at(chart, SeriesLabelPosition::UpperRight)
}

pub(super) fn legend_at<'a, 'b: 'a>(
    chart: &mut Chart<'a, 'b>,
    position: SeriesLabelPosition,
) -> Drawn {
    chart
        .configure_series_labels()
        .position(position)
        .background_style(WHITE.mix(0.85))
        .border_style(GREY)
        .label_font(font(18))
        .draw()?;
    Ok(())
}

/// One bar a machine: the share of the run in which it worked, and for each cause in which it did not.
pub(super) fn states(machines: &[MachineSummary], simulated_s: f64) -> String {
    let row = 26;
    let left = 150;
    let height = machines.len() as u32 * row as u32 + 36;
    let wide = f64::from(WIDTH) - f64::from(left) - 36.0;
    draw(height, |area| {
        for (index, machine) in machines.iter().enumerate() {
            let y = index as i32 * row + 6;
            area.draw(&Text::new(machine.id.clone(), (6, y + 2), font(18)))?;
            let mut x = f64::from(left);
            let mut bar = |seconds: f64, colour: RGBColor| -> Drawn {
                let width = wide * seconds / simulated_s.max(1e-9);
                let corners = [(x as i32, y), ((x + width) as i32, y + row - 6)];
                area.draw(&Rectangle::new(corners, colour.filled()))?;
                x += width;
                Ok(())
            };
            let working = MachineState::Execute;
            bar(machine.in_state(working), colour(working, Cause::None))?;
            // Losses first, then waiting for others.
            for cause in Cause::ALL.into_iter().skip(1).rev() {
                bar(machine.for_cause(cause), colour(MachineState::Held, cause))?;
            }
            let done = MachineState::Completed;
            bar(machine.in_state(done), colour(done, Cause::None))?;
        }
        let bottom = machines.len() as i32 * row + 12;
        for percent in (0..=100).step_by(20) {
            let x = left + (wide * f64::from(percent) / 100.0) as i32;
            area.draw(&Text::new(format!("{percent} %"), (x - 16, bottom), font(17)))?;
        }
        Ok(())
    })
}

/// One row a machine over time: every state that lasted a second or more.
pub(super) fn timeline(seen: &Observations) -> String {
    let row = 24;
    let left = 150;
    let machines = &seen.line.machines;
    let height = machines.len() as u32 * row as u32 + 36;
    let wide = f64::from(WIDTH) - f64::from(left) - 36.0;
    let end = seen.end.as_secs_f64().max(1e-9);
    let place = |at: SimTime| f64::from(left) + wide * at.as_secs_f64() / end;
    draw(height, |area| {
        for (index, (id, _)) in machines.iter().enumerate() {
            let y = index as i32 * row + 6;
            area.draw(&Text::new(id.clone(), (6, y + 1), font(18)))?;
            // What lasted less than a second is normal work: between the spans it shows through.
            let back = colour(MachineState::Execute, Cause::None).mix(0.35);
            let corners = [(left, y), (left + wide as i32, y + row - 6)];
            area.draw(&Rectangle::new(corners, back.filled()))?;
        }
        for span in &seen.timeline().spans {
            let y = i32::from(span.machine.0) * row + 6;
            let (from, to) = (place(span.from), place(span.to));
            if to - from < 0.25 {
                continue;
            }
            let corners = [(from as i32, y), ((to as i32).max(from as i32 + 1), y + row - 6)];
            area.draw(&Rectangle::new(corners, colour(span.state, span.cause).filled()))?;
        }
        let bottom = machines.len() as i32 * row + 12;
        for tenth in 0..=5 {
            let minutes = end / 60.0 * f64::from(tenth) / 5.0;
            let x = left + (wide * f64::from(tenth) / 5.0) as i32;
            area.draw(&Text::new(clock(minutes), (x - 16, bottom), font(17)))?;
        }
        Ok(())
    })
}

/// Mean level of each buffer over time, as a share of what fits.
pub(super) fn buffers(seen: &Observations) -> String {
    let palette = [
        BLUE,
        ORANGE,
        RGBColor(0, 158, 115),
        RED,
        RGBColor(204, 121, 167),
        RGBColor(86, 180, 233),
        RGBColor(120, 94, 60),
        RGBColor(0, 0, 0),
    ];
    let end = minutes(seen.end).max(1e-9);
    let together = seen.timeline().readings.len().div_ceil(120).max(1);
    draw(320, |area| {
        let (plot, names) = area.split_horizontally(WIDTH - 160);
        let mut chart = ChartBuilder::on(&plot)
            .margin(12)
            .x_label_area_size(46)
            .y_label_area_size(66)
            .build_cartesian_2d(0.0..end, 0.0..100.0)?;
        clock_mesh(&mut chart, "time, h:mm", "full, %")?;
        let buffers = seen.line.capacities.iter().enumerate();
        let buffers = buffers.filter_map(|(index, capacity)| Some((index, (*capacity)?)));
        for (nth, (index, capacity)) in buffers.enumerate() {
            let colour = palette[nth % palette.len()];
            let mut points = vec![];
            let (mut last_ns, mut last_at) = (0u128, SimTime::START);
            for Row { at, readings } in
                seen.timeline().readings.iter().skip(together - 1).step_by(together)
            {
                let span = at.since(last_at).as_nanos().max(1);
                let level = (readings[index].level_ns - last_ns) as f64 / span as f64;
                points.push((minutes(*at), level / f64::from(capacity) * 100.0));
                (last_ns, last_at) = (readings[index].level_ns, *at);
            }
            chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
            let y = 16 + nth as i32 * 22;
            names.draw(&Rectangle::new([(0, y + 5), (16, y + 8)], colour.filled()))?;
            let name = seen.line.machines[index].0.clone();
            names.draw(&Text::new(name, (22, y), font(18)))?;
        }
        Ok(())
    })
}

/// Latency by quantile, nines on the x axis.
pub(super) fn latency(histogram: &Histogram<u64>) -> String {
    let quantiles: Vec<f64> = (0..=40).map(|step| f64::from(step) / 10.0).collect();
    let point = |nines: &f64| {
        let quantile = 1.0 - libm::exp10(-nines);
        (*nines, histogram.value_at_quantile(quantile) as f64 / 1000.0)
    };
    let points: Vec<(f64, f64)> = quantiles.iter().map(point).collect();
    let peak = points.last().map_or(1.0, |point| point.1).max(0.1);
    draw(260, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(46)
            .y_label_area_size(74)
            .build_cartesian_2d(0.0..4.0, 0.0..peak * 1.1)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GREY.mix(0.35))
            .axis_style(GREY)
            .label_style(font(18))
            .axis_desc_style(font(18))
            .x_desc("share of commands answered within, %")
            .y_desc("microseconds")
            .x_labels(5)
            .x_label_formatter(&|nines: &f64| {
                let percent = (1.0 - libm::exp10(-nines)) * 100.0;
                format!("{:.*}", (nines.round() as usize).saturating_sub(2), percent)
            })
            .draw()?;
        chart.draw_series(LineSeries::new(points, BLUE.stroke_width(2)))?;
        Ok(())
    })
}

/// One bar a machine: how long it held up the line.
pub(super) fn bottleneck(run: &Summary) -> String {
    let rows = &run.throughput.bottleneck;
    let row = 26;
    let left = 150;
    let wide = f64::from(WIDTH) - f64::from(left) - 80.0;
    draw(rows.len().max(1) as u32 * row as u32 + 12, |area| {
        for (index, bottleneck) in rows.iter().enumerate() {
            let y = index as i32 * row + 6;
            area.draw(&Text::new(bottleneck.id.clone(), (6, y + 2), font(18)))?;
            let right = left + (wide * bottleneck.share) as i32;
            area.draw(&Rectangle::new([(left, y), (right, y + row - 6)], BLUE.filled()))?;
            let percent = format!("{:.0} %", bottleneck.share * 100.0);
            area.draw(&Text::new(percent, (right + 6, y + 2), font(18)))?;
        }
        Ok(())
    })
}

/// When which kind of fault was injected: one row a kind, one stroke a fault.
pub(super) fn fault_moments(seen: &Observations, kinds: &[String]) -> String {
    let row = 26;
    let left = 190;
    let wide = f64::from(WIDTH) - f64::from(left) - 36.0;
    let end = seen.end.as_secs_f64().max(1e-9);
    draw(kinds.len() as u32 * row as u32 + 36, |area| {
        for (index, kind) in kinds.iter().enumerate() {
            let y = index as i32 * row + 6;
            area.draw(&Text::new(kind.clone(), (6, y + 2), font(18)))?;
            let corners = [(left, y), (left + wide as i32, y + row - 6)];
            area.draw(&Rectangle::new(corners, GREY.mix(0.2).filled()))?;
            let moments =
                seen.timeline().fault_moments.iter().filter(|(_, of)| of.to_string() == *kind);
            for (at, _) in moments {
                let x = left + (wide * at.as_secs_f64() / end) as i32;
                area.draw(&Rectangle::new([(x, y), (x + 2, y + row - 6)], RED.filled()))?;
            }
        }
        let bottom = kinds.len() as i32 * row + 12;
        for fifth in 0..=5 {
            let x = left + (wide * f64::from(fifth) / 5.0) as i32;
            let label = clock(end / 60.0 * f64::from(fifth) / 5.0);
            area.draw(&Text::new(label, (x - 16, bottom), font(17)))?;
        }
        Ok(())
    })
}

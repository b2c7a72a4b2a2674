//! Drawings of a fit, as SVG text: the values as a histogram with the fitted density, and the shares below
//! each value, counted and fitted.

use plotters::coord::Shift;
use plotters::prelude::*;

use linetwin_base::Distribution;

const SIZE: (u32, u32) = (480, 260);
const INK: RGBColor = RGBColor(40, 44, 52);
const BLUE: RGBColor = RGBColor(0, 114, 178);
const RED: RGBColor = RGBColor(213, 94, 0);
const GREY: RGBColor = RGBColor(170, 176, 186);
/// Points of a curve.
const POINTS: usize = 240;

type Drawing<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(body: impl FnOnce(&Drawing) -> Drawn) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let drawn = area.fill(&WHITE).map_err(Into::into).and_then(|()| body(&area));
        drawn.and_then(|()| area.present().map_err(Into::into)).expect("drawing into memory");
    }
    svg
}

/// What is shown of an axis: all values but the last in a thousand, which would press the rest together.
fn range(points: &[f64]) -> (f64, f64) {
    let last = points[(points.len() - 1) * 999 / 1000];
    let first = points[0];
    let margin = ((last - first) * 0.05).max(last * 1e-3).max(1e-9);
    ((first - margin).max(0.0), last + margin)
}

/// `points` ascend and are not empty.
pub(super) fn histogram(points: &[f64], of: &Distribution, unit: &str) -> String {
    let (from, to) = range(points);
    // The rule of Freedman and Diaconis, within reason.
    let quarter = |part: usize| points[(points.len() - 1) * part / 4];
    let width = 2.0 * (quarter(3) - quarter(1)) / libm::cbrt(points.len() as f64);
    let bars = if width > 0.0 { ((to - from) / width).ceil().clamp(8.0, 60.0) } else { 8.0 };
    let width = (to - from) / bars;
    let bar = |index: usize| {
        let (low, high) = (from + width * index as f64, from + width * (index + 1) as f64);
        let below = |x: f64| points.partition_point(|point| *point <= x);
        let inside = (below(high) - below(low)) as f64;
        (low, high, inside / points.len() as f64 / width)
    };
    let bars: Vec<(f64, f64, f64)> = (0..bars as usize).map(bar).collect();
    let step = (to - from) / POINTS as f64;
    let curve = (0..POINTS).map(|index| {
        let low = from + step * index as f64;
        // The mean density of the step, which slots and single values have as well.
        (low + step / 2.0, of.share_within(low, low + step) / step)
    });
    let smooth = !matches!(of, Distribution::Fixed(_) | Distribution::Geometric { .. });
    let curve: Vec<(f64, f64)> = if smooth {
        curve.collect()
    } else {
        bars.iter()
            .map(|(low, high, _)| {
                (f64::midpoint(*low, *high), of.share_within(*low, *high) / width)
            })
            .collect()
    };
    let peak = bars.iter().map(|bar| bar.2).fold(0.0, f64::max);
    let top = curve.iter().map(|point| point.1).fold(peak, f64::max).min(peak * 2.0) * 1.08;
    draw(|area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .x_label_area_size(40)
            .y_label_area_size(58)
            .build_cartesian_2d(from..to, 0.0..top)?;
        mesh(&mut chart, unit, "density")?;
        chart.draw_series(bars.iter().map(|(low, high, height)| {
            Rectangle::new([(*low, 0.0), (*high, *height)], GREY.mix(0.7).filled())
        }))?;
        let curve = curve.into_iter().map(|(x, y)| (x, y.min(top)));
        chart.draw_series(LineSeries::new(curve, RED.stroke_width(2)))?;
        Ok(())
    })
}

/// `points` ascend and are not empty.
pub(super) fn shares(points: &[f64], of: &Distribution, unit: &str) -> String {
    let (from, to) = range(points);
    let n = points.len() as f64;
    let every = points.len().div_ceil(400).max(1);
    let counted = points.iter().enumerate().step_by(every);
    let counted = counted.filter(|(_, point)| **point <= to);
    let counted: Vec<(f64, f64)> =
        counted.map(|(index, point)| (*point, (index as f64 + 0.5) / n)).collect();
    let step = (to - from) / POINTS as f64;
    let curve = (0..=POINTS).map(|index| {
        let x = from + step * index as f64;
        (x, of.share_below(x))
    });
    let curve: Vec<(f64, f64)> = curve.collect();
    draw(|area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .x_label_area_size(40)
            .y_label_area_size(58)
            .build_cartesian_2d(from..to, 0.0..1.0)?;
        mesh(&mut chart, unit, "share below")?;
        chart.draw_series(LineSeries::new(curve, RED.stroke_width(2)))?;
        chart.draw_series(
            counted.into_iter().map(|point| Circle::new(point, 2, BLUE.mix(0.6).filled())),
        )?;
        Ok(())
    })
}

type Chart<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

fn mesh(chart: &mut Chart, x: &str, y: &str) -> Drawn {
    let font = || ("sans-serif", 14).into_font().color(&INK);
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GREY.mix(0.35))
        .axis_style(GREY)
        .x_labels(6)
        .y_labels(5)
        .label_style(font())
        .axis_desc_style(font())
        .x_desc(x)
        .y_desc(y)
        .draw()?;
    Ok(())
}

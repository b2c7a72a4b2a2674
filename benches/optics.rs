//! What a print costs, on one core: printing it, photographing it, reading the picture.
//!
//! `cargo bench --bench optics`. Absolute figures mean something only on a quiet machine; the median
//! of several rounds is printed, with the fastest beside it.
//! `cargo bench --bench optics -- --draw docs/optics.svg` draws the share read against damage.

use std::hint::black_box;

use plotters::coord::Shift;
use plotters::prelude::*;

use linetwin::base::Streams;
use linetwin::harness::wall_clock;
use linetwin::symbol::{
    Defect, Flaw, Optics, Picture, Print, Quality, Shape, Taught, encode, look_at_modules,
    look_at_picture, read_taught,
};

const ROUNDS: usize = 7;
const PRINTS: usize = 64;

fn print(number: usize, defect: Option<Defect>) -> Print {
    let mut stream = Streams::new(number as u64).stream("bench", "print");
    let serial = stream.bits() % 1_000_000_000;
    let content = format!("0106291041500213212{serial:09}\u{1d}1728093010BN26A17");
    let matrix = encode(&content, Shape::Square).expect("a pack's content fits");
    let (contrast, growth) = (0.60 + 0.20 * stream.unit(), 0.20 * stream.unit());
    let quality = Quality { contrast, growth, mottle: 0.05 };
    let flaws = defect.map(|defect| Flaw { defect, place: stream.bits() }).into_iter().collect();
    Print { matrix, quality, flaws, grain: stream.bits() }
}

fn prints(defect: Option<Defect>) -> Vec<Print> {
    (0..PRINTS).map(|number| print(number, defect)).collect()
}

/// Microseconds of one call, over all prints, once a round.
fn row(name: &str, mut call: impl FnMut(usize)) {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begin = wall_clock();
            for number in 0..PRINTS {
                call(number);
            }
            (wall_clock() - begin) as f64 / PRINTS as f64 / 1000.0
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("{name:>40} {:>10.1} {:>10.1}", rounds[ROUNDS / 2], rounds[0]);
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|argument| argument == "--draw") {
        Some(at) => draw(arguments.get(at + 1).expect("--draw FILE")).expect("a drawing"),
        None => measure(),
    }
}

/// A defect that grows: name of its measure, most of it, how it is made.
type Sweep = (&'static str, f64, fn(f64) -> Defect);

const SWEEPS: [Sweep; 9] = [
    ("dead dot rows, 8 to a module", 32.0, |v| Defect::DeadNozzles { rows: v as u32 }),
    ("voids of 1.5 modules", 40.0, |v| Defect::Voids { count: v as u32, diameter_modules: 1.5 }),
    ("spots of 1.5 modules", 40.0, |v| Defect::Spots { count: v as u32, diameter_modules: 1.5 }),
    ("smear, modules", 2.0, |v| Defect::Smear { modules: v }),
    ("contrast lost", 0.8, |v| Defect::LowContrast { contrast: 0.8 - v }),
    ("quiet zone taken", 1.0, |v| Defect::QuietZoneIntrusion { share: v }),
    ("growth, modules", 1.0, |v| Defect::InkSpread { modules: v }),
    ("share not printed", 0.5, |v| Defect::PartialPrint { share: 1.0 - v }),
    ("skew, degrees", 45.0, |v| Defect::Skew { degrees: v }),
];
const STEPS: usize = 16;

/// Shares read at the three levels, `Model`, `Symbol` and `Raster`.
fn shares(defect: Defect) -> [f64; 3] {
    let optics = Optics::default();
    let (mut model, mut symbol, mut raster) = (0, 0, 0);
    for trial in 0..PRINTS {
        // The outcomes that `Model` draws from: trial prints of one content, each place and grain in turn.
        let place = trial as u64;
        let tried = Print { flaws: vec![Flaw { defect, place }], grain: place, ..print(0, None) };
        let by_modules = |print: &Print| {
            let (seen, grade_tenths) = print.appearance();
            look_at_modules(&seen, grade_tenths.unwrap_or(0)).content.is_some()
        };
        model += usize::from(by_modules(&tried));
        let print = print(trial, Some(defect));
        symbol += usize::from(by_modules(&print));
        let picture = optics.photograph(&print, &mut Streams::new(place).stream("bench", "camera"));
        let taught = Taught { size: print.matrix.size(), optics };
        raster += usize::from(read_taught(&picture, &taught).is_some());
    }
    [model, symbol, raster].map(|read| read as f64 / PRINTS as f64)
}

fn draw(path: &str) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, (1080, 860)).into_drawing_area();
    area.fill(&WHITE)?;
    let (title, panels) = area.split_vertically(60);
    let large = ("sans-serif", 22).into_font();
    title.draw(&Text::new(
        "Share of symbols read against damage, 64 prints a point",
        (14, 8),
        large,
    ))?;
    for (number, (name, colour, width)) in LEVELS.into_iter().enumerate() {
        let x = 14 + 250 * number as i32;
        title.draw(&PathElement::new([(x, 46), (x + 30, 46)], colour.stroke_width(width)))?;
        title.draw(&Text::new(name, (x + 38, 37), ("sans-serif", 18).into_font()))?;
    }
    for (panel, sweep) in panels.split_evenly((3, 3)).iter().zip(SWEEPS) {
        draw_sweep(panel, sweep)?;
    }
    area.present()?;
    Ok(())
}

/// Wide lines first, so that curves that lie upon each other are all seen.
const LEVELS: [(&str, RGBColor, u32); 3] = [
    ("Model: trial prints", RGBColor(200, 206, 214), 8),
    ("Symbol: modules", RGBColor(0, 114, 178), 4),
    ("Raster: pictures", RGBColor(213, 94, 0), 2),
];

fn draw_sweep(
    panel: &DrawingArea<SVGBackend<'_>, Shift>,
    (name, most, make): Sweep,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut points = [const { Vec::new() }; 3];
    for step in 1..=STEPS {
        let measure = most * step as f64 / STEPS as f64;
        for (points, share) in points.iter_mut().zip(shares(make(measure))) {
            points.push((measure, 100.0 * share));
        }
    }
    let mut chart = ChartBuilder::on(panel)
        .margin(10)
        .x_label_area_size(44)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..most, -4.0..104.0)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(5)
        .y_labels(6)
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 17))
        .x_desc(name)
        .y_desc("read, %")
        .draw()?;
    for ((_, colour, width), points) in LEVELS.into_iter().zip(points) {
        chart.draw_series(LineSeries::new(points, colour.stroke_width(width)))?;
    }
    Ok(())
}

fn measure() {
    let optics = Optics::default();
    let sound = prints(None);
    let smeared = prints(Some(Defect::Smear { modules: 0.5 }));
    let dead = prints(Some(Defect::DeadNozzles { rows: 4 }));
    let size = sound[0].matrix.size();
    let taught = Taught { size, optics };
    let photograph = |print: &Print, number: usize| {
        let mut stream = Streams::new(number as u64).stream("bench", "camera");
        optics.photograph(print, &mut stream)
    };
    let photographs = |prints: &[Print]| -> Vec<Picture> {
        prints.iter().enumerate().map(|(number, print)| photograph(print, number)).collect()
    };
    let (width, height) = {
        let picture = photograph(&sound[0], 0);
        (picture.width(), picture.height())
    };
    println!("{size}, pictures of {width} x {height} pixels; median of {ROUNDS} rounds");
    println!("{:>40} {:>10} {:>10}", "", "us", "fastest us");
    row("print to reflectances", |n| drop(black_box(sound[n].sheet())));
    row("appearance, sound", |n| drop(black_box(sound[n].appearance())));
    row("appearance, smeared", |n| drop(black_box(smeared[n].appearance())));
    row("appearance, dead nozzles", |n| drop(black_box(dead[n].appearance())));
    row("look at modules", |n| drop(black_box(look_at_modules(&sound[n].matrix, 40))));
    for (name, prints) in [("sound", &sound), ("smeared", &smeared), ("dead nozzles", &dead)] {
        row(&format!("photograph, {name}"), |n| drop(black_box(photograph(&prints[n], n))));
        let pictures = photographs(prints);
        row(&format!("look at picture, {name}"), |n| {
            black_box(look_at_picture(&pictures[n], &taught));
        });
    }
}

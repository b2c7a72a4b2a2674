//! What a look at a print costs, on one core: laying it down, photographing it, reading the picture.
//!
//! `cargo bench --bench optics`. Absolute figures mean something only on a quiet machine; the median
//! of several rounds is printed, with the fastest beside it.

use std::hint::black_box;

use linetwin::base::Streams;
use linetwin::harness::wall_clock;
use linetwin::symbol::{
    Defect, Flaw, Optics, Picture, Print, Quality, Shape, Taught, encode, look_at_modules,
    look_at_picture,
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

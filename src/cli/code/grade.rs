//! `linetwin code grade`: print quality of the Data Matrix in pictures.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use linetwin_symbol::grade::{Aperture, Grade, SymbolGrade, grade, sample};
use linetwin_symbol::read_thoroughly;

use super::super::Exit;
use super::{Stop, files, print_json};

const AFTER_HELP: &str = "\
Example:
  linetwin code grade pack.png --module-mm 0.38

Several pictures are several scans of one symbol, turned between them; the standard asks for five.
Grey values are taken as reflectances: only pictures of a calibrated camera give a grade that means
what a verifier's means. Five pixels a module or more make it trustworthy.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct GradeArguments {
    /// Pictures of one symbol, PNG or JPEG
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Measuring aperture, in thousandths of an inch
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=40))]
    aperture: u16,
    /// Width of a module in millimetres; without it the aperture is 0.8 of a module
    #[arg(long)]
    module_mm: Option<f64>,
    /// Wavelength of the light in nanometres, for the report
    #[arg(long, default_value_t = 660)]
    wavelength: u16,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &GradeArguments) -> Result<Exit, Stop> {
    let aperture = match arguments.module_mm {
        Some(module_mm) if module_mm > 0.01 && module_mm < 100.0 => {
            Aperture::on_modules(arguments.aperture, module_mm)
        }
        Some(module_mm) => {
            let message = format!("found a module of {module_mm} mm, expected 0.01 to 100");
            return Err(Stop::bad_input(message));
        }
        None => Aperture { mils: arguments.aperture, ..Aperture::default() },
    };
    let mut scans: Vec<(String, Grade)> = Vec::new();
    let mut first_content: Option<String> = None;
    for file in &arguments.files {
        let name = file.display().to_string();
        let picture = files::picture(file)?;
        let unread = || Stop {
            exit: Exit::Failed,
            message: format!("{name}: no Data Matrix was found that can be read and measured"),
        };
        let located = read_thoroughly(&picture).ok_or_else(unread)?;
        let content = &located.decoded.content;
        let first = first_content.get_or_insert_with(|| content.clone());
        if first != content {
            let message = format!("{name}: found another symbol than in {}", scans[0].0);
            return Err(Stop::bad_input(message));
        }
        let sampled = sample(&picture, &located, aperture).ok_or_else(unread)?;
        scans.push((name, grade(&sampled, Some(&located.decoded))));
    }
    let symbol =
        SymbolGrade::mean(scans.iter().map(|(_, grade)| grade), aperture, arguments.wavelength);
    if arguments.json {
        let scans: Vec<_> =
            scans.iter().map(|(file, grade)| json!({"file": file, "grade": grade})).collect();
        print_json(&json!({"symbol_grade": symbol.to_string(), "symbol": symbol, "scans": scans}));
    } else {
        for (file, grade) in &scans {
            println!("{file}:\n{grade}\n");
        }
        let scans = if scans.len() == 1 { "one scan" } else { "the mean of all scans" };
        println!("symbol grade {symbol}, {scans}");
    }
    Ok(Exit::Fine)
}

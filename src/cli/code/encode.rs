//! `linetwin code encode`: an element string as a symbol.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use linetwin_gs1::ElementString;
use linetwin_symbol::{Matrix, Shape, data_codewords, encode_gs1_128};

use super::super::Exit;
use super::{Stop, files, print_json, text};

const AFTER_HELP: &str = "\
Examples:
  linetwin code encode '(01)06291041500213(21)AB12(17)280930(10)L7' --out pack.svg
  linetwin code encode '(00)106141412345678908' --symbol gs1-128 --out case.png

A bracket within a value is written \\(. Elements are encoded in the order given; those of
predefined length first and one of variable length last take the least room.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct EncodeArguments {
    /// Element string with brackets, a scan with its separators written as ^ or <GS>, a Digital
    /// Link or an EPC URI
    text: String,
    /// File to write, .png or .svg
    #[arg(long)]
    out: PathBuf,
    /// Kind of symbol
    #[arg(long, value_enum, default_value_t = Kind::Square)]
    symbol: Kind,
    /// Pixels of a module in a PNG
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=50))]
    module_px: u16,
    /// Print what was made as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Copy, Clone, Debug, ValueEnum)]
enum Kind {
    /// GS1 DataMatrix, the smallest square
    Square,
    /// GS1 DataMatrix, the smallest rectangle
    Rectangle,
    /// GS1-128, for logistic labels
    #[value(name = "gs1-128")]
    Gs1128,
}

/// Modules of quiet zone around a Data Matrix. The standard requires one.
const QUIET: usize = 2;
/// Height of a GS1-128, in modules; the 32 mm of a logistic label at 0.5 mm a module.
const BAR_HEIGHT: usize = 64;

pub(super) fn run(arguments: &EncodeArguments) -> Result<Exit, Stop> {
    let elements = text::elements(&arguments.text).map_err(Stop::bad_input)?;
    elements.check_makeable().map_err(Stop::bad_input)?;
    if let Err(error) = elements.check_pairings() {
        eprintln!("note: {error}, on this or another symbol of the item");
    }
    let message = elements.message();
    let svg = match arguments.out.extension().and_then(|extension| extension.to_str()) {
        Some("svg") => true,
        Some("png") => false,
        _ => {
            let out = arguments.out.display();
            return Err(Stop::bad_input(format!("found `{out}`, expected a name in .png or .svg")));
        }
    };
    let module_px = usize::from(arguments.module_px);
    let made = match arguments.symbol {
        Kind::Square => matrix(&message, Shape::Square, svg, module_px)?,
        Kind::Rectangle => matrix(&message, Shape::Rectangle, svg, module_px)?,
        Kind::Gs1128 => {
            let bars = encode_gs1_128(&message).map_err(Stop::bad_input)?;
            let modules = bars.modules().len();
            let height = BAR_HEIGHT * module_px;
            let bytes = if svg {
                bars.svg(BAR_HEIGHT).into_bytes()
            } else {
                bars.draw(module_px, height).png()
            };
            Made { bytes, size: format!("{modules} modules"), codewords: None }
        }
    };
    files::write(&arguments.out, &made.bytes)?;
    report(arguments, &elements, made);
    Ok(Exit::Fine)
}

/// A symbol as a file, and a description of it.
struct Made {
    bytes: Vec<u8>,
    size: String,
    codewords: Option<Vec<u8>>,
}

fn matrix(message: &str, shape: Shape, svg: bool, module_px: usize) -> Result<Made, Stop> {
    let (size, codewords) = data_codewords(message, shape).map_err(Stop::bad_input)?;
    let matrix = Matrix::from_data_codewords(size, &codewords);
    let bytes =
        if svg { matrix.svg(QUIET).into_bytes() } else { matrix.draw(module_px, QUIET).png() };
    Ok(Made { bytes, size: size.to_string(), codewords: Some(codewords) })
}

fn report(arguments: &EncodeArguments, elements: &ElementString, made: Made) {
    let out = arguments.out.display();
    if arguments.json {
        print_json(&json!({
            "file": out.to_string(),
            "elements": elements.to_string(),
            "size": made.size,
            "data_codewords": made.codewords,
        }));
    } else {
        println!("{out}: {elements}, {}", made.size);
    }
}

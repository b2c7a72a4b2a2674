//! `linetwin code`: codes by themselves - make one, read one from a picture, grade it, take its text
//! apart. Each command is a file.

mod decode;
mod encode;
mod files;
mod grade;
mod text;

use clap::{Args, Subcommand};

use super::Exit;

const AFTER_HELP: &str = "\
Examples:
  linetwin code encode '(01)06291041500213(21)AB12(17)280930(10)L7' --out pack.png
  linetwin code decode pack.png
  linetwin code grade pack.png
  linetwin code parse '(01)06291041500213(21)AB12(17)280930(10)L7'
  linetwin code link '(01)06291041500213(21)AB12' --prefix-length 7

Exit codes: 0 fine, 1 nothing could be read in a picture, 2 bad input or usage.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct CodeArguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a GS1 DataMatrix, or a GS1-128, as PNG or SVG
    Encode(encode::EncodeArguments),
    /// Read the symbols in pictures (PNG, JPEG)
    Decode(decode::DecodeArguments),
    /// Grade the Data Matrix in a picture after ISO/IEC 15415:2011
    Grade(grade::GradeArguments),
    /// Take a code's text apart: element string, scan, Digital Link, EPC URI
    Parse(text::ParseArguments),
    /// Turn a code's text into a GS1 Digital Link and an EPC URI
    Link(text::LinkArguments),
}

/// Why a command stopped, to be printed.
struct Stop {
    exit: Exit,
    message: String,
}

impl Stop {
    /// What the user gave is wrong.
    fn bad_input(message: impl ToString) -> Self {
        Self { exit: Exit::BadInput, message: message.to_string() }
    }
}

pub(super) fn run(arguments: &CodeArguments) -> Exit {
    let outcome = match &arguments.command {
        Command::Encode(arguments) => encode::run(arguments),
        Command::Decode(arguments) => decode::run(arguments),
        Command::Grade(arguments) => grade::run(arguments),
        Command::Parse(arguments) => text::parse(arguments),
        Command::Link(arguments) => text::link(arguments),
    };
    outcome.unwrap_or_else(|stop| {
        eprintln!("{}", stop.message);
        stop.exit
    })
}

/// Prints a value as JSON.
fn print_json(value: &serde_json::Value) {
    println!("{value:#}");
}

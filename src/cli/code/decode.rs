//! `linetwin code decode`: what is in pictures.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use linetwin_gs1::ElementString;
use linetwin_symbol::{Picture, read_bars, read_by_library, read_thoroughly};

use super::super::Exit;
use super::{Stop, files, print_json};

const AFTER_HELP: &str = "\
Example:
  linetwin code decode reports/scans/*.png --json

Reads one Data Matrix or GS1-128 a picture. Separators are shown as <GS>.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct DecodeArguments {
    /// Pictures, PNG or JPEG
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// A symbol that was read.
struct Found {
    identifier: &'static str,
    content: String,
    size: Option<String>,
    repaired: Option<usize>,
}

pub(super) fn run(arguments: &DecodeArguments) -> Result<Exit, Stop> {
    let mut rows = Vec::new();
    let mut exit = Exit::Fine;
    for file in &arguments.files {
        let name = file.display();
        let found = match files::picture(file) {
            Ok(picture) => find(&picture),
            // One bad file does not hide the contents of the others.
            Err(stop) => {
                eprintln!("{}", stop.message);
                exit = Exit::BadInput;
                continue;
            }
        };
        if found.is_none() && exit == Exit::Fine {
            exit = Exit::Failed;
        }
        match found {
            None if arguments.json => rows.push(json!({"file": name.to_string(), "found": false})),
            None => println!("{name}: no symbol was found"),
            Some(found) if arguments.json => rows.push(as_json(&name.to_string(), &found)),
            Some(found) => println!("{name}: {}", in_words(&found)),
        }
    }
    if arguments.json {
        print_json(&Value::Array(rows));
    }
    Ok(exit)
}

fn find(picture: &Picture) -> Option<Found> {
    if let Some(located) = read_thoroughly(picture) {
        let decoded = located.decoded;
        return Some(Found {
            identifier: if decoded.gs1 { "]d2" } else { "]d1" },
            content: decoded.content,
            size: Some(located.matrix.size().to_string()),
            repaired: Some(decoded.repaired_in_worst_block),
        });
    }
    if let Some((content, gs1)) = read_by_library(picture) {
        let identifier = if gs1 { "]d2" } else { "]d1" };
        return Some(Found { identifier, content, size: None, repaired: None });
    }
    let decoded = read_bars(picture)?;
    let identifier = if decoded.gs1 { "]C1" } else { "]C0" };
    Some(Found { identifier, content: decoded.content, size: None, repaired: None })
}

fn elements(found: &Found) -> Option<ElementString> {
    let gs1 = matches!(found.identifier, "]d2" | "]C1");
    gs1.then(|| ElementString::parse(&found.content).ok()).flatten()
}

fn as_json(file: &str, found: &Found) -> Value {
    json!({
        "file": file,
        "found": true,
        "symbology_identifier": found.identifier,
        "content": found.content,
        "elements": elements(found).map(|elements| elements.to_string()),
        "size": found.size,
        "codewords_repaired_in_worst_block": found.repaired,
    })
}

/// Outside content made fit for a terminal: without control characters.
fn shown(content: &str) -> String {
    let mut shown = String::with_capacity(content.len());
    for c in content.chars() {
        match c {
            '\u{1d}' => shown.push_str("<GS>"),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

fn in_words(found: &Found) -> String {
    let content = match elements(found) {
        Some(elements) => elements.to_string(),
        None => shown(&found.content),
    };
    let size = found.size.as_ref().map_or_else(String::new, |size| format!(", {size}"));
    let repaired = match found.repaired {
        Some(count @ 1..) => format!(", {count} codewords repaired"),
        _ => String::new(),
    };
    format!("{} {content}{size}{repaired}", found.identifier)
}

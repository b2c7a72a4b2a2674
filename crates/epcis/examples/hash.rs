//! Prints the CBV hash of every event of an EPCIS document, JSON or XML:
//! `cargo run -p linetwin-epcis --example hash -- document.jsonld`.

use std::process::ExitCode;

use linetwin_epcis::Document;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("expected the name of an EPCIS document, JSON or XML");
        return ExitCode::from(2);
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    let xml = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let document = if xml { Document::from_xml(&text) } else { Document::from_json(&text) };
    match document {
        Ok(document) => {
            for event in &document.events {
                println!("{}", event.hash());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::from(2)
        }
    }
}

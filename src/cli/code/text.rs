//! `linetwin code parse` and `link`: a code's text in whatever form people have it, taken apart and
//! turned into the other forms.

use clap::Args;
use comfy_table::{Table, presets};
use serde_json::json;

use linetwin_gs1::{
    DigitalLink, ElementError, ElementString, EpcError, EpcUri, LinkError, ScanError, parse_scan,
};

use super::super::Exit;
use super::{Stop, print_json};

const PARSE_HELP: &str = "\
Examples:
  linetwin code parse '(01)06291041500213(21)AB12(17)280930(10)L7'
  linetwin code parse ']d2010629104150021321AB12<GS>1728093010L7'
  linetwin code parse 'https://id.gs1.org/01/06291041500213/21/AB12?17=280930'
  linetwin code parse 'urn:epc:id:sgtin:6291041.050021.AB12'

Separators (FNC1, ASCII 29) can be written as <GS>, or as ^ when the text begins with one.";

const LINK_HELP: &str = "\
Examples:
  linetwin code link '(01)06291041500213(21)AB12(17)280930'
  linetwin code link '(01)06291041500213(21)AB12' --stem https://example.com --prefix-length 7";

#[derive(Debug, Args)]
#[command(after_help = PARSE_HELP)]
pub(super) struct ParseArguments {
    /// Element string, scan, Digital Link or EPC URI
    text: String,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = LINK_HELP)]
pub(super) struct LinkArguments {
    /// Element string, scan, Digital Link or EPC URI
    text: String,
    /// Where the link leads, instead of GS1's own resolver
    #[arg(long)]
    stem: Option<String>,
    /// Digits of the GS1 Company Prefix, 6 to 12, for an EPC URI as well
    #[arg(long)]
    prefix_length: Option<usize>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Why a text is none of the forms.
#[derive(Debug, thiserror::Error)]
pub(super) enum TextError {
    #[error(transparent)]
    Elements(#[from] ElementError),
    #[error(transparent)]
    Scan(#[from] ScanError),
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Epc(#[from] EpcError),
}

/// The elements of a text in any of the forms; its beginning decides which.
pub(super) fn elements(text: &str) -> Result<ElementString, TextError> {
    let text = text.trim_end();
    if text.starts_with('(') {
        return Ok(ElementString::parse_bracketed(text)?);
    }
    if text.starts_with("urn:") {
        return Ok(EpcUri::parse(text)?.elements()?);
    }
    if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http")) {
        return Ok(DigitalLink::parse(text)?.elements);
    }
    if text.starts_with('^') {
        return Ok(ElementString::parse_marked(text, '^')?);
    }
    Ok(parse_scan(&text.replace("<GS>", "\u{1d}"))?)
}

pub(super) fn parse(arguments: &ParseArguments) -> Result<Exit, Stop> {
    let elements = elements(&arguments.text).map_err(Stop::bad_input)?;
    let pairings = elements.check_pairings();
    if arguments.json {
        let rows: Vec<_> = elements
            .elements()
            .iter()
            .map(|element| {
                let ai = element.ai();
                json!({"ai": ai.digits(), "title": ai.title(), "value": element.value()})
            })
            .collect();
        print_json(&json!({
            "elements": rows,
            "bracketed": elements.to_string(),
            "message": elements.message(),
            "pairings": pairings.map_or_else(|error| error.to_string(), |()| "right".to_owned()),
        }));
        return Ok(Exit::Fine);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for element in elements.elements() {
        let ai = element.ai();
        table.add_row([&format!("({})", ai.digits()), ai.title(), element.value()]);
    }
    println!("{table}");
    println!("as a message: {}", elements.message().replace('\u{1d}', "<GS>"));
    match pairings {
        Ok(()) => println!("the elements belong together"),
        Err(error) => println!("note: {error}, on this or another symbol of the item"),
    }
    Ok(Exit::Fine)
}

pub(super) fn link(arguments: &LinkArguments) -> Result<Exit, Stop> {
    let elements = elements(&arguments.text).map_err(Stop::bad_input)?;
    if let Some(stem) = &arguments.stem
        && DigitalLink::parse(&format!("{}/01/00000000000000", stem.trim_end_matches('/'))).is_err()
    {
        return Err(Stop::bad_input(format!("found stem `{stem}`, expected https://domain/path")));
    }
    elements.check_makeable().map_err(Stop::bad_input)?;
    let link = elements.digital_link(arguments.stem.as_deref()).map_err(Stop::bad_input)?;
    let canonical = elements.canonical_link();
    let epc = match arguments.prefix_length {
        Some(length) => {
            Some(EpcUri::from_elements(&elements, length).map_err(Stop::bad_input)?.to_string())
        }
        None => None,
    };
    if arguments.json {
        print_json(&json!({
            "elements": elements.to_string(),
            "digital_link": link,
            "canonical_link": canonical,
            "epc_uri": epc,
        }));
        return Ok(Exit::Fine);
    }
    println!("{link}");
    if let Some(canonical) = canonical.filter(|canonical| *canonical != link) {
        println!("canonical: {canonical}");
    }
    if let Some(epc) = epc {
        println!("EPC: {epc}");
    }
    Ok(Exit::Fine)
}

//! `linetwin controller`: our own line controller, for programs that speak the protocol of line controllers.

use std::io::{self, BufRead as _, BufWriter, Write as _};

use clap::Args;

use linetwin_engine::wire::{ControllerInput, ControllerOutput, Handshake};

use crate::harness::controller::own_controller;

use super::Exit;

const AFTER_HELP: &str = "\
Example:
  linetwin run scenarios/carton-line-250.ron --controller 'stdio:linetwin controller'

which is the same run as without --controller, over the protocol that docs/controller.md describes. Put a
program of your own between the two to see what is said, or to change it.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct ControllerArguments {}

pub(super) fn run(_: &ControllerArguments) -> Exit {
    match serve() {
        Ok(()) => Exit::Fine,
        Err(error) => {
            eprintln!("{error}");
            Exit::BadInput
        }
    }
}

fn serve() -> io::Result<()> {
    let mut lines = io::stdin().lock().lines().enumerate();
    let mut output = BufWriter::new(io::stdout().lock());
    let mut answer = |actions| -> io::Result<()> {
        serde_json::to_writer(&mut output, &ControllerOutput { actions })?;
        output.write_all(b"\n")?;
        output.flush()
    };
    let wrong = |line: usize, error: &dyn std::fmt::Display| {
        io::Error::other(format!("line {}: {error}", line + 1))
    };
    let Some((line, handshake)) = lines.next() else { return Ok(()) };
    let handshake: Handshake =
        serde_json::from_str(&handshake?).map_err(|error| wrong(line, &error))?;
    let mut controller = own_controller(handshake).map_err(|error| wrong(line, &error))?;
    answer(Vec::new())?;
    for (line, document) in lines {
        let document: ControllerInput =
            serde_json::from_str(&document?).map_err(|error| wrong(line, &error))?;
        let mut actions = Vec::new();
        controller.receive(document.now, document.input, &mut actions);
        answer(actions)?;
    }
    Ok(())
}

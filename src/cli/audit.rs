//! `linetwin audit`: is an audit trail whole, what is in it, and what became of each order's serial numbers.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use linetwin_base::{SimSpan, SimTime};
use linetwin_engine::store::{Finding, StoreError, open_folder, verify_folder};
use linetwin_engine::{AuditReader, AuditRecord, LedgerEvent, LedgerService, LedgerSettings};

use crate::harness::ledger_settings;

use super::Exit;

const AFTER_HELP: &str = "\
Examples:
  linetwin run scenarios/carton-line-250.ron --store disk --set order.quantity=960
  linetwin audit verify reports/carton-line-250/ledger
  linetwin audit show reports/carton-line-250/ledger | head
  linetwin audit orders reports/carton-line-250/ledger

Exit codes: 0 the trail is whole, 1 it is not, 2 the folder cannot be read.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct AuditArguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check every byte of the audit trail; name the first block that is not as it was written
    Verify {
        /// Folder of the ledger
        folder: PathBuf,
        /// Print the finding as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print every command: when, who, what, and what came of it
    Show {
        /// Folder of the ledger
        folder: PathBuf,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Print what became of each order's serial numbers, every one in exactly one class
    Orders {
        /// Folder of the ledger
        folder: PathBuf,
    },
}

pub(super) fn run(arguments: &AuditArguments) -> Exit {
    let (folder, outcome) = match &arguments.command {
        Command::Verify { folder, json } => (folder, verify(folder, *json)),
        Command::Show { folder, json } => (folder, show(folder, *json)),
        Command::Orders { folder } => (folder, orders(folder)),
    };
    match outcome {
        Ok(exit) => exit,
        Err(Trouble::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Fine,
        Err(Trouble::Output(error)) => {
            eprintln!("cannot write: {error}");
            Exit::Storage
        }
        Err(Trouble::Store(error)) => {
            eprintln!("{}: {error}", folder.display());
            match error {
                StoreError::Broken { .. }
                | StoreError::Head(_)
                | StoreError::Tables(_)
                | StoreError::Malformed { .. } => Exit::Failed,
                _ => Exit::BadInput,
            }
        }
    }
}

enum Trouble {
    Store(StoreError),
    Output(io::Error),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Reads a whole trail with memory for one block.
fn read(
    folder: &Path,
    visit: &mut dyn FnMut(AuditRecord) -> Result<(), Trouble>,
) -> Result<(Finding, LedgerSettings), Trouble> {
    let settings = ledger_settings(folder)?;
    let mut reader = AuditReader::new(&settings);
    let mut trouble = None;
    let finding = verify_folder(folder, &mut |number, bytes| {
        let read = reader.block(number, bytes).map_err(Trouble::from);
        match read.and_then(|records| records.into_iter().try_for_each(&mut *visit)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                trouble = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    trouble.map_or(Ok((finding, settings)), Err)
}

fn verify(folder: &Path, json: bool) -> Result<Exit, Trouble> {
    let (mut commands, mut refusals) = (0u64, 0u64);
    let (finding, _) = read(folder, &mut |record| {
        commands += 1;
        refusals += u64::from(record.outcome.is_err());
        Ok(())
    })?;
    let (head, remains) = match finding {
        Finding::Whole(head) => (head, None),
        Finding::Remains { head, what } => (head, Some(what)),
    };
    let hash = blake3::Hash::from_bytes(head.hash).to_string();
    let blocks = head.blocks;
    if json {
        let finding = json!({
            "whole": remains.is_none(), "remains": remains, "blocks": blocks,
            "commands": commands, "refusals": refusals, "bytes": head.end, "hash": hash,
        });
        println!("{finding}");
    } else {
        println!("{blocks} blocks, {commands} commands ({refusals} refused), {} bytes", head.end);
        println!("hash {hash}");
        match &remains {
            None => println!("every byte is as it was written"),
            Some(what) => println!("all that was acknowledged is whole; besides: {what}"),
        }
    }
    Ok(if remains.is_none() { Exit::Fine } else { Exit::Failed })
}

fn show(folder: &Path, json: bool) -> Result<Exit, Trouble> {
    let epoch = ledger_settings(folder)?.epoch;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (_, _) = read(folder, &mut |record| {
        let nanos = SimSpan::as_nanos(record.happened.since(SimTime::START));
        let moment = epoch + std::time::Duration::from_nanos(nanos);
        let who = record.by.as_deref().unwrap_or(&record.sender);
        if json {
            let outcome = match &record.outcome {
                Ok(events) => {
                    json!({ "events": events.iter().map(|e| format!("{e:?}")).collect::<Vec<_>>() })
                }
                Err(refusal) => json!({ "refused": refusal.kind(), "reason": refusal.to_string() }),
            };
            let line = json!({
                "block": record.block, "sender": record.sender, "sequence": record.sequence,
                "at": format!("{moment:.3}"), "by": record.by, "why": record.why, "outcome": outcome,
            });
            writeln!(out, "{line}")?;
            return Ok(());
        }
        let what = match &record.outcome {
            Ok(events) => events.iter().map(in_words).collect::<Vec<_>>().join("; "),
            Err(refusal) => format!("refused: {refusal}"),
        };
        let why = record.why.as_deref().map_or(String::new(), |why| format!(" ({why})"));
        let (sender, sequence) = (&record.sender, record.sequence);
        writeln!(out, "{moment:.3} {sender}#{sequence} {who}: {what}{why}")?;
        Ok(())
    })?;
    out.flush()?;
    Ok(Exit::Fine)
}

/// An event in one line; long lists are counted.
fn in_words(event: &LedgerEvent) -> String {
    let list = |objects: &[linetwin_engine::ObjectCode]| match objects {
        [] => "nothing".to_owned(),
        [one] => one.to_string(),
        [first, .., last] => format!("{} objects, {first} to {last}", objects.len()),
    };
    match event {
        LedgerEvent::OrderCreated { id, order } => {
            let (lot, gtin) = (order.lot, order.product.gtin);
            format!("{id} created: {} of GTIN {gtin}, lot {lot}", order.quantity)
        }
        LedgerEvent::OrderSigned { order, signature } => {
            format!("{order} signed by {}: {}", signature.name, signature.meaning)
        }
        LedgerEvent::LineCleared { order, clearance } => {
            let (line, name) = (&clearance.line, &clearance.signature.name);
            format!("{line} cleared for {order} by {name}")
        }
        LedgerEvent::OrderStateChanged { order, from, to, .. } => format!("{order} {from} -> {to}"),
        LedgerEvent::SpaceOpened { space, kind } => {
            format!("number space {} opened: {kind:?}", space.0)
        }
        LedgerEvent::NumbersMade { space, count } => {
            format!("{count} numbers made in space {}", space.0)
        }
        LedgerEvent::NumbersImported { space, count, numbers } => {
            let ends = numbers.first().zip(numbers.last());
            let ends = ends.map_or(String::new(), |(first, last)| {
                format!(": {} to {}", first.serial, last.serial)
            });
            format!("{count} numbers imported into space {}{ends}", space.0)
        }
        LedgerEvent::StateChanged { operation, from, to, reason, objects, contents, .. } => {
            let reason = reason.map_or(String::new(), |reason| format!(", {reason:?}"));
            let inside = match contents.len() {
                0 => String::new(),
                n => format!(" with {n} inside"),
            };
            format!("{operation} {}{inside}: {from} -> {to}{reason}", list(objects))
        }
        LedgerEvent::Packed { parent, level, partial, children, .. } => {
            let partial = if *partial { "partial " } else { "" };
            format!("{} packed into {partial}{level} {parent}", list(children))
        }
        LedgerEvent::Unpacked { parent, children } => {
            format!("{} taken out of {parent}", list(children))
        }
        LedgerEvent::ContentsChecked { parent, missing, alien } => {
            format!("{parent} checked: {} missing, {} alien", missing.len(), alien.len())
        }
        LedgerEvent::Received { objects, place } => {
            format!("{} received at {}", list(objects), place.0)
        }
        LedgerEvent::StatusChanged { unit, from, to, place } => {
            format!("{unit} {from:?} -> {to:?} at {}", place.0)
        }
        LedgerEvent::LotRecalled { gtin, lot } => format!("lot {lot} of GTIN {gtin} recalled"),
    }
}

fn orders(folder: &Path) -> Result<Exit, Trouble> {
    let settings = ledger_settings(folder)?;
    let store = open_folder(folder)?;
    if let Some(aside) = &store.set_aside {
        eprintln!(
            "the tables were damaged; made again from the journal, kept as {}",
            aside.display()
        );
    }
    let mut service = LedgerService::open(settings, store)?;
    let records: Vec<_> = service.ledger().orders().cloned().collect();
    let mut all = Vec::new();
    for record in records {
        let sum = service.ledger().reconcile(record.id).map_err(|stop| match stop {
            linetwin_engine::Stop::Failed(error) => error,
            linetwin_engine::Stop::Refused(refusal) => StoreError::Mismatch(refusal.to_string()),
        })?;
        let names = record.signatures.iter().map(|signature| &*signature.name);
        all.push(json!({
            "order": record.id, "state": record.state.to_string(),
            "gtin": record.order.product.gtin, "lot": record.order.lot,
            "quantity": record.order.quantity, "released_by": names.collect::<Vec<_>>(),
            "recalled": record.recalled, "serials": sum, "balance": sum.allocated as i64 - sum.total() as i64,
        }));
    }
    let text = serde_json::to_string_pretty(&all).expect("plain values can be written");
    writeln!(io::stdout(), "{text}")?;
    Ok(Exit::Fine)
}

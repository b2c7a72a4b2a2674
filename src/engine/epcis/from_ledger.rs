//! Events of the ledger as EPCIS events, one JSON object a line, each named by its hash.
//!
//! Commissionings that happen within one second are written as one event; a pending one is always
//! written before any other event, so that a code is commissioned before it is used.

use std::io;

use jiff::Timestamp;

use super::event::EpcisEvent;
use super::steps::{Scene, lot_and_expiry};
use super::tree::{Name, Node};
use super::values::{EventTime, ZoneOffset};
use crate::base::{Level, SimSpan, SimTime};
use crate::engine::ledger::{ChildCode, DecommissionReason, LedgerEvent};
use crate::gs1::{
    CompanyPrefix, ExpiryDate, Lot, UnitCode, lgtin_uri, sgln_uri, sgtin_uri, sscc_uri,
};

/// Namespace of what we say and EPCIS has no word for.
const OWN: &str = "urn:linetwin:epcis:";
/// Location reference of the site and line in their SGLNs.
const SITE: u64 = 1;

/// Commissionings that share a second.
#[derive(Debug)]
struct Pending {
    at: SimTime,
    units: Vec<UnitCode>,
    lot: Lot,
    expiry: ExpiryDate,
}

/// Turns ledger events into EPCIS lines.
#[derive(Debug)]
pub struct EpcisWriter<W> {
    to: W,
    start: Timestamp,
    prefix: CompanyPrefix,
    pending: Option<Pending>,
    prefixes: Vec<(String, String)>,
}

impl<W: io::Write> EpcisWriter<W> {
    /// A writer of events that happened after `start`, with ids under `prefix`.
    pub fn new(to: W, start: Timestamp, prefix: CompanyPrefix) -> Self {
        let prefixes = vec![("linetwin".to_owned(), OWN.to_owned())];
        Self { to, start, prefix, pending: None, prefixes }
    }

    /// Writes what happened at `at`; events of the record that EPCIS does not know are passed over.
    ///
    /// # Errors
    /// Those of the writer beneath, and a time that EPCIS cannot write.
    pub fn write(&mut self, at: SimTime, event: &LedgerEvent) -> io::Result<()> {
        match event {
            LedgerEvent::UnitCommissioned { unit, lot, expiry } => {
                let joins = self
                    .pending
                    .as_ref()
                    .is_some_and(|p| p.at.second() == at.second() && p.lot == *lot);
                if !joins {
                    self.flush()?;
                }
                let pending = self.pending.get_or_insert_with(|| Pending {
                    at,
                    units: Vec::new(),
                    lot: *lot,
                    expiry: *expiry,
                });
                pending.at = at;
                pending.units.push(*unit);
                Ok(())
            }
            LedgerEvent::UnitDecommissioned { unit, reason } => {
                self.flush()?;
                let epcs = vec![sgtin_uri(unit, self.prefix)];
                let mut event = EpcisEvent::decommission(self.scene(at)?, epcs);
                event.extensions.push(Node::text(Name::new(OWN, "reason"), reason_name(*reason)));
                self.line(event)
            }
            LedgerEvent::ContainerPacked { parent, level, children } => {
                self.flush()?;
                let parent = sscc_uri(*parent, self.prefix);
                let born = vec![parent.clone()];
                self.line(EpcisEvent::commission(self.scene(at)?, born, Vec::new()))?;
                let child = |child: &ChildCode| match child {
                    ChildCode::Unit(unit) => sgtin_uri(unit, self.prefix),
                    ChildCode::Container(sscc) => sscc_uri(*sscc, self.prefix),
                };
                let children = children.iter().map(child).collect();
                let mut packed = EpcisEvent::pack(self.scene(at)?, parent, children);
                packed.extensions.push(Node::text(Name::new(OWN, "level"), level_name(*level)));
                self.line(packed)
            }
            LedgerEvent::OrderOpened(_)
            | LedgerEvent::SerialsAllocated(_)
            | LedgerEvent::SsccsAllocated(_)
            | LedgerEvent::LabelScrapped { .. }
            | LedgerEvent::SerialsReturned(_)
            | LedgerEvent::OrderClosed => Ok(()),
        }
    }

    /// Writes what is pending and flushes the writer beneath.
    ///
    /// # Errors
    /// Those of the writer beneath.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(Pending { at, units, lot, expiry }) = self.pending.take() else {
            return Ok(());
        };
        let mut ilmd = lot_and_expiry(&lot, &expiry);
        let class = lgtin_uri(units[0].gtin, &lot, self.prefix);
        ilmd.push(Node::text(Name::new(OWN, "lot"), class));
        let epcs = units.iter().map(|unit| sgtin_uri(unit, self.prefix)).collect();
        self.line(EpcisEvent::commission(self.scene(at)?, epcs, ilmd))
    }

    fn line(&mut self, event: EpcisEvent) -> io::Result<()> {
        let event = event.named_by_hash();
        serde_json::to_writer(&mut self.to, &event.to_json_with(&self.prefixes))?;
        self.to.write_all(b"\n")
    }

    fn scene(&self, at: SimTime) -> io::Result<Scene> {
        let span = std::time::Duration::from_nanos(SimSpan::as_nanos(at.since(SimTime::START)));
        let time = self.start.checked_add(span).ok().and_then(EventTime::new);
        let beyond = || io::Error::other(format!("{at} after {} is beyond year 9999", self.start));
        Ok(Scene {
            time: time.map(EventTime::to_millisecond).ok_or_else(beyond)?,
            offset: ZoneOffset::utc(),
            read_point: sgln_uri(self.prefix, SITE, "line-1"),
            biz_location: Some(sgln_uri(self.prefix, SITE, "0")),
        })
    }
}

const fn reason_name(reason: DecommissionReason) -> &'static str {
    match reason {
        DecommissionReason::FailedCheck => "failed_check",
        DecommissionReason::Missing => "missing",
        DecommissionReason::Unreadable => "unreadable",
    }
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::Bundle => "bundle",
        Level::Case => "case",
        Level::Pallet => "pallet",
    }
}

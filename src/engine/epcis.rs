//! EPCIS 2.0 events (GS1 EPCIS 2.0, JSON binding) with CBV 2.0 words, one JSON object a line.
//!
//! Commissionings that happen within one second are written as one ObjectEvent; a pending one is
//! always written before any other event, so that a code is commissioned before it is used.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::base::{Level, SimSpan, SimTime};
use crate::gs1::{
    CompanyPrefix, ExpiryDate, Lot, UnitCode, lgtin_uri, sgln_uri, sgtin_uri, sscc_uri,
};

use super::ledger::{DecommissionReason, LedgerEvent, ObjectCode, Operation, OrderId, Reason};

const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";
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
    /// Lot and expiry of the orders heard of.
    orders: BTreeMap<OrderId, (Lot, ExpiryDate)>,
}

impl<W: io::Write> EpcisWriter<W> {
    /// A writer of events that happened after `start`, with ids under `prefix`.
    pub const fn new(to: W, start: Timestamp, prefix: CompanyPrefix) -> Self {
        Self { to, start, prefix, pending: None, orders: BTreeMap::new() }
    }

    /// Writes what happened at `at`; events of the record that EPCIS does not know are passed over.
    ///
    /// # Errors
    /// Those of the writer beneath.
    pub fn write(&mut self, at: SimTime, event: &LedgerEvent) -> io::Result<()> {
        match event {
            LedgerEvent::OrderCreated { id, order } => {
                self.orders.insert(*id, (order.lot, order.expiry));
                Ok(())
            }
            LedgerEvent::Moved { operation: Operation::Commission, order, objects, .. } => {
                let known = order.and_then(|order| self.orders.get(&order));
                let Some(&(lot, expiry)) = known else { return Ok(()) };
                objects.iter().try_for_each(|object| match object {
                    ObjectCode::Unit(unit) => self.commissioned(at, *unit, lot, expiry),
                    ObjectCode::Container(_) => Ok(()),
                })
            }
            LedgerEvent::Moved { operation: Operation::Decommission, objects, reason, .. } => {
                self.flush()?;
                let mut fields = object_event("DELETE", "decommissioning", "inactive");
                let uris: Vec<String> = objects.iter().map(|object| self.uri(object)).collect();
                fields.insert("epcList".to_owned(), json!(uris));
                if let Some(Reason::Decommission(reason)) = reason {
                    let reason = reason_name(*reason);
                    fields.insert("linetwin:reason".to_owned(), json!(reason));
                }
                self.line(at, fields)
            }
            LedgerEvent::Packed { parent, level, children, .. } => {
                self.flush()?;
                let parent = self.uri(parent);
                let mut born = object_event("ADD", "commissioning", "active");
                born.insert("epcList".to_owned(), json!([parent]));
                self.line(at, born)?;
                let children: Vec<String> = children.iter().map(|child| self.uri(child)).collect();
                let mut packed = Map::new();
                packed.insert("type".to_owned(), json!("AggregationEvent"));
                packed.insert("action".to_owned(), json!("ADD"));
                packed.insert("bizStep".to_owned(), json!("packing"));
                packed.insert("parentID".to_owned(), json!(parent));
                packed.insert("childEPCs".to_owned(), json!(children));
                packed.insert("linetwin:level".to_owned(), json!(level_name(*level)));
                self.line(at, packed)
            }
            _ => Ok(()),
        }
    }

    fn uri(&self, object: &ObjectCode) -> String {
        match object {
            ObjectCode::Unit(unit) => sgtin_uri(unit, self.prefix),
            ObjectCode::Container(sscc) => sscc_uri(*sscc, self.prefix),
        }
    }

    fn commissioned(
        &mut self,
        at: SimTime,
        unit: UnitCode,
        lot: Lot,
        expiry: ExpiryDate,
    ) -> io::Result<()> {
        let joins = |p: &Pending| p.at.second() == at.second() && p.lot == lot;
        if !self.pending.as_ref().is_some_and(joins) {
            self.flush()?;
        }
        let units = Vec::new();
        let pending = self.pending.get_or_insert_with(|| Pending { at, units, lot, expiry });
        pending.at = at;
        pending.units.push(unit);
        Ok(())
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
        let Some(pending) = self.pending.take() else {
            return Ok(());
        };
        let uris: Vec<String> =
            pending.units.iter().map(|unit| sgtin_uri(unit, self.prefix)).collect();
        let mut fields = object_event("ADD", "commissioning", "active");
        fields.insert("epcList".to_owned(), json!(uris));
        fields.insert(
            "ilmd".to_owned(),
            json!({
                "cbvmda:lotNumber": pending.lot,
                "cbvmda:itemExpirationDate": pending.expiry,
                "linetwin:lot": lgtin_uri(pending.units[0].gtin, &pending.lot, self.prefix),
            }),
        );
        self.line(pending.at, fields)
    }

    fn line(&mut self, at: SimTime, fields: Map<String, Value>) -> io::Result<()> {
        let mut event = Map::new();
        event.insert(
            "@context".to_owned(),
            json!([CONTEXT, {
                "cbvmda": "urn:epcglobal:cbv:mda:",
                "linetwin": "urn:linetwin:epcis:",
            }]),
        );
        event.extend(fields);
        let time = event_time(self.start, at);
        let read_point = sgln_uri(self.prefix, SITE, "line-1");
        let location = sgln_uri(self.prefix, SITE, "0");
        event.insert("eventTime".to_owned(), json!(time));
        event.insert("eventTimeZoneOffset".to_owned(), json!("+00:00"));
        event.insert("readPoint".to_owned(), json!({ "id": read_point }));
        event.insert("bizLocation".to_owned(), json!({ "id": location }));
        serde_json::to_writer(&mut self.to, &event)?;
        self.to.write_all(b"\n")
    }
}

fn object_event(action: &str, step: &str, disposition: &str) -> Map<String, Value> {
    let fields = [
        ("type", "ObjectEvent"),
        ("action", action),
        ("bizStep", step),
        ("disposition", disposition),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), json!(value)));
    fields.into_iter().collect()
}

const fn reason_name(reason: DecommissionReason) -> &'static str {
    match reason {
        DecommissionReason::FailedCheck => "failed_check",
        DecommissionReason::Missing => "missing",
        DecommissionReason::Unreadable => "unreadable",
        DecommissionReason::Damaged => "damaged",
        DecommissionReason::Relabelled => "relabelled",
    }
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::Bundle => "bundle",
        Level::Case => "case",
        Level::Pallet => "pallet",
    }
}

/// ISO 8601 in UTC with milliseconds.
fn event_time(start: Timestamp, at: SimTime) -> String {
    let nanos = at.since(SimTime::START);
    let moment = start + std::time::Duration::from_nanos(SimSpan::as_nanos(nanos));
    format!("{moment:.3}")
}

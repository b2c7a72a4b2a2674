//! Events of the ledger as EPCIS events, one JSON object a line, each named by its hash.
//!
//! Commissionings that happen within one second are written as one event; a pending one is always
//! written before any other event, so that a code is commissioned before it is used. Numbers in pools,
//! printed labels without a unit, orders and signatures are no EPCIS events: nothing happened to an
//! object.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;

use linetwin_base::{Level, SimSpan, SimTime};
use linetwin_epcis::{
    EpcisEvent, EventTime, Name, Node, Quantity, Scene, ZoneOffset, lot_and_expiry,
};
use linetwin_gs1::{
    CompanyPrefix, ExpiryDate, Gtin, Lot, UnitCode, lgtin_uri, sgln_uri, sgtin_uri, sscc_uri,
};

use crate::ledger::{
    DecommissionReason, LedgerEvent, ObjectCode, Operation, OrderId, PackStatus, PlaceId, Reason,
};

/// Namespace of what EPCIS has no word for.
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

/// Turns ledger events into EPCIS lines. An order's event must come before those of anything made for it.
#[derive(Debug)]
pub struct EpcisWriter<W> {
    to: W,
    start: Timestamp,
    prefix: CompanyPrefix,
    /// The line and the site that it belongs to.
    places: [String; 2],
    pending: Option<Pending>,
    prefixes: Vec<(String, String)>,
    /// The line that is being written.
    line: Vec<u8>,
    /// Lot and expiry of the orders.
    orders: BTreeMap<OrderId, (Lot, ExpiryDate)>,
    /// Company prefixes of their products.
    products: BTreeMap<Gtin, CompanyPrefix>,
}

impl<W: io::Write> EpcisWriter<W> {
    /// A writer of events that happened on `line` after `start`; places are named under `prefix`.
    pub fn new(to: W, start: Timestamp, prefix: CompanyPrefix, line: &str) -> Self {
        let prefixes = vec![("linetwin".to_owned(), OWN.to_owned())];
        let places = [sgln_uri(prefix, SITE, line), sgln_uri(prefix, SITE, "0")];
        let (line, orders, products) = Default::default();
        Self { to, start, prefix, places, pending: None, prefixes, line, orders, products }
    }

    /// Writes what happened at `at`.
    ///
    /// # Errors
    /// Those of the writer beneath, and a time that EPCIS cannot write.
    pub fn write(&mut self, at: SimTime, event: &LedgerEvent) -> io::Result<()> {
        match event {
            LedgerEvent::OrderCreated { id, order } => {
                self.orders.insert(*id, (order.lot, order.expiry));
                let carried =
                    order.packaging.iter().filter_map(|level| level.identification_key.gtin());
                let gtins = carried.chain([order.product.gtin]);
                if let Some(prefix) = order.prefix() {
                    self.products.extend(gtins.map(|gtin| (gtin, prefix)));
                }
                Ok(())
            }
            LedgerEvent::StateChanged {
                operation: Operation::Commission, order, objects, ..
            } => {
                let known = order.and_then(|order| self.orders.get(&order));
                let &(lot, expiry) = known.ok_or_else(|| io::Error::other("an unknown order"))?;
                objects.iter().try_for_each(|object| match object {
                    ObjectCode::Unit(unit) => self.commissioned(at, *unit, lot, expiry),
                    ObjectCode::Container(_) => Ok(()),
                })
            }
            LedgerEvent::StateChanged { operation, objects, reason, .. } => {
                let made = match operation {
                    Operation::Sample => EpcisEvent::sample,
                    Operation::Decommission => EpcisEvent::decommission,
                    Operation::Destroy => EpcisEvent::destroy,
                    Operation::Ship => EpcisEvent::ship,
                    Operation::VoidShipping => EpcisEvent::void_shipping,
                    Operation::AcceptReturn => EpcisEvent::accept_return,
                    Operation::RequestUnallocated
                    | Operation::ReturnUnallocated
                    | Operation::RequestAllocated
                    | Operation::ReturnAllocated
                    | Operation::Invalidate
                    | Operation::Encode
                    | Operation::ScrapLabel
                    | Operation::SampleLabel
                    | Operation::Commission => return Ok(()),
                };
                let mut event = made(self.scene(at)?, self.uris(objects));
                if let Some(Reason::Decommission(reason)) = reason {
                    event.extensions.push(own("reason", reason_name(*reason)));
                }
                self.settled_line(event)
            }
            LedgerEvent::Packed { parent, level, new, partial, children } => {
                let parent = self.uri(parent);
                if *new {
                    let born = vec![parent.clone()];
                    let event = EpcisEvent::commission(self.scene(at)?, born, Vec::new());
                    self.settled_line(event)?;
                }
                let mut packed = EpcisEvent::pack(self.scene(at)?, parent, self.uris(children));
                packed.extensions.push(own("level", level_name(*level)));
                if *partial {
                    packed.extensions.push(own("partial", "true"));
                }
                self.settled_line(packed)
            }
            LedgerEvent::Unpacked { parent, children } => {
                let (scene, children) = (self.scene(at)?, self.uris(children));
                self.settled_line(EpcisEvent::unpack(scene, self.uri(parent), children))
            }
            LedgerEvent::ContentsChecked { parent, missing, alien } => {
                let right = missing.is_empty() && alien.is_empty();
                let scene = self.scene(at)?;
                let mut event = EpcisEvent::inspect(scene, vec![self.uri(parent)], right);
                let lists = [("missing", self.uris(missing)), ("alien", self.uris(alien))];
                for (name, uris) in lists {
                    event.extensions.extend(uris.into_iter().map(|uri| own(name, uri)));
                }
                self.settled_line(event)
            }
            LedgerEvent::Received { objects, place } => {
                let scene = self.scene_at(at, *place)?;
                self.settled_line(EpcisEvent::receive(scene, self.uris(objects)))
            }
            LedgerEvent::StatusChanged { unit, to, place, .. } => {
                let (step, disposition) = status_words(*to);
                let (scene, unit) = (self.scene_at(at, *place)?, vec![self.uri(unit)]);
                let mut event = EpcisEvent::observe(scene, unit, step, disposition);
                event.extensions.push(own("packStatus", format!("{to:?}")));
                self.settled_line(event)
            }
            LedgerEvent::LotRecalled { gtin, lot } => {
                let class = lgtin_uri(*gtin, lot, self.prefix_of(*gtin));
                let lot = Quantity { class, amount: None, unit: None };
                self.settled_line(EpcisEvent::recall(self.scene(at)?, lot))
            }
            LedgerEvent::OrderSigned { .. }
            | LedgerEvent::LineCleared { .. }
            | LedgerEvent::OrderStateChanged { .. }
            | LedgerEvent::SpaceOpened { .. }
            | LedgerEvent::NumbersMade { .. }
            | LedgerEvent::NumbersImported { .. } => Ok(()),
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

    fn commissioned(
        &mut self,
        at: SimTime,
        unit: UnitCode,
        lot: Lot,
        expiry: ExpiryDate,
    ) -> io::Result<()> {
        let joins = |p: &Pending| {
            p.at.second() == at.second() && p.lot == lot && p.units[0].gtin == unit.gtin
        };
        if !self.pending.as_ref().is_some_and(joins) {
            self.flush()?;
        }
        let units = Vec::new();
        let pending = self.pending.get_or_insert(Pending { at, units, lot, expiry });
        pending.at = at;
        pending.units.push(unit);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(Pending { at, units, lot, expiry }) = self.pending.take() else {
            return Ok(());
        };
        let prefix = self.prefix_of(units[0].gtin);
        let mut ilmd = lot_and_expiry(&lot, &expiry);
        ilmd.push(own("lot", lgtin_uri(units[0].gtin, &lot, prefix)));
        let epcs = units.iter().map(|unit| sgtin_uri(unit, prefix)).collect();
        self.line(EpcisEvent::commission(self.scene(at)?, epcs, ilmd))
    }

    /// An event that must stand behind all commissionings so far.
    fn settled_line(&mut self, event: EpcisEvent) -> io::Result<()> {
        self.flush()?;
        self.line(event)
    }

    fn line(&mut self, event: EpcisEvent) -> io::Result<()> {
        let event = event.named_by_hash();
        // JSON comes in pieces of a few bytes; the writer beneath gets whole lines.
        self.line.clear();
        event.write_json(&mut self.line, &self.prefixes)?;
        self.line.push(b'\n');
        self.to.write_all(&self.line)
    }

    fn prefix_of(&self, gtin: Gtin) -> CompanyPrefix {
        self.products.get(&gtin).copied().unwrap_or(self.prefix)
    }

    /// The name of an object in events.
    pub fn uri(&self, object: &ObjectCode) -> String {
        match object {
            ObjectCode::Unit(unit) => sgtin_uri(unit, self.prefix_of(unit.gtin)),
            ObjectCode::Container(sscc) => {
                let own = |prefix: &&CompanyPrefix| sscc.reference(**prefix).is_some();
                let prefix = self.products.values().find(own).copied().unwrap_or(self.prefix);
                sscc_uri(*sscc, prefix)
            }
        }
    }

    fn uris(&self, objects: &[ObjectCode]) -> Vec<String> {
        objects.iter().map(|object| self.uri(object)).collect()
    }

    fn scene(&self, at: SimTime) -> io::Result<Scene> {
        let span = std::time::Duration::from_nanos(SimSpan::as_nanos(at.since(SimTime::START)));
        let time = self.start.checked_add(span).ok().and_then(EventTime::new);
        let beyond = || io::Error::other(format!("{at} after {} is beyond year 9999", self.start));
        let [read_point, biz_location] = self.places.clone();
        Ok(Scene {
            time: time.map(EventTime::to_millisecond).ok_or_else(beyond)?,
            offset: ZoneOffset::utc(),
            read_point,
            biz_location: Some(biz_location),
        })
    }

    /// As [`Self::scene`], somewhere in trade.
    fn scene_at(&self, at: SimTime, place: PlaceId) -> io::Result<Scene> {
        let read_point = format!("urn:linetwin:place:{}", place.0);
        Ok(Scene { read_point, biz_location: None, ..self.scene(at)? })
    }
}

fn own(name: &'static str, text: impl Into<String>) -> Node {
    Node::text(Name::new(OWN, name), text)
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

/// Business step and disposition of a pack's new status. The CBV has no words for the states of EU 2016/161;
/// these are the nearest, and the exact one is written beside them.
const fn status_words(status: PackStatus) -> (&'static str, &'static str) {
    match status {
        PackStatus::Active => ("storing", "sellable_accessible"),
        PackStatus::Supplied => ("dispensing", "dispensed"),
        PackStatus::Exported => ("departing", "in_transit"),
        PackStatus::Locked => ("holding", "non_sellable_other"),
        PackStatus::Stolen => ("holding", "stolen"),
        PackStatus::Sample | PackStatus::FreeSample => ("removing", "non_sellable_other"),
        PackStatus::CheckedOut => ("removing", "unavailable"),
        PackStatus::Destroyed => ("holding", "disposed"),
    }
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::Inner => "inner",
        Level::Bundle => "bundle",
        Level::Case => "case",
        Level::Pallet => "pallet",
    }
}

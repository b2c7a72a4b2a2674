//! The events of a packaging line, each with the action, business step and disposition that the CBV gives it.
//! It decides no step: it describes one that was taken.

use linetwin_gs1::{ExpiryDate, Lot};

use super::event::{Action, EpcisEvent, Items, Location, PersistentDisposition, Quantity, What};
use super::tree::{MASTER_DATA, Name, Node};
use super::values::{EventTime, ZoneOffset};
use super::words::Word;

/// When and where something happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// When.
    pub time: EventTime,
    /// Local time there.
    pub offset: ZoneOffset,
    /// URI of the place where it is recorded.
    pub read_point: String,
    /// URI of the place where the objects are from then on; not every step has it.
    pub biz_location: Option<String>,
}

/// Lot and expiry date, as ILMD (CBV 2.0, 9.2).
pub fn lot_and_expiry(lot: &Lot, expiry: &ExpiryDate) -> Vec<Node> {
    vec![
        Node::text(Name::new(MASTER_DATA, "lotNumber"), lot.as_str()),
        Node::text(Name::new(MASTER_DATA, "itemExpirationDate"), expiry.date().to_string()),
    ]
}

impl EpcisEvent {
    /// Codes were printed; they are not yet on sound units.
    pub fn encode(scene: Scene, epcs: Vec<String>) -> Self {
        Self::object(scene, Action::Observe, epcs, "encoding", "encoded")
    }

    /// Codes were bound to units or containers, with what is true of them for life.
    pub fn commission(scene: Scene, epcs: Vec<String>, ilmd: Vec<Node>) -> Self {
        let what = What::Object { action: Action::Add, items: Items::epcs(epcs), ilmd };
        Self::step(scene, what, "commissioning", Some("active"))
    }

    /// Units or containers were put into another.
    pub fn pack(scene: Scene, parent: String, children: Vec<String>) -> Self {
        Self::aggregation(scene, Action::Add, parent, children, "packing")
    }

    /// They were taken out; all of them where no child is named.
    pub fn unpack(scene: Scene, parent: String, children: Vec<String>) -> Self {
        Self::aggregation(scene, Action::Delete, parent, children, "unpacking")
    }

    /// Units were taken as samples. Sampling destroys: an end of life has to follow.
    pub fn sample(scene: Scene, epcs: Vec<String>) -> Self {
        let what =
            What::Object { action: Action::Observe, items: Items::epcs(epcs), ilmd: Vec::new() };
        Self::step(scene, what, "sampling", None)
    }

    /// Codes no longer stand for anything.
    pub fn decommission(scene: Scene, epcs: Vec<String>) -> Self {
        Self::object(scene, Action::Delete, epcs, "decommissioning", "inactive")
    }

    /// Units are no more.
    pub fn destroy(scene: Scene, epcs: Vec<String>) -> Self {
        Self::object(scene, Action::Delete, epcs, "destroying", "destroyed")
    }

    /// They left for somewhere else; the outermost containers are named.
    pub fn ship(scene: Scene, epcs: Vec<String>) -> Self {
        Self::object(scene, Action::Observe, epcs, "shipping", "in_transit")
    }

    /// They came in.
    pub fn receive(scene: Scene, epcs: Vec<String>) -> Self {
        Self::object(scene, Action::Observe, epcs, "receiving", "in_progress")
    }

    /// A shipping that was reported did not happen.
    pub fn void_shipping(scene: Scene, epcs: Vec<String>) -> Self {
        Self::object(scene, Action::Observe, epcs, "void_shipping", "in_progress")
    }

    /// Goods came back.
    pub fn accept_return(scene: Scene, epcs: Vec<String>) -> Self {
        Self::object(scene, Action::Observe, epcs, "receiving", "returned")
    }

    /// What is in containers was compared with the record.
    pub fn inspect(scene: Scene, epcs: Vec<String>, right: bool) -> Self {
        let disposition = if right { "conformant" } else { "non_conformant" };
        Self::object(scene, Action::Observe, epcs, "inspecting", disposition)
    }

    /// Another step that leaves the objects unchanged.
    pub fn observe(
        scene: Scene,
        epcs: Vec<String>,
        step: &'static str,
        disposition: &'static str,
    ) -> Self {
        Self::object(scene, Action::Observe, epcs, step, disposition)
    }

    /// A lot was recalled, wherever its units are.
    pub fn recall(scene: Scene, lot: Quantity) -> Self {
        let items = Items { epcs: Vec::new(), quantities: vec![lot] };
        let what = What::Object { action: Action::Observe, items, ilmd: Vec::new() };
        Self::step(scene, what, "holding", Some("recalled"))
    }

    fn object(
        scene: Scene,
        action: Action,
        epcs: Vec<String>,
        step: &'static str,
        disposition: &'static str,
    ) -> Self {
        let what = What::Object { action, items: Items::epcs(epcs), ilmd: Vec::new() };
        Self::step(scene, what, step, Some(disposition))
    }

    fn aggregation(
        scene: Scene,
        action: Action,
        parent: String,
        children: Vec<String>,
        step: &'static str,
    ) -> Self {
        let what =
            What::Aggregation { action, parent: Some(parent), children: Items::epcs(children) };
        Self::step(scene, what, step, Some("in_progress"))
    }

    fn step(
        scene: Scene,
        what: What,
        step: &'static str,
        disposition: Option<&'static str>,
    ) -> Self {
        let place = |id: String| Location { id, extensions: Vec::new() };
        Self {
            time: scene.time,
            offset: scene.offset,
            record_time: None,
            id: None,
            error: None,
            certification: Vec::new(),
            what,
            biz_step: Some(Word::standard(step)),
            disposition: disposition.map(Word::standard),
            persistent: PersistentDisposition::default(),
            read_point: Some(place(scene.read_point)),
            biz_location: scene.biz_location.map(place),
            biz_transactions: Vec::new(),
            sources: Vec::new(),
            destinations: Vec::new(),
            sensors: Vec::new(),
            extensions: Vec::new(),
        }
    }
}

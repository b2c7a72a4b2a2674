//! One aggregation station as the controller sees it: which children are to come, which are in the
//! open container, which containers wait for their label. A container closes only when every
//! child in it was read and is the one that should be there.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::gs1::{Label, Sscc, parse_element_string};

use super::super::ledger::ObjectCode;
use super::super::order::StationLayout;
use super::super::protocol::Read;
use super::awaited::Awaited;

/// How often a layer is read again before an operator is called.
const RESCANS: u32 = 3;
/// How often an operator tries to read one child by hand before he takes it out.
const HAND_SCANS: u32 = 10;

/// What to do about a layer.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum LayerVerdict {
    /// All children are right.
    Accept,
    /// They were accepted before: say so again.
    AcceptAgain,
    /// Some could not be read: read all again.
    Rescan,
    /// An operator reads this one by hand.
    ScanByHand(usize),
    /// An operator takes this one out.
    Remove(usize),
}

/// What to do about a container's label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LabelVerdict {
    /// It is right, and the container holds these.
    Release(Sscc, Vec<ObjectCode>),
    /// It was found right before: say so again.
    ReleaseAgain,
    /// Unreadable or wrong: the container stays until its own label is read.
    PrintAgain,
    /// No container should stand there.
    Nothing,
}

/// The controller's picture of one station.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Packing {
    layout: StationLayout,
    /// Children on their way here.
    awaited: Awaited,
    /// Children accepted into the open container.
    open: Vec<ObjectCode>,
    /// The layer that waits for a decision: one place a child.
    layer: Vec<Option<ObjectCode>>,
    /// How often the operator has tried to read each child of the layer.
    hand_scans: Vec<u32>,
    /// How often the layer was read.
    reads: u32,
    /// The layer accepted last, place by place.
    accepted: Vec<ObjectCode>,
    /// Units can be taken out and replaced; containers stay until they are read.
    holds_units: bool,
    /// Closed containers on their way to the labeller.
    unlabelled: VecDeque<Vec<ObjectCode>>,
    /// The container before the labeller.
    labelling: Option<(Sscc, Vec<ObjectCode>)>,
    /// The label released last.
    released: Option<Sscc>,
    /// Containers begun.
    begun: u64,
    /// Children still to be packed here, in the open container and after it.
    remaining: u32,
    /// Children that the open container shall hold.
    target: u32,
}

impl Packing {
    /// A station that is to pack `total` children.
    pub(super) fn new(layout: StationLayout, total: u32, holds_units: bool) -> Self {
        Self {
            layout,
            awaited: Awaited::default(),
            open: Vec::new(),
            layer: Vec::new(),
            hand_scans: Vec::new(),
            reads: 0,
            accepted: Vec::new(),
            holds_units,
            unlabelled: VecDeque::new(),
            labelling: None,
            released: None,
            begun: 0,
            remaining: total,
            target: 0,
        }
    }

    pub(super) const fn layout(&self) -> &StationLayout {
        &self.layout
    }

    /// Everything that was to be packed here is packed, labelled and gone.
    pub(super) fn is_done(&self) -> bool {
        self.remaining == 0 && self.unlabelled.is_empty() && self.labelling.is_none()
    }

    /// A child is on its way here.
    pub(super) fn expect(&mut self, child: ObjectCode) {
        self.awaited.expect(child);
    }

    /// Number and children of the next container; none when nothing is left to pack.
    pub(super) fn begin(&mut self) -> Option<(u64, u32)> {
        self.target = self.layout.children.min(self.remaining);
        self.begun += u64::from(self.target > 0);
        self.current().filter(|_| self.target > 0)
    }

    /// Number and children of the container begun last.
    pub(super) fn current(&self) -> Option<(u64, u32)> {
        (self.begun > 0).then_some((self.begun, self.target))
    }

    /// Judges the codes of a layer, place by place.
    pub(super) fn read_layer(&mut self, reads: &[Read]) -> LayerVerdict {
        self.layer = reads.iter().map(child_of).collect();
        let mut accepted = self.accepted.iter().map(|child| Some(*child));
        if !reads.is_empty() && self.layer.iter().copied().eq(&mut accepted) {
            self.layer.clear();
            return LayerVerdict::AcceptAgain;
        }
        self.hand_scans = vec![0; reads.len()];
        self.reads += 1;
        self.judge_layer()
    }

    /// The operator has scanned one child by hand.
    pub(super) fn scanned(&mut self, place: usize, read: &Read) -> LayerVerdict {
        if let Some(slot) = self.layer.get_mut(place) {
            *slot = child_of(read);
        }
        self.judge_layer()
    }

    /// The operator has taken one child out; another one will take its place.
    pub(super) fn removed(&mut self, place: usize) {
        if place < self.layer.len() && self.layer.remove(place).is_none() {
            self.awaited.take_out_unread();
        }
        self.reads = 0;
    }

    /// Children on their way here.
    pub(super) fn awaited(&mut self) -> &mut Awaited {
        &mut self.awaited
    }

    /// Children that are neither packed here nor known to be on their way.
    pub(super) fn lacking(&self) -> u32 {
        let here = self.open.len() as u32 + self.awaited.still_to_come();
        self.remaining.saturating_sub(here)
    }

    /// No child is on its way here.
    pub(super) fn awaits_nothing(&self) -> bool {
        self.awaited.is_empty()
    }

    /// Every child that was to be packed here is.
    pub(super) fn is_full(&self) -> bool {
        self.remaining == 0
    }

    /// What cannot be read comes first: it may be one of ours. Then what does not belong here.
    fn judge_layer(&mut self) -> LayerVerdict {
        let unread = self.layer.iter().enumerate().filter(|(_, child)| child.is_none());
        let places = unread.map(|(place, _)| place);
        if let Some(place) = places.min_by_key(|place| self.hand_scans[*place]) {
            return if self.reads <= RESCANS {
                LayerVerdict::Rescan
            } else if self.hand_scans[place] < HAND_SCANS || !self.holds_units {
                self.scan_by_hand(place)
            } else {
                LayerVerdict::Remove(place)
            };
        }
        for (place, child) in self.layer.iter().enumerate() {
            let awaited = child.is_some_and(|child| self.awaited.awaits(&child));
            if !awaited || self.layer[..place].contains(child) {
                return if self.holds_units {
                    LayerVerdict::Remove(place)
                } else {
                    self.scan_by_hand(place)
                };
            }
        }
        self.accept_layer();
        LayerVerdict::Accept
    }

    fn scan_by_hand(&mut self, place: usize) -> LayerVerdict {
        self.hand_scans[place] = self.hand_scans[place].saturating_add(1);
        LayerVerdict::ScanByHand(place)
    }

    fn accept_layer(&mut self) {
        let layer = std::mem::take(&mut self.layer);
        self.reads = 0;
        self.accepted = layer.into_iter().flatten().collect();
        for child in &self.accepted {
            self.awaited.arrive(child);
        }
        self.open.extend(&self.accepted);
        if self.open.len() as u32 == self.target {
            self.remaining -= self.target;
            self.unlabelled.push_back(std::mem::take(&mut self.open));
        }
    }

    /// True when the open container has just been filled: the next one can begin.
    pub(super) fn between_containers(&self) -> bool {
        self.open.is_empty()
    }

    /// A closed container stands before the labeller: give it this label. `None` if none should.
    pub(super) fn start_label(&mut self, next_sscc: impl FnOnce() -> Option<Sscc>) -> Option<Sscc> {
        if self.labelling.is_none() {
            let children = self.unlabelled.pop_front()?;
            match next_sscc() {
                Some(sscc) => self.labelling = Some((sscc, children)),
                None => self.unlabelled.push_front(children),
            }
        }
        self.labelling.as_ref().map(|(sscc, _)| *sscc)
    }

    /// Judges what the labeller's scanner read.
    pub(super) fn label_read(&mut self, read: &Read) -> LabelVerdict {
        let found = match child_of(read) {
            Some(ObjectCode::Container(found)) => Some(found),
            Some(ObjectCode::Unit(_)) | None => None,
        };
        if found.is_some() && found == self.released {
            return LabelVerdict::ReleaseAgain;
        }
        match self.labelling.take() {
            Some((sscc, children)) if found == Some(sscc) => {
                self.released = found;
                LabelVerdict::Release(sscc, children)
            }
            Some(waits) => {
                self.labelling = Some(waits);
                LabelVerdict::PrintAgain
            }
            None => LabelVerdict::Nothing,
        }
    }
}

fn child_of(read: &Read) -> Option<ObjectCode> {
    let Read::Symbol { text, .. } = read else {
        return None;
    };
    match parse_element_string(text) {
        Ok(Label::Pack(code)) => Some(ObjectCode::Unit(code.unit)),
        Ok(Label::Container(sscc)) => Some(ObjectCode::Container(sscc)),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::{Level, MachineId};
    use crate::gs1::{CompanyPrefix, Gtin, PackCode, UnitCode};

    fn code(serial: &str) -> PackCode {
        PackCode {
            unit: UnitCode {
                gtin: Gtin::parse("06291041500213").unwrap(),
                serial: serial.parse().unwrap(),
            },
            expiry: "2028-09-30".parse().unwrap(),
            lot: "L7".parse().unwrap(),
        }
    }

    fn child(serial: &str) -> ObjectCode {
        ObjectCode::Unit(code(serial).unit)
    }

    fn see(serial: &str) -> Read {
        if serial.is_empty() {
            return Read::NoRead;
        }
        Read::Symbol { text: Arc::from(code(serial).element_string()), grade_tenths: 40 }
    }

    fn layer(packing: &mut Packing, serials: [&str; 3]) -> LayerVerdict {
        packing.read_layer(&serials.map(see))
    }

    /// A station for cases of three, with A, B, C, D, E on their way.
    fn station() -> Packing {
        let (station, labeller) = (MachineId(0), MachineId(1));
        let layout = StationLayout { station, labeller, level: Level::Case, children: 3 };
        let mut packing = Packing::new(layout, 5, true);
        for serial in ["A", "B", "C", "D", "E"] {
            packing.expect(child(serial));
        }
        assert_eq!(packing.begin(), Some((1, 3)));
        packing
    }

    #[test]
    fn a_layer_of_the_right_children_in_any_order_fills_the_case() {
        let mut packing = station();
        assert_eq!(layer(&mut packing, ["B", "A", "C"]), LayerVerdict::Accept);
        assert!(packing.between_containers());
        assert_eq!(packing.begin(), Some((2, 2)), "the last case is a partial one");
    }

    #[test]
    fn what_cannot_be_read_is_read_again_then_by_hand_then_taken_out() {
        let mut packing = station();
        for _ in 0..RESCANS {
            assert_eq!(layer(&mut packing, ["A", "", "C"]), LayerVerdict::Rescan);
        }
        assert_eq!(layer(&mut packing, ["A", "", "C"]), LayerVerdict::ScanByHand(1));
        let mut verdict = packing.scanned(1, &Read::NoRead);
        while verdict == LayerVerdict::ScanByHand(1) {
            verdict = packing.scanned(1, &Read::NoRead);
        }
        assert_eq!(verdict, LayerVerdict::Remove(1));
        packing.removed(1);
        // The next child takes its place.
        assert_eq!(layer(&mut packing, ["A", "C", "D"]), LayerVerdict::Accept);
        assert_eq!(packing.awaited().settle().unread, [child("B")], "the one that nobody read");
    }

    #[test]
    fn several_children_that_cannot_be_read_are_all_accounted_for() {
        let mut packing = station();
        for _ in 0..=RESCANS {
            layer(&mut packing, ["", "B", ""]);
        }
        // He tries each of the two as often as the other, then takes the first one out.
        let give_up = |packing: &mut Packing, first: usize| {
            let mut verdict = packing.scanned(first, &Read::NoRead);
            while let LayerVerdict::ScanByHand(place) = verdict {
                verdict = packing.scanned(place, &Read::NoRead);
            }
            verdict
        };
        assert_eq!(give_up(&mut packing, 0), LayerVerdict::Remove(0));
        packing.removed(0);
        for _ in 0..=RESCANS {
            layer(&mut packing, ["B", "", "D"]);
        }
        assert_eq!(give_up(&mut packing, 1), LayerVerdict::Remove(1));
        packing.removed(1);
        assert_eq!(layer(&mut packing, ["B", "D", "E"]), LayerVerdict::Accept);
        assert_eq!(packing.awaited().settle().unread, [child("A"), child("C")]);
    }

    #[test]
    fn a_child_read_by_hand_completes_the_layer() {
        let mut packing = station();
        for _ in 0..=RESCANS {
            layer(&mut packing, ["A", "", "C"]);
        }
        assert_eq!(packing.scanned(1, &see("B")), LayerVerdict::Accept);
    }

    #[test]
    fn strangers_and_doubles_are_taken_out() {
        let mut packing = station();
        assert_eq!(layer(&mut packing, ["A", "X", "C"]), LayerVerdict::Remove(1));
        assert_eq!(layer(&mut packing, ["A", "A", "C"]), LayerVerdict::Remove(1));
    }

    #[test]
    fn only_the_right_label_lets_a_case_go() {
        let mut packing = station();
        layer(&mut packing, ["A", "B", "C"]);
        let prefix = CompanyPrefix::parse("6291041").unwrap();
        let sscc = |n| Sscc::build(0, prefix, n).unwrap();
        assert_eq!(packing.start_label(|| Some(sscc(1))), Some(sscc(1)));
        assert_eq!(packing.start_label(|| Some(sscc(2))), Some(sscc(1)), "printed again, not anew");
        let label = |sscc| {
            let text = Arc::from(Label::container_string(sscc));
            Read::Symbol { text, grade_tenths: 40 }
        };
        assert_eq!(packing.label_read(&Read::NoRead), LabelVerdict::PrintAgain);
        assert_eq!(packing.label_read(&label(sscc(2))), LabelVerdict::PrintAgain);
        let children = ["A", "B", "C"].map(child).to_vec();
        let released = LabelVerdict::Release(sscc(1), children);
        assert_eq!(packing.label_read(&label(sscc(1))), released);
        assert_eq!(packing.label_read(&label(sscc(1))), LabelVerdict::ReleaseAgain);
        assert_eq!(packing.label_read(&Read::NoRead), LabelVerdict::Nothing);
        assert!(!packing.is_done(), "two more are to come");
    }
}

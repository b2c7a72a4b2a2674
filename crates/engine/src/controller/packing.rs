//! One aggregation station as the controller sees it: which children are to come, which are in the
//! open container, which containers wait for their label. A container closes only when every
//! child in it was read and is the one that should be there.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use linetwin_gs1::{Label, Sscc, parse_element_string};

use super::super::coverage::CoveragePoint;
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
    /// They were accepted before: repeat the command.
    AcceptAgain,
    /// No layer waits for a decision.
    Nothing,
    /// Some could not be read: read all again.
    Rescan,
    /// An operator reads this one by hand.
    ScanByHand(usize),
    /// An operator takes this one out.
    Remove(usize),
}

impl LayerVerdict {
    /// The coverage point that this verdict reaches, if any.
    pub(super) const fn point(self) -> Option<CoveragePoint> {
        match self {
            Self::Accept | Self::Nothing => None,
            Self::AcceptAgain => Some(CoveragePoint::LayerAcceptedTwice),
            Self::Rescan => Some(CoveragePoint::LayerReadAgain),
            Self::ScanByHand(_) => Some(CoveragePoint::ChildScannedByHand),
            Self::Remove(_) => Some(CoveragePoint::ChildTakenOut),
        }
    }
}

/// A layer beside the one accepted last.
enum Compared {
    Same,
    /// This place was read as another child.
    SameBut(usize),
    Other,
}

/// What to do about a container's label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LabelVerdict {
    /// It is right, and the container holds these.
    Release(Sscc, Vec<ObjectCode>),
    /// It was found right before: repeat the command.
    ReleaseAgain,
    /// Unreadable or wrong: the container stays until its own label is read.
    PrintAgain,
    /// It may be the one released last, if only it could be read.
    ReadAgain,
    /// No container should stand there.
    Nothing,
}

/// The controller's model of one station.
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
    /// The layer at the station may be that one: the last command may not have arrived.
    in_doubt: bool,
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
    /// Children to be packed here altogether.
    total: u32,
    /// Of these, children that are not yet in a closed container.
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
            in_doubt: false,
            holds_units,
            unlabelled: VecDeque::new(),
            labelling: None,
            released: None,
            begun: 0,
            total,
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
        self.current()
    }

    /// The last command may not have arrived.
    pub(super) fn mark_in_doubt(&mut self) {
        self.in_doubt = true;
        self.reads = 0;
    }

    /// Number and children of the container begun last; none if nothing more is to be packed.
    pub(super) fn current(&self) -> Option<(u64, u32)> {
        (self.target > 0).then_some((self.begun, self.target))
    }

    /// Judges the codes of a layer, place by place.
    pub(super) fn read_layer(&mut self, reads: &[Read]) -> LayerVerdict {
        self.layer = reads.iter().map(child_of).collect();
        self.hand_scans = vec![0; reads.len()];
        self.reads += 1;
        self.judge_layer()
    }

    /// The operator has scanned one child by hand.
    pub(super) fn scanned(&mut self, place: usize, read: &Read) -> LayerVerdict {
        let Some(slot) = self.layer.get_mut(place) else {
            return LayerVerdict::Nothing;
        };
        if *read == Read::NothingThere {
            *slot = None;
            return LayerVerdict::Remove(place);
        }
        *slot = child_of(read);
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

    /// Containers that are still to get a label.
    pub(super) fn containers_to_label(&self) -> u32 {
        self.remaining.div_ceil(self.layout.children) + self.unlabelled.len() as u32
    }

    /// A layer waits for a decision.
    pub(super) fn has_layer(&self) -> bool {
        !self.layer.is_empty()
    }

    /// A container stands before the labeller.
    pub(super) const fn is_labelling(&self) -> bool {
        self.labelling.is_some()
    }

    /// Every child that was to be packed here is.
    pub(super) fn is_full(&self) -> bool {
        self.remaining == 0
    }

    /// Unreadable codes come first: such a child may belong here. Then come those that do not belong here.
    fn judge_layer(&mut self) -> LayerVerdict {
        match self.compare_with_accepted() {
            Compared::Same => {
                self.layer.clear();
                self.in_doubt = false;
                return LayerVerdict::AcceptAgain;
            }
            Compared::SameBut(_) if self.reads <= RESCANS => return LayerVerdict::Rescan,
            Compared::SameBut(place) => return self.scan_by_hand(place),
            Compared::Other => {}
        }
        let read = |child: &Option<ObjectCode>| child.is_some();
        self.in_doubt &= !self.layer.iter().any(read);
        let unread = self.layer.iter().enumerate().filter(|(_, child)| child.is_none());
        let places = unread.map(|(place, _)| place);
        if let Some(place) = places.min_by_key(|place| self.hand_scans[*place]) {
            return if self.reads <= RESCANS {
                LayerVerdict::Rescan
            } else if self.hand_scans[place] < HAND_SCANS || !self.holds_units || self.in_doubt {
                self.scan_by_hand(place)
            } else {
                LayerVerdict::Remove(place)
            };
        }
        let most = self.layout.layer.min(self.target.saturating_sub(self.open()));
        if self.layer.len() > most as usize {
            return LayerVerdict::Remove(self.layer.len() - 1);
        }
        let wrong = (0..self.layer.len()).filter(|place| self.is_wrong(*place));
        if let Some(place) = wrong.min_by_key(|place| self.hand_scans[*place]) {
            return if self.holds_units {
                LayerVerdict::Remove(place)
            } else {
                self.scan_by_hand(place)
            };
        }
        self.accept_layer();
        LayerVerdict::Accept
    }

    /// What was read there does not belong here, or was read at another place as well. Of two units
    /// the later one is taken out; which of two containers was misread, only a scan of both can tell.
    fn is_wrong(&self, place: usize) -> bool {
        let child = self.layer[place];
        let (before, after) = (&self.layer[..place], &self.layer[place + 1..]);
        !child.is_some_and(|child| self.awaited.awaits(&child))
            || before.contains(&child)
            || !self.holds_units && after.contains(&child)
    }

    /// Whether the layer is the one accepted last, as far as it can be read. One child is enough: it was
    /// accepted with its neighbours. In doubt a layer is that one too if only a few of its codes are others;
    /// a camera must have misread them.
    fn compare_with_accepted(&self) -> Compared {
        if self.layer.len() != self.accepted.len() {
            return Compared::Other;
        }
        let places = self.layer.iter().zip(&self.accepted).enumerate();
        let read = places
            .filter_map(|(place, (read, accepted))| read.map(|read| (place, read == *accepted)));
        let (same, others): (Vec<_>, Vec<_>) = read.partition(|(_, same)| *same);
        let suspect = others.iter().map(|(place, _)| *place);
        match suspect.min_by_key(|place| self.hand_scans[*place]) {
            None if !same.is_empty() => Compared::Same,
            Some(place) if self.in_doubt && same.len() > others.len() => Compared::SameBut(place),
            None | Some(_) => Compared::Other,
        }
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
        self.close_if_full();
    }

    fn close_if_full(&mut self) {
        if !self.open.is_empty() && self.open() == self.target {
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

    /// Children in closed containers.
    pub(super) const fn packed(&self) -> u32 {
        self.total - self.remaining
    }

    /// Children accepted into the open container.
    pub(super) fn open(&self) -> u32 {
        self.open.len() as u32
    }

    /// No more than so many children will come altogether. Returns number and children of the container begun
    /// last, if it will hold fewer than it was to.
    pub(super) fn end_with(&mut self, total: u32) -> Option<(u64, u32)> {
        let total = total.min(self.total);
        self.remaining = total - self.packed();
        self.total = total;
        let target = self.target.min(self.remaining);
        let fewer = target < self.target;
        self.target = target;
        self.close_if_full();
        self.current().filter(|_| fewer)
    }

    /// A closed container stands there and has no label.
    pub(super) fn waits_for_label(&self) -> bool {
        !self.unlabelled.is_empty()
    }

    /// Judges what the labeller's scanner read.
    pub(super) fn label_read(&mut self, read: &Read) -> LabelVerdict {
        let found = match child_of(read) {
            Some(ObjectCode::Container(found)) => Some(found),
            Some(ObjectCode::Unit(_)) | None => None,
        };
        // While another container waits for its label, one that was used before is a wrong one.
        if found.is_some() && found == self.released && self.labelling.is_none() {
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
            None if found.is_none() && self.released.is_some() => LabelVerdict::ReadAgain,
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
mod tests;

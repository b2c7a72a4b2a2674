//! What the tables hold: pages of 64 objects, and the contents of containers. Neighbours in a page
//! are neighbours on the line, so a page is a few bytes an object and is written once a batch.

use serde::{Deserialize, Serialize};

use linetwin_base::Level;

use super::cached::Row;
use super::key::{List, ObjectKey, OrderId};
use super::state::SerialState;
use super::trail::Trail;

/// One printed object: a unit, or a container's label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) state: SerialState,
    pub(super) parent: Option<ObjectKey>,
    /// What became of it in trade; rare.
    pub(super) trail: Option<Box<Trail>>,
}

impl Object {
    pub(super) const fn new(state: SerialState) -> Self {
        Self { state, parent: None, trail: None }
    }
}

pub(super) const ROWS: usize = 64;

/// 64 objects with consecutive counters; none where nothing was printed yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page([Option<Object>; ROWS]);

impl Default for Page {
    fn default() -> Self {
        Self([const { None }; ROWS])
    }
}

/// Where an object stands: the number of its page and its place there.
pub(super) const fn page_of(key: ObjectKey) -> (u64, usize) {
    let bits = key.to_bits();
    (bits / ROWS as u64, (bits % ROWS as u64) as usize)
}

impl Page {
    pub(super) const fn row(&self, place: usize) -> Option<&Object> {
        self.0[place].as_ref()
    }

    pub(super) const fn row_mut(&mut self, place: usize) -> &mut Option<Object> {
        &mut self.0[place]
    }
}

const HAS_PARENT: u8 = 0x40;
const SAME_PARENT: u8 = 0x20;
const HAS_TRAIL: u8 = 0x80;
const ABSENT: u8 = 0x1f;

impl Row for Page {
    /// A byte an object: its state and which of the following is there. Then its parent, unless it is
    /// that of the object before it, and its trail.
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 * ROWS);
        let mut last = None;
        for row in &self.0 {
            let Some(object) = row else {
                out.push(ABSENT);
                continue;
            };
            let parent = match object.parent {
                None => 0,
                Some(parent) if last == Some(parent) => SAME_PARENT,
                Some(_) => HAS_PARENT,
            };
            let trail = if object.trail.is_some() { HAS_TRAIL } else { 0 };
            out.push(object.state as u8 | parent | trail);
            if parent == HAS_PARENT {
                last = object.parent;
                out = postcard::to_extend(&object.parent, out).expect("a vector takes all");
            }
            if let Some(trail) = &object.trail {
                out = postcard::to_extend(trail, out).expect("a vector takes all");
            }
        }
        out
    }

    fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut page = Self::default();
        let mut last = None;
        for row in &mut page.0 {
            let (&head, rest) = bytes.split_first()?;
            bytes = rest;
            if head == ABSENT {
                continue;
            }
            let state = *SerialState::ALL.get(usize::from(head & 0x1f))?;
            let mut object = Object::new(state);
            if head & HAS_PARENT != 0 {
                (last, bytes) = postcard::take_from_bytes(bytes).ok()?;
                object.parent = Some(last?);
            } else if head & SAME_PARENT != 0 {
                object.parent = Some(last?);
            }
            if head & HAS_TRAIL != 0 {
                let (trail, rest) = postcard::take_from_bytes(bytes).ok()?;
                bytes = rest;
                object.trail = Some(Box::new(trail));
            }
            *row = Some(object);
        }
        bytes.is_empty().then_some(page)
    }
}

/// What is in a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contents {
    /// None while the label names no container.
    pub(super) level: Option<Level>,
    /// It was closed with fewer children than it takes.
    pub(super) partial: bool,
    /// Its immediate children in the order in which they were put in.
    pub(super) children: List<ObjectKey>,
    /// The orders that its units are of, in ascending order.
    pub(super) orders: Vec<OrderId>,
}

impl Row for Contents {
    fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("a vector takes all")
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::key::SpaceId;
    use super::super::trail::{PackStatus, PlaceId};
    use super::*;
    use linetwin_base::SimTime;

    fn objects() -> impl Strategy<Value = Option<Object>> {
        let parent = prop::option::of((1u16..3, 0u64..5));
        let object = (0..SerialState::ALL.len(), parent, prop::option::of(0u32..3));
        prop::option::of(object.prop_map(|(state, parent, place)| Object {
            state: SerialState::ALL[state],
            parent: parent.map(|(space, n)| ObjectKey::new(SpaceId(space), n)),
            trail: place.map(|place| {
                let place = PlaceId(place);
                Box::new(Trail { status: PackStatus::Locked, since: SimTime::START, place })
            }),
        }))
    }

    proptest! {
        #[test]
        fn a_page_is_read_as_it_was_written(rows in prop::collection::vec(objects(), ROWS)) {
            let mut page = Page::default();
            for (place, row) in rows.into_iter().enumerate() {
                *page.row_mut(place) = row;
            }
            prop_assert_eq!(Page::decode(&page.encode()), Some(page));
        }

        #[test]
        fn any_bytes_are_a_page_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(page) = Page::decode(&bytes) {
                prop_assert_eq!(Page::decode(&page.encode()), Some(page));
            }
            let _ = Contents::decode(&bytes);
        }
    }

    #[test]
    fn a_page_of_units_in_one_case_takes_about_a_byte_a_unit() {
        let mut page = Page::default();
        for place in 0..ROWS {
            let parent = Some(ObjectKey::new(SpaceId(2), 77));
            *page.row_mut(place) =
                Some(Object { parent, ..Object::new(SerialState::Commissioned) });
        }
        assert!(page.encode().len() < 80);
    }
}

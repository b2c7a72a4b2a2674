//! The fewest codewords for an element string, in any mixture of encodations (ISO/IEC 16022, annex P requires
//! no minimum; this finds it). A shortest path over (characters encoded, encodation, values waiting for their
//! group to fill), and at the end what may be left out when a symbol is exactly full: that alone depends on
//! the symbol's size.
//!
//! Base 256 is not tried: content of ASCII characters takes no fewer codewords in it than in ASCII.

use super::encode::{FNC1, GROUP_SEPARATOR, ascii_length, write_ascii};

/// Where the path stands between two characters: the encodation and the values that wait.
type State = usize;
const STATES: usize = 14;
const ASCII: State = 0;
const C40: State = 1;
const TEXT: State = 4;
const X12: State = 7;
const EDIFACT: State = 10;
/// Codewords to leave EDIFACT, by the values that wait.
const EDIFACT_UNLATCH: [u16; 4] = [1, 2, 3, 3];
/// Codewords to leave an encodation of triplets.
const UNLATCH: u8 = 254;
const UNREACHED: u16 = u16::MAX;
/// Most characters behind the last group that end as ASCII without an unlatch: two codewords of
/// digits behind EDIFACT.
const TAIL: usize = 4;

/// How a state was reached: from which one, with how many characters.
#[derive(Copy, Clone, Default)]
struct Step {
    from: u8,
    characters: u8,
}

/// Cheapest ways to every state at every place of one content.
pub(super) struct Paths<'a> {
    bytes: &'a [u8],
    /// Codewords written, those of groups that are full.
    cost: Vec<[u16; STATES]>,
    step: Vec<[Step; STATES]>,
}

/// How a content ends in a symbol of one size: the last state, the characters left to ASCII without
/// an unlatch, and the codewords of all.
#[derive(Copy, Clone)]
pub(super) struct Ending {
    place: usize,
    state: State,
}

/// C40 and Text: how many values a character takes.
fn values(byte: u8, capitals: bool) -> u16 {
    match byte {
        b'0'..=b'9' => 1,
        b'A'..=b'Z' if capitals => 1,
        b'a'..=b'z' if !capitals => 1,
        _ => 2,
    }
}

const fn in_x12(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'*' | b'>')
}

const fn in_edifact(byte: u8) -> bool {
    matches!(byte, b' '..=b'^')
}

impl<'a> Paths<'a> {
    /// Works out all ways; one codeword, FNC1, stands before the first character.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut paths = Self {
            bytes,
            cost: vec![[UNREACHED; STATES]; bytes.len() + 1],
            step: vec![[Step::default(); STATES]; bytes.len() + 1],
        };
        paths.cost[0][ASCII] = 1;
        for place in 0..=bytes.len() {
            paths.switch(place);
            if let Some(&byte) = bytes.get(place) {
                paths.take(place, byte);
            }
        }
        paths
    }

    fn reach(&mut self, place: usize, state: State, cost: u16, from: State, characters: u8) {
        if cost < self.cost[place][state] {
            self.cost[place][state] = cost;
            self.step[place][state] = Step { from: from as u8, characters };
        }
    }

    /// Back to ASCII where no value waits, and from ASCII to all others.
    fn switch(&mut self, place: usize) {
        for from in [C40, TEXT, X12] {
            let cost = self.cost[place][from].saturating_add(1);
            self.reach(place, ASCII, cost, from, 0);
        }
        for (waiting, unlatch) in EDIFACT_UNLATCH.into_iter().enumerate() {
            let cost = self.cost[place][EDIFACT + waiting].saturating_add(unlatch);
            self.reach(place, ASCII, cost, EDIFACT + waiting, 0);
        }
        let latched = self.cost[place][ASCII].saturating_add(1);
        for to in [C40, TEXT, X12, EDIFACT] {
            self.reach(place, to, latched, ASCII, 0);
        }
    }

    /// The next character, in every encodation that has it.
    fn take(&mut self, place: usize, byte: u8) {
        let cost = self.cost[place];
        self.reach(place + 1, ASCII, cost[ASCII].saturating_add(1), ASCII, 1);
        let pair = self.bytes.get(place + 1).is_some_and(u8::is_ascii_digit);
        if byte.is_ascii_digit() && pair {
            self.reach(place + 2, ASCII, cost[ASCII].saturating_add(1), ASCII, 2);
        }
        let triplets = [
            (C40, values(byte, true)),
            (TEXT, values(byte, false)),
            (X12, if in_x12(byte) { 1 } else { 0 }),
        ];
        for (encodation, values) in triplets {
            for waiting in 0..3 {
                let now = waiting as u16 + values;
                let cost = cost[encodation + waiting].saturating_add(2 * (now / 3));
                if values > 0 {
                    let to = encodation + usize::from(now % 3);
                    self.reach(place + 1, to, cost, encodation + waiting, 1);
                }
            }
        }
        if in_edifact(byte) {
            for waiting in 0..4 {
                let cost = cost[EDIFACT + waiting].saturating_add(if waiting == 3 { 3 } else { 0 });
                self.reach(place + 1, EDIFACT + (waiting + 1) % 4, cost, EDIFACT + waiting, 1);
            }
        }
    }

    /// An ending that fits into so many codewords, if there is one.
    pub(super) fn ending(&self, codewords: usize) -> Option<Ending> {
        let end = self.bytes.len();
        let cost = |place: usize, state: State| usize::from(self.cost[place][state]);
        if cost(end, ASCII) <= codewords {
            return Some(Ending { place: end, state: ASCII });
        }
        // Two values wait and two codewords are left: a shift that shifts nothing fills the group.
        let filled = [C40 + 2, TEXT + 2].into_iter().find(|&at| cost(end, at) + 2 == codewords);
        if let Some(state) = filled {
            return Some(Ending { place: end, state });
        }
        (end.saturating_sub(TAIL)..=end).rev().find_map(|place| {
            let tail = ascii_length(&self.bytes[place..]);
            let fits = |state: State| {
                let used = cost(place, state);
                // ASCII begins without an unlatch when one codeword is left behind triplets, one
                // or two behind EDIFACT.
                let most = if state == EDIFACT { 2 } else { 1 };
                used + tail <= codewords && codewords <= used + if tail == 0 { 0 } else { most }
            };
            let state = [C40, TEXT, X12, EDIFACT].into_iter().find(|&state| fits(state))?;
            Some(Ending { place, state })
        })
    }

    /// Writes the codewords of an ending, FNC1 first, without pads.
    pub(super) fn write(&self, ending: Ending, codewords: &mut Vec<u8>) {
        let mut steps = Vec::with_capacity(self.bytes.len() + 8);
        let (mut place, mut state) = (ending.place, ending.state);
        while (place, state) != (0, ASCII) {
            let Step { from, characters } = self.step[place][state];
            steps.push((state, place, characters));
            place -= usize::from(characters);
            state = usize::from(from);
        }
        codewords.push(FNC1);
        let mut group = Group::default();
        let mut before = ASCII;
        for &(state, place, characters) in steps.iter().rev() {
            if characters > 0 {
                let taken = &self.bytes[place - usize::from(characters)..place];
                group.take(before, taken, codewords);
            } else if state == ASCII {
                group.unlatch(before, codewords);
            } else {
                codewords.push(match state {
                    C40 => 230,
                    TEXT => 239,
                    X12 => 238,
                    _ => 240,
                });
            }
            before = state;
        }
        if group.count > 0 {
            // A shift that shifts nothing.
            group.push_triplet(0, codewords);
        }
        write_ascii(&self.bytes[ending.place..], codewords);
    }
}

/// Values that wait for their group to fill.
#[derive(Default)]
struct Group {
    sum: u32,
    count: usize,
}

impl Group {
    fn take(&mut self, state: State, taken: &[u8], codewords: &mut Vec<u8>) {
        let byte = taken[0];
        match state {
            ASCII => write_ascii(taken, codewords),
            EDIFACT.. => self.push_edifact(u32::from(byte & 0x3F), codewords),
            X12.. => {
                let value = match byte {
                    b'*' => 1,
                    b'>' => 2,
                    b'0'..=b'9' => byte - b'0' + 4,
                    _ => byte - b'A' + 14,
                };
                self.push_triplet(value, codewords);
            }
            _ => {
                let (shift, value) = shifted(byte, state < TEXT);
                if let Some(shift) = shift {
                    self.push_triplet(shift, codewords);
                }
                self.push_triplet(value, codewords);
            }
        }
    }

    fn push_triplet(&mut self, value: u8, codewords: &mut Vec<u8>) {
        self.sum = 40 * self.sum + u32::from(value);
        self.count += 1;
        if self.count == 3 {
            codewords.extend(((self.sum + 1) as u16).to_be_bytes());
            *self = Self::default();
        }
    }

    fn push_edifact(&mut self, value: u32, codewords: &mut Vec<u8>) {
        self.sum = self.sum << 6 | value;
        self.count += 1;
        if self.count == 4 {
            codewords.extend(&self.sum.to_be_bytes()[1..]);
            *self = Self::default();
        }
    }

    fn unlatch(&mut self, state: State, codewords: &mut Vec<u8>) {
        if state < EDIFACT {
            codewords.push(UNLATCH);
            return;
        }
        let length = usize::from(EDIFACT_UNLATCH[self.count]);
        let sum = (self.sum << 6 | 31) << (6 * (3 - self.count));
        codewords.extend(&sum.to_be_bytes()[1..=length]);
        *self = Self::default();
    }
}

/// C40 and Text: the shift, if one is needed, and the value (ISO/IEC 16022, annex C.1).
fn shifted(byte: u8, capitals: bool) -> (Option<u8>, u8) {
    match byte {
        b'0'..=b'9' => (None, byte - b'0' + 4),
        b'A'..=b'Z' if capitals => (None, byte - b'A' + 14),
        b'a'..=b'z' if !capitals => (None, byte - b'a' + 14),
        b'A'..=b'Z' => (Some(2), byte - b'A' + 1),
        // The separator as itself: as FNC1 it takes as many values, and libdmtx drops that and reads
        // the next character wrong.
        GROUP_SEPARATOR => (Some(0), GROUP_SEPARATOR),
        b'!'..=b'/' => (Some(1), byte - b'!'),
        b':'..=b'@' => (Some(1), byte - b':' + 15),
        b'['..=b'_' => (Some(1), byte - b'[' + 22),
        _ => (Some(2), byte - b'`'),
    }
}

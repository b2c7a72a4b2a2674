//! Random element strings from a seed: what a line prints on packs and cases, and longer ones that
//! fill larger symbols. Every AI and value is valid by the GS1 syntax dictionary, so that other
//! programs accept them too.

use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub const CSET_82: &[u8] =
    b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz-";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";

/// One AI and its value.
pub struct Element {
    pub ai: &'static str,
    pub value: String,
    /// Needs a separator when another one follows.
    pub open_ended: bool,
}

/// A source of element strings.
pub struct ElementStrings(ChaCha8Rng);

impl ElementStrings {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    /// Characters of one of the alphabets that serials and lots are made of.
    pub fn text(&mut self, shortest: usize, longest: usize) -> String {
        let alphabets = [CSET_82, UPPER, LOWER, LETTERS, DIGITS];
        let alphabet = alphabets[self.below(alphabets.len())];
        let length = shortest + self.below(longest - shortest + 1);
        (0..length).map(|_| char::from(alphabet[self.below(alphabet.len())])).collect()
    }

    /// Digits and the check digit behind them.
    fn key(&mut self, digits: usize) -> String {
        let mut key: Vec<u8> = (0..digits).map(|_| self.below(10) as u8).collect();
        let weighted = key.iter().rev().zip([3, 1].iter().cycle());
        let sum: usize = weighted.map(|(digit, weight)| usize::from(*digit) * weight).sum();
        key.push(((10 - sum % 10) % 10) as u8);
        key.iter().map(|digit| char::from(b'0' + digit)).collect()
    }

    fn date(&mut self) -> String {
        format!("{:02}{:02}{:02}", self.below(100), 1 + self.below(12), 1 + self.below(28))
    }

    fn fixed(ai: &'static str, value: String) -> Element {
        Element { ai, value, open_ended: false }
    }

    fn open(ai: &'static str, value: String) -> Element {
        Element { ai, value, open_ended: true }
    }

    /// A pack's elements: GTIN, serial, expiry and lot, in one of the usual orders; now and then one
    /// is missing or a national number is there too.
    pub fn pack(&mut self) -> Vec<Element> {
        let mut elements = vec![Self::fixed("01", self.key(13))];
        let mut rest = vec![Self::open("21", self.text(1, 20)), Self::open("10", self.text(1, 20))];
        if self.below(10) > 0 {
            rest.push(Self::fixed("17", self.date()));
        }
        if self.below(10) == 0 {
            rest.push(Self::open("240", self.text(1, 30)));
        }
        while !rest.is_empty() {
            elements.push(rest.swap_remove(self.below(rest.len())));
        }
        elements
    }

    /// A case label's elements: an SSCC, or the content and its count, with what fits besides.
    pub fn case(&mut self) -> Vec<Element> {
        match self.below(3) {
            0 => vec![Self::fixed("00", self.key(17))],
            1 => vec![
                Self::fixed("01", self.key(13)),
                Self::fixed("17", self.date()),
                Self::open("10", self.text(1, 20)),
            ],
            _ => vec![Self::fixed("01", self.key(13)), Self::open("21", self.text(1, 20))],
        }
    }

    /// A pack's elements and company-internal ones behind them, until the element string has about
    /// so many characters.
    pub fn long(&mut self, characters: usize) -> Vec<Element> {
        let mut elements = self.pack();
        let internal = ["91", "92", "93", "94", "95", "96", "97", "98", "99"];
        while element_string(&elements).len() < characters {
            let ai = internal[self.below(internal.len())];
            elements.push(Self::open(ai, self.text(1, 90)));
        }
        elements
    }
}

/// As it is encoded: separators behind elements of open length, none at the end.
pub fn element_string(elements: &[Element]) -> String {
    let mut text = String::new();
    for (place, element) in elements.iter().enumerate() {
        text.push_str(element.ai);
        text.push_str(&element.value);
        if element.open_ended && place + 1 < elements.len() {
            text.push('\u{1d}');
        }
    }
    text
}

/// As it is typed: AIs in square brackets.
pub fn bracketed(elements: &[Element]) -> String {
    elements.iter().map(|element| format!("[{}]{}", element.ai, element.value)).collect()
}

//! GS1-128 (ISO/IEC 15417; GS1 General Specifications 5.4), the bar code of logistic labels: element
//! strings into bars and spaces with the fewest symbol characters, and bars back into content.
//!
//! GS1 content is printable ASCII and separators. Code set B has all of it and C has pairs of
//! digits; set A would bring only control characters, so nothing is encoded in it, but it is decoded.

use super::decode::Decoded;
use super::encode::GROUP_SEPARATOR;

/// Most characters of content, separators included (General Specifications 5.4.2.3).
const LONGEST: usize = 48;
const FNC1: u8 = 102;
const START_A: u8 = 103;
const START_B: u8 = 104;
const START_C: u8 = 105;
const TO_A: u8 = 101;
const TO_B: u8 = 100;
const TO_C: u8 = 99;
const SHIFT: u8 = 98;
/// Modules of a symbol character.
const CHARACTER: usize = 11;
/// The stop character: 13 modules, a bar first.
const STOP: u16 = 0b1_1000_1110_1011;
const STOP_MODULES: usize = 13;

/// Widths of bar, space, bar, space, bar, space, by symbol character value.
const WIDTHS: [u32; 106] = [
    212222, 222122, 222221, 121223, 121322, 131222, 122213, 122312, 132212, 221213, 221312, 231212,
    112232, 122132, 122231, 113222, 123122, 123221, 223211, 221132, 221231, 213212, 223112, 312131,
    311222, 321122, 321221, 312212, 322112, 322211, 212123, 212321, 232121, 111323, 131123, 131321,
    112313, 132113, 132311, 211313, 231113, 231311, 112133, 112331, 132131, 113123, 113321, 133121,
    313121, 211331, 231131, 213113, 213311, 213131, 311123, 311321, 331121, 312113, 312311, 332111,
    314111, 221411, 431111, 111224, 111422, 121124, 121421, 141122, 141221, 112214, 112412, 122114,
    122411, 142112, 142211, 241211, 221114, 413111, 241112, 134111, 111242, 121142, 121241, 114212,
    124112, 124211, 411212, 421112, 421211, 212141, 214121, 412121, 111143, 111341, 131141, 114113,
    114311, 411113, 411311, 113141, 114131, 311141, 411131, 211412, 211214, 211232,
];

/// Modules by symbol character value, the first one in the highest of eleven bits, 1 for a bar.
const PATTERNS: [u16; 106] = {
    let mut patterns = [0; 106];
    let mut value = 0;
    while value < WIDTHS.len() {
        let (mut divisor, mut bar) = (100_000, true);
        while divisor > 0 {
            let mut width = WIDTHS[value] / divisor % 10;
            while width > 0 {
                patterns[value] = patterns[value] << 1 | bar as u16;
                width -= 1;
            }
            bar = !bar;
            divisor /= 10;
        }
        value += 1;
    }
    patterns
};

/// Symbol character values by modules, and what stands for modules that are none.
const VALUES: [u8; 1 << CHARACTER] = {
    let mut values = [NO_CHARACTER; 1 << CHARACTER];
    let mut value = 0;
    while value < PATTERNS.len() {
        values[PATTERNS[value] as usize] = value as u8;
        value += 1;
    }
    values
};
const NO_CHARACTER: u8 = u8::MAX;

/// The modules of one symbol from the first bar to the last, without quiet zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars(Box<[bool]>);

/// Why a content cannot become a GS1-128 symbol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeBarsError {
    /// Nothing to encode.
    #[error("found an empty content, expected an element string")]
    Empty,
    /// Something other than printable ASCII and separators.
    #[error("found a character at position {0} that no element string can hold")]
    Character(usize),
    /// More than a symbol may hold.
    #[error("found {0} characters, expected at most {LONGEST}")]
    TooLong(usize),
}

/// Why modules hold no content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeBarsError {
    /// Not so many modules as symbol characters and a stop have.
    #[error("found {0} modules, expected a multiple of 11 and 13 for the stop")]
    Length(usize),
    /// Modules that are no symbol character.
    #[error("symbol character {0} is none")]
    Character(usize),
    /// The first symbol character is no start, or the last no stop.
    #[error("the symbol has no start or no stop")]
    Ends,
    /// The check character is another one.
    #[error("found check character {found}, expected {expected}")]
    Check {
        /// As it stands.
        found: u8,
        /// As it should be.
        expected: u8,
    },
    /// A start within, FNC2, FNC3 or FNC4, or a shift at the end: no encoder of GS1 content writes it.
    #[error("symbol character {0} means nothing here")]
    Meaning(usize),
}

impl Bars {
    /// Takes modules as they were seen: true for a bar.
    pub fn from_modules(modules: impl IntoIterator<Item = bool>) -> Self {
        Self(modules.into_iter().collect())
    }

    /// True for a bar, from the first bar on.
    pub fn modules(&self) -> &[bool] {
        &self.0
    }

    fn from_characters(characters: &[u8]) -> Self {
        let bits =
            |pattern: u16, count: usize| (0..count).rev().map(move |bit| pattern >> bit & 1 == 1);
        let characters = characters.iter();
        let patterns =
            characters.flat_map(|&character| bits(PATTERNS[usize::from(character)], CHARACTER));
        Self::from_modules(patterns.chain(bits(STOP, STOP_MODULES)))
    }
}

/// Makes a GS1-128 symbol. `content` is an element string without brackets, ASCII 29 where a
/// separator stands.
///
/// # Errors
/// Empty, longer than 48 characters, or with a character that GS1 content cannot have.
pub fn encode_gs1_128(content: &str) -> Result<Bars, EncodeBarsError> {
    let bytes = content.as_bytes();
    if bytes.is_empty() {
        return Err(EncodeBarsError::Empty);
    }
    if bytes.len() > LONGEST {
        return Err(EncodeBarsError::TooLong(bytes.len()));
    }
    let wrong = |&byte: &u8| byte != GROUP_SEPARATOR && !byte.is_ascii_graphic();
    if let Some(at) = bytes.iter().position(wrong) {
        return Err(EncodeBarsError::Character(at));
    }
    let mut characters = symbol_characters(bytes);
    characters.push(check_character(&characters));
    Ok(Bars::from_characters(&characters))
}

fn digits(bytes: &[u8]) -> Option<u8> {
    match *bytes {
        [tens, ones, ..] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            Some(10 * (tens - b'0') + (ones - b'0'))
        }
        _ => None,
    }
}

/// Start, FNC1 and content: a shortest path from the end backwards.
fn symbol_characters(bytes: &[u8]) -> Vec<u8> {
    // Fewest symbol characters from a place to the end, standing in set B or C.
    let mut fewest = vec![[0_usize; 2]; bytes.len() + 1];
    for at in (0..bytes.len()).rev() {
        let stay_in_b = fewest[at + 1][0] + 1;
        let stay_in_c = match bytes[at] {
            GROUP_SEPARATOR => fewest[at + 1][1] + 1,
            _ => digits(&bytes[at..]).map_or(usize::MAX / 2, |_| fewest[at + 2][1] + 1),
        };
        fewest[at] = [stay_in_b.min(stay_in_c + 1), stay_in_c.min(stay_in_b + 1)];
    }
    let mut in_c = fewest[0][1] <= fewest[0][0];
    let mut characters = vec![if in_c { START_C } else { START_B }, FNC1];
    let mut at = 0;
    while at < bytes.len() {
        let pair = digits(&bytes[at..]);
        let (character, taken) = match (bytes[at], in_c, pair) {
            (GROUP_SEPARATOR, _, _) => (FNC1, 1),
            (_, true, Some(pair)) => (pair, 2),
            (byte, false, _) => (byte - b' ', 1),
            (_, true, None) => (TO_B, 0),
        };
        let here = fewest[at][usize::from(in_c)];
        if taken > 0 && fewest[at + taken][usize::from(in_c)] + 1 == here {
            characters.push(character);
            at += taken;
        } else {
            characters.push(if in_c { TO_B } else { TO_C });
            in_c = !in_c;
        }
    }
    characters
}

/// Modulo 103, each symbol character weighted with its place, the start with 1.
fn check_character(characters: &[u8]) -> u8 {
    let weighted = characters.iter().enumerate();
    let sum: usize = weighted.map(|(place, &value)| place.max(1) * usize::from(value)).sum();
    (sum % 103) as u8
}

/// Decodes modules, strictly: every one must be right. `gs1` is true when FNC1 stands first.
///
/// # Errors
/// Anything that is not a whole, right symbol.
pub fn decode_bars(bars: &Bars) -> Result<Decoded, DecodeBarsError> {
    let modules = bars.modules();
    let length = modules.len().checked_sub(STOP_MODULES).filter(|length| length % CHARACTER == 0);
    let length = length.ok_or(DecodeBarsError::Length(modules.len()))?;
    let number = |modules: &[bool]| modules.iter().fold(0, |n: u16, &bar| n << 1 | u16::from(bar));
    let value = |(place, modules): (usize, &[bool])| {
        let value = VALUES[usize::from(number(modules))];
        if value == NO_CHARACTER { Err(DecodeBarsError::Character(place)) } else { Ok(value) }
    };
    let characters: Vec<u8> =
        modules[..length].chunks(CHARACTER).enumerate().map(value).collect::<Result<_, _>>()?;
    let [start @ START_A..=START_C, .., check] = characters[..] else {
        return Err(DecodeBarsError::Ends);
    };
    if number(&modules[length..]) != STOP {
        return Err(DecodeBarsError::Ends);
    }
    let expected = check_character(&characters[..characters.len() - 1]);
    if check != expected {
        return Err(DecodeBarsError::Check { found: check, expected });
    }
    meaning(start, &characters[1..characters.len() - 1])
}

fn meaning(start: u8, characters: &[u8]) -> Result<Decoded, DecodeBarsError> {
    let gs1 = characters.first() == Some(&FNC1);
    let mut content = String::with_capacity(2 * characters.len());
    // Code sets by their start characters.
    let (mut set, mut shifted) = (start, None);
    for (place, &character) in characters.iter().enumerate().skip(usize::from(gs1)) {
        let now = shifted.take().unwrap_or(set);
        let nothing = Err(DecodeBarsError::Meaning(place + 1));
        match (now, character) {
            (_, FNC1) => content.push(char::from(GROUP_SEPARATOR)),
            (START_C, TO_B) | (START_A, TO_B) => set = START_B,
            (START_C, TO_A) | (START_B, TO_A) => set = START_A,
            (START_C, 0..=99) => {
                content.push(char::from(b'0' + character / 10));
                content.push(char::from(b'0' + character % 10));
            }
            (_, TO_C) => set = START_C,
            (START_A, SHIFT) if now == set => shifted = Some(START_B),
            (START_B, SHIFT) if now == set => shifted = Some(START_A),
            (START_A, 64..=95) => content.push(char::from(character - 64)),
            (START_A | START_B, 0..=95) => content.push(char::from(character + b' ')),
            _ => return nothing,
        }
    }
    if shifted.is_some() {
        return Err(DecodeBarsError::Meaning(characters.len()));
    }
    Ok(Decoded { content, gs1, repaired_in_worst_block: 0 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The SSCC of the General Specifications' label example: Start C, FNC1, ten pairs, check, stop.
    const SSCC: &str = "00106141411234567897";

    fn characters(bars: &Bars) -> usize {
        (bars.modules().len() - STOP_MODULES) / CHARACTER
    }

    #[test]
    fn an_sscc_is_start_c_fnc1_ten_pairs_check_and_stop() {
        let values = symbol_characters(SSCC.as_bytes());
        assert_eq!(values, [105, 102, 0, 10, 61, 41, 41, 12, 34, 56, 78, 97]);
        // By hand: 105 + 1*102 + 2*0 + 3*10 + 4*61 + 5*41 + 6*41 + 7*12 + 8*34 + 9*56 + 10*78
        // + 11*97 = 3639, which is 35 * 103 + 34.
        assert_eq!(check_character(&values), 34);
        let bars = encode_gs1_128(SSCC).unwrap();
        assert_eq!(bars.modules().len(), 13 * 11 + 13);
        let decoded = decode_bars(&bars).unwrap();
        assert_eq!((decoded.content.as_str(), decoded.gs1), (SSCC, true));
    }

    #[test]
    fn code_sets_change_where_it_saves_characters() {
        let b = |byte: u8| byte - b' ';
        assert_eq!(
            symbol_characters(b"10A1234\x1d21B"),
            [START_C, FNC1, 10, TO_B, b(b'A'), TO_C, 12, 34, FNC1, 21, TO_B, b(b'B')]
        );
        // Two digits between letters are not worth two changes.
        assert_eq!(
            symbol_characters(b"10A12B"),
            [START_C, FNC1, 10, TO_B, b(b'A'), b(b'1'), b(b'2'), b(b'B')]
        );
    }

    #[test]
    fn what_cannot_be_encoded_is_refused() {
        assert_eq!(encode_gs1_128(""), Err(EncodeBarsError::Empty));
        assert_eq!(encode_gs1_128("10A B"), Err(EncodeBarsError::Character(3)));
        assert!(encode_gs1_128(&"1".repeat(48)).is_ok());
        assert_eq!(encode_gs1_128(&"1".repeat(49)), Err(EncodeBarsError::TooLong(49)));
    }

    #[test]
    fn what_is_no_symbol_is_refused_with_its_reason() {
        let refused = |modules: Vec<bool>| decode_bars(&Bars::from_modules(modules)).unwrap_err();
        assert_eq!(refused(vec![]), DecodeBarsError::Length(0));
        assert_eq!(refused(vec![true; 25]), DecodeBarsError::Length(25));
        assert_eq!(refused(vec![true; 35]), DecodeBarsError::Character(0));
        let of = |characters: &[u8]| refused(Bars::from_characters(characters).0.to_vec());
        assert_eq!(of(&[START_C]), DecodeBarsError::Ends);
        assert_eq!(of(&[12, FNC1, 12]), DecodeBarsError::Ends);
        assert_eq!(
            of(&[START_C, FNC1, 12, 13]),
            DecodeBarsError::Check { found: 13, expected: check_character(&[START_C, FNC1, 12]) }
        );
        for within in [START_B, 96, 97] {
            let mut characters = vec![START_B, FNC1, within];
            characters.push(check_character(&characters));
            assert_eq!(of(&characters), DecodeBarsError::Meaning(2));
        }
        let mut shift_at_the_end = vec![START_B, FNC1, SHIFT];
        shift_at_the_end.push(check_character(&shift_at_the_end));
        assert!(matches!(of(&shift_at_the_end), DecodeBarsError::Meaning(_)));
    }

    #[test]
    fn set_a_and_shifts_of_other_encoders_are_decoded() {
        let b = |byte: u8| byte - b' ';
        let mut values = vec![START_A, FNC1, b(b'1'), b(b'0'), b(b'A'), SHIFT, b(b'a'), b(b'B')];
        values.push(check_character(&values));
        assert_eq!(decode_bars(&Bars::from_characters(&values)).unwrap().content, "10AaB");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_and_one_wrong_module_is_never_missed(
            content in "([0-9]{1,9}|[!-~]{1,9}|\u{1d}){1,8}",
        ) {
            let content: String = content.chars().take(LONGEST).collect();
            let bars = encode_gs1_128(&content).unwrap();
            let decoded = decode_bars(&bars).unwrap();
            prop_assert_eq!((decoded.content.as_str(), decoded.gs1), (content.as_str(), true));
            // Start, FNC1, check: and never more than a character and a change for each.
            prop_assert!(characters(&bars) <= 4 + content.len());
            // Every symbol character has an even number of dark modules.
            let mut modules = bars.modules().to_vec();
            for at in 0..modules.len() {
                modules[at] = !modules[at];
                prop_assert!(decode_bars(&Bars::from_modules(modules.clone())).is_err());
                modules[at] = !modules[at];
            }
        }
    }
}

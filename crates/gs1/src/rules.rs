//! What the value behind an Application Identifier must obey besides its length: check digits,
//! dates, country codes and the like, by the names of the table (`application_identifiers.txt`).
//!
//! Package types (7041) are checked less closely than GS1's own tools do: for being capitals and digits,
//! without the list.

use super::check_digit::check_digit;
use super::code_lists::{COUNTRY_ALPHA2, COUNTRY_NUMBERS, CURRENCY_NUMBERS};
use super::coupon;

/// A rule that was broken, and where.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Byte offset within the value.
    pub at: usize,
    /// The rule, as what was expected.
    pub expected: &'static str,
}

/// A rule: looks at one component of a value.
pub type Rule = fn(&str) -> Result<(), Broken>;

const fn broken<T>(at: usize, expected: &'static str) -> Result<T, Broken> {
    Err(Broken { at, expected })
}

/// The rule of this name.
pub fn rule(name: &str) -> Option<Rule> {
    let found: Rule = match name {
        "check-digit" => check_digit_is_right,
        "check-pair" => check_pair_is_right,
        "prefix-first" => |value| prefix_at(value, 0),
        "prefix-second" => |value| prefix_at(value, 1),
        "yymmd0" => |value| date(value, 2, true),
        "yymmdd" => |value| date(value, 2, false),
        "yyyymmdd" => |value| date(value, 4, false),
        "hhmi" => hours_and_minutes,
        "hh" => |value| below(value, 24, "an hour from 00 to 23"),
        "mi" => |value| below(value, 60, "minutes from 00 to 59"),
        "ss" => |value| below(value, 60, "seconds from 00 to 59"),
        "iso3166" => |value| listed(value, COUNTRY_NUMBERS, "a country number of ISO 3166"),
        "iso3166999" => country_or_999,
        "iso3166alpha2" => |value| listed(value, COUNTRY_ALPHA2, "a country code of ISO 3166"),
        "iso4217" => |value| listed(value, CURRENCY_NUMBERS, "a currency number of ISO 4217"),
        "iso5218" => |value| one_of(value, "0129", "0, 1, 2 or 9 (ISO 5218)"),
        "yesno" => |value| one_of(value, "01", "0 for no or 1 for yes"),
        "winding" => |value| one_of(value, "019", "0, 1 or 9"),
        "hyphen" => |value| one_of(value, "-", "a hyphen for minus"),
        "zero" => |value| one_of(value, "0", "zero"),
        "importeridx" => importer_index,
        "nonzero" => non_zero,
        "nozeroprefix" => no_zero_first,
        "hasnondigit" => has_a_non_digit,
        "pcenc" => percent_encoded,
        "pieceoftotal" => piece_of_total,
        "posinseqslash" => position_of_total,
        "mediatype" => media_type,
        "latitude" => |value| at_most(value, 1_800_000_000, "a latitude up to 1800000000"),
        "longitude" => |value| at_most(value, 3_600_000_000, "a longitude up to 3600000000"),
        "iban" => iban,
        "packagetype" => capitals_and_digits,
        "couponcode" => coupon::code,
        "couponposoffer" => coupon::positive_offer,
        "csetnumeric" => digits,
        "cset82" => character_set_82,
        "cset39" => character_set_39,
        "cset64" => character_set_64,
        _ => return None,
    };
    Some(found)
}

fn characters(
    value: &str,
    belongs: impl Fn(u8) -> bool,
    expected: &'static str,
) -> Result<(), Broken> {
    let outside = |c: char| !u8::try_from(c).is_ok_and(&belongs);
    value.find(outside).map_or(Ok(()), |at| broken(at, expected))
}

pub(super) fn digits(value: &str) -> Result<(), Broken> {
    characters(value, |byte| byte.is_ascii_digit(), "a digit")
}

/// GS1 AI encodable character set 82 (General Specifications, figure 7.11-1).
pub(super) fn character_set_82(value: &str) -> Result<(), Broken> {
    characters(value, super::serial::in_character_set_82, "a character of GS1 character set 82")
}

/// Character set 39 (figure 7.11-2).
fn character_set_39(value: &str) -> Result<(), Broken> {
    let belongs = |byte: u8| {
        byte.is_ascii_digit() || byte.is_ascii_uppercase() || matches!(byte, b'#' | b'-' | b'/')
    };
    characters(value, belongs, "a character of GS1 character set 39")
}

/// File-safe base64 (figure 7.11-3); padding only at the end.
fn character_set_64(value: &str) -> Result<(), Broken> {
    let body = value.trim_end_matches('=');
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let expected = "a character of URL-safe base64";
    characters(body, belongs, expected)?;
    if value.len() - body.len() > 2 { broken(body.len(), expected) } else { Ok(()) }
}

fn capitals_and_digits(value: &str) -> Result<(), Broken> {
    let belongs = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    characters(value, belongs, "digits and capital letters")
}

fn check_digit_is_right(value: &str) -> Result<(), Broken> {
    digits(value)?;
    let Some(last) = value.len().checked_sub(1) else {
        return broken(0, "a check digit");
    };
    let expected = check_digit(value[..last].bytes().map(|byte| byte - b'0'));
    if value.as_bytes()[last] == b'0' + expected {
        Ok(())
    } else {
        broken(last, "the right check digit")
    }
}

/// Two check characters at the end of an alphanumeric key: characters weighted by primes from the
/// right, modulo 1021 (General Specifications 7.9.5).
fn check_pair_is_right(value: &str) -> Result<(), Broken> {
    const PAIR: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const LONGEST: usize = 99;
    if value.len() < 2 || value.len() > LONGEST {
        return broken(0, "2 to 99 characters, a check pair last");
    }
    let body_length = value.len() - 2;
    let Some(body) = value.get(..body_length) else {
        return character_set_82(value);
    };
    character_set_82(body)?;
    let mut sum = 0;
    let mut prime = 1;
    for byte in body.bytes().rev() {
        prime = next_prime(prime);
        sum += weight_in_set_82(byte) * prime;
    }
    let sum = (sum % 1021) as usize;
    if value.as_bytes()[body_length..] == [PAIR[sum >> 5], PAIR[sum & 31]] {
        Ok(())
    } else {
        broken(body_length, "the right check pair")
    }
}

fn next_prime(after: u32) -> u32 {
    let is_prime = |n: &u32| (2..).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    (after + 1..).find(is_prime).expect("there is always another prime")
}

/// Place of a character in set 82, counted from 0.
fn weight_in_set_82(byte: u8) -> u32 {
    (b'!'..byte).filter(|&before| super::serial::in_character_set_82(before)).count() as u32
}

/// A company prefix begins with at least four digits; only its owner can tell its length.
fn prefix_at(value: &str, at: usize) -> Result<(), Broken> {
    let expected = "a company prefix of four digits or more";
    let prefix = value.as_bytes().iter().skip(at).take(4);
    match prefix.clone().position(|byte| !byte.is_ascii_digit()) {
        Some(wrong) => broken(at + wrong, expected),
        None if prefix.count() < 4 => broken(0, expected),
        None => Ok(()),
    }
}

fn number(value: &str) -> u64 {
    value.bytes().fold(0, |number, byte| 10 * number + u64::from(byte - b'0'))
}

fn date(value: &str, year_digits: usize, day_00: bool) -> Result<(), Broken> {
    digits(value)?;
    let expected = if year_digits == 2 { "a date as YYMMDD" } else { "a date as YYYYMMDD" };
    if value.len() != year_digits + 4 {
        return broken(0, expected);
    }
    let (year, month_at) = (number(&value[..year_digits]), year_digits);
    let (month, day) = (number(&value[month_at..month_at + 2]), number(&value[month_at + 2..]));
    // Two digits of a year are of this century or the one before; both have the same leap years,
    // for 2000 was one.
    let leap = year % 4 == 0 && (year_digits == 2 || year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return broken(month_at, "a month from 01 to 12"),
    };
    match day {
        0 if day_00 => Ok(()),
        1.. if day <= days => Ok(()),
        _ => broken(month_at + 2, "a day of that month"),
    }
}

/// `YYMMDD` with a day.
pub(super) fn six_digit_date(value: &str) -> Result<(), Broken> {
    date(value, 2, false)
}

fn hours_and_minutes(value: &str) -> Result<(), Broken> {
    digits(value)?;
    if value.len() != 4 {
        return broken(0, "a time as HHMM");
    }
    below(&value[..2], 24, "an hour from 00 to 23")?;
    below(&value[2..], 60, "minutes from 00 to 59").map_err(|fault| Broken { at: 2, ..fault })
}

fn below(value: &str, limit: u64, expected: &'static str) -> Result<(), Broken> {
    digits(value)?;
    if value.len() == 2 && number(value) < limit { Ok(()) } else { broken(0, expected) }
}

fn at_most(value: &str, limit: u64, expected: &'static str) -> Result<(), Broken> {
    digits(value)?;
    if value.len() == 10 && number(value) <= limit { Ok(()) } else { broken(0, expected) }
}

fn listed(value: &str, list: &[&str], expected: &'static str) -> Result<(), Broken> {
    if list.binary_search(&value).is_ok() { Ok(()) } else { broken(0, expected) }
}

fn country_or_999(value: &str) -> Result<(), Broken> {
    if value == "999" {
        return Ok(());
    }
    listed(value, COUNTRY_NUMBERS, "a country number of ISO 3166, or 999")
}

fn one_of(value: &str, allowed: &str, expected: &'static str) -> Result<(), Broken> {
    let mut characters = value.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if allowed.contains(one) => Ok(()),
        _ => broken(0, expected),
    }
}

fn importer_index(value: &str) -> Result<(), Broken> {
    let expected = "one of - 0-9 A-Z _ a-z";
    match value.as_bytes() {
        [byte] if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') => Ok(()),
        _ => broken(0, expected),
    }
}

fn non_zero(value: &str) -> Result<(), Broken> {
    digits(value)?;
    if value.bytes().any(|byte| byte != b'0') { Ok(()) } else { broken(0, "a number above zero") }
}

fn no_zero_first(value: &str) -> Result<(), Broken> {
    let padded = value.len() > 1 && value.starts_with('0');
    if padded { broken(0, "a number without leading zeros") } else { Ok(()) }
}

fn has_a_non_digit(value: &str) -> Result<(), Broken> {
    let found = value.chars().any(|c| !c.is_ascii_digit());
    if found { Ok(()) } else { broken(0, "at least one character that is no digit") }
}

fn percent_encoded(value: &str) -> Result<(), Broken> {
    let bytes = value.as_bytes();
    let wrong = (0..bytes.len()).filter(|&at| bytes[at] == b'%').find(|&at| {
        let code = bytes.get(at + 1..at + 3);
        !code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit))
    });
    wrong.map_or(Ok(()), |at| broken(at, "two hexadecimal digits behind %"))
}

fn piece_of_total(value: &str) -> Result<(), Broken> {
    digits(value)?;
    let expected = "piece and total, piece at most total, none of them zero";
    if value.is_empty() || !value.len().is_multiple_of(2) {
        return broken(0, expected);
    }
    let (piece, total) = value.split_at(value.len() / 2);
    // Of equal length, so text and number have the same order.
    let zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    if zero(piece) || zero(total) || piece > total { broken(0, expected) } else { Ok(()) }
}

fn position_of_total(value: &str) -> Result<(), Broken> {
    let expected = "position / total, as in 1/3";
    let Some((position, total)) = value.split_once('/') else {
        return broken(0, expected);
    };
    let sound = |text: &str| {
        (1..=9).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && !text.starts_with('0')
    };
    let fine = sound(position) && sound(total) && number(position) <= number(total);
    if fine { Ok(()) } else { broken(0, expected) }
}

fn media_type(value: &str) -> Result<(), Broken> {
    digits(value)?;
    // 01 to 10 are assigned, 80 to 99 are for company use.
    let fine = value.len() == 2 && matches!(number(value), 1..=10 | 80..=99);
    if fine { Ok(()) } else { broken(0, "a media type, 01 to 10 or 80 to 99") }
}

/// International bank account number: country, two check digits, account; modulo 97 is 1 (ISO 13616).
fn iban(value: &str) -> Result<(), Broken> {
    let expected = "an IBAN with right check digits";
    let bytes = value.as_bytes();
    capitals_and_digits(value)?;
    if bytes.len() < 5 || !bytes[..2].iter().all(u8::is_ascii_uppercase) {
        return broken(0, expected);
    }
    let turned = bytes[4..].iter().chain(&bytes[..4]);
    let rest = turned.fold(0_u32, |rest, &byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    if rest == 1 { Ok(()) } else { broken(2, expected) }
}

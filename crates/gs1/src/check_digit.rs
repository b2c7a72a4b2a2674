//! The GS1 check digit (GS1 General Specifications 7.9.1): from the right, weights 3, 1, 3, 1 ...

/// The check digit of `digits`, which hold no check digit yet, as a number from 0 to 9.
pub(super) fn check_digit(digits: impl DoubleEndedIterator<Item = u8>) -> u8 {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, digit)| u32::from(digit) * if place % 2 == 0 { 3 } else { 1 })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

/// Why a string of digits is no key of its kind.
pub(super) enum DigitFault {
    /// Not digits only.
    NotDigits,
    /// Another length than allowed.
    Length,
    /// The last digit should be this one.
    CheckDigit(u8),
}

/// Reads a numeric key of one of the `lengths`, check digit last, into a number.
pub(super) fn read_key(text: &str, lengths: &[usize]) -> Result<u64, DigitFault> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DigitFault::NotDigits);
    }
    if !lengths.contains(&text.len()) {
        return Err(DigitFault::Length);
    }
    let digits = text.bytes().map(|b| b - b'0');
    let expected = check_digit(digits.clone().take(text.len() - 1));
    if text.as_bytes()[text.len() - 1] != b'0' + expected {
        return Err(DigitFault::CheckDigit(expected));
    }
    Ok(digits.fold(0, |value, digit| value * 10 + u64::from(digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_worked_example_of_the_general_specifications() {
        // GS1 General Specifications 7.9.1: SSCC 37610425002123456 has check digit 9.
        assert_eq!(check_digit("37610425002123456".bytes().map(|b| b - b'0')), 9);
        // GTIN-13 629104150021 has check digit 3.
        assert_eq!(check_digit("629104150021".bytes().map(|b| b - b'0')), 3);
    }
}

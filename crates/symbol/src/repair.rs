//! Repairs one Reed-Solomon block: syndromes, error locator (Berlekamp and Massey), places (Chien), values
//! (Forney). The `datamatrix` crate 0.3.3 cannot do it for the second and later blocks of a symbol: it
//! repairs their check codewords at the wrong place, or panics.

use super::reed_solomon::times;

/// Powers of alpha, twice over so that two logarithms can be added, and logarithms.
struct Field {
    powers: [u8; 510],
    logarithms: [u8; 256],
}

static FIELD: Field = Field::new();

impl Field {
    const fn new() -> Self {
        let mut field = Self { powers: [0; 510], logarithms: [0; 256] };
        let (mut power, mut exponent) = (1, 0);
        while exponent < 255 {
            field.powers[exponent] = power;
            field.powers[exponent + 255] = power;
            field.logarithms[power as usize] = exponent as u8;
            power = times(power, 2);
            exponent += 1;
        }
        field
    }
}

/// alpha to an exponent below 510.
fn power(exponent: usize) -> u8 {
    FIELD.powers[exponent]
}

fn product(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    let logarithm = |of: u8| usize::from(FIELD.logarithms[usize::from(of)]);
    power(logarithm(a) + logarithm(b))
}

/// One over a number that is not zero.
fn inverse(of: u8) -> u8 {
    power(255 - usize::from(FIELD.logarithms[usize::from(of)]))
}

/// The value of a polynomial, lowest coefficient first.
fn value(polynomial: &[u8], at: u8) -> u8 {
    polynomial.iter().rev().fold(0, |sum, coefficient| product(sum, at) ^ coefficient)
}

/// Repairs a block, its check codewords last; `None` if more codewords are wrong than half of these.
pub(super) fn repair_block(block: &mut [u8], check: usize) -> Option<()> {
    let at_root = |exponent: usize| {
        block.iter().fold(0, |sum, codeword| product(sum, power(exponent)) ^ codeword)
    };
    let syndromes: Vec<u8> = (1..=check).map(at_root).collect();
    if syndromes.iter().all(|syndrome| *syndrome == 0) {
        return Some(());
    }
    let locator = error_locator(&syndromes);
    let wrong = locator.len() - 1;
    if wrong > check / 2 {
        return None;
    }
    // The codeword at `place` belongs to the power `last - place`; a root is one over alpha to it.
    let last = block.len() - 1;
    let root = |place: usize| power(255 - (last - place));
    let places: Vec<usize> =
        (0..block.len()).filter(|&place| value(&locator, root(place)) == 0).collect();
    if places.len() != wrong {
        return None;
    }
    let evaluator: Vec<u8> = (0..wrong)
        .map(|n| (0..=n).fold(0, |sum, k| sum ^ product(locator[k], syndromes[n - k])))
        .collect();
    // Of a derivative only the odd powers are left, each one lower.
    let mut derivative: Vec<u8> = locator[1..].to_vec();
    derivative.iter_mut().skip(1).step_by(2).for_each(|coefficient| *coefficient = 0);
    for place in places {
        let slope = value(&derivative, root(place));
        if slope == 0 {
            return None;
        }
        block[place] ^= product(value(&evaluator, root(place)), inverse(slope));
    }
    Some(())
}

/// The shortest recurrence that the syndromes obey (Massey 1969), lowest coefficient first.
fn error_locator(syndromes: &[u8]) -> Vec<u8> {
    let (mut locator, mut before) = (vec![1], vec![1]);
    let (mut length, mut gap, mut discrepancy_before) = (0, 1, 1);
    for n in 0..syndromes.len() {
        let terms = locator.iter().zip(syndromes[..=n].iter().rev());
        let discrepancy = terms.fold(0, |sum, (a, b)| sum ^ product(*a, *b));
        if discrepancy == 0 {
            gap += 1;
            continue;
        }
        let factor = product(discrepancy, inverse(discrepancy_before));
        let kept = locator.clone();
        locator.resize(locator.len().max(before.len() + gap), 0);
        for (k, coefficient) in before.iter().enumerate() {
            locator[k + gap] ^= product(factor, *coefficient);
        }
        if 2 * length <= n {
            (length, gap, discrepancy_before, before) = (n + 1 - length, 1, discrepancy, kept);
        } else {
            gap += 1;
        }
    }
    locator.resize(length + 1, 0);
    locator
}

//! What a number space promises.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn rule(characters: &str, length: u8) -> SerialRule {
    SerialRule { alphabet: Alphabet::Characters(characters.to_owned()), length }
}

/// All 82 characters.
fn everything() -> String {
    (b'!'..=b'z').filter(|b| linetwin_gs1::in_character_set_82(*b)).map(char::from).collect()
}

#[test]
fn serial_numbers_never_repeat_and_give_back_their_counter() {
    for rule in [
        SerialRule::default(),
        SerialRule { alphabet: Alphabet::Digits, length: 14 },
        rule(&everything(), 20),
        rule("AB", 20),
        rule("XYZ", 19),
    ] {
        let space = NumberSpace::new(&[7; 32], &rule);
        let count = space.limit().min(5_000);
        assert!(count > 100, "{rule:?}");
        let mut seen = BTreeSet::new();
        for counter in 0..count {
            let serial = space.serial_of(counter);
            assert_eq!(serial.as_str().len(), usize::from(rule.length));
            assert_eq!(space.counter_of(&serial), Some(counter), "{rule:?}");
            assert!(seen.insert(serial), "{serial} twice");
        }
    }
}

/// On spaces small enough to be looked at whole: every number comes up once.
#[test]
fn the_permutation_reaches_every_number_once() {
    for (base, length) in [(2u8, 6u8), (3, 7), (10, 6), (5, 8)] {
        let permutation = Permutation::new(&[3; 32], base, length);
        let size = u128::from(base).pow(u32::from(length));
        let mut seen = vec![false; size as usize];
        for n in 0..size {
            let image = permutation.encrypt(permutation.split(n));
            assert_eq!(permutation.join(permutation.decrypt(image)), n);
            let image = permutation.join(image) as usize;
            assert!(!std::mem::replace(&mut seen[image], true), "{image} twice");
        }
    }
}

/// Serial numbers in a row look like drawn ones: each character of the first place comes up about
/// equally often (chi-square with 31 degrees of freedom, beyond 80 once in 400 000).
#[test]
fn neighbours_have_nothing_in_common() {
    let space = NumberSpace::new(&[9; 32], &SerialRule::default());
    for place in 0..12 {
        let mut counts = [0u32; 256];
        for counter in 0..32_000 {
            counts[usize::from(space.serial_of(counter).as_str().as_bytes()[place])] += 1;
        }
        let used = counts.iter().filter(|count| **count > 0);
        let square: f64 = used.map(|&count| (f64::from(count) - 1000.0).powi(2) / 1000.0).sum();
        assert!((5.0..80.0).contains(&square), "place {place}: {square}");
    }
}

#[test]
fn another_key_makes_other_numbers() {
    let rule = SerialRule::default();
    let (one, other) = (NumberSpace::new(&[1; 32], &rule), NumberSpace::new(&[2; 32], &rule));
    let known = (0..2_000).filter_map(|n| one.counter_of(&other.serial_of(n)));
    assert!(known.filter(|counter| *counter < 2_000).count() == 0);
}

#[test]
fn what_has_another_shape_was_never_made() {
    let space = NumberSpace::new(&[7; 32], &SerialRule::default());
    for text in ["2", "222222222222A", "00000000000O", "aaaaaaaaaaaa"] {
        assert_eq!(space.counter_of(&SerialNumber::parse(text).unwrap()), None);
    }
}

#[test]
fn a_space_stops_before_its_numbers_can_be_guessed() {
    assert_eq!(NumberSpace::new(&[7; 32], &rule("0123456789", 9)).limit(), 100_000);
    let everything = NumberSpace::new(&[7; 32], &rule(&everything(), 20));
    assert_eq!(everything.limit(), u64::MAX, "more than can be counted");
}

#[test]
fn a_rule_that_makes_no_numbers_says_why() {
    let fault = |characters: &str, length| rule(characters, length).fault().unwrap_or_default();
    assert_eq!(fault("AB", 5), "serial numbers of 5 characters, expected 6 to 20");
    assert_eq!(fault("AB", 21), "serial numbers of 21 characters, expected 6 to 20");
    assert_eq!(fault("A", 12), "found an alphabet of 1 characters, expected 2");
    assert_eq!(fault("ABA", 12), "found `A` twice in the alphabet");
    assert_eq!(fault("A#", 12), "found `#`, expected characters of GS1 set 82");
    assert_eq!(fault("AB", 12), "");
}

proptest! {
    #[test]
    fn the_permutation_inverts(key: [u8; 32], base in 2u8..=82, length in 6u8..=20, value: u128) {
        let permutation = Permutation::new(&key, base, length);
        let value = value % u128::from(base).pow(u32::from(length));
        let image = permutation.encrypt(permutation.split(value));
        prop_assert_eq!(permutation.join(permutation.decrypt(image)), value);
    }
}

//! Serial numbers worked out by other programs, and that they look as if drawn by lot.
//!
//! The vectors are of a Python 3.11 script that follows the head of `permutation.rs`:
//!
//! ```text
//! k = blake3(b"linetwin serial numbers" + bytes([base, length]), key=key).digest()[:16]
//! right = length // 2; L = base ** (length - right); R = base ** right
//! l, r = divmod(counter, R)
//! for i in range(10):
//!     size, other = (L, r) if i % 2 == 0 else (R, l)
//!     h = int.from_bytes(siphash_2_4_128(k, pack("<QQ", other, i)), "little") * size >> 128
//!     if i % 2 == 0: l = (l + h) % L
//!     else: r = (r + h) % R
//! serial = digits of l * R + r in the alphabet
//! ```
//!
//! BLAKE3 is that of the Python package blake3 1.0.11; SipHash was computed twice, by the published
//! description and by `openssl mac -macopt size:16 SIPHASH` of OpenSSL 3.0.19.

use std::collections::BTreeSet;

use super::*;

const SAFE: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const ALL: &str =
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/// Alphabet, length, counter, its serial number by key 00 01 02 ... 1F and by thirty-two FF.
const VECTORS: &[(&str, u8, u64, &str, &str)] = &[
    (SAFE, 12, 0, "RRV9H2CKPA48", "GGZU2KVLLETB"),
    (SAFE, 12, 1, "DY3AL75AYYKM", "TZNYR5R2NDBK"),
    (SAFE, 12, 12_345, "JGS5TX5ULU3E", "W4AYKSS5NT9D"),
    (SAFE, 12, 115_292_150_460_683, "Z3ZB68UDN4KR", "JR6KRVZU8CPD"),
    (SAFE, 20, 0, "XW6HYDFJ8DHTJVWBSATH", "UGHUFLVDVN89KNQRN38J"),
    (SAFE, 20, 1, "ASXJH4XBV8VX82URHP8K", "QQ89JZWEMDARUXD2PCWZ"),
    (SAFE, 20, 12_345, "ACXGJBLMGEB86Z59V64X", "7VZJ4VTGUXCRP3HDD4QA"),
    (SAFE, 20, 18_446_744_073_709_551_614, "D3RSY7XMZQ97BXVEVUUD", "UAK3TWZBYN8KUTBYBVTG"),
    (DIGITS, 6, 0, "931001", "565338"),
    (DIGITS, 6, 1, "054787", "202158"),
    (DIGITS, 6, 99, "773794", "827879"),
    (DIGITS, 13, 0, "1606903728258", "4619239126236"),
    (DIGITS, 13, 1, "6716365851638", "8126724881165"),
    (DIGITS, 13, 12_345, "7236802276471", "8179994230743"),
    (DIGITS, 13, 999_999_999, "4963256651016", "9470201847680"),
    (DIGITS, 14, 0, "95379117739067", "59230357529685"),
    (DIGITS, 14, 1, "18635322878104", "43700509676319"),
    (DIGITS, 14, 12_345, "14287976196331", "08041118543470"),
    (DIGITS, 14, 9_999_999_999, "47282375827325", "54985377283545"),
    (DIGITS, 20, 0, "51074663049527140335", "04165146936216163739"),
    (DIGITS, 20, 1, "84639296711479130697", "80241601278970514528"),
    (DIGITS, 20, 12_345, "18146312010369393022", "94710150440900810779"),
    (DIGITS, 20, 9_999_999_999_999_999, "91866706837695744941", "79885271684785863817"),
    (ALL, 7, 0, "7y=0Ad!", "g_Ti;Y="),
    (ALL, 7, 1, "isF4*.a", "10BIYUA"),
    (ALL, 7, 12_345, "zIA?.\"k", "RFzhnaY"),
    (ALL, 7, 2_492_854_704, "Lzl;?5/", ",HEB4bi"),
    (ALL, 20, 0, "3Z8yvc0&_zo?!3Oxs2dP", "*LmkAWYOiSRxS<P:%WO3"),
    (ALL, 20, 1, "6'J9RK=xT)x5*/BMd8:y", "lbh\"DqnTy%61f-hzh6G6"),
    (ALL, 20, 12_345, "b'Jy7O8+Osv_WSj<AOc/", "R6iFhfJ!G>byx&!a>?Dr"),
    (ALL, 20, 18_446_744_073_709_551_614, ".m19:57eisi)\"E;\"=rAy", "%yDAaHX,XRa'*ei)LpyC"),
    ("AB", 20, 0, "BAAAAABAAABABAABABAB", "AAABAAABABABAABAABBA"),
    ("AB", 20, 1, "BABBABBBABABABAAABBB", "BBAABBABABBABBAAABAA"),
    ("AB", 20, 103, "ABAAABBAAABAABBBABBB", "AAABBBBBAAABABBAAAAA"),
    ("XYZ", 19, 0, "ZYXZXZYZZYXZZYZXZXY", "ZZYZZZZZYXYYYXXZZZX"),
    ("XYZ", 19, 1, "XXXYZXXYYXXXXZXYXZY", "YZZZXZYZYXXZXYZXYXY"),
    ("XYZ", 19, 12_345, "XYXYYXZYXZXYZXXZXZY", "XYXYXYZZYZXYZXYYZXX"),
    ("XYZ", 19, 116_225, "XXYYZZXYZYZXXXYXZYY", "ZYZZZXXXYXXXZYYZXZX"),
];

fn space(key: &[u8; 32], characters: &str, length: u8) -> NumberSpace {
    let alphabet = Alphabet::Characters(characters.to_owned());
    NumberSpace::new(key, &SerialRule { alphabet, length })
}

#[test]
fn serial_numbers_are_those_of_another_program() {
    let counted: [u8; 32] = std::array::from_fn(|at| at as u8);
    for (characters, length, counter, by_counted, by_ones) in VECTORS {
        for (key, serial) in [(counted, by_counted), ([0xff; 32], by_ones)] {
            let space = space(&key, characters, *length);
            assert_eq!(space.serial_of(*counter).as_str(), *serial, "{characters} {length}");
            let serial = SerialNumber::parse(serial).unwrap();
            assert_eq!(space.counter_of(&serial), Some(*counter), "{serial}");
        }
    }
    let named = |alphabet, length| SerialRule { alphabet, length };
    let own = |rule: &SerialRule| NumberSpace::new(&counted, rule).serial_of(0).to_string();
    assert_eq!(own(&SerialRule::default()), VECTORS[0].3);
    assert_eq!(own(&named(Alphabet::SafeAlphanumeric, 12)), VECTORS[0].3);
    assert_eq!(own(&named(Alphabet::Digits, 14)), "95379117739067");
}

#[test]
fn a_number_that_lies_beyond_the_limit_was_never_made() {
    // Limit 100 of a million numbers: every other number is refused, and each of the hundred is not.
    let space = space(&[5; 32], DIGITS, 6);
    let made = (0..1_000_000)
        .filter_map(|n: u32| space.counter_of(&SerialNumber::parse(&format!("{n:06}")).unwrap()));
    let mut made: Vec<u64> = made.collect();
    made.sort_unstable();
    assert_eq!(made, (0..100).collect::<Vec<u64>>());
}

/// Whole small domains, under several keys: a permutation, and no two of them the same.
#[test]
fn every_key_permutes_small_domains_in_its_own_way() {
    for (base, length) in [(2_u8, 6_u8), (2, 7), (3, 6), (5, 5), (7, 4), (82, 2), (10, 3), (9, 1)] {
        let size = u128::from(base).pow(u32::from(length));
        let mut images = BTreeSet::new();
        for seed in 0..5_u8 {
            let permutation = Permutation::new(&[seed; 32], base, length);
            let image: Vec<u128> = (0..size)
                .map(|n| permutation.join(permutation.encrypt(permutation.split(n))))
                .collect();
            let sorted: BTreeSet<u128> = image.iter().copied().collect();
            assert_eq!(sorted, (0..size).collect(), "base {base}, {length} digits, key {seed}");
            for (n, image) in (0..size).zip(&image) {
                let back = permutation.join(permutation.decrypt(permutation.split(*image)));
                assert_eq!(back, n, "base {base}, {length} digits, key {seed}");
            }
            assert!(images.insert(image) || size < 10, "two keys make the same permutation");
        }
    }
}

/// Of 2^20 numbers each can be reached from each: where a fixed counter goes under many keys is spread
/// evenly, and so is where many counters go under one key.
#[test]
fn a_change_of_one_bit_changes_half_of_the_bits() {
    let (flips, keys) = (20_u32, 400_u64);
    let key = |n: u64| *blake3::hash(&n.to_le_bytes()).as_bytes();
    let image = |key: &[u8; 32], n: u128| {
        let permutation = Permutation::new(key, 2, 20);
        permutation.join(permutation.encrypt(permutation.split(n)))
    };
    // changed[in][out]: how often output bit `out` changes with input bit `in`.
    let mut of_counter = [[0_u32; 20]; 20];
    let mut of_key = [[0_u32; 20]; 20];
    for n in 0..keys {
        let (key, counter) = (key(n), u128::from(n * 2_621) % (1 << 20));
        let before = image(&key, counter);
        for bit in 0..flips as usize {
            let counter_changed = before ^ image(&key, counter ^ 1 << bit);
            // Bits all over the key, those of its second half too.
            let mut other = key;
            other[bit * 31 / 19] ^= 1 << (bit % 8);
            let key_changed = before ^ image(&other, counter);
            for out in 0..20 {
                of_counter[bit][out] += (counter_changed >> out & 1) as u32;
                of_key[bit][out] += (key_changed >> out & 1) as u32;
            }
        }
    }
    // Binomial: mean 200, deviation 10. Of 800 pairs one lies 5 deviations off once in 2 000 seeds.
    for (bit, row) in of_counter.iter().chain(&of_key).enumerate() {
        for (out, changed) in row.iter().enumerate() {
            assert!((150..=250).contains(changed), "bit {bit} changes bit {out} {changed} times");
        }
        let sum: u32 = row.iter().sum();
        assert!((3_750..=4_250).contains(&sum), "bit {bit} changes {sum} of 8000");
    }
}

/// Serial numbers of counters in a row as numbers, in the middle of a space.
fn in_a_row(count: u64) -> Vec<Vec<u8>> {
    let space = NumberSpace::new(&[11; 32], &SerialRule::default());
    let value = |byte: &u8| SAFE.bytes().position(|known| known == *byte).unwrap() as u8;
    let serial = |n| space.serial_of(1_000_000 + n).as_str().as_bytes().iter().map(value).collect();
    (0..count).map(serial).collect()
}

/// Chi-square of each place, and of each two places that follow one another, against equal shares.
#[test]
fn every_character_comes_up_equally_often_at_every_place_and_beside_every_other() {
    let serials = in_a_row(20_480);
    let square = |counts: &[u32], expected: f64| -> f64 {
        counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum()
    };
    for place in 0..12 {
        let mut counts = [0; 32];
        serials.iter().for_each(|serial| counts[usize::from(serial[place])] += 1);
        // 31 degrees of freedom: outside these bounds once in 20 000 on either side.
        let square = square(&counts, 640.0);
        assert!((8.0..74.0).contains(&square), "place {place}: {square}");
    }
    for place in 0..11 {
        let mut counts = [0; 1024];
        for serial in &serials {
            counts[usize::from(serial[place]) * 32 + usize::from(serial[place + 1])] += 1;
        }
        // 1023 degrees of freedom: deviation 45; these are 4 of them.
        let square = square(&counts, 20.0);
        assert!((843.0..1_203.0).contains(&square), "places {place}: {square}");
    }
}

#[test]
fn numbers_in_a_row_are_not_correlated() {
    let serials = in_a_row(20_480);
    let value = |serial: &Vec<u8>| serial.iter().fold(0.0, |sum, v| sum * 32.0 + f64::from(*v));
    let numbers: Vec<f64> = serials.iter().map(value).collect();
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    let variance: f64 = numbers.iter().map(|n| (n - mean).powi(2)).sum();
    for lag in [1, 2, 3, 10, 32, 1_000] {
        let pairs = numbers.iter().zip(&numbers[lag..]);
        let covariance: f64 = pairs.map(|(a, b)| (a - mean) * (b - mean)).sum();
        // Deviation 1 / sqrt(20 480) = 0.007: these are 4 of them.
        let correlation = covariance / variance;
        assert!(correlation.abs() < 0.028, "{lag} apart: {correlation}");
    }
    // The mean of so many drawn numbers: deviation 0.29 / sqrt(20 480) = 0.002 of the whole.
    let share = mean / 32_f64.powi(12);
    assert!((share - 0.5).abs() < 0.008, "{share}");
    // Steps up and steps down, too.
    let up = numbers.windows(2).filter(|two| two[0] < two[1]).count();
    assert!((10_000..10_480).contains(&up), "{up} of 20479 steps go up");
}

#[test]
fn neighbours_share_no_more_of_their_beginning_or_end_than_chance_gives() {
    let serials = in_a_row(20_480);
    let shared = |a: &[u8], b: &[u8]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (mut ahead, mut behind, mut equal_places) = ([0; 13], [0; 13], 0);
    for two in serials.windows(2) {
        let (a, b) = (&two[0], &two[1]);
        ahead[shared(a, b)] += 1;
        let turned = |serial: &[u8]| serial.iter().rev().copied().collect::<Vec<u8>>();
        behind[shared(&turned(a), &turned(b))] += 1;
        equal_places += a.iter().zip(b).filter(|(a, b)| a == b).count();
    }
    for shares in [ahead, behind] {
        // One character or more: 640 expected, deviation 25. Two or more: 20, deviation 4.5. Four or
        // more: once in fifty seeds.
        let at_least = |n: usize| shares[n..].iter().sum::<i32>();
        assert!((540..=740).contains(&at_least(1)), "{shares:?}");
        assert!((3..=40).contains(&at_least(2)), "{shares:?}");
        assert_eq!(at_least(5), 0, "{shares:?}");
    }
    // 12 places, 7680 expected, deviation 86.
    assert!((7_330..=8_030).contains(&equal_places), "{equal_places}");
}

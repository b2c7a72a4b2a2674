//! What belongs together: every pair of elements that exclude one another, in both orders; what needs
//! something beside it; lengths at their limits and one past them.
//!
//! The facts are of GS1 General Specifications 4.13, 4.14 and 3.2, written down again here and compared
//! with the `ex=`, and the lengths, of the GS1 Barcode Syntax Dictionary by a script.

use linetwin_gs1::{ApplicationIdentifier, Element, ElementString, MakeError, PairingError};

/// What excludes what; `n` is any digit. Each counts in both directions.
const EXCLUDING: &[(&str, &str)] = &[
    ("01", "255 37"),
    ("02", "01 03"),
    ("03", "01 02 37 235"),
    ("21", "235"),
    ("255", "01 02 415 8006 8020 8026"),
    ("390n", "390n 391n 394n 8111"),
    ("391n", "391n"),
    ("392n", "392n 393n"),
    ("393n", "393n"),
    ("394n", "394n 8111"),
    ("395n", "392n 393n 395n 8005"),
    ("420", "421"),
    ("421", "4307"),
    ("422", "426"),
    ("423", "426"),
    ("424", "426"),
    ("425", "426"),
    ("4330", "4331"),
    ("4332", "4333"),
    ("7240", "03"),
    ("7250", "7251"),
    ("7253", "7256 7259"),
    ("7254", "7256 7259"),
    ("7255", "7256 7259"),
    ("7259", "7256"),
    ("8006", "01 03 37"),
    ("8017", "8018"),
    ("8026", "02 03 8006"),
];

/// Measures, each with its last digit for the decimal places: two of a series exclude one another.
const MEASURES: &[(u16, u16)] =
    &[(310, 316), (320, 329), (330, 337), (340, 349), (350, 357), (360, 369)];

/// A value for each Application Identifier that excludes or is excluded, and some that are neither.
const VALUES: &[(&str, &str)] = &[
    ("00 8017 8018", "340123450000000178"),
    ("01 02 03", "06291041500213"),
    ("8006 8026", "062910415002130102"),
    ("255 415 414", "4012345000054"),
    ("10 21 235 37 420 8020 7240 7253 7254 7255 7256 7259 22 240", "5"),
    ("422 423 424 425 426", "276"),
    ("421", "276A"),
    ("4307", "DE"),
    ("4330 4331 4332 4333 8005", "001500"),
    ("7250", "20270402"),
    ("7251", "202704021200"),
    ("8111", "0001"),
    ("17 11", "270402"),
];

fn like(pattern: &str, ai: &str) -> bool {
    let same = |(p, d): (u8, u8)| p == b'n' || p == d;
    pattern.len() == ai.len() && pattern.bytes().zip(ai.bytes()).all(same)
}

fn excluded(one: &str, other: &str) -> bool {
    let listed = |one: &str, other: &str| {
        EXCLUDING.iter().any(|(ai, others)| {
            like(ai, one) && others.split(' ').any(|pattern| like(pattern, other))
        })
    };
    let series = |ai: &str| {
        let number: u16 = ai.get(..3).filter(|_| ai.len() == 4)?.parse().ok()?;
        MEASURES.iter().any(|(first, last)| (first..=last).contains(&&number)).then_some(number)
    };
    let measures = series(one).is_some() && series(one) == series(other);
    one != other && (listed(one, other) || listed(other, one) || measures)
}

fn elements() -> Vec<Element> {
    let mut out = Vec::new();
    let mut add = |ai: &str, value: &str| {
        out.push(Element::new(ai, value).unwrap_or_else(|error| panic!("{error}")));
    };
    for (ais, value) in VALUES {
        ais.split(' ').for_each(|ai| add(ai, value));
    }
    for (first, last) in MEASURES {
        for series in *first..=*last {
            (0..6).for_each(|decimals| add(&format!("{series}{decimals}"), "000100"));
        }
    }
    for (series, most, value) in [
        (390, 9, "100"),
        (391, 9, "978100"),
        (392, 9, "100"),
        (393, 9, "978100"),
        (394, 3, "0010"),
        (395, 5, "000100"),
    ] {
        (0..=most).for_each(|decimals| add(&format!("{series}{decimals}"), value));
    }
    out
}

#[test]
fn elements_that_exclude_one_another_are_refused_in_either_order_and_no_others() {
    let elements = elements();
    let mut refused = 0;
    for one in &elements {
        for other in &elements {
            let (ai, second) = (one.ai().digits(), other.ai().digits());
            let both = ElementString::new(vec![one.clone(), other.clone()]).unwrap();
            let pairing = both.check_pairings();
            if excluded(ai, second) {
                refused += 1;
                // The first one is named first, whichever of the two the table has it under.
                let named = match &pairing {
                    Err(PairingError::Excludes { ai: a, other: b }) => [*a, *b],
                    found => panic!("({ai}) and ({second}): {found:?}"),
                };
                assert!(
                    named == [ai, second] || named == [second, ai],
                    "{named:?}: ({ai})({second})"
                );
                let pairing = pairing.unwrap_err();
                assert_eq!(both.check_makeable(), Err(MakeError::Pairing(pairing)));
            } else {
                let harmless = matches!(pairing, Ok(()) | Err(PairingError::Needs { .. }));
                assert!(harmless, "({ai}) and ({second}): {pairing:?}");
                assert_eq!(both.check_makeable(), Ok(()), "({ai}) and ({second})");
            }
        }
    }
    // So many ordered pairs of these the dictionary gives.
    assert_eq!(refused, 2826);
}

#[test]
fn an_excluding_pair_is_found_behind_others_and_between_them() {
    let judge = |text: &str| {
        let elements = ElementString::parse_bracketed(text).unwrap();
        elements.check_makeable().map_err(|error| error.to_string())
    };
    let together = "AI 21 and AI 235 stand together, expected one of them at most".to_owned();
    for text in [
        "(01)06291041500213(17)270402(21)A(10)B(235)C",
        "(21)A(01)06291041500213(235)C",
        "(01)06291041500213(10)B(235)C(21)A",
    ] {
        assert_eq!(judge(text), Err(together.clone()), "{text}");
    }
    assert_eq!(judge("(01)06291041500213(21)A(10)A(17)270402"), Ok(()));
    // A need is no hindrance to a symbol, and does not hide an exclusion.
    assert_eq!(judge("(21)A"), Ok(()));
    assert_eq!(judge("(21)A(235)C"), Err(together));
}

#[test]
fn a_repeated_element_has_the_same_value_wherever_it_stands() {
    let judge = |text: &str| ElementString::parse_bracketed(text).unwrap().check_pairings();
    let gtin = "(01)06291041500213";
    assert_eq!(judge(&format!("(10)A{gtin}(10)A")), Ok(()));
    for text in
        [format!("(10)A{gtin}(10)B"), format!("{gtin}(10)B(10)A"), format!("(10)A(10)A{gtin}(10)a")]
    {
        assert_eq!(judge(&text), Err(PairingError::Contradicts { ai: "10" }), "{text}");
    }
    // 3102 twice is a repetition, 3102 and 3103 an exclusion.
    assert_eq!(judge(&format!("{gtin}(3102)000100(3102)000100")), Ok(()));
    let twice = judge(&format!("{gtin}(3102)000100(3102)000101"));
    assert_eq!(twice, Err(PairingError::Contradicts { ai: "3102" }));
}

/// An Application Identifier, and what it needs beside it, as alternatives.
const NEEDING: &[(&str, &[&str])] = &[
    ("(21)A", &["(01)06291041500213", "(03)06291041500213", "(8006)062910415002130102"]),
    ("(22)A", &["(01)06291041500213"]),
    ("(235)A", &["(01)06291041500213"]),
    ("(10)A", &["(01)06291041500213", "(8006)062910415002130102", "(03)06291041500213"]),
    ("(17)270402", &["(01)06291041500213", "(255)4012345000054", "(03)06291041500213"]),
    ("(254)A", &["(414)4012345000054"]),
    ("(403)A", &["(00)340123450000000178"]),
    ("(8019)1", &["(8017)340123450000000178", "(8018)340123450000000178"]),
    ("(250)A", &["(21)B (01)06291041500213", "(21)B (8006)062910415002130102"]),
    ("(8040)123456789012345", &["(21)B (01)06291041500213"]),
    ("(37)5", &["(02)06291041500213 (00)340123450000000178"]),
    ("(3103)000100", &["(01)06291041500213"]),
    ("(3929)1", &["(30)1 (01)06291041500213", "(3103)000100 (01)06291041500213"]),
];

#[test]
fn what_needs_something_beside_it_is_content_with_one_whole_alternative_in_either_order() {
    let judge = |text: &str| ElementString::parse_bracketed(text).unwrap().check_pairings();
    for (element, alternatives) in NEEDING {
        let needing = &element[1..element.find(')').unwrap()];
        let lacks = |text: &str| match judge(text) {
            Err(PairingError::Needs { ai, .. }) => ai == needing,
            _ => false,
        };
        assert!(lacks(element), "{element} alone");
        assert!(lacks(&format!("{element}(99)X")), "{element} with something else");
        for alternative in *alternatives {
            let parts: Vec<&str> = alternative.split(' ').collect();
            let joined = parts.concat();
            assert_eq!(judge(&format!("{element}{joined}")), Ok(()), "{element} {alternative}");
            assert_eq!(judge(&format!("{joined}{element}")), Ok(()), "{alternative} {element}");
            for part in parts.iter().filter(|_| parts.len() > 1) {
                assert!(lacks(&format!("{element}{part}")), "{element} with {part} only");
            }
        }
    }
}

/// Values of one stretch without rules: character set, shortest, longest, Application Identifiers.
const LENGTHS: &[(char, usize, usize, &str)] = &[
    (
        'X',
        1,
        20,
        "10 21 22 243 254 420 4318 7020 7021 7022 710 711 712 713 714 715 716 717 7240 8002 8012",
    ),
    ('N', 2, 2, "20"),
    ('X', 1, 28, "235"),
    ('X', 1, 30, "240 241 250 251 400 403 4308 4319 7002 90"),
    ('N', 1, 6, "242"),
    ('N', 1, 8, "30 37"),
    ('N', 6, 6, "3100 3105 3162 3201 3290 3304 3373 3405 3490 3571 3602 3695 3950 3955 8005"),
    ('N', 1, 15, "3900 3909 3920 3929"),
    ('N', 4, 4, "3940 3943 8111"),
    ('X', 1, 3, "427 7008"),
    ('N', 13, 13, "7001"),
    ('N', 1, 4, "7004"),
    ('X', 1, 12, "7005"),
    ('X', 1, 10, "7009 7255"),
    ('X', 1, 2, "7010"),
    ('X', 1, 25, "7242 8020"),
    ('X', 1, 50, "8009"),
    ('N', 1, 10, "8019"),
    ('Z', 1, 90, "8030"),
    ('N', 15, 15, "8040 8041"),
    ('N', 32, 32, "8042"),
    ('X', 1, 70, "8200"),
    ('X', 1, 90, "91 92 93 94 95 96 97 98 99"),
];

#[test]
fn a_value_may_have_its_shortest_and_its_longest_length_and_none_beyond() {
    for (set, shortest, longest, ais) in LENGTHS {
        for ai in ais.split(' ') {
            let found = ApplicationIdentifier::find(ai).unwrap();
            assert_eq!((found.shortest(), found.longest()), (*shortest, *longest), "{ai}");
            for length in 0..=longest + 2 {
                let sound = Element::new(ai, &"7".repeat(length)).is_ok();
                assert_eq!(sound, (*shortest..=*longest).contains(&length), "({ai}) of {length}");
            }
            let ending = |last: char| {
                Element::new(ai, &("7".repeat(longest - 1) + last.encode_utf8(&mut [0; 4]))).is_ok()
            };
            assert_eq!(ending('A'), *set != 'N', "({ai})");
            assert_eq!(ending('/'), *set == 'X', "({ai})");
            assert!(!ending(' ') && !ending('#') && !ending('é') && !ending('\u{1d}'), "({ai})");
        }
    }
}

/// Values in several stretches: right ones, and wrong ones behind the bar.
const STRETCHES: &[(&str, &str, &str)] = &[
    ("00", "340123450000000178", "34012345000000017 3401234500000001780 340123450000000179"),
    ("01", "06291041500213", "6291041500213 006291041500213 06291041500214"),
    ("11", "270402 270400 280229", "2704 27040200 270432 271302 270002 270229 270431"),
    (
        "253",
        "4012345000054 40123450000541 401234500005412345678901234567",
        "401234500005 4012345000055 4012345000054123456789012345678",
    ),
    ("255", "4012345000054 4012345000054123456789012", "40123450000541234567890123 4012345000054A"),
    ("3910", "9781 978123456789012345", "978 9781234567890123456 0001"),
    ("421", "276A 276123456789", "276 2761234567890 000A"),
    ("423", "276 276040 276040756276040", "27 2760 27604 276040756276040276 276000"),
    ("4330", "001500 001500-", "00150 001500+ 001500--"),
    ("7003", "2704022359", "270402235 2704022400 2704022360 27040223590"),
    ("7007", "270402 270402270403", "2704 270402270432 2704022704 2704022704030"),
    ("7011", "270402 2704021230", "27040212 2704022430 270402123000"),
    (
        "7030",
        "276A 999A 276123456789012345678901234567",
        "276 000A 2761234567890123456789012345678",
    ),
    ("7230", "EMA EM1234567890123456789012345678", "EM EM12345678901234567890123456789"),
    ("7251", "202704021200", "20270402 2027040212 202704022400 2027040212000"),
    ("7258", "1/1 1/3 3/3", "1/ /3 4/3 0/3 1/0 10/30"),
    (
        "8003",
        "04012345000054 04012345000054A 040123450000541234567890123456",
        "14012345000054 0401234500005 0401234500005412345678901234567",
    ),
    (
        "8006",
        "062910415002130102 062910415002130202",
        "062910415002130302 062910415002130001 062910415002130100 0629104150021301",
    ),
    (
        "8008",
        "27040212 2704021230 270402123059",
        "270402 2704021 270402123 27040224 2704021260 270402123060 27040212305900",
    ),
    ("8011", "1 123456789012", "01 1234567890123"),
];

#[test]
fn a_value_of_several_stretches_ends_only_where_one_of_them_ends() {
    for (ai, right, wrong) in STRETCHES {
        for value in right.split(' ') {
            assert_eq!(Element::new(ai, value).err(), None, "({ai}){value}");
        }
        for value in wrong.split(' ') {
            assert!(Element::new(ai, value).is_err(), "({ai}){value} is taken");
        }
    }
}

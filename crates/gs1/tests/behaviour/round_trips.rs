//! Whatever is written is read back the same: element strings as scans, with brackets and as Digital
//! Links, keys as EPC URIs, expiry dates. And no text makes a reader panic.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::string::string_regex;

use linetwin_gs1::{
    ApplicationIdentifier, DigitalLink, Element, ElementString, EpcUri, ExpiryDate, Gln, Gtin,
    Sscc, parse_scan,
};

const SET_82: &str = "[!-\"%-?A-Z_a-z]";

fn with_check(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A random element of one of many kinds.
fn element() -> impl Strategy<Value = Element> {
    let text = |ai: &'static str, longest: usize| {
        let pattern = format!("{SET_82}{{1,{longest}}}");
        let values = string_regex(&pattern).unwrap();
        values.prop_map(move |value| Element::new(ai, &value).unwrap()).boxed()
    };
    let key = |ai: &'static str, digits: usize| {
        let pattern = format!("[1-9][0-9]{{{}}}", digits - 2);
        let bodies = string_regex(&pattern).unwrap();
        bodies.prop_map(move |body| Element::new(ai, &with_check(&body)).unwrap()).boxed()
    };
    let date = |ai: &'static str| {
        let days = (0..100_u32, 1..=12_u32, 0..=28_u32);
        days.prop_map(move |(y, m, d)| Element::new(ai, &format!("{y:02}{m:02}{d:02}")).unwrap())
            .boxed()
    };
    let number = |ai: &'static str, pattern: &'static str| {
        pattern.prop_map(move |value| Element::new(ai, &value).unwrap()).boxed()
    };
    prop_oneof![
        text("10", 20),
        text("21", 20),
        text("22", 20),
        text("235", 28),
        text("240", 30),
        text("710", 20),
        text("95", 90),
        key("00", 18),
        key("01", 14),
        key("414", 13),
        key("8018", 18),
        date("11"),
        date("17"),
        number("30", "[0-9]{1,8}"),
        number("3103", "[0-9]{6}"),
        number("422", "356|276|840"),
        number("7003", "2[0-9]0[1-9]1[0-9]1[0-9]5[0-9]"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn element_strings(elements in vec(element(), 1..8)) {
        let elements = ElementString::new(elements).unwrap();
        prop_assert_eq!(&ElementString::parse(&elements.message()).unwrap(), &elements);
        let scan = format!("]d2{}", elements.message());
        prop_assert_eq!(&parse_scan(&scan).unwrap(), &elements);
        prop_assert_eq!(&ElementString::parse_marked(&elements.marked('^'), '^').unwrap(), &elements);
        let bracketed = elements.to_string();
        prop_assert_eq!(&ElementString::parse_bracketed(&bracketed).unwrap(), &elements);
        let shorter = elements.predefined_first();
        prop_assert!(shorter.message().len() <= elements.message().len());
        prop_assert_eq!(ElementString::parse(&shorter.message()).unwrap(), shorter);
    }

    #[test]
    fn superfluous_separators_change_nothing(elements in vec(element(), 1..8)) {
        let elements = ElementString::new(elements).unwrap();
        let mut message = String::from("\u{1d}");
        for element in elements.elements() {
            message += &format!("{}{}\u{1d}\u{1d}", element.ai().digits(), element.value());
        }
        prop_assert_eq!(ElementString::parse(&message).unwrap(), elements);
    }

    #[test]
    fn digital_links(elements in vec(element(), 1..8), stem in "https?://[a-z]{1,9}\\.[a-z]{2}(/[a-z]{1,9}){0,2}") {
        let elements = ElementString::new(elements).unwrap();
        if let Ok(uri) = elements.digital_link(Some(&stem)) {
            let link = DigitalLink::parse(&uri).unwrap();
            prop_assert_eq!(&link.stem, &stem);
            prop_assert!(link.other.is_empty());
            for element in elements.elements() {
                prop_assert_eq!(link.elements.get(element.ai().digits()), Some(element.value()));
            }
            prop_assert_eq!(link.elements.digital_link(Some(&stem)).unwrap(), uri);
            let canonical = link.elements.canonical_link().unwrap();
            let again = DigitalLink::parse(&canonical).unwrap().elements.canonical_link();
            prop_assert_eq!(again.unwrap(), canonical);
        }
    }

    #[test]
    fn epc_uris(
        item in "[0-9]{13}",
        container in "[0-9]{17}",
        place in "[0-9]{12}",
        serial in string_regex(&format!("{SET_82}{{1,20}}")).unwrap(),
        prefix in 6_usize..=12,
    ) {
        let (gtin, sscc, gln) = (with_check(&item), with_check(&container), with_check(&place));
        let extended = serial != "0";
        let kinds: [(&[(&str, &str)], bool); 9] = [
            (&[("01", &gtin), ("21", &serial)], true),
            (&[("01", &gtin), ("10", &serial)], true),
            (&[("01", &gtin), ("235", &serial)], true),
            (&[("01", &gtin)], true),
            (&[("00", &sscc)], true),
            (&[("414", &gln)], true),
            (&[("414", &gln), ("254", &serial)], extended),
            (&[("417", &gln)], true),
            (&[("8018", &sscc)], true),
        ];
        for (elements, applies) in kinds {
            if !applies {
                continue;
            }
            let made = elements.iter().map(|(ai, value)| Element::new(ai, value).unwrap());
            let elements = ElementString::new(made.collect()).unwrap();
            let uri = EpcUri::from_elements(&elements, prefix).unwrap();
            let again = EpcUri::parse(&uri.to_string()).unwrap();
            prop_assert_eq!(&again, &uri);
            prop_assert_eq!(again.elements().unwrap(), elements);
        }
    }

    #[test]
    fn keys_and_dates(item in "[0-9]{13}", container in "[0-9]{17}", place in "[0-9]{12}",
                      y in 0..100_u32, m in 1..=12_u32, d in 0..=28_u32) {
        let (gtin, sscc, gln) = (with_check(&item), with_check(&container), with_check(&place));
        prop_assert_eq!(Gtin::parse(&gtin).unwrap().to_string(), gtin);
        prop_assert_eq!(Sscc::parse(&sscc).unwrap().to_string(), sscc);
        prop_assert_eq!(Gln::parse(&gln).unwrap().to_string(), gln);
        let yymmdd = format!("{y:02}{m:02}{d:02}");
        let expiry = ExpiryDate::from_yymmdd(&yymmdd).unwrap();
        prop_assert_eq!(expiry.yymmdd().as_ref().to_owned(), yymmdd);
        prop_assert_eq!(expiry.names_a_day(), d != 0);
        if d != 0 {
            prop_assert_eq!(expiry.to_string().parse::<ExpiryDate>().unwrap(), expiry);
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in ".{0,60}", digits in "[0-9\u{1d}()/.:%]{0,60}") {
        for text in [
            text.clone(),
            digits.clone(),
            format!("]d2{text}"),
            format!("({digits}"),
            format!("(01){digits}"),
            format!("https://a.b/{digits}?{text}"),
            format!("urn:epc:id:sgtin:{digits}"),
            format!("urn:epc:idpat:itip:0614141.{digits}.{text}"),
        ] {
            let _ = ElementString::parse(&text);
            let _ = ElementString::parse_bracketed(&text);
            let _ = ElementString::parse_marked(&text, '^');
            let _ = parse_scan(&text);
            let _ = DigitalLink::parse(&text);
            let _ = EpcUri::parse(&text);
            for ai in ApplicationIdentifier::all() {
                let _ = ai.check(&text);
            }
        }
    }
}

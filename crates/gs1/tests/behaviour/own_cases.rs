//! Identifiers of our own and what they are in every form. The EPC URIs and their GS1 keys are what
//! epcpy 0.1.8 makes of them, the canonical links what the normaliser of GS1's epcis-event-hash-generator
//! 1.9.3 makes; the element string is read from zint 2.11.1's symbol of it by zxing-cpp 3.1.1.

use linetwin_gs1::{DigitalLink, ElementString, EpcUri, Gtin, Sscc, parse_scan};

/// An EPC URI, digits of its company prefix, its elements, its canonical link.
const KEYS: &[(&str, usize, &str, &str)] = &[
    (
        "urn:epc:id:sgtin:4012345.098765.A7%2FK-3",
        7,
        "(01)04012345987652(21)A7/K-3",
        "https://id.gs1.org/01/04012345987652/21/A7%2FK-3",
    ),
    (
        "urn:epc:id:sgtin:063045.1123456.a%25b",
        6,
        "(01)10630451234562(21)a%b",
        "https://id.gs1.org/01/10630451234562/21/a%25b",
    ),
    (
        "urn:epc:id:sscc:4012345.3000000017",
        7,
        "(00)340123450000000178",
        "https://id.gs1.org/00/340123450000000178",
    ),
    (
        "urn:epc:id:sgln:4012345.00002.LINE-3",
        7,
        "(414)4012345000023(254)LINE-3",
        "https://id.gs1.org/414/4012345000023/254/LINE-3",
    ),
    (
        "urn:epc:class:lgtin:4012345.098765.B:12",
        7,
        "(01)04012345987652(10)B:12",
        "https://id.gs1.org/01/04012345987652/10/B%3A12",
    ),
];

#[test]
fn an_epc_uri_is_its_elements_and_its_canonical_link_and_back() {
    for (uri, prefix, elements, link) in KEYS {
        let found = EpcUri::parse(uri).unwrap().elements().unwrap();
        assert_eq!(found.to_string(), *elements);
        assert_eq!(found, ElementString::parse_bracketed(elements).unwrap(), "{uri}");
        assert_eq!(found.canonical_link().as_deref(), Some(*link), "{uri}");
        assert_eq!(DigitalLink::parse(link).unwrap().elements, found, "{uri}");
        assert_eq!(EpcUri::from_elements(&found, *prefix).unwrap().to_string(), *uri);
    }
}

#[test]
fn a_pack_is_the_same_as_it_is_typed_and_as_it_is_scanned() {
    let typed = "(01)04012345987652(21)A7/K-3(17)281130(10)B:12";
    let message = "010401234598765221A7/K-3\u{1d}1728113010B:12";
    let pack = ElementString::parse_bracketed(typed).unwrap();
    assert_eq!(pack.message(), message);
    assert_eq!(parse_scan(&format!("]d2{message}")).unwrap(), pack);
    assert_eq!(pack.to_string(), typed);
    let link = "https://packs.example/p/01/04012345987652/10/B%3A12/21/A7%2FK-3?17=281130";
    assert_eq!(pack.digital_link(Some("https://packs.example/p")).unwrap(), link);
}

#[test]
fn a_key_with_a_wrong_digit_is_refused() {
    assert!(Gtin::parse("04012345987652").is_ok());
    assert!(Sscc::parse("340123450000000178").is_ok());
    for wrong in 0..=9 {
        assert_eq!(Gtin::parse(&format!("0401234598765{wrong}")).is_ok(), wrong == 2);
        assert_eq!(Sscc::parse(&format!("34012345000000017{wrong}")).is_ok(), wrong == 8);
        let typed = format!("(01)0401234598765{wrong}(21)1");
        assert_eq!(ElementString::parse_bracketed(&typed).is_ok(), wrong == 2, "{typed}");
    }
}

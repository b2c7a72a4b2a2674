//! Whose an SSCC is: a company prefix owns it when its digits stand right behind the extension digit. The
//! SSCCs were written down as text, their check digits by `-sum(d * (3, 1)[i % 2] for i, d in
//! enumerate(reversed(body))) % 10` (Python 3.11).

use linetwin_gs1::{CompanyPrefix, ElementString, EpcUri, Sscc, sscc_uri};

fn prefix(digits: &str) -> CompanyPrefix {
    CompanyPrefix::parse(digits).unwrap()
}

/// An SSCC, a company prefix, the reference that it has under that prefix.
const OWNED: &[(&str, &str, Option<u64>)] = &[
    // Extension 3, prefix 4012345, reference 000000017: the right prefix, then shorter, then longer.
    ("340123450000000178", "4012345", Some(3_000_000_017)),
    ("340123450000000178", "401234", Some(35_000_000_017)),
    ("340123450000000178", "40123450", Some(300_000_017)),
    ("340123450000000178", "401234500", Some(30_000_017)),
    ("340123450000000178", "401234500000", Some(30_017)),
    // As long and longer, and not the same in the last, the first or a middle digit.
    ("340123450000000178", "4012346", None),
    ("340123450000000178", "4012344", None),
    ("340123450000000178", "5012345", None),
    ("340123450000000178", "4013345", None),
    ("340123450000000178", "40123451", None),
    ("340123450000000178", "401234500001", None),
    ("340123450000000178", "401235", None),
    // Its digits one place too far left, with the extension digit, or too far right.
    ("340123450000000178", "3401234", None),
    ("340123450000000178", "340123", None),
    ("340123450000000178", "0123450", None),
    ("340123450000000178", "012345", None),
    // Zeros ahead count.
    ("340123450000000178", "04012345", None),
    ("304012345000000013", "04012345", Some(300_000_001)),
    ("304012345000000013", "4012345", None),
    ("304012345000000013", "040123", Some(34_500_000_001)),
    ("000000000000000000", "000000", Some(0)),
    ("000000000000000000", "000001", None),
    // The same number with another extension digit is another reference of the same prefix.
    ("040123450000000177", "4012345", Some(17)),
    ("940123450000000170", "4012345", Some(9_000_000_017)),
    ("999999999999999995", "999999", Some(99_999_999_999)),
];

#[test]
fn an_sscc_belongs_to_the_prefixes_whose_digits_stand_behind_its_extension_digit() {
    for (text, digits, reference) in OWNED {
        let sscc = Sscc::parse(text).unwrap();
        assert_eq!(sscc.reference(prefix(digits)), *reference, "{text} of {digits}");
        if let Some(reference) = reference {
            assert_eq!(Sscc::of_reference(prefix(digits), *reference), Some(sscc), "{digits}");
        }
    }
}

/// Every length of prefix, every extension digit, the ends of each range.
#[test]
fn references_run_through_all_extension_digits_and_end_behind_the_last() {
    for length in 6..=12 {
        let digits = &"952141300000"[..length];
        let owner = prefix(digits);
        let all = 10_u64.pow(17 - length as u32);
        assert_eq!(Sscc::references(owner), all, "{digits}");
        for extension in 0..10 {
            for behind in [0, 1, all / 10 - 1] {
                let n = extension * (all / 10) + behind;
                let sscc = Sscc::of_reference(owner, n).unwrap();
                let body = format!("{extension}{digits}{behind:0width$}", width = 16 - length);
                assert_eq!(sscc.to_string()[..17], body);
                assert_eq!(Sscc::build(extension as u8, owner, behind), Ok(sscc));
                assert_eq!(sscc.reference(owner), Some(n), "{sscc}");
                let uri = format!("urn:epc:id:sscc:{digits}.{extension}{}", &body[1 + length..]);
                assert_eq!(sscc_uri(sscc, owner), uri);
                let elements = EpcUri::parse(&uri).unwrap().elements().unwrap();
                assert_eq!(elements.get("00"), Some(sscc.to_string().as_str()));
                assert_eq!(EpcUri::from_elements(&elements, length).unwrap().to_string(), uri);
            }
            assert!(Sscc::build(extension as u8, owner, all / 10).is_err(), "{digits}");
        }
        for beyond in [all, all + 1, u64::MAX] {
            assert_eq!(Sscc::of_reference(owner, beyond), None, "{digits} {beyond}");
        }
    }
}

#[test]
fn a_company_prefix_has_six_to_twelve_digits() {
    for text in ["", "12345", "1234567890123", "40123a", "40123 4", "+401234", "４０１２３４"]
    {
        assert_eq!(CompanyPrefix::parse(text), None, "{text}");
    }
    for length in 6..=12 {
        let owner = prefix(&"012345678901"[..length]);
        assert_eq!((owner.length(), owner.to_string().len()), (length, length));
    }
    assert_ne!(prefix("012345"), prefix("0123450"));
    assert_ne!(prefix("0012345"), prefix("012345"));
}

/// One SSCC under two prefixes is two URIs, and each is read back as the same SSCC.
#[test]
fn an_epc_uri_keeps_the_prefix_that_it_was_made_with() {
    let elements = ElementString::parse_bracketed("(00)340123450000000178").unwrap();
    let uri = |length| EpcUri::from_elements(&elements, length).map(|uri| uri.to_string()).ok();
    let expected = [
        None,
        Some("urn:epc:id:sscc:401234.35000000017"),
        Some("urn:epc:id:sscc:4012345.3000000017"),
        Some("urn:epc:id:sscc:40123450.300000017"),
        Some("urn:epc:id:sscc:401234500.30000017"),
        Some("urn:epc:id:sscc:4012345000.3000017"),
        Some("urn:epc:id:sscc:40123450000.300017"),
        Some("urn:epc:id:sscc:401234500000.30017"),
        None,
    ];
    for (length, expected) in (5..).zip(expected) {
        assert_eq!(uri(length).as_deref(), expected, "{length}");
        if let Some(uri) = expected {
            assert_eq!(EpcUri::parse(uri).unwrap().elements().unwrap(), elements);
        }
    }
    for wrong in
        ["4012345.300000017", "4012345.30000000170", "4012345.300000001A", "40123.353000000017"]
    {
        assert!(EpcUri::parse(&format!("urn:epc:id:sscc:{wrong}")).is_err(), "{wrong}");
    }
}

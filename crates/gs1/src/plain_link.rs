//! The canonical Digital Links of plain EPC URIs, straight from their digits: every event of a line names
//! dozens of them. It uses no table of Application Identifiers, and leaves to [`super::EpcUri`] every URI
//! that is not plain.

use super::check_digit::check_digit;

/// How the URIs of one kind become Digital Links.
struct Plain {
    uri: &'static str,
    key: &'static str,
    /// Digits of the key without its check digit.
    digits: usize,
    /// Whether the reference's first digit goes to the front of the key.
    first_ahead: bool,
    /// The name of the third part of the URI; empty where there is none.
    third: &'static str,
    /// The third part that means nothing.
    nothing: &'static str,
}

const SGTIN: Plain = Plain {
    uri: "urn:epc:id:sgtin:",
    key: "https://id.gs1.org/01/",
    digits: 13,
    first_ahead: true,
    third: "/21/",
    nothing: "",
};

const PLAIN: [Plain; 4] = [
    SGTIN,
    Plain { uri: "urn:epc:class:lgtin:", third: "/10/", ..SGTIN },
    Plain {
        uri: "urn:epc:id:sscc:",
        key: "https://id.gs1.org/00/",
        digits: 17,
        third: "",
        ..SGTIN
    },
    Plain {
        uri: "urn:epc:id:sgln:",
        key: "https://id.gs1.org/414/",
        digits: 12,
        first_ahead: false,
        third: "/254/",
        nothing: "0",
    },
];

/// Writes the canonical Digital Link of a plain SGTIN, LGTIN, SSCC or SGLN URI; writes nothing and returns
/// false for every other text.
pub fn push_plain_link(out: &mut String, uri: &str) -> bool {
    let Some((kind, [prefix, reference, third])) = plain_parts(uri) else { return false };
    let (first, reference) = reference.split_at(usize::from(kind.first_ahead));
    out.push_str(kind.key);
    let key = out.len();
    out.extend([first, prefix, reference]);
    let check = check_digit(out[key..].bytes().map(|byte| byte - b'0'));
    out.push(char::from(b'0' + check));
    if third != kind.nothing {
        out.extend([kind.third, third]);
    }
    true
}

/// Prefix, reference and third part.
fn plain_parts(uri: &str) -> Option<(&'static Plain, [&str; 3])> {
    let of = |kind: &'static Plain| Some((kind, uri.strip_prefix(kind.uri)?));
    let (kind, rest) = PLAIN.iter().find_map(of)?;
    let (prefix, rest) = rest.split_once('.')?;
    let (reference, third) = match kind.third {
        "" => (rest, ""),
        _ => rest.split_once('.').filter(|(_, third)| (1..=20).contains(&third.len()))?,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let plain = (6..=12).contains(&prefix.len())
        && prefix.len() + reference.len() == kind.digits
        && digits(prefix)
        && digits(reference)
        && third.bytes().all(bare);
    plain.then_some((kind, [prefix, reference, third]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::EpcUri;
    use super::*;

    fn plain_link(uri: &str) -> Option<String> {
        let mut out = "before ".to_owned();
        let written = push_plain_link(&mut out, uri);
        let link = out.strip_prefix("before ").unwrap();
        assert!(written || link.is_empty(), "{out}");
        written.then(|| link.to_owned())
    }

    fn by_the_rules(uri: &str) -> Option<String> {
        EpcUri::parse(uri).ok()?.elements().ok()?.canonical_link()
    }

    #[test]
    fn what_a_line_names_has_a_plain_link() {
        for (uri, link) in [
            ("sgtin:0614141.812345.6789", "01/80614141123458/21/6789"),
            ("sgtin:950600013435.2.AZ-az_0.9", "01/29506000134356/21/AZ-az_0.9"),
            ("sscc:0614141.1234567890", "00/106141412345678908"),
            ("sgln:0614141.00123.0", "414/0614141001231"),
            ("sgln:061414100123..line-1", "414/0614141001231/254/line-1"),
        ] {
            let uri = format!("urn:epc:id:{uri}");
            assert_eq!(plain_link(&uri), Some(format!("https://id.gs1.org/{link}")));
        }
        let lot = plain_link("urn:epc:class:lgtin:0614141.812345.A1");
        assert_eq!(lot.as_deref(), Some("https://id.gs1.org/01/80614141123458/10/A1"));
    }

    #[test]
    fn what_is_not_plain_is_left_alone() {
        for uri in [
            "urn:epc:id:sgtin:0614141.812345.6%2F789",
            "urn:epc:id:sgtin:0614141.812345.a!b",
            "urn:epc:id:sgtin:0614141.812345.a~b",
            "urn:epc:id:sgtin:0614141.812345.",
            "urn:epc:id:sgtin:0614141..6789",
            "urn:epc:id:sscc:0614141.123456789",
            "urn:epc:id:sscc:0614141.123456789x",
            "urn:epc:id:sgln:0614141.00123.",
            "urn:epc:id:lgtin:0614141.812345.A1",
            "urn:epc:id:grai:0614141.12345.0",
        ] {
            assert_eq!(plain_link(uri), None, "{uri}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn a_plain_link_is_the_one_that_the_rules_make(
            start in prop::sample::select(vec![
                "id:sgtin:", "class:lgtin:", "id:sscc:", "id:sgln:", "id:lgtin:", "class:sgtin:",
            ]),
            digits in "[0-9]{12,18}",
            prefix in 5_usize..14,
            key in prop::sample::select(vec![12_usize, 13, 17]),
            third in "(|0|\\.(0|[0-9A-Za-z._-]{1,21}|[a._~!%-]{1,2}))",
        ) {
            let digits = &digits[..key.min(digits.len())];
            let (prefix, reference) = digits.split_at(prefix.min(digits.len()));
            let uri = format!("urn:epc:{start}{prefix}.{reference}{third}");
            if let Some(link) = plain_link(&uri) {
                prop_assert_eq!(by_the_rules(&uri), Some(link));
            }
        }
    }
}

//! EPC URIs: what is read is written the same and stands for a key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linetwin_fuzz::gs1::EpcUri;

const KINDS: [&str; 15] = [
    "sgtin", "upui", "sscc", "sgln", "pgln", "grai", "giai", "gsrn", "gsrnp", "gdti", "sgcn",
    "cpi", "ginc", "gsin", "itip",
];

fuzz_target!(|data: (u8, &str)| {
    let (kind, rest) = data;
    let name = KINDS[usize::from(kind) % KINDS.len()];
    let texts = [
        rest.to_owned(),
        format!("urn:epc:id:{name}:{rest}"),
        format!("urn:epc:idpat:{name}:{rest}"),
        format!("urn:epc:class:lgtin:{rest}"),
    ];
    for text in texts {
        let Ok(uri) = EpcUri::parse(&text) else { continue };
        let written = uri.to_string();
        let again = EpcUri::parse(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(again, uri);
        let elements = uri.elements().expect("a URI stands for a key");
        assert!(elements.canonical_link().is_some(), "{written}");
        for prefix in 0..20 {
            let _ = EpcUri::from_elements(&elements, prefix);
        }
    }
});

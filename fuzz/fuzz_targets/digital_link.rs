//! Digital Links: what is read gives a link that says the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linetwin_fuzz::gs1::DigitalLink;

fuzz_target!(|text: &str| {
    for text in [text.to_owned(), format!("https://a.b/{text}"), format!("https://a.b/01/{text}")] {
        let Ok(link) = DigitalLink::parse(&text) else { continue };
        let canonical = link.elements.canonical_link().expect("a link has a key");
        let again = DigitalLink::parse(&canonical).unwrap();
        assert_eq!(again.elements.canonical_link().unwrap(), canonical);
        if let Ok(uri) = link.elements.digital_link(None) {
            let back = DigitalLink::parse(&uri).unwrap();
            for element in link.elements.elements() {
                let value = back.elements.get(element.ai().digits());
                assert_eq!(value, Some(element.value()), "{uri}");
            }
        }
    }
});

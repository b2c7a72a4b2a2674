//! Element strings: what is read can be written and read again; brackets and messages agree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linetwin_fuzz::gs1::{ElementString, parse_element_string};

fn holds(elements: &ElementString) {
    assert_eq!(&ElementString::parse(&elements.message()).unwrap(), elements);
    assert_eq!(&ElementString::parse_bracketed(&elements.to_string()).unwrap(), elements);
    assert_eq!(&ElementString::parse_marked(&elements.marked('^'), '^').unwrap(), elements);
    let _ = elements.check_pairings();
    let shorter = elements.predefined_first();
    assert!(shorter.message().len() <= elements.message().len());
}

fuzz_target!(|text: &str| {
    for elements in [
        ElementString::parse(text),
        ElementString::parse_bracketed(text),
        ElementString::parse_marked(text, '^'),
    ]
    .into_iter()
    .flatten()
    {
        holds(&elements);
    }
    // The line's own reader knows fewer elements, but never more than the table allows.
    if parse_element_string(text).is_ok() {
        ElementString::parse(text).expect("what the line reads is an element string");
    }
});

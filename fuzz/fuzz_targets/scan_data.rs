//! Scans: whatever a scanner sends is read or refused, and what was read can be sent again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linetwin_fuzz::gs1::{Carrier, parse_scan, scan_data};

const IDENTIFIERS: [&str; 10] =
    ["", "]d2", "]C1", "]e0", "]Q3", "]J1", "]E0", "]E4", "]I1", "]d1"];

fuzz_target!(|data: (u8, &str)| {
    let (kind, rest) = data;
    let identifier = IDENTIFIERS[usize::from(kind) % IDENTIFIERS.len()];
    let scan = format!("{identifier}{rest}");
    if let Ok(elements) = parse_scan(&scan) {
        let sent = scan_data(Carrier::DataMatrix, true, &elements.message(), None).unwrap();
        assert_eq!(parse_scan(&sent).unwrap(), elements);
    }
    for carrier in [Carrier::Ean13, Carrier::UpcA, Carrier::Ean8, Carrier::DataBarLimited] {
        let _ = scan_data(carrier, kind & 1 == 1, rest, Some(rest));
    }
    let _ = scan_data(Carrier::Gs1128, true, rest, Some(rest));
});

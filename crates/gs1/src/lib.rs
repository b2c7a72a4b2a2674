//! GS1 identifiers and the strings that carry them: GTIN, SSCC, GLN, serial number, lot, expiry date; element
//! strings of any Application Identifiers, scans, Digital Links, EPC URIs. Free of IO, of lines and of
//! ledgers.

#![doc = include_str!("../README.md")]

mod ai;
mod check_digit;
mod code_lists;
mod coupon;
mod crypto_code;
mod digital_link;
mod digits;
mod elements;
mod epc;
mod epc_uri;
mod gln;
mod gtin;
mod label;
mod pairings;
mod plain_link;
mod rules;
mod scan_data;
mod serial;
mod sscc;

pub use ai::{ApplicationIdentifier, Fault};
pub use crypto_code::{CryptoCode, CryptoCodeBuf, CryptoCodeError, CryptoCodeFault};
pub use digital_link::{DigitalLink, LinkError};
pub use elements::{Element, ElementError, ElementString, SEPARATOR};
pub use epc::{CompanyPrefix, lgtin_uri, sgln_uri, sgtin_uri, sscc_uri};
pub use epc_uri::{EpcError, EpcUri};
pub use gln::{Gln, GlnError};
pub use gtin::{Gtin, GtinError};
pub use label::{Batch, ElementStringError, Label, PackCode, parse_element_string};
pub use pairings::{MakeError, PairingError};
pub use plain_link::push_plain_link;
pub use rules::{Broken, Rule, rule};
pub use scan_data::{Carrier, ScanError, parse_scan, scan_data};
pub use serial::{ExpiryDate, ExpiryError, Lot, SerialNumber, TextError, in_character_set_82};
pub use sscc::{Sscc, SsccError};

/// A saleable unit as its code names it: GTIN and serial number together.
#[derive(
    Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct UnitCode {
    /// Trade item.
    pub gtin: Gtin,
    /// Serial number of the unit within its GTIN.
    pub serial: SerialNumber,
}

impl std::fmt::Display for UnitCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "(01){}(21){}", self.gtin, self.serial)
    }
}

//! GS1 identifiers and the strings that carry them: GTIN, SSCC, serial number, lot, expiry date,
//! element strings as a scanner sends them, EPC URIs. Free of IO; knows no line and no ledger.

mod check_digit;
mod element_string;
mod epc;
mod gtin;
mod serial;
mod sscc;

pub use element_string::{ElementStringError, Label, PackCode, parse_element_string};
pub use epc::{CompanyPrefix, lgtin_uri, sgln_uri, sgtin_uri, sscc_uri};
pub use gtin::{Gtin, GtinError};
pub use serial::{ExpiryDate, ExpiryError, Lot, SerialNumber, TextError};
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

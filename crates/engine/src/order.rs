//! What is to be made, and the line as its controller sees it: which devices stand where.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use linetwin_base::{Level, MachineId, SimSpan};
use linetwin_gs1::{Batch, CompanyPrefix, CryptoCode, ExpiryDate, Gtin, Lot, PackCode, UnitCode};

use super::serials::{Alphabet, SerialRule};

/// Product master data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Trade item number of the saleable pack.
    pub gtin: Gtin,
    /// Name for people.
    pub name: String,
    /// How many digits of the GTIN are the GS1 Company Prefix, 6 to 12. It cannot be derived.
    pub company_prefix: usize,
    /// Where its serial numbers come from; the same for all its orders.
    #[serde(default)]
    pub serials: Serials,
    /// Whether the symbol has lot and expiry. Without them there must be a crypto code: some markets require
    /// nothing else.
    #[serde(default = "yes")]
    pub lot_and_expiry: bool,
}

const fn yes() -> bool {
    true
}

/// Where serial numbers come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "WrittenSerials", into = "WrittenSerials")]
pub enum Serials {
    /// They are made here.
    Own(SerialRule),
    /// An outside issuer gives them.
    Imported {
        /// The file that they come in. The engine opens none: the caller reads it.
        file: String,
        /// Whether the issuer signs them.
        crypto_codes: bool,
    },
}

/// [`Serials`] as they stand in files: `Own(alphabet: Digits, length: 14)`.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Serials", deny_unknown_fields)]
enum WrittenSerials {
    Own {
        alphabet: Alphabet,
        length: u8,
    },
    Imported {
        file: String,
        #[serde(default = "yes")]
        crypto_codes: bool,
    },
}

impl From<WrittenSerials> for Serials {
    fn from(written: WrittenSerials) -> Self {
        match written {
            WrittenSerials::Own { alphabet, length } => Self::Own(SerialRule { alphabet, length }),
            WrittenSerials::Imported { file, crypto_codes } => {
                Self::Imported { file, crypto_codes }
            }
        }
    }
}

impl From<Serials> for WrittenSerials {
    fn from(serials: Serials) -> Self {
        match serials {
            Serials::Own(SerialRule { alphabet, length }) => Self::Own { alphabet, length },
            Serials::Imported { file, crypto_codes } => Self::Imported { file, crypto_codes },
        }
    }
}

impl Default for Serials {
    fn default() -> Self {
        Self::Own(SerialRule::default())
    }
}

impl Product {
    /// Why no pack of it can be given a code; none if it can.
    pub fn fault(&self) -> Option<String> {
        match &self.serials {
            Serials::Own(_) | Serials::Imported { crypto_codes: false, .. }
                if !self.lot_and_expiry =>
            {
                Some("symbols that name neither lot and expiry nor a crypto code".to_owned())
            }
            Serials::Own(rule) => rule.fault(),
            Serials::Imported { .. } => None,
        }
    }
}

/// A batch order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// What to make.
    pub product: Product,
    /// Lot printed on every pack.
    pub lot: Lot,
    /// Expiry date printed on every pack.
    pub expiry: ExpiryDate,
    /// Good packs to make.
    pub quantity: u32,
    /// Which packs are taken as samples, besides the quantity.
    #[serde(default)]
    pub samples: Samples,
    /// What its packs are packed into, innermost first. Nothing: any count is right.
    #[serde(default)]
    pub packaging: Vec<PackagingLevel>,
}

/// Which good packs an operator takes as samples.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Samples {
    /// The first so many.
    pub first: u32,
    /// And every n-th after them; 0 for none.
    pub every: u32,
}

impl Samples {
    /// Whether the n-th good pack, counted from 1, is a sample.
    pub const fn takes(self, n: u64) -> bool {
        let (first, every) = (self.first as u64, self.every as u64);
        n <= first || (every > 0 && (n - first).is_multiple_of(every))
    }
}

/// How one level of an order is packed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackagingLevel {
    /// The level.
    pub level: Level,
    /// Children of a full container.
    pub children: u32,
    /// Whether children of other orders may stand in it.
    #[serde(default)]
    pub mixed_lots: bool,
    /// The key on its label.
    #[serde(default)]
    pub identification_key: IdentificationKey,
}

/// The key on a container's label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum IdentificationKey {
    /// A number of its own, whatever is in it.
    #[default]
    Sscc,
    /// It is a trade item: a GTIN of its own and a serial number, which is made here.
    Gtin {
        /// The trade item.
        gtin: Gtin,
        /// How its serial numbers are written.
        #[serde(default)]
        serials: SerialRule,
    },
}

impl IdentificationKey {
    /// The trade item, if it is one.
    pub const fn gtin(&self) -> Option<Gtin> {
        match self {
            Self::Sscc => None,
            Self::Gtin { gtin, .. } => Some(*gtin),
        }
    }
}

impl Order {
    /// The company prefix of the product; `None` if its configured length is not 6 to 12.
    pub fn prefix(&self) -> Option<CompanyPrefix> {
        CompanyPrefix::of_gtin(self.product.gtin, self.product.company_prefix)
    }

    /// The content of the symbol of one of its packs.
    pub const fn pack_code<'a>(
        &self,
        unit: UnitCode,
        crypto_code: Option<CryptoCode<'a>>,
    ) -> PackCode<'a> {
        let batch = Batch { expiry: self.expiry, lot: self.lot };
        let batch = if self.product.lot_and_expiry { Some(batch) } else { None };
        PackCode { unit, crypto_code, batch }
    }
}

/// The line as its controller is configured for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineLayout {
    /// Its name, as a line clearance has it.
    pub line: Arc<str>,
    /// The machine that releases units onto the line.
    pub infeed: MachineId,
    /// Tracked belts in the order in which a unit meets them. The first one prints.
    pub sections: Vec<SectionLayout>,
    /// Aggregation stations, innermost level first.
    pub stations: Vec<StationLayout>,
    /// Where products that were rejected on the first section are verified again, if anywhere.
    pub rework: Option<MachineId>,
    /// How many print jobs the printer holds.
    pub printer_buffer_jobs: usize,
    /// Lowest ISO/IEC 15415 grade that passes, in tenths.
    pub minimum_grade_tenths: u8,
    /// So many rejects in a row on a tracked belt stop it until an operator has looked; 0 for never.
    pub max_consecutive_rejects: u32,
    /// Share of serial numbers fetched on top of the quantity.
    pub serial_reserve: f64,
    /// How many serial numbers the line keeps.
    pub pool: PoolRule,
    /// Seconds without a device event after which an operator walks along the line.
    pub inactivity_timeout_s: f64,
    /// Seconds after which an unacknowledged message is sent again.
    pub retry_s: f64,
}

impl LineLayout {
    /// Containers of all levels that this many units fill, the last one of a level perhaps partly.
    pub fn containers(&self, units: u32) -> u32 {
        let mut children = units;
        let per_level = self.stations.iter().map(|station| {
            children = children.div_ceil(station.children);
            children
        });
        per_level.sum()
    }
}

/// How many serial numbers a line keeps in its own pool.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PoolRule {
    /// All that the order will need, with the reserve.
    #[default]
    WholeOrder,
    /// When fewer than `low` are left, enough to have `high` again.
    Kept {
        /// Reorder point: fewest numbers in the pool.
        low: u32,
        /// Most numbers in the pool.
        high: u32,
    },
}

/// A belt whose products the controller follows with an encoder. Positions are micrometres of belt
/// travel from the entry sensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionLayout {
    /// The belt.
    pub belt: MachineId,
    /// Printer and its position, on the section that prints.
    pub printer: Option<(MachineId, u64)>,
    /// Camera and its position.
    pub camera: (MachineId, u64),
    /// Reject gate and its position.
    pub gate: (MachineId, u64),
    /// Position of the sensor behind the gate.
    pub exit_um: u64,
    /// Longest time from firing the gate to the confirm sensor in its bin.
    pub confirm_timeout: SimSpan,
    /// Half the width of a product window.
    pub tolerance_um: u64,
}

/// A place where children are packed into a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StationLayout {
    /// The machine that packs.
    pub station: MachineId,
    /// The machine that prints and reads the container's label; may be the same.
    pub labeller: MachineId,
    /// What it makes.
    pub level: Level,
    /// Children of a full container.
    pub children: u32,
    /// Children of a layer.
    pub layer: u32,
}

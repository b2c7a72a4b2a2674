//! What the random numbers stand for: commands about orders and objects of the model, mostly possible.

use std::sync::Arc;

use linetwin_base::Level;
use linetwin_engine::{
    Command, DecommissionReason, IdentificationKey, IssuedCode, ObjectCode, Order, OrderId,
    PackStatus, PackagingLevel, PlaceId, Product, Samples, ScrapReason, SerialRule, Serials,
};
use linetwin_gs1::{CompanyPrefix, Gtin, Sscc, UnitCode};

use super::model::{Model, is_unit};

/// The numbers of the last one come from an outside issuer.
const GTINS: [&str; 3] = ["06291041500213", "06291041500220", "06291041500237"];
/// Inner packs of the first product are a trade item.
const INNER: &str = "16291041500210";
const LOTS: [&str; 3] = ["L7", "L8", "L9"];
pub const NAMES: [&str; 3] = ["Asha Rao", "Ben Okri", ""];
pub const LINES: [&str; 2] = ["line-1", "line-2"];
const LEVELS: [Level; 4] = [Level::Inner, Level::Bundle, Level::Case, Level::Pallet];
const STATUSES: [PackStatus; 6] = [
    PackStatus::Active,
    PackStatus::Supplied,
    PackStatus::Locked,
    PackStatus::Stolen,
    PackStatus::Exported,
    PackStatus::Destroyed,
];

pub fn prefix() -> CompanyPrefix {
    CompanyPrefix::parse("6291041").unwrap()
}

pub fn gtin(n: u8) -> Gtin {
    Gtin::parse(GTINS[usize::from(n) % GTINS.len()]).unwrap()
}

pub fn inner() -> Gtin {
    Gtin::parse(INNER).unwrap()
}

/// A trade item of any level.
fn any_gtin(n: u8) -> Gtin {
    if n % 4 == 3 { inner() } else { gtin(n % 4) }
}

/// Two orders of each product; 6 and 8 say of a product's numbers what others deny, 7 is for nothing.
pub fn order(n: u8) -> Arc<Order> {
    let level = |level, children, mixed_lots, identification_key| PackagingLevel {
        level,
        children,
        mixed_lots,
        identification_key,
    };
    let own = matches!(n, 0 | 1 | 3 | 4 | 7 | 8);
    let imported = Serials::Imported { file: "pool.txt".to_owned(), crypto_codes: true };
    let product = Product {
        gtin: gtin(n),
        name: "Test".to_owned(),
        company_prefix: 7,
        serials: if own { Serials::default() } else { imported },
        lot_and_expiry: true,
    };
    // Bundles take any number; the rule for cases and pallets is there.
    let mut packaging = vec![
        level(Level::Case, 2, n % 4 == 3, IdentificationKey::Sscc),
        level(Level::Pallet, 3, true, IdentificationKey::Sscc),
    ];
    if n.is_multiple_of(3) {
        let identification_key =
            IdentificationKey::Gtin { gtin: inner(), serials: SerialRule::default() };
        packaging.insert(0, level(Level::Inner, 2, false, identification_key));
    }
    Arc::new(Order {
        product,
        lot: LOTS[usize::from(n / 3) % 3].parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity: u32::from(n != 7),
        samples: Samples::default(),
        packaging,
    })
}

/// The n-th code of an issuer that never gives one twice.
pub fn issued(gtin: Gtin, n: usize) -> IssuedCode {
    let unit = UnitCode { gtin, serial: format!("ISSUED{n:06}").parse().unwrap() };
    IssuedCode { unit, crypto_code: Some(format!("91EE07\u{1d}92sign{n:040}").parse().unwrap()) }
}

impl Model {
    /// The command that five numbers stand for.
    pub fn command(&self, operation: u8, a: u8, b: u8, c: u8, d: u8) -> Command {
        let order = OrderId(u32::from(a % 5) + 1);
        let line: Arc<str> = Arc::from(LINES[usize::from(b) % 2]);
        let count = u32::from(b % 5);
        let unit = self.any_unit(a);
        let place = PlaceId(u32::from(c % 2));
        let (parent, other) = (self.any_label(a), self.any_label(b));
        match operation {
            2 => Command::CreateOrder(self::order(a % 9)),
            3 => Command::SignOrder {
                order,
                name: Arc::from(NAMES[usize::from(b) % 3]),
                meaning: Arc::from("released"),
            },
            4 => Command::ClearLine { order, line, name: Arc::from(NAMES[usize::from(c) % 3]) },
            5 => Command::StartOrder { order, line },
            6 if b.is_multiple_of(4) => Command::PauseOrder { order },
            6 => Command::ResumeOrder { order },
            7 if b.is_multiple_of(3) => Command::FinishOrder { order },
            7 | 8 => Command::CloseOrder { order },
            9 if c.is_multiple_of(2) => self.given(any_gtin(a), usize::from(b % 5), d),
            9 => Command::MakeNumbers { gtin: any_gtin(a), count },
            10 => Command::RequestUnallocated { gtin: any_gtin(a), count },
            11 => Command::ReturnUnallocated { gtin: any_gtin(a), count },
            12 => Command::AllocateSerials { order, count },
            13 if c.is_multiple_of(2) => {
                Command::AllocateLabels { order, level: LEVELS[usize::from(d) % 4], count }
            }
            13 => Command::AllocateSsccs { order, count },
            14 => Command::ReturnSerials { units: vec![unit, self.any_unit(b)] },
            15 => Command::Invalidate { objects: vec![self.any(a), self.any(b)] },
            16 => Command::Encode { unit },
            17 => Command::SampleLabel { unit },
            18 => Command::ScrapLabel { unit, reason: ScrapReason::NoRead },
            19 | 20 => Command::Commission { unit },
            21 => Command::Sample { unit },
            22 => {
                let reason = DecommissionReason::Damaged;
                Command::Decommission { object: self.any(a), reason }
            }
            23 => Command::Destroy { object: self.any(a) },
            24..=28 => Command::Pack {
                parent,
                level: LEVELS[usize::from(b) % 4],
                partial: b.is_multiple_of(5),
                children: self.some(&[c, d, c.wrapping_add(d)][..usize::from(b) % 4]),
            },
            29 => Command::AddChildren { parent, children: vec![self.any(b)] },
            30 => Command::Unpack { parent, children: self.some_inside(parent, b) },
            31 => {
                Command::ReplaceChild { parent, out: self.any_child(parent, b), into: self.any(c) }
            }
            32 => Command::MoveChildren {
                from: parent,
                to: other,
                children: vec![self.any_child(parent, c)],
            },
            33 => Command::Relabel { from: parent, to: other },
            34 => {
                let found = vec![self.any(b), self.any_child(parent, c)];
                Command::CheckContents { parent, found }
            }
            35 => Command::Ship { objects: vec![self.any(a)] },
            36 if b.is_multiple_of(2) => Command::VoidShipping { objects: vec![self.any(a)] },
            36 => Command::AcceptReturn { objects: vec![self.any(a)] },
            37 if b.is_multiple_of(2) => Command::Receive { objects: vec![self.any(a)], place },
            37 if b % 16 == 1 => {
                Command::RecallLot { gtin: gtin(a), lot: LOTS[usize::from(c) % 3].parse().unwrap() }
            }
            38 => {
                let status = STATUSES[usize::from(b) % STATUSES.len()];
                Command::SetStatus { unit, status, place }
            }
            _ => Command::UndoStatus { unit, place },
        }
    }

    /// Any code: mostly one that was made.
    fn any(&self, n: u8) -> ObjectCode {
        let made = &self.made;
        made.get(usize::from(n) % (made.len() + 1)).copied().unwrap_or_else(unknown)
    }

    fn pick(&self, n: u8, units: bool) -> Option<ObjectCode> {
        let all: Vec<_> = self.made.iter().filter(|code| is_unit(code) == units).collect();
        all.get(usize::from(n) % (all.len() + 1)).map(|code| **code)
    }

    /// A unit's code, now and then that of a container with a GTIN.
    fn any_unit(&self, n: u8) -> UnitCode {
        let mut containers =
            self.made.iter().filter(|code| matches!(code, ObjectCode::Unit(_)) && !is_unit(code));
        let container = containers.next_back().copied().filter(|_| n.is_multiple_of(16));
        as_unit(container.or_else(|| self.pick(n, true)).unwrap_or_else(unknown))
    }

    /// A container's label, now and then something else.
    fn any_label(&self, n: u8) -> ObjectCode {
        self.pick(n, false)
            .unwrap_or_else(|| if n.is_multiple_of(2) { self.any(n / 2) } else { foreign() })
    }

    fn some(&self, numbers: &[u8]) -> Vec<ObjectCode> {
        numbers.iter().map(|n| self.any(*n)).collect()
    }

    /// A child of a container, or anything if it has none.
    fn any_child(&self, parent: ObjectCode, n: u8) -> ObjectCode {
        let children = self.things.get(&parent).map(|thing| thing.children.as_slice());
        let children = children.unwrap_or_default();
        if children.is_empty() { self.any(n) } else { children[usize::from(n) % children.len()] }
    }

    fn some_inside(&self, parent: ObjectCode, n: u8) -> Vec<ObjectCode> {
        if n.is_multiple_of(3) { Vec::new() } else { vec![self.any_child(parent, n)] }
    }

    /// Codes of an issuer; now and then one of them is wrong.
    fn given(&self, gtin: Gtin, count: usize, d: u8) -> Command {
        let next = self.made.len();
        let mut codes: Vec<_> = (next..next + count).map(|n| issued(gtin, n)).collect();
        let first = codes.first().cloned();
        if let Some((last, first)) = codes.last_mut().zip(first) {
            match d % 8 {
                0 => last.unit.gtin = self::gtin(d / 8),
                1 => last.crypto_code = None,
                2 => last.unit = self.any_unit(d),
                3 => *last = first,
                _ => {}
            }
        }
        Command::ImportNumbers { gtin, codes }
    }
}

pub fn as_unit(code: ObjectCode) -> UnitCode {
    match code {
        ObjectCode::Unit(unit) => unit,
        ObjectCode::Container(_) => unreachable!("only units were asked for"),
    }
}

fn unknown() -> ObjectCode {
    UnitCode { gtin: gtin(0), serial: "NEVERMADE222".parse().unwrap() }.into()
}

fn foreign() -> ObjectCode {
    Sscc::parse("106141412345678908").unwrap().into()
}

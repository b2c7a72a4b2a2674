//! Facts of the record. The ledger's state changes through these and through nothing else, so the
//! journal of them is the ledger.

use std::convert::Infallible;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use linetwin_base::Level;
use linetwin_gs1::{Gtin, Lot};

use super::super::order::Order;
use super::code::ObjectCode;
use super::command::Reason;
use super::imported::IssuedNumber;
use super::key::{List, ObjectKey, OrderId, SpaceId};
use super::orders::{Clearance, OrderState, OrderStep, Signature};
use super::spaces::SpaceKind;
use super::state::{Operation, SerialState};
use super::trail::{PackStatus, PlaceId};

/// A fact of the record. `R` is how objects are named: by [`ObjectKey`] inside the ledger and in its journal,
/// by [`ObjectCode`] outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(
    serialize = "R: Serialize, List<R>: Serialize",
    deserialize = "R: Deserialize<'de>, List<R>: Deserialize<'de>"
))]
pub enum LedgerEvent<R = ObjectCode> {
    /// An order became known.
    OrderCreated {
        /// Its number.
        id: OrderId,
        /// What was ordered.
        order: Arc<Order>,
    },
    /// An order was signed.
    OrderSigned {
        /// Its number.
        order: OrderId,
        /// The signature.
        signature: Signature,
    },
    /// A line was cleared for an order.
    LineCleared {
        /// Its number.
        order: OrderId,
        /// Which line, by whom.
        clearance: Clearance,
    },
    /// An order went from one state to another.
    OrderStateChanged {
        /// Its number.
        order: OrderId,
        /// What was done.
        step: OrderStep,
        /// State before.
        from: OrderState,
        /// State after.
        to: OrderState,
    },
    /// A number space was opened.
    SpaceOpened {
        /// Its id.
        space: SpaceId,
        /// What it numbers.
        kind: SpaceKind,
    },
    /// The next numbers of a space were made; they are in the enterprise's pool.
    NumbersMade {
        /// The space.
        space: SpaceId,
        /// How many.
        count: u64,
    },
    /// Objects went from one state to another.
    StateChanged {
        /// What was done.
        operation: Operation,
        /// State before.
        from: SerialState,
        /// State after.
        to: SerialState,
        /// The order that the objects belong to, or go to.
        order: Option<OrderId>,
        /// Why.
        reason: Option<Reason>,
        /// Those that the command named.
        objects: List<R>,
        /// What is in them and went along.
        contents: List<R>,
    },
    /// Children were put into a container. Its first children make it active.
    Packed {
        /// The container.
        parent: R,
        /// Its level.
        level: Level,
        /// True if the label became active with this.
        new: bool,
        /// True if it was closed with fewer children than it takes.
        partial: bool,
        /// The children.
        children: List<R>,
    },
    /// Children were taken out of a container.
    Unpacked {
        /// The container.
        parent: R,
        /// The children.
        children: List<R>,
    },
    /// What is in a container was compared with the record.
    ContentsChecked {
        /// The container.
        parent: R,
        /// Recorded in it and not found.
        missing: List<R>,
        /// Found in it and not recorded there.
        alien: Vec<ObjectCode>,
    },
    /// Units and containers arrived somewhere.
    Received {
        /// What stands on its own.
        objects: List<R>,
        /// Where.
        place: PlaceId,
    },
    /// Something became of a pack in trade, or was taken back.
    StatusChanged {
        /// The pack.
        unit: R,
        /// Status before.
        from: PackStatus,
        /// Status after.
        to: PackStatus,
        /// Where.
        place: PlaceId,
    },
    /// A lot was recalled.
    LotRecalled {
        /// The trade item.
        gtin: Gtin,
        /// The lot.
        lot: Lot,
    },
    /// The next numbers of a space came from its issuer; they are in the enterprise's pool.
    NumbersImported {
        /// The space.
        space: SpaceId,
        /// How many.
        count: u64,
        /// Which. An answer leaves them out: the sender has them.
        numbers: Vec<IssuedNumber>,
    },
}

impl LedgerEvent<ObjectKey> {
    /// Looks at every object that the fact names.
    pub(super) fn visit_keys(&self, mut visit: impl FnMut(ObjectKey)) {
        // Naming visits every key; the names are not needed here.
        let Ok(_) = self.named(|key| -> Result<(), Infallible> {
            visit(key);
            Ok(())
        });
    }

    /// The fact as it is returned to the sender of the command.
    pub(crate) fn answer(&self) -> Self {
        match self {
            Self::NumbersImported { space, count, .. } => {
                Self::NumbersImported { space: *space, count: *count, numbers: Vec::new() }
            }
            other => other.clone(),
        }
    }

    /// The same fact with other names for the objects.
    pub(super) fn named<R, E>(
        &self,
        mut name: impl FnMut(ObjectKey) -> Result<R, E>,
    ) -> Result<LedgerEvent<R>, E> {
        let mut list = |keys: &List<ObjectKey>| -> Result<List<R>, E> {
            Ok(List(keys.iter().map(|key| name(*key)).collect::<Result<_, E>>()?))
        };
        Ok(match self {
            Self::StateChanged { operation, from, to, order, reason, objects, contents } => {
                LedgerEvent::StateChanged {
                    operation: *operation,
                    from: *from,
                    to: *to,
                    order: *order,
                    reason: *reason,
                    objects: list(objects)?,
                    contents: list(contents)?,
                }
            }
            Self::Packed { parent, level, new, partial, children } => {
                let children = list(children)?;
                let (level, new, partial) = (*level, *new, *partial);
                LedgerEvent::Packed { parent: name(*parent)?, level, new, partial, children }
            }
            Self::Unpacked { parent, children } => {
                let children = list(children)?;
                LedgerEvent::Unpacked { parent: name(*parent)?, children }
            }
            Self::ContentsChecked { parent, missing, alien } => {
                let missing = list(missing)?;
                let alien = alien.clone();
                LedgerEvent::ContentsChecked { parent: name(*parent)?, missing, alien }
            }
            Self::Received { objects, place } => {
                LedgerEvent::Received { objects: list(objects)?, place: *place }
            }
            Self::StatusChanged { unit, from, to, place } => LedgerEvent::StatusChanged {
                unit: name(*unit)?,
                from: *from,
                to: *to,
                place: *place,
            },
            Self::OrderCreated { id, order } => {
                LedgerEvent::OrderCreated { id: *id, order: Arc::clone(order) }
            }
            Self::OrderSigned { order, signature } => {
                LedgerEvent::OrderSigned { order: *order, signature: signature.clone() }
            }
            Self::LineCleared { order, clearance } => {
                LedgerEvent::LineCleared { order: *order, clearance: clearance.clone() }
            }
            Self::OrderStateChanged { order, step, from, to } => {
                LedgerEvent::OrderStateChanged { order: *order, step: *step, from: *from, to: *to }
            }
            Self::SpaceOpened { space, kind } => {
                LedgerEvent::SpaceOpened { space: *space, kind: kind.clone() }
            }
            Self::NumbersMade { space, count } => {
                LedgerEvent::NumbersMade { space: *space, count: *count }
            }
            Self::LotRecalled { gtin, lot } => LedgerEvent::LotRecalled { gtin: *gtin, lot: *lot },
            Self::NumbersImported { space, count, numbers } => {
                let (space, count, numbers) = (*space, *count, numbers.clone());
                LedgerEvent::NumbersImported { space, count, numbers }
            }
        })
    }
}

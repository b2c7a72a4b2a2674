//! Orders: what may be made, who released it, where it may run.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use linetwin_base::SimTime;
use linetwin_gs1::Gtin;

use crate::order::{IdentificationKey, Order, Serials};

use super::super::orders::{Clearance, Signature};
use super::super::{Ledger, LedgerEvent, OrderId, OrderRecord, OrderState, OrderStep, Refusal};
use super::super::{Operation, SpaceKind};
use super::Decision;

/// How many different people must sign an order to release it.
const SIGNERS: usize = 2;

impl Ledger {
    pub(super) fn create_order(&mut self, order: &Arc<Order>) -> Decision {
        let gtin = order.product.gtin;
        let wrong = |what: String| Refusal::Product { gtin, what };
        let prefix = order.prefix().ok_or_else(|| {
            wrong(format!("a company prefix of {} digits", order.product.company_prefix))
        })?;
        if let Some(fault) = order.product.fault() {
            return Err(wrong(fault).into());
        }
        if order.quantity == 0 {
            return Err(wrong("an order of no units".to_owned()).into());
        }
        let levels = order.packaging.windows(2);
        if levels.into_iter().any(|pair| pair[0].level >= pair[1].level) {
            return Err(wrong("packaging levels that do not grow".to_owned()).into());
        }
        if order.packaging.iter().any(|level| level.children == 0) {
            return Err(wrong("a packaging level without children".to_owned()).into());
        }
        if let Some(&order) = self.lots.get(&(gtin, order.lot)) {
            let lot = self.order(order)?.order.lot;
            return Err(Refusal::LotTaken { gtin, lot, order }.into());
        }
        if usize::from(u16::MAX - self.spaces.next_id().0) < 2 + order.packaging.len() {
            return Err(wrong("no number space is left".to_owned()).into());
        }
        let id = OrderId(self.orders.len() as u32 + 1);
        let mut events = Vec::with_capacity(3);
        let mut space = self.spaces.next_id();
        let own = match &order.product.serials {
            Serials::Own(rule) => SpaceKind::Serials { gtin, rule: rule.clone() },
            Serials::Imported { crypto_codes, .. } => {
                SpaceKind::Issued { gtin, crypto_codes: *crypto_codes }
            }
        };
        let mut kinds = IndexMap::<_, _, FxBuildHasher>::from_iter([(gtin, own)]);
        for level in &order.packaging {
            let IdentificationKey::Gtin { gtin, serials } = &level.identification_key else {
                continue;
            };
            let fault = serials.fault();
            let (gtin, level, rule) = (*gtin, level.level, serials.clone());
            let before = kinds.insert(gtin, SpaceKind::Containers { gtin, level, rule });
            let twice = before.map(|_| "stands on two levels".to_owned());
            if let Some(what) = fault.or(twice) {
                return Err(Refusal::Product { gtin, what }.into());
            }
        }
        for (gtin, kind) in kinds {
            if self.is_new_space(gtin, &kind)? {
                events.push(LedgerEvent::SpaceOpened { space, kind });
                space.0 += 1;
            }
        }
        if self.spaces.of_prefix(prefix).is_none() {
            events.push(LedgerEvent::SpaceOpened { space, kind: SpaceKind::Ssccs { prefix } });
        }
        events.push(LedgerEvent::OrderCreated { id, order: Arc::clone(order) });
        Ok(events)
    }

    /// Whether a trade item is numbered for the first time; if not, it must be in the same way.
    fn is_new_space(&self, gtin: Gtin, kind: &SpaceKind) -> Result<bool, Refusal> {
        let Some(known) = self.spaces.of_gtin(gtin) else { return Ok(true) };
        Err(match (self.spaces.kind(known), kind) {
            (known, kind) if known == kind => return Ok(false),
            (SpaceKind::Serials { .. }, SpaceKind::Issued { .. }) => Refusal::NumbersOwn(gtin),
            (SpaceKind::Issued { .. }, SpaceKind::Serials { .. }) => Refusal::NumbersIssued(gtin),
            (SpaceKind::Containers { .. }, _) | (_, SpaceKind::Containers { .. }) => {
                let what = "numbers containers of one level, and nothing else".to_owned();
                Refusal::Product { gtin, what }
            }
            _ => {
                let what = "its serial numbers are written in another way".to_owned();
                Refusal::Product { gtin, what }
            }
        })
    }

    pub(super) fn sign_order(
        &mut self,
        at: SimTime,
        id: OrderId,
        name: &Arc<str>,
        meaning: &Arc<str>,
    ) -> Decision {
        let signature = signature(at, name, meaning)?;
        let record = self.order(id)?;
        let (step, from) = (OrderStep::Release, record.state);
        let Some(to) = from.after(step) else {
            return Err(Refusal::OrderStep { order: id, state: from, step }.into());
        };
        if record.signatures.iter().any(|other| other.same_person(name)) {
            return Err(Refusal::SamePerson { order: id, name: name.to_string() }.into());
        }
        let last = record.signatures.len() + 1 == SIGNERS;
        let mut events = vec![LedgerEvent::OrderSigned { order: id, signature }];
        if last {
            events.push(LedgerEvent::OrderStateChanged { order: id, step, from, to });
        }
        Ok(events)
    }

    pub(super) fn clear_line(
        &mut self,
        at: SimTime,
        id: OrderId,
        line: &Arc<str>,
        name: &Arc<str>,
    ) -> Decision {
        let signature = signature(at, name, &Arc::from("line cleared"))?;
        let record = self.order(id)?;
        if record.state != OrderState::Released {
            let (state, step) = (record.state, OrderStep::Start);
            return Err(Refusal::OrderStep { order: id, state, step }.into());
        }
        let clearance = Clearance { line: Arc::clone(line), signature };
        Ok(vec![LedgerEvent::LineCleared { order: id, clearance }])
    }

    pub(super) fn start_order(&mut self, id: OrderId, line: &Arc<str>) -> Decision {
        let cleared = self.order(id)?.clearance.as_ref();
        if cleared.is_none_or(|clearance| clearance.line != *line) {
            return Err(Refusal::NotCleared { order: id, line: line.to_string() }.into());
        }
        self.step_order(id, OrderStep::Start)
    }

    pub(super) fn step_order(&mut self, id: OrderId, step: OrderStep) -> Decision {
        let from = self.order(id)?.state;
        let to = from.after(step);
        let to = to.ok_or(Refusal::OrderStep { order: id, state: from, step })?;
        Ok(vec![LedgerEvent::OrderStateChanged { order: id, step, from, to }])
    }

    pub(super) fn close_order(&mut self, id: OrderId) -> Decision {
        let events = self.step_order(id, OrderStep::Close)?;
        match self.order(id)?.open() {
            0 => Ok(events),
            count => Err(Refusal::Unaccounted { order: id, count }.into()),
        }
    }

    pub(in super::super) fn order(&self, id: OrderId) -> Result<&OrderRecord, Refusal> {
        self.orders.get(&id).ok_or(Refusal::UnknownOrder(id))
    }

    /// The order, if its state lets numbers be given to it.
    pub(super) fn order_for_numbers(&self, id: OrderId) -> Result<&OrderRecord, Refusal> {
        let record = self.order(id)?;
        if record.state.takes_numbers() {
            return Ok(record);
        }
        Err(Refusal::OrderState {
            order: id,
            state: record.state,
            what: Operation::RequestAllocated,
        })
    }
}

fn signature(at: SimTime, name: &Arc<str>, meaning: &Arc<str>) -> Result<Signature, Refusal> {
    if name.trim().is_empty() || meaning.trim().is_empty() {
        return Err(Refusal::EmptySignature);
    }
    Ok(Signature { name: Arc::clone(name), meaning: Arc::clone(meaning), at })
}

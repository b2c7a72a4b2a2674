//! What a ledger must do, written with maps and lists and for clearness only. It is told the codes
//! of new numbers, for it cannot know them; everything else it works out by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use SerialState::{
    Allocated, Commissioned, Destroyed, Encoded, Inactive, LabelSampled, LabelScrapped, Released,
    Sampled, Unallocated, Unassigned,
};

use linetwin_base::{Level, SimTime};
use linetwin_engine::{
    Clearance, Command, DecommissionReason, IdentificationKey, IssuedCode, LedgerEvent, List,
    ObjectCode, Operation, Order, OrderId, OrderState, OrderStep, PackStatus, PlaceId, Reason,
    SerialState, Serials, Signature, SpaceId, SpaceKind,
};
use linetwin_gs1::Gtin;

use super::steps::inner;

/// One number that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    pub state: SerialState,
    pub parent: Option<ObjectCode>,
    pub order: Option<OrderId>,
    pub level: Option<Level>,
    pub partial: bool,
    pub children: Vec<ObjectCode>,
    /// Status in trade, since when and where.
    pub status: (PackStatus, SimTime, PlaceId),
}

#[derive(Clone, Debug, PartialEq)]
pub struct OrderModel {
    pub state: OrderState,
    pub order: Arc<Order>,
    pub signers: Vec<String>,
    pub line: Option<Arc<str>>,
    pub recalled: bool,
}

/// Everything that is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    pub things: BTreeMap<ObjectCode, Thing>,
    /// All numbers in the order in which they were made.
    pub made: Vec<ObjectCode>,
    pub orders: BTreeMap<OrderId, OrderModel>,
    /// What issuers gave, in the order of import.
    pub issued: Vec<IssuedCode>,
    /// Number spaces in the order in which they were opened.
    pub(super) spaces: Vec<SpaceKind>,
}

/// The events of an accepted command, or the kind of refusal.
pub type Answer = Result<Vec<LedgerEvent>, &'static str>;

/// Ten days.
const UNDO_NS: u64 = 10 * 24 * 3600 * 1_000_000_000;

impl Model {
    /// What the ledger must answer; if it must accept, the model has changed as well. `fresh` are the
    /// codes of numbers that this command makes.
    pub fn apply(&mut self, now: SimTime, command: &Command, fresh: &[ObjectCode]) -> Answer {
        match command {
            Command::CreateOrder(order) => self.create(order),
            Command::SignOrder { order, name, meaning } => self.sign(now, *order, name, meaning),
            Command::ClearLine { order, line, name } => self.clear(now, *order, line, name),
            Command::StartOrder { order, line } => {
                let found = self.orders.get(order).ok_or("UnknownOrder")?;
                if found.line.as_ref() != Some(line) {
                    return Err("NotCleared");
                }
                self.step(*order, OrderStep::Start)
            }
            Command::PauseOrder { order } => self.step(*order, OrderStep::Pause),
            Command::ResumeOrder { order } => self.step(*order, OrderStep::Resume),
            Command::FinishOrder { order } => self.step(*order, OrderStep::Finish),
            Command::CloseOrder { order } => {
                let mut after = self.clone();
                let events = after.step(*order, OrderStep::Close)?;
                let open = |thing: &&Thing| {
                    thing.order == Some(*order) && matches!(thing.state, Allocated | Encoded)
                };
                let units = self.things.iter().filter(|(code, _)| is_unit(code));
                if units.map(|(_, thing)| thing).filter(open).count() > 0 {
                    return Err("Unaccounted");
                }
                *self = after;
                Ok(events)
            }
            Command::ImportNumbers { gtin, codes } => self.import(*gtin, codes),
            Command::MakeNumbers { gtin, count } => {
                let space = self.space_of(*gtin).ok_or("NoSpace")?;
                if self.is_issued(*gtin) {
                    return Err("NumbersIssued");
                }
                if *count == 0 {
                    return Err("NamesNothing");
                }
                self.learn(fresh);
                Ok(vec![LedgerEvent::NumbersMade { space, count: u64::from(*count) }])
            }
            Command::RequestUnallocated { gtin, count } => {
                self.shift(*gtin, *count, Operation::RequestUnallocated, Unassigned, Unallocated)
            }
            Command::ReturnUnallocated { gtin, count } => {
                self.shift(*gtin, *count, Operation::ReturnUnallocated, Unallocated, Unassigned)
            }
            Command::AllocateSerials { order, count } => {
                let found = self.orders.get(order).ok_or("UnknownOrder")?;
                let gtin = found.order.product.gtin;
                let of =
                    move |code: &ObjectCode| matches!(code, ObjectCode::Unit(u) if u.gtin == gtin);
                let space = self.space_of(gtin).expect("opened with the order");
                self.allocate(*order, *count, space, &of, fresh)
            }
            Command::AllocateSsccs { order, count } => {
                self.orders.get(order).ok_or("UnknownOrder")?;
                let ssccs = |kind: &SpaceKind| matches!(kind, SpaceKind::Ssccs { .. });
                let at = self.spaces.iter().position(ssccs).expect("opened with the order");
                let space = SpaceId(at as u16 + 1);
                self.allocate(*order, *count, space, &is_sscc, fresh)
            }
            Command::ReturnSerials { units } => {
                let codes: Vec<ObjectCode> = units.iter().map(|unit| (*unit).into()).collect();
                self.unused(&codes, Operation::ReturnAllocated)
            }
            Command::Invalidate { objects } => self.unused(objects, Operation::Invalidate),
            Command::AllocateLabels { order, level, count } => {
                let state = self.orders.get(order).ok_or("UnknownOrder")?.state;
                if matches!(state, OrderState::Created | OrderState::Closing | OrderState::Closed) {
                    return Err("OrderState");
                }
                let Some(gtin) = self.carried(*order, *level).ok_or("NoLevel")? else {
                    let (order, count) = (*order, *count);
                    return self.apply(now, &Command::AllocateSsccs { order, count }, fresh);
                };
                let of =
                    move |code: &ObjectCode| matches!(code, ObjectCode::Unit(u) if u.gtin == gtin);
                let space = self.space_of(gtin).expect("opened with the order");
                self.allocate(*order, *count, space, &of, fresh)
            }
            Command::Encode { unit }
            | Command::Commission { unit }
            | Command::SampleLabel { unit }
            | Command::ScrapLabel { unit, .. }
            | Command::Sample { unit }
            | Command::SetStatus { unit, .. }
            | Command::UndoStatus { unit, .. }
                if !is_unit(&ObjectCode::Unit(*unit)) =>
            {
                let known = self.things.contains_key(&ObjectCode::Unit(*unit));
                Err(if known { "NoUnit" } else { "Unknown" })
            }
            Command::Encode { unit } => {
                self.make((*unit).into(), &[Allocated], Operation::Encode, Encoded)
            }
            Command::Commission { unit } => {
                let from = [Allocated, Encoded];
                self.make((*unit).into(), &from, Operation::Commission, Commissioned)
            }
            Command::SampleLabel { unit } => {
                let from = [Allocated, Encoded];
                self.label((*unit).into(), &from, Operation::SampleLabel, LabelSampled, None)
            }
            Command::ScrapLabel { unit, reason } => {
                let reason = Some(Reason::Scrap(*reason));
                let from = [Allocated, Encoded];
                self.label((*unit).into(), &from, Operation::ScrapLabel, LabelScrapped, reason)
            }
            Command::Sample { unit } => {
                self.take_away((*unit).into(), &[Commissioned], Operation::Sample, Sampled, None)
            }
            Command::Decommission { object, reason } => {
                let from = [Commissioned, Sampled, Released];
                let reason = Some(Reason::Decommission(*reason));
                self.take_away(*object, &from, Operation::Decommission, Inactive, reason)
            }
            Command::Destroy { object } => {
                let from = [Commissioned, Sampled, Released, Inactive];
                self.take_away(*object, &from, Operation::Destroy, Destroyed, None)
            }
            Command::Pack { parent, level, partial, children } => {
                self.pack(*parent, *level, *partial, children)
            }
            Command::AddChildren { parent, children } => self.add(*parent, children),
            Command::Unpack { parent, children } => self.unpack(*parent, children),
            Command::ReplaceChild { parent, out, into } => self.replace(*parent, *out, *into),
            Command::MoveChildren { from, to, children } => self.move_over(*from, *to, children),
            Command::Relabel { from, to } => self.relabel(*from, *to),
            Command::CheckContents { parent, found } => self.check(*parent, found),
            Command::Ship { objects } => self.ship(objects),
            Command::VoidShipping { objects } => {
                self.carry(objects, Operation::VoidShipping, Released, Commissioned)
            }
            Command::AcceptReturn { objects } => {
                self.carry(objects, Operation::AcceptReturn, Released, Commissioned)
            }
            Command::Receive { objects, place } => {
                self.distinct(objects)?;
                for code in objects {
                    self.alone(code)?;
                    if self.things[code].state != Released {
                        return Err("State");
                    }
                }
                Ok(vec![LedgerEvent::Received { objects: List(objects.clone()), place: *place }])
            }
            Command::SetStatus { unit, status, place } => {
                self.set_status(now, (*unit).into(), *status, *place)
            }
            Command::UndoStatus { unit, place } => self.undo(now, (*unit).into(), *place),
            Command::RecallLot { gtin, lot } => {
                let of_lot = |found: &&mut OrderModel| {
                    found.order.product.gtin == *gtin && found.order.lot == *lot
                };
                let found = self.orders.values_mut().find(of_lot).ok_or("UnknownLot")?;
                found.recalled = true;
                Ok(vec![LedgerEvent::LotRecalled { gtin: *gtin, lot: *lot }])
            }
        }
    }

    /// How many numbers a command would have to make.
    pub fn lacking(&self, command: &Command) -> usize {
        let free = |of: &dyn Fn(&ObjectCode) -> bool| {
            let pool = |thing: &Thing| matches!(thing.state, Unallocated | Unassigned);
            self.things.iter().filter(|(code, thing)| of(code) && pool(thing)).count()
        };
        match command {
            Command::MakeNumbers { count, .. } => *count as usize,
            Command::AllocateSerials { order, count } => {
                let Some(found) = self.orders.get(order) else { return 0 };
                let gtin = found.order.product.gtin;
                let of = |code: &ObjectCode| matches!(code, ObjectCode::Unit(u) if u.gtin == gtin);
                (*count as usize).saturating_sub(free(&of))
            }
            Command::AllocateLabels { order, level, count } => {
                let free = match self.carried(*order, *level) {
                    None => return 0,
                    Some(None) => free(&is_sscc),
                    Some(Some(gtin)) => {
                        free(&|code| matches!(code, ObjectCode::Unit(u) if u.gtin == gtin))
                    }
                };
                (*count as usize).saturating_sub(free)
            }
            Command::AllocateSsccs { count, .. } => {
                (*count as usize).saturating_sub(free(&is_sscc))
            }
            _ => 0,
        }
    }

    /// The GTIN that containers of a level carry, if they carry one; none if there is no such level.
    fn carried(&self, order: OrderId, level: Level) -> Option<Option<Gtin>> {
        let packaging = &self.orders.get(&order)?.order.packaging;
        Some(packaging.iter().find(|rule| rule.level == level)?.identification_key.gtin())
    }

    /// Whether a container of this level may carry this label.
    pub(super) fn right_label(&self, label: &ObjectCode, level: Level) -> Result<(), &'static str> {
        let order = self.things[label].order;
        let carried = order.and_then(|order| self.carried(order, level));
        let gtin = match label {
            ObjectCode::Unit(unit) => Some(unit.gtin),
            ObjectCode::Container(_) => None,
        };
        let right = match carried {
            Some(carried) => carried == gtin,
            None => gtin.is_none() || level == Level::Inner,
        };
        if right { Ok(()) } else { Err("WrongLabel") }
    }

    // Orders.

    fn create(&mut self, order: &Arc<Order>) -> Answer {
        let (gtin, prefix) = (order.product.gtin, order.prefix().ok_or("Product")?);
        if order.quantity == 0 {
            return Err("Product");
        }
        if self.orders.values().any(|o| o.order.product.gtin == gtin && o.order.lot == order.lot) {
            return Err("LotTaken");
        }
        let mut events = Vec::new();
        let numbers = match order.product.serials.clone() {
            Serials::Own(_) if self.is_issued(gtin) => return Err("NumbersIssued"),
            Serials::Own(rule) => SpaceKind::Serials { gtin, rule },
            Serials::Imported { .. } if self.space_of(gtin).is_some() && !self.is_issued(gtin) => {
                return Err("NumbersOwn");
            }
            Serials::Imported { crypto_codes, .. } => SpaceKind::Issued { gtin, crypto_codes },
        };
        let carried =
            order.packaging.iter().filter_map(|level| match level.identification_key.clone() {
                IdentificationKey::Sscc => None,
                IdentificationKey::Gtin { gtin, serials: rule } => {
                    Some(SpaceKind::Containers { gtin, level: level.level, rule })
                }
            });
        let mut kinds = vec![numbers];
        kinds.extend(carried);
        kinds.push(SpaceKind::Ssccs { prefix });
        for kind in kinds {
            if !self.spaces.contains(&kind) {
                self.spaces.push(kind.clone());
                let space = SpaceId(self.spaces.len() as u16);
                events.push(LedgerEvent::SpaceOpened { space, kind });
            }
        }
        let id = OrderId(self.orders.len() as u32 + 1);
        let (state, order) = (OrderState::Created, Arc::clone(order));
        events.push(LedgerEvent::OrderCreated { id, order: Arc::clone(&order) });
        let (signers, line, recalled) = (Vec::new(), None, false);
        self.orders.insert(id, OrderModel { state, order, signers, line, recalled });
        Ok(events)
    }

    fn sign(&mut self, at: SimTime, id: OrderId, name: &Arc<str>, meaning: &Arc<str>) -> Answer {
        if name.is_empty() {
            return Err("EmptySignature");
        }
        let order = self.orders.get_mut(&id).ok_or("UnknownOrder")?;
        if order.state != OrderState::Created {
            return Err("OrderStep");
        }
        if order.signers.contains(&name.to_string()) {
            return Err("SamePerson");
        }
        order.signers.push(name.to_string());
        let signature = Signature { name: Arc::clone(name), meaning: Arc::clone(meaning), at };
        let mut events = vec![LedgerEvent::OrderSigned { order: id, signature }];
        if order.signers.len() == 2 {
            events.extend(self.step(id, OrderStep::Release)?);
        }
        Ok(events)
    }

    fn clear(&mut self, at: SimTime, id: OrderId, line: &Arc<str>, name: &Arc<str>) -> Answer {
        if name.is_empty() {
            return Err("EmptySignature");
        }
        let order = self.orders.get_mut(&id).ok_or("UnknownOrder")?;
        if order.state != OrderState::Released {
            return Err("OrderStep");
        }
        order.line = Some(Arc::clone(line));
        let signature =
            Signature { name: Arc::clone(name), meaning: Arc::from("line cleared"), at };
        let clearance = Clearance { line: Arc::clone(line), signature };
        Ok(vec![LedgerEvent::LineCleared { order: id, clearance }])
    }

    fn step(&mut self, id: OrderId, step: OrderStep) -> Answer {
        use OrderState as S;
        let order = self.orders.get_mut(&id).ok_or("UnknownOrder")?;
        let from = order.state;
        let to = match (step, from) {
            (OrderStep::Release, S::Created) => S::Released,
            (OrderStep::Start, S::Released) | (OrderStep::Resume, S::Paused) => S::Running,
            (OrderStep::Pause, S::Running) => S::Paused,
            (OrderStep::Finish, S::Released | S::Running | S::Paused) => S::Closing,
            (OrderStep::Close, S::Closing) => S::Closed,
            _ => return Err("OrderStep"),
        };
        order.state = to;
        Ok(vec![LedgerEvent::OrderStateChanged { order: id, step, from, to }])
    }

    // What all parts share.

    pub(super) fn thing(&mut self, code: &ObjectCode) -> &mut Thing {
        self.things.get_mut(code).expect("a code that was made")
    }

    /// Names at least one thing, each once, and none that was never made.
    pub(super) fn distinct(&self, codes: &[ObjectCode]) -> Result<(), &'static str> {
        if codes.is_empty() {
            return Err("NamesNothing");
        }
        if codes.iter().any(|code| !self.things.contains_key(code)) {
            return Err("Unknown");
        }
        let twice = (1..codes.len()).any(|n| codes[..n].contains(&codes[n]));
        if twice { Err("NamedTwice") } else { Ok(()) }
    }

    /// Changes the state of things and says so.
    pub(super) fn moved(
        &mut self,
        operation: Operation,
        from: SerialState,
        to: SerialState,
        order: Option<OrderId>,
        reason: Option<Reason>,
        objects: Vec<ObjectCode>,
    ) -> LedgerEvent {
        for code in &objects {
            let thing = self.thing(code);
            thing.state = to;
            if operation == Operation::RequestAllocated {
                thing.order = order;
            }
        }
        let (objects, contents) = (List(objects), List::default());
        LedgerEvent::StateChanged { operation, from, to, order, reason, objects, contents }
    }

    pub(super) fn relabelled() -> Option<Reason> {
        Some(Reason::Decommission(DecommissionReason::Relabelled))
    }

    pub(super) fn is_late(since: SimTime, now: SimTime) -> bool {
        now.as_nanos() - since.as_nanos() > UNDO_NS
    }
}

fn is_sscc(code: &ObjectCode) -> bool {
    matches!(code, ObjectCode::Container(_))
}

pub fn is_unit(code: &ObjectCode) -> bool {
    matches!(code, ObjectCode::Unit(unit) if unit.gtin != inner())
}

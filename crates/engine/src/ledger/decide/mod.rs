//! What a command would do: events, or why not. Nothing here changes the ledger.

mod numbers;
mod orders;
mod packing;
mod trade;
mod units;

use linetwin_base::SimTime;

use super::{Command, Ledger, LedgerEvent, ObjectCode, ObjectKey, Refusal, Stop};

pub(super) type Decision = Result<Vec<LedgerEvent<ObjectKey>>, Stop>;

/// Objects that one command may name.
const MOST_OBJECTS: usize = 1 << 20;

impl Ledger {
    pub(super) fn decide(&mut self, now: SimTime, command: &Command) -> Decision {
        match command {
            Command::CreateOrder(order) => self.create_order(order),
            Command::SignOrder { order, name, meaning } => {
                self.sign_order(now, *order, name, meaning)
            }
            Command::ClearLine { order, line, name } => self.clear_line(now, *order, line, name),
            Command::StartOrder { order, line } => self.start_order(*order, line),
            Command::PauseOrder { order } => self.step_order(*order, super::OrderStep::Pause),
            Command::ResumeOrder { order } => self.step_order(*order, super::OrderStep::Resume),
            Command::FinishOrder { order } => self.step_order(*order, super::OrderStep::Finish),
            Command::CloseOrder { order } => self.close_order(*order),
            Command::MakeNumbers { gtin, count } => self.make_numbers(*gtin, *count),
            Command::ImportNumbers { gtin, codes } => self.import_numbers(*gtin, codes),
            Command::RequestUnallocated { gtin, count } => {
                self.shift_pool(*gtin, *count, super::Operation::RequestUnallocated)
            }
            Command::ReturnUnallocated { gtin, count } => {
                self.shift_pool(*gtin, *count, super::Operation::ReturnUnallocated)
            }
            Command::AllocateSerials { order, count } => self.allocate_serials(*order, *count),
            Command::AllocateSsccs { order, count } => self.allocate_ssccs(*order, *count),
            Command::AllocateLabels { order, level, count } => {
                self.allocate_labels(*order, *level, *count)
            }
            Command::ReturnSerials { units } => self.return_serials(units),
            Command::Invalidate { objects } => self.invalidate(objects),
            Command::Encode { unit } => self.encode(unit),
            Command::SampleLabel { unit } => self.sample_label(unit),
            Command::ScrapLabel { unit, reason } => self.scrap_label(unit, *reason),
            Command::Commission { unit } => self.commission(unit),
            Command::Sample { unit } => self.sample(unit),
            Command::Decommission { object, reason } => self.decommission(object, *reason),
            Command::Destroy { object } => self.destroy(object),
            Command::Pack { parent, level, partial, children } => {
                self.pack(parent, *level, *partial, children)
            }
            Command::AddChildren { parent, children } => self.add_children(parent, children),
            Command::Unpack { parent, children } => self.unpack(parent, children),
            Command::ReplaceChild { parent, out, into } => self.replace_child(parent, out, into),
            Command::MoveChildren { from, to, children } => self.move_children(from, to, children),
            Command::Relabel { from, to } => self.relabel(from, to),
            Command::CheckContents { parent, found } => self.check_contents(parent, found),
            Command::Ship { objects } => self.ship(objects),
            Command::VoidShipping { objects } => {
                self.bring_back(objects, super::Operation::VoidShipping)
            }
            Command::Receive { objects, place } => self.receive(objects, *place),
            Command::AcceptReturn { objects } => {
                self.bring_back(objects, super::Operation::AcceptReturn)
            }
            Command::SetStatus { unit, status, place } => self.set_status(unit, *status, *place),
            Command::UndoStatus { unit, place } => self.undo_status(now, unit, *place),
            Command::RecallLot { gtin, lot } => self.recall_lot(*gtin, *lot),
        }
    }

    /// The keys of codes, none of which may be unknown or named twice.
    fn keys(&mut self, codes: &[ObjectCode]) -> Result<Vec<ObjectKey>, Stop> {
        if codes.is_empty() {
            return Err(Refusal::NamesNothing.into());
        }
        if codes.len() > MOST_OBJECTS {
            return Err(Refusal::TooMany(codes.len() as u64).into());
        }
        let keys = codes.iter().map(|code| self.key(code)).collect::<Result<Vec<_>, _>>()?;
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Refusal::NamedTwice(self.code(pair[0])?).into());
        }
        Ok(keys)
    }
}

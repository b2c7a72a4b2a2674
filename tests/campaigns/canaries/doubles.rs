//! The ways to be broken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use linetwin::base::MachineId;
use linetwin::engine::{
    Action, Command, DeviceCommand, DeviceEvent, Message, ObjectCode, OperatorTask, Outcome, Read,
    Reply, ScrapReason,
};

use super::double::Broken;
use super::mind::{Mind, good};

/// Counts messages; a repeat is the same message.
#[derive(Default)]
struct Count {
    seen: BTreeMap<u64, u64>,
}

impl Count {
    /// The how-manieth it is, from 1.
    fn of(&mut self, message: &Message) -> u64 {
        let next = self.seen.len() as u64 + 1;
        *self.seen.entry(message.sequence).or_insert(next)
    }
}

/// Changes each n-th command of those that it knows.
pub struct Changes<F> {
    every: u64,
    count: Count,
    change: F,
}

impl<F> Changes<F> {
    pub fn every(every: u64, change: F) -> Self {
        Self { every, count: Count::default(), change }
    }
}

/// What becomes of a command; nothing if it is of another kind.
impl<F: FnMut(&Command) -> Option<Command> + Send + Sync> Broken for Changes<F> {
    fn says(&mut self, _: &Mind, action: Action, out: &mut Vec<Action>) {
        let action = match action {
            Action::Send(message) => match (self.change)(&message.command) {
                Some(command) if self.count.of(&message).is_multiple_of(self.every) => {
                    Action::Send(Message { command, ..message })
                }
                _ => Action::Send(message),
            },
            other => other,
        };
        out.push(action);
    }
}

pub fn one_short(command: &Command) -> Option<Command> {
    let mut command = command.clone();
    match &mut command {
        Command::Pack { children, .. } if children.len() > 1 => drop(children.pop()),
        _ => return None,
    }
    Some(command)
}

pub fn child_twice(command: &Command) -> Option<Command> {
    let mut command = command.clone();
    match &mut command {
        Command::Pack { children, .. } if children.len() > 1 => children[1] = children[0],
        _ => return None,
    }
    Some(command)
}

pub fn scrap_instead(command: &Command) -> Option<Command> {
    let Command::Commission { unit } = command else { return None };
    Some(Command::ScrapLabel { unit: *unit, reason: ScrapReason::NoRead })
}

pub fn commission_instead(command: &Command) -> Option<Command> {
    let Command::ScrapLabel { unit, .. } = command else { return None };
    Some(Command::Commission { unit: *unit })
}

pub fn half_returned(command: &Command) -> Option<Command> {
    let Command::ReturnSerials { units } = command else { return None };
    Some(Command::ReturnSerials { units: units[..units.len() / 2].to_vec() })
}

/// Leaves out what is said for good, or again.
pub struct LeavesOut<F>(pub F);

impl<F: FnMut(&Action) -> bool + Send + Sync> Broken for LeavesOut<F> {
    fn says(&mut self, _: &Mind, action: Action, out: &mut Vec<Action>) {
        if !(self.0)(&action) {
            out.push(action);
        }
    }
}

/// One message in so many is never sent.
pub fn loses(every: u64) -> LeavesOut<impl FnMut(&Action) -> bool + Send + Sync> {
    LeavesOut(move |action: &Action| match action {
        Action::Send(message) => message.sequence.is_multiple_of(every),
        _ => false,
    })
}

/// Nothing is sent a second time.
pub fn never_repeats() -> LeavesOut<impl FnMut(&Action) -> bool + Send + Sync> {
    let mut sent = 0;
    LeavesOut(move |action: &Action| match action {
        Action::Send(message) => {
            let again = message.sequence <= sent;
            sent = sent.max(message.sequence);
            again
        }
        _ => false,
    })
}

/// Each n-th device command of a kind is not given.
pub fn forgets(
    every: u32,
    kind: fn(&DeviceCommand) -> bool,
) -> LeavesOut<impl FnMut(&Action) -> bool + Send + Sync> {
    let mut given = 0;
    LeavesOut(move |action: &Action| match action {
        Action::Device(command) if kind(command) => {
            given += 1;
            given % every == 0
        }
        _ => false,
    })
}

/// Closes the order as soon as the first case is packed.
#[derive(Default)]
pub struct ClosesEarly {
    closed: bool,
}

impl Broken for ClosesEarly {
    fn says(&mut self, _: &Mind, action: Action, out: &mut Vec<Action>) {
        let packs = matches!(&action, Action::Send(m) if matches!(m.command, Command::Pack { .. }));
        out.push(action);
        if packs && !std::mem::replace(&mut self.closed, true) {
            out.push(Action::OrderClosed);
        }
    }
}

/// Labels every second container like the one before.
#[derive(Default)]
pub struct LabelsAlike {
    printed: u32,
    before: Option<Arc<str>>,
    swapped: BTreeMap<MachineId, Arc<str>>,
}

impl Broken for LabelsAlike {
    fn hears(&mut self, _: &Mind, event: &mut DeviceEvent) -> bool {
        if let DeviceEvent::LabelRead { labeller, read } = event
            && let Some(text) = self.swapped.remove(labeller)
        {
            *read = good(text);
        }
        true
    }

    fn says(&mut self, _: &Mind, mut action: Action, out: &mut Vec<Action>) {
        if let Action::Device(DeviceCommand::PrintLabel { labeller, text }) = &mut action {
            self.printed += 1;
            let meant = Arc::clone(text);
            if let Some(before) = self.before.clone().filter(|_| self.printed.is_multiple_of(2)) {
                self.swapped.insert(*labeller, Arc::clone(&meant));
                *text = before;
            }
            self.before = Some(meant);
        }
        out.push(action);
    }
}

/// Swaps the first children of two cases that follow each other.
#[derive(Default)]
pub struct SwapsChildren {
    /// The first of a pair, as it should be, until the second is known.
    held: Option<Message>,
    changed: BTreeMap<u64, Message>,
}

impl Broken for SwapsChildren {
    fn says(&mut self, _: &Mind, action: Action, out: &mut Vec<Action>) {
        let Action::Send(message) = action else { return out.push(action) };
        if let Some(changed) = self.changed.get(&message.sequence) {
            return out.push(Action::Send(changed.clone()));
        }
        let of_units = matches!(&message.command,
            Command::Pack { children, .. } if matches!(children.first(), Some(ObjectCode::Unit(_))));
        if !of_units {
            return out.push(Action::Send(message));
        }
        match self.held.take() {
            Some(first) if first.sequence != message.sequence => {
                let (mut one, mut other) = (first, message);
                if let (
                    Command::Pack { children: of_one, .. },
                    Command::Pack { children: of_other, .. },
                ) = (&mut one.command, &mut other.command)
                {
                    std::mem::swap(&mut of_one[0], &mut of_other[0]);
                }
                self.changed.insert(one.sequence, one.clone());
                self.changed.insert(other.sequence, other.clone());
                out.extend([Action::Send(one), Action::Send(other)]);
            }
            _ => self.held = Some(message),
        }
    }
}

/// Takes a refusal for consent.
pub struct TakesRefusalsForConsent;

impl Broken for TakesRefusalsForConsent {
    fn answered(&mut self, reply: &mut Reply) {
        if reply.outcome.is_err() {
            let nothing: Outcome = Ok(Arc::new([]));
            reply.outcome = nothing;
        }
    }
}

/// Says that a sample was taken and calls nobody to take it.
#[derive(Default)]
pub struct TakesNoSample {
    to_say: Option<DeviceEvent>,
}

impl Broken for TakesNoSample {
    fn says(&mut self, mind: &Mind, action: Action, out: &mut Vec<Action>) {
        if let Action::Device(DeviceCommand::CallOperator(
            task @ OperatorTask::TakeSample { entered_um, .. },
        )) = action
        {
            let read = mind.entered(entered_um).map_or(Read::NoRead, good);
            self.to_say = Some(DeviceEvent::OperatorDone { task, read });
            return;
        }
        out.push(action);
    }

    fn adds(&mut self, _: &Mind) -> Option<DeviceEvent> {
        self.to_say.take()
    }
}

/// Prints a code of some jobs before again when power is back, and takes it for the right one.
#[derive(Default)]
pub struct PrintsAgain {
    texts: Vec<Arc<str>>,
    due: bool,
    lies: BTreeMap<Arc<str>, Arc<str>>,
}

impl Broken for PrintsAgain {
    fn hears(&mut self, _: &Mind, event: &mut DeviceEvent) -> bool {
        let believe = |read: &mut Read| {
            if let Read::Symbol { text, .. } = read
                && let Some(meant) = self.lies.get(text)
            {
                *text = Arc::clone(meant);
            }
        };
        match event {
            DeviceEvent::SymbolRead { read, .. } => believe(read),
            DeviceEvent::LayerRead { reads, .. } => reads.iter_mut().for_each(believe),
            _ => {}
        }
        true
    }

    fn says(&mut self, _: &Mind, mut action: Action, out: &mut Vec<Action>) {
        if let Action::Device(DeviceCommand::Print { text, .. }) = &mut action {
            let meant = Arc::clone(text);
            let known = self.texts.contains(&meant);
            if self.due && !known && self.texts.len() > 60 {
                self.due = false;
                let old = Arc::clone(&self.texts[self.texts.len() - 60]);
                self.lies.insert(Arc::clone(&old), Arc::clone(&meant));
                *text = old;
            }
            if !known {
                self.texts.push(meant);
            }
        }
        out.push(action);
    }

    fn restarted(&mut self) {
        self.due = true;
    }
}

/// Prints another lot on some packs, and takes it for the right one.
#[derive(Default)]
pub struct PrintsAnotherLot {
    printed: u32,
    lies: BTreeMap<Arc<str>, Arc<str>>,
}

impl Broken for PrintsAnotherLot {
    fn hears(&mut self, _: &Mind, event: &mut DeviceEvent) -> bool {
        let believe = |read: &mut Read| {
            if let Read::Symbol { text, .. } = read
                && let Some(meant) = self.lies.get(text)
            {
                *text = Arc::clone(meant);
            }
        };
        match event {
            DeviceEvent::SymbolRead { read, .. } => believe(read),
            DeviceEvent::LayerRead { reads, .. } => reads.iter_mut().for_each(believe),
            _ => {}
        }
        true
    }

    fn says(&mut self, _: &Mind, mut action: Action, out: &mut Vec<Action>) {
        if let Action::Device(DeviceCommand::Print { text, .. }) = &mut action {
            self.printed += 1;
            if self.printed.is_multiple_of(50) {
                let other: Arc<str> = format!("{text}X").into();
                self.lies.insert(Arc::clone(&other), Arc::clone(text));
                *text = other;
            }
        }
        out.push(action);
    }
}

/// Packs samples in the record: what was sampled stands for the first child of the next case.
#[derive(Default)]
pub struct PacksSamples {
    sampled: Vec<ObjectCode>,
    packed: BTreeSet<u64>,
}

impl Broken for PacksSamples {
    fn says(&mut self, _: &Mind, action: Action, out: &mut Vec<Action>) {
        let Action::Send(mut message) = action else { return out.push(action) };
        match &mut message.command {
            Command::Sample { unit } => {
                let unit = *unit;
                self.sampled.push(ObjectCode::Unit(unit));
                // It is commissioned already; said twice, that is refused and changes nothing.
                message.command = Command::Commission { unit };
            }
            Command::Pack { children, .. } => {
                if let (Some(sample), Some(ObjectCode::Unit(_))) =
                    (self.sampled.last(), children.first())
                    && (self.packed.is_empty() || self.packed.contains(&message.sequence))
                {
                    self.packed.insert(message.sequence);
                    children[0] = *sample;
                }
            }
            _ => {}
        }
        out.push(Action::Send(message));
    }
}

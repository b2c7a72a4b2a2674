//! The state of a line controller for its order: print -> verify -> reject or commission -> pack. It changes
//! only by its inputs ([`Input`]), so that the same inputs in the same order always come to the same state;
//! it reads no clock and writes nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use linetwin_base::{MachineId, SimSpan, SimTime};
use linetwin_gs1::{CryptoCodeBuf, Sscc, UnitCode};

use super::super::coverage::CoveragePoint;
use super::super::ledger::{Command, OrderId, ScrapReason};
use super::super::order::{LineLayout, Order};
use super::super::protocol::{
    Action, DeviceCommand, DeviceEvent, JobId, OperatorTask, Read, StopCause,
};
use super::awaited::Awaited;
use super::input::{Answer, Input};
use super::numbers::Numbers;
use super::outbox::Outbox;
use super::packing::Packing;
use super::register::Register;
use super::rework::Rework;
use super::watchdog::Watchdog;

/// Why a belt stands. It runs when no reason is left.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum StopReason {
    /// A product must be taken off by hand: the encoder reading at which it came on.
    Removal(u64),
    /// The bin of its gate is full.
    BinFull,
    /// No serial number is left to print.
    NoSerials,
    /// Product after product was rejected: an operator has to find the cause.
    RejectsInARow,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// Not started.
    Idle,
    /// Waiting for the first serial numbers.
    Opening,
    Running,
    /// Waiting for the ledger to acknowledge the message with this number.
    Closing(u64),
    Closed,
    /// The ledger would not close the order: something is not accounted for.
    NotClosed,
}

/// See the module's first lines.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LineState {
    /// The order, as the ledger numbers it.
    pub(super) order_id: OrderId,
    pub(super) order: Order,
    pub(super) layout: LineLayout,
    pub(super) phase: Phase,
    pub(super) registers: Vec<Register>,
    /// Products on their way to each section from the one before it.
    pub(super) awaited: Vec<Awaited>,
    /// Codes of the products passed last on each section.
    pub(super) passed: Vec<VecDeque<UnitCode>>,
    pub(super) packings: Vec<Packing>,
    /// Products found good where they are printed.
    pub(super) good: u64,
    /// Samples that an operator went for and did not take: others are taken instead.
    pub(super) samples_owed: u32,
    /// Products rejected one after the other, on each section.
    pub(super) consecutive_rejects: Vec<u32>,
    /// Serial numbers fetched and not yet sent to the printer.
    pub(super) pool: VecDeque<UnitCode>,
    /// What their issuer has signed of all serial numbers fetched.
    pub(super) crypto_codes: BTreeMap<UnitCode, CryptoCodeBuf>,
    /// Jobs in the printer's buffer, oldest first.
    pub(super) jobs: VecDeque<(JobId, UnitCode)>,
    pub(super) next_job: u64,
    pub(super) numbers: Numbers,
    /// Units released onto the line and not yet printed.
    pub(super) unprinted: u32,
    /// Release quota sent last: units that may have come onto the line since the order began.
    pub(super) release_quota: u64,
    pub(super) ssccs: VecDeque<Sscc>,
    pub(super) stops: Vec<(MachineId, StopReason)>,
    pub(super) watchdog: Watchdog,
    pub(super) rework: Rework,
    /// The order ends with what is on the line.
    pub(super) ending: bool,
    pub(super) outbox: Outbox,
}

impl LineState {
    /// A controller for one order on one line.
    ///
    /// # Panics
    /// When the line has no section that prints or no aggregation station.
    pub(super) fn new(order_id: OrderId, order: Order, layout: LineLayout) -> Self {
        let prints = layout.sections.first().map(|first| first.printer.is_some());
        assert_eq!(prints, Some(true), "the first tracked section must print");
        assert!(!layout.stations.is_empty(), "a line needs an aggregation station");
        let mut children = order.quantity;
        let packings = layout.stations.iter().enumerate().map(|(index, station)| {
            let packing = Packing::new(station.clone(), children, index == 0);
            children = children.div_ceil(station.children);
            packing
        });
        Self {
            phase: Phase::Idle,
            packings: packings.collect(),
            registers: layout.sections.iter().cloned().map(Register::new).collect(),
            awaited: vec![Awaited::default(); layout.sections.len()],
            good: 0,
            samples_owed: 0,
            consecutive_rejects: vec![0; layout.sections.len()],
            passed: vec![VecDeque::new(); layout.sections.len()],
            pool: VecDeque::new(),
            crypto_codes: BTreeMap::new(),
            jobs: VecDeque::new(),
            next_job: 1,
            numbers: Numbers::default(),
            unprinted: 0,
            release_quota: 0,
            ssccs: VecDeque::new(),
            stops: Vec::new(),
            watchdog: Watchdog::default(),
            rework: Rework::default(),
            ending: false,
            outbox: Outbox::new(SimSpan::from_secs_f64(layout.retry_s)),
            order_id,
            order,
            layout,
        }
    }

    pub(super) fn section_of(&self, found: impl Fn(&Register) -> bool) -> Option<usize> {
        self.registers.iter().position(found)
    }

    pub(super) fn packing_at(&self, machine: MachineId) -> Option<usize> {
        self.packings.iter().position(|packing| packing.layout().station == machine)
    }

    pub(super) fn labelling_at(&self, machine: MachineId) -> Option<usize> {
        self.packings.iter().position(|packing| packing.layout().labeller == machine)
    }

    pub(super) fn send(&mut self, now: SimTime, command: Command, out: &mut Vec<Action>) -> u64 {
        self.outbox.push(now, command, out)
    }

    /// Why a belt stands; none if it runs.
    pub(super) fn stop_cause(&self, belt: MachineId) -> Option<StopCause> {
        let mut reasons = self.stops.iter().filter(|(stopped, _)| *stopped == belt).peekable();
        reasons.peek()?;
        let numbers = reasons.all(|(_, reason)| *reason == StopReason::NoSerials);
        Some(if numbers { StopCause::NoSerials } else { StopCause::Operator })
    }

    /// Commands a belt to stop or start, where the reasons for which it stands have changed.
    fn command_belt(&self, belt: MachineId, before: Option<StopCause>, out: &mut Vec<Action>) {
        let now = self.stop_cause(belt);
        if now != before {
            out.push(Action::Device(match now {
                Some(why) => DeviceCommand::StopBelt { belt, why },
                None => DeviceCommand::StartBelt { belt },
            }));
        }
    }

    /// Stops a belt for this reason; false if it stood for it already.
    pub(super) fn stop(
        &mut self,
        belt: MachineId,
        reason: StopReason,
        out: &mut Vec<Action>,
    ) -> bool {
        if self.stops.contains(&(belt, reason)) {
            return false;
        }
        let before = self.stop_cause(belt);
        self.stops.push((belt, reason));
        self.command_belt(belt, before, out);
        true
    }

    pub(super) fn release(&mut self, belt: MachineId, reason: StopReason, out: &mut Vec<Action>) {
        let before = self.stop_cause(belt);
        self.stops.retain(|stop| *stop != (belt, reason));
        self.command_belt(belt, before, out);
    }

    fn operator_done(
        &mut self,
        now: SimTime,
        task: OperatorTask,
        read: &Read,
        out: &mut Vec<Action>,
    ) {
        match task {
            // The result of his walk is an event of its own.
            OperatorTask::WalkLine { .. } => {}
            OperatorTask::Rework { .. } => {
                self.give_up_rework(now, out);
                self.update_release_quota(now, out);
            }
            OperatorTask::FindCause { belt } => {
                self.release(belt, StopReason::RejectsInARow, out);
            }
            OperatorTask::EmptyBin { gate } => {
                if let Some(section) = self.section_of(|r| r.layout().gate.0 == gate) {
                    let belt = self.registers[section].layout().belt;
                    self.release(belt, StopReason::BinFull, out);
                }
            }
            OperatorTask::TakeSample { belt, entered_um } => {
                if let Some(section) = self.section_of(|r| r.layout().belt == belt)
                    && let Some(window) = self.registers[section].removed(entered_um)
                {
                    self.sample_taken(now, section, window, read, out);
                }
                self.release(belt, StopReason::Removal(entered_um), out);
            }
            OperatorTask::RemoveFromBelt { belt, entered_um } => {
                if let Some(section) = self.section_of(|r| r.layout().belt == belt)
                    && let Some(window) = self.registers[section].removed(entered_um)
                {
                    self.account(now, section, &window, ScrapReason::Missing, out);
                }
                self.release(belt, StopReason::Removal(entered_um), out);
            }
            OperatorTask::ScanChild { station, place } => {
                if let Some(index) = self.packing_at(station) {
                    let verdict = self.packings[index].scanned(place, read);
                    self.act_on_layer(now, index, verdict, out);
                }
            }
            OperatorTask::RemoveChild { station, place } => {
                let Some(index) = self.packing_at(station) else {
                    return;
                };
                self.packings[index].removed(place);
                self.update_release_quota(now, out);
            }
        }
    }

    fn finish_if_done(&mut self, now: SimTime, out: &mut Vec<Action>) {
        let done = self.phase == Phase::Running
            && self.stops.is_empty()
            && self.nothing_is_on_the_way()
            && self.packings.iter().all(Packing::is_done);
        if !done {
            if self.awaiting_rework() > 0 {
                self.update_release_quota(now, out);
            }
            return;
        }
        self.give_up_rework(now, out);
        if !self.watchdog.is_cleared() {
            return self.clear_line(out);
        }
        let jobs = self.jobs.drain(..).map(|(_, unit)| unit);
        let units: Vec<UnitCode> = jobs.chain(self.pool.drain(..)).collect();
        if !units.is_empty() {
            out.push(Action::Covered(CoveragePoint::SerialsReturnedAtEnd));
            self.send(now, Command::ReturnSerials { units }, out);
        }
        let order = self.order_id;
        self.send(now, Command::FinishOrder { order }, out);
        let sequence = self.send(now, Command::CloseOrder { order }, out);
        self.phase = Phase::Closing(sequence);
    }

    /// The only way in.
    pub(super) fn receive(&mut self, now: SimTime, input: Input, out: &mut Vec<Action>) {
        match input {
            Input::Started => self.start(now, out),
            Input::Device(event) => self.device_event(now, event, out),
            Input::Answered(answer) => self.answered(now, &answer, out),
            Input::TimerExpired => self.wake(now, out),
            Input::PowerBack => self.power_is_back(now, out),
        }
    }

    pub(super) fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.phase = Phase::Opening;
        let quantity = self.order.quantity;
        let (order, line) = (self.order_id, Arc::clone(&self.layout.line));
        self.send(now, Command::StartOrder { order, line }, out);
        self.request_ssccs(now, self.layout.containers(quantity), out);
        self.request_serials_if_few(now, quantity, out);
    }

    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>) {
        self.watchdog.last_activity_at = now;
        match event {
            DeviceEvent::ProductEntered { belt, at_um } => {
                if let Some(section) = self.section_of(|r| r.layout().belt == belt) {
                    self.registers[section].enter(at_um);
                }
            }
            DeviceEvent::Printed { printer, job, at_um } => {
                self.printed(now, printer, job, at_um, out)
            }
            DeviceEvent::SymbolRead { camera, at_um, read } => {
                self.symbol_read(now, camera, at_um, &read, out);
            }
            DeviceEvent::ProductAtGate { gate, at_um } => self.at_gate(now, gate, at_um, out),
            DeviceEvent::RejectConfirmed { gate } => self.confirmed(now, gate, out),
            DeviceEvent::BinFull { gate } => self.bin_full(gate, out),
            DeviceEvent::ProductLeft { belt, at_um } => self.product_left(now, belt, at_um, out),
            DeviceEvent::LayerRead { station, reads } => {
                if let Some(index) = self.packing_at(station) {
                    let verdict = self.packings[index].read_layer(&reads);
                    self.act_on_layer(now, index, verdict, out);
                }
            }
            DeviceEvent::ContainerReady { labeller } => {
                if let Some(index) = self.labelling_at(labeller) {
                    self.label_container(now, index, out);
                }
            }
            DeviceEvent::LabelRead { labeller, read } => {
                self.label_read(now, labeller, &read, out);
            }
            DeviceEvent::Reworked { bench, read } => self.reworked(now, bench, &read, out),
            DeviceEvent::OrderEnded => self.end_order(now, out),
            DeviceEvent::LineWalked { on_the_way, in_layer } => {
                self.line_walked(now, on_the_way, in_layer, out);
            }
            DeviceEvent::OperatorDone { task, read } => {
                self.operator_done(now, task, &read, out);
            }
        }
        self.finish_if_done(now, out);
    }

    fn answered(&mut self, now: SimTime, answer: &Answer, out: &mut Vec<Action>) {
        if !self.outbox.acknowledge(now, answer.sequence, out) {
            out.push(Action::Covered(CoveragePoint::UnexpectedAnswer));
            return;
        }
        self.crypto_codes.extend(answer.crypto_codes.iter().cloned());
        let asked = self.numbers.answered(answer.sequence);
        match &answer.given {
            Ok(numbers) => self.take_numbers(now, numbers, out),
            Err(refusal) => {
                if let Some(asked) = asked {
                    self.numbers_refused(now, asked, refusal, out);
                }
            }
        }
        if self.phase == Phase::Closing(answer.sequence) {
            if answer.given.is_ok() {
                self.phase = Phase::Closed;
                out.push(Action::OrderClosed);
            } else {
                self.phase = Phase::NotClosed;
            }
        }
    }

    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.check_confirm_timeouts(now, out);
        self.finish_if_done(now, out);
        self.check_watchdog(now, out);
        self.retry_requests(now, out);
        self.outbox.wake(now, out);
    }
}

//! The line controller (L2): print -> verify -> reject or commission -> pack, for one order.
//!
//! It hears [`DeviceEvent`]s, answers with [`DeviceCommand`]s at once, and tells the ledger through
//! an outbox that survives a lost link. A serial number is commissioned only when its product was
//! read as good *and* seen behind the reject gate; everything else is scrapped.

mod aggregating;
mod coding;
mod outbox;
mod packing;
mod register;

use std::collections::VecDeque;
use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::base::{MachineId, SimSpan, SimTime};
use crate::gs1::{Sscc, UnitCode};

use super::ledger::{Command, LedgerEvent, ObjectCode, Operation, OrderId, ScrapReason};
use super::order::{LineLayout, Order};
use super::protocol::{Action, DeviceCommand, DeviceEvent, JobId, OperatorTask, Read, Reply};
use outbox::Outbox;
use packing::Packing;
use register::Register;

/// Line logic: what runs the line. A trait so that the same twin, faults and checks can judge
/// another controller.
pub trait LineLogic: Send + Sync {
    /// The order begins.
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>);
    /// A device has something to say.
    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>);
    /// The ledger has answered.
    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>);
    /// A moment asked for with [`Action::WakeAt`] has come.
    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>);
}

/// Why a belt stands. It runs when no reason is left.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum StopReason {
    /// A product must be taken off by hand: the encoder reading at which it came on.
    Removal(u64),
    /// The bin of its gate is full.
    BinFull,
    /// No serial number is left to print.
    NoSerials,
    /// Product after product was thrown out: somebody has to find the cause.
    RejectsInARow,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Phase {
    /// Waiting for the first serial numbers.
    Opening,
    Running,
    /// Waiting for the ledger to acknowledge the message with this number.
    Closing(u64),
    Closed,
}

/// The line controller of one order.
#[derive(Debug)]
pub struct LineController {
    /// The order, as the ledger numbers it.
    order_id: OrderId,
    order: Order,
    layout: LineLayout,
    phase: Phase,
    registers: Vec<Register>,
    /// Codes handed from one section to the next, in the order of the products.
    handed_over: Vec<VecDeque<UnitCode>>,
    /// Codes found good on each section, so that a second product with the same code is noticed.
    seen: Vec<IndexSet<UnitCode, FxBuildHasher>>,
    packings: Vec<Packing>,
    /// Products found good where they are printed.
    good: u64,
    /// Products thrown out one after the other, on each section.
    rejects_in_a_row: Vec<u32>,
    /// Serial numbers fetched and not yet sent to the printer.
    pool: VecDeque<UnitCode>,
    /// Jobs in the printer's buffer, oldest first.
    jobs: VecDeque<(JobId, UnitCode)>,
    next_job: u64,
    serials_requested: bool,
    /// Units let onto the line and not yet printed.
    unprinted: u32,
    ssccs: VecDeque<Sscc>,
    stops: Vec<(MachineId, StopReason)>,
    outbox: Outbox,
}

impl LineController {
    /// A controller for one order on one line.
    ///
    /// # Panics
    /// When the line has no section that prints or no aggregation station.
    pub fn new(order_id: OrderId, order: Order, layout: LineLayout) -> Self {
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
            phase: Phase::Opening,
            packings: packings.collect(),
            registers: layout.sections.iter().cloned().map(Register::new).collect(),
            handed_over: vec![VecDeque::new(); layout.sections.len()],
            good: 0,
            rejects_in_a_row: vec![0; layout.sections.len()],
            seen: vec![IndexSet::default(); layout.sections.len()],
            pool: VecDeque::new(),
            jobs: VecDeque::new(),
            next_job: 1,
            serials_requested: false,
            unprinted: 0,
            ssccs: VecDeque::new(),
            stops: Vec::new(),
            outbox: Outbox::new(SimSpan::from_secs_f64(layout.retry_s)),
            order_id,
            order,
            layout,
        }
    }

    fn section_of(&self, found: impl Fn(&Register) -> bool) -> Option<usize> {
        self.registers.iter().position(found)
    }

    fn packing_at(&self, machine: MachineId) -> Option<usize> {
        self.packings.iter().position(|packing| packing.layout().station == machine)
    }

    fn labelling_at(&self, machine: MachineId) -> Option<usize> {
        self.packings.iter().position(|packing| packing.layout().labeller == machine)
    }

    fn send(&mut self, now: SimTime, command: Command, out: &mut Vec<Action>) -> u64 {
        self.outbox.push(now, command, out)
    }

    /// Makes a belt stand for this reason; false if it did so already.
    fn stop(&mut self, belt: MachineId, reason: StopReason, out: &mut Vec<Action>) -> bool {
        if self.stops.contains(&(belt, reason)) {
            return false;
        }
        if !self.stops.iter().any(|(stopped, _)| *stopped == belt) {
            out.push(Action::Device(DeviceCommand::StopBelt { belt }));
        }
        self.stops.push((belt, reason));
        true
    }

    fn release(&mut self, belt: MachineId, reason: StopReason, out: &mut Vec<Action>) {
        let before = self.stops.len();
        self.stops.retain(|stop| *stop != (belt, reason));
        let stands = self.stops.iter().any(|(stopped, _)| *stopped == belt);
        if self.stops.len() < before && !stands {
            out.push(Action::Device(DeviceCommand::StartBelt { belt }));
        }
    }

    fn operator_done(
        &mut self,
        now: SimTime,
        task: OperatorTask,
        read: &Read,
        out: &mut Vec<Action>,
    ) {
        match task {
            OperatorTask::FindCause { belt } => {
                self.release(belt, StopReason::RejectsInARow, out);
            }
            OperatorTask::EmptyBin { gate } => {
                if let Some(section) = self.section_of(|r| r.layout().gate.0 == gate) {
                    let belt = self.registers[section].layout().belt;
                    self.release(belt, StopReason::BinFull, out);
                }
            }
            OperatorTask::RemoveFromBelt { belt, entered_um }
            | OperatorTask::TakeSample { belt, entered_um } => {
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
                self.admit(1, out);
                self.feed_printer(now, out);
            }
        }
    }

    fn finish_if_done(&mut self, now: SimTime, out: &mut Vec<Action>) {
        let done = self.phase == Phase::Running
            && self.stops.is_empty()
            && self.registers.iter().all(Register::is_empty)
            && self.packings.iter().all(Packing::is_done);
        if !done {
            return;
        }
        let jobs = self.jobs.drain(..).map(|(_, unit)| unit);
        let units: Vec<UnitCode> = jobs.chain(self.pool.drain(..)).collect();
        if !units.is_empty() {
            self.send(now, Command::ReturnSerials { units }, out);
        }
        let order = self.order_id;
        self.send(now, Command::FinishOrder { order }, out);
        let sequence = self.send(now, Command::CloseOrder { order }, out);
        self.phase = Phase::Closing(sequence);
    }

    fn ledger_event(&mut self, now: SimTime, event: &LedgerEvent, out: &mut Vec<Action>) {
        // The rest confirms what the line itself has reported.
        let LedgerEvent::Moved { operation: Operation::Allocate, objects, .. } = event else {
            return;
        };
        let before = self.pool.len();
        for object in objects {
            match object {
                ObjectCode::Unit(unit) => self.pool.push_back(*unit),
                ObjectCode::Container(sscc) => self.ssccs.push_back(*sscc),
            }
        }
        if self.pool.len() == before {
            return;
        }
        self.serials_requested = false;
        if self.phase == Phase::Opening {
            self.phase = Phase::Running;
            self.admit(self.order.quantity, out);
            for index in 0..self.packings.len() {
                self.begin_container(index, out);
            }
        }
        self.feed_printer(now, out);
    }
}

impl LineLogic for LineController {
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        let quantity = self.order.quantity;
        let (order, line) = (self.order_id, Arc::clone(&self.layout.line));
        self.send(now, Command::StartOrder { order, line }, out);
        let count = self.layout.containers(quantity);
        self.send(now, Command::AllocateSsccs { order, count }, out);
        self.serials_requested = true;
        let count = quantity + self.reserve();
        self.send(now, Command::AllocateSerials { order, count }, out);
    }

    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>) {
        match event {
            DeviceEvent::ProductEntered { belt, at_um } => {
                if let Some(section) = self.section_of(|r| r.layout().belt == belt) {
                    let expected = self.handed_over[section].pop_front();
                    self.registers[section].enter(at_um, expected);
                }
            }
            DeviceEvent::Printed { printer, job, at_um } => {
                self.printed(now, printer, job, at_um, out)
            }
            DeviceEvent::SymbolRead { camera, at_um, read } => {
                self.symbol_read(camera, at_um, &read)
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
                    self.label_container(index, out);
                }
            }
            DeviceEvent::LabelRead { labeller, read } => {
                self.label_read(now, labeller, &read, out);
            }
            DeviceEvent::OperatorDone { task, read } => {
                self.operator_done(now, task, &read, out);
            }
        }
        self.finish_if_done(now, out);
    }

    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>) {
        if !self.outbox.acknowledge(now, &reply, out) {
            return;
        }
        if let Ok(events) = &reply.outcome {
            for event in events.iter() {
                self.ledger_event(now, event, out);
            }
        }
        if self.phase == Phase::Closing(reply.sequence) {
            self.phase = Phase::Closed;
            // A refusal means that something is not accounted for: the order stays open.
            if reply.outcome.is_ok() {
                out.push(Action::OrderClosed);
            }
        }
    }

    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.miss_confirmations(now, out);
        self.outbox.wake(now, out);
    }
}

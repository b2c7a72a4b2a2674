//! Joins a line to its controller and to its ledger port: what the devices report goes to the controller, its
//! actions go to machines, people and port, and what the port gives back goes to the controller. It decides
//! nothing and keeps nothing but the three.

use std::collections::VecDeque;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{LineId, SimSpan, SimTime};
use linetwin_engine::{Action, DeviceEvent, LineLogic, Message, Reply};
use linetwin_faults::FaultPeriod;
use linetwin_trace::CloseReason;

use super::blueprint::Build;
use super::controller_host::ControllerHost;
use super::coverage::CoveragePoint;
use super::ledger_port::{LedgerFault, LedgerPort, PortContext};
use super::line_context::LineContext;
use super::machines::{SimEvent, command};
use super::record::Record;

/// After this time an order is ended again at a panel that had no power.
const TRY_AGAIN: SimSpan = SimSpan::from_secs(10);

/// What is scheduled for a line's controller or its port.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum ControlEvent {
    /// The port has requested a poll.
    Poll,
    /// The controller's timer expires.
    Timer,
    /// The order is ended at the panel.
    EndOrder,
    /// The controller loses power.
    PowerCut(u16),
    /// It has power again, and has started.
    PowerBack,
    /// Its clock is set.
    ClockStep(u16),
    /// A fault of link or ledger begins or ends.
    Fault(LedgerFault),
}

/// The ledger port of the site.
#[derive(Resource)]
pub(super) struct Port(pub(super) Box<dyn LedgerPort>);

/// See the module's first lines.
#[derive(Component)]
pub(super) struct LineHost {
    line: LineId,
    pub(super) controller: ControllerHost,
    pub(super) record: Record,
    /// What the port has acknowledged and the controller does not have yet.
    acknowledged: VecDeque<Reply>,
}

impl LineHost {
    pub(super) fn new(line: LineId, controller: ControllerHost) -> Self {
        Self { line, controller, record: Record::new(), acknowledged: VecDeque::new() }
    }

    /// The order begins.
    pub(super) fn start(&mut self, port: &mut dyn LedgerPort, context: &mut LineContext) {
        self.input(port, context, |line, now, out| line.start(now, out));
    }

    pub(super) fn on_event(
        &mut self,
        event: ControlEvent,
        port: &mut dyn LedgerPort,
        context: &mut LineContext,
    ) {
        match event {
            ControlEvent::Poll => self.poll(port, context),
            ControlEvent::Timer => self.input(port, context, |line, now, out| line.wake(now, out)),
            ControlEvent::EndOrder if self.controller.is_off() => {
                context.reached(CoveragePoint::PanelWithoutPower.name());
                context.schedule(
                    TRY_AGAIN,
                    context.link(),
                    SimEvent::Control(ControlEvent::EndOrder),
                );
            }
            ControlEvent::EndOrder => {
                let ended = DeviceEvent::OrderEnded;
                self.input(port, context, |line, now, out| line.device_event(now, ended, out));
            }
            ControlEvent::PowerCut(fault) => {
                self.controller.cut(fault, context);
                if !port.is_up() {
                    context.reached(CoveragePoint::PowerFailsWhileLedgerDown.name());
                }
            }
            ControlEvent::PowerBack => {
                if self.controller.restore(context) {
                    self.input(port, context, |line, now, out| line.restart(now, out));
                }
            }
            ControlEvent::ClockStep(fault) => self.controller.step_clock(fault, context),
            ControlEvent::Fault(fault) => {
                port.inject(fault, &mut self.context(context));
                if matches!(fault, LedgerFault::LinkOutage(_)) && self.controller.is_off() {
                    context.reached(CoveragePoint::LinkFailsWithoutPower.name());
                }
            }
        }
    }

    /// Gives the controller what the devices have reported in this moment.
    pub(super) fn relay(&mut self, port: &mut dyn LedgerPort, context: &mut LineContext) {
        while let Some(event) = context.device_events.pop_front() {
            self.input(port, context, |line, now, out| line.device_event(now, event, out));
        }
    }

    /// Gives the controller what has come back from the ledger.
    fn poll(&mut self, port: &mut dyn LedgerPort, context: &mut LineContext) {
        port.poll(&mut self.context(context));
        while let Some(reply) = self.acknowledged.pop_front() {
            self.input(port, context, |line, now, out| line.reply(now, reply, out));
        }
    }

    /// Gives the controller an input and carries out its actions.
    fn input(
        &mut self,
        port: &mut dyn LedgerPort,
        context: &mut LineContext,
        input: impl FnOnce(&mut dyn LineLogic, SimTime, &mut Vec<Action>),
    ) {
        self.controller.input(context, input);
        let mut outputs = std::mem::take(&mut self.controller.outputs);
        for output in outputs.drain(..) {
            match output {
                Action::Device(order) => {
                    let (to, signal) = command(order, context.operator);
                    context.signal(to, signal);
                }
                Action::Send(message) => self.send(message, port, context),
                Action::SetTimer(at) => {
                    let (at, controller) = (at.max(context.now()), context.link());
                    let timer = SimEvent::Control(ControlEvent::Timer);
                    context.events.schedule(at, controller, timer);
                }
                Action::OrderClosed => context.closed = Some(CloseReason::OrderClosed),
                Action::Covered(point) => context.reached(point.name()),
            }
        }
        self.controller.outputs = outputs;
    }

    fn send(&mut self, mut message: Message, port: &mut dyn LedgerPort, context: &mut LineContext) {
        message.happened = self.controller.by_its_clock(message.happened);
        port.send(message, &mut self.context(context));
    }

    fn context<'a>(&'a mut self, context: &'a mut LineContext) -> PortContext<'a> {
        let Self { line, record, acknowledged, .. } = self;
        PortContext { line: *line, context, record, acknowledged }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Build, schedule_faults);
}

/// Schedules where the faults of controller, link and ledger begin and end.
fn schedule_faults(mut context: ResMut<LineContext>) {
    let mut events = Vec::new();
    let mut at = |at, event| events.push((at, event));
    let fault = ControlEvent::Fault;
    for FaultPeriod { fault: of, begin, .. } in context.faults.link_outages() {
        at(begin, fault(LedgerFault::LinkOutage(of)));
    }
    for FaultPeriod { fault: of, begin, .. } in context.faults.link_slows() {
        at(begin, fault(LedgerFault::LinkSlow(of)));
    }
    for FaultPeriod { fault: of, begin, end } in context.faults.power_cuts() {
        at(begin, ControlEvent::PowerCut(of));
        at(end, ControlEvent::PowerBack);
    }
    for FaultPeriod { fault: of, begin, end } in context.faults.kills() {
        at(begin, fault(LedgerFault::Killed(of)));
        at(end, fault(LedgerFault::Restarted));
    }
    for FaultPeriod { fault: of, begin, end } in context.faults.full_disks() {
        at(begin, fault(LedgerFault::DiskFull(of)));
        at(end, fault(LedgerFault::DiskFree));
    }
    for (of, begin) in context.faults.wrong_starts() {
        at(begin, fault(LedgerFault::WrongOrder(of)));
    }
    for (of, begin, _) in context.faults.clock_steps() {
        at(begin, ControlEvent::ClockStep(of));
    }
    let controller = context.link();
    for (at, event) in events {
        context.events.schedule(at, controller, SimEvent::Control(event));
    }
}

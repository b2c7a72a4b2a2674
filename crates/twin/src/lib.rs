//! The physical lines as one Bevy world: machines are entities, their states components, one plugin per
//! machine kind. Time advances from event to event; nothing here reads a clock or the record of the engine. What
//! happens is written to the trace.
//!
//! ```
//! use linetwin_base::{LineId, SimSpan, SimTime, Streams, WeekClock};
//! use linetwin_line::TwinSpec;
//! use linetwin_symbol::Fidelity;
//! use linetwin_trace::Fact;
//! use linetwin_twin::{LineSetup, Twin};
//!
//! // A unit each second for a minute, and a machine that is faster.
//! let spec: TwinSpec = ron::from_str(
//!     r#"Twin(
//!         name: "Small line", rated_units_per_min: 60, lead_machine: "infeed",
//!         machines: [
//!             Infeed(id: "infeed", cycle_time_s: Fixed(1.0), to: "packer"),
//!             Machine(id: "packer", service_s: Fixed(0.9), queue_capacity: 5),
//!         ],
//!     )"#,
//! )?;
//! let end = SimTime::START + SimSpan::from_secs(60);
//! let setup = LineSetup {
//!     spec: &spec,
//!     streams: Streams::new(42),
//!     clock: WeekClock::default(),
//!     faults: &[],
//!     faults_end: SimTime::NEVER,
//!     controller: None,
//!     end,
//!     order_ends: None,
//! };
//! let mut twin = Twin::new([setup], Fidelity::Model, None);
//! // Event by event; `advance` runs up to a moment.
//! while twin.step().is_some() {}
//! let mut records = Vec::new();
//! twin.take_trace(LineId(0), &mut records);
//! let left = records.iter().filter(|record| matches!(record.fact, Fact::LeftLine { .. }));
//! assert_eq!(left.count(), 59);
//! # Ok::<(), ron::error::SpannedError>(())
//! ```

mod blueprint;
mod borderline_prints;
mod controller_host;
mod coverage;
mod future_event_list;
mod in_process;
mod item;
mod layout;
mod ledger_port;
mod line_context;
mod line_host;
mod machines;
mod meter;
mod optics;
mod pass;
mod people;
mod record;

use std::any::Any;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{ScheduleLabel, SingleThreadedExecutor};

use linetwin_base::{LineId, MachineId, SimSpan, SimTime, Streams, WeekClock};
use linetwin_engine::{LedgerEvent, LineLogic};
use linetwin_faults::{Fault, FaultPlan};
use linetwin_line::{PersonSpec, TwinSpec, WorkRecord, places_m};
use linetwin_symbol::Fidelity;
use linetwin_trace::{CloseReason, Fact, TraceRecord};

use blueprint::{Blueprint, Build, OnLine, Sample, WipCount, WipCounts};
use borderline_prints::BorderlinePrints;
use controller_host::ControllerHost;
use line_context::{ActiveLine, LineContext};
use line_host::{ControlEvent, LineHost, Port};
use machines::SimEvent;
use meter::Meter;
use people::CallQueue;

pub use borderline_prints::BorderlinePrint;
pub use coverage::CoveragePoint;
pub use in_process::{InProcessLedger, JournalEnd, WallClock};
pub use layout::{LONE_LINE, line_layout};
pub use ledger_port::{Decision, LedgerFault, LedgerPort, PortContext, PortError};
pub use people::longest_absence;
pub use record::EngineMeter;

/// Meters are read this often.
pub const SAMPLE_EVERY: SimSpan = SimSpan::from_secs(10);

/// Runs a stretch of the event list.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct Advance;

/// Runs once, when the order begins.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct Begin;

/// A line as it is to run.
pub struct LineSetup<'a> {
    /// The line.
    pub spec: &'a TwinSpec,
    /// Its random streams.
    pub streams: Streams,
    /// Where in the week the run starts.
    pub clock: WeekClock,
    /// Faults to inject.
    pub faults: &'a [Fault],
    /// No fault is injected from then on.
    pub faults_end: SimTime,
    /// Its line controller; without, it makes product without codes until `end`.
    pub controller: Option<Box<dyn LineLogic>>,
    /// It runs until its order is closed, at most until then.
    pub end: SimTime,
    /// The order is ended at this time, whatever was made of it by then.
    pub order_ends: Option<SimTime>,
}

/// Lines that run, in one world.
pub struct Twin {
    app: App,
    /// Meters are read next at this moment.
    next_sample: SimTime,
    lines: Vec<RunningLine>,
}

/// A line as the world holds it.
#[derive(Debug)]
struct RunningLine {
    entity: Entity,
    end: SimTime,
    ended: Option<CloseReason>,
}

impl Twin {
    /// Builds lines, and joins their controllers, if they have any, to the ledger of their site. Each line
    /// must have passed [`check`](linetwin_line::check).
    pub fn new<'a>(
        lines: impl IntoIterator<Item = LineSetup<'a>>,
        fidelity: Fidelity,
        ledger: Option<Box<dyn LedgerPort>>,
    ) -> Self {
        let mut app = App::empty();
        for label in [Build.intern(), Begin.intern(), Advance.intern(), Sample.intern()] {
            add_schedule(&mut app, label);
        }
        add_schedule(&mut app, WipCount.intern());
        app.add_plugins((machines::plugin, line_host::plugin))
            .add_systems(Begin, pass::start)
            .add_systems(Advance, pass::run)
            .add_systems(Sample, meter::read_meters)
            .init_resource::<CallQueue>();
        if let Some(ledger) = ledger {
            app.insert_resource(Port(ledger));
        }
        let lines = lines.into_iter().enumerate();
        let lines = lines.map(|(index, setup)| {
            let (end, id) = (setup.end, OnLine(LineId(index as u16)));
            RunningLine { entity: build(app.world_mut(), id, setup, fidelity), end, ended: None }
        });
        let lines: Vec<RunningLine> = lines.collect();
        let world = app.world_mut();
        world.insert_resource(WipCounts::new(lines.len()));
        world.run_schedule(Begin);
        Self { app, next_sample: SimTime::START + SAMPLE_EVERY, lines }
    }

    /// People who serve all lines, besides each line's own.
    pub fn add_people(&mut self, people: &[PersonSpec], streams: Streams, clock: WeekClock) {
        people::add_people(self.app.world_mut(), people, None, streams, clock);
    }

    /// Runs all lines up to `until`, that time not included. True when all of them have ended, which is found
    /// out when meters are read. Cutting a run into several calls changes nothing in it.
    pub fn advance(&mut self, until: SimTime) -> bool {
        while !self.all_ended() {
            let stretch = until.min(self.next_sample);
            self.set_until(stretch);
            self.app.world_mut().run_schedule(Advance);
            if stretch == self.next_sample {
                self.sample();
            }
            if stretch == until {
                break;
            }
        }
        self.all_ended()
    }

    /// The time of the next event: one of a line, one of a person, or the reading of meters. Nothing when all
    /// lines have ended.
    pub fn next_at(&mut self) -> Option<SimTime> {
        if self.all_ended() {
            return None;
        }
        self.set_until(self.next_sample);
        let next = self.app.world_mut().run_system_cached(pass::next_at);
        Some(next.expect("nothing else runs").unwrap_or(self.next_sample))
    }

    /// Runs the next event, with everything that follows within its moment, and returns its time. Steps make
    /// the same run as [`Self::advance`], event by event and therefore slower: for a clock that holds every
    /// event back to its time. Nothing when all lines have ended.
    pub fn step(&mut self) -> Option<SimTime> {
        if self.all_ended() {
            return None;
        }
        self.set_until(self.next_sample);
        let stepped = self.app.world_mut().run_system_cached(pass::step);
        Some(stepped.expect("nothing else runs").unwrap_or_else(|| self.sample()))
    }

    fn all_ended(&self) -> bool {
        self.lines.iter().all(|line| line.ended.is_some())
    }

    /// Lines run up to this time, or to their end.
    fn set_until(&mut self, until: SimTime) {
        for index in 0..self.lines.len() {
            let end = self.lines[index].end;
            self.context_mut(index).until = until.min(end);
        }
    }

    /// Reads meters, and ends lines that have come to their end. Returns the time.
    fn sample(&mut self) -> SimTime {
        let now = self.next_sample;
        for index in 0..self.lines.len() {
            self.see_whether_ended(index, now);
        }
        self.next_sample += SAMPLE_EVERY;
        self.app.world_mut().run_schedule(Sample);
        now
    }

    /// Ends a line whose order is closed, whose time is over, or on which nothing can happen any more.
    fn see_whether_ended(&mut self, index: usize, now: SimTime) {
        if self.lines[index].ended.is_some() {
            return;
        }
        let end = self.lines[index].end;
        let context = self.context(index);
        let (closed, nothing_scheduled) = (context.closed, context.events.is_empty());
        let reason = match closed {
            Some(reason) => Some(reason),
            None if nothing_scheduled && !self.people_have_work(index) => Some(CloseReason::Stuck),
            None => {
                self.context_mut(index).set_now(now.min(end));
                (now >= end).then_some(CloseReason::TimeOver)
            }
        };
        if let Some(reason) = reason {
            self.context_mut(index).closed = Some(reason);
            self.lines[index].ended = Some(reason);
            self.close(index, reason);
            let line = LineId(index as u16);
            let world = self.app.world_mut();
            world.run_system_cached_with(pass::people_go, (line, now)).expect("nothing else runs");
        }
    }

    fn people_have_work(&mut self, index: usize) -> bool {
        let world = self.app.world_mut();
        let line = LineId(index as u16);
        world.run_system_cached_with(pass::people_have_work, line).expect("nothing else runs")
    }

    /// Which products or messages each fault of a line's plan has hit by now, counted from 1.
    pub fn fault_hits(&self, line: LineId) -> Vec<Vec<u32>> {
        self.context(line.index()).faults.hits()
    }

    /// Why a line has ended, if it has.
    pub fn ended(&self, line: LineId) -> Option<CloseReason> {
        self.lines[line.index()].ended
    }

    /// How far a line is, in simulated time.
    pub fn now(&self, line: LineId) -> SimTime {
        self.context(line.index()).now()
    }

    /// Takes the facts of a line noted since the last call.
    pub fn take_trace(&mut self, line: LineId, into: &mut Vec<TraceRecord>) {
        self.context_mut(line.index()).trace.take(into);
    }

    /// From now on machines of the line keep a log of their work; the caller must take it regularly.
    pub fn keep_work_log(&mut self, line: LineId) {
        self.context_mut(line.index()).work_log.get_or_insert_default();
    }

    /// Takes what machines of the line have logged since the last call.
    pub fn take_work_log(&mut self, line: LineId) -> Vec<WorkRecord> {
        let mut context = self.context_mut(line.index());
        context.work_log.as_mut().map_or_else(Vec::new, std::mem::take)
    }

    /// Takes what the ledger has recorded for a line since the last call, with the moments at which it
    /// happened there.
    pub fn take_ledger_events(&mut self, line: LineId) -> Vec<(SimTime, LedgerEvent)> {
        let entity = self.lines[line.index()].entity;
        let host = self.app.world_mut().get_mut::<LineHost>(entity);
        host.map_or_else(Vec::new, |mut host| std::mem::take(&mut host.record.events))
    }

    /// Makes durable what the ledger still holds back, if there is one; to be called when the run is over.
    ///
    /// # Errors
    /// It has failed, now or during the run.
    pub fn finish_ledger(&mut self) -> Result<(), PortError> {
        let port = self.app.world_mut().get_resource_mut::<Port>();
        port.map_or(Ok(()), |mut port| port.0.finish())
    }

    /// The port to the ledger, if it is of this type.
    pub fn ledger_port<P: LedgerPort>(&mut self) -> Option<&mut P> {
        let port = self.app.world_mut().get_resource_mut::<Port>()?.into_inner();
        let any: &mut dyn Any = &mut *port.0;
        any.downcast_mut()
    }

    /// Why the ledger has failed, if it has.
    pub fn ledger_failure(&self) -> Option<PortError> {
        self.app.world().get_resource::<Port>()?.0.failure()
    }

    /// Why a line controller has failed, if one has.
    pub fn broken_controller(&self) -> Option<String> {
        let hosts = self.lines.iter();
        let mut hosts = hosts.filter_map(|line| self.app.world().get::<LineHost>(line.entity));
        hosts.find_map(|host| host.controller.broken().map(str::to_owned))
    }

    /// The worst print that a camera of the line passed and the best that it refused, where there are any.
    pub fn borderline_prints(
        &self,
        line: LineId,
    ) -> (Option<&BorderlinePrint>, Option<&BorderlinePrint>) {
        let borderline_prints = &self.context(line.index()).borderline_prints;
        (borderline_prints.worst_passed(), borderline_prints.best_refused())
    }

    /// Counts and times of the engine's work for a line, if there is an engine.
    pub fn engine_meter(&self, line: LineId) -> Option<EngineMeter> {
        let entity = self.lines[line.index()].entity;
        self.app.world().get::<LineHost>(entity).map(|host| host.record.meter.clone())
    }

    /// Reads a line's meters and counts what is left on it, once.
    fn close(&mut self, index: usize, reason: CloseReason) {
        let entity = self.lines[index].entity;
        let world = self.app.world_mut();
        let line = *world.get::<OnLine>(entity).expect("every line has its number");
        world.run_system_cached_with(meter::close_meters, line).expect("nothing else runs");
        world.run_schedule(WipCount);
        let units = world.resource_mut::<WipCounts>().take(line.0);
        let mut context = self.context_mut(index);
        context.note(Fact::StillOnLine { units });
        context.note(Fact::Closed(reason));
    }

    fn context(&self, index: usize) -> &LineContext {
        let context = self.app.world().get::<ActiveLine>(self.lines[index].entity);
        &context.expect("every line has a context").0
    }

    fn context_mut(&mut self, index: usize) -> Mut<'_, LineContext> {
        let context = self.app.world_mut().get_mut::<ActiveLine>(self.lines[index].entity);
        context.expect("every line has a context").map_unchanged(|context| &mut context.0)
    }
}

/// Builds a line. While its machines build themselves its context and its blueprint are resources.
fn build(world: &mut World, id: OnLine, setup: LineSetup, fidelity: Fidelity) -> Entity {
    let LineSetup { spec, streams, clock, faults, faults_end, controller, order_ends, .. } = setup;
    let machine = |name: &str| spec.index_of(name).map(|at| MachineId(at as u16));
    let context = LineContext::new(
        spec.machines.len(),
        FaultPlan::new(faults, machine, faults_end, streams),
        BorderlinePrints::new(layout::grade_tenths(spec.controller.minimum_grade)),
        controller.is_some(),
    );
    world.insert_resource(context);
    world.insert_resource(Blueprint::new(spec.clone(), streams, fidelity, clock));
    world.resource_mut::<CallQueue>().add_line(spec, places_m(spec));
    people::add_people(world, &spec.people, Some(id.0), streams, clock);
    world.run_schedule(Build);
    let mut context = world.remove_resource::<LineContext>().expect("inserted above");
    if let Some(at) = order_ends {
        let link = context.link();
        context.events.schedule(at, link, SimEvent::Control(ControlEvent::EndOrder));
    }
    let mut built = world.query_filtered::<Entity, (With<Meter>, Without<OnLine>)>();
    for entity in built.iter(world).collect::<Vec<_>>() {
        world.entity_mut(entity).insert(id);
    }
    let mut line = world.spawn((id, ActiveLine(context)));
    if let Some(logic) = controller {
        line.insert(LineHost::new(id.0, ControllerHost::new(logic, tracked_belts(spec))));
    }
    line.id()
}

/// The machines that carry devices.
fn tracked_belts(spec: &TwinSpec) -> Vec<MachineId> {
    let machines = (0..).map(MachineId).zip(&spec.machines);
    let tracked = machines.filter(|(_, it)| spec.devices_on(it.id()).next().is_some());
    tracked.map(|(id, _)| id).collect()
}

fn add_schedule(app: &mut App, label: bevy_ecs::schedule::InternedScheduleLabel) {
    let mut schedule = Schedule::new(label);
    schedule.set_executor(SingleThreadedExecutor::new());
    app.add_schedule(schedule);
}

//! The physical line as a Bevy world: machines are entities, their state components, one plugin a
//! machine kind. Time advances from event to event; nothing here reads a clock or the engine's
//! record. What happens is written into the trace.

mod blueprint;
mod calendar;
mod check;
mod engine_host;
mod floor;
mod gallery;
mod item;
mod layout;
mod machines;
mod meter;
mod optics;
mod pass;
mod spec;

use std::sync::Arc;

use bevy::ecs::schedule::{ScheduleLabel, SingleThreadedExecutor};
use bevy::prelude::*;

use crate::base::{MachineId, SimSpan, SimTime, Streams};
use crate::engine::store::StoreError;
use crate::engine::{LedgerEvent, LedgerService, LineLogic};
use crate::faults::{Fault, FaultPlan};
use crate::symbol::Fidelity;
use crate::trace::{CloseReason, Fact, TraceRecord};

use blueprint::{Blueprint, Build, Census, Sample};
use calendar::Due;
use engine_host::EngineHost;
use floor::Floor;
use gallery::Gallery;

pub use check::{Problem, check};
pub use engine_host::{EngineMeter, WallClock};
pub use gallery::Exhibit;
pub use layout::line_layout;
pub use spec::{
    ControllerSpec, FailureSpec, LabelSpec, LinkSpec, MachineSpec, OperatorSpec, PackingSpec,
    ScanMode, TwinSpec,
};

/// Meters are read this often.
pub const SAMPLE_EVERY: SimSpan = SimSpan::from_secs(10);

/// Runs a stretch of the calendar.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct Advance;

/// Runs once, when the order begins.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct Begin;

/// What a twin is driven by: a line controller and a ledger, or nothing.
pub struct Engine {
    /// The line controller.
    pub line: Box<dyn LineLogic>,
    /// The line's name as the ledger knows it.
    pub sender: Arc<str>,
    /// The ledger.
    pub ledger: LedgerService,
    /// For measuring the ledger's latency.
    pub clock: WallClock,
}

/// A line that runs.
pub struct Twin {
    app: App,
    /// Meters are read next at this moment.
    next_sample: SimTime,
    end: SimTime,
}

impl Twin {
    /// Builds a line that will run until its order is closed, at most until `end`. Without an
    /// engine it makes product without codes until `end`.
    ///
    /// # Panics
    /// When `spec` does not pass [`check`].
    pub fn new(
        spec: &TwinSpec,
        streams: Streams,
        faults: &[Fault],
        fidelity: Fidelity,
        engine: Option<Engine>,
        end: SimTime,
    ) -> Self {
        let problems = check(spec);
        assert!(problems.is_empty(), "a twin is checked before it is built: {problems:?}");
        let names: Arc<[String]> = spec.machines.iter().map(|m| m.id().to_owned()).collect();
        let operator = MachineId(names.len() as u16);
        let floor = Floor::new(
            Arc::clone(&names),
            names.len() + 2,
            operator,
            FaultPlan::new(faults, streams),
            Gallery::new(layout::grade_tenths(spec.controller.minimum_grade)),
            engine.is_some(),
        );

        let mut app = App::empty();
        for label in [Build.intern(), Begin.intern(), Advance.intern(), Sample.intern()] {
            add_schedule(&mut app, label);
        }
        add_schedule(&mut app, Census.intern());
        app.insert_resource(floor)
            .insert_resource(Blueprint::new(spec.clone(), streams, fidelity))
            .add_plugins((
                machines::infeed::plugin,
                machines::belt::plugin,
                machines::workstation::plugin,
                machines::printer::plugin,
                machines::camera::plugin,
                machines::gate::plugin,
                machines::packer::plugin,
                machines::labeller::plugin,
                machines::operator::plugin,
                machines::rework_bench::plugin,
                machines::link::plugin,
            ))
            .add_systems(Begin, pass::start)
            .add_systems(Advance, pass::run)
            .add_systems(Sample, meter::read_meters);
        if let Some(engine) = engine {
            app.insert_resource(EngineHost::new(engine));
        }
        let world = app.world_mut();
        world.run_schedule(Build);
        world.run_schedule(Begin);
        Self { app, next_sample: SimTime::START + SAMPLE_EVERY, end }
    }

    /// Somebody will end the order at this moment, whatever was made of it by then.
    pub fn end_order_at(&mut self, at: SimTime) {
        let mut floor = self.floor_mut();
        let link = floor.link();
        floor.calendar.enter(at, link, Due::EndOrder, 0);
    }

    /// Runs the line up to `until`. Returns why the run ended, once it has.
    pub fn advance(&mut self, until: SimTime) -> Option<CloseReason> {
        let until = until.min(self.end);
        loop {
            if let Some(reason) = self.floor().closed {
                return Some(reason);
            }
            let stretch = until.min(self.next_sample);
            self.floor_mut().until = stretch;
            let world = self.app.world_mut();
            world.run_schedule(Advance);
            let mut floor = self.floor_mut();
            if floor.closed.is_some() {
                return self.close();
            }
            if floor.calendar.is_empty() {
                floor.closed = Some(CloseReason::Stuck);
                return self.close();
            }
            floor.set_now(stretch);
            if stretch == self.next_sample {
                self.next_sample += SAMPLE_EVERY;
                if stretch < self.end {
                    self.app.world_mut().run_schedule(Sample);
                }
            }
            if stretch == self.end {
                self.floor_mut().closed = Some(CloseReason::TimeOver);
                return self.close();
            }
            if stretch == until {
                return None;
            }
        }
    }

    /// Now, in simulated time.
    pub fn now(&self) -> SimTime {
        self.floor().now()
    }

    /// Takes the facts noted since the last call.
    pub fn take_trace(&mut self, into: &mut Vec<TraceRecord>) {
        self.floor_mut().trace.take(into);
    }

    /// Takes what the ledger has recorded since the last call, with the moments at which it
    /// happened on the line.
    pub fn take_ledger_events(&mut self) -> Vec<(SimTime, LedgerEvent)> {
        let engine = self.app.world_mut().get_resource_mut::<EngineHost>();
        engine.map_or_else(Vec::new, |mut engine| std::mem::take(&mut engine.events))
    }

    /// Makes durable what the ledger still holds back; to be called when the run is over.
    ///
    /// # Errors
    /// The store has failed, now or during the run.
    pub fn finish_ledger(&mut self) -> Result<(), StoreError> {
        let engine = self.app.world_mut().get_resource_mut::<EngineHost>();
        engine.map_or(Ok(()), |mut engine| engine.finish())
    }

    /// Why the ledger's store has failed, if it has.
    pub fn store_failure(&self) -> Option<&StoreError> {
        self.app.world().get_resource::<EngineHost>()?.failed.as_ref()
    }

    /// The worst print that a camera let pass and the best that it refused, where there are any.
    pub fn exhibits(&self) -> (Option<&Exhibit>, Option<&Exhibit>) {
        let gallery = &self.floor().gallery;
        (gallery.worst_passed(), gallery.best_refused())
    }

    /// The engine's counts and times, if there is an engine.
    pub fn engine_meter(&self) -> Option<EngineMeter> {
        let engine = self.app.world().get_resource::<EngineHost>();
        engine.map(|engine| engine.meter.clone())
    }

    /// Reads the meters and counts what is left on the line, once.
    fn close(&mut self) -> Option<CloseReason> {
        let world = self.app.world_mut();
        world.run_schedule(Sample);
        world.run_system_cached(meter::end_spans).expect("a system without parameters of its own");
        world.run_schedule(Census);
        let units = world.resource::<Blueprint>().units_found;
        let mut floor = self.floor_mut();
        let reason = floor.closed.expect("set before closing");
        floor.note(Fact::StillOnLine { units });
        floor.note(Fact::Closed(reason));
        Some(reason)
    }

    fn floor(&self) -> &Floor {
        self.app.world().resource::<Floor>()
    }

    fn floor_mut(&mut self) -> Mut<'_, Floor> {
        self.app.world_mut().resource_mut::<Floor>()
    }
}

fn add_schedule(app: &mut App, label: bevy::ecs::schedule::InternedScheduleLabel) {
    let mut schedule = Schedule::new(label);
    schedule.set_executor(SingleThreadedExecutor::new());
    app.add_schedule(schedule);
}

//! Accumulation tables: buffers for products while what follows stands. Products cross the table, wait at its
//! exit, and leave one by one.

use std::collections::VecDeque;
use std::convert::Infallible;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{Cause, MachineId, SimSpan, SimTime};
use linetwin_line::motion::TableMotion;
use linetwin_line::{MachineSpec, QueueDiscipline};

use super::super::blueprint::{Blueprint, Build, OnLine, WipCount, WipCounts};
use super::super::item::Item;
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::kind::MachineKind;
use super::outlet::Outlet;

/// What is scheduled for a table.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// A product can leave.
    Exit,
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// There are no signals for a table only.
pub(in super::super) type Signal = Infallible;

/// State of an accumulation table.
#[derive(Component, Debug)]
pub(in super::super) struct Table {
    id: MachineId,
    discipline: QueueDiscipline,
    motion: TableMotion,
    /// In the order in which they came on, with the time from which they can leave.
    items: VecDeque<(SimTime, Item)>,
    /// No product leaves before that.
    next_out: SimTime,
    exit_scheduled: bool,
    outlet: Outlet,
}

impl MachineKind for Table {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        match event {
            Event::Exit => {
                self.exit_scheduled = false;
                self.exit(meter, context);
            }
            Event::Outlet => self.retry(meter, context),
        }
    }

    fn on_signal(&mut self, signal: Signal, _: &mut Meter, _: &mut LineContext) {
        match signal {}
    }

    fn arrive(&mut self, item: Item, meter: &mut Meter, context: &mut LineContext) {
        self.items.push_back((self.motion.ready_at(context.now()), item));
        meter.level_up(context.now());
        self.schedule_exit(context);
        self.show_state(meter, context);
    }

    fn inlet_opened(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.retry(meter, context);
    }

    fn clear(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if let Some(item) = self.outlet.take() {
            context.remove_by_hand(self.id, item);
            self.left(meter, context);
        }
        for (_, item) in std::mem::take(&mut self.items) {
            context.remove_by_hand(self.id, item);
            self.left(meter, context);
        }
        self.show_state(meter, context);
    }
}

impl Table {
    fn schedule_exit(&mut self, context: &mut LineContext) {
        if self.exit_scheduled || self.outlet.is_blocked() {
            return;
        }
        // With either queue discipline, the first that came on is the first that can leave.
        let Some((ready, _)) = self.items.front() else { return };
        let at = self.motion.exit_at(*ready, self.next_out, context.now());
        context.events.schedule(at, self.id, Event::Exit.into());
        self.exit_scheduled = true;
    }

    /// One of those at the exit leaves, or waits there for a free place.
    fn exit(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let at_exit = self.items.partition_point(|(ready, _)| *ready <= context.now());
        let which = match self.discipline {
            QueueDiscipline::Fifo => 0,
            QueueDiscipline::Lifo => at_exit.saturating_sub(1),
        };
        // It may have been cleared since.
        if at_exit == 0 {
            return self.schedule_exit(context);
        }
        let (_, item) = self.items.remove(which).expect("it stands at the exit");
        if self.outlet.send(item, context) {
            self.next_out = self.motion.next_out(context.now());
            self.left(meter, context);
            self.schedule_exit(context);
        }
        self.show_state(meter, context);
    }

    fn retry(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.outlet.retry(context) {
            self.next_out = self.motion.next_out(context.now());
            self.left(meter, context);
            self.schedule_exit(context);
            self.show_state(meter, context);
        }
    }

    fn left(&self, meter: &mut Meter, context: &mut LineContext) {
        meter.level_down(context.now());
        meter.processed += 1;
        context.add_free_place(self.id);
    }

    fn show_state(&self, meter: &mut Meter, context: &mut LineContext) {
        if self.outlet.is_blocked() {
            meter.suspend(context, Cause::Blocked);
        } else if self.items.is_empty() {
            meter.suspend(context, Cause::Starved);
        } else {
            meter.execute(context);
        }
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(WipCount, count);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut context: ResMut<LineContext>) {
    for (id, spec) in blueprint.machines() {
        let MachineSpec::AccumulationTable(spec) = spec else { continue };
        context.set_free_places(id, spec.capacity);
        let table = Table {
            id,
            discipline: spec.discipline,
            motion: TableMotion {
                transit: SimSpan::from_secs_f64(spec.transit_time_s),
                interval: SimSpan::from_secs_f64(spec.min_discharge_interval_s),
            },
            items: VecDeque::new(),
            next_out: SimTime::START,
            exit_scheduled: false,
            outlet: Outlet::new(
                id,
                spec.to.as_deref().and_then(|to| blueprint.machine(to)),
                Event::Outlet,
            ),
        };
        commands.spawn((Meter::new(id), table));
    }
}

fn count(tables: Query<(&OnLine, &Table)>, mut found: ResMut<WipCounts>) {
    for (line, table) in &tables {
        let waiting = table.items.iter().map(|(_, item)| item.units()).sum::<u32>();
        found.add(*line, waiting + table.outlet.units());
    }
}

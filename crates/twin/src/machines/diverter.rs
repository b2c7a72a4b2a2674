//! Where the line splits into lanes, and where lanes join. A product that stands here takes no time; it waits
//! only while no place is free where it goes.

use std::convert::Infallible;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{Cause, MachineId, Stream};
use linetwin_line::{DivertRule, MachineSpec};

use super::super::blueprint::{Blueprint, Build, OnLine, WipCount, WipCounts};
use super::super::item::Item;
use super::super::line_context::{LineContext, Sender};
use super::super::meter::Meter;
use super::input_queue::InputQueue;
use super::kind::MachineKind;

/// What is scheduled for a diverter.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// The inlet of a next machine opens by itself now.
    Outlet,
}

/// There are no signals for a diverter only.
pub(in super::super) type Signal = Infallible;

/// State of a diverter, or of a merge, which has one way only.
#[derive(Component, Debug)]
pub(in super::super) struct Diverter {
    id: MachineId,
    queue: InputQueue,
    /// The product whose turn it is, and the way it must take, if that is settled.
    held: Option<(Item, Option<usize>)>,
    sender: Sender,
    ways: Vec<Option<MachineId>>,
    rule: DivertRule,
    stream: Stream,
    /// The way whose turn comes next.
    turn: usize,
}

impl MachineKind for Diverter {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        let Event::Outlet = event;
        self.run(meter, context);
    }

    fn on_signal(&mut self, signal: Signal, _: &mut Meter, _: &mut LineContext) {
        match signal {}
    }

    fn arrive(&mut self, item: Item, meter: &mut Meter, context: &mut LineContext) {
        self.queue.arrive(item, meter, context);
        self.run(meter, context);
    }

    fn inlet_opened(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.run(meter, context);
    }

    fn clear(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let held = self.held.take().map(|(item, _)| item);
        if let Some(item) = held {
            context.remove_by_hand(self.id, item);
        }
        while let Some(item) = self.queue.take(meter, context) {
            context.remove_by_hand(self.id, item);
        }
        meter.execute(context);
    }
}

impl Diverter {
    /// Sends on the products that can go.
    fn run(&mut self, meter: &mut Meter, context: &mut LineContext) {
        loop {
            let held = match self.held.take() {
                Some(held) => held,
                None => match self.queue.take(meter, context) {
                    Some(item) => (item, self.choose()),
                    None => return meter.execute(context),
                },
            };
            self.held = self.offer(held, context);
            if self.held.is_some() {
                return meter.suspend(context, Cause::Blocked);
            }
            meter.processed += 1;
        }
    }

    /// The way of the next product; `None`: the first with a free place.
    fn choose(&mut self) -> Option<usize> {
        match &self.rule {
            DivertRule::FirstAvailable => None,
            DivertRule::RoundRobin => {
                let turn = self.turn;
                self.turn = (turn + 1) % self.ways.len();
                Some(turn)
            }
            DivertRule::Shares(shares) => {
                let mut drawn = self.stream.unit() * shares.iter().sum::<f64>();
                let way = shares.iter().position(|share| {
                    drawn -= share;
                    drawn < 0.0
                });
                Some(way.unwrap_or(shares.len() - 1))
            }
        }
    }

    /// Returns the product if no place is free for it.
    fn offer(
        &self,
        (mut item, way): (Item, Option<usize>),
        context: &mut LineContext,
    ) -> Option<(Item, Option<usize>)> {
        let ways = match way {
            Some(way) => &self.ways[way..=way],
            None => &self.ways[..],
        };
        for to in ways {
            item = context.offer(&self.sender, *to, item)?;
        }
        Some((item, way))
    }

    fn units(&self) -> u32 {
        self.queue.units() + self.held.as_ref().map_or(0, |(item, _)| item.units())
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(WipCount, count);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut context: ResMut<LineContext>) {
    for (id, spec) in blueprint.machines() {
        let (capacity, rule) = match spec {
            MachineSpec::Diverter(spec) => (spec.queue_capacity, spec.rule.clone()),
            MachineSpec::Merge(merge) => {
                let first = merge.priority.iter().filter_map(|name| blueprint.machine(name));
                context.set_priority(id, first.collect());
                (0, DivertRule::default())
            }
            _ => continue,
        };
        let ways: Vec<_> = spec.to().iter().map(|to| blueprint.machine(to)).collect();
        let diverter = Diverter {
            id,
            queue: InputQueue::new(id, capacity, &mut context),
            held: None,
            sender: Sender { machine: id, retry: Event::Outlet.into() },
            // Without a machine behind it the line ends here.
            ways: if ways.is_empty() { vec![None] } else { ways },
            rule,
            stream: blueprint.streams.stream(spec.id(), "way"),
            turn: 0,
        };
        let mut meter = Meter::new(id);
        meter.execute(&mut context);
        commands.spawn((meter, diverter));
    }
}

fn count(diverters: Query<(&OnLine, &Diverter)>, mut found: ResMut<WipCounts>) {
    for (line, diverter) in &diverters {
        found.add(*line, diverter.units());
    }
}

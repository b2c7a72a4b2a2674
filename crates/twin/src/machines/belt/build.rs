//! How belts come from the twin file, and what they hold when a run ends.

use std::collections::VecDeque;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::SimSpan;
use linetwin_engine::StopCause;
use linetwin_line::MachineSpec;
use linetwin_line::motion::{BeltClock, BeltMeasures, BeltMotion};
use linetwin_symbol::Optics;

use super::super::super::blueprint::{Blueprint, Build, OnLine, WipCount, WipCounts};
use super::super::super::item::Item;
use super::super::super::line_context::LineContext;
use super::super::super::meter::Meter;
use super::super::super::optics::Reader;
use super::super::outlet::Outlet;
use super::encoder::Encoder;
use super::pace::Pace;
use super::{Belt, DeviceKind, Epoch, Event, Station};

pub(in super::super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(WipCount, count);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut context: ResMut<LineContext>) {
    for (id, spec) in blueprint.machines() {
        let MachineSpec::Belt(spec) = spec else { continue };
        let (name, speed_mm_s) = (&spec.id, spec.speed_mm_s);
        let motion = BeltMotion::new(BeltMeasures {
            length_mm: spec.length_mm,
            speed_mm_s,
            pitch_mm: spec.pitch_mm,
            product_mm: spec.product_mm(),
            accumulates: spec.accumulates,
        });
        context.set_free_places(id, spec.holds());
        let mut stations: Vec<Station> = stations_on(name, &blueprint)
            .map(|(what, at_mm)| Station { what, at: motion.belt_time(at_mm), next: 0 })
            .collect();
        stations.sort_by_key(|station| station.at);
        let belt = Belt {
            id,
            motion,
            encoder: Encoder::new(id, speed_mm_s, &context),
            outlet: Outlet::new(
                id,
                spec.to.as_deref().and_then(|to| blueprint.machine(to)),
                Event::Outlet,
            ),
            products: VecDeque::new(),
            first: 0,
            load: 0,
            stations,
            pace: Pace::new(id, name, (speed_mm_s, &spec.speeds), &blueprint),
            clock: BeltClock::new(SimSpan::from_secs_f64(spec.ramp_s)),
            last_exit: None,
            exit_scheduled: false,
            holds: Vec::new(),
            stop_cause: StopCause::Controller,
            epoch: Epoch::default(),
            interfered: context.faults.has_manual_interference(id),
            to_insert: None,
            long_gone: None,
            handheld: Reader::new(&blueprint, (name, "handheld"), 1.0, Optics::default()),
            sampled: None,
        };
        commands.spawn((Meter::new(id), belt));
    }
}

/// Devices and sensors on the belt of this name, with their places in millimetres.
fn stations_on<'a>(
    belt: &'a str,
    blueprint: &'a Blueprint,
) -> impl Iterator<Item = (DeviceKind, f64)> + 'a {
    blueprint.machines().flat_map(move |(id, spec)| {
        let device = spec
            .on_belt()
            .filter(|(on, _)| *on == belt)
            .map(|(_, at_mm)| (DeviceKind::Device(id), at_mm));
        let sensor = match spec {
            MachineSpec::RejectGate(gate) if gate.on == belt => {
                Some((DeviceKind::PassSensor, gate.pass_sensor_mm))
            }
            _ => None,
        };
        device.into_iter().chain(sensor)
    })
}

fn count(belts: Query<(&OnLine, &Belt)>, mut found: ResMut<WipCounts>) {
    for (line, belt) in &belts {
        let riding = belt.products.iter().filter_map(|product| product.item.as_ref());
        found.add(*line, riding.map(Item::units).sum::<u32>() + belt.outlet.units());
    }
}

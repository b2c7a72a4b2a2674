//! How aggregation stations come from the twin file, and what they hold when a run ends.

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::MachineId;
use linetwin_line::{LabelSpec, MachineSpec, PackingSpec};
use linetwin_symbol::Optics;

use super::super::super::blueprint::{Blueprint, Build, OnLine, WipCount, WipCounts};
use super::super::super::line_context::LineContext;
use super::super::super::meter::Meter;
use super::super::super::optics::Reader;
use super::super::attendance::Attendance;
use super::super::input_queue::InputQueue;
use super::super::label::LabelHead;
use super::super::outlet::Outlet;
use super::super::speed_losses::SpeedLosses;
use super::super::stops::Stops;
use super::{Event, Packer, Work};

pub(in super::super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(WipCount, count);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut context: ResMut<LineContext>) {
    for (id, spec) in blueprint.machines() {
        let (packing, label, to): (&PackingSpec, Option<&LabelSpec>, _) = match spec {
            MachineSpec::Bundler(it) => (&it.packing, Some(&it.label), &it.to),
            MachineSpec::Palletiser(it) => (&it.packing, Some(&it.label), &it.to),
            MachineSpec::CasePacker(it) => (&it.packing, None, &it.to),
            _ => continue,
        };
        let (layer_size, layers) = spec.pattern().expect("packing machines have a pattern");
        let (name, streams) = (spec.id(), blueprint.streams);
        let full = layer_size * layers;
        let handheld_read_rate = blueprint.spec().interventions.handheld_read_rate;
        let reader = |purpose: &str, read_rate: f64| {
            Reader::new(&blueprint, (name, purpose), read_rate, Optics::default())
        };
        let mut packer = Packer {
            id,
            before: blueprint.spec().upstream(id.index()).map(|at| MachineId(at as u16)).collect(),
            level: spec.makes().expect("packing machines make containers"),
            layer_size,
            full,
            place: packing.place_s.clone(),
            place_stream: streams.stream(name, "place"),
            scan_mode: packing.scan,
            scan: packing.scan_s.clone(),
            scan_stream: streams.stream(name, "scan time"),
            close: packing.close_s.clone(),
            close_stream: streams.stream(name, "close"),
            camera: reader("read", packing.read_rate),
            handheld: reader("handheld", handheld_read_rate),
            stops: Stops::new(id, &blueprint, |which| Event::StopOver(which).into()),
            speed_losses: SpeedLosses::new(&packing.speed_losses, &blueprint, name),
            attendance: packing.required_skill.as_deref().map(|needs| Attendance::new(id, needs)),
            at_work: false,
            label: label
                .map(|label| LabelHead::new((id, Event::Labelled.into()), label, &blueprint, name)),
            outlet: Outlet::new(
                id,
                to.as_deref().and_then(|to| blueprint.machine(to)),
                Event::Outlet,
            ),
            queue: InputQueue::new(id, packing.queue_capacity, &mut context),
            work: Work::Waiting,
            container: None,
            children: Vec::new(),
            layer: Vec::new(),
            uncounted: 0,
            target: 0,
            next_target: (!context.attached).then_some(full),
            ordered: 0,
            interfered: context.faults.drops(id),
        };
        let mut meter = Meter::new(id);
        packer.stops.set_up(&mut meter, &mut context);
        commands.spawn((meter, packer));
    }
}

fn count(packers: Query<(&OnLine, &Packer)>, mut found: ResMut<WipCounts>) {
    for (line, packer) in &packers {
        found.add(*line, packer.units());
    }
}

//! The operator who clears stops: one person, one task after another, in the order of the calls.

use std::collections::VecDeque;

use bevy::prelude::*;

use crate::base::{Distribution, MachineId, Stream};
use crate::engine::{DeviceCommand, OperatorTask};

use super::super::blueprint::{Blueprint, Build};
use super::super::calendar::Due;
use super::super::floor::{Floor, Signal};

/// State of the operator.
#[derive(Component, Debug)]
pub(in super::super) struct Operator {
    id: MachineId,
    response: Distribution,
    stream: Stream,
    tasks: VecDeque<OperatorTask>,
    /// Counts up when all calls are withdrawn: whoever was on his way then does not arrive.
    epoch: u32,
}

impl Operator {
    pub(in super::super) fn due(&mut self, due: Due, epoch: u32, floor: &mut Floor) {
        assert_eq!(due, Due::Arrived, "an operator only arrives");
        if epoch != self.epoch {
            return;
        }
        let task = self.tasks.pop_front().expect("he was called for something");
        let place = match task {
            OperatorTask::RemoveFromBelt { belt, .. }
            | OperatorTask::TakeSample { belt, .. }
            | OperatorTask::FindCause { belt } => belt,
            OperatorTask::EmptyBin { gate } => gate,
            OperatorTask::Rework { bench } => bench,
            OperatorTask::WalkLine { station, .. } => station,
            OperatorTask::ScanChild { station, .. } | OperatorTask::RemoveChild { station, .. } => {
                station
            }
        };
        floor.signal(place, Signal::Operator(task));
        self.set_out(floor);
    }

    pub(in super::super) fn signal(&mut self, signal: Signal, floor: &mut Floor) {
        let task = match signal {
            Signal::Command(DeviceCommand::CallOperator(task)) => task,
            Signal::CallsWithdrawn => {
                self.tasks.clear();
                self.epoch += 1;
                return;
            }
            other => unreachable!("an operator has no use for {other:?}"),
        };
        match task {
            OperatorTask::ScanChild { station, .. } | OperatorTask::RemoveChild { station, .. } => {
                floor.signal(station, Signal::AwaitOperator);
            }
            // The controller has stopped the belt.
            OperatorTask::RemoveFromBelt { .. }
            | OperatorTask::TakeSample { .. }
            | OperatorTask::EmptyBin { .. }
            | OperatorTask::Rework { .. }
            | OperatorTask::WalkLine { .. }
            | OperatorTask::FindCause { .. } => {}
        }
        self.tasks.push_back(task);
        if self.tasks.len() == 1 {
            self.set_out(floor);
        }
    }

    fn set_out(&mut self, floor: &mut Floor) {
        if !self.tasks.is_empty() {
            let takes = self.response.draw(&mut self.stream);
            floor.calendar.enter(floor.now() + takes, self.id, Due::Arrived, self.epoch);
        }
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, floor: Res<Floor>) {
    commands.spawn(Operator {
        id: floor.operator,
        response: blueprint.spec().operator.response_s.clone(),
        stream: blueprint.streams.stream("operator", "response"),
        tasks: VecDeque::new(),
        epoch: 0,
    });
}

//! Where a command of the line controller goes, and which signal an operator's task is at the machine where
//! it is done: the one place that turns the controller's commands into signals.

use linetwin_base::MachineId;
use linetwin_engine::{DeviceCommand, OperatorTask};

use super::super::people;
use super::label::LabelCommand;
use super::{Signal, belt, gate, infeed, packer, printer, rework_bench};

/// The machine that a command is for, or people, and the signal for it.
pub(in super::super) fn command(
    command: DeviceCommand,
    operator: MachineId,
) -> (MachineId, Signal) {
    match command {
        DeviceCommand::SetReleaseQuota { infeed, total } => {
            (infeed, Signal::Infeed(infeed::Signal::SetReleaseQuota(total)))
        }
        DeviceCommand::Print { printer, job, text } => {
            (printer, Signal::Printer(printer::Signal::Print { job, text }))
        }
        DeviceCommand::Reject { gate } => (gate, Signal::RejectGate(gate::Signal::Reject)),
        DeviceCommand::StopBelt { belt, why } => (belt, Signal::Belt(belt::Signal::Stop(why))),
        DeviceCommand::StartBelt { belt } => (belt, Signal::Belt(belt::Signal::Start)),
        DeviceCommand::BuildContainer { station, number, children } => {
            (station, Signal::Packer(packer::Signal::Build { number, children }))
        }
        DeviceCommand::AcceptLayer { station } => {
            (station, Signal::Packer(packer::Signal::AcceptLayer))
        }
        DeviceCommand::RescanLayer { station } => {
            (station, Signal::Packer(packer::Signal::RescanLayer))
        }
        DeviceCommand::RepeatStatus { machine } => (machine, Signal::RepeatStatus),
        DeviceCommand::ReturnUnit { bench } => {
            (bench, Signal::ReworkBench(rework_bench::Signal::Return))
        }
        DeviceCommand::DiscardUnit { bench } => {
            (bench, Signal::ReworkBench(rework_bench::Signal::Discard))
        }
        DeviceCommand::PrintLabel { labeller, text } => {
            (labeller, Signal::Label(LabelCommand::Print(text)))
        }
        DeviceCommand::ReleaseContainer { labeller } => {
            (labeller, Signal::Label(LabelCommand::Release))
        }
        DeviceCommand::CallOperator(task) => (operator, Signal::People(people::Signal::Task(task))),
    }
}

/// The signal of an operator's task to the machine.
pub(in super::super) const fn task(task: OperatorTask) -> Signal {
    match task {
        OperatorTask::RemoveFromBelt { entered_um, .. } => {
            Signal::Belt(belt::Signal::Remove { task, entered_um })
        }
        OperatorTask::TakeSample { entered_um, .. } => {
            Signal::Belt(belt::Signal::TakeSample { task, entered_um })
        }
        OperatorTask::FindCause { .. } => Signal::Belt(belt::Signal::FindCause(task)),
        OperatorTask::EmptyBin { .. } => Signal::RejectGate(gate::Signal::EmptyBin(task)),
        OperatorTask::Rework { .. } => Signal::ReworkBench(rework_bench::Signal::Rework(task)),
        OperatorTask::WalkLine { clear, .. } => Signal::Packer(packer::Signal::WalkLine { clear }),
        OperatorTask::ScanChild { place, .. } => {
            Signal::Packer(packer::Signal::ScanChild { task, place })
        }
        OperatorTask::RemoveChild { place, .. } => {
            Signal::Packer(packer::Signal::RemoveChild { task, place })
        }
    }
}

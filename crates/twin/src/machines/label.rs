//! Printing, applying and reading a container's label: part of every machine that labels.

use std::sync::Arc;

use linetwin_base::{Distribution, MachineId, SimSpan, Stream};
use linetwin_engine::{DeviceEvent, Read};
use linetwin_faults::LabelVerdict;
use linetwin_line::LabelSpec;
use linetwin_line::{Task, WorkEvent};
use linetwin_symbol::{Fidelity, Optics};
use linetwin_trace::Fact;

use super::super::blueprint::Blueprint;
use super::super::item::Container;
use super::super::line_context::{LineContext, read_event};
use super::super::optics::{Reader, label};
use super::SimEvent;

/// A command of the line controller about a label.
#[derive(Clone, Debug)]
pub(in super::super) enum LabelCommand {
    /// Print this on the label of the container that stands here.
    Print(Arc<str>),
    /// Discharge the container.
    Release,
}

/// See the module's first lines.
#[derive(Debug)]
pub(in super::super) struct LabelHead {
    machine: MachineId,
    /// Scheduled for when a label is on.
    labelled: SimEvent,
    takes: Distribution,
    stream: Stream,
    reader: Reader,
    fidelity: Fidelity,
    text: Option<Arc<str>>,
    /// The label that was applied last.
    last: Option<Arc<str>>,
    /// Only reads again the label that is on.
    reading: bool,
}

impl LabelHead {
    pub(in super::super) fn new(
        (machine, labelled): (MachineId, SimEvent),
        spec: &LabelSpec,
        blueprint: &Blueprint,
        name: &str,
    ) -> Self {
        Self {
            machine,
            labelled,
            takes: spec.label_s.clone(),
            stream: blueprint.streams.stream(name, "label time"),
            fidelity: blueprint.fidelity,
            reader: Reader::new(blueprint, (name, "label read"), spec.read_rate, Optics::default()),
            text: None,
            last: None,
            reading: false,
        }
    }

    /// Starts on a label with this text; without a controller, on a blank one. Returns how long it takes.
    pub(in super::super) fn start(
        &mut self,
        text: Option<Arc<str>>,
        context: &mut LineContext,
    ) -> SimSpan {
        self.text = text;
        context.log(self.machine, WorkEvent::Start(Task::Label));
        let takes: SimSpan = self.takes.draw(&mut self.stream);
        context.schedule(takes, self.machine, self.labelled);
        takes
    }

    /// A label is being printed, or read again. Commands of the line controller are ignored meanwhile.
    pub(in super::super) const fn is_busy(&self) -> bool {
        self.text.is_some() || self.reading
    }

    /// The line controller requests a repeat of what is waited for: the answer about the label, or the label
    /// itself.
    pub(in super::super) fn repeat_status(
        &mut self,
        container: &Container,
        context: &mut LineContext,
    ) {
        if self.is_busy() {
            return;
        }
        if container.mark.is_some() {
            self.reading = true;
            self.start(None, context);
        } else {
            context.report(DeviceEvent::ContainerReady { labeller: self.machine });
        }
    }

    /// The label is on: reads and reports it. False if there is no line controller.
    pub(in super::super) fn finish(
        &mut self,
        container: &mut Container,
        context: &mut LineContext,
    ) -> bool {
        context.log(self.machine, WorkEvent::Done(Task::Label));
        if let Some(text) = self.text.take() {
            let text = match context.faults.label(self.machine, context.now()) {
                LabelVerdict::Sound => text,
                LabelVerdict::Missing(fault) => {
                    context.note_fault(fault, None);
                    context.report(DeviceEvent::LabelRead {
                        labeller: self.machine,
                        read: Read::NoRead,
                    });
                    return true;
                }
                LabelVerdict::Repeated(fault) => {
                    context.note_fault(fault, None);
                    self.last.clone().unwrap_or(text)
                }
            };
            self.last = Some(Arc::clone(&text));
            context.note(Fact::ContainerLabelled {
                machine: self.machine,
                container: container.id,
                text: Arc::clone(&text),
            });
            container.mark = Some(label(self.fidelity, text));
        } else if !std::mem::take(&mut self.reading) {
            return false;
        }
        let read: Read = self.reader.read(container.mark.as_ref());
        context.log(self.machine, read_event(Task::Label, &read));
        context.report(DeviceEvent::LabelRead { labeller: self.machine, read });
        true
    }
}

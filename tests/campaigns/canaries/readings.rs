//! Line controllers that are wrong about what was read, in one way each.

use std::sync::Arc;

use linetwin::engine::{Action, DeviceCommand, DeviceEvent, Read, StopCause};

use super::double::Broken;
use super::mind::{Mind, good};

/// Believes any symbol, or any product at all, to carry what was printed for it: at the camera and in
/// the layer.
pub struct Believes {
    pub unread_too: bool,
}

impl Broken for Believes {
    fn hears(&mut self, mind: &Mind, event: &mut DeviceEvent) -> bool {
        let doubts = |read: &Read| self.unread_too || *read != Read::NoRead;
        match event {
            DeviceEvent::SymbolRead { at_um, read, .. } if doubts(read) => {
                if let Some(text) = mind.expected(*at_um) {
                    *read = good(text);
                }
            }
            DeviceEvent::LayerRead { reads, .. } => {
                let unread_too = self.unread_too;
                mind.believe_layer(reads, |read, before| match read {
                    Read::Symbol { text, .. } => before.contains(read) || !mind.waits_with(text),
                    Read::NoRead | Read::NothingThere => unread_too,
                });
            }
            _ => {}
        }
        true
    }
}

/// Takes every grade for a good one.
pub struct IgnoresGrades;

impl Broken for IgnoresGrades {
    fn hears(&mut self, _: &Mind, event: &mut DeviceEvent) -> bool {
        let lift = |read: &mut Read| {
            if let Read::Symbol { grade_tenths, .. } = read {
                *grade_tenths = 40;
            }
        };
        match event {
            DeviceEvent::SymbolRead { read, .. } => lift(read),
            DeviceEvent::LayerRead { reads, .. } => reads.iter_mut().for_each(lift),
            _ => {}
        }
        true
    }
}

/// Gives each product the result of the one before.
#[derive(Default)]
pub struct OffByOne {
    unread: bool,
}

impl Broken for OffByOne {
    fn hears(&mut self, mind: &Mind, event: &mut DeviceEvent) -> bool {
        match event {
            DeviceEvent::SymbolRead { at_um, read, .. } => {
                let unread = *read == Read::NoRead;
                if std::mem::replace(&mut self.unread, unread) {
                    *read = Read::NoRead;
                } else if let Some(text) = mind.expected(*at_um).filter(|_| unread) {
                    *read = good(text);
                }
            }
            DeviceEvent::LayerRead { reads, .. } => {
                mind.believe_layer(reads, |read, _| *read == Read::NoRead);
            }
            _ => {}
        }
        true
    }
}

/// Is one place off after somebody was at the belt: the register did not stop with it.
#[derive(Default)]
pub struct OffAfterStops {
    off: OffByOne,
    /// Results until it has found its place again.
    left: u32,
}

impl Broken for OffAfterStops {
    fn hears(&mut self, mind: &Mind, event: &mut DeviceEvent) -> bool {
        if matches!(event, DeviceEvent::SymbolRead { .. }) {
            if self.left == 0 {
                return true;
            }
            self.left -= 1;
        }
        self.off.hears(mind, event)
    }

    fn says(&mut self, _: &Mind, action: Action, out: &mut Vec<Action>) {
        let why = StopCause::Operator;
        if matches!(&action, Action::Device(DeviceCommand::StopBelt { why: it, .. }) if *it == why)
        {
            self.left = 20;
        }
        out.push(action);
    }
}

/// Takes every layer for what it should be.
pub struct BelievesLayers;

impl Broken for BelievesLayers {
    fn hears(&mut self, mind: &Mind, event: &mut DeviceEvent) -> bool {
        if let DeviceEvent::LayerRead { reads, .. } = event {
            mind.believe_layer(reads, |read, before| match read {
                Read::Symbol { text, .. } => before.contains(read) || !mind.waits_with(text),
                Read::NoRead | Read::NothingThere => true,
            });
        }
        true
    }
}

/// Takes every label for the one that was printed.
pub struct BelievesLabels;

impl Broken for BelievesLabels {
    fn hears(&mut self, mind: &Mind, event: &mut DeviceEvent) -> bool {
        if let (DeviceEvent::LabelRead { read, .. }, Some(label)) = (event, &mind.label) {
            *read = good(Arc::clone(label));
        }
        true
    }
}

//! What the codes of a layer read as, the fault LayerMisread included.

use linetwin_engine::Read;
use linetwin_line::ScanMode;
use linetwin_line::{Task, WorkEvent};

use super::super::super::item::Item;
use super::super::super::line_context::{LineContext, read_event};
use super::super::printer::slip;
use super::Packer;

impl Packer {
    /// Reads the codes of the layer.
    pub(super) fn read_layer(&mut self, context: &mut LineContext) -> Vec<Read> {
        let reader = match self.scan_mode {
            ScanMode::LayerCamera => &mut self.camera,
            ScanMode::Handheld => &mut self.handheld,
        };
        let marks = self.layer.iter().map(|place| place.as_ref().and_then(Item::mark));
        let mut reads: Vec<Read> = marks.map(|mark| reader.read(mark)).collect();
        if let Some((fault, how)) = context.faults.layer_misread(self.id, context.now())
            && one(&mut reads, how)
        {
            context.note_fault(fault, None);
        }
        if matches!(self.scan_mode, ScanMode::LayerCamera) {
            context.log(self.id, WorkEvent::Done(Task::Scan));
            for read in &reads {
                context.log(self.id, read_event(Task::Scan, read));
            }
        }
        reads
    }
}

/// Takes one code for another. False if there is none to take.
fn one(reads: &mut [Read], how: u64) -> bool {
    let place = (how % reads.len().max(1) as u64) as usize;
    let neighbour = reads.get(place + 1).or_else(|| reads.first()).cloned();
    let Some(read) = reads.get_mut(place) else { return false };
    let Read::Symbol { text, grade_tenths } = &*read else { return false };
    *read = match neighbour.filter(|other| !how.is_multiple_of(3) && other != read) {
        Some(neighbour) => neighbour,
        None => Read::Symbol { text: slip(text, how / 3), grade_tenths: *grade_tenths },
    };
    true
}

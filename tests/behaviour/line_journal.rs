//! The line controller's own journal: from it comes the same controller again, wherever it was cut off,
//! and whatever had reached it is in it still, on a disk that breaks as well.

use std::sync::{Arc, Mutex};

use linetwin::engine::store::{DiskJournal, SimulatedDisk, StoreError};
use linetwin::engine::{
    BlockJournal, LineController, LineJournal, OrderId, Recording, RetainedMemory,
};
use linetwin::faults::{Fault, Rate};
use linetwin::harness::Job;

use crate::common::double::double;
use crate::common::times::{minutes, seconds};
use crate::common::trial::{Trial, tries};

/// Retained memory that the test can look into.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<RetainedMemory>>);

impl LineJournal for Shared {
    fn begin(&mut self, snapshot: &[u8]) -> Result<(), StoreError> {
        self.0.lock().unwrap().begin(snapshot)
    }
    fn append(&mut self, input: &[u8]) -> Result<(), StoreError> {
        self.0.lock().unwrap().append(input)
    }
    fn read(&self) -> Result<Option<Recording>, StoreError> {
        self.0.lock().unwrap().read()
    }
}

/// A journal whose last input was being written when the power failed, and is not there.
#[derive(Default)]
struct Torn(RetainedMemory);

impl LineJournal for Torn {
    fn begin(&mut self, snapshot: &[u8]) -> Result<(), StoreError> {
        self.0.begin(snapshot)
    }
    fn append(&mut self, input: &[u8]) -> Result<(), StoreError> {
        self.0.append(input)
    }
    fn read(&self) -> Result<Option<Recording>, StoreError> {
        let mut recording = self.0.read()?;
        if let Some(recording) = &mut recording {
            recording.inputs.pop();
        }
        Ok(recording)
    }
}

fn controller(job: &Job, journal: impl LineJournal + 'static) -> LineController {
    let (order, layout) = job.lines[0].engine.clone().unwrap();
    LineController::with_journal(OrderId(1), order, layout, Box::new(journal)).unwrap()
}

fn hard_day(quantity: u32) -> Trial {
    Trial::on("bottle-line-240").quantity(quantity).samples(1, 50).faults([
        Fault::MissingPrint { at: "printer-1".into(), every: Rate::PerThousand(20.0) },
        Fault::NoRead { at: "camera-2".into(), every: Rate::PerThousand(50.0) },
        Fault::GateFailsToFire { at: "gate-1".into(), from: seconds(30), lasts: minutes(2) },
        Fault::LinkOutage { from: seconds(40), lasts: minutes(1) },
    ])
}

fn state(line: &LineController) -> String {
    format!("{line:?}")
}

#[test]
fn from_its_journal_comes_the_same_controller_wherever_it_was_cut_off() {
    let trial = hard_day(1_500);
    let (mut inputs, mut compared) = (0, 0);
    let counts = Arc::new(Mutex::new((0, 0)));
    let counted = Arc::clone(&counts);
    let journal = Shared::default();
    let copy = journal.clone();
    let line = controller(&trial.job(), journal);
    let run = trial.run_with(|_| {
        double(line, move |line, now, input, out| {
            inputs += 1;
            if inputs % 97 == 0 {
                let memory = copy.0.lock().unwrap().clone();
                let Recording { snapshot, inputs: since } = memory.read().unwrap().unwrap();
                let bytes: usize = since.iter().map(Vec::len).sum();
                assert!(
                    bytes < snapshot.len().max(1 << 16) + 1_000,
                    "{bytes} bytes to be replayed"
                );
                let again = LineController::recover(Box::new(memory)).unwrap();
                assert_eq!(state(&again), state(line), "after {inputs} inputs");
                compared += 1;
            }
            *counted.lock().unwrap() = (inputs, compared);
            input.give(line, now, out);
        })
    });
    run.is_clean();
    let (inputs, compared) = *counts.lock().unwrap();
    assert!(inputs > 15_000 && compared > 150, "{inputs} {compared}");
}

#[test]
fn an_input_that_was_not_written_makes_no_record_false() {
    for day in 0..tries("LINETWIN_POWER_CUT_DAYS", 25) {
        let second = |n: u64| 3 + day % 120 + n * (37 + day % 7);
        let cut = |n| Fault::ControllerPowerCut { from: seconds(second(n)), lasts: seconds(20) };
        let trial = hard_day(500).seed(day).faults((0..5).map(cut));
        let line = controller(&trial.job(), Torn::default());
        trial.run_with(|_| Box::new(line)).is_clean();
    }
}

#[test]
fn what_was_written_survives_a_power_cut_at_any_write_of_the_disk() {
    let trial = hard_day(48);
    let job = trial.job();
    let script = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&script);
    let line = controller(&job, RetainedMemory::default());
    trial.run_with(|_| {
        double(line, move |line, now, input, out| {
            record.lock().unwrap().push((now, input.clone()));
            input.give(line, now, out);
        })
    });
    let script = std::mem::take(&mut *script.lock().unwrap());
    assert!(script.len() > 500, "{}", script.len());

    let (mut crashes, mut written) = (0, 0);
    for crash_at in (1..).step_by(41) {
        let disk = SimulatedDisk::new(crash_at);
        let journal = DiskJournal::open(disk.clone()).unwrap();
        let mut line = controller(&job, BlockJournal::new(Box::new(journal)));
        disk.crash_at(crash_at);
        let mut reference = controller(&job, RetainedMemory::default());
        let mut out = Vec::new();
        let failed = script.iter().find(|(now, input)| {
            input.clone().give(&mut line, *now, &mut out);
            if line.failure().is_none() {
                input.clone().give(&mut reference, *now, &mut out);
            }
            line.failure().is_some()
        });
        let Some((now, last)) = failed else { break };
        let acknowledged = state(&reference);
        assert_eq!(state(&line), acknowledged, "what could not be written was not acted on");
        last.clone().give(&mut reference, *now, &mut out);

        disk.restart();
        let journal = DiskJournal::open(disk).unwrap();
        let again = LineController::recover(Box::new(BlockJournal::new(Box::new(journal))));
        let again = state(&again.unwrap());
        // The input whose writing failed may be there or not; everything before it is.
        assert!(again == acknowledged || again == state(&reference), "crash at {crash_at}");
        crashes += 1;
        written += usize::from(again != acknowledged);
    }
    assert!(crashes > 40, "{crashes}");
    assert!(written > 0 && written < crashes, "{written} of {crashes}");
}

//! The line controller's own journal: from it comes the same controller again, wherever it was cut off,
//! and what it had heard it still knows, on a disk that breaks as well.

use std::sync::{Arc, Mutex};

use linetwin::base::SimTime;
use linetwin::engine::store::{DiskJournal, SimulatedDisk, StoreError};
use linetwin::engine::{
    Action, BlockJournal, DeviceEvent, LineController, LineJournal, LineLogic, OrderId, Recording,
    Reply, RetainedMemory,
};
use linetwin::harness::Job;

use crate::common;

#[derive(Clone)]
enum Heard {
    Start,
    Event(DeviceEvent),
    Reply(Reply),
    Wake,
    Restart,
}

fn tell(line: &mut dyn LineLogic, now: SimTime, heard: Heard, out: &mut Vec<Action>) {
    match heard {
        Heard::Start => line.start(now, out),
        Heard::Event(event) => line.device_event(now, event, out),
        Heard::Reply(reply) => line.reply(now, reply, out),
        Heard::Wake => line.wake(now, out),
        Heard::Restart => line.restart(now, out),
    }
}

/// Calls a function with everything that a controller hears, and the controller, before it hears it.
struct Watched<F> {
    line: LineController,
    watch: F,
}

impl<F: FnMut(&LineController, SimTime, &Heard) + Send + Sync> Watched<F> {
    fn pass(&mut self, now: SimTime, heard: Heard, out: &mut Vec<Action>) {
        (self.watch)(&self.line, now, &heard);
        tell(&mut self.line, now, heard, out);
    }
}

impl<F: FnMut(&LineController, SimTime, &Heard) + Send + Sync> LineLogic for Watched<F> {
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.pass(now, Heard::Start, out);
    }
    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>) {
        self.pass(now, Heard::Event(event), out);
    }
    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>) {
        self.pass(now, Heard::Reply(reply), out);
    }
    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.pass(now, Heard::Wake, out);
    }
    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.pass(now, Heard::Restart, out);
    }
}

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

fn hard_day(quantity: u32, cuts: &str) -> Job {
    let quantity = format!("order.quantity={quantity}");
    let faults = format!(
        r#"faults=[
        {{"MissingPrint": {{"at": "printer-1", "every": {{"PerThousand": 20}}}}}},
        {{"NoRead": {{"at": "camera-2", "every": {{"PerThousand": 50}}}}}},
        {{"GateFailsToFire": {{"at": "gate-1", "from": "00:00:30", "lasts": "00:02:00"}}}},
        {{"LinkOutage": {{"from": "00:00:40", "lasts": "00:01:00"}}}}{cuts}]"#
    );
    let samples = r#"order.samples={"first": 1, "every": 50}"#;
    common::scenario("bottle-line-240", &["expect=[]", &quantity, &faults, samples])
}

fn state(line: &LineController) -> String {
    format!("{line:?}")
}

#[test]
fn from_its_journal_comes_the_same_controller_wherever_it_was_cut_off() {
    let job = hard_day(1_500, "");
    let (mut inputs, mut compared) = (0, 0);
    let counts = Arc::new(Mutex::new((0, 0)));
    let seen = Arc::clone(&counts);
    let journal = Shared::default();
    let copy = journal.clone();
    let watch = move |line: &LineController, _: SimTime, _: &Heard| {
        inputs += 1;
        if inputs % 97 == 0 {
            let memory = copy.0.lock().unwrap().clone();
            let Recording { snapshot, inputs: since } = memory.read().unwrap().unwrap();
            let bytes: usize = since.iter().map(Vec::len).sum();
            assert!(bytes < snapshot.len().max(1 << 16) + 1_000, "{bytes} bytes to be heard again");
            let again = LineController::recover(Box::new(memory)).unwrap();
            assert_eq!(state(&again), state(line), "after {inputs} inputs");
            compared += 1;
        }
        *seen.lock().unwrap() = (inputs, compared);
    };
    let line = controller(&job, journal);
    let (result, _) = common::play_with(&job, |_| Box::new(Watched { line, watch }));
    assert!(result.summary.passes());
    let (inputs, compared) = *counts.lock().unwrap();
    assert!(inputs > 15_000 && compared > 150, "{inputs} {compared}");
}

#[test]
fn an_input_that_was_not_written_was_not_heard() {
    let cut = |second: u32| {
        format!(
            r#",{{"ControllerPowerCut": {{"from": "00:{:02}:{:02}", "lasts": "00:00:20"}}}}"#,
            second / 60,
            second % 60
        )
    };
    let days = std::env::var("LINETWIN_POWER_CUT_DAYS").map_or(25, |days| days.parse().unwrap());
    for shift in 0..days {
        let cuts: String = (0..5).map(|n| cut(3 + shift % 120 + n * (37 + shift % 7))).collect();
        let mut job = hard_day(500, &cuts);
        job.scenario.seed = u64::from(shift);
        let line = controller(&job, Torn::default());
        let (result, _) = common::play_with(&job, |_| Box::new(line));
        let run = result.summary;
        assert!(run.passes(), "{shift}: {}", run.ended);
        assert_eq!(run.integrity.verdict, "clean", "{shift}: {:?}", run.integrity.invariants);
        assert_eq!((run.serials.balance, run.engine.refusals), (0, 0), "{shift}");
        assert!(run.integrity.faults.iter().all(|fault| fault.escaped == 0), "{shift}");
    }
}

#[test]
fn what_was_heard_survives_a_power_cut_at_any_write_of_the_disk() {
    let job = hard_day(48, "");
    let script = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&script);
    let watch = move |_: &LineController, now: SimTime, heard: &Heard| {
        record.lock().unwrap().push((now, heard.clone()));
    };
    let line = controller(&job, RetainedMemory::default());
    common::play_with(&job, |_| Box::new(Watched { line, watch }));
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
        let failed = script.iter().find(|(now, heard)| {
            tell(&mut line, *now, heard.clone(), &mut out);
            if line.failure().is_none() {
                tell(&mut reference, *now, heard.clone(), &mut out);
            }
            line.failure().is_some()
        });
        let Some((now, last)) = failed else { break };
        let acknowledged = state(&reference);
        assert_eq!(state(&line), acknowledged, "what could not be written was not acted on");
        tell(&mut reference, *now, last.clone(), &mut out);

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

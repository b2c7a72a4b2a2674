//! The line's own pool of serial numbers: it asks in time, waits when there are none, says why, and goes
//! on when numbers come.

use linetwin::base::SimTime;
use linetwin::engine::{Action, Command, DeviceEvent, LineController, LineLogic, Reply};
use linetwin::report::Summary;

use crate::common;

fn suspended_s(run: &Summary, machine: &str) -> f64 {
    let machine = run.throughput.machines.iter().find(|found| found.id == machine);
    machine.expect("a machine of the line").states.get("Suspended").copied().unwrap_or(0.0)
}

fn assert_sound(run: &Summary) {
    assert_eq!(run.integrity.verdict, "clean", "{:?}", run.integrity.invariants);
    assert!(run.integrity.faults.iter().all(|fault| fault.escaped == 0));
}

fn settings<'a>(pool: &'a str, faults: &'a str) -> [&'a str; 5] {
    ["expect=[]", "order.quantity=2400", "lasts=12:00:00", pool, faults]
}

#[test]
fn a_small_pool_is_filled_again_before_it_is_empty() {
    let pool = r#"twin_settings=["controller.pool=ReorderPoint(min: 50, max: 200)"]"#;
    let faults = r#"faults=[{"NoRead": {"at": "camera-1", "every": {"EveryNth": 20}}}]"#;
    let whole =
        common::play(&common::scenario("carton-line-250", &settings("twin_settings=[]", faults))).0;
    let kept = common::play(&common::scenario("carton-line-250", &settings(pool, faults))).0;
    assert!(kept.summary.passes(), "{}", kept.summary.ended);
    assert_sound(&kept.summary);
    // It was never short, and has little to give back.
    let (whole, kept) = (whole.summary, kept.summary);
    assert!(kept.simulated_s < whole.simulated_s * 1.05);
    assert!(kept.serials.returned <= 200, "{:?}", kept.serials);
    assert!(kept.serials.allocated < whole.serials.allocated);
}

#[test]
fn a_small_pool_lasts_only_so_long_without_the_link() {
    let outage = r#"faults=[{"LinkOutage": {"from": "00:02:00", "lasts": "00:10:00"}}]"#;
    let pool = r#"twin_settings=["controller.pool=ReorderPoint(min: 100, max: 300)"]"#;
    let kept = common::play(&common::scenario("carton-line-250", &settings(pool, outage))).0;
    let whole =
        common::play(&common::scenario("carton-line-250", &settings("twin_settings=[]", outage))).0;
    for run in [&kept.summary, &whole.summary] {
        assert!(run.passes(), "{}", run.ended);
        assert_sound(run);
    }
    // 100 to 300 cartons are 24 to 72 seconds of work.
    let waited_s = suspended_s(&kept.summary, "belt-2") - suspended_s(&whole.summary, "belt-2");
    assert!((450.0..600.0).contains(&waited_s), "{waited_s}");
}

/// Whoever gives out numbers gives none for ten minutes.
#[test]
fn a_line_that_gets_no_numbers_waits_and_goes_on_when_it_gets_some() {
    let withheld = r#"faults=[{"NumbersWithheld": {"from": "00:02:00", "lasts": "00:10:00"}}]"#;
    let pool = r#"twin_settings=["controller.pool=ReorderPoint(min: 100, max: 300)"]"#;
    let kept = common::play(&common::scenario("carton-line-250", &settings(pool, withheld))).0;
    let given = common::play(&common::scenario("carton-line-250", &settings(pool, "faults=[]"))).0;
    let (kept, given) = (kept.summary, given.summary);
    assert!(kept.passes(), "{}", kept.ended);
    assert_sound(&kept);
    let waited_s = suspended_s(&kept, "belt-2") - suspended_s(&given, "belt-2");
    assert!((450.0..600.0).contains(&waited_s), "{waited_s}");
    // It asks again and again, and each time is refused.
    assert!(kept.engine.refusals > 3, "{:?}", kept.engine.refusals_by_kind);
    let fault = &kept.integrity.faults[0];
    assert_eq!((fault.kind.as_str(), fault.injected), ("NumbersWithheld", kept.engine.refusals));
}

/// Asks for nothing in place of the first so many requests, which the ledger refuses.
struct RefusedAtFirst {
    controller: LineController,
    left: u32,
}

impl RefusedAtFirst {
    fn spoil(&mut self, out: &mut [Action]) {
        for action in out {
            if let Action::Send(message) = action
                && let Command::AllocateSerials { count, .. } | Command::AllocateSsccs { count, .. } =
                    &mut message.command
                && self.left > 0
            {
                self.left -= 1;
                *count = 0;
            }
        }
    }
}

impl LineLogic for RefusedAtFirst {
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.controller.start(now, out);
        self.spoil(out);
    }
    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>) {
        self.controller.device_event(now, event, out);
        self.spoil(out);
    }
    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>) {
        self.controller.reply(now, reply, out);
        self.spoil(out);
    }
    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.controller.wake(now, out);
        self.spoil(out);
    }
    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.controller.restart(now, out);
        self.spoil(out);
    }
}

#[test]
fn a_refusal_is_no_end() {
    let cut = r#"faults=[{"ControllerPowerCut": {"from": "00:01:10", "lasts": "00:00:10"}}]"#;
    for faults in ["faults=[]", cut] {
        let job = common::scenario("carton-line-250", &settings("order.quantity=480", faults));
        let (result, _) =
            common::play_with(&job, |controller| Box::new(RefusedAtFirst { controller, left: 8 }));
        let run = result.summary;
        assert!(run.passes(), "{}", run.ended);
        assert_sound(&run);
        assert_eq!(run.engine.refusals, 8, "{:?}", run.engine.refusals_by_kind);
        assert!(run.simulated_s > 4.0 * 30.0 + 480.0 * 0.24, "{}", run.simulated_s);
    }
}

#[test]
fn numbers_that_could_be_guessed_are_never_made() {
    // Ten million numbers of seven digits: one thousand may be made.
    let digits = r#"order.product.serials={"Own": {"alphabet": "Digits", "length": 7}}"#;
    let faults = r#"faults=[{"NoRead": {"at": "camera-1", "every": {"EveryNth": 10}}}]"#;
    let settings = ["expect=[]", "order.quantity=950", "lasts=00:30:00", digits, faults];
    let (result, _) = common::play(&common::scenario("carton-line-250", &settings));
    let run = result.summary;
    assert_eq!(run.ended, "time over");
    assert_sound(&run);
    assert_eq!(run.serials.allocated, 1_000, "every number that may be made was made");
    assert!(run.engine.refusals_by_kind.contains_key("SpaceExhausted"));
    assert!(suspended_s(&run, "belt-2") > 1_200.0, "the line waits, and says for what");
}

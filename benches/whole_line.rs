//! How fast a whole line runs, and where the time goes (R2): 400 packs a minute for 24 hours, with its
//! engine, a store on disk, every code really encoded and really decoded, every check. Parts of the program
//! are added one by one to the same order, interleaved; what a part adds is its cost.
//!
//! `cargo bench --bench whole_line`

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use linetwin::base::{LineId, SimSpan, SimTime};
use linetwin::engine::store::{Store, open_folder};
use linetwin::engine::{Action, DeviceEvent, LineLogic, Reply};
use linetwin::harness::{Job, OwnEngine, load, own_engine, run, wall_clock};
use linetwin::twin::Twin;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 3;
const PACKS: u32 = 576_000;
const STRIDE: SimSpan = SimSpan::from_secs(60);

fn job(more: &[&str]) -> Job {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/blister-cartoner-400.ron");
    let quantity = format!("order.quantity={PACKS}");
    let settings = [
        &quantity,
        "expect=[]",
        "lasts=96:00:00",
        "twin.controller.pool=ReorderPoint(min: 1000, max: 5000)",
    ];
    let settings = settings.iter().chain(more).map(|setting| (*setting).to_owned());
    load(&path, None, &settings.collect::<Vec<_>>()).expect("a scenario of the project")
}

/// What a run took.
#[derive(Copy, Clone)]
struct Took {
    ns_a_pack: f64,
    simulated_s: f64,
}

impl Took {
    fn since(begin_ns: u64, simulated_s: f64) -> Self {
        Self { ns_a_pack: (wall_clock() - begin_ns) as f64 / f64::from(PACKS), simulated_s }
    }
}

/// The line without codes, for as long as the order takes, without keeping the trace.
fn physics(simulated_s: f64) -> Took {
    let seconds = simulated_s as u64;
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let lasts = format!("lasts={h:02}:{m:02}:{s:02}");
    let job = job(&["engine=Detached", "order=None", &lasts]);
    let begin = wall_clock();
    let mut twin = Twin::new([job.lines[0].setup(None)], job.scenario.optics, None);
    drain(&mut twin, |_| {});
    Took::since(begin, simulated_s)
}

/// The line with its engine, without keeping the trace.
fn driven(job: &Job, engine: OwnEngine) -> Took {
    let begin = wall_clock();
    let OwnEngine { ledger, mut controllers } = engine;
    let setup = job.lines[0].setup(controllers.pop());
    let mut twin = Twin::new([setup], job.scenario.optics, Some(Box::new(ledger)));
    let simulated_s = drain(&mut twin, |twin| drop(twin.take_ledger_events(LineId(0))));
    twin.finish_ledger().expect("the store works");
    Took::since(begin, simulated_s)
}

fn drain(twin: &mut Twin, mut more: impl FnMut(&mut Twin)) -> f64 {
    let mut records = Vec::new();
    let mut now = SimTime::START;
    loop {
        now += STRIDE;
        let ended = twin.advance(now);
        twin.take_trace(LineId(0), &mut records);
        more(twin);
        if ended {
            return twin.now(LineId(0)).as_secs_f64();
        }
    }
}

/// Everything, as `linetwin run` does it.
fn whole(job: &Job, engine: OwnEngine) -> Took {
    let begin = wall_clock();
    let go_on = &mut |_: SimTime| ControlFlow::Continue(());
    let result =
        run(job, Some(engine), [std::io::sink()], STRIDE, go_on).expect("it is not stopped");
    Took::since(begin, result.only().summary.simulated_s)
}

fn engine(job: &Job, store: Store) -> OwnEngine {
    own_engine(job, store, |controller| Box::new(controller)).expect("a store").expect("an engine")
}

/// A controller and the time spent in it.
struct Timed<L> {
    line: L,
    ns: Arc<AtomicU64>,
}

impl<L: LineLogic> Timed<L> {
    fn time(&mut self, what: impl FnOnce(&mut L)) {
        let begin = wall_clock();
        what(&mut self.line);
        self.ns.fetch_add(wall_clock() - begin, Ordering::Relaxed);
    }
}

impl<L: LineLogic> LineLogic for Timed<L> {
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.time(|line| line.start(now, out));
    }
    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>) {
        self.time(|line| line.device_event(now, event, out));
    }
    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>) {
        self.time(|line| line.reply(now, reply, out));
    }
    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.time(|line| line.wake(now, out));
    }
    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.time(|line| line.restart(now, out));
    }
}

/// Nanoseconds a pack in the controller with its journal, and in the ledger, each by the clock.
fn inside(job: &Job) -> (f64, f64) {
    let ns = Arc::new(AtomicU64::new(0));
    let timed = |line| -> Box<dyn LineLogic> { Box::new(Timed { line, ns: Arc::clone(&ns) }) };
    let engine = own_engine(job, Store::memory(), timed).expect("a store").expect("an engine");
    let go_on = &mut |_: SimTime| ControlFlow::Continue(());
    let result =
        run(job, Some(engine), [std::io::sink()], STRIDE, go_on).expect("it is not stopped");
    let engine = result.only().summary.engine;
    let ledger_ns = engine.latency_us.mean * 1000.0 * engine.commands as f64;
    let a_pack = |ns: f64| ns / f64::from(PACKS);
    (a_pack(ns.load(Ordering::Relaxed) as f64), a_pack(ledger_ns))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let model = job(&["optics=Model"]);
    let symbol = job(&["optics=Symbol"]);
    let folder = tempfile::tempdir().expect("a folder");
    let disk =
        |name: &str| open_folder(&folder.path().join(name)).expect("a folder for the ledger");
    let mut rows: Vec<Vec<Took>> = vec![Vec::new(); 5];
    for round in 0..ROUNDS {
        let on_disk = disk(&format!("whole-{round}"));
        let all = whole(&symbol, engine(&symbol, on_disk));
        rows[0].push(physics(all.simulated_s));
        rows[1].push(driven(&model, engine(&model, Store::memory())));
        rows[2].push(driven(&symbol, engine(&symbol, Store::memory())));
        let on_disk = disk(&format!("driven-{round}"));
        rows[3].push(driven(&symbol, engine(&symbol, on_disk)));
        rows[4].push(all);
    }
    let names = [
        "line physics: future event list and twin",
        "+ controller, link, ledger in memory",
        "+ symbols: encoded, printed, decoded",
        "+ store on disk",
        "+ trace, digest, report, EPCIS, checks",
    ];
    println!("R2: {PACKS} packs at 400 a minute; nanoseconds a pack, median of {ROUNDS} rounds");
    let mut before = 0.0;
    for (name, row) in names.iter().zip(&rows) {
        let sum = median(row.iter().map(|took| took.ns_a_pack).collect());
        println!("{name:>42} {:>8.0} {sum:>8.0}", sum - before);
        before = sum;
    }
    let (controller, ledger) = inside(&symbol);
    println!(
        "of these, by the clock: controller with its journal {controller:.0}, ledger {ledger:.0}"
    );
    let speed = |took: &Took| took.simulated_s / (took.ns_a_pack * f64::from(PACKS) / 1e9);
    let speed = median(rows[4].iter().map(speed).collect());
    println!("the whole line: {speed:.0} times real time, {:.0} packs a second", 1e9 / before);
}

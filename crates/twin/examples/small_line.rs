//! An infeed, a machine that fails, the end of the line; an hour of it, without codes:
//! `cargo run -p linetwin-twin --example small_line`.

use linetwin_base::{LineId, SimSpan, SimTime, Streams, WeekClock};
use linetwin_line::{TwinSpec, check};
use linetwin_symbol::Fidelity;
use linetwin_trace::Fact;
use linetwin_twin::{LineSetup, Twin};

const LINE: &str = r#"Twin(
    name: "Small line", rated_units_per_min: 60, lead_machine: "infeed",
    machines: [
        Infeed(id: "infeed", cycle_time_s: Fixed(1.0), to: "cartoner"),
        Machine(
            id: "cartoner", service_s: Fixed(0.9), queue_capacity: 5,
            failures: [(time_to_failure: OperatingTime(Exponential(mean: 600)), repair_s: Fixed(60))],
        ),
    ],
)"#;

fn main() {
    let spec: TwinSpec = ron::from_str(LINE).expect("a line in RON");
    assert!(check(&spec, &[]).is_empty(), "{:?}", check(&spec, &[]));
    let end = SimTime::START + SimSpan::from_secs(3600);
    let setup = LineSetup {
        spec: &spec,
        streams: Streams::new(42),
        clock: WeekClock::default(),
        faults: &[],
        faults_end: SimTime::NEVER,
        controller: None,
        end,
        order_ends: None,
    };
    let mut twin = Twin::new([setup], Fidelity::Model, None);
    twin.advance(end + SimSpan::from_secs(10));
    let mut records = Vec::new();
    twin.take_trace(LineId(0), &mut records);
    let left = records.iter().filter(|record| matches!(record.fact, Fact::LeftLine { .. })).count();
    println!("{left} units left the line in an hour");
}

//! Lists the faults injected in a run from its trace file, which `linetwin run SCENARIO --trace` writes:
//! `cargo run -p linetwin-trace --example faults_of -- reports/run/trace.ltz`.

use std::fs::File;
use std::io::BufReader;
use std::process::ExitCode;

use linetwin_trace::{Fact, TraceReader};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("expected the name of a trace file");
        return ExitCode::from(2);
    };
    let list = || -> Result<(), Box<dyn std::error::Error>> {
        for record in TraceReader::new(BufReader::new(File::open(&path)?))? {
            let record = record?;
            if let Fact::FaultInjected { kind, unit, .. } = record.fact {
                let unit = unit.map_or_else(String::new, |unit| format!(" unit {}", unit.0));
                println!("{} {kind}{unit}", record.at);
            }
        }
        Ok(())
    };
    match list() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::from(2)
        }
    }
}

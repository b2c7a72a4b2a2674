//! Judges the physical side of a run from its trace file, which `linetwin run SCENARIO --trace` writes:
//! `cargo run -p linetwin-integrity --example judge -- reports/run/trace.ltz`.

use std::fs::File;
use std::io::BufReader;
use std::process::ExitCode;

use linetwin_integrity::Auditor;
use linetwin_trace::{TraceError, TraceReader};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("expected the name of a trace file");
        return ExitCode::from(2);
    };
    let read = || -> Result<Auditor, Box<dyn std::error::Error>> {
        let reader = TraceReader::new(BufReader::new(File::open(&path)?))?;
        let records = reader.collect::<Result<Vec<_>, TraceError>>()?;
        // Without the order only what needs no order is judged.
        let mut auditor = Auditor::new(None);
        auditor.absorb(&records);
        Ok(auditor)
    };
    match read() {
        Ok(auditor) => {
            let judgement = auditor.finish().0;
            for result in &judgement.invariants {
                println!("{}: {} violations", result.id, result.violations);
            }
            if judgement.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::from(2)
        }
    }
}

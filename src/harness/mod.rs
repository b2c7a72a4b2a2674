//! Running scenarios: reads the files, builds twin and engine, drives the run, judges it, and puts the
//! results where they belong.

pub mod campaign;
pub mod check;
mod check_faults;
pub mod controller;
mod divergence;
mod drive;
mod events;
mod expectation;
mod ledger_folder;
mod line_result;
mod load;
mod load_line;
mod output;
mod overrides;
mod parallel;
mod plant;
mod play;
mod pool_file;
mod probe;
mod retired;
mod ron_file;
mod run;
mod scenario;
mod site;
mod twin_file;
pub mod validate;
mod whole_file;

pub use campaign::swarm;
pub use divergence::{
    AnyTrace, Divergence, TRACE_FILE, divergence, trace_header, traces_at, traces_of_run,
};
pub use expectation::{Clean, Expectation, Nothing, PerMinute, Share, coverage_points};
pub use ledger_folder::{create_ledger_folder, ledger_settings};
pub use load::{Job, load, load_scenario};
pub use load_line::LineJob;
pub use output::Folder;
pub use overrides::apply_setting;
pub use plant::{PlantLine, PlantSpec};
pub use play::{Parts, play, play_bare, play_with};
pub use pool_file::PoolFile;
pub use probe::{Noted, Probe, Probes};
pub use ron_file::{FileError, FileErrors, Place};
pub use run::{Interrupted, LineResult, RunResult, run, run_bare, run_with};
pub use scenario::{EngineMode, LineRun, Scenario};
pub use site::{OwnEngine, engine_settings, own_engine, wall_clock};
pub use twin_file::{read_twin_file, twin_text};
pub use whole_file::WholeFile;

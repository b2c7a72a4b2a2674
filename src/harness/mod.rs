//! Running scenarios: reads the files, builds twin and engine, drives the run, judges it, and puts
//! the results where they belong.

mod check_faults;
mod expectation;
mod ledger_folder;
mod load;
mod output;
mod overrides;
mod pool_file;
mod ron_file;
mod run;
mod scenario;
mod site;

pub use expectation::Expectation;
pub use ledger_folder::{create_ledger_folder, ledger_settings};
pub use load::{Job, load};
pub use output::Folder;
pub use overrides::apply_setting;
pub use pool_file::PoolFile;
pub use ron_file::{FileError, FileErrors, Place};
pub use run::{Interrupted, RunResult, engine_settings, own_engine, run, wall_clock};
pub use scenario::{EngineMode, Scenario};

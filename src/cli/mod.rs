//! The command line: arguments, progress, tables, exit codes. It decides nothing about a run.

mod audit;
mod calibrate;
mod check;
mod code;
mod controller;
mod diff;
mod explore;
mod run;
mod run_table;
mod swarm;
mod validate;

use std::any::Any;
use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Exit codes. They are part of the interface: pipelines act on them.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Fine = 0,
    /// An expectation or an invariant failed.
    Failed = 1,
    /// Bad input or usage.
    BadInput = 2,
    /// A fault of the program: two runs that should be the same differ, or a bug.
    OurFault = 3,
    /// There is no result because a store, a report, a log or the output could not be written: neither the input nor
    /// the program is wrong, and the same command may succeed when the disk is right again.
    Storage = 4,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Of a file that cannot be written: a place that was named wrongly is bad input, a disk that fails is not.
    fn of_unwritten(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::AlreadyExists
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::InvalidInput => Self::BadInput,
            _ => Self::Storage,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A deterministic digital twin of a pharmaceutical packaging line.
///
/// linetwin runs an order on a simulated line - belts, printer, cameras, reject gate, packers -
/// that is driven by a real serialization engine, injects faults, and reports what the line made
/// and whether the engine's record is true.
#[derive(Debug, Parser)]
#[command(name = "linetwin", version, about, after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  linetwin run scenarios/carton-line-250-faults.ron
  linetwin check scenarios
  linetwin explore scenarios/bottle-line-240.ron --seeds 200
  linetwin diff reports/before reports/after
  linetwin validate
  linetwin code encode '(01)06291041500213(21)AB12(17)280930(10)L7' --out pack.png

Exit codes: 0 fine, 1 an expectation or an invariant failed, 2 bad input or usage, 3 our own fault,
4 a store, report, log or the output could not be written.
A scenario is a page of text (RON); copy one from scenarios/ and change its numbers.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario and write its reports
    Run(run::RunArguments),
    /// Run scenarios as tests
    Check(check::CheckArguments),
    /// Try many seeds of a scenario, each with its own bad day, and make what fails small
    Explore(explore::ExploreArguments),
    /// Show where two runs diverge, and the records around it
    Diff(diff::DiffArguments),
    /// Make, read, grade and take apart codes
    Code(code::CodeArguments),
    /// Check and read a ledger's audit trail
    Audit(audit::AuditArguments),
    /// Draw a random plan of faults for a scenario and write it out
    Swarm(swarm::SwarmArguments),
    /// Hold the line model against exact results of queueing theory
    Validate(validate::ValidateArguments),
    /// Be the line controller of another run, over standard input and output
    Controller(controller::ControllerArguments),
    /// Fit a twin to the log of a line
    Calibrate(calibrate::CalibrateArguments),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            let exit = if error.use_stderr() { Exit::BadInput } else { Exit::Fine };
            return exit.into();
        }
    };
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| match unwritten_output(panic.payload()) {
        // Whoever read the output has seen enough.
        Some(reason) if reason.contains("Broken pipe") => {}
        Some(reason) => eprintln!("error: the output cannot be written: {reason}"),
        None => usual(panic),
    }));
    // A panic is a bug of ours, and must not look like a failed expectation.
    let outcome = std::panic::catch_unwind(|| match &arguments.command {
        Command::Run(arguments) => run::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Explore(arguments) => explore::run(arguments),
        Command::Code(arguments) => code::run(arguments),
        Command::Audit(arguments) => audit::run(arguments),
        Command::Swarm(arguments) => swarm::run(arguments),
        Command::Validate(arguments) => validate::run(arguments),
        Command::Diff(arguments) => diff::run(arguments),
        Command::Controller(arguments) => controller::run(arguments),
        Command::Calibrate(arguments) => calibrate::run(arguments),
    });
    let exit = outcome.unwrap_or_else(|panic| match unwritten_output(&*panic) {
        Some(_) => Exit::Storage,
        None => Exit::OurFault,
    });
    exit.into()
}

/// Why standard output could not be written: the standard library panics over that.
fn unwritten_output(panic: &(dyn Any + Send)) -> Option<&str> {
    panic.downcast_ref::<String>()?.strip_prefix("failed printing to stdout: ")
}

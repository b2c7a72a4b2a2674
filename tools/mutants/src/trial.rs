//! Trials: what can kill a mutant. Each is a process that succeeds without a mutant: one test, one scenario of
//! `check --no-golden`, or a part of a campaign.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::tree::{Built, Folders};

/// What a trial needs.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Needs {
    /// The clone alone.
    Nothing,
    /// Data or programs from outside: a test that `cargo test` ignores.
    Outside,
}

/// A trial.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// For people, and as a key.
    pub name: String,
    /// What it needs.
    pub needs: Needs,
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    /// Seconds without a mutant.
    pub seconds: f64,
    /// Mutants that it reaches, in order.
    pub reaches: Vec<u32>,
}

/// How a trial ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// As without a mutant.
    Passed,
    /// With another exit code.
    Failed,
    /// It took too long.
    TimedOut,
}

/// Lines whose campaigns are trials, and how many seeds of each, in parts.
const CAMPAIGNS: [&str; 3] = ["bottle-line-240", "carton-line-two-cartoners", "imported-codes"];
const SEEDS: u32 = 200;
const PART: u32 = 20;

/// Memory that a trial may have; a mutant may allocate without end.
const MOST_MEMORY: u64 = 12 << 30;

/// Everything that could be a trial, without its measures.
///
/// # Errors
/// A test program does not list its tests.
pub fn all(folders: &Folders, built: &Built, left_out: &[String]) -> Result<Vec<Trial>, String> {
    let mut trials = Vec::new();
    for program in &built.tests {
        let list = |ignored: bool| -> Result<BTreeSet<String>, String> {
            let mut command = Command::new(&program.file);
            command.args(["--list", "--format", "terse"]).current_dir(&program.folder);
            if ignored {
                command.arg("--ignored");
            }
            let out = command.output().map_err(|error| format!("{}: {error}", program.name))?;
            let text = String::from_utf8_lossy(&out.stdout).into_owned();
            Ok(text
                .lines()
                .filter_map(|line| line.strip_suffix(": test"))
                .map(str::to_owned)
                .collect())
        };
        let ignored = list(true)?;
        for test in list(false)? {
            let name = format!("{}: {test}", program.name);
            let needs = if ignored.contains(&test) { Needs::Outside } else { Needs::Nothing };
            let mut arguments = vec!["--exact".into(), test, "--test-threads=1".into()];
            if needs == Needs::Outside {
                arguments.push("--ignored".into());
            }
            trials.push(trial(name, needs, &program.file, arguments, &program.folder));
        }
    }
    let mut scenarios: Vec<PathBuf> = (fs::read_dir(folders.tree.join("scenarios"))
        .map_err(|error| error.to_string())?)
    .chain(fs::read_dir(folders.tree.join("scenarios/found")).map_err(|error| error.to_string())?)
    .flatten()
    .map(|entry| entry.path())
    .filter(|path| path.extension().is_some_and(|extension| extension == "ron"))
    .collect();
    scenarios.sort();
    for scenario in scenarios {
        let scenario = scenario
            .strip_prefix(&folders.tree)
            .unwrap_or(&scenario)
            .to_string_lossy()
            .into_owned();
        let arguments =
            ["check", "--no-golden", "--jobs", "1", scenario.as_str()].map(String::from).to_vec();
        trials.push(trial(
            format!("check {scenario}"),
            Needs::Nothing,
            &built.program,
            arguments,
            &folders.tree,
        ));
    }
    for line in CAMPAIGNS {
        for part in 0..SEEDS / PART {
            let first = part * PART + 1;
            let text = format!(
                "explore scenarios/{line}.ron --seeds {PART} --first {first} --jobs 1 --no-shrink --out target/found"
            );
            let arguments = text.split(' ').map(String::from).collect();
            let name = format!("explore {line} from seed {first}");
            trials.push(trial(name, Needs::Nothing, &built.program, arguments, &folders.tree));
        }
    }
    trials.retain(|trial| !left_out.iter().any(|name| trial.name.ends_with(name.as_str())));
    Ok(trials)
}

fn trial(
    name: String,
    needs: Needs,
    program: &Path,
    arguments: Vec<String>,
    folder: &Path,
) -> Trial {
    Trial {
        name,
        needs,
        program: program.into(),
        arguments,
        folder: folder.into(),
        seconds: 0.0,
        reaches: Vec::new(),
    }
}

impl Trial {
    /// Runs it without a mutant and notes its time and what it reaches. False if it does not pass.
    ///
    /// # Errors
    /// The process cannot be started.
    pub fn measure(&mut self, folders: &Folders, worker: usize) -> Result<bool, String> {
        let file = folders.results.join(format!("reached-{worker}"));
        let _ = fs::remove_file(&file);
        let start = Instant::now();
        let ended = self.run(
            &[("MUTANT_REACHED", &file.to_string_lossy())],
            Duration::from_secs(400),
            worker,
        )?;
        self.seconds = start.elapsed().as_secs_f64();
        let mut bytes = Vec::new();
        if let Ok(mut file) = fs::File::open(&file) {
            file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        }
        let ids = bytes
            .chunks_exact(4)
            .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]));
        self.reaches = ids.collect::<BTreeSet<u32>>().into_iter().collect();
        Ok(ended == Ended::Passed)
    }

    /// Runs it with a mutant.
    ///
    /// # Errors
    /// The process cannot be started.
    pub fn with(&self, mutant: u32, worker: usize) -> Result<Ended, String> {
        let most = Duration::from_secs_f64(10.0 + self.seconds * 8.0);
        self.run(&[("MUTANT", &mutant.to_string())], most, worker)
    }

    fn run(
        &self,
        variables: &[(&str, &str)],
        most: Duration,
        worker: usize,
    ) -> Result<Ended, String> {
        let scratch =
            std::env::temp_dir().join(format!("linetwin-mutants-{}-{worker}", std::process::id()));
        let _ = fs::remove_dir_all(&scratch);
        fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("ulimit -v {}; exec \"$0\" \"$@\"", MOST_MEMORY >> 10)])
            .arg(&self.program)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env("TMPDIR", &scratch)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("PROPTEST_RNG_SEED", "1")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        for (name, value) in variables {
            command.env(name, value);
        }
        let mut child = command.spawn().map_err(|error| format!("{}: {error}", self.name))?;
        let start = Instant::now();
        let mut pause = Duration::from_micros(500);
        let ended = loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                break if status.success() { Ended::Passed } else { Ended::Failed };
            }
            if start.elapsed() > most {
                break Ended::TimedOut;
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        };
        end(&mut child);
        let _ = fs::remove_dir_all(&scratch);
        Ok(ended)
    }
}

/// Ends a process and those that it has started.
fn end(child: &mut Child) {
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = child.wait();
}

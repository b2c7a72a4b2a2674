//! A copy of the project in which all mutants lie side by side, and its programs. Changes that do not compile
//! are found by compiling: each error takes out the change that it lies in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::mutant::{self, Mutant, Source};
use super::rewrite::{Rewritten, rewrite};

/// The switch: a crate of the copy that every other one stands on. A constant function also has to answer while
/// the compiler runs it, where no mutant is active.
const SWITCH: &str = r#"
//! Says which mutant is active: the environment variable MUTANT has its number. With MUTANT_REACHED, a file,
//! the numbers of all that are reached are written there.
#![feature(core_intrinsics, const_eval_select)]
#![allow(internal_features)]
use std::fs::File;
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

const UNSET: u32 = u32::MAX;
const REACHED: u32 = u32::MAX - 1;
const NONE: u32 = u32::MAX - 2;
static ACTIVE: AtomicU32 = AtomicU32::new(UNSET);
static SEEN: [AtomicU64; 2048] = [const { AtomicU64::new(0) }; 2048];
static FILE: OnceLock<Option<File>> = OnceLock::new();

#[inline]
pub const fn on(id: u32) -> bool {
    core::intrinsics::const_eval_select((id,), never, active)
}

const fn never(_: u32) -> bool {
    false
}

#[inline]
fn active(id: u32) -> bool {
    let active = ACTIVE.load(Relaxed);
    if active < REACHED {
        return active == id;
    }
    active == UNSET && first(id) || active == REACHED && reach(id)
}

/// Reads the variables.
#[cold]
#[inline(never)]
fn first(id: u32) -> bool {
    let number = std::env::var("MUTANT").ok().and_then(|text| text.parse().ok());
    let reached = std::env::var_os("MUTANT_REACHED").is_some();
    ACTIVE.store(number.unwrap_or(if reached { REACHED } else { NONE }), Relaxed);
    active(id)
}

#[inline]
fn reach(id: u32) -> bool {
    let (word, bit) = ((id / 64) as usize, 1u64 << (id % 64));
    SEEN[word].load(Relaxed) & bit == 0 && note(id)
}

#[cold]
#[inline(never)]
fn note(id: u32) -> bool {
    let (word, bit) = ((id / 64) as usize, 1u64 << (id % 64));
    if SEEN[word].fetch_or(bit, Relaxed) & bit == 0 {
        let file = FILE.get_or_init(|| {
            let path = std::env::var_os("MUTANT_REACHED")?;
            File::options().append(true).create(true).open(path).ok()
        });
        if let Some(mut file) = file.as_ref() {
            let _ = file.write_all(&id.to_le_bytes());
        }
    }
    false
}
"#;

/// Where everything is.
pub struct Folders {
    /// The project.
    pub project: PathBuf,
    /// The copy.
    pub tree: PathBuf,
    /// What the compiler makes.
    pub target: PathBuf,
    /// Lists and results.
    pub results: PathBuf,
}

/// A program that has tests.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TestProgram {
    /// For people: `linetwin-gs1 behaviour`.
    pub name: String,
    /// The file.
    pub file: PathBuf,
    /// The folder of its package, where its tests run.
    pub folder: PathBuf,
}

/// What was built.
#[derive(Debug, Serialize, Deserialize)]
pub struct Built {
    /// Programs with tests.
    pub tests: Vec<TestProgram>,
    /// The program `linetwin`.
    pub program: PathBuf,
    /// The mutants that compile.
    pub mutants: Vec<Mutant>,
    /// How many do not.
    pub not_compiled: usize,
}

/// Copies, rewrites and builds.
///
/// # Errors
/// The project does not build even without a change.
pub fn build(folders: &Folders, rooms: &[String], note: &dyn Fn(&str)) -> Result<Built, String> {
    let (mut sources, mut mutants) = mutant::all(&folders.project)?;
    mutants.retain(|mutant| rooms.is_empty() || mutant::is_in(rooms, &mutant.file));
    note(&format!("{} mutants", mutants.len()));
    copy(folders)?;
    let all = mutants.len();
    // What did not compile the last time will not compile now.
    let memory = folders.results.join("not_compiled.txt");
    let mut refused: BTreeSet<String> =
        fs::read_to_string(&memory).unwrap_or_default().lines().map(str::to_owned).collect();
    mutants.retain(|mutant| !refused.contains(&mutant.key));
    keep_only(&mut sources, &mutants);
    for round in 1.. {
        let written = write(folders, &sources)?;
        note(&format!("round {round}: compiling with {} mutants", mutants.len()));
        let (messages, ok) =
            cargo(folders, &["check", "--workspace", "--lib", "--bins", "--keep-going"])?;
        if ok {
            break;
        }
        let out = to_take_out(folders, &messages, &written);
        if out.is_empty() {
            let first = messages.iter().filter_map(|it| it["message"]["rendered"].as_str());
            return Err(format!("the copy does not build:\n{}", first.take(5).collect::<String>()));
        }
        note(&format!("round {round}: {} do not compile", out.len()));
        refused.extend(mutants.iter().filter(|it| out.contains(&it.id)).map(|it| it.key.clone()));
        mutants.retain(|mutant| !out.contains(&mutant.id));
        keep_only(&mut sources, &mutants);
    }
    let lines: Vec<&str> = refused.iter().map(String::as_str).collect();
    fs::write(&memory, lines.join("\n")).map_err(|error| error.to_string())?;
    note("building programs and tests");
    let (messages, ok) = cargo(folders, &["test", "--workspace", "--no-run"])?;
    if !ok {
        let first = messages.iter().filter_map(|it| it["message"]["rendered"].as_str());
        return Err(first.take(5).collect());
    }
    let mut tests = Vec::new();
    for message in &messages {
        if message["reason"] == "compiler-artifact"
            && message["profile"]["test"] == true
            && let Some(file) = message["executable"].as_str()
        {
            let manifest = PathBuf::from(message["manifest_path"].as_str().unwrap_or_default());
            let folder = manifest.parent().unwrap_or(Path::new("")).to_path_buf();
            let package = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let target = message["target"]["name"].as_str().unwrap_or_default();
            let package = if folder == folders.tree { "linetwin".into() } else { package };
            tests.push(TestProgram {
                name: format!("{package} {target}"),
                file: file.into(),
                folder,
            });
        }
    }
    tests.sort_by(|a, b| a.name.cmp(&b.name));
    let program = folders.target.join("mutants/linetwin");
    let built = Built { tests, program, not_compiled: all - mutants.len(), mutants };
    let text = serde_json::to_string(&built).map_err(|error| error.to_string())?;
    fs::write(folders.results.join("built.json"), text).map_err(|error| error.to_string())?;
    Ok(built)
}

/// Takes the switches of all other mutants out.
fn keep_only(sources: &mut [Source], mutants: &[Mutant]) {
    let kept: BTreeSet<u32> = mutants.iter().map(|mutant| mutant.id).collect();
    for source in sources {
        for (_, ids) in &mut source.points {
            for id in ids.iter_mut() {
                *id = id.filter(|id| kept.contains(id));
            }
        }
    }
}

fn copy(folders: &Folders) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let mut kept = BTreeSet::new();
    for path in mutant::files(&folders.project)? {
        if path.starts_with("fuzz") || path.starts_with("tools") {
            continue;
        }
        let (from, to) = (folders.project.join(&path), folders.tree.join(&path));
        fs::create_dir_all(to.parent().expect("a file is in a folder"))
            .map_err(|error| failed(&to, error))?;
        let mut bytes = fs::read(&from).map_err(|error| failed(&from, error))?;
        let name = path.to_string_lossy();
        if name == "Cargo.toml" {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let text = text.replacen(
                "[dependencies]",
                "[dependencies]\nlinetwin-mutant = { path = \"crates/mutant\" }",
                1,
            );
            bytes = format!(
                "{text}\n[profile.mutants]\ninherits = \"release\"\nopt-level = 2\ndebug = false\n\
                 debug-assertions = true\noverflow-checks = true\n"
            )
            .into_bytes();
        } else if name.starts_with("crates/") && name.ends_with("/Cargo.toml") {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let line = "[dependencies]\nlinetwin-mutant = { path = \"../mutant\" }";
            bytes = match text.contains("[dependencies]") {
                true => text.replacen("[dependencies]", line, 1),
                false => format!("{text}\n{line}\n"),
            }
            .into_bytes();
        }
        kept.insert(to.clone());
        // A file that is as it was keeps its date: what stands on it is not built again.
        let is_source = name.ends_with(".rs") && name.contains("src/");
        if !is_source && fs::read(&to).ok().as_deref() != Some(&bytes[..]) {
            fs::write(&to, bytes).map_err(|error| failed(&to, error))?;
        } else if is_source && !to.exists() {
            fs::write(&to, bytes).map_err(|error| failed(&to, error))?;
        }
    }
    let switch = folders.tree.join("crates/mutant");
    fs::create_dir_all(switch.join("src")).map_err(|error| failed(&switch, error))?;
    let manifest =
        "[package]\nname = \"linetwin-mutant\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    put(&switch.join("Cargo.toml"), manifest)?;
    put(&switch.join("src/lib.rs"), SWITCH)?;
    remove_others(&folders.tree, &folders.tree, &kept);
    // Data beside the project lies beside its copy as well.
    let beside = folders.project.join("../shared");
    let link = folders.tree.join("../shared");
    if beside.exists() && !link.exists() {
        std::os::unix::fs::symlink(
            beside.canonicalize().map_err(|error| failed(&beside, error))?,
            &link,
        )
        .map_err(|error| failed(&link, error))?;
    }
    Ok(())
}

/// Removes files of an earlier copy that the project has no more.
fn remove_others(tree: &Path, folder: &Path, kept: &BTreeSet<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let own = path.starts_with(tree.join("crates/mutant")) || path == tree.join("Cargo.lock");
        if path.is_dir() && !own {
            remove_others(tree, &path, kept);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !own
            && !kept.contains(&path)
        {
            let _ = fs::remove_file(path);
        }
    }
}

fn put(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).ok().as_deref() == Some(text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(folders: &Folders, sources: &[Source]) -> Result<BTreeMap<String, Rewritten>, String> {
    let mut written = BTreeMap::new();
    let sources_of: BTreeSet<&str> = sources.iter().map(|source| source.file.as_str()).collect();
    for path in mutant::files(&folders.project)? {
        let name = path.to_string_lossy().into_owned();
        let is_source = name.ends_with(".rs")
            && name.contains("src/")
            && !name.starts_with("tools")
            && !name.starts_with("fuzz");
        if is_source && !sources_of.contains(name.as_str()) {
            let text = fs::read_to_string(folders.project.join(&path))
                .map_err(|error| error.to_string())?;
            put(&folders.tree.join(&path), &text)?;
        }
    }
    for source in sources {
        let rewritten = rewrite(&source.text, &source.points);
        put(&folders.tree.join(&source.file), &rewritten.text)?;
        written.insert(source.file.clone(), rewritten);
    }
    Ok(written)
}

fn cargo(folders: &Folders, arguments: &[&str]) -> Result<(Vec<serde_json::Value>, bool), String> {
    let out = Command::new("cargo")
        .args(arguments)
        .args(["--profile", "mutants", "--message-format=json"])
        .current_dir(&folders.tree)
        .env("CARGO_TARGET_DIR", &folders.target)
        .env("RUSTFLAGS", "--cap-lints allow")
        // The switch is a constant function that reads a variable when it does not run in the compiler.
        .env("RUSTC_BOOTSTRAP", "linetwin_mutant")
        .stderr(Stdio::null())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let messages = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    Ok((messages.collect(), out.status.success()))
}

/// The mutants that errors are about: the smallest change around an error; else all changes of the points that
/// the error and its notes lie in.
fn to_take_out(
    folders: &Folders,
    messages: &[serde_json::Value],
    written: &BTreeMap<String, Rewritten>,
) -> BTreeSet<u32> {
    let mut out = BTreeSet::new();
    for message in messages {
        if message["reason"] != "compiler-message" || message["message"]["level"] != "error" {
            continue;
        }
        let none = Vec::new();
        let all = message["message"]["spans"].as_array().unwrap_or(&none);
        let (primary, others): (Vec<_>, Vec<_>) =
            all.iter().partition(|span| span["is_primary"] == true);
        let before = out.len();
        for span in primary.iter().chain(&others) {
            let Some((file, range)) = place(folders, span) else { continue };
            let Some(rewritten) = written.get(&file) else { continue };
            let around = |it: &&super::rewrite::Written| {
                it.change.start <= range.start && range.end <= it.change.end
            };
            let least = rewritten.written.iter().filter(around).min_by_key(|it| it.change.len());
            if let Some(least) = least {
                out.insert(least.id);
                break;
            }
        }
        if out.len() > before {
            continue;
        }
        for span in all {
            let Some((file, range)) = place(folders, span) else { continue };
            let Some(rewritten) = written.get(&file) else { continue };
            let touched = rewritten
                .written
                .iter()
                .filter(|it| it.point.start < range.end && range.start < it.point.end);
            out.extend(touched.map(|it| it.id));
        }
    }
    out
}

fn place(folders: &Folders, span: &serde_json::Value) -> Option<(String, std::ops::Range<usize>)> {
    let name = span["file_name"].as_str()?;
    let path = if name.starts_with('/') { PathBuf::from(name) } else { folders.tree.join(name) };
    let file = path.strip_prefix(&folders.tree).ok()?.to_string_lossy().into_owned();
    let (from, to) = (span["byte_start"].as_u64()? as usize, span["byte_end"].as_u64()? as usize);
    Some((file, from..to))
}

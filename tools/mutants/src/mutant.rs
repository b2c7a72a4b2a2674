//! The mutants of the project: one for each change at each point.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::find;
use super::point::Point;

/// A mutant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mutant {
    /// Its switch; another one after every change of the sources.
    pub id: u32,
    /// File, from the project's folder.
    pub file: String,
    /// Line of the original.
    pub line: usize,
    /// Function.
    pub function: String,
    /// The change, in words.
    pub what: String,
    /// The original text, shortened.
    pub original: String,
    /// Names it across changes of other places: file, function, change, original, and which of several.
    pub key: String,
}

/// A source file with its points and the numbers of their changes.
pub struct Source {
    /// From the project's folder.
    pub file: String,
    /// The original.
    pub text: String,
    /// Points, with one number for each change.
    pub points: Vec<(Point, Vec<Option<u32>>)>,
}

/// The room that a file is in: what the targets are counted by.
pub fn room(file: &str) -> String {
    let parts: Vec<&str> = file.split('/').collect();
    match parts.as_slice() {
        ["crates", "engine", "src", inner, _, ..] => format!("engine/{inner}"),
        ["crates", name, ..] => (*name).to_string(),
        ["src", inner, _, ..] => (*inner).to_string(),
        _ => "src".into(),
    }
}

/// Whether a file is in one of these rooms, or its name begins like one of them; `-symbol` is all but that room.
pub fn is_in(rooms: &[String], file: &str) -> bool {
    let in_one = |name: &str| {
        let room = room(file);
        room == name || room.starts_with(&format!("{name}/")) || file.starts_with(name)
    };
    let (not, only): (Vec<&str>, Vec<&str>) =
        rooms.iter().map(String::as_str).partition(|name| name.starts_with('-'));
    let wanted = only.is_empty() || only.iter().any(|name| in_one(name));
    wanted && !not.iter().any(|name| in_one(&name[1..]))
}

/// All files that git knows or would know.
///
/// # Errors
/// Git does not run.
pub fn files(project: &Path) -> Result<Vec<PathBuf>, String> {
    let out = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(project)
        .output()
        .map_err(|error| format!("git: {error}"))?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let paths = text.lines().map(PathBuf::from).filter(|path| project.join(path).is_file());
    Ok(paths.collect())
}

/// Whether a file is changed: sources that are not tests, and not the text of the command line.
fn is_source(path: &str) -> bool {
    let in_sources =
        (path.starts_with("crates/") && path.contains("/src/")) || path.starts_with("src/");
    let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
    in_sources && path.ends_with(".rs") && !is_test && !path.starts_with("src/cli/")
}

/// Reads all sources and numbers their mutants.
///
/// # Errors
/// A file cannot be read or is not Rust.
pub fn all(project: &Path) -> Result<(Vec<Source>, Vec<Mutant>), String> {
    let (mut sources, mut mutants) = (Vec::new(), Vec::<Mutant>::new());
    for path in files(project)? {
        let file = path.to_string_lossy().into_owned();
        if !is_source(&file) {
            continue;
        }
        let text = std::fs::read_to_string(project.join(&path))
            .map_err(|error| format!("{file}: {error}"))?;
        let found = find::points(&text).map_err(|error| format!("{file}: {error}"))?;
        let mut points = Vec::new();
        let mut seen = std::collections::BTreeMap::<String, u32>::new();
        for point in found {
            let mut ids = Vec::new();
            let line = text[..point.range.start].matches('\n').count() + 1;
            let original =
                text[point.range.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
            let original: String = original.chars().take(70).collect();
            for change in &point.changes {
                let id = u32::try_from(mutants.len()).expect("fewer than four billion");
                let name = format!("{file}|{}|{}|{original}", point.function, change.what);
                let which = seen.entry(name.clone()).or_default();
                *which += 1;
                mutants.push(Mutant {
                    id,
                    file: file.clone(),
                    line,
                    function: point.function.clone(),
                    what: change.what.clone(),
                    original: original.clone(),
                    key: if *which > 1 { format!("{name}|{which}") } else { name },
                });
                ids.push(Some(id));
            }
            points.push((point, ids));
        }
        sources.push(Source { file, text, points });
    }
    Ok((sources, mutants))
}

//! The golden file of a run, for comparing another run with it: the digest, the most important results, and
//! enough of the digest's chain to find when two runs diverge.
//!
//! A golden file is text, one `name: value` a line, made to be read in a diff.

use std::fmt::Write as _;

use indexmap::IndexMap;

use linetwin_base::SimSpan;
use linetwin_trace::RunDigest;

use crate::report::Summary;

use super::super::run::{LineResult, RunResult};

/// So many samples of a digest's chain are kept.
const CHAIN_SAMPLES: u64 = 64;

/// What is kept of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Golden {
    /// By line of the plant; a lone line has no name.
    lines: IndexMap<String, IndexMap<String, String>>,
}

/// How a run differs from the one that was kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The differences, in words.
    pub words: Vec<String>,
    /// The run diverges from the kept one between these simulated seconds.
    pub between: Option<(u64, u64)>,
}

impl Golden {
    /// What is to be kept of a run.
    pub fn of(run: &RunResult) -> Self {
        let name = |line: &LineResult| match run.plant {
            Some(_) => line.name.clone(),
            None => String::new(),
        };
        let lines = run.lines.iter().map(|line| (name(line), of_line(&line.summary, &line.digest)));
        Self { lines: lines.collect() }
    }

    /// The text of its file.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (line, kept) in &self.lines {
            if !line.is_empty() {
                let _ = writeln!(text, "line: {line}");
            }
            for (name, value) in kept {
                let _ = writeln!(text, "{name}: {value}");
            }
        }
        text
    }

    /// Reads a file.
    ///
    /// # Errors
    /// The number of the first wrong line, and what was found there.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut lines: IndexMap<String, IndexMap<String, String>> = IndexMap::new();
        let mut of = String::new();
        for (index, line) in text.lines().enumerate() {
            let wrong = |what: &str| (index + 1, format!("found `{line}`, expected {what}"));
            let (name, value) = line.split_once(": ").ok_or_else(|| wrong("`name: value`"))?;
            if name == "line" {
                // Without this, a heading that stands there by mistake would be no difference.
                let free = !value.is_empty() && !lines.contains_key(value);
                if !free {
                    return Err(wrong("a line of the plant that was not named before"));
                }
                value.clone_into(&mut of);
                lines.insert(of.clone(), IndexMap::new());
                continue;
            }
            let kept = lines.entry(of.clone()).or_default();
            if kept.insert(name.to_owned(), value.to_owned()).is_some() {
                return Err(wrong("each name once"));
            }
        }
        Ok(Self { lines })
    }

    /// The digest of a line.
    pub fn digest(&self, line: &str) -> Option<&str> {
        Some(self.lines.get(line)?.get("digest")?.as_str())
    }

    /// How this run, the one of now, differs from one that was kept; nothing if it is the same.
    pub fn difference(&self, kept: &Self) -> Option<Difference> {
        if self == kept {
            return None;
        }
        let mut found = Difference::default();
        for (line, now) in &self.lines {
            match kept.lines.get(line) {
                Some(kept) => compare(line, kept, now, &mut found),
                // A lone line has no name to be told by.
                None if line.is_empty() => compare(line, &IndexMap::new(), now, &mut found),
                None => found.words.push(format!("line {line} is new")),
            }
        }
        for (line, kept) in kept.lines.iter().filter(|(line, _)| !self.lines.contains_key(*line)) {
            if line.is_empty() {
                compare(line, kept, &IndexMap::new(), &mut found);
            } else {
                found.words.push(format!("line {line} is gone"));
            }
        }
        Some(found)
    }
}

fn compare(
    line: &str,
    kept: &IndexMap<String, String>,
    now: &IndexMap<String, String>,
    found: &mut Difference,
) {
    let of = if line.is_empty() { String::new() } else { format!("{line}: ") };
    for (name, value) in now {
        match kept.get(name) {
            Some(before) if before == value => {}
            Some(before) if name == "chain" => {
                let between = divergence(before, value);
                if between.is_none() {
                    found.words.push(format!("{of}chain: its samples are of other seconds"));
                }
                found.between = [found.between, between].into_iter().flatten().min();
            }
            Some(before) => found.words.push(format!("{of}{name}: was {before}, is {value}")),
            None => found.words.push(format!("{of}{name}: {value} is new")),
        }
    }
    for (name, before) in kept.iter().filter(|(name, _)| !now.contains_key(*name)) {
        found.words.push(format!("{of}{name}: {before} is gone"));
    }
}

/// Between which seconds two chains diverge.
fn divergence(one: &str, other: &str) -> Option<(u64, u64)> {
    let (step, one) = one.split_once(" s ")?;
    let (other_step, other) = other.split_once(" s ")?;
    if step != other_step {
        // Runs of very different lengths have samples at other seconds.
        return None;
    }
    let step: u64 = step.parse().ok()?;
    let (one, other): (Vec<_>, Vec<_>) = (one.split(' ').collect(), other.split(' ').collect());
    let same = one.iter().zip(&other).take_while(|(one, other)| one == other).count() as u64;
    Some((same * step, (same + 1) * step))
}

fn of_line(run: &Summary, digest: &RunDigest) -> IndexMap<String, String> {
    let made = &run.throughput;
    let mut kept = IndexMap::new();
    let mut keep = |name: &str, value: String| drop(kept.insert(name.to_owned(), value));
    keep("digest", run.digest.clone());
    let after = SimSpan::from_secs_f64(run.simulated_s);
    keep("ended", format!("{} after {after}", run.ended));
    keep(
        "units",
        format!(
            "{} let in, {} good, {} thrown out, {} put back, {} sampled",
            made.infeed, made.good, made.rejected, made.returned, made.sampled
        ),
    );
    let containers = made.containers;
    keep(
        "containers",
        format!(
            "{} inner packs, {} bundles, {} cases, {} pallets",
            containers.inner, containers.bundle, containers.case, containers.pallet
        ),
    );
    keep("oee", format!("{:.2} %", made.oee.oee * 100.0));
    let serials = run.serials;
    keep(
        "serials",
        format!(
            "{} allocated, {} commissioned, {} sampled, {} scrapped, {} decommissioned, \
             {} returned, {} void",
            serials.allocated,
            serials.commissioned,
            serials.sampled,
            serials.scrapped,
            serials.decommissioned,
            serials.returned,
            serials.void
        ),
    );
    let engine = &run.engine;
    keep("ledger", format!("{} commands, {} refused", engine.commands, engine.refusals));
    for fault in &run.integrity.faults {
        let value = format!(
            "{} injected, {} harmless, {} contained, {} escaped",
            fault.injected, fault.harmless, fault.contained, fault.escaped
        );
        keep(&format!("fault {}", fault.kind), value);
    }
    for machine in &made.machines {
        let states: Vec<String> =
            machine.states.iter().map(|(state, s)| format!("{state} {s:.1} s")).collect();
        let value = format!(
            "{} worked on, {} bad; {}",
            machine.processed,
            machine.defective,
            states.join(", ")
        );
        keep(&format!("machine {}", machine.id), value);
    }
    let step = (run.simulated_s as u64).div_ceil(CHAIN_SAMPLES).max(1);
    let samples: Vec<String> =
        digest.chain_samples(step).into_iter().map(|sample| format!("{sample:04x}")).collect();
    keep("chain", format!("{step} s {}", samples.join(" ")));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn golden(text: &str) -> Golden {
        Golden::parse(text).unwrap()
    }

    #[test]
    fn a_file_is_written_as_it_is_read() {
        let text = "line: a\ndigest: 12\nunits: 3 good\nline: b\ndigest: 13\n";
        assert_eq!(golden(text).text(), text);
        assert_eq!(golden(text).digest("b"), Some("13"));
        assert_eq!(golden("digest: 1\n").text(), "digest: 1\n");
        assert_eq!(Golden::parse("digest: 1\nhm\n").unwrap_err().0, 2);
        assert_eq!(Golden::parse("digest: 1\ndigest: 2\n").unwrap_err().0, 2);
    }

    #[test]
    fn a_difference_shows_what_and_when() {
        let kept = golden("digest: 1\nunits: 3\nmachine m: 7\nold: 1\nchain: 10 s aa bb cc\n");
        let now = golden("digest: 2\nunits: 3\nmachine m: 8\nnew: 2\nchain: 10 s aa dd ee\n");
        let found = now.difference(&kept).unwrap();
        let words =
            ["digest: was 1, is 2", "machine m: was 7, is 8", "new: 2 is new", "old: 1 is gone"];
        assert_eq!(
            found,
            Difference { words: words.map(str::to_owned).to_vec(), between: Some((10, 20)) }
        );
        assert_eq!(kept.difference(&kept), None);
    }

    #[test]
    fn of_several_lines_the_first_to_part_counts() {
        let kept = golden("line: a\nchain: 10 s aa bb\nline: b\nchain: 5 s aa bb\n");
        let now = golden("line: a\nchain: 10 s aa cc\nline: b\nchain: 5 s aa cc\n");
        assert_eq!(now.difference(&kept).unwrap().between, Some((5, 10)));
    }

    /// Whether the name of a line of a file is in what is said of it.
    fn names(found: &Difference, line: &str) -> bool {
        let (name, value) = line.split_once(": ").unwrap();
        let named = |words: &String| match name {
            "line" => words.contains(value),
            _ => words.contains(&format!("{name}: ")),
        };
        found.words.iter().any(named) || (name == "chain" && found.between.is_some())
    }

    /// Says what became of the file `altered`, in which `line` is not as it was: it is a difference that
    /// names it, or refused.
    fn is_told(kept: &Golden, altered: &[&str], line: &str) {
        let text = altered.join("\n");
        match Golden::parse(&text) {
            Err((at, message)) => assert!(message.contains(altered[at - 1]), "{message}"),
            Ok(altered) => {
                let found =
                    kept.difference(&altered).unwrap_or_else(|| panic!("{line}: unnoticed"));
                assert!(names(&found, line), "{line}: {found:?}");
            }
        }
    }

    #[test]
    fn any_line_of_a_kept_file_that_is_altered_is_a_difference_that_names_it() {
        for name in ["carton-line-250-faults", "plant-4-lines", "reference-line"] {
            let path = format!("{}/scenarios/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let kept = golden(&text);
            assert_eq!(kept.difference(&golden(&text)), None);
            let lines: Vec<&str> = text.lines().collect();
            for (at, line) in lines.iter().enumerate() {
                let with = |new: &[&str]| {
                    let mut altered = lines.clone();
                    let new: Vec<&str> = new.to_vec();
                    altered.splice(at..=at, new);
                    is_told(&kept, &altered, line);
                };
                // Each last character, which may be one figure of the digest's chain.
                let changed = format!("{}~", &line[..line.len() - 1]);
                with(&[&changed]);
                with(&[]);
                with(&[line, line]);
                let mut added = lines.clone();
                added.insert(at, "units of old: 3");
                is_told(&kept, &added, "units of old: 3");
                added[at] = "line: another";
                is_told(&kept, &added, "line: another");
            }
            let mut added = lines.clone();
            added.push("line: another");
            is_told(&kept, &added, "line: another");
        }
    }

    #[test]
    fn of_a_chain_the_sample_that_was_altered_tells_the_seconds() {
        let samples = ["aa", "bb", "cc", "dd"];
        let kept = golden(&format!("digest: 1\nchain: 7 s {}\n", samples.join(" ")));
        for at in 0..4 {
            let mut altered = samples;
            altered[at] = "00";
            let altered = golden(&format!("digest: 1\nchain: 7 s {}\n", altered.join(" ")));
            let between = Some((7 * at as u64, 7 * at as u64 + 7));
            assert_eq!(kept.difference(&altered), Some(Difference { words: vec![], between }));
        }
        let longer = golden("digest: 1\nchain: 8 s aa bb cc dd\n");
        let words = vec!["chain: its samples are of other seconds".to_owned()];
        assert_eq!(kept.difference(&longer), Some(Difference { words, between: None }));
    }

    #[test]
    fn a_line_of_a_plant_is_headed_once_and_by_a_name() {
        for (text, at) in [("line: a\ndigest: 1\nline: a\n", 3), ("digest: 1\nline: \n", 2)] {
            assert_eq!(Golden::parse(text).unwrap_err().0, at, "{text}");
        }
    }
}

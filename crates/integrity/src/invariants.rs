//! The invariants, one function each. Each gets the physical truth and the record and counts
//! violations, keeping the first few in words.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use linetwin_base::{ContainerId, UnitId};
use linetwin_gs1::{Batch, Label, PackCode, Sscc, UnitCode, parse_element_string};

use super::Expected;
use super::physical::{Physical, Place};
use super::recorded::{Class, Recorded};

/// How many violations are told in words.
const EXAMPLES: usize = 5;

/// An invariant and how often it was violated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InvariantResult {
    /// `I1` to `I9`.
    pub id: String,
    /// What must hold.
    pub rule: String,
    /// How often it did not.
    pub violations: u64,
    /// The first few, in words.
    pub examples: Vec<String>,
}

/// Where the serial numbers of the run are.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SerialClasses {
    /// Given to the line.
    pub allocated: u64,
    /// Bound to a unit.
    pub commissioned: u64,
    /// Taken as samples.
    pub sampled: u64,
    /// Spoiled before they were commissioned.
    pub scrapped: u64,
    /// Bound and unbound again.
    pub decommissioned: u64,
    /// Given back unused.
    pub returned: u64,
    /// Declared void.
    pub void: u64,
    /// Allocated less all others: 0 when every number is in one class.
    pub balance: i64,
}

/// Counts violations of one invariant.
pub(super) struct Finding(pub(super) InvariantResult);

impl Finding {
    pub(super) fn new(id: &str, rule: &str) -> Self {
        let (id, rule) = (id.to_owned(), rule.to_owned());
        Self(InvariantResult { id, rule, violations: 0, examples: Vec::new() })
    }

    pub(super) fn violated(&mut self, example: impl FnOnce() -> String) {
        self.0.violations += 1;
        if self.0.examples.len() < EXAMPLES {
            self.0.examples.push(example());
        }
    }
}

/// What the saleable packs really carry.
struct Packs<'a> {
    /// Pack and its code; nothing if it cannot be read or is no pack code.
    codes: Vec<(UnitId, Option<PackCode<'a>>)>,
    /// The first pack that carries a code.
    bearer: IndexMap<UnitCode, UnitId, FxBuildHasher>,
}

/// Judges all invariants. Also returns the packs that break I1 or I2. When the record `lags`, what
/// it has not heard of yet is not held against it.
pub(super) fn judge(
    expected: &Expected,
    physical: &Physical,
    recorded: &Recorded,
    saleable: &[UnitId],
    lags: bool,
) -> (Vec<InvariantResult>, Vec<UnitId>) {
    let mut bad = Vec::new();
    let mut packs = Packs { codes: Vec::new(), bearer: IndexMap::default() };
    for &id in saleable {
        let unit = physical.unit(id);
        let minimum = expected.minimum_grade_tenths;
        let readable = unit.grade_tenths.is_some_and(|grade| grade >= minimum);
        let code = unit.text.as_deref().filter(|_| readable).and_then(pack_code);
        packs.codes.push((id, code));
    }
    let containers = container_labels(physical);
    let results = vec![
        unique_codes(physical, recorded, &mut packs, &mut bad),
        true_codes(expected, recorded, &packs, &mut bad, lags),
        containment(physical, recorded, &packs, &containers, lags),
        active_is_present(physical, recorded, &packs),
        serials_balance(recorded, lags),
        conservation(physical),
        nothing_forgotten(physical),
        container_integrity(physical, recorded, &containers),
    ];
    bad.sort_unstable();
    bad.dedup();
    (results, bad)
}

pub(super) fn pack_code(text: &str) -> Option<PackCode<'_>> {
    match parse_element_string(text) {
        Ok(Label::Pack(code)) => Some(code),
        _ => None,
    }
}

/// The SSCC on each labelled container, nothing if the label says something else.
fn container_labels(physical: &Physical) -> IndexMap<ContainerId, Option<Sscc>, FxBuildHasher> {
    let labelled = physical.containers().filter_map(|(id, container)| {
        let text = container.label.as_deref().filter(|_| !container.off)?;
        let sscc = match parse_element_string(text) {
            Ok(Label::Container(sscc)) => Some(sscc),
            _ => None,
        };
        Some((id, sscc))
    });
    labelled.collect()
}

/// I1. Uses what is printed whether or not it is readable: a poor duplicate is a duplicate.
fn unique_codes(
    physical: &Physical,
    recorded: &Recorded,
    packs: &mut Packs,
    bad: &mut Vec<UnitId>,
) -> InvariantResult {
    let rule = "No two saleable packs carry the same GTIN and serial number.";
    let mut finding = Finding::new("I1", rule);
    for (id, _) in &packs.codes {
        let Some(code) = physical.unit(*id).text.as_deref().and_then(pack_code) else {
            continue;
        };
        if recorded.settled.contains(&code.unit) {
            bad.push(*id);
            finding
                .violated(|| format!("pack {} and one that left before carry {}", id.0, code.unit));
        }
        let first = *packs.bearer.entry(code.unit).or_insert(*id);
        if first != *id {
            bad.extend([first, *id]);
            finding.violated(|| format!("packs {} and {} carry {}", first.0, id.0, code.unit));
        }
    }
    finding.0
}

/// I2.
fn true_codes(
    expected: &Expected,
    recorded: &Recorded,
    packs: &Packs,
    bad: &mut Vec<UnitId>,
    lags: bool,
) -> InvariantResult {
    let rule = "Every saleable pack's code is readable and commissioned for its product, lot and \
                expiry.";
    let mut finding = Finding::new("I2", rule);
    for (id, code) in &packs.codes {
        let problem = match code {
            None => Some("is not readable".to_owned()),
            Some(code) => {
                let record = recorded.units.get(&code.unit);
                let Expected { gtin, lot, expiry, lot_and_expiry, .. } = *expected;
                let batch = lot_and_expiry.then_some(Batch { expiry, lot });
                if code.unit.gtin != gtin || code.batch != batch {
                    Some(format!("carries {} of another product, lot or expiry", code.unit))
                } else {
                    match record {
                        Some(record) if record.class == Class::Commissioned => {
                            (recorded.printed(record) != Some((lot, expiry)))
                                .then(|| format!("carries {} recorded for another lot", code.unit))
                        }
                        Some(record) if lags && record.class == Class::Allocated => None,
                        Some(record) => Some(format!("carries {}, {:?}", code.unit, record.class)),
                        // That is I1's matter.
                        None if recorded.settled.contains(&code.unit) => None,
                        None => Some(format!("carries {}, never issued", code.unit)),
                    }
                }
            }
        };
        if let Some(problem) = problem {
            bad.push(*id);
            finding.violated(|| format!("pack {} {problem}", id.0));
        }
    }
    finding.0
}

/// I3, in both directions.
fn containment(
    physical: &Physical,
    recorded: &Recorded,
    packs: &Packs,
    labels: &IndexMap<ContainerId, Option<Sscc>, FxBuildHasher>,
    lags: bool,
) -> InvariantResult {
    let unheard = |sscc: &Sscc| lags && !recorded.has_container(sscc);
    let mut finding =
        Finding::new("I3", "Recorded parent-child is physical containment, at every level.");
    for impossible in &recorded.impossible {
        finding.violated(|| impossible.clone());
    }
    let mut inside: IndexMap<UnitCode, Sscc, FxBuildHasher> = IndexMap::default();
    for (id, _) in &packs.codes {
        let unit = physical.unit(*id);
        let Place::In(container) = unit.place else { continue };
        let Some(Some(sscc)) = labels.get(&container) else { continue };
        let Some(code) = unit.text.as_deref().and_then(pack_code) else { continue };
        inside.insert(code.unit, *sscc);
        let parent = recorded.units.get(&code.unit).and_then(|record| record.parent);
        if parent != Some(*sscc) && !unheard(sscc) {
            finding
                .violated(|| format!("{} is in {sscc}, recorded in {}", code.unit, name(parent)));
        }
    }
    for (code, record) in &recorded.units {
        if let Some(parent) = record.parent
            && !inside.contains_key(code)
        {
            finding.violated(|| format!("{code} is recorded in {parent} but is not in it"));
        }
    }
    let mut nested: IndexMap<Sscc, Sscc, FxBuildHasher> = IndexMap::default();
    for (id, sscc) in labels {
        let outer = physical.container(*id).parent;
        let outer = outer.and_then(|outer| labels.get(&outer).copied().flatten());
        if let (Some(sscc), Some(outer)) = (sscc, outer) {
            nested.insert(*sscc, outer);
        }
    }
    for (sscc, record) in &recorded.containers {
        let outer = nested.get(sscc).copied();
        if record.parent != outer && !outer.is_some_and(|outer| unheard(&outer)) {
            finding.violated(|| {
                format!("{sscc} is in {}, recorded in {}", name(outer), name(record.parent))
            });
        }
    }
    for (inner, outer) in &nested {
        if !recorded.has_container(inner) && !lags {
            finding.violated(|| format!("{inner} is in {outer} and not in the record"));
        }
    }
    finding.0
}

fn name(sscc: Option<Sscc>) -> String {
    sscc.map_or("nothing".to_owned(), |sscc| sscc.to_string())
}

/// I4.
fn active_is_present(physical: &Physical, recorded: &Recorded, packs: &Packs) -> InvariantResult {
    let rule = "No ejected, sampled or scrapped pack is active in the record, none active is \
                physically absent.";
    let mut finding = Finding::new("I4", rule);
    // Packs that are still on the line count as present.
    let mut on_line: IndexMap<UnitCode, UnitId, FxBuildHasher> = IndexMap::default();
    let mut thrown_out: IndexMap<UnitCode, UnitId, FxBuildHasher> = IndexMap::default();
    let mut samples: IndexMap<UnitCode, UnitId, FxBuildHasher> = IndexMap::default();
    for (id, unit) in physical.units() {
        let Some(code) = unit.text.as_deref().and_then(pack_code) else { continue };
        match unit.place {
            Place::OnLine => on_line.insert(code.unit, id),
            Place::Off => thrown_out.insert(code.unit, id),
            Place::Sample => samples.insert(code.unit, id),
            Place::In(_) => None,
        };
    }
    for (code, record) in &recorded.units {
        if record.class == Class::Sampled && !samples.contains_key(code) {
            finding.violated(|| format!("{code} is a sample and nobody took its pack"));
        }
        if record.class != Class::Commissioned
            || packs.bearer.contains_key(code)
            || on_line.contains_key(code)
        {
            continue;
        }
        finding.violated(|| match thrown_out.get(code).or_else(|| samples.get(code)) {
            Some(id) => format!("{code} is active, its pack {} was thrown out", id.0),
            None => format!("{code} is active and on no pack"),
        });
    }
    finding.0
}

/// I5.
fn serials_balance(recorded: &Recorded, lags: bool) -> InvariantResult {
    let rule = "Serial numbers balance: allocated = commissioned + sampled + scrapped + \
                decommissioned + returned + void.";
    let mut finding = Finding::new("I5", rule);
    let open = recorded.units.iter().filter(|(_, record)| record.class == Class::Allocated);
    for (code, _) in open.filter(|_| !lags) {
        finding.violated(|| format!("{code} is in no class"));
    }
    for (code, record) in recorded.units.iter().filter(|(_, record)| record.commissioned > 1) {
        finding.violated(|| format!("{code} was commissioned {} times", record.commissioned));
    }
    finding.0
}

/// I6.
pub(super) fn conservation(physical: &Physical) -> InvariantResult {
    let mut finding =
        Finding::new("I6", "Units are conserved: in = packed + ejected + sampled + on the line.");
    let (entered, found) = physical.balance();
    if entered != found {
        finding.violated(|| format!("{entered} units came in, {found} were found"));
        finding.0.violations = entered.abs_diff(found);
    }
    finding.0
}

/// I8.
fn nothing_forgotten(physical: &Physical) -> InvariantResult {
    let rule = "Nothing that the ledger acknowledged was lost when its process was killed.";
    let mut finding = Finding::new("I8", rule);
    if physical.forgotten > 0 {
        let forgotten = physical.forgotten;
        finding.violated(|| format!("{forgotten} messages were acknowledged and are not known"));
        finding.0.violations = forgotten;
    }
    finding.0
}

/// I9.
fn container_integrity(
    physical: &Physical,
    recorded: &Recorded,
    labels: &IndexMap<ContainerId, Option<Sscc>, FxBuildHasher>,
) -> InvariantResult {
    let mut finding =
        Finding::new("I9", "SSCCs are unique, and no container is closed with a wrong count.");
    let mut seen: IndexMap<Sscc, ContainerId, FxBuildHasher> = IndexMap::default();
    for (id, sscc) in labels {
        let Some(sscc) = sscc else {
            finding.violated(|| format!("container {} has a label that is no SSCC", id.0));
            continue;
        };
        if let Some(first) = seen.insert(*sscc, *id) {
            finding.violated(|| format!("containers {} and {} are {sscc}", first.0, id.0));
        }
        if recorded.settled_containers.contains(sscc) {
            finding.violated(|| format!("container {} and one that left before are {sscc}", id.0));
        }
        let container = physical.container(*id);
        if let Some(record) = recorded.containers.get(sscc) {
            if record.children != container.children {
                let (real, written) = (container.children, record.children);
                finding.violated(|| format!("{sscc} holds {real}, recorded {written}"));
            }
            if Some(record.level) != container.level {
                finding.violated(|| format!("{sscc} is recorded as a {}", record.level));
            }
        }
    }
    for (id, container) in physical.containers() {
        if container.level.is_some() && container.children != container.target {
            let (holds, target) = (container.children, container.target);
            finding.violated(|| format!("container {} holds {holds} of {target}", id.0));
        }
    }
    for (sscc, record) in recorded.containers.iter().filter(|(_, record)| record.packed > 1) {
        finding.violated(|| format!("{sscc} was packed {} times", record.packed));
    }
    finding.0
}

//! I9: SSCCs are unique, containers hold their count.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use linetwin_base::ContainerId;
use linetwin_gs1::Sscc;

use super::super::across::Carried;
use super::{Evidence, Violations};

pub(super) fn check(evidence: &Evidence, found: &mut Violations) {
    let Evidence { physical, recorded, labels, .. } = evidence;
    let mut seen: IndexMap<Sscc, ContainerId, FxBuildHasher> = IndexMap::default();
    for (id, sscc) in labels {
        let Some(sscc) = sscc else {
            found.violated(|| format!("container {} has a label that is no SSCC", id.0));
            continue;
        };
        if let Some(first) = seen.insert(*sscc, *id) {
            found.violated(|| format!("containers {} and {} are {sscc}", first.0, id.0));
        }
        if recorded.settled_containers.contains(sscc) {
            found.violated(|| format!("container {} and one that left before are {sscc}", id.0));
        }
        let container = physical.container(*id);
        if let Some(record) = recorded.containers.get(sscc) {
            if record.children != container.children {
                let (real, written) = (container.children, record.children);
                found.violated(|| format!("{sscc} holds {real}, recorded {written}"));
            }
            if Some(record.level) != container.level {
                found.violated(|| format!("{sscc} is recorded as a {}", record.level));
            }
        }
    }
    for (id, container) in physical.containers() {
        if container.level.is_some() && container.children != container.target {
            let (holds, target) = (container.children, container.target);
            found.violated(|| format!("container {} holds {holds} of {target}", id.0));
        }
    }
    for sscc in &recorded.packed_again {
        found.violated(|| format!("{sscc} was packed once more after it had left"));
    }
    for (sscc, record) in recorded.containers.iter().filter(|(_, record)| record.packed > 1) {
        found.violated(|| format!("{sscc} was packed {} times", record.packed));
    }
}

/// SSCCs between lines.
pub(super) fn across(lines: &[(String, Carried)], found: &mut Violations) {
    let mut labels: IndexMap<Sscc, (usize, ContainerId), FxBuildHasher> = IndexMap::default();
    for (index, (name, carried)) in lines.iter().enumerate() {
        for (other, earlier) in lines.iter().filter(|(other, _)| other != name) {
            for (sscc, id) in &carried.containers {
                if earlier.settled_containers.contains(sscc) {
                    found.violated(|| {
                        format!("container {} of {name} is {sscc} as one of {other}", id.0)
                    });
                }
            }
        }
        for (other, earlier) in &lines[..index] {
            for _ in 0..earlier.settled_containers.common(&carried.settled_containers) {
                found.violated(|| format!("a container of {name} has the SSCC of one of {other}"));
            }
        }
        for (sscc, id) in &carried.containers {
            let (first, other) = *labels.entry(*sscc).or_insert((index, *id));
            if first != index {
                let first = &lines[first].0;
                found.violated(|| {
                    format!("container {} of {first} and {} of {name} are {sscc}", other.0, id.0)
                });
            }
        }
    }
}

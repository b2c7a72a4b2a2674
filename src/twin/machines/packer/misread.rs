//! A layer camera that takes one code of a layer for another, as the fault LayerMisread has it.

use super::super::printer::slip;
use crate::engine::Read;

/// Takes one code for another. False if there is none to take.
pub(super) fn one(reads: &mut [Read], how: u64) -> bool {
    let place = (how % reads.len().max(1) as u64) as usize;
    let neighbour = reads.get(place + 1).or_else(|| reads.first()).cloned();
    let Some(read) = reads.get_mut(place) else { return false };
    let Read::Symbol { text, grade_tenths } = &*read else { return false };
    *read = match neighbour.filter(|other| !how.is_multiple_of(3) && other != read) {
        Some(neighbour) => neighbour,
        None => Read::Symbol { text: slip(text, how / 3), grade_tenths: *grade_tenths },
    };
    true
}

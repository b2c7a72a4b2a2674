//! Delta debugging (Zeller and Hildebrandt, 2002): from a list with which something fails to one of which
//! nothing can be left out.

/// The smallest part of `items` found with which it still fails. `fails` is called with parts of it, in their
/// order; it fails with all of them.
pub(super) fn minimise<T: Clone>(items: &[T], mut fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    if items.is_empty() || fails(&[]) {
        return Vec::new();
    }
    let mut rest = items.to_vec();
    let mut parts = 2;
    while rest.len() > 1 {
        let size = rest.len().div_ceil(parts);
        let without = |part: usize| -> Vec<T> {
            let (from, to) = (part * size, ((part + 1) * size).min(rest.len()));
            rest[..from].iter().chain(&rest[to..]).cloned().collect()
        };
        let chunks = rest.len().div_ceil(size);
        let one = rest.chunks(size).position(|chunk| chunk.len() < rest.len() && fails(chunk));
        if let Some(part) = one {
            let (from, to) = (part * size, ((part + 1) * size).min(rest.len()));
            rest = rest[from..to].to_vec();
            parts = 2;
        } else if let Some(left) = (0..chunks).map(without).find(|left| fails(left)) {
            rest = left;
            parts = (parts - 1).max(2);
        } else if size == 1 {
            break;
        } else {
            parts = (parts * 2).min(rest.len());
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The items that it needs to fail are left, and no others.
        #[test]
        fn only_what_is_needed_is_left(
            count in 1_u32..200,
            needed in prop::collection::btree_set(0_u32..200, 0..5),
        ) {
            let items: Vec<u32> = (0..count).collect();
            let needed: Vec<u32> = needed.into_iter().filter(|need| *need < count).collect();
            let mut calls = 0;
            let left = minimise(&items, |part| {
                calls += 1;
                needed.iter().all(|need| part.contains(need))
            });
            prop_assert_eq!(left, needed);
            prop_assert!(calls < 400, "{} calls", calls);
        }
    }

    #[test]
    fn what_fails_now_and_then_keeps_an_item_that_fails() {
        // Fails with an odd number of items: of seven, one is left.
        let left = minimise(&[1, 2, 3, 4, 5, 6, 7], |part| part.len() % 2 == 1);
        assert_eq!(left.len(), 1);
    }
}

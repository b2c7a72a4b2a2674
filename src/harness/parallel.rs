//! Work on several threads, numbered, begun in order. Each piece is on its own, so its result does not depend
//! on how many threads there are.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;

/// Does the pieces of work `0..count` on so many threads and hands each result to `done` as it comes. When
/// `done` breaks, nothing more is begun; what was begun before is finished and handed over as well. So
/// everything with a lower number than the one that broke is done.
pub(super) fn in_parallel<R: Send>(
    count: u64,
    threads: usize,
    work: impl Fn(u64) -> R + Sync,
    mut done: impl FnMut(u64, R) -> ControlFlow<()>,
) {
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    // No thread runs far ahead of the results that were taken.
    let (send, receive) = mpsc::sync_channel(threads.max(1));
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (send, work, next, stop) = (send.clone(), &work, &next, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count || send.send((number, work(number))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        for (number, result) in receive {
            if done(number, result).is_break() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_done_once_whatever_the_threads() {
        for threads in [1, 2, 7] {
            let mut results = Vec::new();
            in_parallel(
                50,
                threads,
                |number| number * number,
                |number, square| {
                    results.push((number, square));
                    ControlFlow::Continue(())
                },
            );
            results.sort_unstable();
            assert_eq!(
                results,
                (0..50).map(|number| (number, number * number)).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn what_comes_before_the_end_is_done() {
        let mut numbers = Vec::new();
        in_parallel(
            10_000,
            4,
            |number| number,
            |number, _| {
                numbers.push(number);
                if number == 20 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        numbers.sort_unstable();
        assert!(numbers.len() < 10_000);
        assert_eq!(numbers[..21], (0..=20).collect::<Vec<_>>());
    }
}

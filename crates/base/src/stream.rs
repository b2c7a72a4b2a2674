//! Keyed random streams: one ChaCha8 stream for each (seed, owner, purpose), keyed by name, so that
//! adding a machine or a fault shifts no other stream.

use std::cell::RefCell;
use std::convert::Infallible;

use rand::{Rng, TryRng};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

const CONTEXT: &str = "linetwin 2026-11 random stream";

const LINE_CONTEXT: &str = "linetwin 2026-11 line of a plant";

/// The source of all streams of a run, or of one line in it.
#[derive(Copy, Clone, Debug)]
pub struct Streams {
    seed: u64,
    /// The line; nothing for a line that is alone.
    line: Option<[u8; 32]>,
}

impl Streams {
    /// Streams of the run with this seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed, line: None }
    }

    /// Streams of a line of a plant. They do not depend on other lines.
    pub fn of_line(self, name: &str) -> Self {
        let key = blake3::derive_key(LINE_CONTEXT, name.as_bytes());
        Self { line: Some(key), ..self }
    }

    /// Thirty-two bytes that belong to (seed, owner, purpose) alone.
    pub fn key(&self, owner: &str, purpose: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&self.seed.to_le_bytes());
        if let Some(line) = &self.line {
            hasher.update(line);
        }
        for part in [owner, purpose] {
            // The length goes first so that ("ab", "c") and ("a", "bc") differ.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// The stream of (seed, owner, purpose), from its beginning.
    pub fn stream(&self, owner: &str, purpose: &str) -> Stream {
        GIVEN.with_borrow_mut(|given| {
            if let Some(given) = given {
                given.push(StreamKey {
                    seed: self.seed,
                    line: self.line,
                    owner: owner.to_owned(),
                    purpose: purpose.to_owned(),
                });
            }
        });
        Stream(ChaCha8Rng::from_seed(self.key(owner, purpose)))
    }
}

/// What a stream is keyed by. No two streams of a run have the same key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamKey {
    /// Seed of the run.
    pub seed: u64,
    /// Line of a plant.
    pub line: Option<[u8; 32]>,
    /// Machine, person, or other owner.
    pub owner: String,
    /// What is drawn.
    pub purpose: String,
}

thread_local! {
    /// The keys given out on this thread, while somebody wants to know them.
    static GIVEN: RefCell<Option<Vec<StreamKey>>> = const { RefCell::new(None) };
}

/// Does something and says for which keys it has taken streams on this thread, in order: for tests that no two
/// have one.
pub fn streams_taken<T>(by: impl FnOnce() -> T) -> (T, Vec<StreamKey>) {
    GIVEN.set(Some(Vec::new()));
    let result = by();
    (result, GIVEN.take().unwrap_or_default())
}

/// One random stream.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// Uniform in [0, 1), 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Sixty-four random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// True with probability `p`. Always draws, so that a change of `p` shifts nothing after it.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Between two values above zero, each order of magnitude as likely as the next.
    pub fn log_uniform(&mut self, (from, to): (f64, f64)) -> f64 {
        from * libm::pow(to / from, self.unit())
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(streams: Streams, owner: &str, purpose: &str) -> f64 {
        streams.stream(owner, purpose).unit()
    }

    #[test]
    fn a_stream_depends_on_seed_owner_and_purpose_and_on_nothing_else() {
        let streams = Streams::new(7);
        let here = first(streams, "printer-1", "repair");
        assert_eq!(here, first(Streams::new(7), "printer-1", "repair"));
        assert_ne!(here, first(Streams::new(8), "printer-1", "repair"));
        assert_ne!(here, first(streams, "printer-2", "repair"));
        assert_ne!(here, first(streams, "printer-1", "failure"));
        assert_ne!(here, first(streams, "printer-", "1repair"));
        assert_ne!(here, first(streams.of_line("line-1"), "printer-1", "repair"));
    }

    #[test]
    fn chances_come_true_as_often_as_their_probability() {
        let mut stream = Streams::new(1).stream("test", "chance");
        let hits = (0..100_000).filter(|_| stream.chance(0.3)).count();
        assert!((29_000..31_000).contains(&hits), "{hits} of 100 000");
    }
}

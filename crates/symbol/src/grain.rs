//! Randomness that belongs to a print or a picture: it follows from a number given at its making, so the same
//! print is the same to the last dot wherever it is drawn.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Fixed for ever: another text would be other prints.
const CONTEXT: &str = "linetwin 2026-11 random stream";

/// The stream of (seed, owner, purpose), from its beginning.
pub(crate) fn grain(seed: u64, owner: &str, purpose: &str) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(&seed.to_le_bytes());
    for part in [owner, purpose] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    ChaCha8Rng::from_seed(*hasher.finalize().as_bytes())
}

/// Uniform in [0, 1), 53 bits.
pub(crate) fn unit(random: &mut impl Rng) -> f64 {
    (random.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

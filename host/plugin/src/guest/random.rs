//! Seeded randomness: SHA-256 over a tag, the seed, the stream and a counter. The same seed gives the same bytes.

use model::digest::Hasher;

/// One stream of bytes that follow from the seed.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    seed: [u8; 32],
    stream: &'static str,
    counter: u64,
    block: [u8; 32],
    left: usize,
}

impl Random {
    /// The stream of that name.
    pub(crate) fn new(seed: [u8; 32], stream: &'static str) -> Self {
        Self { seed, stream, counter: 0, block: [0; 32], left: 0 }
    }

    /// The same stream from another point, for what must not depend on the order of the rest.
    pub(crate) fn at(seed: [u8; 32], stream: &'static str, point: u64) -> Self {
        Self { counter: point << 16, ..Self::new(seed, stream) }
    }

    fn byte(&mut self) -> u8 {
        if self.left == 0 {
            let mut hash = Hasher::new("engine:random");
            hash.part(&self.seed);
            hash.part(self.stream.as_bytes());
            hash.part(&self.counter.to_le_bytes());
            self.block = *hash.finish().as_bytes();
            self.counter = self.counter.wrapping_add(1);
            self.left = self.block.len();
        }
        self.left -= 1;
        self.block.iter().rev().nth(self.left).copied().unwrap_or_default()
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }

    pub(crate) fn next_u64(&mut self) -> u64 {
        (0..8).fold(0, |number, _| (number << 8) | u64::from(self.byte()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_stream_others() {
        let all = Random::new([1; 32], "a").bytes(100);
        let mut parts = Random::new([1; 32], "a");
        let halves = [parts.bytes(33), parts.bytes(67)].concat();
        assert_eq!(all, halves);
        assert_ne!(all, Random::new([1; 32], "b").bytes(100));
        assert_ne!(all, Random::new([2; 32], "a").bytes(100));
        assert!(all.iter().collect::<std::collections::BTreeSet<_>>().len() > 50);
    }
}

//! Real components that were changed.

/// A stream of numbers that looks mixed and is the same everywhere (SplitMix64).
#[derive(Debug, Clone)]
pub struct Mixed(u64);

impl Mixed {
    /// The stream of that number.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The next number below a limit; 0 when that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.number() % (limit as u64).max(1)).unwrap_or_default()
    }

    /// That many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count.div_ceil(8)).flat_map(|_| self.number().to_le_bytes()).take(count).collect()
    }
}

/// A component with one to four changes.
pub fn changed(component: &[u8], mixed: &mut Mixed) -> Vec<u8> {
    let mut bytes = component.to_vec();
    for _ in 0..=mixed.below(4) {
        change(&mut bytes, mixed);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, mixed: &mut Mixed) {
    let (at, other, length) = (mixed.below(bytes.len()), mixed.below(bytes.len()), mixed.below(64));
    let end = (at + length).min(bytes.len());
    match mixed.below(8) {
        0 => flip(bytes, at, 1 << mixed.below(8)),
        1 => flip(bytes, at, mixed.number().to_le_bytes()[0] | 1),
        // Sizes and counts become huge.
        2 => bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0xff),
        3 => bytes.iter_mut().skip(at).take(length).for_each(|byte| *byte = 0),
        4 => drop(bytes.drain(at..end)),
        5 => drop(bytes.splice(at..at, mixed.bytes(length))),
        6 => {
            let part: Vec<u8> = bytes.iter().skip(other).take(length * 16).copied().collect();
            drop(bytes.splice(at..end, part));
        }
        _ => bytes.truncate(at),
    }
}

fn flip(bytes: &mut [u8], at: usize, bits: u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= bits;
    }
}

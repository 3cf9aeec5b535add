//! Numbers and texts as bytes: what columns and blocks are made of.
//!
//! A number is a LEB128 varint (signed ones zigzag), a text its length and its bytes. Reading never allocates by a length
//! that it has not compared with the bytes that are there, and gives `None` for anything that was not written here.

use model::Timestamp;

/// Appends numbers and texts to bytes.
#[derive(Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push((value & 0x7f) as u8);
    }

    pub(crate) fn size(&mut self, value: usize) {
        self.number(value as u64);
    }

    pub(crate) fn signed(&mut self, value: i64) {
        self.number((value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.size(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn instant(&mut self, at: Timestamp) {
        self.signed(at.as_second());
        self.signed(i64::from(at.subsec_nanosecond()));
    }
}

/// Takes numbers and texts from bytes, in the order they were written.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return None;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// How many items follow; none is shorter than one byte, so more than the bytes that are left cannot be true.
    pub(crate) fn count(&mut self) -> Option<usize> {
        self.size().filter(|count| *count <= self.0.len())
    }

    pub(crate) fn signed(&mut self) -> Option<i64> {
        let value = self.number()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    pub(crate) fn raw(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.size()?;
        core::str::from_utf8(self.raw(length)?).ok()
    }

    pub(crate) fn instant(&mut self) -> Option<Timestamp> {
        let second = self.signed()?;
        let nanosecond = i32::try_from(self.signed()?).ok()?;
        Timestamp::new(second, nanosecond).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A quick hash that chooses borders of blocks; nothing relies on it being hard to collide.
pub(crate) fn border_hash(parts: &[&[u8]]) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        let (words, rest) = part.as_chunks::<8>();
        for word in words {
            hash = (hash.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        for byte in rest {
            hash = (hash.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        hash = hash.rotate_left(17) ^ part.len() as u64;
    }
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    u32::try_from(mixed).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_back() {
        for value in [0, 1, 127, 128, 300, u64::MAX - 1, u64::MAX] {
            let mut writer = Writer::default();
            writer.number(value);
            writer.signed(value.cast_signed());
            let mut reader = Reader(&writer.0);
            assert_eq!((reader.number(), reader.signed()), (Some(value), Some(value.cast_signed())));
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn a_length_beyond_the_end_is_refused() {
        assert_eq!(Reader(&[0xff, 0xff, 0xff, 0x7f, b'a']).text(), None);
        assert_eq!(Reader(&[5, 1]).count(), None);
        assert_eq!(Reader(&[0xff; 11]).number(), None);
        assert_eq!(Reader(&[]).number(), None);
    }

    #[test]
    fn an_instant_keeps_its_nanoseconds_on_both_sides_of_1970() {
        for text in ["1969-12-31T23:59:59.000000001Z", "2026-11-24T02:31:00.999999999Z", "-009999-01-02T01:59:59Z"] {
            let at: Timestamp = text.parse().unwrap();
            let mut writer = Writer::default();
            writer.instant(at);
            assert_eq!(Reader(&writer.0).instant(), Some(at));
        }
    }
}

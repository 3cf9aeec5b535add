//! Where a fact was read.

use serde::{Serialize, Serializer};

/// A part of one answer of the host: what a fact was read from, so that a reader reaches the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadFrom {
    /// The number of the host call.
    pub call: u64,
    /// Where it begins in the answer's bytes.
    pub offset: u64,
    /// How many bytes it has.
    pub length: u64,
}

impl Serialize for ReadFrom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.call, self.offset, self.length].serialize(serializer)
    }
}

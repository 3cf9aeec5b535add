//! How much may be stated.

/// Limits on what is stated; what is beyond one is a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of one record: one line.
    pub record_bytes: usize,
    /// The most bytes of one batch of a collector.
    pub batch_bytes: usize,
    /// The most facts of one collector in one run.
    pub facts: u64,
    /// The most gaps that are listed for one scope and one code; one more gap then says how many there are.
    pub gaps: usize,
    /// The most bytes of one line of NDJSON. A longer one ends the reading; one between this and `record_bytes` is a gap.
    pub line_bytes: usize,
}

impl Default for Limits {
    /// 1 MiB a record, 4 MiB a batch, ten million facts, a thousand gaps a scope and code, 64 MiB a line.
    fn default() -> Self {
        Self { record_bytes: 1 << 20, batch_bytes: 4 << 20, facts: 10_000_000, gaps: 1_000, line_bytes: 64 << 20 }
    }
}

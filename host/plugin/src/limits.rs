//! What one run of a plugin may use at most. Plain values; `guest::meter` and the host calls enforce them.

use core::time::Duration;

/// What one run of a plugin may use at most.
///
/// Every limit is on; the operator can change a value but cannot switch one off. Sizes are in bytes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
// A run that was recorded before there was a limit is held to its default.
#[serde(default)]
pub struct Limits {
    /// Guest execution in `collect`, time spent waiting for the host not counted: 30 s.
    pub cpu: Duration,
    /// Guest execution in `check`: 5 s.
    pub check_cpu: Duration,
    /// From beginning to end, waiting included: 5 min.
    pub wall: Duration,
    /// All memories and tables of all instances together: 128 MiB.
    pub memory: u64,
    /// All elements of all tables together: 100,000.
    pub table_elements: u64,
    /// What one host call may copy out of the guest: 16 MiB.
    pub host_allocation: u64,
    /// To connect: 5 s.
    pub http_connect: Duration,
    /// From the request to the first byte of the answer, and between two parts of it: 30 s.
    pub http_first_byte: Duration,
    /// One request with all its attempts: 2 min.
    pub http_total: Duration,
    /// The bodies of all answers of one batch together: 32 MiB.
    pub http_body: u64,
    /// Requests under way at once: 8.
    pub http_concurrency: usize,
    /// How often one request is tried: 4.
    pub http_attempts: u32,
    /// Requests to one host within a second, retries included: 50.
    pub http_rate: u32,
    /// The snapshot of one file: 32 MiB.
    pub file: u64,
    /// All snapshots of a run together: 256 MiB.
    pub files: u64,
    /// The entries of one directory: 65,536.
    pub entries: usize,
    /// One line of a batch of facts: 1 MiB.
    pub record: u64,
    /// One batch of facts: 4 MiB.
    pub batch: u64,
    /// All that a run says through `facts`: 512 MiB.
    pub facts: u64,
    /// The log of a run: 1 MiB.
    pub log: u64,
    /// Answers that a run may ask for: 1,000,000.
    pub calls: u64,
    /// The bytes of all answers of a run together: 512 MiB.
    pub answers: u64,
}

const MIB: u64 = 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu: Duration::from_secs(30),
            check_cpu: Duration::from_secs(5),
            wall: Duration::from_mins(5),
            memory: 128 * MIB,
            table_elements: 100_000,
            host_allocation: 16 * MIB,
            http_connect: Duration::from_secs(5),
            http_first_byte: Duration::from_secs(30),
            http_total: Duration::from_mins(2),
            http_body: 32 * MIB,
            http_concurrency: 8,
            http_attempts: 4,
            http_rate: 50,
            file: 32 * MIB,
            files: 256 * MIB,
            entries: 65_536,
            record: MIB,
            batch: 4 * MIB,
            facts: 512 * MIB,
            log: MIB,
            calls: 1_000_000,
            answers: 512 * MIB,
        }
    }
}

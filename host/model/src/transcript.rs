//! What a collector saw: every answer of the host, in order, so that the same component can be run over it again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{CollectorName, Digest, Timestamp};

/// Which host function was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Call {
    /// One request of `http.send`; each of a batch has its own number.
    HttpSend,
    /// `files.read`.
    FilesRead,
    /// `files.read-link`.
    FilesReadLink,
    /// `files.entries`.
    FilesEntries,
    /// `files.stat`.
    FilesStat,
    /// `run.sleep`.
    Sleep,
}

/// One answer of the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The call's number, counted from 1 through the whole run; what the guest sees as `call`.
    pub call: u64,
    /// Which function.
    pub function: Call,
    /// What was asked, for a person: a method and URL, or a path. Holds no secret.
    pub subject: SmolStr,
    /// The digest of the whole request as the guest made it.
    pub request: Digest,
    /// The plain SHA-256 of `answer`.
    pub response: Digest,
    /// The answer in the plugin crate's own encoding, after the filters: what the guest saw, faults included.
    /// Kept in the archive under `response`, not here, once the run is stored.
    #[serde(skip)]
    pub answer: Option<Arc<[u8]>>,
    /// The filters that ran on the answer, such as `shadow/1`.
    pub filters: Vec<SmolStr>,
    /// How often the host tried.
    pub attempts: u32,
    /// By how much virtual time advanced, in nanoseconds.
    pub duration_nanos: u64,
}

/// How a collector's run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// It returned.
    Finished,
    /// It returned a fault.
    Failed {
        /// The fault's code.
        code: String,
        /// The fault's message.
        message: String,
    },
    /// It was stopped: a limit, or a trap.
    CutOff {
        /// The cause, such as `cpu`, `wall`, `memory`, `trap`, `nondeterministic`.
        cause: String,
        /// What happened, for a person.
        message: String,
        /// The last call that was answered; replay stops there.
        last_call: u64,
    },
}

/// All that a collector saw in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// The collector's name in the configuration.
    pub collector: CollectorName,
    /// The plain SHA-256 of the component.
    pub component: Digest,
    /// What `run.request` answered: JSON of configuration, kinds, scopes, period.
    pub request: String,
    /// When virtual time began.
    pub started_at: Timestamp,
    /// What all randomness was drawn from.
    pub seed: [u8; 32],
    /// The answers in the order of their numbers.
    pub entries: Vec<Entry>,
    /// How it ended.
    pub ended: Ended,
    /// What the guest logged, control characters and all; shown only escaped.
    pub log: Vec<(SmolStr, String)>,
}

impl Transcript {
    /// The digest over all that replay depends on: everything but the log.
    pub fn digest(&self) -> Digest {
        let mut hash = crate::digest::Hasher::new("engine:transcript");
        hash.part(self.collector.as_str().as_bytes());
        hash.part(self.component.as_bytes());
        hash.part(self.request.as_bytes());
        hash.part(self.started_at.to_string().as_bytes());
        hash.part(&self.seed);
        for entry in &self.entries {
            hash.part(entry.digest().as_bytes());
        }
        hash.part(format!("{:?}", self.ended).as_bytes());
        hash.finish()
    }
}

impl Entry {
    /// The digest of this entry, a leaf of the run's root.
    pub fn digest(&self) -> Digest {
        Digest::tagged(
            "engine:transcript-entry",
            &[
                &self.call.to_le_bytes(),
                format!("{:?}", self.function).as_bytes(),
                self.subject.as_bytes(),
                self.request.as_bytes(),
                self.response.as_bytes(),
                self.filters.join(",").as_bytes(),
                &self.attempts.to_le_bytes(),
                &self.duration_nanos.to_le_bytes(),
            ],
        )
    }
}

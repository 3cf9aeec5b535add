//! One pass of the engine.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::id::IdError;
use crate::{CollectorName, Digest, Timestamp};

/// The number of a run in its store, counted from 1; written `r1`.
///
/// ```
/// use engine_model::RunId;
/// assert_eq!("r12".parse::<RunId>().unwrap(), RunId(12));
/// assert_eq!("12".parse::<RunId>().unwrap().to_string(), "r12");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub u64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("r{}", self.0))
    }
}

impl FromStr for RunId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = text.strip_prefix('r').unwrap_or(text);
        let fits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse().ok().filter(|n| fits && *n > 0).map(Self).ok_or_else(|| IdError {
            what: "run",
            rule: "`r` and a number, such as `r12`; `engine history` lists them",
            text: text.chars().take(40).flat_map(char::escape_debug).collect(),
        })
    }
}

/// Where a run's time came from. Only live runs count as occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockMode {
    /// The machine's clock.
    Live,
    /// A transcript's.
    Replay,
    /// The operator's.
    AsOf,
}

/// What became of one collector in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectorRun {
    /// Its name.
    pub name: CollectorName,
    /// The plain SHA-256 of its component, or of nothing for facts that were given.
    pub digest: Option<Digest>,
    /// Its version, as its manifest says.
    pub version: SmolStr,
    /// How it ended.
    pub status: CollectorStatus,
    /// Why, when it is not ok; empty otherwise.
    pub message: String,
    /// The digest of its transcript.
    pub transcript: Option<Digest>,
}

/// How a collector ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CollectorStatus {
    /// It returned.
    Ok,
    /// It returned a fault, or could not be started.
    Failed,
    /// It was stopped.
    CutOff,
}

/// What a process says when it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// 0: nothing in scope fails and no evidence is missing. 1: deviations. 3: unknown. (2 is an error, and no run.)
    pub code: u8,
    /// Why, in one sentence.
    pub reason: String,
}

/// What is kept of a run beside its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHeader {
    /// Its number.
    pub id: RunId,
    /// When it began: the `now` of every rule.
    pub started_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Where its time came from.
    pub clock: ClockMode,
    /// Which engine.
    pub engine_version: SmolStr,
    /// Which meaning: [`crate::SEMANTICS`].
    pub semantics: u32,
    /// Its collectors, by name.
    pub collectors: Vec<CollectorRun>,
    /// The digest over the report, `run` left out.
    pub content_digest: Digest,
    /// How it ended.
    pub exit: Exit,
}

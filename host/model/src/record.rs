//! What a collector said, before it is admitted. Nothing here is trusted.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One statement of a collector, in the order it was made. All text is as the guest gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// "This should come."
    Expect {
        /// The kind, as given.
        kind: String,
        /// The scope, as given.
        scope: String,
    },
    /// A batch of facts. In the encoding `ndjson` each line is one object:
    /// `{"subject":"…","body":{…},"observed_at":"…"?,"$from":[[call,offset,length]]?,"$gaps":{"field":"reason"}?}`.
    Emit {
        /// The kind, as given.
        kind: String,
        /// The scope, as given.
        scope: String,
        /// How the batch is encoded: `ndjson`.
        encoding: String,
        /// The bytes, as given.
        batch: Vec<u8>,
        /// The run's virtual time when it was emitted: `observed_at` of facts that name none, and the latest they may name.
        at: Timestamp,
    },
    /// "That was all": the scope is complete.
    Complete {
        /// The kind, as given.
        kind: String,
        /// The scope, as given.
        scope: String,
        /// JSON of a [`Claim`], as given.
        claim: String,
        /// The run's virtual time when it was claimed.
        at: Timestamp,
    },
    /// "This could not be had."
    Gap {
        /// The kind, as given.
        kind: String,
        /// The scope, as given.
        scope: String,
        /// Why.
        fault: Fault,
    },
}

/// What went wrong, in the form of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// A lower-case word, such as `denied`.
    pub code: String,
    /// One sentence for a person.
    pub message: String,
    /// Whether trying again later may help.
    pub retryable: bool,
    /// JSON, the room to grow; empty for none.
    pub more: String,
}

/// What a collector claims when it says that a scope is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// How many distinct subjects there are.
    pub count: u64,
    /// The beginning of the span of time that was asked for, for kinds that are events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// What was asked of the source, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// How many the source itself said there are, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_count: Option<u64>,
}

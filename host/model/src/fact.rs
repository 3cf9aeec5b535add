//! Facts, gaps and the completeness of scopes: what was admitted.

use core::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Body, CollectorName, Digest, KindId, ScopeId, SubjectId, Timestamp};

/// Where the evidence for something came from; the weakest of several wins, so the order is from strong to weak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Seen by a collector under the host's transcript.
    Collected,
    /// Taken from another tool's output.
    Imported,
    /// Given by the organisation: registers, `--facts`.
    Supplied,
    /// Stated by a person.
    Attested,
}

impl Basis {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::Imported => "imported",
            Self::Supplied => "supplied",
            Self::Attested => "attested",
        }
    }
}

/// An admitted statement about a subject in a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Who said it.
    pub collector: CollectorName,
    /// What type of statement it is.
    pub kind: KindId,
    /// Where it was seen.
    pub scope: ScopeId,
    /// Whom or what it is about.
    pub subject: SubjectId,
    /// When it was true.
    pub observed_at: Timestamp,
    /// The statement, checked against its kind, volatile fields included.
    pub body: Body,
    /// [`Fact::digest_of`] over the body without its volatile fields.
    pub digest: Digest,
    /// What it was read from; empty when the collector did not say.
    pub from: Vec<ReadFrom>,
    /// Fields that are absent, each with the reason; sorted by field.
    pub field_gaps: Vec<FieldGap>,
}

impl Fact {
    /// The digest of a fact: its kind with major version, scope, subject and the canonical body without volatile fields.
    pub fn digest_of(kind: &KindId, scope: &ScopeId, subject: &SubjectId, stable_body: &str) -> Digest {
        Digest::tagged(
            "engine:fact",
            &[kind.as_str().as_bytes(), scope.as_str().as_bytes(), subject.as_str().as_bytes(), stable_body.as_bytes()],
        )
    }
}

/// A part of an answer that a fact was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReadFrom {
    /// The number of the host call.
    pub call: u64,
    /// The first byte within the answer's body.
    pub offset: u64,
    /// How many bytes.
    pub length: u64,
}

/// Why a field of a fact is absent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FieldGap {
    /// The field's path, such as `access_keys`.
    pub field: SmolStr,
    /// The reason, as the collector gave it.
    pub reason: SmolStr,
}

/// Why evidence is not there: a lower-case word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GapCode(SmolStr);

macro_rules! gap_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        impl GapCode {
            $($(#[$doc])* pub const $name: Self = Self(SmolStr::new_static($code));)*
            /// The codes that the engine itself gives.
            pub const KNOWN: &'static [&'static str] = &[$($code),*];
        }
    };
}

gap_codes! {
    /// The target system or a missing grant refused.
    DENIED = "denied";
    /// A credential is not where the operator says that it is.
    NO_CREDENTIAL = "no-credential";
    /// What was asked for is not there, and it should be.
    NOT_FOUND = "not-found";
    /// Only a part came.
    TRUNCATED = "truncated";
    /// An expected scope has neither facts that are complete nor a reason.
    MISSING = "missing";
    /// The claimed count is not the number of distinct admitted subjects.
    COUNT_MISMATCH = "count-mismatch";
    /// A record does not fit its kind.
    INVALID_RECORD = "invalid-record";
    /// The kind is not known.
    UNKNOWN_KIND = "unknown-kind";
    /// A fact says that it was seen later than now.
    FUTURE = "future";
    /// One subject came with two bodies.
    CONFLICT = "conflict";
    /// A fact came after the scope was said to be complete.
    EMIT_AFTER_COMPLETE = "emit-after-complete";
    /// A record, batch or run was larger than its limit.
    TOO_LARGE = "too-large";
    /// The collector was stopped by a limit or a trap.
    CUT_OFF = "cut-off";
    /// The collector returned a fault, or could not be started.
    FAILED = "failed";
    /// A replay did not ask what the recording was asked.
    NONDETERMINISTIC = "nondeterministic";
}

impl GapCode {
    /// The code for what a guest gave: a lower-case word of at most 64 characters, else `failed`.
    pub fn from_guest(code: &str) -> Self {
        let fits = (1..=64).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && code.starts_with(|c: char| c.is_ascii_lowercase());
        if fits { Self(code.into()) } else { Self::FAILED }
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GapCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Evidence that should be there and is not, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// Whose evidence.
    pub collector: CollectorName,
    /// Of which kind.
    pub kind: KindId,
    /// In which scope.
    pub scope: ScopeId,
    /// About which subject, when only one is lost.
    pub subject: Option<SubjectId>,
    /// Why.
    pub code: GapCode,
    /// Why, for a person; at most 1,024 characters, as the collector gave it.
    pub message: String,
}

/// Whether all of a scope was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Completeness {
    /// Claimed complete, the count agrees, and no gap stands against it.
    Complete {
        /// How many subjects.
        count: u64,
        /// When that was so.
        observed_at: Timestamp,
    },
    /// Not complete: at least one gap of the set says why.
    Incomplete,
}

/// One expected (collector, kind, scope), and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeState {
    /// Who was expected to report.
    pub collector: CollectorName,
    /// What kind.
    pub kind: KindId,
    /// Where.
    pub scope: ScopeId,
    /// Whether all of it was seen.
    pub completeness: Completeness,
    /// Where this collector's evidence comes from.
    pub basis: Basis,
}

/// All that is known in one run: facts, the state of every expected scope, and the gaps. Always in one order, so that
/// nothing that follows depends on the order in which collectors answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactSet {
    facts: Vec<Fact>,
    scopes: Vec<ScopeState>,
    gaps: Vec<Gap>,
}

impl FactSet {
    /// Sorts: facts by (kind, collector, scope, subject), scopes by (kind, collector, scope), gaps by all their fields;
    /// equal gaps are kept once.
    pub fn new(mut facts: Vec<Fact>, mut scopes: Vec<ScopeState>, mut gaps: Vec<Gap>) -> Self {
        fn fact_key(fact: &Fact) -> (&KindId, &CollectorName, &ScopeId, &SubjectId) {
            (&fact.kind, &fact.collector, &fact.scope, &fact.subject)
        }
        fn scope_key(state: &ScopeState) -> (&KindId, &CollectorName, &ScopeId) {
            (&state.kind, &state.collector, &state.scope)
        }
        // Neighbours are mostly of one place: to see that is quicker than to compare its names.
        let same_place = |a: &Fact, b: &Fact| a.kind == b.kind && a.collector == b.collector && a.scope == b.scope;
        if !facts.is_sorted_by(|a, b| if same_place(a, b) { a.subject <= b.subject } else { fact_key(a) <= fact_key(b) }) {
            facts.sort_by(|a, b| fact_key(a).cmp(&fact_key(b)));
        }
        scopes.sort_by(|a, b| scope_key(a).cmp(&scope_key(b)));
        gaps.sort_by(|a, b| (&a.kind, a).cmp(&(&b.kind, b)));
        gaps.dedup();
        Self { facts, scopes, gaps }
    }

    /// Every fact, in order.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Every expected scope, in order.
    pub fn scopes(&self) -> &[ScopeState] {
        &self.scopes
    }

    /// Every gap, in order.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The positions of the facts of one kind: they stand together.
    pub fn range_of(&self, kind: &KindId) -> Range<usize> {
        let start = self.facts.partition_point(|fact| &fact.kind < kind);
        let end = self.facts.partition_point(|fact| &fact.kind <= kind);
        start..end
    }

    /// The facts of one kind.
    pub fn of_kind(&self, kind: &KindId) -> &[Fact] {
        self.facts.get(self.range_of(kind)).unwrap_or_default()
    }

    /// The expected scopes of one kind.
    pub fn scopes_of(&self, kind: &KindId) -> &[ScopeState] {
        let start = self.scopes.partition_point(|state| &state.kind < kind);
        let end = self.scopes.partition_point(|state| &state.kind <= kind);
        self.scopes.get(start..end).unwrap_or_default()
    }

    /// Whether anything is to be had of a kind: an expected scope, a fact or a gap.
    pub fn is_given(&self, kind: &KindId) -> bool {
        !self.scopes_of(kind).is_empty() || !self.range_of(kind).is_empty() || !self.gaps_of(kind).is_empty()
    }

    /// The gaps of one kind.
    pub fn gaps_of(&self, kind: &KindId) -> &[Gap] {
        let start = self.gaps.partition_point(|gap| &gap.kind < kind);
        let end = self.gaps.partition_point(|gap| &gap.kind <= kind);
        self.gaps.get(start..end).unwrap_or_default()
    }

    /// The parts, for a caller that takes it apart.
    pub fn into_parts(self) -> (Vec<Fact>, Vec<ScopeState>, Vec<Gap>) {
        (self.facts, self.scopes, self.gaps)
    }
}

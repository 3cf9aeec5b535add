//! A run as it goes into the store and as it comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{
    Assessment, CollectorName, Digest, FactSet, FindingId, FindingSet, KindId, Outcome, RuleHeader, RuleId, RunHeader, RunId,
    SourceSet, Timestamp, Transcript,
};
use smol_str::SmolStr;

use crate::outline::Outline;

/// All that decides a run beside what the collectors saw, kept by content: the same text is kept once over all runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closure {
    /// Rules, kinds, frameworks, controls, relations, as the files they were written in.
    pub sources: SourceSet,
    /// The component of each collector that has one.
    pub components: BTreeMap<CollectorName, Arc<[u8]>>,
    /// The resolved configuration with grants, filters and limits, as canonical JSON.
    pub settings: String,
    /// The volatile top-level fields of each kind that has any: what a fact's digest leaves out.
    pub volatile: BTreeMap<KindId, BTreeSet<SmolStr>>,
}

/// A run that is to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Its header; its id is what [`crate::Store::next_run`] gave.
    pub header: &'a RunHeader,
    /// What was admitted.
    pub facts: &'a FactSet,
    /// What the rules concluded.
    pub findings: &'a FindingSet,
    /// What that means.
    pub assessment: &'a Assessment,
    /// The rules that ran.
    pub rules: &'a [RuleHeader],
    /// What the collectors saw. Answers that an entry still holds are kept; others are in the archive already.
    pub transcripts: &'a [Transcript],
    /// What decided the run.
    pub closure: &'a Closure,
    /// What [`crate::Store::precedent`] worked out of these facts, where it was asked; it only saves doing it again.
    pub outline: Option<&'a Outline>,
}

/// A run as it was recorded, every part compared with its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRun {
    /// Its header.
    pub header: RunHeader,
    /// Exactly the facts, scopes and gaps of this run.
    pub facts: FactSet,
    /// What the rules concluded.
    pub findings: FindingSet,
    /// What that means.
    pub assessment: Assessment,
    /// The rules that ran.
    pub rules: Vec<RuleHeader>,
    /// What the collectors saw, without the answers: those are in the archive under `response`.
    pub transcripts: Vec<Transcript>,
    /// What decided the run.
    pub closure: Closure,
    /// Since when each finding fails, see [`crate::Store::failing_since`].
    pub first_failed: BTreeMap<FindingId, Timestamp>,
}

/// The findings of one rule in one run, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutcomeCounts {
    /// How many passed.
    pub pass: u64,
    /// How many the rule did not ask anything of.
    pub not_applicable: u64,
    /// How many could not be told.
    pub inconclusive: u64,
    /// How many failed.
    pub fail: u64,
}

impl OutcomeCounts {
    /// Counts outcomes.
    pub fn of(outcomes: &[Outcome]) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            match outcome {
                Outcome::Pass => counts.pass += 1,
                Outcome::NotApplicable => counts.not_applicable += 1,
                Outcome::Inconclusive => counts.inconclusive += 1,
                Outcome::Fail => counts.fail += 1,
            }
        }
        counts
    }

    pub(crate) fn to_row(self) -> Vec<u8> {
        [self.pass, self.not_applicable, self.inconclusive, self.fail].iter().flat_map(|count| count.to_le_bytes()).collect()
    }

    pub(crate) fn from_row(payload: &[u8]) -> Option<Self> {
        let (words, rest) = payload.as_chunks::<8>();
        match words {
            [pass, not_applicable, inconclusive, fail] if rest.is_empty() => Some(Self {
                pass: u64::from_le_bytes(*pass),
                not_applicable: u64::from_le_bytes(*not_applicable),
                inconclusive: u64::from_le_bytes(*inconclusive),
                fail: u64::from_le_bytes(*fail),
            }),
            _ => None,
        }
    }
}

/// The counts of every rule of a run.
pub type RuleCounts = BTreeMap<RuleId, OutcomeCounts>;

/// What [`crate::Store::verify`] found when nothing differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The run.
    pub id: RunId,
    /// The root over its salted leaves: give it to someone else, and they can tell later that nothing changed.
    pub root: Digest,
    /// How many leaves the root is over.
    pub leaf_count: u64,
    /// How many entries of packs were compared.
    pub blob_count: u64,
    /// How many facts were hashed again.
    pub fact_count: u64,
    /// How many answers of transcripts are kept.
    pub answer_count: u64,
    /// How many answers are not kept; when there are any, the run cannot be replayed.
    pub absent_answer_count: u64,
}

impl Verified {
    /// Whether the collectors can be run again over what they saw.
    pub fn replayable(&self) -> bool {
        self.absent_answer_count == 0
    }
}

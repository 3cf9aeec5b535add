//! What is assessed: the evidence of one run, and the part of the catalog that was asked for.
//!
//! Takes and gives plain values. Never reads a clock: `now` is the run's.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Attestation, Catalog, FactSet, FindingId, FindingSet, FrameworkId, Requirement, RuleHeader, Seconds, Timestamp, Waiver,
};
use smol_str::SmolStr;

use crate::carve::CarveOut;

/// Which categories of which frameworks an engagement takes in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssessScope {
    /// The categories, by framework. A framework that is not named is left out of the assessment; a category that is not
    /// named is out of scope.
    pub frameworks: BTreeMap<FrameworkId, BTreeSet<SmolStr>>,
}

impl AssessScope {
    /// Every framework of the catalog with the categories that it takes in by default.
    pub fn default_of(catalog: &Catalog) -> Self {
        let categories = |framework: &model::Framework| framework.default_categories.iter().cloned().collect();
        Self { frameworks: catalog.frameworks.iter().map(|(id, framework)| (id.clone(), categories(framework))).collect() }
    }

    /// Whether the requirement's category was asked for.
    pub fn takes_in(&self, requirement: &Requirement) -> bool {
        self.frameworks.get(&requirement.id.framework()).is_some_and(|categories| categories.contains(&requirement.category))
    }
}

/// Everything that one assessment rests on.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// Facts, the state of every expected scope, and gaps.
    pub facts: &'a FactSet,
    /// What the rules concluded about the facts.
    pub findings: &'a FindingSet,
    /// Every rule that is switched on.
    pub rules: &'a [RuleHeader],
    /// Decisions about findings.
    pub waivers: &'a [Waiver],
    /// Statements of people.
    pub attestations: &'a [Attestation],
    /// What subservice organisations are stated to answer for, and whether that is borne out by the facts.
    pub carve_outs: &'a [CarveOut],
    /// Since when a finding fails without a break; `None` when it did not fail before this run.
    pub failing_since: &'a dyn Fn(&FindingId) -> Option<Timestamp>,
    /// The run's time.
    pub now: Timestamp,
}

/// Whether something seen at `at` is too old at `now`. Exact to the nanosecond, and cannot overflow.
pub(crate) fn is_stale(at: Timestamp, fresh_for: Seconds, now: Timestamp) -> bool {
    age_nanos(at, now) > i128::from(fresh_for.0) * 1_000_000_000
}

/// Whether something that began at `since` is not yet over its time limit.
pub(crate) fn is_within(since: Timestamp, limit: Seconds, now: Timestamp) -> bool {
    age_nanos(since, now) < i128::from(limit.0) * 1_000_000_000
}

/// Whole days from `since` to `now`, at least 0.
pub(crate) fn days(since: Timestamp, now: Timestamp) -> i128 {
    age_nanos(since, now).max(0) / (86_400 * 1_000_000_000)
}

fn age_nanos(since: Timestamp, now: Timestamp) -> i128 {
    now.as_nanosecond() - since.as_nanosecond()
}

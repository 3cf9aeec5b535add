//! What findings mean for controls and requirements.

use serde::{Deserialize, Serialize};

use crate::{AspectId, Basis, ControlId, FrameworkId, Relation, RequirementId, RuleId};

/// The whole result, in the catalog's order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The frameworks that were asked for.
    pub frameworks: Vec<FrameworkAssessment>,
    /// Every control, in the order of their ids.
    pub controls: Vec<ControlAssessment>,
}

/// The result for one framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameworkAssessment {
    /// The framework.
    pub id: FrameworkId,
    /// Its leaves, counted by status.
    pub summary: Summary,
    /// Every requirement, in the standard's order, parents too.
    pub requirements: Vec<RequirementAssessment>,
}

/// Leaves counted by status. `total` is the sum of all but `out_of_scope`; `catalog_total` is `total` and `out_of_scope`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the count of the status of that name")]
pub struct Summary {
    pub supported: u32,
    pub partly_supported: u32,
    pub deviations: u32,
    pub unknown: u32,
    pub attested: u32,
    pub carved_out: u32,
    pub uncovered: u32,
    pub not_applicable: u32,
    pub out_of_scope: u32,
    pub total: u32,
    pub catalog_total: u32,
}

/// What is known of a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlStatus {
    /// Something fails and no waiver changes that.
    Failing,
    /// Nothing is known to fail, and something is not known.
    Unknown,
    /// All that fails is younger than the control's time limit.
    Open,
    /// All that was expected was seen, and nothing fails.
    Passing,
    /// Only a valid attestation stands.
    Attested,
    /// Every expected scope is complete and the control concerns no subject.
    NotApplicable,
    /// Every expected scope is complete and nothing happened.
    NoOccurrences,
    /// No rule tests it, or no configured collector gives its kind.
    Untested,
}

impl ControlStatus {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Unknown => "unknown",
            Self::Open => "open",
            Self::Passing => "passing",
            Self::Attested => "attested",
            Self::NotApplicable => "not_applicable",
            Self::NoOccurrences => "no_occurrences",
            Self::Untested => "untested",
        }
    }
}

/// The result for one control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlAssessment {
    /// The control.
    pub id: ControlId,
    /// Its status.
    pub status: ControlStatus,
    /// The weakest basis of what decided it; `None` when nothing did.
    pub basis: Option<Basis>,
    /// Its subjects, counted: of each (collector, kind, scope, subject) the worst outcome over the control's rules.
    pub population: Population,
    /// One sentence that says why, with the rate: `1 of 6 fails`.
    pub reason: String,
    /// The rules that tested it, in order.
    pub rules: Vec<RuleId>,
}

/// Subjects counted by outcome. `assessed` is the sum of the outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// How many there should be: the claimed counts of complete scopes and the subjects seen in others.
    pub expected: u64,
    /// How many have an outcome.
    pub assessed: u64,
    /// Passed.
    pub pass: u64,
    /// Failed, waived ones left out.
    pub fail: u64,
    /// Could not be told, stale ones included.
    pub inconclusive: u64,
    /// Not concerned.
    pub not_applicable: u64,
    /// Failed, and a waiver takes them out of the count.
    pub waived: u64,
}

/// What is known of one part of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AspectStatus {
    /// A covering control fails.
    Deviations,
    /// A covering control is unknown.
    Unknown,
    /// A covering control passes.
    Supported,
    /// Only attestations stand.
    Attested,
    /// A subservice organisation answers for it.
    CarvedOut,
    /// Every covering control that was tested is not applicable or had no occurrences.
    NotApplicable,
    /// Nothing covers it.
    Missing,
}

impl AspectStatus {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deviations => "deviations",
            Self::Unknown => "unknown",
            Self::Supported => "supported",
            Self::Attested => "attested",
            Self::CarvedOut => "carved_out",
            Self::NotApplicable => "not_applicable",
            Self::Missing => "missing",
        }
    }
}

/// The result for one aspect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AspectAssessment {
    /// The aspect.
    pub id: AspectId,
    /// Its status.
    pub status: AspectStatus,
    /// The controls that cover it, in order, untested ones included.
    pub controls: Vec<ControlId>,
    /// The weakest basis of what decided it.
    pub basis: Option<Basis>,
}

/// What is known of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequirementStatus {
    /// Something fails.
    Deviations,
    /// Nothing is known to fail, and something is not known.
    Unknown,
    /// Some aspects are supported; what remains is named.
    PartlySupported,
    /// Every aspect is supported.
    Supported,
    /// Every aspect is answered, and something that it relies on is attested only.
    Attested,
    /// A subservice organisation answers for it, and its report is current.
    CarvedOut,
    /// No evidence covers it.
    Uncovered,
    /// Every aspect is not applicable.
    NotApplicable,
    /// The engagement leaves it out.
    OutOfScope,
}

impl RequirementStatus {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deviations => "deviations",
            Self::Unknown => "unknown",
            Self::PartlySupported => "partly_supported",
            Self::Supported => "supported",
            Self::Attested => "attested",
            Self::CarvedOut => "carved_out",
            Self::Uncovered => "uncovered",
            Self::NotApplicable => "not_applicable",
            Self::OutOfScope => "out_of_scope",
        }
    }
}

/// The result for one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementAssessment {
    /// The requirement.
    pub id: RequirementId,
    /// Its status.
    pub status: RequirementStatus,
    /// Every basis that it rests on, in order, none twice.
    pub basis: Vec<Basis>,
    /// One sentence that says why.
    pub reason: String,
    /// Its parts.
    pub aspects: Vec<AspectAssessment>,
    /// What came to it from other requirements, in order.
    pub via: Vec<Via>,
    /// What is not shown: titles of missing aspects, and what edges leave open.
    pub remaining: Vec<String>,
}

/// A status that came from another requirement, with its path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Via {
    /// The requirement that the status is from.
    pub from: RequirementId,
    /// The relation of `from` to this requirement, composed over the path.
    pub relation: Relation,
    /// The status that `from` has of its own.
    pub status: RequirementStatus,
    /// Whether it changed anything here: support over equal, equivalent, superset; deviation over equal, equivalent, subset.
    pub carries: bool,
    /// The steps from `from` to this requirement; one to three.
    pub path: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The relation of the requirement before to `to`.
    pub relation: Relation,
    /// The requirement that the step leads to.
    pub to: RequirementId,
}

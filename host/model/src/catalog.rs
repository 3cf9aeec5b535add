//! Frameworks, controls and the relations between requirements: the map that findings are read against.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{AspectId, ControlId, FrameworkId, RequirementId, RuleId, Seconds, SubjectId, Timestamp};

/// Everything that findings are assessed against. Checked: every id that is named exists, none stands twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The frameworks, by id.
    pub frameworks: BTreeMap<FrameworkId, Framework>,
    /// The organisation's controls, by id.
    pub controls: BTreeMap<ControlId, Control>,
    /// The stored relations between requirements; inverses are derived.
    pub relationships: Vec<Relationship>,
    /// Alternatives: of these controls any one answers the aspect.
    pub any_of: Vec<AnyOf>,
}

/// A framework and its requirements in the standard's own order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Its id.
    pub id: FrameworkId,
    /// Its name, such as `SOC 2`.
    pub title: String,
    /// Which edition, such as `2017 (points of focus revised 2022)`.
    pub version: String,
    /// Where the ids come from.
    pub source: String,
    /// The categories that are in scope when an engagement names none.
    pub default_categories: Vec<SmolStr>,
    /// The categories that are counted apart from the framework's own leaves, as its assessors do.
    pub apart: Vec<SmolStr>,
    /// Every requirement, parents before children.
    pub requirements: Vec<Requirement>,
}

/// One requirement; ids are the standard's, all words are ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Its id.
    pub id: RequirementId,
    /// The requirement that it is a part of.
    pub parent: Option<RequirementId>,
    /// What it is.
    pub kind: RequirementKind,
    /// Whether it must be met as written.
    pub obligation: Obligation,
    /// The part of the framework that an engagement can take in or leave out, such as `security` or `privacy`.
    pub category: SmolStr,
    /// One line.
    pub title: String,
    /// What an assessor looks for.
    pub guidance: String,
    /// Its parts; none when it is not yet divided, and then nothing can support it.
    pub aspects: Vec<Aspect>,
    /// Which sorts of sources could show it.
    pub sources: Vec<SourceClass>,
    /// Whether it has no children; summaries count these.
    pub leaf: bool,
}

/// What a requirement is, in its standard's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequirementKind {
    /// A heading.
    Group,
    /// A SOC 2 trust services criterion.
    Criterion,
    /// A clause of ISO 27001.
    Clause,
    /// An Annex A control.
    Control,
    /// A HIPAA standard.
    Standard,
    /// A HIPAA implementation specification.
    ImplementationSpecification,
}

/// Whether a requirement must be met as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obligation {
    /// It must.
    Required,
    /// It is met, or a reasonable alternative is documented: 45 CFR 164.306(d)(3).
    Addressable,
}

/// A sort of source that could show a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceClass {
    /// A machine.
    Host,
    /// A cloud account.
    Cloud,
    /// A directory of people and their sign-ins.
    IdentityProvider,
    /// A code host and its pipelines.
    CodeHost,
    /// The organisation's own registers: people, vendors, risks, policies, incidents.
    Registers,
    /// A person's statement.
    Attestation,
    /// A subservice organisation's report.
    Subservice,
}

/// One part of what a requirement asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aspect {
    /// Its id.
    pub id: AspectId,
    /// One line, our own words.
    pub title: String,
    /// Whether a subservice organisation may answer it, such as the physical security of a cloud provider's data centres.
    pub subservice: bool,
}

/// A control of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its id.
    pub id: ControlId,
    /// One sentence in the present tense: what is so when it operates.
    pub title: String,
    /// What it is for, and how it is operated.
    pub description: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// How often it operates.
    pub frequency: Frequency,
    /// For how long a failure may be open before it counts as one.
    pub within: Option<Seconds>,
    /// What it shows of which requirements.
    pub edges: Vec<Edge>,
    /// Switched off by the operator: it is not assessed and supports nothing.
    pub enabled: bool,
}

/// How often a control operates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum Frequency {
    Continuous,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    SemiAnnual,
    Annual,
    OnEvent,
}

/// What a control shows of one requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The requirement.
    pub requirement: RequirementId,
    /// The aspects of it that the control covers.
    pub aspects: Vec<AspectId>,
    /// Why it covers them.
    pub rationale: String,
    /// How well.
    pub strength: Strength,
    /// What remains to be shown by other means; empty for nothing.
    pub leaves_open: String,
}

/// How well a control covers an aspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// It shows a part; alone it leaves the aspect missing, though its failure is a deviation.
    Partial,
    /// It shows the aspect.
    Full,
}

/// Of these controls any one answers the aspect: it deviates only when all of them fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf {
    /// The aspect.
    pub aspect: AspectId,
    /// The controls, each with an edge to the aspect.
    pub controls: Vec<ControlId>,
    /// Why they are alternatives.
    pub rationale: String,
}

/// A set-theoretic relation, read from left to right: `A subset-of B` means that all that A asks, B asks.
/// The words and meanings are OSCAL 1.2's mapping model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The same, word for word in effect.
    EqualTo,
    /// The same in substance.
    EquivalentTo,
    /// All that the left asks, the right asks.
    SubsetOf,
    /// All that the right asks, the left asks.
    SupersetOf,
    /// They share something.
    IntersectsWith,
}

impl Relation {
    /// The word of the standard.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EqualTo => "equal-to",
            Self::EquivalentTo => "equivalent-to",
            Self::SubsetOf => "subset-of",
            Self::SupersetOf => "superset-of",
            Self::IntersectsWith => "intersects-with",
        }
    }

    /// The same relation, read from right to left.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::SubsetOf => Self::SupersetOf,
            Self::SupersetOf => Self::SubsetOf,
            same => same,
        }
    }
}

/// A stored relation between two requirements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relationship {
    /// The left.
    pub from: RequirementId,
    /// The relation.
    pub relation: Relation,
    /// The right.
    pub to: RequirementId,
    /// Why it holds.
    pub rationale: String,
}

/// A decision about findings. It never changes unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Its name.
    pub id: SmolStr,
    /// What sort of decision.
    pub kind: WaiverKind,
    /// The rule whose findings it is about.
    pub rule: RuleId,
    /// The subjects, each named.
    pub subjects: Vec<SubjectId>,
    /// How many subjects it was approved for; when more match, it does not hold.
    pub subject_count: usize,
    /// For a false positive: the digest of each subject's fact when it was approved; it lapses when the fact changes.
    pub facts: BTreeMap<SubjectId, crate::Digest>,
    /// For a compensating control: the control that must pass.
    pub control: Option<ControlId>,
    /// Who asked.
    pub requested_by: String,
    /// Who agreed: someone else.
    pub approved_by: String,
    /// When; nothing before it is waived.
    pub approved_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Why.
    pub reason: String,
}

/// The sorts of waivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverKind {
    /// The finding is wrong.
    FalsePositive,
    /// The rule does not concern this subject.
    NotApplicable,
    /// Another control does the work, while it passes.
    CompensatingControl,
    /// The failure stands and is accepted.
    RiskAcceptance,
    /// The failure stands and will be mended later.
    Deferral,
}

/// A person's statement that a control operates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// The control.
    pub control: ControlId,
    /// Who states it.
    pub by: String,
    /// When it was stated.
    pub stated_at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
    /// What is stated.
    pub statement: String,
}

impl Catalog {
    /// The requirement with that id.
    pub fn requirement(&self, id: &RequirementId) -> Option<&Requirement> {
        self.frameworks.get(&id.framework())?.requirements.iter().find(|requirement| &requirement.id == id)
    }

    /// The requirements that a control has edges to, in order, none twice.
    pub fn requirements_of(&self, control: &ControlId) -> Vec<&RequirementId> {
        let mut ids: Vec<_> = self
            .controls
            .get(control)
            .into_iter()
            .flat_map(|control| control.edges.iter().map(|edge| &edge.requirement))
            .collect();
        ids.sort();
        ids.dedup();
        ids
    }
}

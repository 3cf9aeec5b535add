//! What rules are and what they concluded.

use core::fmt;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::digest::Hasher;
use crate::{CollectorName, ControlId, Digest, Fact, FactSet, KindId, RuleId, ScopeId, Seconds, SubjectId, Value};

/// What a rule concluded about one subject.
///
/// There is no `Default`: a missing answer is [`Outcome::Inconclusive`], never a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Outcome {
    /// The subject is as the rule asks.
    Pass = 0,
    /// The rule does not ask anything of this subject.
    NotApplicable = 1,
    /// It could not be told: a field is absent, evidence is stale, the rule itself failed.
    Inconclusive = 2,
    /// The subject is not as the rule asks.
    Fail = 3,
}

impl Outcome {
    /// The word in fixtures and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
        }
    }
}

/// How much a failure of a rule matters, from little to much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth mending when at it.
    Low,
    /// Worth planning.
    Medium,
    /// Worth mending now.
    High,
    /// Worth stopping for.
    Critical,
}

impl Severity {
    /// The word in rules and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity with that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Low, Self::Medium, Self::High, Self::Critical].into_iter().find(|severity| severity.as_str() == word)
    }
}

/// Who wrote a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleOrigin {
    /// It ships with the engine.
    Shipped,
    /// It is the user's own.
    Local,
    /// It is the user's own and stands in the place of a shipped one.
    Override,
}

/// A declared join: facts of another kind that arrive with the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// The name under which they arrive, such as `person`.
    pub name: SmolStr,
    /// The other kind.
    pub kind: KindId,
    /// The fields, of the same name in both kinds, that must be equal.
    pub on: Vec<SmolStr>,
    /// Whether any number may match (a list arrives), or exactly one.
    pub many: bool,
}

/// What a rule says of itself in `describe()`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleHeader {
    /// Its path.
    pub id: RuleId,
    /// One sentence: how the world is when the rule passes.
    pub title: String,
    /// The kind of fact that it tests.
    pub kind: KindId,
    /// The controls that it tests.
    pub controls: Vec<ControlId>,
    /// How much a failure matters.
    pub severity: Severity,
    /// After how long its evidence is stale.
    pub fresh_for: Seconds,
    /// Settings, with the values in force.
    pub parameters: BTreeMap<SmolStr, Value>,
    /// What arrives with the subject.
    pub joins: Vec<Join>,
    /// The fields by which facts are grouped; the group is then the subject. Empty for none.
    pub group_by: Vec<SmolStr>,
    /// What a person does to mend a failure.
    pub remediation: String,
    /// Who wrote it.
    pub origin: RuleOrigin,
    /// The plain SHA-256 of its text.
    pub digest: Digest,
}

/// The findings of one rule, one outcome a subject, as columns: a million passes are a million bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFindings {
    /// The rule.
    pub rule: RuleId,
    /// Whom the outcomes are about.
    pub subjects: Subjects,
    /// The outcomes, in the order of the subjects.
    pub outcomes: Vec<Outcome>,
    /// What was said of each subject that did not pass, in the order of the subjects: exactly one for each.
    pub notes: Vec<Note>,
    /// For each outcome, the instant (Unix seconds) at which what the rule says could change with the facts unchanged,
    /// [`i64::MAX`] for never. That evidence gets stale does not count here: it follows from when the evidence was seen.
    /// Empty when nothing that the rule says depends on the time.
    pub valid_until: Vec<i64>,
}

/// Whom outcomes are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subjects {
    /// The facts at these positions of the set.
    Facts(Range<usize>),
    /// Groups of facts.
    Groups(Vec<Group>),
}

/// Facts that a rule takes together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Who reported them.
    pub collector: CollectorName,
    /// Where they were seen.
    pub scope: ScopeId,
    /// The group's own name, made of the values of the fields it is grouped by.
    pub subject: SubjectId,
    /// The positions of its facts.
    pub members: Vec<usize>,
}

/// What a rule said of a subject that did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The position in `outcomes`.
    pub index: usize,
    /// The message; holds values of facts, so it is shown escaped.
    pub message: Box<str>,
    /// For an inconclusive one, the field that is absent.
    pub missing: Option<SmolStr>,
    /// The positions of joined facts that were read.
    pub joined: Vec<usize>,
}

/// The findings of every rule, in the order of the rules' ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingSet {
    rules: Vec<RuleFindings>,
}

impl FindingSet {
    /// Sorts by rule.
    pub fn new(mut rules: Vec<RuleFindings>) -> Self {
        rules.sort_by(|a, b| a.rule.cmp(&b.rule));
        Self { rules }
    }

    /// Every rule's findings, in order.
    pub fn rules(&self) -> &[RuleFindings] {
        &self.rules
    }

    /// The findings, for a caller that takes the set apart.
    pub fn into_rules(self) -> Vec<RuleFindings> {
        self.rules
    }

    /// The findings of one rule.
    pub fn of_rule(&self, rule: &RuleId) -> Option<&RuleFindings> {
        self.rules.binary_search_by(|findings| findings.rule.cmp(rule)).ok().and_then(|at| self.rules.get(at))
    }
}

impl RuleFindings {
    /// How many outcomes of that sort there are.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.iter().filter(|it| **it == outcome).count()
    }

    /// Collector, scope and subject of the outcome at `index`.
    pub fn subject<'a>(&'a self, index: usize, facts: &'a FactSet) -> Option<(&'a CollectorName, &'a ScopeId, &'a SubjectId)> {
        match &self.subjects {
            Subjects::Facts(range) => {
                facts.facts().get(range.start.checked_add(index)?).map(|fact| (&fact.collector, &fact.scope, &fact.subject))
            }
            Subjects::Groups(groups) => groups.get(index).map(|group| (&group.collector, &group.scope, &group.subject)),
        }
    }

    /// The facts that the outcome at `index` is about, with their positions; joined facts stand in its note.
    pub fn members<'a>(&'a self, index: usize, facts: &'a FactSet) -> Vec<(usize, &'a Fact)> {
        let positions = match &self.subjects {
            Subjects::Facts(range) => range.start.checked_add(index).into_iter().collect(),
            Subjects::Groups(groups) => groups.get(index).map(|group| group.members.clone()).unwrap_or_default(),
        };
        positions.into_iter().filter_map(|at| facts.facts().get(at).map(|fact| (at, fact))).collect()
    }

    /// The note of the outcome at `index`; `None` when it passed.
    pub fn note(&self, index: usize) -> Option<&Note> {
        self.notes.binary_search_by(|note| note.index.cmp(&index)).ok().and_then(|at| self.notes.get(at))
    }
}

/// The name of a finding, the same in every run: 16 hexadecimal digits over rule, collector, kind, scope and subject.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingId([u8; 8]);

/// Names the findings of one rule in one place, subject by subject.
#[derive(Clone)]
pub struct FindingIds(Hasher);

impl fmt::Debug for FindingIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FindingIds")
    }
}

impl FindingIds {
    /// Those of a rule on what a collector saw of a kind in a scope.
    pub fn new(rule: &RuleId, collector: &CollectorName, kind: &KindId, scope: &ScopeId) -> Self {
        let mut hasher = Hasher::new("engine:finding");
        for part in [rule.as_str(), collector.as_str(), kind.as_str(), scope.as_str()] {
            hasher.part(part.as_bytes());
        }
        Self(hasher)
    }

    /// The id of the finding on a subject.
    pub fn of(&self, subject: &SubjectId) -> FindingId {
        let mut hasher = self.0.clone();
        hasher.part(subject.as_str().as_bytes());
        FindingId(hasher.finish().as_bytes().first_chunk().copied().unwrap_or_default())
    }
}

impl FindingId {
    /// The id of a rule's finding on a subject.
    pub fn of(rule: &RuleId, collector: &CollectorName, kind: &KindId, scope: &ScopeId, subject: &SubjectId) -> Self {
        FindingIds::new(rule, collector, kind, scope).of(subject)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// An id from its bytes.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.iter().fold(String::with_capacity(16), |text, byte| text + &format!("{byte:02x}")))
    }
}
impl fmt::Debug for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

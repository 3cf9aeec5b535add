//! What changed between two runs.
//!
//! Takes two reports and gives changes: of statuses, failures, gaps and facts, each in order. A failure whose subject was
//! not seen again is not called mended. Never compares times or names of runs.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use model::{Fact, FindingId, Gap, Outcome};
use serde::Serialize;

use crate::Report;
use crate::index::{Finding, Index};

/// What changed from one run to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Requirements with another status, in the order of the frameworks.
    pub requirements: Vec<StatusChange>,
    /// Controls with another status, by id.
    pub controls: Vec<StatusChange>,
    /// Failures that the earlier run did not have.
    pub new_failures: Vec<FindingChange>,
    /// Failures of the earlier run that are none now.
    pub ended_failures: Vec<FindingChange>,
    /// Gaps that the earlier run did not have, each in one line.
    pub new_gaps: Vec<String>,
    /// Gaps of the earlier run that are closed, each in one line.
    pub closed_gaps: Vec<String>,
    /// Facts that came, went or say something else.
    pub facts: Vec<FactChange>,
}

/// A status that is another now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusChange {
    /// The requirement or control.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The status in the earlier run; `None` when it was not assessed.
    pub from: Option<&'static str>,
    /// The status in the later run; `None` when it was not assessed.
    pub to: Option<&'static str>,
}

/// A failure that began or ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingChange {
    /// The finding.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// The subject.
    pub subject: String,
    /// What was said of it when it failed.
    pub message: String,
    /// The outcome in the other run; `None` when the subject was not seen there.
    pub other: Option<&'static str>,
}

/// A fact that came, went, or says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactChange {
    /// `added`, `removed` or `changed`.
    pub change: &'static str,
    /// Who reported it.
    pub collector: String,
    /// Its kind.
    pub kind: String,
    /// Its scope.
    pub scope: String,
    /// Its subject.
    pub subject: String,
    /// The fields that say something else.
    pub fields: Vec<String>,
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What changed from `earlier` to `later`.
pub fn diff(earlier: &Report<'_>, later: &Report<'_>) -> Changes {
    let (a, b) = (Index::of(earlier), Index::of(later));
    let (failed, fails) = (failures(&a), failures(&b));
    let gaps_of = |index: &Index<'_>| -> BTreeSet<Gap> { index.report.facts.gaps().iter().cloned().collect() };
    let (gaps_before, gaps_now) = (gaps_of(&a), gaps_of(&b));
    let line = |gap: &Gap| format!("{}: {} in {} ({}): {}", gap.code, gap.kind, gap.scope, gap.collector, gap.message);
    Changes {
        requirements: requirements(&a, &b),
        controls: controls(&a, &b),
        new_failures: only_in(&fails, &failed, &b, &a),
        ended_failures: only_in(&failed, &fails, &a, &b),
        new_gaps: gaps_now.difference(&gaps_before).map(line).collect(),
        closed_gaps: gaps_before.difference(&gaps_now).map(line).collect(),
        facts: facts(earlier.facts.facts(), later.facts.facts()),
    }
}

fn changed<'a, T: Copy>(
    before: &BTreeMap<&'a str, (T, &str)>,
    now: &BTreeMap<&'a str, (T, &str)>,
    ids: impl Iterator<Item = &'a str>,
    word: fn(T) -> &'static str,
) -> Vec<StatusChange> {
    let mut seen = BTreeSet::new();
    ids.filter(|id| seen.insert(*id))
        .filter_map(|id| {
            let (from, to) = (before.get(id), now.get(id));
            let title = to.or(from).map(|(_, title)| (*title).to_owned()).unwrap_or_default();
            let change = StatusChange {
                id: id.to_owned(),
                title,
                from: from.map(|(status, _)| word(*status)),
                to: to.map(|(status, _)| word(*status)),
            };
            (change.from != change.to).then_some(change)
        })
        .collect()
}

fn requirements(a: &Index<'_>, b: &Index<'_>) -> Vec<StatusChange> {
    fn of<'i>(index: &Index<'i>) -> impl Iterator<Item = (&'i str, (model::RequirementStatus, &'i str))> {
        let all: Vec<_> = index.report.assessment.frameworks.iter().flat_map(|it| &it.requirements).collect();
        let titled: Vec<_> = all
            .into_iter()
            .filter_map(|it| index.requirement(&it.id).map(|(of, it)| (it.id.as_str(), (it.status, of.title.as_str()))))
            .collect();
        titled.into_iter()
    }
    let (before, now): (BTreeMap<_, _>, BTreeMap<_, _>) = (of(a).collect(), of(b).collect());
    changed(&before, &now, of(b).chain(of(a)).map(|(id, _)| id), model::RequirementStatus::as_str)
}

fn controls(a: &Index<'_>, b: &Index<'_>) -> Vec<StatusChange> {
    fn of<'i>(index: &Index<'i>) -> BTreeMap<&'i str, (model::ControlStatus, &'i str)> {
        let title = |id| index.report.catalog.controls.get(id).map_or("", |it| it.title.as_str());
        index.report.assessment.controls.iter().map(|it| (it.id.as_str(), (it.status, title(&it.id)))).collect()
    }
    let (before, now) = (of(a), of(b));
    let ids: BTreeSet<_> = before.keys().chain(now.keys()).copied().collect();
    changed(&before, &now, ids.into_iter(), model::ControlStatus::as_str)
}

fn failures<'a>(index: &Index<'a>) -> BTreeMap<FindingId, Finding<'a>> {
    let all = index.rules().flat_map(|header| index.findings_of(header, |it| it == Outcome::Fail));
    all.filter_map(|finding| Some((finding.id(&index.report)?, finding))).collect()
}

fn only_in<'a>(
    here: &BTreeMap<FindingId, Finding<'a>>,
    there: &BTreeMap<FindingId, Finding<'_>>,
    index: &Index<'a>,
    other: &Index<'_>,
) -> Vec<FindingChange> {
    let mut only: Vec<_> = here.iter().filter(|(id, _)| !there.contains_key(id)).collect();
    only.sort_by(|(_, a), (_, b)| index.compare(a, b));
    let wanted: BTreeSet<_> = only.iter().map(|(id, _)| **id).collect();
    let rules: BTreeSet<_> = only.iter().map(|(_, it)| &it.header.id).collect();
    let outcomes: BTreeMap<_, _> = other
        .rules()
        .filter(|header| rules.contains(&header.id))
        .flat_map(|header| other.findings_of(header, |_| true))
        .filter_map(|finding| Some((finding.id(&other.report)?, finding.outcome.as_str())))
        .filter(|(id, _)| wanted.contains(id))
        .collect();
    only.into_iter()
        .map(|(id, finding)| FindingChange {
            id: id.to_string(),
            rule: finding.header.id.to_string(),
            subject: finding.subject(&index.report).to_owned(),
            message: finding.message().to_owned(),
            other: outcomes.get(id).copied(),
        })
        .collect()
}

/// Both sets are in the same order, so one pass over the two finds what differs.
fn facts(before: &[Fact], now: &[Fact]) -> Vec<FactChange> {
    fn key(fact: &Fact) -> (&str, &str, &str, &str) {
        (fact.kind.as_str(), fact.collector.as_str(), fact.scope.as_str(), fact.subject.as_str())
    }
    let mut changes = Vec::new();
    let (mut before, mut now) = (before.iter().peekable(), now.iter().peekable());
    loop {
        let order = match (before.peek(), now.peek()) {
            (None, None) => return changes,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => key(a).cmp(&key(b)),
        };
        let old = if order == Ordering::Greater { None } else { before.next() };
        let new = if order == Ordering::Less { None } else { now.next() };
        match (old, new) {
            (Some(a), Some(b)) if a.digest == b.digest => {}
            (Some(a), Some(b)) => changes.push(fact_change("changed", b, fields(a, b))),
            (Some(fact), None) => changes.push(fact_change("removed", fact, Vec::new())),
            (None, Some(fact)) => changes.push(fact_change("added", fact, Vec::new())),
            (None, None) => {}
        }
    }
}

fn fact_change(change: &'static str, fact: &Fact, fields: Vec<String>) -> FactChange {
    FactChange {
        change,
        collector: fact.collector.to_string(),
        kind: fact.kind.to_string(),
        scope: fact.scope.to_string(),
        subject: fact.subject.to_string(),
        fields,
    }
}

fn fields(a: &Fact, b: &Fact) -> Vec<String> {
    let (Ok(model::Value::Record(a)), Ok(model::Value::Record(b))) = (a.body.value(), b.body.value()) else {
        return Vec::new();
    };
    let names: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    names.into_iter().filter(|name| a.get(*name) != b.get(*name)).map(ToString::to_string).collect()
}

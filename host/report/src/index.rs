//! A report's parts by name, and what follows from them: made once, then read by every form.
//!
//! Takes a [`Report`] and gives lookups: which requirements a control touches, which rules a kind feeds, which findings
//! are shown and how many are not, and the names by which evidence is cited. Holds positions, never copies of facts.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AspectAssessment, AspectStatus, CollectorName, Completeness, ControlAssessment, ControlId, ControlStatus, Fact, FindingId,
    Gap, KindId, Note, Outcome, Requirement, RequirementAssessment, RequirementId, RequirementStatus, RuleFindings, RuleHeader,
    RuleId, Subjects, Timestamp, Waiver,
};

use crate::Report;

/// How many facts one finding cites at most; a group may have any number of members.
pub(crate) const CITED_LIMIT: usize = 100;

/// A report's parts by name.
pub(crate) struct Index<'a> {
    pub(crate) report: Report<'a>,
    rules: BTreeMap<&'a RuleId, &'a RuleHeader>,
    controls: BTreeMap<&'a ControlId, &'a ControlAssessment>,
    touched: BTreeMap<&'a ControlId, Vec<&'a RequirementId>>,
    requirements: BTreeMap<&'a RequirementId, (&'a Requirement, &'a RequirementAssessment)>,
    rules_of_kind: BTreeMap<&'a KindId, Vec<&'a RuleHeader>>,
    stretches: Vec<Stretch>,
}

/// One finding, by its position.
#[derive(Clone, Copy)]
pub(crate) struct Finding<'a> {
    pub(crate) header: &'a RuleHeader,
    pub(crate) findings: &'a RuleFindings,
    pub(crate) index: usize,
    pub(crate) outcome: Outcome,
}

/// How many outcomes of each sort a rule has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) pass: usize,
    pub(crate) fail: usize,
    pub(crate) inconclusive: usize,
    pub(crate) not_applicable: usize,
}

impl Counts {
    fn of(findings: Option<&RuleFindings>) -> Self {
        let mut counts = Self::default();
        for outcome in findings.into_iter().flat_map(|it| &it.outcomes) {
            match outcome {
                Outcome::Pass => counts.pass += 1,
                Outcome::Fail => counts.fail += 1,
                Outcome::Inconclusive => counts.inconclusive += 1,
                Outcome::NotApplicable => counts.not_applicable += 1,
            }
        }
        counts
    }

    /// All of them.
    pub(crate) fn total(self) -> usize {
        self.pass + self.fail + self.inconclusive + self.not_applicable
    }
}

impl<'a> Index<'a> {
    pub(crate) fn of(report: &Report<'a>) -> Self {
        let assessed = report.assessment.frameworks.iter().flat_map(|it| &it.requirements).map(|it| (&it.id, it));
        let assessed: BTreeMap<_, _> = assessed.collect();
        let catalog = report.catalog.frameworks.values().flat_map(|it| &it.requirements);
        let requirements: BTreeMap<_, _> =
            catalog.filter_map(|it| assessed.get(&it.id).map(|found| (&it.id, (it, *found)))).collect();
        let touched = report.catalog.controls.keys().map(|id| {
            let of = report.catalog.requirements_of(id).into_iter().filter(|it| requirements.contains_key(it));
            (id, of.collect())
        });
        let mut rules_of_kind: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for header in report.rules {
            let kinds: BTreeSet<_> = std::iter::once(&header.kind).chain(header.joins.iter().map(|join| &join.kind)).collect();
            for kind in kinds {
                rules_of_kind.entry(kind).or_default().push(header);
            }
        }
        Self {
            report: *report,
            rules: report.rules.iter().map(|header| (&header.id, header)).collect(),
            controls: report.assessment.controls.iter().map(|it| (&it.id, it)).collect(),
            touched: touched.collect(),
            requirements,
            rules_of_kind,
            stretches: stretches(report.facts.facts()),
        }
    }

    /// Where the rest of a list stands that was cut: what a command prints. An example is not recorded, so that no command finds it.
    pub(crate) fn rest_is_in(&self, command: &str) -> String {
        if self.report.is_example { "on the page".to_owned() } else { command.to_owned() }
    }

    pub(crate) fn rule(&self, id: &RuleId) -> Option<&'a RuleHeader> {
        self.rules.get(id).copied()
    }

    /// Every rule, by id.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'a RuleHeader> + '_ {
        self.rules.values().copied()
    }

    pub(crate) fn control(&self, id: &ControlId) -> Option<&'a ControlAssessment> {
        self.controls.get(id).copied()
    }

    /// A requirement of a framework that was assessed.
    pub(crate) fn requirement(&self, id: &RequirementId) -> Option<(&'a Requirement, &'a RequirementAssessment)> {
        self.requirements.get(id).copied()
    }

    /// The assessed requirements that a control has edges to, in order.
    pub(crate) fn touched_by(&self, control: &ControlId) -> &[&'a RequirementId] {
        self.touched.get(control).map_or(&[], Vec::as_slice)
    }

    /// The assessed requirements that any of these controls has edges to, in order, none twice.
    pub(crate) fn touched_by_all(&self, controls: &[&ControlId]) -> Vec<&'a RequirementId> {
        let all: BTreeSet<_> = controls.iter().flat_map(|id| self.touched_by(id).iter().copied()).collect();
        all.into_iter().collect()
    }

    /// The rules that read a kind, joins included.
    pub(crate) fn rules_of(&self, kind: &KindId) -> &[&'a RuleHeader] {
        self.rules_of_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The controls whose rules read a kind, in order, none twice.
    pub(crate) fn controls_of(&self, kind: &KindId) -> Vec<&'a ControlId> {
        let all: BTreeSet<_> = self.rules_of(kind).iter().flat_map(|header| &header.controls).collect();
        all.into_iter().collect()
    }

    /// The controls and requirements that wait for what a gap withholds.
    pub(crate) fn waiting_for(&self, gap: &Gap) -> (Vec<&'a ControlId>, Vec<&'a RequirementId>) {
        let controls = self.controls_of(&gap.kind);
        let requirements = self.touched_by_all(&controls);
        (controls, requirements)
    }

    pub(crate) fn counts(&self, rule: &RuleId) -> Counts {
        Counts::of(self.report.findings.of_rule(rule))
    }

    /// The findings of a rule that `wanted` names, in the order of their positions.
    pub(crate) fn findings_of(
        &self,
        header: &'a RuleHeader,
        wanted: impl Fn(Outcome) -> bool + 'a,
    ) -> impl Iterator<Item = Finding<'a>> + 'a {
        let findings = self.report.findings.of_rule(&header.id);
        findings
            .into_iter()
            .flat_map(move |findings| findings.outcomes.iter().enumerate().map(move |it| (findings, it)))
            .filter_map(move |(findings, (index, outcome))| {
                wanted(*outcome).then_some(Finding { header, findings, index, outcome: *outcome })
            })
    }

    /// The first `most` findings of a rule that do not pass: failures first, then by subject, so that no failure gives way
    /// to what could not be told.
    pub(crate) fn shown(&self, header: &'a RuleHeader, most: usize) -> Vec<Finding<'a>> {
        let mut shown = Vec::new();
        for outcome in [Outcome::Fail, Outcome::Inconclusive] {
            let room = most.saturating_sub(shown.len());
            let mut of = self.first_of_each_scope(header, outcome, room);
            of.sort_unstable_by(|a, b| self.compare(a, b));
            of.truncate(room);
            shown.append(&mut of);
        }
        shown
    }

    /// The findings of a rule with an outcome, of each collector and scope at most the first `most` by subject: facts stand
    /// in the order of their subjects, so that a million failures need not be sorted to find a few.
    fn first_of_each_scope(&self, header: &'a RuleHeader, outcome: Outcome, most: usize) -> Vec<Finding<'a>> {
        let mut first: Vec<Finding<'a>> = Vec::new();
        let (mut place, mut count) = (None, 0);
        for finding in self.findings_of(header, move |it| it == outcome) {
            let here = match finding.findings.subjects {
                Subjects::Facts(_) => finding.findings.subject(finding.index, self.report.facts).map(|it| (it.0, it.1)),
                // Nothing says that groups stand in an order.
                Subjects::Groups(_) => None,
            };
            count = if here.is_some() && here == place { count + 1 } else { 1 };
            place = here;
            if count <= most {
                first.push(finding);
            }
        }
        first
    }

    /// By severity, most first, then subject, then rule, collector and scope.
    pub(crate) fn compare(&self, a: &Finding<'a>, b: &Finding<'a>) -> std::cmp::Ordering {
        let key = |it: &Finding<'a>| {
            let subject = it.findings.subject(it.index, self.report.facts);
            (subject.map(|(_, _, subject)| subject), &it.header.id, subject.map(|(collector, scope, _)| (collector, scope)))
        };
        b.header.severity.cmp(&a.header.severity).then_with(|| key(a).cmp(&key(b))).then_with(|| a.index.cmp(&b.index))
    }

    /// The name by which the fact at a position is cited.
    pub(crate) fn evidence_id(&self, position: usize) -> Option<String> {
        let fact = self.report.facts.facts().get(position)?;
        let after = self.stretches.partition_point(|it| it.start <= position);
        let stretch = self.stretches.get(after.checked_sub(1)?)?;
        Some(format!("{}:fact:{}", fact.collector, stretch.before + (position - stretch.start) + 1))
    }

    /// Every rule's header with its counts, most severe first, then by id.
    pub(crate) fn rules_by_severity(&self) -> Vec<(&'a RuleHeader, Counts)> {
        let mut rules: Vec<_> = self.report.rules.iter().map(|header| (header, self.counts(&header.id))).collect();
        rules.sort_by(|(a, _), (b, _)| b.severity.cmp(&a.severity).then_with(|| a.id.cmp(&b.id)));
        rules
    }

    /// The waiver that holds for a finding.
    pub(crate) fn waiver(&self, finding: &Finding<'a>) -> Option<&'a Waiver> {
        self.report.waivers?.get(&finding.id(&self.report)?)
    }

    /// Leaves that subservice organisations answer for, or are to and do not, by the reason that says so. A leaf that a
    /// control of its own leaves unknown is not among them.
    pub(crate) fn answered_elsewhere(&self, status: RequirementStatus) -> BTreeMap<&'a str, Vec<&'a RequirementId>> {
        let mut found: BTreeMap<&str, Vec<&RequirementId>> = BTreeMap::new();
        for it in self.report.assessment.frameworks.iter().flat_map(|it| &it.requirements) {
            let is_leaf = self.requirement(&it.id).is_some_and(|(of, _)| of.leaf);
            let by_control = |id: &ControlId| {
                self.control(id).is_some_and(|it| {
                    !matches!(
                        it.status,
                        ControlStatus::Passing
                            | ControlStatus::Attested
                            | ControlStatus::Untested
                            | ControlStatus::NotApplicable
                            | ControlStatus::NoOccurrences
                    )
                })
            };
            let elsewhere = |aspect: &AspectAssessment| match aspect.status {
                AspectStatus::CarvedOut => true,
                AspectStatus::Unknown => !aspect.controls.iter().any(by_control),
                _ => false,
            };
            if is_leaf && it.status == status && it.aspects.iter().any(elsewhere) {
                found.entry(&it.reason).or_default().push(&it.id);
            }
        }
        found
    }

    /// How many of the expected scopes of a kind are complete, and how many there are.
    pub(crate) fn scopes_of(&self, kind: &KindId) -> (usize, usize) {
        let scopes = self.report.facts.scopes_of(kind);
        let complete = scopes.iter().filter(|it| matches!(it.completeness, Completeness::Complete { .. })).count();
        (complete, scopes.len())
    }
}

impl<'a> Finding<'a> {
    pub(crate) fn note(&self) -> Option<&'a Note> {
        self.findings.note(self.index)
    }

    /// The message; a pass has none.
    pub(crate) fn message(&self) -> &'a str {
        self.note().map_or("", |note| &note.message)
    }

    pub(crate) fn subject(&self, report: &Report<'a>) -> &'a str {
        self.findings.subject(self.index, report.facts).map_or("", |(_, _, subject)| subject.as_str())
    }

    pub(crate) fn id(&self, report: &Report<'a>) -> Option<FindingId> {
        let (collector, scope, subject) = self.findings.subject(self.index, report.facts)?;
        Some(FindingId::of(&self.header.id, collector, &self.header.kind, scope, subject))
    }

    /// The positions of the facts it rests on, at most [`CITED_LIMIT`], and how many more there are.
    pub(crate) fn cited(&self, report: &Report<'a>) -> (Vec<usize>, usize) {
        let members = self.findings.members(self.index, report.facts).into_iter().map(|(at, _)| at);
        let mut all: Vec<_> = members.chain(self.note().into_iter().flat_map(|note| note.joined.iter().copied())).collect();
        let left = all.len().saturating_sub(CITED_LIMIT);
        all.truncate(CITED_LIMIT);
        (all, left)
    }

    /// When the oldest of the facts it is about was observed.
    pub(crate) fn observed_at(&self, report: &Report<'a>) -> Option<Timestamp> {
        self.findings.members(self.index, report.facts).into_iter().map(|(_, fact)| fact.observed_at).min()
    }

    /// Since when it fails: as an earlier run knows, else when its evidence was observed.
    pub(crate) fn first_failed_at(&self, report: &Report<'a>) -> Option<Timestamp> {
        if self.outcome != Outcome::Fail {
            return None;
        }
        self.id(report).and_then(|id| report.failing_since.get(&id).copied()).or_else(|| self.observed_at(report))
    }
}

/// Facts of one kind and collector, which stand together.
struct Stretch {
    /// The position of the first.
    start: usize,
    /// How many facts its collector has before them.
    before: usize,
}

/// Where each stretch begins: a fact's place among its collector's facts follows from it.
fn stretches(facts: &[Fact]) -> Vec<Stretch> {
    let mut seen: BTreeMap<&CollectorName, usize> = BTreeMap::new();
    let mut stretches = Vec::new();
    let mut start = 0;
    while let Some(first) = facts.get(start) {
        let key = (&first.kind, &first.collector);
        let rest = facts.get(start..).unwrap_or_default();
        let length = rest.partition_point(|fact| (&fact.kind, &fact.collector) <= key).max(1);
        let before = seen.entry(&first.collector).or_default();
        stretches.push(Stretch { start, before: *before });
        *before += length;
        start += length;
    }
    stretches
}

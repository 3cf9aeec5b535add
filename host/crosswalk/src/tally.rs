//! The subjects of one control, counted.
//!
//! Takes the rules of a control, their findings and the waivers, gives the population and what speaks for and against the
//! control. Never leaves a fact out: one that a rule has no outcome for is inconclusive.
//!
//! A subject is a (collector, kind, scope, subject); of several rules on it the worst outcome counts. Rules over the facts
//! of one kind share their positions, so a population of millions is folded as one column of bytes.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Basis, CollectorName, Control, FactSet, FindingId, KindId, Outcome, Population, RuleFindings, RuleHeader, RuleId, ScopeId,
    SubjectId, Subjects, Timestamp, Waiver, WaiverKind,
};

use crate::control::Ground;
use crate::evidence::{is_stale, is_within};
use crate::kind_evidence::{KindEvidence, ScopeEvidence, count};
use crate::waive::Waivers;

/// What one subject counts as, from the least to the most.
///
/// A rule that does not concern a subject says less than one that it passes; a waived failure is shown even where other
/// rules pass; what could not be told outweighs both, and a failure outweighs all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Class {
    NotApplicable,
    Pass,
    Waived,
    Inconclusive,
    Fail,
}

/// What speaks for and against one control.
#[derive(Debug, Default)]
pub(crate) struct Tally<'a> {
    /// The rules that are put to something, in order.
    pub(crate) tested: Vec<&'a RuleHeader>,
    /// The others.
    pub(crate) not_configured: Vec<&'a RuleHeader>,
    /// The kinds for want of which they test nothing.
    pub(crate) not_given: BTreeSet<&'a KindId>,
    pub(crate) population: Population,
    /// Whether any rule passed any subject.
    pub(crate) any_pass: bool,
    /// Whether a waived failure rests on people's word that it is no failure, rather than that the rule does not apply.
    pub(crate) any_excused: bool,
    /// How many failures stand and are accepted.
    pub(crate) accepted: u64,
    /// The rules with failures that stand.
    pub(crate) failing: BTreeSet<&'a RuleId>,
    /// The rules with outcomes that could not be told.
    pub(crate) inconclusive: BTreeSet<&'a RuleId>,
    /// The oldest instant since which a failure stands, when each of them is within the control's time limit.
    pub(crate) young_since: Option<Timestamp>,
    /// Whether a failure is over the control's time limit, or there is none.
    pub(crate) any_overdue: bool,
    /// Kinds with gaps, incomplete scopes, or facts outside every expected scope.
    pub(crate) partial: BTreeSet<&'a KindId>,
    /// The codes of their gaps.
    pub(crate) codes: BTreeSet<&'a str>,
    /// Kinds whose evidence is too old.
    pub(crate) stale: BTreeSet<&'a KindId>,
    /// Rules that have no outcome for some fact.
    pub(crate) unevaluated: BTreeSet<&'a RuleId>,
    pub(crate) basis_of_failure: Option<Basis>,
    pub(crate) basis_of_doubt: Option<Basis>,
    pub(crate) basis_of_all: Option<Basis>,
}

impl<'a> Tally<'a> {
    pub(crate) fn of(control: &Control, ground: &Ground<'a>, waivers: &Waivers<'a>) -> Self {
        let mut tally = Self::default();
        let mut by_kind: BTreeMap<&'a KindId, Vec<&'a RuleHeader>> = BTreeMap::new();
        for rule in ground.rules_of(&control.id) {
            let not_given = not_given(rule, ground.evidence.facts);
            if not_given.is_empty() {
                tally.tested.push(rule);
                by_kind.entry(&rule.kind).or_default().push(rule);
            } else {
                tally.not_configured.push(rule);
                tally.not_given.extend(not_given);
            }
        }
        for (kind, rules) in by_kind {
            if let Some(evidence) = ground.kind(kind) {
                tally.kind(kind, evidence, &rules, control, ground, waivers);
            }
        }
        tally
    }

    /// Whether anything is not known.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.population.inconclusive > 0
            || !self.inconclusive.is_empty()
            || !self.partial.is_empty()
            || !self.stale.is_empty()
            || !self.unevaluated.is_empty()
    }

    fn kind(
        &mut self,
        kind: &'a KindId,
        evidence: &KindEvidence<'a>,
        rules: &[&'a RuleHeader],
        control: &Control,
        ground: &Ground<'a>,
        waivers: &Waivers<'a>,
    ) {
        self.completeness(kind, evidence, rules, ground);
        let mut column = Column::new(evidence);
        let mut groups = Groups::default();
        for rule in rules {
            self.rule(rule, control, ground, waivers);
            let findings = ground.evidence.findings.of_rule(&rule.id);
            let covered = match findings.map(|findings| (findings, &findings.subjects)) {
                Some((findings, Subjects::Groups(_))) => groups.fold(evidence, findings, waivers),
                Some((findings, Subjects::Facts(_))) => column.fold(evidence, findings, waivers),
                None => evidence.facts.is_empty() || column.not_evaluated(),
            };
            if !covered {
                self.unevaluated.insert(&rule.id);
            }
        }
        column.count(&mut self.population);
        groups.count(&mut self.population);
        let expected = if column.used || groups.0.is_empty() { evidence.expected() } else { 0 };
        self.population.expected = self.population.expected.saturating_add(expected).saturating_add(count(groups.0.len()));
        self.bases(evidence, &column, &groups, rules, ground);
    }

    /// What is missing, partial or too old.
    fn completeness(&mut self, kind: &'a KindId, evidence: &KindEvidence<'a>, rules: &[&RuleHeader], ground: &Ground<'_>) {
        if !evidence.is_whole() {
            self.partial.insert(kind);
            self.codes.extend(evidence.gaps.iter().map(|gap| gap.code.as_str()));
        }
        if evidence.scopes.iter().any(|scope| is_scope_stale(scope, rules, ground)) {
            self.stale.insert(kind);
        }
    }

    /// What one rule says, whatever the others say.
    fn rule(&mut self, rule: &'a RuleHeader, control: &Control, ground: &Ground<'a>, waivers: &Waivers<'a>) {
        let Some(findings) = ground.evidence.findings.of_rule(&rule.id) else { return };
        self.any_pass |= findings.outcomes.contains(&Outcome::Pass);
        if findings.outcomes.contains(&Outcome::Inconclusive) {
            self.inconclusive.insert(&rule.id);
        }
        let mut decisions = waivers.of_rule(&rule.id).peekable();
        let mut stands = false;
        for (index, _) in findings.outcomes.iter().enumerate().filter(|(_, outcome)| **outcome == Outcome::Fail) {
            let waiver = decisions.next_if(|(at, _)| *at == index).map(|(_, waiver)| waiver);
            if let Some(waiver) = waiver.filter(|waiver| leaves_count(waiver)) {
                self.any_excused |= waiver.kind != WaiverKind::NotApplicable;
                continue;
            }
            self.accepted += u64::from(waiver.is_some());
            self.age(rule, findings, index, control, ground);
            stands = true;
        }
        self.failing.extend(stands.then_some(&rule.id));
    }

    /// Whether a standing failure is within the control's time limit. One that is new in this run has just begun.
    fn age(&mut self, rule: &RuleHeader, findings: &RuleFindings, index: usize, control: &Control, ground: &Ground<'_>) {
        let now = ground.evidence.now;
        let Some(within) = control.within.filter(|_| !self.any_overdue) else {
            self.any_overdue = true;
            return;
        };
        let id = findings
            .subject(index, ground.evidence.facts)
            .map(|(collector, scope, subject)| FindingId::of(&rule.id, collector, &rule.kind, scope, subject));
        let since = id.and_then(|id| (ground.evidence.failing_since)(&id)).unwrap_or(now).min(now);
        if is_within(since, within, now) {
            self.young_since = Some(self.young_since.map_or(since, |oldest| oldest.min(since)));
        } else {
            self.any_overdue = true;
        }
    }

    fn bases(
        &mut self,
        evidence: &KindEvidence<'a>,
        column: &Column,
        groups: &Groups<'a>,
        rules: &[&RuleHeader],
        ground: &Ground<'_>,
    ) {
        let places = groups.places();
        let holds = |scope: &ScopeEvidence<'a>, class| {
            column.holds(scope, class) || places.contains(&(scope.collector, scope.scope, class))
        };
        let failure = evidence.basis(|scope| holds(scope, Class::Fail));
        let doubt = evidence
            .basis(|scope| scope.seen_at.is_none() || is_scope_stale(scope, rules, ground) || holds(scope, Class::Inconclusive));
        self.basis_of_failure = self.basis_of_failure.max(failure);
        self.basis_of_doubt = self.basis_of_doubt.max(doubt);
        self.basis_of_all = self.basis_of_all.max(evidence.basis(|_| true));
    }
}

/// The kinds for want of which a rule tests nothing: its own, or those that it joins.
///
/// A rule that compares accounts with the register of people can tell nothing where nobody keeps one: that is shown as not
/// tested, never as passing and never as not applicable.
pub(crate) fn not_given<'r>(rule: &'r RuleHeader, facts: &FactSet) -> Vec<&'r KindId> {
    let needed = rule.joins.iter().map(|join| &join.kind).chain([&rule.kind]);
    needed.filter(|kind| !facts.is_given(kind)).collect()
}

fn is_scope_stale(scope: &ScopeEvidence<'_>, rules: &[&RuleHeader], ground: &Ground<'_>) -> bool {
    scope.seen_at.is_some_and(|at| rules.iter().any(|rule| is_stale(at, rule.fresh_for, ground.evidence.now)))
}

fn leaves_count(waiver: &Waiver) -> bool {
    !matches!(waiver.kind, WaiverKind::RiskAcceptance | WaiverKind::Deferral)
}

fn class(outcome: Outcome, waiver: Option<&Waiver>) -> Class {
    match outcome {
        Outcome::Pass => Class::Pass,
        Outcome::NotApplicable => Class::NotApplicable,
        Outcome::Inconclusive => Class::Inconclusive,
        Outcome::Fail if waiver.is_some_and(leaves_count) => Class::Waived,
        Outcome::Fail => Class::Fail,
    }
}

/// The classes of a rule's outcomes, waivers applied, in order.
fn classes<'a>(findings: &'a RuleFindings, waivers: &'a Waivers<'_>) -> impl Iterator<Item = Class> + 'a {
    let mut decisions = waivers.of_rule(&findings.rule).peekable();
    findings.outcomes.iter().enumerate().map(move |(index, outcome)| {
        let waiver = decisions.next_if(|(at, _)| *at == index).map(|(_, waiver)| waiver);
        class(*outcome, waiver)
    })
}

/// The facts of one kind, one class each.
struct Column {
    classes: Vec<Class>,
    /// Whether any rule spoke of facts; else the subjects are groups alone.
    used: bool,
}

impl Column {
    fn new(evidence: &KindEvidence<'_>) -> Self {
        Self { classes: vec![Class::NotApplicable; evidence.facts.len()], used: false }
    }

    /// Takes one rule in; says whether it has an outcome for every fact.
    fn fold(&mut self, evidence: &KindEvidence<'_>, findings: &RuleFindings, waivers: &Waivers<'_>) -> bool {
        let Subjects::Facts(range) = &findings.subjects else { return false };
        if *range != evidence.facts || findings.outcomes.len() != self.classes.len() {
            return self.not_evaluated();
        }
        self.used = true;
        if waivers.of_rule(&findings.rule).next().is_some() {
            for (worst, class) in self.classes.iter_mut().zip(classes(findings, waivers)) {
                *worst = class.max(*worst);
            }
        } else {
            // Nothing is waived in most rules, and then a million subjects are one pass over two byte columns.
            for (worst, outcome) in self.classes.iter_mut().zip(&findings.outcomes) {
                *worst = class(*outcome, None).max(*worst);
            }
        }
        true
    }

    /// Takes in a rule whose outcomes are not about these facts: nothing is known of any of them.
    fn not_evaluated(&mut self) -> bool {
        self.used = true;
        for worst in &mut self.classes {
            *worst = Class::Inconclusive.max(*worst);
        }
        false
    }

    fn holds(&self, scope: &ScopeEvidence<'_>, class: Class) -> bool {
        self.used && self.classes.get(scope.facts.clone()).is_some_and(|classes| classes.contains(&class))
    }

    fn count(&self, population: &mut Population) {
        if self.used {
            for class in [Class::NotApplicable, Class::Pass, Class::Waived, Class::Inconclusive, Class::Fail] {
                add(population, class, count(self.classes.iter().filter(|it| **it == class).count()));
            }
        }
    }
}

type GroupKey<'a> = (&'a CollectorName, &'a ScopeId, &'a SubjectId);

/// Groups of facts of one kind, one class each.
#[derive(Default)]
struct Groups<'a>(BTreeMap<GroupKey<'a>, Class>);

impl<'a> Groups<'a> {
    /// Takes one rule in; says whether every fact of the kind is in one of its groups, and every group has an outcome.
    fn fold(&mut self, evidence: &KindEvidence<'_>, findings: &'a RuleFindings, waivers: &Waivers<'_>) -> bool {
        let Subjects::Groups(groups) = &findings.subjects else { return false };
        let mut member = vec![false; evidence.facts.len()];
        let found = classes(findings, waivers).map(Some).chain(core::iter::repeat(None));
        for (group, class) in groups.iter().zip(found) {
            let key = (&group.collector, &group.scope, &group.subject);
            let worst = self.0.entry(key).or_insert(Class::NotApplicable);
            *worst = class.unwrap_or(Class::Inconclusive).max(*worst);
            for at in &group.members {
                if let Some(seen) = at.checked_sub(evidence.facts.start).and_then(|at| member.get_mut(at)) {
                    *seen = true;
                }
            }
        }
        findings.outcomes.len() == groups.len() && member.iter().all(|seen| *seen)
    }

    /// Which classes stand where.
    fn places(&self) -> BTreeSet<(&'a CollectorName, &'a ScopeId, Class)> {
        self.0.iter().map(|((collector, scope, _), class)| (*collector, *scope, *class)).collect()
    }

    fn count(&self, population: &mut Population) {
        for class in self.0.values() {
            add(population, *class, 1);
        }
    }
}

fn add(population: &mut Population, class: Class, subjects: u64) {
    population.assessed += subjects;
    *match class {
        Class::NotApplicable => &mut population.not_applicable,
        Class::Pass => &mut population.pass,
        Class::Waived => &mut population.waived,
        Class::Inconclusive => &mut population.inconclusive,
        Class::Fail => &mut population.fail,
    } += subjects;
}

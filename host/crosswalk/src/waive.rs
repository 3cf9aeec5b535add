//! Which waivers hold, and which findings they change.
//!
//! Takes the waivers and the evidence of a run, gives for each waiver whether it holds and for each failure the waiver that
//! applies. Never changes an outcome that is not a failure: unknown stays unknown.
//!
//! A waiver holds from its approval until it expires, when someone else than the requester approved it and no more failures
//! match than were approved. *Never retroactive* means that it changes what is assessed at or after its approval and
//! nothing before: an assessment of an earlier time, and the history of failing intervals, do not see it. That a failure
//! began before the approval does not matter, for that is what one asks a waiver for.

use std::collections::{BTreeMap, BTreeSet};

use model::{Catalog, ControlId, ControlStatus, Outcome, RuleFindings, RuleId, SubjectId, Waiver, WaiverKind};

use crate::control::Ground;
use crate::evidence::Evidence;

/// What a waiver does to a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaiverEffect {
    /// It leaves the count: false positive, not applicable, compensating control.
    Waived,
    /// It stands, and is accepted: risk acceptance, deferral. The control stays failing.
    Accepted,
}

/// Whether a waiver holds, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds, for the failures that it matches.
    Holds,
    /// It is not approved yet.
    NotYetApproved,
    /// It has expired.
    Expired,
    /// No one but the requester approved it.
    NotIndependent,
    /// More failures match than it was approved for.
    TooMany,
    /// The control that should do the work does not pass, or none is named.
    NotCompensated,
    /// Every fact that it cites has changed.
    Changed,
}

/// The waivers of one run, and what they do.
#[derive(Debug, Default)]
pub struct Waivers<'a> {
    states: Vec<State<'a>>,
    by_rule: BTreeMap<&'a RuleId, BTreeMap<usize, usize>>,
}

#[derive(Debug)]
struct State<'a> {
    waiver: &'a Waiver,
    standing: Standing,
    /// The failures of its rule that it names, as positions among the outcomes.
    matched: Vec<usize>,
    /// Those of them whose cited facts are as they were; all, when it cites none.
    applies: Vec<usize>,
}

/// Which waivers hold at the run's time, and which failures they change.
pub fn waivers<'a>(catalog: &'a Catalog, evidence: &Evidence<'a>) -> Waivers<'a> {
    let ground = Ground::new(evidence);
    Waivers::new(catalog, &ground)
}

impl<'a> Waivers<'a> {
    /// Two passes: compensating waivers look at controls as they stand without any compensation, so that no two controls
    /// can excuse each other.
    pub(crate) fn new(catalog: &'a Catalog, ground: &Ground<'a>) -> Self {
        let evidence = &ground.evidence;
        let mut sorted: Vec<&'a Waiver> = evidence.waivers.iter().collect();
        sorted.sort_by(|a, b| (precedence(a.kind), &a.id).cmp(&(precedence(b.kind), &b.id)));
        let matches = matches(&sorted, evidence);
        let mut states = Vec::new();
        for (waiver, matched) in sorted.into_iter().zip(matches) {
            let applies = matched.iter().copied().filter(|at| is_as_cited(waiver, *at, evidence)).collect();
            let mut state = State { waiver, standing: Standing::Holds, matched, applies };
            state.standing = state.standing_at(evidence);
            states.push(state);
        }
        let mut uncompensated = Self { states, by_rule: BTreeMap::new() };
        uncompensated.index(|waiver| waiver.kind != WaiverKind::CompensatingControl);
        uncompensated.compensate(catalog, ground)
    }

    /// Ends the compensating waivers whose control does not pass, and takes in the others.
    fn compensate(mut self, catalog: &'a Catalog, ground: &Ground<'a>) -> Self {
        let named: BTreeSet<&ControlId> = self.states.iter().filter_map(State::compensating).collect();
        let passing: BTreeSet<&ControlId> = named
            .into_iter()
            .filter_map(|id| catalog.controls.get(id))
            .filter(|control| control.enabled && ground.control(control, &self).status == ControlStatus::Passing)
            .map(|control| &control.id)
            .collect();
        for state in &mut self.states {
            let compensates = state.waiver.kind == WaiverKind::CompensatingControl;
            if compensates && state.standing == Standing::Holds && !state.compensating().is_some_and(|id| passing.contains(id)) {
                state.standing = Standing::NotCompensated;
            }
        }
        self.index(|_| true);
        self
    }

    /// Writes down, for each failure, the first waiver that holds.
    fn index(&mut self, counts: impl Fn(&Waiver) -> bool) {
        self.by_rule.clear();
        for (number, state) in self.states.iter().enumerate() {
            if state.standing == Standing::Holds && counts(state.waiver) {
                let rule = self.by_rule.entry(&state.waiver.rule).or_default();
                for at in &state.applies {
                    rule.entry(*at).or_insert(number);
                }
            }
        }
    }

    /// The waiver that changes the outcome at `index` of a rule, and how; `None` when none does.
    pub fn of_finding(&self, rule: &RuleId, index: usize) -> Option<(&'a Waiver, WaiverEffect)> {
        let number = self.by_rule.get(rule)?.get(&index)?;
        let waiver = self.states.get(*number)?.waiver;
        Some((waiver, effect(waiver.kind)))
    }

    /// The positions of a rule's waived failures with the waivers, in order.
    pub(crate) fn of_rule(&self, rule: &RuleId) -> impl Iterator<Item = (usize, &'a Waiver)> {
        let numbers = self.by_rule.get(rule).into_iter().flatten();
        numbers.filter_map(|(at, number)| self.states.get(*number).map(|state| (*at, state.waiver)))
    }

    /// Every waiver with its standing and how many failures it matches: those that leave the count first, then by id.
    pub fn all(&self) -> impl Iterator<Item = (&'a Waiver, Standing, usize)> {
        self.states.iter().map(|state| (state.waiver, state.standing, state.matched.len()))
    }
}

impl<'a> State<'a> {
    fn compensating(&self) -> Option<&'a ControlId> {
        self.waiver.control.as_ref().filter(|_| self.waiver.kind == WaiverKind::CompensatingControl)
    }

    fn standing_at(&self, evidence: &Evidence<'_>) -> Standing {
        let waiver = self.waiver;
        let (requester, approver) = (waiver.requested_by.trim().to_lowercase(), waiver.approved_by.trim().to_lowercase());
        if evidence.now < waiver.approved_at {
            Standing::NotYetApproved
        } else if waiver.expires_at <= evidence.now {
            Standing::Expired
        } else if approver.is_empty() || approver == requester {
            Standing::NotIndependent
        } else if self.matched.len() > waiver.subject_count {
            Standing::TooMany
        } else if self.applies.is_empty() && !self.matched.is_empty() {
            Standing::Changed
        } else {
            Standing::Holds
        }
    }
}

/// What leaves the count goes before what stands and is accepted.
fn precedence(kind: WaiverKind) -> u8 {
    match kind {
        WaiverKind::FalsePositive => 0,
        WaiverKind::NotApplicable => 1,
        WaiverKind::CompensatingControl => 2,
        WaiverKind::RiskAcceptance => 3,
        WaiverKind::Deferral => 4,
    }
}

fn effect(kind: WaiverKind) -> WaiverEffect {
    match kind {
        WaiverKind::FalsePositive | WaiverKind::NotApplicable | WaiverKind::CompensatingControl => WaiverEffect::Waived,
        WaiverKind::RiskAcceptance | WaiverKind::Deferral => WaiverEffect::Accepted,
    }
}

/// For each waiver, the failures of its rule on the subjects that it names. One pass over the failures of each rule.
fn matches(waivers: &[&Waiver], evidence: &Evidence<'_>) -> Vec<Vec<usize>> {
    let mut wanted: BTreeMap<&RuleId, BTreeMap<&SubjectId, BTreeSet<usize>>> = BTreeMap::new();
    for (number, waiver) in waivers.iter().enumerate() {
        let rule = wanted.entry(&waiver.rule).or_default();
        for subject in &waiver.subjects {
            rule.entry(subject).or_default().insert(number);
        }
    }
    let mut matched = vec![Vec::new(); waivers.len()];
    for (rule, subjects) in &wanted {
        let Some(findings) = evidence.findings.of_rule(rule) else { continue };
        for index in failures(findings) {
            let Some((_, _, subject)) = findings.subject(index, evidence.facts) else { continue };
            for number in subjects.get(subject).into_iter().flatten() {
                if let Some(list) = matched.get_mut(*number) {
                    list.push(index);
                }
            }
        }
    }
    matched
}

fn failures(findings: &RuleFindings) -> impl Iterator<Item = usize> {
    findings.outcomes.iter().enumerate().filter(|(_, outcome)| **outcome == Outcome::Fail).map(|(index, _)| index)
}

/// Whether every fact that a false positive was judged on is there and unchanged. Other waivers cite no facts.
fn is_as_cited(waiver: &Waiver, index: usize, evidence: &Evidence<'_>) -> bool {
    if waiver.kind != WaiverKind::FalsePositive {
        return true;
    }
    let Some(findings) = evidence.findings.of_rule(&waiver.rule) else { return false };
    let members = findings.members(index, evidence.facts);
    !members.is_empty() && members.iter().all(|(_, fact)| waiver.facts.get(&fact.subject) == Some(&fact.digest))
}

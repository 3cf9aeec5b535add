//! Why anything fails or is not known, by what would end it.
//!
//! Takes the evidence of a run; gives every cause once, and which findings, gaps and scopes wait for which. Never weighs
//! them, and never more than the evidence has: messages of others are kept by the cause, not by the subject.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    CollectorName, Completeness, ControlId, Fact, FactSet, Gap, GapCode, KindId, Note, Outcome, Remedy, RequirementId,
    RuleFindings, RuleHeader, RuleId, ScopeState,
};
use smol_str::SmolStr;

use crate::carve::Answer;
use crate::control::attested_until;
use crate::evidence::{Evidence, is_stale};
use crate::tally::not_given;

/// How many messages of one collector and code are told apart; beyond, its gaps are told apart by kind.
const MESSAGES: usize = 50;

/// What the evaluation of rules writes before the age of what it found too old.
const STALE: &str = "stale: ";

static MISSING: GapCode = GapCode::MISSING;

/// One cause.
#[derive(Debug)]
pub(crate) struct Cause<'a> {
    pub(crate) remedy: Remedy,
    /// The rules that it bears on.
    pub(crate) rules: BTreeSet<&'a RuleId>,
    /// The requirements that it bears on by itself.
    pub(crate) requirements: BTreeSet<RequirementId>,
    pub(crate) subject_count: u64,
}

/// Outcomes of one rule that wait for the same causes.
#[derive(Debug)]
pub(crate) struct Waiting<'a> {
    pub(crate) rule: &'a RuleId,
    /// All of them must end.
    pub(crate) causes: Vec<usize>,
    /// The positions of the outcomes.
    pub(crate) outcomes: Vec<usize>,
}

/// Every cause, and what waits for it.
#[derive(Debug, Default)]
pub(crate) struct Causes<'a> {
    pub(crate) all: Vec<Cause<'a>>,
    pub(crate) findings: Vec<Waiting<'a>>,
    /// The cause of each gap, in the order of the gaps.
    pub(crate) gaps: Vec<usize>,
    /// The causes of each scope of which not all was seen, or that is too old, by its position.
    pub(crate) scopes: BTreeMap<usize, BTreeSet<usize>>,
    /// The cause of each carve-out that does not hold, by its position; none beside the gaps of the register of reports.
    pub(crate) carve_outs: BTreeMap<usize, Option<usize>>,
    /// The cause of each control whose attestation ran out, and that nothing tests.
    pub(crate) attestations: BTreeMap<&'a ControlId, usize>,
    known: BTreeMap<Key<'a>, usize>,
    /// The causes that stand against a kind, and against what a collector said of itself.
    of_kind: BTreeMap<&'a KindId, BTreeSet<usize>>,
    of_message: BTreeMap<(&'a CollectorName, &'a str), usize>,
}

/// What tells causes apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Mend(&'a RuleId),
    Said(&'a CollectorName, &'a GapCode, &'a str),
    OfKind(&'a CollectorName, &'a GapCode, &'a KindId),
    Give(&'a CollectorName, &'a KindId, SmolStr),
    Refresh(&'a CollectorName, &'a KindId),
    Rely(&'a str, &'a [String]),
    Attest(&'a ControlId),
    Settle(&'a RuleId),
}

impl<'a> Causes<'a> {
    pub(crate) fn of(evidence: &Evidence<'a>) -> Self {
        let mut causes = Self::default();
        causes.gaps(evidence.facts);
        causes.scopes(evidence);
        causes.carve_outs(evidence);
        causes.attestations(evidence);
        for rule in evidence.rules {
            if let Some(findings) = evidence.findings.of_rule(&rule.id) {
                causes.rule(rule, findings, evidence);
            }
        }
        for rule in evidence.rules {
            let kinds = core::iter::once(&rule.kind).chain(rule.joins.iter().map(|join| &join.kind));
            for at in kinds.filter_map(|kind| causes.of_kind.get(kind)).flatten() {
                if let Some(cause) = causes.all.get_mut(*at) {
                    cause.rules.insert(&rule.id);
                }
            }
        }
        causes
    }

    /// The cause of that key, made when it is new.
    fn cause(&mut self, key: Key<'a>, remedy: impl FnOnce() -> Remedy) -> usize {
        let next = self.all.len();
        let at = *self.known.entry(key).or_insert(next);
        if at == next {
            self.all.push(Cause { remedy: remedy(), rules: BTreeSet::new(), requirements: BTreeSet::new(), subject_count: 0 });
        }
        at
    }

    fn count(&mut self, at: usize, rule: Option<&'a RuleId>) {
        if let Some(cause) = self.all.get_mut(at) {
            cause.subject_count += 1;
            cause.rules.extend(rule);
        }
    }

    fn gaps(&mut self, facts: &'a FactSet) {
        let mut messages: BTreeMap<(&CollectorName, &GapCode), BTreeSet<&str>> = BTreeMap::new();
        for gap in facts.gaps() {
            messages.entry((&gap.collector, &gap.code)).or_default().insert(&gap.message);
        }
        for gap in facts.gaps() {
            let many = messages.get(&(&gap.collector, &gap.code)).is_some_and(|it| it.len() > MESSAGES);
            let key = if many || gap.subject.is_some() {
                Key::OfKind(&gap.collector, &gap.code, &gap.kind)
            } else {
                Key::Said(&gap.collector, &gap.code, &gap.message)
            };
            let at = self.gap(key, gap);
            self.gaps.push(at);
        }
    }

    fn gap(&mut self, key: Key<'a>, gap: &'a Gap) -> usize {
        let at = self.cause(key, || Remedy::Close {
            collector: gap.collector.clone(),
            code: gap.code.clone(),
            message: gap.message.clone(),
            kinds: Vec::new(),
        });
        if let Some(Remedy::Close { kinds, .. }) = self.all.get_mut(at).map(|it| &mut it.remedy)
            && let Err(place) = kinds.binary_search(&gap.kind)
        {
            kinds.insert(place, gap.kind.clone());
        }
        self.count(at, None);
        self.of_kind.entry(&gap.kind).or_default().insert(at);
        self.of_message.entry((&gap.collector, &gap.message)).or_insert(at);
        at
    }

    /// What each scope that is not whole, or too old for a rule, waits for.
    fn scopes(&mut self, evidence: &Evidence<'a>) {
        for (position, state) in evidence.facts.scopes().iter().enumerate() {
            let waits = match &state.completeness {
                Completeness::Incomplete => self.open(state, evidence.facts),
                Completeness::Complete { observed_at, .. } => {
                    let stale =
                        |rule: &&RuleHeader| rule.kind == state.kind && is_stale(*observed_at, rule.fresh_for, evidence.now);
                    let rules: Vec<_> = evidence.rules.iter().filter(stale).map(|rule| &rule.id).collect();
                    if rules.is_empty() {
                        continue;
                    }
                    let at = self.refresh(&state.collector, &state.kind);
                    if let Some(cause) = self.all.get_mut(at) {
                        cause.rules.extend(rules);
                    }
                    BTreeSet::from([at])
                }
            };
            self.scopes.insert(position, waits);
        }
    }

    fn open(&mut self, state: &'a ScopeState, facts: &'a FactSet) -> BTreeSet<usize> {
        let concerns = |gap: &Gap| {
            (&gap.collector, &gap.kind) == (&state.collector, &state.kind)
                && (gap.scope == state.scope || gap.scope.as_str() == "*")
        };
        let gaps = facts.gaps().iter().zip(&self.gaps).filter(|(gap, _)| concerns(gap));
        let found: BTreeSet<usize> = gaps.map(|(_, at)| *at).collect();
        if !found.is_empty() {
            return found;
        }
        // Admission gives every such scope a gap; where there is none, it is missing like one.
        let at = self.cause(Key::OfKind(&state.collector, &MISSING, &state.kind), || Remedy::Close {
            collector: state.collector.clone(),
            code: MISSING.clone(),
            message: String::new(),
            kinds: vec![state.kind.clone()],
        });
        self.count(at, None);
        self.of_kind.entry(&state.kind).or_default().insert(at);
        BTreeSet::from([at])
    }

    /// What subservice organisations are to answer for, and do not.
    fn carve_outs(&mut self, evidence: &Evidence<'a>) {
        for (position, it) in evidence.carve_outs.iter().enumerate().filter(|(_, it)| !it.holds(evidence.now)) {
            if it.waits_for_register() {
                self.carve_outs.insert(position, None);
                continue;
            }
            let reasons = match &it.answer {
                Answer::Doubted { reasons } => reasons.as_slice(),
                Answer::Relied { .. } => &[],
            };
            let organisation = it.statement.organisation.as_str();
            let at = self.cause(Key::Rely(organisation, reasons), || Remedy::Rely {
                organisation: organisation.to_owned(),
                reasons: reasons.to_vec(),
            });
            self.carve_outs.insert(position, Some(at));
            if let Some(cause) = self.all.get_mut(at) {
                let of_aspects = it.statement.aspects.iter().map(model::AspectId::requirement);
                cause.requirements.extend(it.statement.requirements.iter().cloned().chain(of_aspects));
                cause.subject_count = 1;
            }
        }
    }

    /// The attestations that ran out, of controls that nothing tests.
    fn attestations(&mut self, evidence: &Evidence<'a>) {
        let tests = |rule: &RuleHeader, control| rule.controls.contains(control) && not_given(rule, evidence.facts).is_empty();
        for control in evidence.attestations.iter().map(|it| &it.control) {
            let is_tested = evidence.rules.iter().any(|rule| tests(rule, control));
            let ran_out = attested_until(evidence, control).is_some_and(|until| until <= evidence.now);
            if ran_out && !is_tested && !self.attestations.contains_key(control) {
                let at = self.cause(Key::Attest(control), || Remedy::Attest { control: control.clone() });
                self.attestations.insert(control, at);
                self.count(at, None);
            }
        }
    }

    fn refresh(&mut self, collector: &'a CollectorName, kind: &'a KindId) -> usize {
        self.cause(Key::Refresh(collector, kind), || Remedy::Refresh { collector: collector.clone(), kind: kind.clone() })
    }

    fn rule(&mut self, rule: &'a RuleHeader, findings: &'a RuleFindings, evidence: &Evidence<'a>) {
        let mut waiting: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (index, outcome) in findings.outcomes.iter().enumerate() {
            let causes = match outcome {
                Outcome::Pass | Outcome::NotApplicable => continue,
                Outcome::Fail => {
                    vec![self.cause(Key::Mend(&rule.id), || Remedy::Mend { rule: rule.id.clone() })]
                }
                Outcome::Inconclusive => self.unsure(rule, findings, index, evidence),
            };
            for at in &causes {
                // A gap is counted as a gap, however many subjects wait for it.
                let is_gap = matches!(self.all.get(*at).map(|it| &it.remedy), Some(Remedy::Close { .. }));
                if !is_gap {
                    self.count(*at, Some(&rule.id));
                } else if let Some(cause) = self.all.get_mut(*at) {
                    cause.rules.insert(&rule.id);
                }
            }
            waiting.entry(causes).or_default().push(index);
        }
        let of_rule = waiting.into_iter().map(|(causes, outcomes)| Waiting { rule: &rule.id, causes, outcomes });
        self.findings.extend(of_rule);
    }

    /// What an outcome that could not be told waits for.
    fn unsure(&mut self, rule: &'a RuleHeader, findings: &'a RuleFindings, index: usize, evidence: &Evidence<'a>) -> Vec<usize> {
        let facts = evidence.facts;
        let members = || findings.members(index, facts).into_iter().map(|(_, fact)| fact);
        let note = findings.note(index);
        let joined = || note.into_iter().flat_map(|it| &it.joined).filter_map(|at| facts.facts().get(*at));
        let missing = note.and_then(|it| it.missing.as_deref());
        let found = match missing {
            Some(name) => match rule.joins.iter().find(|join| join.name == name) {
                // Not all was seen of what it joins.
                Some(join) => self.of_kind.get(&join.kind).cloned().unwrap_or_default(),
                None => self.field(rule, name, members().collect(), &joined().collect::<Vec<_>>()),
            },
            None if note.is_some_and(is_old) => self.old(rule, members().chain(joined()).collect(), evidence),
            None => BTreeSet::new(),
        };
        if found.is_empty() {
            return vec![self.cause(Key::Settle(&rule.id), || Remedy::Settle { rule: rule.id.clone() })];
        }
        found.into_iter().collect()
    }

    /// A field that was not collected, of the subject or of what was joined to it.
    fn field(&mut self, rule: &'a RuleHeader, path: &str, members: Vec<&'a Fact>, joined: &[&'a Fact]) -> BTreeSet<usize> {
        let of_join = path.split_once('.').and_then(|(name, rest)| {
            let kind = &rule.joins.iter().find(|join| join.name == name)?.kind;
            Some((joined.iter().copied().filter(|fact| &fact.kind == kind).collect::<Vec<_>>(), rest))
        });
        let (facts, path) = of_join.unwrap_or((members, path));
        // A member of a group is named by its position; the field is what is missing.
        let path = path.strip_prefix("members[").and_then(|rest| rest.split_once("].")).map_or(path, |(_, field)| field);
        let field = without_positions(path);
        let reason = |fact: &&'a Fact| fact.field_gaps.iter().find(|gap| begins(path, &gap.field)).map(|gap| gap.reason.as_str());
        let Some(fact) = facts.iter().find(|fact| reason(fact).is_some()).or(facts.first()).copied() else {
            return BTreeSet::new();
        };
        let said = reason(&fact).unwrap_or_default();
        if let Some(at) = self.of_message.get(&(&fact.collector, said)) {
            return BTreeSet::from([*at]);
        }
        let at = self.cause(Key::Give(&fact.collector, &fact.kind, field.clone()), || Remedy::Give {
            collector: fact.collector.clone(),
            kind: fact.kind.clone(),
            field,
            reason: said.to_owned(),
        });
        BTreeSet::from([at])
    }

    /// Evidence that is too old: of the subject, of what was joined, or of what was searched for a match.
    fn old(&mut self, rule: &RuleHeader, facts: Vec<&'a Fact>, evidence: &Evidence<'a>) -> BTreeSet<usize> {
        let stale = |at| is_stale(at, rule.fresh_for, evidence.now);
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for fact in facts.into_iter().filter(|fact| stale(fact.observed_at)) {
            found.insert(self.refresh(&fact.collector, &fact.kind));
        }
        for state in rule.joins.iter().flat_map(|join| evidence.facts.scopes_of(&join.kind)) {
            if let Completeness::Complete { observed_at, .. } = state.completeness
                && stale(observed_at)
            {
                found.insert(self.refresh(&state.collector, &state.kind));
            }
        }
        found
    }
}

/// Whether a finding could not be told because its evidence is too old.
fn is_old(note: &Note) -> bool {
    note.message.starts_with(STALE)
}

/// Whether a path is a field or stands within it.
fn begins(path: &str, field: &str) -> bool {
    path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// `access_keys[3].status` as `access_keys[].status`: which item it is says nothing of what to do.
fn without_positions(path: &str) -> SmolStr {
    let mut text = String::with_capacity(path.len());
    for (at, part) in path.split('[').enumerate() {
        match part.split_once(']') {
            Some((_, rest)) if at > 0 => {
                text.push_str("[]");
                text.push_str(rest);
            }
            _ => text.push_str(part),
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_the_same_whichever_item_of_a_list_lacks_it() {
        for (path, field) in [("a", "a"), ("keys[3].status", "keys[].status"), ("a[0][12]", "a[][]"), ("a[", "a"), ("", "")] {
            assert_eq!(without_positions(path), field);
        }
        assert!(begins("keys[3].status", "keys") && begins("keys", "keys") && !begins("keyset", "keys"));
    }
}

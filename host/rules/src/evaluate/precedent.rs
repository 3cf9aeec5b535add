//! Taking over what an earlier run concluded, where evaluating again could conclude nothing else.
//!
//! Takes a [`Precedent`] and gives the earlier conclusion on a subject only when the rule with its parameters, what
//! evaluates it, the subject, the volatile fields that the rule reads and all that is joined are the same, and the clock is
//! where the rule says the same. What is inconclusive is always evaluated again, so that reasons, ages and completeness are
//! never those of another run.

use std::ops::Range;

use model::{
    Completeness, Fact, FactSet, Group, KindId, Note, Outcome, Precedent, RuleFindings, ScopeState, Subjects, Timestamp,
};

use crate::evaluate::conclude::{Conclusion, is_stale};
use crate::evaluate::join::Index;
use crate::evaluate::value::Instant;
use crate::set::Rule;
use crate::vocabulary::EVALUATOR;

/// What may be taken over of one rule.
pub(crate) struct Source<'a> {
    rule: &'a Rule,
    findings: &'a RuleFindings,
    /// Where the facts of kinds that did not change stood, and where the first of each stands now.
    moved: Vec<(Range<usize>, usize)>,
    /// When the oldest of all that could be joined was seen.
    joined_at: Option<Timestamp>,
}

/// Where the note of the last outcome stood: the next is mostly behind it.
#[derive(Default)]
pub(crate) struct Cursor(usize);

impl<'a> Source<'a> {
    /// What may be taken over of the rule at all.
    pub(crate) fn of(
        rule: &'a Rule,
        joins: &[Index<'_>],
        facts: &FactSet,
        precedent: &'a Precedent,
        now: Timestamp,
    ) -> Option<Self> {
        // An outcome says when it turns, not when it turned: the clock must not go back.
        if precedent.evaluator != EVALUATOR || now < precedent.started_at || !precedent.rules.contains(&rule.header) {
            return None;
        }
        let findings = precedent.findings.of_rule(&rule.header.id)?;
        let timed = findings.valid_until.len();
        if timed != 0 && timed != findings.outcomes.len() {
            return None;
        }
        let joined = rule.header.joins.iter().map(|join| &join.kind);
        let grouped = (!rule.header.group_by.is_empty()).then_some(&rule.header.kind);
        let mut moved = Vec::new();
        for kind in joined.clone().chain(grouped) {
            let now = facts.range_of(kind);
            let before = precedent.same_kind(kind, now.clone())?;
            if !same_completeness(kind, &precedent.scopes, facts.scopes_of(kind)) {
                return None;
            }
            moved.push((before..before + now.len(), now.start));
        }
        let seen = joined.flat_map(|kind| facts.of_kind(kind)).map(|fact| fact.observed_at);
        let joined_at = seen.chain(joins.iter().filter_map(Index::seen_at)).min();
        Some(Self { rule, findings, moved, joined_at })
    }

    /// The earlier conclusion on a fact; `found` is where it stood, and whether its whole body is the same.
    pub(crate) fn on_fact(&self, fact: &Fact, found: (usize, bool), now: Instant, cursor: &mut Cursor) -> Option<Conclusion> {
        let (before, whole) = found;
        let Subjects::Facts(range) = &self.findings.subjects else { return None };
        if !range.contains(&before) || (self.rule.reads_volatile && !whole) {
            return None;
        }
        self.conclusion(before - range.start, fact.observed_at, now, cursor)
    }

    /// The earlier conclusion on the group at an index.
    pub(crate) fn on_group(
        &self,
        index: usize,
        group: &Group,
        members: &[&Fact],
        now: Instant,
        cursor: &mut Cursor,
    ) -> Option<Conclusion> {
        let Subjects::Groups(groups) = &self.findings.subjects else { return None };
        let before = groups.get(index)?;
        let same_name = before.collector == group.collector && before.scope == group.scope && before.subject == group.subject;
        let moved = before.members.iter().map(|at| self.moved(*at));
        if !same_name || !moved.eq(group.members.iter().map(|at| Some(*at))) {
            return None;
        }
        let seen_at = members.iter().map(|fact| fact.observed_at).min()?;
        self.conclusion(index, seen_at, now, cursor)
    }

    /// Where a fact of a kind that did not change stands now.
    fn moved(&self, before: usize) -> Option<usize> {
        let (range, start) = self.moved.iter().find(|(range, _)| range.contains(&before))?;
        Some(start + (before - range.start))
    }

    fn conclusion(&self, index: usize, seen_at: Timestamp, now: Instant, cursor: &mut Cursor) -> Option<Conclusion> {
        let outcome = *self.findings.outcomes.get(index)?;
        let valid_until = self.findings.valid_until.get(index).copied().unwrap_or(i64::MAX);
        if outcome == Outcome::Inconclusive || now.seconds >= valid_until {
            return None;
        }
        let fresh_for = self.rule.header.fresh_for;
        // Which of the joined facts a pass rests on is not kept, so the oldest of all speaks for them.
        let oldest = self.joined_at.map_or(seen_at, |joined_at| joined_at.min(seen_at));
        if outcome != Outcome::Fail && is_stale(oldest, fresh_for, now) {
            return None;
        }
        let mut conclusion = Conclusion { outcome, message: "".into(), missing: None, joined: Vec::new(), valid_until };
        if outcome != Outcome::Pass {
            let note = cursor.note(&self.findings.notes, index)?;
            conclusion.message = note.message.clone();
            conclusion.missing.clone_from(&note.missing);
            conclusion.joined = note.joined.iter().map(|at| self.moved(*at)).collect::<Option<_>>()?;
        }
        Some(conclusion)
    }
}

impl Cursor {
    fn note<'n>(&mut self, notes: &'n [Note], index: usize) -> Option<&'n Note> {
        /// How many notes are passed over one by one.
        const NEAR: usize = 8;
        let ahead = notes.get(self.0..).unwrap_or_default();
        self.0 = match ahead.iter().take(NEAR).position(|note| note.index >= index) {
            Some(near) if self.0 == 0 || notes.get(self.0 - 1).is_some_and(|note| note.index < index) => self.0 + near,
            _ => notes.partition_point(|note| note.index < index),
        };
        notes.get(self.0).filter(|note| note.index == index)
    }
}

/// Whether each scope of a kind is complete where it was, and only there.
fn same_completeness(kind: &KindId, before: &[ScopeState], now: &[ScopeState]) -> bool {
    let told = |state: &ScopeState| {
        (state.collector.clone(), state.scope.clone(), matches!(state.completeness, Completeness::Complete { .. }))
    };
    before.iter().filter(|state| &state.kind == kind).map(told).eq(now.iter().map(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_finds_each_note_whatever_it_found_before() {
        let note = |index| Note { index, message: "".into(), missing: None, joined: Vec::new() };
        let notes: Vec<Note> = [1, 2, 5, 9, 10, 11, 12, 13, 14, 15, 16, 17, 40].map(note).into();
        for first in 0..42 {
            for second in 0..42 {
                let mut cursor = Cursor::default();
                for sought in [first, second] {
                    let found = cursor.note(&notes, sought).map(|note| note.index);
                    assert_eq!(found, notes.iter().any(|note| note.index == sought).then_some(sought), "{first} {second}");
                }
            }
        }
    }
}

//! What one collector stated, scope by scope, and what follows from it.
//!
//! Takes chunks, claims and refusals as they come; when all is in, gives facts, gaps and the state of each scope. A scope is
//! complete only when it was claimed to be, the count agrees, and no gap stands against it. Never depends on the order of
//! statements, but for a fact that comes after a claim of completeness.

use std::collections::{BTreeMap, BTreeSet};

use model::{Basis, Claim, CollectorName, Completeness, Fact, Gap, GapCode, KindId, ScopeId, ScopeState, SubjectId, Timestamp};

use crate::admit::{Admitted, EarlyEnd};
use crate::chunk::{Chunk, Group};
use crate::limits::Limits;
use crate::line::Refusal;
use crate::order;
use crate::wording::{capped, counted};

/// The book of one collector's run.
pub(crate) struct Ledger<'a> {
    limits: &'a Limits,
    fact_count: u64,
    entries: BTreeMap<(KindId, ScopeId), Entry>,
}

#[derive(Default)]
struct Entry {
    completes: Vec<Complete>,
    gaps: Listed,
    facts: Vec<Fact>,
    left_out: u64,
    last_fact: Option<u64>,
    /// What is to be said when the kind is not known, was only expected, and nothing else says why nothing came.
    unknown: Vec<String>,
}

struct Complete {
    position: u64,
    claim: Claim,
    observed_at: Option<Timestamp>,
}

/// The gaps of one scope, by code; of each code the first in order are listed.
#[derive(Default)]
struct Listed(BTreeMap<GapCode, Gaps>);

#[derive(Default)]
struct Gaps {
    listed: BTreeSet<(Option<SubjectId>, String)>,
    stated: u64,
    cut: bool,
}

impl Listed {
    fn add(&mut self, subject: Option<SubjectId>, code: GapCode, message: String, limits: &Limits) {
        let gaps = self.0.entry(code).or_default();
        gaps.stated += 1;
        gaps.listed.insert((subject, message));
        if gaps.listed.len() > limits.gaps.max(1) {
            gaps.listed.pop_last();
            gaps.cut = true;
        }
    }
}

/// Who is closing the book, when, and how the collector ended.
pub(crate) struct Closing<'a> {
    pub(crate) collector: &'a CollectorName,
    pub(crate) basis: Basis,
    pub(crate) now: Timestamp,
    /// The latest instant that a claim may name.
    pub(crate) latest: Timestamp,
    pub(crate) ended: Option<&'a EarlyEnd>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { limits, fact_count: 0, entries: BTreeMap::new() }
    }

    fn entry(&mut self, kind: KindId, scope: ScopeId) -> &mut Entry {
        self.entries.entry((kind, scope)).or_default()
    }

    /// Notes that facts of the kind should come in the scope.
    pub(crate) fn expect(&mut self, kind: KindId, scope: ScopeId) {
        self.entry(kind, scope);
    }

    /// Notes that facts should come of a kind that is not known: a gap, unless one stands there already, as in what was written of
    /// an earlier reading.
    pub(crate) fn expect_unknown(&mut self, kind: KindId, scope: ScopeId, message: String) {
        self.entry(kind, scope).unknown.push(message);
    }

    /// Notes a claim of completeness and its place among all statements.
    pub(crate) fn complete(&mut self, kind: KindId, scope: ScopeId, position: u64, claim: Claim, observed_at: Option<Timestamp>) {
        self.entry(kind, scope).completes.push(Complete { position, claim, observed_at });
    }

    /// Notes a gap.
    pub(crate) fn gap(&mut self, refusal: Refusal) {
        let Refusal { kind, scope, subject, code, message } = refusal;
        let limits = self.limits;
        self.entry(kind, scope).gaps.add(subject, code, capped(&message), limits);
    }

    /// Whether anything was stated about the kind.
    pub(crate) fn names(&self, kind: &KindId) -> bool {
        self.entries.keys().any(|(it, _)| it == kind)
    }

    /// Notes what a chunk held, but for its statements. Chunks come in their order; `position` is that of a batch.
    pub(crate) fn chunk(&mut self, chunk: Chunk, position: Option<u64>) {
        for group in chunk.groups {
            let Group { kind, scope, mut facts, mut left_out, last_line } = group;
            let room = self.limits.facts.saturating_sub(self.fact_count);
            self.fact_count = self.fact_count.saturating_add(facts.len() as u64 + left_out);
            if facts.len() as u64 > room {
                let room = usize::try_from(room).unwrap_or(usize::MAX);
                left_out += (facts.len() - room) as u64;
                facts.truncate(room);
            }
            let entry = self.entry(kind, scope);
            entry.left_out += left_out;
            entry.last_fact = entry.last_fact.max(Some(position.unwrap_or(last_line)));
            entry.facts.append(&mut facts);
        }
        for refusal in chunk.refusals {
            self.gap(refusal);
        }
    }

    /// Settles every scope.
    pub(crate) fn close(self, closing: &Closing<'_>) -> Admitted {
        let mut admitted = Admitted::default();
        for ((kind, scope), entry) in self.entries {
            entry.settle(kind, scope, closing, self.limits, &mut admitted);
        }
        admitted
    }
}

impl Entry {
    fn settle(mut self, kind: KindId, scope: ScopeId, closing: &Closing<'_>, limits: &Limits, admitted: &mut Admitted) {
        if self.gaps.0.is_empty() {
            for message in core::mem::take(&mut self.unknown) {
                self.gaps.add(None, GapCode::UNKNOWN_KIND, capped(&message), limits);
            }
        }
        let (facts, conflicts) = order::settle(core::mem::take(&mut self.facts));
        for subject in conflicts {
            let message = "the subject came with different statements; the one that was seen first is kept".to_owned();
            self.gaps.add(Some(subject), GapCode::CONFLICT, message, limits);
        }
        self.judge_claims(facts.len() as u64, closing, limits);
        if self.left_out > 0 {
            let refused = counted(self.left_out, "fact is", "facts are");
            let message = format!("{refused} beyond the limit of {} for one collector", limits.facts);
            self.gaps.add(None, GapCode::TOO_LARGE, message, limits);
        }
        self.judge_end(closing, facts.is_empty(), limits);
        let completeness = if self.gaps.0.is_empty() {
            let seen = self.completes.iter().filter_map(|complete| complete.observed_at).min();
            let observed_at = seen.or_else(|| facts.iter().map(|fact| fact.observed_at).min()).unwrap_or(closing.now);
            Completeness::Complete { count: facts.len() as u64, observed_at }
        } else {
            Completeness::Incomplete
        };
        if admitted.facts.is_empty() {
            // Most often there is one large scope, and a million facts are not moved.
            admitted.facts = facts;
        } else {
            admitted.facts.extend(facts);
        }
        self.list_gaps(&kind, &scope, closing, limits, admitted);
        let collector = closing.collector.clone();
        admitted.scopes.push(ScopeState { collector, kind, scope, completeness, basis: closing.basis });
    }

    /// Compares what was claimed with what came.
    fn judge_claims(&mut self, count: u64, closing: &Closing<'_>, limits: &Limits) {
        if self.completes.iter().map(|complete| complete.position).min().is_some_and(|first| self.last_fact > Some(first)) {
            let message = "a fact came after the scope was said to be complete".to_owned();
            self.gaps.add(None, GapCode::EMIT_AFTER_COMPLETE, message, limits);
        }
        for complete in &self.completes {
            let Claim { count: claimed, source_count, from, to, .. } = &complete.claim;
            if *claimed != count {
                let message = format!("{} claimed, {count} admitted", counted(*claimed, "subject was", "subjects were"));
                self.gaps.add(None, GapCode::COUNT_MISMATCH, message, limits);
            }
            if let Some(source) = source_count.filter(|source| source != claimed) {
                let message = format!("the source says that there are {source}, the collector that there are {claimed}");
                self.gaps.add(None, GapCode::COUNT_MISMATCH, message, limits);
            }
            if from.zip(*to).is_some_and(|(from, to)| from > to) {
                let message = "the claim of completeness ends before it begins".to_owned();
                self.gaps.add(None, GapCode::INVALID_RECORD, message, limits);
            }
            if let Some(at) = complete.observed_at.filter(|at| *at > closing.latest) {
                let message = format!("the scope is said to be complete at {at}, which is in the future");
                self.gaps.add(None, GapCode::FUTURE, message, limits);
            }
        }
    }

    /// What an early end, or no word at all, means for the scope.
    fn judge_end(&mut self, closing: &Closing<'_>, is_empty: bool, limits: &Limits) {
        let complete = !self.completes.is_empty() && self.gaps.0.is_empty();
        match closing.ended {
            Some(EarlyEnd { code, message }) if !complete => self.gaps.add(None, code.clone(), capped(message), limits),
            None if self.completes.is_empty() && self.gaps.0.is_empty() => {
                let message = if is_empty { "nothing came" } else { "facts came, but nothing says that these are all" };
                self.gaps.add(None, GapCode::MISSING, message.to_owned(), limits);
            }
            _ => {}
        }
    }

    fn list_gaps(self, kind: &KindId, scope: &ScopeId, closing: &Closing<'_>, limits: &Limits, admitted: &mut Admitted) {
        let gap = |subject, code: &GapCode, message| Gap {
            collector: closing.collector.clone(),
            kind: kind.clone(),
            scope: scope.clone(),
            subject,
            code: code.clone(),
            message,
        };
        for (code, gaps) in self.gaps.0 {
            if gaps.cut {
                let message = format!(
                    "{} of this code in all; the first {} are listed",
                    counted(gaps.stated, "gap", "gaps"),
                    limits.gaps.max(1)
                );
                admitted.gaps.push(gap(None, &code, message));
            }
            admitted.gaps.extend(gaps.listed.into_iter().map(|(subject, message)| gap(subject, &code, message)));
        }
    }
}

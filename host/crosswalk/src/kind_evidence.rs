//! What stands of one kind: its facts, cut by expected scope, and its gaps.
//!
//! Takes a fact set and a kind, gives where each scope's facts lie and whether all of them are there. Never trusts a claim
//! of completeness further than the facts agree with it.

use core::ops::Range;

use model::{Basis, CollectorName, Completeness, Fact, FactSet, Gap, KindId, ScopeId, ScopeState, Timestamp};

/// All that the run has of one kind.
#[derive(Debug)]
pub(crate) struct KindEvidence<'a> {
    /// The positions of its facts in the set.
    pub(crate) facts: Range<usize>,
    /// Its expected scopes, in order, none twice.
    pub(crate) scopes: Vec<ScopeEvidence<'a>>,
    /// How many facts stand in no expected scope.
    pub(crate) unclaimed: usize,
    /// Why evidence is not there.
    pub(crate) gaps: &'a [Gap],
}

/// One expected scope.
#[derive(Debug)]
pub(crate) struct ScopeEvidence<'a> {
    pub(crate) collector: &'a CollectorName,
    pub(crate) scope: &'a ScopeId,
    /// Its facts, counted from the first fact of the kind.
    pub(crate) facts: Range<usize>,
    /// When all of it was seen; `None` when it was not, or when fewer or more facts stand than were claimed.
    pub(crate) seen_at: Option<Timestamp>,
    /// How many subjects there should be.
    pub(crate) expected: u64,
    /// Where its evidence comes from.
    pub(crate) basis: Basis,
}

impl<'a> KindEvidence<'a> {
    pub(crate) fn of(set: &'a FactSet, kind: &KindId) -> Self {
        let facts = set.of_kind(kind);
        let mut scopes: Vec<ScopeEvidence<'a>> = Vec::new();
        for state in set.scopes_of(kind) {
            let next = ScopeEvidence::of(state, facts);
            match scopes.last_mut().filter(|last| (last.collector, last.scope) == (next.collector, next.scope)) {
                Some(last) => last.join(&next),
                None => scopes.push(next),
            }
        }
        let claimed: usize = scopes.iter().map(|scope| scope.facts.len()).sum();
        Self { facts: set.range_of(kind), unclaimed: facts.len().saturating_sub(claimed), scopes, gaps: set.gaps_of(kind) }
    }

    /// Whether all of it was seen: every scope whole, no gap, no fact outside of them.
    pub(crate) fn is_whole(&self) -> bool {
        self.gaps.is_empty() && self.unclaimed == 0 && self.scopes.iter().all(|scope| scope.seen_at.is_some())
    }

    /// How many subjects there should be: what complete scopes claim, and what was seen elsewhere.
    pub(crate) fn expected(&self) -> u64 {
        self.scopes.iter().map(|scope| scope.expected).fold(count(self.unclaimed), u64::saturating_add)
    }

    /// The weakest basis of the scopes that `counts` picks.
    pub(crate) fn basis(&self, counts: impl Fn(&ScopeEvidence<'a>) -> bool) -> Option<Basis> {
        self.scopes.iter().filter(|scope| counts(scope)).map(|scope| scope.basis).max()
    }
}

impl<'a> ScopeEvidence<'a> {
    fn of(state: &'a ScopeState, facts: &[Fact]) -> Self {
        let key = (&state.collector, &state.scope);
        let start = facts.partition_point(|fact| (&fact.collector, &fact.scope) < key);
        let end = facts.partition_point(|fact| (&fact.collector, &fact.scope) <= key);
        let seen = count(end - start);
        let (expected, seen_at) = match state.completeness {
            Completeness::Complete { count, observed_at } => (count, (count == seen).then_some(observed_at)),
            Completeness::Incomplete => (seen, None),
        };
        Self { collector: &state.collector, scope: &state.scope, facts: start..end, seen_at, expected, basis: state.basis }
    }

    /// Takes in a second state of the same scope: the worse of both stands.
    fn join(&mut self, other: &Self) {
        self.seen_at = self.seen_at.zip(other.seen_at).map(|(a, b)| a.min(b));
        self.expected = self.expected.max(other.expected);
        self.basis = self.basis.max(other.basis);
    }
}

/// A count as the assessment writes it.
pub(crate) fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use model::{Body, Digest, SubjectId};

    use super::*;

    fn kind() -> KindId {
        "test.thing@1".parse().unwrap()
    }

    fn fact(scope: &str, subject: &str) -> Fact {
        let (scope, subject) = (ScopeId::new(scope).unwrap(), SubjectId::new(subject).unwrap());
        Fact {
            collector: "c".parse().unwrap(),
            kind: kind(),
            digest: Digest::of(b""),
            scope,
            subject,
            observed_at: Timestamp::UNIX_EPOCH,
            body: Body::from_canonical("{}"),
            from: vec![],
            field_gaps: vec![],
        }
    }

    fn state(scope: &str, completeness: Completeness) -> ScopeState {
        ScopeState {
            collector: "c".parse().unwrap(),
            kind: kind(),
            scope: scope.parse().unwrap(),
            completeness,
            basis: Basis::Collected,
        }
    }

    fn complete(count: u64) -> Completeness {
        Completeness::Complete { count, observed_at: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn a_claim_that_the_facts_do_not_bear_out_is_not_believed() {
        for (claimed, believed) in [(1, false), (2, true), (3, false)] {
            let set = FactSet::new(vec![fact("s", "a"), fact("s", "b")], vec![state("s", complete(claimed))], vec![]);
            let evidence = KindEvidence::of(&set, &kind());
            assert_eq!(evidence.scopes[0].seen_at.is_some(), believed, "{claimed} claimed, 2 seen");
            assert_eq!(evidence.expected(), claimed);
        }
    }

    #[test]
    fn facts_in_no_expected_scope_are_counted_apart() {
        let set = FactSet::new(vec![fact("s", "a"), fact("t", "b")], vec![state("s", complete(1))], vec![]);
        let evidence = KindEvidence::of(&set, &kind());
        assert_eq!((evidence.unclaimed, evidence.expected(), evidence.scopes[0].facts.clone()), (1, 2, 0..1));
    }

    #[test]
    fn of_two_states_of_one_scope_the_worse_stands() {
        let set = FactSet::new(vec![fact("s", "a")], vec![state("s", Completeness::Incomplete), state("s", complete(1))], vec![]);
        let evidence = KindEvidence::of(&set, &kind());
        assert_eq!((evidence.scopes.len(), evidence.scopes[0].seen_at, evidence.unclaimed), (1, None, 0));
    }
}

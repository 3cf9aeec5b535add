//! What an earlier run leaves for rules: its conclusions, and which of its facts are here again.
//!
//! Holds what is needed to decide whether an outcome may be taken over; decides nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use smol_str::SmolStr;

use crate::{FindingSet, KindId, RuleHeader, ScopeState, Timestamp};

/// An earlier run, as seen from a later one with the same kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precedent {
    /// The `now` of its rules.
    pub started_at: Timestamp,
    /// What evaluated its rules: by this name one build of the evaluation is told from another.
    pub evaluator: SmolStr,
    /// The rules in force then.
    pub rules: Vec<RuleHeader>,
    /// What they concluded.
    pub findings: FindingSet,
    /// Its expected scopes, in the order of a fact set.
    pub scopes: Vec<ScopeState>,
    /// The positions that the facts of each kind had.
    pub ranges: BTreeMap<KindId, Range<usize>>,
    /// The facts of the later run that it had too, in order; none twice.
    pub kept: Vec<Kept>,
}

/// Neighbouring facts of the later run that were neighbours in the earlier one, each with the same collector and digest.
///
/// When they were seen, what they were read from and why fields are absent may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The position of the first in the later run.
    pub at: usize,
    /// Its position in the earlier run.
    pub before: usize,
    /// How many there are.
    pub count: usize,
    /// Whether their volatile fields are the same too; so whether their whole bodies are.
    pub whole: bool,
}

impl Precedent {
    /// Where the fact at a position of the later run stood, and whether all of its body is the same.
    pub fn find(&self, position: usize) -> Option<(usize, bool)> {
        let after = self.kept.partition_point(|kept| kept.at <= position);
        let kept = self.kept.get(after.checked_sub(1)?)?;
        let offset = position - kept.at;
        (offset < kept.count).then(|| (kept.before + offset, kept.whole))
    }

    /// Whether the later run, whose facts of a kind are at these positions, has all facts of the kind that this one had, whole
    /// and in the same order, and no others. Gives where the first one stood.
    pub fn same_kind(&self, kind: &KindId, now: Range<usize>) -> Option<usize> {
        let before = self.ranges.get(kind).cloned().unwrap_or(0..0);
        if before.len() != now.len() {
            return None;
        }
        let mut at = now.start;
        while at < now.end {
            let after = self.kept.partition_point(|kept| kept.at <= at);
            let kept = self.kept.get(after.checked_sub(1)?)?;
            let end = kept.at + kept.count;
            let aligned = kept.before + (at - kept.at) == before.start + (at - now.start);
            if !kept.whole || end <= at || !aligned {
                return None;
            }
            at = end;
        }
        Some(before.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn precedent(ranges: &[(&str, Range<usize>)], kept: &[(usize, usize, usize, bool)]) -> Precedent {
        Precedent {
            started_at: Timestamp::UNIX_EPOCH,
            evaluator: SmolStr::default(),
            rules: Vec::new(),
            findings: FindingSet::default(),
            scopes: Vec::new(),
            ranges: ranges.iter().map(|(kind, range)| (kind.parse().unwrap(), range.clone())).collect(),
            kept: kept.iter().map(|&(at, before, count, whole)| Kept { at, before, count, whole }).collect(),
        }
    }

    #[test]
    fn a_fact_is_found_where_it_stood_and_nowhere_else() {
        let precedent = precedent(&[], &[(0, 5, 2, true), (4, 8, 3, false)]);
        let found: Vec<_> = (0..8).map(|position| precedent.find(position)).collect();
        let late = |at| Some((at, false));
        assert_eq!(found, [Some((5, true)), Some((6, true)), None, None, late(8), late(9), late(10), None]);
    }

    #[test]
    fn a_kind_is_the_same_only_when_nothing_of_it_came_went_or_changed() {
        let kind: KindId = "a.b@1".parse().unwrap();
        let same = |before: Range<usize>, now: Range<usize>, kept: &[(usize, usize, usize, bool)]| {
            precedent(&[("a.b@1", before)], kept).same_kind(&kind, now)
        };
        assert_eq!(same(2..6, 1..5, &[(0, 1, 3, true), (3, 4, 2, true)]), Some(2));
        assert_eq!(same(2..7, 1..5, &[(0, 1, 5, true)]), None, "one went");
        assert_eq!(same(2..5, 1..5, &[(0, 1, 5, true)]), None, "one came");
        assert_eq!(same(2..6, 1..5, &[(0, 1, 2, true), (3, 4, 2, true)]), None, "one changed");
        assert_eq!(same(2..6, 1..5, &[(0, 1, 3, true), (3, 4, 2, false)]), None, "a volatile field changed");
        assert_eq!(same(2..6, 1..5, &[(0, 1, 3, true), (3, 5, 2, true)]), None, "one went and another came");
        assert_eq!(same(0..0, 3..3, &[]), Some(0), "there was none and is none");
    }
}

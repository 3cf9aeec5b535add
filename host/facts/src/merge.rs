//! What several collectors said, as one set.
//!
//! Takes what was admitted of each, gives a [`FactSet`]. Never makes a scope complete that one part did not see whole.

use std::collections::BTreeMap;

use model::{CollectorName, Completeness, Fact, FactSet, Gap, GapCode, KindId, ScopeId, ScopeState};

use crate::admit::Admitted;

type Place<'a> = (&'a KindId, &'a CollectorName, &'a ScopeId);

/// Joins parts; the order of the parts does not matter.
///
/// Parts of one collector are joined too. A scope that two parts of one collector speak of is complete only when both say so and
/// their facts are the same; otherwise a gap says that they differ.
pub fn merge(parts: Vec<Admitted>) -> FactSet {
    let mut all = Admitted::default();
    for part in parts {
        if all.facts.is_empty() {
            all.facts = part.facts;
        } else {
            all.facts.extend(part.facts);
        }
        all.scopes.extend(part.scopes);
        all.gaps.extend(part.gaps);
    }
    let doubled = all.scopes.len() > states(&all.scopes).len();
    let set = FactSet::new(all.facts, all.scopes, all.gaps);
    if doubled { join(set) } else { set }
}

fn states(scopes: &[ScopeState]) -> BTreeMap<Place<'_>, Vec<&ScopeState>> {
    let mut states = BTreeMap::<_, Vec<_>>::new();
    for state in scopes {
        states.entry((&state.kind, &state.collector, &state.scope)).or_default().push(state);
    }
    states
}

/// Joins scopes that stand in the set more than once.
fn join(set: FactSet) -> FactSet {
    let (mut facts, scopes, mut gaps) = set.into_parts();
    // Of one subject, the fact that was seen first stands first and stays.
    facts.sort_by(|a, b| {
        (fact_place(a), &a.subject, a.observed_at, a.digest, &a.body).cmp(&(
            fact_place(b),
            &b.subject,
            b.observed_at,
            b.digest,
            &b.body,
        ))
    });
    facts.dedup_by(|later, first| {
        let same = fact_place(later) == fact_place(first) && later.subject == first.subject;
        if same && later.body != first.body {
            let message = "the subject came with different statements; the one that was seen first is kept".to_owned();
            gaps.push(gap(fact_place(first), Some(first.subject.clone()), GapCode::CONFLICT, message));
        }
        same
    });
    let mut joined = Vec::new();
    for (place, states) in states(&scopes) {
        let from = facts.partition_point(|fact| fact_place(fact) < place);
        let count = facts.get(from..).unwrap_or_default().partition_point(|fact| fact_place(fact) <= place) as u64;
        let gapped = gaps.iter().any(|gap| (&gap.kind, &gap.collector, &gap.scope) == place);
        let completeness = match oldest(&states, count) {
            Ok(observed_at) if !gapped => Completeness::Complete { count, observed_at },
            Err(Differ) if !gapped => {
                let message = format!("the collector's parts differ: together they have {count} subjects");
                gaps.push(gap(place, None, GapCode::COUNT_MISMATCH, message));
                Completeness::Incomplete
            }
            _ => Completeness::Incomplete,
        };
        // Of several, the weakest basis counts.
        if let Some(basis) = states.iter().map(|state| state.basis).max() {
            let (kind, collector, scope) = place;
            joined.push(ScopeState {
                collector: collector.clone(),
                kind: kind.clone(),
                scope: scope.clone(),
                completeness,
                basis,
            });
        }
    }
    FactSet::new(facts, joined, gaps)
}

/// The parts of a scope are not all complete with the same facts.
struct Differ;

/// When the part was seen that was seen first, if all are complete with that count.
fn oldest(states: &[&ScopeState], together: u64) -> Result<model::Timestamp, Differ> {
    let mut oldest = None;
    for state in states {
        match state.completeness {
            Completeness::Complete { count, observed_at } if count == together => {
                oldest = Some(oldest.map_or(observed_at, |oldest: model::Timestamp| oldest.min(observed_at)));
            }
            _ => return Err(Differ),
        }
    }
    oldest.ok_or(Differ)
}

fn fact_place(fact: &Fact) -> Place<'_> {
    (&fact.kind, &fact.collector, &fact.scope)
}

fn gap((kind, collector, scope): Place<'_>, subject: Option<model::SubjectId>, code: GapCode, message: String) -> Gap {
    Gap { collector: collector.clone(), kind: kind.clone(), scope: scope.clone(), subject, code, message }
}

//! The facts of one scope in their order.
//!
//! Takes facts in the order they came, gives one for each subject, sorted, and the subjects that came with two bodies. Which
//! fact stays does not depend on the order in which they came.

use core::cmp::Ordering;

use model::{Fact, SubjectId};

/// Gives one fact for each subject, sorted by subject, and the subjects that had several bodies.
pub(crate) fn settle(mut facts: Vec<Fact>) -> (Vec<Fact>, Vec<SubjectId>) {
    let mut conflicts = Vec::new();
    let mut doubled = !facts.is_sorted_by(|a, b| a.subject < b.subject);
    if doubled {
        doubled = sort(&mut facts);
    }
    if doubled {
        facts.dedup_by(|later, first| {
            let same = later.subject == first.subject;
            if same && later.body != first.body && conflicts.last() != Some(&first.subject) {
                conflicts.push(first.subject.clone());
            }
            same
        });
    }
    (facts, conflicts)
}

/// Of one subject, the fact that was seen first stands before the others.
fn order(a: &Fact, b: &Fact) -> Ordering {
    let rest = |it: &Fact| (it.observed_at, it.digest);
    a.subject
        .cmp(&b.subject)
        .then_with(|| rest(a).cmp(&rest(b)))
        .then_with(|| a.body.cmp(&b.body))
        .then_with(|| (&a.field_gaps, &a.from).cmp(&(&b.field_gaps, &b.from)))
}

/// Sorts places, not facts: eight bytes after what all subjects begin with decide most comparisons. Says whether two facts
/// may be of one subject.
fn sort(facts: &mut [Fact]) -> bool {
    let shared = shared_start(facts.iter().map(|fact| fact.subject.as_str()));
    let key = |fact: &Fact| leading(fact.subject.as_str().as_bytes().get(shared..).unwrap_or_default());
    let mut places: Vec<(u64, usize)> = facts.iter().enumerate().map(|(at, fact)| (key(fact), at)).collect();
    places.sort_unstable_by(|(a_key, a_at), (b_key, b_at)| {
        let whole = || facts.get(*a_at).zip(facts.get(*b_at)).map_or(Ordering::Equal, |(a, b)| order(a, b));
        a_key.cmp(b_key).then_with(whole).then_with(|| a_at.cmp(b_at))
    });
    arrange(facts, &mut places);
    places.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b))
}

/// Puts the fact that stands at `places[n]` at `n`, without a second copy of all of them: one cycle of moves after the other.
fn arrange(facts: &mut [Fact], places: &mut [(u64, usize)]) {
    for start in 0..places.len() {
        let mut at = start;
        while let Some((_, place)) = places.get_mut(at) {
            let from = core::mem::replace(place, at);
            if from == start || from == at {
                break;
            }
            facts.swap(at, from);
            at = from;
        }
    }
}

/// How many bytes all the texts begin with.
fn shared_start<'a>(mut texts: impl Iterator<Item = &'a str>) -> usize {
    let Some(first) = texts.next() else { return 0 };
    texts.fold(first.len(), |length, text| {
        let head = first.as_bytes().get(..length).unwrap_or_default();
        head.iter().zip(text.as_bytes()).take_while(|(a, b)| a == b).count()
    })
}

/// The first eight bytes as a number that sorts as they do.
fn leading(bytes: &[u8]) -> u64 {
    let mut head = [0_u8; 8];
    for (to, from) in head.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_be_bytes(head)
}

#[cfg(test)]
mod tests {
    use model::{Body, Digest};
    use proptest::prelude::*;

    use super::*;

    fn fact(subject: &str, second: i64, body: &str) -> Fact {
        Fact {
            collector: "c".parse().unwrap(),
            kind: "a.b@1".parse().unwrap(),
            scope: "s".parse().unwrap(),
            subject: subject.parse().unwrap(),
            observed_at: model::Timestamp::from_second(second).unwrap(),
            body: Body::from_canonical(body),
            digest: Digest::of(body.as_bytes()),
            from: Vec::new(),
            field_gaps: Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn facts_are_sorted_by_subject_and_the_first_seen_stays(
            given in proptest::collection::vec(("[ab]{0,9}[a-c]{1,3}", 0_i64..4, 0_u8..3), 0..40),
            sorted in proptest::bool::ANY,
        ) {
            let mut facts: Vec<Fact> = given.iter().map(|(subject, at, body)| fact(&format!("x:{subject}"), *at, &format!("{{\"a\":{body}}}"))).collect();
            if sorted {
                facts.sort_by(order);
            }
            let mut expected = facts.clone();
            expected.sort_by(order);
            expected.dedup_by(|later, first| later.subject == first.subject);
            let (got, conflicts) = settle(facts.clone());
            prop_assert_eq!(&got, &expected);
            for fact in &facts {
                let differs = facts.iter().any(|other| other.subject == fact.subject && other.body != fact.body);
                prop_assert_eq!(conflicts.contains(&fact.subject), differs);
            }
        }
    }
}

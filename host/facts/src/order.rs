//! The facts of one scope in their order.
//!
//! Takes facts in the order they came, gives one for each subject, sorted, and the subjects that came with two bodies. Which
//! fact stays does not depend on the order in which they came.

use core::cmp::Ordering;

use model::{Fact, SubjectId};

/// Appends the facts to `out`, one for each subject, sorted by subject; gives the subjects that had several bodies.
pub(crate) fn settle(runs: Vec<Vec<Fact>>, out: &mut Vec<Fact>) -> Vec<SubjectId> {
    let mut conflicts = Vec::new();
    // `near`: the subject may be the one before.
    let mut sink = |(near, fact): (bool, Fact)| match out.last() {
        Some(last) if near && same_place(last, &fact) => {
            if last.body != fact.body && conflicts.last() != Some(&fact.subject) {
                conflicts.push(fact.subject.clone());
            }
        }
        _ => out.push(fact),
    };
    if is_sorted(&runs) {
        runs.into_iter().flatten().map(|fact| (true, fact)).for_each(&mut sink);
    } else {
        sorted(runs).for_each(&mut sink);
    }
    conflicts
}

fn same_place(a: &Fact, b: &Fact) -> bool {
    a.subject == b.subject && a.kind == b.kind && a.scope == b.scope
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

fn is_sorted(runs: &[Vec<Fact>]) -> bool {
    runs.iter().flatten().is_sorted_by(|a, b| order(a, b).is_le())
}

/// Sorts places, not facts: eight bytes after what all subjects begin with decide most comparisons.
fn sorted(runs: Vec<Vec<Fact>>) -> impl Iterator<Item = (bool, Fact)> {
    // In place: an absent fact takes no more room than a fact.
    let mut runs: Vec<Vec<Option<Fact>>> = runs.into_iter().map(|run| run.into_iter().map(Some).collect()).collect();
    let shared = shared_start(runs.iter().flatten().flatten().map(|fact| fact.subject.as_str()));
    let mut places: Vec<(u64, usize, usize)> = Vec::with_capacity(runs.iter().map(Vec::len).sum());
    for (run, facts) in runs.iter().enumerate() {
        for (at, fact) in facts.iter().enumerate() {
            let rest = fact.as_ref().and_then(|fact| fact.subject.as_str().as_bytes().get(shared..));
            places.push((leading(rest.unwrap_or_default()), run, at));
        }
    }
    let fact = |run: usize, at: usize| runs.get(run).and_then(|facts| facts.get(at)).and_then(Option::as_ref);
    places.sort_unstable_by(|(a_key, a_run, a_at), (b_key, b_run, b_at)| {
        let whole = || fact(*a_run, *a_at).zip(fact(*b_run, *b_at)).map_or(Ordering::Equal, |(a, b)| order(a, b));
        a_key.cmp(b_key).then_with(whole).then_with(|| (a_run, a_at).cmp(&(b_run, b_at)))
    });
    let mut last = None;
    places.into_iter().filter_map(move |(key, run, at)| {
        let near = last.replace(key) == Some(key);
        Some((near, runs.get_mut(run)?.get_mut(at)?.take()?))
    })
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
            split in 1_usize..7,
        ) {
            let facts: Vec<Fact> = given.iter().map(|(subject, at, body)| fact(&format!("x:{subject}"), *at, &format!("{{\"a\":{body}}}"))).collect();
            let mut expected = facts.clone();
            expected.sort_by(order);
            expected.dedup_by(|later, first| later.subject == first.subject);
            let mut got = Vec::new();
            let conflicts = settle(facts.chunks(split).map(<[Fact]>::to_vec).collect(), &mut got);
            prop_assert_eq!(&got, &expected);
            for fact in &facts {
                let differs = facts.iter().any(|other| other.subject == fact.subject && other.body != fact.body);
                prop_assert_eq!(conflicts.contains(&fact.subject), differs);
            }
        }
    }
}

//! What a recorded run leaves for the next evaluation.

use std::collections::{BTreeMap, BTreeSet};

use engine_store::{Access, Outline, Run, Store, StoreError};
use model::{Digest, Fact, FactSet, FindingSet, Precedent, RunId};
use proptest::prelude::*;

use crate::sample::{self, Plan, Sample, fact, sample};

/// The facts of a plan, some of them changed, some beside their digest alone, some gone, some new.
fn later(plan: &Plan, changed: &[usize], beside: &[usize], gone: &[usize], new: &[String]) -> FactSet {
    let of = |number: &usize, at: &[usize]| at.contains(number);
    let mut facts: Vec<Fact> = Vec::new();
    for (number, account) in plan.accounts.iter().enumerate().filter(|(number, _)| !of(number, gone)) {
        let mut as_is = Plan { at: if of(&number, beside) { plan.at + 60 } else { plan.at }, ..plan.clone() };
        if of(&number, changed) && !as_is.failing.remove(account) {
            as_is.failing.insert(account.clone());
        }
        facts.push(fact(account, &as_is, u64::try_from(number).unwrap()));
    }
    facts.extend(new.iter().filter(|name| !plan.accounts.contains(*name)).map(|name| fact(name, plan, 1)));
    FactSet::new(facts, Vec::new(), Vec::new())
}

fn recorded(plan: &Plan) -> (tempfile::TempDir, Store, Sample) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store"), Access::Write).unwrap();
    let run = sample(1, plan);
    store.record(&run.run()).unwrap();
    (folder, store, run)
}

/// That a run which is recorded by what was worked out before is the run that it is otherwise.
fn outlined(store: &Store, first: &Sample, facts: &FactSet) {
    let (_, outline) = store.precedent(RunId(1), facts, &first.closure.volatile, "e").unwrap();
    let mut later = first.clone();
    (later.facts, later.findings, later.header.id) = (facts.clone(), FindingSet::default(), RunId(2));
    // The outline is of the facts that were asked for, and of no copy of them.
    let told = |id: u64, facts: &FactSet, outline: Option<&Outline>| {
        let mut header = later.header.clone();
        header.id = RunId(id);
        store.record(&Run { header: &header, facts, outline, ..later.run() }).unwrap();
        assert_eq!(&store.load(RunId(id)).unwrap().facts, facts);
        let verified = store.verify(RunId(id)).unwrap();
        (verified.leaf_count, verified.blob_count, verified.fact_count)
    };
    let counts = [told(2, facts, Some(&outline)), told(3, &later.facts, Some(&outline)), told(4, facts, None)];
    assert_eq!(counts, [counts[2]; 3]);
    let other = FactSet::new(facts.facts().iter().skip(1).cloned().collect(), Vec::new(), Vec::new());
    told(5, &other, Some(&outline));
}

fn precedent(store: &Store, run: &Sample, facts: &FactSet) -> Precedent {
    store.precedent(RunId(1), facts, &run.closure.volatile, "e").unwrap().0
}

/// Every fact that is said to be here again was there, whole exactly when its body was the same; none is named twice.
fn sound(run: &Sample, facts: &FactSet, precedent: &Precedent) -> Result<usize, TestCaseError> {
    let mut count = 0;
    let mut last = 0;
    for kept in &precedent.kept {
        prop_assert!(kept.at >= last && kept.count > 0, "{:?}", precedent.kept);
        last = kept.at + kept.count;
        count += kept.count;
        for step in 0..kept.count {
            let both = facts.facts().get(kept.at + step).zip(run.facts.facts().get(kept.before + step));
            prop_assert!(both.is_some(), "{kept:?} names facts that are not there");
            if let Some((now, before)) = both {
                prop_assert_eq!((&now.collector, &now.digest), (&before.collector, &before.digest));
                prop_assert_eq!(kept.whole, now.body == before.body);
            }
        }
    }
    prop_assert!(last <= facts.facts().len());
    Ok(count)
}

/// Names of two lengths, which stand in two scopes.
fn plan(count: usize) -> Plan {
    let mut plan = Plan::many(count);
    plan.accounts.extend((0..count / 20).map(|number| format!("guest-{number:03}")));
    plan
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_facts_that_are_here_again_are_found_though_others_changed(
        changed in prop::collection::vec(0_usize..3_000, 0..2),
        beside in prop::collection::vec(0_usize..3_000, 0..40),
        gone in prop::collection::vec(0_usize..3_000, 0..2),
        new in prop::collection::vec("(user|guest)-[0-9]{2,6}", 0..2),
    ) {
        let plan = plan(3_000);
        let (_folder, store, run) = recorded(&plan);
        let facts = later(&plan, &changed, &beside, &gone, &new);
        let precedent = precedent(&store, &run, &facts);
        let count = sound(&run, &facts, &precedent)?;
        outlined(&store, &run, &facts);
        // Each may cost its block and those beside it, which have at most 128 facts.
        let lost = (changed.len() + gone.len() + new.len()) * 3 * 128;
        prop_assert!(count + lost >= facts.facts().len(), "{count} of {}", facts.facts().len());
        if lost == 0 {
            prop_assert_eq!(count, facts.facts().len());
        }
    }
}

#[test]
fn a_run_leaves_what_it_concluded_and_from_where() {
    let plan = plan(60);
    let (_folder, store, run) = recorded(&plan);
    let precedent = precedent(&store, &run, &run.facts);
    assert_eq!((precedent.findings, precedent.rules), (run.findings.clone(), run.rules.clone()));
    assert_eq!((&precedent.scopes[..], precedent.started_at), (run.facts.scopes(), run.header.started_at));
    assert_eq!((precedent.evaluator.as_str(), precedent.ranges), ("e", BTreeMap::from([(sample::kind(), 0..63)])));
    assert_eq!(precedent.kept.len(), 1, "all are neighbours still");
    let decided = store.decided_by(RunId(1)).unwrap();
    assert_eq!(decided.settings, run.closure.settings);
    let sources = run.closure.sources.iter().map(|(name, text)| (name.to_owned(), Digest::of(text.as_bytes())));
    assert_eq!(decided.sources, sources.collect());
    assert!(matches!(store.decided_by(RunId(2)), Err(StoreError::NoRun { .. })));
}

#[test]
fn facts_of_another_collector_or_kind_are_not_here_again() {
    let plan = plan(60);
    let (_folder, store, run) = recorded(&plan);
    let other = |change: &dyn Fn(&mut Fact)| {
        let mut facts = run.facts.facts().to_vec();
        facts.iter_mut().for_each(change);
        precedent(&store, &run, &FactSet::new(facts, Vec::new(), Vec::new())).kept
    };
    assert_eq!(other(&|it| it.collector = "another".parse().unwrap()), []);
    assert_eq!(other(&|it| it.kind = "identity.user@2".parse().unwrap()), []);
    assert_eq!(other(&|it| it.scope = "aws:2".parse().unwrap()), []);
    assert!(!other(&|it| it.observed_at = sample::instant(99)).is_empty(), "when they were seen does not matter");
}

#[test]
fn a_kind_without_volatile_fields_is_known_without_reading_anything_of_it() {
    let plan = plan(300);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store"), Access::Write).unwrap();
    let mut run = sample(1, &plan);
    let facts = run
        .facts
        .facts()
        .iter()
        .map(|it| Fact { digest: Fact::digest_of(&it.kind, &it.scope, &it.subject, it.body.as_str()), ..it.clone() });
    run.facts = FactSet::new(facts.collect(), run.facts.scopes().to_vec(), Vec::new());
    run.closure.volatile = BTreeMap::from([(sample::kind(), BTreeSet::new())]);
    store.record(&run.run()).unwrap();
    let precedent = precedent(&store, &run, &run.facts);
    assert_eq!(sound(&run, &run.facts, &precedent).unwrap(), run.facts.facts().len());
    assert!(precedent.kept.iter().all(|kept| kept.whole));
}

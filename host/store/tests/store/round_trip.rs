//! What was recorded comes back, is kept once, and verifies.

use std::path::Path;

use engine_store::{Access, Store, StoreError};
use model::{ClockMode, Digest, Outcome, RunId};
use proptest::prelude::*;

use crate::sample::{Plan, check_whole, sample};

pub(crate) fn size_of(path: &Path) -> u64 {
    std::fs::read_dir(path.join("blobs")).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}

#[test]
fn a_run_comes_back_as_it_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let one = sample(store.next_run().unwrap().0, &Plan::many(5_000));
    store.record(&one.run()).unwrap();
    check_whole(&store, &one);
    let empty = sample(store.next_run().unwrap().0, &Plan::of(&[], &[]));
    store.record(&empty.run()).unwrap();
    drop(store);
    let store = Store::open(folder.path(), Access::Read).unwrap();
    check_whole(&store, &one);
    check_whole(&store, &empty);
    assert_eq!(store.runs().unwrap(), [one.header, empty.header.clone()]);
    assert_eq!(store.last().unwrap(), Some(empty.header));
    assert_eq!(store.next_run().unwrap(), RunId(3));
}

#[test]
fn counts_are_those_of_the_outcomes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let one = sample(1, &Plan::many(100));
    store.record(&one.run()).unwrap();
    let counts = store.counts(RunId(1)).unwrap();
    assert_eq!(counts.len(), 2);
    for findings in one.findings.rules() {
        let counts = counts[&findings.rule];
        assert_eq!(counts.fail, findings.count(Outcome::Fail) as u64);
        assert_eq!(counts.pass, findings.count(Outcome::Pass) as u64);
    }
}

#[test]
fn an_unchanged_run_adds_next_to_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let plan = Plan { provenance: false, ..Plan::many(5_000) };
    store.record(&sample(1, &plan).run()).unwrap();
    let first = size_of(folder.path());
    store.record(&sample(2, &plan).run()).unwrap();
    let second = size_of(folder.path()) - first;
    assert!(second * 20 < first, "{first} bytes, then {second} more");
}

#[test]
fn a_fact_that_comes_and_one_that_changes_rewrite_few_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let mut plan = Plan { provenance: false, ..Plan::many(5_000) };
    plan.failing.clear();
    store.record(&sample(1, &plan).run()).unwrap();
    let first = size_of(folder.path());
    plan.accounts.insert("user-00000a".into());
    plan.failing.insert("user-02500".into());
    let two = sample(2, &plan);
    store.record(&two.run()).unwrap();
    let second = size_of(folder.path()) - first;
    assert!(second * 5 < first, "{first} bytes, then {second} more");
    check_whole(&store, &two);
}

#[test]
fn volatile_fields_and_instants_come_back_and_change_no_block() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let plan = Plan::many(2_000);
    let one = sample(1, &plan);
    store.record(&one.run()).unwrap();
    let first = size_of(folder.path());
    let two = sample(2, &Plan { at: 86_400, ..plan });
    store.record(&two.run()).unwrap();
    let second = size_of(folder.path()) - first;
    assert!(second * 2 < first, "{first} bytes, then {second} more");
    check_whole(&store, &one);
    check_whole(&store, &two);
}

#[test]
fn a_run_whose_number_does_not_follow_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let one = sample(3, &Plan::of(&["a"], &[]));
    store.record(&one.run()).unwrap();
    assert!(matches!(store.record(&one.run()), Err(StoreError::Sequence { run: RunId(3), last: RunId(3) })));
    assert!(matches!(store.header(RunId(1)), Err(StoreError::NoRun { run: RunId(1) })));
    assert!(matches!(store.load(RunId(9)), Err(StoreError::NoRun { run: RunId(9) })));
}

#[test]
fn a_fact_whose_digest_is_not_that_of_its_body_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let mut one = sample(1, &Plan::of(&["a"], &[]));
    one.closure.volatile.clear();
    assert!(matches!(store.record(&one.run()), Err(StoreError::FactDigest { .. })));
    assert_eq!(store.last().unwrap(), None);
}

#[test]
fn a_store_opened_for_reading_records_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path(), Access::Write).unwrap());
    let store = Store::open(folder.path(), Access::Read).unwrap();
    let one = sample(1, &Plan::of(&["a"], &[]));
    assert!(matches!(store.record(&one.run()), Err(StoreError::OpenedForReading { .. })));
    assert!(store.archive().put(b"x").is_err());
}

#[test]
fn an_answer_that_was_put_while_collecting_is_there_after_the_run_and_gone_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let kept = store.archive().put(b"kept").unwrap();
    assert_eq!(store.archive().get(&kept).unwrap(), b"kept");
    assert_eq!(kept, Digest::of(b"kept"));
    store.record(&sample(1, &Plan::of(&["a"], &[])).run()).unwrap();
    let lost = store.archive().put(&[b"lost".repeat(1_000)].concat()).unwrap();
    let before = size_of(folder.path());
    assert!(store.archive().get(&lost).is_ok());
    assert!(size_of(folder.path()) > before);
    drop(store);
    let store = Store::open(folder.path(), Access::Write).unwrap();
    assert_eq!(store.archive().get(&kept).unwrap(), b"kept");
    assert!(matches!(store.archive().get(&lost), Err(model::ArchiveError::Absent { .. })));
    assert_eq!(size_of(folder.path()), before);
}

#[test]
fn an_export_is_a_store_with_just_that_run_and_the_same_root() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store"), Access::Write).unwrap();
    let (one, two) = (sample(1, &Plan::many(3_000)), sample(2, &Plan::of(&["alone"], &["alone"])));
    store.record(&one.run()).unwrap();
    store.record(&two.run()).unwrap();
    let package = folder.path().join("package");
    store.export(&[RunId(2)].into(), &package).unwrap();
    let copy = Store::open(&package, Access::Read).unwrap();
    check_whole(&copy, &two);
    assert_eq!(copy.verify(RunId(2)).unwrap(), store.verify(RunId(2)).unwrap());
    assert_eq!(copy.runs().unwrap().len(), 1);
    assert_eq!(copy.counts(RunId(2)).unwrap(), store.counts(RunId(2)).unwrap());
    assert_eq!(copy.expected().unwrap(), store.expected().unwrap());
    assert!(size_of(&package) * 3 < size_of(&folder.path().join("store")));
    assert!(matches!(store.export(&[RunId(1)].into(), &package), Err(StoreError::NotEmpty { .. })));
    assert!(matches!(store.export(&[RunId(7)].into(), &folder.path().join("other")), Err(StoreError::NoRun { .. })));
}

fn plans() -> impl Strategy<Value = Plan> {
    let names = || proptest::collection::btree_set("[a-c]{1,3}", 0..30);
    (names(), names(), names(), proptest::collection::btree_set("aws:[01]", 0..2), 0..3_i64, any::<bool>()).prop_map(
        |(accounts, failing, inconclusive, gapped, at, provenance)| Plan {
            accounts,
            failing,
            inconclusive,
            gapped,
            at,
            provenance,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_runs_come_back_and_verify(plans in proptest::collection::vec((plans(), any::<bool>()), 1..4)) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Access::Write).unwrap();
        let mut samples = Vec::new();
        for (number, (plan, live)) in plans.iter().enumerate() {
            let mut run = sample(number as u64 + 1, plan);
            run.header.clock = if *live { ClockMode::Live } else { ClockMode::AsOf };
            store.record(&run.run()).unwrap();
            samples.push(run);
        }
        drop(store);
        let store = Store::open(folder.path(), Access::Read).unwrap();
        for run in &samples {
            check_whole(&store, run);
        }
    }
}

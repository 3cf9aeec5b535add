//! What the store knows over several runs: since when findings fail, and what is expected.

use engine_store::{Access, Store};
use model::{ClockMode, FindingId, RunId, ScopeId, Timestamp};

use crate::sample::{Plan, collector, instant, kind, sample, scope_of};

fn id(account: &str) -> FindingId {
    let rule = "identity/mfa-enforced".parse().unwrap();
    FindingId::of(&rule, &collector(), &kind(), &scope_of(account), &format!("account/{account}").parse().unwrap())
}

/// Records a run for each plan, a day apart, and gives since when each of the accounts fails after the last.
#[track_caller]
fn check(plans: Vec<Plan>, expected: &[(&str, Option<i64>)]) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    for (plan, number) in plans.into_iter().zip(1..) {
        let at = 86_400 * (i64::try_from(number).unwrap() - 1);
        store.record(&sample(number, &Plan { at, ..plan }).run()).unwrap();
    }
    let since = store.failing_since().unwrap();
    for (account, days) in expected {
        assert_eq!(since.get(&id(account)).copied(), days.map(|days| instant(days * 86_400)), "{account}");
    }
    let last = store.last().unwrap().unwrap().id;
    assert_eq!(store.load(last).unwrap().first_failed, since);
}

#[test]
fn a_failure_keeps_the_instant_at_which_it_was_first_seen() {
    let plans = vec![Plan::of(&["a", "b"], &["a"]), Plan::of(&["a", "b"], &["a", "b"]), Plan::of(&["a", "b"], &["a", "b"])];
    check(plans, &[("a", Some(0)), ("b", Some(1))]);
}

#[test]
fn a_pass_between_two_failures_starts_the_time_again() {
    let plans = vec![Plan::of(&["a"], &["a"]), Plan::of(&["a"], &[]), Plan::of(&["a"], &["a"])];
    check(plans, &[("a", Some(2))]);
}

#[test]
fn a_subject_that_left_a_complete_scope_no_longer_fails() {
    check(vec![Plan::of(&["a", "b"], &["a"]), Plan::of(&["b"], &[])], &[("a", None)]);
}

#[test]
fn a_gap_ends_no_failure() {
    let gapped = Plan { gapped: ["aws:1".to_owned()].into(), ..Plan::of(&[], &[]) };
    let plans = vec![Plan::of(&["a", "bb"], &["a", "bb"]), gapped, Plan::of(&["a", "bb"], &["a", "bb"])];
    check(plans, &[("a", Some(0)), ("bb", Some(2))]);
}

#[test]
fn an_inconclusive_finding_ends_no_failure() {
    let unknown = Plan { inconclusive: ["a".to_owned()].into(), ..Plan::of(&["a"], &[]) };
    check(vec![Plan::of(&["a"], &["a"]), unknown.clone()], &[("a", Some(0))]);
    check(vec![Plan::of(&["a"], &["a"]), unknown, Plan::of(&["a"], &["a"])], &[("a", Some(0))]);
}

#[test]
fn many_failures_are_carried_over_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let mut plan = Plan::many(4_000);
    store.record(&sample(1, &plan).run()).unwrap();
    let before = store.failing_since().unwrap();
    let mended = plan.failing.pop_first().unwrap();
    store.record(&sample(2, &Plan { at: 9, ..plan.clone() }).run()).unwrap();
    let mut after = store.failing_since().unwrap();
    assert_eq!(after.len(), plan.failing.len() + 1);
    assert!(!after.contains_key(&id(&mended)));
    after.insert(id(&mended), before[&id(&mended)]);
    assert_eq!(after, before);
}

#[test]
fn a_rule_that_did_not_run_keeps_its_failures() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    store.record(&sample(1, &Plan::of(&["a"], &["a"])).run()).unwrap();
    let mut two = sample(2, &Plan::of(&["a"], &["a"]));
    two.findings = model::FindingSet::default();
    store.record(&two.run()).unwrap();
    assert_eq!(store.failing_since().unwrap().get(&id("a")), Some(&instant(0)));
}

#[test]
fn runs_at_another_time_are_no_occurrences() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    store.record(&sample(1, &Plan::of(&["a"], &["a"])).run()).unwrap();
    let since = store.failing_since().unwrap();
    let mut replay = sample(2, &Plan { at: -500, ..Plan::of(&["a", "b"], &["b"]) });
    replay.header.clock = ClockMode::Replay;
    replay.facts = model::FactSet::default();
    replay.findings = model::FindingSet::default();
    store.record(&replay.run()).unwrap();
    assert_eq!(store.failing_since().unwrap(), since);
    assert_eq!(store.expected().unwrap().len(), 2);
    assert_eq!(store.last().unwrap().unwrap().id, RunId(2));
}

#[test]
fn what_is_expected_is_what_each_collector_had_when_it_last_took_part() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    assert_eq!(store.expected().unwrap(), []);
    store.record(&sample(1, &Plan::of(&["a"], &[])).run()).unwrap();
    let mut two = sample(2, &Plan::of(&["a"], &[]));
    let (facts, mut scopes, gaps) = two.facts.into_parts();
    let facts = facts.into_iter().map(|fact| model::Fact { collector: "other".parse().unwrap(), ..fact }).collect();
    scopes.truncate(1);
    scopes[0].collector = "other".parse().unwrap();
    scopes.push(model::ScopeState { scope: ScopeId::any(), ..scopes[0].clone() });
    two.facts = model::FactSet::new(facts, scopes, gaps);
    two.header.collectors.clear();
    two.transcripts.clear();
    store.record(&two.run()).unwrap();
    let expected: Vec<String> =
        store.expected().unwrap().iter().map(|(collector, kind, scope)| format!("{collector} {kind} {scope}")).collect();
    assert_eq!(expected, ["directory identity.user@1 aws:0", "directory identity.user@1 aws:1", "other identity.user@1 aws:0"]);
}

#[test]
fn a_group_fails_since_the_last_of_its_facts_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    store.record(&sample(1, &Plan::of(&["a", "b"], &[])).run()).unwrap();
    let since: Vec<Timestamp> = store.failing_since().unwrap().into_values().collect();
    assert_eq!(since, [instant(0)]);
}

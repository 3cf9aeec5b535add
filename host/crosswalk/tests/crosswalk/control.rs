//! The status of one control, rule by rule of the algebra.

use model::ControlStatus::{Attested, Failing, NoOccurrences, NotApplicable, Open, Passing, Unknown, Untested};
use model::{Basis, ControlStatus, FactSet, FindingSet, Frequency, Group, Note, Outcome, RuleFindings, Seconds, Subjects};

use crate::world::{DAY, Expected, Rule, World, ago};

const P: Outcome = Outcome::Pass;
const F: Outcome = Outcome::Fail;
const N: Outcome = Outcome::NotApplicable;
const I: Outcome = Outcome::Inconclusive;

#[track_caller]
fn check(outcomes: &[Outcome], change: impl Fn(&mut World), status: ControlStatus, reason: &str) {
    let mut world = World::default();
    let named: Vec<_> = ["u0", "u1", "u2", "u3", "u4", "u5"].into_iter().zip(outcomes.iter().copied()).collect();
    world.tested("k/1", "a.x@1", &named);
    change(&mut world);
    let found = world.control("k/1");
    assert_eq!((found.status, found.reason.as_str()), (status, reason));
}

#[test]
fn failure_goes_before_doubt_and_doubt_before_passing() {
    let same = |_: &mut World| ();
    check(&[P, P, N], same, Passing, "2 of 2 pass; 1 more is not concerned");
    check(&[P, P, P, P, N, F], same, Failing, "1 of 6 fails: r/a-x-1");
    check(&[P, I, F], same, Failing, "1 of 3 fails: r/a-x-1, and something could not be told");
    check(&[P, I], same, Unknown, "1 of 2 could not be told: r/a-x-1");
    check(&[N, N], same, NotApplicable, "every expected scope was seen, and none of 2 subjects is concerned");
    check(&[], same, NotApplicable, "every expected scope was seen, and there is no subject in it");
}

#[test]
fn what_is_missing_miscounted_or_stale_is_unknown() {
    let without_claim = |world: &mut World| world.expected[0].claimed = None;
    let miscounted = |world: &mut World| world.expected[0].claimed = Some(7);
    let old = |world: &mut World| world.expected[0].seen_at = ago(2);
    let just_fresh = |world: &mut World| world.expected[0].seen_at = ago(1);
    check(&[P], without_claim, Unknown, "evidence is not complete: a.x@1 (missing)");
    check(&[P], miscounted, Unknown, "evidence is not complete: a.x@1 (count-mismatch)");
    check(&[N], without_claim, Unknown, "evidence is not complete: a.x@1 (missing)");
    check(&[P], old, Unknown, "evidence is stale: a.x@1");
    check(&[], old, Unknown, "evidence is stale: a.x@1");
    check(&[P], just_fresh, Passing, "1 of 1 passes");
    check(&[F], without_claim, Failing, "1 of 1 fails: r/a-x-1, and something could not be told");
}

#[test]
fn an_event_control_without_facts_had_no_occurrences() {
    let on_event = |world: &mut World| world.control_named("k/1").frequency = Frequency::OnEvent;
    check(&[], on_event, NoOccurrences, "every expected scope was seen, and nothing happened in it");
    check(&[N], on_event, NotApplicable, "every expected scope was seen, and the one subject is not concerned");
}

#[test]
fn a_failure_within_the_time_limit_is_open_and_never_a_pass() {
    let failing_for = |days: i64| {
        move |world: &mut World| {
            world.control_named("k/1").within = Some(Seconds(30 * DAY));
            world.failing_days.insert(("r/a-x-1".into(), "u0".into()), days);
        }
    };
    check(&[F, P], failing_for(12), Open, "1 of 2 fails, open for 12 days of 30d: r/a-x-1");
    check(&[F, P], failing_for(29), Open, "1 of 2 fails, open for 29 days of 30d: r/a-x-1");
    check(&[F, P], failing_for(30), Failing, "1 of 2 fails: r/a-x-1");
    check(&[F, F], failing_for(30), Failing, "2 of 2 fail: r/a-x-1");
    check(&[P, F], failing_for(99), Open, "1 of 2 fails, open for 0 days of 30d: r/a-x-1");
    check(&[F, I], failing_for(1), Unknown, "1 of 2 could not be told: r/a-x-1; 1 of 2 fails, not over its limit");
}

#[test]
fn what_nothing_tests_is_untested_unless_a_valid_attestation_stands() {
    let unconfigured = |world: &mut World| world.expected.clear();
    let no_rule = |world: &mut World| world.rules.clear();
    check(&[], unconfigured, Untested, "no configured collector gives a.x@1");
    check(&[], no_rule, Untested, "no rule tests it");
    let attested = |from, until| {
        move |world: &mut World| {
            world.expected.clear();
            world.attest("k/1", from, until);
        }
    };
    check(&[], attested(5, -5), Attested, "it is attested until 2027-01-20T08:00:00Z, and nothing tests it");
    check(&[], attested(0, -1), Attested, "it is attested until 2027-01-16T08:00:00Z, and nothing tests it");
    check(&[], attested(5, 0), Unknown, "its attestation ran out at 2027-01-15T08:00:00Z, and nothing tests it");
    check(&[], attested(-1, -5), Untested, "no configured collector gives a.x@1");
}

#[test]
fn an_attestation_never_outweighs_what_was_tested() {
    for (outcomes, status) in [(vec![F], Failing), (vec![I], Unknown), (vec![], NotApplicable)] {
        let mut world = World::default();
        let named: Vec<_> = ["u0"].into_iter().zip(outcomes).collect();
        world.tested("k/1", "a.x@1", &named);
        world.attest("k/1", 5, -5);
        assert_eq!(world.control("k/1").status, status);
    }
}

#[test]
fn a_rule_whose_kind_nobody_gives_is_named_and_does_not_make_it_unknown() {
    let more = |world: &mut World| {
        let controls = vec!["k/1".to_owned()];
        world.rules.push(Rule { id: "r/z".into(), kind: "z.x@1", controls, joined: None });
    };
    check(&[P], more, Passing, "1 of 1 passes; no collector serves r/z");
}

#[test]
fn a_rule_tests_nothing_where_nobody_gives_what_it_joins() {
    let joining = |world: &mut World| world.rules[0].joined = Some(("z.x@1", N));
    let given = |world: &mut World| {
        joining(world);
        world.expected.push(Expected { kind: "z.x@1", scope: "s", claimed: Some(0), seen_at: ago(0) });
    };
    let attested = |world: &mut World| {
        joining(world);
        world.attest("k/1", 5, -5);
    };
    let silent = |world: &mut World| {
        given(world);
        world.expected[1].claimed = None;
    };
    check(&[], joining, Untested, "no configured collector gives z.x@1");
    check(&[P], joining, Untested, "no configured collector gives z.x@1");
    check(&[], attested, Attested, "it is attested until 2027-01-20T08:00:00Z, and nothing tests it");
    check(&[], given, NotApplicable, "every expected scope was seen, and there is no subject in it");
    check(&[P], given, NotApplicable, "every expected scope was seen, and the one subject is not concerned");
    check(&[P], silent, Unknown, "1 of 1 could not be told: r/a-x-1");
}

#[test]
fn what_is_switched_off_is_untested() {
    check(&[F], |world| world.control_named("k/1").enabled = false, Untested, "it is switched off");
}

#[test]
fn of_several_rules_on_a_subject_the_worst_outcome_counts() {
    let mut world = World::default();
    world.tested("k/1", "a.x@1", &[("u0", P), ("u1", P), ("u2", N)]);
    world.rules.push(Rule { id: "r/second".into(), kind: "a.x@1", controls: vec!["k/1".into()], joined: None });
    world.facts[0].outcomes.insert("r/second".into(), F);
    world.facts[1].outcomes.insert("r/second".into(), N);
    world.facts[2].outcomes.insert("r/second".into(), N);
    let found = world.control("k/1");
    let counts = found.population;
    assert_eq!((counts.expected, counts.assessed), (3, 3));
    assert_eq!((counts.pass, counts.fail, counts.not_applicable, counts.inconclusive), (1, 1, 1, 0));
    assert_eq!((found.status, found.basis, found.rules.len()), (Failing, Some(Basis::Collected), 2));
}

#[test]
fn a_fact_that_a_rule_has_no_outcome_for_is_not_known() {
    let mut world = World::default();
    world.tested("k/1", "a.x@1", &[("u0", P), ("u1", P)]);
    let facts = world.admitted();
    let full = world.evaluated(&facts).rules()[0].clone();
    let cut = RuleFindings { outcomes: vec![P], ..full.clone() };
    let moved = RuleFindings { subjects: Subjects::Facts(1..3), ..full };
    for findings in [vec![], vec![cut], vec![moved]] {
        assert_eq!(assessed(&world, &facts, &FindingSet::new(findings)).0, Unknown);
    }
}

#[test]
fn groups_are_subjects_and_every_fact_must_be_in_one() {
    let mut world = World::default();
    world.tested("k/1", "a.x@1", &[("u0", P), ("u1", P), ("u2", P)]);
    let facts = world.admitted();
    let group = |name: &str, members: &[usize]| Group {
        collector: "c".parse().unwrap(),
        scope: "s".parse().unwrap(),
        subject: name.parse().unwrap(),
        members: members.to_vec(),
    };
    let findings = |groups: Vec<Group>, outcomes: Vec<Outcome>| {
        let notes = vec![Note { index: 0, message: "m".into(), missing: None, joined: vec![] }];
        let rule = "r/a-x-1".parse().unwrap();
        FindingSet::new(vec![RuleFindings { rule, subjects: Subjects::Groups(groups), outcomes, notes, valid_until: vec![] }])
    };
    let whole = findings(vec![group("g", &[0, 1]), group("h", &[2])], vec![P, P]);
    assert_eq!(assessed(&world, &facts, &whole), (Passing, 2, 2));
    let failing = findings(vec![group("g", &[0, 1]), group("h", &[2])], vec![F, P]);
    assert_eq!(assessed(&world, &facts, &failing), (Failing, 2, 2));
    let partial = findings(vec![group("g", &[0, 1])], vec![P]);
    assert_eq!(assessed(&world, &facts, &partial), (Unknown, 1, 1));
    let unanswered = findings(vec![group("g", &[0, 1]), group("h", &[2])], vec![P]);
    assert_eq!(assessed(&world, &facts, &unanswered), (Unknown, 2, 2));
}

/// The status of `k/1`, and how many subjects it expected and assessed.
fn assessed(world: &World, facts: &FactSet, findings: &FindingSet) -> (ControlStatus, u64, u64) {
    let scope = engine_crosswalk::AssessScope::default();
    let assessment = world
        .with_evidence(facts, findings, &world.headers(), |evidence| engine_crosswalk::assess(&world.catalog, &scope, evidence));
    let control = &assessment.controls[0];
    (control.status, control.population.expected, control.population.assessed)
}

#[test]
fn facts_outside_every_expected_scope_are_never_a_pass() {
    let mut world = World::default();
    world.tested("k/1", "a.x@1", &[("u0", P)]);
    let (facts, _, _) = world.admitted().into_parts();
    let unclaimed = FactSet::new(facts, vec![], vec![]);
    let findings = world.evaluated(&unclaimed);
    assert_eq!(assessed(&world, &unclaimed, &findings), (Unknown, 1, 1));
}

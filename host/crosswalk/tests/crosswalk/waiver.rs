//! What waivers change, and when they do not hold.

use std::collections::BTreeMap;

use engine_crosswalk::{Standing, WaiverEffect, waivers};
use model::ControlStatus::{Attested, Failing, NotApplicable, Passing, Unknown};
use model::{ControlStatus, Outcome, Waiver, WaiverKind};

use crate::world::{World, ago, digest_of};

const P: Outcome = Outcome::Pass;
const F: Outcome = Outcome::Fail;

/// A control `k/1` whose rule fails `u0` and passes `u1`, with a waiver for `u0`; `k/other` passes.
fn world(kind: WaiverKind) -> World {
    let mut world = World::default();
    world.tested("k/1", "a.x@1", &[("u0", F), ("u1", P)]);
    world.tested("k/other", "b.x@1", &[("u0", P)]);
    world.waivers.push(Waiver {
        id: "w".into(),
        kind,
        rule: "r/a-x-1".parse().unwrap(),
        subjects: vec!["u0".parse().unwrap()],
        subject_count: 1,
        facts: BTreeMap::from([("u0".parse().unwrap(), digest_of(&world.facts[0]))]),
        control: Some("k/other".parse().unwrap()),
        requested_by: "ann".into(),
        approved_by: "bob".into(),
        approved_at: ago(1),
        expires_at: ago(-1),
        reason: "why".into(),
    });
    world
}

#[track_caller]
fn check(kind: WaiverKind, change: impl Fn(&mut World), status: ControlStatus, standing: Standing) {
    let mut world = world(kind);
    change(&mut world);
    assert_eq!(world.control("k/1").status, status);
    let (facts, rules) = (world.admitted(), world.headers());
    let findings = world.evaluated(&facts);
    let found =
        world.with_evidence(&facts, &findings, &rules, |evidence| waivers(&world.catalog, evidence).all().next().unwrap().1);
    assert_eq!(found, standing);
}

const LEAVING: [WaiverKind; 3] = [WaiverKind::FalsePositive, WaiverKind::NotApplicable, WaiverKind::CompensatingControl];

#[test]
fn a_waived_failure_leaves_the_count_and_is_shown() {
    for kind in LEAVING {
        check(kind, |_| (), Passing, Standing::Holds);
        let found = world(kind).control("k/1");
        assert_eq!((found.population.pass, found.population.fail, found.population.waived), (1, 0, 1));
        assert_eq!(found.reason, "1 of 2 passes; 1 is waived");
    }
}

#[test]
fn an_accepted_failure_stands() {
    for kind in [WaiverKind::RiskAcceptance, WaiverKind::Deferral] {
        check(kind, |_| (), Failing, Standing::Holds);
        let world = world(kind);
        let found = world.control("k/1");
        assert_eq!((found.population.fail, found.population.waived), (1, 0));
        assert_eq!(found.reason, "1 of 2 fails: r/a-x-1; 1 failure stands and is accepted");
        let (facts, rules) = (world.admitted(), world.headers());
        let findings = world.evaluated(&facts);
        world.with_evidence(&facts, &findings, &rules, |evidence| {
            let waivers = waivers(&world.catalog, evidence);
            let rule = "r/a-x-1".parse().unwrap();
            assert_eq!(
                waivers.of_finding(&rule, 0).map(|(waiver, effect)| (waiver.id.as_str(), effect)),
                Some(("w", WaiverEffect::Accepted))
            );
            assert_eq!(waivers.of_finding(&rule, 1), None);
        });
    }
}

#[test]
fn a_waiver_does_not_hold_out_of_its_time_or_without_a_second_person() {
    for kind in LEAVING {
        check(kind, |world| world.waivers[0].approved_at = ago(-1), Failing, Standing::NotYetApproved);
        check(kind, |world| world.waivers[0].approved_at = ago(0), Passing, Standing::Holds);
        check(kind, |world| world.waivers[0].expires_at = ago(0), Failing, Standing::Expired);
        check(kind, |world| world.waivers[0].approved_by = " Ann".into(), Failing, Standing::NotIndependent);
        check(kind, |world| world.waivers[0].approved_by = " ".into(), Failing, Standing::NotIndependent);
        check(kind, |world| world.waivers[0].subject_count = 0, Failing, Standing::TooMany);
    }
}

#[test]
fn a_failure_that_began_before_the_approval_can_be_waived() {
    let long_failing = |world: &mut World| {
        world.failing_days.insert(("r/a-x-1".into(), "u0".into()), 90);
    };
    check(WaiverKind::NotApplicable, long_failing, Passing, Standing::Holds);
}

#[test]
fn a_false_positive_lapses_when_its_fact_changes_or_was_never_cited() {
    let changed = |world: &mut World| {
        world.facts[0].outcomes.insert("r/else".into(), P);
    };
    check(WaiverKind::FalsePositive, changed, Failing, Standing::Changed);
    check(WaiverKind::FalsePositive, |world| world.waivers[0].facts.clear(), Failing, Standing::Changed);
    check(WaiverKind::NotApplicable, changed, Passing, Standing::Holds);
}

#[test]
fn a_compensating_control_must_pass_of_its_own() {
    let kind = WaiverKind::CompensatingControl;
    check(kind, |world| world.expected[1].claimed = None, Failing, Standing::NotCompensated);
    check(kind, |world| world.control_named("k/other").enabled = false, Failing, Standing::NotCompensated);
    check(kind, |world| world.waivers[0].control = None, Failing, Standing::NotCompensated);
    let each_excuses_the_other = |world: &mut World| {
        world.facts[2].outcomes.insert("r/b-x-1".into(), F);
        let back = Waiver {
            id: "x".into(),
            rule: "r/b-x-1".parse().unwrap(),
            control: Some("k/1".parse().unwrap()),
            ..world.waivers[0].clone()
        };
        world.waivers.push(back);
    };
    check(kind, each_excuses_the_other, Failing, Standing::NotCompensated);
}

#[test]
fn a_waiver_never_changes_unknown() {
    let doubtful = |world: &mut World| {
        world.facts[0].outcomes.insert("r/a-x-1".into(), Outcome::Inconclusive);
    };
    for kind in LEAVING {
        check(kind, doubtful, Unknown, Standing::Holds);
        check(kind, |world| world.expected[0].claimed = None, Unknown, Standing::Holds);
    }
}

#[test]
fn with_no_pass_of_its_own_a_control_rests_on_the_word_of_those_who_waived() {
    let nothing_passes = |world: &mut World| {
        world.facts[1].outcomes.insert("r/a-x-1".into(), Outcome::NotApplicable);
    };
    check(WaiverKind::FalsePositive, nothing_passes, Attested, Standing::Holds);
    check(WaiverKind::CompensatingControl, nothing_passes, Attested, Standing::Holds);
    check(WaiverKind::NotApplicable, nothing_passes, NotApplicable, Standing::Holds);
}

//! The exit code, case by case.

use engine_crosswalk::exit;
use model::{Gap, GapCode, Outcome, Strength::Full, Summary};

use crate::world::World;

fn world(outcomes: &[Outcome]) -> World {
    let mut world = World::default();
    let named: Vec<_> = ["u0", "u1"].into_iter().zip(outcomes.iter().copied()).collect();
    world.tested("k/1", "a.x@1", &named);
    world.leaf("f:0", None, "in", &[]);
    world.leaf("f:1", Some("f:0"), "in", &["p"]);
    world.leaf("f:2", Some("f:0"), "in", &["p"]);
    world.leaf("f:3", Some("f:0"), "out", &["p"]);
    world.edge("k/1", "f:1#p", Full);
    world
}

#[track_caller]
fn check(world: &World, code: u8, reason: &str) {
    let found = exit(&world.assess(), world.admitted().gaps(), None);
    assert_eq!((found.code, found.reason.as_str()), (code, reason));
}

#[test]
fn zero_is_nothing_fails_and_nothing_is_missing() {
    let reason = "nothing in scope fails and no evidence is missing; 1 of 2 requirements is covered";
    check(&world(&[Outcome::Pass]), 0, reason);
    check(&world(&[Outcome::NotApplicable]), 0, reason);
}

#[test]
fn one_is_a_deviation_whatever_else_is_unknown() {
    check(&world(&[Outcome::Fail]), 1, "1 requirement has deviations: f:1");
    let mut partial = world(&[Outcome::Fail]);
    partial.expected[0].claimed = None;
    check(&partial, 1, "1 requirement has deviations: f:1; 1 evidence gap stands: a.x@1 (missing)");
}

#[test]
fn three_is_unknown_or_any_gap() {
    check(&world(&[Outcome::Inconclusive]), 3, "1 requirement is unknown: f:1");
    let world = world(&[Outcome::Pass]);
    let stray = Gap {
        collector: "c".parse().unwrap(),
        kind: "z.x@1".parse().unwrap(),
        scope: "*".parse().unwrap(),
        subject: None,
        code: GapCode::FAILED,
        message: String::new(),
    };
    let found = exit(&world.assess(), &[stray], None);
    assert_eq!((found.code, found.reason.as_str()), (3, "1 evidence gap stands: z.x@1 (failed)"));
}

#[test]
fn three_is_also_when_nothing_was_assessed() {
    let reason = "nothing was assessed: no evidence bears on any requirement in scope";
    check(&World::default(), 3, reason);
    check(&world(&[]), 3, reason);
    let mut untested = world(&[Outcome::Pass]);
    untested.rules.clear();
    check(&untested, 3, reason);
    let mut out_of_scope = world(&[Outcome::Fail]);
    out_of_scope.control_named("k/1").edges.clear();
    out_of_scope.edge("k/1", "f:3#p", Full);
    check(&out_of_scope, 3, reason);
}

#[test]
fn three_is_when_less_is_covered_than_before() {
    let world = world(&[Outcome::Pass]);
    let before = |covered: u32| Summary { supported: covered, uncovered: 2 - covered, total: 2, ..Summary::default() };
    let code = |id: &str, covered| exit(&world.assess(), &[], Some(&[(id.parse().unwrap(), before(covered))]));
    assert_eq!((code("f", 1).code, code("other", 2).code), (0, 0));
    let fallen = code("f", 2);
    assert_eq!((fallen.code, fallen.reason.as_str()), (3, "coverage fell since the last run: f from 2 to 1 requirement"));
}

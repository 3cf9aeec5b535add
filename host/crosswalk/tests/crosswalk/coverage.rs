//! What the data could show, whatever a run saw.

use engine_crosswalk::{Giver, coverage, further};
use model::Strength::{Full, Partial};
use model::{Basis, CoverageCount, Join, LeafCoverage, Means, RuleHeader};
use proptest::prelude::*;

use crate::random::worlds;
use crate::world::World;

fn giver(name: &str, basis: Basis, kinds: &[&str]) -> Giver {
    Giver { name: name.into(), basis, kinds: kinds.iter().map(|it| it.parse().unwrap()).collect() }
}

/// Two kinds, each with a rule and a control; `f:1` has two aspects.
fn world() -> World {
    let mut world = World::default();
    world.tested("k/a", "a.x@1", &[]);
    world.tested("k/b", "b.x@1", &[]);
    world.leaf("f:0", None, "in", &[]);
    world.leaf("f:1", Some("f:0"), "in", &["p", "q"]);
    world
}

fn leaf(world: &World, rules: &[RuleHeader], givers: &[Giver]) -> LeafCoverage {
    coverage(&world.catalog, rules, givers).leaf(&"f:1".parse().unwrap()).unwrap().clone()
}

#[track_caller]
fn check(change: impl Fn(&mut World), givers: &[Giver], means: Means, fully: bool, weakly: bool) {
    let mut world = world();
    change(&mut world);
    let found = leaf(&world, &world.headers(), givers);
    assert_eq!((found.means, found.fully, found.weakly), (means, fully, weakly), "{found:?}");
}

const COLLECTED: Basis = Basis::Collected;
const SUPPLIED: Basis = Basis::Supplied;

#[test]
fn a_leaf_counts_by_the_strongest_means() {
    let both = |world: &mut World| {
        world.edge("k/a", "f:1#p", Full);
        world.edge("k/b", "f:1#q", Full);
    };
    let (a, b) = (giver("one", COLLECTED, &["a.x@1"]), giver("two", SUPPLIED, &["b.x@1"]));
    check(both, &[], Means::Attestable, false, false);
    check(both, std::slice::from_ref(&b), Means::Supplied, false, false);
    check(both, std::slice::from_ref(&a), Means::Collected, false, false);
    check(both, &[a, b.clone()], Means::Collected, true, false);
    check(both, &[giver("one", Basis::Imported, &["a.x@1"]), b], Means::Supplied, true, false);
    check(|_| (), &[giver("one", COLLECTED, &["a.x@1", "b.x@1"])], Means::Uncovered, false, false);
}

#[test]
fn a_partial_edge_tests_weakly_and_attests_nothing() {
    let partial = |world: &mut World| world.edge("k/a", "f:1#p", Partial);
    check(partial, &[giver("one", COLLECTED, &["a.x@1"])], Means::Collected, false, true);
    check(partial, &[], Means::Uncovered, false, false);
    let beside_full = |world: &mut World| {
        world.edge("k/a", "f:1#p", Partial);
        world.edge("k/b", "f:1#q", Full);
    };
    check(beside_full, &[giver("one", COLLECTED, &["a.x@1", "b.x@1"])], Means::Collected, false, false);
}

#[test]
fn what_a_subservice_organisation_may_answer_is_carved_out_unless_it_is_tested() {
    let subservice = |world: &mut World| {
        world.edge("k/a", "f:1#q", Full);
        let requirements = &mut world.catalog.frameworks.values_mut().next().unwrap().requirements;
        requirements[1].aspects[0].subservice = true;
    };
    check(subservice, &[], Means::CarvedOut, false, false);
    check(subservice, &[giver("one", SUPPLIED, &["a.x@1"])], Means::Supplied, false, false);
}

#[test]
fn what_is_switched_off_shows_nothing() {
    let off = |world: &mut World| {
        world.edge("k/a", "f:1#p", Full);
        world.control_named("k/a").enabled = false;
    };
    check(off, &[giver("one", COLLECTED, &["a.x@1"])], Means::Uncovered, false, false);
    let no_rule = |world: &mut World| {
        world.edge("k/a", "f:1#p", Full);
        world.rules.clear();
    };
    check(no_rule, &[giver("one", COLLECTED, &["a.x@1"])], Means::Attestable, false, false);
}

#[test]
fn a_rule_that_joins_needs_both_kinds_and_is_as_good_as_the_weaker() {
    let mut world = world();
    world.edge("k/a", "f:1#p", Full);
    let mut rules = world.headers();
    rules[0].joins = vec![Join { name: "other".into(), kind: "b.x@1".parse().unwrap(), on: vec!["id".into()], many: false }];
    let a = giver("one", COLLECTED, &["a.x@1"]);
    assert_eq!(leaf(&world, &rules, std::slice::from_ref(&a)).means, Means::Attestable);
    let found = leaf(&world, &rules, &[a, giver("two", SUPPLIED, &["b.x@1"])]);
    assert_eq!((found.means, found.collectors), (Means::Supplied, vec!["one".into(), "two".into()]));
}

#[test]
fn categories_that_are_counted_apart_are_not_among_the_frameworks_own() {
    let mut world = world();
    world.leaf("f:2", Some("f:0"), "beside", &["p"]);
    world.catalog.frameworks.values_mut().next().unwrap().apart = vec!["beside".into()];
    let coverage = coverage(&world.catalog, &world.headers(), &[]);
    let framework = &coverage.frameworks[0];
    assert_eq!(framework.count(None).leaves, 1);
    assert_eq!(framework.categories().len(), 2);
    assert_eq!(framework.count(Some("beside")).leaves, 1);
}

#[test]
fn a_further_collector_adds_what_none_tests_now() {
    let mut world = world();
    world.leaf("f:2", Some("f:0"), "in", &["p"]);
    world.edge("k/a", "f:1#p", Full);
    world.edge("k/b", "f:1#q", Full);
    world.edge("k/b", "f:2#p", Full);
    let rules = world.headers();
    let connected = [giver("one", COLLECTED, &["a.x@1"])];
    let others = [giver("useless", COLLECTED, &["a.x@1", "c.x@1"]), giver("two", SUPPLIED, &["b.x@1"])];
    let found = further(&world.catalog, &rules, &connected, &others);
    let added: Vec<_> = found
        .iter()
        .map(|it| (it.name.as_str(), it.leaves.values().flatten().map(model::RequirementId::as_str).collect()))
        .collect();
    assert_eq!(added, [("two", vec!["f:2"])]);
    let from_nothing = further(&world.catalog, &rules, &[], &others);
    assert_eq!(from_nothing.iter().map(|it| (it.name.as_str(), it.count())).collect::<Vec<_>>(), [("two", 2), ("useless", 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_five_numbers_add_up_and_more_collectors_never_show_less(world in worlds(), kinds in 0..8_usize) {
        let some: Vec<&str> = ["a.x@1", "b.x@1", "c.x@1"].into_iter().enumerate().filter(|(at, _)| kinds & (1 << at) != 0).map(|(_, kind)| kind).collect();
        let rules = world.headers();
        let less = coverage(&world.catalog, &rules, &[giver("one", SUPPLIED, &some)]);
        let more = coverage(&world.catalog, &rules, &[giver("one", SUPPLIED, &some), giver("two", COLLECTED, &["a.x@1"])]);
        for (less, more) in less.frameworks.iter().zip(&more.frameworks) {
            let CoverageCount { leaves, collected, supplied, attestable, carved_out, uncovered, fully, weakly } = more.count(None);
            prop_assert_eq!(leaves, collected + supplied + attestable + carved_out + uncovered);
            prop_assert!(fully + weakly <= collected + supplied);
            for (less, more) in less.leaves.iter().zip(&more.leaves) {
                prop_assert!(more.means <= less.means, "{:?} became {:?}", less, more);
            }
        }
    }
}

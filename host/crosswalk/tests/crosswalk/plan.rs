//! What to fix first: each cause once, and exactly what it unlocks.

use engine_crosswalk::{AssessScope, plan};
use model::Strength::{Full, Partial};
use model::{
    Fact, FactSet, FieldGap, FindingSet, Fix, Note, Outcome, Plan, Relation, Remedy, RequirementStatus, RuleHeader, Severity,
};
use proptest::prelude::*;

use crate::random::worlds;
use crate::world::{Report, World, ago, is_bad_requirement};

const P: Outcome = Outcome::Pass;
const F: Outcome = Outcome::Fail;
const I: Outcome = Outcome::Inconclusive;

fn planned_with(world: &World, facts: &FactSet, findings: &FindingSet, rules: &[RuleHeader]) -> Plan {
    let scope = AssessScope::default_of(&world.catalog);
    world.with_evidence(facts, findings, rules, |evidence| plan(&world.catalog, &scope, evidence))
}

fn planned(world: &World) -> Plan {
    let facts = world.admitted();
    planned_with(world, &facts, &world.evaluated(&facts), &world.headers())
}

fn ids(ids: &[model::RequirementId]) -> Vec<&str> {
    ids.iter().map(model::RequirementId::as_str).collect()
}

/// What a fix is, in one word and a name.
fn told(fix: &Fix) -> String {
    match &fix.remedy {
        Remedy::Mend { rule } | Remedy::Settle { rule } => format!("{} {rule}", fix.remedy.as_str()),
        Remedy::Close { code, kinds, .. } => {
            format!("close {code} {}", kinds.iter().map(model::KindId::as_str).collect::<Vec<_>>().join(" "))
        }
        Remedy::Give { field, .. } => format!("give {field}"),
        Remedy::Refresh { kind, .. } => format!("refresh {kind}"),
        Remedy::Attest { control } => format!("attest {control}"),
        Remedy::Rely { organisation, reasons } => format!("rely {organisation}: {}", reasons.join(", ")),
    }
}

#[track_caller]
fn check(plan: &Plan, expected: &[&str]) {
    assert_eq!(plan.fixes.iter().map(told).collect::<Vec<_>>(), expected);
}

/// `f:1` rests on `k/a`, `f:2` on both, `g:1` on `k/b`.
fn world(a: &[(&str, Outcome)], b: &[(&str, Outcome)]) -> World {
    let mut world = World::default();
    world.tested("k/a", "a.x@1", a);
    world.tested("k/b", "b.x@1", b);
    for framework in ["f", "g"] {
        world.leaf(&format!("{framework}:0"), None, "in", &[]);
        world.leaf(&format!("{framework}:1"), Some(&format!("{framework}:0")), "in", &["p"]);
        world.leaf(&format!("{framework}:2"), Some(&format!("{framework}:0")), "in", &["p", "q"]);
    }
    world.edge("k/a", "f:1#p", Full);
    world.edge("k/a", "f:2#p", Full);
    world.edge("k/b", "f:2#q", Partial);
    world.edge("k/b", "g:1#p", Full);
    world
}

#[test]
fn a_fix_unlocks_what_waits_for_it_alone_and_touches_what_waits_for_more() {
    let found = planned(&world(&[("u0", F), ("u1", F)], &[("u0", F), ("u1", I)]));
    check(&found, &["mend r/a-x-1", "mend r/b-x-1", "settle r/b-x-1"]);
    assert_eq!((found.deviating, found.unknown), (3, 0));
    let unlocks: Vec<_> = found.fixes.iter().map(|it| (ids(&it.unlocks), ids(&it.touches), it.together)).collect();
    assert_eq!(
        unlocks,
        [
            (vec!["f:1"], vec!["f:2"], 1),
            // What could not be told still stands.
            (vec![], vec!["f:2", "g:1"], 1),
            (vec![], vec!["f:2", "g:1"], 3),
        ]
    );
    assert_eq!(found.fixes.iter().map(|it| it.subject_count).collect::<Vec<_>>(), [2, 1, 1]);
}

#[test]
fn what_unlocks_more_then_in_more_frameworks_then_what_is_more_severe_comes_first() {
    let mut one = world(&[("u0", F)], &[("u0", F)]);
    check(&planned(&one), &["mend r/a-x-1", "mend r/b-x-1"]);
    one.leaf("g:3", Some("g:0"), "in", &["p"]);
    one.edge("k/b", "g:3#p", Full);
    check(&planned(&one), &["mend r/b-x-1", "mend r/a-x-1"]);
    one.leaf("g:4", Some("g:0"), "in", &["p"]);
    one.edge("k/a", "g:4#p", Full);
    // Two each, and the first of two frameworks.
    check(&planned(&one), &["mend r/a-x-1", "mend r/b-x-1"]);
    let even = world(&[("u0", F)], &[("u0", F)]);
    let facts = even.admitted();
    let mut rules = even.headers();
    rules[0].severity = Severity::Low;
    let found = planned_with(&even, &facts, &even.evaluated(&facts), &rules);
    check(&found, &["mend r/b-x-1", "mend r/a-x-1"]);
    assert_eq!(found.fixes[1].severity, Some(Severity::Low));
}

#[test]
fn a_leaf_out_of_scope_is_no_reason_to_fix_anything() {
    let mut world = world(&[("u0", F)], &[("u0", P)]);
    world.leaf("f:3", Some("f:0"), "out", &["p"]);
    world.edge("k/a", "f:3#p", Full);
    let found = planned(&world);
    assert_eq!(ids(&found.fixes[0].unlocks), ["f:1", "f:2"]);
}

#[test]
fn what_reaches_another_framework_is_unlocked_there_too() {
    let mut world = world(&[("u0", F)], &[("u0", P)]);
    world.relate("f:1", Relation::EquivalentTo, "g:2");
    assert_eq!(world.requirement("g:2").status, RequirementStatus::Deviations);
    let found = planned(&world);
    assert_eq!((ids(&found.fixes[0].unlocks), found.fixes[0].framework_count()), (vec!["f:1", "f:2", "g:2"], 2));
}

#[test]
fn gaps_with_one_message_are_one_fix_and_stale_evidence_is_collected_again() {
    let mut world = world(&[("u0", P)], &[("u0", P)]);
    for expected in &mut world.expected {
        expected.claimed = None;
    }
    let found = planned(&world);
    check(&found, &["close missing a.x@1 b.x@1"]);
    assert_eq!((ids(&found.fixes[0].unlocks), found.fixes[0].subject_count), (vec!["f:1", "f:2", "g:1"], 2));
    assert_eq!(found.fixes[0].rules.len(), 2);
    world.expected[0].claimed = Some(1);
    world.expected[0].seen_at = ago(9);
    let found = planned(&world);
    check(&found, &["close missing b.x@1", "refresh a.x@1"]);
    assert_eq!((ids(&found.fixes[1].unlocks), ids(&found.fixes[1].touches)), (vec!["f:1"], vec!["f:2"]));
}

/// The evidence of one subject of `a.x@1` that `r/a-x-1` could not tell, with this note.
fn unsure(note: impl Fn(Note) -> Note, fact: impl Fn(Fact) -> Fact) -> (World, FactSet, FindingSet) {
    let world = world(&[("u0", I)], &[("u0", P)]);
    let (facts, scopes, gaps) = world.admitted().into_parts();
    let facts = FactSet::new(facts.into_iter().map(fact).collect(), scopes, gaps);
    let mut rules = world.evaluated(&facts).into_rules();
    for note_of in rules.iter_mut().flat_map(|it| &mut it.notes) {
        *note_of = note(note_of.clone());
    }
    (world, facts, FindingSet::new(rules))
}

#[test]
fn an_absent_field_is_named_with_its_reason() {
    let gap = FieldGap { field: "keys".into(), reason: "iam:ListAccessKeys".into() };
    let (world, facts, findings) = unsure(
        |note| Note { missing: Some("keys[3].status".into()), ..note },
        |fact| Fact { field_gaps: vec![gap.clone()], ..fact },
    );
    let found = planned_with(&world, &facts, &findings, &world.headers());
    check(&found, &["give keys[].status"]);
    assert!(matches!(&found.fixes[0].remedy, Remedy::Give { reason, .. } if reason == "iam:ListAccessKeys"));
    assert_eq!(ids(&found.fixes[0].unlocks), ["f:1", "f:2"]);
}

#[test]
fn a_report_that_may_not_be_relied_on_is_one_fix_for_all_that_rests_on_it() {
    let mut world = world(&[("u0", P)], &[("u0", P)]);
    world.carve_out(&["g:2"], &["f:2#q"]);
    world.carve_out(&[], &["f:1#p"]);
    world.reports(&[Report::ended(900)]);
    let found = planned(&world);
    check(&found, &["rely Org: its soc2-type2 report to 2024-07-29: it ended too long ago"]);
    assert_eq!(ids(&found.fixes[0].unlocks), ["f:1", "f:2", "g:2"]);
    // Where only the register is not whole, closing its gap is enough.
    let last = world.expected.len() - 1;
    world.facts.pop();
    world.reports(&[Report::ended(100)]);
    world.expected.remove(last);
    world.expected[last].claimed = None;
    let found = planned(&world);
    check(&found, &["close missing vendor.report@1"]);
    assert_eq!(ids(&found.fixes[0].unlocks), ["f:1", "f:2", "g:2"]);
}

#[test]
fn nothing_wrong_is_an_empty_plan() {
    assert_eq!(planned(&world(&[("u0", P)], &[("u0", P)])), Plan::default());
}

#[test]
fn a_collector_cannot_make_the_plan_longer_by_what_it_says() {
    let world = world(&[("u0", P)], &[("u0", P)]);
    let (facts, scopes, _) = world.admitted().into_parts();
    let gap = |at: usize| model::Gap {
        collector: "c".parse().unwrap(),
        kind: "a.x@1".parse().unwrap(),
        scope: "s".parse().unwrap(),
        subject: None,
        code: model::GapCode::FAILED,
        message: format!("reason {at}"),
    };
    let count = |gaps: usize| {
        let facts = FactSet::new(facts.clone(), scopes.clone(), (0..gaps).map(gap).collect());
        planned_with(&world, &facts, &world.evaluated(&facts), &world.headers()).fixes.len()
    };
    assert_eq!((count(3), count(500)), (3, 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn with_every_fix_nothing_is_troubled_and_no_fix_unlocks_what_it_does_not_change(world in worlds()) {
        let found = planned(&world);
        let assessment = world.assess();
        let leaf = |id: &model::RequirementId| world.catalog.requirement(id).unwrap().leaf;
        let troubled = assessment.frameworks.iter().flat_map(|it| &it.requirements).filter(|it| leaf(&it.id) && is_bad_requirement(it.status));
        let troubled: Vec<_> = troubled.map(|it| it.id.clone()).collect();
        prop_assert_eq!(troubled.len(), found.deviating + found.unknown);
        prop_assert_eq!(found.fixes.last().map_or(0, |it| it.together), troubled.len(), "{:?}", found);
        for (before, fix) in found.fixes.iter().zip(found.fixes.iter().skip(1)) {
            prop_assert!(before.unlocks.len() >= fix.unlocks.len());
        }
        for fix in &found.fixes {
            prop_assert!(fix.unlocks.iter().chain(&fix.touches).all(|id| troubled.contains(id)));
            prop_assert!(fix.together >= fix.unlocks.len());
        }
    }
}

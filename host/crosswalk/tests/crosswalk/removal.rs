//! The three laws: no order, no counting twice, and nothing gets better by losing evidence.

use std::collections::{BTreeMap, BTreeSet};

use engine_crosswalk::exit;
use model::{Assessment, ControlStatus, FactSet, RequirementStatus};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::random::worlds;
use crate::world::{World, is_bad, is_bad_requirement};

/// Every way to lose evidence that the strategy picks from: a fact, a claim, a scope with both, or all of them.
pub(crate) fn lose(world: &World, what: usize, which: usize) -> World {
    let mut less = world.clone();
    let pick = |length: usize| which % length.max(1);
    match what {
        0 if !less.facts.is_empty() => {
            less.facts.remove(pick(world.facts.len()));
        }
        1 if !less.expected.is_empty() => less.expected[pick(world.expected.len())].claimed = None,
        2 if !less.expected.is_empty() => {
            let lost = &mut less.expected[pick(world.expected.len())];
            lost.claimed = None;
            let (kind, scope) = (lost.kind, lost.scope);
            less.facts.retain(|fact| (fact.kind, fact.scope) != (kind, scope));
        }
        _ => {
            less.facts.clear();
            for expected in &mut less.expected {
                expected.claimed = None;
            }
        }
    }
    less
}

fn controls(assessment: &Assessment) -> BTreeMap<String, ControlStatus> {
    assessment.controls.iter().map(|it| (it.id.to_string(), it.status)).collect()
}

fn requirements(assessment: &Assessment) -> BTreeMap<String, RequirementStatus> {
    let requirements = assessment.frameworks.iter().flat_map(|it| &it.requirements);
    requirements.map(|it| (it.id.to_string(), it.status)).collect()
}

/// Whether losing evidence may lead from one status to the other.
fn may_become(before: RequirementStatus, after: RequirementStatus) -> bool {
    let stays = before == after;
    match before {
        RequirementStatus::Deviations | RequirementStatus::Unknown => is_bad_requirement(after),
        RequirementStatus::Uncovered | RequirementStatus::PartlySupported => {
            stays || is_bad_requirement(after) || after == RequirementStatus::Uncovered
        }
        _ => after != RequirementStatus::Supported || stays,
    }
}

/// That no status, and not the exit code, is better afterwards.
pub(crate) fn not_better(before: &World, after: &World) -> Result<(), TestCaseError> {
    let (was, is) = (before.assess(), after.assess());
    for (id, was) in controls(&was) {
        let is = controls(&is)[&id];
        prop_assert!(!is_bad(was) || is_bad(is), "{id}: {was:?} became {is:?}");
        prop_assert!(was == is || is_bad(is), "{id}: {was:?} became {is:?}, and nothing tells that evidence is missing");
    }
    for (id, was) in requirements(&was) {
        let is = requirements(&is)[&id];
        prop_assert!(may_become(was, is), "{id}: {was:?} became {is:?}");
        prop_assert!(is != RequirementStatus::Supported || was == is, "{id}: {was:?} became supported");
    }
    let code = |world: &World, assessment| exit(assessment, world.admitted().gaps(), None).code;
    prop_assert!(code(after, &is) != 0 || code(before, &was) == 0, "the exit code became 0");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn losing_evidence_never_makes_a_status_or_the_exit_code_better(world in worlds(), what in 0..4_usize, which in any::<usize>()) {
        not_better(&world, &lose(&world, what, which))?;
    }

    #[test]
    fn no_order_matters(world in worlds(), turn in 0..7_usize) {
        let mut turned = world.clone();
        turned.facts.reverse();
        turned.expected.reverse();
        turned.rules.reverse();
        turned.waivers.rotate_left(turn.min(world.waivers.len()));
        turned.attestations.reverse();
        turned.statements.reverse();
        turned.catalog.relationships.reverse();
        turned.catalog.any_of.reverse();
        for group in &mut turned.catalog.any_of {
            group.controls.reverse();
        }
        for control in turned.catalog.controls.values_mut() {
            control.edges.reverse();
        }
        let mut headers = turned.headers();
        let shift = turn.min(headers.len());
        headers.rotate_left(shift);
        prop_assert_eq!(world.assess(), turned.assess_with(&turned.admitted(), &headers));
    }

    #[test]
    fn saying_a_thing_twice_changes_nothing(world in worlds()) {
        let mut twice = world.clone();
        twice.waivers.extend(world.waivers.clone());
        twice.attestations.extend(world.attestations.clone());
        twice.statements.extend(world.statements.clone());
        twice.catalog.relationships.extend(world.catalog.relationships.clone());
        twice.catalog.any_of.extend(world.catalog.any_of.clone());
        for control in twice.catalog.controls.values_mut() {
            control.edges.extend(control.edges.clone());
        }
        let headers = [world.headers(), world.headers()].concat();
        let (facts, scopes, gaps) = world.admitted().into_parts();
        let facts = FactSet::new(facts, [scopes.clone(), scopes].concat(), [gaps.clone(), gaps].concat());
        prop_assert_eq!(world.assess(), twice.assess_with(&facts, &headers));
    }
}

#[test]
fn the_random_worlds_hold_every_status() {
    let mut runner = TestRunner::deterministic();
    let (mut of_controls, mut of_requirements) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..1500 {
        let assessment = worlds().new_tree(&mut runner).unwrap().current().assess();
        of_controls.extend(controls(&assessment).into_values());
        of_requirements.extend(requirements(&assessment).into_values());
    }
    assert_eq!((of_controls.len(), of_requirements.len()), (8, 9), "{of_controls:?} {of_requirements:?}");
}

//! The algebra under attack: random worlds to which one thing after the other happens that is no evidence.
//!
//! Nothing of it may improve a status or the exit code; what happened is undone at the end, and then everything is as it was.

use core::cell::Cell;

use model::{ControlStatus, GapCode, Outcome, Waiver};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::random::worlds;
use crate::removal::{lose, not_better};
use crate::world::{DAY, Rule, Said, World, ago, is_bad, now};

const CODES: [GapCode; 7] = [
    GapCode::DENIED,
    GapCode::TRUNCATED,
    GapCode::CONFLICT,
    GapCode::FUTURE,
    GapCode::CUT_OFF,
    GapCode::INVALID_RECORD,
    GapCode::EMIT_AFTER_COMPLETE,
];

/// One thing that happens, drawn from three numbers.
fn happens(world: &World, (what, which, much): (u8, usize, usize)) -> World {
    let mut after = world.clone();
    let pick = |length: usize| which % length.max(1);
    match what {
        0..=3 => return lose(world, what.into(), which),
        4 if !after.expected.is_empty() => {
            let it = &world.expected[pick(world.expected.len())];
            after.gaps.insert(0, (it.kind, it.scope, CODES[much % CODES.len()].clone()));
        }
        5 if !after.expected.is_empty() => {
            let it = &mut after.expected[pick(world.expected.len())];
            it.claimed = it.claimed.map(|count| count.wrapping_add(1 + much as u64));
        }
        // Seen earlier, by up to a year.
        6 if !after.expected.is_empty() => {
            let it = &mut after.expected[pick(world.expected.len())];
            it.seen_at = it.seen_at.min(ago((much % 365).try_into().unwrap()));
        }
        7 => after.failing_days.values_mut().for_each(|days| *days += i64::try_from(much % 60).unwrap()),
        8 => after.attestations.iter_mut().for_each(|it| it.expires_at = it.expires_at.min(ago(0))),
        9 => after.waivers.iter_mut().for_each(|it| it.expires_at = it.expires_at.min(ago(0))),
        10 if !after.waivers.is_empty() => {
            // Approved by who asked for it.
            let it = &mut after.waivers[pick(world.waivers.len())];
            it.approved_by = it.requested_by.clone();
        }
        11 if !after.facts.is_empty() => {
            // What passed can no longer be told.
            let it = &mut after.facts[pick(world.facts.len())];
            for outcome in it.outcomes.values_mut().filter(|it| matches!(it, Outcome::Pass | Outcome::NotApplicable)) {
                *outcome = Outcome::Inconclusive;
            }
        }
        _ => {}
    }
    after
}

/// The model: what is missing, late or failing is seen in every control that rests on it, whatever else there is.
fn told(world: &World) -> Result<(), TestCaseError> {
    let assessment = world.assess();
    let holds = |waiver: &Waiver| waiver.expires_at > now() && waiver.approved_by != waiver.requested_by;
    let is_waived = world.waivers.iter().any(holds);
    for control in assessment.controls.iter().filter(|it| world.catalog.controls[&it.id].enabled) {
        // A rule without the kind that it joins tests nothing (decision 12).
        let is_given = |kind: &str| world.expected.iter().any(|it| it.kind == kind);
        let tests = |rule: &&Rule| {
            rule.controls.iter().any(|id| id == control.id.as_str()) && rule.joined.is_none_or(|(kind, _)| is_given(kind))
        };
        for rule in world.rules.iter().filter(tests) {
            for it in world.expected.iter().filter(|it| it.kind == rule.kind) {
                let is_late = now().duration_since(it.seen_at).as_secs() > DAY;
                let count = world.facts.iter().filter(|fact| (fact.kind, fact.scope) == (it.kind, it.scope)).count() as u64;
                let has_gap = world.gaps.iter().any(|(kind, scope, _)| (*kind, *scope) == (it.kind, it.scope));
                let is_missing = has_gap || it.claimed != Some(count);
                prop_assert!(
                    !(is_late || is_missing) || is_bad(control.status),
                    "{}: {:?} hides {it:?}",
                    control.id,
                    control.status
                );
            }
            let outcome = |fact: &Said| fact.outcomes.get(&rule.id).copied();
            let fails = world.facts.iter().any(|fact| fact.kind == rule.kind && outcome(fact) == Some(Outcome::Fail));
            if fails && !is_waived && rule.joined.is_none() {
                // Within its time a failure is only open, and what is not known counts more.
                let has_time = world.catalog.controls[&control.id].within.is_some();
                let is_told = control.status == ControlStatus::Failing || (has_time && is_bad(control.status));
                prop_assert!(is_told, "{}: {:?} hides a failure", control.id, control.status);
            }
        }
    }
    Ok(())
}

/// Seen to fail with `is_stale` always false, with waivers that never expire, and before an attestation that ran out made its
/// control unknown (decision 16).
#[test]
fn nothing_but_evidence_improves_a_status() {
    let cases = figures::times(1_000, 100_000);
    let config = ProptestConfig { cases: cases.try_into().unwrap(), failure_persistence: None, ..ProptestConfig::default() };
    let steps = prop::collection::vec((0..12_u8, any::<usize>(), any::<usize>()), 1..6);
    let tried = Cell::new(0);
    let run = |(world, steps): (World, Vec<_>)| {
        let first = world.assess();
        let mut last = world.clone();
        for step in steps {
            let after = happens(&last, step);
            told(&after)?;
            not_better(&last, &after)?;
            not_better(&world, &after)?;
            tried.set(tried.get() + 1);
            last = after;
        }
        prop_assert_eq!(first, world.assess());
        Ok(())
    };
    TestRunner::new(config).run(&(worlds(), steps), run).unwrap();
    figures::tried("worlds", tried.get()).unwrap();
}

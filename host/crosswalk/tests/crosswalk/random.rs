//! Random small worlds, drawn from bytes, so that a failing one shrinks to few facts.

use std::collections::BTreeMap;

use model::{Outcome, Relation, Strength, Waiver, WaiverKind};
use proptest::prelude::*;

use crate::world::{Expected, Report, Rule, Said, World, ago, digest_of};

const KINDS: [&str; 3] = ["a.x@1", "b.x@1", "c.x@1"];
const SCOPES: [&str; 2] = ["s", "t"];
/// Mostly passes, or nothing would ever be supported.
const OUTCOMES: [Outcome; 12] = [
    Outcome::Pass,
    Outcome::Pass,
    Outcome::Pass,
    Outcome::Pass,
    Outcome::Pass,
    Outcome::Pass,
    Outcome::Fail,
    Outcome::Fail,
    Outcome::NotApplicable,
    Outcome::NotApplicable,
    Outcome::NotApplicable,
    Outcome::Inconclusive,
];
const RELATIONS: [Relation; 5] =
    [Relation::EqualTo, Relation::EquivalentTo, Relation::SubsetOf, Relation::SupersetOf, Relation::IntersectsWith];
const WAIVERS: [WaiverKind; 5] = [
    WaiverKind::FalsePositive,
    WaiverKind::NotApplicable,
    WaiverKind::CompensatingControl,
    WaiverKind::RiskAcceptance,
    WaiverKind::Deferral,
];

/// Draws small numbers from bytes; zeros when they are used up.
struct Draw<'a>(&'a [u8]);

impl Draw<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % limit
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// True in one of `n` cases.
    fn rarely(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
}

/// Any small world.
pub(crate) fn worlds() -> impl Strategy<Value = World> {
    prop::collection::vec(any::<u8>(), 0..400).prop_map(|bytes| world(&mut Draw(&bytes)))
}

fn world(draw: &mut Draw<'_>) -> World {
    let mut world = World::default();
    evidence(&mut world, draw);
    for framework in ["f", "g"] {
        for local in 0..3 {
            let aspects = ["p", "q"];
            let category = if draw.rarely(5) { "out" } else { "in" };
            let parent = format!("{framework}:0");
            let parent = (local > 0).then_some(parent.as_str());
            let aspects = &aspects[..if local == 0 { 0 } else { draw.below(3) }];
            world.leaf(&format!("{framework}:{local}"), parent, category, aspects);
        }
    }
    controls(&mut world, draw);
    for _ in 0..draw.below(4) {
        let (from, to) = (draw.of(&["f:1", "f:2", "g:1", "g:2"]), draw.of(&["g:1", "g:2", "f:1", "f:2"]));
        if from != to {
            world.relate(from, draw.of(&RELATIONS), to);
        }
    }
    for _ in 0..draw.below(4) {
        let waiver = waiver(&world, draw);
        world.waivers.push(waiver);
    }
    world
}

fn evidence(world: &mut World, draw: &mut Draw<'_>) {
    for (number, kind) in KINDS.into_iter().enumerate() {
        for _ in 0..draw.below(3) {
            let joined = draw.rarely(3).then(|| (draw.of(&KINDS), draw.of(&OUTCOMES)));
            let controls = vec![format!("k/{}", draw.below(4))];
            world.rules.push(Rule { id: format!("r/{number}-{}", world.rules.len()), kind, controls, joined });
        }
        for scope in SCOPES {
            let count = draw.below(3);
            for subject in 0..count {
                let subject = format!("u{subject}");
                let outcomes: BTreeMap<_, _> = world.rules.iter().map(|rule| (rule.id.clone(), draw.of(&OUTCOMES))).collect();
                for rule in world.rules.clone() {
                    if draw.rarely(2) {
                        world.failing_days.insert((rule.id, subject.clone()), draw.below(20).try_into().unwrap());
                    }
                }
                world.facts.push(Said { kind, scope, subject, outcomes, body: "{}".into() });
            }
            if count > 0 || draw.rarely(2) {
                let claimed = (!draw.rarely(12)).then_some(count as u64 + u64::from(draw.rarely(24)));
                let seen_at = ago(if draw.rarely(20) { 5 } else { 0 });
                world.expected.push(Expected { kind, scope, claimed, seen_at });
            }
        }
    }
}

fn controls(world: &mut World, draw: &mut Draw<'_>) {
    let aspects: Vec<String> = world
        .catalog
        .frameworks
        .values()
        .flat_map(|it| &it.requirements)
        .flat_map(|it| &it.aspects)
        .map(|it| it.id.to_string())
        .collect();
    for number in 0..4 {
        let id = format!("k/{number}");
        let control = world.control_named(&id);
        control.within = draw.rarely(3).then_some(model::Seconds(10 * crate::world::DAY));
        control.frequency = draw.of(&[model::Frequency::Daily, model::Frequency::OnEvent]);
        control.enabled = !draw.rarely(9);
        for _ in 0..=draw.below(4) {
            if !aspects.is_empty() {
                let aspect = aspects[draw.below(aspects.len())].clone();
                world.edge(&id, &aspect, draw.of(&[Strength::Full, Strength::Full, Strength::Partial]));
            }
        }
        if draw.rarely(4) {
            world.attest(&id, 3, draw.of(&[-3, 1]));
        }
    }
    for aspect in &aspects {
        if draw.rarely(4) {
            let members = [draw.of(&["k/0", "k/1"]), draw.of(&["k/2", "k/3"])];
            world.any_of(aspect, &members);
        }
        if draw.rarely(6) {
            world.carve_out(&[], &[aspect]);
        }
    }
    if draw.rarely(2) {
        let reports: Vec<_> = (0..draw.below(4)).map(|_| report(draw)).collect();
        world.reports(&reports);
    }
}

/// Mostly one that may be relied on.
fn report(draw: &mut Draw<'_>) -> Report {
    let report = Report::ended([100, 200, 300, 400, 500][draw.below(5)]);
    match draw.below(12) {
        0 => report.with("opinion", "qualified"),
        1 => report.with("opinion", "adverse"),
        2 => report.with("reviewed_at", serde_json::Value::Null),
        3 => report.with("cuec_mapped_count", 3),
        4 => report.without("period_end_at"),
        5 => report.with("vendor", "other"),
        6 => report.with("bridge_until_at", ago(-10).to_string()),
        _ => report,
    }
}

fn waiver(world: &World, draw: &mut Draw<'_>) -> Waiver {
    let rule = world.rules.get(draw.below(world.rules.len().max(1))).map_or("r/none".to_owned(), |rule| rule.id.clone());
    let facts = world.facts.iter().map(|said| (said.subject.parse().unwrap(), digest_of(said))).collect();
    Waiver {
        id: format!("w{}", draw.below(99)).into(),
        kind: draw.of(&WAIVERS),
        rule: rule.parse().unwrap(),
        subjects: ["u0", "u1"][..=draw.below(2)].iter().map(|it| it.parse().unwrap()).collect(),
        subject_count: 1 + draw.below(3),
        facts,
        control: Some(format!("k/{}", draw.below(4)).parse().unwrap()),
        requested_by: "r".into(),
        approved_by: draw.of(&["a", "a", "r"]).into(),
        approved_at: ago(draw.of(&[1, 1, 1, -1])),
        expires_at: ago(draw.of(&[-9, -9, -9, 0])),
        reason: "why".into(),
    }
}

//! Taking over equals evaluating afresh: random worlds, what becomes of them, and a clock that goes on or back.

use std::collections::BTreeMap;

use model::{
    Body, Completeness, Fact, FactSet, FieldType, Kept, Kind, KindId, Outcome, Precedent, RuleFindings, ScopeState, SourceSet,
    Timestamp, Value,
};
use proptest::prelude::*;

use crate::tests::{NOW, fact_of, field, instant, kinds, rule_text, state, text};
use crate::{EVALUATOR, RuleSet, RuleSettings, evaluate, evaluate_after};

/// A fact in a few numbers; each field is absent, null or one of a few values.
#[derive(Debug, Clone, PartialEq)]
struct Drawn {
    is_person: bool,
    collector: bool,
    scope: u8,
    subject: u8,
    count: u8,
    on: u8,
    /// Volatile.
    seen: u8,
    /// In days before now; beyond a few it is absent.
    age: u8,
    /// When it was observed, in hours before now.
    observed: u8,
}

/// What becomes of a fact.
#[derive(Debug, Clone)]
enum Fate {
    Stays,
    Goes,
    IsSeenAgain(u8),
    Changes(u8),
    ChangesBeside(u8),
    IsAnother(Drawn),
}

#[derive(Debug, Clone)]
struct World {
    facts: Vec<Drawn>,
    complete: [bool; 4],
}

/// How a second run differs from the first beside its facts.
#[derive(Debug, Clone)]
struct Later {
    fates: Vec<Fate>,
    added: Vec<Drawn>,
    complete: [bool; 4],
    limit: i64,
    rule: bool,
    minutes: i64,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let place = (any::<bool>(), prop::bool::weighted(0.2), 0_u8..2, 0_u8..6);
    (place, 0_u8..4, 0_u8..4, 0_u8..4, 0_u8..6, 0_u8..30).prop_map(
        |((is_person, collector, scope, subject), count, on, seen, age, observed)| Drawn {
            is_person,
            collector,
            scope,
            subject,
            count,
            on,
            seen,
            age,
            observed,
        },
    )
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        12 => Just(Fate::Stays),
        1 => Just(Fate::Goes),
        2 => (0_u8..30).prop_map(Fate::IsSeenAgain),
        1 => (0_u8..4).prop_map(Fate::Changes),
        1 => (0_u8..4).prop_map(Fate::ChangesBeside),
        1 => drawn().prop_map(Fate::IsAnother),
    ]
}

fn later() -> impl Strategy<Value = Later> {
    let complete = || prop::array::uniform4(prop::bool::weighted(0.9));
    let facts = (prop::collection::vec(fate(), 24), prop::collection::vec(drawn(), 0..2), complete());
    let minutes = prop_oneof![4 => 0_i64..300, 2 => 0_i64..4_000, 1 => -500_i64..0];
    (facts, prop::bool::weighted(0.1), prop::bool::weighted(0.1), minutes).prop_map(
        |((fates, added, complete), other_limit, rule, minutes)| Later {
            fates,
            added,
            complete,
            limit: if other_limit { 3 } else { 2 },
            rule,
            minutes,
        },
    )
}

fn world() -> impl Strategy<Value = World> {
    (prop::collection::vec(drawn(), 1..24), prop::array::uniform4(prop::bool::weighted(0.9)))
        .prop_map(|(facts, complete)| World { facts, complete })
}

fn hours_before(hours: i64) -> Timestamp {
    instant(NOW).checked_sub(jiff::SignedDuration::from_hours(hours)).unwrap()
}

fn kinds_with_volatile() -> BTreeMap<KindId, Kind> {
    let mut kinds = kinds();
    for kind in kinds.values_mut() {
        let mut seen = field("seen", FieldType::Int);
        seen.volatile = true;
        kind.fields.push(seen);
        kind.fields.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let person = kinds.get_mut(&"test.person@1".parse::<KindId>().unwrap()).unwrap();
    person.fields.push(field("title", text()));
    kinds
}

impl Drawn {
    fn fact(&self) -> Fact {
        let mut fields = BTreeMap::new();
        let small = |n: u8| (n < 3).then(|| if n == 2 { Value::Null } else { Value::Int(n.into()) });
        fields.extend(small(self.count).filter(|_| !self.is_person).map(|value| ("count".into(), value)));
        let on = match self.on {
            0 => Some(Value::Bool(false)),
            1 => Some(Value::Bool(true)),
            2 => Some(Value::Null),
            _ => None,
        };
        fields.extend(on.map(|value| (if self.is_person { "left" } else { "on" }.into(), value)));
        if self.age < 5 && !self.is_person {
            let at = hours_before(i64::from(self.age) * 24 - 12);
            fields.insert("at".into(), Value::String(at.to_string().into()));
        }
        let email = Value::String(format!("{}@x", self.subject % 4).into());
        fields.insert("email".into(), email);
        let stable = Body::from_value(&Value::Record(fields.clone())).unwrap();
        fields.extend(small(self.seen).map(|value| ("seen".into(), value)));
        let body = Body::from_value(&Value::Record(fields)).unwrap();
        let kind = if self.is_person { "test.person@1" } else { "test.thing@1" };
        let mut fact = fact_of(kind, &format!("s{}", self.scope), &format!("x/{}", self.subject), body.as_str());
        fact.digest = Fact::digest_of(&fact.kind, &fact.scope, &fact.subject, stable.as_str());
        fact.observed_at = hours_before(self.observed.into());
        if self.collector {
            fact.collector = "other".parse().unwrap();
        }
        fact
    }
}

fn set_of(facts: &[Drawn], complete: [bool; 4]) -> FactSet {
    let mut facts: Vec<Fact> = facts.iter().map(Drawn::fact).collect();
    let place = |it: &Fact| (it.kind.clone(), it.collector.clone(), it.scope.clone(), it.subject.clone());
    facts.sort_by_key(place);
    facts.dedup_by_key(|it| place(it));
    let places = [("test.thing@1", "s0"), ("test.thing@1", "s1"), ("test.person@1", "s0"), ("test.person@1", "s1")];
    let scopes = places.iter().zip(complete).map(|((kind, scope), complete)| state(kind, scope, complete)).collect();
    FactSet::new(facts, scopes, Vec::new())
}

fn rules_of(limit: i64, changed: bool) -> RuleSet {
    let one = r#", join: #{ person: #{ kind: "test.person@1", on: ["email"], many: false } }"#;
    let many = r#", join: #{ people: #{ kind: "test.person@1", on: ["email"], many: true } }"#;
    let grouped = r#", group_by: ["count"]"#;
    let limited = r", parameters: #{ limit: 2 }";
    let on = if changed { "!it.on" } else { "it.on" };
    let rules = [
        ("plain", format!("fn evaluate(it) {{ if {on} {{ pass() }} else {{ fail(`${{it.email}} is off`) }} }}"), ""),
        (
            "aged",
            "fn evaluate(it, parameters) { if days_ago(it.at) > parameters.limit { fail(`since ${it.at}`) } else { pass() } }".to_owned(),
            limited,
        ),
        (
            "soon",
            "fn evaluate(it) { if it.on { return not_applicable(\"on\"); } if hours_until(it.at) < 5 { fail(\"soon\") } else { pass() } }"
                .to_owned(),
            "",
        ),
        (
            "volatile",
            "fn evaluate(it) { if it.has(\"seen\") && it.seen == 1 { fail(it.email) } else { pass() } }".to_owned(),
            "",
        ),
        (
            "one",
            "fn evaluate(it) { if it.person.is_null() { return not_applicable(\"nobody\"); } if it.person.left { fail(`${it.person.seen}`) } else { pass() } }"
                .to_owned(),
            one,
        ),
        (
            "many",
            "fn evaluate(it) { if it.people.all(|person| !person.left) { pass() } else { fail(`${it.people.len()}`) } }".to_owned(),
            many,
        ),
        (
            "grouped",
            "fn evaluate(it) { if it.members.all(|member| member.on) { pass() } else { fail(`${it.members.len()}`) } }".to_owned(),
            grouped,
        ),
    ];
    let mut sources = SourceSet::new();
    for (name, evaluate, extra) in &rules {
        sources.insert(format!("rules/test/{name}.rhai"), rule_text(evaluate, extra));
    }
    let parameters = [("test/aged".parse().unwrap(), [("limit".into(), Value::Int(limit))].into())].into();
    let settings = RuleSettings { parameters, ..RuleSettings::default() };
    RuleSet::read(&sources, &kinds_with_volatile(), &settings).unwrap_or_else(|errors| panic!("{:?}", errors.problems))
}

/// The precedent as it follows from its definition, fact by fact.
fn precedent_of(before: &FactSet, now: &FactSet, rules: &RuleSet, at: Timestamp) -> Precedent {
    let mut kept: Vec<Kept> = Vec::new();
    for (position, fact) in now.facts().iter().enumerate() {
        let same = |it: &&(usize, &Fact)| it.1.collector == fact.collector && it.1.digest == fact.digest;
        let facts: Vec<_> = before.facts().iter().enumerate().collect();
        if let Some((stood, earlier)) = facts.iter().find(same) {
            let next = Kept { at: position, before: *stood, count: 1, whole: earlier.body == fact.body };
            match kept.last_mut() {
                Some(last) if (last.at + last.count, last.before + last.count, last.whole) == (position, *stood, next.whole) => {
                    last.count += 1;
                }
                _ => kept.push(next),
            }
        }
    }
    let kinds = ["test.person@1", "test.thing@1"].map(|kind| kind.parse::<KindId>().unwrap());
    Precedent {
        started_at: at,
        evaluator: EVALUATOR.into(),
        rules: rules.headers().to_vec(),
        findings: evaluate(before, rules, at, 1),
        scopes: before.scopes().to_vec(),
        ranges: kinds.into_iter().map(|kind| (kind.clone(), before.range_of(&kind))).collect(),
        kept,
    }
}

fn next_facts(world: &World, later: &Later) -> Vec<Drawn> {
    let mut facts = Vec::new();
    for (drawn, fate) in world.facts.iter().zip(&later.fates) {
        match fate {
            Fate::Goes => {}
            Fate::Stays => facts.push(drawn.clone()),
            Fate::IsSeenAgain(observed) => facts.push(Drawn { observed: *observed, ..drawn.clone() }),
            Fate::Changes(on) => facts.push(Drawn { on: *on, ..drawn.clone() }),
            Fate::ChangesBeside(seen) => facts.push(Drawn { seen: *seen, ..drawn.clone() }),
            Fate::IsAnother(other) => facts.push(other.clone()),
        }
    }
    facts.extend(later.added.iter().cloned());
    facts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn taking_over_gives_what_evaluating_afresh_gives(world in world(), later in later()) {
        let now = instant(NOW);
        let (before, first_rules) = (set_of(&world.facts, world.complete), rules_of(2, false));
        let (set, rules) = (set_of(&next_facts(&world, &later), later.complete), rules_of(later.limit, later.rule));
        let precedent = precedent_of(&before, &set, &first_rules, now);
        let next = now.checked_add(jiff::SignedDuration::from_mins(later.minutes)).unwrap();
        let taken = evaluate_after(&set, &rules, &precedent, next, 2);
        let afresh = evaluate(&set, &rules, next, 1);
        for (taken, afresh) in taken.findings.rules().iter().zip(afresh.rules()) {
            prop_assert_eq!(taken, afresh, "{} of {}", taken.rule, set.facts().len());
        }
        prop_assert_eq!(&taken.findings, &afresh);
        // A third run may take over what the second took over.
        let third = Precedent { findings: taken.findings, started_at: next, rules: rules.headers().to_vec(), ..precedent_of(&set, &set, &rules, next) };
        let last = next.checked_add(jiff::SignedDuration::from_mins(later.minutes.abs())).unwrap();
        prop_assert_eq!(evaluate_after(&set, &rules, &third, last, 1).findings, evaluate(&set, &rules, last, 1));
    }
}

fn fresh(subject: u8, on: u8) -> Drawn {
    Drawn { is_person: false, collector: false, scope: 0, subject, count: 0, on, seen: 0, age: 1, observed: 0 }
}

/// How many outcomes are taken over when facts turn into others after some minutes.
#[track_caller]
fn taken(before: &[Drawn], now: &[Drawn], minutes: i64) -> usize {
    let (before, now) = (set_of(before, [true; 4]), set_of(now, [true; 4]));
    let rules = rules_of(2, false);
    let precedent = precedent_of(&before, &now, &rules, instant(NOW));
    let later = instant(NOW).checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
    let evaluation = evaluate_after(&now, &rules, &precedent, later, 1);
    assert_eq!(evaluation.findings, evaluate(&now, &rules, later, 1));
    evaluation.taken_over
}

#[test]
fn what_did_not_change_is_taken_over_and_what_could_have_is_not() {
    let two = [fresh(1, 1), fresh(2, 0)];
    // Six rules a fact, and one group. `aged` turns after 36 hours, `soon` is about the past.
    assert_eq!(taken(&two, &two, 0), 13);
    assert_eq!(taken(&two, &[fresh(1, 1), fresh(2, 1)], 0), 6, "one of two changed, and so its group did");
    assert_eq!(taken(&two, &two[..1], 0), 6, "one went");
    assert_eq!(taken(&two, &[fresh(1, 1), fresh(2, 0), fresh(3, 0)], 0), 12, "one came");
    let seen = Drawn { seen: 1, ..fresh(2, 0) };
    assert_eq!(taken(&two, &[fresh(1, 1), seen], 0), 11, "a volatile field that one rule reads changed, and so the group did");
    let again: Vec<Drawn> = two.iter().map(|it| Drawn { observed: 1, ..it.clone() }).collect();
    assert_eq!(taken(&two, &again, 0), 13, "seen at another time");
    assert_eq!(taken(&two, &two, -1), 0, "the clock went back");
}

#[test]
fn another_evaluator_parameter_or_text_takes_nothing_over() {
    let facts = set_of(&[fresh(1, 1)], [true; 4]);
    let rules = rules_of(2, false);
    let precedent = precedent_of(&facts, &facts, &rules, instant(NOW));
    let taken = |rules: &RuleSet, precedent: &Precedent| evaluate_after(&facts, rules, precedent, instant(NOW), 1).taken_over;
    assert_eq!(taken(&rules, &precedent), 7);
    assert_eq!(taken(&rules_of(3, false), &precedent), 6, "one parameter");
    assert_eq!(taken(&rules_of(2, true), &precedent), 6, "one text");
    assert_eq!(taken(&rules, &Precedent { evaluator: "another".into(), ..precedent }), 0);
}

#[test]
fn findings_that_do_not_fit_their_facts_are_not_taken_over() {
    let facts = set_of(&[fresh(1, 1), fresh(2, 0)], [true; 4]);
    let rules = rules_of(2, false);
    let whole = precedent_of(&facts, &facts, &rules, instant(NOW));
    let spoilt = |spoil: &dyn Fn(&mut RuleFindings)| {
        let mut found = whole.findings.rules().to_vec();
        found.iter_mut().for_each(spoil);
        let findings = model::FindingSet::new(found);
        let evaluation = evaluate_after(&facts, &rules, &Precedent { findings, ..whole.clone() }, instant(NOW), 1);
        assert_eq!(evaluation.findings, evaluate(&facts, &rules, instant(NOW), 1));
        evaluation.taken_over
    };
    assert_eq!(spoilt(&|it| it.outcomes.clear()), 0);
    assert!(spoilt(&|it| it.notes.clear()) < 13, "what did not pass has a note");
    assert!(spoilt(&|it| it.valid_until = vec![i64::MAX]) < 13, "a deadline for each outcome, or none");
    let incomplete = |it: &ScopeState| ScopeState { completeness: Completeness::Incomplete, ..it.clone() };
    let scopes: Vec<_> = whole.scopes.iter().map(incomplete).collect();
    let evaluation = evaluate_after(&facts, &rules, &Precedent { scopes, ..whole.clone() }, instant(NOW), 1);
    assert_eq!(evaluation.taken_over, 8, "joins and groups rest on completeness");
    assert!(whole.findings.rules().iter().any(|it| it.outcomes.contains(&Outcome::Fail)));
}

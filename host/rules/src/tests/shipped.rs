//! The rules that ship: their fixtures, and that no evidence is never a pass.

use std::collections::BTreeMap;
use std::path::Path;

use model::{Kind, KindId, Outcome, SourceSet};

use crate::evaluate::traced;
use crate::tests::{fact_of, instant, state};
use crate::{RuleSet, RuleSettings, evaluate, fixture};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent).unwrap()
}

/// The five rules by which the speed of evaluating is measured.
const MEASURED: [&str; 5] =
    ["access-key-rotation", "mfa-enforced", "no-direct-administrator", "password-policy", "unused-credentials"];

/// Those five rules, their kinds and their fixtures.
pub(crate) fn identity() -> (BTreeMap<KindId, Kind>, RuleSet, SourceSet) {
    let mut sources = SourceSet::new();
    let scripts = root().join("scripts");
    sources.insert("kinds/identity.toml", std::fs::read_to_string(scripts.join("kinds/identity.toml")).unwrap());
    let mut fixtures = SourceSet::new();
    for name in MEASURED {
        let read = |path: String| std::fs::read_to_string(root().join(path)).unwrap();
        sources.insert(format!("rules/identity/{name}.rhai"), read(format!("scripts/rules/identity/{name}.rhai")));
        fixtures.insert(format!("identity/{name}.ndjson"), read(format!("tests/fixtures/rules/identity/{name}.ndjson")));
    }
    let (kinds, rules) = read_all(&sources);
    (kinds, rules, fixtures)
}

fn read_all(sources: &SourceSet) -> (BTreeMap<KindId, Kind>, RuleSet) {
    let kinds = facts::KindSet::read(sources).unwrap().kinds().clone();
    let rules = RuleSet::read(sources, &kinds, &RuleSettings::default())
        .unwrap_or_else(|errors| panic!("{:?}", miette::Report::new(errors)));
    (kinds, rules)
}

#[test]
fn every_identity_rule_holds_its_fixtures_and_their_mutations() {
    let (kinds, rules, fixtures) = identity();
    let report = fixture::run(&rules, &fixtures, &kinds);
    assert!(report.is_good(), "{report:#?}");
    assert_eq!(report.rules.len(), 5);
    assert!(report.rules.iter().all(|rule| rule.mutation_count >= 6), "{report:#?}");
}

#[test]
fn the_plan_and_the_single_evaluation_agree_on_every_fixture() {
    let (kinds, rules, fixtures) = identity();
    for (name, text) in fixtures.iter() {
        let rule = rules.rule(&name.strip_suffix(".ndjson").unwrap().parse().unwrap()).unwrap();
        for line in text.lines() {
            let fixture = crate::fixture::read_line(line, rule, &kinds).unwrap();
            let facts = fixture.facts(rule).unwrap();
            let findings = evaluate(&facts, &rules, fixture.at, 2);
            let found = findings.of_rule(&rule.header.id).unwrap();
            let (single, _) = traced(&facts, rule, &rules, fixture.at).unwrap();
            assert_eq!(found.outcomes, [single.outcome], "{line}");
            assert_eq!(found.notes.first().map_or("", |note| &*note.message), &*single.message, "{line}");
            assert_eq!(found.valid_until.first().copied().unwrap_or(i64::MAX), single.valid_until, "{line}");
        }
    }
}

/// Row 20 of the threats: no facts, partial facts, wrong facts are never a pass.
#[test]
fn no_evidence_is_never_a_pass() {
    let (_, rules, _) = identity();
    let now = instant("2026-11-23T00:00:00Z");
    let whole = r#"{"access_keys":[{"created_at":"2026-11-01T00:00:00Z","id":"K","status":"active"}],"account":"a","console_access":true,"created_at":"2020-01-01T00:00:00Z","groups":[],"mfa_enabled":true,"name":"n","password_last_used_at":"2026-11-20T00:00:00Z","password_policy":{"min_length":14,"require_symbols":true},"policies":[]}"#;
    let outcomes = |body: &str| {
        let set = model::FactSet::new(
            vec![fact_of("identity.user@1", "s", "u", body)],
            vec![state("identity.user@1", "s", true)],
            Vec::new(),
        );
        evaluate(&set, &rules, now, 1).rules().iter().map(|rule| rule.outcomes[0]).collect::<Vec<_>>()
    };
    assert!(outcomes(whole).iter().all(|outcome| *outcome == Outcome::Pass));
    assert!(outcomes("{}").iter().all(|outcome| *outcome == Outcome::Inconclusive));
    let value = model::Body::parse(whole.as_bytes()).unwrap().value().unwrap();
    let model::Value::Record(fields) = value else { unreachable!() };
    for name in fields.keys() {
        for replacement in [None, Some(model::Value::Null), Some(model::Value::List(vec![model::Value::Int(1)]))] {
            let mut changed = fields.clone();
            match &replacement {
                None => changed.remove(name),
                Some(value) => changed.insert(name.clone(), value.clone()),
            };
            let body = model::Body::from_value(&model::Value::Record(changed)).unwrap();
            let passes = outcomes(body.as_str()).iter().filter(|outcome| **outcome == Outcome::Pass).count();
            let readers = rules
                .rules()
                .iter()
                .filter(|rule| rule.shape.find(name).is_some_and(|(slot, _)| reads(rule, slot, name)))
                .count();
            assert!(passes <= 5 - readers, "{name} {replacement:?}");
        }
    }
}

/// Whether a rule needs the field to pass: `created_at` and names stand only in messages and for unused passwords.
fn reads(rule: &crate::set::Rule, slot: usize, name: &str) -> bool {
    rule.program.interest.contains(&slot) && name != "name" && name != "created_at"
}

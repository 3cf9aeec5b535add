//! Every rule that ships, of all topics: its fixtures, and that no evidence is never a pass.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::{Body, Fact, FactSet, Field, FieldType, Kind, KindId, Outcome, RuleHeader, SourceSet, Value};

use crate::tests::{fact_of, instant, state};
use crate::{RuleSet, RuleSettings, evaluate, fixture};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn gather(folder: &Path, prefix: &str, ending: &str, sources: &mut SourceSet) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            gather(&path, &format!("{name}/"), ending, sources);
        } else if name.ends_with(ending) {
            sources.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

pub(crate) fn shipped() -> (BTreeMap<KindId, Kind>, RuleSet) {
    let mut sources = SourceSet::new();
    gather(&root().join("scripts/kinds"), "kinds/", ".toml", &mut sources);
    gather(&root().join("scripts/rules"), "rules/", ".rhai", &mut sources);
    let kinds = facts::KindSet::read(&sources).unwrap().kinds().clone();
    let rules = RuleSet::read(&sources, &kinds, &RuleSettings::default())
        .unwrap_or_else(|errors| panic!("{:?}", miette::Report::new(errors)));
    (kinds, rules)
}

/// The fixtures of all rules.
pub(crate) fn fixtures() -> SourceSet {
    let mut fixtures = SourceSet::new();
    gather(&root().join("tests/fixtures/rules"), "", ".ndjson", &mut fixtures);
    fixtures
}

#[test]
fn every_shipped_rule_holds_its_fixtures_and_their_mutations() {
    let (kinds, rules) = shipped();
    let report = fixture::run(&rules, &fixtures(), &kinds);
    let mut wrong = Vec::new();
    for rule in report.rules.iter().filter(|rule| !rule.failures.is_empty() || !rule.lacks.is_empty()) {
        let failures = rule.failures.iter().map(|it| {
            let mutation = it.mutation.as_ref().map(|mutation| format!(", {mutation}")).unwrap_or_default();
            format!("{}:{}{mutation}: expected {:?}, got {:?}: {}", rule.file, it.line, it.expected, it.got, it.message)
        });
        wrong.extend(failures);
        wrong.extend(rule.lacks.iter().map(|lack| format!("{}: no fixture expects {}", rule.file, lack.as_str())));
    }
    wrong.extend(report.without.iter().map(|rule| format!("{rule}: it has no fixtures")));
    wrong.extend(report.strays.iter().map(|file| format!("{file}: it belongs to no rule")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn shipped_rules_leave_nothing_to_advise() {
    let (_, rules) = shipped();
    let advice: Vec<_> = rules.advice().iter().map(|it| format!("{it:?}")).collect();
    assert!(advice.is_empty(), "{}", advice.join("\n"));
}

/// A value of another type than the field's: the one most easily taken for a good one.
fn mistyped(field: &Field) -> Value {
    match field.ty {
        FieldType::Int | FieldType::Bool | FieldType::Duration => Value::String("true".into()),
        _ => Value::Bool(true),
    }
}

/// The outcomes of a rule on one body, of which all that it joins is known to be none.
fn outcomes(rules: &RuleSet, header: &RuleHeader, fields: BTreeMap<smol_str::SmolStr, Value>) -> Vec<Outcome> {
    let body = Body::from_value(&Value::Record(fields)).unwrap();
    let mut fact: Fact = fact_of(header.kind.as_ref(), "s", "s", body.as_str());
    fact.field_gaps.clear();
    let joined = header.joins.iter().filter(|join| join.kind != header.kind);
    let mut scopes: Vec<_> = joined.map(|join| empty(&join.kind)).collect();
    scopes.push(state(header.kind.as_ref(), "s", true));
    let set = FactSet::new(vec![fact], scopes, Vec::new());
    let findings = evaluate(&set, rules, instant("2026-11-23T00:00:00Z"), 1);
    findings.of_rule(&header.id).unwrap().outcomes.clone()
}

fn empty(kind: &KindId) -> model::ScopeState {
    let mut state = state(kind.as_ref(), "s", true);
    state.completeness = model::Completeness::Complete { count: 0, observed_at: instant("2026-11-23T00:00:00Z") };
    state
}

/// Row 20 of the threats, for every rule: a body without fields, one of nulls, and one of wrong types are never a pass.
#[test]
fn no_shipped_rule_passes_on_nothing_on_nulls_or_on_wrong_types() {
    let (kinds, rules) = shipped();
    for header in rules.headers() {
        let fields = &kinds.get(&header.kind).unwrap().fields;
        let nulls = fields.iter().map(|field| (field.name.clone(), Value::Null)).collect();
        let wrong = fields.iter().map(|field| (field.name.clone(), mistyped(field))).collect();
        for (what, body) in [("nothing", BTreeMap::new()), ("nulls", nulls), ("wrong types", wrong)] {
            for outcome in outcomes(&rules, header, body) {
                // Null is a legitimate answer to some fields, such as nobody's name for a vacant duty.
                let is_answer = outcome == Outcome::NotApplicable && what == "nulls";
                let is_sound = matches!(outcome, Outcome::Inconclusive | Outcome::Fail) || is_answer;
                assert!(is_sound, "`{}` on {what}: {}", header.id, outcome.as_str());
            }
        }
    }
}

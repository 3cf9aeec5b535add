//! Tests of the whole: texts of rules and facts in, findings out.

mod differential;
mod group;
mod growth;
mod hostile;
mod join;
mod language;
mod precedent;
mod read;
mod shipped;
mod strict;
mod strictly;
mod subjects;
mod time;
mod whole;

use std::collections::BTreeMap;

use model::{
    Basis, Body, CollectorName, Completeness, Fact, FactSet, Field, FieldGap, FieldType, FindingSet, Kind, KindId, Outcome,
    RuleFindings, RuleId, ScopeId, ScopeState, SourceSet, SubjectId, Timestamp,
};

use crate::{RuleErrors, RuleSet, RuleSettings, evaluate};

pub(crate) const NOW: &str = "2026-11-23T00:00:00Z";

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn field(name: &str, ty: FieldType) -> Field {
    Field {
        name: name.into(),
        description: String::new(),
        optional: true,
        nullable: true,
        volatile: false,
        sensitive: false,
        key: true,
        ty,
    }
}

pub(crate) fn text() -> FieldType {
    FieldType::String { values: Vec::new() }
}

fn kind(id: &str, mut fields: Vec<Field>) -> (KindId, Kind) {
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    let id: KindId = id.parse().unwrap();
    (id.clone(), Kind { id, title: String::new(), description: String::new(), event: false, fields })
}

/// A kind with a field of every type, and one to join.
pub(crate) fn kinds() -> BTreeMap<KindId, Kind> {
    let key = FieldType::Record(vec![
        field("at", FieldType::Timestamp),
        field("id", text()),
        field("status", FieldType::String { values: vec!["active".into(), "inactive".into()] }),
    ]);
    let thing = kind(
        "test.thing@1",
        vec![
            field("at", FieldType::Timestamp),
            field("count", FieldType::Int),
            field("email", text()),
            field("keys", FieldType::List(Box::new(key))),
            field("lasts", FieldType::Duration),
            field("name", text()),
            field("on", FieldType::Bool),
            field("tags", FieldType::List(Box::new(text()))),
            field("nested", FieldType::Record(vec![field("deep", FieldType::Record(vec![field("value", FieldType::Int)]))])),
        ],
    );
    let person = kind("test.person@1", vec![field("email", text()), field("left", FieldType::Bool), field("name", text())]);
    [thing, person].into()
}

/// A rule on `test.thing@1` with this `evaluate`.
pub(crate) fn rule_text(evaluate: &str, extra: &str) -> String {
    format!(
        "fn describe() {{ #{{ title: \"T\", kind: \"test.thing@1\", controls: [\"a/b\"], severity: \"low\", fresh_for: \"24h\", remediation: \"R\"{extra} }} }}\n{evaluate}"
    )
}

pub(crate) fn read(evaluate: &str) -> Result<RuleSet, RuleErrors> {
    read_with(evaluate, "")
}

pub(crate) fn read_with(evaluate: &str, extra: &str) -> Result<RuleSet, RuleErrors> {
    let mut sources = SourceSet::new();
    sources.insert("rules/test/rule.rhai", rule_text(evaluate, extra));
    RuleSet::read(&sources, &kinds(), &RuleSettings::default())
}

/// The codes and messages of what is wrong with a rule.
pub(crate) fn problems(evaluate: &str) -> Vec<String> {
    match read(evaluate) {
        Ok(_) => Vec::new(),
        Err(errors) => errors
            .problems
            .iter()
            .map(|it| format!("{}: {}", it.kind.code().trim_start_matches("engine::rules::"), it.message))
            .collect(),
    }
}

pub(crate) fn fact_of(kind: &str, scope: &str, subject: &str, body: &str) -> Fact {
    let (kind, scope, subject): (KindId, ScopeId, SubjectId) =
        (kind.parse().unwrap(), scope.parse().unwrap(), subject.parse().unwrap());
    let body = Body::parse(body.as_bytes()).unwrap();
    Fact {
        collector: "test".parse::<CollectorName>().unwrap(),
        digest: Fact::digest_of(&kind, &scope, &subject, body.as_str()),
        kind,
        scope,
        subject,
        observed_at: instant(NOW),
        body,
        from: Vec::new(),
        field_gaps: vec![FieldGap { field: "email".into(), reason: "denied".into() }],
    }
}

pub(crate) fn state(kind: &str, scope: &str, is_complete: bool) -> ScopeState {
    let completeness =
        if is_complete { Completeness::Complete { count: 1, observed_at: instant(NOW) } } else { Completeness::Incomplete };
    ScopeState {
        collector: "test".parse().unwrap(),
        kind: kind.parse().unwrap(),
        scope: scope.parse().unwrap(),
        completeness,
        basis: Basis::Supplied,
    }
}

pub(crate) fn things(bodies: &[&str]) -> FactSet {
    let facts =
        bodies.iter().enumerate().map(|(at, body)| fact_of("test.thing@1", "s", &format!("thing/{at:06}"), body)).collect();
    FactSet::new(facts, vec![state("test.thing@1", "s", true)], Vec::new())
}

pub(crate) fn only(findings: &FindingSet) -> &RuleFindings {
    findings.of_rule(&"test/rule".parse::<RuleId>().unwrap()).unwrap()
}

/// What a rule concludes of one body, and what it says.
#[track_caller]
pub(crate) fn conclude(evaluate_text: &str, body: &str) -> (Outcome, String) {
    let rules = read(evaluate_text).unwrap_or_else(|errors| panic!("{:?}", errors.problems));
    let findings = evaluate(&things(&[body]), &rules, instant(NOW), 1);
    let found = only(&findings);
    (found.outcomes[0], found.notes.first().map(|note| note.message.to_string()).unwrap_or_default())
}

#[track_caller]
pub(crate) fn check(evaluate_text: &str, body: &str, outcome: Outcome, message: &str) {
    assert_eq!(conclude(evaluate_text, body), (outcome, message.to_owned()), "{evaluate_text}");
}

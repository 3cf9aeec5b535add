//! Rules over groups.

use model::Outcome::{Fail, Inconclusive, Pass};
use model::{FactSet, Outcome, Subjects};

use crate::evaluate;
use crate::tests::{NOW, fact_of, instant, only, read_with, state};

const RULE: &str = "fn evaluate(group) { if group.members.len() > 1 { fail(`${group.count}: ${group.members.map(|member| member.name).join(\", \")}`) } else { pass() } }";
const BY_COUNT: &str = ", group_by: [\"count\"]";

fn grouped(extra: &str, facts: &[(&str, &str, &str)], complete: bool) -> Vec<(String, String, Outcome, String)> {
    let rule = if extra == BY_COUNT {
        RULE
    } else {
        "fn evaluate(group) { if group.members.len() > 1 { fail(group.name) } else { pass() } }"
    };
    let rules = read_with(rule, extra).unwrap_or_else(|errors| panic!("{:?}", errors.problems));
    let scopes = facts.iter().map(|(scope, ..)| state("test.thing@1", scope, complete)).collect();
    let facts = facts.iter().map(|(scope, subject, body)| fact_of("test.thing@1", scope, subject, body)).collect();
    let set = FactSet::new(facts, scopes, Vec::new());
    let findings = evaluate(&set, &rules, instant(NOW), 2);
    let found = only(&findings);
    let Subjects::Groups(groups) = &found.subjects else { panic!("not grouped") };
    let said = |index| found.note(index).map(|note| note.message.to_string()).unwrap_or_default();
    let row = |(index, group): (usize, &model::Group)| {
        (group.scope.to_string(), group.subject.to_string(), found.outcomes[index], said(index))
    };
    groups.iter().enumerate().map(row).collect()
}

fn row(scope: &str, subject: &str, outcome: Outcome, message: &str) -> (String, String, Outcome, String) {
    (scope.into(), subject.into(), outcome, message.into())
}

#[test]
fn facts_with_equal_fields_are_one_subject_within_their_scope() {
    let facts = [
        ("h1", "a", r#"{"count":0,"name":"root"}"#),
        ("h1", "b", r#"{"count":0,"name":"toor"}"#),
        ("h1", "c", r#"{"count":1,"name":"daemon"}"#),
        ("h2", "a", r#"{"count":0,"name":"root"}"#),
    ];
    let expected = [row("h1", "count=0", Fail, "0: root, toor"), row("h1", "count=1", Pass, ""), row("h2", "count=0", Pass, "")];
    assert_eq!(grouped(BY_COUNT, &facts, true), expected);
}

#[test]
fn members_are_not_known_when_not_all_of_the_scope_was_seen() {
    let facts = [("h1", "a", r#"{"count":0,"name":"root"}"#)];
    let message = "`members` is not known: not all of its scope was seen";
    assert_eq!(grouped(BY_COUNT, &facts, false), [row("h1", "count=0", Inconclusive, message)]);
}

#[test]
fn a_fact_that_cannot_be_placed_makes_every_group_of_its_scope_uncertain() {
    let facts = [
        ("h1", "a", r#"{"count":0,"name":"root"}"#),
        ("h1", "x", r#"{"name":"who"}"#),
        ("h2", "a", r#"{"count":0,"name":"root"}"#),
    ];
    let expected = [
        row("h1", "count=0", Inconclusive, "`members` is not known: not all of its scope was seen"),
        row("h1", "x", Inconclusive, "`count` was not collected, so it is not known which group this belongs to"),
        row("h2", "count=0", Pass, ""),
    ];
    assert_eq!(grouped(BY_COUNT, &facts, true), expected);
}

#[test]
fn groups_by_several_fields_never_run_into_each_other() {
    let facts = [
        ("h", "a", r#"{"name":"x,email=y","email":"z","count":1}"#),
        ("h", "b", r#"{"name":"x","email":"y,email=z","count":1}"#),
    ];
    let subjects: Vec<String> = grouped(", group_by: [\"name\", \"email\"]", &facts, true).into_iter().map(|row| row.1).collect();
    assert_eq!(subjects, [r#"name="x,email=y",email=z"#, r#"name=x,email="y,email=z""#]);
}

//! Declared joins.

use model::Outcome::{Fail, Inconclusive, NotApplicable, Pass};
use model::{Fact, FactSet, Outcome, ScopeState};

use crate::evaluate;
use crate::tests::{NOW, fact_of, instant, only, read_with, state};

const ONE: &str = r#", join: #{ person: #{ kind: "test.person@1", on: ["email"], many: false } }"#;
const MANY: &str = r#", join: #{ people: #{ kind: "test.person@1", on: ["email"], many: true } }"#;
const LEFT: &str = "fn evaluate(it) { if it.person.is_null() { return not_applicable(\"no person\"); } if it.person.left { fail(it.person.name) } else { pass() } }";
const ALL: &str = "fn evaluate(it) { if it.people.all(|person| !person.left) { pass() } else { fail(\"left\") } }";

fn person(scope: &str, subject: &str, body: &str) -> Fact {
    fact_of("test.person@1", scope, subject, body)
}

fn joined(rule: &str, extra: &str, body: &str, mut facts: Vec<Fact>, scopes: Vec<ScopeState>) -> (Outcome, String, Vec<usize>) {
    let rules = read_with(rule, extra).unwrap_or_else(|errors| panic!("{:?}", errors.problems));
    facts.push(fact_of("test.thing@1", "t", "thing", body));
    let set = FactSet::new(facts, scopes, Vec::new());
    let findings = evaluate(&set, &rules, instant(NOW), 1);
    let found = only(&findings);
    let note = found.notes.first();
    (
        found.outcomes[0],
        note.map(|note| note.message.to_string()).unwrap_or_default(),
        note.map(|note| note.joined.clone()).unwrap_or_default(),
    )
}

fn whole() -> Vec<ScopeState> {
    vec![state("test.person@1", "p", true)]
}

const ALICE: &str = r#"{"email":"a@x","left":false,"name":"alice"}"#;
const BOB: &str = r#"{"email":"b@x","left":true,"name":"bob"}"#;
const SUBJECT: &str = r#"{"email":"a@x"}"#;

#[test]
fn one_match_arrives_as_a_record_and_is_named_in_the_note() {
    let facts = || vec![person("p", "1", ALICE), person("p", "2", BOB)];
    assert_eq!(joined(LEFT, ONE, SUBJECT, facts(), whole()).0, Pass);
    assert_eq!(joined(LEFT, ONE, r#"{"email":"b@x"}"#, facts(), whole()), (Fail, "bob".into(), vec![1]));
}

#[test]
fn no_match_is_null_only_when_all_was_seen() {
    assert_eq!(joined(LEFT, ONE, SUBJECT, vec![person("p", "2", BOB)], whole()).0, NotApplicable);
    assert_eq!(joined(LEFT, ONE, SUBJECT, Vec::new(), whole()).0, NotApplicable);
    let scopes = vec![state("test.person@1", "p", true), state("test.person@1", "q", false)];
    assert_eq!(joined(LEFT, ONE, SUBJECT, Vec::new(), scopes.clone()).0, Inconclusive);
    assert_eq!(joined(LEFT, ONE, SUBJECT, vec![person("p", "1", ALICE)], scopes).0, Pass);
    // A fact that lacks the field might have been the match.
    assert_eq!(joined(LEFT, ONE, SUBJECT, vec![person("p", "3", r#"{"left":true}"#)], whole()).0, Inconclusive);
    // One whose field is known to be none is not.
    assert_eq!(joined(LEFT, ONE, SUBJECT, vec![person("p", "3", r#"{"email":null}"#)], whole()).0, NotApplicable);
}

#[test]
fn a_match_from_a_scope_of_which_not_all_was_seen_is_not_known() {
    let facts = || vec![person("q", "1", ALICE)];
    assert_eq!(joined(LEFT, ONE, SUBJECT, facts(), vec![state("test.person@1", "q", false)]).0, Inconclusive);
    assert_eq!(joined(LEFT, ONE, SUBJECT, facts(), whole()).0, Inconclusive);
}

#[test]
fn a_rule_is_put_to_nobody_where_nobody_gives_what_it_joins() {
    for (rule, extra) in [(LEFT, ONE), (ALL, MANY)] {
        let rules = read_with(rule, extra).unwrap_or_else(|errors| panic!("{:?}", errors.problems));
        let found = |scopes| {
            let set = FactSet::new(vec![fact_of("test.thing@1", "t", "thing", SUBJECT)], scopes, Vec::new());
            evaluate(&set, &rules, instant(NOW), 1).rules().len()
        };
        assert_eq!((found(Vec::new()), found(whole())), (0, 1));
    }
}

#[test]
fn more_than_one_match_is_inconclusive_where_one_is_wanted() {
    let facts = vec![person("p", "1", ALICE), person("p", "2", ALICE)];
    let (outcome, message, _) = joined(LEFT, ONE, SUBJECT, facts, whole());
    assert_eq!((outcome, message.as_str()), (Inconclusive, "2 facts match `person`, and one is wanted (rule, line 2)"));
}

#[test]
fn many_matches_arrive_as_a_list() {
    let facts = || vec![person("p", "1", ALICE), person("p", "2", r#"{"email":"a@x","left":true}"#)];
    assert_eq!(joined(ALL, MANY, SUBJECT, facts(), whole()), (Fail, "left".into(), vec![0, 1]));
    assert_eq!(joined(ALL, MANY, SUBJECT, Vec::new(), whole()).0, Pass);
    // Another scope may hold one more.
    let scopes = vec![state("test.person@1", "p", true), state("test.person@1", "q", false)];
    assert_eq!(joined(ALL, MANY, SUBJECT, vec![person("p", "1", ALICE)], scopes).0, Inconclusive);
}

#[test]
fn what_is_joined_on_must_be_there() {
    let message = |body: &str| joined(LEFT, ONE, body, vec![person("p", "1", ALICE)], whole());
    assert_eq!(message("{}").1, "`email` was not collected: denied");
    assert_eq!(message(r#"{"email":null}"#).0, Inconclusive);
    assert_eq!(message(r#"{"email":1}"#).0, Inconclusive);
}

#[test]
fn an_absent_field_of_a_joined_fact_is_named_by_its_path() {
    let (outcome, message, joined) = joined(LEFT, ONE, SUBJECT, vec![person("p", "1", r#"{"email":"a@x"}"#)], whole());
    assert_eq!((outcome, message.as_str()), (Inconclusive, "`person.left` was not collected"));
    assert_eq!(joined, [0]);
}

#[test]
fn a_stale_joined_fact_shows_no_good() {
    let mut old = person("p", "1", ALICE);
    old.observed_at = instant("2026-11-01T00:00:00Z");
    assert_eq!(joined(LEFT, ONE, SUBJECT, vec![old], whole()).1, "stale: seen at 2026-11-01T00:00:00Z, fresh for 1d");
}

//! Ages, staleness, and until when an outcome holds.

use model::Outcome::{Fail, Inconclusive, NotApplicable, Pass};
use model::{FactSet, Outcome};

use crate::evaluate;
use crate::tests::{NOW, check, conclude, fact_of, instant, only, read, state, things};

/// Outcome and valid-until at an instant.
fn at(rule: &str, body: &str, now: &str) -> (Outcome, Option<String>) {
    let rules = read(rule).unwrap();
    let mut fact = fact_of("test.thing@1", "s", "u", body);
    fact.observed_at = instant(now);
    let facts = FactSet::new(vec![fact], vec![state("test.thing@1", "s", true)], Vec::new());
    let findings = evaluate(&facts, &rules, instant(now), 1);
    let found = only(&findings);
    let written =
        |seconds: &i64| model::Timestamp::from_second(*seconds).map_or("the end of time".to_owned(), |at| at.to_string());
    let until = found.valid_until.first().map(written);
    (found.outcomes[0], until)
}

#[test]
fn an_age_flips_at_its_instant_and_says_so() {
    let rule = "fn evaluate(it) { if days_ago(it.at) > 90 { fail(\"old\") } else { pass() } }";
    let body = r#"{"at":"2026-08-25T00:00:00Z"}"#;
    assert_eq!(at(rule, body, "2026-11-22T12:00:00Z"), (Pass, Some("2026-11-23T00:00:00Z".into())));
    assert_eq!(at(rule, body, "2026-11-23T00:00:00Z"), (Pass, Some("2026-11-23T00:00:00Z".into())));
    assert_eq!(at(rule, body, "2026-11-23T00:00:00.000000001Z"), (Fail, None));
    assert_eq!(
        at(rule, r#"{"at":"2026-08-25T00:00:00.5Z"}"#, "2026-11-23T00:00:00.5Z"),
        (Pass, Some("2026-11-23T00:00:00Z".into()))
    );
}

#[test]
fn every_comparison_of_an_age_has_its_edge_where_it_should() {
    let body = r#"{"at":"2026-11-21T00:00:00Z"}"#;
    for (comparison, at_edge, after) in [
        ("days_ago(it.at) > 2", false, true),
        ("days_ago(it.at) >= 2", true, true),
        ("days_ago(it.at) < 2", false, false),
        ("days_ago(it.at) <= 2", true, false),
        ("2 < days_ago(it.at)", false, true),
        ("it.at.days_ago() > days(2)", false, true),
        ("hours_ago(it.at) > 48", false, true),
        ("hours(48) < it.at.hours_ago()", false, true),
    ] {
        let rule = format!("fn evaluate(it) {{ if {comparison} {{ pass() }} else {{ fail(\"\") }} }}");
        assert_eq!(at(&rule, body, "2026-11-23T00:00:00Z").0 == Pass, at_edge, "{comparison}");
        assert_eq!(at(&rule, body, "2026-11-23T00:00:01Z").0 == Pass, after, "{comparison}");
    }
    let rule = "fn evaluate(it) { if days_until(it.at) < 30 { fail(\"soon\") } else { pass() } }";
    let body = r#"{"at":"2026-12-31T00:00:00Z"}"#;
    assert_eq!(at(rule, body, "2026-11-30T00:00:00Z"), (Pass, Some("2026-12-01T00:00:00Z".into())));
    assert_eq!(at(rule, body, "2026-12-01T00:00:00Z").0, Pass);
    assert_eq!(at(rule, body, "2026-12-01T00:00:01Z").0, Fail);
    assert_eq!(at(rule, body, "2027-12-01T00:00:01Z").0, Fail);
}

#[test]
fn an_age_of_what_lies_in_the_future_is_inconclusive_until_then() {
    let rule = "fn evaluate(it) { if days_ago(it.at) > 90 { fail(\"old\") } else { pass() } }";
    let (outcome, until) = at(rule, r#"{"at":"2026-11-24T00:00:00Z"}"#, NOW);
    assert_eq!((outcome, until), (Inconclusive, Some("2026-11-23T23:55:00Z".into())));
}

#[test]
fn what_happened_while_the_run_went_on_is_as_old_as_nothing() {
    let rule = "fn evaluate(it) { if hours_ago(it.at) <= 0 { pass() } else { fail(\"old\") } }";
    let body = r#"{"at":"2026-11-24T00:05:00Z"}"#;
    assert_eq!(at(rule, body, "2026-11-23T23:59:59Z").0, Inconclusive);
    assert_eq!(at(rule, body, "2026-11-24T00:00:00Z").0, Pass);
    assert_eq!(at(rule, body, "2026-11-24T00:05:01Z").0, Fail);
}

#[test]
fn an_age_can_only_be_compared() {
    for step in [
        "`${days_ago(it.at)}` == \"\"",
        "days_ago(it.at) == 90",
        "days_ago(it.at) + 1 > 2",
        "days_ago(it.at) < days_ago(it.at)",
        "days_ago(it.at) in [1]",
    ] {
        assert!(
            !crate::tests::problems(&format!("fn evaluate(it) {{ if {step} {{ pass() }} else {{ fail(\"\") }} }}")).is_empty(),
            "{step}"
        );
        // The same when the type is known only at run time.
        let hidden = step.replace("days_ago(it.at)", "x");
        let rule = format!(
            "fn evaluate(it) {{ let x = 1; if it.on {{ x = days_ago(it.at); }} if {hidden} {{ pass() }} else {{ fail(\"\") }} }}"
        );
        let (outcome, message) = conclude(&rule, r#"{"on":true,"at":"2026-11-01T00:00:00Z"}"#);
        assert_eq!(outcome, Inconclusive, "{step}: {message}");
    }
}

#[test]
fn extremes_of_time_and_number_neither_wrap_nor_stop() {
    let rule = "fn evaluate(it) { if days_ago(it.at) > it.count { fail(\"old\") } else { pass() } }";
    assert_eq!(at(rule, r#"{"at":"-009999-06-01T00:00:00Z","count":1}"#, NOW).0, Fail);
    assert_eq!(at(rule, r#"{"at":"2026-01-01T00:00:00Z","count":100000000000000}"#, NOW).0, Pass);
    assert_eq!(at(rule, r#"{"at":"2026-01-01T00:00:00Z","count":9223372036854775807}"#, NOW).0, Inconclusive);
    assert_eq!(at(rule, r#"{"at":"2026-01-01T00:00:00Z","count":-9223372036854775808}"#, NOW).0, Inconclusive);
    check(
        "fn evaluate(it) { fail(`${it.at}`) }",
        r#"{"at":"9999-12-30T21:59:59.123456789Z"}"#,
        Fail,
        "9999-12-30T21:59:59.123456789Z",
    );
    check(
        "fn evaluate(it) { if it.at + days(1000000000) > it.at { pass() } else { fail(\"\") } }",
        r#"{"at":"9999-12-30T00:00:00Z"}"#,
        Pass,
        "",
    );
    check("fn evaluate(it) { fail(`${it.at}`) }", r#"{"at":"2026-02-28T23:59:59+01:00"}"#, Fail, "2026-02-28T22:59:59Z");
    check(
        "fn evaluate(it) { if it.at.is_null() { pass() } else { fail(\"\") } }",
        r#"{"at":"2026-02-29T00:00:00Z"}"#,
        Inconclusive,
        "`at` should be a timestamp and is a string (rule, line 2)",
    );
}

#[test]
fn stale_evidence_shows_no_good_and_a_failure_stays() {
    let cases =
        [("pass()", Pass, Inconclusive), ("not_applicable(\"\")", NotApplicable, Inconclusive), ("fail(\"f\")", Fail, Fail)];
    for (answer, fresh, stale) in cases {
        let rules = read(&format!("fn evaluate(it) {{ {answer} }}")).unwrap();
        let facts = things(&["{}"]);
        let at = |now: &str| {
            let findings = evaluate(&facts, &rules, instant(now), 1);
            let found = only(&findings);
            (
                found.outcomes[0],
                found.notes.first().map(|note| note.message.to_string()).unwrap_or_default(),
                found.valid_until.clone(),
            )
        };
        let (outcome, _, until) = at("2026-11-24T00:00:00Z");
        assert_eq!((outcome, until), (fresh, Vec::new()));
        let (outcome, message, until) = at("2026-11-24T00:00:01Z");
        assert_eq!((outcome, until), (stale, Vec::new()));
        assert_eq!(message, if stale == Fail { "f" } else { "stale: seen at 2026-11-23T00:00:00Z, fresh for 1d" });
    }
}

#[test]
fn what_is_stale_still_says_when_the_rule_itself_turns() {
    let rule = "fn evaluate(it) { if days_ago(it.at) > 90 { fail(\"old\") } else { pass() } }";
    let rules = read(rule).unwrap();
    let facts = things(&[r#"{"at":"2026-08-27T00:00:00Z"}"#]);
    let at = |now: &str| {
        let findings = evaluate(&facts, &rules, instant(now), 1);
        (only(&findings).outcomes[0], only(&findings).valid_until.clone())
    };
    assert_eq!(at("2026-11-25T00:00:00Z"), (Inconclusive, vec![instant("2026-11-25T00:00:00Z").as_second()]));
    assert_eq!(at("2026-11-25T00:00:01Z"), (Fail, Vec::new()));
}

proptest::proptest! {
    #[test]
    fn the_quick_way_to_read_an_instant_agrees_with_the_slow_one(seconds in -62_135_596_800_i64..253_402_207_200) {
        let timestamp = model::Timestamp::from_second(seconds).unwrap();
        let text = timestamp.to_string();
        let read = crate::evaluate::body::instant(&text).unwrap();
        proptest::prop_assert_eq!(read, crate::evaluate::value::Instant::of(timestamp));
        proptest::prop_assert_eq!(read.text(), text);
    }

    /// Within its validity an outcome is the one that a new evaluation gives.
    #[test]
    fn an_outcome_holds_as_long_as_it_says(age in 0_i64..400, later in 0_i64..400, limit in 0_i64..300, shape in 0_usize..6) {
        let comparison = ["days_ago(it.at) > L", "days_ago(it.at) <= L", "L > days_ago(it.at)", "hours_ago(it.at) >= L", "days_until(it.at) < L", "!(hours_until(it.at) > L)"][shape];
        let rule = format!("fn evaluate(it) {{ if {} {{ fail(\"f\") }} else {{ pass() }} }}", comparison.replace('L', &limit.to_string()));
        let rules = read(&rule).unwrap();
        let now = instant(NOW);
        let then = now.checked_sub(jiff::SignedDuration::from_hours(age * 7 - 1_000)).unwrap();
        let facts = |seen_at| {
            let fact = model::Fact { observed_at: seen_at, ..fact_of("test.thing@1", "s", "u", &format!(r#"{{"at":"{then}"}}"#)) };
            FactSet::new(vec![fact], Vec::new(), Vec::new())
        };
        let first = evaluate(&facts(now), &rules, now, 1);
        let until = only(&first).valid_until.first().copied().unwrap_or(i64::MAX);
        let next = now.checked_add(jiff::SignedDuration::from_hours(later * 5)).unwrap();
        if next.as_second() < until {
            let second = evaluate(&facts(next), &rules, next, 1);
            proptest::prop_assert_eq!(&only(&first).outcomes, &only(&second).outcomes);
        }
    }
}

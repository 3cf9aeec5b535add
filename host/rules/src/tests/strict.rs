//! What is absent, null or of another type is never an answer.

use model::Outcome::{Fail, Inconclusive, NotApplicable, Pass};

use crate::tests::{check, conclude};

const NULL: &str =
    r#"{"name":null,"on":null,"count":null,"tags":null,"at":null,"keys":[{"id":null}],"nested":null,"lasts":null}"#;
const WHOLE: &str = r#"{"name":"n","on":true,"count":7,"lasts":3600,"tags":["a","b"],"at":"2026-11-22T00:00:00Z","email":"e@x","keys":[{"id":"K1","status":"active","at":"2026-11-01T00:00:00Z"},{"id":"K2","status":"inactive","at":"2020-01-01T00:00:00Z"}],"nested":{"deep":{"value":3}}}"#;

/// A rule that passes exactly when the condition holds.
fn when(condition: &str) -> String {
    format!("fn evaluate(it) {{ if {condition} {{ pass() }} else {{ fail(\"no\") }} }}")
}

#[track_caller]
fn holds(condition: &str) {
    check(&when(condition), WHOLE, Pass, "");
}

#[track_caller]
fn fails(condition: &str) {
    check(&when(condition), WHOLE, Fail, "no");
}

#[track_caller]
fn unclear(condition: &str, body: &str) {
    let (outcome, message) = conclude(&when(condition), body);
    assert_eq!(outcome, Inconclusive, "{condition}: {message}");
}

#[test]
fn reading_what_was_not_collected_is_inconclusive_and_names_it() {
    check(&when("it.on"), "{}", Inconclusive, "`on` was not collected");
    check(&when("it.email == \"x\""), "{}", Inconclusive, "`email` was not collected: denied");
    check(&when("it.nested.deep.value == 1"), r#"{"nested":{"deep":{}}}"#, Inconclusive, "`nested.deep.value` was not collected");
    check(
        &when("it.keys.all(|key| key.id == \"K\")"),
        r#"{"keys":[{"id":"K"},{}]}"#,
        Inconclusive,
        "`keys[1].id` was not collected",
    );
}

#[test]
fn null_meets_every_operator_and_function_with_an_error() {
    for condition in [
        "it.on",
        "!it.on",
        "it.on && true",
        "it.on || false",
        "it.on == true",
        "it.count == 7",
        "it.count != 7",
        "7 != it.count",
        "it.count < 7",
        "it.count + 1 > 0",
        "it.count in [1, 2]",
        "1 in [it.count]",
        "it.name == \"n\"",
        "it.name != \"n\"",
        "\"n\" != it.name",
        "it.name in [\"n\"]",
        "!(it.name in [\"n\"])",
        "it.name.len() == 0",
        "it.name.is_empty()",
        "it.name.starts_with(\"\")",
        "\"\".contains(it.name)",
        "`${it.name}` == \"\"",
        "it.tags.is_empty()",
        "it.tags == []",
        "it.tags.all(|tag| tag == \"x\")",
        "it.tags.len() == 0",
        "!it.tags.contains(\"x\")",
        "!(\"x\" in it.tags)",
        "it.keys.all(|key| key.id != \"x\")",
        "it.keys.map(|key| key.id).contains(\"x\") == false",
        "days_ago(it.at) < 90",
        "it.at < it.at",
        "it.nested.deep.value == 0",
        "it.lasts <= days(1)",
        "it.tags[0] == \"x\"",
        "it.keys.any(|key| key.id == \"x\") == false",
    ] {
        unclear(condition, NULL);
    }
    check(&when("it.name.is_null() && is_null(it.on) && it.keys[0].id.is_null()"), NULL, Pass, "");
}

#[test]
fn what_has_another_type_than_its_kind_says_is_an_error() {
    for (condition, body) in [
        ("it.on", r#"{"on":"true"}"#),
        ("it.count != 7", r#"{"count":"8"}"#),
        ("it.name != \"n\"", r#"{"name":3}"#),
        ("it.tags.is_empty()", r#"{"tags":""}"#),
        ("it.tags.all(|tag| tag != \"x\")", r#"{"tags":["a",1]}"#),
        ("!it.at.is_null()", r#"{"at":"soon"}"#),
        ("!it.nested.is_null()", r#"{"nested":[]}"#),
        ("it.keys.is_empty()", r#"{"keys":{}}"#),
    ] {
        unclear(condition, body);
    }
}

#[test]
fn comparing_values_of_different_types_is_an_error_even_when_types_are_known_only_at_run_time() {
    // The variable is a string in one branch and an int in the other, so only the run can tell.
    let rule = |comparison: &str| {
        format!("fn evaluate(it) {{ let x = 1; if it.on {{ x = \"1\"; }} if {comparison} {{ pass() }} else {{ fail(\"no\") }} }}")
    };
    for comparison in ["x == 1", "x != 1", "x < 2", "1 != x", "x in [1, 2]", "[1] == [x]", "!(1 in [x])"] {
        let (outcome, message) = conclude(&rule(comparison), WHOLE);
        assert_eq!(outcome, Inconclusive, "{comparison}: {message}");
        assert!(message.contains("makes no sense between"), "{comparison}: {message}");
    }
}

#[test]
fn has_asks_first_and_is_true_of_null() {
    let rule = "fn evaluate(it) { if !it.has(\"name\") { return not_applicable(\"no name\"); } if it.name.is_null() { return fail(\"null\"); } pass() }";
    check(rule, "{}", NotApplicable, "no name");
    check(rule, r#"{"name":null}"#, Fail, "null");
    check(rule, WHOLE, Pass, "");
    check(&when("it.keys.all(|key| key.has(\"id\"))"), r#"{"keys":[{"id":null},{}]}"#, Fail, "no");
}

#[test]
fn the_vocabulary_does_what_it_says() {
    for condition in [
        "it.count == 7 && it.count > 6 && it.count >= 7 && it.count < 8 && it.count <= 7 && it.count != 8",
        "it.count + 1 == 8 && it.count - 8 == -1 && it.count * 2 == 14 && it.count / 2 == 3 && it.count % 2 == 1",
        "-it.count == -7",
        "it.name == \"n\" && \"a\" < \"b\" && \"a\" + \"b\" == \"ab\"",
        "\"n\" in it.name && it.name in [\"m\", \"n\"] && 3 in 1..4 && !(4 in 1..4) && 4 in 1..=4",
        "it.tags.contains(\"a\") && \"b\" in it.tags && it.tags == [\"a\", \"b\"] && it.tags != [\"a\"]",
        "it.tags + [\"c\"] == [\"a\", \"b\", \"c\"] && (it.tags + [\"c\"]).len() == 3",
        "it.tags[0] == \"a\" && it.tags[-1] == \"b\" && it.tags.first() == \"a\" && it.tags.last() == \"b\"",
        "it.keys[0].status == \"active\" && it[\"keys\"][1][\"id\"] == \"K2\"",
        "it.keys.any(|key| key.status == \"active\") && it.keys.some(|key| key.id == \"K2\")",
        "it.keys.filter(|key| key.status == \"active\").map(|key| key.id) == [\"K1\"]",
        "it.keys.count(|key| key.status == \"active\") == 1 && it.keys.all(|key| key.id.starts_with(\"K\"))",
        "it.keys.find(|key| key.id == \"K2\").status == \"inactive\" && it.keys.find(|key| key.id == \"K3\").is_null()",
        "[3, 1, 2].sorted() == [1, 2, 3] && [2, 1, 2].unique() == [1, 2] && [3, 1].smallest() == 1 && [3, 1].largest() == 3",
        "\" A \".trim().to_lower() == \"a\" && \"a\".to_upper() == \"A\" && \"a-b\".split(\"-\") == [\"a\", \"b\"]",
        "\"abc\".ends_with(\"c\") && \"abc\".replace(\"b\", \"x\") == \"axc\" && \"12\".parse_int() == 12 && 12.to_string() == \"12\"",
        "it.tags.join(\"+\") == \"a+b\" && `${it.tags} ${it.count} ${it.on} ${it.lasts} ${it.at}` == \"a, b 7 true 1h 2026-11-22T00:00:00Z\"",
        "it.lasts == hours(1) && it.lasts < days(1) && minutes(60) == seconds(3600) && hours(1) + hours(1) == hours(2)",
        "it.at < it.keys[0].at + days(90) && it.at - days(1) < it.at && it.at == it.at",
        "\"ü\".len() == 1 && [].is_empty() && \"\".is_empty() && it.nested.deep.value == 3",
    ] {
        holds(condition);
    }
    for condition in
        ["false", "!true", "it.count > 7", "it.tags.is_empty()", "it.on && it.count == 8", "it.count == 8 || it.name == \"m\""]
    {
        fails(condition);
    }
}

#[test]
fn statements_do_what_they_say() {
    check(
        "fn twice(x) { return x * 2; } fn evaluate(it) { let sum = 0; for (n, i) in [1, 2, 3] { if n == 3 { break; } if i == 0 { continue; } sum += twice(n); } if sum == 4 { pass() } else { fail(`${sum}`) } }",
        WHOLE,
        Pass,
        "",
    );
    check(
        "fn evaluate(it) { let old = []; for key in it.keys { if key.status == \"inactive\" { old += [key.id]; } } if old.is_empty() { pass() } else { fail(`old: ${old.join(\", \")}`) } }",
        WHOLE,
        Fail,
        "old: K2",
    );
    check(
        "fn worst(keys, limit) { keys.filter(|key| days_ago(key.at) > limit).map(|key| key.id) } fn evaluate(it) { let limit = 90; let found = worst(it.keys, limit); if found.is_empty() { pass() } else { fail(found.join(\" \")) } }",
        WHOLE,
        Fail,
        "K2",
    );
    check("fn evaluate(it) { let x = if it.on { \"a\" } else { \"b\" }; fail(x) }", WHOLE, Fail, "a");
    check("fn about(it) { it.name } fn evaluate(subject) { fail(about(subject)) }", WHOLE, Fail, "n");
    check(
        "fn evaluate(it) { it.keys.all(|key| { if key.id == \"K1\" { return true; } key.id == \"K2\" }) ; pass() }",
        WHOLE,
        Pass,
        "",
    );
}

#[test]
fn anything_but_an_outcome_is_inconclusive() {
    check(
        "fn evaluate(it) { if it.on { return pass(); } }",
        r#"{"on":false}"#,
        Inconclusive,
        "the rule gave nothing, not an outcome",
    );
    check(
        "fn evaluate(it) { let x = 1; if it.on { x = pass(); } x }",
        r#"{"on":false}"#,
        Inconclusive,
        "the rule gave an int, not an outcome",
    );
    check("fn evaluate(it) { inconclusive(\"ask someone\") }", "{}", Inconclusive, "ask someone");
}

#[test]
fn mistakes_of_the_rule_are_inconclusive_with_their_line() {
    for (condition, message) in [
        ("it.count / 0 == 1", "division by zero (rule, line 2)"),
        ("it.count * 9223372036854775807 > 0", "`7 * 9223372036854775807` is too large (rule, line 2)"),
        ("it.tags[2] == \"c\"", "the list has 2 items, and no item 2 (rule, line 2)"),
        ("it.name.parse_int() == 1", "the string is not a whole number (rule, line 2)"),
        ("[].map(|x| x.y).first() == 1", "the list is empty: ask `is_empty()` first (rule, line 2)"),
    ] {
        check(&when(condition), WHOLE, Inconclusive, message);
    }
}

#[test]
fn a_body_that_is_not_canonical_is_inconclusive() {
    let rules = crate::tests::read(&when("it.on")).unwrap();
    for body in [
        "",
        "[]",
        "{",
        "{\"on\":tru}",
        "{\"on\":true",
        "{\"on\":true}x",
        "{\"on\" :true}",
        "{\"on\":true,\"on\":true}",
        "{\"on\":true,\"name\":\"x\"}",
        "nul",
        "{\"a\":[}",
        "{\"on\":true,}",
    ] {
        let mut fact = crate::tests::fact_of("test.thing@1", "s", "u", "{}");
        fact.body = model::Body::from_canonical(body);
        let set = model::FactSet::new(vec![fact], Vec::new(), Vec::new());
        let findings = crate::evaluate(&set, &rules, crate::tests::instant(crate::tests::NOW), 1);
        assert_eq!(crate::tests::only(&findings).outcomes, [Inconclusive], "{body}");
    }
}

#[test]
fn strings_with_escapes_and_any_letters_are_read_as_they_are() {
    check("fn evaluate(it) { fail(it.name) }", r#"{"name":"a\"\\\n\u00e9\ud83d\ude00"}"#, Fail, "a\"\\\né😀");
    check("fn evaluate(it) { fail(`${it.keys[0].id}`) }", r#"{"email":"\"{[","keys":[{"id":"\u0000"}]}"#, Fail, "\0");
}

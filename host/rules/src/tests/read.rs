//! Reading rules: headers, settings, checks, and where each problem stands.

use std::collections::BTreeMap;

use miette::Diagnostic as _;
use model::{Outcome, RuleId, RuleOrigin, SourceSet, Value};

use crate::tests::{NOW, check, instant, kinds, only, problems, read, read_with, rule_text, things};
use crate::{RuleSet, RuleSettings, evaluate};

#[test]
fn a_header_says_what_the_rule_says_of_itself() {
    let rules = read_with(
        "fn evaluate(it, parameters) { if it.count > parameters.limit { fail(\"\") } else { pass() } }",
        ", parameters: #{ limit: 5 }",
    )
    .unwrap();
    let header = &rules.headers()[0];
    assert_eq!((header.id.as_str(), header.kind.as_str(), header.origin), ("test/rule", "test.thing@1", RuleOrigin::Shipped));
    assert_eq!(header.parameters, BTreeMap::from([("limit".into(), Value::Int(5))]));
    assert_eq!(header.fresh_for.0, 86_400);
    assert!(rules.text(&header.id).is_some_and(|text| text.starts_with("fn describe()")));
}

#[test]
fn every_problem_of_a_header_is_told_at_once() {
    let mut sources = SourceSet::new();
    let text = "fn describe() { #{ titel: \"x\", title: 3, kind: \"test.thign@1\", controls: [], severity: \"hgih\", fresh_for: \"soon\", parameters: #{ x: 1 + it } } }\nfn evaluate(it) { pass() }";
    sources.insert("rules/test/rule.rhai", text);
    let errors = RuleSet::read(&sources, &kinds(), &RuleSettings::default()).unwrap_err();
    let said: Vec<String> = errors.problems.iter().map(ToString::to_string).collect();
    for message in [
        "`describe()` has no key `titel`",
        "`title` must be a string",
        "the kind `test.thign@1` is not known",
        "the rule tests no control",
        "`hgih` is not a severity",
        "`soon` is not a duration",
        "`x` must be a constant",
        "`describe()` lacks `remediation`",
    ] {
        assert!(said.iter().any(|it| it == message), "{message} in {said:#?}");
    }
    let kind = errors.problems.iter().find(|it| it.message.contains("test.thign@1")).unwrap();
    assert_eq!(kind.help.as_deref(), Some("did you mean `test.thing@1`?"));
}

#[test]
fn problems_are_told_with_their_place_and_the_nearest_name() {
    let errors = read("fn evaluate(it) {\n    if it.nmae == \"x\" { pass() } else { fail(it.eamil) }\n}").unwrap_err();
    let found: Vec<_> = errors.problems.iter().map(|it| (it.message.as_str(), it.help.as_deref(), it.place)).collect();
    assert_eq!(
        found,
        [
            ("test.thing@1 has no field `nmae`", Some("did you mean `name`?"), Some((3, 11))),
            ("test.thing@1 has no field `eamil`", Some("did you mean `email`?"), Some((3, 49))),
        ]
    );
    let problem = &errors.problems[0];
    let label = problem.labels().unwrap().next().unwrap();
    let text = rule_text("fn evaluate(it) {\n    if it.nmae == \"x\" { pass() } else { fail(it.eamil) }\n}", "");
    assert_eq!(&text[label.offset()..label.offset() + label.len()], "nmae");
    assert_eq!(problem.code().unwrap().to_string(), "engine::rules::unknown_field");
}

#[test]
fn comparisons_are_checked_against_the_kind() {
    for (condition, problem) in [
        ("it.count == \"7\"", "types: `==` between an int and a string"),
        ("it.name > 3", "types: `>` between a string and an int"),
        ("it.on == \"true\"", "types: `==` between a bool and a string"),
        ("it.on < it.on", "types: `<` between a bool and a bool"),
        ("it.tags == \"a\"", "types: `==` between a list and a string"),
        ("it.at > 90", "types: `>` between a timestamp and an int"),
        ("it.lasts > 60", "types: `>` between a duration and an int"),
        ("it.nested == it.nested", "types: `==` between a record and a record"),
        ("it.keys.any(|key| key.status == \"actve\")", "types: this can never be `actve`"),
        ("it.keys.any(|key| key.state == \"active\")", "unknown_field: there is no field `state`"),
        ("it.tags.any(|tag| tag.id == \"x\")", "unknown_field: a string has no field `id`"),
        ("it.tags.contains(7)", "types: an int is looked for where only strings are"),
        ("7 in it.tags", "types: an int is looked for where only strings are"),
        ("it.name", "types: a condition takes a bool, and this is a string"),
        ("!it.count", "types: a condition takes a bool, and this is an int"),
        ("it.on && it.name", "types: a condition takes a bool, and this is a string"),
        ("it.keys.all(|key| key.id)", "types: the answer of the closure takes a bool, and this is a string"),
        ("days_ago(it.name) > 3", "types: `days_ago` takes a timestamp here, and this is a string"),
        ("it.name + 1 == \"x1\"", "types: `+` between a string and an int"),
        ("it.nam == \"x\"", "unknown_field: test.thing@1 has no field `nam`"),
        ("it.has(\"nam\")", "unknown_field: there is no field `nam`"),
        ("name == \"x\"", "unknown_name: `name` stands for nothing here"),
        ("it.name.lenght() == 1", "unknown_function: there is no function `lenght`"),
        ("it.name.starts_with() == true", "unknown_function: `starts_with` takes 2 arguments, and here are 1"),
    ] {
        let found = problems(&format!("fn evaluate(it) {{ if {condition} {{ pass() }} else {{ fail(\"\") }} }}"));
        assert!(found.iter().any(|it| it == problem), "{condition}: {found:?}");
    }
    assert!(problems("fn evaluate(it) { it.name }").iter().any(|it| it.contains("always gives a string")));
    assert!(problems("fn evaluate(it, parameters) { fail(parameters.x) }").iter().any(|it| it.contains("no parameter `x`")));
    assert!(problems("fn describe2() { 1 }").iter().any(|it| it.contains("no `fn evaluate(subject)`")));
}

#[test]
fn what_is_never_used_is_advice_and_no_error() {
    let mut sources = SourceSet::new();
    let evaluate = "fn never(x) { x }\nfn evaluate(it) { let unused = 1; return pass(); fail(\"\") }";
    sources.insert("rules/test/rule.rhai", rule_text(evaluate, ", parameters: #{ spare: 1 }"));
    let said: Vec<String> = crate::check(&sources, &kinds(), &RuleSettings::default())
        .iter()
        .map(|it| format!("{} {}", it.fatal, it.message))
        .collect();
    for message in [
        "the parameter `spare` is never used",
        "the function `never` is never called",
        "`unused` is never used",
        "this is never reached",
    ] {
        assert!(said.contains(&format!("false {message}")), "{message}: {said:?}");
    }
    assert_eq!(RuleSet::read(&sources, &kinds(), &RuleSettings::default()).unwrap().advice().len(), 4);
}

fn sources() -> SourceSet {
    let mut sources = SourceSet::new();
    sources.insert(
        "rules/test/rule.rhai",
        rule_text(
            "fn evaluate(it, parameters) { if it.count > parameters.limit { fail(\"\") } else { pass() } }",
            ", parameters: #{ limit: 5, names: [\"a\"] }",
        ),
    );
    sources.insert("local/rules/own.rhai", rule_text("fn evaluate(it) { fail(\"own\") }", ""));
    sources
}

fn id(text: &str) -> RuleId {
    text.parse().unwrap()
}

#[test]
fn settings_switch_replace_and_adjust_rules() {
    let settings = |change: &dyn Fn(&mut RuleSettings)| {
        let mut settings = RuleSettings::default();
        change(&mut settings);
        RuleSet::read(&sources(), &kinds(), &settings)
    };
    let ids = |set: &RuleSet| set.headers().iter().map(|header| (header.id.to_string(), header.origin)).collect::<Vec<_>>();
    let plain = settings(&|_| {}).unwrap();
    assert_eq!(ids(&plain), [("local/own".into(), RuleOrigin::Local), ("test/rule".into(), RuleOrigin::Shipped)]);
    let off = settings(&|it| {
        it.disabled.insert(id("local/own"));
    })
    .unwrap();
    assert_eq!(ids(&off).len(), 1);
    let replaced = settings(&|it| {
        it.overrides.insert(id("test/rule"), id("local/own"));
    })
    .unwrap();
    assert_eq!(ids(&replaced), [("local/own".into(), RuleOrigin::Override)]);
    let set = |name: &str, value: Value| {
        settings(&|it| {
            it.parameters.insert(id("test/rule"), BTreeMap::from([(name.into(), value.clone())]));
        })
    };
    let outcome = |set: &RuleSet| only(&evaluate(&things(&[r#"{"count":7}"#]), set, instant(NOW), 1)).outcomes[0];
    assert_eq!(outcome(&plain), Outcome::Fail);
    assert_eq!(outcome(&set("limit", Value::Int(7)).unwrap()), Outcome::Pass);
    for (name, value) in
        [("limit", Value::String("7".into())), ("limits", Value::Int(7)), ("names", Value::List(vec![Value::Int(1)]))]
    {
        assert!(set(name, value).is_err(), "{name}");
    }
    assert!(set("names", Value::List(Vec::new())).is_ok());
}

#[test]
fn settings_that_name_nothing_are_errors_with_the_nearest_name() {
    let settings = RuleSettings {
        parameters: BTreeMap::from([(id("test/rul"), BTreeMap::new())]),
        overrides: BTreeMap::from([(id("local/own"), id("test/rule"))]),
        disabled: [id("test/nothing")].into(),
    };
    let errors = RuleSet::read(&sources(), &kinds(), &settings).unwrap_err();
    let said: Vec<String> = errors.problems.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|it| it == "the rule `test/rul`, which parameters are set for, is not there"), "{said:?}");
    assert!(said.iter().any(|it| it == "the rule `test/nothing`, which is switched off, is not there"), "{said:?}");
    assert!(said.iter().any(|it| it == "`test/rule` cannot stand in the place of `local/own`"), "{said:?}");
}

#[test]
fn findings_are_the_same_whatever_the_number_of_threads() {
    let bodies: Vec<String> = (0..5_000).map(|n| format!(r#"{{"count":{},"name":"n{n}"}}"#, n % 11)).collect();
    let facts = things(&bodies.iter().map(String::as_str).collect::<Vec<_>>());
    let rules = RuleSet::read(&sources(), &kinds(), &RuleSettings::default()).unwrap();
    let one = evaluate(&facts, &rules, instant(NOW), 1);
    for threads in [0, 2, 3, 16] {
        assert_eq!(evaluate(&facts, &rules, instant(NOW), threads), one);
    }
    let found = only(&one);
    assert_eq!(found.outcomes.len(), 5_000);
    assert_eq!(found.notes.len(), found.outcomes.iter().filter(|outcome| **outcome != Outcome::Pass).count());
    assert!(found.notes.iter().all(|note| found.outcomes[note.index] != Outcome::Pass));
    assert!(found.notes.is_sorted_by_key(|note| note.index));
}

#[test]
fn a_rule_without_facts_has_no_outcomes() {
    let rules = read("fn evaluate(it) { pass() }").unwrap();
    let findings = evaluate(&things(&[]), &rules, instant(NOW), 4);
    assert_eq!(only(&findings).outcomes, []);
}

#[test]
fn a_rule_that_takes_absence_for_good_fails_its_test() {
    let rules = read("fn evaluate(it) { if it.has(\"on\") && !it.on { fail(\"off\") } else { pass() } }").unwrap();
    let line = |survives: &str| {
        let mut fixtures = SourceSet::new();
        fixtures.insert("test/rule.ndjson", format!("{{\"expect\":\"pass\",\"at\":\"{NOW}\",\"body\":{{\"on\":true}}{survives}}}\n{{\"expect\":\"fail\",\"at\":\"{NOW}\",\"body\":{{\"on\":false}}}}\n{{\"expect\":\"inconclusive\",\"at\":\"{NOW}\",\"body\":{{\"on\":null}}}}"));
        crate::fixture::run(&rules, &fixtures, &kinds())
    };
    let report = line("");
    let said: Vec<_> = report.rules[0].failures.iter().map(|it| it.mutation.clone().unwrap_or_default()).collect();
    assert_eq!(said, ["on removed"]);
    assert!(line(r#","survives":{"on":["removed"]}"#).is_good());
    assert!(!line(r#","survives":{"on":["removed","null"]}"#).is_good());
    assert!(!line(r#","servives":{}"#).is_good());
}

#[test]
fn fixtures_that_are_wrong_or_missing_are_told() {
    let rules = read("fn evaluate(it) { if it.on { pass() } else { fail(\"off\") } }").unwrap();
    let mut fixtures = SourceSet::new();
    fixtures.insert("test/other.ndjson", "");
    let report = crate::fixture::run(&rules, &fixtures, &kinds());
    assert_eq!((report.without, report.strays), (vec![id("test/rule")], vec!["test/other.ndjson".to_owned()]));
    fixtures.insert("test/rule.ndjson", format!("{{\"expect\":\"fail\",\"at\":\"{NOW}\",\"body\":{{\"on\":true}}}}\n{{\"expect\":\"fail\",\"at\":\"{NOW}\",\"body\":{{\"on\":false}},\"message\":\"of\"}}\n{{\"expect\":\"fail\",\"at\":\"{NOW}\",\"body\":{{\"nam\":1}}}}\nx"));
    let report = crate::fixture::run(&rules, &fixtures, &kinds());
    let found: Vec<_> = report.rules[0].failures.iter().map(|it| (it.line, it.got, it.message.as_str())).collect();
    assert_eq!(found[0], (1, Some(Outcome::Pass), ""));
    assert_eq!(found[1], (2, Some(Outcome::Fail), "it says `off`, not `of`"));
    assert_eq!(found[2], (3, None, "`test.thing@1` has no field `nam`; did you mean `name`?"));
    assert!(found[3].2.starts_with("it is not JSON"));
    assert_eq!(report.rules[0].lacks, [Outcome::Pass, Outcome::Inconclusive]);
}

#[test]
fn a_rule_of_several_lines_keeps_its_places() {
    check(
        "fn evaluate(it) {\n\n    let x = 0;\n    if 1 / x == 1 { pass() } else { fail(\"\") }\n}",
        "{}",
        Outcome::Inconclusive,
        "division by zero (rule, line 5)",
    );
}

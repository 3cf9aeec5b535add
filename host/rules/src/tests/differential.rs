//! Row 24 of the threats: the compiled evaluation and the interpreter of the `rhai` crate agree.
//!
//! Where values are present and of one type, both must give the same; only what is absent, null or mistyped may differ,
//! where ours is stricter. The interpreter runs without its optimizer.

use model::{Outcome, Value};
use proptest::prelude::*;
use rhai::{Dynamic, Engine, EvalAltResult, Map, OptimizationLevel, Scope};

use crate::tests::{NOW, fact_of, instant, only, read, shipped, things};
use crate::{evaluate, fixture};

/// An age in the interpreter: seconds, and the seconds of its unit.
#[derive(Clone)]
struct Elapsed(i64, i64);

/// The vocabulary of the shipped rules, for the interpreter.
fn interpreter() -> Engine {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_expr_depths(256, 256);
    engine.register_fn("pass", || "pass".to_owned());
    engine.register_fn("fail", |message: &str| format!("fail: {message}"));
    engine.register_fn("not_applicable", |message: &str| format!("not_applicable: {message}"));
    engine.register_fn("is_null", |value: Dynamic| value.is_unit());
    engine.register_fn("join", |list: rhai::Array, between: &str| {
        list.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
    });
    engine.register_fn("days_ago", |text: &str| {
        let then: model::Timestamp = text.parse().unwrap();
        Elapsed(instant(NOW).as_second() - then.as_second(), 86_400)
    });
    engine.register_fn(">", |age: Elapsed, limit: i64| age.0 > limit * age.1);
    engine.register_fn("<=", |age: Elapsed, limit: i64| age.0 <= limit * age.1);
    engine
}

fn dynamic(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::String(text) => text.to_string().into(),
        Value::List(items) => items.iter().map(dynamic).collect::<Vec<_>>().into(),
        Value::Record(fields) => {
            fields.iter().map(|(name, value)| (name.as_str().into(), dynamic(value))).collect::<Map>().into()
        }
    }
}

/// What the interpreter gives.
#[derive(Debug, PartialEq)]
enum Theirs {
    /// What the rule gave; nothing when it is in error.
    Gave(Option<String>),
    /// It stopped because a closure reads a variable whose list is being gone through, which it calls a data race. Here
    /// it is none.
    Race,
}

fn interpreted(text: &str, body: &Value, parameters: Option<Value>) -> Theirs {
    let engine = interpreter();
    // `any` is called `some` in the standard library of the interpreter.
    let ast = engine.compile(text.replace(".any(", ".some(")).unwrap();
    let mut scope = Scope::new();
    let given = match parameters {
        Some(parameters) => engine.call_fn::<String>(&mut scope, &ast, "evaluate", (dynamic(body), dynamic(&parameters))),
        None => engine.call_fn::<String>(&mut scope, &ast, "evaluate", (dynamic(body),)),
    };
    match given {
        Err(error) if matches!(error.unwrap_inner(), EvalAltResult::ErrorDataRace(..)) => Theirs::Race,
        given => Theirs::Gave(given.ok()),
    }
}

fn ours(outcome: Outcome, message: &str) -> Option<String> {
    match outcome {
        Outcome::Pass => Some("pass".to_owned()),
        Outcome::Fail => Some(format!("fail: {message}")),
        Outcome::NotApplicable => Some(format!("not_applicable: {message}")),
        Outcome::Inconclusive => None,
    }
}

#[test]
fn shipped_rules_give_what_the_interpreter_gives_on_every_fixture() {
    let (kinds, rules, fixtures) = shipped::identity();
    let mut compared = 0;
    for (name, text) in fixtures.iter() {
        let rule = rules.rule(&name.strip_suffix(".ndjson").unwrap().parse().unwrap()).unwrap();
        let takes_parameters = rule.text.contains("fn evaluate(user, parameters)");
        let parameters = takes_parameters.then(|| Value::Record(rule.header.parameters.clone()));
        for line in text.lines() {
            let fixture = fixture::read_line(line, rule, &kinds).unwrap();
            // The interpreter takes what is missing for false, which is why it does not run rules.
            if fixture.expect == Outcome::Inconclusive || fixture.at != instant(NOW) {
                continue;
            }
            let body = &fixture.bodies[0];
            let facts = model::FactSet::new(
                vec![fact_of("identity.user@1", "s", "u", model::Body::from_value(body).unwrap().as_str())],
                Vec::new(),
                Vec::new(),
            );
            let findings = evaluate(&facts, &rules, fixture.at, 1);
            let found = findings.of_rule(&rule.header.id).unwrap();
            let message = found.notes.first().map_or("", |note| &note.message);
            assert_eq!(
                Theirs::Gave(ours(found.outcomes[0], message)),
                interpreted(&rule.text, body, parameters.clone()),
                "{line}"
            );
            compared += 1;
        }
    }
    assert!(compared >= 20, "{compared}");
}

fn number() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("it.count".to_owned()),
        (-9_i64..10).prop_map(|n| n.to_string()),
        Just("it.tags.len()".to_owned()),
        Just("it.name.len()".to_owned())
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        let operator = prop_oneof![Just("+"), Just("-"), Just("*"), Just("/"), Just("%")];
        (inner.clone(), operator, inner).prop_map(|(a, operator, b)| format!("({a} {operator} {b})"))
    })
}

fn string() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("it.name".to_owned()),
        "[ab]{0,2}".prop_map(|text| format!("\"{text}\"")),
        Just("it.tags[0]".to_owned())
    ];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            (inner, number()).prop_map(|(a, b)| format!("`${{{a}}}-${{{b}}}`")),
        ]
    })
}

fn condition() -> impl Strategy<Value = String> {
    let operator = || prop_oneof![Just("=="), Just("!="), Just("<"), Just("<="), Just(">"), Just(">=")];
    let leaf = prop_oneof![
        Just("it.on".to_owned()),
        Just("true".to_owned()),
        (number(), operator(), number()).prop_map(|(a, operator, b)| format!("{a} {operator} {b}")),
        (string(), operator(), string()).prop_map(|(a, operator, b)| format!("{a} {operator} {b}")),
        string().prop_map(|text| format!("{text} in it.tags")),
        (string(), string()).prop_map(|(a, b)| format!("{a}.contains({b})")),
        string().prop_map(|text| format!("it.tags.any(|tag| tag == {text})")),
        string().prop_map(|text| format!("it.tags.all(|tag| tag != {text})")),
        (string(), number()).prop_map(|(text, count)| format!("it.tags.filter(|tag| tag == {text}).len() < {count}")),
        number().prop_map(|count| format!("{count} in [1, 2, it.count]")),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("(if {a} {{ {b} }} else {{ {c} }})")),
        ]
    })
}

/// Steps that change variables, within loops and branches.
fn steps() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        number().prop_map(|n| format!("n = {n};")),
        number().prop_map(|n| format!("n += {n};")),
        string().prop_map(|text| format!("s = {text};")),
        condition().prop_map(|condition| format!("if {condition} {{ n -= 1; }} else {{ s += \"x\"; }}")),
        (condition(), number()).prop_map(|(condition, n)| format!(
            "for (tag, i) in it.tags {{ if {condition} {{ continue; }} n = n + i; s += tag; if n > {n} {{ break; }} }}"
        )),
        (condition(), string()).prop_map(|(condition, text)| format!("if {condition} {{ return fail({text}); }}")),
        number().prop_map(|n| format!("n = twice({n}, n);")),
    ];
    prop::collection::vec(one, 0..5).prop_map(|steps| steps.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn random_rules_give_what_the_interpreter_gives(
        steps in steps(), last in condition(), on: bool, count in -5_i64..6, name in "[ab]{0,3}", tags in prop::collection::vec("[abx]{0,2}", 0..4),
    ) {
        let text = format!(
            "fn twice(a, b) {{ if a == b {{ return a; }} a * 2 }} fn evaluate(it) {{ let n = 0; let s = \"\"; {steps} if {last} {{ pass() }} else {{ fail(`${{n}} ${{s}}`) }} }}"
        );
        let list = tags.iter().map(|tag| Value::String(tag.as_str().into())).collect();
        let body = Value::Record([
            ("count".into(), Value::Int(count)), ("name".into(), Value::String(name.as_str().into())), ("on".into(), Value::Bool(on)), ("tags".into(), Value::List(list)),
        ].into());
        let rules = read(&text).map_err(|errors| TestCaseError::fail(format!("{text}\n{:?}", errors.problems)))?;
        let facts = things(&[model::Body::from_value(&body).unwrap().as_str()]);
        let findings = evaluate(&facts, &rules, instant(NOW), 1);
        let found = only(&findings);
        let message = found.notes.first().map_or("", |note| &note.message);
        if let Theirs::Gave(theirs) = interpreted(&text, &body, None) {
            prop_assert_eq!(ours(found.outcomes[0], message), theirs, "{}\n{}", text, message);
        }
    }
}

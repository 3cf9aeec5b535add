//! Rules and facts that mean harm: rows 6 and 25 of the threats.

use model::Outcome::{Fail, Inconclusive, Pass};

use crate::tests::{check, conclude, problems};

fn with(steps: &str) -> String {
    format!("fn evaluate(it) {{ {steps} pass() }}")
}

#[test]
fn what_rules_may_not_do_is_refused_with_its_reason() {
    for (rule, problem) in [
        (with("while true { }"), "not_allowed: rules have no `while`, `loop` or `do`"),
        (with("loop { }"), "not_allowed: rules have no `while`, `loop` or `do`"),
        (with("do { } while true;"), "not_allowed: rules have no `while`, `loop` or `do`"),
        (with("try { it.on; } catch { return pass(); }"), "not_allowed: rules have no `try`"),
        (with("switch it.name { \"a\" => 1, _ => 2 };"), "not_allowed: rules have no `switch`"),
        (with("throw 1;"), "not_allowed: rules have no `throw`"),
        (with("let x = it.name ?? \"x\"; fail(x);"), "not_allowed: rules have no `??`"),
        (with("let x = it?.name; fail(x);"), "not_allowed: rules have no `?.` and no `?[`"),
        (with("eval(\"pass()\");"), "unknown_function: there is no function `eval`"),
        (with("print(\"x\");"), "unknown_function: there is no function `print`"),
        (with("let f = Fn(\"pass\"); f.call();"), "unknown_function: there is no function `Fn`"),
        (with("let f = |x| x; pass(f);"), "not_allowed: a closure cannot stand here"),
        (with("it.name = \"x\";"), "not_allowed: only a local variable can be assigned to"),
        (with("it = 1;"), "not_allowed: `it` cannot be changed"),
        (with("const X = 1; X = 2;"), "syntax: "),
        (with("let x = #{ a: 1 }; fail(x.a);"), "not_allowed: a map can only stand in `describe()`"),
        (with("let x = type_of(it); fail(x);"), "unknown_function: there is no function `type_of`"),
        ("const X = 1; fn evaluate(it) { pass() }".into(), "not_allowed: a statement stands outside of every function"),
        ("fn f(x) { f(x) } fn evaluate(it) { f(it) }".into(), "not_allowed: `f` calls itself"),
        ("fn f(x) { g(x) } fn g(x) { f(x) } fn evaluate(it) { g(it) }".into(), "not_allowed: `g` calls itself"),
        ("fn evaluate(it) { evaluate(it) }".into(), "not_allowed: `evaluate` calls itself"),
        ("fn evaluate(it) { import \"x\" as y; pass() }".into(), "syntax: "),
    ] {
        let found = problems(&rule);
        assert!(found.iter().any(|it| it.starts_with(problem)), "{rule}\n{found:?}");
    }
}

#[test]
fn no_rule_outlives_its_budget() {
    let nested = "for a in 0..100000 { for b in 0..100000 { for c in 0..100000 { if it.on { return fail(\"x\"); } } } }";
    for steps in [
        nested.to_owned(),
        "let n = 0; for a in 0..9223372036854775807 { n += 1; }".to_owned(),
        "let l = [1]; for a in 0..100 { l = l + l; }".to_owned(),
        "let s = \"x\"; for a in 0..100 { s = s + s; }".to_owned(),
        "let s = \"x\"; for a in 0..100 { s = `${s}${s}`; }".to_owned(),
        "let l = []; for a in 0..1000000 { l += [it.name + it.name]; }".to_owned(),
        "let s = \"ab\"; for a in 0..100 { s = s.replace(\"a\", \"aaaa\"); }".to_owned(),
        "let l = [0]; for a in 0..100 { l = l.map(|x| x) + l; }".to_owned(),
        "let l = [[1]]; for a in 0..100 { l = [l, l]; } let s = `${l}`; if s.is_empty() { return fail(s); }".to_owned(),
        "if (0..100000000).all(|n| (0..100000000).any(|m| m == n)) { return fail(\"\"); }".to_owned(),
    ] {
        let (outcome, message) = conclude(&with(&steps), r#"{"on":false,"name":"nnnnnnnnnnnnnnnn"}"#);
        assert_eq!(outcome, Inconclusive, "{steps}");
        assert!(message.contains("operations") || message.contains("longer than"), "{steps}: {message}");
    }
}

#[test]
fn deep_rules_are_refused_or_run_and_never_end_the_program() {
    let many =
        |count: usize, open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(count), close.repeat(count));
    for depth in [10, 40, 100, 1_000, 20_000] {
        for expression in [
            many(depth, "(", "1", ")"),
            many(depth, "[", "1", "]"),
            many(depth, "!", "it.on", ""),
            many(depth, "-", "1", ""),
            many(depth, "if it.on { ", "1", " }"),
            many(depth, "[1].map(|x| ", "x", ")"),
            many(depth, "`${", "1", "}`"),
            many(depth, "{ ", "1", " }"),
        ] {
            let rule = with(&format!("let x = {expression};"));
            if problems(&rule).is_empty() {
                let _ = conclude(&rule, r#"{"on":true}"#);
            }
        }
        let sum = format!("let x = 1{};", " + 1".repeat(depth));
        if problems(&with(&sum)).is_empty() {
            check(&with(&sum), "{}", Pass, "");
        }
    }
}

#[test]
fn functions_that_multiply_are_refused() {
    let mut rule = String::from("fn f0(x) { x + x }");
    for level in 1..15 {
        let before = level - 1;
        let function = format!(" fn f{level}(x) {{ f{before}(f{before}(x)) + f{before}(x) }}");
        rule.push_str(&function);
    }
    rule += " fn evaluate(it) { if f14(1) > 0 { pass() } else { fail(\"\") } }";
    let found = problems(&rule);
    assert!(found.iter().any(|it| it.starts_with("too_large")), "{found:?}");
    assert!(problems(&"x".repeat(1_000_000)).iter().any(|it| it.starts_with("too_large")));
}

#[test]
fn values_of_facts_are_only_ever_values() {
    let hostile = "`${pass()}` \\\" ); pass(); // \u{202e} <script>";
    let body = format!(r#"{{"name":{}}}"#, serde_json::to_string(hostile).unwrap());
    check("fn evaluate(it) { fail(it.name) }", &body, Fail, hostile);
    check("fn evaluate(it) { fail(`${it.name}`) }", &body, Fail, hostile);
}

#[test]
fn a_message_is_never_longer_than_its_limit() {
    let body = format!(r#"{{"name":"{}"}}"#, "ü".repeat(5_000));
    let (outcome, message) = conclude("fn evaluate(it) { fail(it.name) }", &body);
    assert_eq!((outcome, message.chars().count()), (Fail, 1_024));
    assert!(message.ends_with('…'));
    let exact = format!(r#"{{"name":"{}"}}"#, "ü".repeat(1_024));
    assert_eq!(conclude("fn evaluate(it) { fail(it.name) }", &exact).1, "ü".repeat(1_024));
}

#[test]
fn a_deep_body_is_passed_over_without_recursion() {
    let deep = format!(r#"{{"aaa":{}1{},"on":true}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let mut fact = crate::tests::fact_of("test.thing@1", "s", "u", "{}");
    fact.body = model::Body::from_canonical(deep);
    let rules = crate::tests::read("fn evaluate(it) { if it.on { pass() } else { fail(\"\") } }").unwrap();
    let set = model::FactSet::new(vec![fact], Vec::new(), Vec::new());
    let findings = crate::evaluate(&set, &rules, crate::tests::instant(crate::tests::NOW), 1);
    assert_eq!(crate::tests::only(&findings).outcomes, [Pass]);
}

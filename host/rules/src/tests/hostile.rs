//! Rules and facts that mean harm: rows 6 and 25 of the threats.

use std::fmt::Write as _;

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
        // Whether the value before or after it counts would depend on the order in which an expression is worked out.
        (
            with("let n = 1; n += it.tags.filter(|x| { n += 1; true }).len();"),
            "not_allowed: `n` cannot be changed within a closure",
        ),
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
        ("import \"x\"; fn evaluate(it) { pass() }".into(), "syntax: "),
        ("export const X = 1; fn evaluate(it) { pass() }".into(), "syntax: "),
        (
            with("let x = `${eval(\"pass()\")}`; if x == \"\" { return fail(x); }"),
            "unknown_function: there is no function `eval`",
        ),
        (with("if it.tags.all(|tag| eval(tag)) { return fail(\"\"); }"), "unknown_function: there is no function `eval`"),
        (with("it.name.eval();"), "syntax: 'eval' is a reserved keyword"),
        (with("it.name.call();"), "unknown_function: there is no function `call`"),
        (with("let x = x::y(1);"), "syntax: "),
        (with("let x = global::y;"), "syntax: "),
        (with("let x = curry(pass);"), "unknown_function: there is no function `curry`"),
        (with("if it.tags.all(pass) { return fail(\"\"); }"), "types: `all` takes a list and a closure"),
        (with("if it.tags.all(Fn(\"pass\")) { return fail(\"\"); }"), "types: `all` takes a list and a closure"),
        (with("f(it)!;"), ""),
        ("fn string.f() { pass() } fn evaluate(it) { pass() }".into(), ""),
        ("fn evaluate(it) { it.tags.map(|f| f(f)); pass() }".into(), "unknown_function: there is no function `f`"),
        (
            "fn f(x) { [1].all(|y| f(y)) } fn evaluate(it) { if f(1) { pass() } else { fail(\"\") } }".into(),
            "not_allowed: `f` calls itself",
        ),
    ] {
        let found = problems(&rule);
        assert!(found.iter().any(|it| it.starts_with(problem)), "{rule}\n{found:?}");
    }
}

/// Row 25.
#[test]
fn threat_25_a_function_of_the_vocabulary_means_the_same_in_every_rule() {
    for name in crate::vocabulary_names() {
        for (parameters, arguments) in [("", ""), ("a", "1"), ("a, b", "1, 2"), ("a, b, c", "1, 2, 3")] {
            let rule = format!(
                "fn {name}({parameters}) {{ true }} fn evaluate(it) {{ if {name}({arguments}) {{ return pass(); }} pass() }}"
            );
            let found = problems(&rule);
            let expected = format!("not_allowed: `{name}` is a function of the vocabulary");
            assert!(found.iter().any(|it| it.starts_with(&expected)), "{rule}\n{found:?}");
        }
    }
    // A variable, a parameter or a closure's parameter of that name is no function, and takes none away.
    for name in ["pass", "fail", "not_applicable", "inconclusive", "days_ago", "is_null", "has", "all", "missing", "age", "len"] {
        for rule in [
            format!("fn evaluate(it) {{ let {name} = true; if {name} {{ return fail(\"no\"); }} pass() }}"),
            format!("fn evaluate({name}) {{ if {name}.is_null() {{ return pass(); }} fail(\"no\") }}")
                .replace(".is_null()", ".on.is_null()"),
            format!("fn say({name}) {{ if {name} {{ fail(\"no\") }} else {{ pass() }} }} fn evaluate(it) {{ say(true) }}"),
            format!("fn evaluate(it) {{ if [true].all(|{name}| {name}) {{ return fail(\"no\"); }} pass() }}"),
            format!("fn evaluate(it) {{ for {name} in [1] {{ if {name} == 1 {{ return fail(\"no\"); }} }} pass() }}"),
        ] {
            check(&rule, r#"{"on":true}"#, Fail, "no");
        }
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
        let limits = ["operations", "longer than", "nest deeper"];
        assert!(limits.iter().any(|limit| message.contains(limit)), "{steps}: {message}");
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

/// Row 6, of the reading of a rule: each text is as long as one may be.
#[test]
fn threat_6_no_text_of_a_rule_ends_the_program_that_reads_it() {
    const ROOM: usize = 126_000;
    for (before, again, after) in [
        ("let x = it", ".name", ";"),
        ("let x = it.tags", "[0]", ";"),
        ("let x = it.name", ".trim()", ";"),
        ("let x = it.tags", ".map(|x| x)", ";"),
        ("let x = it.on", " && it.on", ";"),
        ("let x = it.on", " || it.on", ";"),
        ("let x = it.on", " == it.on", ";"),
        ("let x = 1", " + 1", ";"),
        ("let x = 1", "..1", ";"),
        ("let x = 1", " in 1", ";"),
        ("let x = \"\"", " + \"\"", ";"),
        ("if it.on { }", " else if it.on { }", ""),
        ("let x = [", "1,", "];"),
        ("let x = [", "[],", "];"),
        ("let x = `", "${1}", "`;"),
        ("let x = ", "(", ""),
        ("let x = ", "[", ""),
        ("", "{", ""),
        ("", ";", ""),
        ("", "if it.on {", ""),
        ("", "for x in 0..1 {", ""),
        ("let x = ", "|x|", ""),
        ("let x = ", "!", "it.on;"),
        ("let x = ", "- ", "1;"),
        ("let x = ", "`${", ""),
        ("let x = ", "#{a:", ""),
        ("let x = ", "f(", ""),
        ("let x = ", "\"", ""),
        ("", "/*", ""),
        ("", "let x = 1;", ""),
        ("", "x=", ""),
        ("let x = it", "?.name", ";"),
        ("let x = 1", "??1", ";"),
        ("", "} fn f() {", ""),
        ("", "return ", ""),
        ("", "\u{202e}", ""),
        ("", "\0", ""),
    ] {
        let rule = with(&format!("{before}{}{after}", again.repeat((ROOM - before.len() - after.len()) / again.len())));
        let found = problems(&rule);
        assert!(found.len() <= 21, "{again}: {} problems", found.len());
        assert!(found.iter().all(|it| it.chars().count() < 1_100), "{again}: a problem is told at length");
        if found.is_empty() {
            let _ = conclude(&rule, r#"{"on":true,"name":"n","tags":["t"]}"#);
        }
    }
}

/// Row 6, of types: each function makes what it is given nest twice as deep.
#[test]
fn threat_6_types_nest_no_deeper_than_values_may() {
    let mut rule = String::from("fn f0(x) { [x] }");
    for level in 1..13 {
        let before = level - 1;
        write!(rule, " fn f{level}(x) {{ f{before}(f{before}(x)) }}").unwrap();
    }
    rule += " fn evaluate(it) { let x = f12(1); let y = x; if x == y { pass() } else { fail(\"\") } }";
    assert_eq!(problems(&rule), Vec::<String>::new());
    let (outcome, message) = conclude(&rule, "{}");
    assert_eq!((outcome, message.contains("lists nest deeper than 32")), (Inconclusive, true), "{message}");
}

/// Row 6: the deepest program that is not refused runs in an unoptimised build as in another.
#[test]
fn threat_6_the_deepest_programs_run_and_one_step_deeper_is_refused() {
    let deep = |calls: usize, depth: usize| {
        let nested = |inner: &str| format!("{}{inner}{}", "[1].map(|x| ".repeat(depth), ").len()".repeat(depth));
        let mut rule = format!("fn f0(x) {{ {} }}", nested("x"));
        for level in 1..calls {
            write!(rule, " fn f{level}(x) {{ {} }}", nested(&format!("f{}(x)", level - 1))).unwrap();
        }
        write!(rule, " fn evaluate(it) {{ if f{}(1) > 0 {{ pass() }} else {{ fail(\"\") }} }}", calls - 1).unwrap();
        rule
    };
    let mut ran = 0;
    for calls in 1..16 {
        for depth in 1..16 {
            let rule = deep(calls, depth);
            let found = problems(&rule);
            if found.is_empty() {
                ran += 1;
                check(&rule, "{}", Pass, "");
            } else {
                assert!(found.iter().all(|it| it.contains("nest deeper") || it.contains("nests deeper")), "{found:?}");
            }
        }
    }
    assert_eq!(ran, DEEP_PROGRAMS, "another number of them can be run than before: is it the same in every build?");
}

/// How many of the programs of the test above are within the limits, whatever the build.
const DEEP_PROGRAMS: usize = 105;

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

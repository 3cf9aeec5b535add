//! Row 25 of the threats as a matrix: each way to grow, in each place that a rule has for it.

use model::Outcome::Inconclusive;

use crate::tests::conclude;

/// What is grown, and the step that grows it. Where a step stands alone it would go on for ever.
const WAYS: &[(&str, &str)] = &[
    // Text.
    ("let s = \"ab\";", "s = s + s;"),
    ("let s = \"ab\";", "s += s;"),
    ("let s = \"ab\";", "s = `${s}${s}`;"),
    ("let s = \"ab\";", "s = [s, s].join(s);"),
    ("let s = \"ab\";", "s = [s, s].to_string();"),
    ("let s = \"ab\";", "s = s.replace(\"a\", \"aa\");"),
    ("let s = \"aaaa\";", "s = s.replace(\"a\", s);"),
    ("let s = \"ab\";", "s = s.to_upper() + s.to_lower();"),
    ("let s = \"ab\";", "s = s.trim() + \" \" + s;"),
    ("let s = it.name;", "s = s + it.name;"),
    // Lists.
    ("let l = [1];", "l = l + l;"),
    ("let l = [1];", "l += l;"),
    ("let l = [1];", "l += [l.len()];"),
    ("let l = [1];", "l = l.map(|x| x) + l;"),
    ("let l = [1];", "l = l.filter(|x| true) + l;"),
    ("let l = [1];", "l = l.sorted() + l;"),
    ("let l = [1];", "l = l.unique() + [l.len()];"),
    ("let l = [1];", "l = (0..l.len() * 2).map(|x| x);"),
    ("let l = [\"ab\"];", "l = l.map(|x| x + x);"),
    ("let l = [\"a,b\"];", "l = l.join(\",\").split(\",\") + l;"),
    ("let l = it.tags;", "l = l + it.tags;"),
    // Lists in lists.
    ("let l = [1];", "l = [l];"),
    ("let l = [1];", "l = [l, l];"),
    ("let l = [1];", "l += [l];"),
    ("let l = [1];", "l = l.map(|x| [x]);"),
    ("let l = [1];", "l = [l].filter(|x| true);"),
    ("let l = [1];", "l = [[l].first(), [l].last()];"),
    // Numbers.
    ("let n = 1;", "n = n * 2;"),
    ("let n = 1;", "n += n;"),
    ("let d = days(1);", "d = d + d;"),
    // Time alone: nothing grows, and each round costs more than it says.
    ("let s = \"ab\"; for i in 0..18 { s += s; }", "if !s.starts_with(s) { return fail(s); }"),
    ("let s = \"ab\"; for i in 0..18 { s += s; }", "if !s.ends_with(s) { return fail(s); }"),
    ("let s = \"ab\"; for i in 0..18 { s += s; }", "if s.contains(\"b\" + s) { return fail(s); }"),
    ("let s = \"ab\"; for i in 0..18 { s += s; }", "if s != s { return fail(s); }"),
    ("let s = \"ab\"; for i in 0..18 { s += s; }", "if s.len() == 0 || s.is_empty() { return fail(s); }"),
    ("let s = \"  \"; for i in 0..18 { s += s; }", "if s.trim() != \"\" { return fail(s); }"),
    ("let s = \"00\"; for i in 0..18 { s += s; }", "if s.parse_int() != 0 { return fail(s); }"),
    ("let s = \"ab\"; for i in 0..18 { s += s; }", "if s.split(\"c\").len() != 1 { return fail(s); }"),
    ("let s = \"ab\"; for i in 0..18 { s += s; }", "if s.replace(\"c\", \"d\") != s { return fail(s); }"),
    ("let l = (0..100000).map(|x| x);", "if l.largest() != 99999 { return fail(\"\"); }"),
    ("let l = (0..100000).map(|x| x);", "if l.contains(-1) { return fail(\"\"); }"),
    ("let l = (0..100000).map(|x| x);", "if l != l { return fail(\"\"); }"),
    ("let l = (0..100000).map(|x| x);", "if l.first() != 0 || l[-1] == 0 { return fail(\"\"); }"),
    ("let n = 0;", "n = 1 - n;"),
];

/// The places in which a step can be repeated. A closure changes nothing around it: what it grows is its own.
const PLACES: &[&str] = &[
    "fn evaluate(it) { SETUP for i in 0..9223372036854775807 { STEP } pass() }",
    "fn evaluate(it) { SETUP for i in 0..300000 { STEP } pass() }",
    "fn evaluate(it) { SETUP for i in 0..1000 { for j in 0..1000 { STEP } } pass() }",
    "fn evaluate(it) { if (0..300000).all(|i| { SETUP STEP true }) { pass() } else { fail(\"\") } }",
    "fn evaluate(it) { if (0..300000).any(|i| { SETUP STEP false }) { fail(\"\") } else { pass() } }",
    "fn evaluate(it) { let c = (0..300000).count(|i| { SETUP STEP true }); if c > 0 { pass() } else { fail(\"\") } }",
    "fn evaluate(it) { let c = (0..300000).map(|i| { SETUP STEP i }); if c.is_empty() { fail(\"\") } else { pass() } }",
    "fn evaluate(it) { let c = (0..300000).filter(|i| { SETUP STEP true }); if c.is_empty() { fail(\"\") } else { pass() } }",
    "fn evaluate(it) { let c = (0..300000).find(|i| { SETUP STEP false }); if c.is_null() { pass() } else { fail(\"\") } }",
    "fn evaluate(it) { if (0..1000).all(|i| (0..1000).all(|j| { SETUP STEP true })) { pass() } else { fail(\"\") } }",
    "fn evaluate(it) { if (0..300000).all(|i| { SETUP for j in 0..3 { STEP } true }) { pass() } else { fail(\"\") } }",
    "fn evaluate(it) { let m = `${(0..300000).all(|i| { SETUP STEP true })}`; if m == \"\" { fail(m) } else { pass() } }",
    "fn work(it) { SETUP for i in 0..300000 { STEP } pass() } fn evaluate(it) { work(it) }",
    "fn work(it, much) { SETUP for i in 0..much { STEP } pass() } fn evaluate(it) { for k in 0..1000 { work(it, 1000); } pass() }",
];

/// What a rule that wants too much is told.
const LIMITS: [&str; 4] = ["operations", "longer than", "nest deeper", "is too large"];

/// Row 25.
#[test]
fn threat_25_every_way_to_grow_in_every_place_meets_a_limit() {
    let body = r#"{"name":"nnnnnnnnnnnnnnnn","tags":["a","b"]}"#;
    for (setup, step) in WAYS {
        for place in PLACES {
            let rule = place.replace("SETUP", setup).replace("STEP", step);
            let (outcome, message) = conclude(&rule, body);
            assert_eq!(outcome, Inconclusive, "{rule}\n{message}");
            assert!(LIMITS.iter().any(|limit| message.contains(limit)), "{rule}\n{message}");
        }
    }
}

/// What a rule concludes when it made something and then goes through all of it.
#[test]
fn threat_6_nothing_that_goes_through_nested_lists_goes_deeper_than_they_may_nest() {
    for nest in ["l = [l];", "l += [l];", "l = [l, l];", "l = l.map(|x| [x]);", "l = [[[[l]]]];"] {
        for through in [
            "if l == l { return fail(\"\"); }",
            "if l.to_string() == \"\" { return fail(\"\"); }",
            "if `${l}` == \"\" { return fail(\"\"); }",
            "if l.join(\",\") == \"\" { return fail(\"\"); }",
            "if l in [l] { return fail(\"\"); }",
            "if [l, l].unique().is_empty() { return fail(\"\"); }",
            "if [l, l].sorted().is_empty() { return fail(\"\"); }",
            "l = [];",
            "",
        ] {
            for rounds in [1, 7, 31, 32, 33, 100, 10_000, 300_000] {
                let rule = format!("fn evaluate(it) {{ let l = [1]; for i in 0..{rounds} {{ {nest} }} {through} pass() }}");
                let (outcome, message) = conclude(&rule, "{}");
                let is_deep = nest.starts_with("l = [l];") && rounds >= 32;
                assert!(
                    !is_deep || (outcome, message.contains("lists nest deeper than 32")) == (Inconclusive, true),
                    "{rule}\n{message}"
                );
            }
        }
    }
    let exactly =
        |rounds: usize| conclude(&format!("fn evaluate(it) {{ let l = [1]; for i in 0..{rounds} {{ l = [l]; }} pass() }}"), "{}");
    assert_eq!(exactly(31).0, model::Outcome::Pass);
    assert_eq!(exactly(32).0, Inconclusive);
}

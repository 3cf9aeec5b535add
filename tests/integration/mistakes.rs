//! What a person is told of a mistake of their own: all of it at once, where it is, and what was probably meant.

use crate::desk::{Desk, Ran};
use crate::given_facts::{complete, user};

/// What a command said on stderr, as one line however it was broken.
fn told(ran: &Ran) -> String {
    ran.stderr.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

const CONFIG: &str = r#"threads = "four"
frameworks = ["soc2", "iso2701"]
stroe = ".engine"

[colector.x]
plugin = "x"

[collector.here]
plugin = "bundled:linux-hots"

[collector.there]
plugin = "bundled:linux-host"
kinds = ["host.os@1", "host.oss@1"]
config = { nmae = "x" }

[collector.there.grant]
files = ["etc/passwd"]
hots = []

[collector.there.limits]
memroy = "1GiB"

[collector.bare]
scopes = []

[control."access/mfaa"]
owner = "x"

[rule."identity/mfa-enforcd"]
enabled = false

[rule."identity/access-key-rotation".parameters]
max_age_day = 3

[[carve_out]]
organisation = "x"
requirements = ["iso27001:A.77.1"]
"#;

#[test]
fn mistakes_of_every_sort_in_the_configuration_are_told_in_one_go_each_with_its_line() {
    let desk = Desk::new();
    desk.write("engine.toml", CONFIG);
    let ran = desk.run(&["eval"]).expect(2);
    let said = told(&ran);
    let expected = [
        (1, "wrong_type", "`threads` is a text, a whole number is wanted", "`threads = 4`"),
        (2, "unknown_name", "there is no framework `iso2701`", "did you mean `iso27001`?"),
        (3, "unknown_key", "`stroe` is not known", "did you mean `store`?"),
        (5, "unknown_key", "`colector` is not known", "did you mean `collector`?"),
        (9, "unknown_name", "no collector `linux-hots` is bundled", "did you mean `linux-host`?"),
        (13, "unknown_name", "does not give `host.oss@1`", "did you mean `host.os@1`?"),
        (14, "configuration", "`config.nmae` is not known", "did you mean `name`?"),
        (17, "value", "`etc/passwd` is not a path pattern", "an absolute path"),
        (18, "unknown_key", "`hots` is not known in `[collector.there.grant]`", "did you mean `hosts`?"),
        (21, "unknown_key", "`memroy` is not a limit", "did you mean `memory`?"),
        (23, "missing_key", "`collector.bare` has no `plugin`", "bundled:NAME"),
        (26, "unknown_name", "there is no control `access/mfaa`", "did you mean `access/mfa`?"),
        (29, "setting", "`identity/mfa-enforcd`", "did you mean `identity/mfa-enforced`?"),
        (33, "setting", "no parameter `max_age_day`", "did you mean `max_age_days`?"),
        (37, "unknown_name", "carves out `iso27001:A.77.1`", "did you mean `iso27001:A.7.1`?"),
    ];
    for (line, code, message, help) in expected {
        for part in [&format!("engine.toml:{line}:"), &format!("::{code} "), message, help] {
            assert!(said.contains(part), "`{part}` is not in:\n{}", ran.stderr);
        }
    }
    assert!(said.contains(&format!("has {} problems", expected.len())), "{}", ran.stderr);
    assert!(!ran.stderr.lines().any(|line| line.trim() == "Error:"), "an error without a code:\n{}", ran.stderr);
    assert!(!desk.path().join(".engine").exists(), "a store was made");
}

#[test]
fn names_that_are_not_there_are_told_together_where_nothing_else_is_wrong() {
    let desk = Desk::new();
    desk.write("engine.toml", "[control.\"access/mfaa\"]\nowner = \"x\"\n[framework.soc2]\ncategories = [\"securty\"]\n");
    let said = told(&desk.run(&["eval"]).expect(2));
    for part in ["did you mean `access/mfa`?", "engine.toml:1:10", "did you mean `security`?", "engine.toml:4:15"] {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
}

#[test]
fn a_file_that_is_not_toml_names_the_place() {
    let desk = Desk::new();
    desk.write("engine.toml", "store = \".engine\"\nthreads = = 3\n");
    let said = told(&desk.run(&["eval"]).expect(2));
    assert!(said.contains("engine::config::syntax") && said.contains("engine.toml:2:"), "{said}");
}

#[test]
fn explain_says_what_was_probably_meant() {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), user("bob", false), complete(2)].join("\n")).expect(1);
    for (name, help) in [
        ("mfa-enforced", "`mfa-enforced` is the end of `identity/mfa-enforced` alone: `engine explain identity/mfa-enforced`"),
        ("identity/mfa-enforcd", "did you mean `identity/mfa-enforced`?"),
        ("acces/mfa", "did you mean `access/mfa`?"),
        ("soc2:CC66.1", "did you mean `soc2:CC6.1`?"),
        ("a.8.20", "`a.8.20` is the end of `iso27001:A.8.20` alone"),
        ("identity.user", "it is a kind of fact: `engine fact schema identity.user@1`"),
        ("identity.usr@1", "did you mean `identity.user@1`? `engine fact schema identity.user@1`"),
        ("denyed", "did you mean `denied`? `engine explain denied`"),
        ("engine::store::lokced", "did you mean `engine::store::locked`?"),
        ("engine::verify::", "names begin so: `engine::verify::differs`"),
        ("nothing-of-that-name", "names are those of the report"),
    ] {
        let said = told(&desk.run(&["explain", name]).expect(2));
        assert!(said.contains(help), "`{help}` is not in:\n{said}");
    }
    let said = told(&Desk::new().run(&["explain", "denyed"]).expect(2));
    assert!(said.contains("did you mean `denied`?"), "without a run too: {said}");
}

#[test]
fn a_mistyped_flag_names_the_nearest_and_never_a_way_to_pass_it_as_a_value() {
    let desk = Desk::new();
    for (arguments, meant) in [(&["eval", "--no-colect"][..], "--no-collect"), (&["explain", "--lsit"], "--list")] {
        let ran = desk.run(arguments).expect(2);
        assert!(ran.stderr.contains(&format!("'{meant}'")), "{}", ran.stderr);
        assert!(!ran.stderr.contains("as a value"), "{}", ran.stderr);
    }
    let ran = desk.run(&["explain", "--unlike-all"]).expect(2);
    assert!(ran.stderr.contains("'--unlike-all'") && !ran.stderr.contains("tip"), "{}", ran.stderr);
}

#[test]
fn what_the_system_said_is_said_once() {
    let desk = Desk::new();
    for arguments in [
        &["eval", "--facts", "nowhere.ndjson"][..],
        &["eval", "--config", "nowhere.toml"],
        &["init", "nowhere"],
        &["plugin", "build", "nowhere.wasm", "--manifest", "x", "-o", "y"],
        &["coverage", "--config", "nowhere.toml"],
    ] {
        let ran = desk.run(arguments).expect(2);
        assert_eq!(ran.stderr.matches("No such file").count(), 1, "{arguments:?}:\n{}", ran.stderr);
    }
}

#[test]
fn one_of_a_thing_is_not_told_as_many() {
    let desk = Desk::new();
    desk.write("facts.ndjson", [user("bob", false), complete(1)].join("\n"));
    let ran = desk.run(&["eval", "--facts", "facts.ndjson", "-o", "a.html", "-o", "a.md"]).expect(1);
    assert!(ran.stdout.contains("identity/mfa-enforced · 1 of 1 fails"), "{}", ran.stdout);
    let read = |name: &str| std::fs::read_to_string(desk.path().join(name)).unwrap();
    assert!(read("a.html").contains("1 of 1</strong> fails") && read("a.md").contains("1 of 1 fails"));
    let ran = desk.run(&["verify", "--replay"]).expect(0);
    assert!(ran.stdout.contains("is unchanged: 1 fact, 0 answers"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n1 fact and 5 outcomes are the same"), "{}", ran.stdout);
}

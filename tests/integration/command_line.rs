//! The command line as a person meets it.

use std::fs;

use crate::desk::Desk;
use crate::given_facts::{complete, user};

#[test]
fn init_writes_a_file_that_is_in_force_and_never_over_one() {
    let desk = Desk::new();
    desk.run(&["init"]).expect(0);
    let text = fs::read_to_string(desk.path().join("engine.toml")).unwrap();
    assert!(text.contains("[collector.linux-host]"));
    desk.run(&["config", "show", "--origin"]).expect(0);
    let again = desk.run(&["init"]).expect(2);
    assert!(again.stderr.contains("there already"), "{}", again.stderr);
    assert_eq!(text, fs::read_to_string(desk.path().join("engine.toml")).unwrap());
}

#[test]
fn every_problem_of_a_configuration_is_told_with_its_place() {
    let desk = Desk::new();
    desk.write("engine.toml", "threads = 0\nframeworks = [\"SOC 2\"]\n[collector.x]\nplugin = \"nowhere.wasm\"\n");
    let ran = desk.run(&["eval"]).expect(2);
    for part in ["threads", "SOC 2", "nowhere.wasm", "engine.toml"] {
        assert!(ran.stderr.contains(part), "`{part}` is not in:\n{}", ran.stderr);
    }
    assert!(!desk.path().join(".engine").exists(), "something was recorded");
}

#[test]
fn a_collector_is_configured_only_with_what_its_plugin_takes_and_limited_by_known_names() {
    let desk = Desk::new();
    let config = |extra: &str| format!("[collector.here]\nplugin = \"bundled:linux-host\"\n{extra}");
    desk.write("engine.toml", config("config = { name = 7, region = \"eu\" }\n"));
    let ran = desk.run(&["eval"]).expect(2);
    for part in ["`here`", "`config.name` is a whole number, a text is wanted", "`config.region` is not known"] {
        assert!(ran.stderr.replace('\n', " ").contains(part), "`{part}` is not in:\n{}", ran.stderr);
    }
    desk.write("engine.toml", config("limits = { patience = 3, memory = \"64MiB\", calls = 0 }\n"));
    let ran = desk.run(&["eval"]).expect(2);
    for part in ["`patience` is not a limit", "`limits.calls` wants a number above 0"] {
        assert!(ran.stderr.contains(part), "`{part}` is not in:\n{}", ran.stderr);
    }
    desk.write("engine.toml", config("limits = { memory = \"64MiB\" }\n"));
    let ran = desk.run(&["doctor"]).expect(3);
    assert!(ran.stdout.contains("wishes for `memory` up to 128MiB, has 64MiB"), "{}", ran.stdout);
    assert!(!desk.path().join(".engine").exists(), "a store was made");
}

#[test]
fn an_unknown_key_names_its_line() {
    let desk = Desk::new();
    desk.write("engine.toml", "store = \".engine\"\nframework = []\nstroe = 1\n");
    let ran = desk.run(&["eval"]).expect(2);
    assert!(ran.stderr.contains("engine.toml"), "{}", ran.stderr);
}

#[test]
fn each_form_for_other_tools_is_written_by_its_ending_and_shows_what_is_unknown() {
    let desk = Desk::new();
    desk.write("facts.ndjson", [user("alice", true), user("bob", false)].join("\n"));
    let outputs = ["a.csv", "a.md", "a.sarif", "b.sarif.json", "a.xml"];
    let arguments: Vec<_> = outputs.iter().flat_map(|name| ["-o", name]).collect();
    desk.run(&[&["eval", "--facts", "facts.ndjson"], arguments.as_slice()].concat()).expect(1);
    let read = |name: &str| fs::read_to_string(desk.path().join(name)).unwrap();
    let rows: Vec<String> = read("a.csv").lines().map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect();
    assert!(rows.iter().any(|row| row.starts_with("finding,") && row.ends_with(",fail")), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("gap,")), "{rows:?}");
    assert!(read("a.md").contains("identity/mfa-enforced"));
    assert_eq!(read("a.sarif"), read("b.sarif.json"));
    let sarif: serde_json::Value = serde_json::from_str(&read("a.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let kinds_of = |rule: &str| -> Vec<&str> {
        results.iter().filter(|it| it["ruleId"] == rule).map(|it| it["kind"].as_str().unwrap()).collect()
    };
    assert_eq!((kinds_of("identity/mfa-enforced"), kinds_of("evidence-gap/missing")), (vec!["fail"], vec!["open"]));
    let junit = read("a.xml");
    assert!(junit.contains("<failure") && junit.contains("<error"), "{junit}");
    let told = desk.run(&["report", "-o", "a.pdf"]).expect(2).stderr;
    assert!(told.contains(".sarif") && told.contains(".csv"), "{told}");
}

#[test]
fn reading_an_absent_store_says_what_to_do() {
    let ran = Desk::new().run(&["report"]).expect(2);
    assert!(ran.stderr.contains("engine eval"), "{}", ran.stderr);
}

#[test]
fn several_outputs_are_written_in_one_run_and_the_json_fits_its_schema() {
    let desk = Desk::new();
    desk.write("facts.ndjson", [user("alice", true), user("bob", false), complete(2)].join("\n"));
    desk.run(&["eval", "--facts", "facts.ndjson", "-o", "a.json", "-o", "a.html", "-o", "a.ndjson", "-o", "a.txt"]).expect(1);
    let report: serde_json::Value = serde_json::from_slice(&fs::read(desk.path().join("a.json")).unwrap()).unwrap();
    let schema = include_str!("../../docs/report.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let problems: Vec<_> = validator.iter_errors(&report).map(|it| it.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    assert!(fs::read_to_string(desk.path().join("a.html")).unwrap().contains("Content-Security-Policy"));
    let findings = fs::read_to_string(desk.path().join("a.ndjson")).unwrap();
    assert_eq!(findings.lines().count(), 10, "five rules on two subjects");
    assert_eq!(findings.matches("\"outcome\":\"fail\"").count(), 1);
}

#[test]
fn an_unknown_ending_is_refused_before_anything_is_collected() {
    let desk = Desk::new();
    let ran = desk.run(&["eval", "-o", "report.docx"]).expect(2);
    assert!(ran.stderr.contains(".json"), "{}", ran.stderr);
    assert!(!desk.path().join(".engine").exists());
}

#[test]
fn the_totals_are_the_true_denominators() {
    let report = Desk::new().eval("").expect(3).json();
    let totals: Vec<_> = report["frameworks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["id"].as_str().unwrap().to_owned(), it["summary"]["total"].as_u64().unwrap()))
        .collect();
    assert_eq!(totals, [("hipaa".to_owned(), 53), ("iso27001".to_owned(), 123), ("soc2".to_owned(), 33)]);
    let soc2 = report["frameworks"].as_array().unwrap().iter().find(|it| it["id"] == "soc2").unwrap();
    assert_eq!(soc2["summary"]["catalog_total"], 61);
}

#[test]
fn what_can_be_listed_is_listed() {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), user("bob", false), complete(2)].join("\n")).expect(1);
    for arguments in [
        &["history"][..],
        &["finding", "list"],
        &["fact", "list"],
        &["fact", "kinds"],
        &["fact", "schema", "identity.user"],
        &["fact", "schema"],
        &["control", "list"],
        &["control", "show", "access/mfa"],
        &["framework", "list"],
        &["framework", "show", "hipaa"],
        &["rule", "list"],
        &["explain", "soc2:CC6.1"],
        &["explain", "access/mfa"],
        &["explain", "identity/mfa-enforced"],
        &["explain", "count-mismatch"],
        &["crosswalk", "iso27001:A.8.5"],
        &["plugin", "list"],
        &["plugin", "inspect", "bundled:linux-host"],
        &["completions", "bash"],
        &["man"],
    ] {
        let ran = desk.run(arguments).expect(0);
        assert!(!ran.stdout.trim().is_empty(), "{arguments:?} says nothing");
    }
    let wrong = desk.run(&["explain", "nothing-of-that-name"]).expect(2);
    assert!(wrong.stderr.contains("nothing-of-that-name"), "{}", wrong.stderr);
}

#[test]
fn a_diff_names_what_changed() {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), user("bob", false), complete(2)].join("\n")).expect(1);
    desk.eval(&[user("alice", true), user("bob", true), complete(2)].join("\n")).expect(0);
    let ran = desk.run(&["diff", "r1", "r2"]).expect(0);
    assert!(ran.stdout.contains("access/mfa"), "{}", ran.stdout);
}

#[test]
fn the_shipped_rules_pass_their_fixtures_and_their_check() {
    let desk = Desk::new();
    desk.run(&["rule", "check"]).expect(0);
    desk.run(&["rule", "test"]).expect(0);
}

#[test]
fn a_rule_of_ones_own_is_evaluated_and_tested() {
    let desk = Desk::new();
    desk.write("engine.toml", "rules = [\"rules\"]\n");
    desk.write(
        "rules/access/named.rhai",
        r#"fn describe() {
    #{ title: "Every account has a name of its own", kind: "identity.user@1", controls: ["access/unique-accounts"], severity: "low", fresh_for: "24h", remediation: "Rename it." }
}
fn evaluate(user) {
    if user.name == "bob" { fail("bob is not a name") } else { pass() }
}
"#,
    );
    let body = |name: &str| user(name, true).split_once("\"body\":").unwrap().1.strip_suffix('}').unwrap().to_owned();
    let fixture = |expect: &str, name: &str| {
        format!(r#"{{"expect":"{expect}","at":"{}","body":{}}}"#, crate::given_facts::seen_at(), body(name))
    };
    desk.write(
        "rules/access/named.ndjson",
        [fixture("pass", "alice"), fixture("fail", "bob"), fixture("inconclusive", "alice").replace(r#""name":"alice","#, "")]
            .join("\n"),
    );
    desk.run(&["rule", "test", "local/access/named"]).expect(0);
    let report = desk.eval(&[user("bob", true), complete(1)].join("\n")).expect(1).json();
    assert!(report["findings"].as_array().unwrap().iter().any(|it| it["rule"] == "local/access/named"), "{report:#}");
}

#[test]
fn every_sort_of_code_is_explained_and_an_unknown_one_says_where_to_look() {
    let desk = Desk::new();
    for (code, part) in [("engine::store::locked", "Another process"), ("denied", "grant"), ("3", "nothing was assessed")] {
        let ran = desk.run(&["explain", code]).expect(0);
        assert!(ran.stdout.contains(part), "{}", ran.stdout);
    }
    let listed = desk.run(&["explain", "--list"]).expect(0).stdout;
    assert!(listed.lines().any(|line| line == "engine::config::invalid") && listed.lines().any(|line| line == "missing"));
    let ran = desk.run(&["explain", "engine::no::such"]).expect(2);
    assert!(ran.stderr.contains("engine explain --list"), "{}", ran.stderr);
}

#[test]
fn what_the_operator_switched_off_stands_in_every_form_of_the_report_and_in_its_digest() {
    let desk = Desk::new();
    let lines = [user("alice", true), complete(1)].join("\n");
    let before = desk.eval(&lines).json();
    assert_eq!(before["operator_changes"], serde_json::json!([]));
    desk.write(
        "engine.toml",
        "[rule.\"identity/mfa-enforced\"]\nenabled = false\n[rule.\"identity/access-key-rotation\".parameters]\nmax_age_days = 30\n\
         [control.\"access/mfa\"]\nenabled = false\n",
    );
    let after = desk.eval(&lines).json();
    let said: Vec<_> =
        after["operator_changes"].as_array().unwrap().iter().map(|it| format!("{} {}", it["subject"], it["change"])).collect();
    assert_eq!(
        said,
        [
            "\"rule identity/access-key-rotation\" \"its parameter max_age_days is 30\"",
            "\"rule identity/mfa-enforced\" \"switched off\"",
            "\"control access/mfa\" \"switched off\"",
        ]
    );
    assert_ne!(before["content_digest"], after["content_digest"]);
    desk.run(&["report", "-o", "a.html", "-o", "a.txt"]);
    for name in ["a.html", "a.txt"] {
        let text = fs::read_to_string(desk.path().join(name)).unwrap();
        assert!(text.contains("control access/mfa") && text.contains("its parameter max_age_days is 30"), "{name}:\n{text}");
    }
}

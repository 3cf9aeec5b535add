//! Several collectors in one run: what one of them does wrong is its own, and is told with what is unknown because of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::desk::{Desk, Ran};
use crate::replay::test_plugins;

/// A configured test collector: its name, what it does, the kind that it is asked for, and its limits.
type Collector = (&'static str, &'static str, &'static str, &'static str);

const GOOD: Collector = ("good", "good", "identity.user@1", "");

/// What is wrong with each: it is denied, gives up, takes memory, computes or sleeps without end, or traps.
const BAD: [Collector; 6] = [
    ("denied", "denied", "risk.entry@1", ""),
    ("faults", "fault", "incident.record@1", ""),
    ("hoards", "memory", "crypto.key@1", "memory = \"16MiB\""),
    ("loops", "loop", "code.change@1", "cpu = \"1s\""),
    ("sleeps", "sleep", "incident.record@1", "wall = \"1s\""),
    ("traps", "trap", "backup.vault@1", ""),
];

/// An engine.toml with these collectors, after `head`.
fn configure(desk: &Desk, head: &str, collectors: &[Collector]) {
    let component = test_plugins().join("misbehaves.wasm").display().to_string();
    let tables = collectors.iter().map(|(name, mode, kind, limits)| {
        format!(
            "[collector.{name}]\nplugin = {component:?}\nkinds = [{kind:?}]\nconfig = {{ mode = {mode:?} }}\n\
             [collector.{name}.limits]\n{limits}\n"
        )
    });
    desk.write("engine.toml", format!("{head}\n{}", tables.collect::<String>()));
}

fn eval(desk: &Desk) -> Ran {
    desk.run(&["eval", "--format", "json"])
}

/// The desk after a run of these collectors, and its report.
#[track_caller]
fn run_of(collectors: &[Collector], code: i32) -> (Desk, Value) {
    let desk = Desk::new();
    configure(&desk, "", collectors);
    let report = eval(&desk).expect(code).json();
    (desk, report)
}

fn everyone() -> Vec<Collector> {
    BAD.into_iter().chain([GOOD]).collect()
}

fn list<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    value[name].as_array().unwrap().iter().collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

/// What a report says of a collector's findings, times left out: each run has its own.
fn findings_of(report: &Value, collector: &str) -> Vec<Value> {
    let mut findings: Vec<Value> =
        list(report, "findings").into_iter().filter(|it| it["collector"] == collector).cloned().collect();
    for finding in &mut findings {
        for time in ["observed_at", "first_failed_at"] {
            finding.as_object_mut().unwrap().remove(time);
        }
    }
    findings
}

fn control<'a>(report: &'a Value, id: &str) -> &'a Value {
    list(report, "controls").into_iter().find(|it| it["id"] == id).unwrap()
}

/// Every requirement's status.
fn statuses(report: &Value) -> BTreeMap<&str, &str> {
    let requirements = list(report, "frameworks").into_iter().flat_map(|it| list(it, "requirements"));
    requirements.map(|it| (text(it, "id"), text(it, "status"))).collect()
}

/// The collectors that a report says have failed: how, and with which code.
fn failed(report: &Value) -> BTreeMap<&str, (&str, &str)> {
    let failed = list(&report["run"], "failed").into_iter();
    failed.map(|it| (text(it, "collector"), (text(it, "how"), text(it, "code")))).collect()
}

#[test]
fn a_good_collector_among_bad_ones_is_as_it_is_alone() {
    let (_, alone) = run_of(&[GOOD], 1);
    let (desk, report) = run_of(&everyone(), 1);
    let findings = findings_of(&report, "good");
    assert!(!findings.is_empty());
    assert_eq!(findings, findings_of(&alone, "good"));
    assert_eq!(control(&report, "access/mfa"), control(&alone, "access/mfa"));
    assert_eq!(control(&report, "access/mfa")["population"]["fail"], 1);
    assert!(list(&report, "gaps").iter().all(|it| it["collector"] != "good"), "{}", report["gaps"]);
    desk.run(&["verify", "--replay"]).expect(0);
}

#[test]
fn every_collector_that_failed_is_named_with_what_is_unknown_because_of_it() {
    let (desk, report) = run_of(&everyone(), 1);
    let expected = [
        ("denied", ("gave nothing", "denied")),
        ("faults", ("failed", "unsupported")),
        ("hoards", ("cut-off", "cut-off")),
        ("loops", ("cut-off", "cut-off")),
        ("sleeps", ("cut-off", "cut-off")),
        ("traps", ("cut-off", "cut-off")),
    ];
    assert_eq!(failed(&report), BTreeMap::from(expected));
    let statuses = statuses(&report);
    for (name, _, kind, limits) in BAD {
        let it = list(&report["run"], "failed").into_iter().find(|it| it["collector"] == name).unwrap();
        assert_eq!(it["kinds"], json!([kind]), "{it}");
        let limit = limits.split(' ').next().filter(|it| !it.is_empty());
        let told = limit.map(|limit| format!("raise `{limit}` under `[collector.{name}.limits]`")).unwrap_or_default();
        assert!(it["message"].as_str().unwrap().contains(&told) && !it["fix"].as_str().unwrap().is_empty(), "{it}");
        let unknown: Vec<_> = list(it, "unknown").into_iter().flat_map(|it| list(it, "requirements")).collect();
        assert!(!unknown.is_empty(), "nothing is unknown because of {name}");
        assert!(unknown.iter().all(|id| statuses[id.as_str().unwrap()] == "unknown"), "{unknown:?}");
    }
    let page = desk.path().join("report.html");
    let text = desk.run(&["report", "-o", page.to_str().unwrap(), "-o", "report.md"]).expect(1).stdout;
    let section = text.split("COLLECTORS THAT FAILED").nth(1).unwrap().split("WHAT IS UNKNOWN").next().unwrap();
    let written = [section.to_owned(), read(&desk, "report.html"), read(&desk, "report.md")];
    for written in written {
        let missing: Vec<_> = BAD.iter().filter(|(name, ..)| !written.contains(name)).collect();
        assert!(missing.is_empty() && written.to_lowercase().contains("because of it"), "{missing:?} in\n{written}");
    }
}

fn read(desk: &Desk, name: &str) -> String {
    std::fs::read_to_string(desk.path().join(name)).unwrap()
}

#[test]
fn a_run_in_which_every_collector_failed_is_unknown() {
    let (_, report) = run_of(&BAD[..2], 3);
    assert_eq!(list(&report["run"], "failed").len(), 2);
    assert_eq!(report["exit"]["code"], 3);
}

#[test]
fn every_collector_has_a_plain_line_where_stderr_is_no_terminal() {
    let desk = Desk::new();
    configure(&desk, "", &everyone());
    let ran = desk.run(&["eval", "--no-store"]).expect(1);
    // A slow machine may name those that take long, too.
    let mut lines: Vec<_> = ran.stderr.lines().filter(|it| !it.ends_with(": still collecting")).collect();
    lines.sort_unstable();
    let expected = [
        "denied: 0 facts, 1 gap",
        "faults: 0 facts, 1 gap, failed",
        "good: 3 facts, 0 gaps",
        "hoards: 0 facts, 1 gap, cut off",
        "loops: 0 facts, 1 gap, cut off",
        "sleeps: 0 facts, 1 gap, cut off",
        "traps: 0 facts, 1 gap, cut off",
    ];
    assert_eq!(lines, expected);
    assert_eq!(desk.run(&["eval", "--no-store", "--quiet"]).expect(1).stderr, "");
}

#[test]
fn how_many_run_at_once_changes_nothing_that_is_found() {
    let gaps = |at_once: usize| {
        let desk = Desk::new();
        configure(&desk, &format!("collectors_at_once = {at_once}"), &everyone());
        let report = eval(&desk).expect(1).json();
        (report["gaps"].clone(), findings_of(&report, "good"), failed(&report).len())
    };
    assert_eq!(gaps(1), gaps(7));
    let desk = Desk::new();
    configure(&desk, "collectors_at_once = 0", &[GOOD]);
    let refused = eval(&desk).expect(2);
    assert!(refused.stderr.contains("collectors_at_once"), "{}", refused.stderr);
}

#[test]
fn a_collector_that_is_gone_is_a_gap_on_the_basis_that_it_had_until_it_is_retired() {
    let (desk, before) = run_of(&everyone(), 1);
    assert_eq!(control(&before, "access/mfa")["basis"], "supplied", "what the manifest says of its evidence");
    let traps = &BAD[5..];
    for _ in 0..2 {
        configure(&desk, "", traps);
        let report = eval(&desk).expect(3).json();
        let failed = failed(&report);
        assert_eq!(failed["good"], ("took no part", "missing"));
        assert_eq!(failed["loops"], ("took no part", "missing"), "though it never named a scope");
        assert_eq!(failed["traps"], ("cut-off", "cut-off"));
        assert_eq!(control(&report, "access/mfa")["status"], "unknown");
        assert_eq!(control(&report, "access/mfa")["basis"], "supplied");
        let told = list(&report, "gaps").into_iter().find(|it| it["collector"] == "good").unwrap();
        assert!(told["message"].as_str().unwrap().contains("[[retired]]") && told["scope"] == "directory:example", "{told}");
        desk.run(&["verify", "--replay"]).expect(0);
    }
    let gone = BAD[..5].iter().chain([&GOOD]);
    let retired: Vec<_> = gone.map(|(name, ..)| format!("[[retired]]\ncollector = {name:?}\n")).collect();
    configure(&desk, &retired.concat(), traps);
    let report = eval(&desk).expect(3).json();
    assert_eq!(failed(&report).into_keys().collect::<Vec<_>>(), ["traps"]);
    assert!(list(&report, "gaps").iter().all(|it| it["collector"] == "traps"), "{}", report["gaps"]);
}

#[test]
fn a_scope_that_is_gone_is_a_gap_until_it_is_retired() {
    let (desk, _) = run_of(&[GOOD], 1);
    let engine = read(&desk, "engine.toml");
    let moved = engine.replace("mode = \"good\"", "mode = \"good\", scope = \"directory:moved\"");
    desk.write("engine.toml", &moved);
    let report = eval(&desk).expect(1).json();
    let gaps: Vec<_> = list(&report, "gaps").into_iter().map(|it| (&it["scope"], &it["code"])).collect();
    assert_eq!(gaps, [(&json!("directory:example"), &json!("missing"))]);
    assert!(report["gaps"][0]["fix"].as_str().unwrap().contains("[[retired]]"), "{}", report["gaps"]);
    assert_eq!(failed(&report), BTreeMap::new(), "the collector itself did what it should");
    desk.write("engine.toml", format!("[[retired]]\ncollector = \"good\"\nscope = \"directory:example\"\n{moved}"));
    let report = eval(&desk).expect(1).json();
    assert_eq!(list(&report, "gaps"), Vec::<&Value>::new());
}

/// Each says of accounts what is not so, and that this is all; with the code of the gap that must come of it.
const LIARS: [(&str, &str); 8] = [
    ("lies-bytes", "invalid-record"),
    ("lies-count", "count-mismatch"),
    ("lies-future", "future"),
    ("lies-id", "too-large"),
    ("lies-kind", "denied"),
    ("lies-late", "emit-after-complete"),
    ("lies-twice", "conflict"),
    ("flood", "too-large"),
];

fn liars() -> Vec<Collector> {
    LIARS.into_iter().map(|(mode, _)| (mode, mode, "identity.user@1", "facts = \"1MiB\"\nbatch = \"2MiB\"")).collect()
}

/// Rows 3 and 20: what a liar says is a gap, and the account that it made up makes nothing pass.
#[test]
fn a_liar_is_never_a_pass_and_leaves_the_others_whole() {
    let desk = Desk::new();
    configure(&desk, "", &liars());
    let report = eval(&desk).json();
    for (name, code) in LIARS {
        let gaps: Vec<_> = list(&report, "gaps").into_iter().filter(|it| it["collector"] == name).collect();
        assert!(gaps.iter().any(|it| it["code"] == code), "{name} is not told of as {code}: {gaps:?}");
    }
    assert_eq!(control(&report, "access/mfa")["status"], "unknown");
    assert!(statuses(&report).values().all(|status| *status != "supported"), "{:?}", statuses(&report));
    desk.run(&["verify", "--replay"]).expect(0);
    // Of thousands of accounts that fail a rule a report lists the first, unless it is asked for all.
    let all_of = |collectors: &[Collector]| {
        let desk = Desk::new();
        configure(&desk, "", collectors);
        let report = desk.run(&["eval", "--format", "json", "--findings", "all"]).expect(1).json();
        (desk, report)
    };
    let (_, alone) = all_of(&[GOOD]);
    let (desk, report) = all_of(&liars().into_iter().chain([GOOD]).collect::<Vec<_>>());
    assert_eq!(findings_of(&report, "good"), findings_of(&alone, "good"));
    assert!(list(&report, "gaps").iter().all(|it| it["collector"] != "good"), "{}", report["gaps"]);
    desk.run(&["verify", "--replay"]).expect(0);
}

/// Row 9: whatever a collector says, wherever it can say it, is shown inert.
#[test]
fn a_collector_that_speaks_to_the_terminal_is_shown_inert() {
    let acts: Collector = ("acts", "acts", "identity.user@1", "");
    let desk = Desk::new();
    configure(&desk, "", &[acts, GOOD]);
    let mut shown = Vec::new();
    let mut show = |arguments: &[&str]| {
        let ran: Ran = desk.command().args(arguments).env("ENGINE_LOG", "trace").output().unwrap().into();
        shown.extend([(arguments.join(" "), ran.stdout), (arguments.join(" "), ran.stderr)]);
    };
    show(&["eval", "-o", "r.md", "-o", "r.html", "-o", "r.csv"]);
    for arguments in [
        &["report"][..],
        &["doctor"],
        &["history"],
        &["fact", "list"],
        &["finding", "list"],
        &["plan"],
        &["explain", "directory:example"],
        &["diff", "r1", "r1"],
        &["verify", "--replay"],
        &["collect", "--format", "text"],
    ] {
        show(arguments);
    }
    shown.extend(["r.md", "r.html", "r.csv"].map(|name| (name.to_owned(), read(&desk, name))));
    assert!(shown[0].1.contains("all is well"), "it was not shown at all: {}", shown[0].1);
    for (from, text) in shown {
        let acts = |it: char| {
            (it.is_control() && !"\n\r\t".contains(it))
                || ('\u{202a}'..='\u{202e}').contains(&it)
                || ('\u{2066}'..='\u{2069}').contains(&it)
        };
        let at = text.chars().position(acts);
        assert_eq!(at.map(|at| text.chars().skip(at.saturating_sub(40)).take(80).collect::<String>()), None, "{from}");
        let forged = text.lines().find(|line| line.starts_with("2026-01-01 INFO") || line.contains("good\rbad"));
        assert_eq!(forged, None, "{from}");
    }
}

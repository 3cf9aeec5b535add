//! What earlier runs mean for a later one: expectations, coverage, and the clock of `--as-of`.

use crate::desk::Desk;
use crate::given_facts::{complete, user};

/// When each recorded run began, oldest first.
fn started_at(desk: &Desk) -> Vec<String> {
    let history = desk.run(&["history", "--format", "ndjson"]).expect(0).stdout;
    let run = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["started_at"].as_str().unwrap().to_owned();
    history.lines().map(run).collect()
}

#[test]
fn as_of_takes_what_was_live_by_then_whatever_was_asked_before() {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), complete(1)].join("\n")).expect(0);
    desk.eval(&[user("alice", false), complete(1)].join("\n")).expect(1);
    let times = started_at(&desk);
    let as_of = |at: &str, code: i32| desk.run(&["eval", "--no-collect", "--as-of", at]).expect(code);
    as_of(&times[1], 1);
    as_of(&times[0], 0);
    as_of(&times[1], 1);
    desk.run(&["eval", "--no-collect", "--as-of", "2001-01-01T00:00:00Z"]).expect(2);
    desk.run(&["report"]).expect(1);
}

#[test]
fn as_of_takes_each_source_from_its_own_newest_run() {
    let desk = Desk::new();
    let other = |line: String| line.replace("aws:123456789012", "aws:999999999999");
    desk.write("a.ndjson", [user("bob", false), complete(1)].join("\n"));
    desk.write("b.ndjson", [other(user("carol", true)), other(complete(1))].join("\n"));
    desk.run(&["eval", "--facts", "a.ndjson"]).expect(1);
    desk.run(&["eval", "--facts", "b.ndjson"]).expect(0);
    let last = started_at(&desk).pop().unwrap();
    desk.run(&["eval", "--no-collect", "--as-of", &last]).expect(1);
}

#[test]
fn a_collector_that_is_taken_out_is_a_gap_until_it_is_retired() {
    let desk = Desk::new();
    desk.write("tree/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
    desk.write("tree/etc/hostname", "web-1\n");
    desk.write(
        "engine.toml",
        "[collector.linux-host]\nplugin = \"bundled:linux-host\"\nfiles_root = \"tree\"\nkinds = [\"host.account@1\"]\n[collector.linux-host.grant]\nfiles = [\"/etc/passwd\", \"/etc/hostname\"]\n",
    );
    let ran = desk.run(&["eval"]);
    assert!(matches!(ran.code, 1 | 3), "{}", ran.stderr);
    desk.write("facts.ndjson", [user("alice", true), complete(1)].join("\n"));
    desk.write("engine.toml", "store = \".engine\"\n");
    let report = desk.run(&["eval", "--facts", "facts.ndjson", "--format", "json"]).expect(3).json();
    let gaps = report["gaps"].to_string();
    assert!(gaps.contains("linux-host") && gaps.contains("[[retired]]"), "{gaps}");
    desk.run(&["verify", "--replay"]).expect(0);
    desk.write("engine.toml", "store = \".engine\"\n[[retired]]\ncollector = \"linux-host\"\n");
    desk.run(&["eval", "--facts", "facts.ndjson"]).expect(0);
}

#[test]
fn coverage_that_fell_ends_with_3() {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), complete(1)].join("\n")).expect(0);
    desk.write("engine.toml", "[control.\"access/password-policy\"]\nenabled = false\n[control.\"access/mfa\"]\nenabled = false\n[control.\"access/least-privilege\"]\nenabled = false\n");
    let ran = desk.eval(&[user("alice", true), complete(1)].join("\n")).expect(3);
    assert!(ran.json()["exit"]["reason"].as_str().unwrap().contains("coverage fell"), "{}", ran.stdout);
}

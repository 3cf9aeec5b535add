//! Row 9 of the threats, of the whole command: whatever others named, nothing that the command says acts on a terminal, and
//! no line of it is one that somebody else began.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::desk::{Desk, Ran};

/// What clears the line, makes a link, fills the clipboard, turns the direction, hides, and begins a line of its own.
const EVIL: &str = "x\u{7f}\u{85}\u{9b}2K\u{9d}52;c;eA==\u{9c}\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}\u{ffff}";

/// The same, where a name may hold anything.
const WORSE: &str = "x\u{1b}[2K\u{1b}]8;;http:y\u{7}\u{1b}]52;c;eA==\u{7}\r\n2026-11-23T10:00:00Z  INFO forged\u{202e}";

fn is_active(c: char) -> bool {
    let is_hidden = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
    (c.is_control() && c != '\n') || is_hidden
}

#[track_caller]
fn is_inert(what: &str, ran: &Ran) {
    // The lines of CSV end so (RFC 4180).
    let stdout = if what == "csv" { ran.stdout.replace("\r\n", "\n") } else { ran.stdout.clone() };
    for (stream, text) in [("stdout", &stdout), ("stderr", &ran.stderr)] {
        assert_eq!(text.chars().find(|c| is_active(*c)), None, "`{what}` writes to {stream} what acts:\n{text:?}");
        // A name that goes on in the next line is indented there, or behind the bar of its page.
        for line in text.lines() {
            assert!(!line.starts_with("2026-11-23T10:00:00Z  INFO") && !line.starts_with("forged"), "`{what}`: {line:?}");
        }
    }
}

/// Lines of facts of which everything that may hold it holds what acts.
fn facts() -> String {
    let text = serde_json::to_string(WORSE).unwrap();
    let evil = serde_json::to_string(EVIL).unwrap();
    let observed = r#""observed_at":"2026-11-23T10:00:00Z""#;
    let name = "\\u00adx\\ue000\\u2028y\\u180e";
    [
        format!(r#"{{"kind":"identity.user@1","subject":"{name}","scope":"{name}",{observed},"body":{{"name":{text},"account":{evil},"created_at":"2026-01-05T09:00:00Z","console_access":true,"mfa_enabled":false,"password_last_used_at":null,"access_keys":[],"policies":[{text}],"groups":[{evil}],"password_policy":{{"min_length":16,"require_symbols":true}}}}}}"#),
        format!(r#"{{"complete":{{"kind":"identity.user@1","scope":"{name}","count":1,{observed}}}}}"#),
        format!(r#"{{"gap":{{"kind":"storage.bucket@1","scope":"{name}","code":"denied","message":{text}}}}}"#),
    ]
    .join("\n")
}

/// Row 9. Seen without the defence: `fact list --format ndjson` writes bidirectional overrides where it writes as it is given.
#[test]
fn threat_9_nothing_that_a_command_says_acts_on_a_terminal() {
    let desk = Desk::new();
    let lines = facts();
    desk.write("facts.ndjson", &lines);
    for format in ["text", "json", "ndjson", "html", "csv", "markdown", "sarif", "junit"] {
        let ran = desk.run(&["eval", "--facts", "facts.ndjson", "--format", format]);
        assert!(ran.code == 1 || ran.code == 3, "{}", ran.stderr);
        is_inert(format, &ran);
    }
    for arguments in [
        &["fact", "list"][..],
        &["fact", "list", "--format", "ndjson"],
        &["fact", "show", "facts:fact:1"],
        &["explain", "facts:fact:1"],
        &["finding", "list"],
        &["finding", "list", "--format", "ndjson"],
        &["control", "list"],
        &["explain", "denied"],
        &["explain", "soc2:CC6.1"],
        &["plan"],
        &["history"],
        &["history", "--format", "ndjson"],
        &["diff", "1", "2"],
        &["diff", "1", "2", "--format", "ndjson"],
        &["report"],
        &["verify", "1"],
        &["explain", EVIL],
        &["fact", "show", EVIL],
        &["finding", "list", "--rule", EVIL],
    ] {
        let ran = desk.run(arguments);
        assert!(!arguments.contains(&"ndjson") || ran.code == 0, "{arguments:?}: {}", ran.stderr);
        is_inert(&arguments.join(" "), &ran);
    }
    let listed = desk.run(&["fact", "list", "--format", "ndjson"]).expect(0);
    let name = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["body"]["name"].as_str().map(str::to_owned);
    assert!(listed.stdout.lines().filter_map(name).any(|it| it == WORSE), "the value stands whole: {}", listed.stdout);
}

/// Row 9: the messages about files that are not as they should be. Seen without the defence: pages of errors move the cursor.
#[test]
fn threat_9_a_message_about_a_bad_file_shows_what_is_in_it_and_in_its_name_inert() {
    let desk = Desk::new();
    let describe = "fn describe() { #{ title: \"T\", kind: \"identity.user@1\", controls: [\"access/mfa\"], severity: \"low\", fresh_for: \"24h\", remediation: \"R\" } }";
    desk.write(
        "rules/own/bad.rhai",
        format!("{describe}\nfn evaluate(user) {{ let x = \"{EVIL}\"; user.{WORSE}; // {WORSE}\n pass(\"{WORSE}\") }}"),
    );
    for arguments in [&["rule", "check", "bad"][..], &["rule", "list"], &["rule", "test"], &["eval"], &["doctor"]] {
        is_inert(&arguments.join(" "), &desk.run(arguments));
    }
    let lines = [
        format!("{{\"{WORSE}"),
        serde_json::json!({ WORSE: WORSE }).to_string(),
        serde_json::json!({ "kind": WORSE, "subject": WORSE, "scope": WORSE, "body": { WORSE: WORSE } }).to_string(),
        serde_json::json!({ "kind": "identity.user@1", "subject": "s", "scope": "s", "observed_at": WORSE, "body": {} })
            .to_string(),
        serde_json::json!({ "gap": { "kind": "identity.user@1", "scope": WORSE, "code": WORSE, "message": WORSE } }).to_string(),
        "{\"kind\":\"identity.user@1\",\"subject\":\"\\ud800\\u202e\",\"scope\":\"s\",\"body\":{}}".to_owned(),
    ];
    for line in lines {
        let desk = Desk::new();
        is_inert("eval --facts", &desk.eval(&line));
        desk.write("engine.toml", format!("# {line}\nthreads = \"{EVIL}\"\n[\"{EVIL}\"]\nx = '{EVIL}'\n"));
        is_inert("eval", &desk.run(&["eval"]));
    }
    let desk = Desk::new();
    let folder = "a\n2026-11-23T10:00:00Z  INFO forged\u{1b}[2K\u{202e}";
    desk.write(&format!("{folder}/engine.toml"), "[collector.x]\nplugin = \"absent.wasm\"\nthreads = 1\n");
    desk.write(&format!("{folder}/facts.ndjson"), "{");
    for arguments in [
        &["eval"][..],
        &["config", "show", "--origin"],
        &["doctor"],
        &["eval", "--facts", "facts.ndjson", "-o", "x\n2026-11-23T10:00:00Z  INFO forged\u{202e}"],
        &["eval", "--facts", "x\u{1b}[2K\n2026-11-23T10:00:00Z  INFO forged"],
        &["plugin", "inspect", "x\u{1b}[2K\n2026-11-23T10:00:00Z  INFO forged"],
    ] {
        let ran = desk.command().current_dir(desk.path().join(folder)).args(arguments).output().unwrap().into();
        is_inert(&arguments.join(" "), &ran);
    }
}

/// Row 9: the log of those who develop. Seen without the defence: a line of it begins with the name of a folder.
#[test]
fn threat_9_the_log_has_no_line_that_a_name_began() {
    let desk = Desk::new();
    desk.write("facts.ndjson", facts());
    let cache = desk.path().join("c\n2026-11-23T10:00:00Z  INFO forged\u{1b}[2K\u{202e}\u{9b}1m");
    fs::create_dir(&cache).unwrap();
    // Others may enter it: the log says that it is not used, with its name.
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o755)).unwrap();
    desk.write("engine.toml", "[collector.linux-host]\nplugin = \"bundled:linux-host\"\n");
    let ran: Ran = desk.command().env("ENGINE_CACHE", &cache).env("ENGINE_LOG", "trace").args(["eval"]).output().unwrap().into();
    assert!(ran.stderr.contains("is not private"), "{}", ran.stderr);
    is_inert("eval with a log", &ran);
}

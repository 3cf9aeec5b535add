//! `engine eval --facts`: what the algebra says of the lines of the format.

use crate::desk::Desk;

/// An hour ago, to the second: fresh whenever the tests run, and the same for all lines of one test run.
pub(crate) fn seen_at() -> &'static str {
    static SEEN_AT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    SEEN_AT.get_or_init(|| {
        #[expect(clippy::disallowed_methods, reason = "facts are fresh by the machine's clock")]
        let now = jiff::Timestamp::now().as_second();
        jiff::Timestamp::from_second(now - 3_600).unwrap().to_string()
    })
}

/// One whole account that every identity rule passes.
pub(crate) fn user(name: &str, mfa: bool) -> String {
    let seen_at = seen_at();
    format!(
        r#"{{"kind":"identity.user@1","subject":"aws:iam::123456789012:user/{name}","scope":"aws:123456789012","observed_at":"{seen_at}","body":{{"name":"{name}","account":"123456789012","created_at":"2026-01-05T09:00:00Z","console_access":true,"mfa_enabled":{mfa},"password_last_used_at":"{seen_at}","access_keys":[],"policies":["ReadOnlyAccess"],"groups":["developers"],"password_policy":{{"min_length":16,"require_symbols":true}}}}}}"#
    )
}

pub(crate) fn complete(count: usize) -> String {
    let seen_at = seen_at();
    format!(r#"{{"complete":{{"kind":"identity.user@1","scope":"aws:123456789012","count":{count},"observed_at":"{seen_at}"}}}}"#)
}

fn eval(desk: &Desk, lines: &[String]) -> crate::desk::Ran {
    desk.write("facts.ndjson", lines.join("\n"));
    desk.run(&["eval", "--facts", "facts.ndjson", "--format", "json"])
}

#[test]
fn a_passing_user_in_a_complete_scope_ends_with_0() {
    let ran = eval(&Desk::new(), &[user("alice", true), complete(1)]).expect(0);
    let report = ran.json();
    let control = report["controls"].as_array().unwrap().iter().find(|it| it["id"] == "access/mfa").unwrap();
    assert_eq!(control["status"], "passing");
    assert_eq!(control["population"]["pass"], 1);
}

#[test]
fn facts_without_completeness_end_with_3() {
    let report = eval(&Desk::new(), &[user("alice", true)]).expect(3).json();
    assert_eq!(report["gaps"][0]["code"], "missing");
}

#[test]
fn a_gap_ends_with_3() {
    let gap = r#"{"gap":{"kind":"storage.bucket@1","scope":"aws:123456789012","code":"denied","message":"s3:ListAllMyBuckets"}}"#;
    let report = eval(&Desk::new(), &[user("alice", true), complete(1), gap.to_owned()]).expect(3).json();
    assert!(
        report["gaps"].as_array().unwrap().iter().any(|it| it["kind"] == "storage.bucket@1" && it["code"] == "denied"),
        "{report}"
    );
}

#[test]
fn a_failing_user_ends_with_1() {
    let report = eval(&Desk::new(), &[user("alice", true), user("bob", false), complete(2)]).expect(1).json();
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "identity/mfa-enforced");
    assert_eq!(finding["subject"], "aws:iam::123456789012:user/bob");
    assert_eq!(report["exit"]["code"], 1);
}

#[test]
fn a_failing_user_in_an_incomplete_scope_still_ends_with_1() {
    eval(&Desk::new(), &[user("bob", false)]).expect(1);
}

#[test]
fn an_empty_file_ends_with_3() {
    eval(&Desk::new(), &[]).expect(3);
}

#[test]
fn a_wrong_count_ends_with_3() {
    let report = eval(&Desk::new(), &[user("alice", true), complete(2)]).expect(3).json();
    assert_eq!(report["gaps"][0]["code"], "count-mismatch");
}

#[test]
fn an_absent_field_is_inconclusive_and_named() {
    let line = user("alice", true).replace(r#""mfa_enabled":true,"#, "");
    let report = eval(&Desk::new(), &[line, complete(1)]).expect(3).json();
    let text = report.to_string();
    assert!(text.contains("mfa_enabled"), "{text}");
}

#[test]
fn stale_facts_never_pass() {
    let desk = Desk::new();
    desk.write("facts.ndjson", [user("alice", true), complete(1)].join("\n"));
    // Two days on: stale for rules that want evidence of a day, and no rule fails by then.
    let later = (seen_at().parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_hours(48)).to_string();
    let ran = desk.run(&["eval", "--facts", "facts.ndjson", "--as-of", &later, "--format", "json"]);
    let report = ran.expect(3).json();
    assert_eq!(report["findings"][0]["outcome"], "inconclusive");
}

#[test]
fn a_line_that_is_no_json_is_an_error_with_its_place() {
    let ran = eval(&Desk::new(), &[user("alice", true), "{not json}".to_owned(), complete(1)]).expect(2);
    assert!(ran.stderr.contains("line 2") || ran.stderr.contains(":2:"), "{}", ran.stderr);
}

#[test]
fn the_content_digest_is_the_same_in_two_runs_and_on_any_number_of_threads() {
    let users: Vec<String> = (0..300).map(|at| user(&format!("user{at}"), at % 7 != 0)).chain([complete(300)]).collect();
    let digest = |desk: &Desk, threads: &str| {
        desk.write("facts.ndjson", users.join("\n"));
        let ran = desk.run(&["eval", "--facts", "facts.ndjson", "--format", "json", "--threads", threads]).expect(1);
        ran.json()["content_digest"].as_str().unwrap().to_owned()
    };
    let desk = Desk::new();
    let one = digest(&desk, "1");
    assert_eq!(one, digest(&desk, "2"), "second run of the same store, two threads");
    assert_eq!(one, digest(&Desk::new(), "2"), "another store");
}

#[test]
fn facts_on_stdin_are_facts() {
    let desk = Desk::new();
    let path = desk.write("facts.ndjson", [user("alice", true), complete(1)].join("\n"));
    let input = std::fs::File::open(path).unwrap();
    let ran: crate::desk::Ran = desk.command().args(["eval", "--facts", "-"]).stdin(input).output().unwrap().into();
    ran.expect(0);
}

#[test]
fn what_fact_list_writes_evaluates_to_the_same() {
    let desk = Desk::new();
    eval(&desk, &[user("alice", true), user("bob", false), complete(2)]).expect(1);
    let listed = desk.run(&["fact", "list", "--format", "ndjson"]).expect(0).stdout;
    desk.write("facts.ndjson", listed);
    let again = Desk::new();
    again.write("facts.ndjson", std::fs::read(desk.path().join("facts.ndjson")).unwrap());
    let ran = again.run(&["eval", "--facts", "facts.ndjson", "--format", "json"]).expect(1);
    let first = desk.run(&["report", "--format", "json"]).expect(1).json();
    assert_eq!(ran.json()["content_digest"], first["content_digest"]);
}

#[test]
fn a_scope_that_falls_silent_is_a_gap_until_it_is_retired() {
    let desk = Desk::new();
    let other = |line: String| line.replace("aws:123456789012\"", "aws:999999999999\"");
    let both = [user("alice", true), complete(1), other(user("carol", true)), other(complete(1))];
    eval(&desk, &both).expect(0);
    let report = eval(&desk, &both[..2]).expect(3).json();
    assert_eq!(report["gaps"][0]["scope"], "aws:999999999999");
    desk.write("engine.toml", "[[retired]]\ncollector = \"facts:facts.ndjson\"\nscope = \"aws:999999999999\"\n");
    eval(&desk, &both[..2]).expect(0);
}

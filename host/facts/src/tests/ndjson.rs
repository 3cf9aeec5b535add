//! Facts that the organisation supplies, in and out.

use model::{Completeness, FactSet};

use super::*;
use crate::{Filter, NdjsonError, merge, write_ndjson};

const FACT: &str =
    r#"{"kind":"test.thing@1","subject":"x","scope":"s","observed_at":"2026-11-23T10:00:00Z","body":{"name":"n"}}"#;
const COMPLETE: &str = r#"{"complete":{"kind":"test.thing@1","scope":"s","count":1,"observed_at":"2026-11-23T11:00:00Z"}}"#;

#[track_caller]
fn bad(text: &str, expected: &str) {
    match read(text) {
        Err(error @ NdjsonError::BadLines { .. }) => assert_eq!(error.to_string(), expected),
        other => panic!("{text}: {other:?}"),
    }
}

fn written(set: &FactSet, filter: &Filter) -> String {
    let mut out = Vec::new();
    write_ndjson(&mut out, set, filter).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_lines_of_the_design_are_read() {
    let text = concat!(
        r#"{"kind":"identity.user@1","subject":"aws:iam::123456789012:user/alice","scope":"aws:123456789012","observed_at":"2026-11-23T10:00:00Z","body":{"name":"alice","account":"1","created_at":"2026-01-01T00:00:00Z","console_access":true,"mfa_enabled":false,"access_keys":[],"policies":[],"groups":[]}}"#,
        "\n",
        r#"{"expect":{"kind":"identity.user@1","scope":"aws:123456789012"}}"#,
        "\n",
        r#"{"complete":{"kind":"identity.user@1","scope":"aws:123456789012","count":1,"observed_at":"2026-11-23T10:00:00Z"}}"#,
        "\n",
        r#"{"gap":{"kind":"storage.bucket@1","scope":"aws:123456789012","code":"denied","message":"s3:ListAllMyBuckets"}}"#,
    );
    let kinds = super::kinds::shipped();
    let admitted = read_ndjson(text.as_bytes(), &collector(), &[], &kinds, &Limits::default(), now(), 1).unwrap();
    assert_eq!(counts(&admitted), [Some(1), None]);
    assert_eq!(shown(&admitted.gaps), ["storage.bucket@1 aws:123456789012 - denied: s3:ListAllMyBuckets"]);
    assert!(admitted.scopes.iter().all(|scope| scope.basis == Basis::Supplied));
}

#[test]
fn the_members_of_a_fact_may_stand_in_any_order() {
    let sorted = r#"{"body":{"name":"n"},"kind":"test.thing","observed_at":"2026-11-23T10:00:00Z","scope":"s","subject":"y"}"#;
    let other = r#"{"body":{"b":1},"kind":"test.old","observed_at":"2026-11-23T10:00:00Z","scope":"s","subject":"y"}"#;
    let admitted = read([sorted, other, sorted.replace("\"y\"", "\"z\"").as_str(), other, FACT].join("\n")).unwrap();
    assert_eq!(admitted.facts.iter().map(|fact| fact.subject.as_str()).collect::<Vec<_>>(), ["y", "x", "y", "z"]);
}

#[test]
fn a_line_of_no_known_form_is_named_with_its_place() {
    bad("{\n", "1 line is no line of facts\n  line 1, column 1: not JSON: EOF while parsing an object");
    bad("  nul", "1 line is no line of facts\n  line 1, column 5: not JSON: EOF while parsing a value");
    bad("[1]", "1 line is no line of facts\n  line 1, column 1: a line is one JSON object");
    bad(&format!("{FACT}\n\n{{}}\n"), "1 line is no line of facts\n  line 3, column 1: `kind` is missing");
    bad(
        &FACT.replace("subject", "subjct"),
        "1 line is no line of facts\n  line 1, column 33: `subjct` is not a member of this form; did you mean `subject`?",
    );
    bad(
        &FACT.replace("test.thing@1", "Thing"),
        "1 line is no line of facts\n  line 1, column 9: `kind`: `Thing@1` is not a kind: dotted lower-case words and a major version, such as `identity.user@1`",
    );
    bad(
        &FACT.replace("\"s\"", "7"),
        "1 line is no line of facts\n  line 1, column 46: `scope`: expected a text, found the number 7",
    );
    bad(
        &FACT.replace(r#","observed_at":"2026-11-23T10:00:00Z""#, ""),
        "1 line is no line of facts\n  line 1, column 1: `observed_at` is missing",
    );
    bad(
        &FACT.replace(r#"{"kind"#, r#"{"expect":{},"kind"#),
        "1 line is no line of facts\n  line 1, column 21: `kind` is not a member of this form",
    );
    bad(
        &COMPLETE.replace('1', "-1"),
        "1 line is no line of facts\n  line 1, column 21: `kind`: `test.thing@-1` is not a kind: dotted lower-case words and a major version, such as `identity.user@1`",
    );
    bad(
        &COMPLETE.replace(":1,", ":\"1\","),
        "1 line is no line of facts\n  line 1, column 13: `complete`: invalid type: string \"1\", expected u64",
    );
    bad(r#"{"gap":{"kind":"a.b@1","scope":"s"}}"#, "1 line is no line of facts\n  line 1, column 1: `code` is missing");
}

#[test]
fn twenty_bad_lines_are_named_and_the_rest_counted_whatever_the_threads() {
    // More than a chunk, so that several workers see bad lines.
    let text = format!("{}{}", "x\n".repeat(30), format!("{FACT}\nx\n").repeat(20_000));
    for threads in [1, 3] {
        let error = read_ndjson(text.as_bytes(), &collector(), &[], &kinds(), &Limits::default(), now(), threads).unwrap_err();
        let NdjsonError::BadLines { lines, count } = &error else { panic!("{error:?}") };
        assert_eq!((lines.len(), lines[19].line, *count), (20, 20, 20_030));
        assert!(error.to_string().ends_with("\n  and 20010 more"));
    }
}

#[test]
fn a_line_that_does_not_fit_its_kind_is_a_gap_that_names_the_line() {
    let admitted = read(format!("{FACT}\n{}\n", FACT.replace("\"n\"", "1").replace("\"x\"", "\"y\""))).unwrap();
    assert_eq!(shown(&admitted.gaps), ["test.thing@1 s y invalid-record: line 2: `name`: expected a string, found the number 1"]);
    let admitted = read(FACT.replace("test.thing@1", "test.thin")).unwrap();
    assert_eq!(
        shown(&admitted.gaps),
        ["test.thin@1 s x unknown-kind: line 1: the kind `test.thin@1` is not known; did you mean `test.thing@1`?"]
    );
    let admitted = read(FACT.replace("10:00:00", "12:05:01")).unwrap();
    assert_eq!(shown(&admitted.gaps), ["test.thing@1 s x future: line 1: seen at 2026-11-23T12:05:01Z, which is in the future"]);
    let admitted = read(FACT.replace("2026-11-23", "2026-11-32")).unwrap();
    assert_eq!(
        shown(&admitted.gaps)[0],
        "test.thing@1 s x invalid-record: line 1: `observed_at`: expected a timestamp such as `2026-11-23T10:00:00Z`, found `2026-11-32T10:00:00Z`"
    );
    assert_eq!(read(FACT.replace("10:00:00", "12:05:00")).unwrap().facts.len(), 1, "clocks may differ by five minutes");
}

#[test]
fn a_scope_is_complete_as_of_the_claim_or_else_of_its_oldest_fact() {
    let at = |text: &str| match read(text).unwrap().scopes[0].completeness {
        Completeness::Complete { observed_at, .. } => observed_at.to_string(),
        Completeness::Incomplete => "incomplete".to_owned(),
    };
    let unnamed = COMPLETE.replace(r#","observed_at":"2026-11-23T11:00:00Z""#, "");
    assert_eq!(at(&format!("{FACT}\n{COMPLETE}")), "2026-11-23T11:00:00Z");
    assert_eq!(at(&format!("{FACT}\n{unnamed}")), "2026-11-23T10:00:00Z");
    assert_eq!(at(&unnamed.replace(":1}", ":0}")), "2026-11-23T12:00:00Z");
    assert_eq!(at(&format!("{FACT}\n{}", COMPLETE.replace("11:00", "12:06"))), "incomplete");
    assert_eq!(at(&format!("{COMPLETE}\n{FACT}")), "incomplete", "a fact after the claim");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_trouble() {
    assert_eq!(counts(&read(format!("\u{feff}{FACT}\r\n{COMPLETE}\r\n")).unwrap()), [Some(1)]);
    assert_eq!(read("").unwrap(), Admitted::default());
}

#[test]
fn a_stream_that_fails_is_an_error() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("gone"))
        }
    }
    let error = read_ndjson(Broken, &collector(), &[], &kinds(), &Limits::default(), now(), 2).unwrap_err();
    assert!(matches!(error, NdjsonError::Unreadable { line: 0, .. }));
}

#[test]
fn what_is_written_can_be_filtered() {
    let other = FACT.replace("\"s\"", "\"t\"").replace("\"x\"", "\"y\"");
    let set = merge(vec![read(format!("{FACT}\n{COMPLETE}\n{other}")).unwrap()]);
    let scope = Filter { scope: Some("s".parse().unwrap()), ..Filter::default() };
    assert_eq!(written(&set, &scope), format!("{FACT}\n{COMPLETE}\n"));
    let subject = Filter { subject: Some("y".parse().unwrap()), ..Filter::default() };
    assert_eq!(written(&set, &subject), format!("{other}\n"));
    assert_eq!(written(&set, &Filter { collector: Some("d".parse().unwrap()), ..Filter::default() }), "");
}

#[test]
fn two_parts_of_one_collector_are_complete_only_when_they_agree() {
    let part = |text: &str| read(text).unwrap();
    let whole = part(&format!("{FACT}\n{COMPLETE}"));
    let states = |set: &FactSet| (set.scopes().to_vec(), set.facts().len(), shown(set.gaps()));
    let same = merge(vec![whole.clone(), whole.clone()]);
    assert_eq!(states(&same), (whole.scopes.clone(), 1, vec![]));
    let differing = part(&format!("{}\n{COMPLETE}", FACT.replace("\"n\"", "\"m\"")));
    let conflict = merge(vec![whole.clone(), differing.clone()]);
    assert_eq!(conflict, merge(vec![differing, whole.clone()]));
    assert_eq!(conflict.scopes()[0].completeness, Completeness::Incomplete);
    assert_eq!(conflict.gaps()[0].code, model::GapCode::CONFLICT);
    let more = part(&format!("{}\n{COMPLETE}", FACT.replace("\"x\"", "\"y\"")));
    let together = merge(vec![whole, more]);
    assert_eq!(
        shown(together.gaps()),
        ["test.thing@1 s - count-mismatch: the collector's parts differ: together they have 2 subjects"]
    );
}

/// With a gap for every `expect` of a kind that is not known, what was read again had one gap more.
#[test]
fn kinds_that_are_not_known_read_the_same_again() {
    let lines = concat!(
        r#"{"kind":"test.none@1","subject":"x","scope":"s","observed_at":"2026-11-23T10:00:00Z","body":{}}"#,
        "\n",
        r#"{"kind":"test.thing@1","subject":"x","scope":"s","observed_at":"2026-11-23T10:00:00Z","body":{}}"#,
    );
    let mut unreadable = admitted(vec![
        Record::Expect { kind: "no kind".into(), scope: "s".into() },
        Record::Expect { kind: "test.none@1".into(), scope: "a\u{202e}b".into() },
    ]);
    unreadable.scopes.iter_mut().for_each(|scope| scope.basis = Basis::Supplied);
    for first in [read(lines).unwrap(), unreadable] {
        let first = crate::merge(vec![first]);
        let mut out = Vec::new();
        crate::write_ndjson(&mut out, &first, &crate::Filter::default()).unwrap();
        assert_eq!(crate::merge(vec![read(&out).unwrap()]), first);
    }
}

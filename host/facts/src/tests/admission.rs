//! What a collector's records become.

use model::{Fact, FieldGap, GapCode, ReadFrom};

use super::*;

const ONE: &str = r#"{"subject":"x","body":{"name":"n"}}"#;

#[test]
fn a_body_is_kept_in_its_canonical_form() {
    taken(r#"{"name":"n"}"#, r#"{"name":"n"}"#);
    taken(r#" { "size" : -7 , "name" : "n" } "#, r#"{"name":"n","size":-7}"#);
    taken(r#"{"name":"a\u0062\u000a\"é\/"}"#, r#"{"name":"ab\n\"é/"}"#);
    taken(r#"{"n\u0061me":"n"}"#, r#"{"name":"n"}"#);
    taken(r#"{"seen_at":"2026-11-23T12:30:00.500+02:00","name":""}"#, r#"{"name":"","seen_at":"2026-11-23T10:30:00.5Z"}"#);
    taken(
        r#"{"parts":[{"made_at":"2026-01-01T00:00:00Z","id":"1"},{"id":"2"}],"name":"n","lock":{"open":true},"age":60,"state":"on"}"#,
        r#"{"age":60,"lock":{"open":true},"name":"n","parts":[{"id":"1","made_at":"2026-01-01T00:00:00Z"},{"id":"2"}],"state":"on"}"#,
    );
    taken(r#"{"name":"n","lock":null,"size":null,"parts":[]}"#, r#"{"lock":null,"name":"n","parts":[],"size":null}"#);
    taken(r#"{"name":"n","size":9223372036854775807}"#, r#"{"name":"n","size":9223372036854775807}"#);
}

#[test]
fn a_refusal_says_which_field_what_was_expected_and_what_was_found() {
    refused("{}", "`name`: expected a string, found nothing");
    refused(r#"{"name":null}"#, "`name`: expected a string, found null");
    refused(r#"{"name":1}"#, "`name`: expected a string, found the number 1");
    refused(
        r#"{"name":"n","size":1.5}"#,
        "`size`: expected a whole number of 64 bits or null, found a number with a fraction or an exponent",
    );
    refused(
        r#"{"name":"n","size":9223372036854775808}"#,
        "`size`: expected a whole number of 64 bits or null, found a number that does not fit in 64 bits",
    );
    refused(r#"{"name":"n","size":true}"#, "`size`: expected a whole number of 64 bits or null, found true");
    refused(r#"{"name":"n","state":"onn"}"#, "`state`: expected one of `on`, `off`, found the text `onn`");
    refused(
        r#"{"name":"n","seen_at":"yesterday"}"#,
        "`seen_at`: expected a timestamp such as `2026-11-23T10:00:00Z` or null, found the text `yesterday`",
    );
    refused(r#"{"name":"n","age":"1h"}"#, "`age`: expected a whole number of seconds, found the text `1h`");
    refused(r#"{"name":"n","parts":[{"id":"1"},null]}"#, "`parts[1]`: expected a record, found null");
    refused(
        r#"{"name":"n","parts":[{"id":"1"},{"id":"2","made_at":null}]}"#,
        "`parts[1].made_at`: expected a timestamp such as `2026-11-23T10:00:00Z`, found null",
    );
    refused(r#"{"name":"n","parts":[{}]}"#, "`parts[0].id`: expected a string, found nothing");
    refused(r#"{"name":"n","lock":{}}"#, "`lock.open`: expected a bool, found nothing");
    refused(r#"{"name":"n","nmae":"m"}"#, "`nmae`: `test.thing@1` has no such field; did you mean `name`?");
    refused(
        r#"{"name":"n","parts":[{"id":"1","mad_at":"m"}]}"#,
        "`parts[0].mad_at`: `test.thing@1` has no such field; did you mean `parts[0].made_at`?",
    );
    refused(r#"{"name":"n","name":"n"}"#, "`name` stands twice");
    refused("[]", "`body`: expected a record, found a list");
    refused("null", "`body`: expected a record, found null");
}

#[test]
fn the_value_of_a_sensitive_field_is_not_quoted() {
    refused(r#"{"name":"n","secret":"hunter2"}"#, "`secret`: expected one of `a`, found another text");
}

#[test]
fn a_batch_and_its_claim_make_a_complete_scope() {
    let admitted = admitted(vec![
        emit("s", "{\"subject\":\"b\",\"body\":{\"name\":\"n\"}}\r\n\n{\"subject\":\"a\",\"body\":{\"name\":\"n\"}}"),
        complete("s", 2),
    ]);
    assert_eq!(shown(&admitted.gaps), Vec::<String>::new());
    assert_eq!(counts(&admitted), [Some(2)]);
    let subjects: Vec<&str> = admitted.facts.iter().map(|fact| fact.subject.as_str()).collect();
    assert_eq!(subjects, ["a", "b"]);
    assert_eq!(admitted.facts[0].observed_at, now(), "a fact that names no time was seen when it was emitted");
}

#[test]
fn volatile_fields_stand_beside_the_digest() {
    let one = |seen: &str| {
        let line = format!(r#"{{"subject":"x","body":{{"seen_at":"{seen}","name":"n"}}}}"#);
        admitted(vec![emit("s", line)]).facts.remove(0)
    };
    let (a, b) = (one("2026-11-23T10:00:00Z"), one("2026-11-22T10:00:00Z"));
    assert_eq!(a.digest, b.digest);
    assert_ne!(a.body, b.body);
    assert_eq!(a.digest, Fact::digest_of(&a.kind, &a.scope, &a.subject, r#"{"name":"n"}"#));
}

#[test]
fn a_field_with_a_reason_may_be_absent_and_a_field_that_is_there_may_not_have_one() {
    let line = |gaps: &str, body: &str| {
        admitted(vec![emit("s", format!(r#"{{"subject":"x","$gaps":{gaps},"body":{body}}}"#)), complete("s", 1)])
    };
    let ok = line(r#"{"name":"denied","lock":"no right"}"#, "{}");
    assert_eq!(counts(&ok), [Some(1)]);
    let gap = |field: &str, reason: &str| FieldGap { field: field.into(), reason: reason.into() };
    assert_eq!(ok.facts[0].field_gaps, [gap("lock", "no right"), gap("name", "denied")]);
    assert_eq!(counts(&line(r#"{"parts.id":"denied"}"#, r#"{"name":"n","parts":[{},{"id":"1"}]}"#)), [Some(1)]);
    for (gaps, body, message) in [
        (r#"{"size":"denied"}"#, "{}", "`name`: expected a string, found nothing"),
        (r#"{"name":"denied"}"#, r#"{"name":"n"}"#, "`name` is there, though `$gaps` says that it is not"),
        (r#"{"nme":"denied"}"#, r#"{"name":"n"}"#, "`$gaps` names `nme`, which `test.thing@1` does not have"),
        (r#"{"name":"a","name":"b"}"#, "{}", "`$gaps` names `name` twice"),
        (r#"["name"]"#, "{}", "`$gaps`: expected a record of fields with their reasons"),
    ] {
        let refused = line(gaps, body);
        assert_eq!(
            (refused.gaps[1].code.clone(), refused.gaps[1].message.as_str()),
            (GapCode::INVALID_RECORD, message),
            "{gaps}"
        );
    }
}

#[test]
fn what_a_fact_was_read_from_is_kept() {
    let admitted = admitted(vec![emit("s", r#"{"$from":[[1,2,3],[4,5,6]],"subject":"x","body":{"name":"n"}}"#)]);
    let part = |call, offset, length| ReadFrom { call, offset, length };
    assert_eq!(admitted.facts[0].from, [part(1, 2, 3), part(4, 5, 6)]);
}

#[test]
fn a_scope_that_is_expected_and_never_spoken_of_is_missing() {
    let expected = [expected("test.thing@1", "s")];
    let admitted = admit(input(Vec::new(), &[], None), &expected, &kinds(), &Limits::default(), now(), 1);
    assert_eq!(shown(&admitted.gaps), ["test.thing@1 s - missing: nothing came"]);
    assert_eq!(counts(&admitted), [None]);
    let other = Input { collector: "other".parse().unwrap(), ..input(Vec::new(), &[], None) };
    assert_eq!(admit(other, &expected, &kinds(), &Limits::default(), now(), 1), Admitted::default());
}

#[test]
fn facts_without_a_claim_are_not_complete() {
    assert_eq!(
        shown(&admitted(vec![emit("s", ONE)]).gaps),
        ["test.thing@1 s - missing: facts came, but nothing says that these are all"]
    );
    let expect = Record::Expect { kind: "test.thing".into(), scope: "s".into() };
    assert_eq!(shown(&admitted(vec![expect]).gaps), ["test.thing@1 s - missing: nothing came"]);
    assert_eq!(shown(&admitted(vec![emit("s", "")]).gaps), ["test.thing@1 s - missing: nothing came"]);
}

#[test]
fn a_claim_must_count_what_was_admitted() {
    let admitted = admitted(vec![emit("s", ONE), complete("s", 2)]);
    assert_eq!(shown(&admitted.gaps), ["test.thing@1 s - count-mismatch: 2 subjects were claimed, 1 admitted"]);
    assert_eq!(counts(&admitted), [None]);
}

#[test]
fn a_claim_must_count_what_the_source_says() {
    let claim = Record::Complete {
        kind: "test.thing@1".into(),
        scope: "s".into(),
        claim: r#"{"count":1,"source_count":5}"#.into(),
        at: now(),
    };
    let admitted = admitted(vec![emit("s", ONE), claim]);
    assert_eq!(
        shown(&admitted.gaps),
        ["test.thing@1 s - count-mismatch: the source says that there are 5, the collector that there are 1"]
    );
}

#[test]
fn a_claim_that_cannot_be_read_completes_nothing() {
    for claim in ["", "{}", "[]", r#"{"count":-1}"#, r#"{"count":1.5}"#, r#"{"count":1,"cuont":1}"#, r#"{"count":1,"count":1}"#] {
        let claim = Record::Complete { kind: "test.thing@1".into(), scope: "s".into(), claim: claim.into(), at: now() };
        let admitted = admitted(vec![emit("s", ONE), claim]);
        assert_eq!(counts(&admitted), [None]);
        assert!(admitted.gaps.iter().any(|gap| gap.code == GapCode::INVALID_RECORD));
    }
}

#[test]
fn a_gap_beats_a_claim() {
    let gap = Record::Gap {
        kind: "test.thing@1".into(),
        scope: "s".into(),
        fault: model::Fault { code: "denied".into(), message: "no right".into(), retryable: false, more: String::new() },
    };
    let admitted = admitted(vec![gap, emit("s", ONE), complete("s", 1)]);
    assert_eq!(shown(&admitted.gaps), ["test.thing@1 s - denied: no right"]);
    assert_eq!(counts(&admitted), [None]);
}

#[test]
fn a_fact_after_the_claim_is_a_gap_and_the_fact_stays() {
    let late = admitted(vec![complete("s", 1), emit("s", ONE)]);
    assert_eq!(shown(&late.gaps), ["test.thing@1 s - emit-after-complete: a fact came after the scope was said to be complete"]);
    assert_eq!(late.facts.len(), 1);
    let other_scope = admitted(vec![complete("t", 0), emit("s", ONE), complete("s", 1)]);
    assert_eq!(counts(&other_scope), [Some(1), Some(0)]);
}

#[test]
fn two_statements_about_one_subject_conflict_and_the_first_seen_stays() {
    let line = |second: u8, name: &str| {
        format!(r#"{{"subject":"x","observed_at":"2026-11-23T10:00:0{second}Z","body":{{"name":"{name}"}}}}"#)
    };
    for lines in [[line(1, "a"), line(0, "b")], [line(0, "b"), line(1, "a")]] {
        let admitted = admitted(vec![emit("s", &lines[0]), emit("s", &lines[1]), complete("s", 1)]);
        assert_eq!(admitted.facts.len(), 1);
        assert_eq!(admitted.facts[0].body.as_str(), r#"{"name":"b"}"#);
        assert_eq!(
            shown(&admitted.gaps),
            ["test.thing@1 s x conflict: the subject came with different statements; the one that was seen first is kept"]
        );
    }
    let twice = admitted(vec![emit("s", ONE), emit("s", ONE), complete("s", 1)]);
    assert_eq!((twice.facts.len(), counts(&twice)), (1, vec![Some(1)]), "the same statement twice is one fact");
}

#[test]
fn a_fact_from_after_its_emission_is_refused() {
    let admitted =
        admitted(vec![emit("s", r#"{"subject":"x","observed_at":"2026-11-23T12:00:00.000000001Z","body":{"name":"n"}}"#)]);
    assert_eq!(admitted.facts, []);
    assert_eq!(
        shown(&admitted.gaps)[0],
        "test.thing@1 s x future: seen at 2026-11-23T12:00:00.000000001Z, which is later than the run's 2026-11-23T12:00:00Z"
    );
}

#[test]
fn each_kind_of_the_manifest_must_be_reported() {
    let admitted =
        admit(input(vec![complete("s", 0)], &["test.thing@1", "test.old@2"], None), &[], &kinds(), &Limits::default(), now(), 1);
    assert_eq!(shown(&admitted.gaps), ["test.old@2 * - missing: nothing came"]);
    assert_eq!(counts(&admitted), [None, Some(0)]);
}

#[test]
fn a_kind_that_the_manifest_does_not_name_is_not_admitted() {
    let admitted = admit(input(vec![emit("s", ONE)], &["test.old@2"], None), &[], &kinds(), &Limits::default(), now(), 1);
    assert_eq!(admitted.facts, []);
    assert_eq!(admitted.gaps[1].code, GapCode::DENIED);
}

#[test]
fn an_early_end_is_the_gap_of_every_scope_that_was_not_complete() {
    let ended = Some(EarlyEnd { code: GapCode::CUT_OFF, message: "30 s of CPU time".into() });
    let records = vec![emit("open", ONE), emit("done", ONE), complete("done", 1)];
    let admitted = admit(
        input(records, &["test.thing@1", "test.old@2"], ended),
        &[expected("test.thing@1", "later")],
        &kinds(),
        &Limits::default(),
        now(),
        1,
    );
    assert_eq!(
        shown(&admitted.gaps),
        [
            "test.old@2 * - cut-off: 30 s of CPU time",
            "test.thing@1 * - cut-off: 30 s of CPU time",
            "test.thing@1 later - cut-off: 30 s of CPU time",
            "test.thing@1 open - cut-off: 30 s of CPU time",
        ]
    );
    assert_eq!(counts(&admitted), [None, None, Some(1), None, None]);
}

#[test]
fn a_kind_without_a_version_is_the_newest() {
    let record = Record::Complete { kind: "test.old".into(), scope: "s".into(), claim: r#"{"count":0}"#.into(), at: now() };
    assert_eq!(admitted(vec![record]).scopes[0].kind.as_str(), "test.old@2");
}

#[test]
fn what_cannot_be_placed_is_still_a_gap() {
    let unknown = Record::Expect { kind: "test.thin@1".into(), scope: "s".into() };
    assert_eq!(
        shown(&admitted(vec![unknown]).gaps),
        ["test.thin@1 s - unknown-kind: the kind `test.thin@1` is not known; did you mean `test.thing@1`?"]
    );
    let unreadable = Record::Expect { kind: "No Kind".into(), scope: " ".into() };
    let admitted = admitted(vec![unreadable]);
    assert_eq!((admitted.gaps[0].kind.as_str(), admitted.gaps[0].scope.as_str()), ("engine.unreadable@1", "*"));
    assert_eq!(counts(&admitted), [None]);
}

#[test]
fn a_gap_keeps_a_code_that_is_no_word_in_its_message() {
    let fault = model::Fault { code: "HTTP 500!".into(), message: "m".repeat(5_000), retryable: false, more: String::new() };
    let admitted = admitted(vec![Record::Gap { kind: "test.thing@1".into(), scope: "s".into(), fault }]);
    assert_eq!(admitted.gaps[0].code, GapCode::FAILED);
    assert!(admitted.gaps[0].message.starts_with("`HTTP 500!`: mmm"));
    assert_eq!(admitted.gaps[0].message.chars().count(), 1_024);
}

//! Input that is meant to break something.

use model::GapCode;

use super::*;
use crate::NdjsonError;

/// One batch must give these codes and no fact.
#[track_caller]
fn only_gaps(batch: &[u8], codes: &[GapCode]) {
    let admitted = admitted(vec![emit("s", batch)]);
    assert_eq!(admitted.facts, []);
    assert_eq!(admitted.gaps.iter().map(|gap| gap.code.clone()).collect::<Vec<_>>(), codes);
    assert!(admitted.gaps.iter().all(|gap| gap.message.chars().count() <= 1_024));
}

#[test]
fn a_record_that_is_no_record_is_a_gap() {
    let nested = format!(r#"{{"subject":"x","body":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let nested_records = format!(r#"{{"subject":"x","body":{}1{}}}"#, r#"{"lock":"#.repeat(50_000), "}".repeat(50_000));
    let many = format!(r#"{{"subject":"x","body":{{{}"name":"n"}}}}"#, r#""name":"n","#.repeat(50_000));
    let surrogate = r#"{"subject":"x","body":{"name":"\ud800"}}"#;
    let cases = [
        nested.as_str(),
        nested_records.as_str(),
        many.as_str(),
        surrogate,
        "{",
        "nul",
        "[]",
        "\"\"",
        "{}",
        "1",
        "{\"subject\":\"x\"}",
        r#"{"subject":"x","body":{"name":"n"}} x"#,
        r#"{"subject":"x","body":{"name":"n"}}{"subject":"y","body":{"name":"n"}}"#,
        r#"{"subject":"x","subject":"y","body":{"name":"n"}}"#,
        r#"{"subject":"x","scope":"t","body":{"name":"n"}}"#,
        r#"{"subject":"","body":{"name":"n"}}"#,
        r#"{"subject":"a\u202eb","body":{"name":"n"}}"#,
        r#"{"subject":7,"body":{"name":"n"}}"#,
        r#"{"subject":"x","body":{"name":"n","size":1e400}}"#,
        r#"{"subject":"x","body":{"name":"n","size":-0}}"#,
        r#"{"subject":"x","body":{"name":"n"},"observed_at":"now"}"#,
        r#"{"subject":"x","body":{"name":"n"},"$from":[[1,2]]}"#,
        r#"{"subject":"x","body":{"name":"n"},"$from":[[-1,2,3]]}"#,
        r#"{"subject":"x","body":{"name":"n"},"observed_at":null}"#,
    ];
    for case in cases {
        only_gaps(case.as_bytes(), &[GapCode::INVALID_RECORD]);
    }
}

#[test]
fn bytes_that_are_no_text_are_a_gap_and_spare_their_neighbours() {
    let batch = b"{\"subject\":\"a\",\"body\":{\"name\":\"n\"}}\n{\"subject\":\"\xff\",\"body\":{\"name\":\"n\"}}\n\xed\xa0\x80\n{\"subject\":\"b\",\"body\":{\"name\":\"n\"}}";
    let admitted = admitted(vec![emit("s", batch)]);
    assert_eq!(admitted.facts.len(), 2);
    assert_eq!(
        shown(&admitted.gaps),
        [
            "test.thing@1 s - invalid-record: a record is not UTF-8: byte 1",
            "test.thing@1 s - invalid-record: a record is not UTF-8: byte 13"
        ]
    );
}

#[test]
fn what_is_too_large_is_a_gap() {
    let id = format!(r#"{{"subject":"{}","body":{{"name":"n"}}}}"#, "x".repeat(10_000_000));
    only_gaps(id.as_bytes(), &[GapCode::TOO_LARGE]);
    let long = format!(r#"{{"subject":"{}","body":{{"name":"n"}}}}"#, "x".repeat(1_025));
    only_gaps(long.as_bytes(), &[GapCode::INVALID_RECORD]);
    let record = format!(r#"{{"subject":"x","body":{{"name":"{}"}}}}"#, "n".repeat(1 << 20));
    only_gaps(record.as_bytes(), &[GapCode::TOO_LARGE]);
    let line = format!(
        r#"{{"kind":"test.thing@1","subject":"x","scope":"s","observed_at":"2026-11-23T10:00:00Z","body":{{"name":"{}"}}}}"#,
        "n".repeat(1 << 20)
    );
    let admitted = read(line).unwrap();
    assert_eq!(shown(&admitted.gaps), ["test.thing@1 s - too-large: line 1: a record of 1048681 bytes is larger than 1048576"]);
}

#[test]
fn a_line_without_end_ends_the_reading() {
    let limits = Limits { line_bytes: 3 << 20, ..Limits::default() };
    let endless = std::io::repeat(b'x');
    let error = read_ndjson(endless, &collector(), &[], &kinds(), &limits, now(), 2).unwrap_err();
    assert!(matches!(error, NdjsonError::LineTooLong { line: 1, .. }), "{error:?}");
}

#[test]
fn facts_beyond_the_limit_are_counted_and_not_kept_whatever_the_threads() {
    let limits = Limits { facts: 10, ..Limits::default() };
    let batch = |n: u32| {
        emit(
            "s",
            (0..7).map(|i| format!("{{\"subject\":\"{n}-{i}\",\"body\":{{\"name\":\"n\"}}}}\n")).collect::<Vec<_>>().concat(),
        )
    };
    let records: Vec<Record> = (0..200).map(batch).collect();
    for threads in [1, 4] {
        let admitted = admit(input(records.clone(), &[], None), &[], &kinds(), &limits, now(), threads);
        assert_eq!(admitted.facts.len(), 10);
        assert_eq!(
            shown(&admitted.gaps),
            ["test.thing@1 s - too-large: 1390 facts are beyond the limit of 10 for one collector"]
        );
    }
}

#[test]
fn a_flood_of_gaps_is_listed_up_to_a_limit_and_counted_beyond() {
    let limits = Limits { gaps: 3, ..Limits::default() };
    let batch = (0..50).map(|n| format!("{{\"subject\":\"{n:02}\",\"body\":{{}}}}\n")).collect::<Vec<_>>().concat();
    let admitted = admit(input(vec![emit("s", batch)], &[], None), &[], &kinds(), &limits, now(), 1);
    let subjects: Vec<_> = admitted.gaps.iter().map(|gap| gap.subject.as_ref().map(model::SubjectId::as_str)).collect();
    assert_eq!(subjects, [None, Some("00"), Some("01"), Some("02")]);
    assert_eq!(admitted.gaps[0].message, "50 gaps of this code in all; the first 3 are listed");
}

#[test]
fn a_batch_in_an_unknown_encoding_or_too_large_is_a_gap() {
    let mut record = emit("s", "");
    if let Record::Emit { encoding, .. } = &mut record {
        *encoding = "columns/9".into();
    }
    assert_eq!(
        shown(&admitted(vec![record]).gaps),
        ["test.thing@1 s - invalid-record: a batch is encoded as `columns/9`, which is not known; use `ndjson`"]
    );
    only_gaps(&vec![b' '; (4 << 20) + 1], &[GapCode::TOO_LARGE]);
}

#[test]
fn threat_3_names_and_claims_of_megabytes_are_a_gap_that_is_short() {
    let long = "x".repeat(10_000_000);
    let fault = model::Fault { code: long.clone(), message: long.clone(), retryable: false, more: long.clone() };
    let (kind, scope) = (|| "test.thing@1".to_owned(), || "s".to_owned());
    for record in [
        Record::Expect { kind: long.clone(), scope: scope() },
        Record::Expect { kind: kind(), scope: long.clone() },
        Record::Emit { kind: long.clone(), scope: long.clone(), encoding: long.clone(), batch: Vec::new(), at: now() },
        Record::Emit { kind: kind(), scope: scope(), encoding: long.clone(), batch: Vec::new(), at: now() },
        Record::Complete { kind: kind(), scope: scope(), claim: long.clone(), at: now() },
        Record::Complete { kind: kind(), scope: scope(), claim: format!("{{\"count\":0,\"{long}\":1}}"), at: now() },
        Record::Gap { kind: kind(), scope: scope(), fault },
    ] {
        let admitted = admitted(vec![record]);
        assert_eq!((admitted.facts.len(), counts(&admitted)), (0, vec![None]));
        let said: usize =
            admitted.gaps.iter().map(|gap| gap.message.len() + gap.kind.as_str().len() + gap.scope.as_str().len()).sum();
        assert!(admitted.gaps.len() == 1 && said < 3_000, "{} gaps of {said} bytes", admitted.gaps.len());
    }
}

//! Admission of what a collector says: nothing is dropped, and what is not admitted is a gap. An input is a byte for the
//! setting, then records, a zero byte between them: what is said, kind and scope by a letter each, then its text.
#![no_main]

use std::sync::LazyLock;

use engine_fuzz::{KINDS, check, check_again, collector, has, is_complete, now, within};
use facts::{EarlyEnd, Expected, Input, Limits, admit};
use libfuzzer_sys::fuzz_target;
use model::{Basis, Fault, GapCode, KindId, Record};
use serde_json::Value;

const KIND_NAMES: [&str; 7] =
    ["test.thing@1", "test.thing", "test.old@2", "test.none@1", "no kind", "", "test.thing@99999999999999999999"];
const SCOPES: [&str; 6] = ["s", "t", "*", "", "a\u{202e}b", "aws:123456789012"];

fn record(bytes: &[u8]) -> Option<Record> {
    let ([says, kind, scope], rest) = bytes.split_first_chunk()?;
    let kind = KIND_NAMES[usize::from(*kind) % KIND_NAMES.len()].to_owned();
    let scope = SCOPES[usize::from(*scope) % SCOPES.len()].to_owned();
    let text = || String::from_utf8_lossy(rest).into_owned();
    Some(match says {
        b'e' => Record::Emit { kind, scope, encoding: "ndjson".to_owned(), batch: rest.to_vec(), at: now() },
        b'c' => Record::Complete { kind, scope, claim: text(), at: now() },
        b'g' => Record::Gap { kind, scope, fault: Fault { code: text(), message: text(), retryable: false, more: text() } },
        b'x' => Record::Expect { kind, scope },
        _ => Record::Emit { kind, scope, encoding: text(), batch: rest.to_vec(), at: now() },
    })
}

/// Asserts that each record is seen in the scope that it names, and each fact of a complete scope there.
fn nothing_is_dropped(records: &[Record], admitted: &facts::Admitted) {
    for record in records {
        let (Record::Expect { kind, scope }
        | Record::Emit { kind, scope, .. }
        | Record::Complete { kind, scope, .. }
        | Record::Gap { kind, scope, .. }) = record;
        let Some(complete) = is_complete(admitted, kind, scope) else {
            let readable = kind.parse::<KindId>().is_ok() && scope.parse::<model::ScopeId>().is_ok();
            assert!(!readable && !admitted.gaps.is_empty(), "a record was dropped: {record:?}");
            continue;
        };
        let Record::Emit { encoding, batch, .. } = record else { continue };
        if complete {
            assert_eq!(encoding, "ndjson", "a batch of an unknown encoding was passed over");
            for line in batch.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
                let line: Value = serde_json::from_slice(line).expect("a line of a complete scope is a fact");
                let subject = line.get("subject").and_then(Value::as_str).expect("a fact has a subject");
                assert!(has(admitted, scope, subject), "a fact was dropped: {line}");
            }
        }
    }
}

fuzz_target!(init: { LazyLock::force(&KINDS); }, |input: &[u8]| {
    let Some((setting, rest)) = input.split_first() else { return };
    within(input, 16 << 10, || {
        let records: Vec<Record> = rest.split(|byte| *byte == 0).filter_map(record).collect();
        let thing: KindId = "test.thing@1".parse().expect("it is a kind");
        let kinds = if setting & 1 == 0 { Vec::new() } else { vec![thing.clone()] };
        let expected = Expected { collector: collector(), kind: thing, scope: "s".parse().expect("it is a scope") };
        let expected = if setting & 2 == 0 { Vec::new() } else { vec![expected] };
        let ended = EarlyEnd { code: GapCode::CUT_OFF, message: "it was stopped".to_owned() };
        let ended = (setting & 4 != 0).then_some(ended);
        let said = Input { collector: collector(), basis: Basis::Collected, kinds, records: records.clone(), ended };
        let run = |threads| admit(said.clone(), &expected, &KINDS, &Limits::default(), now(), threads);
        let admitted = run(1);
        assert_eq!(admitted, run(3), "the number of threads shows nowhere");
        check(&admitted);
        nothing_is_dropped(&records, &admitted);
        for expected in &expected {
            assert!(is_complete(&admitted, expected.kind.as_str(), expected.scope.as_str()).is_some());
        }
        check_again(admitted);
    });
});

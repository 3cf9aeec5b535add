//! What holds for any input.

use model::{FactSet, Value};
use proptest::prelude::*;

use super::*;
use crate::canonical::{BodySeed, Scratch};
use crate::line::{self, Line};
use crate::line_fact::Reader;
use crate::{Filter, exact, merge, write_ndjson};

/// A body of `test.thing@1`, mostly a fitting one, its members in any order.
fn body() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        8 => any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        1 => Just("null".to_owned()),
        1 => Just("7".to_owned())
    ];
    let size = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        Just("null".into()),
        Just("1.5".into()),
        Just("18446744073709551615".into())
    ];
    let seen = prop_oneof![
        Just("null".to_owned()),
        "\"2026-(0[1-9]|1[0-2])-[0-3][0-9]T[0-2][0-9]:00:00(\\.[0-9]{1,3})?(Z|\\+01:00)\"",
        Just("\"x\"".to_owned())
    ];
    let parts = proptest::collection::vec((any::<u8>(), any::<bool>()), 0..4).prop_map(|parts| {
        let part = |(id, dated): &(u8, bool)| {
            if *dated {
                format!(r#"{{"made_at":"2026-01-01T00:00:00Z","id":"{id}"}}"#)
            } else {
                format!(r#"{{ "id" : "{id}" }}"#)
            }
        };
        format!("[{}]", parts.iter().map(part).collect::<Vec<_>>().join(" , "))
    });
    let lock =
        prop_oneof![Just("null".to_owned()), Just(r#"{"open":true}"#.to_owned()), Just("{}".to_owned()), Just("[]".to_owned())];
    let members = [
        ("name", name.boxed()),
        ("size", size.boxed()),
        ("seen_at", seen.boxed()),
        ("parts", parts.boxed()),
        ("lock", lock.boxed()),
    ];
    let members: Vec<_> = members
        .into_iter()
        .map(|(name, value)| {
            let present = if name == "name" { 0.95 } else { 0.5 };
            proptest::option::weighted(present, value)
                .prop_map(move |value| value.map(|value| format!("\"{name}\":{value}")))
                .boxed()
        })
        .collect();
    (members, any::<u64>()).prop_map(|(members, turn)| {
        let mut members: Vec<String> = members.into_iter().flatten().collect();
        let by = usize::try_from(turn % 5).unwrap();
        if !members.is_empty() {
            let length = members.len();
            members.rotate_left(by % length);
        }
        format!("{{{}}}", members.join(","))
    })
}

/// A record of a small world, so that subjects, scopes and bodies meet.
#[derive(Debug, Clone)]
enum Said {
    Fact { scope: u8, subject: u8, body: u8, second: i64 },
    Expect { scope: u8 },
    Gap { scope: u8 },
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        6 => (0_u8..3, 0_u8..5, prop_oneof![9 => Just(0_u8), 1 => Just(1), 1 => Just(2)], -3_i64..1).prop_map(|(scope, subject, body, second)| Said::Fact { scope, subject, body, second }),
        1 => (0_u8..3).prop_map(|scope| Said::Expect { scope }),
        1 => (2_u8..3).prop_map(|scope| Said::Gap { scope }),
    ]
}

fn record(said: &Said) -> Record {
    match said {
        Said::Fact { scope, subject, body, second } => {
            let at = now() + jiff::SignedDuration::from_secs(*second);
            let body = ["{\"name\":\"n\"}", "{\"name\":\"m\"}", "{}"][usize::from(*body)];
            emit(&scope.to_string(), format!("{{\"subject\":\"{subject}\",\"observed_at\":\"{at}\",\"body\":{body}}}"))
        }
        Said::Expect { scope } => Record::Expect { kind: "test.thing@1".into(), scope: scope.to_string() },
        Said::Gap { scope } => Record::Gap {
            kind: "test.thing@1".into(),
            scope: scope.to_string(),
            fault: model::Fault { code: "denied".into(), message: "m".into(), retryable: false, more: String::new() },
        },
    }
}

/// Claims for each scope with the count that would be right, or one beside it.
fn claims(said: &[Said], beside: [u64; 3]) -> Vec<Record> {
    let count = |scope: u8| {
        let subjects = said.iter().filter_map(|it| match it {
            Said::Fact { scope: own, subject, body: 0 | 1, .. } if *own == scope => Some(*subject),
            _ => None,
        });
        subjects.collect::<std::collections::BTreeSet<_>>().len() as u64
    };
    (0_u8..3)
        .zip(beside)
        .filter(|(_, beside)| *beside < 2)
        .map(|(scope, beside)| complete(&scope.to_string(), count(scope) + beside))
        .collect()
}

fn all_expected() -> Vec<Expected> {
    ["0", "1", "2"].map(|scope| expected("test.thing@1", scope)).to_vec()
}

fn run(records: &[Record], threads: usize) -> Admitted {
    admit(input(records.to_vec(), &[], None), &all_expected(), &kinds(), &Limits::default(), now(), threads)
}

fn beside() -> impl Strategy<Value = [u64; 3]> {
    proptest::array::uniform3(prop_oneof![6 => Just(0_u64), 1 => Just(1), 1 => Just(2)])
}

proptest! {
    #[test]
    fn the_short_way_and_the_long_way_agree(body in body()) {
        let kinds = kinds();
        let kind = kinds.get(&"test.thing@1".parse().unwrap()).unwrap();
        let raw: Box<serde_json::value::RawValue> = serde_json::from_str(&body).unwrap();
        let long = exact::body(&raw, kind, &[]);
        let mut scratch = Scratch::default();
        let mut deserializer = serde_json::Deserializer::from_str(&body);
        let short = serde::de::DeserializeSeed::deserialize(BodySeed { kind, scratch: &mut scratch }, &mut deserializer).is_ok();
        prop_assert_eq!(short, long.is_ok(), "{:?}", &long);
        if let Ok(exact) = long {
            prop_assert_eq!(&scratch.text, &exact.text);
            prop_assert_eq!(scratch.stable(kind), &exact.stable);
            let reparsed = model::Body::parse(exact.text.as_bytes()).unwrap();
            prop_assert_eq!(reparsed.as_str(), &exact.text, "the canonical form is the model's");
            let Value::Record(mut fields) = reparsed.value().unwrap() else { unreachable!() };
            fields.remove("seen_at");
            let stable = model::Body::from_value(&Value::Record(fields)).unwrap();
            prop_assert_eq!(stable.as_str(), &exact.stable);
        }
    }

    #[test]
    fn what_is_written_reads_the_same(bodies in proptest::collection::vec((body(), "[a-c]{1,2}", 0_u8..2), 0..12), mut records in proptest::collection::vec(said(), 0..12), beside in beside()) {
        let claims = claims(&records, beside);
        let mut all: Vec<Record> = records.drain(..).map(|it| record(&it)).collect();
        all.extend(bodies.iter().map(|(body, subject, scope)| emit(&scope.to_string(), format!(r#"{{"subject":{subject:?},"$from":[[1,2,{scope}]],"body":{body}}}"#))));
        all.extend(claims);
        let mut first = run(&all, 1);
        first.scopes.iter_mut().for_each(|scope| scope.basis = Basis::Supplied);
        let first = merge(vec![first]);
        let mut out = Vec::new();
        write_ndjson(&mut out, &first, &Filter::default()).unwrap();
        let again = merge(vec![read(&out).unwrap()]);
        prop_assert_eq!(&again, &first);
    }

    #[test]
    fn the_order_of_records_does_not_matter_before_the_claims(said in proptest::collection::vec(said(), 0..25), beside in beside(), seed in any::<u64>()) {
        let claims = claims(&said, beside);
        let records: Vec<Record> = said.iter().map(record).collect();
        let mut mixed = records.clone();
        let mut state = seed;
        for at in (1..mixed.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            mixed.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
        }
        let mut reversed = claims.clone();
        reversed.reverse();
        let one = run(&[records, claims].concat(), 1);
        prop_assert_eq!(&one, &run(&[mixed, reversed].concat(), 3));
        prop_assert!(one.facts.is_sorted_by(|a, b| (&a.kind, &a.scope, &a.subject) < (&b.kind, &b.scope, &b.subject)));
        let gapped = |scope: &model::ScopeState| one.gaps.iter().any(|gap| gap.scope == scope.scope && gap.kind == scope.kind);
        prop_assert!(one.scopes.iter().all(|scope| gapped(scope) == (scope.completeness == Completeness::Incomplete)), "exactly the incomplete scopes have gaps");
    }

    /// With the expected set held fixed: losing a fact, a claim or an expectation never makes a scope complete, and what was
    /// complete is either complete with all its facts or no longer complete.
    #[test]
    fn losing_a_record_is_never_unnoticed(said in proptest::collection::vec(said(), 1..25), beside in beside(), at in any::<prop::sample::Index>()) {
        let whole: Vec<Record> = said.iter().map(record).chain(claims(&said, beside)).collect();
        let at = at.index(whole.len());
        let mut less = whole.clone();
        let lost = less.remove(at);
        let (before, after) = (run(&whole, 1), run(&less, 1));
        prop_assert_eq!(before.scopes.len(), after.scopes.len());
        for (was, is) in before.scopes.iter().zip(&after.scopes) {
            let facts = |of: &Admitted| of.facts.iter().filter(|fact| fact.scope == was.scope).count();
            match lost {
                Record::Complete { .. } | Record::Expect { .. } => {
                    let became = was.completeness == Completeness::Incomplete && is.completeness != Completeness::Incomplete;
                    prop_assert!(!became, "a scope became complete by losing {lost:?}");
                }
                _ => {}
            }
            if let Completeness::Complete { count, .. } = is.completeness {
                prop_assert_eq!(count, facts(&after) as u64);
                if was.completeness != Completeness::Incomplete {
                    prop_assert_eq!(facts(&before), facts(&after), "a complete scope lost a fact and is still complete");
                }
            }
        }
    }

    #[test]
    fn no_bytes_break_anything(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in 0_usize..120, byte in any::<u8>()) {
        let _ = read(&bytes);
        let mut line = br#"{"kind":"test.thing@1","subject":"x","scope":"s","observed_at":"2026-11-23T10:00:00Z","body":{"name":"n","parts":[{"id":"1"}]}}"#.to_vec();
        if let Some(place) = line.get_mut(cut) {
            *place = byte;
        }
        if let Ok(admitted) = read(&line) {
            prop_assert!(!admitted.facts.is_empty() || !admitted.gaps.is_empty() || line.trim_ascii().is_empty());
        }
        let records = vec![emit("s", &bytes), Record::Complete { kind: String::from_utf8_lossy(&bytes).into(), scope: String::from_utf8_lossy(&bytes).into(), claim: String::from_utf8_lossy(&bytes).into(), at: now() }];
        let admitted = admitted(records);
        prop_assert!(admitted.gaps.iter().all(|gap| gap.message.chars().count() <= 1_024));
        let _: FactSet = merge(vec![admitted]);
    }

    /// Whatever the short way takes, the long way takes as the same fact.
    #[test]
    fn a_line_is_read_the_same_both_ways(body in body(), subject in "[a-z ]{0,3}", from in any::<bool>(), cut in 0_usize..300, byte in any::<u8>(), spoil in any::<bool>()) {
        let kinds = kinds();
        let from = if from { r#","$from":[[1,2,3]]"# } else { "" };
        let line = format!(r#"{{"kind":"test.thing","subject":"{subject}"{from},"scope":"s","observed_at":"2026-11-23T10:00:00Z","body":{body}}}"#);
        let mut bytes = line.into_bytes();
        if let Some(place) = bytes.get_mut(cut).filter(|_| spoil) {
            *place = byte;
        }
        let Ok(line) = String::from_utf8(bytes) else { return Ok(()) };
        let short = Reader::new(&kinds).of_ndjson(&line);
        let long = match line::of_ndjson(&line, &kinds) {
            Line::Fact(draft) => Some(draft),
            _ => None,
        };
        prop_assert_eq!(short, long, "{}", line);
    }
}

//! Tests of the whole border: what goes in as text comes out as facts and gaps.

mod admission;
mod generated;
mod hostile;
mod kinds;
mod ndjson;
mod property;

use model::{Basis, CollectorName, Completeness, Gap, Record, SourceSet, Timestamp};

use crate::{Admitted, EarlyEnd, Expected, Input, KindSet, Limits, admit, read_ndjson};

/// Kinds that hold one of everything.
const KINDS: &str = r#"
[[kind]]
id = "test.thing@1"
title = "A thing"
description = "One thing of a place."
[kind.fields.name]
type = "string"
key = true
[kind.fields.size]
type = "int"
optional = true
nullable = true
[kind.fields.state]
type = "string"
values = ["on", "off"]
optional = true
[kind.fields.seen_at]
type = "timestamp"
optional = true
nullable = true
volatile = true
[kind.fields.age]
type = "duration"
optional = true
[kind.fields.parts]
type = "list"
optional = true
[kind.fields.parts.item]
type = "record"
[kind.fields.parts.item.fields.id]
type = "string"
[kind.fields.parts.item.fields.made_at]
type = "timestamp"
optional = true
[kind.fields.secret]
type = "string"
optional = true
sensitive = true
values = ["a"]
[kind.fields.lock]
type = "record"
optional = true
nullable = true
[kind.fields.lock.fields.open]
type = "bool"

[[kind]]
id = "test.old@1"
title = "An old thing"
description = "One."
[kind.fields.a]
type = "int"

[[kind]]
id = "test.old@2"
title = "A newer thing"
description = "One."
[kind.fields.b]
type = "int"
"#;

fn kinds() -> KindSet {
    let mut sources = SourceSet::new();
    sources.insert("kinds/test.toml", KINDS);
    KindSet::read(&sources).unwrap()
}

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn collector() -> CollectorName {
    "c".parse().unwrap()
}

fn expected(kind: &str, scope: &str) -> Expected {
    Expected { collector: collector(), kind: kind.parse().unwrap(), scope: scope.parse().unwrap() }
}

fn emit(scope: &str, batch: impl AsRef<[u8]>) -> Record {
    Record::Emit {
        kind: "test.thing@1".into(),
        scope: scope.into(),
        encoding: "ndjson".into(),
        batch: batch.as_ref().to_vec(),
        at: now(),
    }
}

fn complete(scope: &str, count: u64) -> Record {
    Record::Complete { kind: "test.thing@1".into(), scope: scope.into(), claim: format!("{{\"count\":{count}}}"), at: now() }
}

fn input(records: Vec<Record>, kinds: &[&str], ended: Option<EarlyEnd>) -> Input {
    let kinds = kinds.iter().map(|kind| kind.parse().unwrap()).collect();
    Input { collector: collector(), basis: Basis::Collected, kinds, records, ended }
}

/// Admits the records of one collector without a manifest.
fn admitted(records: Vec<Record>) -> Admitted {
    admit(input(records, &[], None), &[], &kinds(), &Limits::default(), now(), 1)
}

/// The gaps as `scope subject code: message`.
fn shown(gaps: &[Gap]) -> Vec<String> {
    let show = |gap: &Gap| {
        let subject = gap.subject.as_ref().map_or("-", |subject| subject.as_str());
        format!("{} {} {subject} {}: {}", gap.kind, gap.scope, gap.code, gap.message)
    };
    gaps.iter().map(show).collect()
}

/// The counts of the scopes, `None` for an incomplete one.
fn counts(admitted: &Admitted) -> Vec<Option<u64>> {
    let count = |it: &model::ScopeState| match it.completeness {
        Completeness::Complete { count, .. } => Some(count),
        Completeness::Incomplete => None,
    };
    admitted.scopes.iter().map(count).collect()
}

fn read(text: impl AsRef<[u8]>) -> Result<Admitted, crate::NdjsonError> {
    read_ndjson(text.as_ref(), &collector(), &[], &kinds(), &Limits::default(), now(), 1)
}

/// A batch of one record with this body must be refused with this message.
#[track_caller]
fn refused(body: &str, message: &str) {
    let admitted = admitted(vec![emit("s", format!(r#"{{"subject":"x","body":{body}}}"#))]);
    assert_eq!(admitted.facts, [], "{body}");
    assert_eq!(shown(&admitted.gaps), [format!("test.thing@1 s x invalid-record: {message}")], "{body}");
}

/// A body must be admitted in this canonical form.
#[track_caller]
fn taken(body: &str, canonical: &str) {
    let admitted = admitted(vec![emit("s", format!(r#"{{"subject":"x","body":{body}}}"#)), complete("s", 1)]);
    assert_eq!(shown(&admitted.gaps), Vec::<String>::new(), "{body}");
    assert_eq!(admitted.facts[0].body.as_str(), canonical);
    assert_eq!(counts(&admitted), [Some(1)]);
}

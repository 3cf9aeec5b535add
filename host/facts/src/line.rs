//! One line: a fact, or a statement about a scope.
//!
//! Takes the text of a line, gives a [`Line`]. A line of a collector's batch states one fact of a kind and scope that are known
//! already; a line of NDJSON names its own. A perfect fact takes the short way of [`crate::line_fact`]; all else is taken apart
//! here, exactly. Never gives a fact that does not fit its kind.

use core::fmt;
use std::borrow::Cow;

use model::{Digest, FieldGap, GapCode, Kind, KindId, ReadFrom, ScopeId, SubjectId, Timestamp, nearest};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::exact;
use crate::json::{self, Json};
use crate::kind_set::KindSet;
use crate::statement::{self, Statement};
use crate::wording::{capped, quoted};

/// What a line turned out to be.
#[derive(Debug)]
pub(crate) enum Line {
    Fact(Draft),
    Refused(Refusal),
    Statement(Statement),
    /// Not a line of a known form.
    Bad(BadForm),
}

/// A fact that fits its kind; whether its time is allowed is not yet asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) kind: KindId,
    pub(crate) scope: ScopeId,
    pub(crate) subject: SubjectId,
    pub(crate) observed_at: Option<Timestamp>,
    pub(crate) body: model::Body,
    pub(crate) digest: Digest,
    pub(crate) from: Vec<ReadFrom>,
    pub(crate) field_gaps: Vec<FieldGap>,
}

/// A statement that is not admitted, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: KindId,
    pub(crate) scope: ScopeId,
    pub(crate) subject: Option<SubjectId>,
    pub(crate) code: GapCode,
    pub(crate) message: String,
}

/// Why a line has no known form, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadForm {
    /// In characters, counted from 1.
    pub(crate) column: usize,
    pub(crate) reason: String,
}

/// The kind and scope of a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch<'a> {
    pub(crate) kind: &'a Kind,
    pub(crate) scope: &'a ScopeId,
}

/// The members of one object, in the order written, each value as it stands in the line.
pub(crate) struct Members<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = access.next_key::<Cow<'de, str>>()? {
                    // More members than any form has: what follows is read, not kept.
                    if members.len() < 64 {
                        members.push((name, access.next_value()?));
                    } else {
                        access.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

impl<'a> Members<'a> {
    /// Takes one object apart.
    pub(crate) fn read(line: &'a str) -> Result<Self, BadForm> {
        serde_json::from_str(line).map_err(|error| {
            let before = line.get(..error.column().saturating_sub(1)).unwrap_or(line);
            let reason = if error.is_data() { "a line is one JSON object".to_owned() } else { json::reason(&error) };
            BadForm { column: before.chars().count() + 1, reason }
        })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| *value)
    }

    /// Complains about the first member that is not known or stands twice.
    pub(crate) fn only(&self, line: &str, known: &[&str]) -> Result<(), BadForm> {
        for (at, (name, value)) in self.0.iter().enumerate() {
            let reason = if !known.contains(&name.as_ref()) {
                let meant = nearest(name, known.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
                format!("{} is not a member of this form{}", quoted(name), meant.unwrap_or_default())
            } else if self.0.iter().take(at).any(|(other, _)| other == name) {
                format!("{} stands twice", quoted(name))
            } else {
                continue;
            };
            return Err(bad(line, value, reason));
        }
        Ok(())
    }

    /// A text that must be there.
    pub(crate) fn text(&self, line: &str, name: &str) -> Result<Cow<'a, str>, BadForm> {
        let Some(value) = self.get(name) else {
            return Err(BadForm { column: 1, reason: format!("`{name}` is missing") });
        };
        text_of(value).map_err(|found| bad(line, value, format!("`{name}`: expected a text, found {found}")))
    }
}

/// The text of a JSON string, or what else it is.
fn text_of(value: &RawValue) -> Result<Cow<'_, str>, String> {
    struct Text<'a>(Cow<'a, str>);
    impl<'de> Deserialize<'de> for Text<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct TextVisitor;
            impl<'de> Visitor<'de> for TextVisitor {
                type Value = Text<'de>;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a text")
                }
                fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                    Ok(Text(Cow::Borrowed(text)))
                }
                fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                    Ok(Text(Cow::Owned(text.to_owned())))
                }
            }
            deserializer.deserialize_str(TextVisitor)
        }
    }
    serde_json::from_str::<Text<'_>>(value.get()).map(|text| text.0).map_err(|error| {
        if error.is_data() {
            json::read(value.get()).map_or_else(|reason| reason, |it| it.found(true))
        } else {
            json::reason(&error)
        }
    })
}

/// A fault at a value of the line.
pub(crate) fn bad(line: &str, value: &RawValue, reason: String) -> BadForm {
    let offset = value.get().as_ptr().addr().saturating_sub(line.as_ptr().addr());
    BadForm { column: line.get(..offset).map_or(1, |before| before.chars().count() + 1), reason }
}

/// Takes a line of a batch apart. A line of no known form is refused too: its collector is at fault, not the operator.
pub(crate) fn of_batch(line: &str, batch: Batch<'_>) -> Line {
    let Batch { kind, scope } = batch;
    let refuse = |subject, message: &str| {
        let refusal = Refusal {
            kind: kind.id.clone(),
            scope: scope.clone(),
            subject,
            code: GapCode::INVALID_RECORD,
            message: capped(message),
        };
        Line::Refused(refusal)
    };
    let members = match Members::read(line) {
        Ok(members) => members,
        Err(form) => return refuse(None, &format!("a record cannot be read: column {}: {}", form.column, form.reason)),
    };
    let subject = members.text(line, "subject").map_err(|form| form.reason).and_then(subject_of);
    let readable = subject.as_ref().ok().cloned();
    let known = ["subject", "body", "observed_at", "$from", "$gaps"];
    match members.only(line, &known).map_err(|form| form.reason).and_then(|()| draft(&members, kind, scope, subject)) {
        Ok(draft) => Line::Fact(draft),
        Err(message) => refuse(readable, &message),
    }
}

/// Takes a line of NDJSON apart.
pub(crate) fn of_ndjson(line: &str, kinds: &KindSet) -> Line {
    let result = Members::read(line).and_then(|members| match statement::read(line, &members)? {
        Some(statement) => Ok(Line::Statement(statement)),
        None => fact_of_ndjson(line, &members, kinds),
    });
    result.unwrap_or_else(Line::Bad)
}

/// The kind and scope of a line that is too large to be looked at further.
pub(crate) fn place_of_ndjson(line: &str, kinds: &KindSet) -> Result<(KindId, ScopeId), BadForm> {
    statement::kind_and_scope(line, &Members::read(line)?, kinds)
}

fn fact_of_ndjson(line: &str, members: &Members<'_>, kinds: &KindSet) -> Result<Line, BadForm> {
    members.only(line, &["kind", "subject", "scope", "observed_at", "body", "$from", "$gaps"])?;
    let (id, scope) = statement::kind_and_scope(line, members, kinds)?;
    members.text(line, "observed_at")?;
    if members.get("body").is_none() {
        return Err(BadForm { column: 1, reason: "`body` is missing".to_owned() });
    }
    let subject = members.text(line, "subject").map(subject_of)?;
    let readable = subject.as_ref().ok().cloned();
    let result = match kinds.get(&id) {
        Some(kind) => draft(members, kind, &scope, subject).map_err(|message| (GapCode::INVALID_RECORD, message)),
        None => Err((GapCode::UNKNOWN_KIND, unknown_kind(id.as_str(), kinds))),
    };
    Ok(match result {
        Ok(draft) => Line::Fact(draft),
        Err((code, message)) => Line::Refused(Refusal { kind: id, scope, subject: readable, code, message: capped(&message) }),
    })
}

/// Says that a kind is not known, and which one was probably meant.
pub(crate) fn unknown_kind(text: &str, kinds: &KindSet) -> String {
    let meant = kinds.nearest_id(text).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("the kind {} is not known{meant}", quoted(text))
}

fn subject_of(text: Cow<'_, str>) -> Result<SubjectId, String> {
    SubjectId::new(text).map_err(|error| format!("`subject`: {error}"))
}

fn draft(members: &Members<'_>, kind: &Kind, scope: &ScopeId, subject: Result<SubjectId, String>) -> Result<Draft, String> {
    let subject = subject?;
    let observed_at = members.get("observed_at").map(observed_at_of).transpose()?;
    let field_gaps = members.get("$gaps").map(field_gaps_of).transpose()?.unwrap_or_default();
    let from = members.get("$from").map(from_of).transpose()?.unwrap_or_default();
    let body = members.get("body").ok_or("`body` is missing")?;
    let exact = exact::body(body, kind, &field_gaps)?;
    Ok(Draft {
        digest: model::Fact::digest_of(&kind.id, scope, &subject, &exact.stable),
        kind: kind.id.clone(),
        scope: scope.clone(),
        subject,
        observed_at,
        body: model::Body::from_canonical(exact.text),
        from,
        field_gaps,
    })
}

fn observed_at_of(value: &RawValue) -> Result<Timestamp, String> {
    let text = text_of(value).map_err(|found| format!("`observed_at`: expected a timestamp, found {found}"))?;
    crate::instant::parse(&text)
        .ok_or_else(|| format!("`observed_at`: expected a timestamp such as `2026-11-23T10:00:00Z`, found {}", quoted(&text)))
}

fn from_of(value: &RawValue) -> Result<Vec<ReadFrom>, String> {
    let parts: Vec<[u64; 3]> = serde_json::from_str(value.get())
        .map_err(|_| "`$from`: expected a list of `[call, offset, length]`, found something else".to_owned())?;
    Ok(parts.into_iter().map(|[call, offset, length]| ReadFrom { call, offset, length }).collect())
}

/// The reasons of absent fields, sorted by field.
fn field_gaps_of(value: &RawValue) -> Result<Vec<FieldGap>, String> {
    let expected = || "`$gaps`: expected a record of fields with their reasons".to_owned();
    let Ok(Json::Record(members)) = json::read(value.get()) else { return Err(expected()) };
    let mut gaps = Vec::with_capacity(members.len());
    for (field, reason) in members {
        let Json::String(reason) = reason else { return Err(expected()) };
        gaps.push(FieldGap { field: field.into(), reason: capped(&reason).into() });
    }
    gaps.sort();
    match gaps.iter().zip(gaps.iter().skip(1)).find(|(a, b)| a.field == b.field) {
        Some((gap, _)) => Err(format!("`$gaps` names {} twice", quoted(&gap.field))),
        None => Ok(gaps),
    }
}

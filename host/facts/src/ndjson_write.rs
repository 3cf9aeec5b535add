//! NDJSON out: facts in the form in which they can be read again.
//!
//! Takes a [`FactSet`], writes its scopes, gaps and facts. Never writes the collector's name: the form has no place for it, so
//! facts of several collectors are one collector's when they are read again.

use std::io::{self, Write};

use model::{CollectorName, Completeness, Fact, FactSet, FieldGap, Gap, KindId, ReadFrom, ScopeId, ScopeState, SubjectId};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// Which facts are written; what is `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<KindId>,
    /// Said by this collector.
    pub collector: Option<CollectorName>,
    /// In this scope.
    pub scope: Option<ScopeId>,
    /// About this subject. Scopes and their completeness are left out then: one subject is never all of a scope.
    pub subject: Option<SubjectId>,
}

impl Filter {
    fn takes(&self, kind: &KindId, collector: &CollectorName, scope: &ScopeId) -> bool {
        self.kind.as_ref().is_none_or(|it| it == kind)
            && self.collector.as_ref().is_none_or(|it| it == collector)
            && self.scope.as_ref().is_none_or(|it| it == scope)
    }

    /// Whether the filter takes a fact.
    pub fn takes_fact(&self, fact: &Fact) -> bool {
        self.takes(&fact.kind, &fact.collector, &fact.scope) && self.subject.as_ref().is_none_or(|it| *it == fact.subject)
    }
}

/// Writes facts, and the state of their scopes, one JSON object a line.
///
/// Read again with [`crate::read_ndjson`] at the same instant, the lines of one collector give the same facts, scopes and gaps.
///
/// # Errors
/// What `out` says.
pub fn write_ndjson(out: &mut dyn Write, facts: &FactSet, filter: &Filter) -> io::Result<()> {
    let whole_scopes = filter.subject.is_none();
    let scopes = || facts.scopes().iter().filter(|it| whole_scopes && filter.takes(&it.kind, &it.collector, &it.scope));
    for ScopeState { kind, scope, completeness, .. } in scopes() {
        if *completeness == Completeness::Incomplete {
            line(
                out,
                &Statement {
                    form: "expect",
                    members: &[("kind", Member::Text(kind.as_str())), ("scope", Member::Text(scope.as_str()))],
                },
            )?;
        }
    }
    for fact in facts.facts().iter().filter(|fact| filter.takes_fact(fact)) {
        line(out, &FactLine(fact))?;
    }
    for Gap { collector, kind, scope, subject, code, message } in facts.gaps() {
        let about = filter.subject.is_none() || filter.subject == *subject;
        if about && filter.takes(kind, collector, scope) {
            let place = [("kind", Member::Text(kind.as_str())), ("scope", Member::Text(scope.as_str()))];
            let subject = subject.as_ref().map(|subject| ("subject", Member::Text(subject.as_str())));
            let reason = [("code", Member::Text(code.as_str())), ("message", Member::Text(message))];
            let members: Vec<_> = place.into_iter().chain(subject).chain(reason).collect();
            line(out, &Statement { form: "gap", members: &members })?;
        }
    }
    for ScopeState { kind, scope, completeness, .. } in scopes() {
        if let Completeness::Complete { count, observed_at } = completeness {
            let observed_at = observed_at.to_string();
            let members = [
                ("kind", Member::Text(kind.as_str())),
                ("scope", Member::Text(scope.as_str())),
                ("count", Member::Count(*count)),
                ("observed_at", Member::Text(&observed_at)),
            ];
            line(out, &Statement { form: "complete", members: &members })?;
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    out.write_all(&text)
}

enum Member<'a> {
    Text(&'a str),
    Count(u64),
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Count(count) => serializer.serialize_u64(*count),
        }
    }
}

/// `{"expect":{…}}` and its kin.
struct Statement<'a> {
    form: &'a str,
    members: &'a [(&'a str, Member<'a>)],
}

impl Serialize for Statement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Inner<'a>(&'a [(&'a str, Member<'a>)]);
        impl Serialize for Inner<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
            }
        }
        serializer.collect_map([(self.form, Inner(self.members))])
    }
}

struct FactLine<'a>(&'a Fact);

impl Serialize for FactLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Fact { kind, scope, subject, observed_at, body, from, field_gaps, .. } = self.0;
        let body: &RawValue = serde_json::from_str(body.as_str()).map_err(serde::ser::Error::custom)?;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", kind)?;
        map.serialize_entry("subject", subject)?;
        map.serialize_entry("scope", scope)?;
        map.serialize_entry("observed_at", observed_at)?;
        map.serialize_entry("body", body)?;
        if !from.is_empty() {
            map.serialize_entry("$from", &Parts(from))?;
        }
        if !field_gaps.is_empty() {
            map.serialize_entry("$gaps", &Reasons(field_gaps))?;
        }
        map.end()
    }
}

struct Parts<'a>(&'a [ReadFrom]);

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|part| [part.call, part.offset, part.length]))
    }
}

struct Reasons<'a>(&'a [FieldGap]);

impl Serialize for Reasons<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|gap| (&gap.field, &gap.reason)))
    }
}

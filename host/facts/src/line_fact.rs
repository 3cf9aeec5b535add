//! The short way through a line that states a fact.
//!
//! Takes a line, gives a [`Draft`] when everything about it is as it should be, in one pass. `None` means no more than that
//! [`crate::line`] must look. Never decides that a line is wrong.

use core::fmt;

use model::{Kind, KindId, ReadFrom, ScopeId, SubjectId, Timestamp};
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};

use crate::canonical::{BodySeed, Scratch, refused};
use crate::kind_set::KindSet;
use crate::line::{Batch, Draft};

/// What a worker remembers from line to line: neighbours are mostly alike.
pub(crate) struct Reader<'k> {
    kinds: &'k KindSet,
    scratch: Scratch,
    kind_text: String,
    kind: Option<&'k Kind>,
    scope: Option<ScopeId>,
    instant_text: String,
    instant: Timestamp,
}

impl<'k> Reader<'k> {
    pub(crate) fn new(kinds: &'k KindSet) -> Self {
        Self {
            kinds,
            scratch: Scratch::default(),
            kind_text: String::new(),
            kind: None,
            scope: None,
            instant_text: String::new(),
            instant: Timestamp::UNIX_EPOCH,
        }
    }

    /// A line of a batch.
    pub(crate) fn of_batch(&mut self, line: &str, batch: Batch<'k>) -> Option<Draft> {
        self.kind = Some(batch.kind);
        if self.scope.as_ref() != Some(batch.scope) {
            self.scope = Some(batch.scope.clone());
        }
        self.read(line, false)
    }

    /// A line of NDJSON.
    pub(crate) fn of_ndjson(&mut self, line: &str) -> Option<Draft> {
        self.read(line, true)
    }

    /// Notes the kind of a line that went the long way: a body that stands before its kind is read as the last line's kind.
    pub(crate) fn remember(&mut self, kind: &KindId) {
        self.set_kind(kind.as_str());
    }

    fn read(&mut self, line: &str, named: bool) -> Option<Draft> {
        let mut deserializer = serde_json::Deserializer::from_str(line);
        let stated = LineSeed { reader: self, named }.deserialize(&mut deserializer).ok()?;
        deserializer.end().ok()?;
        let (kind, scope) = (self.kind?, self.scope.as_ref()?);
        let digest = model::Fact::digest_of(&kind.id, scope, &stated.subject, self.scratch.stable(kind));
        Some(Draft {
            kind: kind.id.clone(),
            scope: scope.clone(),
            subject: stated.subject,
            observed_at: stated.observed_at,
            body: model::Body::from_canonical(self.scratch.text.as_str()),
            digest,
            from: stated.from,
            field_gaps: Vec::new(),
        })
    }

    fn set_kind(&mut self, text: &str) -> Option<()> {
        if self.kind_text != text || self.kind.is_none() {
            self.kind = self.kinds.resolve(text).and_then(|id| self.kinds.get(id));
            text.clone_into(&mut self.kind_text);
        }
        self.kind.map(|_| ())
    }

    fn set_scope(&mut self, text: &str) -> Option<()> {
        if self.scope.as_ref().is_none_or(|scope| scope.as_str() != text) {
            self.scope = ScopeId::new(text).ok();
        }
        self.scope.as_ref().map(|_| ())
    }

    fn instant(&mut self, text: &str) -> Option<Timestamp> {
        if self.instant_text != text {
            self.instant = crate::instant::parse(text)?;
            text.clone_into(&mut self.instant_text);
        }
        Some(self.instant)
    }
}

struct Stated {
    subject: SubjectId,
    observed_at: Option<Timestamp>,
    from: Vec<ReadFrom>,
}

struct LineSeed<'r, 'k> {
    reader: &'r mut Reader<'k>,
    /// Whether the line names its kind and scope.
    named: bool,
}

impl<'de> DeserializeSeed<'de> for LineSeed<'_, '_> {
    type Value = Stated;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Stated, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for LineSeed<'_, '_> {
    type Value = Stated;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fact")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Stated, A::Error> {
        let Self { reader, named } = self;
        let mut seen = Seen::default();
        let (mut subject, mut observed_at, mut from) = (None, None, Vec::new());
        // The kind as which a body was read that came before its kind.
        let mut read_as = None;
        while let Some(member) = access.next_key_seed(MemberSeed)? {
            seen.first(member).ok_or_else(refused)?;
            match member {
                Member::Kind if named => access.next_value_seed(TextSeed(|text: &str| reader.set_kind(text)))?,
                Member::Scope if named => access.next_value_seed(TextSeed(|text: &str| reader.set_scope(text)))?,
                Member::Kind | Member::Scope => return Err(refused()),
                Member::Subject => subject = Some(access.next_value_seed(TextSeed(|text: &str| SubjectId::new(text).ok()))?),
                Member::ObservedAt => observed_at = Some(access.next_value_seed(TextSeed(|text: &str| reader.instant(text)))?),
                Member::Body => {
                    let kind = reader.kind.ok_or_else(refused)?;
                    read_as = Some(&kind.id);
                    access.next_value_seed(BodySeed { kind, scratch: &mut reader.scratch })?;
                }
                Member::From => {
                    let parts: Vec<[u64; 3]> = access.next_value()?;
                    from = parts.into_iter().map(|[call, offset, length]| ReadFrom { call, offset, length }).collect();
                }
            }
        }
        let whole = seen.all(named) && read_as == reader.kind.map(|kind| &kind.id);
        match subject {
            Some(subject) if whole => Ok(Stated { subject, observed_at, from }),
            _ => Err(refused()),
        }
    }
}

#[derive(Clone, Copy)]
enum Member {
    Kind = 1,
    Scope = 2,
    Subject = 4,
    ObservedAt = 8,
    Body = 16,
    From = 32,
}

/// Which members have come.
#[derive(Default)]
struct Seen(u8);

impl Seen {
    /// Notes a member; `None` when it came before.
    fn first(&mut self, member: Member) -> Option<()> {
        let bit = member as u8;
        let new = self.0 & bit == 0;
        self.0 |= bit;
        new.then_some(())
    }

    /// Whether all came that must.
    fn all(&self, named: bool) -> bool {
        let always = Member::Subject as u8 | Member::Body as u8;
        let must = if named { always | Member::Kind as u8 | Member::Scope as u8 | Member::ObservedAt as u8 } else { always };
        self.0 & must == must
    }
}

struct MemberSeed;

impl<'de> DeserializeSeed<'de> for MemberSeed {
    type Value = Member;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Member, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberSeed {
    type Value = Member;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member of a fact")
    }
    fn visit_str<E: Error>(self, name: &str) -> Result<Member, E> {
        match name {
            "kind" => Ok(Member::Kind),
            "scope" => Ok(Member::Scope),
            "subject" => Ok(Member::Subject),
            "observed_at" => Ok(Member::ObservedAt),
            "body" => Ok(Member::Body),
            "$from" => Ok(Member::From),
            _ => Err(refused()),
        }
    }
}

/// A text, and what is made of it.
struct TextSeed<F>(F);

impl<'de, T, F: FnMut(&str) -> Option<T>> DeserializeSeed<'de> for TextSeed<F> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: FnMut(&str) -> Option<T>> Visitor<'_> for TextSeed<F> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E: Error>(mut self, text: &str) -> Result<T, E> {
        (self.0)(text).ok_or_else(refused)
    }
}

//! The short way from a body to its canonical form: one pass, guided by the kind.
//!
//! Takes JSON through serde and appends canonical JSON to a buffer that is used again for each fact. It takes only what fits
//! the kind; anything else ends it without a reason, and [`crate::exact`] looks again and says why. Never admits what
//! `exact` would refuse.

use core::fmt;

use model::{Field, FieldType, Kind};
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

/// Buffers that live as long as a worker.
#[derive(Default)]
pub(crate) struct Scratch {
    /// The canonical body.
    pub(crate) text: String,
    /// Where each field of the records that are open stands in `text`; the outermost first.
    spans: Vec<Span>,
    sorted: String,
    stable: String,
    /// The positions of the fields of the last body, in the order in which they came: the next body mostly has the same.
    trail: Vec<usize>,
    /// How many fields of this body have come.
    come: usize,
}

#[derive(Clone, Copy)]
struct Span {
    field: usize,
    start: usize,
    end: usize,
}

impl Scratch {
    /// Forgets the last body.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.come = 0;
    }

    /// Where the next field probably stands.
    fn guess(&self) -> usize {
        self.trail.get(self.come).copied().unwrap_or(0)
    }

    /// Notes where the next field stands.
    fn note(&mut self, at: usize) {
        match self.trail.get_mut(self.come) {
            Some(guess) => *guess = at,
            None => self.trail.push(at),
        }
        self.come += 1;
    }

    /// The body without the volatile fields of its kind.
    pub(crate) fn stable(&mut self, kind: &Kind) -> &str {
        if !kind.has_volatile() {
            return &self.text;
        }
        self.stable.clear();
        self.stable.push('{');
        for span in &self.spans {
            if kind.fields.get(span.field).is_some_and(|field| !field.volatile) {
                if self.stable.len() > 1 {
                    self.stable.push(',');
                }
                self.stable.push_str(self.text.get(span.start..span.end).unwrap_or_default());
            }
        }
        self.stable.push('}');
        &self.stable
    }

    /// Puts the fields of the record that began at `start`, whose spans begin at `first`, into their order.
    fn sort(&mut self, start: usize, first: usize) {
        let Some(spans) = self.spans.get_mut(first..) else { return };
        spans.sort_unstable_by_key(|span| span.field);
        self.sorted.clear();
        for span in spans {
            if !self.sorted.is_empty() {
                self.sorted.push(',');
            }
            let moved = start + 1 + self.sorted.len();
            self.sorted.push_str(self.text.get(span.start..span.end).unwrap_or_default());
            *span = Span { field: span.field, start: moved, end: start + 1 + self.sorted.len() };
        }
        self.text.truncate(start + 1);
        self.text.push_str(&self.sorted);
    }
}

/// Reads one body of the kind into the scratch.
pub(crate) struct BodySeed<'a> {
    pub(crate) kind: &'a Kind,
    pub(crate) scratch: &'a mut Scratch,
}

impl<'de> DeserializeSeed<'de> for BodySeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.scratch.clear();
        deserializer.deserialize_map(RecordVisitor { fields: &self.kind.fields, scratch: self.scratch })
    }
}

struct RecordVisitor<'a> {
    fields: &'a [Field],
    scratch: &'a mut Scratch,
}

impl<'de> Visitor<'de> for RecordVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record of the kind")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Self { fields, scratch } = self;
        let (start, first) = (scratch.text.len(), scratch.spans.len());
        let (mut seen, mut next, mut in_order) = (0_u128, 0, true);
        scratch.text.push('{');
        while let Some(at) = access.next_key_seed(FieldSeed { fields, guess: scratch.guess() })? {
            let field = fields.get(at).ok_or_else(refused)?;
            if seen & (1 << at) != 0 {
                return Err(refused());
            }
            seen |= 1 << at;
            scratch.note(at);
            in_order &= at >= next;
            next = at + 1;
            if scratch.spans.len() > first {
                scratch.text.push(',');
            }
            let start = scratch.text.len();
            scratch.text.push('"');
            scratch.text.push_str(&field.name);
            scratch.text.push_str("\":");
            access.next_value_seed(ValueSeed { ty: &field.ty, nullable: field.nullable, scratch })?;
            scratch.spans.push(Span { field: at, start, end: scratch.text.len() });
        }
        if fields.iter().enumerate().any(|(at, field)| !field.optional && seen & (1 << at) == 0) {
            return Err(refused());
        }
        if !in_order {
            scratch.sort(start, first);
        }
        scratch.text.push('}');
        // The spans of the body itself stay: the stable form is made of them.
        if first > 0 || start > 0 {
            scratch.spans.truncate(first);
        }
        Ok(())
    }
}

/// Reads a field's name into its position.
struct FieldSeed<'a> {
    fields: &'a [Field],
    guess: usize,
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = usize;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for FieldSeed<'_> {
    type Value = usize;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }
    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        if self.fields.get(self.guess).is_some_and(|field| field.name == name) {
            return Ok(self.guess);
        }
        self.fields.iter().position(|field| field.name == name).ok_or_else(refused)
    }
}

struct ValueSeed<'a> {
    ty: &'a FieldType,
    nullable: bool,
    scratch: &'a mut Scratch,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl ValueSeed<'_> {
    /// Appends a text that JSON holds without escapes.
    fn push_plain(&mut self, text: &str) {
        self.scratch.text.push('"');
        self.scratch.text.push_str(text);
        self.scratch.text.push('"');
    }

    fn instant<E: Error>(self, text: &str) -> Result<(), E> {
        self.scratch.text.push('"');
        crate::instant::write_canonical(text, &mut self.scratch.text).ok_or_else(refused)?;
        self.scratch.text.push('"');
        Ok(())
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ty.name())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if !self.nullable {
            return Err(refused());
        }
        self.scratch.text.push_str("null");
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        if !matches!(self.ty, FieldType::Bool) {
            return Err(refused());
        }
        self.scratch.text.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        use fmt::Write as _;
        if !matches!(self.ty, FieldType::Int | FieldType::Duration) {
            return Err(refused());
        }
        write!(self.scratch.text, "{value}").map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.visit_i64(i64::try_from(value).map_err(E::custom)?)
    }

    /// serde_json lends a text only when it stands in the input without escapes, which is its canonical form too.
    fn visit_borrowed_str<E: Error>(mut self, text: &'de str) -> Result<(), E> {
        match self.ty {
            FieldType::Timestamp => self.instant(text),
            FieldType::String { values } if values.is_empty() || values.iter().any(|value| value == text) => {
                self.push_plain(text);
                Ok(())
            }
            _ => Err(refused()),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.ty {
            FieldType::Timestamp => self.instant(text),
            FieldType::String { values } if values.is_empty() || values.iter().any(|value| value == text) => {
                self.scratch.text.push_str(&serde_json::to_string(text).map_err(E::custom)?);
                Ok(())
            }
            _ => Err(refused()),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let FieldType::List(item) = self.ty else { return Err(refused()) };
        self.scratch.text.push('[');
        let start = self.scratch.text.len();
        while access
            .next_element_seed(ItemSeed { ty: item, comma: self.scratch.text.len() > start, scratch: self.scratch })?
            .is_some()
        {}
        self.scratch.text.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<(), A::Error> {
        let FieldType::Record(fields) = self.ty else { return Err(refused()) };
        RecordVisitor { fields, scratch: self.scratch }.visit_map(access)
    }
}

/// One item of a list, after a comma unless it is the first.
struct ItemSeed<'a> {
    ty: &'a FieldType,
    comma: bool,
    scratch: &'a mut Scratch,
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.comma {
            self.scratch.text.push(',');
        }
        deserializer.deserialize_any(ValueSeed { ty: self.ty, nullable: false, scratch: self.scratch })
    }
}

/// The end of the short way; `exact` finds the reason.
pub(crate) fn refused<E: Error>() -> E {
    E::custom("it does not fit the kind")
}

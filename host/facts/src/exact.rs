//! The long way from a body to its canonical form: it says why a body does not fit its kind.
//!
//! Takes the JSON of one body and the fields that the collector said are absent, gives canonical JSON or the first thing that
//! is wrong with its path, what was expected and what was found. Never panics, and never recurses deeper than a kind does.

use core::fmt::Write as _;

use model::{Field, FieldGap, FieldType, Kind, nearest};
use serde_json::value::RawValue;

use crate::json::{self, Json};
use crate::wording::quoted;

/// A body that fits its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exact {
    /// The canonical form.
    pub(crate) text: String,
    /// The canonical form without the volatile fields.
    pub(crate) stable: String,
}

/// The canonical form of a body, or what is wrong with it.
pub(crate) fn body(raw: &RawValue, kind: &Kind, gaps: &[FieldGap]) -> Result<Exact, String> {
    let body = json::read(raw.get()).map_err(|reason| format!("`body`: {reason}"))?;
    let Json::Record(members) = body else {
        return Err(format!("`body`: expected a record, found {}", body.found(true)));
    };
    if let Some(gap) = gaps.iter().find(|gap| !has_path(&kind.fields, &gap.field)) {
        return Err(format!("`$gaps` names {}, which `{}` does not have", quoted(&gap.field), kind.id));
    }
    let mut writer = Writer { kind, gaps, path: String::new(), hidden: false, out: String::new() };
    let stable = writer.record(&members, &kind.fields, true)?;
    Ok(Exact { stable: if kind.has_volatile() { stable } else { writer.out.clone() }, text: writer.out })
}

/// Whether the fields hold the dotted path; the items of a list are passed through.
fn has_path(fields: &[Field], path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(field) = fields.iter().find(|field| field.name == name) else { return false };
    let mut ty = &field.ty;
    while let FieldType::List(item) = ty {
        ty = item;
    }
    match (rest, ty) {
        (None, _) => true,
        (Some(rest), FieldType::Record(fields)) => has_path(fields, rest),
        (Some(_), _) => false,
    }
}

struct Writer<'a> {
    kind: &'a Kind,
    gaps: &'a [FieldGap],
    /// Where the value stands, such as `access_keys[2].status`.
    path: String,
    /// Whether a record around the value is sensitive: values are not quoted then.
    hidden: bool,
    out: String,
}

impl Writer<'_> {
    /// Writes a record; of the body itself, gives the form without volatile fields too.
    fn record(&mut self, members: &[(String, Json)], fields: &[Field], outermost: bool) -> Result<String, String> {
        for (at, (name, _)) in members.iter().enumerate() {
            if members.iter().skip(at + 1).any(|(other, _)| other == name) {
                return Err(format!("{} stands twice", quoted(&self.inner(name))));
            }
            if !fields.iter().any(|field| field.name == *name) {
                return Err(self.unknown(name, fields));
            }
        }
        let mut stable = String::from("{");
        self.out.push('{');
        let begin = self.out.len();
        for field in fields {
            let length = self.path.len();
            if !self.path.is_empty() {
                self.path.push('.');
            }
            self.path.push_str(&field.name);
            let member = members.iter().find(|(name, _)| *name == field.name);
            let gapped = !self.gaps.is_empty() && self.is_gapped();
            match member {
                Some((_, value)) => {
                    if gapped && !self.path.contains('[') {
                        return Err(format!("`{}` is there, though `$gaps` says that it is not", self.path));
                    }
                    if self.out.len() > begin {
                        self.out.push(',');
                    }
                    let start = self.out.len();
                    let _ = write!(self.out, "\"{}\":", field.name);
                    self.value(value, &field.ty, field.nullable, field.sensitive)?;
                    if outermost && !field.volatile {
                        if stable.len() > 1 {
                            stable.push(',');
                        }
                        stable.push_str(self.out.get(start..).unwrap_or_default());
                    }
                }
                None if field.optional || gapped => {}
                None => return Err(format!("`{}`: expected a {}, found nothing", self.path, field.ty.name())),
            }
            self.path.truncate(length);
        }
        self.out.push('}');
        stable.push('}');
        Ok(stable)
    }

    fn inner(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn unknown(&self, name: &str, fields: &[Field]) -> String {
        let near = nearest(name, fields.iter().map(|field| field.name.as_str()));
        let meant = near.map(|near| format!("; did you mean `{}`?", self.inner(near))).unwrap_or_default();
        format!("{}: `{}` has no such field{meant}", quoted(&self.inner(name)), self.kind.id)
    }

    /// Whether the collector gave a reason why the field at the path is absent.
    fn is_gapped(&self) -> bool {
        let mut names = String::with_capacity(self.path.len());
        let mut within = false;
        for letter in self.path.chars() {
            match letter {
                '[' => within = true,
                ']' => within = false,
                _ if within => {}
                letter => names.push(letter),
            }
        }
        self.gaps.iter().any(|gap| gap.field == names)
    }

    fn value(&mut self, value: &Json, ty: &FieldType, nullable: bool, sensitive: bool) -> Result<(), String> {
        match (ty, value) {
            (_, Json::Null) if nullable => self.out.push_str("null"),
            (FieldType::Bool, Json::Bool(value)) => self.out.push_str(if *value { "true" } else { "false" }),
            (FieldType::Int | FieldType::Duration, Json::Int(value)) => {
                let _ = write!(self.out, "{value}");
            }
            (FieldType::String { values }, Json::String(text)) if values.is_empty() || values.iter().any(|it| it == text) => {
                self.text(text)?;
            }
            (FieldType::Timestamp, Json::String(text)) => {
                self.out.push('"');
                crate::instant::write_canonical(text, &mut self.out)
                    .ok_or_else(|| self.mismatch(value, ty, nullable, sensitive))?;
                self.out.push('"');
            }
            (FieldType::List(item), Json::List(items)) => {
                self.out.push('[');
                for (at, value) in items.iter().enumerate() {
                    let length = self.path.len();
                    let _ = write!(self.path, "[{at}]");
                    if at > 0 {
                        self.out.push(',');
                    }
                    self.value(value, item, false, sensitive)?;
                    self.path.truncate(length);
                }
                self.out.push(']');
            }
            (FieldType::Record(fields), Json::Record(members)) => {
                let around = self.hidden;
                self.hidden |= sensitive;
                self.record(members, fields, false)?;
                self.hidden = around;
            }
            _ => return Err(self.mismatch(value, ty, nullable, sensitive)),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        let json = serde_json::to_string(text).map_err(|error| format!("`{}`: {error}", self.path))?;
        self.out.push_str(&json);
        Ok(())
    }

    fn mismatch(&self, value: &Json, ty: &FieldType, nullable: bool, sensitive: bool) -> String {
        let expected = match ty {
            FieldType::String { values } if !values.is_empty() => {
                format!("one of {}", values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", "))
            }
            FieldType::Int => "a whole number of 64 bits".to_owned(),
            FieldType::Duration => "a whole number of seconds".to_owned(),
            FieldType::Timestamp => "a timestamp such as `2026-11-23T10:00:00Z`".to_owned(),
            ty => format!("a {}", ty.name()),
        };
        let or_null = if nullable { " or null" } else { "" };
        format!("`{}`: expected {expected}{or_null}, found {}", self.path, value.found(!sensitive && !self.hidden))
    }
}

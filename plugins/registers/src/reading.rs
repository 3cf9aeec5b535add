//! One register while it is read: lines become facts of its kind, and what is wrong with a line becomes a gap with its place.

use std::io::Write as _;

use engine_sdk::{Fault, ReadFrom};
use serde_json::Value;

use crate::cell::Cell;
use crate::columns::Columns;
use crate::document::Document;
use crate::kind::{Kind, REGISTER};
use crate::quote::{listed, quoted};
use crate::register::Part;
use crate::rows::{Place, Row, Rows};
use crate::settings::Wanted;
use crate::statements::Statements;
use crate::value::{Manner, NoValue, value};

/// The longest subject that a fact may have, in bytes.
const SUBJECT: usize = 1_024;

/// A register while it is read.
pub(crate) struct Reading<'a> {
    pub(crate) statements: Statements<'a>,
    wanted: &'a Wanted,
    kind: &'a Kind,
    scope: &'a str,
    columns: Columns,
    /// By the place of the field: why it is not there, when no column gives it.
    lacking: Vec<Option<String>>,
    /// Columns that were not read, for the log.
    pub(crate) unknown: Vec<String>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(wanted: &'a Wanted, kind: &'a Kind, scope: &'a str, statements: Statements<'a>) -> Self {
        Self { statements, wanted, kind, scope, columns: Columns::default(), lacking: Vec::new(), unknown: Vec::new() }
    }

    /// The values of a line by the places of their fields, or all that is wrong with it.
    fn values(&self, row: &Row) -> Result<Vec<Option<Value>>, String> {
        let mut wrong = Vec::new();
        let mut values = Vec::with_capacity(self.kind.fields.len());
        for (at, field) in self.kind.fields.iter().enumerate() {
            let Some(column) = self.columns.of_field(at) else {
                values.push(None);
                continue;
            };
            let manner = Manner {
                dates: &self.wanted.settings.dates,
                unit: self.columns.unit(at),
                words: self.wanted.settings.words.get(&field.name),
            };
            match value(field, row.cells.get(column).unwrap_or(&Cell::Empty), &manner) {
                Ok(value) => values.push(Some(value)),
                Err(NoValue::Absent) => values.push(None),
                Err(NoValue::Wrong(why)) => {
                    values.push(None);
                    wrong.push(format!("{} {why}", row.place.column(column, self.columns.heading(column))));
                }
            }
        }
        if wrong.is_empty() { Ok(values) } else { Err(wrong.join("; ")) }
    }

    /// What the line is about: the register and the parts that tell its lines apart.
    fn subject(&self, values: &[Option<Value>]) -> Result<String, String> {
        let part = |name: &str| {
            let at = self.kind.fields.iter().position(|field| field.name == name)?;
            values.get(at)?.as_ref().and_then(Value::as_str)
        };
        let mut subject = self.scope.to_owned();
        for of in self.wanted.register.subject {
            let text = match of {
                Part::Column(name) => Some(part(name).ok_or_else(|| format!("`{name}` is empty, and tells the lines apart"))?),
                Part::Where(name) => part(name),
                Part::Or(name, otherwise) => Some(part(name).unwrap_or(otherwise)),
                Part::FirstOf(name, other) => {
                    let neither = || format!("`{name}` and `{other}` are both empty, and one of them tells the lines apart");
                    Some(part(name).or_else(|| part(other)).ok_or_else(neither)?)
                }
            };
            if let Some(text) = text {
                subject.push('/');
                subject.push_str(&plain(text));
            }
        }
        if subject.len() > SUBJECT {
            return Err("what tells it apart is too long".to_owned());
        }
        Ok(subject)
    }

    /// The line of a fact, as the host takes it.
    fn json(&self, subject: &str, values: &[Option<Value>], row: &Row, from: &[ReadFrom]) -> Result<Vec<u8>, Fault> {
        let mut json = Vec::with_capacity(512);
        let failed = |error: std::io::Error| Fault::invalid(error.to_string());
        json.extend_from_slice(b"{\"subject\":");
        serde_json::to_writer(&mut json, subject)?;
        write!(json, ",\"body\":{{\"{REGISTER}\":").map_err(failed)?;
        serde_json::to_writer(&mut json, &self.wanted.name)?;
        let mut lacking = Vec::new();
        for (at, (field, value)) in self.kind.fields.iter().zip(values).enumerate() {
            match (value, self.lacking.get(at).and_then(Option::as_ref)) {
                (Some(value), _) => {
                    write!(json, ",\"{}\":", field.name).map_err(failed)?;
                    serde_json::to_writer(&mut json, value)?;
                }
                (None, Some(why)) => lacking.push((&field.name, why.clone())),
                (None, None) => lacking.push((&field.name, format!("empty in {}", row.place.words()))),
            }
        }
        json.push(b'}');
        if !from.is_empty() {
            json.extend_from_slice(b",\"$from\":");
            serde_json::to_writer(&mut json, from)?;
        }
        for (at, (name, why)) in lacking.iter().enumerate() {
            write!(json, "{}\"{name}\":", if at == 0 { ",\"$gaps\":{" } else { "," }).map_err(failed)?;
            serde_json::to_writer(&mut json, why)?;
        }
        json.extend_from_slice(if lacking.is_empty() { b"}" } else { b"}}" });
        Ok(json)
    }
}

/// A value as a part of a subject: in lower case, a day without its midnight, and never taken for two parts.
fn plain(text: &str) -> String {
    let text = text.strip_suffix("T00:00:00Z").unwrap_or(text);
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            '/' => plain.push_str("%2f"),
            '%' => plain.push_str("%25"),
            _ if letter.is_whitespace() => plain.push('-'),
            _ => plain.push(letter),
        }
    }
    plain
}

/// Takes those out who did a change from those who approved it: nobody approves their own.
fn without_the_author(kind: &Kind, values: &mut [Option<Value>]) {
    let place = |name: &str| kind.fields.iter().position(|field| field.name == name);
    let text = |at: Option<usize>| at.and_then(|at| values.get(at)?.as_ref()?.as_str().map(str::to_lowercase));
    let authors = [text(place("author")), text(place("email"))];
    if let Some(Some(Value::Array(approvers))) = place("approvers").and_then(|at| values.get_mut(at)) {
        approvers.retain(|it| !it.as_str().is_some_and(|it| authors.iter().flatten().any(|author| *author == it.to_lowercase())));
    }
}

impl Rows for Reading<'_> {
    fn known(&self, headings: &[String]) -> usize {
        Columns::known(self.kind, &self.wanted.settings.columns, headings)
    }

    fn columns(&mut self, name: &str, headings: Vec<String>) -> Result<(), Fault> {
        let given = &self.wanted.settings.columns;
        self.columns = Columns::of(self.kind, given, headings).map_err(|fault| fault.about(name))?;
        self.unknown.extend(self.columns.unknown().map(str::to_owned));
        let column = |field: &str| given.get(field).map_or_else(|| field.to_owned(), Clone::clone);
        let fields = || self.kind.fields.iter().enumerate();
        let is_there = |at: usize| self.columns.of_field(at).is_some();
        self.lacking = fields()
            .map(|(at, field)| (!is_there(at)).then(|| format!("no column {} in {name}", quoted(&column(&field.name)))))
            .collect();
        let missing: Vec<String> =
            fields().filter(|(at, field)| !field.is_optional && !is_there(*at)).map(|(_, field)| column(&field.name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let names = listed(missing.iter().map(String::as_str));
        let how = format!(
            "add them to its first line, or name them in `columns` of `[register.{}]` in registers.toml",
            self.wanted.name
        );
        let fault = Fault::invalid(format!("{name} lacks the columns {names}: {how}"));
        let tells_apart = |at: usize| {
            let name = self.kind.fields.get(at).map_or("", |field| field.name.as_str());
            self.wanted.register.told_apart_by().any(|it| it == name)
        };
        if fields().any(|(at, _)| !is_there(at) && tells_apart(at)) {
            return Err(fault);
        }
        self.statements.gap(&fault);
        Ok(())
    }

    fn row(&mut self, document: &Document<'_>, row: Row) -> Result<(), Fault> {
        let mut values = match self.values(&row) {
            Ok(values) => values,
            Err(why) => {
                self.statements.refuse("invalid", &format!("{}, {}: {why}", document.name(), row.place.words()));
                return Ok(());
            }
        };
        if self.wanted.register.name == "changes" {
            without_the_author(self.kind, &mut values);
        }
        let subject = match self.subject(&values) {
            Ok(subject) => subject,
            Err(why) => {
                self.wrong(document, row.place, &why);
                return Ok(());
            }
        };
        let json = self.json(&subject, &values, &row, &document.from(&row.range))?;
        match self.statements.state(&subject, row.place.number(), &json) {
            Ok(stated) => stated,
            Err(first) => {
                let same = listed(self.wanted.register.subject.iter().map(|part| match part {
                    Part::Column(name) | Part::Where(name) | Part::Or(name, _) | Part::FirstOf(name, _) => *name,
                }));
                let first = if matches!(row.place, Place::Row(_)) {
                    Place::Row(u32::try_from(first).unwrap_or(u32::MAX)).words()
                } else {
                    Place::Line(first).words()
                };
                let why = format!("has the same {same} as {first}, and is not taken");
                self.statements.refuse("conflict", &format!("{}, {}: {why}", document.name(), row.place.words()));
                Ok(())
            }
        }
    }

    fn wrong(&mut self, document: &Document<'_>, place: Place, why: &str) {
        self.statements.refuse("invalid", &format!("{}, {}: {why}", document.name(), place.words()));
    }
}

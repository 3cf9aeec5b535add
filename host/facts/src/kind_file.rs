//! One file of kinds, taken apart with the places of its parts.
//!
//! Takes a TOML text, gives its kinds and every problem in it. Never stops at the first problem.

use core::fmt;
use core::ops::Range;
use std::collections::BTreeSet;
use std::sync::Arc;

use miette::NamedSource;
use model::{Field, FieldType, Kind, KindId, nearest};
use smol_str::SmolStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::kind_set::KindProblem;

/// How many fields one record may have.
pub(crate) const MAX_FIELDS: usize = 128;

/// How deep a kind may nest, so that no body nests deeper than the canonical form allows.
const MAX_NESTING: usize = 16;

/// A kind and where it stands.
pub(crate) struct Found {
    pub(crate) kind: Kind,
    /// Whether it is the user's own.
    pub(crate) local: bool,
    pub(crate) place: Place,
}

/// A place in a file.
#[derive(Clone)]
pub(crate) struct Place {
    file: String,
    text: Arc<str>,
    span: Range<usize>,
}

impl Place {
    fn line_and_column(&self) -> (usize, usize) {
        let before = self.text.get(..self.span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }

    pub(crate) fn problem(&self, message: String, advice: Option<String>) -> KindProblem {
        let (line, column) = self.line_and_column();
        KindProblem {
            file: self.file.clone(),
            line,
            column,
            message,
            advice,
            text: NamedSource::new(&self.file, Arc::clone(&self.text)).with_language("TOML"),
            span: self.span.clone().into(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_and_column();
        write!(f, "{}:{line}:{column}", self.file)
    }
}

/// Reads one file; its problems are added to `problems`.
pub(crate) fn read(name: &str, text: &str, problems: &mut Vec<KindProblem>) -> Vec<Found> {
    let mut reader = Reader { file: name, text: text.into(), problems };
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in errors {
            reader.problem(error.span().unwrap_or(0..0), error.message().to_owned());
        }
        return Vec::new();
    }
    let root = root.get_ref();
    reader.only(root, &["kind"]);
    let Some((_, kinds)) = root.get_key_value("kind") else { return Vec::new() };
    let Some(list) = kinds.get_ref().as_array() else {
        reader.problem(kinds.span(), "`kind` is written `[[kind]]`, once for each".to_owned());
        return Vec::new();
    };
    let local = name.starts_with("local/");
    list.iter().filter_map(|entry| reader.kind(entry, local)).collect()
}

/// A table that is being read, with the place to blame when something is absent.
type Entry<'a, 'i> = (&'a DeTable<'i>, Range<usize>);

struct Reader<'a> {
    file: &'a str,
    text: Arc<str>,
    problems: &'a mut Vec<KindProblem>,
}

impl Reader<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        Place { file: self.file.to_owned(), text: Arc::clone(&self.text), span }
    }

    fn problem(&mut self, span: Range<usize>, message: String) {
        self.advise(span, message, None);
    }

    fn advise(&mut self, span: Range<usize>, message: String, advice: Option<String>) {
        let problem = self.place(span).problem(message, advice);
        self.problems.push(problem);
    }

    /// Complains about every key that is not known.
    fn only(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            let word = key.get_ref();
            if !known.contains(&word.as_ref()) {
                let advice = nearest(word, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
                self.advise(key.span(), format!("`{}` means nothing here", word.escape_debug()), advice);
            }
        }
    }

    fn table<'a, 'i>(&mut self, value: &'a Spanned<DeValue<'i>>, what: &str) -> Option<Entry<'a, 'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.problem(value.span(), format!("{what} is a table, not a {}", value.get_ref().type_str()));
        }
        table.map(|table| (table, value.span()))
    }

    /// A text that must be there and not be empty.
    fn text(&mut self, (table, span): &Entry<'_, '_>, key: &str) -> Option<(String, Range<usize>)> {
        let Some(value) = table.get(key) else {
            self.problem(span.clone(), format!("`{key}` is missing"));
            return None;
        };
        let text = value.get_ref().as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.problem(value.span(), format!("`{key}` is a text that is not empty"));
        }
        text.map(|text| (text.to_owned(), value.span()))
    }

    fn mark(&mut self, table: &DeTable<'_>, key: &str) -> bool {
        let Some(value) = table.get(key) else { return false };
        let mark = value.get_ref().as_bool();
        if mark.is_none() {
            self.problem(value.span(), format!("`{key}` is true or false"));
        }
        mark.unwrap_or(false)
    }

    fn kind(&mut self, entry: &Spanned<DeValue<'_>>, local: bool) -> Option<Found> {
        let entry = self.table(entry, "a kind")?;
        self.only(entry.0, &["id", "title", "description", "event", "fields"]);
        let id = self.text(&entry, "id").and_then(|(text, span)| match KindId::new(text) {
            Ok(id) => Some((id, span)),
            Err(error) => {
                self.problem(span, error.to_string());
                None
            }
        });
        let title = self.text(&entry, "title");
        let description = self.text(&entry, "description");
        let event = self.mark(entry.0, "event");
        let fields = self.fields(&entry, 0);
        let (id, span) = id?;
        let kind = Kind { id, title: title?.0, description: description?.0, event, fields: fields? };
        Some(Found { kind, local, place: self.place(span) })
    }

    /// The fields of a kind or of a record, sorted by name.
    fn fields(&mut self, (table, span): &Entry<'_, '_>, nesting: usize) -> Option<Vec<Field>> {
        let Some(value) = table.get("fields") else {
            self.problem(span.clone(), "`fields` is missing: a record has at least one field".to_owned());
            return None;
        };
        let (fields, span) = self.table(value, "`fields`")?;
        if fields.is_empty() || fields.len() > MAX_FIELDS {
            self.problem(span, format!("a record has 1 to {MAX_FIELDS} fields, not {}", fields.len()));
            return None;
        }
        let read: Vec<Field> = fields
            .iter()
            .filter_map(|(name, value)| {
                if !is_field_name(name.get_ref()) {
                    self.problem(
                        name.span(),
                        format!(
                            "`{}` is not a field's name: a lower-case letter, then letters, digits and `_`",
                            name.get_ref().escape_debug()
                        ),
                    );
                }
                self.field(name.get_ref(), value, nesting)
            })
            .collect();
        // The tables are sorted by key, so the fields are too.
        (read.len() == fields.len()).then_some(read)
    }

    fn field(&mut self, name: &str, value: &Spanned<DeValue<'_>>, nesting: usize) -> Option<Field> {
        const MARKS: [&str; 5] = ["optional", "nullable", "volatile", "sensitive", "key"];
        let entry = self.table(value, &format!("the field `{name}`"))?;
        let [optional, nullable, volatile, sensitive, key] = MARKS.map(|mark| self.mark(entry.0, mark));
        if volatile && nesting > 0 {
            self.problem(
                entry.1.clone(),
                format!("`{name}` is within another field; only a field of the kind itself may be volatile"),
            );
        }
        let description = if entry.0.contains_key("description") { self.text(&entry, "description")?.0 } else { String::new() };
        let ty = self.ty(&entry, nesting, &["description", "optional", "nullable", "volatile", "sensitive", "key"])?;
        if key && (nesting > 0 || matches!(ty, FieldType::Record(_) | FieldType::List(_))) {
            self.problem(entry.1, format!("`{name}` cannot be a key: a key is a single value of the kind itself"));
        }
        Some(Field { name: name.into(), description, optional, nullable, volatile, sensitive, key, ty })
    }

    fn ty(&mut self, entry: &Entry<'_, '_>, nesting: usize, also: &[&str]) -> Option<FieldType> {
        const TYPES: [&str; 7] = ["record", "list", "string", "int", "bool", "timestamp", "duration"];
        if nesting >= MAX_NESTING {
            self.problem(entry.1.clone(), format!("a kind nests at most {MAX_NESTING} deep"));
            return None;
        }
        let (word, span) = self.text(entry, "type")?;
        let own = match word.as_str() {
            "record" => "fields",
            "list" => "item",
            "string" => "values",
            _ => "type",
        };
        self.only(entry.0, &[also, &["type", own]].concat());
        match word.as_str() {
            "record" => self.fields(entry, nesting + 1).map(FieldType::Record),
            "list" => self.item(entry, nesting + 1),
            "string" => self.values(entry.0).map(|values| FieldType::String { values }),
            "int" => Some(FieldType::Int),
            "bool" => Some(FieldType::Bool),
            "timestamp" => Some(FieldType::Timestamp),
            "duration" => Some(FieldType::Duration),
            other => {
                let advice = nearest(other, TYPES).map(|near| format!("did you mean `{near}`?"));
                self.advise(span, format!("`{}` is not a type: {}", other.escape_debug(), TYPES.join(", ")), advice);
                None
            }
        }
    }

    fn item(&mut self, entry: &Entry<'_, '_>, nesting: usize) -> Option<FieldType> {
        let Some(value) = entry.0.get("item") else {
            self.problem(entry.1.clone(), "`item` is missing: the type of one item of the list".to_owned());
            return None;
        };
        let item = self.table(value, "`item`")?;
        self.ty(&item, nesting, &["description"]).map(|ty| FieldType::List(Box::new(ty)))
    }

    fn values(&mut self, table: &DeTable<'_>) -> Option<Vec<SmolStr>> {
        let Some(value) = table.get("values") else { return Some(Vec::new()) };
        let list = value.get_ref().as_array();
        let words: Option<Vec<SmolStr>> =
            list.map(|list| list.iter().filter_map(|word| word.get_ref().as_str()).map(SmolStr::new).collect());
        let words = words.filter(|words| {
            let distinct: BTreeSet<_> = words.iter().collect();
            !words.is_empty() && distinct.len() == list.map_or(0, |list| list.len())
        });
        if words.is_none() {
            self.problem(value.span(), "`values` is a list of different texts, at least one".to_owned());
        }
        words
    }
}

fn is_field_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

//! JSON: a list of entries, an object of entries by name, an object with one list, or an entry a line (NDJSON), which may be of
//! any size.

use engine_sdk::Fault;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::entries::{Entry, give};
use super::{Fields, LINE, unreadable};
use crate::cell::Cell;
use crate::document::{Document, Encoding, text_of};
use crate::quote::quoted;
use crate::rows::{Place, Rows};

/// How large a file may be that is not read line by line.
const MOST: u64 = 4 * 1024 * 1024;

/// Reads a file that is one value, or one value a line.
pub(super) fn read(document: &Document<'_>, first: &str, rows: &mut dyn Rows) -> Result<(), Fault> {
    let start = document.bytes_from(0)?;
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_lines = serde_json::from_slice::<Object<'_>>(first_line.trim_ascii()).is_ok_and(|object| object.is_entry());
    if is_lines {
        return read_lines(document, rows);
    }
    let bytes = document.whole(MOST)?;
    let text = text_of(&bytes, document.encoding(), document.name())?;
    let top: &RawValue = serde_json::from_str(&text).map_err(|error| unreadable(document, error))?;
    let places = Places::new(document, &text, bytes.len());
    let named = |name: &str, value| (Some(name.to_owned()), value);
    let items: Vec<(Option<String>, &RawValue)> = if top.get().starts_with('[') {
        list(top).map_err(|error| unreadable(document, error))?
    } else {
        let Object(members) = serde_json::from_str(top.get()).map_err(|error| unreadable(document, error))?;
        match members.as_slice() {
            [(_, only)] if only.get().starts_with('[') => list(only).map_err(|error| unreadable(document, error))?,
            _ => members.iter().map(|(name, value)| named(name, *value)).collect(),
        }
    };
    let all = || items.iter().map(|(name, value)| Ok(entry(name.as_deref().map(|name| (first, name)), value, &places)));
    give(all, document.name(), rows)
}

fn list(value: &RawValue) -> serde_json::Result<Vec<(Option<String>, &RawValue)>> {
    let items: Vec<&RawValue> = serde_json::from_str(value.get())?;
    Ok(items.into_iter().map(|item| (None, item)).collect())
}

/// Reads a file with an entry a line.
pub(super) fn read_lines(document: &Document<'_>, rows: &mut dyn Rows) -> Result<(), Fault> {
    if matches!(document.encoding(), Encoding::Utf16 { .. }) {
        return Err(unreadable(document, "NDJSON is UTF-8, and this is UTF-16"));
    }
    let all = || Lines { document, asked: 0, buffer: Vec::new(), taken: 0, offset: 0, line: 0, is_at_end: false };
    give(all, document.name(), rows)
}

/// The members of an object in their order, those that come twice too.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl Object<'_> {
    /// Whether these are the values of one entry: at least one is neither an object nor a list of objects.
    fn is_entry(&self) -> bool {
        let is_many = |value: &RawValue| {
            let text = value.get();
            text.starts_with('{') || text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(['{', ']']))
        };
        self.0.iter().any(|(_, value)| !is_many(value))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;
            fn expecting(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Finds the line of a part of a text, and its place in the file.
struct Places<'a> {
    document: &'a Document<'a>,
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
    /// How many bytes stand before the text in the file; none when the file's bytes are not those of the text.
    before: Option<u64>,
}

impl<'a> Places<'a> {
    fn new(document: &'a Document<'a>, text: &'a str, size: usize) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let is_as_in_file = !matches!(document.encoding(), Encoding::Utf16 { .. });
        let before = is_as_in_file.then_some(size.saturating_sub(text.len()) as u64);
        Self { document, text, starts: [0].into_iter().chain(ends).collect(), before }
    }

    fn offset(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len())
    }

    fn place(&self, part: &str) -> Place {
        Place::Line(self.starts.partition_point(|start| *start <= self.offset(part)) as u64)
    }

    fn range(&self, part: &str) -> core::ops::Range<u64> {
        let start = self.offset(part) as u64;
        self.before.map_or(0..0, |before| before + start..before + start + part.len() as u64)
    }
}

/// An entry of a list, or of an object, whose name is then the value of a column.
fn entry<'a>(named: Option<(&str, &str)>, value: &RawValue, places: &Places<'a>) -> Entry<'a> {
    let text = value.get();
    let fields = if text.len() > LINE { Err(too_long()) } else { fields(text.as_bytes()) };
    let fields = fields.map(|mut fields| {
        if let Some((column, name)) = named
            && !fields.iter().any(|(it, _)| it == column)
        {
            fields.insert(0, (column.to_owned(), Cell::text(name)));
        }
        fields
    });
    Entry { document: places.document, place: places.place(text), range: places.range(text), fields }
}

fn too_long() -> String {
    format!("is longer than {} KiB", LINE / 1024)
}

fn fields(bytes: &[u8]) -> Result<Fields, String> {
    let Object(members) = serde_json::from_slice(bytes).map_err(|error| format!("is no entry: {error}"))?;
    Ok(members.into_iter().map(|(name, value)| (name, cell(value))).collect())
}

fn cell(value: &RawValue) -> Cell {
    let text = value.get();
    match text.bytes().next() {
        Some(b'"') => {
            serde_json::from_str::<String>(text).map_or_else(|error| Cell::Wrong(error.to_string()), |it| Cell::text(&it))
        }
        Some(b'n') => Cell::Empty,
        Some(b't') => Cell::Bool(true),
        Some(b'f') => Cell::Bool(false),
        Some(b'[') => items(text),
        Some(b'{') => Cell::Wrong("is an object, and a value is wanted".to_owned()),
        _ => Cell::text(text),
    }
}

fn items(text: &str) -> Cell {
    let Ok(values) = serde_json::from_str::<Vec<&RawValue>>(text) else {
        return Cell::Wrong("is a list that cannot be read".to_owned());
    };
    let mut items = Vec::with_capacity(values.len());
    for value in values {
        // What lies in a list is not looked into: a list of lists is none of a register.
        if value.get().starts_with(['[', '{']) {
            return Cell::Wrong("is a list of which an item is no text".to_owned());
        }
        match cell(value) {
            Cell::Text(item) => items.push(item),
            Cell::Empty => {}
            Cell::Wrong(why) => return Cell::Wrong(format!("is a list of which an item {why}")),
            _ => return Cell::Wrong(format!("is a list of which {} is no text", quoted(value.get()))),
        }
    }
    Cell::List(items)
}

/// The place of a line in its file, and its bytes; none of one that is too long.
type Line = (core::ops::Range<u64>, Option<Vec<u8>>);

/// The lines of a file, one after the other.
struct Lines<'a> {
    document: &'a Document<'a>,
    asked: u64,
    buffer: Vec<u8>,
    taken: usize,
    /// Where the next line begins in the file.
    offset: u64,
    line: u64,
    is_at_end: bool,
}

impl Lines<'_> {
    /// The next line without its end, or none at the end of the file; of one that is too long, only that.
    fn line(&mut self) -> Result<Option<Line>, Fault> {
        let start = self.offset;
        let mut line = Some(Vec::new());
        self.line += 1;
        loop {
            let rest = self.buffer.get(self.taken..).unwrap_or_default();
            let end = rest.iter().position(|byte| *byte == b'\n');
            let bytes = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            match &mut line {
                Some(line) if line.len() + bytes.len() <= LINE => line.extend(bytes),
                _ => line = None,
            }
            self.taken += bytes.len() + usize::from(end.is_some());
            self.offset += (bytes.len() + usize::from(end.is_some())) as u64;
            if end.is_some() {
                return Ok(Some((start..self.offset - 1, line)));
            }
            if self.is_at_end {
                return Ok((self.offset > start).then_some((start..self.offset, line)));
            }
            self.buffer = self.document.bytes_from(self.asked)?;
            self.asked += self.buffer.len() as u64;
            self.taken = 0;
            self.is_at_end = self.buffer.is_empty();
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<Entry<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (range, line) = match self.line() {
                Ok(line) => line?,
                Err(fault) => return Some(Err(fault)),
            };
            let place = Place::Line(self.line);
            let Some(line) = line else {
                return Some(Ok(Entry { document: self.document, place, range, fields: Err(too_long()) }));
            };
            let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line).trim_ascii();
            if !text.is_empty() {
                return Some(Ok(Entry { document: self.document, place, range, fields: fields(text) }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use engine_sdk::Run;
    use engine_sdk::testing::Recorded;

    use super::*;
    use crate::rows::tests::{Noted, part};

    fn noted(text: &str) -> Result<Noted, Fault> {
        let host = Recorded::new().file("/a.json", text);
        let run = Run::new(&host).unwrap();
        let mut noted = Noted::default();
        read(&Document::open(&run, "/a.json").unwrap(), "id", &mut noted)?;
        Ok(noted)
    }

    #[track_caller]
    fn check(text: &str, headings: &[&str], lines: &[&str]) -> Noted {
        let noted = noted(text).unwrap();
        assert_eq!(
            (noted.headings.as_slice(), noted.lines().as_slice()),
            (&headings.map_to_owned()[..], &lines.map_to_owned()[..])
        );
        noted
    }

    trait Owned {
        fn map_to_owned(&self) -> Vec<String>;
    }
    impl Owned for [&str] {
        fn map_to_owned(&self) -> Vec<String> {
            self.iter().map(|it| (*it).to_owned()).collect()
        }
    }

    #[test]
    fn a_list_an_object_and_lines_are_read() {
        check(r#"[{"a":"x","b":1.10},{"b":null,"c":["p","q"]}]"#, &["a", "b", "c"], &["x|1.10|-", "-|-|[p,q]"]);
        check(r#"{"r-1":{"a":"x"},"r-2":{"a":"y","id":"z"}}"#, &["id", "a"], &["r-1|x", "z|y"]);
        check(r#"{"people":[{"a":"x"}]}"#, &["a"], &["x"]);
        check("{\"a\":\"x\"}\n\n{\"b\":2}\n", &["a", "b"], &["x|-", "-|2"]);
        check(r#"{"a":["p"]}"#, &["a"], &["[p]"]);
        check("[]", &[], &[]);
        check("{}", &[], &[]);
    }

    #[test]
    fn entries_know_their_line_and_their_bytes() {
        let text = "[\n  {\"a\":1},\n  {\"a\":\n2}\n]";
        let noted = check(text, &["a"], &["1", "2"]);
        assert_eq!(noted.rows.iter().map(|row| row.place).collect::<Vec<_>>(), [Place::Line(2), Place::Line(3)]);
        assert_eq!(part(text, &noted.rows[0]), "{\"a\":1}");
        let text = "{\"a\":1}\r\n{\"a\":2}";
        let noted = check(text, &["a"], &["1", "2"]);
        assert_eq!(noted.rows[1].range, 9..16);
    }

    #[test]
    fn a_wrong_entry_does_not_hide_the_others() {
        let noted = check("{\"a\":1}\n{\"a\":\n[1]\n{\"a\":2,\"a\":3}\n{\"a\":4}", &["a"], &["1", "4"]);
        assert_eq!(noted.wrong.len(), 3, "{:?}", noted.wrong);
        assert!(noted.wrong[0].starts_with("line 2: is no entry"), "{:?}", noted.wrong);
        assert!(noted.wrong[2].contains("`a` twice"), "{:?}", noted.wrong);
        let noted = check("[{\"a\":1},7,{\"a\":2}]", &["a"], &["1", "2"]);
        assert_eq!(noted.wrong.len(), 1);
    }

    #[test]
    fn hostile_values_are_wrong_and_bounded() {
        assert!(noted("[{\"a\":1}").is_err());
        assert!(noted(&"[".repeat(1_000_000)).is_err());
        let deep = format!("{{\"a\":{}{}}}\n{{\"a\":2}}", "[".repeat(200_000), "]".repeat(200_000));
        let noted = noted(&format!("{{\"b\":1}}\n{deep}")).unwrap();
        assert!(noted.rows.len() == 2 || matches!(noted.rows[1].cells.last(), Some(Cell::Wrong(_))), "{:?}", noted.wrong);
        let many: Vec<_> = (0..1_001).map(|at| format!("\"k{at}\":1")).collect();
        assert!(self::noted(&format!("[{{{}}}]", many.join(","))).is_err());
        let long = format!("{{\"a\":1}}\n{{\"a\":\"{}\"}}\n{{\"a\":2}}\n", "x".repeat(10 * 1024 * 1024));
        let noted = self::noted(&long).unwrap();
        assert_eq!((noted.lines(), noted.wrong.len()), (vec!["1".to_owned(), "2".to_owned()], 1));
    }
}

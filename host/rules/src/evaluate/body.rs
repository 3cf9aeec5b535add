//! The body of a fact as cells: each field of the schema has its place, and text stays in the body.
//!
//! Takes canonical JSON and a schema; gives cells. A field that no rule reads is passed over; a value of another type
//! than the schema says becomes a cell that cannot be read. It never changes a value and never fails on a deep one.

use std::rc::Rc;

use model::value::mark_in_text;

use crate::evaluate::value::Instant;
use crate::script::schema::{Schema, Shape};

/// What stands at a place of a fact.
#[derive(Debug, Clone)]
pub(crate) enum Cell<'a> {
    /// Not collected.
    Absent,
    /// Collected, and read by no rule.
    Unread,
    Null,
    Bool(bool),
    Int(i64),
    Text(&'a str),
    Made(Rc<str>),
    Instant(Instant),
    Duration(i64),
    List {
        first: u32,
        count: u32,
    },
    Record {
        first: u32,
        schema: &'a Schema,
    },
    /// Of another type than its kind says.
    Wrong {
        found: Word,
        wanted: Word,
    },
    /// Not all of it was seen.
    Partial,
}

/// The types of a body, one byte each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    String,
    Bool,
    Int,
    Record,
    List,
    Timestamp,
    Duration,
}

impl Word {
    fn of(shape: &Shape) -> Self {
        match shape {
            Shape::Record(_) => Self::Record,
            Shape::List(_) => Self::List,
            Shape::Text(_) => Self::String,
            Shape::Int => Self::Int,
            Shape::Bool => Self::Bool,
            Shape::Instant => Self::Timestamp,
            Shape::Duration => Self::Duration,
        }
    }

    /// Its word in messages.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Record => "record",
            Self::List => "list",
            Self::Timestamp => "timestamp",
            Self::Duration => "duration",
        }
    }
}

/// The cells of one evaluation.
#[derive(Debug, Default)]
pub(crate) struct Cells<'a> {
    cells: Vec<Cell<'a>>,
    scratch: Vec<Cell<'a>>,
}

/// How deep a body may nest.
const MAX_DEPTH: usize = 32;

/// A body is not canonical JSON: the byte where that shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) usize);

impl<'a> Cells<'a> {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
        self.scratch.clear();
    }

    /// Forgets everything after the first `length` cells.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.cells.truncate(length);
        self.scratch.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn get(&self, at: u32) -> Option<&Cell<'a>> {
        self.cells.get(at as usize)
    }

    pub(crate) fn set(&mut self, at: u32, cell: Cell<'a>) {
        if let Some(place) = self.cells.get_mut(at as usize) {
            *place = cell;
        }
    }

    /// Places for the fields of a record, all absent; gives the first.
    pub(crate) fn reserve(&mut self, schema: &Schema) -> u32 {
        let first = self.position();
        self.cells.resize(self.cells.len() + schema.slots.len(), Cell::Absent);
        first
    }

    /// Adds cells that stand together; gives the first.
    pub(crate) fn append(&mut self, items: impl IntoIterator<Item = Cell<'a>>) -> u32 {
        let first = self.position();
        self.cells.extend(items);
        first
    }

    fn position(&self) -> u32 {
        u32::try_from(self.cells.len()).unwrap_or(u32::MAX)
    }

    /// Reads a body; gives the place of its first field. `interest` says for each slot whether it is read; slots beyond
    /// it are.
    pub(crate) fn read(&mut self, body: &'a str, schema: &'a Schema, interest: &[bool]) -> Result<u32, Malformed> {
        let mut reader = Reader { text: body, at: 0 };
        let first = self.record(&mut reader, schema, interest, 0)?;
        if reader.at == body.len() { Ok(first) } else { Err(Malformed(reader.at)) }
    }

    fn record(&mut self, reader: &mut Reader<'a>, schema: &'a Schema, interest: &[bool], depth: usize) -> Result<u32, Malformed> {
        let first = self.reserve(schema);
        reader.expect(b'{')?;
        if reader.take(b'}') {
            return Ok(first);
        }
        // Both the body's keys and the schema's fields are sorted, so one pass over each is enough.
        let mut slot = 0;
        loop {
            let key = reader.string()?;
            reader.expect(b':')?;
            // Most often the next field is the next key.
            let mut found = schema.slots.get(slot).filter(|candidate| candidate.name == key.text());
            if found.is_none() {
                let before = slot.checked_sub(1).and_then(|before| schema.slots.get(before));
                if before.is_some_and(|before| before.name.as_str() >= key.text()) {
                    return Err(Malformed(reader.at));
                }
                while schema.slots.get(slot).is_some_and(|candidate| candidate.name.as_str() < key.text()) {
                    slot += 1;
                }
                found = schema.slots.get(slot).filter(|candidate| candidate.name == key.text());
            }
            match found {
                Some(found) if interest.get(slot).copied().unwrap_or(true) => {
                    let cell = self.value(reader, &found.shape, depth)?;
                    let place = (first as usize).saturating_add(slot);
                    if let Some(there) = self.cells.get_mut(place) {
                        *there = cell;
                    }
                }
                found => {
                    reader.skip()?;
                    if let (Some(_), Some(there)) = (found, self.cells.get_mut((first as usize).saturating_add(slot))) {
                        *there = Cell::Unread;
                    }
                }
            }
            slot += usize::from(found.is_some());
            if reader.take(b'}') {
                return Ok(first);
            }
            reader.expect(b',')?;
        }
    }

    fn value(&mut self, reader: &mut Reader<'a>, shape: &'a Shape, depth: usize) -> Result<Cell<'a>, Malformed> {
        if depth > MAX_DEPTH {
            return Err(Malformed(reader.at));
        }
        let next = reader.peek()?;
        let cell = match (next, shape) {
            (b'n', _) => {
                reader.word("null")?;
                Cell::Null
            }
            (b'"', Shape::Text(_)) => match reader.string()? {
                Text::Plain(text) => Cell::Text(text),
                Text::Unescaped(text) => Cell::Made(text.into()),
            },
            (b'"', Shape::Instant) => match reader.string()? {
                Text::Plain(text) if let Some(instant) = instant(text) => Cell::Instant(instant),
                _ => Cell::Wrong { found: Word::String, wanted: Word::Timestamp },
            },
            (b't', Shape::Bool) => {
                reader.word("true")?;
                Cell::Bool(true)
            }
            (b'f', Shape::Bool) => {
                reader.word("false")?;
                Cell::Bool(false)
            }
            (b'-' | b'0'..=b'9', Shape::Int) => Cell::Int(reader.int()?),
            (b'-' | b'0'..=b'9', Shape::Duration) => Cell::Duration(reader.int()?),
            (b'{', Shape::Record(schema)) => Cell::Record { first: self.record(reader, schema, &[], depth + 1)?, schema },
            (b'[', Shape::List(item)) => self.list(reader, item, depth)?,
            _ => {
                let found = match next {
                    b'"' => Word::String,
                    b't' | b'f' => Word::Bool,
                    b'{' => Word::Record,
                    b'[' => Word::List,
                    _ => Word::Int,
                };
                reader.skip()?;
                Cell::Wrong { found, wanted: Word::of(shape) }
            }
        };
        Ok(cell)
    }

    fn list(&mut self, reader: &mut Reader<'a>, item: &'a Shape, depth: usize) -> Result<Cell<'a>, Malformed> {
        reader.expect(b'[')?;
        let start = self.scratch.len();
        if !reader.take(b']') {
            loop {
                let cell = self.value(reader, item, depth + 1)?;
                self.scratch.push(cell);
                if reader.take(b']') {
                    break;
                }
                reader.expect(b',')?;
            }
        }
        let first = self.position();
        let count = u32::try_from(self.scratch.len() - start).unwrap_or(u32::MAX);
        self.cells.extend(self.scratch.drain(start..));
        Ok(Cell::List { first, count })
    }
}

/// A string of the body, or one whose escapes were resolved.
enum Text<'a> {
    Plain(&'a str),
    Unescaped(String),
}

impl Text<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Unescaped(text) => text,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Result<u8, Malformed> {
        self.text.as_bytes().get(self.at).copied().ok_or(Malformed(self.at))
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.take(byte) { Ok(()) } else { Err(Malformed(self.at)) }
    }

    fn word(&mut self, word: &str) -> Result<(), Malformed> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(Malformed(self.at));
        }
        self.at += word.len();
        Ok(())
    }

    fn int(&mut self) -> Result<i64, Malformed> {
        let start = self.at;
        self.take(b'-');
        self.at += self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.text.get(start..self.at).and_then(|digits| digits.parse().ok()).ok_or(Malformed(start))
    }

    fn string(&mut self) -> Result<Text<'a>, Malformed> {
        self.expect(b'"')?;
        let start = self.at;
        let length = mark_in_text(self.rest()).ok_or(Malformed(start))?;
        if self.rest().get(length) == Some(&b'"') {
            self.at += length + 1;
            return self.text.get(start..start + length).map(Text::Plain).ok_or(Malformed(start));
        }
        self.pass_string()?;
        let quoted = self.text.get(start - 1..self.at).ok_or(Malformed(start))?;
        serde_json::from_str(quoted).map(Text::Unescaped).map_err(|_| Malformed(start))
    }

    /// To behind the quotation mark that ends the string begun before.
    fn pass_string(&mut self) -> Result<(), Malformed> {
        loop {
            let length = mark_in_text(self.rest()).ok_or(Malformed(self.at))?;
            self.at += length;
            if self.take(b'"') {
                return Ok(());
            }
            self.at += 2;
        }
    }

    /// Passes over one value of any type, at any depth, without recursion.
    fn skip(&mut self) -> Result<(), Malformed> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    self.pass_string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or(Malformed(self.at))?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                    self.at += self.rest().iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
                }
                _ => return Err(Malformed(self.at)),
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

/// The instant of RFC 3339 text in UTC, such as `2026-11-23T10:00:00Z`; other offsets go the slow way.
pub(crate) fn instant(text: &str) -> Option<Instant> {
    quick_instant(text.as_bytes()).or_else(|| text.parse::<model::Timestamp>().ok().map(Instant::of))
}

fn quick_instant(text: &[u8]) -> Option<Instant> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1, b'Z'] = text else {
        return None;
    };
    let digits = |bytes: &[&u8]| {
        bytes.iter().try_fold(0_i64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(**byte - b'0')))
    };
    let (year, month, day) = (digits(&[y0, y1, y2, y3])?, digits(&[m0, m1])?, digits(&[d0, d1])?);
    let (hour, minute, second) = (digits(&[h0, h1])?, digits(&[n0, n1])?, digits(&[s0, s1])?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year < 1 || !(1..=last).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since 1970-01-01 in the proleptic Gregorian calendar, with years that begin in March.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719_468;
    Some(Instant { seconds: days * 86_400 + hour * 3_600 + minute * 60 + second, nanos: 0 })
}

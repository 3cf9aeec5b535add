//! TOML: an `[[entry]]` for each line of the register.

use core::ops::Range;

use engine_sdk::Fault;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entries::{Entry, give};
use super::{Fields, unreadable};
use crate::cell::Cell;
use crate::document::{Document, Encoding, text_of};
use crate::rows::{Place, Rows};

/// How large a file may be.
const MOST: u64 = 512 * 1024;

/// Reads a file.
pub(super) fn read(document: &Document<'_>, rows: &mut dyn Rows) -> Result<(), Fault> {
    let bytes = document.whole(MOST)?;
    let text = text_of(&bytes, document.encoding(), document.name())?;
    let before = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let top = DeTable::parse(&text).map_err(|error| unreadable(document, crate::settings::plain(&text, &error)))?;
    let form = "entries stand beneath `[[entry]]`; a register without entries is `entry = []`";
    let mut members = top.get_ref().iter();
    let (Some((name, value)), None) = (members.next(), members.next()) else { return Err(unreadable(document, form)) };
    let (true, DeValue::Array(items)) = (name.get_ref() == "entry", value.get_ref()) else {
        return Err(unreadable(document, form));
    };
    let starts: Vec<usize> = core::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let is_as_in_file = !matches!(document.encoding(), Encoding::Utf16 { .. });
    let all = || {
        items.iter().map(|item| {
            let range = range(item);
            let line = starts.partition_point(|start| *start <= range.start);
            let range = if is_as_in_file { range.start as u64 + before..range.end as u64 + before } else { 0..0 };
            Ok(Entry { document, place: Place::Line(line as u64), range, fields: fields(item.get_ref()) })
        })
    };
    give(all, document.name(), rows)
}

/// The values of a table; nothing of one that is none.
pub(super) fn fields(value: &DeValue<'_>) -> Result<Fields, String> {
    let DeValue::Table(table) = value else { return Err("is no table of values".to_owned()) };
    Ok(table.iter().map(|(name, value)| (name.get_ref().to_string(), cell(value.get_ref()))).collect())
}

/// From the first value of an entry to its last.
fn range(item: &Spanned<DeValue<'_>>) -> Range<usize> {
    let span = item.span();
    let DeValue::Table(table) = item.get_ref() else { return span };
    table.iter().fold(span, |range, (name, value)| range.start.min(name.span().start)..range.end.max(value.span().end))
}

fn cell(value: &DeValue<'_>) -> Cell {
    match value {
        DeValue::String(text) => Cell::text(text),
        DeValue::Integer(number) if number.radix() == 10 => Cell::text(number.as_str()),
        DeValue::Integer(_) => Cell::Wrong("is a number that is not written in tens".to_owned()),
        DeValue::Float(number) => Cell::text(number.as_str()),
        DeValue::Boolean(is) => Cell::Bool(*is),
        DeValue::Datetime(at) => Cell::text(&at.to_string()),
        DeValue::Array(items) => {
            let mut texts = Vec::new();
            for item in items {
                match cell(item.get_ref()) {
                    Cell::Text(text) => texts.push(text),
                    Cell::Empty => {}
                    _ => return Cell::Wrong("is a list of which an item is no text".to_owned()),
                }
            }
            Cell::List(texts)
        }
        DeValue::Table(_) => Cell::Wrong("is a table, and a value is wanted".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use engine_sdk::Run;
    use engine_sdk::testing::Recorded;

    use super::*;
    use crate::rows::tests::{Noted, part};

    fn noted(text: &str) -> Result<Noted, Fault> {
        let host = Recorded::new().file("/a.toml", text);
        let run = Run::new(&host).unwrap();
        let mut noted = Noted::default();
        read(&Document::open(&run, "/a.toml").unwrap(), &mut noted)?;
        Ok(noted)
    }

    #[test]
    fn entries_are_read_with_their_lines() {
        let text = "# people\n[[entry]]\na = \"x\"\nday = 2026-03-31\n\n[[entry]]\na = 1.10\nlist = [\"p\", \"q\"]\nis = true\n";
        let noted = noted(text).unwrap();
        assert_eq!(noted.headings, ["a", "day", "list", "is"]);
        assert_eq!(noted.lines(), ["x|2026-03-31|-|-", "1.10|-|[p,q]|Bool(true)"]);
        assert_eq!(noted.rows.iter().map(|row| row.place).collect::<Vec<_>>(), [Place::Line(2), Place::Line(6)]);
        assert!(part(text, &noted.rows[1]).ends_with("is = true"));
    }

    #[test]
    fn what_is_no_register_is_said() {
        assert!(noted("entry = []\n").unwrap().rows.is_empty());
        for wrong in ["a = 1\n", "[[person]]\na = 1\n", "entry = 1\n", "# nothing\n"] {
            assert!(noted(wrong).unwrap_err().message.contains("[[entry]]"), "{wrong}");
        }
        assert!(noted("[[entry]]\na = \n").unwrap_err().message.contains("line 2"));
        assert!(noted(&format!("a = {}", "[".repeat(1_000_000))).is_err());
        let noted = noted("[[entry]]\na = { b = 1 }\n[[entry]]\na = 0x10\n").unwrap();
        assert!(noted.rows.iter().all(|row| matches!(row.cells[0], Cell::Wrong(_))));
    }
}

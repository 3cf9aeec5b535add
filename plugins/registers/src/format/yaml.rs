//! YAML: a list of entries, or entries by name. Read from the parser's events, so that nothing is followed and nothing is made
//! larger than it stands: an alias is refused, and so is what lies deeper than a list of values.

use core::ops::Range;

use engine_sdk::Fault;
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::entries::{Entry, give};
use super::{Fields, unreadable};
use crate::cell::Cell;
use crate::document::{Document, Encoding, text_of};
use crate::rows::{Place, Rows};

/// How large a file may be.
const MOST: u64 = 512 * 1024;
/// How deep a value may lie: in a list of a value of an entry of a list of the document.
const DEPTH: usize = 4;

/// How many values a file may have.
const NODES: usize = 100_000;

/// A part of a document.
enum Node {
    Value(Cell),
    List(Vec<(usize, Node)>),
    /// With the line of each member.
    Table(Vec<(String, usize, Node)>),
    /// What no register has, and why.
    Wrong(&'static str),
}

/// An entry with its line, and its name where entries have names.
type Item = (usize, Option<String>, Node);

/// Reads a file.
pub(super) fn read(document: &Document<'_>, first: &str, rows: &mut dyn Rows) -> Result<(), Fault> {
    let bytes = document.whole(MOST)?;
    let text = text_of(&bytes, document.encoding(), document.name())?;
    let before = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let top = parsed(&text).map_err(|why| unreadable(document, why))?;
    let starts: Vec<u64> = core::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u64 + 1)).collect();
    let end = text.len() as u64;
    let is_as_in_file = !matches!(document.encoding(), Encoding::Utf16 { .. });
    let start_of = |line: usize| starts.get(line.saturating_sub(1)).copied().unwrap_or(end);
    // An entry goes to where the next one begins.
    let range = |line: usize, next: Option<usize>| -> Range<u64> {
        if is_as_in_file { before + start_of(line)..before + next.map_or(end, start_of) } else { 0..0 }
    };
    let items = items(top).map_err(|why| unreadable(document, why))?;
    let all = || {
        items.iter().enumerate().map(|(at, (line, name, node))| {
            let next = items.get(at + 1).map(|(line, ..)| *line);
            let fields = fields(node).map(|mut fields| {
                if let Some(name) = name
                    && !fields.iter().any(|(it, _)| it == first)
                {
                    fields.insert(0, (first.to_owned(), Cell::text(name)));
                }
                fields
            });
            Ok(Entry { document, place: Place::Line(*line as u64), range: range(*line, next), fields })
        })
    };
    give(all, document.name(), rows)
}

/// The entries of a document: of a list, of a table with one list, or of a table of tables.
fn items(top: Node) -> Result<Vec<Item>, &'static str> {
    let of_list = |items: Vec<(usize, Node)>| items.into_iter().map(|(line, node)| (line, None, node)).collect();
    match top {
        Node::List(items) => Ok(of_list(items)),
        Node::Table(mut members) => match members.pop() {
            Some((_, _, Node::List(items))) if members.is_empty() => Ok(of_list(items)),
            Some(last) => {
                members.push(last);
                Ok(members.into_iter().map(|(name, line, node)| (line, Some(name), node)).collect())
            }
            None => Ok(Vec::new()),
        },
        Node::Value(_) | Node::Wrong(_) => Err("it is no list of entries; a register without entries is `[]`"),
    }
}

/// The values of the front matter of a document.
pub(super) fn front_matter(text: &str) -> Result<Fields, String> {
    fields(&parsed(text)?)
}

fn fields(node: &Node) -> Result<Fields, String> {
    match node {
        Node::Table(members) => Ok(members.iter().map(|(name, _, node)| (name.clone(), cell(node))).collect()),
        Node::Wrong(why) => Err((*why).to_owned()),
        Node::List(_) | Node::Value(_) => Err("is no table of names and values".to_owned()),
    }
}

fn cell(node: &Node) -> Cell {
    match node {
        Node::Value(cell) => cell.clone(),
        Node::Wrong(why) => Cell::Wrong((*why).to_owned()),
        Node::Table(_) => Cell::Wrong("is a table, and a value is wanted".to_owned()),
        Node::List(items) => {
            let mut texts = Vec::with_capacity(items.len());
            for (_, item) in items {
                match item {
                    Node::Value(Cell::Text(text)) => texts.push(text.clone()),
                    Node::Value(Cell::Empty) => {}
                    _ => return Cell::Wrong("is a list of which an item is no text".to_owned()),
                }
            }
            Cell::List(texts)
        }
    }
}

/// How long a line may be: the parser holds what could still be the name of a value.
const LONGEST: usize = 64 * 1024;
/// How many lists a line may open; the parser holds each, so that a line of dashes would want a hundred times its size.
const OPENED: usize = 8;

/// How many lists and tables the beginning of a line opens.
fn opened(line: &str) -> usize {
    let mut letters = line.trim_start().chars();
    let mut count = 0;
    while let (Some('-' | '?' | ':'), Some(' ' | '\t')) = (letters.next(), letters.next()) {
        count += 1;
        let rest = letters.as_str().trim_start_matches([' ', '\t']);
        letters = rest.chars();
    }
    count
}

/// The one document of a text.
fn parsed(text: &str) -> Result<Node, String> {
    if let Some(line) = text.lines().position(|line| opened(line) > OPENED || line.len() > LONGEST) {
        return Err(format!(
            "line {}: more than {OPENED} lists begin here, or it is longer than {} KiB",
            line + 1,
            LONGEST / 1024
        ));
    }
    let mut events = Events { parser: Parser::new_from_str(text), node_count: 0 };
    let mut top = None;
    loop {
        let (event, _) = events.next()?;
        match event {
            Event::StreamEnd => return Ok(top.unwrap_or(Node::Value(Cell::Empty))),
            Event::DocumentStart(_) if top.is_some() => return Err("it has more than one document".to_owned()),
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
            other => top = Some(events.node(other, 0)?),
        }
    }
}

struct Events<'a> {
    parser: Parser<'a, StrInput<'a>>,
    node_count: usize,
}

impl<'a> Events<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), String> {
        match self.parser.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                Err(format!("line {}, column {}: {}", error.marker().line(), error.marker().col() + 1, error.info()))
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    /// The part that begins with an event; goes to its end.
    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Node, String> {
        self.node_count += 1;
        if self.node_count > NODES {
            return Err(format!("it has more than {NODES} values: keep the register as CSV or NDJSON"));
        }
        match event {
            Event::Scalar(text, style, ..) => {
                let is_none = style == ScalarStyle::Plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                Ok(Node::Value(if is_none { Cell::Empty } else { Cell::text(&text) }))
            }
            Event::Alias(_) => Ok(Node::Wrong("is an alias (`*name`), which is not followed: write the value out")),
            Event::SequenceStart(..) | Event::MappingStart(..) if depth == DEPTH => {
                self.skip()?;
                Ok(Node::Wrong("lies too deep for a register"))
            }
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => return Ok(Node::List(items)),
                        (event, span) => items.push((span.start.line(), self.node(event, depth + 1)?)),
                    }
                }
            }
            Event::MappingStart(..) => {
                let mut members = Vec::new();
                loop {
                    match self.next()? {
                        (Event::MappingEnd, _) => return Ok(Node::Table(members)),
                        (Event::Scalar(name, ..), span) => {
                            let (value, _) = self.next()?;
                            members.push((name.into_owned(), span.start.line(), self.node(value, depth + 1)?));
                        }
                        (_, span) => return Err(format!("line {}: the name of a value is no text", span.start.line())),
                    }
                }
            }
            _ => Err("it ends too early".to_owned()),
        }
    }

    /// Goes to the end of a list or table that has begun.
    fn skip(&mut self) -> Result<(), String> {
        let mut open = 1_usize;
        while open > 0 {
            match self.next()?.0 {
                Event::SequenceStart(..) | Event::MappingStart(..) => open += 1,
                Event::SequenceEnd | Event::MappingEnd => open -= 1,
                Event::StreamEnd => return Err("it ends too early".to_owned()),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use engine_sdk::Run;
    use engine_sdk::testing::Recorded;

    use super::*;
    use crate::rows::tests::{Noted, part};

    fn noted(text: &str) -> Result<Noted, Fault> {
        let host = Recorded::new().file("/a.yaml", text);
        let run = Run::new(&host).unwrap();
        let mut noted = Noted::default();
        read(&Document::open(&run, "/a.yaml").unwrap(), "id", &mut noted)?;
        Ok(noted)
    }

    #[test]
    fn a_list_and_entries_by_name_are_read() {
        let text = "# risks\n- a: x\n  day: 2026-03-31\n  version: 1.10\n- a: yes\n  none: ~\n  quoted: \"~\"\n  list: [p, q]\n";
        let found = noted(text).unwrap();
        assert_eq!(found.headings, ["a", "day", "version", "none", "quoted", "list"]);
        assert_eq!(found.lines(), ["x|2026-03-31|1.10|-|-|-", "yes|-|-|-|~|[p,q]"]);
        assert_eq!(found.rows.iter().map(|row| row.place).collect::<Vec<_>>(), [Place::Line(2), Place::Line(5)]);
        assert_eq!(part(text, &found.rows[0]), "- a: x\n  day: 2026-03-31\n  version: 1.10\n");
        assert_eq!(noted("r-1:\n  a: x\nr-2:\n  a: y\n").unwrap().lines(), ["r-1|x", "r-2|y"]);
        assert_eq!(noted("entries:\n  - a: x\n").unwrap().lines(), ["x"]);
        assert!(noted("[]\n").unwrap().rows.is_empty());
    }

    #[test]
    fn an_alias_is_never_followed() {
        let lines: Vec<_> = (0..30).map(|at| format!("a{}: &a{} [*a{at}, *a{at}]\n", at + 1, at + 1)).collect();
        let bomb = lines.concat();
        let found = noted(&format!("a0: &a0 lol\n{bomb}"));
        let words = match found {
            Ok(noted) => noted.wrong.join("; "),
            Err(fault) => fault.message,
        };
        assert!(!words.is_empty());
        let found = noted("- &x\n  a: &y v\n- a: *y\n- *x\n- a: z\n").unwrap();
        assert!(matches!(&found.rows[1].cells[0], Cell::Wrong(why) if why.contains("alias")));
        assert_eq!((found.rows.len(), found.wrong.len()), (3, 1));
    }

    #[test]
    fn what_is_deep_or_broken_is_said_with_its_line() {
        let found = noted("- a: [[[[[[x]]]]]]\n- a: y\n").unwrap();
        assert!(matches!(found.rows[0].cells[0], Cell::Wrong(_)) && found.rows.len() == 2);
        assert!(noted(&"[".repeat(100_000)).is_err());
        assert!(noted(&"- ".repeat(100_000)).unwrap_err().message.contains("line 1"));
        assert!(noted("- - - - - - x\n").is_ok_and(|noted| noted.wrong.len() == 1));
        assert!(noted("- a: x\n- a: \"y\n").unwrap_err().message.contains("a.yaml"));
        assert!(noted("- a: x\n---\n- a: y\n").unwrap_err().message.contains("more than one"));
        assert!(noted("just words\n").unwrap_err().message.contains("no list"));
        assert_eq!(noted("- a: 1\n  a: 2\n- a: 3\n").unwrap().wrong, ["line 1: has `a` twice"]);
    }
}

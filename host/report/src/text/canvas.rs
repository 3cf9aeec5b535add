//! Lines of a terminal: the only place that cuts, wraps, paints and escapes text.
//!
//! Takes spans and paragraphs and gives lines no wider than the terminal. Everything that is put on it goes through the
//! one escape, so that no caller can forget it.

use std::borrow::Cow;
use std::io::{self, Write};

use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::Terminal;
use crate::inert::{AUTHORED_LIMIT, cut};
use crate::words::{Told, Tone};

/// How a span is painted where the terminal shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Bold,
    Dim,
    Red,
    Yellow,
    Green,
    Cyan,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Red => "31",
            Self::Yellow => "33",
            Self::Green => "32",
            Self::Cyan => "36",
        }
    }

    /// The ink of a tone.
    pub(crate) fn of(tone: Tone) -> Self {
        match tone {
            Tone::Bad => Self::Red,
            Tone::Unsure | Tone::Part => Self::Yellow,
            Tone::Good => Self::Green,
            Tone::Quiet => Self::Dim,
        }
    }
}

/// Text in one ink.
#[derive(Debug, Clone)]
pub(crate) struct Span<'a> {
    ink: Ink,
    text: Cow<'a, str>,
}

/// A span of any text.
pub(crate) fn span<'a>(ink: Ink, text: impl Into<Cow<'a, str>>) -> Span<'a> {
    Span { ink, text: text.into() }
}

/// A plain span.
pub(crate) fn plain<'a>(text: impl Into<Cow<'a, str>>) -> Span<'a> {
    span(Ink::Plain, text)
}

/// A dim span.
pub(crate) fn dim<'a>(text: impl Into<Cow<'a, str>>) -> Span<'a> {
    span(Ink::Dim, text)
}

/// A bold span.
pub(crate) fn bold<'a>(text: impl Into<Cow<'a, str>>) -> Span<'a> {
    span(Ink::Bold, text)
}

/// The sign and the words of a status.
pub(crate) fn status(it: impl Told + Copy) -> Span<'static> {
    span(Ink::of(it.tone()), format!("{} {}", it.tone().sign(), it.words()))
}

/// The sign alone.
pub(crate) fn sign(tone: Tone) -> Span<'static> {
    span(Ink::of(tone), tone.sign())
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    right: bool,
}

/// A column of text.
pub(crate) fn left(title: &'static str) -> Column {
    Column { title, right: false }
}

/// A column of numbers.
pub(crate) fn right(title: &'static str) -> Column {
    Column { title, right: true }
}

/// The narrowest that a cut column becomes.
const NARROW: usize = 10;

/// How far a paragraph hangs at most.
const FAR: usize = 20;

/// Lines in the making.
pub(crate) struct Canvas<'t> {
    terminal: &'t Terminal,
    /// What stands before every heading.
    mark: &'static str,
    lines: Vec<String>,
}

impl<'t> Canvas<'t> {
    pub(crate) fn new(terminal: &'t Terminal) -> Self {
        Self { terminal, mark: "", lines: Vec::new() }
    }

    /// One with a word before every heading.
    pub(crate) fn marked(terminal: &'t Terminal, mark: &'static str) -> Self {
        Self { mark, ..Self::new(terminal) }
    }

    /// How wide a line may be.
    pub(crate) fn width(&self) -> usize {
        usize::from(self.terminal.width).max(40)
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Another one for the same terminal.
    pub(crate) fn sheet(&self) -> Self {
        Self::marked(self.terminal, self.mark)
    }

    /// Adds the lines of another one.
    pub(crate) fn append(&mut self, other: Self) {
        self.lines.extend(other.lines);
    }

    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in &self.lines {
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    pub(crate) fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// An empty line, also where the canvas is still empty.
    pub(crate) fn blank_line(&mut self) {
        self.lines.push(String::new());
    }

    /// A heading with a note beside it.
    pub(crate) fn heading(&mut self, title: &str, note: &str) {
        self.blank();
        let note = if note.is_empty() { plain("") } else { dim(format!(" · {note}")) };
        let mark = if self.mark.is_empty() { plain("") } else { bold(format!("{} · ", self.mark)) };
        self.line(0, &[mark, bold(title.to_uppercase()), note]);
    }

    /// One line; what is too wide is cut with an ellipsis.
    pub(crate) fn line(&mut self, indent: usize, spans: &[Span<'_>]) {
        let mut room = self.width().saturating_sub(indent);
        let mut line = " ".repeat(indent);
        for it in spans {
            let text = self.clean(&it.text);
            let wide = text.width();
            let text = if wide > room { Cow::Owned(self.fit(&text, room)) } else { text };
            room = room.saturating_sub(text.width());
            self.paint(&mut line, it.ink, &text);
            if wide > room + text.width() {
                break;
            }
        }
        self.lines.push(line.trim_end().to_owned());
    }

    /// A paragraph that hangs under what stands before it on its first line.
    pub(crate) fn hang(&mut self, indent: usize, before: &[Span<'_>], ink: Ink, text: &str) {
        let before: Vec<_> = before.iter().map(|it| span(it.ink, self.clean(&it.text).into_owned())).collect();
        let wide: usize = before.iter().map(|it| it.text.width()).sum();
        let text = self.clean(text).into_owned();
        if indent + wide + NARROW > self.width() {
            self.line(indent, &before);
            return self.hang(indent + 2, &[], ink, &text);
        }
        // Under a long beginning a paragraph would have too little room: then it hangs less far.
        let first = " ".repeat(indent + wide);
        let under = " ".repeat(indent + if wide > FAR { 4 } else { wide });
        let mut line = " ".repeat(indent);
        for it in &before {
            self.paint(&mut line, it.ink, &it.text);
        }
        let options = Options::new(self.width())
            .initial_indent(&first)
            .subsequent_indent(&under)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        for (at, wrapped) in textwrap::wrap(&text, options).into_iter().enumerate() {
            let indented = if at == 0 { first.len() } else { under.len() };
            let mut painted = if at == 0 { std::mem::take(&mut line) } else { under.clone() };
            self.paint(&mut painted, ink, wrapped.get(indented..).unwrap_or_default());
            self.lines.push(painted.trim_end().to_owned());
        }
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, indent: usize, ink: Ink, text: &str) {
        self.hang(indent, &[], ink, text);
    }

    /// A table; the widest columns of text are cut when it would be too wide.
    pub(crate) fn table(&mut self, indent: usize, columns: &[Column], rows: &[Vec<Span<'_>>]) {
        let cells: Vec<Vec<(Ink, String)>> =
            rows.iter().map(|row| row.iter().map(|it| (it.ink, self.clean(&it.text).into_owned())).collect()).collect();
        let mut widths: Vec<_> = columns.iter().map(|it| self.clean(it.title).width()).collect();
        for row in &cells {
            for (width, (_, text)) in widths.iter_mut().zip(row) {
                *width = (*width).max(text.width());
            }
        }
        let room = self.width().saturating_sub(indent + 2 * columns.len().saturating_sub(1));
        shrink(&mut widths, columns, room);
        if columns.iter().any(|it| !it.title.is_empty()) {
            let titles: Vec<_> = columns.iter().map(|it| (Ink::Dim, self.clean(it.title).into_owned())).collect();
            self.cells(indent, columns, &widths, &titles);
        }
        for row in &cells {
            self.cells(indent, columns, &widths, row);
        }
    }

    fn cells(&mut self, indent: usize, columns: &[Column], widths: &[usize], row: &[(Ink, String)]) {
        let mut line = " ".repeat(indent);
        let mut room = self.width().saturating_sub(indent);
        for (at, ((column, width), (ink, text))) in columns.iter().zip(widths).zip(row).enumerate() {
            let gap = if at == 0 { 0 } else { 2 };
            // Where not even the narrowest columns fit, the last ones are cut off.
            let width = (*width).min(room.saturating_sub(gap));
            room = room.saturating_sub(gap + width);
            let text = self.fit(text, width);
            let space = " ".repeat(width.saturating_sub(text.width()));
            line.push_str(&" ".repeat(gap));
            if column.right {
                line.push_str(&space);
            }
            self.paint(&mut line, *ink, &text);
            if !column.right {
                line.push_str(&space);
            }
        }
        self.lines.push(line.trim_end().to_owned());
    }

    fn paint(&self, line: &mut String, ink: Ink, text: &str) {
        if self.terminal.color && ink != Ink::Plain && !text.trim().is_empty() {
            line.push_str("\u{1b}[");
            line.push_str(ink.code());
            line.push('m');
            line.push_str(text);
            line.push_str("\u{1b}[0m");
        } else {
            line.push_str(text);
        }
    }

    fn fit(&self, text: &str, room: usize) -> String {
        if text.width() <= room {
            return text.to_owned();
        }
        let ellipsis = if self.terminal.unicode { "…" } else { "..." };
        let keep = room.saturating_sub(ellipsis.width());
        let mut fitted = String::new();
        let mut wide = 0;
        for c in text.chars() {
            wide += c.width().unwrap_or(0);
            if wide > keep {
                break;
            }
            fitted.push(c);
        }
        let fitted = fitted.trim_end();
        if room < ellipsis.width() { String::new() } else { format!("{fitted}{ellipsis}") }
    }

    fn clean<'s>(&self, text: &'s str) -> Cow<'s, str> {
        let text = cut(text, AUTHORED_LIMIT);
        if self.terminal.unicode || text.is_ascii() { text } else { Cow::Owned(text.chars().map(ascii).collect()) }
    }
}

/// A character where only ASCII can be shown.
fn ascii(c: char) -> Cow<'static, str> {
    Cow::Borrowed(match c {
        '✗' => Tone::Bad.ascii(),
        '✓' => Tone::Good.ascii(),
        '◐' => Tone::Part.ascii(),
        '–' | '·' | '─' => "-",
        '—' => "--",
        '…' => "...",
        '→' => "->",
        '├' | '│' => "|",
        '└' => "`",
        '⊂' => "<",
        '⊃' => ">",
        '∩' => "&",
        '≡' => "=",
        '≈' => "~",
        '’' => "'",
        c if c.is_ascii() => return Cow::Owned(c.to_string()),
        c => return Cow::Owned(format!("\\u{{{:x}}}", u32::from(c))),
    })
}

/// Takes from the widest columns of text until all fit.
fn shrink(widths: &mut [usize], columns: &[Column], room: usize) {
    while widths.iter().sum::<usize>() > room {
        let widest = widths.iter_mut().zip(columns).filter(|(width, column)| !column.right && **width > NARROW);
        let Some((width, _)) = widest.max_by_key(|(width, _)| **width) else { return };
        *width -= 1;
    }
}

/// Keeps a section within a number of lines: whole blocks are added while there is room, the rest is counted.
pub(crate) struct Budget<'c, 't> {
    canvas: &'c mut Canvas<'t>,
    lines: usize,
    /// How many blocks found no room.
    pub(crate) left: usize,
}

impl<'c, 't> Budget<'c, 't> {
    pub(crate) fn new(canvas: &'c mut Canvas<'t>, lines: usize) -> Self {
        Self { canvas, lines, left: 0 }
    }

    /// Draws a block if it fits; after the first that does not, none is drawn.
    pub(crate) fn block(&mut self, draw: impl FnOnce(&mut Canvas<'t>)) {
        if self.left > 0 {
            self.left += 1;
            return;
        }
        let mut sheet = self.canvas.sheet();
        draw(&mut sheet);
        match self.lines.checked_sub(sheet.len()) {
            Some(lines) => {
                self.lines = lines;
                self.canvas.append(sheet);
            }
            None => self.left = 1,
        }
    }
}

//! The one way to put anything on the page.
//!
//! Takes markup that is written in this crate's source, and values. Markup can only be a literal; every value is made inert
//! and then escaped for HTML, in text and in attributes alike. There is no third way in.

use std::fmt::Display;
use std::io::{self, Write};

use crate::inert::{PAGE_LIMIT, cut};
use crate::statement::EXAMPLE;
use crate::words::{Told, Tone};

/// A page in the making.
pub(crate) struct Page<'w> {
    out: &'w mut dyn Write,
    is_example: bool,
}

/// Puts parts on the page in order: literals as markup, expressions in braces as values.
macro_rules! put {
    ($page:expr; $($part:tt),* $(,)?) => {{ $( put!(@ $page, $part); )* std::io::Result::Ok(()) }};
    (@ $page:expr, { $value:expr }) => { $page.text(&$value)? };
    (@ $page:expr, $markup:literal) => { $page.markup($markup)? };
}
pub(crate) use put;

impl<'w> Page<'w> {
    pub(crate) fn new(out: &'w mut dyn Write) -> Self {
        Self { out, is_example: false }
    }

    /// One on which every section says that nothing in it is real.
    pub(crate) fn example(out: &'w mut dyn Write) -> Self {
        Self { out, is_example: true }
    }

    /// Begins a section that is named by its heading.
    pub(crate) fn section(&mut self, id: &'static str, title: &'static str) -> io::Result<()> {
        put!(self; "<section aria-labelledby=\"", {id}, "\">\n<h2 id=\"", {id}, "\">")?;
        self.mark()?;
        put!(self; {title}, "</h2>\n")
    }

    /// The word before a title, where nothing is real.
    pub(crate) fn mark(&mut self) -> io::Result<()> {
        if self.is_example { put!(self; {EXAMPLE}, " · ") } else { Ok(()) }
    }

    /// Markup of our own.
    pub(crate) fn markup(&mut self, markup: &'static str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// A value, in text or between the double quotes of an attribute.
    pub(crate) fn text(&mut self, value: &dyn Display) -> io::Result<()> {
        let value = value.to_string();
        let value = cut(&value, PAGE_LIMIT);
        let mut rest = value.as_ref();
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            let (before, after) = rest.split_at(at);
            self.out.write_all(before.as_bytes())?;
            let escape: &[u8] = match after.as_bytes().first() {
                Some(b'&') => b"&amp;",
                Some(b'<') => b"&lt;",
                Some(b'>') => b"&gt;",
                Some(b'"') => b"&quot;",
                _ => b"&#39;",
            };
            self.out.write_all(escape)?;
            rest = after.get(1..).unwrap_or_default();
        }
        self.out.write_all(rest.as_bytes())
    }

    /// Text of an author in which what stands between two backticks is code; every part of it is a value.
    pub(crate) fn prose(&mut self, text: &str) -> io::Result<()> {
        if text.matches('`').count() % 2 == 1 || text.chars().count() > PAGE_LIMIT {
            return self.text(&text);
        }
        for (at, part) in text.split('`').enumerate() {
            if at % 2 == 0 {
                self.text(&part)?;
            } else {
                put!(self; "<code>", {part}, "</code>")?;
            }
        }
        Ok(())
    }

    /// A status as a badge: a sign and words, in a colour of its tone.
    pub(crate) fn badge(&mut self, status: impl Told + Copy) -> io::Result<()> {
        self.badge_of(status.tone(), status.words())
    }

    /// A badge of a tone with other words.
    pub(crate) fn badge_of(&mut self, tone: Tone, words: &str) -> io::Result<()> {
        put!(self; "<span class=\"badge ", {tone.class()}, "\"><span aria-hidden=\"true\">", {tone.sign()}, "</span> ", {words}, "</span>")
    }

    /// A link to something on this page, named by its id; `prefix` tells what it is.
    pub(crate) fn link(&mut self, prefix: &str, id: &dyn Display) -> io::Result<()> {
        put!(self; "<a class=\"id\" href=\"#", {prefix}, {id}, "\">", {id}, "</a>")
    }

    /// Links, with commas.
    pub(crate) fn links<T: Display>(&mut self, prefix: &str, ids: &[T]) -> io::Result<()> {
        for (at, id) in ids.iter().enumerate() {
            if at > 0 {
                self.markup(", ")?;
            }
            self.link(prefix, id)?;
        }
        Ok(())
    }
}

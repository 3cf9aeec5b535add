//! The one escape between values that others chose and anything that a person looks at.
//!
//! Takes any text and gives text that shows every character that would otherwise act: control characters, characters that
//! reorder what stands around them, and characters that cannot be seen. Never changes a character that is merely unusual.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::words::count;

/// The longest value of a fact that a terminal report shows whole, in characters.
pub(crate) const VALUE_LIMIT: usize = 240;

/// The longest text of an author (a rule's remediation, a control's description) that a terminal shows whole.
pub(crate) const AUTHORED_LIMIT: usize = 1_200;

/// The longest value that a page shows whole, in characters.
pub(crate) const PAGE_LIMIT: usize = 2_000;

/// Whether a character acts on the text around it, or cannot be seen.
///
/// Control characters of both sets, marks and overrides of direction, joiners and spaces without width, separators of
/// lines, fillers, tags, the selectors that can carry hidden text, and what is no character at all (XML cannot hold it).
pub fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
            | '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// The text with every active character written as an escape, such as `\n` or `\u{202e}`, cut after `limit` characters
/// with its whole length told.
///
/// ```
/// assert_eq!(engine_report::inert("red \u{1b}[31m\r\n", 80), "red \\u{1b}[31m\\r\\n");
/// assert_eq!(engine_report::inert("Zoë, 東京", 80), "Zoë, 東京");
/// assert_eq!(engine_report::inert("abcdef", 3), "abc… (6 characters)");
/// ```
pub fn inert(text: &str, limit: usize) -> String {
    cut(text, limit).into_owned()
}

/// A value of a fact as a terminal report shows it.
pub(crate) fn value(text: &str) -> Cow<'_, str> {
    cut(text, VALUE_LIMIT)
}

/// As [`inert`], borrowed where nothing had to change.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    // A character has at least one byte, so most texts need no count.
    if text.len() <= limit {
        return escaped(text);
    }
    match text.char_indices().nth(limit) {
        None => escaped(text),
        Some((at, _)) => {
            let kept = text.get(..at).unwrap_or_default();
            Cow::Owned(format!("{}… ({} characters)", escaped(kept), count(text.chars().count())))
        }
    }
}

fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_active) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push(&mut shown, c));
    Cow::Owned(shown)
}

fn push(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        c if is_active(c) => {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        }
        c => shown.push(c),
    }
}

/// Several lines of plain text: ends of lines stay, every other active character is written as an escape.
///
/// ```
/// assert_eq!(engine_report::inert_plain_lines("a\nb\u{1b}[31m"), "a\nb\\u{1b}[31m");
/// ```
pub fn inert_plain_lines(text: &str) -> String {
    text.split('\n').map(escaped).collect::<Vec<_>>().join("\n")
}

/// Several lines of text that this program coloured: ends of lines and changes of colour and weight stay, every other
/// active character is written as an escape.
///
/// Only for a terminal that is shown colours; elsewhere [`inert_plain_lines`] keeps colours out too. Concealing, blinking
/// and backgrounds are not among what stays, so nothing can be hidden.
pub fn inert_lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if c == '\u{1b}' { colour(rest) } else { None };
        match length {
            Some(length) => shown.push_str(rest.get(..length).unwrap_or_default()),
            None if c == '\n' => shown.push(c),
            None => push(&mut shown, c),
        }
        rest = rest.get(length.unwrap_or(c.len_utf8())..).unwrap_or_default();
    }
    shown
}

/// The length of a change of colour or weight at the beginning of the text.
fn colour(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let fits = parameters.get(..end)?.split(';').all(|number| {
        matches!(
            number,
            "" | "0" | "1" | "2" | "3" | "4" | "22" | "23" | "24" | "31" | "32" | "33" | "34" | "35" | "36" | "37" | "39"
        ) || matches!(number, "91" | "92" | "93" | "94" | "95" | "96" | "97")
    });
    (fits && parameters.get(end..)?.starts_with('m')).then_some(end + 3)
}

/// Text that an author wrote over several lines, as one line.
pub(crate) fn flow(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_moves_the_cursor_or_hides_text_is_shown() {
        for (given, shown) in [
            ("\u{1b}]8;;http://x\u{7}", "\\u{1b}]8;;http://x\\u{7}"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("pay\u{200b}load", "pay\\u{200b}load"),
            ("a\u{e0041}", "a\\u{e0041}"),
        ] {
            assert_eq!(inert(given, 100), shown);
        }
    }

    #[test]
    fn a_long_value_is_cut_and_tells_its_length() {
        assert_eq!(inert(&"é".repeat(5_000), 3), "ééé… (5,000 characters)");
        assert_eq!(inert("ééé", 3), "ééé");
    }

    #[test]
    fn colours_of_our_own_stay_and_nothing_else_does() {
        assert_eq!(inert_lines("\u{1b}[31;1mx\u{1b}[0m\ny"), "\u{1b}[31;1mx\u{1b}[0m\ny");
        assert_eq!(inert_lines("\u{1b}[8mx\u{1b}[2J\u{1b}]8;;u\u{7}"), "\\u{1b}[8mx\\u{1b}[2J\\u{1b}]8;;u\\u{7}");
        assert_eq!(inert_lines("\u{1b}"), "\\u{1b}");
    }

    proptest! {
        #[test]
        fn nothing_active_is_left_in_any_text(text in any::<String>()) {
            prop_assert!(!inert(&text, 1_000).chars().any(is_active));
            prop_assert!(!inert(&text, 7).chars().any(is_active));
        }
    }
}

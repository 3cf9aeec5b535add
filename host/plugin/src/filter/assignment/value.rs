//! Where a value begins and ends.

use core::ops::Range;

use super::form::Form;
use super::{is_blank, is_of_a_name};

/// How a value stands in its line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The byte that closes what the name stands in.
    pub(super) quote: Option<u8>,
    /// White space stands about the sign.
    pub(super) is_spaced: bool,
    /// The name begins its line.
    pub(super) begins_line: bool,
    /// The line is a comment.
    pub(super) is_comment: bool,
}

/// What is to be masked of the value that begins at `at`, and where to go on after it; `None` when there is no value.
pub(super) fn extent(bytes: &[u8], at: usize, line: usize, place: Place, form: Form) -> Option<(Range<usize>, usize)> {
    let first = bytes.get(at).filter(|_| at < line)?;
    match place.quote {
        // `"--password="secret`: the word goes on behind the quotes.
        Some(quote) if *first == quote => {
            let end = word(bytes, at + 1, line, form);
            (end > at + 1).then_some((at + 1..end, end))
        }
        Some(quote) => {
            let end = close(bytes, at, line, quote, form).unwrap_or(line);
            Some((at..end, end))
        }
        None if matches!(first, b'"' | b'\'') => quoted(bytes, at, line, *first, place, form),
        None => {
            let end = unquoted(bytes, at, line, place, form);
            (end > at).then_some((at..end, end))
        }
    }
}

/// Where a value without quotes ends.
fn unquoted(bytes: &[u8], at: usize, line: usize, place: Place, form: Form) -> usize {
    let is_rest = !form.is_of_words() && form != Form::SyslogNg && (place.begins_line || place.is_spaced);
    if is_rest { rest(bytes, at, line) } else { word(bytes, at, line, form) }
}

/// The value in quotes that open at `at`: what stands between them, or the whole word where it goes on behind them.
fn quoted(bytes: &[u8], at: usize, line: usize, quote: u8, place: Place, form: Form) -> Option<(Range<usize>, usize)> {
    // In a script, quotes reach over lines.
    let limit = if form.is_script() && !place.is_comment { bytes.len() } else { line };
    let Some(end) = close(bytes, at + 1, limit, quote, form) else {
        let end = unquoted(bytes, at, line, place, form);
        return Some((at..end, end));
    };
    let behind = bytes.get(end + 1..).unwrap_or_default();
    let after = if form.is_script() {
        let line = end + 1 + behind.iter().position(|byte| *byte == b'\n').unwrap_or(behind.len());
        word(bytes, end + 1, line, form)
    } else if behind.first().is_some_and(|byte| is_of_a_name(*byte) || matches!(byte, b'"' | b'\'')) {
        unquoted(bytes, at, line, place, form)
    } else {
        end + 1
    };
    if after > end + 1 { Some((at..after, after)) } else { (end > at + 1).then_some((at + 1..end, end + 1)) }
}

/// The end of the line, or of the last one that it goes on in.
fn rest(bytes: &[u8], at: usize, line: usize) -> usize {
    let mut end = line;
    while end < bytes.len() && bytes.get(at..end).is_some_and(super::goes_on) {
        let next = bytes.get(end + 1..).unwrap_or_default();
        end += 1 + next.iter().position(|byte| *byte == b'\n').unwrap_or(next.len());
    }
    let value = bytes.get(at..end).unwrap_or_default();
    if value.ends_with(b"\r") { end - 1 } else { end }
}

/// Where the quote closes that is open at `at`.
fn close(bytes: &[u8], at: usize, limit: usize, quote: u8, form: Form) -> Option<usize> {
    let escapes = quote != b'\'' || !form.is_script();
    let mut at = at;
    while at < limit {
        match bytes.get(at)? {
            b'\\' if escapes => at += 1,
            byte if *byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the word ends that goes on at `at`: with its line, but for what a script's quotes, brackets and backslashes hold
/// together.
fn word(bytes: &[u8], at: usize, line: usize, form: Form) -> usize {
    let (mut at, mut line) = (at, line);
    loop {
        while at < line {
            let Some(byte) = bytes.get(at).copied() else { return bytes.len() };
            if ends_word(bytes, at, byte, form) {
                return at;
            }
            let closed = |end: Option<usize>| end.map_or(line, |end| end + 1);
            at = match byte {
                b'\\' if form.is_script() && at + 1 == line => at + 1,
                b'\\' => at + 2,
                b'"' | b'\'' => closed(close(bytes, at + 1, line, byte, form)),
                b'`' if form.is_script() => closed(close(bytes, at + 1, line, b'`', form)),
                b'(' if form.is_script() => nested(bytes, at, b'(', b')').unwrap_or(at + 1),
                b'{' if form.is_script() => nested(bytes, at, b'{', b'}').unwrap_or(at + 1),
                _ => at + 1,
            };
        }
        let slashes = bytes.get(..line).unwrap_or_default().iter().rev().take_while(|byte| **byte == b'\\').count();
        if !form.is_script() || at > line || slashes.is_multiple_of(2) || line >= bytes.len() {
            return at.min(bytes.len());
        }
        // A script's word goes on behind a backslash at the end of its line.
        let next = bytes.get(line + 1..).unwrap_or_default();
        at = line + 1;
        line = at + next.iter().position(|byte| *byte == b'\n').unwrap_or(next.len());
    }
}

/// Whether a byte ends the word that it follows.
fn ends_word(bytes: &[u8], at: usize, byte: u8, form: Form) -> bool {
    let ends = match form {
        Form::Mounts => byte == b',',
        Form::SyslogNg => byte == b')',
        Form::Sudoers | Form::Accounts => matches!(byte, b',' | b':'),
        _ if form.is_script() => matches!(byte, b';' | b'&' | b'|' | b')' | b'<' | b'>'),
        _ => matches!(byte, b')' | b',') && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace),
    };
    ends || is_blank(byte) || matches!(byte, 0 | b'\r')
}

/// Behind the bracket that closes the one at `at`.
fn nested(bytes: &[u8], at: usize, open: u8, closing: u8) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in bytes.get(at..)?.iter().enumerate() {
        if *byte == open {
            depth += 1;
        } else if *byte == closing {
            depth -= 1;
            if depth == 0 {
                return Some(at + offset + 1);
            }
        }
    }
    None
}

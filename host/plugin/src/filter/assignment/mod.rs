//! `assignment/1`: the value that a name is given becomes `***` where the name says that it is a secret, such as
//! `DB_PASSWORD=…`, `pwd="…"` or `--token …`, also in a comment.
//!
//! Takes the bytes of a configuration file and gives them with nothing else changed: names, signs, quotes, comments and the
//! number of lines stay. Where it cannot tell where a value ends, it hides the rest of the line.

mod form;
mod line;
mod name;
#[cfg(test)]
mod tests;
mod value;

use core::ops::Range;

pub(crate) use self::form::Form;
use self::value::Place;

const MASK: &[u8] = b"***";

/// Values that say whether, not what: `PermitEmptyPasswords=no`.
const FLAGS: &[&[u8]] = &[b"yes", b"no", b"true", b"false", b"on", b"off", b"enabled", b"disabled", b"none", b"0", b"1", MASK];

/// The bytes without secrets; `None` when there are none.
pub(crate) fn without_secrets(bytes: &[u8], form: Form) -> Option<Vec<u8>> {
    let mut scan = Scan { bytes, form, spans: Vec::new(), from: 0, logical: 0, continues: false, text: 0, is_comment: false };
    let mut start = 0;
    for whole in bytes.split_inclusive(|byte| *byte == b'\n') {
        let line = whole.strip_suffix(b"\n").unwrap_or(whole);
        scan.line(start..start + line.len());
        start += whole.len();
    }
    let text = masked(bytes, &merged(scan.spans));
    (text != bytes).then_some(text)
}

/// A file on the way through.
struct Scan<'a> {
    bytes: &'a [u8],
    form: Form,
    /// What is masked.
    spans: Vec<Range<usize>>,
    /// Up to where a value reached that was found already.
    from: usize,
    /// Where the line began that goes on here after a backslash.
    logical: usize,
    /// Whether the line before ended in a backslash.
    continues: bool,
    /// Where the line's text begins, behind what introduces it.
    text: usize,
    /// Whether the line is a comment.
    is_comment: bool,
}

impl Scan<'_> {
    fn line(&mut self, line: Range<usize>) {
        if !self.continues {
            self.logical = line.start;
        }
        let lead = self.slice(line.clone()).iter().take_while(|byte| matches!(byte, b'#' | b';' | b'$' | b' ' | b'\t')).count();
        self.text = line.start + lead;
        self.is_comment = self.slice(line.clone()).trim_ascii_start().starts_with(b"#");
        let special = line::special(self.slice(line.clone()), self.form);
        self.spans.extend(special.into_iter().map(|span| span.start + line.start..span.end + line.start));
        self.names(&line);
        self.continues = goes_on(self.slice(line));
    }

    /// Looks at every name of a line, and masks the values that say so.
    fn names(&mut self, line: &Range<usize>) {
        let mut at = self.from.max(line.start);
        let mut quote = None;
        while at < line.end {
            let Some(byte) = self.bytes.get(at).copied() else { return };
            if is_of_a_name(byte) {
                let end = at + self.slice(at..line.end).iter().take_while(|byte| is_of_a_name(**byte)).count();
                at = self.named(at..end, line, &mut quote);
                continue;
            }
            match quote {
                Some(open) if byte == open => quote = None,
                None if self.opens(byte, at, line.start) => quote = Some(closing(byte)),
                _ => {}
            }
            at += if byte == b'\\' { 2 } else { 1 };
        }
    }

    /// What follows a name, masked where it is a secret; gives where to go on.
    fn named(&mut self, name: Range<usize>, line: &Range<usize>, quote: &mut Option<u8>) -> usize {
        let next = name.end;
        let Some((value, place)) = self.place(&name, line, *quote) else { return next };
        let text = self.slice(name.clone());
        let is_secret = (name::is_secret(text) && !self.form.is_known_here(text)) || self.form.is_secret_here(text);
        if !is_secret || self.names_a_host(&name) {
            return next;
        }
        let Some((span, end)) = value::extent(self.bytes, value, line.end, place, self.form) else { return next };
        if place.quote.is_none() {
            *quote = None;
        }
        if !is_flag(self.slice(span.clone())) {
            self.spans.push(span);
        }
        self.from = end;
        end.max(next)
    }

    /// Where the value of a name begins, and how it stands there; `None` when nothing is assigned.
    fn place(&self, name: &Range<usize>, line: &Range<usize>, quote: Option<u8>) -> Option<(usize, Place)> {
        let byte = |at: usize| (at < line.end).then(|| self.bytes.get(at).copied()).flatten();
        let blank = |at: usize| at + self.slice(at..line.end).iter().take_while(|byte| is_blank(**byte)).count();
        let is_option = byte(name.start) == Some(b'-');
        let mut at = name.end;
        let mut place = Place {
            quote,
            is_spaced: false,
            begins_line: !is_option && self.begins_line(name.start),
            is_comment: self.is_comment,
        };
        // `"password" = "x"`, `["password"] = "x"`.
        if place.quote.is_some() && byte(at) == place.quote {
            at += 1;
            place.quote = None;
        }
        if byte(at) == Some(b']') {
            at += 1;
        }
        let sign = blank(at);
        if self.form == Form::SyslogNg && byte(sign) == Some(b'(') {
            return Some((blank(sign + 1), Place { is_spaced: false, begins_line: false, ..place }));
        }
        let equals = if matches!(byte(sign), Some(b':' | b'+' | b'?')) { sign + 1 } else { sign };
        if byte(equals) == Some(b'=') {
            let after = equals + if matches!(byte(equals + 1), Some(b'=' | b'>')) { 2 } else { 1 };
            place.is_spaced = sign > at || blank(after) > after;
            return Some((blank(after), place));
        }
        let is_set = self.form.is_script() && self.slice(line.start..name.start).trim_ascii_end().ends_with(b"setenv");
        let takes_word = (is_option && !is_question(self.slice(name.clone()))) || is_set;
        (takes_word && sign > at && byte(sign).is_some_and(|it| it != b'-')).then_some((sign, place))
    }

    /// Whether a name stands where its line begins, but for what introduces it.
    fn begins_line(&self, name: usize) -> bool {
        let word = self.slice(self.text..name.max(self.text)).trim_ascii_end();
        !self.continues && (word.is_empty() || word == b"export")
    }

    /// In sudoers, whether a name is that of an alias, or of the host on which something may be run.
    fn names_a_host(&self, name: &Range<usize>) -> bool {
        if self.form != Form::Sudoers {
            return false;
        }
        let before = self.slice(self.logical..name.start);
        let text = before.trim_ascii();
        let is_first = !before.windows(2).any(|pair| matches!(pair, [it, b'='] if *it != b'\\'));
        let follows_colon = text.ends_with(b":") && !text.ends_with(b"\\:");
        !text.trim_ascii_start().starts_with(b"Defaults") && (is_first || follows_colon)
    }

    /// Whether a byte opens quotes: an apostrophe within a word does not.
    fn opens(&self, byte: u8, at: usize, line: usize) -> bool {
        let before = at.checked_sub(1).filter(|before| *before >= line).and_then(|before| self.bytes.get(before));
        match byte {
            b'"' => true,
            b'\'' => before.is_none_or(|it| !it.is_ascii_alphanumeric()),
            b'[' => self.form == Form::Pam && before.is_some_and(|it| is_blank(*it)),
            _ => false,
        }
    }

    fn slice(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }
}

const fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

const fn closing(open: u8) -> u8 {
    if open == b'[' { b']' } else { open }
}

/// Whether an option asks for a secret, or does without: no value follows it.
fn is_question(option: &[u8]) -> bool {
    [b"--no-".as_slice(), b"--ask-", b"--without-"].iter().any(|start| option.starts_with(start))
}

/// Whether a line goes on in the next.
fn goes_on(line: &[u8]) -> bool {
    line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\")
}

/// Whether a value is one of [`FLAGS`], perhaps with a comment behind it.
fn is_flag(value: &[u8]) -> bool {
    let comment = value.windows(2).position(|pair| matches!(pair, [b' ' | b'\t', b'#']));
    let value = value.get(..comment.unwrap_or(value.len())).unwrap_or_default().trim_ascii();
    FLAGS.iter().any(|flag| value.eq_ignore_ascii_case(flag))
}

/// The spans in order, without overlap.
fn merged(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// The bytes with the spans masked, each line of a span by itself.
fn masked(bytes: &[u8], spans: &[Range<usize>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for span in spans {
        out.extend_from_slice(bytes.get(from..span.start).unwrap_or_default());
        for whole in bytes.get(span.clone()).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            let line = whole.strip_suffix(b"\n").unwrap_or(whole);
            // What goes on in the next line still does.
            let kept = line.iter().rev().take_while(|byte| matches!(byte, b'\\' | b'\r')).count();
            let ends = line.len() < whole.len() || bytes.get(span.end) == Some(&b'\n');
            let kept = if ends { kept } else { 0 };
            if line.len() > kept {
                out.extend_from_slice(MASK);
            }
            out.extend_from_slice(whole.get(line.len() - kept..).unwrap_or_default());
        }
        from = span.end;
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    out
}

//! Lines in which no sign stands between a name and its secret: their file's form says where it is.

use core::ops::Range;

use super::form::Form;

/// The secrets of a line, as parts of it.
pub(super) fn special(line: &[u8], form: Form) -> Option<Range<usize>> {
    let span = match form {
        Form::Keys => key(line),
        Form::Grub => grub(line),
        Form::Ntp => ntp(line),
        Form::Rsyslog => rsyslog(line),
        _ => None,
    };
    span.filter(|span| !span.is_empty())
}

/// The words of a line with their places, without what makes it a comment.
fn words(line: &[u8]) -> Vec<Range<usize>> {
    let start = line.iter().position(|byte| !matches!(byte, b'#' | b' ' | b'\t')).unwrap_or(line.len());
    let mut words = Vec::new();
    let mut from = None;
    for (at, byte) in line.iter().enumerate().skip(start) {
        match (byte.is_ascii_whitespace(), from) {
            (true, Some(begun)) => {
                words.push(begun..at);
                from = None;
            }
            (false, None) => from = Some(at),
            _ => {}
        }
    }
    words.extend(from.map(|from| from..line.len()));
    words
}

fn text<'a>(line: &'a [u8], words: &[Range<usize>], at: usize) -> &'a [u8] {
    words.get(at).and_then(|word| line.get(word.clone())).unwrap_or_default()
}

/// From a word to the end of the line.
fn from(line: &[u8], words: &[Range<usize>], at: usize) -> Option<Range<usize>> {
    let end = line.len() - usize::from(line.ends_with(b"\r"));
    words.get(at).map(|word| word.start..end)
}

/// `1 SHA256 HEX:…`, `1 …`: the key; of a line of another form that is no comment, all.
fn key(line: &[u8]) -> Option<Range<usize>> {
    let words = words(line);
    if !text(line, &words, 0).iter().all(u8::is_ascii_digit) {
        return if line.trim_ascii_start().starts_with(b"#") { None } else { from(line, &words, 0) };
    }
    from(line, &words, if words.len() > 2 { 2 } else { 1 })
}

/// `password USER …`, `password_pbkdf2 USER …`: what follows the user.
fn grub(line: &[u8]) -> Option<Range<usize>> {
    let words = words(line);
    if matches!(text(line, &words, 0), b"password" | b"password_pbkdf2") { from(line, &words, 2) } else { None }
}

/// `crypto pw …`.
fn ntp(line: &[u8]) -> Option<Range<usize>> {
    let words = words(line);
    let at = (0..words.len()).find(|at| text(line, &words, *at) == b"pw")?;
    if text(line, &words, 0) == b"crypto" { words.get(at + 1).cloned() } else { None }
}

/// `:ommysql:host,database,user,…`, and `>host,database,user,…`: what follows the user.
fn rsyslog(line: &[u8]) -> Option<Range<usize>> {
    const MODULES: [&[u8]; 3] = [b":ommysql:", b":ompgsql:", b">"];
    let start = MODULES.iter().find_map(|module| {
        let at = line.windows(module.len()).position(|window| window == *module)?;
        Some(at + module.len())
    })?;
    let value = line.get(start..)?;
    let end = value.iter().position(|byte| matches!(byte, b';' | b' ' | b'\t' | b'\r')).unwrap_or(value.len());
    let commas = value.iter().take(end).enumerate().filter(|(_, byte)| **byte == b',');
    let third = commas.map(|(at, _)| at).nth(2)?;
    Some(start + third + 1..start + end)
}

//! JSON on its way to somebody who may look at it.
//!
//! Takes the bytes of JSON from any writer and passes them on with every character that would act on a terminal as an escape:
//! in JSON they stand in strings only, where an escape reads back as the same text. Never changes what the JSON says.

use std::io::{self, Write};

use crate::inert::is_active;

/// A writer of JSON, or of one JSON value a line, that lets nothing act on a terminal.
///
/// ```
/// use std::io::Write as _;
/// let mut shown = Vec::new();
/// engine_report::InertJson::new(&mut shown).write_all("\"a\u{202e}b\"\n".as_bytes()).unwrap();
/// assert_eq!(shown, b"\"a\\u202eb\"\n");
/// ```
#[derive(Debug)]
pub struct InertJson<W> {
    out: W,
    /// The beginning of a character of which the rest has not come.
    begun: Vec<u8>,
}

impl<W: Write> InertJson<W> {
    /// Writes on to `out`.
    pub fn new(out: W) -> Self {
        Self { out, begun: Vec::new() }
    }
}

impl<W: Write> Write for InertJson<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&all) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                let (whole, rest) = all.split_at(error.valid_up_to());
                self.begun = rest.to_vec();
                std::str::from_utf8(whole).unwrap_or_default()
            }
            Err(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, "what is written as JSON is not UTF-8")),
        };
        write_escaped(whole, &mut self.out, |c| c != '\n')?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes text with each active character that is to be escaped as the escapes that JSON has for it.
pub(crate) fn write_escaped(text: &str, out: &mut (impl Write + ?Sized), escapes: impl Fn(char) -> bool) -> io::Result<()> {
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| !c.is_ascii_graphic() && is_active(*c) && escapes(*c)) {
        let (before, after) = rest.split_at(at);
        out.write_all(before.as_bytes())?;
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}")?;
        }
        rest = after.get(c.len_utf8()..).unwrap_or_default();
    }
    out.write_all(rest.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    proptest! {
        #[test]
        fn threat_9_any_json_in_any_pieces_reads_back_the_same_and_nothing_in_it_acts(
            texts in prop::collection::vec(any::<String>(), 1..5), size in 1_usize..9, pretty: bool,
        ) {
            let value: Value = texts.iter().map(|text| serde_json::json!({ text: text })).collect();
            let json = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let mut shown = Vec::new();
            let mut out = InertJson::new(&mut shown);
            for piece in json.as_bytes().chunks(size) {
                out.write_all(piece).unwrap();
            }
            let shown = String::from_utf8(shown).unwrap();
            prop_assert!(!shown.chars().any(|c| c != '\n' && is_active(c)), "{shown:?}");
            prop_assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value);
        }
    }
}

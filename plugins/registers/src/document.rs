//! A file of a register: read in parts, never held whole when it is large, with the places of its bytes for `$from`.

use core::ops::Range;

use engine_sdk::files::Chunk;
use engine_sdk::{Fault, ReadFrom, Run};

/// How much of a file one call asks for.
const PART: u32 = 1024 * 1024;
/// A file that is no larger is held, so that it is asked for once.
const HELD: usize = 4 * 1024 * 1024;

/// How the text of a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Windows1252,
    /// With a byte order mark, which says which byte comes first.
    Utf16 {
        is_little: bool,
    },
}

impl Encoding {
    /// An encoding that registers.toml may name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            "windows-1252" | "cp1252" => Some(Self::Windows1252),
            _ => None,
        }
    }
}

/// What the bytes of a whole file say about its encoding.
#[derive(Debug, Default)]
struct Survey {
    start: Vec<u8>,
    /// The beginning of a letter whose rest is in the next part.
    carried: Vec<u8>,
    has_letters_of_utf8: bool,
    has_other_bytes: bool,
}

impl Survey {
    fn look(&mut self, bytes: &[u8]) {
        if self.start.len() < 3 {
            self.start.extend(bytes.iter().take(3 - self.start.len()));
        }
        let joined =
            if self.carried.is_empty() { None } else { Some([core::mem::take(&mut self.carried), bytes.to_vec()].concat()) };
        let mut rest = joined.as_deref().unwrap_or(bytes);
        loop {
            match core::str::from_utf8(rest) {
                Ok(text) => {
                    self.has_letters_of_utf8 |= !text.is_ascii();
                    return;
                }
                Err(error) => {
                    let (valid, after) = rest.split_at_checked(error.valid_up_to()).unwrap_or((rest, &[]));
                    self.has_letters_of_utf8 |= !valid.is_ascii();
                    let Some(length) = error.error_len() else {
                        self.carried = after.to_vec();
                        return;
                    };
                    self.has_other_bytes = true;
                    rest = after.get(length..).unwrap_or_default();
                }
            }
        }
    }

    /// Bytes that are no UTF-8 make a file Windows-1252, unless other bytes of it are letters of UTF-8: then it is mixed, and
    /// the lines with these bytes are wrong.
    fn encoding(&self) -> Encoding {
        match self.start.as_slice() {
            [0xff, 0xfe, ..] => return Encoding::Utf16 { is_little: true },
            [0xfe, 0xff, ..] => return Encoding::Utf16 { is_little: false },
            _ => {}
        }
        let has_other_bytes = self.has_other_bytes || !self.carried.is_empty();
        if has_other_bytes && !self.has_letters_of_utf8 { Encoding::Windows1252 } else { Encoding::Utf8 }
    }
}

/// A file of a register.
pub(crate) struct Document<'a> {
    run: &'a Run<'a>,
    /// Its path, as the host knows it.
    path: String,
    /// Each call and where its bytes begin.
    parts: Vec<(u64, u64)>,
    size: u64,
    held: Option<Vec<u8>>,
    encoding: Encoding,
}

impl<'a> Document<'a> {
    /// Reads a file from end to end, once.
    ///
    /// # Errors
    /// The host's fault; `too-large` names the limit to raise.
    pub(crate) fn open(run: &'a Run<'a>, path: &str) -> Result<Self, Fault> {
        let mut survey = Survey::default();
        let mut held = Some(Vec::new());
        let mut parts = Vec::new();
        let mut size = 0;
        loop {
            let Chunk { call, bytes, eof } = part(run, path, size)?;
            parts.push((call, size));
            survey.look(&bytes);
            size += bytes.len() as u64;
            let is_last = eof || bytes.is_empty();
            if let Some(whole) = &mut held {
                if whole.len() + bytes.len() > HELD {
                    held = None;
                } else {
                    whole.extend(bytes);
                }
            }
            if is_last {
                return Ok(Self { run, path: path.to_owned(), parts, size, held, encoding: survey.encoding() });
            }
        }
    }

    /// Lets go of its bytes, so that of many files none is held; they are asked for again when they are needed.
    pub(crate) fn let_go(&mut self) {
        self.held = None;
    }

    /// Its path without the first `/`, for messages.
    pub(crate) fn name(&self) -> &str {
        self.path.trim_start_matches('/')
    }

    /// The end of its name without the ending, such as `access-control`.
    pub(crate) fn stem(&self) -> &str {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        last.rsplit_once('.').map_or(last, |(stem, _)| stem)
    }

    /// How its text is written, as its bytes show.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How many bytes it has.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Its bytes from a place on: all that are left of a file that is held, else about a mebibyte; none at its end.
    pub(crate) fn bytes_from(&self, at: u64) -> Result<Vec<u8>, Fault> {
        match &self.held {
            Some(held) => Ok(usize::try_from(at).ok().and_then(|at| held.get(at..)).unwrap_or_default().to_vec()),
            None if at >= self.size => Ok(Vec::new()),
            None => Ok(part(self.run, &self.path, at)?.bytes),
        }
    }

    /// All its bytes, when they are no more than so many.
    ///
    /// # Errors
    /// `too-large`, with the form that may be larger.
    pub(crate) fn whole(&self, most: u64) -> Result<Vec<u8>, Fault> {
        if self.size > most {
            let why = format!("{} is larger than {} KiB, which a file of this form may be", self.name(), most / 1024);
            return Err(Fault::new("too-large", format!("{why}: keep it as CSV or NDJSON, which are read line by line")));
        }
        let mut whole = Vec::new();
        while (whole.len() as u64) < self.size {
            let bytes = self.bytes_from(whole.len() as u64)?;
            if bytes.is_empty() {
                break;
            }
            whole.extend(bytes);
        }
        Ok(whole)
    }

    /// Where some of its bytes were read, for `$from`; of no bytes, that it was this file.
    pub(crate) fn from(&self, range: &Range<u64>) -> Vec<ReadFrom> {
        if range.is_empty() {
            return self.parts.first().map(|(call, _)| ReadFrom { call: *call, offset: 0, length: 0 }).into_iter().collect();
        }
        let first = self.parts.partition_point(|(_, start)| *start <= range.start).saturating_sub(1);
        let ends = self.parts.iter().skip(first + 1).map(|(_, start)| *start).chain([self.size]);
        let parts = self.parts.iter().skip(first).zip(ends).take_while(|((_, start), _)| *start < range.end);
        let overlap = parts.filter_map(|((call, start), end)| {
            let (from, to) = (range.start.max(*start), range.end.min(end));
            (from < to).then(|| ReadFrom { call: *call, offset: from - start, length: to - from })
        });
        overlap.collect()
    }
}

fn part(run: &Run<'_>, path: &str, at: u64) -> Result<Chunk, Fault> {
    run.host().read(path, at, PART).map_err(|mut fault| {
        if fault.code == "too-large" {
            let limits = format!("`[collector.{}.limits]`", run.collector());
            fault.message = format!("{}: raise `file` (one file) or `files` (all together) in {limits}", fault.message);
        }
        fault
    })
}

/// The text of a whole file in UTF-8 or UTF-16.
///
/// # Errors
/// `invalid` with the place of the first byte that is no text.
pub(crate) fn text_of(bytes: &[u8], encoding: Encoding, name: &str) -> Result<String, Fault> {
    match encoding {
        Encoding::Utf16 { is_little } => {
            let mut reader = Utf16::new(is_little);
            let mut text = Vec::new();
            reader.decode(bytes.get(2..).unwrap_or_default(), &mut text);
            reader.decode(&[], &mut text);
            String::from_utf8(text).map_err(|_| Fault::invalid(format!("{name} is not UTF-16")))
        }
        Encoding::Utf8 | Encoding::Windows1252 => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            let text = core::str::from_utf8(bytes).map_err(|error| {
                let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = before.split(|byte| *byte == b'\n').count();
                Fault::invalid(format!("{name}, line {line}: a byte that is not UTF-8"))
            })?;
            Ok(text.to_owned())
        }
    }
}

/// UTF-16 as it comes, with the place of each line in the file.
#[derive(Debug)]
pub(crate) struct Utf16 {
    is_little: bool,
    carried: Vec<u8>,
    /// How many bytes of UTF-8 were given, and how many of the file they were.
    given: u64,
    taken: u64,
    /// For the end of each line: its place in UTF-8 and in the file.
    lines: std::collections::VecDeque<(u64, u64)>,
}

impl Utf16 {
    pub(crate) fn new(is_little: bool) -> Self {
        // The file begins with its byte order mark.
        Self { is_little, carried: Vec::new(), given: 0, taken: 2, lines: std::collections::VecDeque::new() }
    }

    /// Adds what some bytes of the file say to `text`; what is no UTF-16 is the replacement character. No bytes are its end.
    pub(crate) fn decode(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        let joined = [core::mem::take(&mut self.carried), bytes.to_vec()].concat();
        let mut units: Vec<u16> = joined
            .chunks_exact(2)
            .map(|pair| {
                let pair = [pair.first().copied().unwrap_or_default(), pair.get(1).copied().unwrap_or_default()];
                if self.is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
            })
            .collect();
        if !bytes.is_empty() && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            units.pop();
        }
        self.carried = joined.get(units.len() * 2..).unwrap_or_default().to_vec();
        if bytes.is_empty() && !self.carried.is_empty() {
            // Half a letter at the end of the file: no letter, so that it is seen.
            self.carried.clear();
            units.push(0xdc00);
        }
        for letter in char::decode_utf16(units) {
            let letter = letter.unwrap_or(char::REPLACEMENT_CHARACTER);
            let mut buffer = [0; 4];
            let written = letter.encode_utf8(&mut buffer).as_bytes();
            text.extend_from_slice(written);
            self.given += written.len() as u64;
            self.taken += letter.len_utf16() as u64 * 2;
            if letter == '\n' {
                self.lines.push_back((self.given, self.taken));
            }
        }
    }

    /// The bytes of the file in which a part of the text lies, by whole lines; what lies before is forgotten.
    pub(crate) fn range(&mut self, text: &Range<u64>) -> Range<u64> {
        while self.lines.get(1).is_some_and(|(given, _)| *given <= text.start) {
            self.lines.pop_front();
        }
        let start = self.lines.front().filter(|(given, _)| *given <= text.start).map_or(2, |(_, taken)| *taken);
        let end = self.lines.iter().find(|(given, _)| *given >= text.end).map_or(self.taken, |(_, taken)| *taken);
        start..end
    }
}

#[cfg(test)]
mod tests {
    use engine_sdk::testing::Recorded;

    use super::*;

    fn encoding(bytes: &[u8]) -> Encoding {
        let host = Recorded::new().file("/a", bytes);
        Document::open(&Run::new(&host).unwrap(), "/a").unwrap().encoding()
    }

    #[test]
    fn the_bytes_show_the_encoding() {
        assert_eq!(encoding(b"plain"), Encoding::Utf8);
        assert_eq!(encoding("Zo\u{eb}".as_bytes()), Encoding::Utf8);
        assert_eq!(encoding(b"Zo\xeb;x"), Encoding::Windows1252);
        assert_eq!(encoding(b"Zo\xeb"), Encoding::Windows1252);
        assert_eq!(encoding(b"Zo\xc3\xab and Zo\xeb;x"), Encoding::Utf8);
        assert_eq!(encoding(b"\xff\xfea\0"), Encoding::Utf16 { is_little: true });
        assert_eq!(encoding(b"\xfe\xff\0a"), Encoding::Utf16 { is_little: false });
    }

    #[test]
    fn a_letter_may_lie_in_two_parts() {
        let mut bytes = vec![b'a'; PART as usize - 1];
        bytes.extend("\u{eb}".as_bytes());
        assert_eq!(encoding(&bytes), Encoding::Utf8);
    }

    #[test]
    fn places_lead_to_the_calls_that_read_them() {
        let bytes = vec![b'a'; 5 * PART as usize + 10];
        let host = Recorded::new().file("/a", bytes.clone());
        let run = Run::new(&host).unwrap();
        let document = Document::open(&run, "/a").unwrap();
        let part = u64::from(PART);
        let read = |call, offset, length| ReadFrom { call, offset, length };
        assert_eq!(document.from(&(0..3)), [read(1, 0, 3)]);
        assert_eq!(document.from(&(part - 1..part + 1)), [read(1, part - 1, 1), read(2, 0, 1)]);
        assert_eq!(document.from(&(5 * part..5 * part + 10)), [read(6, 0, 10)]);
        assert_eq!(document.whole(u64::MAX).unwrap(), bytes);
        assert_eq!(document.whole(part).unwrap_err().code, "too-large");
    }

    #[test]
    fn utf_16_knows_the_places_of_its_lines() {
        let text = "a\u{1f600}b\r\nsecond\nthird";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut reader = Utf16::new(true);
        let mut decoded = Vec::new();
        for byte in &bytes {
            reader.decode(&[*byte], &mut decoded);
        }
        assert_eq!(decoded, text.as_bytes());
        assert_eq!(reader.range(&(0..6)), 2..14);
        assert_eq!(reader.range(&(8..14)), 14..28);
        assert_eq!(reader.range(&(15..20)), 28..38);
    }
}

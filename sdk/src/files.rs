//! Files of the machine that the collector runs on: whole, by line, and directories.

use core::ops::Range;
use std::borrow::Cow;

use crate::{Fault, Host, ReadFrom};

/// How much of a file one call asks for.
const PART: u32 = 1024 * 1024;

/// A part of a file, as the host gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The number of the call.
    pub call: u64,
    /// The bytes, after the filters.
    pub bytes: Vec<u8>,
    /// Nothing comes after these.
    pub eof: bool,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A pipe, a socket, a device.
    Other,
}

impl From<String> for EntryKind {
    fn from(word: String) -> Self {
        match word.as_str() {
            "file" => Self::File,
            "directory" => Self::Directory,
            "symlink" => Self::Symlink,
            _ => Self::Other,
        }
    }
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The last part of its path.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// In bytes.
    pub size: u64,
    /// The permission bits, such as 0o640, set-user-id and sticky bits included.
    pub mode: u32,
    /// Of the owner.
    pub uid: u32,
    /// Of the group.
    pub gid: u32,
    /// Seconds since 1970 in UTC.
    pub modified_at: i64,
}

/// A file that was read whole, which knows by which calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, as it was asked for.
    pub path: String,
    /// All its bytes.
    pub bytes: Vec<u8>,
    /// Each call and where its bytes begin.
    calls: Vec<(u64, usize)>,
}

impl File {
    pub(crate) fn read(host: &dyn Host, path: &str) -> Result<Self, Fault> {
        let mut file = Self { path: path.to_owned(), bytes: Vec::new(), calls: Vec::new() };
        loop {
            let chunk = host.read(path, file.bytes.len() as u64, PART)?;
            file.calls.push((chunk.call, file.bytes.len()));
            let is_empty = chunk.bytes.is_empty();
            file.bytes.extend(chunk.bytes);
            if chunk.eof || is_empty {
                return Ok(file);
            }
        }
    }

    /// The text, each byte that is not UTF-8 replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// Its lines without their ends, each with its number (from 1) and place.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut start = 0;
        let mut number = 0;
        core::iter::from_fn(move || {
            let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
            let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let bytes = rest.get(..length)?;
            let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
            number += 1;
            let line = Line { file: self, number, range: start..start + bytes.len(), text: String::from_utf8_lossy(bytes) };
            start += length + 1;
            Some(line)
        })
    }

    /// Where a line was read, by its number from 1, for `$from`.
    pub fn from_line(&self, number: u64) -> Vec<ReadFrom> {
        self.lines().find(|line| line.number == number).map(|line| line.from()).unwrap_or_default()
    }

    /// Where these of its bytes were read, for `$from`.
    pub fn from(&self, range: Range<usize>) -> Vec<ReadFrom> {
        let ends = self.calls.iter().skip(1).map(|(_, start)| *start).chain([self.bytes.len()]);
        self.calls
            .iter()
            .zip(ends)
            .filter_map(|((call, start), end)| {
                let from = range.start.max(*start);
                let to = range.end.min(end);
                (from < to).then(|| ReadFrom { call: *call, offset: (from - start) as u64, length: (to - from) as u64 })
            })
            .collect()
    }

    /// Where all of it was read.
    pub fn whole(&self) -> Vec<ReadFrom> {
        self.from(0..self.bytes.len())
    }
}

/// A line of a file.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    file: &'a File,
    /// Its number, from 1.
    pub number: u64,
    /// Its bytes in the file, without the end of the line.
    pub range: Range<usize>,
    /// What it says, each byte that is not UTF-8 replaced.
    pub text: Cow<'a, str>,
}

impl Line<'_> {
    /// Where it was read, for `$from`.
    pub fn from(&self) -> Vec<ReadFrom> {
        self.file.from(self.range.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Run;
    use crate::testing::Recorded;

    #[test]
    fn lines_know_their_number_and_place() {
        let host = Recorded::new().file("/a", "one\r\n\ntwoé\n");
        let file = Run::new(&host).unwrap().read("/a").unwrap();
        let lines: Vec<_> = file.lines().map(|line| (line.number, line.text.to_string(), line.range.clone())).collect();
        assert_eq!(lines, [(1, "one".to_owned(), 0..3), (2, String::new(), 5..5), (3, "twoé".to_owned(), 6..11)]);
        assert_eq!(file.from_line(3), [ReadFrom { call: 1, offset: 6, length: 5 }]);
    }

    #[test]
    fn a_large_file_is_read_in_parts_and_a_line_may_lie_in_two() {
        let part = PART as usize;
        let text = format!("{}\nb\n", "a".repeat(part));
        let host = Recorded::new().file("/a", text.as_bytes());
        let file = Run::new(&host).unwrap().read("/a").unwrap();
        assert_eq!(file.bytes.len(), part + 3);
        let parts = file.from(part - 2..part + 2);
        let first = ReadFrom { call: 1, offset: u64::from(PART) - 2, length: 2 };
        assert_eq!(parts, [first, ReadFrom { call: 2, offset: 0, length: 2 }]);
        assert_eq!(file.from_line(2), [ReadFrom { call: 2, offset: 1, length: 1 }]);
    }
}

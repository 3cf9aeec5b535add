//! Where a fact was read: what was asked, and the line of the whole file, which a guest may have read in parts.
//!
//! Takes the transcripts of a run and the archive of its answers. A line that does not follow from what was recorded is not
//! given, never guessed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use model::{Archive, Call, CollectorName, Entry, ReadFrom, Transcript};
use plugin::Answer;
use report::Place;
use smol_str::SmolStr;

/// The parts of each file, as far as they were asked for.
pub(super) struct ReadPlaces<'a> {
    archive: Arc<dyn Archive>,
    transcripts: &'a [Transcript],
    files: RefCell<BTreeMap<(CollectorName, SmolStr), Rc<Parts>>>,
}

/// The parts in which one file was read.
#[derive(Default)]
struct Parts {
    /// Where the part of each call begins in the file.
    starts: BTreeMap<u64, u64>,
    /// Of the parts that begin at a byte, the longest: where it ends, and how many lines end in it.
    by_start: BTreeMap<u64, (u64, u64)>,
}

impl<'a> ReadPlaces<'a> {
    pub(super) fn new(archive: Arc<dyn Archive>, transcripts: &'a [Transcript]) -> Self {
        Self { archive, transcripts, files: RefCell::default() }
    }

    /// What a collector was answered where a fact was read from: what was asked, the line, and its text.
    pub(super) fn place(&self, collector: &CollectorName, from: &ReadFrom) -> Option<Place> {
        let transcript = self.transcripts.iter().find(|it| &it.collector == collector)?;
        let at = transcript.entries.binary_search_by(|it| it.call.cmp(&from.call)).ok()?;
        let entry = transcript.entries.get(at)?;
        let asked = entry.subject.to_string();
        let Some(answer) = self.answer(entry) else { return Some(Place { asked, line: None, text: None }) };
        let body = answer.body();
        let start = usize::try_from(from.offset).ok()?;
        let end = start.checked_add(usize::try_from(from.length).ok()?)?.min(body.len());
        let before = body.get(..start.min(body.len()))?;
        let ahead =
            if entry.function == Call::FilesRead { self.parts(transcript, entry).lines_before(entry.call) } else { Some(0) };
        let line = ahead.map(|ahead| ahead + lines_in(before) + 1);
        let text = body.get(start..end).map(|it| String::from_utf8_lossy(it).into_owned());
        Some(Place { asked, line, text })
    }

    fn answer(&self, entry: &Entry) -> Option<Answer> {
        Answer::decode(&self.archive.get(&entry.response).ok()?).ok()
    }

    /// The parts of the file that this answer is of.
    fn parts(&self, transcript: &Transcript, of: &Entry) -> Rc<Parts> {
        let key = (transcript.collector.clone(), of.subject.clone());
        if let Some(found) = self.files.borrow().get(&key) {
            return Rc::clone(found);
        }
        let mut parts = Parts::default();
        let is_part = |it: &&Entry| it.function == Call::FilesRead && it.subject == of.subject;
        for entry in transcript.entries.iter().filter(is_part) {
            if let Some(Answer::Chunk { bytes, eof, more }) = self.answer(entry) {
                parts.add(entry, &bytes, eof, &more);
            }
        }
        let parts = Rc::new(parts);
        self.files.borrow_mut().insert(key, Rc::clone(&parts));
        parts
    }
}

impl Parts {
    fn add(&mut self, entry: &Entry, bytes: &[u8], eof: bool, more: &str) {
        let length = bytes.len() as u64;
        let Some(start) = (if eof { last_start(length, more) } else { self.start_of(entry, bytes.len()) }) else { return };
        self.starts.insert(entry.call, start);
        let end = start + length;
        let longest = self.by_start.get(&start).is_none_or(|(known, _)| *known < end);
        if longest && length > 0 {
            self.by_start.insert(start, (end, lines_in(bytes)));
        }
    }

    /// Where a part begins that has all the bytes that were asked for: at the beginning, or where another ends. What was asked
    /// is known by its digest, so this is no guess.
    fn start_of(&self, entry: &Entry, length: usize) -> Option<u64> {
        let length = u32::try_from(length).ok()?;
        let mut starts = std::iter::once(0).chain(self.by_start.values().map(|(end, _)| *end));
        starts.find(|start| plugin::read_request(&entry.subject, *start, length) == entry.request)
    }

    /// How many lines end before the part of this call begins; `None` when not all of what is before it was read.
    fn lines_before(&self, call: u64) -> Option<u64> {
        let start = *self.starts.get(&call)?;
        let (mut at, mut lines) = (0, 0);
        while at < start {
            let (end, ended) = self.by_start.get(&at).filter(|(end, _)| *end <= start)?;
            (at, lines) = (*end, lines + ended);
        }
        Some(lines)
    }
}

/// Where the last part of a file begins, by the size that the host said.
fn last_start(length: u64, more: &str) -> Option<u64> {
    let more: serde_json::Value = serde_json::from_str(more).ok()?;
    more.get("size")?.as_u64()?.checked_sub(length)
}

fn lines_in(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').skip(1).fold(0, |count, _| count + 1)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::sync::Mutex;

    use model::{ArchiveError, Digest, Ended, Timestamp};

    use super::*;

    #[derive(Default)]
    struct Kept(Mutex<BTreeMap<Digest, Vec<u8>>>);

    impl Archive for Kept {
        fn put(&self, bytes: &[u8]) -> Result<Digest, ArchiveError> {
            self.0.lock().unwrap().insert(Digest::of(bytes), bytes.to_vec());
            Ok(Digest::of(bytes))
        }
        fn get(&self, digest: &Digest) -> Result<Vec<u8>, ArchiveError> {
            self.0.lock().unwrap().get(digest).cloned().ok_or(ArchiveError::Absent { digest: *digest })
        }
    }

    const PATH: &str = "/registers/training.csv";

    /// A transcript in which these parts of a file were asked for.
    fn read(file: &[u8], asked: &[(usize, usize)]) -> (Arc<dyn Archive>, Transcript) {
        let archive = Kept::default();
        let entries = asked.iter().zip(1..).map(|((offset, length), call)| {
            let end = (offset + length).min(file.len());
            let more = serde_json::json!({"size": file.len(), "filters": []}).to_string();
            let answer = Answer::Chunk { bytes: file[*offset..end].to_vec(), eof: end == file.len(), more };
            Entry {
                call,
                function: Call::FilesRead,
                subject: PATH.into(),
                request: plugin::read_request(PATH, *offset as u64, u32::try_from(*length).unwrap()),
                response: archive.put(&answer.encode().unwrap()).unwrap(),
                answer: None,
                filters: Vec::new(),
                attempts: 1,
                duration_nanos: 0,
            }
        });
        let transcript = Transcript {
            collector: "registers".parse().unwrap(),
            component: Digest::of(b""),
            request: String::new(),
            started_at: Timestamp::UNIX_EPOCH,
            seed: [0; 32],
            entries: entries.collect(),
            ended: Ended::Finished,
            log: Vec::new(),
        };
        (Arc::new(archive), transcript)
    }

    fn line(asked: &[(usize, usize)], call: u64, offset: u64) -> Option<(Option<u64>, String)> {
        let mut file = String::new();
        for line in 1..=400_000 {
            _ = writeln!(file, "line {line:06}");
        }
        let (archive, transcript) = read(file.as_bytes(), asked);
        let transcripts = [transcript];
        let places = ReadPlaces::new(archive, &transcripts);
        let place = places.place(&"registers".parse().unwrap(), &ReadFrom { call, offset, length: 11 })?;
        Some((place.line, place.text.unwrap_or_default()))
    }

    const MIB: usize = 1 << 20;

    #[test]
    fn a_line_is_counted_from_the_beginning_of_the_file_whatever_part_it_was_read_in() {
        let parts: Vec<_> = (0..5).map(|at| (at * MIB, MIB)).collect();
        for (call, offset) in [(1, 0), (2, 8), (3, 4), (5, 4)] {
            let at = (usize::try_from(call).unwrap() - 1) * MIB + offset;
            let before = at / 12;
            let skipped = before * 12 + 12 - at;
            let expected = (Some(before as u64 + 2), format!("line {:06}", before + 2));
            assert_eq!(line(&parts, call, (offset + skipped) as u64), Some(expected), "part {call}");
        }
    }

    #[test]
    fn parts_that_were_asked_for_twice_count_once() {
        let parts = [(0, MIB), (0, 12), (MIB, MIB), (0, MIB), (2 * MIB, 3 * MIB)];
        let skipped = 12 - 2 * MIB % 12;
        let (found, text) = line(&parts, 5, skipped as u64).unwrap();
        assert_eq!(text, format!("line {:06}", found.unwrap()));
    }

    #[test]
    fn a_line_is_not_given_where_what_is_before_it_was_not_read() {
        assert_eq!(line(&[(4 * MIB, MIB)], 1, 8).unwrap().0, None);
        assert_eq!(line(&[(MIB, MIB)], 1, 8).unwrap().0, None);
    }
}

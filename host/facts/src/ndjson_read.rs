//! NDJSON in: facts that the organisation supplies.
//!
//! Takes a stream of lines, gives what is admitted. A line of no known form is the operator's mistake and ends the reading with
//! every such line named; a line that is well formed but does not fit its kind is a gap. Memory is bounded by the facts.

use std::io::Read;

use miette::Diagnostic;
use model::{Basis, CollectorName, GapCode, KindId, Timestamp};
use thiserror::Error;

use crate::admit::{Admitted, Expected, expect_all};
use crate::chunk::{BAD_LINES, BadLine, Origin, SKEW_SECONDS, Setting};
use crate::feed::{self, Feed};
use crate::kind_set::KindSet;
use crate::ledger::{Closing, Ledger};
use crate::limits::Limits;
use crate::line::{Refusal, unknown_kind};
use crate::statement::{Says, Statement};
use crate::wording::counted;

/// How many bytes are read at once.
const CHUNK_BYTES: usize = 1 << 20;

/// NDJSON could not be read.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum NdjsonError {
    /// The stream failed.
    #[error("the facts could not be read after line {line}")]
    #[diagnostic(code(engine::facts::unreadable), help("check that the file is there and can be read"))]
    Unreadable {
        /// The last line that was read whole.
        line: u64,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A line is longer than any line may be.
    #[error("line {line} is longer than {limit} bytes")]
    #[diagnostic(code(engine::facts::line_too_long), help("write one JSON object a line, with a line break after each"))]
    LineTooLong {
        /// Counted from 1.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// Lines are not JSON objects of a known form.
    #[error("{}", bad_lines(lines, *count))]
    #[diagnostic(
        code(engine::facts::bad_lines),
        help(
            "each line is one JSON object: a fact (`kind`, `subject`, `scope`, `observed_at`, `body`), `expect`, `complete` or `gap`; `engine fact schema` prints the form"
        )
    )]
    BadLines {
        /// The first of them, in order.
        lines: Vec<BadLine>,
        /// How many there are.
        count: u64,
    },
}

fn bad_lines(lines: &[BadLine], count: u64) -> String {
    use core::fmt::Write as _;
    let mut text = format!("{} no line of facts", counted(count, "line is", "lines are"));
    for BadLine { line, column, reason } in lines {
        let _ = write!(text, "\n  line {line}, column {column}: {reason}");
    }
    let more = count.saturating_sub(lines.len() as u64);
    if more > 0 {
        let _ = write!(text, "\n  and {more} more");
    }
    text
}

/// Reads facts in the form of `engine eval --facts`; their basis is *supplied*.
///
/// The result is the same for any number of `threads`. A byte order mark at the beginning is passed over, and so are empty lines.
///
/// # Errors
/// [`NdjsonError`] when the stream fails, or when any line is not a JSON object of a known form: then all of it is refused.
pub fn read_ndjson(
    reader: impl Read + Send,
    collector: &CollectorName,
    expected: &[Expected],
    kinds: &KindSet,
    limits: &Limits,
    now: Timestamp,
    threads: usize,
) -> Result<Admitted, NdjsonError> {
    let latest = Timestamp::from_second(now.as_second().saturating_add(SKEW_SECONDS)).unwrap_or(Timestamp::MAX);
    let lines = Lines { reader, rest: Vec::new(), line: 1, begun: false, done: false, latest, limits };
    let mut ledger = Ledger::new(limits);
    expect_all(&mut ledger, collector, expected);
    let (mut bad_lines, mut count) = (Vec::new(), 0);
    feed::drain(lines, Setting { collector, kinds, limits }, threads, |_, mut chunk| {
        count += chunk.bad_line_count;
        bad_lines.append(&mut chunk.bad_lines);
        bad_lines.truncate(BAD_LINES);
        for (line, statement) in chunk.statements.drain(..) {
            state(&mut ledger, line, statement, kinds);
        }
        ledger.chunk(chunk, None);
    })?;
    if count > 0 {
        return Err(NdjsonError::BadLines { lines: bad_lines, count });
    }
    Ok(ledger.close(&Closing { collector, basis: Basis::Supplied, now, latest, ended: None }))
}

fn state(ledger: &mut Ledger<'_>, line: u64, statement: Statement, kinds: &KindSet) {
    let Statement { kind, scope, says } = statement;
    let kind: KindId = kind.id(kinds);
    let is_known = kinds.get(&kind).is_some();
    match says {
        Says::Gap { subject, code, message } => ledger.gap(Refusal { kind, scope, subject, code, message }),
        _ if !is_known => {
            let message = format!("line {line}: {}", unknown_kind(kind.as_str(), kinds));
            if let Says::Expect = says {
                return ledger.expect_unknown(kind, scope, message);
            }
            ledger.gap(Refusal { kind, scope, subject: None, code: GapCode::UNKNOWN_KIND, message });
        }
        Says::Expect => ledger.expect(kind, scope),
        Says::Complete { claim, observed_at } => ledger.complete(kind, scope, line, claim, observed_at),
    }
}

/// A stream cut into chunks at the ends of lines.
struct Lines<'a, R> {
    reader: R,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    /// The number of the next line.
    line: u64,
    begun: bool,
    done: bool,
    latest: Timestamp,
    limits: &'a Limits,
}

impl<'k, R: Read + Send> Feed<'k> for Lines<'_, R> {
    type Error = NdjsonError;

    fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Option<(&'b [u8], Origin<'k>)>, NdjsonError>
    where
        'k: 'b,
    {
        buffer.clear();
        buffer.append(&mut self.rest);
        while !self.done {
            let before = buffer.len();
            let read = (&mut self.reader).take(CHUNK_BYTES as u64).read_to_end(buffer);
            let read = read.map_err(|source| NdjsonError::Unreadable { line: self.line - 1, source })?;
            self.done = read < CHUNK_BYTES;
            let end = buffer.get(before..).and_then(|new| memchr::memrchr(b'\n', new));
            if let Some(end) = end.filter(|_| !self.done) {
                self.rest = buffer.split_off(before + end + 1);
                break;
            }
            if end.is_none() && buffer.len() > self.limits.line_bytes {
                return Err(NdjsonError::LineTooLong { line: self.line, limit: self.limits.line_bytes });
            }
        }
        if buffer.is_empty() {
            return Ok(None);
        }
        let first_line = self.line;
        self.line += memchr::memchr_iter(b'\n', buffer).count() as u64;
        let bytes: &'b [u8] = buffer;
        let bytes = if self.begun { bytes } else { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) };
        self.begun = true;
        Ok(Some((bytes, Origin::Ndjson { first_line, latest: self.latest })))
    }
}

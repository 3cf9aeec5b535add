//! A chunk of lines, read by one worker.
//!
//! Takes bytes that end at the end of a line, gives the facts of each scope and all that was refused. What it gives depends on
//! the chunk alone, so that the number of workers shows nowhere.

use std::collections::BTreeMap;

use model::{CollectorName, Fact, GapCode, Kind, KindId, ScopeId, Timestamp};

use crate::kind_set::KindSet;
use crate::limits::Limits;
use crate::line::{self, Batch, Draft, Line, Refusal};
use crate::line_fact::Reader;
use crate::statement::Statement;
use crate::wording::{capped, counted};

/// How far ahead of now a fact of NDJSON may have been seen: clocks differ.
pub(crate) const SKEW_SECONDS: i64 = 300;

/// What does not change from chunk to chunk.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'k> {
    pub(crate) collector: &'k CollectorName,
    pub(crate) kinds: &'k KindSet,
    pub(crate) limits: &'k Limits,
}

/// Where a chunk comes from.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'k> {
    /// A batch of a collector; the instant stands for facts that name none, and none may be later.
    Batch { kind: &'k Kind, scope: &'k ScopeId, at: Timestamp },
    /// Lines of NDJSON, the first of which has this number; no fact may be later than the instant.
    Ndjson { first_line: u64, latest: Timestamp },
}

/// The facts of one scope, in the order they came.
pub(crate) struct Group {
    pub(crate) kind: KindId,
    pub(crate) scope: ScopeId,
    pub(crate) facts: Vec<Fact>,
    /// Facts that were left out because the collector had stated too many.
    pub(crate) left_out: u64,
    /// The number of the last line with a fact; of a batch always 0.
    pub(crate) last_line: u64,
}

/// One line that has no known form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1.
    pub line: u64,
    /// In characters, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub reason: String,
}

/// How many bad lines are named.
pub(crate) const BAD_LINES: usize = 20;

/// What a chunk held.
#[derive(Default)]
pub(crate) struct Chunk {
    pub(crate) groups: Vec<Group>,
    pub(crate) refusals: Vec<Refusal>,
    /// Each with the number of its line.
    pub(crate) statements: Vec<(u64, Statement)>,
    /// The first [`BAD_LINES`].
    pub(crate) bad_lines: Vec<BadLine>,
    pub(crate) bad_line_count: u64,
    pub(crate) fact_count: u64,
}

/// Reads chunks, one after the other, with buffers that it keeps.
pub(crate) struct Worker<'k> {
    setting: Setting<'k>,
    reader: Reader<'k>,
}

impl<'k> Worker<'k> {
    pub(crate) fn new(setting: Setting<'k>) -> Self {
        Self { setting, reader: Reader::new(setting.kinds) }
    }

    /// Reads a chunk; `over` when the collector has already stated too many facts, so that these are counted only.
    pub(crate) fn read(&mut self, bytes: &[u8], origin: Origin<'k>, over: bool) -> Chunk {
        let mut pass = Pass {
            setting: self.setting,
            origin,
            over,
            line: 0,
            room: 0,
            places: BTreeMap::new(),
            last: 0,
            chunk: Chunk::default(),
        };
        for (raw, number) in lines(bytes).zip(0..) {
            // What stands before the object stays: columns are counted from the beginning of the line.
            let raw = raw.trim_ascii_end();
            if raw.is_empty() {
                continue;
            }
            pass.line = match origin {
                Origin::Batch { .. } => 0,
                Origin::Ndjson { first_line, .. } => first_line + number,
            };
            pass.room = bytes.len() / raw.len();
            match core::str::from_utf8(raw) {
                Ok(text) => pass.line(&mut self.reader, text),
                Err(error) => pass.not_text(error.valid_up_to()),
            }
        }
        pass.chunk
    }
}

/// The lines of a chunk, without their line breaks; what follows the last one is a line when it is not empty.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', bytes).chain((bytes.last() != Some(&b'\n')).then_some(bytes.len()));
    ends.filter_map(move |end| bytes.get(core::mem::replace(&mut start, end + 1)..end))
}

/// One chunk in the making.
struct Pass<'k> {
    setting: Setting<'k>,
    origin: Origin<'k>,
    over: bool,
    line: u64,
    /// How many lines as long as this one the chunk has room for.
    room: usize,
    /// Where the facts of a scope stand in `chunk.groups`.
    places: BTreeMap<(KindId, ScopeId), usize>,
    /// The place of the last fact.
    last: usize,
    chunk: Chunk,
}

impl<'k> Pass<'k> {
    fn line(&mut self, reader: &mut Reader<'k>, text: &str) {
        if text.len() > self.setting.limits.record_bytes {
            return self.too_large(text);
        }
        let short = match self.origin {
            Origin::Batch { kind, scope, .. } => reader.of_batch(text, Batch { kind, scope }),
            Origin::Ndjson { .. } => reader.of_ndjson(text),
        };
        if let Some(draft) = short {
            return self.fact(draft);
        }
        let outcome = match self.origin {
            Origin::Batch { kind, scope, .. } => line::of_batch(text, Batch { kind, scope }),
            Origin::Ndjson { .. } => line::of_ndjson(text, self.setting.kinds),
        };
        match outcome {
            Line::Fact(draft) => {
                reader.remember(&draft.kind);
                self.fact(draft);
            }
            Line::Refused(refusal) => {
                reader.remember(&refusal.kind);
                self.refuse(refusal);
            }
            Line::Statement(statement) => self.chunk.statements.push((self.line, statement)),
            Line::Bad(form) => self.bad(form.column, &form.reason),
        }
    }

    fn fact(&mut self, draft: Draft) {
        let (observed_at, latest) = match self.origin {
            Origin::Batch { at, .. } => (draft.observed_at.unwrap_or(at), at),
            Origin::Ndjson { latest, .. } => (draft.observed_at.unwrap_or(latest), latest),
        };
        if observed_at > latest {
            let message = match self.origin {
                Origin::Batch { .. } => format!("seen at {observed_at}, which is later than the run's {latest}"),
                Origin::Ndjson { .. } => format!("seen at {observed_at}, which is in the future"),
            };
            let Draft { kind, scope, subject, .. } = draft;
            return self.refuse(Refusal { kind, scope, subject: Some(subject), code: GapCode::FUTURE, message });
        }
        self.chunk.fact_count += 1;
        let (over, line) = (self.over, self.line);
        let collector = self.setting.collector.clone();
        let Some(group) = self.group(&draft.kind, &draft.scope) else { return };
        group.last_line = line;
        if over {
            group.left_out += 1;
            return;
        }
        let Draft { kind, scope, subject, body, digest, from, field_gaps, .. } = draft;
        group.facts.push(Fact { collector, kind, scope, subject, observed_at, body, digest, from, field_gaps });
    }

    fn group(&mut self, kind: &KindId, scope: &ScopeId) -> Option<&mut Group> {
        // Most often all facts of a chunk are of one scope.
        let room = if self.over { 0 } else { self.room };
        let groups = &mut self.chunk.groups;
        if groups.get(self.last).is_none_or(|group| group.kind != *kind || group.scope != *scope) {
            self.last = *self.places.entry((kind.clone(), scope.clone())).or_insert_with(|| {
                let facts = Vec::with_capacity(if groups.is_empty() { room } else { 0 });
                groups.push(Group { kind: kind.clone(), scope: scope.clone(), facts, left_out: 0, last_line: 0 });
                groups.len() - 1
            });
        }
        groups.get_mut(self.last)
    }

    fn refuse(&mut self, mut refusal: Refusal) {
        if let Origin::Ndjson { .. } = self.origin {
            refusal.message = capped(&format!("line {}: {}", self.line, refusal.message));
        }
        self.chunk.refusals.push(refusal);
    }

    fn bad(&mut self, column: usize, reason: &str) {
        self.chunk.bad_line_count += 1;
        if self.chunk.bad_lines.len() < BAD_LINES {
            self.chunk.bad_lines.push(BadLine { line: self.line, column, reason: capped(reason) });
        }
    }

    fn not_text(&mut self, offset: usize) {
        match self.origin {
            Origin::Batch { kind, scope, .. } => {
                let message = format!("a record is not UTF-8: byte {}", offset + 1);
                self.refuse(invalid(&kind.id, scope, GapCode::INVALID_RECORD, message));
            }
            Origin::Ndjson { .. } => self.bad(offset + 1, "not UTF-8"),
        }
    }

    fn too_large(&mut self, text: &str) {
        let limit = self.setting.limits.record_bytes;
        let message = format!("a record of {} is larger than {limit}", counted(text.len() as u64, "byte", "bytes"));
        match self.origin {
            Origin::Batch { kind, scope, .. } => self.refuse(invalid(&kind.id, scope, GapCode::TOO_LARGE, message)),
            Origin::Ndjson { .. } => match line::place_of_ndjson(text, self.setting.kinds) {
                Ok((kind, scope)) => self.refuse(invalid(&kind, &scope, GapCode::TOO_LARGE, message)),
                Err(form) => self.bad(form.column, &form.reason),
            },
        }
    }
}

fn invalid(kind: &KindId, scope: &ScopeId, code: GapCode, message: String) -> Refusal {
    Refusal { kind: kind.clone(), scope: scope.clone(), subject: None, code, message }
}

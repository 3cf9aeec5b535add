//! The transcript in the making, or in the reading.
//!
//! Takes the questions of the guest in their order. Live, it numbers and keeps the answers; in a replay it gives back what
//! was recorded, checks that the same was asked, and stops where the recording stopped.

use std::sync::Arc;

use model::{Archive, Call, Digest, Ended, Entry, Transcript};
use smol_str::SmolStr;

use super::cut::Cut;
use crate::answer::Answer;
use crate::limits::Limits;

const MAX_SUBJECT: usize = 2_048;

/// One call of the guest, before it is answered.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    function: Call,
    subject: SmolStr,
    request: Digest,
}

impl Question {
    /// A question about a subject; `parts` are all that the guest said.
    pub(crate) fn new(function: Call, subject: &str, parts: &[&[u8]]) -> Self {
        let subject: String = subject.chars().take(MAX_SUBJECT).collect();
        let tag = format!("engine:call:{function:?}");
        Self { function, subject: subject.into(), request: Digest::tagged(&tag, parts) }
    }

    /// The digest under which it is recorded.
    pub(crate) fn request(&self) -> Digest {
        self.request
    }
}

/// An answer that the host just found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) answer: Answer,
    pub(crate) filters: Vec<SmolStr>,
    pub(crate) attempts: u32,
}

impl From<Answer> for Found {
    fn from(answer: Answer) -> Self {
        Self { answer, filters: Vec::new(), attempts: 1 }
    }
}

/// The entries of a run so far, and where answers come from when it is a replay.
pub(crate) struct Recorder {
    entries: Vec<Entry>,
    bytes: u64,
    max_calls: u64,
    max_bytes: u64,
    replay: Option<Replay>,
}

struct Replay {
    entries: std::vec::IntoIter<Entry>,
    archive: Arc<dyn Archive>,
    /// Where the recording was cut off.
    stop_at: Option<u64>,
}

/// The mark of a replay that came to where its recording was cut off: not an outcome of its own.
pub(crate) const REPLAYED: &str = "replayed";

impl Recorder {
    pub(crate) fn live(limits: &Limits) -> Self {
        Self { entries: Vec::new(), bytes: 0, max_calls: limits.calls, max_bytes: limits.answers, replay: None }
    }

    pub(crate) fn replay(recorded: &Transcript, archive: Arc<dyn Archive>, limits: &Limits) -> Self {
        let stop_at = match recorded.ended {
            Ended::CutOff { last_call, .. } => Some(last_call),
            _ => None,
        };
        let replay = Replay { entries: recorded.entries.clone().into_iter(), archive, stop_at };
        Self { replay: Some(replay), ..Self::live(limits) }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.replay.is_none()
    }

    /// The number of the last call that was answered.
    pub(crate) fn last_call(&self) -> u64 {
        self.entries.len() as u64
    }

    /// In a replay, the recorded answers to these questions, with the nanoseconds that they took; `None` when live.
    ///
    /// # Errors
    /// [`Cut`] when something else was asked then, or when the recording was cut off here.
    pub(crate) fn recall(&mut self, questions: &[Question]) -> Result<Option<(Vec<Answer>, u64)>, Cut> {
        let Some(replay) = &mut self.replay else { return Ok(None) };
        let mut answers = Vec::with_capacity(questions.len());
        let mut nanos = 0_u64;
        for question in questions {
            let (entry, answer) = replay.next(question, self.entries.len() as u64 + 1)?;
            nanos = nanos.saturating_add(entry.duration_nanos);
            self.entries.push(entry);
            answers.push(answer);
        }
        let last = self.entries.len() as u64;
        if replay.stop_at.is_some_and(|stop| stop <= last) {
            return Err(Cut::new(REPLAYED, "the recording was cut off here"));
        }
        Ok(Some((answers, nanos)))
    }

    /// Keeps the answers to these questions, which took so many nanoseconds together, and gives the first one's number.
    ///
    /// # Errors
    /// [`Cut`] when the run asked for more than its limits.
    pub(crate) fn keep(&mut self, questions: Vec<Question>, found: &[Found], nanos: u64) -> Result<u64, Cut> {
        let first = self.last_call() + 1;
        let count = questions.len();
        for (index, (question, found)) in questions.into_iter().zip(found).enumerate() {
            let bytes: Arc<[u8]> = found.answer.encode().map_err(|error| Cut::new("memory", error.to_string()))?.into();
            self.bytes = self.bytes.saturating_add(bytes.len() as u64);
            self.entries.push(Entry {
                call: self.last_call() + 1,
                function: question.function,
                subject: question.subject,
                request: question.request,
                response: Digest::of(&bytes),
                answer: Some(bytes),
                filters: found.filters.clone(),
                attempts: found.attempts,
                duration_nanos: if index + 1 == count { nanos } else { 0 },
            });
        }
        if self.last_call() > self.max_calls {
            let message = format!("it asked the host for more than its limit of {} answers", self.max_calls);
            return Err(Cut::at_limit("answers", "calls", message));
        }
        if self.bytes > self.max_bytes {
            let message = format!("the host's answers hold more than their limit of {} bytes", self.max_bytes);
            return Err(Cut::at_limit("answers", "answers", message));
        }
        Ok(first)
    }

    /// The first entry that a replay did not ask for.
    pub(crate) fn unasked(&self) -> Option<u64> {
        self.replay.as_ref().and_then(|replay| replay.entries.as_slice().first()).map(|entry| entry.call)
    }

    pub(crate) fn finish(self) -> Vec<Entry> {
        self.entries
    }
}

impl Replay {
    fn next(&mut self, question: &Question, call: u64) -> Result<(Entry, Answer), Cut> {
        let strayed = |what: String| Cut::new("nondeterministic", format!("call {call}: {what}"));
        let asked = format!("`{:?} {}`", question.function, question.subject);
        let Some(mut entry) = self.entries.next() else {
            return Err(strayed(format!("it asked {asked}, but the recording has no further call")));
        };
        if entry.call != call || entry.function != question.function || entry.request != question.request {
            return Err(strayed(format!("it asked {asked}, the recording has `{:?} {}`", entry.function, entry.subject)));
        }
        let damaged = |what: String| Cut::new("damaged", format!("call {call}: {what}"));
        let bytes: Arc<[u8]> = match entry.answer.take() {
            Some(bytes) if Digest::of(&bytes) == entry.response => bytes,
            Some(_) => return Err(damaged("the recorded answer was changed".to_owned())),
            None => self.archive.get(&entry.response).map_err(|error| damaged(error.to_string()))?.into(),
        };
        let answer = Answer::decode(&bytes).map_err(|error| damaged(error.to_string()))?;
        entry.answer = Some(bytes);
        Ok((entry, answer))
    }
}

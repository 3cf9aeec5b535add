//! The functions of the contract, as the guest calls them: each numbers its call, asks the source, records, answers.
//!
//! Converts between the generated types and the host's own. Answers every question with a value or a fault; only a limit
//! or a replay that strays ends the run.

use core::time::Duration;
use std::sync::Arc;

use model::{Call, Fault};
use wasmtime::Result;

use super::bindings::collector::engine::collector::{facts, files, http, run, types};
use super::cut::Cut;
use super::recorder::Question;
use super::{Found, Guest};
use crate::answer::{Answer, Listed, fault};
use crate::files::FileCall;
use crate::http::HttpCall;

const MAX_BATCH: usize = 1_000;

impl From<Fault> for types::Fault {
    fn from(fault: Fault) -> Self {
        Self { code: fault.code, message: fault.message, retryable: fault.retryable, more: fault.more }
    }
}
impl From<types::Fault> for Fault {
    fn from(fault: types::Fault) -> Self {
        Self { code: fault.code, message: fault.message, retryable: fault.retryable, more: fault.more }
    }
}
impl From<Listed> for files::Entry {
    fn from(listed: Listed) -> Self {
        let Listed { name, kind, size, mode, uid, gid, modified_at } = listed;
        Self { name, kind, size, mode, uid, gid, modified_at, more: String::new() }
    }
}

impl Guest {
    /// Answers questions from the recording, or by asking the source; gives the first one's number.
    async fn ask(
        &mut self,
        questions: Vec<Question>,
        source: impl Future<Output = Vec<Found>> + Send,
    ) -> Result<(u64, Vec<Answer>)> {
        let first = self.recorder.last_call() + 1;
        if let Some((answers, nanos)) = self.recorder.recall(&questions)? {
            self.clock.advance(nanos);
            return Ok((first, answers));
        }
        let (tick, began) = (self.meter.tick(), tokio::time::Instant::now());
        let found = source.await;
        let nanos = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.meter.waited_since(tick);
        self.clock.advance(nanos);
        self.recorder.keep(questions, &found, nanos)?;
        Ok((first, found.into_iter().map(|found| found.answer).collect()))
    }

    async fn ask_file(&mut self, call: FileCall) -> Result<(u64, Answer)> {
        let question = call.question();
        let live = self.live.clone();
        let source = async move {
            let Some(live) = live else { return vec![strayed()] };
            let done = tokio::task::spawn_blocking(move || live.files.answer(&call)).await;
            vec![done.unwrap_or_else(|_| Answer::Fault(fault("io", "reading failed in the host")).into())]
        };
        let (number, mut answers) = self.ask(vec![question], source).await?;
        Ok((number, answers.pop().unwrap_or_else(|| strayed().answer)))
    }
}

fn strayed() -> Found {
    Answer::Fault(fault("io", "there is no source")).into()
}

/// A recorded answer of another function than the one asked; the request digest makes this impossible but for damage.
fn other_function<T>() -> Result<T> {
    Err(Cut::new("damaged", "a recorded answer belongs to another function").into())
}

impl types::Host for Guest {}

impl http::Host for Guest {
    async fn send(&mut self, requests: Vec<http::Request>) -> Result<Vec<core::result::Result<http::Response, types::Fault>>> {
        if requests.len() > MAX_BATCH {
            return Err(Cut::new(
                "answers",
                format!("it sent {} requests at once, at most {MAX_BATCH} are allowed", requests.len()),
            )
            .into());
        }
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let calls: Vec<HttpCall> = requests.into_iter().map(HttpCall::from).collect();
        let questions: Vec<Question> = calls.iter().map(HttpCall::question).collect();
        let (live, now, first) = (self.live.clone(), self.clock.now(), self.recorder.last_call() + 1);
        let source = async move {
            match live {
                Some(live) => live.http.send(calls, now, first).await,
                None => calls.iter().map(|_| strayed()).collect(),
            }
        };
        let (first, answers) = self.ask(questions, source).await?;
        let mut responses = Vec::with_capacity(answers.len());
        for (answer, call) in answers.into_iter().zip(first..) {
            responses.push(match answer {
                Answer::Response { status, headers, body, truncated, more } => {
                    Ok(http::Response { call, status, headers, body, truncated, more })
                }
                Answer::Fault(fault) => Err(fault.into()),
                _ => return other_function(),
            });
        }
        Ok(responses)
    }
}

impl From<http::Request> for HttpCall {
    fn from(request: http::Request) -> Self {
        let http::Request { method, url, headers, body, credential, options } = request;
        Self { method, url, headers, body, credential, options }
    }
}

type Answered<T> = Result<core::result::Result<T, types::Fault>>;

impl files::Host for Guest {
    async fn read(&mut self, path: String, offset: u64, length: u32) -> Answered<files::Chunk> {
        match self.ask_file(FileCall::Read { path, offset, length }).await? {
            (call, Answer::Chunk { bytes, eof, more }) => Ok(Ok(files::Chunk { call, bytes, eof, more })),
            (_, Answer::Fault(fault)) => Ok(Err(fault.into())),
            _ => other_function(),
        }
    }
    async fn read_link(&mut self, path: String) -> Answered<String> {
        match self.ask_file(FileCall::ReadLink { path }).await? {
            (_, Answer::Link { target }) => Ok(Ok(target)),
            (_, Answer::Fault(fault)) => Ok(Err(fault.into())),
            _ => other_function(),
        }
    }
    async fn entries(&mut self, path: String) -> Answered<Vec<files::Entry>> {
        match self.ask_file(FileCall::Entries { path }).await? {
            (_, Answer::Entries { entries }) => Ok(Ok(entries.into_iter().map(files::Entry::from).collect())),
            (_, Answer::Fault(fault)) => Ok(Err(fault.into())),
            _ => other_function(),
        }
    }
    async fn stat(&mut self, path: String) -> Answered<files::Entry> {
        match self.ask_file(FileCall::Stat { path }).await? {
            (_, Answer::Stat { entry }) => Ok(Ok(entry.into())),
            (_, Answer::Fault(fault)) => Ok(Err(fault.into())),
            _ => other_function(),
        }
    }
}

impl facts::Host for Guest {
    fn expect(&mut self, kind: String, scope: String) -> Answered<()> {
        let call = self.recorder.last_call();
        Ok(self.statements.expect(call, kind, scope)?.map_err(Into::into))
    }
    fn emit(&mut self, kind: String, scope: String, encoding: String, batch: Vec<u8>) -> Answered<()> {
        let (call, at) = (self.recorder.last_call(), self.clock.now());
        Ok(self.statements.emit(call, at, (kind, scope), encoding, batch)?.map_err(Into::into))
    }
    fn complete(&mut self, kind: String, scope: String, claim: String) -> Answered<()> {
        let (call, at) = (self.recorder.last_call(), self.clock.now());
        Ok(self.statements.complete(call, at, kind, scope, claim)?.map_err(Into::into))
    }
    fn gap(&mut self, kind: String, scope: String, reason: types::Fault) -> Answered<()> {
        let call = self.recorder.last_call();
        Ok(self.statements.gap(call, kind, scope, reason.into())?.map_err(Into::into))
    }
}

impl run::Host for Guest {
    fn request(&mut self) -> Result<String> {
        Ok(self.request.clone())
    }
    fn started_at(&mut self) -> Result<i64> {
        Ok(self.clock.started_at().as_second())
    }
    async fn sleep(&mut self, ms: u64) -> Result<()> {
        let question = Question::new(Call::Sleep, &format!("{ms} ms"), &[&ms.to_le_bytes()]);
        let nanos = ms.saturating_mul(1_000_000);
        if let Some((_, nanos)) = self.recorder.recall(core::slice::from_ref(&question))? {
            self.clock.advance(nanos);
            return Ok(());
        }
        let tick = self.meter.tick();
        tokio::time::sleep(Duration::from_nanos(nanos)).await;
        self.meter.waited_since(tick);
        self.clock.advance(nanos);
        self.recorder.keep(vec![question], &[Answer::Slept.into()], nanos)?;
        Ok(())
    }
    fn progress(&mut self, done: u64, total: u64, label: String) -> Result<()> {
        let progress = Arc::clone(&self.progress);
        progress.progress(&self.collector, done, total, &label);
        Ok(())
    }
    fn log(&mut self, level: String, message: String) -> Result<()> {
        self.log.line(&level, &message);
        Ok(())
    }
}

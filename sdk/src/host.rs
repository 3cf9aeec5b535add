//! The host's functions as a trait: the component calls the real ones, a test calls those of [`crate::testing`].

use crate::files::{Chunk, Entry};
use crate::http::{Request, Response};
use crate::{Fault, bindings};

/// What a collector can ask of its host; each function is one of the contract `engine:collector@0.1.0`.
pub trait Host {
    /// Sends requests at once; answers in the order asked.
    fn send(&self, requests: Vec<Request>) -> Vec<Result<Response, Fault>>;
    /// Reads a part of a file.
    fn read(&self, path: &str, offset: u64, length: u32) -> Result<Chunk, Fault>;
    /// Where a symbolic link points.
    fn read_link(&self, path: &str) -> Result<String, Fault>;
    /// What stands in a directory, sorted by the bytes of the names.
    fn entries(&self, path: &str) -> Result<Vec<Entry>, Fault>;
    /// What is known of a path; of a symbolic link itself.
    fn stat(&self, path: &str) -> Result<Entry, Fault>;
    /// "This should come."
    fn expect(&self, kind: &str, scope: &str) -> Result<(), Fault>;
    /// Gives a batch of facts.
    fn emit(&self, kind: &str, scope: &str, encoding: &str, batch: &[u8]) -> Result<(), Fault>;
    /// "That was all."
    fn complete(&self, kind: &str, scope: &str, claim: &str) -> Result<(), Fault>;
    /// "This could not be had."
    fn gap(&self, kind: &str, scope: &str, reason: &Fault) -> Result<(), Fault>;
    /// What is asked, as JSON.
    fn request(&self) -> String;
    /// When the run began, in seconds since 1970.
    fn started_at(&self) -> i64;
    /// Waits; in replay no time passes.
    fn sleep(&self, milliseconds: u64);
    /// Shows how far the collector is.
    fn progress(&self, done: u64, total: u64, label: &str);
    /// Writes a line to the run's log.
    fn log(&self, level: &str, message: &str);
}

/// The host that runs the component.
#[derive(Debug, Clone, Copy)]
pub struct Engine;

use bindings::engine::collector as wit;

impl From<wit::types::Fault> for Fault {
    fn from(fault: wit::types::Fault) -> Self {
        Self { code: fault.code, message: fault.message, retryable: fault.retryable, more: fault.more }
    }
}

impl From<Fault> for wit::types::Fault {
    fn from(fault: Fault) -> Self {
        Self { code: fault.code, message: fault.message, retryable: fault.retryable, more: fault.more }
    }
}

impl From<wit::files::Entry> for Entry {
    fn from(entry: wit::files::Entry) -> Self {
        Self {
            name: entry.name,
            kind: entry.kind.into(),
            size: entry.size,
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            modified_at: entry.modified_at,
        }
    }
}

fn to_wit(request: Request) -> wit::http::Request {
    let options = request.options();
    wit::http::Request {
        method: request.method,
        url: request.url,
        headers: request.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect(),
        body: request.body,
        credential: request.credential,
        options,
    }
}

fn from_wit(response: wit::http::Response) -> Response {
    Response {
        call: response.call,
        status: response.status,
        headers: response.headers.into_iter().map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned())).collect(),
        body: response.body,
        truncated: response.truncated,
    }
}

impl Host for Engine {
    fn send(&self, requests: Vec<Request>) -> Vec<Result<Response, Fault>> {
        let requests: Vec<_> = requests.into_iter().map(to_wit).collect();
        wit::http::send(&requests).into_iter().map(|answer| answer.map(from_wit).map_err(Into::into)).collect()
    }

    fn read(&self, path: &str, offset: u64, length: u32) -> Result<Chunk, Fault> {
        let chunk = wit::files::read(path, offset, length)?;
        Ok(Chunk { call: chunk.call, bytes: chunk.bytes, eof: chunk.eof })
    }

    fn read_link(&self, path: &str) -> Result<String, Fault> {
        Ok(wit::files::read_link(path)?)
    }

    fn entries(&self, path: &str) -> Result<Vec<Entry>, Fault> {
        Ok(wit::files::entries(path)?.into_iter().map(Into::into).collect())
    }

    fn stat(&self, path: &str) -> Result<Entry, Fault> {
        Ok(wit::files::stat(path)?.into())
    }

    fn expect(&self, kind: &str, scope: &str) -> Result<(), Fault> {
        Ok(wit::facts::expect(kind, scope)?)
    }

    fn emit(&self, kind: &str, scope: &str, encoding: &str, batch: &[u8]) -> Result<(), Fault> {
        Ok(wit::facts::emit(kind, scope, encoding, batch)?)
    }

    fn complete(&self, kind: &str, scope: &str, claim: &str) -> Result<(), Fault> {
        Ok(wit::facts::complete(kind, scope, claim)?)
    }

    fn gap(&self, kind: &str, scope: &str, reason: &Fault) -> Result<(), Fault> {
        Ok(wit::facts::gap(kind, scope, &reason.clone().into())?)
    }

    fn request(&self) -> String {
        wit::run::request()
    }

    fn started_at(&self) -> i64 {
        wit::run::started_at()
    }

    fn sleep(&self, milliseconds: u64) {
        wit::run::sleep(milliseconds);
    }

    fn progress(&self, done: u64, total: u64, label: &str) {
        wit::run::progress(done, total, label);
    }

    fn log(&self, level: &str, message: &str) {
        wit::run::log(level, message);
    }
}

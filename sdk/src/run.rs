//! The run: what was asked for, and everything that a collector can do.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::files::{Entry, File};
use crate::http::{Pages, Request, Response};
use crate::{Fault, Host, Scope};

/// What the host asks for, as it writes it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    collector: String,
    config: serde_json::Value,
    kinds: Vec<String>,
    scopes: Vec<String>,
    period: Option<Period>,
    since: Option<String>,
}

/// A span of time that events are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Period {
    /// Its first instant, RFC 3339.
    pub from: String,
    /// The instant after its last, RFC 3339.
    pub to: String,
}

/// One run of a collector.
pub struct Run<'a> {
    host: &'a dyn Host,
    asked: Asked,
}

impl<'a> Run<'a> {
    /// The run that a host asks for.
    ///
    /// # Errors
    /// `invalid` when the host's request is not in the form of the contract.
    pub fn new(host: &'a dyn Host) -> Result<Self, Fault> {
        let asked =
            serde_json::from_str(&host.request()).map_err(|error| Fault::invalid(format!("the request of the run: {error}")))?;
        Ok(Self { host, asked })
    }

    /// The host itself, for what this type does not offer.
    pub fn host(&self) -> &'a dyn Host {
        self.host
    }

    /// The collector's name in the operator's configuration.
    pub fn collector(&self) -> &str {
        &self.asked.collector
    }

    /// The configuration that the operator wrote.
    ///
    /// # Errors
    /// `invalid` with the field that does not fit.
    pub fn config<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        let config = if self.asked.config.is_null() { serde_json::Map::new().into() } else { self.asked.config.clone() };
        serde_json::from_value(config).map_err(|error| Fault::invalid(format!("the collector's configuration: {error}")))
    }

    /// Whether facts of a kind are asked for.
    pub fn wants(&self, kind: &str) -> bool {
        self.asked.kinds.is_empty() || self.asked.kinds.iter().any(|it| it == kind)
    }

    /// The scopes that are asked for; empty for all that the collector finds.
    pub fn scopes(&self) -> &[String] {
        &self.asked.scopes
    }

    /// The span of time that events are asked for, if any.
    pub fn period(&self) -> Option<&Period> {
        self.asked.period.as_ref()
    }

    /// Only what is newer need be given, if the source can tell; RFC 3339.
    pub fn since(&self) -> Option<&str> {
        self.asked.since.as_deref()
    }

    /// When the run began, in seconds since 1970.
    pub fn started_at(&self) -> i64 {
        self.host.started_at()
    }

    /// One account, host, repository …, of which facts are stated.
    pub fn scope(&self, id: impl Into<String>) -> Scope<'_> {
        Scope::new(self, id.into())
    }

    /// Reads a whole file.
    ///
    /// # Errors
    /// The host's fault: `denied`, `not-found`, `too-large`, `io`.
    pub fn read(&self, path: &str) -> Result<File, Fault> {
        File::read(self.host, path)
    }

    /// Where a symbolic link points, as it is written.
    ///
    /// # Errors
    /// The host's fault.
    pub fn read_link(&self, path: &str) -> Result<String, Fault> {
        self.host.read_link(path)
    }

    /// What stands in a directory, sorted by the bytes of the names.
    ///
    /// # Errors
    /// The host's fault.
    pub fn entries(&self, path: &str) -> Result<Vec<Entry>, Fault> {
        self.host.entries(path)
    }

    /// What is known of a path without reading it; of a symbolic link itself.
    ///
    /// # Errors
    /// The host's fault.
    pub fn stat(&self, path: &str) -> Result<Entry, Fault> {
        self.host.stat(path)
    }

    /// Sends one request.
    ///
    /// # Errors
    /// The host's fault. An answer with any status is no fault: see [`Response::ok`].
    pub fn send(&self, request: Request) -> Result<Response, Fault> {
        let answer = self.host.send(vec![request]).into_iter().next();
        answer.unwrap_or_else(|| Err(Fault::invalid("the host gave no answer")))
    }

    /// Sends some requests at once; answers in the order asked.
    pub fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Fault>> {
        self.host.send(requests)
    }

    /// Reads page after page; `follow` gives the request for the next one, such as [`crate::http::next_link`].
    pub fn pages<F>(&self, first: Request, follow: F) -> Pages<'_, F>
    where
        F: FnMut(&Request, &Response) -> Result<Option<Request>, Fault>,
    {
        Pages { run: self, next: Some(first), follow, seen: BTreeSet::new() }
    }

    /// Waits; in replay no time passes.
    pub fn sleep(&self, milliseconds: u64) {
        self.host.sleep(milliseconds);
    }

    /// Shows how far the collector is; `total` is 0 when not known.
    pub fn progress(&self, done: u64, total: u64, label: &str) {
        self.host.progress(done, total, label);
    }

    /// Writes a warning to the run's log.
    pub fn warn(&self, message: &str) {
        self.host.log("warn", message);
    }

    /// Writes a line to the run's log.
    pub fn note(&self, message: &str) {
        self.host.log("info", message);
    }
}

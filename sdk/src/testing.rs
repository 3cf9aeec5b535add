//! Hosts for an author's own tests: recorded answers, and a folder that stands for a machine's files.
//!
//! They run on any machine, without the engine. The engine's own rules (grants, filters, limits) are not applied.

mod tree;

use core::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use crate::files::{Chunk, Entry, EntryKind};
use crate::http::{Request, Response};
use crate::{Fault, Host};

pub use tree::Tree;

/// What a collector said, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// "This should come."
    Expect {
        /// The kind.
        kind: String,
        /// The scope.
        scope: String,
    },
    /// One fact.
    Fact {
        /// The kind.
        kind: String,
        /// The scope.
        scope: String,
        /// The whole line, with `subject`, `body` and what stands beside them.
        line: serde_json::Value,
    },
    /// "That was all."
    Complete {
        /// The kind.
        kind: String,
        /// The scope.
        scope: String,
        /// The claim.
        claim: serde_json::Value,
    },
    /// "This could not be had."
    Gap {
        /// The kind.
        kind: String,
        /// The scope.
        scope: String,
        /// Why.
        fault: Fault,
    },
    /// A line of the log.
    Log {
        /// `error`, `warn`, `info` or `debug`.
        level: String,
        /// The line.
        message: String,
    },
}

/// A host whose answers were written down before.
#[derive(Debug, Default)]
pub struct Recorded {
    request: serde_json::Map<String, serde_json::Value>,
    started_at: i64,
    files: BTreeMap<String, Vec<u8>>,
    denied: BTreeSet<String>,
    answers: BTreeMap<String, Response>,
    tree: Option<Tree>,
    calls: Cell<u64>,
    sent: RefCell<Vec<usize>>,
    said: RefCell<Vec<Said>>,
}

impl Recorded {
    /// A host that has nothing.
    pub fn new() -> Self {
        Self { started_at: 1_795_000_000, ..Self::default() }
    }

    /// The collector's configuration, as JSON; what is not JSON is taken as text.
    #[must_use]
    pub fn config(mut self, json: &str) -> Self {
        let config = serde_json::from_str(json).unwrap_or_else(|_| json.into());
        self.request.insert("config".to_owned(), config);
        self
    }

    /// The kinds that are asked for.
    #[must_use]
    pub fn kinds(mut self, kinds: &[&str]) -> Self {
        self.request.insert("kinds".to_owned(), kinds.to_vec().into());
        self
    }

    /// When the run began.
    #[must_use]
    pub fn started_at(mut self, seconds: i64) -> Self {
        self.started_at = seconds;
        self
    }

    /// A file.
    #[must_use]
    pub fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }

    /// A folder that stands for the machine's root; files given by [`Recorded::file`] come first.
    #[must_use]
    pub fn tree(mut self, tree: Tree) -> Self {
        self.tree = Some(tree);
        self
    }

    /// A path that the host denies, with all beneath it.
    #[must_use]
    pub fn denied(mut self, path: &str) -> Self {
        self.denied.insert(path.to_owned());
        self
    }

    /// The answer to a request such as `GET https://api.example.com/users`.
    ///
    /// Where one address answers many things, one of the request's headers narrows it, and after that its body:
    /// `POST https://api.example.com/ x-action: List`, `POST https://api.example.com/ x-action: Get {"id":1}`.
    #[must_use]
    pub fn answer(self, request: &str, status: u16, body: &str) -> Self {
        self.answer_with(request, status, &[], body)
    }

    /// The same, with headers.
    #[must_use]
    pub fn answer_with(mut self, request: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let response = Response { call: 0, status, headers, body: body.as_bytes().to_vec(), truncated: false };
        self.answers.insert(request.to_owned(), response);
        self
    }

    /// What the collector said so far, in order.
    pub fn said(&self) -> Vec<Said> {
        self.said.borrow().clone()
    }

    /// How many requests were sent at once, each time.
    pub fn sent(&self) -> Vec<usize> {
        self.sent.borrow().clone()
    }

    /// The bodies of the facts of a kind by their subjects.
    pub fn bodies(&self, kind: &str) -> BTreeMap<String, serde_json::Value> {
        let said = self.said.borrow();
        let lines = said.iter().filter_map(|said| match said {
            Said::Fact { kind: it, line, .. } if it == kind => Some(line),
            _ => None,
        });
        lines.map(|line| (line["subject"].as_str().unwrap_or_default().to_owned(), line["body"].clone())).collect()
    }

    /// The reasons of the gaps of a kind.
    pub fn gaps(&self, kind: &str) -> Vec<Fault> {
        let said = self.said.borrow();
        let faults = said.iter().filter_map(|said| match said {
            Said::Gap { kind: it, fault, .. } if it == kind => Some(fault.clone()),
            _ => None,
        });
        faults.collect()
    }

    /// The counts that were claimed, by `KIND SCOPE`.
    pub fn complete_counts(&self) -> BTreeMap<String, u64> {
        let said = self.said.borrow();
        let claims = said.iter().filter_map(|said| match said {
            Said::Complete { kind, scope, claim } => Some((format!("{kind} {scope}"), claim["count"].as_u64()?)),
            _ => None,
        });
        claims.collect()
    }

    fn next_call(&self) -> u64 {
        self.calls.set(self.calls.get() + 1);
        self.calls.get()
    }

    fn say(&self, said: Said) {
        self.said.borrow_mut().push(said);
    }

    fn check_allowed(&self, path: &str) -> Result<(), Fault> {
        let is_denied = self
            .denied
            .iter()
            .any(|denied| path.strip_prefix(denied.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
        if is_denied { Err(Fault::new("denied", format!("permission to read `{path}` is missing"))) } else { Ok(()) }
    }

    fn tree_or_not_found(&self, path: &str) -> Result<&Tree, Fault> {
        self.tree.as_ref().ok_or_else(|| Fault::new("not-found", format!("`{path}` does not exist")))
    }
}

impl Host for Recorded {
    fn send(&self, requests: Vec<Request>) -> Vec<Result<Response, Fault>> {
        self.sent.borrow_mut().push(requests.len());
        let answer = |request: Request| {
            let name = format!("{} {}", request.method, request.url);
            let body = String::from_utf8_lossy(&request.body);
            let mut narrowed: Vec<String> =
                request.headers.iter().map(|(header, value)| format!("{name} {header}: {value}")).collect();
            narrowed.extend(narrowed.clone().iter().map(|it| format!("{it} {body}")));
            let narrowed = narrowed.iter().rev().find_map(|it| self.answers.get(it));
            let response = narrowed
                .or_else(|| self.answers.get(&name))
                .ok_or_else(|| Fault::new("unavailable", format!("no answer was recorded for `{name}`")))?;
            Ok(Response { call: self.next_call(), ..response.clone() })
        };
        requests.into_iter().map(answer).collect()
    }

    fn read(&self, path: &str, offset: u64, length: u32) -> Result<Chunk, Fault> {
        self.check_allowed(path)?;
        let bytes = match self.files.get(path) {
            Some(bytes) => bytes.clone(),
            None => self.tree_or_not_found(path)?.read(path)?,
        };
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let end = start.saturating_add(length as usize).min(bytes.len());
        let part = bytes.get(start..end).unwrap_or_default().to_vec();
        Ok(Chunk { call: self.next_call(), bytes: part, eof: end == bytes.len() })
    }

    fn read_link(&self, path: &str) -> Result<String, Fault> {
        self.check_allowed(path)?;
        self.tree_or_not_found(path)?.read_link(path)
    }

    fn entries(&self, path: &str) -> Result<Vec<Entry>, Fault> {
        self.check_allowed(path)?;
        let beneath = format!("{}/", path.trim_end_matches('/'));
        let given = self.files.iter().filter_map(|(file, bytes)| {
            let name = file.strip_prefix(&beneath).filter(|name| !name.contains('/'))?;
            Some((name.to_owned(), given_file(name, bytes)))
        });
        let given: BTreeMap<String, Entry> = given.collect();
        if given.is_empty() {
            return self.tree_or_not_found(path)?.entries(path);
        }
        let mut entries: BTreeMap<String, Entry> = match &self.tree {
            Some(tree) => tree.entries(path).unwrap_or_default().into_iter().map(|entry| (entry.name.clone(), entry)).collect(),
            None => BTreeMap::new(),
        };
        entries.extend(given);
        Ok(entries.into_values().collect())
    }

    fn stat(&self, path: &str) -> Result<Entry, Fault> {
        self.check_allowed(path)?;
        match self.files.get(path) {
            Some(bytes) => Ok(given_file(path.rsplit('/').next().unwrap_or_default(), bytes)),
            None => self.tree_or_not_found(path)?.stat(path),
        }
    }

    fn expect(&self, kind: &str, scope: &str) -> Result<(), Fault> {
        self.say(Said::Expect { kind: kind.to_owned(), scope: scope.to_owned() });
        Ok(())
    }

    fn emit(&self, kind: &str, scope: &str, _encoding: &str, batch: &[u8]) -> Result<(), Fault> {
        for line in batch.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let line = serde_json::from_slice(line)?;
            self.say(Said::Fact { kind: kind.to_owned(), scope: scope.to_owned(), line });
        }
        Ok(())
    }

    fn complete(&self, kind: &str, scope: &str, claim: &str) -> Result<(), Fault> {
        self.say(Said::Complete { kind: kind.to_owned(), scope: scope.to_owned(), claim: serde_json::from_str(claim)? });
        Ok(())
    }

    fn gap(&self, kind: &str, scope: &str, reason: &Fault) -> Result<(), Fault> {
        self.say(Said::Gap { kind: kind.to_owned(), scope: scope.to_owned(), fault: reason.clone() });
        Ok(())
    }

    fn request(&self) -> String {
        serde_json::Value::from(self.request.clone()).to_string()
    }

    fn started_at(&self) -> i64 {
        self.started_at
    }

    fn sleep(&self, _milliseconds: u64) {}

    fn progress(&self, _done: u64, _total: u64, _label: &str) {}

    fn log(&self, level: &str, message: &str) {
        self.say(Said::Log { level: level.to_owned(), message: message.to_owned() });
    }
}

/// What is known of a file that a test gave as text.
fn given_file(name: &str, bytes: &[u8]) -> Entry {
    Entry { name: name.to_owned(), kind: EntryKind::File, size: bytes.len() as u64, mode: 0o644, uid: 0, gid: 0, modified_at: 0 }
}

//! What could not be done, and why.

use thiserror::Error;

/// Something that could not be done: by the host, by the system that is looked at, or by the collector itself.
///
/// A fault that leaves the closure of [`crate::Scope::collect`] becomes a gap of that kind and scope, and the collector goes
/// on with the next kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Fault {
    /// A lower-case word. From the host: `denied` (the message names the grant lines to add), `no-credential`, `not-found`, `timeout`,
    /// `unavailable`, `too-large`, `invalid`, `io`. A collector may use its own.
    pub code: String,
    /// One sentence for a person.
    pub message: String,
    /// Whether the same call may succeed later. The host has already retried what it may retry.
    pub retryable: bool,
    /// JSON: more about it, or empty.
    pub more: String,
}

impl Fault {
    /// A fault that trying again does not help.
    ///
    /// ```
    /// use engine_sdk::Fault;
    /// let fault = Fault::new("unsupported", "this system has no package list that is known");
    /// assert_eq!(fault.to_string(), "this system has no package list that is known");
    /// ```
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), retryable: false, more: String::new() }
    }

    /// An answer that is not in the form that it should be.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new("invalid", message)
    }

    /// The same fault, whose message begins with what it happened to.
    #[must_use]
    pub fn about(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// Whether what was asked for is not there, which is an answer and often no gap.
    pub fn is_not_found(&self) -> bool {
        self.code == "not-found"
    }

    /// Whether the operator or the system did not allow it.
    pub fn is_denied(&self) -> bool {
        self.code == "denied"
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::invalid(format!("not the JSON that was expected: {error}"))
    }
}

/// Something that may be absent: not found is `None`, every other fault stays one.
pub trait OrAbsent<T> {
    /// Turns a fault `not-found` into `None`.
    ///
    /// # Errors
    /// Every other fault.
    fn or_absent(self) -> Result<Option<T>, Fault>;
}

impl<T> OrAbsent<T> for Result<T, Fault> {
    fn or_absent(self) -> Result<Option<T>, Fault> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(fault) if fault.is_not_found() => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

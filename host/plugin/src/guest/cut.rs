//! Why a run was stopped.

use model::CollectorName;
use thiserror::Error;

/// A run is stopped by the host. It travels through the guest as a trap that the guest cannot catch.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub(crate) struct Cut {
    /// The cause, one lower-case word.
    pub(crate) cause: &'static str,
    /// What happened, for a person.
    pub(crate) message: String,
    /// The limit that was reached, by its name in `engine.toml`.
    pub(crate) limit: Option<&'static str>,
}

impl Cut {
    pub(crate) fn new(cause: &'static str, message: impl Into<String>) -> Self {
        Self { cause, message: message.into(), limit: None }
    }

    /// The same at a limit that the operator can raise, by its name in `engine.toml`.
    pub(crate) fn at_limit(cause: &'static str, limit: &'static str, message: impl Into<String>) -> Self {
        Self { limit: Some(limit), ..Self::new(cause, message) }
    }

    /// What happened, and the line to raise when it was a limit.
    pub(crate) fn told(&self, collector: &CollectorName) -> String {
        let message = &self.message;
        match self.limit {
            Some(limit) => format!("{message}; raise `{limit}` under `[collector.{collector}.limits]` in engine.toml"),
            None => message.clone(),
        }
    }

    /// The cause of an error that ended a call into the guest.
    pub(crate) fn of(error: &wasmtime::Error) -> Self {
        if let Some(cut) = error.downcast_ref::<Self>() {
            return cut.clone();
        }
        let cause = match error.downcast_ref::<wasmtime::Trap>() {
            Some(wasmtime::Trap::StackOverflow) => "stack",
            Some(wasmtime::Trap::Interrupt) => "cpu",
            _ => "trap",
        };
        let text = error.downcast_ref::<wasmtime::Trap>().map_or_else(|| format!("{error:#}"), ToString::to_string);
        Self::new(cause, text.chars().take(1000).collect::<String>())
    }
}

//! Why a run was stopped.

use thiserror::Error;

/// A run is stopped by the host. It travels through the guest as a trap that the guest cannot catch.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub(crate) struct Cut {
    /// The cause, one lower-case word.
    pub(crate) cause: &'static str,
    /// What happened, for a person.
    pub(crate) message: String,
}

impl Cut {
    pub(crate) fn new(cause: &'static str, message: impl Into<String>) -> Self {
        Self { cause, message: message.into() }
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

//! What is wrong with a configuration, each with its place in the file; all of it at once.

use std::ops::Range;
use std::path::PathBuf;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// The configuration cannot be used. Nothing was collected.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("`{path}` cannot be read: {source}")]
    #[diagnostic(code(engine::config::unreadable), help("check the path and its permissions, or leave out `--config`"))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file has problems.
    #[error("`{path}` has {count} problem{}", if *count == 1 { "" } else { "s" })]
    #[diagnostic(code(engine::config::invalid))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// How many.
        count: usize,
        /// Each of them.
        #[related]
        problems: Vec<Problem>,
    },
    /// A flag or an environment variable has a value that cannot be used.
    #[error("{message}")]
    #[diagnostic(code(engine::config::flag))]
    Flag {
        /// What and why.
        message: String,
        /// What to do.
        #[help]
        help: String,
    },
}

/// One problem and its place.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
#[diagnostic()]
pub struct Problem {
    message: String,
    #[help]
    help: Option<String>,
    #[source_code]
    file: NamedSource<String>,
    #[label("here")]
    span: SourceSpan,
}

/// Gathers problems while a file is resolved.
pub(super) struct Problems<'a> {
    path: PathBuf,
    text: &'a str,
    found: Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub(super) fn new(path: PathBuf, text: &'a str) -> Self {
        Self { path, text, found: Vec::new() }
    }

    /// Notes a problem; `help` may be empty.
    pub(super) fn add(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let help = Some(help.into()).filter(|help| !help.is_empty());
        let file = NamedSource::new(self.path.display().to_string(), self.text.to_owned()).with_language("toml");
        self.found.push(Problem { message: message.into(), help, file, span: span.into() });
    }

    /// Keeps a value, or notes why there is none.
    pub(super) fn keep<T, E: std::fmt::Display>(&mut self, span: Range<usize>, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(span, error.to_string(), "")).ok()
    }

    /// The value when nothing was found.
    pub(super) fn finish<T>(self, value: T) -> Result<T, ConfigError> {
        if self.found.is_empty() { Ok(value) } else { Err(self.into_error()) }
    }

    /// The error with all that was found.
    pub(super) fn into_error(self) -> ConfigError {
        ConfigError::Invalid { path: self.path, count: self.found.len(), problems: self.found }
    }
}

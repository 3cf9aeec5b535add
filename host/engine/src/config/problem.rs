//! What is wrong with a configuration, each with its place in the file; all of it at once.

use std::fmt::Display;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use thiserror::Error;

/// The configuration cannot be used. Nothing was collected.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("`{}` cannot be read", path.display())]
    #[diagnostic(code(engine::config::unreadable), help("check the path and its permissions, or leave out `--config`"))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file has problems.
    #[error("`{}` has {}", path.display(), report::counted(problems.len(), "problem", "problems"))]
    #[diagnostic(code(engine::config::invalid), help("mend each of them; `engine explain CODE` says more of a code"))]
    Invalid {
        /// The file.
        path: PathBuf,
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

/// What sort of problem it is; each has a page in `engine explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// The text is not TOML.
    Syntax,
    /// A key means nothing there.
    UnknownKey,
    /// A key that must be there is not.
    MissingKey,
    /// A value of another type is wanted.
    WrongType,
    /// A value cannot be used.
    Value,
    /// What is named is not there.
    UnknownName,
    /// A file is no plugin.
    NoPlugin,
    /// A plugin does not take what is configured for it.
    PluginConfig,
    /// A rule does not have what is set for it.
    RuleSetting,
}

impl Sort {
    fn code(self) -> &'static str {
        match self {
            Self::Syntax => "engine::config::syntax",
            Self::UnknownKey => "engine::config::unknown_key",
            Self::MissingKey => "engine::config::missing_key",
            Self::WrongType => "engine::config::wrong_type",
            Self::Value => "engine::config::value",
            Self::UnknownName => "engine::config::unknown_name",
            Self::NoPlugin => "engine::plugin::no_plugin",
            Self::PluginConfig => "engine::plugin::configuration",
            Self::RuleSetting => "engine::rules::setting",
        }
    }
}

/// One problem and its place.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct Problem {
    sort: Sort,
    message: String,
    help: Option<String>,
    file: NamedSource<Arc<str>>,
    span: Range<usize>,
}

impl Diagnostic for Problem {
    fn code(&self) -> Option<Box<dyn Display + '_>> {
        Some(Box::new(self.sort.code()))
    }
    fn help(&self) -> Option<Box<dyn Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.file)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = SourceSpan::from(self.span.clone());
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".to_owned()), span))))
    }
}

/// Gathers problems while a file is resolved.
pub(super) struct Problems {
    path: PathBuf,
    text: Arc<str>,
    found: Vec<Problem>,
}

impl Problems {
    pub(super) fn new(path: PathBuf, text: Arc<str>) -> Self {
        Self { path, text, found: Vec::new() }
    }

    /// Notes a problem of a sort; `help` may be empty.
    pub(super) fn note(&mut self, sort: Sort, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let help = Some(help.into()).filter(|help| !help.is_empty());
        let file = NamedSource::new(report::inert(&self.path.display().to_string(), usize::MAX), Arc::clone(&self.text))
            .with_language("toml");
        self.found.push(Problem { sort, message: message.into(), help, file, span });
    }

    /// Notes a value that cannot be used; `help` may be empty.
    pub(super) fn add(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.note(Sort::Value, span, message, help);
    }

    /// Keeps a value, or notes why there is none.
    pub(super) fn keep<T, E: Display>(&mut self, span: Range<usize>, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(span, error.to_string(), "")).ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The error with all that was found, in the order of the file.
    pub(super) fn into_error(mut self) -> ConfigError {
        self.found.sort_by(|a, b| (a.span.start, a.sort, &a.message).cmp(&(b.span.start, b.sort, &b.message)));
        ConfigError::Invalid { path: self.path, problems: self.found }
    }
}

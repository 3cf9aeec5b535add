//! What is wrong with a rule, and where.
//!
//! Takes a place by line and column, gives a diagnostic with the source; it never decides what is wrong.

use core::fmt;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use model::RuleId;
use smol_str::SmolStr;
use thiserror::Error;

use crate::evaluate::conclude::capped;
use crate::script::syntax::At;

/// What sort of problem it is; each has a page in `engine explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The text is not the language.
    Syntax,
    /// The language has it, rules may not use it.
    NotAllowed,
    /// `describe()` lacks something or says it in a way that cannot be read.
    Header,
    /// The kind that the rule is about is not known.
    UnknownKind,
    /// A field is not in the kind.
    UnknownField,
    /// A function is not in the vocabulary.
    UnknownFunction,
    /// A variable stands for nothing.
    UnknownName,
    /// Values of these types cannot be used so.
    Types,
    /// A setting names a rule or parameter that is not there, or has another type.
    Setting,
    /// Something is never used, or can never happen.
    Unused,
    /// The rule is larger than its budget.
    TooLarge,
}

impl ProblemKind {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Syntax => "engine::rules::syntax",
            Self::NotAllowed => "engine::rules::not_allowed",
            Self::Header => "engine::rules::header",
            Self::UnknownKind => "engine::rules::unknown_kind",
            Self::UnknownField => "engine::rules::unknown_field",
            Self::UnknownFunction => "engine::rules::unknown_function",
            Self::UnknownName => "engine::rules::unknown_name",
            Self::Types => "engine::rules::types",
            Self::Setting => "engine::rules::setting",
            Self::Unused => "engine::rules::unused",
            Self::TooLarge => "engine::rules::too_large",
        }
    }
}

/// A setting of the operator about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The rule that something is set for.
    pub rule: RuleId,
    /// What is set.
    pub part: SettingPart,
}

/// What is set for a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingPart {
    /// Anything: there is no such rule, or nothing can be set for it.
    Whole,
    /// One of its parameters.
    Parameter(SmolStr),
    /// What stands in its place.
    ReplacedBy,
}

/// One problem with one rule, at its place in the text.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct RuleProblem {
    /// What sort of problem.
    pub kind: ProblemKind,
    /// The file, such as `rules/identity/mfa-enforced.rhai`; empty for a setting.
    pub file: String,
    /// One sentence.
    pub message: String,
    /// What to do, when there is something to say.
    pub help: Option<String>,
    /// Line and column, from 1; `None` when it is about the whole file.
    pub place: Option<(usize, usize)>,
    /// Whether the rule cannot be used; else it is advice.
    pub fatal: bool,
    /// The setting that it is about, when it is about one.
    pub setting: Option<Setting>,
    source_text: Option<NamedSource<Arc<str>>>,
    span: Option<SourceSpan>,
}

impl Diagnostic for RuleProblem {
    fn code(&self) -> Option<Box<dyn fmt::Display + '_>> {
        Some(Box::new(self.kind.code()))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(if self.fatal { miette::Severity::Error } else { miette::Severity::Advice })
    }
    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source_text.as_ref().map(|source| source as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span?;
        Some(Box::new(core::iter::once(LabeledSpan::new_with_span(Some("here".to_owned()), span))))
    }
}

/// Everything that is wrong with a set of rules, at once.
#[derive(Debug, Error, Diagnostic)]
#[error("{} in the rules", count(.problems.len()))]
#[diagnostic(code(engine::rules::unusable), help("each problem below names its file and place"))]
pub struct RuleErrors {
    /// The problems, by file and place.
    #[related]
    pub problems: Vec<RuleProblem>,
}

fn count(problems: usize) -> String {
    if problems == 1 { "1 problem".to_owned() } else { format!("{problems} problems") }
}

/// A problem before its file is known.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) kind: ProblemKind,
    pub(crate) at: At,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) fatal: bool,
    pub(crate) setting: Option<Setting>,
}

impl Draft {
    pub(crate) fn new(kind: ProblemKind, at: At, message: impl Into<String>) -> Self {
        Self { kind, at, message: capped(&message.into()).into(), help: None, fatal: true, setting: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn advice(mut self) -> Self {
        self.fatal = false;
        self
    }

    pub(crate) fn about(mut self, rule: &RuleId, part: SettingPart) -> Self {
        self.setting = Some(Setting { rule: rule.clone(), part });
        self
    }

    /// The problem with its file.
    pub(crate) fn within(self, file: &str, text: &Arc<str>) -> RuleProblem {
        let span = span_of(text, self.at);
        RuleProblem {
            kind: self.kind,
            file: file.to_owned(),
            message: self.message,
            help: self.help,
            place: (self.at != At::default()).then(|| (usize::from(self.at.line), usize::from(self.at.column))),
            fatal: self.fatal,
            setting: self.setting,
            source_text: Some(NamedSource::new(file, Arc::clone(text)).with_language("Rust")),
            span,
        }
    }

    /// The problem of a setting, which stands in no rule's text.
    pub(crate) fn of_setting(setting: Setting, message: String, help: String) -> RuleProblem {
        RuleProblem {
            kind: ProblemKind::Setting,
            file: String::new(),
            message,
            help: Some(help),
            place: None,
            fatal: true,
            setting: Some(setting),
            source_text: None,
            span: None,
        }
    }
}

/// The bytes of the word that begins at a place.
fn span_of(text: &str, at: At) -> Option<SourceSpan> {
    let line_index = usize::from(at.line).checked_sub(1)?;
    let mut start = 0;
    let mut lines = text.split_inclusive('\n');
    for _ in 0..line_index {
        start += lines.next()?.len();
    }
    let line = lines.next().unwrap_or_default();
    let before: usize = line.chars().take(usize::from(at.column).saturating_sub(1)).map(char::len_utf8).sum();
    let rest = line.get(before..).unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let word: usize = rest.chars().take_while(|c| is_word(*c)).map(char::len_utf8).sum();
    let fallback = rest.chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
    Some(SourceSpan::new((start + before).into(), if word == 0 { fallback } else { word }))
}

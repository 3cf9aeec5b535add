//! What a plugin says of itself: its `plugin.toml`, embedded as a custom section.
//!
//! Takes TOML text and gives a checked [`Manifest`], or every problem with its place. Runs and trusts nothing: what is
//! asked here is only a request.

mod asked;
mod config;
mod file;

use core::fmt;
use std::collections::BTreeMap;

use miette::{Diagnostic, LabeledSpan, NamedSource};
use model::{Basis, KindId};
use semver::{Version, VersionReq};
use smol_str::SmolStr;
use thiserror::Error;

use crate::limit_value::LimitValue;

pub use asked::{Asked, AskedFile, AskedHttp};
pub use config::ConfigMisfit;

/// What a plugin says of itself and asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its name, such as `linux-host`.
    pub name: SmolStr,
    /// Its version.
    pub version: Version,
    /// One or two sentences.
    pub description: String,
    /// The engines that it works with.
    pub engine: VersionReq,
    /// The version of the contract that it was built against.
    pub wit: Version,
    /// The kinds that it gives.
    pub kinds: Vec<KindId>,
    /// Where its evidence comes from: what a system answers is collected, what the organisation wrote down is supplied. A
    /// collector can say only what it is; that it says `collected` makes nothing truer than its transcript.
    pub basis: Basis,
    /// What can be configured, by name.
    pub config: BTreeMap<SmolStr, ConfigItem>,
    /// The paths it asks to read.
    pub files: Vec<FileRequest>,
    /// The hosts it asks to reach.
    pub http: Vec<HttpRequest>,
    /// The credentials it asks for.
    pub credentials: Vec<CredentialRequest>,
    /// The limits it wishes, by their names in `engine.toml`; the operator's word counts.
    pub limits: BTreeMap<SmolStr, LimitValue>,
    /// What the system that it asks must allow, by the names that it has there, such as `iam:ListUsers`. Nothing here grants
    /// it: the operator gives it there.
    pub permissions: BTreeMap<SmolStr, PermissionRequest>,
}

/// One configurable value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigItem {
    /// What it holds.
    pub ty: ConfigType,
    /// What it is when it is not configured.
    pub default: Option<serde_json::Value>,
    /// It must be configured.
    pub required: bool,
    /// What it means.
    pub description: String,
}

/// What a configurable value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigType {
    /// Text.
    String,
    /// A whole number.
    Int,
    /// True or false.
    Bool,
    /// A list of texts.
    List,
}

impl fmt::Display for ConfigType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "a text",
            Self::Int => "a whole number",
            Self::Bool => "`true` or `false`",
            Self::List => "a list of texts",
        })
    }
}

/// Paths that a plugin asks to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRequest {
    /// A path pattern, in which `${config.NAME}` stands for a configured value.
    pub path: String,
    /// What for.
    pub why: String,
    /// What the target system must allow, such as `root`.
    pub permission: Option<String>,
    /// The filters that it wants to run.
    pub filters: Vec<SmolStr>,
}

/// A host that a plugin asks to reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// A host pattern, in which `${config.NAME}` stands for a configured value.
    pub host: String,
    /// The methods, in upper case.
    pub methods: Vec<SmolStr>,
    /// Patterns of the URL's path.
    pub paths: Vec<crate::PathPattern>,
    /// What for.
    pub why: String,
    /// The credential that is used there.
    pub credential: Option<SmolStr>,
    /// JSON pointers that are removed from answers.
    pub drop: Vec<String>,
    /// Names of keys whose values are masked in answers.
    pub mask: Vec<String>,
    /// The response headers that the guest sees; a default list when absent.
    pub headers: Option<Vec<SmolStr>>,
}

/// A credential that a plugin asks for. It never sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRequest {
    /// The name by which requests refer to it.
    pub name: SmolStr,
    /// What for.
    pub why: String,
    /// How it is to be used, such as `aws`, where only one way will do.
    pub kind: Option<SmolStr>,
}

/// A permission that the operator gives in the system that is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionRequest {
    /// The kinds that need it, in the manifest's order; none where everything does.
    pub kinds: Vec<KindId>,
    /// What for.
    pub why: String,
}

/// A manifest is not well formed. All problems are listed.
#[derive(Debug, Clone, Error)]
#[error("the plugin's manifest has {} problem(s): {}", problems.len(), summary(problems))]
pub struct ManifestError {
    /// The text, for the places.
    pub source_code: NamedSource<String>,
    /// Every problem.
    pub problems: Vec<ManifestProblem>,
}

/// One problem of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestProblem {
    /// What is wrong, one lower-case sentence.
    pub message: String,
    /// Where, in bytes from the beginning; `None` when something is missing.
    pub span: Option<core::ops::Range<usize>>,
}

fn summary(problems: &[ManifestProblem]) -> String {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
}

impl Diagnostic for ManifestError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("engine::plugin::manifest"))
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("correct `plugin.toml` and build the plugin again"))
    }
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source_code)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.problems.iter().map(|problem| {
            let span = problem.span.clone().unwrap_or(0..0);
            LabeledSpan::new_with_span(Some(problem.message.clone()), span)
        })))
    }
}

impl Manifest {
    /// Parses a `plugin.toml`.
    ///
    /// # Errors
    /// [`ManifestError`] with every problem and its place.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        file::parse(text)
            .map_err(|problems| ManifestError { source_code: NamedSource::new("plugin.toml", text.to_owned()), problems })
    }
}

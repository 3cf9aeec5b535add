//! The kinds that are known.
//!
//! Takes the texts of `kinds/*.toml` (shipped) and `local/kinds/*.toml` (the user's own), gives a checked [`KindSet`], or every
//! problem of every file with its place. Never drops a kind that it cannot read.

use std::collections::BTreeMap;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};
use model::{Kind, KindId, SourceSet, nearest};
use thiserror::Error;

use crate::kind_file::{self, Found};

/// All the kinds of a run, shipped and local, each known by its name and major version.
///
/// ```
/// use engine_facts::KindSet;
/// let mut sources = model::SourceSet::new();
/// sources.insert("kinds/door.toml", r#"
/// [[kind]]
/// id = "site.door@1"
/// title = "A door"
/// description = "One door of a building; the scope is the building."
/// [kind.fields.locked]
/// type = "bool"
/// "#);
/// let kinds = KindSet::read(&sources).unwrap();
/// assert_eq!(kinds.resolve("site.door").unwrap().as_str(), "site.door@1");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindSet {
    kinds: BTreeMap<KindId, Kind>,
    newest: BTreeMap<String, KindId>,
}

impl KindSet {
    /// Reads `kinds/*.toml` and `local/kinds/*.toml`.
    ///
    /// A local kind stands under a first word that no shipped kind begins with, so that it can replace none.
    ///
    /// # Errors
    /// [`KindErrors`] with every problem of every file.
    pub fn read(sources: &SourceSet) -> Result<Self, KindErrors> {
        let mut problems = Vec::new();
        let mut found = Vec::new();
        for folder in ["kinds/", "local/kinds/"] {
            for (name, text) in sources.under(folder, "toml") {
                found.extend(kind_file::read(name, text, &mut problems));
            }
        }
        let prefixes: Vec<String> = found.iter().filter(|it| !it.local).map(|it| first_word(&it.kind.id).to_owned()).collect();
        let mut set = Self::default();
        let mut places = BTreeMap::<KindId, String>::new();
        for Found { kind, local, place } in found {
            let prefix = first_word(&kind.id);
            if prefix == "engine" || (local && prefixes.iter().any(|it| it == prefix)) {
                problems.push(place.problem(
                    format!("the kind `{}` begins with `{prefix}`, which is taken", kind.id),
                    Some("begin the kind with a word of your own, such as the name of your organisation".to_owned()),
                ));
            } else if let Some(first) = places.get(&kind.id) {
                problems.push(place.problem(format!("the kind `{}` is already defined at {first}", kind.id), None));
            } else {
                places.insert(kind.id.clone(), place.to_string());
                set.insert(kind);
            }
        }
        if problems.is_empty() { Ok(set) } else { Err(KindErrors { problems }) }
    }

    fn insert(&mut self, kind: Kind) {
        let newest = self.newest.entry(kind.id.name().to_owned()).or_insert_with(|| kind.id.clone());
        if newest.major() < kind.id.major() {
            *newest = kind.id.clone();
        }
        self.kinds.insert(kind.id.clone(), kind);
    }

    /// The kind with that name and version.
    pub fn get(&self, id: &KindId) -> Option<&Kind> {
        self.kinds.get(id)
    }

    /// The known kind that the text names; without a version it is the newest.
    pub fn resolve(&self, text: &str) -> Option<&KindId> {
        if text.contains('@') { self.kinds.get_key_value(text).map(|(id, _)| id) } else { self.newest.get(text) }
    }

    /// Every kind, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.values()
    }

    /// Every kind by its id.
    pub fn kinds(&self) -> &BTreeMap<KindId, Kind> {
        &self.kinds
    }

    /// The known kind that was probably meant by a text that names none.
    pub(crate) fn nearest_id(&self, text: &str) -> Option<&str> {
        let name = text.split('@').next().unwrap_or(text);
        if let Some(id) = self.newest.get(name) {
            return Some(id.as_str());
        }
        nearest(name, self.newest.keys().map(String::as_str)).and_then(|name| self.newest.get(name)).map(KindId::as_str)
    }
}

fn first_word(id: &KindId) -> &str {
    id.name().split('.').next().unwrap_or_default()
}

/// Kinds could not be read: every problem that was found.
#[derive(Debug, Clone, Error, Diagnostic)]
#[error("{} in the kinds: {}", counted(self.problems.len()), self.problems.first().map(ToString::to_string).unwrap_or_default())]
#[diagnostic(code(engine::facts::invalid_kinds), help("correct each place that is named; nothing was collected"))]
pub struct KindErrors {
    /// Every problem, in the order of files and of places in them.
    #[related]
    pub problems: Vec<KindProblem>,
}

fn counted(count: usize) -> String {
    if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") }
}

/// One problem at one place of a file of kinds.
#[derive(Debug, Clone, Error, Diagnostic)]
#[error("{file}:{line}:{column}: {message}")]
#[diagnostic(code(engine::facts::invalid_kind))]
pub struct KindProblem {
    /// The file's name in the source set.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead, where that is known.
    #[help]
    pub advice: Option<String>,
    /// The file's text.
    #[source_code]
    pub text: NamedSource<Arc<str>>,
    /// The place in the text.
    #[label("here")]
    pub span: SourceSpan,
}

//! The data that decides a run: rules, kinds, frameworks, controls, relations, as the files they were written in.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Digest;

/// Named texts, such as `rules/identity/mfa-enforced.rhai`, in order of their names.
///
/// The same set is built into the program, read from a user's workspace, and kept with each run, so that a run can be
/// evaluated again by what decided it then. Names of shipped texts are relative to `scripts/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceSet {
    texts: BTreeMap<String, Arc<str>>,
}

impl SourceSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text; one of the same name is replaced and given back.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> Option<Arc<str>> {
        self.texts.insert(name.into(), text.into())
    }

    /// The text of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(AsRef::as_ref)
    }

    /// Every name and text, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(name, text)| (name.as_str(), text.as_ref()))
    }

    /// Those whose name begins with `folder` (with its `/`) and ends with `.ending`, in order.
    pub fn under<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter(move |(name, _)| {
            name.starts_with(folder) && name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.'))
        })
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The digest over all names and texts.
    pub fn digest(&self) -> Digest {
        let mut hash = crate::digest::Hasher::new("engine:sources");
        for (name, text) in self.iter() {
            hash.part(name.as_bytes());
            hash.part(text.as_bytes());
        }
        hash.finish()
    }
}

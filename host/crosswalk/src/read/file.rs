//! The files of a catalog as they are written.
//!
//! Takes a TOML text, gives its entries one by one, so that a mistake in one does not hide those of the next. Never checks
//! what an entry means.

use core::ops::Range;
use std::sync::Arc;

use miette::NamedSource;
use model::{Frequency, Obligation, Relation, RequirementKind, Seconds, SourceClass, Strength};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use smol_str::SmolStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::read::problem::{CatalogFault, CatalogProblem, Place};

/// The head of a framework.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrameworkFile {
    pub(crate) id: Spanned<String>,
    pub(crate) title: Spanned<String>,
    pub(crate) version: String,
    pub(crate) source: String,
    pub(crate) default_categories: Vec<Spanned<SmolStr>>,
    #[serde(default)]
    pub(crate) apart: Vec<Spanned<SmolStr>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequirementFile {
    pub(crate) id: Spanned<String>,
    pub(crate) parent: Option<Spanned<String>>,
    pub(crate) kind: RequirementKind,
    pub(crate) obligation: Option<Obligation>,
    pub(crate) category: Option<SmolStr>,
    pub(crate) title: Spanned<String>,
    #[serde(default)]
    pub(crate) guidance: String,
    #[serde(default)]
    pub(crate) sources: Vec<SourceClass>,
    #[serde(default, rename = "aspect")]
    pub(crate) aspects: Vec<AspectFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AspectFile {
    pub(crate) id: Spanned<String>,
    pub(crate) title: Spanned<String>,
    #[serde(default)]
    pub(crate) subservice: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ControlFile {
    pub(crate) id: Spanned<String>,
    pub(crate) title: Spanned<String>,
    pub(crate) description: String,
    pub(crate) frequency: Frequency,
    pub(crate) owner: Option<String>,
    pub(crate) within: Option<Seconds>,
    pub(crate) enabled: Option<bool>,
    #[serde(default)]
    pub(crate) replaces: bool,
    #[serde(default)]
    pub(crate) covers: Vec<Spanned<EdgeFile>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EdgeFile {
    pub(crate) requirement: Spanned<String>,
    pub(crate) aspects: Vec<Spanned<String>>,
    pub(crate) strength: Strength,
    pub(crate) rationale: Spanned<String>,
    #[serde(default)]
    pub(crate) leaves_open: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnyOfFile {
    pub(crate) aspect: Spanned<String>,
    pub(crate) controls: Vec<Spanned<String>>,
    pub(crate) rationale: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelationFile {
    pub(crate) from: Spanned<String>,
    pub(crate) relation: Relation,
    pub(crate) to: Spanned<String>,
    pub(crate) rationale: Spanned<String>,
}

/// A value with its place, not yet typed.
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

/// One file that is being read, and where its problems go.
pub(crate) struct Reader<'a> {
    pub(crate) source: NamedSource<Arc<str>>,
    problems: &'a mut Vec<CatalogProblem>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(name: &str, text: &str, problems: &'a mut Vec<CatalogProblem>) -> Self {
        Self { source: NamedSource::new(name, Arc::from(text)).with_language("TOML"), problems }
    }

    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place::new(&self.source, span)
    }

    pub(crate) fn problem(&mut self, span: Range<usize>, fault: CatalogFault) {
        let place = self.place(span);
        self.problems.push(CatalogProblem { fault, place });
    }

    pub(crate) fn syntax(&mut self, error: &toml::de::Error, around: Range<usize>) {
        let fault = CatalogFault::Syntax { message: error.message().replace('\n', ", ") };
        self.problem(error.span().unwrap_or(around), fault);
    }

    /// The lists of entries named `lists`, in that order, and the rest of the file. `None` when it is not TOML at all.
    pub(crate) fn take_apart<'t, const N: usize>(
        &mut self,
        text: &'t str,
        lists: [&'static str; N],
    ) -> Option<([Vec<Value<'t>>; N], Value<'t>)> {
        let (root, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            for error in &errors {
                self.syntax(error, 0..0);
            }
            return None;
        }
        let span = root.span();
        let mut root = root.into_inner();
        let taken = lists.map(|list| match root.remove(list).map(|value| (value.span(), value.into_inner())) {
            None => Vec::new(),
            Some((_, DeValue::Array(entries))) => entries.into_iter().collect(),
            Some((span, _)) => {
                self.problem(span, CatalogFault::Syntax { message: format!("`{list}` is written `[[{list}]]`, once for each") });
                Vec::new()
            }
        });
        Some((taken, Spanned::new(span, DeValue::Table(root))))
    }

    /// One entry, typed; `None` when it is not written as it should be.
    pub(crate) fn entry<T: DeserializeOwned>(&mut self, value: Value<'_>) -> Option<T> {
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(entry) => Some(entry),
            Err(error) => {
                self.syntax(&error, span);
                None
            }
        }
    }

    /// Says that there is nothing else in the file than what was taken.
    pub(crate) fn nothing_else(&mut self, rest: &Value<'_>) {
        for key in rest.get_ref().as_table().into_iter().flat_map(|table| table.keys()) {
            let message = format!("`{}` means nothing here", key.get_ref().escape_debug());
            self.problem(key.span(), CatalogFault::Syntax { message });
        }
    }

    /// The text, checked to say something.
    pub(crate) fn text(&mut self, field: &'static str, text: &Spanned<String>) -> String {
        if text.get_ref().trim().is_empty() {
            self.problem(text.span(), CatalogFault::Empty { field });
        }
        text.get_ref().clone()
    }

    /// The name, parsed; `None` when it is not well formed.
    pub(crate) fn name<T: core::str::FromStr<Err = model::IdError>>(&mut self, text: &str, span: Range<usize>) -> Option<T> {
        match text.parse() {
            Ok(name) => Some(name),
            Err(error) => {
                let fault = CatalogFault::Name { text: error.text, what: error.what, rule: error.rule };
                self.problem(span, fault);
                None
            }
        }
    }
}

//! What can be wrong with a catalog, and where.
//!
//! Takes a file, a span and a fault, gives a diagnostic with file, line and column. Never stops at the first.

use core::fmt;
use core::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use thiserror::Error;

/// The catalog cannot be used: every problem that was found, by file and place.
#[derive(Debug, Error, Diagnostic)]
#[error("the catalog has {} {}", problems.len(), if problems.len() == 1 { "problem" } else { "problems" })]
#[diagnostic(code(engine::crosswalk::catalog), help("each problem names its file, line and column"))]
pub struct CatalogErrors {
    /// The problems.
    #[related]
    pub problems: Vec<CatalogProblem>,
}

/// One problem, with its place.
#[derive(Debug)]
pub struct CatalogProblem {
    /// What is wrong.
    pub fault: CatalogFault,
    /// Where.
    pub place: Place,
}

/// A place in a file of the catalog.
#[derive(Debug, Clone)]
pub struct Place {
    source: NamedSource<Arc<str>>,
    span: Range<usize>,
}

impl Place {
    pub(crate) fn new(source: &NamedSource<Arc<str>>, span: Range<usize>) -> Self {
        Self { source: source.clone(), span }
    }

    /// The file's name within the source set.
    pub fn file(&self) -> &str {
        self.source.name()
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + 1
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.before().rsplit('\n').next().unwrap_or_default().chars().count() + 1
    }

    /// For sorting: the file, and the first byte within it.
    pub(crate) fn order(&self) -> (&str, usize) {
        (self.file(), self.span.start)
    }

    fn before(&self) -> &str {
        self.source.inner().get(..self.span.start).unwrap_or_default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file(), self.line(), self.column())
    }
}

impl fmt::Display for CatalogProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

impl core::error::Error for CatalogProblem {}

impl Diagnostic for CatalogProblem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.fault.code()
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.fault.help()
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.place.source)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = SourceSpan::from(self.place.span.clone());
        Some(Box::new(core::iter::once(LabeledSpan::new_primary_with_span(Some("here".to_owned()), span))))
    }
}

/// What is wrong with one place of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum CatalogFault {
    /// The file or one entry of it is not written as it should be.
    #[error("{message}")]
    #[diagnostic(code(engine::crosswalk::syntax), help("the shipped files of the same folder show the form"))]
    Syntax {
        /// What the reader said.
        message: String,
    },
    /// A name is not well formed.
    #[error("`{text}` is not a {what}")]
    #[diagnostic(code(engine::crosswalk::name), help("write {rule}"))]
    Name {
        /// The name, as written.
        text: String,
        /// What it should be.
        what: &'static str,
        /// The form that is asked for.
        rule: &'static str,
    },
    /// A text that a reader needs is empty.
    #[error("`{field}` is empty")]
    #[diagnostic(code(engine::crosswalk::empty), help("write one sentence, in your own words"))]
    Empty {
        /// The field.
        field: &'static str,
    },
    /// One id stands twice.
    #[error("the {what} `{id}` stands twice")]
    #[diagnostic(code(engine::crosswalk::duplicate), help("it is first written at {first}: remove one, or give it another name"))]
    Duplicate {
        /// What it is the id of.
        what: &'static str,
        /// The id.
        id: String,
        /// Where it stands first.
        first: String,
    },
    /// An id is named that nothing has.
    #[error("there is no {what} `{id}`")]
    #[diagnostic(code(engine::crosswalk::unknown), help("{}", meant(nearest.as_deref())))]
    Unknown {
        /// What it should be the id of.
        what: &'static str,
        /// The id.
        id: String,
        /// The known id that is most like it.
        nearest: Option<String>,
    },
    /// A parent stands after its child.
    #[error("the parent `{parent}` stands after its part `{id}`")]
    #[diagnostic(
        code(engine::crosswalk::parent_order),
        help("move `{parent}` before `{id}`: parts follow what they are parts of")
    )]
    ParentAfter {
        /// The part.
        id: String,
        /// Its parent.
        parent: String,
    },
    /// A requirement says no category, and has no parent to take it from.
    #[error("`{id}` has no category")]
    #[diagnostic(code(engine::crosswalk::category), help("add `category = \"…\"`, or a parent that has one"))]
    NoCategory {
        /// The requirement.
        id: String,
    },
    /// A framework's file has another name than its framework.
    #[error("the framework `{id}` is written in `{file}`")]
    #[diagnostic(code(engine::crosswalk::file_name), help("a framework's file is named after it: `frameworks/{id}.toml`"))]
    FileName {
        /// The framework.
        id: String,
        /// The file.
        file: String,
    },
    /// An edge covers nothing.
    #[error("`{control}` covers no aspect of `{requirement}`")]
    #[diagnostic(code(engine::crosswalk::no_aspects), help("name the aspects that the control shows, or remove the edge"))]
    NoAspects {
        /// The control.
        control: String,
        /// The requirement.
        requirement: String,
    },
    /// A requirement is related to itself.
    #[error("`{id}` is related to itself")]
    #[diagnostic(code(engine::crosswalk::self_relation), help("remove the relation, or name the other requirement"))]
    SelfRelation {
        /// The requirement.
        id: String,
    },
    /// Two relations of one pair do not agree.
    #[error("`{from} {relation} {to}` contradicts `{from} {other} {to}`")]
    #[diagnostic(
        code(engine::crosswalk::contradiction),
        help(
            "the other is written at {first}: one pair has one relation, in whichever direction; keep the stronger one that holds"
        )
    )]
    Contradiction {
        /// The left.
        from: String,
        /// What is said here.
        relation: &'static str,
        /// The right.
        to: String,
        /// What is said before, read in this direction.
        other: &'static str,
        /// Where.
        first: String,
    },
    /// An alternative does not cover the aspect that it should answer.
    #[error("`{control}` is an alternative for `{aspect}` and does not cover it")]
    #[diagnostic(
        code(engine::crosswalk::alternative),
        help("add `{aspect}` to what `{control}` covers, or take it out of the alternatives")
    )]
    Alternative {
        /// The control.
        control: String,
        /// The aspect.
        aspect: String,
    },
    /// Alternatives are fewer than two.
    #[error("`any_of` for `{aspect}` names fewer than two controls")]
    #[diagnostic(code(engine::crosswalk::alternatives), help("name the controls of which any one answers the aspect"))]
    FewAlternatives {
        /// The aspect.
        aspect: String,
    },
    /// A user's control has the id of a shipped one without saying so.
    #[error("`{control}` is a shipped control")]
    #[diagnostic(
        code(engine::crosswalk::replaces),
        help("add `replaces = true` to put yours in its place, or give it another name")
    )]
    Replaces {
        /// The control.
        control: String,
    },
    /// A control says that it replaces a shipped one, and there is none.
    #[error("`{control}` replaces nothing")]
    #[diagnostic(code(engine::crosswalk::replaces_nothing), help("{}", meant(nearest.as_deref())))]
    ReplacesNothing {
        /// The control.
        control: String,
        /// The shipped control that is most like it.
        nearest: Option<String>,
    },
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || "check the name; `engine framework list` and `engine control list` show what there is".to_owned(),
        |nearest| format!("did you mean `{nearest}`?"),
    )
}

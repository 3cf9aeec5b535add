//! The forms that a register's file may have. Each reads a [`Document`] and gives its lines to [`Rows`]; none knows what a line means.

mod csv;
mod entries;
mod json;
mod markdown;
mod toml;
mod workbook;
mod yaml;

use engine_sdk::Fault;

use crate::cell::Cell;
use crate::document::Document;
use crate::rows::Rows;
use crate::settings::RegisterSettings;

pub(crate) use markdown::{Policy, policies, policy};

/// How many columns a file may have.
const COLUMNS: usize = 1_000;
/// The largest line, in bytes.
const LINE: usize = 512 * 1024;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Csv,
    Json,
    JsonLines,
    Toml,
    Yaml,
    Workbook,
}

/// The endings of names, with the form that each means; the first of a form is the one that messages name.
pub(crate) const ENDINGS: &[(&str, Form)] = &[
    ("csv", Form::Csv),
    ("xlsx", Form::Workbook),
    ("json", Form::Json),
    ("ndjson", Form::JsonLines),
    ("toml", Form::Toml),
    ("yaml", Form::Yaml),
    ("tsv", Form::Csv),
    ("xlsm", Form::Workbook),
    ("jsonl", Form::JsonLines),
    ("yml", Form::Yaml),
];

/// Whether a name ends so, in any case.
pub(crate) fn has_ending(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|it| it.eq_ignore_ascii_case(ending)))
}

impl Form {
    /// The form that the end of a name means.
    pub(crate) fn of(name: &str) -> Option<Self> {
        ENDINGS.iter().find(|(ending, _)| has_ending(name, &[*ending])).map(|(_, form)| *form)
    }
}

/// Reads a file in its form. `first` is the column that the names of an object of entries are.
///
/// # Errors
/// Why the file, or the rest of it, cannot be read; a line that is wrong goes to [`Rows::wrong`].
pub(crate) fn read(
    form: Form,
    document: &Document<'_>,
    settings: &RegisterSettings,
    first: &str,
    rows: &mut dyn Rows,
) -> Result<(), Fault> {
    if document.size() == 0 {
        let how = "a register without entries has the line of its columns, or is `[]` in JSON or YAML, `entry = []` in TOML";
        return Err(Fault::invalid(format!("{} is empty: {how}", document.name())));
    }
    match form {
        Form::Csv => csv::read(document, settings, rows),
        Form::Json => json::read(document, first, rows),
        Form::JsonLines => json::read_lines(document, rows),
        Form::Toml => toml::read(document, rows),
        Form::Yaml => yaml::read(document, first, rows),
        Form::Workbook => workbook::read(document, settings, rows),
    }
}

/// The values of an entry by their names.
pub(crate) type Fields = Vec<(String, Cell)>;

/// Why a file cannot be read.
fn unreadable(document: &Document<'_>, why: impl core::fmt::Display) -> Fault {
    Fault::invalid(format!("{}: {why}", document.name()))
}

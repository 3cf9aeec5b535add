//! Reports: what a run means, for a terminal, a program, a browser.
//!
//! Takes the results of one run (its facts, findings and assessment, with the catalog they were read against) and gives
//! bytes: text, JSON, NDJSON, HTML. Everything is written as it is made, so that a report of a million findings needs no
//! more memory than one of ten. Never decides anything, reads no clock, and opens no file.
//!
//! Values that others chose (names of accounts, messages, paths) are data in every form: escaped where they could act on a
//! terminal or a browser, whole where a program reads them.

mod coverage;
mod csv;
mod diff;
mod failed;
mod gap;
mod guard;
mod html;
mod index;
mod inert;
mod inert_json;
mod json;
mod junit;
mod markdown;
mod operator;
mod plan;
mod row;
mod sarif;
mod schema;
mod shape;
mod statement;
mod text;
mod words;

use std::collections::BTreeMap;

use model::{
    Assessment, Catalog, FactSet, FindingId, FindingSet, FrameworkId, Further, RuleHeader, RunHeader, Timestamp, Waiver,
};
use smol_str::SmolStr;

pub use coverage::{coverage_json, coverage_markdown};
pub use csv::csv;
pub use diff::{Changes, FactChange, StatusChange, diff};
pub use gap::{gap_fix, gap_meaning};
pub use html::{html, plan_html};
pub use inert::{inert, inert_lines, inert_plain_lines, is_active};
pub use inert_json::InertJson;
pub use json::{Findings, content_digest, findings_ndjson, json};
pub use junit::junit;
pub use markdown::markdown;
pub use operator::OperatorChange;
pub use plan::{plan_csv, plan_json};
pub use sarif::sarif;
pub use schema::schema;
pub use statement::{EXAMPLE, statement};
pub use text::coverage::coverage_text;
pub use text::explain::{Place, Places, Topic, explain};
pub use text::lists::{FindingFilter, control_list, control_show, fact_list, finding_list, framework_list, history, page};
pub use text::plan::plan_text;
pub use text::tree::{Reached, crosswalk};
pub use text::{Terminal, changes, text};
pub use words::counted;

/// The version of the JSON report's form.
pub const SCHEMA_VERSION: &str = "1.0";

/// Everything that a report is made of.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The run: all that may differ between two runs of the same evidence.
    pub run: &'a RunHeader,
    /// What findings were assessed against.
    pub catalog: &'a Catalog,
    /// The rules, with the parameters in force.
    pub rules: &'a [RuleHeader],
    /// What was seen, and what was not.
    pub facts: &'a FactSet,
    /// What the rules concluded.
    pub findings: &'a FindingSet,
    /// What that means.
    pub assessment: &'a Assessment,
    /// Since when each failing finding fails, where an earlier run knows.
    pub failing_since: &'a BTreeMap<FindingId, Timestamp>,
    /// The waivers that hold, by the finding they are about.
    pub waivers: Option<&'a BTreeMap<FindingId, Waiver>>,
    /// What the operator switched off or set otherwise than it ships.
    pub operator_changes: &'a [OperatorChange],
    /// Collectors at hand that took no part, and what rules could test with them. Not in the JSON report: they are not the
    /// run's.
    pub further: &'a [Further],
    /// What the report is for; `None` for the organisation's own monitoring.
    pub engagement: Option<&'a Engagement>,
    /// Whether nothing in it is real: then every section of the text, and every section and printed page of the HTML, says so.
    /// Such a report is of no recorded run, and has no other form.
    pub is_example: bool,
}

/// What a report is for: an examination at a date, or through a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engagement {
    /// Its name.
    pub id: SmolStr,
    /// One line.
    pub title: String,
    /// The first instant that it covers.
    pub from: Timestamp,
    /// The last; the same as `from` for an examination at a date (Type I).
    pub to: Timestamp,
    /// The frameworks that it covers.
    pub frameworks: Vec<FrameworkId>,
}

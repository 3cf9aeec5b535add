//! The report as one self-contained page: no script, nothing fetched, for a browser, paper and a screen reader.
//!
//! Takes a [`Report`] and writes the page section by section: the run, what fails, what is unknown, what could not be seen,
//! then every framework down to its evidence. Lists at most 1,000 findings a rule. Holds no body of a fact, since it is
//! handed on; evidence is named by where it was read.

mod catalog;
mod failed;
mod findings;
mod overview;
pub(crate) mod page;
mod plan;
mod problems;

use std::io::{self, Write};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use self::page::{Page, put};
pub use self::plan::plan_html;
use crate::index::Index;
use crate::statement::{EXAMPLE, EXAMPLE_MEANS, statement};
use crate::words::Tone;
use crate::{Report, operator, words};

const STYLE: &str = include_str!("style.css");

/// Writes the report as one page of HTML.
///
/// # Errors
/// Whatever the writer fails with.
pub fn html(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    let mut page = if report.is_example { Page::example(out) } else { Page::new(out) };
    head(&index, &mut page)?;
    overview::frameworks(&index, &mut page)?;
    problems::failing(&index, &mut page)?;
    failed::section(&index, &mut page)?;
    problems::unknown(&index, &mut page)?;
    problems::unseen(&index, &mut page)?;
    operator::html(&index, &mut page)?;
    catalog::frameworks(&index, &mut page)?;
    catalog::controls(&index, &mut page)?;
    findings::section(&index, &mut page)?;
    foot(&index, &mut page)
}

/// What every page begins with: no script, nothing fetched, and the one style, by its digest.
fn begin(page: &mut Page<'_>, title: &str) -> io::Result<()> {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    put!(page;
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-", {hash},
        "'; base-uri 'none'; form-action 'none'\">\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n",
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
    )?;
    page.mark()?;
    put!(page; {title}, "</title>\n<style>")?;
    page.markup(STYLE)?;
    page.markup("</style>\n</head>\n<body>\n")
}

fn head(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let report = &index.report;
    let run = report.run;
    begin(page, &format!("Monitoring report {}", run.id))?;
    page.markup("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n")?;
    if report.is_example {
        // Stays in sight on a screen, and stands on every page of paper.
        put!(page; "<p class=\"example\">", {EXAMPLE}, "</p>\n")?;
    }
    put!(page; "<header>\n<div class=\"wide\">\n<p class=\"kicker\">")?;
    page.mark()?;
    put!(page; "Monitoring report · run ", {run.id}, "</p>\n<h1>", {title(report)}, "</h1>\n<p class=\"statement\">")?;
    if report.is_example {
        put!(page; "<strong>", {EXAMPLE_MEANS}, "</strong> ")?;
    }
    put!(page; {statement(report.facts)}, "</p>\n")?;
    overview::verdict(index, page)?;
    overview::run(index, page)?;
    put!(page; "</div>\n</header>\n<nav aria-label=\"Sections\"><ul class=\"wide\">")?;
    page.markup("<li><a href=\"#frameworks\">Frameworks</a></li><li><a href=\"#fails\">What fails</a></li>")?;
    if !crate::failed::failed(index).is_empty() {
        page.markup("<li><a href=\"#failed\">Collectors that failed</a></li>")?;
    }
    page.markup("<li><a href=\"#unknown\">What is unknown</a></li><li><a href=\"#unseen\">What could not be seen</a></li>")?;
    page.markup("<li><a href=\"#requirements\">Requirements</a></li><li><a href=\"#controls\">Controls</a></li>")?;
    page.markup("<li><a href=\"#findings\">Findings</a></li><li><a href=\"#evidence\">Evidence</a></li>")?;
    page.markup("</ul></nav>\n<main id=\"main\" class=\"wide\">\n")
}

fn title(report: &Report<'_>) -> String {
    if let Some(engagement) = report.engagement {
        return engagement.title.clone();
    }
    let names = report
        .assessment
        .frameworks
        .iter()
        .map(|it| report.catalog.frameworks.get(&it.id).map_or(it.id.as_str(), |of| of.title.as_str()));
    let names: Vec<_> = names.collect();
    match names.split_last() {
        None => "No framework was assessed".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

fn foot(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.markup("</main>\n<footer>\n<div class=\"wide\">\n<h2>")?;
    page.mark()?;
    page.markup("How to read this report</h2>\n<dl class=\"legend\">\n")?;
    for (tone, words, meaning) in [
        (Tone::Bad, "deviations", "A control that covers a part of the requirement fails on at least one subject."),
        (Tone::Unsure, "unknown", "Evidence is missing, refused, cut short or too old. It is never counted as shown."),
        (Tone::Part, "partly supported", "Some parts are shown; what remains is named."),
        (
            Tone::Good,
            "supported",
            "Every part is shown by evidence that was collected or supplied; “attested” rests on a person's word.",
        ),
        (Tone::Quiet, "uncovered", "No evidence in this run covers it. That says nothing about whether it is met."),
    ] {
        page.markup("<div><dt>")?;
        page.badge_of(tone, words)?;
        put!(page; "</dt><dd>", {meaning}, "</dd></div>\n")?;
    }
    put!(page;
        "</dl>\n<p>Content digest <code class=\"digest\">", {crate::json::digest_of(index)},
        "</code>. Two runs of the same evidence have the same. Engine ", {index.report.run.engine_version}, ", semantics ",
        {index.report.run.semantics}, ", ", {words::clock(index.report.run.clock)},
        " clock. Requirement ids are the standards' own; the words are ours.</p>\n</div>\n</footer>\n</body>\n</html>\n"
    )
}

//! The head of the page: how the run ended, what it was, and how the frameworks stand.
//!
//! Takes an [`Index`] and writes. Never names a finding.

use std::io;

use model::{CollectorStatus, FrameworkAssessment, Summary};

use super::page::{Page, put};
use crate::index::Index;
use crate::words::{self, Told as _, Tone, counted, tally};

/// How the run ended, in one band.
pub(super) fn verdict(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let exit = &index.report.run.exit;
    let (tone, words) = match exit.code {
        0 => (Tone::Good, "Nothing in scope fails and no evidence is missing"),
        1 => (Tone::Bad, "Something in scope fails"),
        _ => (Tone::Unsure, "Not everything is known"),
    };
    put!(page;
        "<p class=\"verdict ", {tone.class()}, "\"><strong><span aria-hidden=\"true\">", {tone.sign()}, "</span> ", {words},
        ".</strong> <span>", {exit.reason}, "</span> <small>Exit code ", {exit.code}, "</small></p>\n"
    )
}

/// What the run was.
pub(super) fn run(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let report = &index.report;
    let run = report.run;
    put!(page;
        "<dl class=\"facts\">\n<div><dt>Started</dt><dd>", {run.started_at}, "</dd></div>\n<div><dt>Evidence</dt><dd>",
        {counted(report.facts.facts().len(), "fact", "facts")}, " in ", {counted(report.facts.scopes().len(), "scope", "scopes")},
        "</dd></div>\n<div><dt>Rules</dt><dd>", {report.rules.len()}, "</dd></div>\n<div><dt>Controls</dt><dd>",
        {report.assessment.controls.len()}, "</dd></div>\n<div><dt>Gaps</dt><dd>", {report.facts.gaps().len()}, "</dd></div>\n"
    )?;
    if let Some(it) = report.engagement {
        put!(page; "<div><dt>Engagement</dt><dd>", {it.id}, ", ", {it.from})?;
        if it.from != it.to {
            put!(page; " to ", {it.to})?;
        }
        page.markup("</dd></div>\n")?;
    }
    page.markup("</dl>\n")?;
    if run.collectors.is_empty() {
        return Ok(());
    }
    page.markup("<details class=\"collectors\"><summary>")?;
    let bad = run.collectors.iter().filter(|it| it.status != CollectorStatus::Ok).count();
    put!(page; {counted(run.collectors.len(), "collector", "collectors")})?;
    if bad > 0 {
        put!(page; ", ", {bad}, " did not end well")?;
    }
    page.markup("</summary>\n<table><caption class=\"hidden\">Collectors</caption><thead><tr><th scope=\"col\">Collector</th>")?;
    page.markup("<th scope=\"col\">Status</th><th scope=\"col\">Version</th><th scope=\"col\">Component</th><th scope=\"col\">Message</th></tr></thead><tbody>\n")?;
    for it in &run.collectors {
        put!(page; "<tr><th scope=\"row\" data-label=\"Collector\">", {it.name}, "</th><td data-label=\"Status\">")?;
        page.badge(it.status)?;
        let digest = it.digest.map_or_else(|| "given, no component".to_owned(), |digest| digest.to_string());
        put!(page;
            "</td><td data-label=\"Version\">", {it.version}, "</td><td data-label=\"Component\"><code class=\"digest\">", {digest},
            "</code></td><td data-label=\"Message\">", {it.message}, "</td></tr>\n"
        )?;
    }
    page.markup("</tbody></table></details>\n")
}

/// A card for each framework.
pub(super) fn frameworks(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.section("frameworks", "Frameworks")?;
    page.markup("<p class=\"lead\">Each counts its leaf requirements once, by status.</p>\n<div class=\"cards\">\n")?;
    for it in &index.report.assessment.frameworks {
        card(index, page, it)?;
    }
    page.markup("</div>\n</section>\n")
}

fn card(index: &Index<'_>, page: &mut Page<'_>, it: &FrameworkAssessment) -> io::Result<()> {
    let of = index.report.catalog.frameworks.get(&it.id);
    let sum = &it.summary;
    let scope = if sum.out_of_scope > 0 {
        format!("{} of {} requirements in scope", sum.total, sum.catalog_total)
    } else {
        counted(sum.total as usize, "requirement", "requirements")
    };
    put!(page;
        "<article class=\"card\"><h3><a href=\"#framework-", {it.id}, "\">", {of.map_or(it.id.as_str(), |of| of.title.as_str())},
        "</a></h3>\n<p class=\"edition\">", {of.map_or("", |of| of.version.as_str())}, "</p>\n<p class=\"scope\">", {scope}, "</p>\n"
    )?;
    bar(page, sum)?;
    page.markup("<ul class=\"tally\">\n")?;
    for (status, n) in tally(sum) {
        put!(page; "<li><span class=\"count ", {status.tone().class()}, "\">", {n}, "</span> ")?;
        page.badge(status)?;
        page.markup("</li>\n")?;
    }
    page.markup("</ul></article>\n")
}

/// A bar of a summary's parts; the words beside it say the same.
pub(super) fn bar(page: &mut Page<'_>, summary: &Summary) -> io::Result<()> {
    let total: u32 = tally(summary).map(|(_, n)| n).sum();
    if total == 0 {
        return Ok(());
    }
    let label: Vec<_> = tally(summary).map(|(status, n)| format!("{n} {}", status.words())).collect();
    put!(page; "<svg class=\"bar\" viewBox=\"0 0 1000 12\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"", {label.join(", ")}, "\">")?;
    let mut before = 0;
    for (status, n) in tally(summary) {
        let (from, to) = (before * 1_000 / total, (before + n) * 1_000 / total);
        before += n;
        put!(page; "<rect class=\"", {status.tone().class()}, "\" x=\"", {from}, "\" y=\"0\" height=\"12\" width=\"", {(to - from).saturating_sub(3).max(2)}, "\"/>")?;
    }
    page.markup("</svg>\n")
}

/// The word of a basis list.
pub(super) fn basis(bases: &[model::Basis]) -> String {
    if bases.is_empty() { "nothing".to_owned() } else { bases.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(", ") }
}

/// The words of a requirement's sort.
pub(super) fn sort(of: &model::Requirement) -> String {
    format!("{} {}", words::obligation(of.obligation), words::requirement_kind(of.kind).replace('-', " "))
}

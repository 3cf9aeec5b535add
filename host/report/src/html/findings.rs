//! Findings by rule, and the evidence that they cite.
//!
//! Takes an [`Index`] and writes tables of at most 1,000 findings a rule. Evidence is named by where it was read; what it
//! says is not on the page.

use std::collections::BTreeSet;
use std::io;

use model::{Outcome, RuleHeader};

use super::page::{Page, put};
use crate::index::{Counts, Finding, Index};
use crate::inert::flow;
use crate::json::LISTED;
use crate::words::{Told as _, count, counted};

/// How many facts a finding names on the page.
const FACTS: usize = 5;

pub(super) fn section(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.section("findings", "Findings")?;
    page.markup("<p class=\"lead\">By rule, the most severe first. Those that fail or could not be told are listed.</p>\n")?;
    let mut cited = BTreeSet::new();
    for (header, counts) in index.rules_by_severity() {
        rule(index, page, header, counts, &mut cited)?;
    }
    page.markup("</section>\n")?;
    evidence(index, page, &cited)
}

fn rule<'a>(
    index: &Index<'a>,
    page: &mut Page<'_>,
    header: &'a RuleHeader,
    counts: Counts,
    cited: &mut BTreeSet<usize>,
) -> io::Result<()> {
    let worst = [(counts.fail, Outcome::Fail), (counts.inconclusive, Outcome::Inconclusive), (counts.pass, Outcome::Pass)];
    put!(page; "<details class=\"rule\" id=\"rule-", {header.id}, "\"><summary>")?;
    match worst.into_iter().find(|(n, _)| *n > 0) {
        Some((n, outcome)) => page.badge_of(outcome.tone(), &format!("{} {}", count(n), outcome.words()))?,
        None => page.badge_of(Outcome::NotApplicable.tone(), "no subject")?,
    }
    put!(page;
        " <span class=\"id\">", {header.id}, "</span> <span class=\"title\">", {flow(&header.title)},
        "</span></summary>\n<div class=\"inside\">\n<p class=\"meta\">Severity ", {header.severity.as_str()}, " · tests <code>",
        {header.kind}, "</code> · evidence is stale after ", {header.fresh_for}, " · ", {count(counts.pass)}, " pass, ",
        {count(counts.fail)}, " fail, ", {count(counts.inconclusive)}, " inconclusive, ", {count(counts.not_applicable)},
        " not applicable</p>\n<p class=\"fix\"><strong>Fix</strong> "
    )?;
    page.prose(&flow(&header.remediation))?;
    page.markup("</p>\n<p class=\"touches\">Control ")?;
    page.links("control-", &header.controls)?;
    page.markup("</p>\n")?;
    let shown = index.shown(header, LISTED);
    if !shown.is_empty() {
        page.markup("<table><caption class=\"hidden\">Findings</caption><thead><tr><th scope=\"col\">Outcome</th><th scope=\"col\">Subject</th><th scope=\"col\">What was said</th><th scope=\"col\">Since</th><th scope=\"col\">Evidence</th></tr></thead><tbody>\n")?;
        for finding in &shown {
            row(index, page, finding, cited)?;
        }
        page.markup("</tbody></table>\n")?;
    }
    let omitted = (counts.fail + counts.inconclusive).saturating_sub(shown.len());
    if omitted > 0 {
        put!(page; "<p class=\"more\">", {counted(omitted, "finding is", "findings are")}, " not listed here; all of them are in the NDJSON report.</p>\n")?;
    }
    page.markup("</div></details>\n")
}

fn row(index: &Index<'_>, page: &mut Page<'_>, finding: &Finding<'_>, cited: &mut BTreeSet<usize>) -> io::Result<()> {
    let report = &index.report;
    let id = finding.id(report).map(|id| id.to_string()).unwrap_or_default();
    put!(page; "<tr id=\"finding-", {id}, "\"><td data-label=\"Outcome\">")?;
    page.badge(finding.outcome)?;
    put!(page; "</td><th scope=\"row\" data-label=\"Subject\">", {finding.subject(report)})?;
    if let Some((collector, scope, _)) = finding.findings.subject(finding.index, report.facts) {
        put!(page; " <small>", {scope}, " · ", {collector}, "</small>")?;
    }
    put!(page; "</th><td data-label=\"What was said\">", {finding.message()})?;
    if let Some(waiver) = index.waiver(finding) {
        put!(page; " <small>waiver ", {waiver.id}, " (", {crate::row::waiver_kind(waiver.kind)}, ") until ", {waiver.expires_at}, "</small>")?;
    }
    page.markup("</td><td data-label=\"Since\">")?;
    if let Some(since) = finding.first_failed_at(report) {
        put!(page; {since})?;
    }
    page.markup("</td><td data-label=\"Evidence\">")?;
    let (facts, left) = finding.cited(report);
    let named: Vec<_> = facts.iter().take(FACTS).copied().collect();
    let ids: Vec<_> = named.iter().filter_map(|at| index.evidence_id(*at)).collect();
    page.links("evidence-", &ids)?;
    let more = facts.len() - named.len() + left;
    if more > 0 {
        put!(page; " and ", {count(more)}, " more")?;
    }
    cited.extend(named);
    page.markup("</td></tr>\n")
}

fn evidence(index: &Index<'_>, page: &mut Page<'_>, cited: &BTreeSet<usize>) -> io::Result<()> {
    page.section("evidence", "Evidence")?;
    if cited.is_empty() {
        page.markup("<p class=\"none\">No listed finding cites a fact.</p>\n</section>\n")?;
        return Ok(());
    }
    put!(page;
        "<p class=\"lead\">The facts that the findings above cite, by the host call and the bytes they were read from. What was read is in the run's transcript.</p>\n",
        "<details class=\"rule\"><summary>", {counted(cited.len(), "fact", "facts")}, "</summary>\n<div class=\"inside\">\n",
        "<table><caption class=\"hidden\">Evidence</caption><thead><tr><th scope=\"col\">Evidence</th><th scope=\"col\">Subject</th><th scope=\"col\">Observed</th><th scope=\"col\">Read from</th></tr></thead><tbody>\n"
    )?;
    for position in cited {
        let (Some(fact), Some(id)) = (index.report.facts.facts().get(*position), index.evidence_id(*position)) else { continue };
        let from = fact
            .from
            .iter()
            .map(|it| format!("call {}, bytes {} to {}", it.call, it.offset, it.offset.saturating_add(it.length)));
        let from: Vec<_> = from.collect();
        put!(page;
            "<tr id=\"evidence-", {id}, "\"><th scope=\"row\" class=\"id\" data-label=\"Evidence\">", {id},
            "</th><td data-label=\"Subject\">", {fact.subject}, " <small><code>", {fact.kind}, "</code> in ", {fact.scope},
            "</small></td><td data-label=\"Observed\">", {fact.observed_at}, "</td><td data-label=\"Read from\">", {from.join("; ")}, "</td></tr>\n"
        )?;
    }
    page.markup("</tbody></table>\n</div></details>\n</section>\n")
}

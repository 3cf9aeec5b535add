//! What fails, what is unknown, and what could not be seen: the pages that are read first.
//!
//! Takes an [`Index`] and writes. Details of a finding stand in the section of findings; here are the first few.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use model::{Gap, Outcome, RequirementStatus, RuleHeader};

use super::page::{Page, put};
use super::plan::further_table;
use crate::gap::{gap_fix, gap_meaning};
use crate::index::{Counts, Index};
use crate::inert::flow;
use crate::text::unseen::Unseen;
use crate::words::{Told as _, Tone, count, counted, source_words};

/// How many subjects or gaps are named before the reader is sent on.
const NAMED: usize = 5;

/// How many gaps of one code are listed.
const GAPS: usize = 200;

pub(super) fn failing(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.section("fails", "What fails")?;
    let rules: Vec<_> = index.rules_by_severity().into_iter().filter(|(_, counts)| counts.fail > 0).collect();
    if rules.is_empty() {
        page.markup("<p class=\"none\">No rule found a failure in the evidence of this run.</p>\n")?;
    } else {
        put!(page; "<p class=\"lead\">", {counted(rules.len(), "rule", "rules")}, ", the most severe first.</p>\n")?;
    }
    for (header, counts) in rules {
        failure(index, page, header, counts)?;
    }
    page.markup("</section>\n")
}

fn failure<'a>(index: &Index<'a>, page: &mut Page<'_>, header: &'a RuleHeader, counts: Counts) -> io::Result<()> {
    page.markup("<article class=\"problem bad\">\n<h3>")?;
    put!(page; "<span class=\"badge ", {header.severity.tone().class()}, "\">", {header.severity.as_str()}, "</span>")?;
    put!(page;
        " ", {flow(&header.title)}, "</h3>\n<p class=\"rate\"><strong>", {count(counts.fail)}, " of ",
        {count(counts.total() - counts.not_applicable)}, "</strong> ",
        {if counts.fail == 1 { "fails" } else { "fail" }}, " · "
    )?;
    page.link("rule-", &header.id)?;
    page.markup("</p>\n<ul class=\"subjects\">\n")?;
    for finding in index.shown(header, NAMED).iter().filter(|it| it.outcome == Outcome::Fail) {
        let id = finding.id(&index.report).map(|id| id.to_string()).unwrap_or_default();
        put!(page; "<li><a href=\"#finding-", {id}, "\">", {finding.subject(&index.report)}, "</a> <span>", {finding.message()}, "</span></li>\n")?;
    }
    if counts.fail > NAMED {
        put!(page; "<li class=\"more\"><a href=\"#rule-", {header.id}, "\">and ", {count(counts.fail - NAMED)}, " more</a></li>\n")?;
    }
    page.markup("</ul>\n<p class=\"fix\"><strong>Fix</strong> ")?;
    page.prose(&flow(&header.remediation))?;
    page.markup("</p>\n<p class=\"touches\">Control ")?;
    page.links("control-", &header.controls)?;
    let controls: Vec<_> = header.controls.iter().collect();
    let requirements = index.touched_by_all(&controls);
    if !requirements.is_empty() {
        page.markup(" · requirements ")?;
        page.links("requirement-", &requirements)?;
    }
    page.markup("</p>\n</article>\n")
}

pub(super) fn unknown(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.section("unknown", "What is unknown, and why")?;
    let mut codes: BTreeMap<_, Vec<&Gap>> = BTreeMap::new();
    for gap in index.report.facts.gaps() {
        codes.entry(&gap.code).or_default().push(gap);
    }
    let unsure: Vec<_> = index.rules_by_severity().into_iter().filter(|(_, counts)| counts.inconclusive > 0).collect();
    let unanswered = index.answered_elsewhere(RequirementStatus::Unknown);
    if codes.is_empty() && unsure.is_empty() && unanswered.is_empty() {
        page.markup("<p class=\"none\">Nothing: all evidence that was expected came.</p>\n")?;
    }
    let mut codes: Vec<_> = codes.into_iter().collect();
    codes.sort_by(|(a, of_a), (b, of_b)| of_b.len().cmp(&of_a.len()).then_with(|| a.cmp(b)));
    for (_, gaps) in codes {
        gaps_of_code(index, page, &gaps)?;
    }
    for (reason, ids) in unanswered {
        page.markup("<article class=\"problem unsure\">\n<h3>")?;
        page.badge_of(Tone::Unsure, "not answered")?;
        put!(page; " ", {reason}, "</h3>\n<p class=\"touches\">What waits for it: ")?;
        page.links("requirement-", &ids)?;
        page.markup("</p>\n</article>\n")?;
    }
    if !unsure.is_empty() {
        page.markup("<article class=\"problem unsure\">\n<h3>")?;
        page.badge_of(Tone::Unsure, "inconclusive")?;
        page.markup(" Rules that could not tell</h3>\n<ul class=\"subjects\">\n")?;
        for (header, counts) in unsure {
            page.markup("<li>")?;
            page.link("rule-", &header.id)?;
            let tested = counts.total() - counts.not_applicable;
            put!(page; " <span>", {count(counts.inconclusive)}, " of ", {count(tested)}, " could not be told</span></li>\n")?;
        }
        page.markup("</ul>\n</article>\n")?;
    }
    page.markup("</section>\n")
}

fn gaps_of_code(index: &Index<'_>, page: &mut Page<'_>, gaps: &[&Gap]) -> io::Result<()> {
    let Some(first) = gaps.first() else { return Ok(()) };
    page.markup("<article class=\"problem unsure\">\n<h3>")?;
    page.badge_of(Tone::Unsure, first.code.as_str())?;
    put!(page; " ", {counted(gaps.len(), "gap", "gaps")}, "</h3>\n<p>", {gap_meaning(&first.code)}, "</p>\n")?;
    let (open, rest) = gaps.split_at(gaps.len().min(NAMED));
    gap_list(page, open)?;
    if !rest.is_empty() {
        put!(page; "<details><summary>and ", {count(rest.len())}, " more</summary>\n")?;
        gap_list(page, rest)?;
        page.markup("</details>\n")?;
    }
    put!(page; "<p class=\"fix\"><strong>Fix</strong> ", {gap_fix(&first.code)}, "</p>\n")?;
    let kinds: BTreeSet<_> = gaps.iter().map(|gap| &gap.kind).collect();
    let controls: BTreeSet<_> = kinds.into_iter().flat_map(|kind| index.controls_of(kind)).collect();
    let controls: Vec<_> = controls.into_iter().collect();
    if !controls.is_empty() {
        page.markup("<p class=\"touches\">What waits for it: ")?;
        page.links("control-", &controls)?;
        let requirements = index.touched_by_all(&controls);
        if !requirements.is_empty() {
            page.markup(" · ")?;
            page.links("requirement-", &requirements)?;
        }
        page.markup("</p>\n")?;
    }
    page.markup("</article>\n")
}

fn gap_list(page: &mut Page<'_>, gaps: &[&Gap]) -> io::Result<()> {
    page.markup("<ul class=\"subjects\">\n")?;
    for gap in gaps.iter().take(GAPS) {
        let scope = if gap.scope.as_str() == "*" { "every scope" } else { gap.scope.as_str() };
        put!(page; "<li><code>", {gap.kind}, "</code> in ", {scope})?;
        if let Some(subject) = &gap.subject {
            put!(page; ", about ", {subject})?;
        }
        put!(page; " <small>", {gap.collector}, "</small> <span>", {gap.message}, "</span></li>\n")?;
    }
    if gaps.len() > GAPS {
        put!(page; "<li class=\"more\">and ", {count(gaps.len() - GAPS)}, " more, all of them in the JSON report</li>\n")?;
    }
    page.markup("</ul>\n")
}

pub(super) fn unseen(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let unseen = Unseen::of(index);
    page.section("unseen", "What this run could never show")?;
    if unseen.total == 0 {
        page.markup("<p class=\"none\">Every requirement in scope is covered by something.</p>\n</section>\n")?;
        return Ok(());
    }
    put!(page;
        "<p class=\"lead\">Nothing here covers ", {counted(unseen.total, "requirement", "requirements")},
        ". These sources would; one requirement may be shown by several.</p>\n",
        "<table><caption class=\"hidden\">Uncovered requirements by the source that would show them</caption>",
        "<thead><tr><th scope=\"col\">Source</th>"
    )?;
    let frameworks: Vec<_> = index.report.assessment.frameworks.iter().map(|it| &it.id).collect();
    for id in &frameworks {
        put!(page; "<th scope=\"col\" class=\"number\">", {id}, "</th>")?;
    }
    page.markup("<th scope=\"col\">Such as</th></tr></thead><tbody>\n")?;
    for (class, of) in &unseen.by_source {
        put!(page; "<tr><th scope=\"row\" data-label=\"Source\">", {source_words(*class)}, "</th>")?;
        for id in &frameworks {
            let n = of.get(*id).map_or(0, Vec::len);
            put!(page; "<td class=\"number\" data-label=\"", {id}, "\">", {n}, "</td>")?;
        }
        page.markup("<td data-label=\"Such as\">")?;
        let examples: Vec<_> = frameworks.iter().filter_map(|id| of.get(*id)).flat_map(|ids| ids.iter().take(2)).collect();
        page.links("requirement-", &examples)?;
        page.markup("</td></tr>\n")?;
    }
    page.markup("</tbody></table>\n")?;
    if !index.report.further.is_empty() {
        page.markup("<p>What rules could test of them with one more collector of those at hand:</p>\n")?;
        further_table(index.report.further, page)?;
    }
    carried(index, page)?;
    page.markup("</section>\n")
}

fn carried(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let all = index.report.assessment.frameworks.iter().flat_map(|it| &it.requirements);
    let ids: Vec<_> = all
        .filter(|it| it.status != RequirementStatus::OutOfScope && it.via.iter().any(|via| via.carries))
        .map(|it| &it.id)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    put!(page; "<p><strong>", {counted(ids.len(), "requirement has", "requirements have")}, "</strong> a status through a requirement of another framework; each shows the path: ")?;
    page.links("requirement-", ids.get(..ids.len().min(12)).unwrap_or_default())?;
    page.markup(".</p>\n")
}

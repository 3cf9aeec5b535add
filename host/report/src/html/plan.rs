//! What to fix first, as one self-contained page in the report's style.
//!
//! Takes a [`Report`] with its [`Plan`] and writes every fix, the first first. Never orders: the order is the plan's.

use std::io::{self, Write};

use model::{Fix, Further, Plan, Remedy, RequirementId};

use super::page::{Page, put};
use crate::index::Index;
use crate::plan::Words;
use crate::words::{Told as _, Tone, count, counted};
use crate::{Report, statement};

/// Writes the plan as one page of HTML.
///
/// # Errors
/// Whatever the writer fails with.
pub fn plan_html(report: &Report<'_>, plan: &Plan, further: &[Further], out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    let mut page = Page::new(out);
    head(report, plan, &mut page)?;
    page.markup("<main id=\"main\" class=\"wide\">\n")?;
    page.section("fixes", "Fixes")?;
    if plan.fixes.is_empty() {
        page.markup("<p class=\"none\">Nothing fails, and nothing that was looked at is unknown.</p>\n")?;
    } else {
        page.markup("<p class=\"lead\">In the order of how many requirements each unlocks by itself: they deviate or are unknown for no other reason. This is assessed, as if the fix were done and what it brings passed; whether it will is not known.</p>\n")?;
    }
    for (at, fix) in plan.fixes.iter().enumerate() {
        draw(&index, &mut page, at + 1, fix)?;
    }
    page.markup("</section>\n")?;
    reach(further, &mut page)?;
    put!(page;
        "</main>\n<footer>\n<div class=\"wide\">\n<p>Engine ", {report.run.engine_version},
        ". Requirement ids are the standards' own; the words are ours.</p>\n</div>\n</footer>\n</body>\n</html>\n"
    )
}

fn head(report: &Report<'_>, plan: &Plan, page: &mut Page<'_>) -> io::Result<()> {
    let run = report.run;
    super::begin(page, &format!("What to fix first, run {}", run.id))?;
    put!(page;
        "<a class=\"skip\" href=\"#main\">Skip to the fixes</a>\n<header>\n<div class=\"wide\">\n<p class=\"kicker\">Plan · run ",
        {run.id}, "</p>\n<h1>What to fix first</h1>\n<p class=\"statement\">", {statement(report.facts)}, "</p>\n",
        "<dl class=\"facts\">\n<div><dt>Started</dt><dd>", {run.started_at}, "</dd></div>\n<div><dt>Deviating</dt><dd>",
        {counted(plan.deviating, "requirement", "requirements")}, "</dd></div>\n<div><dt>Unknown</dt><dd>",
        {counted(plan.unknown, "requirement", "requirements")}, "</dd></div>\n<div><dt>Fixes</dt><dd>", {count(plan.fixes.len())},
        "</dd></div>\n</dl>\n</div>\n</header>\n"
    )
}

fn draw(index: &Index<'_>, page: &mut Page<'_>, rank: usize, fix: &Fix) -> io::Result<()> {
    let Words { title, how } = Words::of(index, fix);
    let class = if matches!(fix.remedy, Remedy::Mend { .. }) { Tone::Bad } else { Tone::Unsure };
    let (word, tone) = fix.severity.map_or(("no rule waits", Tone::Quiet), |it| (it.words(), it.tone()));
    put!(page;
        "<article class=\"problem ", {class.class()}, "\" id=\"fix-", {rank}, "\">\n<h3>", {rank}, ". <span class=\"badge ",
        {tone.class()}, "\">", {word}, "</span> ", {title}, "</h3>\n<p class=\"rate\"><strong>"
    )?;
    match fix.unlocks.len() {
        0 => page.markup("Unlocks nothing by itself</strong>")?,
        n => put!(page;
            "Unlocks ", {counted(n, "requirement", "requirements")}, "</strong> of ",
            {counted(fix.framework_count(), "framework", "frameworks")}
        )?,
    }
    let subjects = usize::try_from(fix.subject_count).unwrap_or(usize::MAX);
    let of = if matches!(fix.remedy, Remedy::Close { .. }) {
        counted(subjects, "gap", "gaps")
    } else {
        counted(subjects, "subject", "subjects")
    };
    put!(page; " · ", {fix.remedy.as_str()}, " · ", {of}, " · ", {count(fix.together)}, " unlocked with everything above</p>\n")?;
    put!(page; "<p class=\"fix\"><strong>Fix</strong> ", {how}, "</p>\n")?;
    list(page, "Unlocks", &fix.unlocks)?;
    list(page, "Waits for more", &fix.touches)?;
    if !fix.rules.is_empty() {
        let rules: Vec<_> = fix.rules.iter().map(model::RuleId::as_str).collect();
        let controls: Vec<_> = fix.controls.iter().map(model::ControlId::as_str).collect();
        put!(page; "<p class=\"touches\">Rules ", {rules.join(", ")}, " · controls ", {controls.join(", ")}, "</p>\n")?;
    }
    page.markup("</article>\n")
}

/// Requirements, by their ids.
fn list(page: &mut Page<'_>, lead: &'static str, ids: &[RequirementId]) -> io::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = ids.iter().map(RequirementId::as_str).collect();
    put!(page; "<p class=\"touches\">", {lead}, ": <span class=\"id\">", {names.join(", ")}, "</span></p>\n")
}

fn reach(further: &[Further], page: &mut Page<'_>) -> io::Result<()> {
    if further.is_empty() {
        return Ok(());
    }
    page.section("further", "What connecting a further collector would reach")?;
    page.markup("<p class=\"lead\">Requirements that no rule tests with what is connected now.</p>\n")?;
    further_table(further, page)?;
    page.markup("</section>\n")
}

/// What each collector at hand would add.
pub(super) fn further_table(further: &[Further], page: &mut Page<'_>) -> io::Result<()> {
    page.markup("<table><caption class=\"hidden\">Requirements by collector</caption><thead><tr><th scope=\"col\">Collector</th><th scope=\"col\">Basis</th><th scope=\"col\" class=\"number\">Requirements</th><th scope=\"col\">Which</th></tr></thead><tbody>\n")?;
    for it in further {
        put!(page;
            "<tr><th scope=\"row\" data-label=\"Collector\">", {it.name}, "</th><td data-label=\"Basis\">", {it.basis.as_str()},
            "</td><td class=\"number\" data-label=\"Requirements\">", {count(it.count())}, "</td><td data-label=\"Which\" class=\"id\">"
        )?;
        let ids: Vec<_> = it.leaves.values().flatten().map(RequirementId::as_str).collect();
        put!(page; {ids.join(", ")}, "</td></tr>\n")?;
    }
    page.markup("</tbody></table>\n")
}

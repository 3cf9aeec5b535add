//! Every framework down to its aspects, and every control.
//!
//! Takes an [`Index`] and writes what can be opened: framework, requirement, aspect, control, each linked to the next.

use std::collections::BTreeMap;
use std::io;

use model::{
    AspectAssessment, ControlAssessment, FrameworkAssessment, Requirement, RequirementAssessment, RequirementId,
    RequirementStatus,
};

use super::overview::{bar, basis, sort};
use super::page::{Page, put};
use crate::index::Index;
use crate::inert::flow;
use crate::words::{self, Told as _, source_words};

type Children<'a> = BTreeMap<Option<&'a RequirementId>, Vec<(&'a Requirement, &'a RequirementAssessment)>>;

pub(super) fn frameworks(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.section("requirements", "Requirements")?;
    page.markup("<p class=\"lead\">Open a framework, then a requirement, to see what it rests on.</p>\n")?;
    for it in &index.report.assessment.frameworks {
        framework(index, page, it)?;
    }
    page.markup("</section>\n")
}

fn framework(index: &Index<'_>, page: &mut Page<'_>, it: &FrameworkAssessment) -> io::Result<()> {
    let of = index.report.catalog.frameworks.get(&it.id);
    put!(page;
        "<details class=\"framework\" id=\"framework-", {it.id}, "\"><summary><h3>",
        {of.map_or(it.id.as_str(), |of| of.title.as_str())}, "</h3> "
    )?;
    bar(page, &it.summary)?;
    page.markup("</summary>\n")?;
    let mut children: Children<'_> = BTreeMap::new();
    for (of, it) in it.requirements.iter().filter_map(|it| index.requirement(&it.id)) {
        children.entry(of.parent.as_ref()).or_default().push((of, it));
    }
    branches(index, page, &children, None, 0)?;
    page.markup("</details>\n")
}

/// Requirements beneath one; no deeper than any standard goes.
fn branches<'a>(
    index: &Index<'a>,
    page: &mut Page<'_>,
    children: &Children<'a>,
    parent: Option<&'a RequirementId>,
    depth: usize,
) -> io::Result<()> {
    for (of, it) in children.get(&parent).into_iter().flatten() {
        requirement(index, page, of, it)?;
        if depth < 12 {
            branches(index, page, children, Some(&it.id), depth + 1)?;
        }
        page.markup("</div></details>\n")?;
    }
    Ok(())
}

/// A requirement, left open for what is beneath it.
fn requirement(index: &Index<'_>, page: &mut Page<'_>, of: &Requirement, it: &RequirementAssessment) -> io::Result<()> {
    let class = if of.leaf { "leaf" } else { "group" };
    put!(page; "<details class=\"requirement ", {class}, "\" id=\"requirement-", {it.id}, "\"><summary>")?;
    page.badge(it.status)?;
    put!(page; " <span class=\"id\">", {it.id}, "</span> <span class=\"title\">", {flow(&of.title)}, "</span></summary>\n<div class=\"inside\">\n")?;
    put!(page; "<p class=\"reason\">", {flow(&it.reason)}, "</p>\n")?;
    if !of.leaf {
        return Ok(());
    }
    put!(page; "<p class=\"meta\">", {sort(of)}, " · ", {of.category}, " · rests on ", {basis(&it.basis)}, "</p>\n")?;
    if !of.guidance.is_empty() {
        put!(page; "<p class=\"guidance\">", {flow(&of.guidance)}, "</p>\n")?;
    }
    if !it.aspects.is_empty() && it.status != RequirementStatus::OutOfScope {
        page.markup("<table><caption class=\"hidden\">Aspects</caption><thead><tr><th scope=\"col\">What it asks</th><th scope=\"col\">Status</th><th scope=\"col\">Controls</th></tr></thead><tbody>\n")?;
        for found in &it.aspects {
            aspect(index, page, of, found)?;
        }
        page.markup("</tbody></table>\n")?;
    }
    via(page, it)?;
    if !it.remaining.is_empty() {
        page.markup("<h4>What remains to be shown</h4>\n<ul>\n")?;
        for remaining in &it.remaining {
            put!(page; "<li>", {flow(remaining)}, "</li>\n")?;
        }
        page.markup("</ul>\n")?;
    }
    if it.status == RequirementStatus::Uncovered && !of.sources.is_empty() {
        let sources: Vec<_> = of.sources.iter().map(|class| source_words(*class)).collect();
        put!(page; "<p>Could be shown by ", {sources.join("; ")}, ".</p>\n")?;
    }
    Ok(())
}

fn aspect(index: &Index<'_>, page: &mut Page<'_>, of: &Requirement, it: &AspectAssessment) -> io::Result<()> {
    let title = of.aspects.iter().find(|of| of.id == it.id).map(|of| flow(&of.title)).unwrap_or_default();
    put!(page;
        "<tr><th scope=\"row\" data-label=\"What it asks\">", {title}, " <small class=\"id\">#", {it.id.local()},
        "</small></th><td data-label=\"Status\">"
    )?;
    page.badge(it.status)?;
    page.markup("</td><td data-label=\"Controls\">")?;
    if it.controls.is_empty() {
        put!(page; "<span class=\"none\">", {words::uncontrolled(it.status)}, "</span>")?;
    }
    for (at, control) in it.controls.iter().enumerate() {
        if at > 0 {
            page.markup("<br>")?;
        }
        page.link("control-", control)?;
        if let Some(found) = index.control(control) {
            put!(page; " <small>", {found.status.words()}, "</small>")?;
        }
    }
    page.markup("</td></tr>\n")
}

fn via(page: &mut Page<'_>, it: &RequirementAssessment) -> io::Result<()> {
    if it.via.is_empty() {
        return Ok(());
    }
    page.markup("<h4>Through other requirements</h4>\n<ul class=\"via\">\n")?;
    for via in &it.via {
        page.markup("<li>")?;
        page.badge(via.status)?;
        page.markup(" ")?;
        page.link("requirement-", &via.from)?;
        for step in &via.path {
            put!(page; " <em>", {step.relation.as_str()}, "</em> ", {step.to})?;
        }
        page.markup(if via.carries { " — carries its status here</li>\n" } else { " — shown only, carries nothing</li>\n" })?;
    }
    page.markup("</ul>\n")
}

pub(super) fn controls(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.section("controls", "Controls")?;
    page.markup("<p class=\"lead\">The organisation's own, those that fail first.</p>\n")?;
    let mut all: Vec<_> = index.report.assessment.controls.iter().collect();
    all.sort_by_key(|it| (it.status.tone(), &it.id));
    for it in all {
        control(index, page, it)?;
    }
    page.markup("</section>\n")
}

fn control(index: &Index<'_>, page: &mut Page<'_>, it: &ControlAssessment) -> io::Result<()> {
    let of = index.report.catalog.controls.get(&it.id);
    put!(page; "<details class=\"control\" id=\"control-", {it.id}, "\"><summary>")?;
    page.badge(it.status)?;
    put!(page;
        " <span class=\"id\">", {it.id}, "</span> <span class=\"title\">", {of.map(|of| flow(&of.title)).unwrap_or_default()},
        "</span></summary>\n<div class=\"inside\">\n<p class=\"reason\">", {flow(&it.reason)}, "</p>\n"
    )?;
    if let Some(of) = of {
        put!(page;
            "<p class=\"guidance\">", {flow(&of.description)}, "</p>\n<p class=\"meta\">Owner: ",
            {of.owner.as_deref().unwrap_or("nobody named")}, " · ", {words::frequency(of.frequency)}
        )?;
        if let Some(within) = of.within {
            put!(page; " · failures may be open for ", {within})?;
        }
        page.markup("</p>\n")?;
    }
    population(page, it)?;
    if !it.rules.is_empty() {
        page.markup("<p>Tested by ")?;
        page.links("rule-", &it.rules)?;
        page.markup("</p>\n")?;
    }
    if let Some(of) = of.filter(|of| !of.edges.is_empty()) {
        page.markup("<h4>What it shows</h4>\n<ul>\n")?;
        for edge in &of.edges {
            page.markup("<li>")?;
            if index.requirement(&edge.requirement).is_some() {
                page.link("requirement-", &edge.requirement)?;
            } else {
                put!(page; {edge.requirement})?;
            }
            let aspects: Vec<_> = edge.aspects.iter().map(|it| format!("#{}", it.local())).collect();
            put!(page; " ", {aspects.join(" ")}, " <small>", {words::strength(edge.strength)}, "</small> ", {flow(&edge.rationale)})?;
            if !edge.leaves_open.is_empty() {
                put!(page; " <em>Leaves open: ", {flow(&edge.leaves_open)}, "</em>")?;
            }
            page.markup("</li>\n")?;
        }
        page.markup("</ul>\n")?;
    }
    page.markup("</div></details>\n")
}

fn population(page: &mut Page<'_>, it: &ControlAssessment) -> io::Result<()> {
    let of = &it.population;
    if of.expected == 0 && of.assessed == 0 {
        return Ok(());
    }
    page.markup("<dl class=\"facts\">\n")?;
    for (name, n) in [
        ("Expected", of.expected),
        ("Assessed", of.assessed),
        ("Pass", of.pass),
        ("Fail", of.fail),
        ("Inconclusive", of.inconclusive),
        ("Not applicable", of.not_applicable),
        ("Waived", of.waived),
    ] {
        put!(page; "<div><dt>", {name}, "</dt><dd>", {n}, "</dd></div>\n")?;
    }
    page.markup("</dl>\n")
}

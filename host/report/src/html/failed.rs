//! The collectors that failed, and what is unknown because of each.
//!
//! Takes an [`Index`] and writes a part for each. Nothing where every collector did what it should.

use std::io;

use super::page::{Page, put};
use crate::failed::{FailedCollector, failed};
use crate::index::Index;
use crate::words::{count, counted};

/// How many stand open; the others are opened together.
const OPEN: usize = 20;

pub(super) fn section(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let failed = failed(index);
    if failed.is_empty() {
        return Ok(());
    }
    page.section("failed", "Collectors that failed")?;
    put!(page;
        "<p class=\"lead\">",
        {counted(failed.len(), "collector", "collectors")}, ", each with what is unknown because of it.</p>\n"
    )?;
    let (open, rest) = failed.split_at(failed.len().min(OPEN));
    for it in open {
        collector(page, it)?;
    }
    if !rest.is_empty() {
        put!(page; "<details><summary>and ", {count(rest.len())}, " more</summary>\n")?;
        for it in rest {
            collector(page, it)?;
        }
        page.markup("</details>\n")?;
    }
    page.markup("</section>\n")
}

fn collector(page: &mut Page<'_>, it: &FailedCollector<'_>) -> io::Result<()> {
    page.markup("<article class=\"problem unsure\">\n<h3>")?;
    page.badge(it.how)?;
    put!(page;
        " ", {it.name}, "</h3>\n<p><code>", {it.code}, "</code> ", {it.message}, "</p>\n<p class=\"fix\"><strong>Fix</strong> ",
        {it.fix}, "</p>\n"
    )?;
    if it.unknown.is_empty() {
        page.markup("<p class=\"touches\">No requirement in scope is unknown because of it.</p>\n")?;
    }
    for (framework, leaves) in &it.unknown {
        put!(page; "<p class=\"touches\">Unknown because of it, ", {framework}, " ", {count(leaves.len())}, ": ")?;
        page.links("requirement-", leaves)?;
        page.markup("</p>\n")?;
    }
    page.markup("</article>\n")
}

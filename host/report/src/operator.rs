//! What the operator switched off or set otherwise than it ships: named in every form of a report, so that a reader sees it.
//!
//! Takes sentences and draws them. Decides nothing.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use crate::html::page::{Page, put};
use crate::index::Index;
use crate::text::canvas::{Canvas, Ink, bold, dim, plain};
use crate::words::counted;

/// How many stand in the report for a terminal.
const SHOWN: usize = 12;

/// Something that the operator switched off, replaced or set otherwise than it ships.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OperatorChange {
    /// What it is about, such as `rule sshd/few-tries`.
    pub subject: String,
    /// What became of it, such as `switched off`.
    pub change: String,
}

/// The section of the report for a terminal; nothing where nothing was changed.
pub(crate) fn text(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let changes = index.report.operator_changes;
    if changes.is_empty() {
        return;
    }
    canvas.heading("What the operator changed", &counted(changes.len(), "setting differs", "settings differ"));
    for it in changes.iter().take(SHOWN) {
        canvas.hang(2, &[bold(it.subject.as_str()), plain(" ")], Ink::Plain, &it.change);
    }
    if changes.len() > SHOWN {
        let place = index.rest_is_in("engine report -o report.html");
        canvas.line(2, &[dim(format!("… {} more: {place}", changes.len() - SHOWN))]);
    }
}

/// The section of the page; nothing where nothing was changed.
pub(crate) fn html(index: &Index<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let changes = index.report.operator_changes;
    if changes.is_empty() {
        return Ok(());
    }
    page.section("changed", "What the operator changed")?;
    page.markup("<p class=\"lead\">What is switched off, replaced or set otherwise than it ships.</p>\n<ul>\n")?;
    for it in changes {
        put!(page; "<li><strong>", {it.subject}, "</strong> ", {it.change}, "</li>\n")?;
    }
    page.markup("</ul>\n</section>\n")
}

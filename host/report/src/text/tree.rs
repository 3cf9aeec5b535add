//! The requirements that one requirement reaches, as a tree.
//!
//! Takes relations with their paths, as the crosswalk found them, and draws them. Never composes a relation itself.

use std::io::{self, Write};

use model::{Catalog, Relation, RequirementId, Step};

use super::Terminal;
use super::canvas::Ink;
use super::canvas::{Canvas, bold, dim, plain, span, status};
use crate::Report;
use crate::index::Index;
use crate::inert::flow;
use crate::words::counted;

/// A requirement that another one reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Which.
    pub to: RequirementId,
    /// The relation of the first requirement to it, composed over the path.
    pub relation: Relation,
    /// The steps to it; one to three.
    pub path: Vec<Step>,
}

/// Writes the tree of what `from` reaches, with statuses where a run is given; `false` when there is no such requirement.
///
/// # Errors
/// Whatever the writer fails with.
pub fn crosswalk(
    catalog: &Catalog,
    from: &RequirementId,
    reached: &[Reached],
    report: Option<&Report<'_>>,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> io::Result<bool> {
    let Some(requirement) = catalog.requirement(from) else { return Ok(false) };
    let index = report.map(Index::of);
    let mut canvas = Canvas::new(terminal);
    canvas.hang(0, &[bold(from.as_str()), plain("  ")], Ink::Plain, &flow(&requirement.title));
    if reached.is_empty() {
        canvas.line(2, &[dim("reaches no requirement of another framework")]);
    }
    for (at, it) in reached.iter().enumerate() {
        let last = at + 1 == reached.len();
        branch(catalog, &mut canvas, index.as_ref(), from, it, last);
    }
    let carries = reached.iter().filter(|it| it.relation != Relation::IntersectsWith).count();
    canvas.blank();
    canvas.paragraph(
        0,
        Ink::Dim,
        &format!(
            "{}; {} more than an intersection. Support travels along equal-to, equivalent-to and superset-of; deviations \
             travel along equal-to, equivalent-to and subset-of; intersects-with carries nothing.",
            counted(reached.len(), "relation", "relations"),
            if carries == 1 { "1 is".to_owned() } else { format!("{carries} are") },
        ),
    );
    canvas.write(out)?;
    Ok(true)
}

fn branch(catalog: &Catalog, canvas: &mut Canvas<'_>, index: Option<&Index<'_>>, from: &RequirementId, it: &Reached, last: bool) {
    let (fork, under) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
    let mut spans = vec![
        dim(fork),
        span(Ink::Cyan, format!("{} {} ", relation_sign(it.relation), it.relation.as_str())),
        bold(it.to.as_str()),
        plain("  "),
    ];
    if let Some((_, found)) = index.and_then(|index| index.requirement(&it.to)) {
        spans.push(status(found.status));
        spans.push(plain("  "));
    }
    let title = catalog.requirement(&it.to).map(|of| flow(&of.title)).unwrap_or_default();
    spans.push(dim(title));
    canvas.line(0, &spans);
    if it.path.len() > 1 {
        let steps: Vec<_> = it.path.iter().map(|step| format!("{} {}", step.relation.as_str(), step.to)).collect();
        canvas.line(0, &[dim(format!("{under}via {from} {}", steps.join(", ")))]);
    } else if let Some(stored) = catalog
        .relationships
        .iter()
        .find(|stored| (&stored.from == from && stored.to == it.to) || (&stored.to == from && stored.from == it.to))
    {
        canvas.line(0, &[dim(under), dim(flow(&stored.rationale))]);
    }
}

fn relation_sign(relation: Relation) -> &'static str {
    match relation {
        Relation::EqualTo => "≡",
        Relation::EquivalentTo => "≈",
        Relation::SubsetOf => "⊂",
        Relation::SupersetOf => "⊃",
        Relation::IntersectsWith => "∩",
    }
}

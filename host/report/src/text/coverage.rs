//! What the data could show of every leaf, for a terminal.
//!
//! Takes a [`Coverage`] with the catalog it was computed from and draws tables. Never counts by itself.

use std::io::{self, Write};

use model::{Catalog, Coverage, CoverageCount, FrameworkCoverage, LeafCoverage, Means};

use super::Terminal;
use super::canvas::{Canvas, Ink, Span, bold, dim, left, plain, right, span};
use crate::coverage::is_counted;
use crate::inert::flow;
use crate::words::{Told as _, counted, few, means as meaning};

/// The least width at which the numbers stand in a table.
const TABLE_WIDTH: usize = 90;

/// Writes the coverage of every framework and category, and what each collector takes part in; with `leaves`, every leaf.
///
/// # Errors
/// Whatever the writer fails with.
pub fn coverage_text(
    coverage: &Coverage,
    catalog: &Catalog,
    leaves: bool,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> io::Result<()> {
    let mut canvas = Canvas::new(terminal);
    canvas.heading("What could be shown", "leaves by what shows them at best, whatever a run saw");
    numbers(coverage, &mut canvas);
    canvas.blank();
    for means in Means::ALL {
        canvas.hang(2, &[span(Ink::of(means.tone()), format!("{:12}", means.words()))], Ink::Dim, meaning(means));
    }
    for (word, text) in [
        ("full", "every aspect is tested in full, so that the leaf can be supported"),
        ("parts", "only parts of aspects are tested: the leaf can fail, and cannot be supported"),
        ("+", "counted apart, as assessors do, and not among the framework's own number"),
    ] {
        canvas.hang(2, &[plain(format!("{word:12}"))], Ink::Dim, text);
    }
    collectors(coverage, &mut canvas);
    for it in coverage.frameworks.iter().filter(|_| leaves) {
        let title = catalog.frameworks.get(&it.id).map_or_else(|| it.id.to_string(), |of| flow(&of.title));
        canvas.heading(&title, &counted(it.leaves.len(), "leaf", "leaves"));
        for leaf in &it.leaves {
            draw(leaf, catalog, &mut canvas);
        }
    }
    if !leaves {
        canvas.blank();
        canvas.line(2, &[plain("engine coverage --leaves"), dim("  every leaf, with the controls and collectors that test it")]);
    }
    canvas.write(out)
}

fn numbers(coverage: &Coverage, canvas: &mut Canvas<'_>) {
    let rows = coverage.frameworks.iter().flat_map(|it| {
        let own = (bold(it.id.as_str()), it.count(None));
        let parts = it.categories().into_iter().map(|id| (plain(category(it, id)), it.count(Some(id))));
        std::iter::once(own).chain(parts).collect::<Vec<_>>()
    });
    if canvas.width() < TABLE_WIDTH {
        for (name, sum) in rows {
            let parts = Means::ALL.into_iter().map(|means| format!("{} {}", sum.of(means), means.words()));
            let parts: Vec<_> = parts.collect();
            let text = format!("{}: {}; {} in full, {} in parts", sum.leaves, parts.join(", "), sum.fully, sum.weakly);
            canvas.hang(2, &[name, plain(" ")], Ink::Plain, &text);
        }
        return;
    }
    let rows: Vec<_> = rows.map(|(name, sum)| row(name, &sum)).collect();
    let mut columns = vec![left("")];
    columns.extend(Means::ALL.into_iter().map(|means| right(means.words())));
    columns.extend([right("leaves"), right("full"), right("parts")]);
    canvas.table(0, &columns, &rows);
}

fn category(it: &FrameworkCoverage, id: &str) -> String {
    if is_counted(it, id) { format!("  {id}") } else { format!("+ {id}") }
}

fn row<'a>(name: Span<'a>, sum: &CoverageCount) -> Vec<Span<'a>> {
    let number = |n: u32, ink: Ink| span(if n == 0 { Ink::Dim } else { ink }, n.to_string());
    let mut row = vec![name];
    row.extend(Means::ALL.into_iter().map(|means| number(sum.of(means), Ink::of(means.tone()))));
    row.extend([number(sum.leaves, Ink::Plain), number(sum.fully, Ink::Plain), number(sum.weakly, Ink::Plain)]);
    row
}

fn collectors(coverage: &Coverage, canvas: &mut Canvas<'_>) {
    canvas.heading("By collector", "leaves that its facts take part in testing");
    if coverage.collectors.is_empty() {
        canvas.line(2, &[dim("None is counted.")]);
        return;
    }
    let ids: Vec<_> = coverage.frameworks.iter().map(|it| &it.id).collect();
    let rows: Vec<_> = coverage
        .collectors
        .iter()
        .map(|it| {
            let counts = ids.iter().map(|id| (id, it.reaches.iter().filter(|leaf| leaf.framework() == **id).count()));
            let counts: Vec<_> = counts.map(|(id, n)| format!("{id} {n}")).collect();
            let kinds = counted(it.kind_count, "kind", "kinds");
            vec![bold(it.name.as_str()), plain(it.basis.as_str()), plain(kinds), plain(counts.join(", "))]
        })
        .collect();
    canvas.table(2, &[left(""), left(""), right(""), left("")], &rows);
}

fn draw(leaf: &LeafCoverage, catalog: &Catalog, canvas: &mut Canvas<'_>) {
    let title = catalog.requirement(&leaf.id).map(|of| flow(&of.title)).unwrap_or_default();
    let means = span(Ink::of(leaf.means.tone()), format!("{:10} ", leaf.means.words()));
    canvas.hang(2, &[means, bold(leaf.id.local()), plain(" ")], Ink::Plain, &title);
    if leaf.controls.is_empty() {
        return;
    }
    let controls: Vec<_> = leaf.controls.iter().map(model::ControlId::as_str).collect();
    let extent = match (leaf.fully, leaf.weakly) {
        (true, _) => "in full",
        (_, true) => "in parts of aspects only",
        _ => "in part",
    };
    let text = format!("{extent}, by {} over {}", few(&controls, 6), leaf.collectors.join(", "));
    canvas.hang(13, &[], Ink::Dim, &text);
}

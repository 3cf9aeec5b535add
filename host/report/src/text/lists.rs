//! Lists as tables: frameworks, controls, findings, facts, runs.
//!
//! Takes a report, or the nouns themselves, and writes rows cut to the terminal. Never holds more rows than it shows.

use std::io::{self, Write};

use model::{Catalog, Completeness, ControlId, KindId, Outcome, RuleId, RunHeader, Severity};

use super::Terminal;
use super::canvas::{Canvas, Ink, bold, dim, left, plain, right, sign, span, status};
use crate::Report;
use crate::index::Index;
use crate::inert::{flow, value};
use crate::words::{self, Told as _, Tone, count, counted};

/// Which findings a list shows.
#[derive(Debug, Clone, Default)]
pub struct FindingFilter {
    /// Only this rule's.
    pub rule: Option<RuleId>,
    /// Only this outcome; failing and inconclusive ones when none is named.
    pub outcome: Option<Outcome>,
    /// Only of this severity and above.
    pub severity: Option<Severity>,
    /// At most this many.
    pub limit: usize,
}

/// Writes the frameworks of a catalog with the number of their leaves and how many a control covers.
///
/// # Errors
/// Whatever the writer fails with.
pub fn framework_list(catalog: &Catalog, out: &mut dyn Write, terminal: &Terminal) -> io::Result<()> {
    let mut canvas = Canvas::new(terminal);
    let covered: std::collections::BTreeSet<_> =
        catalog.controls.values().filter(|it| it.enabled).flat_map(|it| &it.edges).map(|edge| &edge.requirement).collect();
    let rows: Vec<_> = catalog
        .frameworks
        .values()
        .map(|it| {
            let leaves: Vec<_> = it.requirements.iter().filter(|of| of.leaf).collect();
            let with_control = leaves.iter().filter(|of| covered.contains(&of.id)).count();
            vec![
                bold(it.id.as_str()),
                plain(&it.title),
                plain(leaves.len().to_string()),
                plain(with_control.to_string()),
                dim(&it.version),
            ]
        })
        .collect();
    canvas.table(0, &[left("id"), left("framework"), right("leaves"), right("with a control"), left("edition")], &rows);
    canvas.write(out)
}

/// Writes the controls with their statuses.
///
/// # Errors
/// Whatever the writer fails with.
pub fn control_list(report: &Report<'_>, out: &mut dyn Write, terminal: &Terminal) -> io::Result<()> {
    let index = Index::of(report);
    let mut canvas = Canvas::new(terminal);
    let rows: Vec<_> = report
        .assessment
        .controls
        .iter()
        .map(|it| {
            let title = report.catalog.controls.get(&it.id).map(|of| flow(&of.title)).unwrap_or_default();
            let of = &it.population;
            let rate = if of.assessed == 0 { String::new() } else { format!("{} of {}", of.pass, of.assessed) };
            let requirements = index.touched_by(&it.id).len().to_string();
            vec![status(it.status), bold(it.id.as_str()), plain(rate), plain(requirements), dim(title)]
        })
        .collect();
    canvas.table(0, &[left("status"), left("control"), right("pass"), right("requirements"), left("")], &rows);
    canvas.write(out)
}

/// Writes one control: what it is, how it stands, and what it shows of which requirements; `false` when there is none.
///
/// # Errors
/// Whatever the writer fails with.
pub fn control_show(report: &Report<'_>, id: &ControlId, out: &mut dyn Write, terminal: &Terminal) -> io::Result<bool> {
    let index = Index::of(report);
    let mut canvas = Canvas::new(terminal);
    let found = draw_control(&index, &mut canvas, id);
    canvas.write(out)?;
    Ok(found)
}

pub(super) fn draw_control(index: &Index<'_>, canvas: &mut Canvas<'_>, id: &ControlId) -> bool {
    let Some(control) = index.report.catalog.controls.get(id) else { return false };
    let found = index.control(id);
    let mut first = vec![bold(id.as_str()), plain("  ")];
    first.extend(found.map(|it| status(it.status)));
    canvas.line(0, &first);
    canvas.paragraph(0, Ink::Bold, &flow(&control.title));
    canvas.paragraph(0, Ink::Plain, &flow(&control.description));
    let owner = control.owner.as_deref().unwrap_or("nobody named");
    let within = control.within.map(|it| format!(" · failures may be open for {it}")).unwrap_or_default();
    let enabled = if control.enabled { "" } else { " · switched off" };
    canvas.hang(0, &[dim("owner ")], Ink::Dim, &format!("{owner} · {}{within}{enabled}", words::frequency(control.frequency)));
    if let Some(it) = found {
        canvas.hang(0, &[bold("Why: ")], Ink::Plain, &flow(&it.reason));
        let of = &it.population;
        canvas.line(
            0,
            &[dim(format!(
                "{} expected · {} assessed · {} pass · {} fail · {} inconclusive · {} not applicable · {} waived",
                of.expected, of.assessed, of.pass, of.fail, of.inconclusive, of.not_applicable, of.waived
            ))],
        );
    }
    canvas.heading("Shows", &counted(control.edges.len(), "requirement", "requirements"));
    for edge in &control.edges {
        let aspects: Vec<_> = edge.aspects.iter().map(|it| format!("#{}", it.local())).collect();
        let before = [bold(edge.requirement.as_str()), plain(format!(" {} ", aspects.join(" ")))];
        canvas.hang(2, &before, Ink::Plain, &format!("({}) {}", words::strength(edge.strength), flow(&edge.rationale)));
        if !edge.leaves_open.is_empty() {
            canvas.hang(4, &[dim("leaves open: ")], Ink::Dim, &flow(&edge.leaves_open));
        }
    }
    true
}

/// Writes findings, most severe first.
///
/// # Errors
/// Whatever the writer fails with.
pub fn finding_list(report: &Report<'_>, filter: &FindingFilter, out: &mut dyn Write, terminal: &Terminal) -> io::Result<()> {
    let index = Index::of(report);
    let mut canvas = Canvas::new(terminal);
    let limit = filter.limit.max(1);
    let outcome = filter.outcome;
    let wanted = move |it: Outcome| outcome.map_or(matches!(it, Outcome::Fail | Outcome::Inconclusive), |only| only == it);
    let (mut rows, mut all) = (Vec::new(), 0);
    for (header, _) in index.rules_by_severity() {
        if filter.rule.as_ref().is_some_and(|rule| rule != &header.id)
            || filter.severity.is_some_and(|least| header.severity < least)
        {
            continue;
        }
        for finding in index.findings_of(header, wanted) {
            all += 1;
            if rows.len() < limit {
                rows.push(vec![
                    status(finding.outcome),
                    span(Ink::of(header.severity.tone()), header.severity.as_str()),
                    dim(finding.id(report).map(|id| id.to_string()).unwrap_or_default()),
                    plain(header.id.as_str()),
                    bold(finding.subject(report)),
                    plain(finding.message()),
                ]);
            }
        }
    }
    let columns = [left("outcome"), left("severity"), left("id"), left("rule"), left("subject"), left("")];
    canvas.table(0, &columns, &rows);
    rest(&mut canvas, rows.len(), all, "finding", "findings");
    canvas.write(out)
}

/// Writes facts, at most `limit`, of one kind or of all, and the state of their scopes.
///
/// # Errors
/// Whatever the writer fails with.
pub fn fact_list(
    report: &Report<'_>,
    kind: Option<&KindId>,
    limit: usize,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> io::Result<()> {
    let mut canvas = Canvas::new(terminal);
    let facts = kind.map_or(report.facts.facts(), |kind| report.facts.of_kind(kind));
    let rows: Vec<_> = facts
        .iter()
        .take(limit.max(1))
        .map(|it| {
            vec![
                plain(it.kind.as_str()),
                bold(it.subject.as_str()),
                dim(it.scope.as_str()),
                dim(it.observed_at.to_string()),
                plain(value(it.body.as_str())),
            ]
        })
        .collect();
    canvas.table(0, &[left("kind"), left("subject"), left("scope"), left("observed"), left("body")], &rows);
    rest(&mut canvas, rows.len(), facts.len(), "fact", "facts");
    let scopes = report.facts.scopes().iter().filter(|state| kind.is_none_or(|kind| kind == &state.kind));
    let (complete, open): (Vec<_>, Vec<_>) = scopes.partition(|it| matches!(it.completeness, Completeness::Complete { .. }));
    canvas.blank();
    canvas.line(0, &[sign(Tone::Good), plain(format!(" {} complete", counted(complete.len(), "scope is", "scopes are")))]);
    for it in open.iter().take(20) {
        canvas.line(
            0,
            &[
                sign(Tone::Unsure),
                plain(format!(" {} in {} ({}) is not complete", it.kind, value(it.scope.as_str()), it.collector)),
            ],
        );
    }
    rest(&mut canvas, open.len().min(20), open.len(), "scope", "scopes");
    canvas.write(out)
}

/// Writes runs, as they are given.
///
/// # Errors
/// Whatever the writer fails with.
pub fn history(runs: &[RunHeader], out: &mut dyn Write, terminal: &Terminal) -> io::Result<()> {
    let mut canvas = Canvas::new(terminal);
    let rows: Vec<_> = runs
        .iter()
        .map(|run| {
            let tone = match run.exit.code {
                0 => Tone::Good,
                1 => Tone::Bad,
                _ => Tone::Unsure,
            };
            vec![
                bold(run.id.to_string()),
                plain(run.started_at.to_string()),
                plain(words::clock(run.clock)),
                span(Ink::of(tone), format!("{} {}", tone.sign(), run.exit.code)),
                plain(flow(&run.exit.reason)),
            ]
        })
        .collect();
    canvas.table(0, &[left("run"), left("started"), left("clock"), left("exit"), left("")], &rows);
    if runs.is_empty() {
        canvas.line(0, &[dim("No run is recorded yet: engine eval makes the first.")]);
    }
    canvas.write(out)
}

fn rest(canvas: &mut Canvas<'_>, shown: usize, all: usize, one: &str, many: &str) {
    if all > shown {
        canvas.line(0, &[dim(format!("… {} of {}", count(shown), counted(all, one, many)))]);
    }
}

/// A page of prose under its title.
///
/// # Errors
/// Whatever the writer fails with.
pub fn page(title: &str, text: &str, out: &mut dyn Write, terminal: &Terminal) -> io::Result<()> {
    let mut canvas = Canvas::new(terminal);
    canvas.line(0, &[bold(title)]);
    canvas.paragraph(2, Ink::Plain, text);
    canvas.write(out)
}

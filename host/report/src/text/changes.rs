//! What changed between two runs, for a terminal.
//!
//! Takes [`Changes`] and draws them: statuses first, then failures, gaps and facts.

use std::io::{self, Write};

use super::Terminal;
use super::canvas::{Canvas, Ink, bold, dim, left, plain, sign};
use crate::diff::{Changes, FindingChange, StatusChange};
use crate::inert::value;
use crate::words::{Tone, count, counted};

/// How many lines of each sort are shown.
const SHOWN: usize = 40;

/// Writes what changed, for a terminal; long lists are cut with their counts.
///
/// # Errors
/// Whatever the writer fails with.
pub fn changes(changes: &Changes, out: &mut dyn Write, terminal: &Terminal) -> io::Result<()> {
    let mut canvas = Canvas::new(terminal);
    if changes.is_empty() {
        canvas.line(0, &[plain("Nothing changed.")]);
    }
    statuses(&mut canvas, "Requirements", &changes.requirements);
    statuses(&mut canvas, "Controls", &changes.controls);
    failures(&mut canvas, "New failures", Tone::Bad, &changes.new_failures, "was");
    failures(&mut canvas, "Failures that ended", Tone::Good, &changes.ended_failures, "now");
    gaps(&mut canvas, "New gaps", Tone::Unsure, &changes.new_gaps);
    gaps(&mut canvas, "Closed gaps", Tone::Good, &changes.closed_gaps);
    if !changes.facts.is_empty() {
        canvas.heading("Facts", &counted(changes.facts.len(), "change", "changes"));
        let rows: Vec<_> = changes
            .facts
            .iter()
            .take(SHOWN)
            .map(|it| vec![plain(it.change), plain(&it.kind), plain(&it.subject), dim(&it.scope), dim(it.fields.join(", "))])
            .collect();
        canvas.table(2, &[left(""), left("kind"), left("subject"), left("scope"), left("fields")], &rows);
        rest(&mut canvas, changes.facts.len());
    }
    canvas.write(out)
}

fn rest(canvas: &mut Canvas<'_>, all: usize) {
    if all > SHOWN {
        canvas.line(2, &[dim(format!("… and {} more", count(all - SHOWN)))]);
    }
}

fn statuses(canvas: &mut Canvas<'_>, title: &str, changes: &[StatusChange]) {
    if changes.is_empty() {
        return;
    }
    canvas.heading(title, &counted(changes.len(), "change of status", "changes of status"));
    let word = |status: Option<&'static str>| status.unwrap_or("not assessed").replace('_', " ");
    let rows: Vec<_> = changes
        .iter()
        .take(SHOWN)
        .map(|it| vec![bold(&it.id), plain(format!("{} → {}", word(it.from), word(it.to))), dim(&it.title)])
        .collect();
    canvas.table(2, &[left(""), left(""), left("")], &rows);
    rest(canvas, changes.len());
}

fn failures(canvas: &mut Canvas<'_>, title: &str, tone: Tone, changes: &[FindingChange], lead: &str) {
    if changes.is_empty() {
        return;
    }
    canvas.heading(title, &count(changes.len()));
    for it in changes.iter().take(SHOWN) {
        let other = it.other.unwrap_or("not seen").replace('_', " ");
        let before = [sign(tone), dim(format!(" {} ", it.id)), bold(format!("{} ", it.rule))];
        canvas.hang(2, &before, Ink::Plain, &format!("{} — {} ({lead}: {other})", value(&it.subject), value(&it.message)));
    }
    rest(canvas, changes.len());
}

fn gaps(canvas: &mut Canvas<'_>, title: &str, tone: Tone, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    canvas.heading(title, &count(lines.len()));
    for line in lines.iter().take(SHOWN) {
        canvas.hang(2, &[sign(tone), plain(" ")], Ink::Plain, &value(line));
    }
    rest(canvas, lines.len());
}

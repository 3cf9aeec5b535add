//! The collectors that failed, and what is unknown because of each.
//!
//! Takes an [`Index`] and draws. Nothing where every collector did what it should.

use super::canvas::{Budget, Canvas, Ink, bold, dim, plain, sign};
use crate::failed::{FailedCollector, failed};
use crate::index::Index;
use crate::inert::value;
use crate::words::{Told as _, count, counted, few};

/// How many lines they may have.
const LINES: usize = 24;

/// How many leaves of a framework are named.
const NAMED: usize = 4;

pub(super) fn section(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let failed = failed(index);
    if failed.is_empty() {
        return;
    }
    let note = counted(failed.len(), "collector", "collectors");
    canvas.heading("Collectors that failed", &note);
    let mut budget = Budget::new(canvas, LINES);
    for it in &failed {
        budget.block(|sheet| collector(it, sheet));
    }
    let left = budget.left;
    if left > 0 {
        let rest: Vec<_> = failed.iter().skip(failed.len() - left).map(|it| it.name.as_str()).collect();
        let place = index.rest_is_in("engine report --format json");
        let more = counted(left, "more collector", "more collectors");
        canvas.hang(2, &[dim(format!("… {more}: "))], Ink::Dim, &format!("{} ({place})", few(&rest, 8)));
    }
}

fn collector(it: &FailedCollector<'_>, sheet: &mut Canvas<'_>) {
    let how = if it.how.words() == it.code.as_str() { String::new() } else { format!(" ({})", it.code) };
    let before = [sign(it.how.tone()), bold(format!(" {}", it.name)), plain(format!(" {}{how}: ", it.how.words()))];
    sheet.hang(0, &before, Ink::Plain, &value(it.message));
    sheet.hang(4, &[bold("Fix: ")], Ink::Plain, it.fix);
    let (unknown, named) = (it.unknown_count(), it.few_unknown(NAMED));
    if unknown == 0 {
        sheet.paragraph(4, Ink::Dim, "No requirement in scope is unknown because of it.");
    } else {
        sheet.hang(4, &[dim("Requirements unknown because of it ")], Ink::Dim, &format!("{}: {named}", count(unknown)));
    }
}

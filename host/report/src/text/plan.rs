//! What to fix first, for a terminal.
//!
//! Takes a [`Report`] with its [`Plan`] and draws each fix with what it unlocks; ends with what connecting a further
//! collector would reach. Never orders: the order is the plan's.

use std::io::{self, Write};

use model::{Fix, Further, Plan, RequirementId};

use super::Terminal;
use super::canvas::{Canvas, Ink, bold, dim, span};
use super::fails::few_requirements;
use super::unseen::further_table;
use crate::index::Index;
use crate::inert::value;
use crate::plan::Words;
use crate::words::{Told as _, Tone, count, counted, few};
use crate::{Report, statement};

/// Writes the first `most` fixes, and what further collectors would reach.
///
/// # Errors
/// Whatever the writer fails with.
pub fn plan_text(
    report: &Report<'_>,
    plan: &Plan,
    further: &[Further],
    most: usize,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> io::Result<()> {
    let index = Index::of(report);
    let mut canvas = Canvas::new(terminal);
    canvas.paragraph(0, Ink::Bold, &statement(report.facts));
    let note = format!(
        "run {}: {}, {} unknown, {}",
        report.run.id,
        counted(plan.deviating, "requirement deviates", "requirements deviate"),
        count(plan.unknown),
        counted(plan.fixes.len(), "fix", "fixes"),
    );
    canvas.heading("What to fix first", &note);
    if plan.fixes.is_empty() {
        canvas.line(2, &[dim("Nothing: nothing fails, and nothing that was looked at is unknown.")]);
    } else {
        let lead = "In the order of how many requirements each unlocks by itself: they deviate or are unknown for no other reason. This is assessed, as if the fix were done and what it brings passed; whether it will is not known.";
        canvas.paragraph(2, Ink::Dim, lead);
    }
    for (at, fix) in plan.fixes.iter().take(most).enumerate() {
        canvas.blank();
        draw(&index, &mut canvas, at + 1, fix);
    }
    if plan.fixes.len() > most {
        canvas.blank();
        let rest = counted(plan.fixes.len() - most, "fix", "fixes");
        canvas.line(2, &[dim(format!("… {rest} more: engine plan --all"))]);
    }
    reach(further, &mut canvas);
    canvas.write(out)
}

fn draw(index: &Index<'_>, canvas: &mut Canvas<'_>, rank: usize, fix: &Fix) {
    let Words { title, how } = Words::of(index, fix);
    let (word, tone) = fix.severity.map_or(("–", Tone::Quiet), |it| (it.words(), it.tone()));
    let before = [bold(format!("{rank:>3} ")), span(Ink::of(tone), format!("{word} "))];
    canvas.hang(0, &before, Ink::Bold, &value(&title));
    let names: Vec<_> = fix.rules.iter().map(model::RuleId::as_str).collect();
    let subjects = usize::try_from(fix.subject_count).unwrap_or(usize::MAX);
    let of = if matches!(fix.remedy, model::Remedy::Close { .. }) {
        counted(subjects, "gap", "gaps")
    } else {
        counted(subjects, "subject", "subjects")
    };
    let rules = if names.is_empty() { String::new() } else { format!(" · {}", few(&names, 3)) };
    canvas.hang(4, &[], Ink::Dim, &format!("{} · {of}{rules}", fix.remedy.as_str()));
    canvas.hang(4, &[bold("Fix: ")], Ink::Plain, &value(&how));
    let unlocks = match fix.unlocks.len() {
        0 => "nothing by itself".to_owned(),
        n => {
            let frameworks = counted(fix.framework_count(), "framework", "frameworks");
            format!("{} of {frameworks}: {}", counted(n, "requirement", "requirements"), listed(&fix.unlocks))
        }
    };
    canvas.hang(4, &[bold("Unlocks ")], Ink::Plain, &unlocks);
    if !fix.touches.is_empty() {
        let text = format!("{} for more: {}", counted(fix.touches.len(), "that waits", "that wait"), listed(&fix.touches));
        canvas.hang(4, &[dim("Touches ")], Ink::Dim, &text);
    }
    if rank > 1 {
        canvas.line(
            4,
            &[dim(format!("{} unlocked with everything above", counted(fix.together, "requirement is", "requirements are")))],
        );
    }
}

fn listed(ids: &[RequirementId]) -> String {
    few_requirements(&ids.iter().collect::<Vec<_>>(), 6)
}

/// What connecting each further collector would reach.
fn reach(further: &[Further], canvas: &mut Canvas<'_>) {
    if further.is_empty() {
        return;
    }
    canvas.heading("What connecting a further collector would reach", "");
    canvas.line(2, &[dim("Requirements that no rule tests with what is connected now.")]);
    further_table(further, further.len(), canvas);
}

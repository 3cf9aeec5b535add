//! What is unknown, and why: gaps by code, and rules that could not tell.
//!
//! Takes an [`Index`] and draws each reason with what withholds the evidence, what to do, and what waits for it.

use std::collections::{BTreeMap, BTreeSet};

use model::{Gap, Outcome, RequirementStatus};

use super::canvas::{Budget, Canvas, Ink, bold, dim, plain, sign};
use super::fails::few_requirements;
use crate::gap::{gap_fix, gap_meaning};
use crate::index::Index;
use crate::inert::value;
use crate::words::{Tone, count, counted};

/// How many lines the gaps may have, and how many the rules.
const GAP_LINES: usize = 30;
const RULE_LINES: usize = 10;

/// How many gaps of a code are named.
const NAMED: usize = 3;

pub(super) fn section(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let gaps = index.report.facts.gaps();
    let unsure: Vec<_> = index.rules_by_severity().into_iter().filter(|(_, counts)| counts.inconclusive > 0).collect();
    let leaves = index
        .report
        .assessment
        .frameworks
        .iter()
        .flat_map(|it| &it.requirements)
        .filter(|it| it.status == RequirementStatus::Unknown && index.requirement(&it.id).is_some_and(|(of, _)| of.leaf))
        .count();
    if gaps.is_empty() && unsure.is_empty() && leaves == 0 {
        canvas.heading("What is unknown, and why", "");
        canvas.line(2, &[dim("Nothing: all evidence that was expected came.")]);
        return;
    }
    let note = format!("{}, {} unknown", counted(gaps.len(), "gap", "gaps"), counted(leaves, "requirement", "requirements"));
    canvas.heading("What is unknown, and why", &note);
    by_code(index, canvas, gaps);
    unanswered(index, canvas);
    let mut budget = Budget::new(canvas, RULE_LINES);
    for (header, counts) in &unsure {
        budget.block(|sheet| {
            let tested = counts.total() - counts.not_applicable;
            let rate = format!("{} of {} inconclusive", count(counts.inconclusive), count(tested));
            sheet.line(0, &[sign(Tone::Unsure), bold(format!(" {}", header.id)), plain(format!(" · {rate}"))]);
            let first = index.findings_of(header, |it| it == Outcome::Inconclusive).next();
            if let Some(finding) = first {
                let subject = finding.subject(&index.report);
                sheet.hang(4, &[], Ink::Plain, &format!("{} — {}", value(subject), value(finding.message())));
            }
        });
    }
    let left = budget.left;
    if left > 0 {
        let rest = counted(left, "rule", "rules");
        let place = index.rest_is_in("engine finding list --outcome inconclusive");
        canvas.line(2, &[dim(format!("… {rest} more: {place}"))]);
    }
}

/// How many reasons of subservice organisations are shown.
const ANSWERS: usize = 5;

/// What subservice organisations are to answer for, and do not.
fn unanswered(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let found = index.answered_elsewhere(RequirementStatus::Unknown);
    for (reason, ids) in found.iter().take(ANSWERS) {
        canvas.hang(0, &[sign(Tone::Unsure), plain(" ")], Ink::Plain, reason);
        canvas.hang(
            4,
            &[dim("Requirements that wait for it ")],
            Ink::Dim,
            &format!("{}: {}", count(ids.len()), few_requirements(ids, 6)),
        );
    }
    if found.len() > ANSWERS {
        let rest = counted(found.len() - ANSWERS, "more reason", "more reasons");
        canvas.line(2, &[dim(format!("… {rest}: {}", index.rest_is_in("engine plan")))]);
    }
}

fn by_code(index: &Index<'_>, canvas: &mut Canvas<'_>, gaps: &[Gap]) {
    let mut codes: BTreeMap<_, Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        codes.entry(&gap.code).or_default().push(gap);
    }
    // Most gaps first: that is where mending gives most.
    let mut codes: Vec<_> = codes.into_iter().collect();
    codes.sort_by(|(a, of_a), (b, of_b)| of_b.len().cmp(&of_a.len()).then_with(|| a.cmp(b)));
    let mut budget = Budget::new(canvas, GAP_LINES);
    for (code, of) in &codes {
        budget.block(|sheet| {
            let title = format!(" · {}", counted(of.len(), "gap", "gaps"));
            sheet.line(0, &[sign(Tone::Unsure), bold(format!(" {code}")), plain(title)]);
            sheet.paragraph(4, Ink::Dim, gap_meaning(code));
            for gap in of.iter().take(NAMED) {
                sheet.hang(4, &[], Ink::Plain, &told(gap));
            }
            if of.len() > NAMED {
                let place = index.rest_is_in("engine report --format json");
                sheet.line(4, &[dim(format!("… and {} more: {place}", count(of.len() - NAMED)))]);
            }
            sheet.hang(4, &[bold("Fix: ")], Ink::Plain, gap_fix(code));
            let kinds: BTreeSet<_> = of.iter().map(|gap| &gap.kind).collect();
            let controls: BTreeSet<_> = kinds.into_iter().flat_map(|kind| index.controls_of(kind)).collect();
            let controls: Vec<_> = controls.into_iter().collect();
            let waiting = index.touched_by_all(&controls);
            if !waiting.is_empty() {
                let text = format!("{}: {}", count(waiting.len()), few_requirements(&waiting, 6));
                sheet.hang(4, &[dim("Requirements that wait for it ")], Ink::Dim, &text);
            }
        });
    }
    let left = budget.left;
    if left > 0 {
        let rest = counted(left, "more reason", "more reasons");
        canvas.line(2, &[dim(format!("… {rest}: {}", index.rest_is_in("engine report --format json")))]);
    }
}

/// A gap in one line.
pub(super) fn told(gap: &Gap) -> String {
    let subject = gap.subject.as_ref().map(|it| format!(" about {}", value(it.as_str()))).unwrap_or_default();
    let scope = if gap.scope.as_str() == "*" { "every scope".into() } else { value(gap.scope.as_str()) };
    format!("{} in {scope}{subject} ({}): {}", gap.kind, gap.collector, value(&gap.message))
}

//! What fails: rules with failures, most severe first.
//!
//! Takes an [`Index`] and draws each rule with its first subjects, what to do, and what it touches.

use model::{Outcome, RequirementId};

use super::canvas::{Budget, Canvas, Ink, bold, dim, plain, sign, span};
use crate::index::{Counts, Index};
use crate::inert::{flow, value};
use crate::words::{Told as _, Tone, count, counted, few, rate};
use model::RuleHeader;

/// How many lines the section may have.
const LINES: usize = 64;

/// How many subjects of a rule are named.
const SUBJECTS: usize = 3;

pub(super) fn section(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let failing: Vec<_> = index.rules_by_severity().into_iter().filter(|(_, counts)| counts.fail > 0).collect();
    if failing.is_empty() {
        canvas.heading("What fails", "");
        canvas.line(2, &[dim("No rule found a failure in the evidence of this run.")]);
        return;
    }
    let subjects = failing.iter().map(|(_, counts)| counts.fail).sum();
    let note = format!(
        "{} with {}, most severe first",
        counted(failing.len(), "rule", "rules"),
        counted(subjects, "failure", "failures")
    );
    canvas.heading("What fails", &note);
    let mut budget = Budget::new(canvas, LINES);
    for (at, (header, counts)) in failing.iter().enumerate() {
        budget.block(|sheet| {
            if at > 0 {
                sheet.blank_line();
            }
            rule(index, sheet, header, *counts);
        });
    }
    let left = budget.left;
    if left > 0 {
        let rest = counted(left, "rule fails", "rules fail");
        let place = index.rest_is_in("engine finding list --outcome fail");
        canvas.line(2, &[dim(format!("… {rest} too: {place}"))]);
    }
}

fn rule<'a>(index: &Index<'a>, canvas: &mut Canvas<'_>, header: &'a RuleHeader, counts: Counts) {
    let severity = span(Ink::of(header.severity.tone()), format!(" {} ", header.severity.as_str()));
    canvas.hang(0, &[sign(Tone::Bad), severity], Ink::Bold, &flow(&header.title));
    let rate = rate(counts.fail, counts.total() - counts.not_applicable, "fails", "fail");
    canvas.line(4, &[dim(format!("{} · ", header.id)), plain(rate)]);
    for finding in index.shown(header, SUBJECTS).iter().filter(|it| it.outcome == Outcome::Fail) {
        let id = finding.id(&index.report).map(|id| id.to_string()).unwrap_or_default();
        let subject = value(finding.subject(&index.report));
        let message = if finding.message().is_empty() { String::new() } else { format!(" — {}", value(finding.message())) };
        canvas.hang(4, &[dim(format!("{id} "))], Ink::Plain, &format!("{subject}{message}"));
    }
    if counts.fail > SUBJECTS {
        let place = index.rest_is_in(&format!("engine finding list --rule {}", header.id));
        canvas.line(4, &[dim(format!("… and {} more: {place}", count(counts.fail - SUBJECTS)))]);
    }
    canvas.hang(4, &[bold("Fix: ")], Ink::Plain, &flow(&header.remediation));
    touched(index, canvas, header);
}

fn touched(index: &Index<'_>, canvas: &mut Canvas<'_>, header: &RuleHeader) {
    let controls: Vec<_> = header.controls.iter().collect();
    let names: Vec<_> = controls.iter().map(|id| id.as_str()).collect();
    let requirements = index.touched_by_all(&controls);
    let text = format!("{} → {}", few(&names, 4), few_requirements(&requirements, 6));
    canvas.hang(4, &[dim("Touches ")], Ink::Dim, &text);
}

/// The first few requirements: of every framework at least one, as far as there is room.
pub(super) fn few_requirements(ids: &[&RequirementId], most: usize) -> String {
    if ids.is_empty() {
        return "no requirement in this report".to_owned();
    }
    let mut rank = std::collections::BTreeMap::new();
    let mut ranked: Vec<_> = ids
        .iter()
        .map(|id| {
            let n = rank.entry(id.framework()).or_insert(0_usize);
            *n += 1;
            (*n, *id)
        })
        .collect();
    ranked.sort();
    let text: Vec<_> = ranked.into_iter().map(|(_, id)| id.as_str()).collect();
    few(&text, most)
}

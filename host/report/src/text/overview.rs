//! The first and the last lines of the report: what it is, how the frameworks stand, what passed, how the run ended.
//!
//! Takes an [`Index`] and draws. Never names a finding.

use model::{CollectorStatus, ControlStatus, FrameworkAssessment, RequirementStatus, Summary};

use super::canvas::{Canvas, Ink, Span, bold, dim, left, plain, right, sign, span};
use super::fails::few_requirements;
use crate::index::Index;
use crate::statement::{EXAMPLE, EXAMPLE_MEANS, statement};
use crate::words::{self, Told as _, Tone, counted, few, tally};

/// The statement, the run, and the collectors that did not end well.
pub(super) fn head(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let report = &index.report;
    let run = report.run;
    if report.is_example {
        canvas.hang(0, &[bold(EXAMPLE), plain(" · ")], Ink::Plain, EXAMPLE_MEANS);
    }
    canvas.paragraph(0, Ink::Bold, &statement(report.facts));
    canvas.blank();
    let facts = counted(report.facts.facts().len(), "fact", "facts");
    let collectors = counted(run.collectors.len(), "collector", "collectors");
    canvas.paragraph(
        0,
        Ink::Plain,
        &format!(
            "Run {} · started {} · {} clock · engine {} · {facts} from {collectors} · {}",
            run.id,
            run.started_at,
            words::clock(run.clock),
            run.engine_version,
            counted(report.rules.len(), "rule", "rules"),
        ),
    );
    if let Some(it) = report.engagement {
        let when = if it.from == it.to { format!("at {}", it.from) } else { format!("from {} to {}", it.from, it.to) };
        canvas.hang(0, &[plain("Engagement ")], Ink::Plain, &format!("{} · {} · {when}", it.id, it.title));
    }
    let ended_badly: Vec<_> = run.collectors.iter().filter(|it| it.status != CollectorStatus::Ok).collect();
    if !ended_badly.is_empty() {
        let names: Vec<_> = ended_badly.iter().map(|it| it.name.as_str()).collect();
        let did = counted(names.len(), "collector did not end well", "collectors did not end well");
        canvas.hang(0, &[sign(Tone::Unsure), plain(format!(" {did}: "))], Ink::Plain, &few(&names, 4));
    }
}

/// The least width at which the frameworks stand in a table.
const TABLE_WIDTH: usize = 80;

/// Each framework's leaves by status, with a bar where there is room.
pub(super) fn frameworks(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    canvas.heading("Frameworks", "leaf requirements by status");
    let shown: Vec<_> = index.report.assessment.frameworks.iter().take(8).collect();
    if canvas.width() < TABLE_WIDTH {
        for it in shown {
            let counts: Vec<_> =
                tally(&it.summary).map(|(status, n)| format!("{n} {} {}", status.tone().sign(), status.words())).collect();
            let text = format!("{}: {}", in_scope(&it.summary), counts.join(", "));
            canvas.hang(2, &[bold(it.id.as_str()), plain(" ")], Ink::Plain, &text);
        }
        return;
    }
    let has_other = shown.iter().any(|it| other(&it.summary).iter().any(|n| *n > 0));
    let mut columns = vec![left(""), right("✗ deviate"), right("? unknown"), right("◐ partly"), right("✓ supported")];
    columns.extend(has_other.then(|| right("other")));
    columns.extend([right("– uncovered"), right("in scope")]);
    let numbers = if has_other { 75 } else { 68 };
    let title = |it: &FrameworkAssessment| {
        index.report.catalog.frameworks.get(&it.id).map_or_else(|| it.id.to_string(), |of| of.title.clone())
    };
    let widest = |names: &[String]| names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let titles: Vec<_> = shown.iter().map(|it| title(it)).collect();
    let ids: Vec<_> = shown.iter().map(|it| it.id.to_string()).collect();
    let names = if widest(&titles) + numbers + 2 <= canvas.width() { titles } else { ids };
    let room = canvas.width().saturating_sub(widest(&names) + numbers + 4);
    let bar = (room >= 12).then(|| room.min(40));
    columns.extend(bar.map(|_| left("")));
    let rows = shown.iter().zip(names).map(|(it, name)| row(&it.summary, name, has_other, bar));
    canvas.table(2, &columns, &rows.collect::<Vec<_>>());
    if has_other {
        let words = ["attested", "carved out", "not applicable"].into_iter().enumerate().filter_map(|(at, word)| {
            let n: u32 = shown.iter().filter_map(|it| other(&it.summary).get(at).copied()).sum();
            (n > 0).then(|| format!("{n} {word}"))
        });
        canvas.line(2, &[dim(format!("other: {}", words.collect::<Vec<_>>().join(", ")))]);
    }
}

/// The counts that share a column: attested, carved out, not applicable.
fn other(it: &Summary) -> [u32; 3] {
    [it.attested, it.carved_out, it.not_applicable]
}

fn in_scope(it: &Summary) -> String {
    if it.out_of_scope > 0 { format!("{} of {}", it.total, it.catalog_total) } else { it.total.to_string() }
}

fn row(sum: &Summary, name: String, has_other: bool, bar: Option<usize>) -> Vec<Span<'static>> {
    let cell = |n: u32, tone: Tone| span(if n == 0 { Ink::Dim } else { Ink::of(tone) }, n.to_string());
    let mut row = vec![
        bold(name),
        cell(sum.deviations, Tone::Bad),
        cell(sum.unknown, Tone::Unsure),
        cell(sum.partly_supported, Tone::Part),
        cell(sum.supported, Tone::Good),
    ];
    row.extend(has_other.then(|| cell(other(sum).iter().sum(), Tone::Quiet)));
    row.push(cell(sum.uncovered, Tone::Quiet));
    row.push(plain(in_scope(sum)));
    row.extend(bar.map(|width| plain(bar_of(sum, width))));
    row
}

/// A bar of signs: every status that occurs has at least one.
fn bar_of(summary: &Summary, width: usize) -> String {
    let parts: Vec<_> = tally(summary).map(|(status, n)| (status.tone(), n as usize)).collect();
    let total: usize = parts.iter().map(|(_, n)| n).sum();
    if total == 0 {
        return String::new();
    }
    let mut sizes: Vec<usize> = parts.iter().map(|(_, n)| (n * width / total).max(1)).collect();
    // Rounding is settled at the largest part, where it shows least.
    let sum: usize = sizes.iter().sum();
    if let Some(largest) = sizes.iter_mut().max_by_key(|size| **size) {
        *largest = (*largest + width).saturating_sub(sum).max(1);
    }
    parts.iter().zip(sizes).map(|((tone, _), size)| if *tone == Tone::Quiet { "·" } else { tone.sign() }.repeat(size)).collect()
}

/// What passed, briefly.
pub(super) fn passed(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let report = &index.report;
    let of = |status: ControlStatus| report.assessment.controls.iter().filter(move |it| it.status == status);
    let passing: Vec<_> = of(ControlStatus::Passing).collect();
    let total = report.assessment.controls.len();
    canvas.heading(
        "What passed",
        &format!(
            "{} of {} {}",
            passing.len(),
            counted(total, "control", "controls"),
            if passing.len() == 1 { "passes" } else { "pass" }
        ),
    );
    let items: Vec<_> =
        passing.iter().map(|it| format!("{} {} of {}", it.id, it.population.pass, it.population.assessed)).collect();
    if !items.is_empty() {
        canvas.hang(2, &[sign(Tone::Good), plain(" ")], Ink::Plain, &few(&items, 12));
    }
    for (reason, ids) in index.answered_elsewhere(RequirementStatus::CarvedOut).iter().take(5) {
        canvas.hang(2, &[sign(Tone::Good), plain(" ")], Ink::Plain, &format!("{reason} ({})", few_requirements(ids, 6)));
    }
    for (status, lead) in [
        (ControlStatus::Attested, "attested by a person only"),
        (ControlStatus::Open, "open, within their time limit"),
        (ControlStatus::NotApplicable, "concern no subject"),
        (ControlStatus::NoOccurrences, "had no occurrence"),
        (ControlStatus::Untested, "not tested by any rule with evidence"),
    ] {
        let ids: Vec<_> = of(status).map(|it| it.id.as_str()).collect();
        if !ids.is_empty() {
            let before = [sign(status.tone()), plain(format!(" {} {lead}: ", ids.len()))];
            canvas.hang(2, &before, Ink::Dim, &few(&ids, 4));
        }
    }
}

/// How the run ended, and what to do next.
pub(super) fn exit(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let report = &index.report;
    let exit = &report.run.exit;
    let tone = match exit.code {
        0 => Tone::Good,
        1 => Tone::Bad,
        _ => Tone::Unsure,
    };
    canvas.blank();
    canvas.hang(0, &[sign(tone), bold(format!(" Exit {}: ", exit.code))], Ink::Plain, &exit.reason);
    canvas.line(0, &[dim(format!("Content {}", crate::json::digest_of(index)))]);
    if report.is_example {
        canvas.blank();
        let company = vec![plain("engine init --example fjordlight"), dim("this company as files, to try every command on")];
        let machine = vec![plain("engine eval"), dim("this machine, as it is")];
        canvas.table(2, &[left(""), left("")], &[company, machine]);
        return;
    }
    let all = report.assessment.frameworks.iter().flat_map(|it| &it.requirements);
    let leaves = all.filter(|it| index.requirement(&it.id).is_some_and(|(of, _)| of.leaf));
    let Some(worst) = leaves.min_by_key(|it| it.status.tone()) else { return };
    // A shell would read the brackets.
    let example = if worst.id.as_str().contains('(') { format!("'{}'", worst.id) } else { worst.id.to_string() };
    canvas.blank();
    canvas.table(
        2,
        &[left(""), left("")],
        &[
            vec![plain(format!("engine explain {example}")), dim("why, down to the evidence")],
            vec![plain("engine report -o report.html"), dim("everything, to read and to hand on")],
        ],
    );
}

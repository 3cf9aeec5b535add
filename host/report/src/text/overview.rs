//! The first and the last lines of the report: what it is, how the frameworks stand, what passed, how the run ended.
//!
//! Takes an [`Index`] and draws. Never names a finding.

use model::{CollectorStatus, ControlStatus, Summary};

use super::canvas::{Canvas, Ink, bold, dim, left, plain, right, sign, span};
use crate::index::Index;
use crate::statement;
use crate::words::{self, Told as _, Tone, count, counted, few, tally};

/// The statement, the run, and the collectors that did not end well.
pub(super) fn head(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let report = &index.report;
    let run = report.run;
    canvas.paragraph(0, Ink::Bold, &statement(report.facts));
    canvas.blank();
    let facts = counted(report.facts.facts().len(), "fact", "facts");
    let collectors = counted(run.collectors.len(), "collector", "collectors");
    canvas.hang(
        0,
        &[plain(format!("Run {}", run.id))],
        Ink::Plain,
        &format!(
            " · started {} · {} clock · engine {} · {facts} from {collectors} · {}",
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
    for it in ended_badly.iter().take(3) {
        let before = [sign(Tone::Unsure), plain(format!(" collector {} {}: ", it.name, it.status.words()))];
        canvas.hang(0, &before, Ink::Plain, &it.message);
    }
    if ended_badly.len() > 3 {
        canvas.line(0, &[dim(format!("… and {} more collectors that did not end well", count(ended_badly.len() - 3)))]);
    }
}

/// Each framework's leaves by status, with a bar.
pub(super) fn frameworks(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let report = &index.report;
    canvas.heading("Frameworks", "leaf requirements by status");
    let shown: Vec<_> = report.assessment.frameworks.iter().take(8).collect();
    let other = |it: &Summary| it.attested + it.carved_out + it.not_applicable;
    let has_other = shown.iter().any(|it| other(&it.summary) > 0);
    let mut columns = vec![left(""), right("✗ deviate"), right("? unknown"), right("◐ partly"), right("✓ supported")];
    if has_other {
        columns.push(right("other"));
    }
    columns.extend([right("– uncovered"), right("in scope")]);
    let titles: Vec<_> = shown
        .iter()
        .map(|it| report.catalog.frameworks.get(&it.id).map_or(it.id.as_str(), |of| of.title.as_str()))
        .collect();
    let numbers = if has_other { 68 } else { 61 };
    let fits = titles.iter().all(|title| title.chars().count() + numbers + 2 <= canvas.width());
    let room = canvas.width().saturating_sub(numbers + 2 + if fits { titles.iter().map(|it| it.len()).max().unwrap_or(0) } else { 9 });
    let bar = (room >= 14).then(|| room.saturating_sub(2).min(40));
    if bar.is_some() {
        columns.push(left(""));
    }
    let rows: Vec<_> = shown
        .iter()
        .zip(&titles)
        .map(|(it, title)| {
            let sum = &it.summary;
            let cell = |n: u32, tone: Tone| span(if n == 0 { Ink::Dim } else { Ink::of(tone) }, n.to_string());
            let mut row = vec![
                bold(if fits { *title } else { it.id.as_str() }),
                cell(sum.deviations, Tone::Bad),
                cell(sum.unknown, Tone::Unsure),
                cell(sum.partly_supported, Tone::Part),
                cell(sum.supported, Tone::Good),
            ];
            if has_other {
                row.push(cell(other(sum), Tone::Quiet));
            }
            row.push(cell(sum.uncovered, Tone::Quiet));
            row.push(plain(if sum.out_of_scope > 0 {
                format!("{} of {}", sum.total, sum.catalog_total)
            } else {
                sum.total.to_string()
            }));
            if let Some(width) = bar {
                row.push(plain(bar_of(sum, width)));
            }
            row
        })
        .collect();
    canvas.table(2, &columns, &rows);
    if has_other {
        let words: Vec<_> = [
            ("attested", shown.iter().map(|it| it.summary.attested).sum::<u32>()),
            ("carved out", shown.iter().map(|it| it.summary.carved_out).sum()),
            ("not applicable", shown.iter().map(|it| it.summary.not_applicable).sum()),
        ]
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(word, n)| format!("{n} {word}"))
        .collect();
        canvas.line(2, &[dim(format!("other: {}", words.join(", ")))]);
    }
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
    canvas.heading("What passed", &format!("{} of {} pass", passing.len(), counted(total, "control", "controls")));
    let items: Vec<_> =
        passing.iter().map(|it| format!("{} {} of {}", it.id, it.population.pass, it.population.assessed)).collect();
    if !items.is_empty() {
        canvas.hang(2, &[sign(Tone::Good), plain(" ")], Ink::Plain, &few(&items, 12));
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
    let worst = report.assessment.frameworks.iter().flat_map(|it| &it.requirements).filter(|it| {
        index.requirement(&it.id).is_some_and(|(of, _)| of.leaf) && matches!(it.status.tone(), Tone::Bad | Tone::Unsure)
    });
    let example = worst.min_by_key(|it| it.status.tone()).map_or("soc2:CC6.1".to_owned(), |it| it.id.to_string());
    let quoted = if example.contains('(') { format!("'{example}'") } else { example };
    canvas.blank();
    canvas.table(
        2,
        &[left(""), left("")],
        &[
            vec![plain(format!("engine explain {quoted}")), dim("why, down to the evidence")],
            vec![plain("engine report -o report.html"), dim("everything, to read and to hand on")],
        ],
    );
}

//! The report as Markdown, for a comment on a change or a file.
//!
//! Takes a [`Report`] and writes the frameworks, what fails with its fix, which collectors failed, and what is unknown and why; long lists are cut
//! with their counts. Values stand in code spans, where nothing in them acts: no link, mention, heading or HTML comes of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use model::{Gap, Outcome, RequirementStatus};

use crate::failed::{FailedCollector, failed};
use crate::gap::{gap_fix, gap_meaning};
use crate::index::Index;
use crate::inert::{VALUE_LIMIT, cut, flow};
use crate::words::{Told as _, count, counted, rate, tally};
use crate::{Report, statement};

/// The most bytes of a section: three of them, the one of collectors and the rest stay below the 65,536 characters that GitHub
/// takes as a comment (its API refuses a longer `body`).
const SECTION: usize = 16_000;

/// The most bytes of the section of collectors.
const COLLECTORS: usize = 6_000;

/// How many subjects or gaps are named.
const NAMED: usize = 5;

/// Writes the report as Markdown, at most some 60,000 characters whatever the run.
///
/// # Errors
/// Whatever the writer fails with.
pub fn markdown(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    writeln!(out, "## Monitoring report {}\n\n*{}*\n", report.run.id, prose(&statement(report.facts), 400))?;
    let exit = &report.run.exit;
    let sign = match exit.code {
        0 => "✓",
        1 => "✗",
        _ => "?",
    };
    writeln!(out, "{sign} Exit code {}: {}\n", exit.code, prose(&exit.reason, 1_000))?;
    frameworks(&index, out)?;
    section(out, "What fails", "Nothing: no rule found a failure in the evidence of this run.", SECTION, failing(&index))?;
    let failed = failed(&index);
    if !failed.is_empty() {
        section(out, "Collectors that failed", "", COLLECTORS, failed.iter().map(collector))?;
    }
    section(out, "What is unknown, and why", "Nothing: all evidence that was expected came.", SECTION, unknown(&index))?;
    if !report.operator_changes.is_empty() {
        let changes = report.operator_changes.iter();
        let changes = changes.map(|it| format!("- {}: {}\n", code(&it.subject), prose(&it.change, VALUE_LIMIT)));
        section(out, "What the operator changed", "", SECTION, changes)?;
    }
    Ok(())
}

fn frameworks(index: &Index<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| Framework | In scope | Leaf requirements by status |\n|---|--:|---|")?;
    for it in index.report.assessment.frameworks.iter().take(20) {
        let title = index.report.catalog.frameworks.get(&it.id).map_or(it.id.as_str(), |of| of.title.as_str());
        let counts: Vec<_> =
            tally(&it.summary).map(|(status, n)| format!("{} {n} {}", status.tone().sign(), status.words())).collect();
        let title = prose(title, 80).replace('|', "\\|");
        writeln!(out, "| {title} | {} of {} | {} |", it.summary.total, it.summary.catalog_total, counts.join(", "))?;
    }
    writeln!(out)
}

/// A heading and as many blocks as find room; the rest is counted.
fn section(out: &mut dyn Write, title: &str, none: &str, most: usize, blocks: impl Iterator<Item = String>) -> io::Result<()> {
    writeln!(out, "### {title}\n")?;
    let (mut room, mut any, mut left) = (most, false, 0_usize);
    for block in blocks {
        any = true;
        match room.checked_sub(block.len()).filter(|_| left == 0) {
            Some(rest) => {
                room = rest;
                out.write_all(block.as_bytes())?;
            }
            None => left += 1,
        }
    }
    if left > 0 {
        writeln!(out, "- … and {} more: `engine report -o report.html`", count(left))?;
    }
    if !any {
        writeln!(out, "{none}")?;
    }
    writeln!(out)
}

fn failing<'i>(index: &'i Index<'_>) -> impl Iterator<Item = String> + 'i {
    index.rules_by_severity().into_iter().filter(|(_, counts)| counts.fail > 0).map(|(header, counts)| {
        let tested = counts.total() - counts.not_applicable;
        let mut block = format!(
            "- ✗ {}: {}, {} ({})\n",
            header.severity.as_str(),
            prose(&header.title, VALUE_LIMIT),
            rate(counts.fail, tested, "fails", "fail"),
            code(header.id.as_str())
        );
        for finding in index.shown(header, NAMED).iter().filter(|it| it.outcome == Outcome::Fail) {
            let subject = code(finding.subject(&index.report));
            _ = writeln!(block, "  - {subject}: {}", code(finding.message()));
        }
        if counts.fail > NAMED {
            _ = writeln!(block, "  - … and {} more", count(counts.fail - NAMED));
        }
        _ = writeln!(block, "  - Fix: {}", prose(&header.remediation, 1_000));
        let controls: Vec<_> = header.controls.iter().collect();
        let touched = index.touched_by_all(&controls);
        if !touched.is_empty() {
            let first: Vec<_> = touched.iter().take(8).map(|id| code(id.as_str())).collect();
            let more = touched.len() - first.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            _ = writeln!(block, "  - Requirements: {}{more}", first.join(", "));
        }
        block
    })
}

fn collector(it: &FailedCollector<'_>) -> String {
    let (name, reason, said) = (code(it.name.as_str()), code(it.code.as_str()), code(it.message));
    let mut block = format!("- ? Collector {name} {} ({reason}): {said}\n  - Fix: {}\n", it.how.words(), prose(it.fix, 1_000));
    for (framework, leaves) in &it.unknown {
        let first: Vec<_> = leaves.iter().take(8).map(|id| code(id.local())).collect();
        let more = leaves.len() - first.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        _ = writeln!(block, "  - Unknown because of it, {}: {}{more}", code(framework.as_str()), first.join(", "));
    }
    if it.unknown.is_empty() {
        block.push_str("  - No requirement in scope is unknown because of it\n");
    }
    block
}

fn unknown<'i>(index: &'i Index<'_>) -> impl Iterator<Item = String> + 'i {
    let mut codes: BTreeMap<_, Vec<&Gap>> = BTreeMap::new();
    for gap in index.report.facts.gaps() {
        codes.entry(&gap.code).or_default().push(gap);
    }
    let gaps = codes.into_iter().map(|(reason, gaps)| {
        let mut block =
            format!("- ? {}, {}: {}\n", code(reason.as_str()), counted(gaps.len(), "gap", "gaps"), gap_meaning(reason));
        for gap in gaps.iter().take(NAMED) {
            let about = gap.subject.as_ref().map(|it| format!(" about {}", code(it.as_str()))).unwrap_or_default();
            let (kind, scope) = (code(gap.kind.as_str()), code(gap.scope.as_str()));
            _ = writeln!(block, "  - {kind} in {scope}{about}: {}", code(&gap.message));
        }
        if gaps.len() > NAMED {
            _ = writeln!(block, "  - … and {} more", count(gaps.len() - NAMED));
        }
        _ = writeln!(block, "  - Fix: {}", prose(gap_fix(reason), 1_000));
        block
    });
    let unanswered = index.answered_elsewhere(RequirementStatus::Unknown);
    let unanswered = unanswered.into_iter().map(|(reason, ids)| {
        let ids: Vec<_> = ids.iter().take(8).map(|id| code(id.as_str())).collect();
        format!("- ? {}: {}\n", prose(reason, VALUE_LIMIT), ids.join(", "))
    });
    let rules = index.rules_by_severity().into_iter().filter(|(_, counts)| counts.inconclusive > 0).map(|(header, counts)| {
        let first = index.findings_of(header, |it| it == Outcome::Inconclusive).next();
        let said = first.map(|it| format!(", such as {}: {}", code(it.subject(&index.report)), code(it.message())));
        let tested = count(counts.total() - counts.not_applicable);
        let said = said.unwrap_or_default();
        format!("- ? {}: {} of {tested} could not be told{said}\n", code(header.id.as_str()), count(counts.inconclusive))
    });
    gaps.chain(unanswered).chain(rules)
}

/// The longest run of backticks that stands as it is: readers take a run that is longer than their limit (80 in the parser of
/// GitHub) for no delimiter at all.
const TICKS: usize = 16;

/// A value: a code span that no run of backticks in it can end.
fn code(text: &str) -> String {
    let shown = cut(text, VALUE_LIMIT);
    if shown.trim().is_empty() {
        return "(nothing)".to_owned();
    }
    let mut longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let shown = if longest > TICKS {
        longest = 0;
        Cow::Owned(shown.replace('`', "\\u{60}"))
    } else {
        shown
    };
    let ticks = "`".repeat(longest + 1);
    // A reader takes one space off where there is one at both ends.
    let is_spaced = shown.starts_with(' ') && shown.ends_with(' ');
    let space = if is_spaced || shown.starts_with('`') || shown.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{shown}{space}{ticks}")
}

/// Text of an author on one line: what stands between backticks is code, and so is every word that could act.
fn prose(text: &str, limit: usize) -> String {
    let text = flow(text);
    let shown = cut(&text, limit);
    let is_paired = shown.matches('`').count().is_multiple_of(2);
    let mut words = Vec::new();
    for (at, part) in shown.split('`').enumerate() {
        if is_paired && at % 2 == 1 {
            words.push(code(part));
        } else {
            words.extend(part.split_whitespace().map(|word| if is_plain(word) { word.to_owned() } else { code(word) }));
        }
    }
    words.join(" ")
}

/// Whether nothing in a word means anything in Markdown or to those who extend it.
fn is_plain(word: &str) -> bool {
    let inner = word.strip_suffix(':').unwrap_or(word);
    let has_plain = inner.chars().all(|c| {
        c.is_alphanumeric()
            || matches!(c, '.' | ',' | ';' | '\'' | '"' | '(' | ')' | '/' | '?' | '%' | '–' | '—' | '…' | '-' | '’')
    });
    has_plain && !inner.to_ascii_lowercase().contains("www.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the delimiter is longer than a reader takes, what stands in it would be Markdown.
    #[test]
    fn no_run_of_backticks_is_longer_than_readers_take() {
        for count in [1, 16, 17, 200, 100_000] {
            let shown = code(&format!("<b>{}|", "`".repeat(count)));
            let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
            assert!((1..=TICKS + 1).contains(&longest), "{count}: {longest}");
        }
    }
}

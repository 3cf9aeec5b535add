//! The report as one table for a spreadsheet.
//!
//! Takes a [`Report`] and writes a row for the run, for each collector that failed, for each leaf requirement,
//! finding, gap and change of the operator. Every cell is guarded, so that none is a formula. Never sums anything up.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::failed::failed;
use crate::index::Index;
use crate::inert::flow;
use crate::json::{Findings, LISTED, listed};
use crate::words::{Told as _, counted};
use crate::{Report, guard, row, statement};

/// The columns, in order.
const COLUMNS: [&str; 15] = [
    "record",
    "id",
    "status",
    "severity",
    "title",
    "subject",
    "scope",
    "collector",
    "kind",
    "message",
    "fix",
    "controls",
    "requirements",
    "since",
    "evidence",
];

/// One row; what does not concern a record is empty.
#[derive(Default)]
struct Row<'a> {
    record: &'static str,
    id: Cow<'a, str>,
    status: &'a str,
    severity: &'a str,
    title: Cow<'a, str>,
    subject: &'a str,
    scope: &'a str,
    collector: &'a str,
    kind: &'a str,
    message: Cow<'a, str>,
    fix: Cow<'a, str>,
    controls: String,
    requirements: String,
    since: String,
    evidence: String,
}

impl Row<'_> {
    fn write(self, out: &mut dyn Write) -> io::Result<()> {
        let line = guard::line([
            Cow::Borrowed(self.record),
            self.id,
            self.status.into(),
            self.severity.into(),
            self.title,
            self.subject.into(),
            self.scope.into(),
            self.collector.into(),
            self.kind.into(),
            self.message,
            self.fix,
            self.controls.into(),
            self.requirements.into(),
            self.since.into(),
            self.evidence.into(),
        ]);
        out.write_all(line.as_bytes())
    }
}

/// Writes the report as CSV (RFC 4180): a head, then one record a row.
///
/// # Errors
/// Whatever the writer fails with.
pub fn csv(report: &Report<'_>, out: &mut dyn Write, findings: Findings) -> io::Result<()> {
    let index = Index::of(report);
    out.write_all(guard::line(COLUMNS.map(Cow::Borrowed)).as_bytes())?;
    run(&index, out)?;
    requirements(&index, out)?;
    for finding in listed(&index, findings) {
        let it = row::finding(&index, &finding);
        Row {
            record: "finding",
            id: it.id.into(),
            status: it.outcome,
            severity: it.severity,
            title: flow(&finding.header.title).into(),
            subject: it.subject,
            scope: it.scope,
            collector: it.collector,
            kind: it.kind,
            message: it.message.into(),
            fix: flow(it.remediation).into(),
            controls: it.controls.join(" "),
            requirements: it.requirements.join(" "),
            since: it.first_failed_at.unwrap_or_default(),
            evidence: it.evidence.join(" "),
        }
        .write(out)?;
    }
    omitted(&index, out, findings)?;
    gaps(&index, out)
}

fn run(index: &Index<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = &index.report;
    let status = match report.run.exit.code {
        0 => "pass",
        1 => "fail",
        _ => "unknown",
    };
    let (id, title) = (report.run.id.to_string().into(), statement(report.facts).into());
    let message = report.run.exit.reason.as_str().into();
    Row { record: "run", id, status, title, message, since: report.run.started_at.to_string(), ..Row::default() }.write(out)?;
    for it in failed(index) {
        let unknown: Vec<_> = it.unknown.values().flatten().map(|id| id.as_str()).collect();
        Row {
            record: "collector",
            id: it.name.as_str().into(),
            status: it.how.words(),
            title: it.code.as_str().into(),
            message: it.message.into(),
            fix: it.fix.into(),
            requirements: unknown.join(" "),
            ..Row::default()
        }
        .write(out)?;
    }
    for it in report.operator_changes {
        let (title, message) = (it.subject.as_str().into(), it.change.as_str().into());
        Row { record: "change", title, message, ..Row::default() }.write(out)?;
    }
    Ok(())
}

fn requirements(index: &Index<'_>, out: &mut dyn Write) -> io::Result<()> {
    for it in index.report.assessment.frameworks.iter().flat_map(|it| &it.requirements) {
        let Some((of, it)) = index.requirement(&it.id).filter(|(of, _)| of.leaf) else { continue };
        let controls = it.aspects.iter().flat_map(|aspect| &aspect.controls).map(AsRef::as_ref);
        let controls: std::collections::BTreeSet<&str> = controls.collect();
        Row {
            record: "requirement",
            id: it.id.as_str().into(),
            status: it.status.as_str(),
            title: flow(&of.title).into(),
            message: flow(&it.reason).into(),
            controls: controls.into_iter().collect::<Vec<_>>().join(" "),
            ..Row::default()
        }
        .write(out)?;
    }
    Ok(())
}

/// Says of each rule how many findings that do not pass have no row.
fn omitted(index: &Index<'_>, out: &mut dyn Write, findings: Findings) -> io::Result<()> {
    if findings == Findings::All {
        return Ok(());
    }
    for header in index.rules() {
        let counts = index.counts(&header.id);
        let left = (counts.fail + counts.inconclusive).saturating_sub(LISTED);
        if left > 0 {
            let message = format!("{} of this rule not listed: --findings all", counted(left, "finding", "findings")).into();
            let severity = header.severity.as_str();
            Row { record: "omitted", id: header.id.as_str().into(), severity, message, ..Row::default() }.write(out)?;
        }
    }
    Ok(())
}

fn gaps(index: &Index<'_>, out: &mut dyn Write) -> io::Result<()> {
    for gap in index.report.facts.gaps() {
        let it = row::gap(index, gap);
        Row {
            record: "gap",
            id: it.code.into(),
            status: "unknown",
            subject: it.subject.unwrap_or_default(),
            scope: it.scope,
            collector: it.collector,
            kind: it.kind,
            message: it.message.into(),
            fix: it.fix.into(),
            controls: it.controls.join(" "),
            requirements: it.requirements.join(" "),
            ..Row::default()
        }
        .write(out)?;
    }
    Ok(())
}

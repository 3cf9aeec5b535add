//! What to fix first: as JSON and as a table for a spreadsheet, and the words that every form of it shares.
//!
//! Takes a [`Report`] with the [`Plan`] that was made of it and writes. Never orders and never counts: both are the plan's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use model::{Fix, Further, Outcome, Plan, Remedy, RequirementId};
use serde::Serialize;

use crate::gap::gap_fix;
use crate::index::Index;
use crate::inert::flow;
use crate::json::write_inert;
use crate::{Report, guard, statement};

/// A fix in words: what it is, and what a person does. Both may hold values that others chose.
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) how: String,
}

impl Words {
    pub(crate) fn of(index: &Index<'_>, fix: &Fix) -> Self {
        match &fix.remedy {
            Remedy::Mend { rule } => {
                let header = index.rule(rule);
                Self {
                    title: header.map_or_else(|| rule.to_string(), |it| flow(&it.title)),
                    how: header.map(|it| flow(&it.remediation)).unwrap_or_default(),
                }
            }
            Remedy::Close { collector, code, message, .. } => Self {
                title: if message.is_empty() {
                    format!("Evidence of `{collector}` is not there ({code})")
                } else {
                    format!("Evidence of `{collector}` is not there ({code}): {message}")
                },
                how: gap_fix(code).to_owned(),
            },
            Remedy::Give { collector, kind, field, reason } => Self {
                title: format!("`{field}` of {kind} was not collected by `{collector}`"),
                how: match reason.as_str() {
                    "" => "The collector says no reason: look whether its source has it and its grant allows it; in given facts, add the field.".to_owned(),
                    reason => format!("The collector says: {reason}"),
                },
            },
            Remedy::Refresh { collector, kind } => Self {
                title: format!("{kind} of `{collector}` is older than the rules allow"),
                how: "Collect it again: `engine eval`; for given facts, export them again with a true `observed_at`.".to_owned(),
            },
            Remedy::Rely { organisation, reasons } => Self {
                title: format!("{organisation} is to answer for requirements, and its report may not be relied on: {}", reasons.join("; ")),
                how: "Get its current report, and a bridge letter where a new one is not due; review it, judge its deviations, map the controls that it expects of you, and write all that into the register of reports. Or take the `[[carve_out]]` out of engine.toml and show the requirements yourself.".to_owned(),
            },
            Remedy::Attest { control } => Self {
                title: format!("The attestation of {control} ran out, and nothing tests it"),
                how: "Have somebody who knows state it again, withdraw it, or let a rule test the control.".to_owned(),
            },
            Remedy::Settle { rule } => Self::unsettled(index, rule),
        }
    }

    fn unsettled(index: &Index<'_>, rule: &model::RuleId) -> Self {
        let header = index.rule(rule);
        let first = header.and_then(|it| index.findings_of(it, |outcome| outcome == Outcome::Inconclusive).next());
        let said = first.map(|it| it.message().to_owned()).unwrap_or_default();
        Self {
            title: format!("Could not be told: {}", header.map_or_else(|| rule.to_string(), |it| flow(&it.title))),
            how: if said.is_empty() {
                "`engine explain` shows what the rule saw.".to_owned()
            } else {
                format!("The rule says: {said}")
            },
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    statement: String,
    run: RunRow<'a>,
    /// Leaves in scope.
    deviations: usize,
    unknown: usize,
    fixes: Vec<FixRow<'a>>,
    further: Vec<FurtherRow<'a>>,
}

#[derive(Serialize)]
struct RunRow<'a> {
    id: String,
    started_at: String,
    engine_version: &'a str,
}

#[derive(Serialize)]
struct FixRow<'a> {
    rank: usize,
    sort: &'static str,
    title: String,
    fix: String,
    severity: Option<&'static str>,
    subjects: u64,
    unlocks: Vec<&'a str>,
    frameworks: usize,
    touches: Vec<&'a str>,
    together: usize,
    rules: Vec<&'a str>,
    controls: Vec<&'a str>,
}

#[derive(Serialize)]
struct FurtherRow<'a> {
    collector: &'a str,
    basis: &'static str,
    leaves: BTreeMap<&'a str, Vec<&'a str>>,
}

/// Writes the plan as one JSON object, and a line end.
///
/// # Errors
/// Whatever the writer fails with.
pub fn plan_json(report: &Report<'_>, plan: &Plan, further: &[Further], out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    let run = report.run;
    let document = Document {
        statement: statement(report.facts),
        run: RunRow { id: run.id.to_string(), started_at: run.started_at.to_string(), engine_version: &run.engine_version },
        deviations: plan.deviating,
        unknown: plan.unknown,
        fixes: plan.fixes.iter().enumerate().map(|(at, fix)| row(&index, at + 1, fix)).collect(),
        further: further.iter().map(further_row).collect(),
    };
    write_inert(&document, out)?;
    out.write_all(b"\n")
}

fn ids(ids: &[RequirementId]) -> Vec<&str> {
    ids.iter().map(RequirementId::as_str).collect()
}

fn row<'a>(index: &Index<'_>, rank: usize, fix: &'a Fix) -> FixRow<'a> {
    let Words { title, how } = Words::of(index, fix);
    FixRow {
        rank,
        sort: fix.remedy.as_str(),
        title,
        fix: how,
        severity: fix.severity.map(model::Severity::as_str),
        subjects: fix.subject_count,
        unlocks: ids(&fix.unlocks),
        frameworks: fix.framework_count(),
        touches: ids(&fix.touches),
        together: fix.together,
        rules: fix.rules.iter().map(model::RuleId::as_str).collect(),
        controls: fix.controls.iter().map(model::ControlId::as_str).collect(),
    }
}

fn further_row(it: &Further) -> FurtherRow<'_> {
    let leaves = it.leaves.iter().map(|(framework, leaves)| (framework.as_str(), ids(leaves)));
    FurtherRow { collector: &it.name, basis: it.basis.as_str(), leaves: leaves.collect() }
}

/// The columns of the table.
const COLUMNS: [&str; 13] = [
    "rank",
    "sort",
    "severity",
    "title",
    "fix",
    "subjects",
    "unlocks",
    "frameworks",
    "touches",
    "together",
    "unlocked requirements",
    "rules",
    "controls",
];

/// Writes the fixes as a table for a spreadsheet, in which no cell is a formula.
///
/// # Errors
/// Whatever the writer fails with.
pub fn plan_csv(report: &Report<'_>, plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    out.write_all(guard::line(COLUMNS.map(Cow::Borrowed)).as_bytes())?;
    for (at, fix) in plan.fixes.iter().enumerate() {
        let row = row(&index, at + 1, fix);
        let cells = [
            row.rank.to_string(),
            row.sort.to_owned(),
            row.severity.unwrap_or_default().to_owned(),
            row.title,
            row.fix,
            row.subjects.to_string(),
            row.unlocks.len().to_string(),
            row.frameworks.to_string(),
            row.touches.len().to_string(),
            row.together.to_string(),
            row.unlocks.join(" "),
            row.rules.join(" "),
            row.controls.join(" "),
        ];
        out.write_all(guard::line(cells.map(Cow::Owned)).as_bytes())?;
    }
    Ok(())
}

//! The report as SARIF 2.1.0, for code scanning.
//!
//! Takes a [`Report`] and writes one run: a rule for each that has a result, and a result for each failure, each finding
//! that could not be told, and each gap. What is unknown is never of the kind `fail`, and never `pass`: it is `open`, which
//! the standard (OASIS SARIF 2.1.0, 3.27.9) has for too little to decide by. Only failures have a level.

use std::collections::BTreeMap;
use std::io::{self, Write};

use model::{Gap, GapCode, Outcome, RuleHeader, Severity};
use serde_json::{Value, json};

use crate::failed::failed;
use crate::gap::{gap_fix, gap_meaning};
use crate::index::{Finding, Index};
use crate::inert::{cut, flow};
use crate::json::{Findings, listed, write_inert};
use crate::text::explain::Places;
use crate::words::{Told as _, counted};
use crate::{Report, row, statement};

/// The most results of a run that GitHub keeps: "Only the top 5,000 results will be included" (GitHub documentation,
/// "SARIF results exceed one or more limits"; 25,000 are refused). A rule has at least one result, so that the limit of
/// 25,000 rules is kept too.
const MOST_RESULTS: usize = 5_000;

/// Of these, how many are kept for what is unknown when there is that much, so that failures do not hide it.
const KEPT_FOR_UNKNOWN: usize = 1_000;

/// The most bytes of results: GitHub refuses a file of more than 10 MB after gzip (GitHub documentation, "SARIF support for
/// code scanning"); before it this much is within that whatever the values are, with room for rules.
const MOST_BYTES: usize = 7_000_000;

/// The most tags of a rule that GitHub keeps (same page: "Only 10 tags will be included", more than 20 are refused).
const MOST_TAGS: usize = 10;

/// The longest text, in characters: GitHub shows 1,024 of a rule's descriptions (GitHub documentation, "SARIF support for
/// code scanning", `reportingDescriptor`); a cut text tells its length in the rest.
const MOST_CHARACTERS: usize = 900;

/// The longest part of a location, in characters: ours, so that no location fills the file.
const MOST_OF_A_PATH: usize = 300;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Something that becomes a result.
enum Entry<'a> {
    Finding(Finding<'a>),
    Gap(&'a Gap),
}

/// Writes the report as SARIF. With [`Findings::Listed`] it is within GitHub's limits: failures first, and how many results
/// are left out is told. With [`Findings::All`] it holds every finding, passes too, and can be beyond them.
///
/// # Errors
/// Whatever the writer fails with.
pub fn sarif(report: &Report<'_>, out: &mut dyn Write, findings: Findings, places: &Places<'_>) -> io::Result<()> {
    let index = Index::of(report);
    let mut entries = entries(&index, findings);
    let rules = rules(&index, &entries);
    let positions: BTreeMap<String, usize> =
        rules.iter().enumerate().filter_map(|(at, rule)| Some((rule.get("id")?.as_str()?.to_owned(), at))).collect();
    let total = total(&index, findings);
    write!(out, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":")?;
    let driver = json!({
        "name": "engine",
        "version": report.run.engine_version.as_str(),
        "semanticVersion": report.run.engine_version.as_str(),
        "rules": rules,
    });
    write_inert(&json!({ "driver": driver }), out)?;
    out.write_all(b",\"columnKind\":\"unicodeCodePoints\",\"originalUriBaseIds\":")?;
    let base = "What was observed, by its scope: files of machines and things in accounts, not files of a repository.";
    write_inert(&json!({ "EVIDENCE": { "description": { "text": base } } }), out)?;
    out.write_all(b",\"results\":[")?;
    let (mut written, mut bytes) = (0, 0);
    for entry in entries.drain(..) {
        let mut buffer = Vec::new();
        write_inert(&result(&index, &entry, &positions, places), &mut buffer)?;
        bytes += buffer.len();
        if findings == Findings::Listed && bytes > MOST_BYTES {
            break;
        }
        if written > 0 {
            out.write_all(b",\n")?;
        }
        out.write_all(&buffer)?;
        written += 1;
    }
    out.write_all(b"],\"invocations\":")?;
    write_inert(&json!([invocation(&index, total.saturating_sub(written))]), out)?;
    out.write_all(b",\"properties\":")?;
    let properties = json!({
        "statement": statement(report.facts),
        "contentDigest": crate::json::digest_of(&index).to_string(),
        "run": report.run.id.to_string(),
        "exit": { "code": report.run.exit.code, "reason": text(&report.run.exit.reason) },
        "omittedResults": total.saturating_sub(written),
        "operatorChanges": report.operator_changes,
    });
    write_inert(&properties, out)?;
    out.write_all(b"}]}\n")
}

/// Failures, then gaps and what could not be told, then all else that is asked for.
fn entries<'a>(index: &Index<'a>, findings: Findings) -> Vec<Entry<'a>> {
    let (failing, rest): (Vec<_>, Vec<_>) = listed(index, findings).into_iter().partition(|it| it.outcome == Outcome::Fail);
    let gaps = index.report.facts.gaps();
    let unknown = gaps.len() + rest.len();
    let room = MOST_RESULTS - unknown.min(KEPT_FOR_UNKNOWN);
    let most = |limit: usize| if findings == Findings::All { usize::MAX } else { limit };
    let mut entries: Vec<_> = failing.into_iter().take(most(room)).map(Entry::Finding).collect();
    entries.extend(gaps.iter().map(Entry::Gap));
    entries.extend(rest.into_iter().map(Entry::Finding));
    entries.truncate(most(MOST_RESULTS));
    entries
}

/// How many results there would be without any limit.
fn total(index: &Index<'_>, findings: Findings) -> usize {
    let of = index.rules().map(|header| {
        let counts = index.counts(&header.id);
        if findings == Findings::All { counts.total() } else { counts.fail + counts.inconclusive }
    });
    of.sum::<usize>() + index.report.facts.gaps().len()
}

fn rules(index: &Index<'_>, entries: &[Entry<'_>]) -> Vec<Value> {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for entry in entries {
        let id = rule_id(entry);
        found.entry(id).or_insert_with_key(|id| match entry {
            Entry::Finding(finding) => rule(index, finding.header),
            Entry::Gap(gap) => gap_rule(id, &gap.code),
        });
    }
    found.into_values().collect()
}

fn rule_id(entry: &Entry<'_>) -> String {
    match entry {
        Entry::Finding(finding) => finding.header.id.to_string(),
        Entry::Gap(gap) => format!("evidence-gap/{}", gap.code),
    }
}

fn rule(index: &Index<'_>, header: &RuleHeader) -> Value {
    let controls: Vec<_> = header.controls.iter().collect();
    let requirements = index.touched_by_all(&controls);
    let mut tags = vec!["security".to_owned()];
    tags.extend(requirements.iter().map(ToString::to_string).take(MOST_TAGS - 1));
    let (level, severity) = weight(header.severity);
    json!({
        "id": header.id.as_str(),
        "shortDescription": { "text": text(&flow(&header.title)) },
        "fullDescription": { "text": text(&flow(&header.title)) },
        "help": { "text": text(&flow(&header.remediation)) },
        "defaultConfiguration": { "level": level },
        "properties": { "tags": tags, "security-severity": severity, "precision": "high" },
    })
}

fn gap_rule(id: &str, code: &GapCode) -> Value {
    json!({
        "id": id,
        "shortDescription": { "text": format!("Evidence is missing: {}", text(code.as_str())) },
        "fullDescription": { "text": gap_meaning(code) },
        "help": { "text": gap_fix(code) },
        "defaultConfiguration": { "level": "note" },
        "properties": { "tags": ["evidence-gap"] },
    })
}

/// The level of a failure, and the number in the middle of the band that GitHub shows as the same word.
fn weight(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Critical => ("error", "9.5"),
        Severity::High => ("error", "8.0"),
        Severity::Medium => ("warning", "5.5"),
        Severity::Low => ("note", "2.0"),
    }
}

fn result(index: &Index<'_>, entry: &Entry<'_>, positions: &BTreeMap<String, usize>, places: &Places<'_>) -> Value {
    let mut value = match entry {
        Entry::Finding(finding) => finding_result(index, finding, places),
        Entry::Gap(gap) => gap_result(gap),
    };
    let id = rule_id(entry);
    if let Some(fields) = value.as_object_mut() {
        if let Some(at) = positions.get(&id) {
            fields.insert("ruleIndex".to_owned(), json!(at));
        }
        fields.insert("ruleId".to_owned(), Value::String(id));
    }
    value
}

fn finding_result(index: &Index<'_>, finding: &Finding<'_>, places: &Places<'_>) -> Value {
    let it = row::finding(index, finding);
    let (kind, level) = match finding.outcome {
        Outcome::Fail => ("fail", weight(finding.header.severity).0),
        Outcome::Inconclusive => ("open", "none"),
        Outcome::Pass => ("pass", "none"),
        Outcome::NotApplicable => ("notApplicable", "none"),
    };
    let said = if it.message.is_empty() { flow(&finding.header.title) } else { it.message.to_owned() };
    let said = if finding.outcome == Outcome::Inconclusive { format!("Unknown: {said}") } else { said };
    json!({
        "kind": kind,
        "level": level,
        "message": { "text": format!("{}: {}", text(it.subject), text(&said)) },
        "locations": [location(it.scope, it.subject, file(index, finding, places).as_deref())],
        "partialFingerprints": fingerprints(&it.id),
        "properties": { "findingId": it.id, "collector": it.collector, "firstFailedAt": it.first_failed_at },
    })
}

fn gap_result(gap: &Gap) -> Value {
    let subject = gap.subject.as_ref().map_or("", |it| it.as_str());
    let parts = [gap.collector.as_str(), gap.kind.as_str(), gap.scope.as_str(), subject, gap.code.as_str()];
    let digest = model::Digest::of(parts.join("\n").as_bytes()).to_string();
    let id = digest.rsplit(':').next().unwrap_or_default().get(..16).unwrap_or_default().to_owned();
    let about = if subject.is_empty() { gap.kind.as_str() } else { subject };
    json!({
        "kind": "open",
        "level": "none",
        "message": { "text": format!("Unknown: {} in {} ({}): {}", gap.kind, text(gap.scope.as_str()), gap.code, text(&gap.message)) },
        "locations": [location(gap.scope.as_str(), about, None)],
        "partialFingerprints": fingerprints(&id),
        "properties": { "collector": gap.collector.as_str() },
    })
}

/// GitHub compares `primaryLocationLineHash` alone (GitHub documentation, "SARIF support for code scanning").
fn fingerprints(id: &str) -> Value {
    json!({ "primaryLocationLineHash": format!("{id}:1"), "engineFinding/v1": id })
}

/// Where it was seen. GitHub refuses a location without a file, so that what is none (an account in a directory) stands as a
/// path beneath its scope; the logical location says what it is.
fn location(scope: &str, subject: &str, file: Option<&str>) -> Value {
    let uri = format!("{}/{}", path(scope), path(file.unwrap_or(subject).trim_start_matches('/')));
    let subject = cut(subject, MOST_OF_A_PATH);
    json!({
        "physicalLocation": { "artifactLocation": { "uri": uri, "uriBaseId": "EVIDENCE" } },
        "logicalLocations": [{ "fullyQualifiedName": format!("{}/{subject}", cut(scope, MOST_OF_A_PATH)), "kind": "resource" }],
    })
}

/// The file that the first fact of a finding was read from.
fn file(index: &Index<'_>, finding: &Finding<'_>, places: &Places<'_>) -> Option<String> {
    let (cited, _) = finding.cited(&index.report);
    let fact = index.report.facts.facts().get(*cited.first()?)?;
    let place = fact.from.first().and_then(|read| places(&fact.collector, read))?;
    place.asked.starts_with('/').then_some(place.asked)
}

/// A relative reference that no part of leads upwards.
fn path(name: &str) -> String {
    let shown = cut(name, MOST_OF_A_PATH);
    let parts = shown.split('/').map(|part| if matches!(part, "" | "." | "..") { "_".to_owned() } else { encoded(part) });
    parts.collect::<Vec<_>>().join("/")
}

fn encoded(part: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    part.bytes().map(byte).collect()
}

/// Text of a message: brackets would be links and braces places for arguments (3.11.5 and 3.11.6), so they are escaped.
fn text(text: &str) -> String {
    let shown = cut(text, MOST_CHARACTERS);
    let mut escaped = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c {
            '[' | ']' => escaped.extend(['\\', c]),
            '{' | '}' => escaped.extend([c, c]),
            c => escaped.push(c),
        }
    }
    if escaped.trim().is_empty() { "nothing was said".to_owned() } else { escaped }
}

fn invocation(index: &Index<'_>, omitted: usize) -> Value {
    let run = index.report.run;
    let mut notes: Vec<Value> = Vec::new();
    let is_well = run.collectors.iter().all(|it| it.status == model::CollectorStatus::Ok);
    for it in failed(index) {
        let waits = counted(it.unknown_count(), "requirement is", "requirements are");
        let (how, message) = (it.how.words(), text(it.message));
        let said = format!("Collector {} {how} ({}): {message} – {waits} unknown because of it", it.name, text(it.code.as_str()));
        notes.push(json!({ "level": "error", "message": { "text": said } }));
    }
    if omitted > 0 {
        let said = format!("{} not listed; all are in the NDJSON report", counted(omitted, "result is", "results are"));
        notes.push(json!({ "level": "warning", "message": { "text": said } }));
    }
    json!({ "executionSuccessful": is_well, "exitCode": run.exit.code, "toolExecutionNotifications": notes })
}

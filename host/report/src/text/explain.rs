//! Why something has the status that it has: from a requirement down to the byte that was read.
//!
//! Takes a report, the name of anything in it, and the way to a recorded answer, and draws requirement, aspects, controls,
//! rules, findings, facts, and the call, path and line each was read from. Never opens a transcript itself.

use std::io::{self, Write};

use model::{
    AspectId, CollectorName, ControlId, Fact, FindingId, Gap, Outcome, ReadFrom, Requirement, RequirementAssessment,
    RequirementId, RuleHeader, RuleId,
};

use super::Terminal;
use super::canvas::{Canvas, Ink, bold, dim, plain, sign, span, status};
use super::fails::few_requirements;
use super::unknown::told;
use crate::Report;
use crate::gap::{gap_fix, gap_meaning};
use crate::index::{Finding, Index};
use crate::inert::{flow, value};
use crate::words::{self, Told as _, Tone, count, counted, few};

/// Where a fact was read, as a person would look it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What was asked: a path, or a method and URL.
    pub asked: String,
    /// The line within the answer, counted from 1, when it is text.
    pub line: Option<u64>,
    /// What stands there, as the collector saw it.
    pub text: Option<String>,
}

/// Finds where a part of a collector's answers was read; `None` when that answer is not kept.
pub type Places<'a> = dyn Fn(&CollectorName, &ReadFrom) -> Option<Place> + 'a;

/// What a name turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    /// A requirement.
    Requirement(RequirementId),
    /// An aspect of a requirement.
    Aspect(AspectId),
    /// A control.
    Control(ControlId),
    /// A rule.
    Rule(RuleId),
    /// A finding.
    Finding(FindingId),
    /// A sort of gap.
    Gap(String),
}

/// How much of what hangs beneath is drawn.
#[derive(Clone, Copy)]
struct Depth {
    findings: usize,
    facts: usize,
}

const BRIEF: Depth = Depth { findings: 2, facts: 1 };
const WHOLE: Depth = Depth { findings: 10, facts: 20 };

/// Writes why the named thing is as it is, and gives what it was; `None`, and nothing written, when the report has no such
/// name.
///
/// # Errors
/// Whatever the writer fails with.
pub fn explain(
    report: &Report<'_>,
    name: &str,
    places: &Places<'_>,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> io::Result<Option<Topic>> {
    let index = Index::of(report);
    let mut canvas = Canvas::new(terminal);
    let drawing = Drawing { index: &index, places };
    let topic = drawing.topic(&mut canvas, name);
    if topic.is_some() {
        canvas.write(out)?;
    }
    Ok(topic)
}

struct Drawing<'i, 'a> {
    index: &'i Index<'a>,
    places: &'i Places<'i>,
}

impl<'a> Drawing<'_, 'a> {
    fn topic(&self, canvas: &mut Canvas<'_>, name: &str) -> Option<Topic> {
        if let Ok(id) = name.parse::<AspectId>() {
            let (of, it) = self.index.requirement(&id.requirement())?;
            of.aspects.iter().find(|aspect| aspect.id == id)?;
            self.requirement(canvas, of, it, Some(&id));
            return Some(Topic::Aspect(id));
        }
        if let Ok(id) = name.parse::<RequirementId>() {
            let (of, it) = self.index.requirement(&id)?;
            self.requirement(canvas, of, it, None);
            return Some(Topic::Requirement(id));
        }
        if let Some(id) = name.parse::<ControlId>().ok().filter(|id| self.index.control(id).is_some()) {
            self.whole_control(canvas, &id);
            return Some(Topic::Control(id));
        }
        if let Some(header) = name.parse::<RuleId>().ok().and_then(|id| self.index.rule(&id)) {
            self.whole_rule(canvas, header);
            return Some(Topic::Rule(header.id.clone()));
        }
        if let Some(finding) = self.find(name) {
            self.whole_finding(canvas, &finding);
            return finding.id(&self.index.report).map(Topic::Finding);
        }
        let gaps: Vec<_> = self.index.report.facts.gaps().iter().filter(|gap| gap.code.as_str() == name).collect();
        (!gaps.is_empty()).then(|| self.gaps(canvas, name, &gaps))
    }

    fn find(&self, name: &str) -> Option<Finding<'a>> {
        let wanted = (name.len() == 16).then(|| u64::from_str_radix(name, 16).ok()).flatten()?;
        let wanted = FindingId::from_bytes(wanted.to_be_bytes());
        let mut all = self.index.rules().flat_map(|header| self.index.findings_of(header, |_| true));
        all.find(|finding| finding.id(&self.index.report) == Some(wanted))
    }

    fn requirement(&self, canvas: &mut Canvas<'_>, of: &Requirement, it: &RequirementAssessment, only: Option<&AspectId>) {
        canvas.line(0, &[bold(it.id.as_str()), plain("  "), status(it.status)]);
        canvas.paragraph(0, Ink::Bold, &flow(&of.title));
        let kind = words::requirement_kind(of.kind).replace('-', " ");
        let basis: Vec<_> = it.basis.iter().map(|basis| basis.as_str()).collect();
        let rests = if basis.is_empty() { String::new() } else { format!(" · rests on {} evidence", basis.join(", ")) };
        canvas.line(0, &[dim(format!("{} {kind} · {}{rests}", words::obligation(of.obligation), of.category))]);
        canvas.hang(0, &[bold("Why: ")], Ink::Plain, &flow(&it.reason));
        if !of.guidance.is_empty() {
            canvas.hang(0, &[bold("Asks: ")], Ink::Dim, &flow(&of.guidance));
        }
        canvas.blank();
        for aspect in it.aspects.iter().filter(|aspect| only.is_none_or(|only| only == &aspect.id)) {
            let title = of.aspects.iter().find(|of| of.id == aspect.id).map(|of| flow(&of.title)).unwrap_or_default();
            let before = [sign(aspect.status.tone()), bold(format!(" #{} ", aspect.id.local()))];
            canvas.hang(0, &before, Ink::Plain, &format!("{title} — {}", aspect.status.words()));
            if aspect.controls.is_empty() {
                canvas.line(2, &[dim(words::uncontrolled(aspect.status))]);
            }
            for control in &aspect.controls {
                self.control(canvas, 2, control, Some(&aspect.id));
            }
        }
        if only.is_none() {
            self.beside(canvas, of, it);
        }
    }

    /// What is known of a requirement beside its aspects.
    fn beside(&self, canvas: &mut Canvas<'_>, of: &Requirement, it: &RequirementAssessment) {
        let children = self.index.report.assessment.frameworks.iter().flat_map(|it| &it.requirements);
        for child in
            children.filter_map(|it| self.index.requirement(&it.id)).filter(|(child, _)| child.parent.as_ref() == Some(&of.id))
        {
            let (child, found) = child;
            canvas.line(2, &[status(found.status), plain("  "), bold(child.id.as_str()), plain("  "), dim(flow(&child.title))]);
        }
        if !it.via.is_empty() {
            canvas.heading("Through other requirements", "");
        }
        for via in &it.via {
            let path: Vec<_> = via.path.iter().map(|step| format!("{} {}", step.relation.as_str(), step.to)).collect();
            let carried = if via.carries { "carries its status here" } else { "shown only: it carries nothing here" };
            let before = [sign(via.status.tone()), bold(format!(" {} ", via.from))];
            canvas.hang(2, &before, Ink::Plain, &format!("{} · {} · {carried}", via.status.words(), path.join(", ")));
        }
        if !it.remaining.is_empty() {
            canvas.heading("What remains to be shown", "");
        }
        for remaining in it.remaining.iter().take(20) {
            canvas.hang(2, &[dim("– ")], Ink::Plain, &flow(remaining));
        }
        if it.aspects.iter().all(|aspect| aspect.controls.is_empty()) && of.leaf && !of.sources.is_empty() {
            let sources: Vec<_> = of.sources.iter().map(|class| words::source_words(*class)).collect();
            canvas.blank();
            canvas.hang(0, &[bold("Could be shown by: ")], Ink::Plain, &sources.join("; "));
        }
    }

    fn control(&self, canvas: &mut Canvas<'_>, indent: usize, id: &ControlId, aspect: Option<&AspectId>) {
        let Some(it) = self.index.control(id) else { return };
        let before = [sign(it.status.tone()), bold(format!(" {id} "))];
        canvas.hang(indent, &before, Ink::Plain, &format!("{} — {}", it.status.words(), flow(&it.reason)));
        let edges = self.index.report.catalog.controls.get(id).into_iter().flat_map(|control| &control.edges);
        for edge in edges.filter(|edge| aspect.is_some_and(|aspect| edge.aspects.contains(aspect))) {
            let text = format!("{} coverage: {}", words::strength(edge.strength), flow(&edge.rationale));
            canvas.paragraph(indent + 2, Ink::Dim, &text);
        }
        for header in it.rules.iter().filter_map(|rule| self.index.rule(rule)) {
            self.rule(canvas, indent + 2, header, BRIEF);
        }
    }

    fn whole_control(&self, canvas: &mut Canvas<'_>, id: &ControlId) {
        super::lists::draw_control(self.index, canvas, id);
        let Some(it) = self.index.control(id) else { return };
        if !it.rules.is_empty() {
            canvas.heading("Tested by", "");
        }
        for header in it.rules.iter().filter_map(|rule| self.index.rule(rule)) {
            self.rule(canvas, 2, header, BRIEF);
        }
    }

    fn rule(&self, canvas: &mut Canvas<'_>, indent: usize, header: &'a RuleHeader, depth: Depth) {
        let counts = self.index.counts(&header.id);
        let rate = format!(
            " ({}) {} pass, {} fail, {} inconclusive, {} not applicable",
            header.severity.as_str(),
            count(counts.pass),
            count(counts.fail),
            count(counts.inconclusive),
            count(counts.not_applicable)
        );
        canvas.hang(indent, &[plain("rule "), bold(header.id.as_str())], Ink::Plain, &rate);
        let (complete, scopes) = self.index.scopes_of(&header.kind);
        if scopes == 0 {
            canvas.line(indent + 2, &[dim(format!("no collector gives {}", header.kind))]);
        } else if complete < scopes {
            canvas.line(
                indent + 2,
                &[
                    sign(Tone::Unsure),
                    plain(format!(" {complete} of {} of {} complete", counted(scopes, "scope", "scopes"), header.kind)),
                ],
            );
            for gap in self.index.report.facts.gaps_of(&header.kind).iter().take(3) {
                canvas.hang(
                    indent + 2,
                    &[sign(Tone::Unsure), plain(" gap ")],
                    Ink::Plain,
                    &format!("{}: {}", gap.code, told(gap)),
                );
            }
        }
        let shown = self.index.shown(header, depth.findings);
        for finding in &shown {
            self.finding(canvas, indent + 2, finding, depth.facts);
        }
        let more = (counts.fail + counts.inconclusive).saturating_sub(shown.len());
        if more > 0 {
            canvas.line(indent + 2, &[dim(format!("… and {} more: engine finding list --rule {}", count(more), header.id))]);
        }
    }

    fn whole_rule(&self, canvas: &mut Canvas<'_>, header: &'a RuleHeader) {
        canvas.hang(0, &[bold(header.id.as_str()), plain("  ")], Ink::Bold, &flow(&header.title));
        let text = format!(
            "tests {} · evidence older than {} is stale · {} rule",
            header.kind,
            header.fresh_for,
            crate::row::origin(header.origin)
        );
        canvas.line(0, &[dim(text)]);
        canvas.hang(0, &[bold("Fix: ")], Ink::Plain, &flow(&header.remediation));
        for (name, set) in &header.parameters {
            let text = serde_json::to_string(set).unwrap_or_default();
            canvas.line(2, &[dim("parameter "), plain(format!("{name} = ")), plain(text)]);
        }
        for control in &header.controls {
            canvas.line(2, &[dim("control "), bold(control.as_str())]);
        }
        let controls: Vec<_> = header.controls.iter().collect();
        let requirements = self.index.touched_by_all(&controls);
        canvas.hang(2, &[dim("requirements ")], Ink::Plain, &few_requirements(&requirements, 12));
        canvas.blank();
        self.rule(canvas, 0, header, WHOLE);
    }

    fn finding(&self, canvas: &mut Canvas<'_>, indent: usize, finding: &Finding<'a>, facts: usize) {
        let report = &self.index.report;
        let id = finding.id(report).map(|id| id.to_string()).unwrap_or_default();
        let before = [sign(finding.outcome.tone()), dim(format!(" {id} "))];
        let message = if finding.message().is_empty() { finding.outcome.words() } else { finding.message() };
        canvas.hang(indent, &before, Ink::Plain, &format!("{} — {}", value(finding.subject(report)), value(message)));
        let (cited, left) = finding.cited(report);
        for position in cited.iter().take(facts) {
            if let Some(fact) = report.facts.facts().get(*position) {
                self.fact(canvas, indent + 2, *position, fact);
            }
        }
        let more = cited.len().saturating_sub(facts) + left;
        if more > 0 && facts > 1 {
            canvas.line(indent + 2, &[dim(format!("… and {}", counted(more, "more fact", "more facts")))]);
        }
    }

    fn whole_finding(&self, canvas: &mut Canvas<'_>, finding: &Finding<'a>) {
        let report = &self.index.report;
        let header = finding.header;
        canvas.line(0, &[status(finding.outcome), plain("  "), bold(finding.subject(report))]);
        if let Some((collector, scope, _)) = finding.findings.subject(finding.index, report.facts) {
            canvas.line(0, &[dim(format!("{} in {scope}, reported by {collector}", header.kind))]);
        }
        canvas.hang(0, &[bold("Said: ")], Ink::Plain, &value(finding.message()));
        if let Some(field) = finding.note().and_then(|note| note.missing.as_deref()) {
            canvas.hang(0, &[bold("Absent: ")], Ink::Plain, &format!("the field `{}` was not collected", value(field)));
        }
        if let Some(since) = finding.first_failed_at(report) {
            canvas.line(0, &[bold("Since: "), plain(since.to_string())]);
        }
        canvas.hang(
            0,
            &[bold("Rule: ")],
            Ink::Plain,
            &format!("{} ({}) — {}", header.id, header.severity.as_str(), flow(&header.title)),
        );
        if finding.outcome == Outcome::Fail {
            canvas.hang(0, &[bold("Fix: ")], Ink::Plain, &flow(&header.remediation));
        }
        let controls: Vec<_> = header.controls.iter().collect();
        let names: Vec<_> = controls.iter().map(|id| id.as_str()).collect();
        canvas.hang(0, &[bold("Controls: ")], Ink::Plain, &few(&names, 12));
        canvas.hang(0, &[bold("Requirements: ")], Ink::Plain, &few_requirements(&self.index.touched_by_all(&controls), 30));
        let (cited, left) = finding.cited(report);
        canvas.heading("Evidence", &counted(cited.len() + left, "fact", "facts"));
        for position in cited.iter().take(WHOLE.facts) {
            if let Some(fact) = report.facts.facts().get(*position) {
                self.fact(canvas, 2, *position, fact);
                canvas.paragraph(4, Ink::Dim, &value(fact.body.as_str()));
                for gap in &fact.field_gaps {
                    canvas.hang(4, &[sign(Tone::Unsure), plain(format!(" {}: ", gap.field))], Ink::Plain, &value(&gap.reason));
                }
            }
        }
        let more = cited.len().saturating_sub(WHOLE.facts) + left;
        if more > 0 {
            canvas.line(2, &[dim(format!("… and {}", counted(more, "more fact", "more facts")))]);
        }
    }

    fn fact(&self, canvas: &mut Canvas<'_>, indent: usize, position: usize, fact: &Fact) {
        let id = self.index.evidence_id(position).unwrap_or_default();
        canvas.hang(indent, &[dim("fact "), span(Ink::Cyan, id)], Ink::Dim, &format!(" observed {}", fact.observed_at));
        if fact.from.is_empty() {
            canvas.line(indent + 2, &[dim(format!("{} names no place that it was read from", fact.collector))]);
        }
        for read in fact.from.iter().take(3) {
            let place = (self.places)(&fact.collector, read);
            let bytes = format!("bytes {} to {}", read.offset, read.offset.saturating_add(read.length));
            let text = match &place {
                None => format!("call {}, {bytes} (the answer is not kept here)", read.call),
                Some(Place { asked, line: Some(line), .. }) => {
                    format!("call {}: {}, line {line}, {bytes}", read.call, value(asked))
                }
                Some(Place { asked, line: None, .. }) => format!("call {}: {}, {bytes}", read.call, value(asked)),
            };
            canvas.hang(indent + 2, &[dim("read from ")], Ink::Plain, &text);
            if let Some(text) = place.and_then(|place| place.text) {
                canvas.hang(indent + 4, &[dim("| ")], Ink::Plain, &value(&text));
            }
        }
    }

    fn gaps(&self, canvas: &mut Canvas<'_>, code: &str, gaps: &[&Gap]) -> Topic {
        canvas.line(0, &[sign(Tone::Unsure), bold(format!(" {code}  ")), plain(counted(gaps.len(), "gap", "gaps"))]);
        if let Some(first) = gaps.first() {
            canvas.paragraph(0, Ink::Plain, gap_meaning(&first.code));
            canvas.hang(0, &[bold("Fix: ")], Ink::Plain, gap_fix(&first.code));
        }
        canvas.blank();
        for gap in gaps.iter().take(100) {
            canvas.hang(2, &[dim("– ")], Ink::Plain, &told(gap));
            let (controls, requirements) = self.index.waiting_for(gap);
            let names: Vec<_> = controls.iter().map(|id| id.as_str()).collect();
            if !names.is_empty() {
                let text = format!("{} → {}", few(&names, 6), few_requirements(&requirements, 8));
                canvas.hang(4, &[dim("wait for it: ")], Ink::Dim, &text);
            }
        }
        Topic::Gap(code.to_owned())
    }
}

//! From the model's types to the records of the JSON report.
//!
//! Takes an [`Index`] and one thing, and gives its record. Never sorts, counts or leaves anything out.

use model::{
    AspectAssessment, ControlAssessment, ControlId, Fact, FrameworkAssessment, Gap, Requirement, RequirementAssessment,
    RequirementId, RuleHeader, RuleOrigin, SubjectId, Summary, Waiver, WaiverKind,
};

use crate::failed::{FailedCollector, failed};
use crate::gap::gap_fix;
use crate::index::{Counts, Finding, Index};
use crate::shape::{
    AspectRow, CollectorRow, ControlRow, CountRow, EngagementRow, EvidenceRow, ExitRow, FailedRow, FindingRow, FrameworkRow,
    GapRow, PopulationRow, ReadRow, RequirementRow, RuleRow, RunRow, StepRow, SummaryRow, UnknownRow, ViaRow, WaiverRow,
};
use crate::words::{self, Told as _};
use crate::{Engagement, Report};

fn texts<'a, T: AsRef<str> + 'a>(items: impl IntoIterator<Item = &'a T>) -> Vec<&'a str> {
    items.into_iter().map(AsRef::as_ref).collect()
}

fn ids<'a>(items: &[&'a RequirementId]) -> Vec<&'a str> {
    items.iter().map(|id| id.as_str()).collect()
}

pub(crate) fn run<'a>(index: &Index<'a>) -> RunRow<'a> {
    let run = index.report.run;
    let collectors = run.collectors.iter().map(|it| CollectorRow {
        name: it.name.as_str(),
        digest: it.digest.map(|digest| digest.to_string()),
        status: it.status.words(),
        version: &it.version,
        message: &it.message,
    });
    RunRow {
        id: run.id.to_string(),
        started_at: run.started_at.to_string(),
        recorded_at: run.recorded_at.to_string(),
        clock: words::clock(run.clock),
        engine_version: &run.engine_version,
        semantics: run.semantics,
        collectors: collectors.collect(),
        failed: failed(index).iter().map(failed_row).collect(),
    }
}

fn failed_row<'a>(it: &FailedCollector<'a>) -> FailedRow<'a> {
    let unknown = it.unknown.iter().map(|(framework, leaves)| UnknownRow {
        framework: framework.to_string(),
        count: leaves.len(),
        requirements: ids(leaves),
    });
    FailedRow {
        collector: it.name.as_str(),
        how: it.how.words(),
        code: it.code.to_string(),
        message: it.message,
        fix: it.fix,
        kinds: it.kinds.iter().map(|kind| kind.as_str()).collect(),
        unknown: unknown.collect(),
    }
}

pub(crate) fn exit<'a>(report: &Report<'a>) -> ExitRow<'a> {
    ExitRow { code: report.run.exit.code, reason: &report.run.exit.reason }
}

pub(crate) fn engagement(it: &Engagement) -> EngagementRow<'_> {
    EngagementRow {
        id: &it.id,
        title: &it.title,
        from: it.from.to_string(),
        to: it.to.to_string(),
        frameworks: texts(&it.frameworks),
    }
}

pub(crate) fn framework<'a>(index: &Index<'a>, it: &'a FrameworkAssessment) -> FrameworkRow<'a> {
    let framework = index.report.catalog.frameworks.get(&it.id);
    let requirements = it.requirements.iter().filter_map(|it| index.requirement(&it.id)).map(|(of, it)| requirement(of, it));
    FrameworkRow {
        id: it.id.as_str(),
        title: framework.map_or("", |it| &it.title),
        version: framework.map_or("", |it| &it.version),
        summary: summary(&it.summary),
        requirements: requirements.collect(),
    }
}

fn summary(it: &Summary) -> SummaryRow {
    SummaryRow {
        supported: it.supported,
        partly_supported: it.partly_supported,
        deviations: it.deviations,
        unknown: it.unknown,
        attested: it.attested,
        carved_out: it.carved_out,
        uncovered: it.uncovered,
        not_applicable: it.not_applicable,
        out_of_scope: it.out_of_scope,
        total: it.total,
        catalog_total: it.catalog_total,
    }
}

fn requirement<'a>(of: &'a Requirement, it: &'a RequirementAssessment) -> RequirementRow<'a> {
    let via = it.via.iter().map(|via| ViaRow {
        from: via.from.as_str(),
        relation: via.relation.as_str(),
        status: via.status.as_str(),
        carries: via.carries,
        path: via.path.iter().map(|step| StepRow { relation: step.relation.as_str(), to: step.to.as_str() }).collect(),
    });
    RequirementRow {
        id: it.id.as_str(),
        parent: of.parent.as_ref().map(RequirementId::as_str),
        kind: words::requirement_kind(of.kind),
        obligation: words::obligation(of.obligation),
        category: &of.category,
        leaf: of.leaf,
        title: &of.title,
        status: it.status.as_str(),
        basis: it.basis.iter().map(|basis| basis.as_str()).collect(),
        reason: &it.reason,
        aspects: it.aspects.iter().map(|it| aspect(of, it)).collect(),
        via: via.collect(),
        remaining: texts(&it.remaining),
    }
}

fn aspect<'a>(of: &'a Requirement, it: &'a AspectAssessment) -> AspectRow<'a> {
    AspectRow {
        id: it.id.as_str(),
        title: of.aspects.iter().find(|aspect| aspect.id == it.id).map_or("", |aspect| &aspect.title),
        status: it.status.as_str(),
        controls: texts(&it.controls),
        basis: it.basis.map(model::Basis::as_str),
    }
}

pub(crate) fn control<'a>(index: &Index<'a>, it: &'a ControlAssessment) -> ControlRow<'a> {
    let control = index.report.catalog.controls.get(&it.id);
    let population = PopulationRow {
        expected: it.population.expected,
        assessed: it.population.assessed,
        pass: it.population.pass,
        fail: it.population.fail,
        inconclusive: it.population.inconclusive,
        not_applicable: it.population.not_applicable,
        waived: it.population.waived,
    };
    ControlRow {
        id: it.id.as_str(),
        title: control.map_or("", |it| &it.title),
        owner: control.and_then(|it| it.owner.as_deref()),
        frequency: control.map_or("continuous", |it| words::frequency(it.frequency)),
        status: it.status.as_str(),
        basis: it.basis.map(model::Basis::as_str),
        population,
        reason: &it.reason,
        rules: texts(&it.rules),
        requirements: ids(index.touched_by(&it.id)),
    }
}

pub(crate) fn rule(header: &RuleHeader, counts: Counts, omitted: usize) -> RuleRow<'_> {
    RuleRow {
        id: header.id.as_str(),
        title: &header.title,
        severity: header.severity.as_str(),
        kind: header.kind.as_str(),
        controls: texts(&header.controls),
        origin: origin(header.origin),
        findings: CountRow {
            pass: counts.pass,
            fail: counts.fail,
            inconclusive: counts.inconclusive,
            not_applicable: counts.not_applicable,
        },
        omitted,
    }
}

pub(crate) fn origin(origin: RuleOrigin) -> &'static str {
    match origin {
        RuleOrigin::Shipped => "shipped",
        RuleOrigin::Local => "local",
        RuleOrigin::Override => "override",
    }
}

pub(crate) fn finding<'a>(index: &Index<'a>, it: &Finding<'a>) -> FindingRow<'a> {
    let report = &index.report;
    let subject = it.findings.subject(it.index, report.facts);
    let id = it.id(report);
    let (cited, evidence_omitted) = it.cited(report);
    let controls: Vec<_> = it.header.controls.iter().collect();
    FindingRow {
        id: id.map(|id| id.to_string()).unwrap_or_default(),
        rule: it.header.id.as_str(),
        subject: subject.map_or("", |(_, _, subject)| subject.as_str()),
        kind: it.header.kind.as_str(),
        scope: subject.map_or("", |(_, scope, _)| scope.as_str()),
        collector: subject.map_or("", |(collector, _, _)| collector.as_str()),
        outcome: it.outcome.as_str(),
        message: it.message(),
        missing: it.note().and_then(|note| note.missing.as_deref()),
        severity: it.header.severity.as_str(),
        controls: texts(&it.header.controls),
        requirements: ids(&index.touched_by_all(&controls)),
        remediation: &it.header.remediation,
        observed_at: it.observed_at(report).map(|at| at.to_string()),
        first_failed_at: it.first_failed_at(report).map(|at| at.to_string()),
        evidence: cited.into_iter().filter_map(|at| index.evidence_id(at)).collect(),
        evidence_omitted,
        waiver: index.waiver(it).map(waiver),
    }
}

fn waiver(it: &Waiver) -> WaiverRow<'_> {
    WaiverRow {
        id: &it.id,
        kind: waiver_kind(it.kind),
        reason: &it.reason,
        approved_by: &it.approved_by,
        approved_at: it.approved_at.to_string(),
        expires_at: it.expires_at.to_string(),
    }
}

pub(crate) fn waiver_kind(kind: WaiverKind) -> &'static str {
    match kind {
        WaiverKind::FalsePositive => "false-positive",
        WaiverKind::NotApplicable => "not-applicable",
        WaiverKind::CompensatingControl => "compensating-control",
        WaiverKind::RiskAcceptance => "risk-acceptance",
        WaiverKind::Deferral => "deferral",
    }
}

pub(crate) fn gap<'a>(index: &Index<'a>, it: &'a Gap) -> GapRow<'a> {
    let (controls, requirements) = index.waiting_for(it);
    GapRow {
        collector: it.collector.as_str(),
        kind: it.kind.as_str(),
        scope: it.scope.as_str(),
        subject: it.subject.as_ref().map(SubjectId::as_str),
        code: it.code.as_str(),
        message: &it.message,
        fix: gap_fix(&it.code),
        controls: controls.into_iter().map(ControlId::as_str).collect(),
        requirements: ids(&requirements),
    }
}

pub(crate) fn evidence(id: String, fact: &Fact) -> EvidenceRow<'_> {
    let from = fact.from.iter().map(|it| ReadRow { call: it.call, offset: it.offset, length: it.length });
    EvidenceRow {
        id,
        collector: fact.collector.as_str(),
        kind: fact.kind.as_str(),
        scope: fact.scope.as_str(),
        subject: fact.subject.as_str(),
        observed_at: fact.observed_at.to_string(),
        from: from.collect(),
    }
}

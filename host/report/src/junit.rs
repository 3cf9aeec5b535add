//! The report as JUnit XML, for a pipeline that shows tests.
//!
//! Takes a [`Report`] and writes a suite for the run, one for each framework, one for each rule that has a finding to list,
//! and one for what is missing. A failure is a `failure`; what is unknown is an `error`, so that a gap is never green; what
//! no evidence in the run shows in full (uncovered, partly supported, attested, carved out, not applicable) is `skipped`,
//! with its reason. Lists at most as many cases as are kept in memory at once: the rest is counted, as an error.

use std::io::{self, Write};

use model::{Outcome, RequirementStatus};
use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use crate::failed::failed;
use crate::gap::gap_fix;
use crate::index::{Counts, Finding, Index};
use crate::inert::{PAGE_LIMIT, cut, flow};
use crate::json::LISTED;
use crate::words::{Told as _, counted};
use crate::{Report, statement};

/// The most cases of subjects and of gaps, each: the library holds a whole report before it writes.
const MOST_CASES: usize = 20_000;

/// Writes the report as JUnit XML. Lists failing and inconclusive subjects, at most 1,000 a rule.
///
/// # Errors
/// Whatever the writer fails with.
pub fn junit(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    let mut document = quick_junit::Report::new("engine");
    document.add_test_suite(run(&index));
    for it in &report.assessment.frameworks {
        document.add_test_suite(framework(&index, it));
    }
    let mut room = MOST_CASES;
    for header in index.rules() {
        let counts = index.counts(&header.id);
        if counts.fail + counts.inconclusive > 0 {
            document.add_test_suite(rule(&index, header, counts, &mut room));
        }
    }
    if !report.facts.gaps().is_empty() {
        document.add_test_suite(gaps(&index));
    }
    write(&document.to_string().map_err(io::Error::other)?, out)
}

/// The schema that Jenkins holds reports to knows no `skipped` of the whole, which the library writes: each suite has its own.
fn write(document: &str, out: &mut dyn Write) -> io::Result<()> {
    let whole = document.split_once(" skipped=\"").and_then(|(head, rest)| Some((head, rest.split_once('"')?.1)));
    let (head, rest) = whole.unwrap_or((document, ""));
    out.write_all(head.as_bytes())?;
    out.write_all(rest.as_bytes())?;
    out.write_all(b"\n")
}

fn shown(text: &str) -> String {
    cut(text, PAGE_LIMIT).into_owned()
}

fn failure(message: &str) -> TestCaseStatus {
    not_well(NonSuccessKind::Failure, "fail", message)
}

fn error(message: &str) -> TestCaseStatus {
    not_well(NonSuccessKind::Error, "unknown", message)
}

fn not_well(kind: NonSuccessKind, sort: &str, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(sort).set_message(shown(message));
    status
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(shown(message));
    status
}

fn case(class: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(shown(name), status);
    case.set_classname(shown(class));
    case
}

/// How the run ended: where it did not end with 0 this suite is never green, whatever else is listed.
fn run(index: &Index<'_>) -> TestSuite {
    let report = &index.report;
    let mut suite = TestSuite::new("run");
    suite.add_property(Property::new("statement", statement(report.facts)));
    suite.add_property(Property::new("content_digest", crate::json::digest_of(index).to_string()));
    for it in report.operator_changes {
        suite.add_property(Property::new("operator_change", format!("{}: {}", shown(&it.subject), shown(&it.change))));
    }
    let reason = &report.run.exit.reason;
    let ended = match report.run.exit.code {
        0 => TestCaseStatus::success(),
        1 => failure(reason),
        _ => error(reason),
    };
    suite.add_test_case(case("run", "nothing in scope fails and no evidence is missing", ended));
    let failed = failed(index);
    for it in report.run.collectors.iter().filter(|it| failed.iter().all(|failed| failed.name != &it.name)) {
        suite.add_test_case(case("run.collector", it.name.as_str(), TestCaseStatus::success()));
    }
    for it in &failed {
        let mut status = error(&format!("{} ({}): {}", it.how.words(), it.code, it.message));
        let unknown: Vec<_> = it.unknown.values().flatten().map(|id| id.as_str()).collect();
        status.set_description(shown(&format!("Fix: {} Unknown because of it: {}", it.fix, unknown.join(" "))));
        suite.add_test_case(case("run.collector", it.name.as_str(), status));
    }
    suite
}

fn framework(index: &Index<'_>, it: &model::FrameworkAssessment) -> TestSuite {
    let mut suite = TestSuite::new(it.id.to_string());
    for found in &it.requirements {
        let Some((of, found)) = index.requirement(&found.id).filter(|(of, _)| of.leaf) else { continue };
        let reason = format!("{}: {}", found.status.words(), flow(&found.reason));
        let status = match found.status {
            RequirementStatus::Supported => TestCaseStatus::success(),
            RequirementStatus::Deviations => failure(&reason),
            RequirementStatus::Unknown => error(&reason),
            RequirementStatus::PartlySupported
            | RequirementStatus::Attested
            | RequirementStatus::CarvedOut
            | RequirementStatus::Uncovered
            | RequirementStatus::NotApplicable
            | RequirementStatus::OutOfScope => skipped(&reason),
        };
        suite.add_test_case(case(it.id.as_str(), &format!("{} {}", found.id, flow(&of.title)), status));
    }
    suite
}

fn rule<'a>(index: &Index<'a>, header: &'a model::RuleHeader, counts: Counts, room: &mut usize) -> TestSuite {
    let name = format!("rule {}", header.id);
    let mut suite = TestSuite::new(name.as_str());
    let listed = index.shown(header, LISTED.min(*room));
    *room -= listed.len();
    for finding in &listed {
        suite.add_test_case(subject(index, finding));
    }
    let left = (counts.fail + counts.inconclusive).saturating_sub(listed.len());
    if left > 0 {
        let fails = listed.iter().filter(|it| it.outcome == Outcome::Fail).count() < counts.fail;
        let said = format!(
            "{} not listed here",
            counted(left, "more subject does not pass and is", "more subjects do not pass and are")
        );
        let status = if fails { failure(&said) } else { error(&said) };
        suite.add_test_case(case(&name, "subjects that are not listed", status));
    }
    if counts.pass > 0 {
        let passed = counted(counts.pass, "subject passes", "subjects pass");
        let mut others = case(&name, "subjects that pass", TestCaseStatus::success());
        others.set_system_out(passed);
        suite.add_test_case(others);
    }
    if counts.not_applicable > 0 {
        let said = counted(counts.not_applicable, "subject is not concerned", "subjects are not concerned");
        suite.add_test_case(case(&name, "subjects that the rule does not concern", skipped(&said)));
    }
    suite
}

fn subject(index: &Index<'_>, finding: &Finding<'_>) -> TestCase {
    let header = finding.header;
    let id = finding.id(&index.report).map(|id| id.to_string()).unwrap_or_default();
    let mut status = if finding.outcome == Outcome::Fail { failure(finding.message()) } else { error(finding.message()) };
    let controls: Vec<_> = header.controls.iter().collect();
    let requirements: Vec<_> = index.touched_by_all(&controls).into_iter().map(model::RequirementId::as_str).collect();
    let about = format!(
        "finding {id}, {}: {}. Fix: {} Requirements: {}",
        header.severity.as_str(),
        flow(&header.title),
        flow(&header.remediation),
        requirements.join(" ")
    );
    status.set_description(shown(&about));
    case(&format!("rule {}", header.id), finding.subject(&index.report), status)
}

fn gaps(index: &Index<'_>) -> TestSuite {
    let gaps = index.report.facts.gaps();
    let mut suite = TestSuite::new("evidence that is missing");
    for gap in gaps.iter().take(MOST_CASES) {
        let mut status = error(&format!("{}: {}", gap.code, gap.message));
        status.set_description(gap_fix(&gap.code));
        let about = gap.subject.as_ref().map(|it| format!(" about {it}")).unwrap_or_default();
        let name = format!("{} in {}{about}", gap.kind, gap.scope);
        suite.add_test_case(case(&format!("evidence.{}", gap.collector), &name, status));
    }
    if gaps.len() > MOST_CASES {
        let said = counted(gaps.len() - MOST_CASES, "more gap", "more gaps");
        suite.add_test_case(case("evidence", "gaps that are not listed", error(&said)));
    }
    suite
}

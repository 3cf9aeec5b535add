//! What subservice organisations answer for, and whether their reports may be relied on.
//!
//! Takes what the operator states and the facts of kind `vendor.report@1`; gives for each statement whether it is borne out,
//! or why not. A statement without a report that is current, unqualified, read and judged is never a carve-out: what it
//! names is unknown. Never reads a report itself: what the company's register says of it is all that is known.
//!
//! | a report is relied on when | source |
//! |---|---|
//! | every scope of the kind was seen, no longer than 90 days ago | a register that is not read hides newer reports |
//! | its period ended no longer ago than `current_for`, 365 days unless stated | such reports customarily cover twelve months, and the next one is then due |
//! | or a bridge letter covers the time since, for `bridge` more, 92 days unless stated | such letters customarily cover no more than three months |
//! | a certificate has not run out | it names its own last day |
//! | the opinion is unqualified; a certificate has none | |
//! | it was reviewed after its period, and relied on | |
//! | every control that it expects of its users is mapped; every deviation in it is judged | |
//! | its scope does not leave the service out | |
//!
//! Of several reports the newest counts that is so. An older one does not count once a newer one is adverse or qualified.

use std::collections::BTreeMap;

use model::{AspectId, Basis, Fact, FactSet, KindId, RequirementId, Seconds, Timestamp, Value};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::evidence::is_stale;
use crate::kind_evidence::KindEvidence;
use crate::phrase::{list, number};

/// The kind of the facts that bear statements out.
pub const REPORT_KIND: &str = "vendor.report@1";

/// Why a report is doubted when the register of reports is not whole.
const NOT_ALL: &str = "not all of vendor.report@1 was seen";

/// The sorts of reports that an auditor gives an opinion in.
const WITH_OPINION: [&str; 5] = ["soc1-type1", "soc1-type2", "soc2-type1", "soc2-type2", "soc3"];

/// The sorts of certificates, which have none, and name their own last day.
const CERTIFICATES: [&str; 6] = ["iso27001", "iso27017", "iso27018", "iso27701", "hitrust", "pci-dss"];

/// The sorts of reports that a carve-out may rest on: written by someone independent, about controls.
pub fn report_types() -> impl Iterator<Item = &'static str> {
    WITH_OPINION.into_iter().chain(CERTIFICATES)
}

const DAY: i64 = 86_400;

/// For how long after the end of its period a report is current.
pub const CURRENT_FOR: Seconds = Seconds(365 * DAY);

/// For how much longer a bridge letter can make it so.
pub const BRIDGE: Seconds = Seconds(92 * DAY);

/// How old the reading of the reports may be.
const FRESH_FOR: Seconds = Seconds(90 * DAY);

/// The operator's statement that a subservice organisation answers for something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SubserviceStatement {
    /// The organisation, as the register of reports names it.
    pub organisation: String,
    /// Whole requirements.
    pub requirements: Vec<RequirementId>,
    /// Single aspects.
    pub aspects: Vec<AspectId>,
    /// The sorts of reports that bear it out, any one of them.
    pub report_types: Vec<SmolStr>,
    /// For how long after the end of its period a report is current.
    pub current_for: Seconds,
    /// For how much longer a bridge letter can make it so.
    pub bridge: Seconds,
}

/// A statement, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarveOut {
    /// The statement.
    pub statement: SubserviceStatement,
    /// Whether it is borne out.
    pub answer: Answer,
}

/// Whether a report may be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It may, until an instant.
    Relied {
        /// Until when.
        until: Timestamp,
        /// The weakest basis of the register.
        basis: Basis,
        /// Which report, in words.
        report: String,
    },
    /// It may not, for these reasons; at least one.
    Doubted {
        /// Each in words that follow on the organisation's name.
        reasons: Vec<String>,
    },
}

impl CarveOut {
    /// What becomes of a statement over these facts at that instant.
    pub fn of(statement: &SubserviceStatement, facts: &FactSet, now: Timestamp) -> Self {
        let mut reasons = register(facts, now);
        let answer = match newest(statement, facts, now) {
            Ok((until, report)) if reasons.is_empty() => {
                let basis = kind().and_then(|kind| KindEvidence::of(facts, &kind).basis(|_| true)).unwrap_or(Basis::Attested);
                Answer::Relied { until, basis, report }
            }
            Ok(_) => Answer::Doubted { reasons },
            Err(of_reports) => {
                reasons.extend(of_reports);
                Answer::Doubted { reasons }
            }
        };
        Self { statement: statement.clone(), answer }
    }

    /// Whether its report may be relied on at an instant.
    pub fn holds(&self, now: Timestamp) -> bool {
        matches!(&self.answer, Answer::Relied { until, .. } if now < *until)
    }

    /// Whether nothing stands against it but that the register of reports is not whole.
    pub(crate) fn waits_for_register(&self) -> bool {
        matches!(&self.answer, Answer::Doubted { reasons } if reasons.as_slice() == [NOT_ALL])
    }

    /// What is said of it in a report, after the organisation's name: `answers for it: …` or `is to answer for it: …`.
    pub(crate) fn told(&self, what: &str) -> String {
        let organisation = &self.statement.organisation;
        match &self.answer {
            Answer::Relied { until, report, .. } => {
                format!("{organisation} answers for {what}: {report} is relied on until {}", day(*until))
            }
            Answer::Doubted { reasons } => format!("{organisation} is to answer for {what}: {}", reasons.join(", ")),
        }
    }
}

fn kind() -> Option<KindId> {
    REPORT_KIND.parse().ok()
}

/// The day of an instant.
fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

fn plus(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(at.as_second().saturating_add(seconds)).unwrap_or(if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// What stands against the register of reports as a whole.
fn register(facts: &FactSet, now: Timestamp) -> Vec<String> {
    let Some(kind) = kind() else { return vec![format!("{REPORT_KIND} is no kind")] };
    let evidence = KindEvidence::of(facts, &kind);
    if !facts.is_given(&kind) {
        return vec![format!("nothing gives {REPORT_KIND}")];
    }
    if evidence.scopes.is_empty() || !evidence.is_whole() {
        return vec![NOT_ALL.to_owned()];
    }
    let oldest = evidence.scopes.iter().filter_map(|scope| scope.seen_at).min();
    let stale = oldest.filter(|at| is_stale(*at, FRESH_FOR, now));
    stale
        .map(|at| format!("the register of reports was last read on {}, longer than {FRESH_FOR} ago", day(at)))
        .into_iter()
        .collect()
}

/// One report as the register has it.
struct Report {
    sort: SmolStr,
    end_at: Option<Timestamp>,
    body: Value,
}

impl Report {
    fn of(fact: &Fact, statement: &SubserviceStatement) -> Option<Self> {
        let body = fact.body.value().ok()?;
        let is_its = body.field("vendor")?.as_str()?.trim().to_lowercase() == statement.organisation.trim().to_lowercase();
        let sort = SmolStr::new(body.field("report_type")?.as_str()?);
        let wanted = is_its && statement.report_types.contains(&sort);
        wanted.then(|| Self { end_at: instant(&body, "period_end_at"), sort, body })
    }

    fn is_certificate(&self) -> bool {
        CERTIFICATES.contains(&self.sort.as_str())
    }

    /// `its soc2-type2 report to 2026-03-31`.
    fn named(&self) -> String {
        let word = if self.is_certificate() { "certificate" } else { "report" };
        let until = self.end_at.map_or_else(|| "without an end of its period".to_owned(), |at| format!("to {}", day(at)));
        format!("its {} {word} {until}", self.sort)
    }

    /// Whether it says in so many words that something is wrong.
    fn is_adverse(&self) -> bool {
        self.body.field("opinion").and_then(Value::as_str).is_some_and(|opinion| opinion != "unqualified")
    }

    /// Until when it is current, by its period and its letter.
    fn current_until(&self, statement: &SubserviceStatement) -> Option<Timestamp> {
        // Its last day is covered whole.
        let end = plus(self.end_at?, DAY);
        if self.is_certificate() {
            return Some(end);
        }
        let by_period = plus(end, statement.current_for.0);
        let by_letter = instant(&self.body, "bridge_until_at").map(|at| plus(at, DAY).min(plus(by_period, statement.bridge.0)));
        Some(by_letter.map_or(by_period, |at| at.max(by_period)))
    }

    /// Why it may not be relied on.
    fn doubts(&self, statement: &SubserviceStatement, now: Timestamp) -> Vec<String> {
        let mut doubts = Vec::new();
        match (self.end_at, self.current_until(statement)) {
            (Some(end), Some(until)) => {
                if until <= now {
                    doubts.push(if self.is_certificate() { "it has run out" } else { "it ended too long ago" }.to_owned());
                }
                if !self.is_certificate() && now < end {
                    doubts.push("its period has not ended".to_owned());
                }
            }
            _ => doubts.push("it cannot be told until when it is current".to_owned()),
        }
        let starts_later = instant(&self.body, "period_start_at").is_some_and(|at| now < at);
        doubts.extend(starts_later.then(|| "its period has not begun".to_owned()));
        doubts.extend(self.opinion());
        doubts.extend(self.review(now));
        doubts.extend(self.left_to_users());
        let judged = flag(&self.body, "exceptions_judged") == Some(true);
        if let Some(count) = int(&self.body, "exception_count").filter(|count| *count != 0 && !judged) {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            doubts.push(number(count, "deviation in it was not judged", "deviations in it were not judged"));
        }
        doubts.extend((flag(&self.body, "covers_service") == Some(false)).then(|| "its scope leaves out the service".to_owned()));
        doubts
    }

    fn opinion(&self) -> Option<String> {
        match self.body.field("opinion").and_then(Value::as_str) {
            Some("unqualified") => None,
            Some("qualified") => Some("its opinion is qualified".to_owned()),
            Some("adverse") => Some("its opinion is adverse".to_owned()),
            Some(_) => Some("its auditor gives no opinion".to_owned()),
            None if self.is_certificate() => None,
            None => Some("its opinion is not known".to_owned()),
        }
    }

    fn review(&self, now: Timestamp) -> Option<String> {
        let reviewed = instant(&self.body, "reviewed_at").filter(|at| *at <= now);
        let result = self.body.field("review_result");
        match (reviewed, result) {
            (None, _) => Some("it was not reviewed".to_owned()),
            (Some(at), _) if !self.is_certificate() && self.end_at.is_some_and(|end| at < end) => {
                Some("it was reviewed before its period had ended".to_owned())
            }
            // A register without that column says by the day of the review that it was relied on.
            (Some(_), None) => None,
            (Some(_), Some(result)) => match result.as_str() {
                Some("relied-on" | "relied-on-with-conditions") => None,
                Some(_) => Some("it was reviewed and not relied on".to_owned()),
                None => Some("how its review ended is not known".to_owned()),
            },
        }
    }

    /// The controls that it expects of its users.
    fn left_to_users(&self) -> Option<String> {
        let (expected, mapped) = (int(&self.body, "cuec_count"), int(&self.body, "cuec_mapped_count"));
        match (expected, mapped) {
            (None, _) if self.is_certificate() => None,
            (None, _) => Some("the controls that it expects of its users were not counted".to_owned()),
            (Some(expected), mapped) => {
                let open = expected.saturating_sub(mapped.unwrap_or(0));
                let open = u64::try_from(open).unwrap_or(0);
                (open > 0 || expected < 0).then(|| {
                    number(
                        open,
                        "control that it expects of its users is not mapped",
                        "controls that it expects of its users are not mapped",
                    )
                })
            }
        }
    }
}

/// Until when the newest report that may be relied on may be, with its name; or what stands against the newest.
fn newest(statement: &SubserviceStatement, facts: &FactSet, now: Timestamp) -> Result<(Timestamp, String), Vec<String>> {
    let found = kind().map(|kind| facts.of_kind(&kind)).unwrap_or_default();
    // Two registers may name one report: the worse decides. One whose end is not known could be the newest.
    let mut reports: BTreeMap<(bool, Option<Timestamp>, SmolStr), Vec<Report>> = BTreeMap::new();
    for report in found.iter().filter_map(|fact| Report::of(fact, statement)) {
        let key = (report.end_at.is_none(), report.end_at, report.sort.clone());
        reports.entry(key).or_default().push(report);
    }
    let mut first = None;
    for same in reports.into_values().rev() {
        let doubts: Vec<String> = same.iter().flat_map(|report| report.doubts(statement, now)).collect();
        let until = same.iter().filter_map(|report| report.current_until(statement)).min();
        let name = same.first().map(Report::named).unwrap_or_default();
        if let (true, Some(until)) = (doubts.is_empty(), until) {
            return Ok((until, name));
        }
        let is_adverse = same.iter().any(Report::is_adverse);
        let told = format!("{name}: {}", list(deduplicated(doubts)));
        let reasons: &mut Vec<String> = first.get_or_insert_with(Vec::new);
        if reasons.is_empty() || is_adverse {
            reasons.push(told);
        }
        if is_adverse {
            break;
        }
    }
    Err(first.unwrap_or_else(|| vec![format!("there is no report of it ({})", statement.report_types.join(", "))]))
}

fn deduplicated(mut texts: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts
}

fn instant(body: &Value, field: &str) -> Option<Timestamp> {
    body.field(field)?.as_str()?.parse().ok()
}

fn int(body: &Value, field: &str) -> Option<i64> {
    match body.field(field)? {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn flag(body: &Value, field: &str) -> Option<bool> {
    match body.field(field)? {
        Value::Bool(value) => Some(*value),
        _ => None,
    }
}

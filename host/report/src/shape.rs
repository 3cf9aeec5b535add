//! The form of the JSON report: its records, field by field.
//!
//! Takes nothing and gives types. Their order is the order in the document; their comments are the descriptions in the
//! published JSON Schema. A field may be added within a major version, none changes or goes.

use schemars::JsonSchema;
use serde::Serialize;

use crate::OperatorChange;

/// A report of the engine on one run.
///
/// `content_digest` is the plain SHA-256 of this document as compact UTF-8 JSON with its fields in this order, without
/// `content_digest` and `run`, with at most 1,000 findings a rule. Two runs of the same evidence have the same.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Engine report")]
pub(crate) struct Document<'a, F, C, R, N, G, E> {
    /// The version of this form: a new minor number adds fields, a new major number changes them.
    pub(crate) schema_version: &'static str,
    /// What this report is and is not, with the time of its newest evidence.
    pub(crate) statement: String,
    /// `sha256:` and 64 hexadecimal digits over everything but `run` and this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(required)]
    pub(crate) content_digest: Option<String>,
    /// The run: all that may differ between two runs of the same evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(required)]
    pub(crate) run: Option<RunRow<'a>>,
    /// What the report is for; null for the organisation's own monitoring.
    pub(crate) engagement: Option<EngagementRow<'a>>,
    /// The frameworks that were assessed, by id.
    pub(crate) frameworks: F,
    /// The organisation's controls, by id.
    pub(crate) controls: C,
    /// The rules, by id, with exact counts of their findings.
    pub(crate) rules: R,
    /// Findings by severity, then subject: those that fail or are inconclusive, at most 1,000 a rule; or every one.
    pub(crate) findings: N,
    /// Evidence that should be there and is not.
    pub(crate) gaps: G,
    /// The facts that the listed findings cite.
    pub(crate) evidence: E,
    /// What the operator switched off, replaced or set otherwise than it ships.
    pub(crate) operator_changes: &'a [OperatorChange],
    /// How the run ended.
    pub(crate) exit: ExitRow<'a>,
}

/// One run of the engine.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RunRow<'a> {
    /// Its name in its store, such as `r12`.
    pub(crate) id: String,
    /// When it began, RFC 3339: the time at which every rule was evaluated.
    pub(crate) started_at: String,
    /// When it was recorded, RFC 3339.
    pub(crate) recorded_at: String,
    /// Where its time came from.
    #[schemars(extend("enum" = ["live", "replay", "as-of"]))]
    pub(crate) clock: &'static str,
    /// The version of the engine.
    pub(crate) engine_version: &'a str,
    /// The version of the meaning of a run: byte equality is promised within one.
    pub(crate) semantics: u32,
    /// Its collectors, by name.
    pub(crate) collectors: Vec<CollectorRow<'a>>,
    /// Those that failed, and what is unknown because of each, by name; also those that took part before and no longer do.
    pub(crate) failed: Vec<FailedRow<'a>>,
}

/// A collector that failed.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FailedRow<'a> {
    /// Its name in the configuration.
    pub(crate) collector: &'a str,
    /// How: it returned a fault, was stopped, gave only gaps, or took no part though it did before.
    #[schemars(extend("enum" = ["failed", "cut-off", "gave nothing", "took no part"]))]
    pub(crate) how: &'static str,
    /// The code of the gaps that it left, a lower-case word such as `cut-off`.
    pub(crate) code: String,
    /// Why, as the collector or the host says it. Treat it as data.
    pub(crate) message: &'a str,
    /// What a person does about it.
    pub(crate) fix: &'static str,
    /// The kinds of fact of which something is missing.
    pub(crate) kinds: Vec<&'a str>,
    /// The leaf requirements that are unknown because of it, by framework.
    pub(crate) unknown: Vec<UnknownRow<'a>>,
}

/// Leaf requirements of a framework that are unknown.
#[derive(Serialize, JsonSchema)]
pub(crate) struct UnknownRow<'a> {
    /// The framework.
    pub(crate) framework: String,
    /// How many.
    pub(crate) count: usize,
    /// Every one.
    pub(crate) requirements: Vec<&'a str>,
}

/// One collector of a run.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CollectorRow<'a> {
    /// Its name in the configuration.
    pub(crate) name: &'a str,
    /// The plain SHA-256 of its component; null for facts that were given.
    pub(crate) digest: Option<String>,
    /// How it ended.
    #[schemars(extend("enum" = ["ok", "failed", "cut-off"]))]
    pub(crate) status: &'static str,
    /// Its version.
    pub(crate) version: &'a str,
    /// Why it did not end well; empty when it did.
    pub(crate) message: &'a str,
}

/// What a report is for.
#[derive(Serialize, JsonSchema)]
pub(crate) struct EngagementRow<'a> {
    /// Its name.
    pub(crate) id: &'a str,
    /// One line.
    pub(crate) title: &'a str,
    /// The first instant that it covers, RFC 3339.
    pub(crate) from: String,
    /// The last instant that it covers, RFC 3339; the same as `from` for an examination at a date.
    pub(crate) to: String,
    /// The frameworks that it covers.
    pub(crate) frameworks: Vec<&'a str>,
}

/// One framework.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FrameworkRow<'a> {
    /// Its id, such as `soc2`.
    pub(crate) id: &'a str,
    /// Its name.
    pub(crate) title: &'a str,
    /// Which edition.
    pub(crate) version: &'a str,
    /// Its leaves, counted by status.
    pub(crate) summary: SummaryRow,
    /// Its requirements in the standard's order, parents before children.
    pub(crate) requirements: Vec<RequirementRow<'a>>,
}

/// Leaf requirements, counted by status.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SummaryRow {
    /// Every aspect is supported.
    pub(crate) supported: u32,
    /// Some aspects are supported.
    pub(crate) partly_supported: u32,
    /// Something fails.
    pub(crate) deviations: u32,
    /// Nothing is known to fail, and something is not known.
    pub(crate) unknown: u32,
    /// Answered, and something that it relies on is attested only.
    pub(crate) attested: u32,
    /// A subservice organisation answers for it.
    pub(crate) carved_out: u32,
    /// No evidence covers it.
    pub(crate) uncovered: u32,
    /// It concerns nothing here.
    pub(crate) not_applicable: u32,
    /// It is left out.
    pub(crate) out_of_scope: u32,
    /// Leaves in scope: the sum of all but `out_of_scope`.
    pub(crate) total: u32,
    /// All leaves of the framework.
    pub(crate) catalog_total: u32,
}

/// One requirement. The ids are the standard's, the words are the engine's own.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RequirementRow<'a> {
    /// Its id, such as `soc2:CC6.1`.
    pub(crate) id: &'a str,
    /// The requirement that it is a part of; null at the top.
    pub(crate) parent: Option<&'a str>,
    /// What it is.
    #[schemars(extend("enum" = ["group", "criterion", "clause", "control", "standard", "implementation-specification"]))]
    pub(crate) kind: &'static str,
    /// Whether it must be met as written.
    #[schemars(extend("enum" = ["required", "addressable"]))]
    pub(crate) obligation: &'static str,
    /// The part of the framework that can be taken in or left out, such as `security`.
    pub(crate) category: &'a str,
    /// Whether it has no children; the summary counts these.
    pub(crate) leaf: bool,
    /// One line.
    pub(crate) title: &'a str,
    /// What is known of it.
    #[schemars(extend("enum" = ["supported", "partly_supported", "deviations", "unknown", "attested", "carved_out", "uncovered", "not_applicable", "out_of_scope"]))]
    pub(crate) status: &'static str,
    /// What it rests on, strongest first: `collected`, `imported`, `supplied`, `attested`.
    pub(crate) basis: Vec<&'static str>,
    /// Why it has its status.
    pub(crate) reason: &'a str,
    /// Its parts.
    pub(crate) aspects: Vec<AspectRow<'a>>,
    /// What is known through other requirements.
    pub(crate) via: Vec<ViaRow<'a>>,
    /// What is not shown.
    pub(crate) remaining: Vec<&'a str>,
}

/// One part of what a requirement asks.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AspectRow<'a> {
    /// Its id, such as `soc2:CC6.1#authentication`.
    pub(crate) id: &'a str,
    /// One line.
    pub(crate) title: &'a str,
    /// What is known of it.
    #[schemars(extend("enum" = ["deviations", "unknown", "supported", "attested", "carved_out", "not_applicable", "missing"]))]
    pub(crate) status: &'static str,
    /// The controls that cover it.
    pub(crate) controls: Vec<&'a str>,
    /// The weakest basis of what decided it; null when nothing did.
    pub(crate) basis: Option<&'static str>,
}

/// What is known of a requirement through another one.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ViaRow<'a> {
    /// The other requirement.
    pub(crate) from: &'a str,
    /// Its relation to this requirement, in the words of OSCAL.
    #[schemars(extend("enum" = ["equal-to", "equivalent-to", "subset-of", "superset-of", "intersects-with"]))]
    pub(crate) relation: &'static str,
    /// The status that the other has of its own.
    pub(crate) status: &'static str,
    /// Whether the relation carries that status here.
    pub(crate) carries: bool,
    /// The steps from the other requirement to this one.
    pub(crate) path: Vec<StepRow<'a>>,
}

/// One step of a path between requirements.
#[derive(Serialize, JsonSchema)]
pub(crate) struct StepRow<'a> {
    /// The relation of the requirement before to `to`.
    pub(crate) relation: &'static str,
    /// Where the step leads.
    pub(crate) to: &'a str,
}

/// One control of the organisation.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ControlRow<'a> {
    /// Its id, such as `access/mfa`.
    pub(crate) id: &'a str,
    /// What is so when it operates.
    pub(crate) title: &'a str,
    /// Who answers for it; null when nobody is named.
    pub(crate) owner: Option<&'a str>,
    /// How often it operates.
    #[schemars(extend("enum" = ["continuous", "daily", "weekly", "monthly", "quarterly", "semi-annual", "annual", "on-event"]))]
    pub(crate) frequency: &'static str,
    /// What is known of it.
    #[schemars(extend("enum" = ["failing", "unknown", "open", "passing", "attested", "not_applicable", "no_occurrences", "untested"]))]
    pub(crate) status: &'static str,
    /// The weakest basis of what decided it; null when nothing did.
    pub(crate) basis: Option<&'static str>,
    /// Its subjects, counted.
    pub(crate) population: PopulationRow,
    /// Why it has its status.
    pub(crate) reason: &'a str,
    /// The rules that test it.
    pub(crate) rules: Vec<&'a str>,
    /// The assessed requirements that it shows something of.
    pub(crate) requirements: Vec<&'a str>,
}

/// The subjects of a control, counted by their worst outcome.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PopulationRow {
    /// How many there should be.
    pub(crate) expected: u64,
    /// How many have an outcome.
    pub(crate) assessed: u64,
    /// Passed.
    pub(crate) pass: u64,
    /// Failed.
    pub(crate) fail: u64,
    /// Could not be told.
    pub(crate) inconclusive: u64,
    /// Not concerned.
    pub(crate) not_applicable: u64,
    /// Failed, and a waiver takes them out of the count.
    pub(crate) waived: u64,
}

/// One rule, with exact counts.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RuleRow<'a> {
    /// Its id, such as `identity/mfa-enforced`.
    pub(crate) id: &'a str,
    /// How the world is when it passes.
    pub(crate) title: &'a str,
    /// How much a failure matters.
    #[schemars(extend("enum" = ["low", "medium", "high", "critical"]))]
    pub(crate) severity: &'static str,
    /// The kind of fact that it tests.
    pub(crate) kind: &'a str,
    /// The controls that it tests.
    pub(crate) controls: Vec<&'a str>,
    /// Who wrote it: it ships with the engine, is the user's own, or stands in the place of a shipped one.
    #[schemars(extend("enum" = ["shipped", "local", "override"]))]
    pub(crate) origin: &'static str,
    /// Its findings, counted.
    pub(crate) findings: CountRow,
    /// How many that fail or are inconclusive are not listed.
    pub(crate) omitted: usize,
}

/// Findings, counted by outcome.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CountRow {
    /// The subject is as the rule asks.
    pub(crate) pass: usize,
    /// The subject is not as the rule asks.
    pub(crate) fail: usize,
    /// It could not be told.
    pub(crate) inconclusive: usize,
    /// The rule asks nothing of the subject.
    pub(crate) not_applicable: usize,
}

/// What a rule concluded about one subject.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FindingRow<'a> {
    /// 16 hexadecimal digits, the same in every run.
    pub(crate) id: String,
    /// The rule.
    pub(crate) rule: &'a str,
    /// Whom or what it is about.
    pub(crate) subject: &'a str,
    /// The kind of fact.
    pub(crate) kind: &'a str,
    /// Where the subject was seen.
    pub(crate) scope: &'a str,
    /// Who reported it.
    pub(crate) collector: &'a str,
    /// The outcome.
    #[schemars(extend("enum" = ["pass", "fail", "inconclusive", "not_applicable"]))]
    pub(crate) outcome: &'static str,
    /// Why; empty for a pass. Holds values of facts: treat it as data.
    pub(crate) message: &'a str,
    /// The absent field that kept the rule from telling; null when there is none.
    pub(crate) missing: Option<&'a str>,
    /// How much a failure of the rule matters.
    #[schemars(extend("enum" = ["low", "medium", "high", "critical"]))]
    pub(crate) severity: &'static str,
    /// The controls that the rule tests.
    pub(crate) controls: Vec<&'a str>,
    /// The assessed requirements that those controls show something of.
    pub(crate) requirements: Vec<&'a str>,
    /// What a person does to mend a failure.
    pub(crate) remediation: &'a str,
    /// When the oldest evidence that it is about was observed, RFC 3339; null when it is about none.
    pub(crate) observed_at: Option<String>,
    /// Since when it fails, RFC 3339; null when it does not.
    pub(crate) first_failed_at: Option<String>,
    /// The evidence that it cites, at most 100.
    pub(crate) evidence: Vec<String>,
    /// How much more evidence it rests on.
    pub(crate) evidence_omitted: usize,
    /// The waiver that holds for it; null when there is none.
    pub(crate) waiver: Option<WaiverRow<'a>>,
}

/// A decision about a finding.
#[derive(Serialize, JsonSchema)]
pub(crate) struct WaiverRow<'a> {
    /// Its name.
    pub(crate) id: &'a str,
    /// What sort of decision.
    #[schemars(extend("enum" = ["false-positive", "not-applicable", "compensating-control", "risk-acceptance", "deferral"]))]
    pub(crate) kind: &'static str,
    /// Why.
    pub(crate) reason: &'a str,
    /// Who agreed.
    pub(crate) approved_by: &'a str,
    /// When, RFC 3339.
    pub(crate) approved_at: String,
    /// When it ends, RFC 3339.
    pub(crate) expires_at: String,
}

/// Evidence that should be there and is not.
#[derive(Serialize, JsonSchema)]
pub(crate) struct GapRow<'a> {
    /// Whose evidence.
    pub(crate) collector: &'a str,
    /// Of which kind.
    pub(crate) kind: &'a str,
    /// In which scope; `*` for every scope of the collector.
    pub(crate) scope: &'a str,
    /// About which subject; null when it is about the whole scope.
    pub(crate) subject: Option<&'a str>,
    /// Why, a lower-case word such as `denied`.
    pub(crate) code: &'a str,
    /// Why, as the collector says it. Treat it as data.
    pub(crate) message: &'a str,
    /// What a person does about it.
    pub(crate) fix: &'static str,
    /// The controls that wait for it.
    pub(crate) controls: Vec<&'a str>,
    /// The assessed requirements that wait for it.
    pub(crate) requirements: Vec<&'a str>,
}

/// One fact that a finding cites, by where it was read.
#[derive(Serialize, JsonSchema)]
pub(crate) struct EvidenceRow<'a> {
    /// Its name in this report: the collector, `:fact:` and its place among the collector's facts.
    pub(crate) id: String,
    /// Who reported it.
    pub(crate) collector: &'a str,
    /// The kind of fact.
    pub(crate) kind: &'a str,
    /// Where it was seen.
    pub(crate) scope: &'a str,
    /// Whom or what it is about.
    pub(crate) subject: &'a str,
    /// When it was observed, RFC 3339.
    pub(crate) observed_at: String,
    /// The parts of the transcript that it was read from; empty when the collector did not say.
    pub(crate) from: Vec<ReadRow>,
}

/// A part of a recorded answer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ReadRow {
    /// The number of the host call.
    pub(crate) call: u64,
    /// The first byte within the answer.
    pub(crate) offset: u64,
    /// How many bytes.
    pub(crate) length: u64,
}

/// How a run ended.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ExitRow<'a> {
    /// 0: nothing in scope fails and no evidence is missing. 1: deviations. 3: something is unknown.
    pub(crate) code: u8,
    /// Why, in one sentence.
    pub(crate) reason: &'a str,
}

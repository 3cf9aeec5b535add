//! `engine fact` and `engine finding`: what a run holds, and what facts may hold.

use std::io;
use std::process::ExitCode;

use clap::Subcommand;
use facts::KindSet;
use miette::{Diagnostic, Result};
use model::{CollectorName, Fact, FactSet, KindId, Outcome, RuleId, RunId, Severity};
use report::FindingFilter;
use thiserror::Error;

use super::runs::ListFormat;
use super::{Shared, opened, printed};
use crate::pipeline::{recorded_part, sources_of};

#[derive(Debug, Subcommand)]
pub(super) enum FactCommand {
    /// The facts of a run
    List {
        /// The run; the newest without it
        #[arg(long)]
        run: Option<RunId>,
        /// Only of this kind
        #[arg(long)]
        kind: Option<KindId>,
        /// Only said by this collector
        #[arg(long)]
        collector: Option<CollectorName>,
        /// For a person, or in the form that `--facts` takes
        #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
        format: ListFormat,
        /// How many lines for a person
        #[arg(long, default_value_t = 200)]
        limit: usize,
    },
    /// One fact, whole
    Show {
        /// Its evidence id, such as `linux-host:fact:17`, or its subject
        id: String,
        /// The run; the newest without it
        #[arg(long)]
        run: Option<RunId>,
    },
    /// What the facts of a kind may hold, as JSON Schema; without a kind, of a line of `--facts`
    Schema {
        /// The kind, such as `identity.user@1`
        kind: Option<String>,
    },
    /// Every kind that is known
    Kinds,
}

/// What was asked for is not there.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub(super) enum NotThere {
    #[error("there is no kind `{0}`")]
    #[diagnostic(code(engine::fact::no_kind), help("`engine fact kinds` lists them"))]
    Kind(String),
    #[error("there is no fact `{0}` in that run")]
    #[diagnostic(code(engine::fact::no_fact), help("`engine fact list` lists them"))]
    Fact(String),
}

impl FactCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        match self {
            Self::List { run, kind, collector, format, limit } => {
                list(shared, *run, kind.as_ref(), collector.as_ref(), *format, *limit)
            }
            Self::Show { id, run } => show(shared, id, *run),
            Self::Schema { kind } => schema(shared, kind.as_deref()),
            Self::Kinds => kinds(shared),
        }
    }
}

fn list(
    shared: &Shared,
    run: Option<RunId>,
    kind: Option<&KindId>,
    collector: Option<&CollectorName>,
    format: ListFormat,
    limit: usize,
) -> Result<ExitCode> {
    let (_store, evaluated) = opened::evaluated(shared, run)?;
    let said = collector.map(|name| facts::merge(vec![recorded_part(&evaluated.facts, name)]));
    let report = report::Report { facts: said.as_ref().unwrap_or(&evaluated.facts), ..evaluated.report() };
    let terminal = printed::terminal(shared.color);
    let filter = facts::Filter { kind: kind.cloned(), ..facts::Filter::default() };
    printed::stdout(|out| match format {
        ListFormat::Text => report::fact_list(&report, kind, limit, out, &terminal),
        ListFormat::Ndjson => facts::write_ndjson(&mut report::InertJson::new(out), report.facts, &filter),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn show(shared: &Shared, id: &str, run: Option<RunId>) -> Result<ExitCode> {
    let (_store, evaluated) = opened::evaluated(shared, run)?;
    let found: Vec<&Fact> = find(&evaluated.facts, id);
    if found.is_empty() {
        return Err(NotThere::Fact(id.to_owned()).into());
    }
    let values: Vec<_> = found.into_iter().map(shown).collect();
    printed::json(|out| {
        for value in &values {
            serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The facts with that evidence id, or about that subject.
pub(super) fn find<'a>(facts: &'a FactSet, id: &str) -> Vec<&'a Fact> {
    if let Some((collector, number)) = id.split_once(":fact:")
        && let Some(at) = number.parse::<usize>().ok().and_then(|it| it.checked_sub(1))
    {
        return facts.facts().iter().filter(|it| it.collector.as_str() == collector).skip(at).take(1).collect();
    }
    facts.facts().iter().filter(|it| it.subject.as_str() == id).collect()
}

pub(super) fn shown(fact: &Fact) -> serde_json::Value {
    serde_json::json!({
        "collector": fact.collector,
        "kind": fact.kind,
        "scope": fact.scope,
        "subject": fact.subject,
        "observed_at": fact.observed_at,
        "digest": fact.digest,
        "body": serde_json::from_str::<serde_json::Value>(fact.body.as_str()).unwrap_or_default(),
        "from": fact.from,
        "field_gaps": fact.field_gaps,
    })
}

fn schema(shared: &Shared, kind: Option<&str>) -> Result<ExitCode> {
    let config = shared.read_config()?;
    let kinds = KindSet::read(&sources_of(&config))?;
    let schema = match kind {
        None => facts::line_schema(),
        Some(text) => {
            let found = kinds.resolve(text).and_then(|id| kinds.get(id));
            facts::json_schema(found.ok_or_else(|| NotThere::Kind(text.to_owned()))?)
        }
    };
    printed::json(|out| {
        serde_json::to_writer_pretty(&mut *out, &schema).map_err(io::Error::from)?;
        writeln!(out)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn kinds(shared: &Shared) -> Result<ExitCode> {
    let config = shared.read_config()?;
    let kinds = KindSet::read(&sources_of(&config))?;
    let width = kinds.iter().map(|it| it.id.as_str().len()).max().unwrap_or(0);
    printed::lines(|out| {
        for kind in kinds.iter() {
            writeln!(out, "{:width$}  {}", kind.id, kind.title)?;
        }
        Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Debug, Subcommand)]
pub(super) enum FindingCommand {
    /// The findings of a run: those that fail or are inconclusive, unless an outcome is named
    List {
        /// The run; the newest without it
        #[arg(long)]
        run: Option<RunId>,
        /// Only of this rule
        #[arg(long)]
        rule: Option<RuleId>,
        /// Only with this outcome
        #[arg(long, value_enum)]
        outcome: Option<OutcomeArgument>,
        /// Only of this severity and above
        #[arg(long, value_enum)]
        severity: Option<SeverityArgument>,
        /// For a person, or one finding a line
        #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
        format: ListFormat,
        /// How many lines for a person
        #[arg(long, default_value_t = 200)]
        limit: usize,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OutcomeArgument {
    Pass,
    NotApplicable,
    Inconclusive,
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SeverityArgument {
    Low,
    Medium,
    High,
    Critical,
}

/// Passes on those lines of findings that a filter wants.
struct WantedLines<'a> {
    filter: &'a FindingFilter,
    line: Vec<u8>,
    out: &'a mut dyn io::Write,
}

impl WantedLines<'_> {
    fn is_wanted(&self) -> bool {
        let Ok(finding) = serde_json::from_slice::<serde_json::Value>(&self.line) else { return true };
        let word = |name: &str| finding.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let severity = Severity::parse(word("severity"));
        self.filter.rule.as_ref().is_none_or(|it| it.as_str() == word("rule"))
            && match self.filter.outcome {
                Some(outcome) => outcome.as_str() == word("outcome"),
                None => matches!(word("outcome"), "fail" | "inconclusive"),
            }
            && self.filter.severity.is_none_or(|least| severity.is_some_and(|it| it >= least))
    }
}

impl io::Write for WantedLines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                if self.is_wanted() {
                    self.out.write_all(&self.line)?;
                }
                self.line.clear();
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl FindingCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let Self::List { run, rule, outcome, severity, format, limit } = self;
        let (_store, evaluated) = opened::evaluated(shared, *run)?;
        let report = evaluated.report();
        let filter = FindingFilter {
            rule: rule.clone(),
            outcome: outcome.map(|it| match it {
                OutcomeArgument::Pass => Outcome::Pass,
                OutcomeArgument::NotApplicable => Outcome::NotApplicable,
                OutcomeArgument::Inconclusive => Outcome::Inconclusive,
                OutcomeArgument::Fail => Outcome::Fail,
            }),
            severity: severity.map(|it| match it {
                SeverityArgument::Low => Severity::Low,
                SeverityArgument::Medium => Severity::Medium,
                SeverityArgument::High => Severity::High,
                SeverityArgument::Critical => Severity::Critical,
            }),
            limit: *limit,
        };
        let terminal = printed::terminal(shared.color);
        printed::stdout(|out| match format {
            ListFormat::Text => report::finding_list(&report, &filter, out, &terminal),
            ListFormat::Ndjson => {
                let mut wanted = WantedLines { filter: &filter, line: Vec::new(), out };
                report::findings_ndjson(&report, &mut wanted)
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

//! `engine eval`: the main job.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use miette::{Diagnostic, Result};
use model::{ClockMode, CollectorName, Outcome, Severity, Timestamp};
use store::{Access, Store};
use thiserror::Error;

use super::Shared;
use super::printed::{self, Format};
use crate::clock::{Clock, FixedClock, SystemClock};
use crate::config::Config;
use crate::pipeline::{self, Evaluated, GivenFacts, Inputs, Prepared, STDIN, bundled_givers};
use crate::progress::Progress;

#[derive(Debug, Args)]
pub(super) struct Eval {
    /// Facts, one JSON object a line; `-` for stdin. Without an `engine.toml` they stand instead of this machine
    #[arg(long, value_name = "FILE")]
    facts: Vec<PathBuf>,
    /// Leave the configured collectors out
    #[arg(long)]
    no_collect: bool,
    /// Record nothing, and know nothing of earlier runs
    #[arg(long)]
    no_store: bool,
    /// Evaluate the latest observations not after this instant (RFC 3339), with the clock at it; never collects
    #[arg(long, value_name = "TIME")]
    as_of: Option<Timestamp>,
    /// Evaluate every fact again, also those that have not changed since the run before; the result is the same
    #[arg(long)]
    afresh: bool,
    /// Only this framework; may be given more than once
    #[arg(long, value_name = "ID")]
    framework: Vec<String>,
    #[command(flatten)]
    output: Outputs,
    /// Which failures end with exit code 1: all, those of this severity and above, or those that are new
    #[arg(long, value_name = "WHAT", value_enum)]
    fail_on: Option<FailOn>,
    /// Exit with 3 when fewer leaves than this many in a hundred have evidence
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    require_coverage: Option<u8>,
}

/// Where a report goes.
#[derive(Debug, Args)]
pub(super) struct Outputs {
    /// What goes to stdout
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: Format,
    /// Write a file too, in the format of its ending (.txt, .json, .ndjson, .html, .csv, .md, .sarif, .xml); may be given more than once
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// How many findings a rule stand in JSON, CSV and SARIF: 1,000, or all
    #[arg(long, value_enum, default_value = "listed", value_name = "HOW MANY")]
    findings: FindingLimit,
}

/// How many findings a rule stand in a JSON report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FindingLimit {
    /// At most 1,000 a rule, with the number of those left out
    Listed,
    /// Every one
    All,
}

/// Which failures end with exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Failures that the run before did not have
    New,
    /// All
    Low,
    /// Medium, high and critical
    Medium,
    /// High and critical
    High,
    /// Critical
    Critical,
}

/// Arguments that do not go together.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
enum EvalError {
    /// A file of facts cannot be opened.
    #[error("the facts in `{}` cannot be read", path.display())]
    #[diagnostic(code(engine::facts::unreadable), help("check the path and its permissions; `-` reads stdin"))]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// The same name twice.
    #[error("`{}` has the name of another file that is given", path.display())]
    #[diagnostic(
        code(engine::facts::given_twice),
        help("facts are known by their file's name from run to run: give each file once, under a name of its own")
    )]
    GivenTwice { path: PathBuf },
    /// `--as-of` and live collectors.
    #[error("`--as-of` never collects, and collectors are configured")]
    #[diagnostic(code(engine::eval::as_of_collects), help("add `--no-collect` to evaluate what was recorded by then"))]
    AsOfCollects,
    /// `--as-of` and no store.
    #[error("`--as-of` evaluates what was recorded, and `--no-store` leaves it out")]
    #[diagnostic(code(engine::eval::as_of_store), help("leave one of the two out, or give `--facts`"))]
    AsOfStore,
}

impl Eval {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        self.output.check()?;
        let config = shared.read_config_with(&self.framework)?;
        let collect = self.collects(&config)?;
        let progress = Progress::new(!shared.quiet);
        let prepared = Prepared::read(&config, collect, &progress)?;
        let facts = self.open_facts()?;
        let store = if self.no_store { None } else { Some(Store::open(&config.store, Access::Write)?) };
        let fixed = self.as_of.map(|at| FixedClock { at, mode: ClockMode::AsOf });
        let clock: &dyn Clock = fixed.as_ref().map_or(&SystemClock, |it| it);
        let as_of = self.as_of.filter(|_| self.facts.is_empty());
        let inputs = Inputs { facts, collect, as_of, afresh: self.afresh };
        let evaluated = super::block_on(pipeline::run(&prepared, inputs, store.as_ref(), clock, &progress))??;
        progress.finish();
        drop(store);
        self.output.write(&evaluated, shared)?;
        Ok(ExitCode::from(self.exit_code(&evaluated)))
    }

    /// Given facts stand instead of the default collector, and beside configured ones.
    fn collects(&self, config: &Config) -> Result<bool, EvalError> {
        let collect = !self.no_collect && (config.file.is_some() || self.facts.is_empty());
        if self.as_of.is_some() && collect && config.file.is_some() && !config.collectors.is_empty() {
            return Err(EvalError::AsOfCollects);
        }
        if self.as_of.is_some() && self.no_store && self.facts.is_empty() {
            return Err(EvalError::AsOfStore);
        }
        Ok(collect && self.as_of.is_none())
    }

    fn open_facts(&self) -> Result<Vec<GivenFacts<'static>>, EvalError> {
        let mut names = BTreeSet::new();
        let mut readers: Vec<GivenFacts<'static>> = Vec::new();
        for path in &self.facts {
            let name = given_name(path);
            if !names.insert(name.clone()) {
                return Err(EvalError::GivenTwice { path: path.clone() });
            }
            if path.as_os_str() == "-" {
                readers.push(GivenFacts::supplied(name, Box::new(std::io::stdin())));
            } else {
                let unreadable = |source| EvalError::Unreadable { path: path.clone(), source };
                let file = File::open(path).map_err(unreadable)?;
                if file.metadata().map_err(unreadable)?.is_dir() {
                    return Err(unreadable(std::io::ErrorKind::IsADirectory.into()));
                }
                readers.push(GivenFacts::supplied(name, Box::new(file)));
            }
        }
        Ok(readers)
    }

    fn exit_code(&self, evaluated: &Evaluated) -> u8 {
        let code = evaluated.header.exit.code;
        let softened = if evaluated.decided.doubts.is_empty() { 0 } else { 3 };
        let code = if code == 1 && !self.is_failure(evaluated) { softened } else { code };
        if code == 0 && self.require_coverage.is_some_and(|percent| covered_percent(evaluated) < u64::from(percent)) {
            3
        } else {
            code
        }
    }

    /// Whether any failure is of the sort that `--fail-on` names.
    fn is_failure(&self, evaluated: &Evaluated) -> bool {
        let at_least = match self.fail_on {
            None | Some(FailOn::Low) => return true,
            Some(FailOn::New) => None,
            Some(FailOn::Medium) => Some(Severity::Medium),
            Some(FailOn::High) => Some(Severity::High),
            Some(FailOn::Critical) => Some(Severity::Critical),
        };
        let decided = &evaluated.decided;
        decided.rules.iter().any(|rule| {
            let Some(findings) = decided.findings.of_rule(&rule.id) else { return false };
            match at_least {
                Some(severity) => rule.severity >= severity && findings.count(Outcome::Fail) > 0,
                None => (0..findings.outcomes.len()).any(|index| {
                    findings.outcomes.get(index) == Some(&Outcome::Fail)
                        && evaluated.finding_id(rule, index).is_none_or(|id| !evaluated.failing_since.contains_key(&id))
                }),
            }
        })
    }
}

fn covered_percent(evaluated: &Evaluated) -> u64 {
    let (mut covered, mut total) = (0_u64, 0_u64);
    for framework in &evaluated.decided.assessment.frameworks {
        let summary = framework.summary;
        covered += u64::from(summary.total.saturating_sub(summary.uncovered).saturating_sub(summary.unknown));
        total += u64::from(summary.total);
    }
    (covered * 100).checked_div(total).unwrap_or(0)
}

/// The name under which given facts enter: `facts:` and the file's own name, so that the same file is the same source.
fn given_name(path: &std::path::Path) -> CollectorName {
    if path.as_os_str() == "-" {
        return CollectorName::new(STDIN).unwrap_or_else(|_| unnamed());
    }
    let text = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let word: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' }).take(100).collect();
    CollectorName::new(format!("facts:{word}")).unwrap_or_else(|_| unnamed())
}

#[expect(clippy::expect_used, reason = "a constant that a test parses")]
fn unnamed() -> CollectorName {
    CollectorName::new("facts").expect("a plain word is a name")
}

impl Outputs {
    /// What can be wrong with it, before anything is collected.
    pub(super) fn check(&self) -> Result<()> {
        for path in &self.output {
            Format::of(path)?;
        }
        Ok(())
    }

    /// Writes to stdout and to every file.
    pub(super) fn write(&self, evaluated: &Evaluated, shared: &Shared) -> Result<()> {
        let further = evaluated.further(&bundled_givers()?);
        let report = report::Report { further: &further, ..evaluated.report() };
        let findings = match self.findings {
            FindingLimit::Listed => report::Findings::Listed,
            FindingLimit::All => report::Findings::All,
        };
        for path in &self.output {
            let terminal = report::Terminal { width: 100, color: false, unicode: true };
            let format = Format::of(path)?;
            printed::file(path, |out| write_as(evaluated, &report, format, findings, terminal, out))?;
        }
        let terminal = printed::terminal(shared.color);
        printed::stdout(|out| write_as(evaluated, &report, self.format, findings, terminal, out))?;
        Ok(())
    }
}

fn write_as(
    evaluated: &Evaluated,
    report: &report::Report<'_>,
    format: Format,
    findings: report::Findings,
    terminal: report::Terminal,
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    match format {
        Format::Text => report::text(report, out, &terminal),
        Format::Json => report::json(report, out, findings),
        Format::Ndjson => report::findings_ndjson(report, out),
        Format::Html => report::html(report, out),
        Format::Csv => report::csv(report, out, findings),
        Format::Markdown => report::markdown(report, out),
        Format::Sarif => report::sarif(report, out, findings, &|collector, from| asked(evaluated, collector, from)),
        Format::Junit => report::junit(report, out),
    }
}

/// What was asked where a fact was read, by the run's own transcripts: no answer is opened for it.
fn asked(evaluated: &Evaluated, collector: &CollectorName, from: &model::ReadFrom) -> Option<report::Place> {
    let transcript = evaluated.transcripts.iter().find(|it| &it.collector == collector)?;
    let at = transcript.entries.binary_search_by(|it| it.call.cmp(&from.call)).ok()?;
    let asked = transcript.entries.get(at)?.subject.to_string();
    Some(report::Place { asked, line: None, text: None })
}

//! `engine rule`: list, check and test rules, shipped ones and the user's own.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Subcommand;
use facts::KindSet;
use miette::{Diagnostic, Result};
use model::{Outcome, RuleHeader, RuleOrigin, SourceSet};
use report::counted;
use rules::RuleProblem;
use rules::fixture::{self, FixtureReport};

use thiserror::Error;

use super::message::page;
use super::{Shared, printed};
use crate::pipeline::{rule_set, rule_settings, sources_of};

#[derive(Debug, Subcommand)]
pub(super) enum RuleCommand {
    /// The rules that are in force
    List {
        /// Only those whose name holds this text
        #[arg(default_value = "")]
        name: String,
    },
    /// Look for mistakes: types, unknown fields and functions, unused parameters
    Check {
        /// Only those whose name holds this text
        #[arg(default_value = "")]
        name: String,
    },
    /// Run the fixtures, and see that no removed, null or mistyped field makes a rule pass
    Test {
        /// Only those whose name holds this text
        #[arg(default_value = "")]
        name: String,
    },
}

/// No rule has such a name.
#[derive(Debug, Error, Diagnostic)]
#[error("no rule has `{0}` in its name")]
#[diagnostic(code(engine::rules::no_such_rule), help("`engine rule list` shows the rules; a user's own begin with `local/`"))]
struct NoRule(String);

impl RuleCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let sources = sources_of(&config);
        let kinds = KindSet::read(&sources).map_err(miette::Report::new)?;
        let read = || rule_set(&sources, &kinds, &config.settings);
        match self {
            Self::Check { name } => {
                let found = rules::check(&sources, kinds.kinds(), &rule_settings(&config.settings));
                let mut rules = sources.under("rules/", "rhai").chain(sources.under("local/rules/", "rhai"));
                if !rules.any(|(it, _)| it.contains(name.as_str())) {
                    return Err(NoRule(name.clone()).into());
                }
                check(found.into_iter().filter(|it| it.file.contains(name.as_str())).collect(), shared.color)
            }
            Self::List { name } => {
                let rules = read()?;
                let listed: Vec<_> = rules.headers().iter().filter(|it| it.id.as_str().contains(name)).collect();
                printed::lines(|out| list(out, &listed))?;
                Ok(ExitCode::SUCCESS)
            }
            Self::Test { name } => {
                let mut fixtures = crate::bundled::fixtures();
                for (fixture, text) in config.fixtures.iter() {
                    fixtures.insert(fixture, text);
                }
                let rules = read()?;
                let report = selected(fixture::run(&rules, &fixtures, kinds.kinds()), name, &sources);
                if report.rules.is_empty() && report.without.is_empty() {
                    return Err(NoRule(name.clone()).into());
                }
                printed::lines(|out| tested(out, &report))?;
                Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::from(1) })
            }
        }
    }
}

fn check(found: Vec<RuleProblem>, color: printed::Color) -> Result<ExitCode> {
    let count = found.len();
    let color = printed::terminal(color).color;
    printed::stdout(|out| {
        for it in found {
            write!(out, "{}", page(&it, color))?;
        }
        writeln!(out, "remarks: {count}")
    })?;
    Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn list(out: &mut dyn Write, rules: &[&RuleHeader]) -> io::Result<()> {
    let width = rules.iter().map(|it| it.id.as_str().len()).max().unwrap_or(0);
    for rule in rules {
        let origin = match rule.origin {
            RuleOrigin::Shipped => "",
            RuleOrigin::Local => "  (yours)",
            RuleOrigin::Override => "  (yours, in the place of a shipped one)",
        };
        writeln!(out, "{:width$}  {:8}  {}{origin}", rule.id, rule.severity.as_str(), report::inert(&rule.title, 200))?;
    }
    Ok(())
}

fn tested(out: &mut dyn Write, tested: &FixtureReport) -> io::Result<()> {
    for rule in &tested.rules {
        let mark = if rule.failures.is_empty() && rule.lacks.is_empty() { "ok   " } else { "WRONG" };
        let fixtures = counted(rule.passed_count, "fixture", "fixtures");
        let times = counted(rule.mutation_count, "time", "times");
        writeln!(out, "{mark} {}  {fixtures}, evidence taken away {times}", rule.rule)?;
        for lack in &rule.lacks {
            writeln!(out, "      no fixture expects {}", lack.as_str())?;
        }
        for failure in &rule.failures {
            let told = |outcome: Option<Outcome>| outcome.map_or("nothing", Outcome::as_str);
            let what = failure.mutation.as_deref().map(|it| format!(", {it}")).unwrap_or_default();
            let (expected, got) = (told(failure.expected), told(failure.got));
            let message = report::inert(&failure.message, 300);
            writeln!(out, "      {}:{}{what}: expected {expected}, got {got}: {message}", rule.file, failure.line)?;
        }
    }
    for rule in &tested.without {
        writeln!(out, "WRONG {rule} has no fixtures")?;
    }
    for stray in &tested.strays {
        writeln!(out, "WRONG {stray} belongs to no rule")?;
    }
    let wrong = tested.rules.iter().filter(|it| !it.failures.is_empty() || !it.lacks.is_empty()).count() + tested.without.len();
    writeln!(out, "rules tested: {}, with something wrong: {wrong}", tested.rules.len())
}

/// The part of a report that is about rules whose name holds a text.
///
/// Fixtures of a shipped rule that is switched off or replaced are no strays: its text is still there.
fn selected(report: FixtureReport, name: &str, sources: &SourceSet) -> FixtureReport {
    let has_rule =
        |stray: &String| stray.strip_suffix(".ndjson").is_some_and(|it| sources.get(&format!("rules/{it}.rhai")).is_some());
    FixtureReport {
        rules: report.rules.into_iter().filter(|it| it.rule.as_str().contains(name)).collect(),
        without: report.without.into_iter().filter(|it| it.as_str().contains(name)).collect(),
        strays: report.strays.into_iter().filter(|it| it.contains(name) && !has_rule(it)).collect(),
    }
}

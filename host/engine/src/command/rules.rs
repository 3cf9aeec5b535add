//! `engine rule`: list, check and test rules, shipped ones and the user's own.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Subcommand;
use facts::KindSet;
use miette::Result;
use model::{RuleHeader, RuleOrigin};
use rules::fixture::{self, FixtureReport};

use super::{Shared, printed};
use crate::pipeline::{rule_set, sources_of};

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

impl RuleCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let sources = sources_of(&config);
        let kinds = KindSet::read(&sources).map_err(miette::Report::new)?;
        let rules = rule_set(&sources, &kinds, &config.settings)?;
        match self {
            Self::List { name } => {
                let listed: Vec<_> = rules.headers().iter().filter(|it| it.id.as_str().contains(name)).collect();
                printed::stdout(|out| list(out, &listed))?;
                Ok(ExitCode::SUCCESS)
            }
            Self::Check { name } => {
                let found = rules.advice(|id| id.as_str().contains(name.as_str()));
                let count = found.len();
                printed::stdout(|out| {
                    for it in found {
                        writeln!(out, "{:?}", miette::Report::new(it))?;
                    }
                    let checked = rules.headers().iter().filter(|it| it.id.as_str().contains(name)).count();
                    writeln!(out, "{checked} rules checked, {count} remarks")
                })?;
                Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
            }
            Self::Test { name } => {
                let mut fixtures = crate::bundled::fixtures();
                for (fixture, text) in config.fixtures.iter() {
                    fixtures.insert(fixture, text);
                }
                let report = fixture::run(&rules, &fixtures, kinds.kinds(), |id| id.as_str().contains(name.as_str()));
                printed::stdout(|out| tested(out, &report))?;
                Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::from(1) })
            }
        }
    }
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

fn tested(out: &mut dyn Write, report: &FixtureReport) -> io::Result<()> {
    writeln!(out, "{report}")
}

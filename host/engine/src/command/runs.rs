//! `engine report`, `engine history` and `engine diff`: runs that were recorded.

use std::process::ExitCode;

use clap::Args;
use miette::Result;
use model::RunId;

use super::eval::Outputs;
use super::{Shared, opened, printed};
use crate::pipeline::{Evaluated, Recorded};

#[derive(Debug, Args)]
pub(super) struct ReportCommand {
    /// The run; the newest without it
    run: Option<RunId>,
    #[command(flatten)]
    output: Outputs,
}

impl ReportCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        self.output.check()?;
        let (_store, evaluated) = opened::evaluated(shared, self.run)?;
        self.output.write(&evaluated, shared)?;
        Ok(ExitCode::from(evaluated.header.exit.code))
    }
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ListFormat {
    /// For a person
    Text,
    /// One JSON object a line
    Ndjson,
}

#[derive(Debug, Args)]
pub(super) struct History {
    /// For a person, or one run a line
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: ListFormat,
}

impl History {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let runs = opened::store(&config)?.runs()?;
        let terminal = printed::terminal(shared.color);
        printed::stdout(|out| match self.format {
            ListFormat::Text => report::history(&runs, out, &terminal),
            ListFormat::Ndjson => printed::json_lines(out, &runs),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The earlier run
    before: RunId,
    /// The later run; the newest without it
    after: Option<RunId>,
    /// For a person, or one JSON object
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: ListFormat,
}

impl Diff {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let (store, after) = opened::evaluated(shared, self.after)?;
        let before = Evaluated::of_recorded(Recorded::load(&store, self.before)?)?;
        let (before, after) = (before.report(), after.report());
        let changes = report::diff(&before, &after);
        let terminal = printed::terminal(shared.color);
        printed::stdout(|out| match self.format {
            ListFormat::Text => report::changes(&changes, out, &terminal),
            ListFormat::Ndjson => printed::json_lines(out, std::slice::from_ref(&changes)),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

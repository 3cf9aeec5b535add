//! `engine plan`: what to fix first in a recorded run, and what further collectors would reach.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use crosswalk::Giver;
use miette::{Diagnostic, Result};
use model::{Further, Plan, RunId};
use report::{Report, Terminal};
use thiserror::Error;

use super::{Shared, opened, printed};
use crate::pipeline::{bundled_givers, configured_givers};

/// How many fixes a terminal shows without `--all`.
const SHOWN: usize = 20;

/// What a plan is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum PlanFormat {
    /// For a terminal
    Text,
    /// A table for a spreadsheet
    Csv,
    /// One JSON object
    Json,
    /// One self-contained page
    Html,
}

/// The ending of a file names no form of a plan.
#[derive(Debug, Error, Diagnostic)]
#[error("`{}` does not end in a form of a plan", path.display())]
#[diagnostic(code(engine::output::format), help("known endings are .txt, .csv, .json and .html"))]
struct UnknownForm {
    path: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct PlanCommand {
    /// The run; the newest without it
    run: Option<RunId>,
    /// What goes to stdout
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: PlanFormat,
    /// Write a file too, in the format of its ending (.txt, .csv, .json, .html); may be given more than once
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// Show every fix on the terminal, not only the first 20
    #[arg(long)]
    all: bool,
}

/// A plan with what it was made of.
struct Planned<'a> {
    report: Report<'a>,
    plan: Plan,
    further: Vec<Further>,
    most: usize,
}

impl PlanCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let forms = self.output.iter().map(|path| PlanFormat::of(path)).collect::<Result<Vec<_>, _>>()?;
        let config = shared.read_config()?;
        let (_store, evaluated) = opened::evaluated(shared, self.run)?;
        let mut others: Vec<Giver> = bundled_givers()?;
        others.extend(configured_givers(&config, true)?);
        let most = if self.all { usize::MAX } else { SHOWN };
        let (plan, further) = (evaluated.plan()?, evaluated.further(&others));
        let planned = Planned { report: evaluated.report(), plan, further, most };
        for (path, form) in self.output.iter().zip(forms) {
            let terminal = Terminal { width: 100, color: false, unicode: true };
            printed::file(path, |out| planned.write(form, terminal, out))?;
        }
        let terminal = printed::terminal(shared.color);
        printed::stdout(|out| planned.write(self.format, terminal, out))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl PlanFormat {
    fn of(path: &Path) -> Result<Self, UnknownForm> {
        match path.extension().and_then(OsStr::to_str) {
            Some("txt") => Ok(Self::Text),
            Some("csv") => Ok(Self::Csv),
            Some("json") => Ok(Self::Json),
            Some("html" | "htm") => Ok(Self::Html),
            _ => Err(UnknownForm { path: path.to_owned() }),
        }
    }
}

impl Planned<'_> {
    fn write(&self, form: PlanFormat, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
        match form {
            PlanFormat::Text => report::plan_text(&self.report, &self.plan, &self.further, self.most, out, &terminal),
            PlanFormat::Csv => report::plan_csv(&self.report, &self.plan, out),
            PlanFormat::Json => report::plan_json(&self.report, &self.plan, &self.further, out),
            PlanFormat::Html => report::plan_html(&self.report, &self.plan, &self.further, out),
        }
    }
}

//! `engine framework`, `engine control` and `engine crosswalk`: what findings are read against.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use miette::{Diagnostic, Result};
use model::{Catalog, ControlId, RequirementId, RunId};
use report::Reached;
use store::StoreError;
use thiserror::Error;

use super::{Shared, opened, printed};
use crate::config::Config;
use crate::pipeline::{self, Evaluated, Recorded, sources_of};

/// What was asked for is not in the catalog.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
enum NotThere {
    #[error("there is no control `{0}`")]
    #[diagnostic(code(engine::catalog::no_control), help("`engine control list` lists them"))]
    Control(ControlId),
    #[error("there is no requirement `{0}`")]
    #[diagnostic(
        code(engine::catalog::no_requirement),
        help("`engine framework show FRAMEWORK` lists them; ids are the standards' own, such as `soc2:CC6.1`")
    )]
    Requirement(RequirementId),
    #[error("there is no framework `{0}`")]
    #[diagnostic(code(engine::catalog::no_framework), help("`engine framework list` lists them"))]
    Framework(String),
}

#[derive(Debug, Subcommand)]
pub(super) enum FrameworkCommand {
    /// The frameworks, how many leaves each has, and how many a control covers
    List,
    /// The requirements of one framework
    Show {
        /// Its id, such as `soc2`
        id: String,
    },
}

impl FrameworkCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let catalog = catalog_of(&config)?;
        let terminal = printed::terminal(shared.color);
        match self {
            Self::List => printed::stdout(|out| report::framework_list(&catalog, out, &terminal))?,
            Self::Show { id } => {
                let framework = catalog.frameworks.values().find(|it| it.id.as_str() == id);
                let framework = framework.ok_or_else(|| NotThere::Framework(id.clone()))?;
                printed::lines(|out| {
                    for it in &framework.requirements {
                        let indent = if it.leaf { "  " } else { "" };
                        writeln!(out, "{indent}{:24} {}", it.id, it.title)?;
                    }
                    Ok(())
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn catalog_of(config: &Config) -> Result<Catalog> {
    Ok(pipeline::catalog(&sources_of(config), &config.settings)?)
}

#[derive(Debug, Subcommand)]
pub(super) enum ControlCommand {
    /// The controls, with their status in a run
    List {
        /// The run; the newest without it
        #[arg(long)]
        run: Option<RunId>,
    },
    /// One control: what it is, what it shows of which requirement, and its status
    Show {
        /// Its id, such as `access/mfa`
        id: ControlId,
        /// The run; the newest without it
        #[arg(long)]
        run: Option<RunId>,
    },
}

impl ControlCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let (Self::List { run } | Self::Show { run, .. }) = self;
        let (_store, evaluated) = opened::evaluated(shared, *run)?;
        let report = evaluated.report();
        let terminal = printed::terminal(shared.color);
        match self {
            Self::List { .. } => printed::stdout(|out| report::control_list(&report, out, &terminal))?,
            Self::Show { id, .. } => {
                if !report.catalog.controls.contains_key(id) {
                    return Err(NotThere::Control(id.clone()).into());
                }
                printed::stdout(|out| report::control_show(&report, id, out, &terminal).map(|_| ()))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, Args)]
pub(super) struct Crosswalk {
    /// A requirement, such as `iso27001:A.8.5`
    id: RequirementId,
}

impl Crosswalk {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let catalog = catalog_of(&config)?;
        if catalog.requirement(&self.id).is_none() {
            return Err(NotThere::Requirement(self.id.clone()).into());
        }
        let reached: Vec<Reached> = crosswalk::reach(&catalog, &self.id)
            .into_iter()
            .map(|it| Reached { to: it.to, relation: it.relation, path: it.path })
            .collect();
        let last = last_run(&config)?;
        let report = last.as_ref().map(Evaluated::report);
        let terminal = printed::terminal(shared.color);
        printed::stdout(|out| report::crosswalk(&catalog, &self.id, &reached, report.as_ref(), out, &terminal).map(|_| ()))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The newest run, for the statuses in the drawing; none is needed.
fn last_run(config: &Config) -> Result<Option<Evaluated>> {
    let store = match store::Store::open(&config.store, store::Access::Read) {
        Ok(store) => store,
        Err(StoreError::Absent { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match store.last()? {
        Some(header) => Ok(Some(Evaluated::of_recorded(Recorded::load(&store, header.id)?)?)),
        None => Ok(None),
    }
}

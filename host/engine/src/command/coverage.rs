//! `engine coverage`: of every leaf, what the controls, rules and collectors at hand could show; no run is read.

use std::process::ExitCode;

use clap::Args;
use crosswalk::Giver;
use facts::KindSet;
use miette::Result;
use model::Coverage;

use super::{Shared, printed};
use crate::pipeline::{self, bundled_givers, configured_givers, rule_set, sources_of};

/// What the coverage is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum CoverageFormat {
    /// For a terminal
    Text,
    /// One JSON object
    Json,
    /// A page of Markdown
    Markdown,
}

#[derive(Debug, Args)]
pub(super) struct CoverageCommand {
    /// What goes to stdout
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: CoverageFormat,
    /// List every leaf, with the controls and collectors that test it
    #[arg(long)]
    leaves: bool,
    /// Count only the collectors of `engine.toml`, not every bundled one
    #[arg(long)]
    configured: bool,
}

impl CoverageCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let sources = sources_of(&config);
        let kinds = KindSet::read(&sources).map_err(miette::Report::new)?;
        let rules = rule_set(&sources, &kinds, &config.settings)?;
        let catalog = pipeline::catalog(&sources, &config.settings)?;
        let mut givers: Vec<Giver> = if self.configured { Vec::new() } else { bundled_givers()? };
        // A bundled collector that is configured is counted once.
        givers.extend(configured_givers(&config, !self.configured)?);
        let coverage: Coverage = crosswalk::coverage(&catalog, rules.headers(), &givers);
        let terminal = printed::terminal(shared.color);
        printed::stdout(|out| match self.format {
            CoverageFormat::Text => report::coverage_text(&coverage, &catalog, self.leaves, out, &terminal),
            CoverageFormat::Json => report::coverage_json(&coverage, out),
            CoverageFormat::Markdown => report::coverage_markdown(&coverage, &catalog, out),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

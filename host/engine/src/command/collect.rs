//! `engine collect`: collect without a report; with `--plugin FILE --print --no-store`, the loop of a plugin's author.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use miette::Result;
use model::CollectorName;
use report::counted;
use store::{Access, Store};

use super::{Shared, plugins, printed};
use crate::clock::SystemClock;
use crate::config::{CollectorConfig, Config};
use crate::pipeline::{self, Inputs, Prepared};
use crate::progress::Progress;

#[derive(Debug, Args)]
pub(super) struct Collect {
    /// Run only this component, with what the collector of its name is granted; nothing is recorded
    #[arg(long, value_name = "FILE")]
    plugin: Option<String>,
    /// Read files beneath this folder instead of `/`
    #[arg(long, value_name = "FOLDER", requires = "plugin")]
    files_root: Option<PathBuf>,
    /// Grant it everything that its manifest asks for, credentials left out
    #[arg(long, requires = "plugin")]
    grant_all: bool,
    /// Print the facts and gaps, one JSON object a line
    #[arg(long)]
    print: bool,
    /// Record nothing
    #[arg(long)]
    no_store: bool,
}

impl Collect {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let mut config = shared.read_config()?;
        if let Some(plugin) = &self.plugin {
            self.only(&mut config, plugin)?;
        }
        let progress = Progress::new(!shared.quiet);
        let prepared = Prepared::read(&config, true, &progress)?;
        // What one component says, perhaps of a made-up tree, is no evidence of this organisation.
        let store = if self.no_store || self.plugin.is_some() { None } else { Some(Store::open(&config.store, Access::Write)?) };
        let inputs = Inputs { facts: Vec::new(), collect: true, as_of: None, afresh: false };
        let evaluated = super::block_on(pipeline::run(&prepared, inputs, store.as_ref(), &SystemClock, &progress))??;
        progress.finish();
        let collected = format!(
            "{} in {}, {}",
            counted(evaluated.facts.facts().len(), "fact", "facts"),
            counted(evaluated.facts.scopes().len(), "scope", "scopes"),
            counted(evaluated.facts.gaps().len(), "gap", "gaps")
        );
        if self.print {
            printed::json(|out| facts::write_ndjson(out, &evaluated.facts, &facts::Filter::default()))?;
            printed::stderr(&collected);
        } else {
            printed::stdout(|out| writeln!(out, "{collected}"))?;
        }
        for run in evaluated.header.collectors.iter().filter(|it| !it.message.is_empty()) {
            printed::stderr(&format!("{}: {}", run.name, report::inert(&run.message, 500)));
        }
        let has_gaps = !evaluated.facts.gaps().is_empty();
        Ok(if has_gaps { ExitCode::from(3) } else { ExitCode::SUCCESS })
    }

    /// Leaves one collector: the configured one of the component's own name, or a new one that is granted nothing.
    fn only(&self, config: &mut Config, plugin: &str) -> Result<()> {
        let source = plugins::source_of(plugin);
        let file = pipeline::read_file(&source)?;
        let name = CollectorName::new(file.manifest().name.clone()).map_err(|error| miette::miette!("{error}"))?;
        let mut collector = config.collectors.remove(&name).unwrap_or_else(|| CollectorConfig::unconfigured(source.clone()));
        collector.plugin = source;
        if let Some(root) = &self.files_root {
            collector.files_root.clone_from(root);
        }
        if self.grant_all {
            let credentials = std::mem::take(&mut collector.grant.credentials);
            collector.grant = granted(&file, &collector.config)?;
            collector.grant.credentials = credentials;
        }
        config.collectors = [(name, collector)].into();
        Ok(())
    }
}

/// Everything that a manifest asks for, credentials left out; addresses that are not public still have to be granted.
fn granted(file: &plugin::PluginFile, config: &serde_json::Value) -> Result<plugin::Grant> {
    let asked = plugin::Asked::of(file.manifest(), config);
    let files: Vec<String> = asked.files.iter().map(|it| it.path.as_str().to_owned()).collect();
    let hosts: Vec<String> = asked.http.iter().map(|it| it.host.as_str().to_owned()).collect();
    plugin::Grant::parse(&files, &hosts, &[], &[])
        .map_err(|errors| miette::miette!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}

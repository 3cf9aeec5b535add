//! `engine init` and `engine config`: the file that an operator edits, and what is in force.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use miette::{Diagnostic, Result};
use thiserror::Error;

use super::{Shared, printed};
use crate::config::{self, Config, PluginSource};

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to write it into
    #[arg(default_value = ".")]
    folder: PathBuf,
}

/// The file cannot be written.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
enum InitError {
    #[error("`{}` is there already", path.display())]
    #[diagnostic(code(engine::init::exists), help("edit it, or move it away first; nothing was changed"))]
    Exists { path: PathBuf },
    #[error("`{}` cannot be written: {source}", path.display())]
    #[diagnostic(code(engine::init::unwritable), help("check that the folder exists and is yours"))]
    Unwritable { path: PathBuf, source: io::Error },
}

impl Init {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let path = self.folder.join(config::FILE_NAME);
        let unwritable = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => InitError::Exists { path: path.clone() },
            _ => InitError::Unwritable { path: path.clone(), source },
        };
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(unwritable)?;
        file.write_all(config::DEFAULT.as_bytes()).map_err(unwritable)?;
        printed::stdout(|out| {
            writeln!(out, "wrote {}", path.display())?;
            writeln!(out, "next: look at the grant of `linux-host`, then `engine doctor`, then `engine eval`")
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// What is in force, and where each value is from
    Show {
        /// Say where each value is from
        #[arg(long)]
        origin: bool,
    },
}

impl ConfigCommand {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let Self::Show { origin } = self;
        let config = shared.read_config()?;
        printed::stdout(|out| show(out, &config, shared, *origin))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn show(out: &mut dyn io::Write, config: &Config, shared: &Shared, origin: bool) -> io::Result<()> {
    let file = config
        .file
        .as_ref()
        .map_or_else(|| "the defaults (no engine.toml here or above)".to_owned(), |it| it.display().to_string());
    let from = |flag: bool| match (origin, flag) {
        (false, _) => String::new(),
        (true, true) => "  # a flag or the environment".to_owned(),
        (true, false) => format!("  # {file}"),
    };
    writeln!(out, "# from {file}")?;
    writeln!(out, "store = {:?}{}", config.store.display().to_string(), from(shared.store.is_some()))?;
    writeln!(out, "threads = {}{}", config.threads, from(shared.threads.is_some()))?;
    for (id, categories) in &config.settings.frameworks {
        let categories: Vec<_> = categories.iter().map(|it| format!("{it:?}")).collect();
        let shown = if categories.is_empty() { "its default".to_owned() } else { format!("[{}]", categories.join(", ")) };
        writeln!(out, "framework.{id}.categories = {shown}{}", from(false))?;
    }
    for (name, _) in config.sources.iter() {
        writeln!(out, "# your own: {name}")?;
    }
    for (name, collector) in &config.collectors {
        let plugin = match &collector.plugin {
            PluginSource::Bundled(name) => format!("bundled:{name}"),
            PluginSource::File(path) => path.display().to_string(),
        };
        writeln!(out, "collector.{name}.plugin = {plugin:?}{}", from(false))?;
        writeln!(out, "collector.{name}.limits = {:?}{}", collector.limits, from(false))?;
    }
    Ok(())
}

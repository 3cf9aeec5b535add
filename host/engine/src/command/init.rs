//! `engine init` and `engine config`: the file that an operator edits, and what is in force.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use miette::{Diagnostic, Result};
use thiserror::Error;

use super::{Shared, printed};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{self, Config, PluginSource};
use crate::example;

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to write it into
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Write the example company: its `engine.toml`, its registers with planted gaps, and a README that says which
    #[arg(long)]
    example: bool,
}

/// The file cannot be written.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
enum InitError {
    #[error("`{}` is there already", path.display())]
    #[diagnostic(code(engine::init::exists), help("edit it, or move it away first; nothing was changed"))]
    Exists { path: PathBuf },
    #[error("`{}` cannot be written", path.display())]
    #[diagnostic(code(engine::init::unwritable), help("check that the folder exists and is yours"))]
    Unwritable { path: PathBuf, source: io::Error },
}

impl Init {
    pub(super) fn run(&self) -> Result<ExitCode> {
        if self.example {
            return self.example();
        }
        let path = self.folder.join(config::FILE_NAME);
        write_new(&path, config::DEFAULT)?;
        printed::lines(|out| {
            writeln!(out, "wrote {}", path.display())?;
            writeln!(out, "next: look at the grant of `linux-host`, then `engine doctor`, then `engine eval`")
        })?;
        Ok(ExitCode::SUCCESS)
    }

    /// Writes the example company; nothing when any of its files is there already.
    fn example(&self) -> Result<ExitCode> {
        let files = example::files(SystemClock.now());
        if let Some(path) = files.keys().map(|name| self.folder.join(name)).find(|path| path.exists()) {
            return Err(InitError::Exists { path }.into());
        }
        for (name, text) in &files {
            let path = self.folder.join(name);
            let folder = path.parent().unwrap_or(&self.folder);
            fs::create_dir_all(folder).map_err(|source| InitError::Unwritable { path: folder.to_owned(), source })?;
            write_new(&path, text)?;
        }
        let count = files.len();
        printed::lines(|out| {
            writeln!(out, "wrote {count} files of an EXAMPLE company into {}", self.folder.display())?;
            writeln!(out, "next: its README.md says what is planted; then `engine eval` there")
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> Result<(), InitError> {
    let unwritable = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => InitError::Exists { path: path.to_owned() },
        _ => InitError::Unwritable { path: path.to_owned(), source },
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(unwritable)?;
    file.write_all(text.as_bytes()).map_err(unwritable)
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
        printed::lines(|out| show(out, &config, shared, *origin))?;
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
    writeln!(out, "collectors_at_once = {}{}", config.collectors_at_once, from(false))?;
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

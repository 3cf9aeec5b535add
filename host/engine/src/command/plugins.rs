//! `engine plugin`: what a component says of itself, without running it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use miette::Result;
use plugin::PluginFile;

use super::{Shared, printed};
use crate::config::PluginSource;
use crate::pipeline;

#[derive(Debug, Subcommand)]
pub(super) enum PluginCommand {
    /// What a component is, gives and asks for; nothing of it is run
    Inspect {
        /// A `.wasm` component, or `bundled:NAME`
        plugin: String,
    },
    /// The bundled collectors
    List,
}

impl PluginCommand {
    pub(super) fn run(&self, _: &Shared) -> Result<ExitCode> {
        match self {
            Self::Inspect { plugin } => {
                let file = pipeline::read_file(&source_of(plugin))?;
                printed::stdout(|out| inspect(out, &file))?;
            }
            Self::List => {
                let mut files = Vec::new();
                for name in crate::bundled::names() {
                    files.push(pipeline::read_file(&PluginSource::Bundled(name.to_owned()))?);
                }
                printed::stdout(|out| {
                    for file in &files {
                        let manifest = file.manifest();
                        writeln!(out, "bundled:{} {}  {}", manifest.name, manifest.version, manifest.description)?;
                    }
                    Ok(())
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A bundled collector's name, or a file.
pub(super) fn source_of(text: &str) -> PluginSource {
    match text.strip_prefix("bundled:") {
        Some(name) => PluginSource::Bundled(name.to_owned()),
        None => PluginSource::File(PathBuf::from(text)),
    }
}

fn inspect(out: &mut dyn Write, file: &PluginFile) -> io::Result<()> {
    let manifest = file.manifest();
    let shown = |text: &str| report::inert(text, 300);
    writeln!(out, "{} {}", shown(&manifest.name), manifest.version)?;
    writeln!(out, "{}", shown(&manifest.description))?;
    writeln!(out, "digest  {}", file.digest())?;
    writeln!(out, "engine  {}, contract {}", manifest.engine, manifest.wit)?;
    writeln!(out, "\ngives")?;
    for kind in &manifest.kinds {
        writeln!(out, "  {kind}")?;
    }
    if !manifest.files.is_empty() {
        writeln!(out, "\nasks to read")?;
    }
    for it in &manifest.files {
        writeln!(out, "  {}  {}", shown(it.path.as_str()), shown(&it.why))?;
    }
    if !manifest.http.is_empty() {
        writeln!(out, "\nasks to reach")?;
    }
    for it in &manifest.http {
        writeln!(out, "  {}  {}", shown(it.host.as_str()), shown(&it.why))?;
    }
    for it in &manifest.credentials {
        writeln!(out, "  credential {}  {}", shown(&it.name), shown(&it.why))?;
    }
    writeln!(out, "\nNone of this is granted by asking: `[collector.NAME.grant]` in engine.toml does that.")
}

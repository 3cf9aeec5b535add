//! `engine plugin`: what a component says of itself, without running it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use miette::{Diagnostic, Result};
use plugin::{Manifest, PluginFile};
use thiserror::Error;

use super::{Shared, iam_policy, printed};
use crate::config::PluginSource;
use crate::pipeline;

/// What is shown of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum InspectFormat {
    /// All of it, for a terminal
    Text,
    /// The permissions that it needs, as a policy of AWS
    IamPolicy,
}

#[derive(Debug, Subcommand)]
pub(super) enum PluginCommand {
    /// What a component is, gives and asks for; nothing of it is run
    Inspect {
        /// A `.wasm` component, or `bundled:NAME`
        plugin: String,
        /// What goes to stdout
        #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
        format: InspectFormat,
    },
    /// The bundled collectors
    List,
    /// Put a manifest into a component that was built without one: in Python, JavaScript, or by hand
    Build {
        /// The component
        component: PathBuf,
        /// Its `plugin.toml`
        #[arg(long, value_name = "FILE")]
        manifest: PathBuf,
        /// The plugin
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
}

/// A plugin could not be built.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
enum BuildError {
    #[error("`{}` cannot be read", path.display())]
    #[diagnostic(code(engine::plugin::unreadable), help("check the path and its permissions"))]
    Unreadable { path: PathBuf, source: io::Error },
}

fn read(path: &Path) -> Result<Vec<u8>, BuildError> {
    fs::read(path).map_err(|source| BuildError::Unreadable { path: path.to_owned(), source })
}

/// A component with a custom section after it: the id 0, the length, the name with its length, the content.
fn with_manifest(mut component: Vec<u8>, manifest: &[u8]) -> Vec<u8> {
    let mut payload = leb128(plugin::MANIFEST_SECTION.len());
    payload.extend_from_slice(plugin::MANIFEST_SECTION.as_bytes());
    payload.extend_from_slice(manifest);
    component.push(0);
    component.extend(leb128(payload.len()));
    component.extend(payload);
    component
}

/// A number as WebAssembly writes it: seven bits a byte, the lowest first.
fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7F).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

impl PluginCommand {
    pub(super) fn run(&self, _: &Shared) -> Result<ExitCode> {
        match self {
            Self::Inspect { plugin, format } => {
                let file = pipeline::read_file(&source_of(plugin))?;
                match format {
                    InspectFormat::Text => printed::lines(|out| inspect(out, &file))?,
                    InspectFormat::IamPolicy => {
                        let policy = iam_policy::of(file.manifest())?;
                        printed::json(|out| iam_policy::write(out, &policy))?;
                    }
                }
            }
            Self::Build { component, manifest, output } => {
                let built = with_manifest(read(component)?, &read(manifest)?);
                let file = PluginFile::from_bytes(built)?;
                printed::file(output, |out| out.write_all(file.bytes()))?;
                printed::lines(|out| inspect(out, &file))?;
            }
            Self::List => {
                let mut files = Vec::new();
                for name in crate::bundled::names() {
                    files.push(pipeline::read_file(&PluginSource::Bundled(name.to_owned()))?);
                }
                printed::lines(|out| {
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
    writeln!(out, "\ngives ({})", manifest.basis.as_str())?;
    for kind in &manifest.kinds {
        writeln!(out, "  {kind}")?;
    }
    if !manifest.config.is_empty() {
        writeln!(out, "\ntakes")?;
    }
    for (name, it) in &manifest.config {
        let default = match (&it.default, it.required) {
            (Some(value), _) => format!(", {} without it", shown(&value.to_string())),
            (None, true) => ", required".to_owned(),
            (None, false) => String::new(),
        };
        writeln!(out, "  config.{}  {}{default}: {}", shown(name), it.ty, shown(&it.description))?;
    }
    if !manifest.limits.is_empty() {
        writeln!(out, "\nwishes for")?;
    }
    for (name, wish) in &manifest.limits {
        writeln!(out, "  {name} {wish}")?;
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
        let kind = it.kind.as_ref().map(|kind| format!(" ({kind})")).unwrap_or_default();
        writeln!(out, "  credential {}{kind}  {}", shown(&it.name), shown(&it.why))?;
    }
    needs(out, manifest)?;
    writeln!(out, "\nNone of this is granted by asking: `[collector.NAME.grant]` in engine.toml does that.")
}

/// What the operator has to allow elsewhere.
fn needs(out: &mut dyn Write, manifest: &Manifest) -> io::Result<()> {
    let shown = |text: &str| report::inert(text, 300);
    if !manifest.permissions.is_empty() {
        writeln!(out, "\nneeds in the system that it asks, given there")?;
    }
    for (name, it) in &manifest.permissions {
        let kinds = it.kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let kinds = if kinds.is_empty() { "everything".to_owned() } else { kinds };
        writeln!(out, "  {}  {} ({kinds})", shown(name), shown(&it.why))?;
    }
    Ok(())
}

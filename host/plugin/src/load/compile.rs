//! Compiling: in a child process with hard limits, so that a hostile component can neither fill this process's memory nor
//! hold its time, nor do anything here if the compiler itself can be subverted.
//!
//! Takes component bytes and gives the compiled artifact. The child gets no environment and only its standard streams.

use core::time::Duration;
use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};

use rustix::process::{Resource, Rlimit, setrlimit};
use wasmtime::Engine;

use super::LoadError;
use super::engine::config;
use crate::file::{MAX_COMPONENT, PluginFile};

/// Where components are compiled.
#[derive(Debug, Clone)]
pub enum Compiler {
    /// In a child process, which must call [`compile_stdin_to_stdout`].
    Child {
        /// The program; the engine's own.
        executable: PathBuf,
        /// Its arguments, such as the hidden subcommand.
        args: Vec<OsString>,
    },
    /// In this process: for tests, and for components that are trusted.
    InThread,
}

const WALL: Duration = Duration::from_mins(3);
const CPU_SECS: u64 = 240;
const MEMORY: u64 = 4 * 1024 * 1024 * 1024;
const OPEN_FILES: u64 = 32;
const MAX_ARTIFACT: u64 = 1024 * 1024 * 1024;
const MAX_ERROR: u64 = 16 * 1024;

impl Compiler {
    pub(super) fn compile(&self, engine: &Engine, file: &PluginFile) -> Result<Vec<u8>, LoadError> {
        let plugin = file.manifest().name.clone();
        match self {
            Self::InThread => {
                engine.precompile_component(file.bytes()).map_err(|error| LoadError::Refused { plugin, reason: shown(&error) })
            }
            Self::Child { executable, args } => {
                let failed = |source| LoadError::Compiler { executable: executable.clone(), source };
                let child = Command::new(executable)
                    .args(args)
                    .env_clear()
                    .current_dir("/")
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .map_err(failed)?;
                let (artifact, reason) = converse(child, file).map_err(failed)?;
                reason.map_or(Ok(artifact), |reason| Err(LoadError::Refused { plugin, reason }))
            }
        }
    }
}

fn shown(error: &wasmtime::Error) -> String {
    format!("{error:#}").chars().take(2000).collect()
}

/// Feeds the child, reads both of its outputs within their limits, and waits no longer than [`WALL`].
fn converse(mut child: Child, file: &PluginFile) -> std::io::Result<(Vec<u8>, Option<String>)> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if let Some(mut stdin) = stdin {
                // A child that refuses early closes its end; what it says then is on its standard error.
                let _ = stdin.write_all(file.bytes());
            }
        });
        let errors = scope.spawn(move || {
            let mut text = Vec::new();
            if let Some(stderr) = stderr {
                let _ = stderr.take(MAX_ERROR).read_to_end(&mut text);
            }
            text
        });
        let artifact = scope.spawn(move || {
            let mut bytes = Vec::new();
            let read = stdout.map_or(Ok(0), |stdout| stdout.take(MAX_ARTIFACT).read_to_end(&mut bytes));
            let _ = tell.send(());
            read.map(|_| bytes)
        });
        let late = told.recv_timeout(WALL).is_err();
        if late {
            child.kill()?;
        }
        let status = child.wait()?;
        let gone = || std::io::Error::other("a reading thread ended early");
        let artifact = artifact.join().map_err(|_| gone())??;
        let errors = errors.join().map_err(|_| gone())?;
        let reason = if late {
            Some(format!("compiling took longer than {} s", WALL.as_secs()))
        } else if status.success() {
            None
        } else {
            let said: String = String::from_utf8_lossy(&errors).trim().chars().take(2000).collect();
            Some(if said.is_empty() {
                format!("the compiler was stopped ({status}): it needs too much time or memory")
            } else {
                said
            })
        };
        Ok((artifact, reason))
    })
}

/// Compiles the component on standard input and writes the artifact to standard output, after taking rights from itself.
///
/// This is all that the hidden subcommand of the executable does. It reads no file, no environment and no network.
pub fn compile_stdin_to_stdout() -> ExitCode {
    match limited_compile() {
        Ok(artifact) if std::io::stdout().lock().write_all(&artifact).is_ok() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(reason) => {
            let _ = writeln!(std::io::stderr().lock(), "{reason}");
            ExitCode::FAILURE
        }
    }
}

fn limited_compile() -> Result<Vec<u8>, String> {
    for (resource, most) in [
        (Resource::Cpu, CPU_SECS),
        (Resource::As, MEMORY),
        (Resource::Nofile, OPEN_FILES),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ] {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, limit).map_err(|error| format!("a limit could not be set: {error}"))?;
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MAX_COMPONENT + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_COMPONENT {
        return Err("the component is too large".to_owned());
    }
    let engine = Engine::new(&config()).map_err(|error| shown(&error))?;
    engine.precompile_component(&bytes).map_err(|error| shown(&error))
}

//! Compiling: in a child process with hard limits, so that a hostile component can neither fill this process's memory nor
//! hold its time, nor do anything here if the compiler itself can be subverted.
//!
//! Takes component bytes and gives the compiled artifact. The child gets no environment and only its standard streams.

use core::time::Duration;
use std::ffi::OsString;
use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
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

/// The exit code of a child that says why the component is refused.
const REFUSED: i32 = 1;
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
                let (artifact, reason) = converse(child, file, WALL).map_err(failed)?;
                reason.map_or(Ok(artifact), |reason| Err(LoadError::Refused { plugin, reason }))
            }
        }
    }
}

fn shown(error: &wasmtime::Error) -> String {
    format!("{error:#}").chars().take(2000).collect()
}

/// Feeds the child, reads both of its outputs within their limits, and waits no longer than `wall`, whatever the child does:
/// it may close its outputs and stay, or leave them to another process and go.
fn converse(mut child: Child, file: &PluginFile, wall: Duration) -> std::io::Result<(Vec<u8>, Option<String>)> {
    let until = Instant::now() + wall;
    let (stdin, bytes) = (child.stdin.take(), Arc::clone(file.bytes()));
    thread::Builder::new().spawn(move || {
        if let Some(mut stdin) = stdin {
            // A child that refuses early closes its end; what it says then is on its standard error.
            let _ = stdin.write_all(&bytes);
        }
    })?;
    let artifact = read_aside(child.stdout.take(), MAX_ARTIFACT)?;
    let errors = read_aside(child.stderr.take(), MAX_ERROR)?;
    let outputs = artifact.recv_timeout(left(until)).and_then(|it| Ok((it, errors.recv_timeout(left(until))?)));
    let (Ok((artifact, errors)), Some(status)) = (outputs, wait_until(&mut child, until)?) else {
        child.kill()?;
        child.wait()?;
        return Ok((Vec::new(), Some(format!("compiling took longer than {wall:?}"))));
    };
    if status.success() {
        return Ok((artifact?, None));
    }
    let said: String = String::from_utf8_lossy(&errors?).trim().chars().take(2000).collect();
    // What it says of the component it says itself; what a panic or an allocator says is of no use to anybody.
    let reason = if status.code() == Some(REFUSED) && !said.is_empty() {
        said
    } else {
        format!("the compiler was stopped ({status}): it needs too much time or memory")
    };
    Ok((Vec::new(), Some(reason)))
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

/// Reads to the end, or to the limit, in a thread that nobody has to wait for.
fn read_aside(from: Option<impl Read + Send + 'static>, most: u64) -> std::io::Result<Receiver<std::io::Result<Vec<u8>>>> {
    let (tell, told) = channel();
    thread::Builder::new().spawn(move || {
        let mut bytes = Vec::new();
        let read = from.map_or(Ok(0), |from| from.take(most).read_to_end(&mut bytes));
        let _ = tell.send(read.map(|_| bytes));
    })?;
    Ok(told)
}

/// How the child ended; `None` when it has not by then. Its outputs are closed: mostly it is gone already.
fn wait_until(child: &mut Child, until: Instant) -> std::io::Result<Option<ExitStatus>> {
    loop {
        let status = child.try_wait()?;
        if status.is_some() || left(until).is_zero() {
            return Ok(status);
        }
        thread::sleep(left(until).min(Duration::from_millis(1)));
    }
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
            // Not that of a panic, which is no refusal.
            u8::try_from(REFUSED).map_or(ExitCode::FAILURE, ExitCode::from)
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
        // A limit that it was started with is never raised: whoever set it may not let it be, and then nothing would compile.
        let most = getrlimit(resource).maximum.map_or(most, |it| it.min(most));
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt as _;

    use super::*;
    use crate::tests::{MANIFEST, collects, with_manifest};

    /// With reading threads that were waited for, and a `wait` without a limit, only the first came to an end.
    #[test]
    fn threat_7_a_child_is_not_waited_for_longer_than_it_may_take_whatever_it_does() {
        let file = PluginFile::from_bytes(with_manifest(collects(""), MANIFEST)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        // What nobody writes to: who reads it stays until the test is done with it.
        let endless = folder.path().join("endless");
        assert!(Command::new("mkfifo").arg(&endless).status().unwrap().success());
        for script in [r#"exec cat "$0""#, r#"exec >&- 2>&-; read -r it <"$0""#, r#"cat "$0" & wait"#, r#"cat "$0" & exit 0"#] {
            let mut command = Command::new("/bin/sh");
            command.args(["-c", script]).arg(&endless).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let (artifact, reason) = converse(command.spawn().unwrap(), &file, Duration::from_millis(200)).unwrap();
            assert_eq!((artifact, reason.as_deref()), (Vec::new(), Some("compiling took longer than 200ms")), "{script}");
            let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
            drop(std::fs::OpenOptions::new().write(true).custom_flags(flags).open(&endless));
        }
    }
}

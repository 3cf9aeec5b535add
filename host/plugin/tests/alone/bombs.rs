//! Components that are small to send and costly to compile, in a child with less time and memory than the product gives.

use std::os::unix::net::UnixDatagram;
use std::process::ExitCode;

use components::{bombs, with_manifest};
use engine_plugin::{Compiler, FileError, LoadError, Loader, LoaderConfig, PluginFile, compile_stdin_to_stdout};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::{ARGUMENT, peak};

const MIB: u64 = 1 << 20;
const CPU_SECS: u64 = 4;
const MEMORY: u64 = 768 * MIB;

/// Compiles as the product does, within less, and says to the socket how much memory it took.
pub(crate) fn compile(socket: &str) -> ExitCode {
    for (resource, most) in [(Resource::Cpu, CPU_SECS), (Resource::As, MEMORY)] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }).unwrap();
    }
    let code = compile_stdin_to_stdout();
    UnixDatagram::unbound().unwrap().send_to(&peak().to_le_bytes(), socket).unwrap();
    code
}

/// Without `setrlimit` in `limited_compile`, and so without any limit, a billion locals were not compiled after minutes.
pub(crate) fn threat_7_a_component_that_costs_much_is_refused_within_its_limits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("peak");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_nonblocking(true).unwrap();
    let compiler = Compiler::Child { executable: std::env::current_exe().unwrap(), args: vec![ARGUMENT.into(), path.into()] };
    let config = LoaderConfig { compiler, cache_dir: None, engine_version: semver::Version::new(0, 1, 0) };
    let compiling = Loader::new(config).unwrap();
    let (mut stopped, mut loaded) = (0, 0);
    for bomb in bombs() {
        let before = peak();
        let started = std::time::Instant::now();
        let result = PluginFile::from_bytes(with_manifest(&bomb.component)).map(|file| compiling.load(&file));
        let mut report = [0; 8];
        let child = socket.recv(&mut report).ok().map(|_| u64::from_le_bytes(report));
        let outcome = match &result {
            Err(FileError::NotAComponent { reason }) => reason.clone(),
            Err(error) => panic!("{}: {error}", bomb.name),
            Ok(Err(LoadError::Refused { reason, .. })) => {
                stopped += u32::from(reason.contains("too much time or memory"));
                reason.clone()
            }
            Ok(Err(error @ (LoadError::Link { .. } | LoadError::UnknownImport { .. }))) => error.to_string(),
            Ok(Err(error)) => panic!("{}: {error}", bomb.name),
            Ok(Ok(_)) => {
                loaded += 1;
                "loaded".to_owned()
            }
        };
        println!(
            "{}: {outcome:.200} ({} bytes, {:?}, host +{} MiB, child {:?})",
            bomb.name,
            bomb.component.len(),
            started.elapsed(),
            (peak() - before) / MIB,
            child.map(|it| it / MIB)
        );
        assert!(!outcome.contains("panicked"), "{}: {outcome}", bomb.name);
        assert!(child.is_none_or(|peak| peak <= MEMORY), "{}: the child held {child:?} bytes", bomb.name);
        drop(result);
        let grown = peak() - before;
        assert!(grown < 512 * MIB, "{}: the host grew by {grown} bytes", bomb.name);
    }
    assert!(stopped > 0 && loaded > 0, "{stopped} were stopped, {loaded} were loaded");
}

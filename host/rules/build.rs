//! Names what the evaluation is made of, so that outcomes of another build are never taken for this one's.
//!
//! The name is a digest over the sources of this crate and of the model, the locked versions of what they use, and the compiler
//! with its standard library. It is compared for being the same and for nothing else: whoever could forge it could as well write
//! the outcomes that it stands beside.

#![expect(clippy::print_stderr, reason = "a build script speaks to cargo")]

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    match digest() {
        Ok(digest) => {
            println!("cargo::rustc-env=ENGINE_EVALUATOR={digest:016x}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("what the evaluation is made of cannot be read: {error}");
            ExitCode::FAILURE
        }
    }
}

fn digest() -> io::Result<u64> {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut hasher = DefaultHasher::new();
    for source in ["build.rs", "src", "../model/src", "../../Cargo.lock"] {
        let path = folder.join(source);
        println!("cargo::rerun-if-changed={}", path.display());
        source.hash(&mut hasher);
        add(&path, &mut hasher)?;
    }
    let compiler = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV").output()?;
    let told = String::from_utf8_lossy(&compiler.stdout);
    // The host's name is left out: it decides no outcome.
    told.lines().filter(|line| !line.starts_with("host:")).for_each(|line| line.hash(&mut hasher));
    Ok(hasher.finish())
}

/// A file, or everything beneath a folder in the order of its names.
fn add(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    path.file_name().hash(hasher);
    if !path.is_dir() {
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut names = fs::read_dir(path)?.map(|entry| entry.map(|it| it.path())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    names.len().hash(hasher);
    names.iter().try_for_each(|name| add(name, hasher))
}

//! Puts into the program what it carries with it: the texts of `scripts/`, and the bundled collectors of `plugins/`.
//!
//! The collectors are built for `wasm32-wasip2` by a cargo of their own, in a folder of their own beside those of the profiles
//! (in one of those it would wait for a lock that the outer cargo holds) and without the outer build's flags, so that the same
//! sources give the same components, which every profile then takes. `ENGINE_BUNDLED_DIR` names a folder of components that
//! were built before.

#![expect(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a build script speaks to cargo and is told by its environment"
)]

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Variables of the outer build that would change, or block, the inner one.
const OUTER_VARIABLES: [&str; 6] =
    ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTC", "CARGO_TARGET_DIR"];
const OUTER_PREFIXES: [&str; 4] = ["CARGO_BUILD_", "CARGO_PROFILE_", "CARGO_TARGET_", "CARGO_FEATURE_"];
const TARGET: &str = "wasm32-wasip2";

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\n{message}\n");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let root = path_of("CARGO_MANIFEST_DIR")?.join("../..");
    let root = fs::canonicalize(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    let out = path_of("OUT_DIR")?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=ENGINE_BUNDLED_DIR");

    let mut generated = String::new();
    write_texts("SCRIPTS", &root.join("scripts"), &["rhai", "toml"], &mut generated)?;
    write_texts("FIXTURES", &root.join("tests/fixtures/rules"), &["ndjson"], &mut generated)?;
    let forms = ["csv", "json", "md", "ndjson", "toml", "yaml"];
    write_texts("EXAMPLE", &root.join("host/engine/example"), &forms, &mut generated)?;
    write_texts("RECORDING", &root.join("host/engine/recording"), &["json", "ndjson"], &mut generated)?;
    let folder = match env::var_os("ENGINE_BUNDLED_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => build_collectors(&root, &out)?,
    };
    write_collectors(&root.join("plugins"), &folder, &mut generated)?;
    let file = out.join("bundled.rs");
    fs::write(&file, generated).map_err(|error| format!("{}: {error}", file.display()))
}

fn path_of(variable: &str) -> Result<PathBuf, String> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| format!("cargo did not set {variable}"))
}

/// A table of the files beneath a folder that have one of some endings: name, text.
fn write_texts(table: &str, folder: &Path, endings: &[&str], generated: &mut String) -> Result<(), String> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    let _ = writeln!(generated, "pub(super) const {table}: &[(&str, &str)] = &[");
    for file in files {
        if !file.extension().is_some_and(|it| endings.iter().any(|ending| it == *ending)) {
            continue;
        }
        let name = file.strip_prefix(folder).map_err(|error| error.to_string())?.to_string_lossy().replace('\\', "/");
        let _ = writeln!(generated, "    ({name:?}, include_str!({:?})),", file.display().to_string());
    }
    generated.push_str("];\n");
    Ok(())
}

/// Every file beneath a folder, sorted; tells cargo to look at each folder and file.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths =
        entries.map(|entry| entry.map(|it| it.path())).collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            list(&path, files)?;
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}

/// The bundled collectors: the folders of `plugins/` that have a `plugin.toml`.
fn collector_names(plugins: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(plugins).map_err(|error| format!("{}: {error}", plugins.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("plugin.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

fn write_collectors(plugins: &Path, folder: &Path, generated: &mut String) -> Result<(), String> {
    generated.push_str("pub(super) const COLLECTORS: &[(&str, &[u8])] = &[\n");
    for name in collector_names(plugins)? {
        let file = folder.join(format!("{}.wasm", name.replace('-', "_")));
        if !file.is_file() {
            return Err(format!("the bundled collector `{name}` is not at `{}`", file.display()));
        }
        println!("cargo::rerun-if-changed={}", file.display());
        let _ = writeln!(generated, "    ({name:?}, include_bytes!({:?})),", file.display().to_string());
    }
    generated.push_str("];\n");
    Ok(())
}

fn build_collectors(root: &Path, out: &Path) -> Result<PathBuf, String> {
    for folder in ["plugins", "sdk", "wit"] {
        watch(&root.join(folder));
    }
    ensure_target(root)?;
    let target_dir = beside_profiles(out).unwrap_or_else(|| out.join("collectors"));
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root.join("plugins"))
        .args(["build", "--release", "--locked", "--target", TARGET, "--target-dir"])
        .arg(&target_dir);
    if is_offline() {
        cargo.arg("--offline");
    }
    for (name, _) in env::vars_os() {
        if is_outer(&name) {
            cargo.env_remove(&name);
        }
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", remapped(root, &target_dir).join("\u{1f}"));
    let status = cargo.status().map_err(|error| format!("cargo could not be started for the bundled collectors: {error}"))?;
    if !status.success() {
        return Err("the bundled collectors in plugins/ could not be built; the messages above say why.\n\
             With no network: run `cargo fetch --manifest-path plugins/Cargo.toml` once while there is one, or set \
             ENGINE_BUNDLED_DIR to a folder of components that were built before."
            .to_owned());
    }
    Ok(target_dir.join(TARGET).join("release"))
}

/// A folder beside those of the profiles, where `OUT_DIR` is where cargo usually has it: `PROFILE/build/PACKAGE/out`.
fn beside_profiles(out: &Path) -> Option<PathBuf> {
    let profile = out.parent()?.parent().filter(|it| it.ends_with("build"))?.parent()?;
    Some(profile.parent()?.join("collectors"))
}

/// Watches the sources beneath a folder, not what an author's own build left there.
fn watch(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.file_name().is_some_and(|name| name != "target") {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
}

fn is_outer(name: &OsString) -> bool {
    let name = name.to_string_lossy();
    OUTER_VARIABLES.contains(&name.as_ref()) || OUTER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// No path of this machine gets into a component.
fn remapped(root: &Path, target_dir: &Path) -> Vec<String> {
    let mut flags = vec![
        format!("--remap-path-prefix={}=/target", target_dir.display()),
        format!("--remap-path-prefix={}=/engine", root.display()),
    ];
    let cargo_home =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    if let Some(home) = cargo_home {
        flags.push(format!("--remap-path-prefix={}=/cargo", home.display()));
    }
    if let Some(sysroot) = sysroot() {
        flags.push(format!("--remap-path-prefix={}=/rust", sysroot.display()));
    }
    flags
}

fn sysroot() -> Option<PathBuf> {
    let output =
        Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).args(["--print", "sysroot"]).output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// Whether the outer cargo was told to stay off the network: by its setting, or by its arguments.
fn is_offline() -> bool {
    println!("cargo::rerun-if-env-changed=CARGO_NET_OFFLINE");
    let by_setting = env::var("CARGO_NET_OFFLINE").is_ok_and(|value| value == "true" || value == "1");
    by_setting || parent_arguments().iter().any(|argument| argument == "--offline" || argument == "--frozen")
}

/// The arguments of the process that started this one, where the system shows them.
fn parent_arguments() -> Vec<String> {
    let parent = fs::read_to_string("/proc/self/stat").ok().and_then(|stat| {
        let (_, after_name) = stat.rsplit_once(')')?;
        after_name.split_whitespace().nth(1).map(str::to_owned)
    });
    let arguments = parent.and_then(|pid| fs::read(format!("/proc/{pid}/cmdline")).ok()).unwrap_or_default();
    arguments.split(|byte| *byte == 0).map(|argument| String::from_utf8_lossy(argument).into_owned()).collect()
}

/// Asks rustup for the target when it is not there: its own automatic installation can be switched off.
fn ensure_target(root: &Path) -> Result<(), String> {
    let has_target = || sysroot().is_some_and(|sysroot| sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir());
    if has_target() {
        return Ok(());
    }
    println!("cargo::warning=the target {TARGET} is not installed; running `rustup target add {TARGET}`");
    let added = !is_offline()
        && Command::new("rustup").current_dir(root).args(["target", "add", TARGET]).status().is_ok_and(|status| status.success());
    if added && has_target() {
        println!("cargo::warning=rustup installed the target {TARGET}");
        return Ok(());
    }
    Err(format!(
        "the bundled collectors need the Rust target {TARGET}, which is not installed, and rustup could not add it.\n\
         Run `rustup target add {TARGET}` where there is a network, then build again; or set ENGINE_BUNDLED_DIR to a folder of \
         components that were built before."
    ))
}

//! What the hostile tests tried, written down for `docs/reliability.md`. Used by tests only.
//!
//! A test says how often it tried a thing after the last of its assertions: what is written down got through nowhere.

use std::{env, fs, io, path::Path};

/// The folder that figures are written to; without it, none are written.
pub const FOLDER: &str = "ENGINE_TEST_FIGURES";
/// Set to `1` for the long run, whose figures stand in the documentation.
pub const LONG: &str = "ENGINE_TEST_LONG";

/// How often to try: `usual` times in every run of the tests, `long` times in the long run.
pub fn times(usual: u64, long: u64) -> u64 {
    if env::var_os(LONG).is_some_and(|it| it == "1") { long } else { usual }
}

/// Writes down that `name` (a row of [`ROWS`]) was tried `count` times and never got through. The last line of a test.
///
/// # Errors
/// When the figure is not listed, or cannot be written.
pub fn tried(name: &str, count: u64) -> io::Result<()> {
    if !ROWS.iter().any(|row| row.name == name) {
        return Err(io::Error::other(format!("`{name}` is no row of engine_figures::ROWS")));
    }
    let Some(folder) = env::var_os(FOLDER) else { return Ok(()) };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name), format!("{count}\n"))
}

/// A line of the table in `docs/reliability.md`.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The name that the test gives.
    pub name: &'static str,
    /// What was tried.
    pub tried: &'static str,
    /// What must hold each time.
    pub holds: &'static str,
    /// Where the test is.
    pub test: &'static str,
}

/// All that is counted, in the order of the table.
pub const ROWS: &[Row] = &[
    Row {
        name: "kills-eval",
        tried: "`engine eval` killed at a random point",
        holds: "every run it acknowledged is present and whole, blob packs included, and the next run goes on",
        test: "tests/integration/kills.rs",
    },
    Row {
        name: "kills-store",
        tried: "a writer of the store killed at a random point",
        holds: "as above, read by another process",
        test: "host/store/tests/store/processes.rs",
    },
    Row {
        name: "power-loss",
        tried: "images of the disk after a loss of power: at each act, torn, with any of what was not synced left out, two losses in a row",
        holds: "every acknowledged run is present and whole",
        test: "host/store/src/tests/power.rs",
    },
    Row {
        name: "failed-writes",
        tried: "the k-th write, growth or sync of the disk failed, for every k",
        holds: "one clear error, nothing acknowledged that is not there, and the store opens when the disk is well",
        test: "host/store/src/tests/failed_writes.rs",
    },
    Row {
        name: "damage",
        tried: "bits flipped, files cut, files extended in a store",
        holds: "a named error, or what was recorded; no panic, no hang",
        test: "host/store/tests/store/damage.rs",
    },
    Row {
        name: "malformed-components",
        tried: "components made by wasm-smith and real plugins that were changed",
        holds: "refused or run within its limits, in a child of bounded memory and time",
        test: "tests/integration/malformed.rs",
    },
    Row {
        name: "fuzz-component",
        tried: "executions of the fuzzer on components",
        holds: "no panic, no hang, bounded memory",
        test: "tests/fuzz",
    },
    Row {
        name: "fuzz-admission",
        tried: "executions of the fuzzer on the admission of records",
        holds: "no panic; what is not admitted is a gap",
        test: "tests/fuzz",
    },
    Row {
        name: "fuzz-manifest",
        tried: "executions of the fuzzer on plugin.toml",
        holds: "no panic; a manifest that is read reads the same again",
        test: "tests/fuzz",
    },
    Row {
        name: "fuzz-ndjson",
        tried: "executions of the fuzzer on the reader of NDJSON",
        holds: "no panic; nothing is lost without a gap",
        test: "tests/fuzz",
    },
    Row {
        name: "fuzz-store",
        tried: "executions of the fuzzer on the decoders of the store",
        holds: "no panic, no allocation beyond what the bytes hold",
        test: "tests/fuzz",
    },
    Row {
        name: "hostile-rules",
        tried: "random rules of the whole language, compiled and interpreted",
        holds: "the same outcome and the same message",
        test: "host/rules/src/tests/language.rs",
    },
    Row {
        name: "hostile-subjects",
        tried: "shipped rules over empty, null, mistyped and huge subjects, and over what they join",
        holds: "never a pass where a rule read what is broken, and the interpreter agrees",
        test: "host/rules/src/tests/subjects.rs",
    },
    Row {
        name: "worlds",
        tried: "things that happened to random worlds: evidence lost, delayed, contradicted, waivers and attestations run out",
        holds: "no status and no exit code improved",
        test: "host/crosswalk/tests/crosswalk/worlds.rs",
    },
    Row {
        name: "worlds-whole",
        tried: "random worlds through the whole engine, lines lost, cut, delayed, mistyped, contradicted and added",
        holds: "no status and no exit code improved, and the run is derived again from the store to the same digest",
        test: "tests/integration/worlds.rs",
    },
];

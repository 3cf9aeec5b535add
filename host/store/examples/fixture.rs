//! Writes the stored directory of this format that later engines must open:
//! `cargo run -p engine-store --example fixture -- host/store/tests/fixtures/format-1`.
//!
//! The directory must be empty or absent. Two stores of the same runs differ in their salts and roots alone.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a program to be run by hand")]

use std::path::PathBuf;

use engine_store::{Access, Store};

#[path = "../tests/store/sample.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod sample;

fn main() {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("name the directory to write");
        return;
    };
    assert!(std::fs::read_dir(&folder).map_or(true, |mut entries| entries.next().is_none()), "the directory is not empty");
    let store = Store::open(&folder, Access::Write).unwrap();
    for run in sample::fixture() {
        store.record(&run.run()).unwrap();
    }
}

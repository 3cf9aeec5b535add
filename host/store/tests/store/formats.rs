//! Stored directories of released formats still open, verify and can be added to.

use std::fs;
use std::path::{Path, PathBuf};

use engine_store::{Access, FORMAT, Store};
use model::RunId;

use crate::sample::{Plan, check_whole, fixture, sample};

fn stored(format: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/format-{format}"))
}

#[test]
fn a_store_of_format_1_opens_and_verifies() {
    let store = Store::open(&stored(1), Access::Read).unwrap();
    let runs = fixture();
    assert_eq!(store.runs().unwrap().len(), runs.len());
    for run in &runs {
        check_whole(&store, run);
    }
    assert_eq!(store.expected().unwrap().len(), 2);
    assert_eq!(store.failing_since().unwrap().len(), 3);
}

#[test]
fn a_store_of_format_1_can_be_added_to() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("blobs")).unwrap();
    for name in ["engine.redb", "blobs/000001.pack"] {
        fs::copy(stored(1).join(name), folder.path().join(name)).unwrap();
    }
    let store = Store::open(folder.path(), Access::Write).unwrap();
    assert_eq!(store.next_run().unwrap(), RunId(5));
    let five = sample(5, &Plan::of(&["ada"], &["ada"]));
    store.record(&five.run()).unwrap();
    check_whole(&store, &five);
    check_whole(&store, &fixture()[0]);
}

#[test]
fn there_is_a_stored_directory_of_this_format() {
    assert!(stored(FORMAT).join("engine.redb").exists());
}

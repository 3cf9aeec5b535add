//! Damage is named, and never a panic, a wrong answer or a huge allocation.

use std::fs;
use std::path::{Path, PathBuf};

use engine_store::{Access, Store, StoreError};
use model::RunId;

use crate::round_trip::expected;
use crate::sample::{Plan, Sample, sample};

fn recorded(folder: &Path) -> Vec<Sample> {
    let store = Store::open(folder, Access::Write).unwrap();
    let samples = vec![sample(1, &Plan::many(60)), sample(2, &Plan { at: 60, ..Plan::many(70) })];
    for sample in &samples {
        store.record(&sample.run()).unwrap();
    }
    samples
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("blobs")).unwrap();
    for name in ["engine.redb", "lock", "blobs/000001.pack"] {
        fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    copy
}

/// Every way of reading either gives what was recorded or an error; whether verifying gave an error.
fn is_noticed(path: &Path, samples: &[Sample]) -> bool {
    let mut noticed = false;
    for access in [Access::Read, Access::Write] {
        let store = match Store::open(path, access) {
            Ok(store) => store,
            Err(error) => {
                assert!(
                    matches!(error, StoreError::Damaged { .. } | StoreError::Absent { .. } | StoreError::Io { .. }),
                    "{error:?}"
                );
                noticed = true;
                continue;
            }
        };
        for sample in samples {
            match store.load(sample.header.id) {
                Ok(stored) => assert_eq!(stored, expected(sample, &stored)),
                // That a run is not there would be a wrong answer: it was recorded.
                Err(error) => assert!(matches!(error, StoreError::Damaged { .. } | StoreError::Io { .. }), "{error:?}"),
            }
            noticed |= store.verify(sample.header.id).is_err();
        }
        noticed |= store.runs().is_err() | store.failing_since().is_err() | store.expected().is_err();
    }
    noticed
}

/// Positions spread over a file, the same in every run of the test.
fn positions(length: u64, count: u64) -> impl Iterator<Item = usize> {
    (0..count).map(move |number| usize::try_from((number * 0x9e37_79b9 + number * number * 7) % length).unwrap())
}

fn without_panic_messages<T>(work: impl FnOnce() -> T) -> T {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    std::panic::set_hook(hook);
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn file(folder: &Path, name: &str) -> (PathBuf, Vec<u8>) {
    let path = folder.join(name);
    let bytes = fs::read(&path).unwrap();
    (path, bytes)
}

#[test]
fn a_flipped_bit_anywhere_in_a_pack_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let samples = recorded(folder.path());
    let (path, bytes) = file(folder.path(), "blobs/000001.pack");
    for position in positions(bytes.len() as u64, 200).chain(0..16) {
        let mut changed = bytes.clone();
        changed[position] ^= 1 << (position % 8);
        fs::write(&path, changed).unwrap();
        assert!(is_noticed(folder.path(), &samples), "the byte at {position}");
    }
    fs::write(&path, &bytes).unwrap();
    assert!(!is_noticed(folder.path(), &samples));
}

#[test]
fn a_flipped_bit_in_the_index_gives_what_was_recorded_or_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let samples = recorded(folder.path());
    let (_, bytes) = file(folder.path(), "engine.redb");
    without_panic_messages(|| {
        for position in positions(bytes.len() as u64, 200).chain(0..32) {
            let copy = copy_of(folder.path());
            let mut changed = bytes.clone();
            changed[position] ^= 1 << (position % 8);
            fs::write(copy.path().join("engine.redb"), changed).unwrap();
            is_noticed(copy.path(), &samples);
        }
    });
}

#[test]
fn a_file_that_was_cut_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let samples = recorded(folder.path());
    without_panic_messages(|| {
        for name in ["engine.redb", "blobs/000001.pack"] {
            let (_, bytes) = file(folder.path(), name);
            for length in positions(bytes.len() as u64, 20).chain([0, 1, bytes.len() - 1]) {
                let copy = copy_of(folder.path());
                fs::write(copy.path().join(name), &bytes[..length]).unwrap();
                // redb may hold free pages at its end: cutting those loses nothing.
                let noticed = is_noticed(copy.path(), &samples);
                assert!(noticed || name == "engine.redb", "{name} cut to {length}");
            }
        }
    });
}

#[test]
fn bytes_behind_the_end_of_a_pack_are_cut_by_the_next_writer() {
    let folder = tempfile::tempdir().unwrap();
    let samples = recorded(folder.path());
    let (path, mut bytes) = file(folder.path(), "blobs/000001.pack");
    let length = bytes.len();
    bytes.extend_from_slice(&[0xff; 999]);
    fs::write(&path, bytes).unwrap();
    fs::write(folder.path().join("blobs/000002.pack"), b"never acknowledged").unwrap();
    assert!(!is_noticed(folder.path(), &samples));
    assert_eq!(fs::metadata(&path).unwrap().len(), length as u64);
    assert!(!folder.path().join("blobs/000002.pack").exists());
}

#[test]
fn an_index_that_is_older_than_the_last_acknowledged_run_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    store.record(&sample(1, &Plan::many(60)).run()).unwrap();
    drop(store);
    let (path, before) = file(folder.path(), "engine.redb");
    let store = Store::open(folder.path(), Access::Write).unwrap();
    store.record(&sample(2, &Plan::many(90)).run()).unwrap();
    drop(store);
    let packs = fs::metadata(folder.path().join("blobs/000001.pack")).unwrap().len();
    fs::write(path, before).unwrap();
    for access in [Access::Read, Access::Write] {
        let error = Store::open(folder.path(), access).unwrap_err();
        let text = error.to_string();
        assert!(text.ends_with("r2 was recorded, and the last run in the index `engine.redb` is r1"), "{text}");
    }
    assert_eq!(fs::metadata(folder.path().join("blobs/000001.pack")).unwrap().len(), packs);
}

#[test]
fn what_differs_is_named() {
    let folder = tempfile::tempdir().unwrap();
    recorded(folder.path());
    let (path, mut bytes) = file(folder.path(), "blobs/000001.pack");
    let needle = b"fn describe() {}";
    let at = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    bytes[at] ^= 1;
    fs::write(&path, bytes).unwrap();
    let error = Store::open(folder.path(), Access::Read).unwrap().verify(RunId(1)).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("r1 has been changed: the text `rules/identity/mfa-enforced.rhai`: the entry at "), "{text}");
}

#[test]
fn a_store_that_may_not_be_written_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, b"").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(Store::open(&path.join("store"), Access::Write), Err(StoreError::Io { .. })));
    assert!(matches!(Store::open(&path.join("store"), Access::Read), Err(StoreError::Absent { .. })));
}

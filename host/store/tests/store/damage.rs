//! Damage is named, and never a panic, a wrong answer or a huge allocation.

use std::fs;
use std::path::{Path, PathBuf};

use engine_store::{Access, Store, StoreError};
use model::RunId;

use crate::sample::{Plan, Sample, expected, folder, sample};

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

/// Set for the process that has little memory and little time.
const BOUNDED: &str = "ENGINE_STORE_TEST_BOUNDED";

/// One way to harm a file, drawn from a number; never its own bytes again.
fn harmed(bytes: &[u8], draw: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    let at = draw(bytes.len());
    let sector = at / 512 * 512..bytes.len().min(at / 512 * 512 + 512);
    match draw(8) {
        0 | 1 => changed[at] ^= 1 << draw(8),
        // The head of the file decides how all the rest is read.
        2 => changed[at % 512] ^= 1 << draw(8),
        3 => changed[sector].fill(if draw(2) == 0 { 0 } else { 0xff }),
        4 => changed.truncate(at),
        5 => changed.resize(bytes.len() + 1 + draw(9_000), if draw(2) == 0 { 0 } else { 0xa5 }),
        // A number that is as large as can be.
        6 => changed[at..bytes.len().min(at + 8)].fill(0xff),
        _ => {
            let other = draw(bytes.len() / 512 + 1) * 512;
            for (to, from) in sector.zip(other..bytes.len()) {
                changed[to] = bytes[from];
            }
        }
    }
    changed
}

/// What [`threat_18_damage_anywhere_is_an_error_or_what_was_recorded`] does, in a process of its own.
#[test]
fn in_bounded_memory_and_time() {
    #[expect(clippy::disallowed_methods, reason = "the parent process asks for it")]
    let Ok(count) = std::env::var(BOUNDED) else { return };
    let place = folder();
    let samples = recorded(place.path());
    let files = ["engine.redb", "blobs/000001.pack"].map(|name| file(place.path(), name));
    let lock = file(place.path(), "lock");
    let mut state = 18_u64;
    let mut draw = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % limit.max(1) as u64).unwrap()
    };
    without_panic_messages(|| {
        for _ in 0..count.parse().unwrap() {
            for (path, bytes) in files.iter().chain([&lock]) {
                fs::write(path, bytes).unwrap();
            }
            let (path, bytes) = &files[draw(2)];
            fs::write(path, harmed(bytes, &mut draw)).unwrap();
            is_noticed(place.path(), &samples);
        }
    });
    println!("\nharmed {count}");
}

/// Row 18: 2 GiB of addresses and 20 minutes of the processor are the most that any of it takes.
#[test]
fn threat_18_damage_anywhere_is_an_error_or_what_was_recorded() {
    let count = figures::times(300, 20_000);
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg("ulimit -v 2097152; ulimit -t 1200; exec \"$0\" damage::in_bounded_memory_and_time --exact --nocapture");
    let output = shell.arg(std::env::current_exe().unwrap()).env(BOUNDED, count.to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains(&format!("\nharmed {count}")), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    figures::tried("damage", count).unwrap();
}

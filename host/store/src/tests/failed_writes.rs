//! The disk refuses one act after the other.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use miette::Diagnostic as _;
use std::os::unix::fs::FileExt as _;

use super::platter::{Image, Platter, Recorder, Step, Survives, image_of, lay_out};
use super::power::store_in;
use super::{check, folder, record_next, watched};
use crate::disk::{Act, Watch};
use crate::{Access, Store, StoreError};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;
const EDQUOT: i32 = 122;

/// What the disk refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// One act.
    Once,
    /// That act, and every one after it.
    FromThenOn,
    /// One act, after half of the bytes that it was to write.
    Half,
}

/// A disk that refuses the act with this number.
#[derive(Debug)]
struct Refusing {
    at: u64,
    how: How,
    errno: i32,
    seen: AtomicU64,
    recorder: Recorder,
    refused: Mutex<Option<String>>,
}

impl Watch for Refusing {
    fn before(&self, act: &Act<'_>) -> io::Result<()> {
        let number = self.seen.fetch_add(1, Ordering::SeqCst);
        if number != self.at && (number < self.at || self.how != How::FromThenOn) {
            return self.recorder.before(act);
        }
        let step = self.recorder.step_of(act);
        self.refused.lock().unwrap().get_or_insert_with(|| super::power::told(&step));
        match (self.how, act) {
            (How::Half, Act::Write { path, offset, bytes }) => {
                let bytes = &bytes[..bytes.len() / 2];
                self.recorder.before(&Act::Write { path, offset: *offset, bytes })?;
                std::fs::OpenOptions::new().write(true).open(path)?.write_all_at(bytes, *offset)?;
            }
            (_, Act::Sync { .. }) => {
                let Step::Sync(path) = step else { unreachable!("a sync is a sync") };
                self.recorder.push(Step::FailedSync(path));
            }
            _ => {}
        }
        Err(io::Error::from_raw_os_error(self.errno))
    }
}

#[track_caller]
fn check_error(error: &StoreError, errno: i32, again: bool, at: &str) {
    let code = error.code().map(|code| code.to_string()).unwrap_or_default();
    let expected = match errno {
        EIO => "engine::store::io",
        EROFS => "engine::store::read_only",
        _ => "engine::store::full",
    };
    // A store that has failed says so again, and not always why.
    assert!(code == expected || (again && code == "engine::store::io"), "{at}: {error:?}");
    assert!(error.help().is_some(), "{at}: {error:?}");
}

/// Records a run over the image while the disk refuses one act, once more when it is well again, and looks at what is left;
/// whether there was such an act.
fn refuse(before: &Image, acknowledged: u64, at: u64, how: How, errno: i32) -> bool {
    let root = folder();
    lay_out(before, root.path());
    let path = store_in(root.path());
    let recorder = Recorder::new(root.path());
    let refusing = Arc::new(Refusing { at, how, errno, seen: AtomicU64::new(0), recorder, refused: Mutex::default() });
    let disk = watched(Arc::<Refusing>::clone(&refusing));
    let name = || format!("act {at} {how:?} {errno}: {:?}", refusing.refused.lock().unwrap());
    let mut acknowledged = acknowledged;
    match Store::open_on(&path, Access::Write, &disk) {
        Ok(store) => {
            for again in [false, true] {
                match record_next(&store) {
                    Ok(id) => acknowledged = id,
                    Err(error) => check_error(&error, errno, again, &name()),
                }
            }
        }
        Err(error) => check_error(&error, errno, false, &name()),
    }
    let refused = refusing.refused.lock().unwrap().is_some();
    // What was acknowledged is on the disk, not only in memory: the power may go now.
    let mut disk = Platter::of(before);
    refusing.recorder.steps.lock().unwrap().iter().for_each(|step| disk.step(step));
    let after_loss = folder();
    lay_out(&disk.image(&Step::Acknowledged(0), Survives::Nothing), after_loss.path());
    check(&store_in(after_loss.path()), acknowledged, &format!("{}, then no power", name()));
    check(&path, acknowledged, &name());
    refused
}

/// Row 17. Seen to fail: when a writer goes on after a sync that failed, a run is acknowledged that the disk does not have;
/// so it is without the sync of packs, of names or of the index.
#[test]
fn threat_17_whichever_act_of_the_disk_fails_there_is_one_clear_error_and_nothing_is_lost() {
    let root = folder();
    let store = Store::open(&store_in(root.path()), Access::Write).unwrap();
    for _ in 0..2 {
        record_next(&store).unwrap();
    }
    drop(store);
    let stored = image_of(root.path());
    let mut tried = 0;
    for (before, acknowledged) in [(Image::new(), 0), (stored, 2)] {
        for (how, errno) in [
            (How::Once, EIO),
            (How::FromThenOn, EIO),
            (How::FromThenOn, ENOSPC),
            (How::Half, ENOSPC),
            (How::FromThenOn, EROFS),
            (How::Once, EDQUOT),
        ] {
            for at in 0.. {
                if !refuse(&before, acknowledged, at, how, errno) {
                    break;
                }
                tried += 1;
            }
        }
    }
    figures::tried("failed-writes", tried).unwrap();
}

//! The writer's lock: one process at a time, and the others learn which.
//!
//! Takes the store's directory and gives a held lock, released by the system when the process ends however it ends. The
//! file itself is never deleted: deleting a lock file lets two processes hold two locks.
//!
//! The file says two things: the holder's process id, and the last run that was acknowledged. The second is written
//! after the run is safe, so it is never ahead of the index; an index that is behind it has lost a run, or was replaced
//! by an older one. It stands there twice, and counts for the smaller: a write that was cut in the middle leaves digits of
//! two numbers in one place, and never in both.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use model::RunId;
use rustix::fs::FlockOperation;

use crate::StoreError;
use crate::disk::{Disk, DiskFile};

/// A held writer's lock.
#[derive(Debug)]
pub(crate) struct Lock {
    file: DiskFile,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of the store at `dir` and writes this process's id into it.
    pub(crate) fn take(dir: &Path, disk: &Disk) -> Result<Self, StoreError> {
        let path = dir.join("lock");
        let file = disk.open_or_create(&path).map_err(|source| crate::open::not_writable(dir, source))?;
        match rustix::fs::flock(&file.file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let pid = said(&file.file).0;
                return Err(StoreError::Locked { path: dir.to_owned(), pid });
            }
            Err(errno) => return Err(StoreError::io(&path, "lock", errno.into())),
        }
        let run = said(&file.file).1;
        let lock = Self { file, path };
        lock.note(RunId(run))?;
        Ok(lock)
    }

    /// Notes the last acknowledged run, twice. The length is always the same, so that one write replaces all.
    pub(crate) fn note(&self, run: RunId) -> Result<(), StoreError> {
        let text = text(std::process::id(), run);
        self.file.write_all_at(text.as_bytes(), 0).map_err(|source| StoreError::io(&self.path, "write", source))
    }
}

/// The last run that was acknowledged in the store at `dir`, as its lock file says; 0 when it does not.
pub(crate) fn noted(dir: &Path) -> RunId {
    RunId(File::open(dir.join("lock")).map_or(0, |file| said(&file).1))
}

fn text(pid: u32, run: RunId) -> String {
    format!("{pid:<10}\n{run:<20}\n{run:<20}\n", run = run.0)
}

fn said(file: &File) -> (u32, u64) {
    let mut text = String::new();
    let _ = file.take(64).read_to_string(&mut text);
    read(&text)
}

fn read(text: &str) -> (u32, u64) {
    let mut lines = text.lines().map(str::trim);
    let pid = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
    let runs: Vec<u64> = lines.map(|line| line.parse().unwrap_or(0)).collect();
    (pid, runs.into_iter().min().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the run written once, `r20` that is cut after its first digit over `r19` would read `r29`, and a store that has
    /// lost nothing would be refused.
    #[test]
    fn threat_16_a_note_that_is_cut_anywhere_never_says_more_than_was_recorded() {
        for (old, new) in [(0, 1), (9, 10), (19, 20), (199, 200), (1_099, 1_100), (u64::MAX - 1, u64::MAX)] {
            let [old_text, new_text] = [old, new].map(|run| text(7_777, RunId(run)));
            for cut in 0..=new_text.len() {
                let torn = [&new_text[..cut], &old_text[cut..]].concat();
                assert!(read(&torn).1 <= new, "{torn:?}");
            }
            assert_eq!(read(&new_text), (7_777, new));
        }
        let of_an_earlier_engine = format!("{:<10}\n{:<20}\n", 42, 19);
        assert_eq!(read(&of_an_earlier_engine), (42, 19));
    }
}

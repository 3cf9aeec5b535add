//! What only the crate itself can test: the disk under it is watched, refuses, and loses power.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod failed_writes;
mod platter;
mod power;
#[path = "../../tests/store/sample.rs"]
#[expect(dead_code, reason = "the other tests use the rest")]
mod sample;

use std::path::Path;
use std::sync::Arc;

use sample::{Plan, check_whole, folder, sample};

use crate::disk::{Disk, Watch};
use crate::{Access, Store, StoreError};

/// A number drawn from a seed: the same on every machine.
#[derive(Debug)]
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Less than the limit.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }
}

fn watched(watch: Arc<dyn Watch>) -> Disk {
    Disk { watch: Some(watch) }
}

/// The plan of the run with this number, whenever it is recorded.
fn plan(id: u64) -> Plan {
    Plan { at: i64::try_from(id).unwrap(), ..Plan::many(5 + usize::try_from(id % 3).unwrap()) }
}

fn record_next(store: &Store) -> Result<u64, StoreError> {
    let id = store.next_run()?.0;
    store.record(&sample(id, &plan(id)).run())?;
    Ok(id)
}

/// That the store at the path has every acknowledged run, at most one more, and each of them whole; that a writer opens it
/// and goes on. The last run before that.
#[track_caller]
fn check(path: &Path, acknowledged: u64, at: &str) -> u64 {
    let last = match Store::open(path, Access::Read) {
        Ok(store) => check_runs(&store, at),
        Err(StoreError::Absent { .. }) => 0,
        Err(error) => panic!("{at}: a reader is told: {error:?}"),
    };
    assert!((acknowledged..=acknowledged + 1).contains(&last), "{at}: r{acknowledged} was acknowledged, and r{last} is the last");
    let store = Store::open(path, Access::Write).unwrap_or_else(|error| panic!("{at}: a writer is told: {error:?}"));
    assert_eq!(store.next_run().unwrap().0, last + 1, "{at}");
    record_next(&store).unwrap_or_else(|error| panic!("{at}: the next run: {error:?}"));
    drop(store);
    assert_eq!(check_runs(&Store::open(path, Access::Read).unwrap(), at), last + 1, "{at}");
    last
}

/// That each run of the store is whole; the number of the last.
#[track_caller]
fn check_runs(store: &Store, at: &str) -> u64 {
    let runs = store.runs().unwrap_or_else(|error| panic!("{at}: {error:?}"));
    for (header, id) in runs.iter().zip(1..) {
        assert_eq!(header.id.0, id, "{at}");
        check_whole(store, &sample(id, &plan(id)));
    }
    runs.len() as u64
}

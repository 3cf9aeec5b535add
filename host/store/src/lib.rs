//! The embedded store: every run with all its evidence, in a directory of its own.
//!
//! Takes a [`Run`] and gives it back as a [`StoredRun`], byte for byte, for as long as the directory is kept. A run that
//! was acknowledged is present and whole; one that was not leaves nothing. Whatever is read is compared with its digest
//! first. The store never evaluates, never asks for the time, and never changes a run that it has.
//!
//! The directory is described in `docs/store-format.md`.
//!
//! ```
//! use engine_store::{Access, Store};
//! let folder = tempfile::tempdir().unwrap();
//! let store = Store::open(&folder.path().join("store"), Access::Write).unwrap();
//! assert_eq!(store.next_run().unwrap().to_string(), "r1");
//! assert_eq!(store.last().unwrap(), None);
//! ```

#[cfg(test)]
extern crate self as engine_store;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use model::Archive;

mod beside;
mod blobs;
mod body;
mod bytes;
#[doc(hidden)]
pub mod decoders;
mod disk;
mod error;
mod examine;
mod export;
mod facts;
mod failing;
mod findings;
mod lock;
mod manifest;
mod open;
mod outline;
mod pack;
mod precedent;
mod read;
mod record;
mod root;
mod run;
mod schema;
#[cfg(test)]
mod tests;
mod verify;
mod work;

pub use error::StoreError;
pub use examine::Examined;
pub use outline::Outline;
pub use precedent::DecidedBy;
pub use run::{Closure, OutcomeCounts, RuleCounts, Run, StoredRun, Verified};
pub use schema::FORMAT;

use blobs::Blobs;
use disk::Disk;

/// What a store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To record runs: one process at a time. Makes the store when there is none.
    Write,
    /// To read runs: any number of processes, also while another writes.
    Read,
}

/// An open store.
pub struct Store {
    blobs: Arc<Blobs>,
}

impl core::fmt::Debug for Store {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Store").field("path", &self.blobs.path()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in a directory.
    ///
    /// For writing, makes what is not there (directories 0700, files 0600), takes the writer's lock and cuts what a
    /// writer that was killed left behind.
    ///
    /// # Errors
    /// [`StoreError::Absent`] when there is none to read, [`StoreError::Locked`] when another process writes,
    /// [`StoreError::Newer`] for a later format, [`StoreError::Damaged`] when it is not what was written.
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        Self::open_on(path, access, &Disk::default())
    }

    fn open_on(path: &Path, access: Access, disk: &Disk) -> Result<Self, StoreError> {
        guard(path, || {
            let blobs = match access {
                Access::Write => open::writing(path, disk)?,
                Access::Read => open::reading(path)?,
            };
            Ok(Self { blobs: Arc::new(blobs) })
        })
    }

    /// The bytes of the store by their digest. What is put is acknowledged by the next recorded run.
    pub fn archive(&self) -> Arc<dyn Archive> {
        Arc::<Blobs>::clone(&self.blobs)
    }

    /// Runs one operation of the store.
    fn with<T>(&self, operation: impl FnOnce(&Blobs) -> Result<T, StoreError>) -> Result<T, StoreError> {
        guard(self.blobs.path(), || operation(&self.blobs))
    }
}

/// Turns a panic into an error: redb panics on some damaged files, and damage is not a fault of this program.
fn guard<T>(path: &Path, operation: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(operation)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(StoreError::damaged(path, format!("the index `engine.redb` cannot be read: {}", said.unwrap_or("it is malformed"))))
    })
}

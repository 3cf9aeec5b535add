//! Exporting runs: a directory that is a store of its own, with just those runs.
//!
//! Entries are copied as they are stored, and the salt and the root with them, so that the copy verifies against the same
//! root. Nothing of another run is in it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use model::{ClockMode, Digest, RunId};

use crate::blobs::Blobs;
use crate::manifest::Opened;
use crate::read::{counts, open_run};
use crate::record::{commit, taking_part};
use crate::verify::{answers, reached};
use crate::{Access, Store, StoreError};

impl Store {
    /// Makes an empty directory a store that holds just these runs: every command works on it.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] when the directory has anything in it, [`StoreError::NoRun`] when there is no such run.
    pub fn export(&self, ids: &BTreeSet<RunId>, dir: &Path) -> Result<(), StoreError> {
        self.with(|blobs| {
            for id in ids {
                open_run(blobs, *id)?;
            }
            check_empty(dir)?;
            let copy = Self::open(dir, Access::Write)?;
            ids.iter().try_for_each(|id| copy_run(blobs, &copy.blobs, *id))
        })
    }
}

fn copy_run(blobs: &Blobs, copy: &Blobs, id: RunId) -> Result<(), StoreError> {
    let Opened { header, record, manifest } = open_run(blobs, id)?;
    let segments = manifest.segments(blobs)?;
    let closure = manifest.closure(blobs)?;
    let kept: BTreeSet<Digest> = record.manifest.iter().copied().chain(reached(&manifest, &segments, &closure)).collect();
    let kept: Vec<Digest> = kept.into_iter().collect();
    let answers = answers(&manifest.transcripts(blobs)?);
    for (address, place) in blobs.locate_all(&kept)? {
        copy.copy_from(blobs, address, place)?;
    }
    for (address, place) in answers.iter().zip(blobs.locate(&answers)?) {
        if let Some(place) = place {
            copy.copy_from(blobs, *address, place)?;
        }
    }
    let scopes = manifest.scopes(blobs)?;
    let live = header.clock == ClockMode::Live;
    let collectors = if live { taking_part(&header, &scopes) } else { BTreeSet::new() };
    let counts = counts(blobs, id)?;
    commit(copy, id, &record, counts.iter().map(|(rule, counts)| (rule.as_str(), *counts)), &collectors)
}

fn check_empty(dir: &Path) -> Result<(), StoreError> {
    let not_empty = || StoreError::NotEmpty { path: dir.to_owned() };
    match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().map_or(Ok(()), |_| Err(not_empty())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(not_empty()),
        Err(source) => Err(StoreError::io(dir, "read", source)),
    }
}

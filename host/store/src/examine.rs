//! Examining a whole store: which of its files are damaged, and which runs are whole all the same.
//!
//! Reads every entry of every pack once, and verifies each run when anything differs. Changes nothing and mends nothing.

use std::collections::BTreeMap;

use model::{Digest, RunId};
use redb::ReadableTable as _;

use crate::blobs::Blobs;
use crate::pack::Place;
use crate::read::{counts, open_run};
use crate::schema::{BLOBS, RUNS};
use crate::{Store, StoreError, verify, work};

/// How many entries are compared at a time.
const CHUNK: usize = 4_096;
const INDEX: &str = "engine.redb";

/// What a whole store turned out to be.
#[derive(Debug, Default)]
pub struct Examined {
    /// Each damaged file, by its name in the store's directory, and the first thing that is wrong with it.
    pub damaged: BTreeMap<String, String>,
    /// The runs that are whole.
    pub whole: Vec<RunId>,
    /// The others, and why each is not.
    pub changed: Vec<(RunId, StoreError)>,
}

impl Store {
    /// Compares every entry of every pack, and verifies the last run; every run, when anything differs.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the index cannot say which runs and packs there are.
    pub fn examine(&self) -> Result<Examined, StoreError> {
        self.with(examine)
    }
}

fn examine(blobs: &Blobs) -> Result<Examined, StoreError> {
    let mut examined = Examined { damaged: blobs.short_packs()?, ..Examined::default() };
    compare_entries(blobs, &mut examined.damaged)?;
    let ids = ids(blobs)?;
    let mut of_each = Vec::new();
    let packs_are_well = examined.damaged.is_empty();
    for id in &ids {
        let found = if packs_are_well && Some(id) != ids.last() {
            open_run(blobs, *id).and_then(|_| counts(blobs, *id)).map(drop)
        } else {
            blobs.guard(|| verify::verify_run(blobs, *id)).map(drop)
        };
        of_each.push((*id, found));
    }
    if packs_are_well && of_each.iter().any(|(_, found)| found.is_err()) {
        for (id, found) in &mut of_each {
            *found = blobs.guard(|| verify::verify_run(blobs, *id)).map(drop);
        }
    }
    for (id, found) in of_each {
        match found {
            Ok(()) => examined.whole.push(id),
            Err(error) => {
                // Every entry of every pack is what it was: what does not fit is a row.
                if packs_are_well {
                    examined.damaged.entry(INDEX.to_owned()).or_insert_with(|| error.to_string());
                }
                examined.changed.push((id, error));
            }
        }
    }
    Ok(examined)
}

fn ids(blobs: &Blobs) -> Result<Vec<RunId>, StoreError> {
    let transaction = blobs.begin_read()?;
    let table = transaction.open_table(RUNS).map_err(|error| blobs.redb(error))?;
    let rows = table.iter().map_err(|error| blobs.redb(error))?;
    rows.map(|row| row.map(|(id, _)| RunId(id.value())).map_err(|error| blobs.redb(error))).collect()
}

/// Compares every entry with its head, and notes the first of each file that differs.
fn compare_entries(blobs: &Blobs, damaged: &mut BTreeMap<String, String>) -> Result<(), StoreError> {
    let transaction = blobs.begin_read()?;
    let table = transaction.open_table(BLOBS).map_err(|error| blobs.redb(error))?;
    let mut rows = table.iter().map_err(|error| blobs.redb(error))?;
    loop {
        let mut chunk: Vec<(Digest, Place)> = Vec::new();
        for row in rows.by_ref().take(CHUNK) {
            let (address, place) = row.map_err(|error| blobs.redb(error))?;
            chunk.extend(Place::from_row(place.value()).map(|place| (Digest::from_bytes(*address.value()), place)));
        }
        if chunk.is_empty() {
            return Ok(());
        }
        let faults = work::map(&chunk, 4, || (), |(), (address, place)| blobs.fault_of(address, *place));
        for (file, what) in faults.into_iter().flatten() {
            damaged.entry(file).or_insert(what);
        }
    }
}

impl Blobs {
    /// The packs that are not there, or shorter than what of them is acknowledged.
    fn short_packs(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let mut short = BTreeMap::new();
        for (pack, length) in self.acknowledged()? {
            if let Some(what) = self.packs.is_short(pack, length) {
                short.insert(file_name(pack), what);
            }
        }
        Ok(short)
    }

    /// The file that does not hold an entry as the index says, and how it differs.
    fn fault_of(&self, address: &Digest, place: Place) -> Option<(String, String)> {
        let what = match self.packs.stored(address, place).err()? {
            StoreError::Damaged { what, .. } => what,
            error => error.to_string(),
        };
        let of_index = self.packs.holds_other(place).then(|| INDEX.to_owned());
        Some((of_index.unwrap_or_else(|| file_name(place.pack)), what))
    }
}

fn file_name(pack: u32) -> String {
    format!("blobs/{pack:06}.pack")
}

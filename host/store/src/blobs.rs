//! Bytes by their address: the index over the packs, and what was added since the last run was recorded.
//!
//! Gives bytes only after comparing them with their address. What is added is acknowledged by the next recorded run, or
//! never: a writer that ends before leaves nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::{Archive, ArchiveError, Digest, RunId};
use redb::{Database, ReadOnlyDatabase, ReadTransaction, ReadableDatabase as _, WriteTransaction};

use crate::disk::Disk;
use crate::lock::Lock;
use crate::pack::{Entry, Packs, Place, Sort, Tail};
use crate::schema::{self, BLOBS, MAX_RAW, PACKS, PIECE_LEN};
use crate::{StoreError, work};

/// zstd's level: the quickest that still halves what the next level would.
const LEVEL: i32 = 1;

/// The open index.
pub(crate) enum Index {
    Write(Box<Database>),
    Read(ReadOnlyDatabase),
    /// A repaired copy in memory of an index whose writer was killed.
    Copy(Box<Database>),
}

/// Bytes that are about to be kept under an address.
pub(crate) struct Sheet {
    pub(crate) address: Digest,
    pub(crate) sort: Sort,
    pub(crate) raw: Vec<u8>,
}

impl Sheet {
    /// Any bytes, under their plain SHA-256.
    pub(crate) fn of(raw: Vec<u8>) -> Self {
        Self { address: Digest::of(&raw), sort: Sort::Bytes, raw }
    }
}

/// What is in the packs and not yet acknowledged.
pub(crate) struct Pending {
    places: BTreeMap<Digest, Place>,
    tail: Tail,
}

/// The bytes of a store.
pub(crate) struct Blobs {
    path: PathBuf,
    index: Index,
    pub(crate) packs: Packs,
    /// `None` when the store was opened for reading.
    pending: Option<Mutex<Pending>>,
    /// Released last.
    lock: Option<Lock>,
}

impl Blobs {
    pub(crate) fn reading(path: &Path, index: Index) -> Self {
        Self { path: path.to_owned(), index, packs: Packs::new(path), pending: None, lock: None }
    }

    /// For writing: cuts what was never acknowledged.
    pub(crate) fn writing(path: &Path, disk: &Disk, index: Database, lock: Lock) -> Result<Self, StoreError> {
        let mut blobs = Self {
            path: path.to_owned(),
            index: Index::Write(Box::new(index)),
            packs: Packs::new(path),
            pending: None,
            lock: Some(lock),
        };
        let acknowledged = blobs.acknowledged()?;
        blobs.packs.sweep(disk, &acknowledged)?;
        let tail = Tail::new(&blobs.packs, disk, &acknowledged)?;
        blobs.pending = Some(Mutex::new(Pending { places: BTreeMap::new(), tail }));
        Ok(blobs)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Turns a panic of redb into an error.
    pub(crate) fn guard<T>(&self, operation: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        crate::guard(&self.path, operation)
    }

    pub(crate) fn redb(&self, error: impl Into<redb::Error>) -> StoreError {
        StoreError::redb(&self.path, error)
    }

    pub(crate) fn begin_read(&self) -> Result<ReadTransaction, StoreError> {
        match &self.index {
            Index::Write(index) | Index::Copy(index) => index.begin_read(),
            Index::Read(index) => index.begin_read(),
        }
        .map_err(|error| self.redb(error))
    }

    pub(crate) fn begin_write(&self) -> Result<WriteTransaction, StoreError> {
        match &self.index {
            Index::Write(index) => {
                let mut transaction = index.begin_write().map_err(|error| self.redb(error))?;
                transaction.set_two_phase_commit(true);
                Ok(transaction)
            }
            Index::Read(_) | Index::Copy(_) => Err(StoreError::OpenedForReading { path: self.path.clone() }),
        }
    }

    /// How much of each pack is acknowledged.
    pub(crate) fn acknowledged(&self) -> Result<BTreeMap<u32, u64>, StoreError> {
        use redb::ReadableTable as _;
        let transaction = self.begin_read()?;
        let table = transaction.open_table(PACKS).map_err(|error| self.redb(error))?;
        let mut lengths = BTreeMap::new();
        for row in table.iter().map_err(|error| self.redb(error))? {
            let (pack, length) = row.map_err(|error| self.redb(error))?;
            let payload = schema::unseal(&self.path, "packs", &pack.value().to_le_bytes(), length.value())?;
            lengths.insert(pack.value(), schema::number(&self.path, "packs", payload)?);
        }
        Ok(lengths)
    }

    fn pending(&self) -> Result<MutexGuard<'_, Pending>, StoreError> {
        match &self.pending {
            Some(pending) => Ok(pending.lock().unwrap_or_else(PoisonError::into_inner)),
            None => Err(StoreError::OpenedForReading { path: self.path.clone() }),
        }
    }

    /// Where the bytes with these addresses are, in the order asked; `None` for those that are not kept.
    pub(crate) fn locate(&self, addresses: &[Digest]) -> Result<Vec<Option<Place>>, StoreError> {
        let mut places: Vec<Option<Place>> = if self.pending.is_some() {
            let pending = self.pending()?;
            addresses.iter().map(|address| pending.places.get(address).copied()).collect()
        } else {
            vec![None; addresses.len()]
        };
        if places.iter().all(Option::is_some) {
            return Ok(places);
        }
        let transaction = self.begin_read()?;
        let table = transaction.open_table(BLOBS).map_err(|error| self.redb(error))?;
        for (place, address) in places.iter_mut().zip(addresses).filter(|(place, _)| place.is_none()) {
            if let Some(row) = table.get(address.as_bytes()).map_err(|error| self.redb(error))? {
                *place = Place::from_row(row.value());
            }
        }
        Ok(places)
    }

    /// Where the bytes are; it is damage when one is not kept.
    pub(crate) fn locate_all(&self, addresses: &[Digest]) -> Result<Vec<(Digest, Place)>, StoreError> {
        addresses
            .iter()
            .zip(self.locate(addresses)?)
            .map(|(address, place)| {
                let place = place.ok_or_else(|| StoreError::damaged(&self.path, format!("`{address}` is not in the index")))?;
                Ok((*address, place))
            })
            .collect()
    }

    /// The bytes of an entry; blocks of facts are still to be compared with their address.
    pub(crate) fn read(&self, address: &Digest, place: Place) -> Result<Vec<u8>, StoreError> {
        self.flush()?;
        self.packs.read(address, place)
    }

    fn flush(&self) -> Result<(), StoreError> {
        if self.pending.is_some() { self.pending()?.tail.flush() } else { Ok(()) }
    }

    /// The compared bytes under one address.
    pub(crate) fn fetch(&self, address: &Digest) -> Result<Vec<u8>, StoreError> {
        self.join(core::slice::from_ref(address))
    }

    /// The compared bytes under several addresses, one after the other.
    pub(crate) fn join(&self, addresses: &[Digest]) -> Result<Vec<u8>, StoreError> {
        let mut joined = Vec::new();
        for (address, place) in self.locate_all(addresses)? {
            if place.sort != Sort::Bytes as u8 {
                return Err(StoreError::damaged(&self.path, format!("`{address}` is a block of facts")));
            }
            joined.append(&mut self.read(&address, place)?);
        }
        Ok(joined)
    }

    /// Keeps each sheet that is not kept yet.
    pub(crate) fn put_sheets(&self, sheets: &[Sheet]) -> Result<(), StoreError> {
        let addresses: Vec<_> = sheets.iter().map(|sheet| sheet.address).collect();
        let mut absent: Vec<&Sheet> =
            sheets.iter().zip(self.locate(&addresses)?).filter(|(_, place)| place.is_none()).map(|(sheet, _)| sheet).collect();
        let mut seen = std::collections::BTreeSet::new();
        absent.retain(|sheet| seen.insert(sheet.address));
        let entries =
            work::map(&absent, 4, || zstd::bulk::Compressor::new(LEVEL), |compressor, sheet| entry_of(compressor, sheet));
        let mut pending = self.pending()?;
        for entry in entries {
            let entry = entry.map_err(|reason| match reason {
                Refusal::TooLarge(size) => StoreError::TooLarge { what: "one item".to_owned(), size, limit: MAX_RAW as u64 },
                Refusal::Io(source) => StoreError::io(&self.path, "compress for", source),
            })?;
            if !pending.places.contains_key(&entry.address) {
                let place = pending.tail.append(&entry)?;
                pending.places.insert(entry.address, place);
            }
        }
        Ok(())
    }

    /// Keeps bytes of any length, in pieces, and gives their addresses.
    pub(crate) fn put_pieces(&self, bytes: &[u8]) -> Result<Vec<Digest>, StoreError> {
        let sheets: Vec<_> = bytes.chunks(PIECE_LEN).map(|piece| Sheet::of(piece.to_vec())).collect();
        self.put_sheets(&sheets)?;
        Ok(sheets.iter().map(|sheet| sheet.address).collect())
    }

    /// Copies an entry of another store as it is stored.
    pub(crate) fn copy_from(&self, other: &Self, address: Digest, place: Place) -> Result<(), StoreError> {
        if self.locate(core::slice::from_ref(&address))?.iter().any(Option::is_some) {
            return Ok(());
        }
        let stored = other.packs.stored(&address, place)?;
        let mut pending = self.pending()?;
        let place = pending.tail.append(&Entry { address, sort: place.sort, raw: place.raw, stored })?;
        pending.places.insert(address, place);
        Ok(())
    }

    /// Makes the packs safe on disk, then commits the transaction with the rows that lead into them, and notes the run.
    pub(crate) fn commit(&self, transaction: WriteTransaction, run: RunId) -> Result<(), StoreError> {
        let mut pending = self.pending()?;
        let lengths = pending.tail.sync()?;
        {
            let mut table = transaction.open_table(BLOBS).map_err(|error| self.redb(error))?;
            for (address, place) in &pending.places {
                table.insert(address.as_bytes(), &place.to_row()).map_err(|error| self.redb(error))?;
            }
            let mut table = transaction.open_table(PACKS).map_err(|error| self.redb(error))?;
            for (pack, length) in lengths {
                let row = schema::seal("packs", &pack.to_le_bytes(), &length.to_le_bytes());
                table.insert(pack, row.as_slice()).map_err(|error| self.redb(error))?;
            }
        }
        transaction.commit().map_err(|error| self.redb(error))?;
        pending.places.clear();
        pending.tail.acknowledged();
        // The run is safe; a note that fails only makes the next check weaker.
        let _ = self.lock.as_ref().map(|lock| lock.note(run));
        Ok(())
    }
}

enum Refusal {
    TooLarge(u64),
    Io(std::io::Error),
}

fn entry_of(compressor: &mut std::io::Result<zstd::bulk::Compressor<'static>>, sheet: &Sheet) -> Result<Entry, Refusal> {
    let raw = u32::try_from(sheet.raw.len()).ok().filter(|_| sheet.raw.len() <= MAX_RAW);
    let raw = raw.ok_or(Refusal::TooLarge(sheet.raw.len() as u64))?;
    let stored = match compressor {
        Ok(compressor) => compressor.compress(&sheet.raw).map_err(Refusal::Io)?,
        Err(error) => return Err(Refusal::Io(std::io::Error::other(error.to_string()))),
    };
    // Bytes that do not shrink are kept as they are; equal lengths say so.
    let stored = if stored.len() < sheet.raw.len() { stored } else { sheet.raw.clone() };
    Ok(Entry { address: sheet.address, sort: sheet.sort as u8, raw, stored })
}

impl Archive for Blobs {
    fn put(&self, bytes: &[u8]) -> Result<Digest, ArchiveError> {
        let sheet = Sheet::of(bytes.to_vec());
        crate::guard(&self.path, || self.put_sheets(core::slice::from_ref(&sheet)))?;
        Ok(sheet.address)
    }

    fn get(&self, digest: &Digest) -> Result<Vec<u8>, ArchiveError> {
        crate::guard(&self.path, || {
            let place = self.locate(core::slice::from_ref(digest))?.into_iter().flatten().next();
            Ok(match place.filter(|place| place.sort == Sort::Bytes as u8) {
                None => Err(ArchiveError::Absent { digest: *digest }),
                Some(place) => self.read(digest, place).map_err(|error| match error {
                    StoreError::Damaged { .. } => ArchiveError::Changed { digest: *digest },
                    error => error.into(),
                }),
            })
        })?
    }
}

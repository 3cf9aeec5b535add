//! Opening and making the directory of a store.
//!
//! Takes a path and gives an open [`Blobs`] whose format is known. A writer takes the lock first and sweeps last; a
//! reader changes nothing, not even a lock file.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use redb::{Builder, ConcurrencyMode, Database, ReadTransaction};

use crate::StoreError;
use crate::blobs::Blobs;
use crate::lock::Lock;
use crate::schema::{self, BLOBS, COUNTS, EXPECTED, FORMAT, PACKS, RUNS, STORE};

const INDEX: &str = "engine.redb";
const CACHE_LEN: usize = 64 << 20;

/// Every process opens the index in the same mode, or readers could not work beside a writer.
fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_LEN).set_concurrency_mode(ConcurrencyMode::SingleWriter);
    builder
}

/// Opens for reading.
pub(crate) fn reading(path: &Path) -> Result<Blobs, StoreError> {
    let file = path.join(INDEX);
    match fs::metadata(&file) {
        Ok(found) if found.len() > 0 => {}
        Ok(_) => return Err(StoreError::Absent { path: path.to_owned() }),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(StoreError::Absent { path: path.to_owned() });
        }
        Err(source) => return Err(StoreError::io(&file, "open", source)),
    }
    let index = builder().open_read_only(&file).map_err(|error| StoreError::redb(path, error))?;
    let blobs = Blobs::reading(path, index);
    check_format(path, &blobs.begin_read()?)?;
    Ok(blobs)
}

/// Opens for writing; makes the store when there is none.
pub(crate) fn writing(path: &Path) -> Result<Blobs, StoreError> {
    let folder = path.join("blobs");
    let mut maker = DirBuilder::new();
    maker.recursive(true).mode(0o700);
    maker.create(&folder).map_err(|source| not_writable(path, source))?;
    let lock = Lock::take(path)?;
    let file = path.join(INDEX);
    if fs::metadata(&file).map_or(0, |found| found.len()) == 0 {
        if fs::read_dir(&folder).map_err(|source| StoreError::io(&folder, "read", source))?.next().is_some() {
            return Err(StoreError::damaged(path, "there are packs, and the index `engine.redb` is not there"));
        }
        make_index(path, &file)?;
    }
    // Reads the whole index, which is small, and compares its checksums: a damaged one is named before it is built on.
    let index = builder().set_check_integrity_on_open(true).open(&file).map_err(|error| match error {
        redb::DatabaseError::Storage(redb::StorageError::Io(source)) => not_writable(path, source),
        error => StoreError::redb(path, error),
    })?;
    {
        use redb::ReadableDatabase as _;
        let transaction = index.begin_read().map_err(|error| StoreError::redb(path, error))?;
        check_format(path, &transaction)?;
    }
    Blobs::writing(path, index, lock)
}

/// Makes the index under another name first, so that a crash never leaves half of one.
fn make_index(path: &Path, file: &Path) -> Result<(), StoreError> {
    let unfinished = path.join("engine.redb.new");
    let failed = |source| not_writable(path, source);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).map_err(failed)?;
    let index = builder().create(&unfinished).map_err(|error| StoreError::redb(path, error))?;
    write_format(path, &index, FORMAT)?;
    index.close().map_err(|error| StoreError::redb(path, error))?;
    fs::rename(&unfinished, file).map_err(failed)?;
    sync_folder(path)?;
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), sync_folder)
}

/// Writes the format row, and makes every table.
fn write_format(path: &Path, index: &Database, format: u32) -> Result<(), StoreError> {
    fn write(path: &Path, index: &Database, format: u32) -> Result<(), Box<redb::Error>> {
        let boxed = |error: redb::Error| Box::new(error);
        let mut transaction = index.begin_write().map_err(|error| boxed(error.into()))?;
        transaction.set_two_phase_commit(true);
        {
            let mut table = transaction.open_table(STORE).map_err(|error| boxed(error.into()))?;
            let row = schema::seal("store", b"format", &format.to_le_bytes());
            table.insert("format", row.as_slice()).map_err(|error| boxed(error.into()))?;
            transaction.open_table(RUNS).map_err(|error| boxed(error.into()))?;
            transaction.open_table(COUNTS).map_err(|error| boxed(error.into()))?;
            transaction.open_table(BLOBS).map_err(|error| boxed(error.into()))?;
            transaction.open_table(PACKS).map_err(|error| boxed(error.into()))?;
            transaction.open_table(EXPECTED).map_err(|error| boxed(error.into()))?;
        }
        let _ = path;
        transaction.commit().map_err(|error| boxed(error.into()))
    }
    write(path, index, format).map_err(|error| StoreError::redb(path, *error))
}

/// Refuses a format that is later than this engine's. Format 1 is the first, so nothing is migrated yet; what turns an
/// earlier format into the next one goes here, for writers, one step a version.
fn check_format(path: &Path, transaction: &ReadTransaction) -> Result<(), StoreError> {
    let table = transaction.open_table(STORE).map_err(|error| StoreError::redb(path, error))?;
    let row = table.get("format").map_err(|error| StoreError::redb(path, error))?;
    let row = row.ok_or_else(|| StoreError::damaged(path, "it does not say which format it has"))?;
    let payload = schema::unseal(path, "store", b"format", row.value())?;
    let found = u32::from_le_bytes(payload.try_into().map_err(|_| StoreError::damaged(path, "it does not say which format it has"))?);
    match found {
        FORMAT => Ok(()),
        found if found > FORMAT => Err(StoreError::Newer { path: path.to_owned(), found, known: FORMAT }),
        found => Err(StoreError::damaged(path, format!("no engine wrote format {found}"))),
    }
}

/// What the system says when a store cannot be made or opened for writing.
pub(crate) fn not_writable(path: &Path, source: io::Error) -> StoreError {
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { path: path.to_owned(), source }
        }
        _ => StoreError::io(path, "open", source),
    }
}

/// Makes the names in a directory safe on disk.
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|source| StoreError::io(path, "write", source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_a_later_format_is_refused_for_writing_and_for_reading() {
        let folder = tempfile::tempdir().unwrap();
        drop(writing(folder.path()).unwrap());
        let index = builder().open(folder.path().join(INDEX)).unwrap();
        write_format(folder.path(), &index, FORMAT + 1).unwrap();
        drop(index);
        for error in [reading(folder.path()).err().unwrap(), writing(folder.path()).err().unwrap()] {
            assert!(error.to_string().contains("made by a newer engine: it has format 2"), "{error}");
        }
    }

    #[test]
    fn packs_without_their_index_are_not_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        drop(writing(folder.path()).unwrap());
        fs::write(folder.path().join("blobs/000001.pack"), b"evidence").unwrap();
        fs::remove_file(folder.path().join(INDEX)).unwrap();
        let error = writing(folder.path()).err().unwrap();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert!(folder.path().join("blobs/000001.pack").exists());
    }
}

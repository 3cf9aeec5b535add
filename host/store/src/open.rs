//! Opening and making the directory of a store.
//!
//! Takes a path and gives an open [`Blobs`] whose format is known. A writer takes the lock first and sweeps last; a
//! reader changes nothing, not even a lock file.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use model::RunId;
use redb::backends::InMemoryBackend;
use redb::{Builder, ConcurrencyMode, Database, DatabaseError, ReadTransaction, ReadableTable as _, StorageBackend as _};

use crate::StoreError;
use crate::blobs::{Blobs, Index};
use crate::disk::Disk;
use crate::lock::{self, Lock};
use crate::schema::{self, BLOBS, COUNTS, EXPECTED, FORMAT, PACKS, RUNS, STORE};

const INDEX: &str = "engine.redb";
const CACHE_LEN: usize = 64 << 20;
/// The largest index of which a reader makes a repaired copy.
const COPY_MAX: u64 = 1 << 30;
/// How often, and how long apart, a reader tries while a writer begins.
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(10);

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
        Ok(_) => return Err(no_index(path)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(no_index(path));
        }
        Err(source) => return Err(StoreError::io(&file, "open", source)),
    }
    let noted = lock::noted(path);
    let blobs = Blobs::reading(path, open_index(path, &file)?);
    let transaction = blobs.begin_read()?;
    check_format(path, &transaction)?;
    check_last(path, &transaction, noted)?;
    Ok(blobs)
}

/// There is no index: no store then, or a store that has lost it.
fn no_index(path: &Path) -> StoreError {
    if fs::read_dir(path.join("blobs")).is_ok_and(|mut packs| packs.next().is_some()) {
        StoreError::damaged(path, "there are packs, and the index `engine.redb` is not there")
    } else {
        StoreError::Absent { path: path.to_owned() }
    }
}

/// Opens the index for reading. One whose writer was killed needs a repair, which redb leaves to the next writer; a reader
/// repairs a copy in memory instead. A writer that begins meanwhile may tear the copy: then its checksums do not hold, and
/// the index, which that writer repairs, is opened again.
fn open_index(path: &Path, file: &Path) -> Result<Index, StoreError> {
    let mut attempts = 0;
    loop {
        match builder().open_read_only(file) {
            Ok(index) => return Ok(Index::Read(index)),
            Err(DatabaseError::RepairAborted) => {}
            Err(error) => return Err(StoreError::redb(path, error)),
        }
        attempts += 1;
        match repaired_copy(path, file) {
            Ok(copy) => return Ok(Index::Copy(Box::new(copy))),
            Err(_) if attempts < ATTEMPTS => std::thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
}

fn repaired_copy(path: &Path, file: &Path) -> Result<Database, StoreError> {
    let length = fs::metadata(file).map_err(|source| StoreError::io(file, "read", source))?.len();
    if length > COPY_MAX {
        return Err(StoreError::damaged(path, "the last writer was killed; the next writer, such as `engine eval`, repairs it"));
    }
    let bytes = fs::read(file).map_err(|source| StoreError::io(file, "read", source))?;
    let backend = InMemoryBackend::new();
    let copied = backend.set_len(bytes.len() as u64).and_then(|()| backend.write(0, &bytes));
    copied.map_err(|error| StoreError::damaged(path, format!("the index `engine.redb` cannot be copied: {error}")))?;
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_LEN).set_check_integrity_on_open(true);
    builder.create_with_backend(backend).map_err(|error| StoreError::redb(path, error))
}

/// Opens for writing; makes the store when there is none.
pub(crate) fn writing(path: &Path, disk: &Disk) -> Result<Blobs, StoreError> {
    let folder = path.join("blobs");
    disk.make_folders(&folder).map_err(|source| not_writable(path, source))?;
    let lock = Lock::take(path, disk)?;
    let noted = lock::noted(path);
    let file = path.join(INDEX);
    if fs::metadata(&file).map_or(0, |found| found.len()) == 0 {
        if let error @ StoreError::Damaged { .. } = no_index(path) {
            return Err(error);
        }
        make_index(path, disk, &file)?;
    }
    // Whoever made the names may have been stopped before they were safe, and nothing that is recorded is safer than they.
    disk.sync_folder(path).and_then(|()| disk.sync_names_beside(path)).map_err(|source| not_writable(path, source))?;
    // Reads the whole index, which is small, and compares its checksums: a damaged one is named before it is built on.
    let opened = disk.open_index(&file);
    let opened = opened.and_then(|file| builder().set_check_integrity_on_open(true).create_with_backend(file));
    let index = opened.map_err(|error| StoreError::redb(path, error))?;
    {
        use redb::ReadableDatabase as _;
        let transaction = index.begin_read().map_err(|error| StoreError::redb(path, error))?;
        check_format(path, &transaction)?;
        check_last(path, &transaction, noted)?;
    }
    Blobs::writing(path, disk, index, lock)
}

/// Makes the index under another name first, so that a crash never leaves half of one.
fn make_index(path: &Path, disk: &Disk, file: &Path) -> Result<(), StoreError> {
    let unfinished = path.join("engine.redb.new");
    let failed = |source| not_writable(path, source);
    if fs::symlink_metadata(&unfinished).is_ok() {
        disk.remove(&unfinished).map_err(failed)?;
    }
    disk.open_or_create(&unfinished).map_err(failed)?;
    let opened = disk.open_index(&unfinished).and_then(|file| builder().create_with_backend(file));
    let index = opened.map_err(|error| StoreError::redb(path, error))?;
    write_format(path, &index, FORMAT)?;
    index.close().map_err(|error| StoreError::redb(path, error))?;
    disk.rename(&unfinished, file).map_err(failed)
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
    let found =
        u32::from_le_bytes(payload.try_into().map_err(|_| StoreError::damaged(path, "it does not say which format it has"))?);
    match found {
        FORMAT => Ok(()),
        found if found > FORMAT => Err(StoreError::Newer { path: path.to_owned(), found, known: FORMAT }),
        found => Err(StoreError::damaged(path, format!("no engine wrote format {found}"))),
    }
}

/// Refuses an index that does not have the last run that was acknowledged: redb falls back to the commit before when the
/// last one is damaged, and the packs of a lost run must not be swept away.
fn check_last(path: &Path, transaction: &ReadTransaction, noted: RunId) -> Result<(), StoreError> {
    let table = transaction.open_table(RUNS).map_err(|error| StoreError::redb(path, error))?;
    let last = table.last().map_err(|error| StoreError::redb(path, error))?.map_or(0, |(id, _)| id.value());
    if last >= noted.0 {
        return Ok(());
    }
    Err(StoreError::damaged(
        path,
        format!("{noted} was recorded, and the last run in the index `engine.redb` is {}", RunId(last)),
    ))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn writing(path: &Path) -> Result<Blobs, StoreError> {
        super::writing(path, &Disk::default())
    }

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

//! The disk as the store writes it: every growth, write, sync and new name goes through here, and nothing else does.
//!
//! Takes what is to be done to a file and does it. In the product that is the file system and nothing more. Under test each
//! act can be watched, and refused: so the tests fail every single one of them, and build what a loss of power leaves.
//! Reading does not pass here.

use core::ops::Bound;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
#[cfg(test)]
use std::sync::Arc;

use redb::backends::FileBackend;
use redb::{BackendError, DatabaseError, StorageBackend};

/// One change of the disk, before it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act<'a> {
    /// A folder is made.
    Folder { path: &'a Path },
    /// A file is made that was not there.
    Create { path: &'a Path },
    /// Bytes are written.
    Write { path: &'a Path, offset: u64, bytes: &'a [u8] },
    /// A file is made longer or shorter.
    SetLen { path: &'a Path, length: u64 },
    /// What was written to a file is made safe.
    Sync { path: &'a Path },
    /// A file gets another name in its folder.
    Rename { from: &'a Path, to: &'a Path },
    /// A file is removed.
    Remove { path: &'a Path },
    /// The names in a folder are made safe.
    SyncFolder { path: &'a Path },
}

/// Sees each act before it happens.
#[cfg(test)]
pub(crate) trait Watch: core::fmt::Debug + Send + Sync {
    /// An error is given back in place of the act.
    fn before(&self, act: &Act<'_>) -> io::Result<()>;
}

/// The disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    #[cfg(test)]
    pub(crate) watch: Option<Arc<dyn Watch>>,
}

impl Disk {
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "under test it knows who watches")]
    #[inline]
    fn act<T>(&self, _: &Act<'_>, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        work()
    }

    #[cfg(test)]
    fn act<T>(&self, act: &Act<'_>, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if let Some(watch) = &self.watch {
            watch.before(act)?;
        }
        work()
    }

    /// Makes a folder, and those that it is in, 0700; what is there already stays as it is. Each new name is made safe.
    pub(crate) fn make_folders(&self, path: &Path) -> io::Result<()> {
        let absent: Vec<&Path> = path.ancestors().take_while(|it| !it.as_os_str().is_empty() && !it.is_dir()).collect();
        for folder in absent.iter().rev() {
            let made = self.act(&Act::Folder { path: folder }, || DirBuilder::new().mode(0o700).create(folder));
            match made {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(io::ErrorKind::NotADirectory.into()),
                made => made?,
            }
            self.sync_names_beside(folder)?;
        }
        Ok(())
    }

    /// Opens a file for reading and writing, 0600; makes it when it is not there.
    pub(crate) fn open_or_create(&self, path: &Path) -> io::Result<DiskFile> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        let file = match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.act(&Act::Create { path }, || options.create(true).truncate(false).open(path))?
            }
            opened => opened?,
        };
        Ok(self.file(path, file))
    }

    /// Opens a file that is there for writing.
    pub(crate) fn open(&self, path: &Path) -> io::Result<DiskFile> {
        Ok(self.file(path, OpenOptions::new().read(true).write(true).open(path)?))
    }

    fn file(&self, path: &Path, file: File) -> DiskFile {
        DiskFile { file, path: path.to_owned(), disk: self.clone() }
    }

    /// Opens a file that is there as redb's storage.
    pub(crate) fn open_index(&self, path: &Path) -> Result<IndexFile, DatabaseError> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        Ok(IndexFile { inner: FileBackend::new(file)?, path: path.to_owned(), disk: self.clone() })
    }

    /// Gives a file another name in the same folder.
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.act(&Act::Rename { from, to }, || fs::rename(from, to))
    }

    /// Removes a file.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        self.act(&Act::Remove { path }, || fs::remove_file(path))
    }

    /// Makes the names in a folder safe.
    pub(crate) fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.act(&Act::SyncFolder { path }, || File::open(path).and_then(|folder| folder.sync_all()))
    }

    /// Makes the name of a file or folder safe, and those beside it. A folder that may be entered and not read, such as a
    /// home that others share, cannot be synced: its names are not ours to keep.
    pub(crate) fn sync_names_beside(&self, path: &Path) -> io::Result<()> {
        let parent = match path.parent() {
            None => return Ok(()),
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
        };
        match self.sync_folder(parent) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
            synced => synced,
        }
    }
}

/// A file that is written.
#[derive(Debug)]
pub(crate) struct DiskFile {
    pub(crate) file: File,
    path: PathBuf,
    disk: Disk,
}

impl DiskFile {
    /// Writes all the bytes at an offset.
    pub(crate) fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.disk.act(&Act::Write { path: &self.path, offset, bytes }, || self.file.write_all_at(bytes, offset))
    }

    /// Makes the file as long as this.
    pub(crate) fn set_len(&self, length: u64) -> io::Result<()> {
        self.disk.act(&Act::SetLen { path: &self.path, length }, || self.file.set_len(length))
    }

    /// Makes what was written safe.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.disk.act(&Act::Sync { path: &self.path }, || self.file.sync_all())
    }
}

/// The index's file, as redb uses it.
#[derive(Debug)]
pub(crate) struct IndexFile {
    inner: FileBackend,
    path: PathBuf,
    disk: Disk,
}

type Range = Bound<u64>;

impl StorageBackend for IndexFile {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.inner.read(offset, out)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.disk.act(&Act::SetLen { path: &self.path, length }, || self.inner.set_len(length))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.act(&Act::Sync { path: &self.path }, || self.inner.sync_data())
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.disk.act(&Act::Write { path: &self.path, offset, bytes }, || self.inner.write(offset, bytes))
    }

    fn close(&self) -> io::Result<()> {
        self.inner.close()
    }

    fn try_lock_range(&self, start: Range, end: Range) -> Result<bool, BackendError> {
        self.inner.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Range, end: Range) -> Result<bool, BackendError> {
        self.inner.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Range, end: Range) -> Result<(), BackendError> {
        self.inner.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Range, end: Range) -> Result<(), BackendError> {
        self.inner.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Range, end: Range) -> Result<(), BackendError> {
        self.inner.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Range, end: Range) -> Result<bool, BackendError> {
        self.inner.query_lock_range(start, end)
    }
}

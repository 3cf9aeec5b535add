//! Reading files for a guest: beneath one root, only what is asked and granted, read once, filtered, and never anything
//! but regular files.
//!
//! Takes [`FileCall`]s and gives answers; every refusal is an answer that says what to do.

mod access;
mod name;
mod open;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Arc, Mutex};

use model::{Call, Digest, Fault};
use rustix::fs::{AtFlags, Dir, FileType, Stat};
use smol_str::SmolStr;

pub(crate) use self::access::Access;
use self::access::Way;
use self::name::{GuestPath, escaped};
use self::open::{Opened, Root};
use crate::answer::{Answer, Listed, fault};
use crate::filter;
use crate::guest::{Found, Question};
use crate::limits::Limits;
use crate::source::Credentials;

/// One call of `files`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileCall {
    /// `read`.
    Read { path: String, offset: u64, length: u32 },
    /// `read-link`.
    ReadLink { path: String },
    /// `entries`.
    Entries { path: String },
    /// `stat`.
    Stat { path: String },
}

impl FileCall {
    pub(crate) fn question(&self) -> Question {
        match self {
            Self::Read { path, offset, length } => {
                Question::new(Call::FilesRead, path, &[path.as_bytes(), &offset.to_le_bytes(), &length.to_le_bytes()])
            }
            Self::ReadLink { path } => Question::new(Call::FilesReadLink, path, &[path.as_bytes()]),
            Self::Entries { path } => Question::new(Call::FilesEntries, path, &[path.as_bytes()]),
            Self::Stat { path } => Question::new(Call::FilesStat, path, &[path.as_bytes()]),
        }
    }
}

/// The digest under which the reading of a part of a file is recorded: with it, a recorded answer tells which part it is.
pub fn read_request(path: &str, offset: u64, length: u32) -> Digest {
    FileCall::Read { path: path.to_owned(), offset, length }.question().request()
}

/// What was read of one file, once in a run.
struct Snapshot {
    bytes: Vec<u8>,
    filters: Vec<SmolStr>,
}

/// Snapshots by the path that the guest used.
#[derive(Default)]
struct Snapshots {
    held: BTreeMap<String, Arc<Snapshot>>,
    bytes: u64,
}

/// The files of one run.
pub(crate) struct Files {
    root: Result<Root, Fault>,
    access: Access,
    credentials: Arc<Credentials>,
    file_limit: u64,
    total_limit: u64,
    entries_limit: usize,
    snapshots: Mutex<Snapshots>,
}

impl Files {
    /// Opens the root beneath which everything lies.
    pub(crate) fn new(root: &Path, access: Access, credentials: Arc<Credentials>, limits: &Limits) -> Self {
        Self {
            root: Root::open(root),
            access,
            credentials,
            file_limit: limits.file,
            total_limit: limits.files,
            entries_limit: limits.entries,
            snapshots: Mutex::default(),
        }
    }

    /// Answers one call. It reads the file system and may take a while.
    pub(crate) fn answer(&self, call: &FileCall) -> Found {
        let answered = match call {
            FileCall::Read { path, offset, length } => self.read(path, *offset, *length),
            FileCall::ReadLink { path } => self.read_link(path).map(Found::from),
            FileCall::Entries { path } => self.entries(path).map(Found::from),
            FileCall::Stat { path } => self.stat(path).map(Found::from),
        };
        answered.unwrap_or_else(|fault| Answer::Fault(fault).into())
    }

    fn read(&self, path: &str, offset: u64, length: u32) -> Result<Found, Fault> {
        let path = GuestPath::parse(path)?;
        let snapshot = self.snapshot(&path)?;
        let size = snapshot.bytes.len();
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(size);
        let end = start.saturating_add(length as usize).min(size);
        let bytes = snapshot.bytes.get(start..end).unwrap_or_default().to_vec();
        let more = serde_json::json!({"size": size, "filters": snapshot.filters}).to_string();
        let answer = Answer::Chunk { bytes, eof: end == size, more };
        Ok(Found { answer, filters: snapshot.filters.clone(), attempts: 1 })
    }

    /// The one snapshot of a path, taken when it is first read.
    fn snapshot(&self, path: &GuestPath) -> Result<Arc<Snapshot>, Fault> {
        let mut snapshots = self.snapshots.lock().map_err(|_| fault("io", "an earlier read failed in the host"))?;
        if let Some(snapshot) = snapshots.held.get(path.text()) {
            return Ok(Arc::clone(snapshot));
        }
        let opened = self.open(path, true, Way::Read)?;
        opened.must_be(FileType::RegularFile, path)?;
        let left = self.total_limit.saturating_sub(snapshots.bytes);
        let most = self.file_limit.min(left);
        let mut bytes = Vec::new();
        let file = opened.for_reading().map_err(|errno| self.access.failed(errno, path))?;
        let read = std::fs::File::from(file).take(most.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| fault("io", format!("`{path}` could not be read: {error}")))?;
        if bytes.len() as u64 > most {
            let what = if left < self.file_limit { "all files of this run together" } else { "one file" };
            return Err(fault("too-large", format!("`{path}` is larger than the {most} bytes that are allowed for {what}")));
        }
        let (bytes, filters) = self.filtered(bytes, &opened, path);
        snapshots.bytes = snapshots.bytes.saturating_add(bytes.len() as u64);
        let snapshot = Arc::new(Snapshot { bytes, filters });
        snapshots.held.insert(path.text().to_owned(), Arc::clone(&snapshot));
        Ok(snapshot)
    }

    fn filtered(&self, bytes: Vec<u8>, opened: &Opened, path: &GuestPath) -> (Vec<u8>, Vec<SmolStr>) {
        let wanted = self.access.filters([path.text(), opened.path()]);
        let mut names = vec![path.text(), opened.path()];
        // A hard link or a bind mount gives a file another name; what it is decides.
        names.extend(filter::KNOWN_SECRETS.iter().filter(|known| self.is_file(opened, known)));
        let (mut bytes, mut ran) = filter::file(bytes, &wanted, &names);
        if let Some(masked) = self.credentials.needles().masked(&bytes) {
            bytes = masked;
            ran.push(SmolStr::new_static(filter::CREDENTIAL));
        }
        (bytes, ran)
    }

    fn is_file(&self, opened: &Opened, known: &str) -> bool {
        let Ok(root) = &self.root else { return false };
        root.open_path(known.as_bytes(), false).is_ok_and(|other| other.is_same_file(opened))
    }

    fn read_link(&self, path: &str) -> Result<Answer, Fault> {
        let path = GuestPath::parse(path)?;
        let opened = self.open(&path, false, Way::Look)?;
        opened.must_be(FileType::Symlink, &path)?;
        let target = opened.link_target().map_err(|errno| self.access.failed(errno, &path))?;
        Ok(Answer::Link { target: escaped(&target) })
    }

    fn stat(&self, path: &str) -> Result<Answer, Fault> {
        let path = GuestPath::parse(path)?;
        let opened = self.open(&path, false, Way::Look)?;
        Ok(Answer::Stat { entry: listed(path.name().to_owned(), opened.stat()) })
    }

    fn entries(&self, path: &str) -> Result<Answer, Fault> {
        let path = GuestPath::parse(path)?;
        let opened = self.open(&path, true, Way::List)?;
        opened.must_be(FileType::Directory, &path)?;
        let directory = opened.for_listing().map_err(|errno| self.access.failed(errno, &path))?;
        let mut found = self.names(&directory, &path)?;
        found.sort_unstable();
        let mut entries = Vec::with_capacity(found.len());
        for name in found {
            let shown = escaped(&name);
            if !self.access.sees(path.text(), &shown, &opened)? {
                continue;
            }
            if !self.access.sees(opened.path(), &shown, &opened)? {
                return Err(Access::not_asked_behind(path.text(), opened.path(), &shown));
            }
            match rustix::fs::statat(&directory, name.as_slice(), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => entries.push(listed(shown, &stat)),
                Err(rustix::io::Errno::NOENT) => {}
                Err(errno) => return Err(self.access.failed(errno, &path)),
            }
        }
        Ok(Answer::Entries { entries })
    }

    fn names(&self, directory: &OwnedFd, path: &GuestPath) -> Result<Vec<Vec<u8>>, Fault> {
        let failed = |errno| self.access.failed(errno, path);
        let mut names = Vec::new();
        for entry in Dir::read_from(directory).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_bytes().to_vec();
            if name != b"." && name != b".." {
                names.push(name);
            }
            if names.len() > self.entries_limit {
                let message = format!("`{path}` holds more than the {} entries that are allowed", self.entries_limit);
                return Err(fault("too-large", message));
            }
        }
        Ok(names)
    }

    /// Opens a path for looking at, when it and what it resolves to are both asked and granted.
    fn open(&self, path: &GuestPath, follow: bool, way: Way) -> Result<Opened, Fault> {
        self.access.allows(path.text(), way, None)?;
        let root = self.root.as_ref().map_err(Clone::clone)?;
        let opened = root.open_path(path.bytes(), follow).map_err(|errno| self.access.failed(errno, path))?;
        self.access.allows(opened.path(), way, Some((path.text(), &opened)))?;
        Ok(opened)
    }
}

fn listed(name: String, stat: &Stat) -> Listed {
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => "file",
        FileType::Directory => "directory",
        FileType::Symlink => "symlink",
        FileType::Fifo => "fifo",
        FileType::Socket => "socket",
        FileType::BlockDevice => "block-device",
        FileType::CharacterDevice => "character-device",
        FileType::Unknown => "unknown",
    };
    Listed {
        name,
        kind: kind.to_owned(),
        size: u64::try_from(stat.st_size).unwrap_or_default(),
        mode: stat.st_mode & 0o7777,
        uid: stat.st_uid,
        gid: stat.st_gid,
        modified_at: stat.st_mtime,
    }
}

#[cfg(test)]
mod tests;

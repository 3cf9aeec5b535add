//! What can go wrong with a store, in the user's words.
//!
//! Takes what the system or redb said and gives one [`StoreError`]. It never panics and never hides a cause.

use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use model::{ArchiveError, RunId, SubjectId};
use thiserror::Error;

/// The store could not be opened, written or read.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store at the path, and it was opened for reading.
    #[error("there is no store at `{}`", path.display())]
    #[diagnostic(code(engine::store::absent), help("`engine eval` makes one; or name another with `--store PATH`"))]
    Absent {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Another process has the store open for writing.
    #[error("the store at `{}` is being written by process {pid}", path.display())]
    #[diagnostic(
        code(engine::store::locked),
        help("wait until process {pid} ends, or stop it; commands that only read, such as `engine report`, work meanwhile")
    )]
    Locked {
        /// The store.
        path: PathBuf,
        /// The process that holds it; 0 when it has not said so yet.
        pid: u32,
    },
    /// The store was made by an engine that knows a later format.
    #[error("the store at `{}` was made by a newer engine: it has format {found}, and this engine knows up to {known}", path.display())]
    #[diagnostic(code(engine::store::newer), help("use the newer engine, or another store with `--store PATH`"))]
    Newer {
        /// The store.
        path: PathBuf,
        /// The format of the store.
        found: u32,
        /// The latest format that this engine knows.
        known: u32,
    },
    /// Something in the store is not what was written there.
    #[error("the store at `{}` is damaged: {what}", path.display())]
    #[diagnostic(
        code(engine::store::damaged),
        help(
            "restore the directory from a copy, or move it away and begin a new one; `engine doctor` tells which file is damaged, which runs are whole, and how to keep them"
        )
    )]
    Damaged {
        /// The store.
        path: PathBuf,
        /// What differs, and where.
        what: String,
    },
    /// A run no longer has the content that was recorded.
    #[error("{run} has been changed: {item}")]
    #[diagnostic(
        code(engine::store::changed),
        help("do not rely on this run; restore the store from a backup and compare it with a checkpoint kept elsewhere")
    )]
    Changed {
        /// The run.
        run: RunId,
        /// The first item that differs.
        item: String,
    },
    /// The disk, or the user's quota, is full.
    #[error("no space is left for the store at `{}`", path.display())]
    #[diagnostic(
        code(engine::store::full),
        help("every earlier run is whole, and `engine history` lists what was recorded; free some space and run again")
    )]
    Full {
        /// The store.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The store may not be written.
    #[error("the store at `{}` cannot be written", path.display())]
    #[diagnostic(
        code(engine::store::read_only),
        help(
            "check the permissions and that the file system is not mounted read-only, or name another store with `--store PATH`"
        )
    )]
    ReadOnly {
        /// The store.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The system failed.
    #[error("cannot {doing} `{}`", path.display())]
    #[diagnostic(
        code(engine::store::io),
        help(
            "every run that was acknowledged is whole, and `engine history` lists what was recorded; check the disk and run again"
        )
    )]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was being done to it.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The store was opened for reading only.
    #[error("the store at `{}` was opened for reading", path.display())]
    #[diagnostic(code(engine::store::opened_for_reading), help("this is a mistake in the engine: please report it"))]
    OpenedForReading {
        /// The store.
        path: PathBuf,
    },
    /// There is no such run.
    #[error("there is no run {run} in the store")]
    #[diagnostic(code(engine::store::no_run), help("`engine history` lists the runs"))]
    NoRun {
        /// What was asked for.
        run: RunId,
    },
    /// A run does not follow the last one.
    #[error("run {run} does not follow run {last}, the last in the store")]
    #[diagnostic(code(engine::store::sequence), help("runs are numbered by the store and recorded once, in order"))]
    Sequence {
        /// The run that was to be recorded.
        run: RunId,
        /// The last run.
        last: RunId,
    },
    /// A fact's digest is not the digest of its body.
    #[error("the digest of the fact about `{}` is not that of its body without the volatile fields", subject.as_str().escape_debug())]
    #[diagnostic(
        code(engine::store::fact_digest),
        help(
            "this is a mistake in the engine: the volatile fields given to the store are not those that the fact was admitted with"
        )
    )]
    FactDigest {
        /// Whom the fact is about.
        subject: SubjectId,
    },
    /// One item is larger than the store keeps.
    #[error("{what} has {size} bytes, and the store keeps at most {limit}")]
    #[diagnostic(code(engine::store::too_large), help("split it, or lower the limits of the collector that gave it"))]
    TooLarge {
        /// What it is.
        what: String,
        /// How large it is.
        size: u64,
        /// How large it may be.
        limit: u64,
    },
    /// An export goes into an empty directory.
    #[error("`{}` is not an empty directory", path.display())]
    #[diagnostic(code(engine::store::not_empty), help("name a directory that is empty or does not exist"))]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// The system gave no random bytes.
    #[error("the system gave no random bytes for the salt of the run: {reason}")]
    #[diagnostic(code(engine::store::random), help("check that the system's random source works, and run again"))]
    Random {
        /// What the system said.
        reason: String,
    },
}

impl StoreError {
    pub(crate) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }

    /// From what the system said about a file of the store.
    pub(crate) fn io(path: &Path, doing: &'static str, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full { path, source }
            }
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path, source },
            io::ErrorKind::UnexpectedEof => Self::Damaged { path, what: "a file ends too early".to_owned() },
            io::ErrorKind::InvalidData => Self::Damaged { path, what: source.to_string() },
            _ => Self::Io { path, doing, source },
        }
    }

    /// From what redb said about the index at `path`.
    pub(crate) fn redb(path: &Path, error: impl Into<redb::Error>) -> Self {
        match error.into() {
            redb::Error::Io(source) if source.kind() == io::ErrorKind::PermissionDenied => {
                Self::ReadOnly { path: path.to_owned(), source }
            }
            redb::Error::Io(source) if source.kind() == io::ErrorKind::UnexpectedEof => {
                Self::damaged(path, "the index `engine.redb` ends too early")
            }
            redb::Error::Io(source) => Self::io(path, "use", source),
            redb::Error::DatabaseAlreadyOpen => Self::Locked { path: path.to_owned(), pid: 0 },
            redb::Error::LockProtocolMismatch => Self::Io {
                path: path.to_owned(),
                doing: "open",
                source: io::Error::other("another version of the engine has it open"),
            },
            error @ redb::Error::PreviousIo => {
                Self::Io { path: path.to_owned(), doing: "use", source: io::Error::other(error.to_string()) }
            }
            error => Self::damaged(path, format!("the index `engine.redb`: {error}")),
        }
    }
}

impl From<StoreError> for ArchiveError {
    fn from(error: StoreError) -> Self {
        let mut reason = error.to_string();
        if let Some(source) = std::error::Error::source(&error) {
            reason = format!("{reason}: {source}");
        }
        Self::Failed { reason }
    }
}

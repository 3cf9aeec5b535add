//! Where bytes are kept by their digest: the store's packs, or an exported directory.

use thiserror::Error;

use crate::Digest;

/// Bytes could not be kept or given back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// Nothing is kept under the digest: never put, or pruned.
    #[error("nothing is kept under `{digest}`")]
    Absent {
        /// The digest that was asked for.
        digest: Digest,
    },
    /// What is kept does not have the digest under which it is kept.
    #[error("what is kept under `{digest}` has been changed")]
    Changed {
        /// The digest that was asked for.
        digest: Digest,
    },
    /// The place itself failed.
    #[error("the archive failed: {reason}")]
    Failed {
        /// What the system said.
        reason: String,
    },
}

/// Keeps bytes by their plain SHA-256 and gives them back, checked.
pub trait Archive: Send + Sync {
    /// Keeps the bytes; the same bytes twice are kept once.
    ///
    /// # Errors
    /// [`ArchiveError::Failed`] when they could not be kept.
    fn put(&self, bytes: &[u8]) -> Result<Digest, ArchiveError>;

    /// The bytes with this digest, verified against it.
    ///
    /// # Errors
    /// [`ArchiveError::Absent`], [`ArchiveError::Changed`] or [`ArchiveError::Failed`].
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, ArchiveError>;
}

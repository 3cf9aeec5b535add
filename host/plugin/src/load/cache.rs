//! The cache of compiled components: private to the user, each file preceded by its SHA-256.
//!
//! Takes and gives artifacts. What is damaged, foreign or readable by others is not used; nothing here can make a load
//! fail, it only makes it slower.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use model::Digest;

const MAX_ARTIFACT: u64 = 1024 * 1024 * 1024;

/// A directory that only this user may enter.
#[derive(Debug)]
pub(super) struct Cache {
    directory: PathBuf,
}

impl Cache {
    /// Opens it, making it when it is not there; `None` when it belongs to someone else or others may enter it.
    pub(super) fn open(directory: &Path) -> Option<Self> {
        if let Err(error) = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory) {
            tracing::warn!(directory = %directory.display(), %error, "the cache of compiled plugins cannot be made");
            return None;
        }
        let found = std::fs::symlink_metadata(directory).ok()?;
        let own = found.is_dir() && found.uid() == rustix::process::geteuid().as_raw() && found.mode().trailing_zeros() >= 6;
        if !own {
            tracing::warn!(directory = %directory.display(), "the cache of compiled plugins is not private (mode 0700) and is not used");
        }
        own.then(|| Self { directory: directory.to_owned() })
    }

    /// The artifact under a key, if it is there and undamaged.
    pub(super) fn get(&self, key: &Digest) -> Option<Vec<u8>> {
        let file = std::fs::OpenOptions::new()
            .read(true)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
            .open(self.path(key))
            .ok()?;
        let found = file.metadata().ok()?;
        if !found.is_file() || found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o077 != 0 {
            return None;
        }
        let mut bytes = Vec::new();
        file.take(MAX_ARTIFACT).read_to_end(&mut bytes).ok()?;
        let (digest, artifact) = bytes.split_at_checked(32)?;
        if digest != Digest::tagged("engine:artifact", &[key.as_bytes(), artifact]).as_bytes() {
            tracing::warn!("a compiled plugin in the cache is damaged and is compiled again");
            return None;
        }
        Some(artifact.to_vec())
    }

    /// Keeps an artifact; a failure is only noted.
    pub(super) fn put(&self, key: &Digest, artifact: &[u8]) {
        let written = || -> std::io::Result<()> {
            let draft = self.directory.join(format!("{}.{}.draft", key.hex(), std::process::id()));
            let _ = std::fs::remove_file(&draft);
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            file.write_all(Digest::tagged("engine:artifact", &[key.as_bytes(), artifact]).as_bytes())?;
            file.write_all(artifact)?;
            drop(file);
            std::fs::rename(&draft, self.path(key))
        };
        if let Err(error) = written() {
            tracing::warn!(%error, "a compiled plugin could not be kept");
        }
    }

    fn path(&self, key: &Digest) -> PathBuf {
        self.directory.join(key.hex())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_kept_artifact_comes_back_and_a_damaged_one_does_not() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open(&directory.path().join("plugins")).unwrap();
        let key = Digest::of(b"key");
        cache.put(&key, b"artifact");
        assert_eq!(cache.get(&key).unwrap(), b"artifact");
        assert!(cache.get(&Digest::of(b"other")).is_none());
        let path = cache.path(&key);
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(cache.get(&key).is_none());
        cache.put(&key, b"artifact");
        std::fs::copy(&path, cache.path(&Digest::of(b"other"))).unwrap();
        assert!(cache.get(&Digest::of(b"other")).is_none(), "an artifact under another key is not that key's");
    }

    #[test]
    fn a_directory_that_others_may_enter_is_not_used() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(Cache::open(directory.path()).is_none());
    }
}

//! The cache of compiled components: private to the user, each file followed by a checksum of its key and itself.
//!
//! Takes artifacts and gives files that hold them. What is damaged, foreign or readable by others is not used; nothing here
//! can make a load fail, it only makes it slower. The checksum is against damage: against others stands the directory.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use model::Digest;
use twox_hash::XxHash3_128 as Hasher;

const MAX_ARTIFACT: u64 = 1024 * 1024 * 1024;
const CHECKSUM: usize = 16;
const READ_AT_ONCE: usize = 128 * 1024;

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

    /// The file of the artifact under a key, to be mapped, if it is there and undamaged.
    pub(super) fn get(&self, key: &Digest) -> Option<PathBuf> {
        let path = self.path(key);
        let mut file = std::fs::OpenOptions::new()
            .read(true)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .ok()?;
        let found = file.metadata().ok()?;
        if !found.is_file() || found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o077 != 0 {
            return None;
        }
        if !is_whole(&mut file, found.len(), key)? {
            tracing::warn!("a compiled plugin in the cache is damaged and is compiled again");
            return None;
        }
        Some(path)
    }

    /// Keeps an artifact; a failure is only noted.
    pub(super) fn put(&self, key: &Digest, artifact: &[u8]) {
        let written = || -> std::io::Result<()> {
            let draft = self.directory.join(format!("{}.{}.draft", key.hex(), std::process::id()));
            let _ = std::fs::remove_file(&draft);
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            let mut checksum = started(key);
            checksum.write(artifact);
            file.write_all(artifact)?;
            file.write_all(&checksum.finish_128().to_le_bytes())?;
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

fn started(key: &Digest) -> Hasher {
    let mut checksum = Hasher::new();
    checksum.write(key.as_bytes());
    checksum
}

/// Whether a file of that length ends with the checksum of the key and all that stands before; `None` when it cannot be read.
fn is_whole(file: &mut std::fs::File, length: u64, key: &Digest) -> Option<bool> {
    let mut left = length.checked_sub(CHECKSUM as u64).filter(|it| *it <= MAX_ARTIFACT)?;
    let mut checksum = started(key);
    let mut buffer = vec![0; READ_AT_ONCE];
    while left > 0 {
        let wanted = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let part = buffer.get_mut(..wanted)?;
        file.read_exact(part).ok()?;
        checksum.write(part);
        left -= wanted as u64;
    }
    let mut kept = [0; CHECKSUM];
    file.read_exact(&mut kept).ok()?;
    Some(kept == checksum.finish_128().to_le_bytes())
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
        assert_eq!(&std::fs::read(cache.get(&key).unwrap()).unwrap()[..8], b"artifact");
        assert!(cache.get(&Digest::of(b"other")).is_none());
        let path = cache.path(&key);
        let mut bytes = std::fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            assert!(cache.get(&key).is_none(), "byte {at} is damaged");
            bytes[at] ^= 1;
        }
        for cut in [0, 1, 15, 16, 17, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            assert!(cache.get(&key).is_none(), "cut to {cut} bytes");
        }
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

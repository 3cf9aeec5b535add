//! A folder that stands for the root of a machine: paths and symbolic links stay beneath it.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::Fault;
use crate::files::{Entry, EntryKind};

/// How many symbolic links one path may lead through.
const LINKS: usize = 40;

/// A folder that stands for the root of a machine.
#[derive(Debug, Clone)]
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The tree in a folder.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, Fault> {
        let real = self.resolve(path, true)?;
        if !real.is_file() {
            fs::metadata(&real).map_err(|error| fault(path, &error))?;
            return Err(Fault::new("invalid", format!("`{path}` is not a regular file")));
        }
        fs::read(real).map_err(|error| fault(path, &error))
    }

    pub(super) fn read_link(&self, path: &str) -> Result<String, Fault> {
        let target = fs::read_link(self.resolve(path, false)?).map_err(|error| fault(path, &error))?;
        Ok(target.to_string_lossy().into_owned())
    }

    pub(super) fn entries(&self, path: &str) -> Result<Vec<Entry>, Fault> {
        let listing = fs::read_dir(self.resolve(path, true)?).map_err(|error| fault(path, &error))?;
        let mut entries = Vec::new();
        for item in listing {
            let item = item.map_err(|error| fault(path, &error))?;
            let metadata = item.metadata().map_err(|error| fault(path, &error))?;
            entries.push(entry(item.file_name().to_string_lossy().into_owned(), &metadata));
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    pub(super) fn stat(&self, path: &str) -> Result<Entry, Fault> {
        let metadata = fs::symlink_metadata(self.resolve(path, false)?).map_err(|error| fault(path, &error))?;
        Ok(entry(path.rsplit('/').next().unwrap_or_default().to_owned(), &metadata))
    }

    /// Walks a path from the root of the tree; absolute links begin there again.
    fn resolve(&self, path: &str, follow_last: bool) -> Result<PathBuf, Fault> {
        let mut rest: Vec<String> = path.split('/').rev().filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let mut at = self.root.clone();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            match part.as_str() {
                "." => continue,
                ".." => {
                    if at != self.root {
                        at.pop();
                    }
                    continue;
                }
                _ => at.push(&part),
            }
            let is_link = fs::symlink_metadata(&at).is_ok_and(|metadata| metadata.is_symlink());
            if !is_link || (rest.is_empty() && !follow_last) {
                continue;
            }
            links += 1;
            if links > LINKS {
                return Err(Fault::new("io", format!("`{path}` leads through too many symbolic links")));
            }
            let target = fs::read_link(&at).map_err(|error| fault(path, &error))?;
            at.pop();
            if target.is_absolute() {
                at.clone_from(&self.root);
            }
            rest.extend(target.to_string_lossy().split('/').rev().filter(|part| !part.is_empty()).map(str::to_owned));
        }
        Ok(at)
    }
}

fn fault(path: &str, error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Fault::new("not-found", format!("`{path}` does not exist")),
        io::ErrorKind::PermissionDenied => Fault::new("denied", format!("permission to read `{path}` is missing")),
        _ => Fault::new("io", format!("`{path}`: {error}")),
    }
}

#[cfg(unix)]
fn entry(name: String, metadata: &fs::Metadata) -> Entry {
    use std::os::unix::fs::MetadataExt;
    Entry {
        name,
        kind: kind(metadata),
        size: metadata.size(),
        mode: metadata.mode() & 0o7777,
        uid: metadata.uid(),
        gid: metadata.gid(),
        modified_at: metadata.mtime(),
    }
}

#[cfg(not(unix))]
fn entry(name: String, metadata: &fs::Metadata) -> Entry {
    Entry { name, kind: kind(metadata), size: metadata.len(), mode: 0o644, uid: 0, gid: 0, modified_at: 0 }
}

fn kind(metadata: &fs::Metadata) -> EntryKind {
    match () {
        () if metadata.is_symlink() => EntryKind::Symlink,
        () if metadata.is_dir() => EntryKind::Directory,
        () if metadata.is_file() => EntryKind::File,
        () => EntryKind::Other,
    }
}

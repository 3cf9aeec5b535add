//! Opening beneath a root with `openat2`: symbolic links resolve within it, magic links never.
//!
//! Takes paths and gives [`Opened`] files with the path that they really have. Reads nothing.

use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::path::Path;

use model::Fault;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;

use super::name::{GuestPath, escaped};
use crate::answer::fault;

const PROC_SUPER_MAGIC: u64 = 0x9fa0;
const SYSFS_MAGIC: u64 = 0x6265_6572;
const RACES: usize = 16;

/// The directory that is `/` for a guest.
pub(super) struct Root {
    fd: OwnedFd,
    path: Vec<u8>,
    is_host: bool,
}

/// A file that was found, held by a descriptor that cannot read it.
pub(super) struct Opened {
    fd: OwnedFd,
    path: String,
    stat: Stat,
    kernel: bool,
}

impl Root {
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let opened = || -> Result<Self, Errno> {
            let fd = rustix::fs::openat(CWD, path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
            let path = real_path(&fd)?;
            let is_host = path == b"/";
            Ok(Self { fd, path, is_host })
        };
        opened().map_err(|errno| fault("io", format!("the root of files `{}` cannot be opened: {errno}", path.display())))
    }

    /// Finds a file; `follow` says whether its last part may be a symbolic link that is followed.
    pub(super) fn open_path(&self, path: &[u8], follow: bool) -> Result<Opened, Errno> {
        let mut flags = OFlags::PATH | OFlags::CLOEXEC;
        if !follow {
            flags |= OFlags::NOFOLLOW;
        }
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let mut races = 0;
        let fd = loop {
            match rustix::fs::openat2(&self.fd, path, flags, Mode::empty(), resolve) {
                // Something was renamed while the kernel resolved the path.
                Err(Errno::AGAIN) if races < RACES => races += 1,
                other => break other?,
            }
        };
        let stat = rustix::fs::fstat(&fd)?;
        let path = self.inner_path(&real_path(&fd)?)?;
        let kernel = is_kernel(&fd, &path)?;
        Ok(Opened { fd, path, stat, kernel })
    }

    /// A real path as the guest would write it. This process's own part of procfs is written `/proc/self`.
    fn inner_path(&self, real: &[u8]) -> Result<String, Errno> {
        let inner = if self.is_host {
            real
        } else {
            let rest = real.strip_prefix(self.path.as_slice()).ok_or(Errno::XDEV)?;
            match rest.first() {
                None => b"/",
                Some(b'/') => rest,
                Some(_) => return Err(Errno::XDEV),
            }
        };
        let text = escaped(inner);
        let own = format!("/proc/{}", std::process::id());
        Ok(match text.strip_prefix(&own) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("/proc/self{rest}"),
            _ => text,
        })
    }
}

/// Whether the kernel makes a file up: it lies in procfs or sysfs, wherever those are mounted.
fn is_kernel(fd: &OwnedFd, path: &str) -> Result<bool, Errno> {
    let is_beneath = |top: &str| path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if is_beneath("/proc") || is_beneath("/sys") {
        return Ok(true);
    }
    let kind = rustix::fs::fstatfs(fd)?.f_type;
    Ok(matches!(u64::try_from(kind), Ok(PROC_SUPER_MAGIC | SYSFS_MAGIC)))
}

fn real_path(fd: &OwnedFd) -> Result<Vec<u8>, Errno> {
    let link = format!("/proc/self/fd/{}", fd.as_raw_fd());
    Ok(rustix::fs::readlinkat(CWD, link, Vec::new())?.into_bytes())
}

impl Opened {
    /// Its real path beneath the root, escaped.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn stat(&self) -> &Stat {
        &self.stat
    }

    /// Whether the kernel makes it up: it lies in procfs or sysfs.
    pub(super) fn is_kernel(&self) -> bool {
        self.kernel
    }

    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        (self.stat.st_dev, self.stat.st_ino) == (other.stat.st_dev, other.stat.st_ino)
    }

    pub(super) fn must_be(&self, expected: FileType, path: &GuestPath) -> Result<(), Fault> {
        if FileType::from_raw_mode(self.stat.st_mode) == expected {
            return Ok(());
        }
        let what = match expected {
            FileType::RegularFile => "a regular file",
            FileType::Directory => "a directory",
            _ => "a symbolic link",
        };
        Err(fault("invalid", format!("`{path}` is not {what}")))
    }

    pub(super) fn link_target(&self) -> Result<Vec<u8>, Errno> {
        Ok(rustix::fs::readlinkat(self.fd.as_fd(), c"", Vec::new())?.into_bytes())
    }

    /// The very same file, opened again so that it can be read: by its descriptor, so that nothing can be put in its place.
    pub(super) fn for_reading(&self) -> Result<OwnedFd, Errno> {
        self.again(OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)
    }

    pub(super) fn for_listing(&self) -> Result<OwnedFd, Errno> {
        self.again(OFlags::RDONLY | OFlags::DIRECTORY)
    }

    fn again(&self, flags: OFlags) -> Result<OwnedFd, Errno> {
        let link = format!("/proc/self/fd/{}", self.fd.as_raw_fd());
        let fd = rustix::fs::openat(CWD, link, flags | OFlags::CLOEXEC, Mode::empty())?;
        let now = rustix::fs::statat(&fd, c"", AtFlags::EMPTY_PATH)?;
        let same = (now.st_dev, now.st_ino, now.st_mode) == (self.stat.st_dev, self.stat.st_ino, self.stat.st_mode);
        if same { Ok(fd) } else { Err(Errno::STALE) }
    }
}

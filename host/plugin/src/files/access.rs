//! Which paths may be read: those that the manifest asks for and the operator grants, and in procfs and sysfs only those
//! that both name exactly.

use std::collections::BTreeSet;

use model::{CollectorName, Fault};
use rustix::io::Errno;
use smol_str::SmolStr;

use super::name::GuestPath;
use super::open::Opened;
use crate::answer::fault;
use crate::grant::{Grant, how_to_grant_all};
use crate::manifest::AskedFile;
use crate::pattern::PathPattern;

/// What is done with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Its content is read.
    Read,
    /// Its attributes are, or where it leads.
    Look,
    /// What stands in it is.
    List,
}

/// The paths of one run.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    collector: CollectorName,
    asked: Vec<AskedFile>,
    granted: Vec<PathPattern>,
}

/// What of a process no grant opens: its memory, environment, arguments and descriptors, and what leads back to files.
const NEVER_OF_A_PROCESS: &[&str] = &[
    "environ",
    "mem",
    "cmdline",
    "fd",
    "fdinfo",
    "maps",
    "smaps",
    "smaps_rollup",
    "numa_maps",
    "map_files",
    "auxv",
    "pagemap",
    "root",
    "cwd",
    "exe",
    "stack",
    "syscall",
    "task",
    "clear_refs",
];
const NEVER: &[&str] = &["/proc/kcore", "/proc/kmsg", "/proc/keys", "/proc/vmcore", "/proc/kpagecount", "/proc/kpageflags"];

impl Access {
    pub(crate) fn new(collector: &CollectorName, asked: Vec<AskedFile>, grant: &Grant) -> Self {
        Self { collector: collector.clone(), asked, granted: grant.files.clone() }
    }

    /// The filters that the manifest wants for any of these paths.
    pub(super) fn filters(&self, paths: [&str; 2]) -> Vec<SmolStr> {
        let wanted = self.asked.iter().filter(|file| paths.iter().any(|path| file.path.matches(path)));
        let mut filters: Vec<SmolStr> = wanted.flat_map(|file| file.filters.iter().cloned()).collect();
        filters.sort_unstable();
        filters.dedup();
        filters
    }

    /// Whether a path may be used; `reached` is the file behind it and the path by which it was reached.
    pub(super) fn allows(&self, path: &str, way: Way, reached: Option<(&str, &Opened)>) -> Result<(), Fault> {
        let kernel = reached.is_some_and(|(_, opened)| opened.is_kernel()) || is_kernel_path(path);
        let via = match reached {
            Some((from, _)) if from != path => format!("`{}` leads to `{}`, which", shown(from), shown(path)),
            _ => format!("`{}`", shown(path)),
        };
        if kernel && is_never(path) {
            return Err(fault("denied", format!("{via} is never given to a plugin, whatever is granted")));
        }
        if !self.asked.iter().any(|file| allowed(&file.path, path, way, kernel)) {
            return Err(fault("denied", format!("{via} is not among the `files` that the plugin's manifest asks for")));
        }
        if !self.granted.iter().any(|pattern| allowed(pattern, path, way, kernel)) {
            let how = how_to_grant_all(&self.collector, "files", &self.lines(path, way, kernel));
            return Err(fault("denied", format!("{via} is not granted: {how}")));
        }
        Ok(())
    }

    /// The lines that are enough for a path. Whoever lists a directory goes on to what is in it, so they are those under which
    /// the manifest asks for that.
    fn lines(&self, path: &str, way: Way, kernel: bool) -> Vec<String> {
        let asked = self.asked.iter().map(|file| &file.path).filter(|pattern| allowed(pattern, path, way, kernel));
        let mut lines = BTreeSet::new();
        for pattern in asked.filter(|_| way != Way::Read) {
            match pattern.beneath(path) {
                // What only stands beneath a `**` may as well be a file.
                Some(beneath) if way == Way::List || beneath == pattern.as_str() => _ = lines.insert(shown(&beneath)),
                _ if pattern.is_exact() && pattern.matches(path) => _ = lines.insert(shown(path)),
                _ => {}
            }
        }
        if lines.is_empty() { vec![shown(path)] } else { lines.into_iter().collect() }
    }

    /// Whether an entry of a listing is shown: one that the manifest asks for. A directory that is named exactly, in the
    /// manifest or in the grant, speaks for the names in it.
    ///
    /// # Errors
    /// `denied` when an entry is asked for and not granted: a listing that left it out would pass for a whole one.
    pub(super) fn sees(&self, parent: &str, name: &str, directory: &Opened) -> Result<bool, Fault> {
        let path = format!("{}/{name}", parent.trim_end_matches('/'));
        let kernel = directory.is_kernel() || is_kernel_path(&path);
        if kernel && is_never(&path) {
            return Ok(false);
        }
        let names =
            |pattern: &PathPattern| (pattern.is_exact() && pattern.matches(parent)) || allowed(pattern, &path, Way::Look, kernel);
        let asked: Vec<&PathPattern> = self.asked.iter().map(|file| &file.path).filter(|pattern| names(pattern)).collect();
        if asked.is_empty() || self.granted.iter().any(names) {
            return Ok(!asked.is_empty());
        }
        let lines: BTreeSet<String> =
            asked.into_iter().map(|pattern| pattern.beneath(parent).unwrap_or_else(|| pattern.to_string())).collect();
        let lines: Vec<String> = lines.iter().map(|line| shown(line)).collect();
        let how = how_to_grant_all(&self.collector, "files", &lines);
        let (parent, path) = (shown(parent), shown(&path));
        Err(fault("denied", format!("`{parent}` cannot be listed: `{path}` in it is not granted: {how}")))
    }

    /// The denial of a directory that was reached by a link, of which an entry is asked for by the path that the guest used and
    /// not by its own: leaving it out would pass for a whole listing.
    pub(super) fn not_asked_behind(from: &str, to: &str, name: &str) -> Fault {
        let (from, to, name) = (shown(from), shown(to), shown(name));
        let rest = "which is not among the `files` that the plugin's manifest asks for";
        fault("denied", format!("`{from}` cannot be listed: it leads to `{to}` and `{name}` in it, {rest}"))
    }

    /// What the system said, as a fault; for a missing permission it names the one that the manifest gives.
    pub(super) fn failed(&self, errno: Errno, path: &GuestPath) -> Fault {
        match errno {
            Errno::NOENT | Errno::NOTDIR => fault("not-found", format!("`{path}` does not exist")),
            Errno::ACCESS | Errno::PERM => {
                let permission =
                    self.asked.iter().find(|file| file.path.matches(path.text())).and_then(|file| file.permission.as_deref());
                let needs = permission.map(|permission| format!("; it needs `{permission}`")).unwrap_or_default();
                fault("denied", format!("the system does not let this user read `{path}`{needs}"))
            }
            Errno::LOOP => {
                fault("invalid", format!("`{path}` goes through too many links, or through one that is never followed"))
            }
            Errno::NOSYS => fault("io", "reading files needs Linux 5.6 or later (`openat2`)"),
            _ => fault("io", format!("`{path}`: {errno}")),
        }
    }
}

fn allowed(pattern: &PathPattern, path: &str, way: Way, kernel: bool) -> bool {
    if kernel && !pattern.is_exact() {
        return false;
    }
    pattern.matches(path) || (way != Way::Read && pattern.leads_to(path))
}

fn is_kernel_path(path: &str) -> bool {
    ["/proc", "/sys"].iter().any(|top| path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn is_never(path: &str) -> bool {
    if NEVER.contains(&path) {
        return true;
    }
    let Some(rest) = path.strip_prefix("/proc/") else { return false };
    let mut parts = rest.split('/');
    let process =
        parts.next().is_some_and(|part| part == "self" || part == "thread-self" || part.bytes().all(|b| b.is_ascii_digit()));
    process && parts.any(|part| NEVER_OF_A_PROCESS.contains(&part))
}

fn shown(path: &str) -> String {
    path.chars().take(500).flat_map(char::escape_debug).collect()
}

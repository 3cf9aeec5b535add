//! The machine that is looked at: its name, and what several kinds need, read once.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::files::{Entry, EntryKind, File};
use engine_sdk::{Fault, OrAbsent, Run};

use crate::parse::accounts::{self, Group, Lines, Passwd};
use crate::parse::packages::{self, Package, State};
use crate::parse::settings;
use crate::parse::sshd::matches_pattern;
use crate::units::Units;

/// How many files one pattern may name.
const MATCHES: usize = 1_000;

/// A file with what was made of it.
pub(crate) struct Parsed<T> {
    pub(crate) file: File,
    pub(crate) value: T,
}

/// The installed packages and the list they stand in.
pub(crate) struct Packages {
    pub(crate) list: engine_sdk::kinds::host::PackageList,
    pub(crate) file: File,
    pub(crate) entries: Vec<Package>,
    /// How many entries of the list could not be understood.
    pub(crate) bad: usize,
}

/// The machine that is looked at.
pub(crate) struct Machine<'a> {
    pub(crate) run: &'a Run<'a>,
    /// Its name for itself.
    pub(crate) name: String,
    passwd: OnceCell<Result<Parsed<Lines<Passwd>>, Fault>>,
    group: OnceCell<Result<Parsed<Lines<Group>>, Fault>>,
    packages: OnceCell<Result<Packages, Fault>>,
    units: OnceCell<Result<Units, Fault>>,
    sudo: OnceCell<Result<crate::collect::sudo::Sudoers, Fault>>,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(run: &'a Run<'a>, configured_name: Option<String>) -> Self {
        let (passwd, group, packages) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let mut machine =
            Self { run, name: String::new(), passwd, group, packages, units: OnceCell::new(), sudo: OnceCell::new() };
        machine.name = configured_name.filter(|name| !name.is_empty()).unwrap_or_else(|| machine.own_name());
        machine
    }

    /// The name that the kernel has, else that of /etc/hostname, else `localhost`.
    fn own_name(&self) -> String {
        let names = ["/proc/sys/kernel/hostname", "/etc/hostname"].into_iter().filter_map(|path| {
            let file = self.run.read(path).ok()?;
            let text = file.text().into_owned();
            settings::lines(&text).next().map(|(_, line)| shown(line))
        });
        names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "localhost".to_owned())
    }

    /// The scope of every fact.
    pub(crate) fn scope(&self) -> String {
        format!("host:{}", self.name)
    }

    /// A subject of this machine.
    pub(crate) fn subject(&self, rest: &str) -> String {
        let mut subject = format!("host:{}/{}", self.name, shown(rest));
        if subject.len() > 1_000 {
            let mut end = 1_000;
            while !subject.is_char_boundary(end) {
                end -= 1;
            }
            subject.truncate(end);
        }
        subject.trim_end().to_owned()
    }

    /// A file, or `None` where it does not exist.
    pub(crate) fn file(&self, path: &str) -> Result<Option<File>, Fault> {
        self.run.read(path).or_absent()
    }

    /// The text of a file, empty where it does not exist.
    pub(crate) fn text(&self, path: &str) -> Result<String, Fault> {
        Ok(self.file(path)?.map(|file| file.text().into_owned()).unwrap_or_default())
    }

    /// What is known of a path, or `None` where it does not exist.
    pub(crate) fn stat(&self, path: &str) -> Result<Option<Entry>, Fault> {
        self.run.stat(path).or_absent()
    }

    /// Whether a path exists.
    pub(crate) fn exists(&self, path: &str) -> Result<bool, Fault> {
        Ok(self.stat(path)?.is_some())
    }

    /// What stands in a directory; nothing where it does not exist.
    pub(crate) fn entries(&self, path: &str) -> Result<Vec<Entry>, Fault> {
        Ok(self.run.entries(path).or_absent()?.unwrap_or_default())
    }

    /// The files that a pattern names, in order; parts may hold `*` and `?`.
    pub(crate) fn matching(&self, pattern: &str) -> Result<Vec<String>, Fault> {
        let mut paths = vec![String::new()];
        for part in pattern.split('/').filter(|part| !part.is_empty()) {
            let mut next = Vec::new();
            for path in &paths {
                if part.contains(['*', '?']) {
                    let names = self.entries(if path.is_empty() { "/" } else { path })?;
                    let hidden = part.starts_with('.');
                    let names = names.into_iter().map(|entry| entry.name).filter(|name| hidden || !name.starts_with('.'));
                    next.extend(names.filter(|name| matches_pattern(part, name)).map(|name| format!("{path}/{name}")));
                } else {
                    next.push(format!("{path}/{part}"));
                }
            }
            if next.len() > MATCHES {
                return Err(Fault::new("too-large", format!("`{pattern}` names more than {MATCHES} files")));
            }
            paths = next;
        }
        Ok(paths)
    }

    /// The files of `.d` directories as systemd and its kin read them: sorted by name, an earlier directory's file stands
    /// instead of a later one's of the same name.
    pub(crate) fn layered(&self, folders: &[&str], ending: &str) -> Result<Vec<File>, Fault> {
        let mut by_name = BTreeMap::new();
        for folder in folders.iter().rev() {
            for entry in self.entries(folder)?.into_iter().filter(|entry| entry.kind != EntryKind::Directory) {
                if entry.name.ends_with(ending) && !entry.name.starts_with('.') {
                    by_name.insert(entry.name.clone(), format!("{folder}/{}", entry.name));
                }
            }
        }
        let mut files = Vec::new();
        for path in by_name.values() {
            files.extend(self.file(path)?);
        }
        Ok(files)
    }

    /// The accounts of /etc/passwd.
    pub(crate) fn passwd(&self) -> Result<&Parsed<Lines<Passwd>>, Fault> {
        let read = || self.run.read("/etc/passwd").map(|file| Parsed { value: accounts::passwd(&file.text()), file });
        self.passwd.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// The groups of /etc/group.
    pub(crate) fn group(&self) -> Result<&Parsed<Lines<Group>>, Fault> {
        let read = || self.run.read("/etc/group").map(|file| Parsed { value: accounts::group(&file.text()), file });
        self.group.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// The name of an account by its number.
    pub(crate) fn user_name(&self, uid: i64) -> Result<Option<String>, Fault> {
        let lines = &self.passwd()?.value;
        Ok(lines.entries.iter().find(|(_, account)| i64::from(account.uid) == uid).map(|(_, account)| account.name.clone()))
    }

    /// The name of a group by its number.
    pub(crate) fn group_name(&self, gid: i64) -> Result<Option<String>, Fault> {
        let lines = &self.group()?.value;
        Ok(lines.entries.iter().find(|(_, group)| i64::from(group.gid) == gid).map(|(_, group)| group.name.clone()))
    }

    /// The list of packages.
    pub(crate) fn packages(&self) -> Result<&Packages, Fault> {
        self.packages.get_or_init(|| self.read_packages()).as_ref().map_err(Clone::clone)
    }

    fn read_packages(&self) -> Result<Packages, Fault> {
        use engine_sdk::kinds::host::PackageList;
        if let Some(file) = self.file("/var/lib/dpkg/status")? {
            let (entries, bad) = packages::dpkg(&file.bytes);
            return Ok(Packages { list: PackageList::Dpkg, file, entries, bad });
        }
        if let Some(file) = self.file("/lib/apk/db/installed")? {
            let (entries, bad) = packages::apk(&file.bytes);
            return Ok(Packages { list: PackageList::Apk, file, entries, bad });
        }
        let list = if self.exists("/var/lib/rpm")? || self.exists("/usr/lib/sysimage/rpm")? {
            "that of rpm"
        } else {
            "none that is known"
        };
        Err(Fault::new("unsupported", format!("the package lists of dpkg and apk are supported, and this machine has {list}")))
    }

    /// The names of installed packages; none where the package list is of an unsupported form.
    pub(crate) fn installed(&self) -> Result<BTreeSet<&str>, Fault> {
        match self.packages() {
            Ok(list) => Ok(list.entries.iter().filter(|it| it.state == State::Installed).map(|it| it.name.as_str()).collect()),
            Err(fault) if fault.code == "unsupported" => Ok(BTreeSet::new()),
            Err(fault) => Err(fault),
        }
    }

    /// The version of an installed package, where the list is supported.
    pub(crate) fn version_of(&self, name: &str) -> Result<Option<String>, Fault> {
        match self.packages() {
            Ok(list) => {
                let package = list.entries.iter().find(|it| it.name == name && it.state == State::Installed);
                Ok(package.map(|package| package.version.clone()))
            }
            Err(fault) if fault.code == "unsupported" => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Whether one of these packages is installed, or one of these units is there (for lists that are not supported).
    pub(crate) fn has(&self, packages: &[&str], units: &[&str]) -> Result<bool, Fault> {
        let installed = self.installed()?;
        Ok(packages.iter().any(|name| installed.contains(name)) || {
            let known = self.units()?;
            units.iter().any(|unit| known.exists(unit))
        })
    }

    /// The units of systemd.
    pub(crate) fn units(&self) -> Result<&Units, Fault> {
        self.units.get_or_init(|| Units::read(self)).as_ref().map_err(Clone::clone)
    }

    /// sudoers and what it includes.
    pub(crate) fn sudoers(&self) -> Result<&crate::collect::sudo::Sudoers, Fault> {
        self.sudo.get_or_init(|| crate::collect::sudo::Sudoers::read(self)).as_ref().map_err(Clone::clone)
    }

    /// The first number of people's accounts: UID_MIN of login.defs.
    pub(crate) fn uid_min(&self) -> Result<i64, Fault> {
        let settings = settings::spaced(&self.login_defs()?);
        Ok(settings.get("UID_MIN").and_then(|number| number.parse().ok()).unwrap_or(1000))
    }

    /// login.defs: the machine's own, else the vendor's.
    pub(crate) fn login_defs(&self) -> Result<String, Fault> {
        let own = self.text("/etc/login.defs")?;
        if own.is_empty() { self.text("/usr/etc/login.defs") } else { Ok(own) }
    }
}

/// Text that may stand in a subject: control characters and those that reorder the text around them become `%XX`.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.trim().chars() {
        let reorders = matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
        if c.is_control() || reorders {
            shown.extend(c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A list in order, each once.
pub(crate) fn sorted(names: impl IntoIterator<Item = String>) -> Vec<String> {
    names.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Whether a name has an ending, in the case that the system tells apart.
pub(crate) fn ends(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.'))
}

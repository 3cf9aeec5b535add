//! The units of systemd as their files and links say, and the scripts of System V init.

use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::Fault;
use engine_sdk::files::EntryKind;

use crate::machine::Machine;

const OWN: &str = "/etc/systemd/system";

/// What is known of one unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The targets and units that start it.
    pub(crate) started_by: BTreeSet<String>,
    /// A link to nowhere stands in its place.
    pub(crate) is_masked: bool,
    /// A link or mask stands under /etc.
    pub(crate) is_own: bool,
    /// It is a script of System V init.
    pub(crate) is_script: bool,
}

/// The units of a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Units {
    /// Those that are started or masked.
    pub(crate) by_name: BTreeMap<String, Unit>,
    /// Every unit file by the unit's name.
    pub(crate) files: BTreeMap<String, String>,
    /// Units are systemd's.
    pub(crate) is_systemd: bool,
}

impl Units {
    pub(crate) fn read(machine: &Machine<'_>) -> Result<Self, Fault> {
        let mut units = Self::default();
        let mut vendor = "/usr/lib/systemd/system";
        if !machine.exists(vendor)? {
            vendor = "/lib/systemd/system";
        }
        units.is_systemd = machine.exists(vendor)?;
        let mut links = Links::default();
        for (folder, is_own) in [(vendor, false), (OWN, true)] {
            units.read_folder(machine, folder, is_own, &mut links)?;
        }
        units.follow(machine, links)?;
        units.read_scripts(machine)?;
        Ok(units)
    }

    fn read_folder(&mut self, machine: &Machine<'_>, folder: &str, is_own: bool, links: &mut Links) -> Result<(), Fault> {
        for entry in machine.entries(folder)? {
            let path = format!("{folder}/{}", entry.name);
            let name = &entry.name;
            match entry.kind {
                EntryKind::Directory => {
                    let starter = [".wants", ".requires", ".upholds"].iter().find_map(|ending| name.strip_suffix(ending));
                    let Some(starter) = starter else { continue };
                    for link in machine.entries(&path)?.into_iter().filter(|link| is_unit(&link.name)) {
                        if link.kind == EntryKind::Symlink {
                            links.wanted.insert(link.name.clone(), format!("{path}/{}", link.name));
                        }
                        let unit = self.by_name.entry(link.name).or_default();
                        unit.started_by.insert(starter.to_owned());
                        unit.is_own |= is_own;
                    }
                }
                EntryKind::Symlink if is_unit(name) => match machine.run.read_link(&path)? {
                    target if target == "/dev/null" => {
                        let unit = self.by_name.entry(name.clone()).or_default();
                        unit.is_masked = true;
                        unit.is_own |= is_own;
                    }
                    target => links.other_names.push((name.clone(), path, target)),
                },
                EntryKind::File if is_unit(name) && entry.size == 0 => {
                    self.by_name.entry(name.clone()).or_default().is_masked = true;
                }
                EntryKind::File if is_unit(name) => {
                    self.files.insert(name.clone(), path);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes in other names of units, and takes out what a removed package left behind: a link to a unit that is not there
    /// starts nothing. Where units lie that are not looked at, a link is believed.
    fn follow(&mut self, machine: &Machine<'_>, links: Links) -> Result<(), Fault> {
        let mut left = links.other_names;
        loop {
            let before = left.len();
            left.retain(|(name, path, target)| {
                let leads_somewhere = is_elsewhere(target) || self.file_of(base(target)).is_some();
                if leads_somewhere {
                    self.files.insert(name.clone(), path.clone());
                }
                !leads_somewhere
            });
            if left.len() == before {
                break;
            }
        }
        let is_started = |unit: &Unit| !unit.is_masked && !unit.started_by.is_empty();
        let started = self.by_name.iter().filter(|(name, unit)| is_started(unit) && self.file_of(name).is_none());
        for name in started.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            let target = links.wanted.get(&name).map(|path| machine.run.read_link(path)).transpose()?;
            if !target.is_some_and(|target| is_elsewhere(&target)) {
                self.by_name.remove(&name);
            }
        }
        Ok(())
    }

    /// Scripts that a run level starts and that no unit stands for.
    fn read_scripts(&mut self, machine: &Machine<'_>) -> Result<(), Fault> {
        for level in ["rcS", "rc2", "rc3", "rc4", "rc5"] {
            for entry in machine.entries(&format!("/etc/{level}.d"))? {
                let Some(script) = entry.name.strip_prefix('S').and_then(|rest| rest.get(2..)) else { continue };
                // systemd knows a script `name.sh` as `name`.
                let name = format!("{}.service", script.strip_suffix(".sh").unwrap_or(script));
                let is_known = self.files.contains_key(&name) || self.by_name.get(&name).is_some_and(|unit| !unit.is_script);
                if !is_known && !script.is_empty() {
                    let unit = self.by_name.entry(name).or_default();
                    unit.is_script = true;
                    unit.is_own = true;
                    unit.started_by.insert(level.to_owned());
                }
            }
        }
        Ok(())
    }

    /// Whether the unit is started by something and not masked.
    pub(crate) fn starts(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|unit| !unit.is_masked && !unit.started_by.is_empty())
    }

    /// Whether one of the units is started.
    pub(crate) fn starts_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.starts(name))
    }

    /// Whether there is such a unit.
    pub(crate) fn exists(&self, name: &str) -> bool {
        self.files.contains_key(name) || self.by_name.contains_key(name)
    }

    /// The file of a unit; that of its template for `name@instance`.
    pub(crate) fn file_of(&self, name: &str) -> Option<&str> {
        let template = || {
            let (stem, rest) = name.split_once('@')?;
            let (_, ending) = rest.rsplit_once('.')?;
            self.files.get(&format!("{stem}@.{ending}"))
        };
        self.files.get(name).or_else(template).map(String::as_str)
    }
}

/// Links that were seen.
#[derive(Default)]
struct Links {
    /// A link that has a unit started, by the unit's name.
    wanted: BTreeMap<String, String>,
    /// Names of units that are links: the name, the link, and where it leads.
    other_names: Vec<(String, String, String)>,
}

/// Whether a link leads to where units are not looked at, such as /usr/local/lib/systemd/system.
fn is_elsewhere(target: &str) -> bool {
    let folder = target.rsplit_once('/').map_or("", |(folder, _)| folder);
    target.starts_with('/') && !["/usr/lib/systemd/system", "/lib/systemd/system", OWN].contains(&folder)
}

fn base(target: &str) -> &str {
    target.rsplit_once('/').map_or(target, |(_, name)| name)
}

fn is_unit(name: &str) -> bool {
    [".service", ".socket", ".timer"].iter().any(|ending| name.ends_with(ending))
}

//! `host.sudo@1` and `host.sudo-defaults@1`.

mod bound;

use std::collections::BTreeSet;

use engine_sdk::files::{EntryKind, File};
use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::host::{PackageList, Sudo, SudoDefaults};
use engine_sdk::{Facts, Fault, OrAbsent, ReadFrom};

use crate::machine::Machine;
use crate::parse::settings::is_yes;
use crate::parse::sudoers::{AliasKind, Aliases, Privilege, Setting, Statement, expanded, read};

/// How many files may include one another.
const FILES: usize = 200;
const DEPTH: usize = 32;

/// sudoers with all that it includes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sudoers {
    is_there: bool,
    aliases: Aliases,
    privileges: Vec<Placed>,
    settings: Vec<Setting>,
    bound: Vec<bound::Bound>,
    bad: Vec<String>,
    from: Vec<ReadFrom>,
    seen: usize,
}

/// A privilege and where it stands; `part` counts from 1 in its line.
#[derive(Debug, Clone)]
struct Placed {
    privilege: Privilege,
    file: String,
    line: u64,
    part: usize,
    from: Vec<ReadFrom>,
}

impl Sudoers {
    pub(crate) fn read(machine: &Machine<'_>) -> Result<Self, Fault> {
        let mut sudoers = Self::default();
        if let Some(file) = machine.file("/etc/sudoers")? {
            sudoers.is_there = true;
            sudoers.add(machine, &file, DEPTH)?;
        }
        Ok(sudoers)
    }

    fn add(&mut self, machine: &Machine<'_>, file: &File, depth: usize) -> Result<(), Fault> {
        self.seen += 1;
        if self.seen > FILES || depth == 0 {
            return Err(Fault::new("too-large", "sudoers includes too many files"));
        }
        self.from.extend(file.whole());
        let (statements, bad) = read(&file.text());
        self.bad.extend(bad.into_iter().map(|line| format!("line {line} of {} has not the form of sudoers", file.path)));
        for (line, statement) in statements {
            match statement {
                Statement::Include(path) => {
                    let path = beside(&file.path, &machine_named(&path, machine));
                    match machine.run.read(&path).or_absent()? {
                        Some(included) => self.add(machine, &included, depth - 1)?,
                        None => self.bad.push(format!("line {line} of {} includes `{path}`, which does not exist", file.path)),
                    }
                }
                Statement::IncludeFolder(path) => {
                    let folder = beside(&file.path, &machine_named(&path, machine));
                    for entry in machine.entries(&folder)? {
                        // sudo leaves out names with a dot or a tilde at the end.
                        if entry.kind != EntryKind::Directory && !entry.name.contains('.') && !entry.name.ends_with('~') {
                            let included = machine.run.read(&format!("{folder}/{}", entry.name))?;
                            self.add(machine, &included, depth - 1)?;
                        }
                    }
                }
                Statement::Alias { kind, name, list } => {
                    self.aliases.insert((kind, name), list);
                }
                Statement::Default { binding: None, settings } => {
                    self.bound.extend(settings.iter().filter_map(bound::exempted));
                    self.settings.extend(settings);
                }
                Statement::Default { binding: Some(binding), settings } => self.bound.push((binding, settings)),
                Statement::Privileges(privileges) => {
                    let from = file.from_line(line);
                    let placed = privileges.into_iter().zip(1..).map(|(privilege, part)| Placed {
                        privilege,
                        file: file.path.clone(),
                        line,
                        part,
                        from: from.clone(),
                    });
                    self.privileges.extend(placed);
                }
            }
        }
        Ok(())
    }

    /// The last setting of a name.
    fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().rev().find(|setting| setting.name == name)
    }

    fn flag(&self, name: &str, default: bool) -> bool {
        self.setting(name).map_or(default, |setting| !setting.is_negated && setting.value.as_deref().is_none_or(is_yes))
    }

    fn value(&self, name: &str) -> Option<String> {
        self.setting(name).filter(|setting| !setting.is_negated)?.value.clone()
    }

    /// Whom rules let run every command as root.
    pub(crate) fn administrators(&self) -> Administrators {
        let mut administrators = Administrators::default();
        for placed in &self.privileges {
            let who = Who::of(&expanded(&placed.privilege.users, AliasKind::User, &self.aliases));
            if self.may(&placed.privilege).is_unrestricted() {
                administrators.everyone |= who.everyone;
                administrators.users.extend(who.users.into_iter().filter(|name| !name.starts_with('!')));
                administrators.groups.extend(who.groups);
            }
        }
        administrators
    }

    fn may(&self, privilege: &Privilege) -> May {
        let runas_users = expanded(&privilege.runas_users, AliasKind::Runas, &self.aliases);
        let commands = expanded(&privilege.commands, AliasKind::Command, &self.aliases);
        let root_is = |names: &[&str]| runas_users.iter().any(|name| names.contains(&name.as_str()));
        May {
            as_root: root_is(&["ALL", "root", "#0"]) && !root_is(&["!root", "!#0", "!ALL"]),
            all_commands: commands.iter().any(|name| name == "ALL"),
            runas_users,
            commands,
        }
    }
}

/// A path in an include may name the machine with `%h`.
fn machine_named(path: &str, machine: &Machine<'_>) -> String {
    path.replace("%h", machine.name.split('.').next().unwrap_or_default())
}

/// A relative path stands beside the file that names it.
fn beside(file: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/{path}")
}

/// What a privilege lets do.
struct May {
    runas_users: Vec<String>,
    commands: Vec<String>,
    as_root: bool,
    all_commands: bool,
}

impl May {
    fn is_unrestricted(&self) -> bool {
        self.as_root && self.all_commands
    }
}

/// Whom a privilege is for.
#[derive(Default)]
struct Who {
    users: Vec<String>,
    groups: Vec<String>,
    everyone: bool,
}

impl Who {
    fn of(names: &[String]) -> Self {
        let mut who = Self::default();
        for name in names {
            match name.strip_prefix('%') {
                Some(group) => who.groups.push(group.replace("\\ ", " ")),
                None if name == "ALL" => who.everyone = true,
                None => who.users.push(name.replace("\\ ", " ")),
            }
        }
        who
    }
}

/// Whom rules let run every command as root.
#[derive(Debug, Clone, Default)]
pub(crate) struct Administrators {
    everyone: bool,
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
}

impl Administrators {
    /// Whether an account is one, by itself or by a group.
    pub(crate) fn has(&self, name: &str, uid: u32, groups: &[String]) -> bool {
        self.everyone
            || self.users.contains(name)
            || self.users.contains(&format!("#{uid}"))
            || groups.iter().any(|group| self.groups.contains(group))
    }

    /// Whether the members of a group are.
    pub(crate) fn has_group(&self, name: &str) -> bool {
        self.everyone || self.groups.contains(name)
    }
}

pub(crate) fn privileges(machine: &Machine<'_>, facts: &mut Facts<'_, Sudo>) -> Result<(), Fault> {
    let sudoers = machine.sudoers()?;
    for bad in &sudoers.bad {
        facts.gap(&Fault::invalid(bad.clone()));
    }
    let (authenticates, sets_env) = (sudoers.flag("authenticate", true), sudoers.flag("setenv", false));
    for placed in &sudoers.privileges {
        let privilege = &placed.privilege;
        let who = Who::of(&expanded(&privilege.users, AliasKind::User, &sudoers.aliases));
        let may = sudoers.may(privilege);
        let is_bound = |flag| bound::sets(machine, &sudoers.bound, &sudoers.aliases, flag, (&who, &may));
        let asks = authenticates && !is_bound(("authenticate", false))?;
        let sets_env = sets_env || is_bound(("setenv", true))?;
        let body = Sudo {
            host: machine.name.clone(),
            file: placed.file.clone(),
            line: i64::try_from(placed.line).unwrap_or(i64::MAX),
            users: who.users,
            groups: who.groups,
            everyone: who.everyone,
            hosts: expanded(&privilege.hosts, AliasKind::Host, &sudoers.aliases),
            runas_groups: expanded(&privilege.runas_groups, AliasKind::Runas, &sudoers.aliases),
            as_root: may.as_root,
            all_commands: may.all_commands,
            excluded_commands: may.commands.iter().any(|name| name.starts_with('!')),
            unrestricted: may.is_unrestricted(),
            nopasswd: privilege.tags.nopasswd.unwrap_or(!asks),
            setenv: privilege.tags.setenv.unwrap_or(sets_env),
            noexec: privilege.tags.noexec.unwrap_or_else(|| sudoers.flag("noexec", false)),
            runas_users: may.runas_users,
            commands: may.commands,
        };
        let part = if placed.part == 1 { String::new() } else { format!("/{}", placed.part) };
        let subject = machine.subject(&format!("sudo{}:{}{part}", placed.file, placed.line));
        facts.state_from(&subject, &body, placed.from.iter().copied())?;
    }
    Ok(())
}

pub(crate) fn defaults(machine: &Machine<'_>, facts: &mut Facts<'_, SudoDefaults>) -> Result<(), Fault> {
    let sudoers = machine.sudoers()?;
    if !sudoers.is_there {
        return Ok(());
    }
    for bad in &sudoers.bad {
        facts.gap(&Fault::invalid(bad.clone()));
    }
    let version = match machine.version_of("sudo")? {
        Some(version) => Some(version),
        None => machine.version_of("sudo-ldap")?,
    };
    let timeout = match sudoers.setting("timestamp_timeout") {
        Some(setting) if setting.is_negated => 0,
        // Minutes, which may have a fraction; below 0 the timestamp does not end.
        Some(setting) => setting.value.as_deref().and_then(seconds_of_minutes).unwrap_or(900),
        None => {
            if is_debian_like(machine) {
                900
            } else {
                300
            }
        }
    };
    let body = SudoDefaults {
        host: machine.name.clone(),
        use_pty: sudoers.flag("use_pty", version.as_deref().is_some_and(|version| is_at_least(version, (1, 9, 14)))),
        authenticate: sudoers.flag("authenticate", true),
        timestamp_timeout: timeout,
        log_file: sudoers.value("logfile").into(),
        syslog: sudoers.setting("syslog").is_none_or(|setting| !setting.is_negated),
        log_output: sudoers.flag("log_output", false),
        env_reset: sudoers.flag("env_reset", true),
        secure_path: sudoers.value("secure_path").into(),
        visiblepw: sudoers.flag("visiblepw", false),
        version: Nullable::from(version),
    };
    facts.state_from(&machine.subject("sudo-defaults"), &body, sudoers.from.iter().copied())
}

/// Debian and what derives from it build sudo with 15 minutes; its own default is 5.
fn is_debian_like(machine: &Machine<'_>) -> bool {
    machine.packages().is_ok_and(|list| list.list == PackageList::Dpkg)
}

fn seconds_of_minutes(text: &str) -> Option<i64> {
    if text.starts_with('-') {
        return Some(-1);
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let tenths = part.chars().next().and_then(|c| c.to_digit(10)).unwrap_or(0);
    whole.checked_mul(60)?.checked_add(i64::from(tenths) * 6)
}

/// Whether a package's version is at least that.
fn is_at_least(version: &str, least: (u32, u32, u32)) -> bool {
    let version = version.split_once(':').map_or(version, |(_, version)| version);
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_may_have_a_fraction_and_be_negative() {
        assert_eq!(seconds_of_minutes("2.5"), Some(150));
        assert_eq!(seconds_of_minutes("-1"), Some(-1));
        assert_eq!(seconds_of_minutes("x"), None);
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(is_at_least("1.9.15p5-3ubuntu5", (1, 9, 14)));
        assert!(!is_at_least("1.9.13p3-1+deb12u1", (1, 9, 14)));
    }
}

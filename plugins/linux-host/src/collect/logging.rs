//! `host.logging@1`.

use engine_sdk::files::File;
use engine_sdk::kinds::host::{Logging, LoggingJournalStorage as Storage, LoggingSyslog as Syslog};
use engine_sdk::{Facts, Fault, ReadFrom};

use crate::machine::{Machine, sorted};
use crate::parse::settings::{self, assigned, is_yes, one_space};

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Logging>) -> Result<(), Fault> {
    let units = machine.units()?;
    let audit = Audit::read(machine)?;
    let syslog = syslog(machine)?;
    let syslog_enabled = match syslog {
        Some(Syslog::Rsyslog) => units.starts("rsyslog.service"),
        Some(Syslog::SyslogNg) => units.starts("syslog-ng.service"),
        Some(Syslog::Busybox) => units.starts("syslog.service"),
        None => false,
    };
    let journal = Journal::read(machine)?;
    let rotation = Rotation::read(machine)?;
    let forwarding = Forwarding::read(machine)?;
    let body = Logging {
        host: machine.name.clone(),
        auditd_installed: audit.is_installed,
        auditd_enabled: audit.is_installed && units.starts("auditd.service"),
        audit_rules_immutable: audit.rules.iter().any(|rule| rule == "-e 2"),
        audit_watched: audit.watched(),
        audit_full_action: audit.setting("max_log_file_action").into(),
        audit_disk_full_action: audit.setting("disk_full_action").into(),
        audit_rules: audit.rules,
        syslog: syslog.into(),
        syslog_enabled,
        forwards_to: forwarding.targets,
        journald: journal.is_there,
        journal_storage: journal.is_there.then_some(journal.storage).into(),
        journal_persistent: journal.is_persistent,
        journal_max_retention: journal
            .value("MaxRetentionSec")
            .and_then(|text| settings::span(&text))
            .filter(|seconds| *seconds > 0)
            .into(),
        journal_max_use: journal.value("SystemMaxUse").into(),
        journal_forwards_to_syslog: journal.value("ForwardToSyslog").is_some_and(|value| is_yes(&value)),
        persistent: journal.is_persistent || syslog_enabled,
        rotation_keep: rotation.keep.into(),
        rotation_every_days: rotation.every_days.into(),
        retention_days: rotation.keep.and_then(|keep| keep.checked_mul(rotation.every_days?)).into(),
    };
    // How long it is kept is what is asked most, so where that stands comes first.
    let from = rotation.from.into_iter().chain(journal.from).chain(audit.from).chain(forwarding.from);
    facts.state_from(&machine.subject("logging"), &body, from.take(CITED))
}

/// How many places one fact names.
const CITED: usize = 32;

/// The audit daemon.
struct Audit {
    is_installed: bool,
    settings: std::collections::BTreeMap<String, String>,
    rules: Vec<String>,
    from: Vec<ReadFrom>,
}

impl Audit {
    fn read(machine: &Machine<'_>) -> Result<Self, Fault> {
        let is_installed = machine.has(&["auditd", "audit"], &["auditd.service"])?;
        if !is_installed {
            return Ok(Self { is_installed, settings: assigned(""), rules: Vec::new(), from: Vec::new() });
        }
        let mut files = machine.layered(&["/etc/audit/rules.d"], ".rules")?;
        if files.is_empty() {
            files.extend(machine.file("/etc/audit/audit.rules")?);
        }
        let rules = files
            .iter()
            .flat_map(|file| settings::lines(&file.text()).map(|(_, line)| one_space(line)).collect::<Vec<_>>())
            .collect();
        let own = machine.file("/etc/audit/auditd.conf")?;
        let settings = assigned(&own.as_ref().map(File::text).unwrap_or_default());
        let from = own.iter().chain(&files).flat_map(File::whole).collect();
        Ok(Self { is_installed, settings, rules, from })
    }

    fn setting(&self, name: &str) -> Option<String> {
        self.settings.get(name).map(|value| value.to_lowercase())
    }

    /// The paths that `-w PATH` or `-F path=PATH` and `-F dir=PATH` name.
    fn watched(&self) -> Vec<String> {
        let paths = self.rules.iter().flat_map(|rule| {
            let words: Vec<&str> = rule.split(' ').collect();
            let pairs = words.windows(2).filter_map(|pair| match pair {
                ["-w", path] => Some((*path).to_owned()),
                ["-F", field] => field.strip_prefix("path=").or_else(|| field.strip_prefix("dir=")).map(str::to_owned),
                _ => None,
            });
            pairs.collect::<Vec<_>>()
        });
        sorted(paths)
    }
}

fn syslog(machine: &Machine<'_>) -> Result<Option<Syslog>, Fault> {
    if machine.has(&["rsyslog"], &["rsyslog.service"])? {
        return Ok(Some(Syslog::Rsyslog));
    }
    if machine.has(&["syslog-ng", "syslog-ng-core"], &["syslog-ng.service"])? {
        return Ok(Some(Syslog::SyslogNg));
    }
    Ok(machine.has(&["busybox-syslogd"], &[])?.then_some(Syslog::Busybox))
}

/// Where logs are sent to.
#[derive(Default)]
struct Forwarding {
    targets: Vec<String>,
    from: Vec<ReadFrom>,
}

impl Forwarding {
    /// Where rsyslog sends: `@host`, `@@host:port`, `target="host"` of omfwd and omrelp; and where the journal is uploaded to.
    fn read(machine: &Machine<'_>) -> Result<Self, Fault> {
        let mut files = machine.layered(&["/etc/rsyslog.d"], ".conf")?;
        files.extend(machine.file("/etc/rsyslog.conf")?);
        let mut forwarding = Self::default();
        for file in &files {
            for (_, line) in settings::lines(&file.text()) {
                forwarding.add(line);
            }
            forwarding.from.extend(file.whole());
        }
        if machine.units()?.starts("systemd-journal-upload.service")
            && let Some(file) = machine.file("/etc/systemd/journal-upload.conf")?
        {
            forwarding.targets.extend(settings::sections(&file.text()).remove("Upload.URL"));
            forwarding.from.extend(file.whole());
        }
        forwarding.targets = sorted(forwarding.targets.into_iter().filter(|target| !target.is_empty()));
        Ok(forwarding)
    }

    fn add(&mut self, line: &str) {
        let (_, action) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
        let is_selector = line.split_once(char::is_whitespace).is_some_and(|(selector, _)| selector.contains('.'));
        if let Some(target) = action.strip_prefix('@').filter(|_| is_selector) {
            self.targets.push(target.trim_start_matches('@').split(';').next().unwrap_or_default().to_owned());
        }
        let lower = line.to_lowercase();
        if let Some((at, _)) = lower.match_indices("target=").next() {
            let value = line.get(at + "target=".len()..).unwrap_or_default();
            self.targets.push(value.trim_start_matches('"').split(['"', ' ', ')']).next().unwrap_or_default().to_owned());
        }
    }
}

/// systemd's journal.
struct Journal {
    is_there: bool,
    settings: std::collections::BTreeMap<String, String>,
    storage: Storage,
    is_persistent: bool,
    from: Vec<ReadFrom>,
}

impl Journal {
    fn read(machine: &Machine<'_>) -> Result<Self, Fault> {
        let is_there = machine.units()?.exists("systemd-journald.service");
        let mut files: Vec<File> = machine.file("/etc/systemd/journald.conf")?.into_iter().collect();
        files.extend(machine.layered(&["/etc/systemd/journald.conf.d", "/usr/lib/systemd/journald.conf.d"], ".conf")?);
        let mut values = settings::sections("");
        for file in &files {
            values.extend(settings::sections(&file.text()));
        }
        let from = files.iter().flat_map(File::whole).collect();
        let storage = match values.get("Journal.Storage").map(|word| word.to_lowercase()).as_deref() {
            Some("persistent") => Storage::Persistent,
            Some("volatile") => Storage::Volatile,
            Some("none") => Storage::None,
            _ => Storage::Auto,
        };
        let is_persistent = is_there
            && match storage {
                Storage::Persistent => true,
                Storage::Auto => machine.exists("/var/log/journal")?,
                Storage::Volatile | Storage::None => false,
            };
        Ok(Self { is_there, settings: values, storage, is_persistent, from })
    }

    fn value(&self, name: &str) -> Option<String> {
        self.settings.get(&format!("Journal.{name}")).filter(|_| self.is_there).cloned()
    }
}

/// How logrotate treats the system's log.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rotation {
    keep: Option<i64>,
    every_days: Option<i64>,
    /// The lines that say it; whole files where none does.
    from: Vec<ReadFrom>,
}

impl Rotation {
    fn read(machine: &Machine<'_>) -> Result<Self, Fault> {
        let mut rotation = Self::default();
        let Some(main) = machine.file("/etc/logrotate.conf")? else { return Ok(rotation) };
        let mut files = vec![main];
        for name in ["rsyslog", "syslog", "syslog-ng"] {
            if let Some(own) = machine.file(&format!("/etc/logrotate.d/{name}"))? {
                files.push(own);
                break;
            }
        }
        for file in &files {
            let lines = rotation.add(&file.text());
            rotation.from.splice(0..0, lines.into_iter().flat_map(|line| file.from_line(line)));
        }
        if rotation.from.is_empty() {
            rotation.from = files.iter().flat_map(File::whole).collect();
        }
        Ok(rotation)
    }

    /// Adds what a file says, which goes before what an earlier one said; gives the lines that say it.
    fn add(&mut self, text: &str) -> Vec<u64> {
        let mut own = Self::default();
        let mut lines = Vec::new();
        for (number, line) in settings::lines(text) {
            let mut words = line.split_whitespace();
            let days = match words.next() {
                Some("hourly" | "daily") => 1,
                Some("weekly") => 7,
                Some("monthly") => 28,
                Some("yearly") => 365,
                Some("rotate") => {
                    if own.keep.is_none() {
                        own.keep = words.next().and_then(|it| it.parse().ok()).filter(|keep| *keep >= 0);
                        lines.extend(own.keep.map(|_| number));
                    }
                    continue;
                }
                _ => continue,
            };
            if own.every_days.is_none() {
                own.every_days = Some(days);
                lines.push(number);
            }
        }
        self.keep = own.keep.or(self.keep);
        self.every_days = own.every_days.or(self.every_days);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rotation_of_the_systems_log_goes_before_the_general_one() {
        let mut rotation = Rotation::default();
        assert_eq!(rotation.add("weekly\nrotate 4\ninclude /etc/logrotate.d\n"), [1, 2]);
        assert_eq!(rotation.add("/var/log/syslog\n{\n  rotate 7\n  daily\n}\n/var/log/x { rotate 2 }\n"), [3, 4]);
        assert_eq!(rotation, Rotation { keep: Some(7), every_days: Some(1), from: Vec::new() });
    }
}

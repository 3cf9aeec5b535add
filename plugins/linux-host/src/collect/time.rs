//! `host.time@1`.

use engine_sdk::kinds::host::Time;
use engine_sdk::{Facts, Fault, OrAbsent};

use crate::machine::{Machine, sorted};
use crate::parse::settings;

/// A program with its packages, units and configuration.
type Program = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// What can set the clock.
const PROGRAMS: [Program; 5] = [
    ("chrony", &["chrony"], &["chrony.service", "chronyd.service"], &["/etc/chrony/chrony.conf", "/etc/chrony.conf"]),
    ("ntp", &["ntp"], &["ntp.service", "ntpd.service"], &["/etc/ntp.conf"]),
    ("ntpsec", &["ntpsec"], &["ntpsec.service"], &["/etc/ntpsec/ntp.conf"]),
    ("openntpd", &["openntpd"], &["openntpd.service"], &["/etc/openntpd/ntpd.conf"]),
    ("systemd-timesyncd", &["systemd-timesyncd"], &["systemd-timesyncd.service"], &["/etc/systemd/timesyncd.conf"]),
];

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Time>) -> Result<(), Fault> {
    let units = machine.units()?;
    let mut body = Time {
        host: machine.name.clone(),
        installed: Vec::new(),
        enabled: Vec::new(),
        synchronised: false,
        servers: Vec::new(),
        timezone: timezone(machine)?.into(),
    };
    let mut from = Vec::new();
    for (name, packages, services, files) in PROGRAMS {
        if !machine.has(packages, services)? {
            continue;
        }
        body.installed.push(name.to_owned());
        if !units.starts_any(services) {
            continue;
        }
        body.enabled.push(name.to_owned());
        for path in files {
            if let Some(file) = machine.file(path)? {
                body.servers.extend(servers(&file.text()));
                from.extend(file.whole());
            }
        }
        if name == "chrony" {
            for file in machine.layered(&["/etc/chrony/conf.d", "/etc/chrony/sources.d", "/etc/chrony.d"], "")? {
                body.servers.extend(servers(&file.text()));
            }
        }
    }
    body.synchronised = !body.enabled.is_empty();
    body.servers = sorted(body.servers);
    facts.state_from(&machine.subject("time"), &body, from)
}

/// `server NAME …`, `pool NAME …`, `servers NAME`, and timesyncd's `NTP=NAME …`.
fn servers(text: &str) -> Vec<String> {
    let mut servers = Vec::new();
    for (_, line) in settings::lines(text) {
        if let Some(names) = line.strip_prefix("NTP=") {
            servers.extend(names.split_whitespace().map(str::to_owned));
        }
        let mut words = line.split_whitespace();
        if matches!(words.next(), Some("server" | "servers" | "pool" | "peer")) {
            servers.extend(words.next().map(str::to_owned));
        }
    }
    servers
}

/// The zone, by /etc/timezone or by where /etc/localtime points.
fn timezone(machine: &Machine<'_>) -> Result<Option<String>, Fault> {
    let named = machine.text("/etc/timezone")?;
    if let Some((_, zone)) = settings::lines(&named).next() {
        return Ok(Some(zone.to_owned()));
    }
    if machine.stat("/etc/localtime")?.is_none_or(|entry| entry.kind != engine_sdk::files::EntryKind::Symlink) {
        return Ok(None);
    }
    let target = machine.run.read_link("/etc/localtime").or_absent()?;
    Ok(target.and_then(|target| target.split_once("zoneinfo/").map(|(_, zone)| zone.to_owned())))
}

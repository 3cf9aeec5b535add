//! `host.os@1`.

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::host::{Os, OsInit, OsSupportSource};
use engine_sdk::{Facts, Fault, Statement};

use crate::machine::Machine;
use crate::parse::{dates, settings, support};

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Os>) -> Result<(), Fault> {
    let file = match machine.file("/etc/os-release")? {
        Some(file) => Some(file),
        None => machine.file("/usr/lib/os-release")?,
    };
    let text = file.as_ref().map(|file| file.text().into_owned()).unwrap_or_default();
    let release = settings::shell(&text);
    let field = |name: &str| release.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let id = field("ID").unwrap_or_else(|| "linux".to_owned());
    let is_rolling = support::is_rolling(&id, field("BUILD_ID").as_deref());
    let known = known_support(machine, &id, &field)?;
    let (regular, extended, source) = match known {
        Some((regular, extended, source)) => (Some(Nullable::Value(regular)), Some(extended.into()), Nullable::Value(source)),
        None if is_rolling => (Some(Nullable::Null), Some(Nullable::Null), Nullable::Null),
        None => (None, None, Nullable::Null),
    };
    let is_known = regular.is_some();
    let kernel_release = machine.run.read("/proc/sys/kernel/osrelease").map(|file| settings::one_space(&file.text()));
    let os = Os {
        host: machine.name.clone(),
        id_like: field("ID_LIKE").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        name: field("PRETTY_NAME").or_else(|| field("NAME")).unwrap_or_else(|| "Linux".to_owned()),
        version: field("VERSION").into(),
        version_id: field("VERSION_ID").into(),
        codename: field("VERSION_CODENAME").into(),
        support_end_at: regular,
        extended_support_end_at: extended,
        support_source: source,
        kernel_release: kernel_release.clone().unwrap_or_default(),
        hostname: hostname(machine)?,
        container: is_container(machine)?,
        init: if machine.units()?.is_systemd { OsInit::Systemd } else { OsInit::Other },
        fips_enabled: machine
            .file("/proc/sys/crypto/fips_enabled")
            .ok()
            .map(|file| file.is_some_and(|file| file.text().trim() == "1")),
        id,
    };
    let subject = machine.scope();
    let mut statement = Statement::new(&subject, &os).from(file.iter().flat_map(engine_sdk::files::File::whole));
    if let Err(fault) = kernel_release {
        statement = statement.gap("kernel_release", fault.message);
    }
    if !is_known {
        let why = "neither the system nor the collector knows how long this release is supported";
        statement = statement.gap("support_end_at", why).gap("extended_support_end_at", why);
    }
    facts.give(&statement)
}

/// The last days of regular and extended support, and who says so.
fn known_support(
    machine: &Machine<'_>,
    id: &str,
    field: &impl Fn(&str) -> Option<String>,
) -> Result<Option<(String, Option<String>, OsSupportSource)>, Fault> {
    if let Some(end) = field("SUPPORT_END").as_deref().and_then(dates::end_of_day) {
        return Ok(Some((end, None, OsSupportSource::OsRelease)));
    }
    let Some(version) = field("VERSION_ID") else { return Ok(None) };
    if matches!(id, "debian" | "ubuntu") {
        let table = machine.text(&format!("/usr/share/distro-info/{id}.csv"))?;
        if let Some((regular, extended)) = from_table(&table, &version) {
            return Ok(Some((regular, extended, OsSupportSource::DistroInfo)));
        }
    }
    let known = support::of_release(id, &field("NAME").unwrap_or_default(), &version);
    Ok(known.and_then(|(regular, extended)| {
        Some((dates::end_of_day(regular)?, dates::end_of_day(extended), OsSupportSource::Collector))
    }))
}

/// The distribution's own table; `eol-lts` counts as extended where it is free of charge, which is Debian's.
fn from_table(table: &str, version: &str) -> Option<(String, Option<String>)> {
    let mut lines = table.lines();
    let columns: Vec<&str> = lines.next()?.split(',').collect();
    let at = |name: &str| columns.iter().position(|column| *column == name);
    let (version_at, regular_at, extended_at) = (at("version")?, at("eol")?, at("eol-lts"));
    let row = lines
        .map(|line| line.split(',').collect::<Vec<_>>())
        .find(|row| row.get(version_at).is_some_and(|it| it.split(' ').next() == Some(version)))?;
    let extended = extended_at.and_then(|at| row.get(at)).and_then(|date| dates::end_of_day(date));
    Some((dates::end_of_day(row.get(regular_at)?)?, extended))
}

fn hostname(machine: &Machine<'_>) -> Result<String, Fault> {
    for path in ["/proc/sys/kernel/hostname", "/etc/hostname"] {
        if let Some(file) = machine.file(path)? {
            return Ok(file.text().trim().to_owned());
        }
    }
    Ok(machine.name.clone())
}

fn is_container(machine: &Machine<'_>) -> Result<bool, Fault> {
    for path in ["/run/systemd/container", "/.dockerenv", "/run/.containerenv"] {
        if machine.exists(path)? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distributions_table_is_read_by_its_columns() {
        let table = "version,codename,series,created,release,eol,eol-lts,eol-elts\n12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-06-10,2028-06-30,2033-06-30\n";
        let (regular, extended) = from_table(table, "12").unwrap();
        assert_eq!((regular.as_str(), extended.as_deref()), ("2026-06-10T23:59:59Z", Some("2028-06-30T23:59:59Z")));
        assert_eq!(from_table(table, "13"), None);
        assert_eq!(from_table("", "12"), None);
    }
}

//! `host.package-updates@1`.

use engine_sdk::kinds::host::{PackageUpdates, PackageUpdatesMechanism as Mechanism};
use engine_sdk::{Facts, Fault, Statement};

use crate::machine::{Machine, ends};
use crate::parse::settings::{is_yes, sections};
use crate::parse::{apt_conf, dates};

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, PackageUpdates>) -> Result<(), Fault> {
    let mut body = empty(machine);
    body.reboot_required = machine.exists("/run/reboot-required")? || machine.exists("/var/run/reboot-required")?;
    let dnf = sections(&machine.text("/etc/dnf/automatic.conf")?);
    let yum = sections(&machine.text("/etc/yum/yum-cron.conf")?);
    if machine.has(&["unattended-upgrades"], &["unattended-upgrades.service"])? {
        apt(machine, &mut body)?;
    } else if !dnf.is_empty() {
        let units = machine.units()?;
        // A timer of its own name installs, whatever the file says.
        let installs =
            units.starts("dnf-automatic-install.timer") || dnf.get("commands.apply_updates").is_some_and(|value| is_yes(value));
        let timer = units.starts_any(&["dnf-automatic.timer", "dnf-automatic-install.timer"]);
        body.mechanism = Mechanism::DnfAutomatic;
        body.timer_enabled = Some(timer).into();
        body.security_included = true;
        body.enabled = installs && timer;
        body.upgrade_days = body.enabled.then_some(1).into();
        body.refresh_days = timer.then_some(1).into();
        body.reboots = dnf.get("commands.reboot").is_some_and(|value| value != "never");
    } else if !yum.is_empty() {
        let installs = yum.get("commands.apply_updates").is_some_and(|value| is_yes(value));
        let is_started = machine.units()?.starts("yum-cron.service");
        body.mechanism = Mechanism::YumCron;
        body.security_included = true;
        body.enabled = installs && is_started;
        body.upgrade_days = body.enabled.then_some(1).into();
        body.refresh_days = is_started.then_some(1).into();
    }
    let subject = machine.subject("package-updates");
    let refreshed = newest(machine, &["/var/lib/apt/periodic/update-success-stamp", "/var/lib/apt/lists", "/var/cache/dnf"]);
    let upgraded = newest(machine, &["/var/log/dpkg.log", "/var/lib/dpkg/status", "/lib/apk/db/installed"]);
    let mut gaps = Vec::new();
    match refreshed {
        Ok(at) => body.refreshed_at = Some(at.into()),
        Err(fault) => gaps.push(("refreshed_at", fault.message)),
    }
    match upgraded {
        Ok(at) => body.upgraded_at = Some(at.into()),
        Err(fault) => gaps.push(("upgraded_at", fault.message)),
    }
    let mut statement = Statement::new(&subject, &body);
    for (field, why) in gaps {
        statement = statement.gap(field, why);
    }
    facts.give(&statement)
}

fn empty(machine: &Machine<'_>) -> PackageUpdates {
    PackageUpdates {
        host: machine.name.clone(),
        mechanism: Mechanism::None,
        enabled: false,
        refresh_days: None.into(),
        upgrade_days: None.into(),
        timer_enabled: None.into(),
        security_included: false,
        origins: Vec::new(),
        blocked_packages: Vec::new(),
        reboots: false,
        reboot_required: false,
        refreshed_at: None,
        upgraded_at: None,
    }
}

/// The configuration of apt: the files of apt.conf.d in order, then apt.conf.
fn apt(machine: &Machine<'_>, body: &mut PackageUpdates) -> Result<(), Fault> {
    let mut settings = Vec::new();
    for entry in machine.entries("/etc/apt/apt.conf.d")? {
        let is_read = !entry.name.starts_with('.') && (ends(&entry.name, "conf") || !entry.name.contains('.'));
        if is_read {
            settings.extend(apt_conf::settings(&machine.text(&format!("/etc/apt/apt.conf.d/{}", entry.name))?));
        }
    }
    settings.extend(apt_conf::settings(&machine.text("/etc/apt/apt.conf")?));
    let days = |name: &str| apt_conf::last(&settings, &format!("APT::Periodic::{name}")).and_then(every_days);
    let is_switched_off = apt_conf::last(&settings, "APT::Periodic::Enable").is_some_and(|value| !is_yes(value));
    let switched = |days: Option<i64>| days.filter(|_| !is_switched_off);
    let mut origins = apt_conf::all(&settings, "Unattended-Upgrade::Allowed-Origins");
    origins.extend(apt_conf::all(&settings, "Unattended-Upgrade::Origins-Pattern"));
    let units = machine.units()?;
    let timer = units.is_systemd.then(|| units.starts("apt-daily-upgrade.timer"));
    body.mechanism = Mechanism::UnattendedUpgrades;
    body.refresh_days = switched(days("Update-Package-Lists")).into();
    let upgrade_days = switched(days("Unattended-Upgrade"));
    body.upgrade_days = upgrade_days.into();
    body.timer_enabled = timer.into();
    body.security_included = origins.iter().any(|origin| origin.to_lowercase().contains("security"));
    body.enabled = upgrade_days.is_some() && timer != Some(false) && body.security_included;
    body.origins = origins;
    body.blocked_packages = apt_conf::all(&settings, "Unattended-Upgrade::Package-Blacklist");
    body.reboots = apt_conf::last(&settings, "Unattended-Upgrade::Automatic-Reboot").is_some_and(is_yes);
    Ok(())
}

/// `1`, `7`, `always`, `12h`: every how many days, one at least; `None` for never.
fn every_days(text: &str) -> Option<i64> {
    let text = text.trim();
    if text == "always" {
        return Some(1);
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: i64 = digits.parse().ok().filter(|number| *number > 0)?;
    match text.get(digits.len()..) {
        Some("" | "d") => Some(number),
        Some("s" | "m" | "h") => Some(1),
        _ => None,
    }
}

/// The latest change of some paths.
fn newest(machine: &Machine<'_>, paths: &[&str]) -> Result<Option<String>, Fault> {
    let mut newest = None;
    for path in paths {
        newest = newest.max(machine.stat(path)?.map(|entry| entry.modified_at));
    }
    Ok(newest.and_then(dates::instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_days() {
        assert_eq!(every_days("1"), Some(1));
        assert_eq!(every_days("12h"), Some(1));
        assert_eq!(every_days("0"), None);
        assert_eq!(every_days("never"), None);
    }
}

//! `host.protection@1`.

use engine_sdk::kinds::host::{Protection, ProtectionAccessControl as Control, ProtectionAccessControlMode as Mode};
use engine_sdk::{Facts, Fault};

use crate::machine::{Machine, sorted};
use crate::parse::settings::shell;

/// Scanners and endpoint agents: name, packages, units.
const SCANNERS: [(&str, &[&str], &[&str]); 11] = [
    ("clamav", &["clamav", "clamav-daemon"], &["clamav-daemon.service", "clamd@scan.service", "clamav-freshclam.service"]),
    ("crowdstrike-falcon", &["falcon-sensor"], &["falcon-sensor.service"]),
    ("microsoft-defender", &["mdatp"], &["mdatp.service"]),
    ("sentinelone", &["sentinelagent"], &["sentinelone.service"]),
    ("carbon-black", &["cb-psc-sensor"], &["cbagentd.service"]),
    ("wazuh-agent", &["wazuh-agent"], &["wazuh-agent.service"]),
    ("elastic-agent", &["elastic-agent"], &["elastic-agent.service"]),
    ("sophos", &["sophos-spl"], &["sophos-spl.service"]),
    ("trend-micro", &["ds-agent"], &["ds_agent.service"]),
    ("rkhunter", &["rkhunter"], &[]),
    ("falco", &["falco"], &["falco.service", "falco-modern-bpf.service"]),
];
const CHECKERS: [(&str, &[&str], &[&str]); 5] = [
    ("aide", &["aide"], &["dailyaidecheck.timer", "aidecheck.timer"]),
    ("tripwire", &["tripwire"], &[]),
    ("samhain", &["samhain"], &["samhain.service"]),
    ("osquery", &["osquery"], &["osqueryd.service"]),
    ("debsums", &["debsums"], &[]),
];
const BLOCKERS: [(&str, &[&str], &[&str]); 3] = [
    ("fail2ban", &["fail2ban"], &["fail2ban.service"]),
    ("sshguard", &["sshguard"], &["sshguard.service"]),
    ("crowdsec", &["crowdsec"], &["crowdsec.service"]),
];

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Protection>) -> Result<(), Fault> {
    let units = machine.units()?;
    let scanners = installed(machine, &SCANNERS)?;
    let enabled =
        SCANNERS.iter().filter(|(name, _, services)| scanners.contains(&(*name).to_owned()) && units.starts_any(services));
    let (access_control, mode) = access_control(machine)?;
    let body = Protection {
        host: machine.name.clone(),
        malware_scanners_enabled: sorted(enabled.map(|(name, ..)| (*name).to_owned())),
        malware_scanners: scanners,
        integrity_checkers: installed(machine, &CHECKERS)?,
        intrusion_blockers: installed(machine, &BLOCKERS)?,
        access_control,
        access_control_mode: mode.into(),
    };
    facts.state(&machine.subject("protection"), &body)
}

fn installed(machine: &Machine<'_>, programs: &[(&str, &[&str], &[&str])]) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    for (name, packages, units) in programs {
        if machine.has(packages, units)? {
            names.push((*name).to_owned());
        }
    }
    Ok(sorted(names))
}

/// The kernel's mandatory access control: what runs now, and what /etc/selinux/config sets where nothing says.
fn access_control(machine: &Machine<'_>) -> Result<(Control, Option<Mode>), Fault> {
    if let Some(enforce) = machine.file("/sys/fs/selinux/enforce")? {
        return Ok((Control::Selinux, Some(if enforce.text().trim() == "1" { Mode::Enforcing } else { Mode::Permissive })));
    }
    if let Some(enabled) = machine.file("/sys/module/apparmor/parameters/enabled")? {
        let is_on = enabled.text().trim() == "Y";
        return Ok((Control::Apparmor, Some(if is_on { Mode::Enforcing } else { Mode::Disabled })));
    }
    let selinux = shell(&machine.text("/etc/selinux/config")?);
    Ok(match selinux.get("SELINUX").map(String::as_str) {
        Some("enforcing") => (Control::Selinux, Some(Mode::Enforcing)),
        Some("permissive") => (Control::Selinux, Some(Mode::Permissive)),
        Some(_) => (Control::Selinux, Some(Mode::Disabled)),
        None => (Control::None, None),
    })
}

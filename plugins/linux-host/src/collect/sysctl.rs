//! `host.sysctl@1`.

use std::collections::BTreeMap;

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::host::Sysctl;
use engine_sdk::{Facts, Fault, Statement};

use crate::machine::Machine;
use crate::parse::settings;

/// The keys that are looked at; plugin.toml asks for each by its path.
pub(crate) const KEYS: [&str; 43] = [
    "fs.protected_fifos",
    "fs.protected_hardlinks",
    "fs.protected_regular",
    "fs.protected_symlinks",
    "fs.suid_dumpable",
    "kernel.core_pattern",
    "kernel.dmesg_restrict",
    "kernel.kexec_load_disabled",
    "kernel.kptr_restrict",
    "kernel.modules_disabled",
    "kernel.perf_event_paranoid",
    "kernel.randomize_va_space",
    "kernel.sysrq",
    "kernel.unprivileged_bpf_disabled",
    "kernel.unprivileged_userns_clone",
    "kernel.yama.ptrace_scope",
    "net.ipv4.conf.all.accept_redirects",
    "net.ipv4.conf.all.accept_source_route",
    "net.ipv4.conf.all.forwarding",
    "net.ipv4.conf.all.log_martians",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.all.secure_redirects",
    "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.default.accept_redirects",
    "net.ipv4.conf.default.accept_source_route",
    "net.ipv4.conf.default.log_martians",
    "net.ipv4.conf.default.rp_filter",
    "net.ipv4.conf.default.secure_redirects",
    "net.ipv4.conf.default.send_redirects",
    "net.ipv4.icmp_echo_ignore_broadcasts",
    "net.ipv4.icmp_ignore_bogus_error_responses",
    "net.ipv4.ip_forward",
    "net.ipv4.tcp_rfc1337",
    "net.ipv4.tcp_syncookies",
    "net.ipv6.conf.all.accept_ra",
    "net.ipv6.conf.all.accept_redirects",
    "net.ipv6.conf.all.accept_source_route",
    "net.ipv6.conf.all.disable_ipv6",
    "net.ipv6.conf.all.forwarding",
    "net.ipv6.conf.default.accept_ra",
    "net.ipv6.conf.default.accept_redirects",
    "net.ipv6.conf.default.accept_source_route",
    "vm.mmap_min_addr",
];

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Sysctl>) -> Result<(), Fault> {
    let configured = configured(machine);
    for key in KEYS {
        let path = format!("/proc/sys/{}", key.replace('.', "/"));
        let file = match machine.file(&path) {
            Ok(Some(file)) => file,
            Ok(None) => continue,
            Err(fault) => {
                facts.gap(&fault.about(key));
                continue;
            }
        };
        let value = settings::one_space(&file.text());
        let set = configured.as_ref().map(|settings| settings.get(key));
        let body = Sysctl {
            host: machine.name.clone(),
            key: key.to_owned(),
            number: Nullable::from(value.parse().ok()),
            configured: set.as_ref().ok().map(|set| set.map(|(value, _)| value.clone()).into()),
            configured_in: set.as_ref().ok().map(|set| set.map(|(_, place)| place.clone()).into()),
            value,
        };
        let subject = machine.subject(&format!("sysctl/{key}"));
        let mut statement = Statement::new(&subject, &body).from(file.whole());
        if let Err(fault) = &configured {
            statement = statement.gap("configured", fault.message.clone()).gap("configured_in", fault.message.clone());
        }
        facts.give(&statement)?;
    }
    Ok(())
}

/// What the files set, in the order in which they are read: the last holds.
fn configured(machine: &Machine<'_>) -> Result<BTreeMap<String, (String, String)>, Fault> {
    let mut files = machine.layered(&["/etc/sysctl.d", "/run/sysctl.d", "/usr/lib/sysctl.d"], ".conf")?;
    files.extend(machine.file("/etc/sysctl.conf")?);
    let mut values = BTreeMap::new();
    for file in files {
        for (line, key, value) in settings::sysctl(&file.text()) {
            values.insert(key, (value, format!("{}:{line}", file.path)));
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::KEYS;

    #[test]
    fn the_manifest_asks_for_every_key_that_is_read() {
        let manifest = include_str!("../../plugin.toml");
        for key in KEYS {
            assert!(manifest.contains(&format!("\"/proc/sys/{}\"", key.replace('.', "/"))), "{key}");
        }
    }
}

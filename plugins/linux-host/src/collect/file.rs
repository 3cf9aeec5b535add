//! `host.file@1`.

use engine_sdk::files::{Entry, EntryKind};
use engine_sdk::kinds::host::{File, FileClass, FileFileType};
use engine_sdk::{Facts, Fault};

use crate::machine::Machine;

/// The files that are looked at on every machine.
const FILES: [(&str, FileClass); 36] = [
    ("/etc/passwd", FileClass::Public),
    ("/etc/passwd-", FileClass::Public),
    ("/etc/group", FileClass::Public),
    ("/etc/group-", FileClass::Public),
    ("/etc/shells", FileClass::Public),
    ("/etc/login.defs", FileClass::Public),
    ("/etc/issue", FileClass::Public),
    ("/etc/issue.net", FileClass::Public),
    ("/etc/motd", FileClass::Public),
    ("/etc/shadow", FileClass::Secret),
    ("/etc/shadow-", FileClass::Secret),
    ("/etc/gshadow", FileClass::Secret),
    ("/etc/gshadow-", FileClass::Secret),
    ("/etc/security/opasswd", FileClass::Secret),
    ("/etc/sudoers", FileClass::Secret),
    ("/etc/crypttab", FileClass::Secret),
    ("/boot/grub/grub.cfg", FileClass::Secret),
    ("/boot/grub2/grub.cfg", FileClass::Secret),
    ("/etc/sudoers.d", FileClass::Control),
    ("/etc/ssh/sshd_config", FileClass::Control),
    ("/etc/ssh/sshd_config.d", FileClass::Control),
    ("/etc/pam.d", FileClass::Control),
    ("/etc/crontab", FileClass::Control),
    ("/etc/cron.d", FileClass::Control),
    ("/etc/cron.hourly", FileClass::Control),
    ("/etc/cron.daily", FileClass::Control),
    ("/etc/cron.weekly", FileClass::Control),
    ("/etc/cron.monthly", FileClass::Control),
    ("/etc/cron.allow", FileClass::Control),
    ("/etc/fstab", FileClass::Control),
    ("/etc/hosts", FileClass::Control),
    ("/etc/sysctl.conf", FileClass::Control),
    ("/etc/systemd/system", FileClass::Control),
    ("/etc/audit/auditd.conf", FileClass::Control),
    ("/etc/ld.so.preload", FileClass::Control),
    ("/etc/profile", FileClass::Control),
];

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, File>) -> Result<(), Fault> {
    for (path, class) in FILES {
        state_file(machine, facts, path, class)?;
    }
    for (pattern, class) in [
        ("/etc/ssh/ssh_host_*_key", FileClass::Secret),
        ("/etc/ssh/ssh_host_*_key.pub", FileClass::Public),
        ("/etc/ssh/sshd_config.d/*.conf", FileClass::Control),
        ("/etc/sudoers.d/*", FileClass::Secret),
        ("/etc/cron.d/*", FileClass::Control),
    ] {
        match machine.matching(pattern) {
            Ok(paths) => {
                for path in paths {
                    state_file(machine, facts, &path, class)?;
                }
            }
            Err(fault) => facts.gap(&fault),
        }
    }
    Ok(())
}

/// What is known of a path; a link is followed where its target may be looked at.
fn look(machine: &Machine<'_>, path: &str) -> Result<Option<Entry>, Fault> {
    let mut path = path.to_owned();
    for _ in 0..8 {
        let Some(entry) = machine.stat(&path)? else { return Ok(None) };
        if entry.kind != EntryKind::Symlink {
            return Ok(Some(entry));
        }
        let target = machine.run.read_link(&path)?;
        let next = joined(path.rsplit_once('/').map_or("", |(folder, _)| folder), &target);
        match machine.stat(&next) {
            Err(fault) if fault.is_denied() => return Ok(Some(entry)),
            _ => path = next,
        }
    }
    Err(Fault::new("io", format!("`{path}` leads through too many symbolic links")))
}

/// A link's target as an absolute path without `.` and `..`.
fn joined(folder: &str, target: &str) -> String {
    let whole = if target.starts_with('/') { target.to_owned() } else { format!("{folder}/{target}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

fn state_file(machine: &Machine<'_>, facts: &mut Facts<'_, File>, path: &str, class: FileClass) -> Result<(), Fault> {
    let entry = match look(machine, path) {
        Ok(entry) => entry,
        Err(fault) => {
            facts.gap(&fault);
            return Ok(());
        }
    };
    let known = entry.as_ref();
    let bit = |bit: u32| known.map(|entry| entry.mode & bit != 0).into();
    let owner = known.map(|entry| machine.user_name(i64::from(entry.uid))).transpose()?.flatten();
    let group = known.map(|entry| machine.group_name(i64::from(entry.gid))).transpose()?.flatten();
    let body = File {
        host: machine.name.clone(),
        path: path.to_owned(),
        class,
        exists: known.is_some(),
        file_type: known
            .map(|entry| match entry.kind {
                EntryKind::File => FileFileType::File,
                EntryKind::Directory => FileFileType::Directory,
                EntryKind::Symlink => FileFileType::Symlink,
                _ => FileFileType::Other,
            })
            .into(),
        mode: known.map(|entry| i64::from(entry.mode)).into(),
        mode_text: known.map(|entry| format!("{:04o}", entry.mode)).into(),
        uid: known.map(|entry| i64::from(entry.uid)).into(),
        gid: known.map(|entry| i64::from(entry.gid)).into(),
        owner: owner.into(),
        group: group.into(),
        group_readable: bit(0o040),
        group_writable: bit(0o020),
        others_readable: bit(0o004),
        others_writable: bit(0o002),
    };
    facts.state(&machine.subject(&format!("file{path}")), &body)
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn targets_of_links_are_written_out() {
        assert_eq!(joined("/etc", "../usr/lib/issue"), "/usr/lib/issue");
        assert_eq!(joined("/etc/ssh", "./a"), "/etc/ssh/a");
        assert_eq!(joined("/etc", "../../x"), "/x");
        assert_eq!(joined("/etc", "/run/motd"), "/run/motd");
    }
}

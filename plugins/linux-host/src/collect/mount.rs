//! `host.mount@1`.

use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::host::{Mount, MountStorage};
use engine_sdk::{Facts, Fault, Statement};

use crate::machine::{Machine, sorted};
use crate::parse::mountinfo::{self, fstab_targets};
use crate::parse::settings;

/// How many device-mapper devices are looked at: as many as plugin.toml asks for.
const DEVICES: u32 = 16;

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Mount>) -> Result<(), Fault> {
    let file =
        machine.run.read("/proc/self/mountinfo").or_else(|fault| machine.run.read("/proc/1/mountinfo").map_err(|_| fault))?;
    let fstab = machine.text("/etc/fstab").map(|text| fstab_targets(&text));
    let units = machine.units()?;
    let mapper = Mapper::read(machine);
    let mut by_target = BTreeMap::new();
    for line in file.lines() {
        match mountinfo::mount(&line.text) {
            // What is mounted later over the same place is what is seen.
            Some(mount) if !mount.is_pseudo() => drop(by_target.insert(mount.target.clone(), (mount, line.from()))),
            Some(_) => {}
            None => facts.gap(&Fault::invalid(format!("line {} of {} has not the form of a mount", line.number, file.path))),
        }
    }
    for (target, (mount, from)) in by_target {
        let storage = storage(&mount);
        let encrypted = match storage {
            MountStorage::Block | MountStorage::Other => mapper.encrypts(&mount),
            MountStorage::Memory | MountStorage::Network | MountStorage::Overlay => Ok(Nullable::Null),
        };
        let unit = format!("{}.mount", unit_name(&target));
        let persistent = fstab.as_ref().map(|targets| targets.contains(&target) || units.exists(&unit));
        let body = Mount {
            host: machine.name.clone(),
            source: mount.source.clone(),
            fstype: mount.fstype.clone(),
            options: sorted(mount.options.iter().chain(&mount.super_options).cloned()),
            read_only: mount.has("ro"),
            nosuid: mount.has("nosuid"),
            nodev: mount.has("nodev"),
            noexec: mount.has("noexec"),
            separate: mount.root == "/" || mount.fstype == "btrfs",
            storage,
            encrypted: encrypted.clone().ok(),
            persistent: persistent.as_ref().ok().copied(),
            target: target.clone(),
        };
        let subject = machine.subject(&format!("mount{target}"));
        let mut statement = Statement::new(&subject, &body).from(from);
        if let Err(why) = encrypted {
            statement = statement.gap("encrypted", why);
        }
        if let Err(fault) = persistent {
            statement = statement.gap("persistent", fault.message.clone());
        }
        facts.give(&statement)?;
    }
    Ok(())
}

/// The name of a mount's unit: `/var/log` is `var-log`.
fn unit_name(target: &str) -> String {
    let trimmed = target.trim_matches('/');
    if trimmed.is_empty() { "-".to_owned() } else { trimmed.replace('-', "\\x2d").replace('/', "-") }
}

fn storage(mount: &mountinfo::Mount) -> MountStorage {
    match mount.fstype.as_str() {
        "tmpfs" | "ramfs" | "devtmpfs" => MountStorage::Memory,
        "overlay" | "aufs" => MountStorage::Overlay,
        "nfs" | "nfs4" | "cifs" | "smb3" | "ceph" | "glusterfs" | "9p" | "virtiofs" | "afs" | "fuse.sshfs" | "fuse.s3fs" => {
            MountStorage::Network
        }
        _ if mount.source.starts_with("/dev/") || mount.device.0 != 0 => MountStorage::Block,
        _ => MountStorage::Other,
    }
}

/// The device mapper: which devices encrypt, and on which they stand.
struct Mapper {
    /// The major number of its devices; the fault when /proc/devices cannot be read.
    major: Result<Option<u32>, String>,
    devices: BTreeMap<u32, Device>,
    fault: Option<String>,
}

struct Device {
    name: String,
    uuid: String,
    beneath: BTreeSet<String>,
}

impl Mapper {
    fn read(machine: &Machine<'_>) -> Self {
        let major = machine.run.read("/proc/devices").map(|file| major_of(&file.text())).map_err(|fault| fault.message);
        let mut mapper = Self { major, devices: BTreeMap::new(), fault: None };
        if !matches!(mapper.major, Ok(Some(_))) {
            return mapper;
        }
        for minor in 0..DEVICES {
            match Self::device(machine, minor) {
                Ok(Some(device)) => drop(mapper.devices.insert(minor, device)),
                Ok(None) => {}
                Err(fault) => mapper.fault = Some(fault.message),
            }
        }
        mapper
    }

    fn device(machine: &Machine<'_>, minor: u32) -> Result<Option<Device>, Fault> {
        let folder = format!("/sys/devices/virtual/block/dm-{minor}");
        let Some(uuid) = machine.file(&format!("{folder}/dm/uuid"))? else { return Ok(None) };
        let name = machine.text(&format!("{folder}/dm/name"))?;
        let beneath = machine.entries(&format!("{folder}/slaves"))?.into_iter().map(|entry| entry.name).collect();
        Ok(Some(Device { name: settings::one_space(&name), uuid: settings::one_space(&uuid.text()), beneath }))
    }

    /// Whether what is mounted is encrypted by this system; why not known otherwise.
    fn encrypts(&self, mount: &mountinfo::Mount) -> Result<Nullable<bool>, String> {
        if matches!(mount.fstype.as_str(), "ecryptfs" | "fuse.gocryptfs" | "fuse.encfs") {
            return Ok(Nullable::Value(true));
        }
        if mount.fstype == "zfs" {
            return Err("ZFS encrypts by itself, and what it says of that is not in a file".to_owned());
        }
        let major = self.major.as_ref().map_err(Clone::clone)?;
        let by_name =
            mount.source.strip_prefix("/dev/mapper/").and_then(|name| self.devices.iter().find(|(_, it)| it.name == name));
        let by_kernel_name = mount.source.strip_prefix("/dev/dm-").and_then(|number| number.parse::<u32>().ok());
        let minor = match (*major, mount.device) {
            (Some(major), (of, minor)) if of == major => Some(minor),
            _ => by_name.map(|(minor, _)| *minor).or(by_kernel_name),
        };
        if let Some(minor) = minor {
            return self.device_encrypts(minor, DEVICES).map(Nullable::Value);
        }
        if mount.source.starts_with("/dev/mapper/") {
            return Err(self
                .fault
                .clone()
                .unwrap_or_else(|| format!("`{}` is not among the devices that were looked at", mount.source)));
        }
        if mount.source.starts_with("/dev/md") || mount.source.starts_with("/dev/bcache") {
            return Err(format!("what `{}` stands on is not looked at", mount.source));
        }
        if mount.source.starts_with("/dev/") {
            return Ok(Nullable::Value(false));
        }
        if mount.device.0 == 0 {
            return Ok(Nullable::Null);
        }
        Err(format!("`{}` names no device", mount.source))
    }

    fn device_encrypts(&self, minor: u32, depth: u32) -> Result<bool, String> {
        let unknown =
            || self.fault.clone().unwrap_or_else(|| format!("the device dm-{minor} is not among those that were looked at"));
        let device = self.devices.get(&minor).ok_or_else(unknown)?;
        if device.uuid.starts_with("CRYPT-") {
            return Ok(true);
        }
        // Every mapped device stands on another: where none is shown, it is hidden, and nothing is known.
        if depth == 0 || device.beneath.is_empty() {
            return Err(format!("what the device `{}` stands on is not shown", device.name));
        }
        // Every device beneath must be encrypted.
        for name in &device.beneath {
            let is_encrypted = match name.strip_prefix("dm-").and_then(|number| number.parse().ok()) {
                Some(minor) => self.device_encrypts(minor, depth - 1)?,
                None => false,
            };
            if !is_encrypted {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The number of `device-mapper` among the block devices of /proc/devices.
fn major_of(text: &str) -> Option<u32> {
    let block = text.split("Block devices:").nth(1)?;
    block.lines().find_map(|line| line.trim().strip_suffix(" device-mapper")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_mapper_has_a_number_among_block_devices() {
        let text = "Character devices:\n 10 misc\n\nBlock devices:\n  8 sd\n253 device-mapper\n254 mdp\n";
        assert_eq!(major_of(text), Some(253));
        assert_eq!(major_of("Block devices:\n 8 sd\n"), None);
    }

    #[test]
    fn units_of_mounts_have_escaped_names() {
        assert_eq!(unit_name("/"), "-");
        assert_eq!(unit_name("/var/lib-x"), "var-lib\\x2dx");
    }

    fn mapper(devices: &[(u32, &str, &[&str])]) -> Mapper {
        let device = |uuid: &&str, beneath: &&[&str]| Device {
            name: "x".to_owned(),
            uuid: (*uuid).to_owned(),
            beneath: beneath.iter().map(|name| (*name).to_owned()).collect(),
        };
        let devices = devices.iter().map(|(minor, uuid, beneath)| (*minor, device(uuid, beneath))).collect();
        Mapper { major: Ok(Some(253)), devices, fault: None }
    }

    #[test]
    fn a_volume_is_encrypted_when_all_that_it_stands_on_is() {
        let luks: (u32, &str, &[&str]) = (0, "CRYPT-LUKS2-1", &["sda3"]);
        assert_eq!(mapper(&[luks, (1, "LVM-1", &["dm-0"])]).device_encrypts(1, 9), Ok(true));
        assert_eq!(mapper(&[luks, (1, "LVM-1", &["dm-0", "sdb1"])]).device_encrypts(1, 9), Ok(false));
        assert!(mapper(&[luks, (1, "LVM-1", &[])]).device_encrypts(1, 9).is_err());
        assert!(mapper(&[(1, "LVM-1", &["dm-1"])]).device_encrypts(1, 9).is_err());
        assert!(mapper(&[]).device_encrypts(1, 9).is_err());
    }
}

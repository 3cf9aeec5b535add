//! The kinds that ship with the engine, one type each. Written by the engine from `scripts/kinds`; do not edit.
//!
//! An optional field is an [`Option`]: `None` says that it was not collected. A field that may be known to be none is a
//! [`Nullable`]. A timestamp is RFC 3339 text in UTC; a duration is whole seconds.

#![allow(clippy::struct_excessive_bools, clippy::doc_markdown, reason = "the types are as the kinds are")]

use serde::{Serialize, Serializer};

use crate::Fact;

/// A value that is known, or known to be none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nullable<T> {
    /// It is known to be none: a password that was never used.
    Null,
    /// It is this.
    Value(T),
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

/// The kinds `host.account@1`, `host.banner@1`, `host.file@1`, `host.firewall@1`, `host.group@1`, `host.listener@1`,
/// `host.logging@1`, `host.mount@1`, `host.os@1`, `host.package-source@1`, `host.package-updates@1`, `host.package@1`,
/// `host.password-policy@1`, `host.protection@1`, `host.service@1`, `host.session@1`, `host.sshd@1`,
/// `host.sudo-defaults@1`, `host.sudo@1`, `host.sysctl@1`, `host.time@1`.
pub mod host {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// An account of a machine.
    ///
    /// One line of /etc/passwd with what /etc/shadow says of its password (never a hash) and the groups it is in. The
    /// subject is `host:NAME/account/LOGIN`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Account {
        /// It can become the superuser: its number is 0, or a sudo rule for it, one of its groups or everyone lets it run
        /// every command as root.
        pub administrator: bool,
        /// The day from which the account is closed; null for never.
        pub expires_at: Nullable<String>,
        /// Whose it is, as the account says.
        pub full_name: Nullable<String>,
        /// The number of its primary group.
        pub gid: i64,
        /// Every group it is in, the primary one included, sorted.
        pub groups: Vec<String>,
        /// The home directory.
        pub home: String,
        /// The home directory exists.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub home_exists: Option<bool>,
        /// The permission bits of the home directory as a number (0o750 is 488); null where there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub home_mode: Option<Nullable<i64>>,
        /// Who owns the home directory; null where there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub home_uid: Option<Nullable<i64>>,
        /// The machine's name.
        pub host: String,
        /// How many days after the password's end the account is locked; null for never.
        pub inactive_days: Nullable<i64>,
        /// The last sign-in that lastlog has; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_login_at: Option<Nullable<String>>,
        /// The shell lets a person in: it is not nologin, false, true, sync, halt, shutdown or the like.
        pub login_shell: bool,
        /// After how many days the password must be changed; null for never (none set, negative, or 99999 and more).
        pub max_age_days: Nullable<i64>,
        /// How many days must pass between changes; null for none set.
        pub min_age_days: Nullable<i64>,
        /// The password must be changed at the next sign-in.
        pub must_change: bool,
        /// The login name.
        pub name: String,
        /// How many lines of /etc/passwd have this name; 1 is right.
        pub name_count: i64,
        /// `empty`: signs in with no password; `locked`: no password fits; `hashed`: there is a password; `none`: it has no
        /// entry in shadow, so no password fits.
        pub password: AccountPassword,
        /// How its password is hashed: `yescrypt`, `sha512crypt`, `sha256crypt`, `bcrypt`, `md5crypt`, `descrypt` …, also
        /// of a locked one; null where there is no hash.
        pub password_algorithm: Nullable<String>,
        /// The day of the last change of the password (UTC midnight); null when none is recorded or a change is due at the
        /// next sign-in.
        pub password_changed_at: Nullable<String>,
        /// It can sign in with a password, or with none: it has a login shell and its password is `hashed` or `empty`.
        pub password_login: bool,
        /// The password stands in /etc/passwd, where every user can read it.
        pub password_unshadowed: bool,
        /// The name of its primary group; null when no group has that number.
        pub primary_group: Nullable<String>,
        /// The program that a sign-in starts; /bin/sh where the line names none.
        pub shell: String,
        /// It belongs to the system or a service: its number is below the first one for people (UID_MIN of login.defs, 1000
        /// by default) and not 0, or is nobody's.
        pub system: bool,
        /// The number that the kernel knows it by; 0 is the superuser.
        pub uid: i64,
        /// Other accounts with the same number, sorted.
        pub uid_shared_with: Vec<String>,
        /// How many days before the password's end the user is warned; null for none set.
        pub warn_days: Nullable<i64>,
    }

    impl Fact for Account {
        const KIND: &'static str = "host.account@1";
    }

    /// What `password` of [`Account`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum AccountPassword {
        /// `empty`.
        #[serde(rename = "empty")]
        Empty,
        /// `locked`.
        #[serde(rename = "locked")]
        Locked,
        /// `hashed`.
        #[serde(rename = "hashed")]
        Hashed,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// A text shown at sign-in.
    ///
    /// /etc/issue, /etc/issue.net and /etc/motd. One fact a file. The subject is `host:NAME/banner/PATH`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Banner {
        /// It shows the system's name, version or kernel: by an escape such as \r or \v, or by the distribution's name.
        pub discloses_system: bool,
        /// It does not exist or holds nothing but white space.
        pub empty: bool,
        /// It exists.
        pub exists: bool,
        /// The machine's name.
        pub host: String,
        /// The file.
        pub path: String,
        /// What it says, at most 4,096 characters.
        pub text: String,
    }

    impl Fact for Banner {
        const KIND: &'static str = "host.banner@1";
    }

    /// A file whose permissions matter.
    ///
    /// Owner and permissions of a file or directory that decides who may do what, or holds a secret. A file that does not
    /// exist is a fact too, for the fixed names; keys of the SSH server are listed as they are found. The subject is
    /// `host:NAME/file/PATH`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct File {
        /// `secret`: others may not read it (shadow, private keys, sudoers); `control`: it decides what the system does and
        /// others may not write it (sshd_config, cron); `public`: all may read and only root may write (passwd, group).
        pub class: FileClass,
        /// It exists; if not, what follows is null.
        pub exists: bool,
        /// What it is. A symbolic link is followed where its target was granted; `symlink` where it was not.
        pub file_type: Nullable<FileFileType>,
        /// The number of its group.
        pub gid: Nullable<i64>,
        /// The name of its group; null also where no group has that number.
        pub group: Nullable<String>,
        /// Its group may read it.
        pub group_readable: Nullable<bool>,
        /// Its group may write it.
        pub group_writable: Nullable<bool>,
        /// The machine's name.
        pub host: String,
        /// The permission bits as a number: 0o640 is 416.
        pub mode: Nullable<i64>,
        /// The permission bits in octal, four digits, such as `0640`.
        pub mode_text: Nullable<String>,
        /// Everyone may read it.
        pub others_readable: Nullable<bool>,
        /// Everyone may write it.
        pub others_writable: Nullable<bool>,
        /// The name of its owner; null also where no account has that number.
        pub owner: Nullable<String>,
        /// Its path.
        pub path: String,
        /// The number of its owner.
        pub uid: Nullable<i64>,
    }

    impl Fact for File {
        const KIND: &'static str = "host.file@1";
    }

    /// What `class` of [`File`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FileClass {
        /// `secret`.
        #[serde(rename = "secret")]
        Secret,
        /// `control`.
        #[serde(rename = "control")]
        Control,
        /// `public`.
        #[serde(rename = "public")]
        Public,
    }

    /// What `file_type` of [`File`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FileFileType {
        /// `file`.
        #[serde(rename = "file")]
        File,
        /// `directory`.
        #[serde(rename = "directory")]
        Directory,
        /// `symlink`.
        #[serde(rename = "symlink")]
        Symlink,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// The packet filter of a machine.
    ///
    /// What is configured on disk to be loaded at the start; rules that were loaded by hand are not seen. One fact a
    /// machine. The subject is `host:NAME/firewall`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Firewall {
        /// The one that is loaded at the start and has rules; null for none.
        pub active: Nullable<FirewallActive>,
        /// The same for what it passes on.
        pub default_forward: Nullable<FirewallDefaultForward>,
        /// What happens to a packet that no rule names; null where none is enabled or it cannot be told.
        pub default_incoming: Nullable<FirewallDefaultIncoming>,
        /// The same for what the machine sends.
        pub default_outgoing: Nullable<FirewallDefaultOutgoing>,
        /// One is loaded at the start.
        pub enabled: bool,
        /// The machine's name.
        pub host: String,
        /// Which of ufw, firewalld, nftables and iptables-persistent are there, sorted.
        pub installed: Vec<String>,
        /// What the rules let in, as they name it: `22/tcp`, `ssh`, sorted.
        pub open_ports: Vec<String>,
    }

    impl Fact for Firewall {
        const KIND: &'static str = "host.firewall@1";
    }

    /// What `active` of [`Firewall`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FirewallActive {
        /// `ufw`.
        #[serde(rename = "ufw")]
        Ufw,
        /// `firewalld`.
        #[serde(rename = "firewalld")]
        Firewalld,
        /// `nftables`.
        #[serde(rename = "nftables")]
        Nftables,
        /// `iptables-persistent`.
        #[serde(rename = "iptables-persistent")]
        IptablesPersistent,
    }

    /// What `default_forward` of [`Firewall`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FirewallDefaultForward {
        /// `accept`.
        #[serde(rename = "accept")]
        Accept,
        /// `drop`.
        #[serde(rename = "drop")]
        Drop,
        /// `reject`.
        #[serde(rename = "reject")]
        Reject,
    }

    /// What `default_incoming` of [`Firewall`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FirewallDefaultIncoming {
        /// `accept`.
        #[serde(rename = "accept")]
        Accept,
        /// `drop`.
        #[serde(rename = "drop")]
        Drop,
        /// `reject`.
        #[serde(rename = "reject")]
        Reject,
    }

    /// What `default_outgoing` of [`Firewall`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FirewallDefaultOutgoing {
        /// `accept`.
        #[serde(rename = "accept")]
        Accept,
        /// `drop`.
        #[serde(rename = "drop")]
        Drop,
        /// `reject`.
        #[serde(rename = "reject")]
        Reject,
    }

    /// A group of a machine.
    ///
    /// One line of /etc/group. The subject is `host:NAME/group/GROUP`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Group {
        /// A sudo rule lets its members run every command as root.
        pub administrators: bool,
        /// The number that the kernel knows it by.
        pub gid: i64,
        /// Other groups with the same number, sorted.
        pub gid_shared_with: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// The accounts that the line lists, sorted.
        pub members: Vec<String>,
        /// The group's name.
        pub name: String,
        /// How many lines of /etc/group have this name; 1 is right.
        pub name_count: i64,
        /// The accounts whose primary group it is, sorted.
        pub primary_members: Vec<String>,
        /// Listed members that are no account of /etc/passwd, sorted.
        pub unknown_members: Vec<String>,
    }

    impl Fact for Group {
        const KIND: &'static str = "host.group@1";
    }

    /// A socket that waits for others.
    ///
    /// A TCP socket that listens, or a UDP socket that is bound and not connected, in the collector's network name space.
    /// The subject is `host:NAME/listener/PROTOCOL/ADDRESS:PORT`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Listener {
        /// The address.
        pub address: String,
        /// The family of the address; `::` usually also takes IPv4.
        pub family: ListenerFamily,
        /// The machine's name.
        pub host: String,
        /// Only the same link reaches it.
        pub link_local: bool,
        /// Only the machine itself reaches it.
        pub loopback: bool,
        /// The names of these accounts, where they have one, sorted.
        pub owners: Vec<String>,
        /// The port.
        pub port: i64,
        /// The protocol.
        pub protocol: ListenerProtocol,
        /// Whose sockets they are, sorted.
        pub uids: Vec<i64>,
        /// It listens on every address.
        pub wildcard: bool,
    }

    impl Fact for Listener {
        const KIND: &'static str = "host.listener@1";
    }

    /// What `family` of [`Listener`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ListenerFamily {
        /// `ipv4`.
        #[serde(rename = "ipv4")]
        Ipv4,
        /// `ipv6`.
        #[serde(rename = "ipv6")]
        Ipv6,
    }

    /// What `protocol` of [`Listener`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ListenerProtocol {
        /// `tcp`.
        #[serde(rename = "tcp")]
        Tcp,
        /// `udp`.
        #[serde(rename = "udp")]
        Udp,
    }

    /// What a machine writes down and keeps.
    ///
    /// The audit daemon, the system's log and the journal, as they are configured. One fact a machine. The subject is
    /// `host:NAME/logging`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Logging {
        /// What it does on a full disk (disk_full_action), in lower case; null without the daemon.
        pub audit_disk_full_action: Nullable<String>,
        /// What it does with a full log file (max_log_file_action), in lower case; null without the daemon.
        pub audit_full_action: Nullable<String>,
        /// The rules that it loads, in order, comments left out.
        pub audit_rules: Vec<String>,
        /// Rules cannot be changed until the next start (`-e 2`).
        pub audit_rules_immutable: bool,
        /// The files and directories whose changes the rules record, sorted.
        pub audit_watched: Vec<String>,
        /// The system starts it.
        pub auditd_enabled: bool,
        /// The audit daemon is installed.
        pub auditd_installed: bool,
        /// The machines that logs are sent to, sorted.
        pub forwards_to: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// The journal gives its entries to the system's log.
        pub journal_forwards_to_syslog: bool,
        /// After how long entries are deleted, in seconds; null for no such limit.
        pub journal_max_retention: Nullable<i64>,
        /// How much room it may take, as it is written; null for the default.
        pub journal_max_use: Nullable<String>,
        /// The journal survives a restart: Storage is persistent, or auto with /var/log/journal there.
        pub journal_persistent: bool,
        /// The setting Storage; null without the journal.
        pub journal_storage: Nullable<LoggingJournalStorage>,
        /// systemd's journal is there.
        pub journald: bool,
        /// Something keeps logs over a restart: the journal, or an enabled system log daemon.
        pub persistent: bool,
        /// How many days of the system's log logrotate keeps at least: the product of the two; null where it cannot be
        /// told.
        pub retention_days: Nullable<i64>,
        /// How many days one of these files covers; null where size decides or logrotate is not there.
        pub rotation_every_days: Nullable<i64>,
        /// How many old files logrotate keeps of the system's log, else of any; null where logrotate is not there.
        pub rotation_keep: Nullable<i64>,
        /// The installed system log daemon; null for none.
        pub syslog: Nullable<LoggingSyslog>,
        /// The system starts it.
        pub syslog_enabled: bool,
    }

    impl Fact for Logging {
        const KIND: &'static str = "host.logging@1";
    }

    /// What `journal_storage` of [`Logging`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum LoggingJournalStorage {
        /// `persistent`.
        #[serde(rename = "persistent")]
        Persistent,
        /// `volatile`.
        #[serde(rename = "volatile")]
        Volatile,
        /// `auto`.
        #[serde(rename = "auto")]
        Auto,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// What `syslog` of [`Logging`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum LoggingSyslog {
        /// `rsyslog`.
        #[serde(rename = "rsyslog")]
        Rsyslog,
        /// `syslog-ng`.
        #[serde(rename = "syslog-ng")]
        SyslogNg,
        /// `busybox`.
        #[serde(rename = "busybox")]
        Busybox,
    }

    /// A mounted file system.
    ///
    /// What is mounted where, the pseudo file systems of the kernel left out (proc, sysfs, cgroup and the like). The
    /// subject is `host:NAME/mount/TARGET`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Mount {
        /// This system encrypts what is stored (dm-crypt, LUKS, eCryptfs). Null where nothing lies on a block device;
        /// absent where it cannot be told. Encryption by a provider or a disk beneath is not seen.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encrypted: Option<Nullable<bool>>,
        /// The file system's type, such as `ext4`.
        pub fstype: String,
        /// The machine's name.
        pub host: String,
        /// Device files have no effect.
        pub nodev: bool,
        /// Programs cannot be started from it.
        pub noexec: bool,
        /// Set-user-id bits have no effect.
        pub nosuid: bool,
        /// The options of the mount and of the file system, sorted.
        pub options: Vec<String>,
        /// /etc/fstab or a mount unit has it, so that it comes back.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub persistent: Option<bool>,
        /// Nothing can be written.
        pub read_only: bool,
        /// It is a file system of its own, not a part of one that is mounted elsewhere (a bind mount).
        pub separate: bool,
        /// What is mounted, such as `/dev/mapper/root`.
        pub source: String,
        /// What it keeps its bytes on.
        pub storage: MountStorage,
        /// Where it is mounted, such as `/var`.
        pub target: String,
    }

    impl Fact for Mount {
        const KIND: &'static str = "host.mount@1";
    }

    /// What `storage` of [`Mount`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum MountStorage {
        /// `block`.
        #[serde(rename = "block")]
        Block,
        /// `memory`.
        #[serde(rename = "memory")]
        Memory,
        /// `network`.
        #[serde(rename = "network")]
        Network,
        /// `overlay`.
        #[serde(rename = "overlay")]
        Overlay,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// An operating system.
    ///
    /// The distribution and the kernel that a machine runs. One fact a machine; the subject is the scope itself.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Os {
        /// The code name of the release, such as `noble`.
        pub codename: Nullable<String>,
        /// It runs in a container, whose kernel, clock and mounts belong to another machine.
        pub container: bool,
        /// The end of the last day of security support that reaches every user after the regular one, such as Debian's LTS;
        /// null where there is none. Paid extensions do not count.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub extended_support_end_at: Option<Nullable<String>>,
        /// The kernel allows approved cryptography only.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub fips_enabled: Option<bool>,
        /// The machine's name.
        pub host: String,
        /// The host name as the kernel has it.
        pub hostname: String,
        /// The distribution's lower-case word, `ID` of os-release; `linux` where it gives none.
        pub id: String,
        /// The distributions that it derives from, nearest first.
        pub id_like: Vec<String>,
        /// What starts the services.
        pub init: OsInit,
        /// The running kernel, as `uname -r` shows it.
        pub kernel_release: String,
        /// Its name for people, `PRETTY_NAME` or `NAME`.
        pub name: String,
        /// The end of the last day of the vendor's regular security support. Null for a rolling release, which has none;
        /// absent when neither the system nor the collector knows the release.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub support_end_at: Option<Nullable<String>>,
        /// Where the ends of support were taken from: the release's own file, the distribution's table of releases, or the
        /// collector's own table.
        pub support_source: Nullable<OsSupportSource>,
        /// Its version for people; null where it has none (a rolling release).
        pub version: Nullable<String>,
        /// Its version for programs, such as `24.04`; null where it has none.
        pub version_id: Nullable<String>,
    }

    impl Fact for Os {
        const KIND: &'static str = "host.os@1";
    }

    /// What `init` of [`Os`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum OsInit {
        /// `systemd`.
        #[serde(rename = "systemd")]
        Systemd,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// What `support_source` of [`Os`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum OsSupportSource {
        /// `os-release`.
        #[serde(rename = "os-release")]
        OsRelease,
        /// `distro-info`.
        #[serde(rename = "distro-info")]
        DistroInfo,
        /// `collector`.
        #[serde(rename = "collector")]
        Collector,
    }

    /// A place that packages come from.
    ///
    /// One enabled or disabled source of apt, one fact a URI and suite; or a repository of dnf or yum. The subject is
    /// `host:NAME/package-source/FILE/URI SUITE`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PackageSource {
        /// Its parts, such as `main`.
        pub components: Vec<String>,
        /// It is used.
        pub enabled: bool,
        /// It is fetched by https, or stands on this machine.
        pub encrypted_transport: bool,
        /// The file that names it.
        pub file: String,
        /// The machine's name.
        pub host: String,
        /// On which line its entry begins.
        pub line: i64,
        /// What it offers.
        pub package_type: PackageSourcePackageType,
        /// It is the distribution's source of security updates, as its name says.
        pub security: bool,
        /// What it gives must be signed.
        pub signature_checked: bool,
        /// The key that alone may sign it; null for any that the system trusts.
        pub signed_by: Nullable<String>,
        /// The release, such as `trixie-security`; the repository's id for rpm.
        pub suite: String,
        /// Where it is, a user name and password left out.
        pub uri: String,
    }

    impl Fact for PackageSource {
        const KIND: &'static str = "host.package-source@1";
    }

    /// What `package_type` of [`PackageSource`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PackageSourcePackageType {
        /// `deb`.
        #[serde(rename = "deb")]
        Deb,
        /// `deb-src`.
        #[serde(rename = "deb-src")]
        DebSrc,
        /// `rpm`.
        #[serde(rename = "rpm")]
        Rpm,
    }

    /// How updates are installed.
    ///
    /// Whether security updates are installed without a person, and when that last happened. One fact a machine. The
    /// subject is `host:NAME/package-updates`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PackageUpdates {
        /// Packages that it leaves alone.
        pub blocked_packages: Vec<String>,
        /// Security updates are installed by themselves: the mechanism is installed and switched on, its timer is not
        /// masked, and it takes the security source.
        pub enabled: bool,
        /// The machine's name.
        pub host: String,
        /// What installs them.
        pub mechanism: PackageUpdatesMechanism,
        /// The sources it installs from, as they are written.
        pub origins: Vec<String>,
        /// An installed update waits for a restart.
        pub reboot_required: bool,
        /// It restarts the machine when an update needs that.
        pub reboots: bool,
        /// Every how many days the lists are fetched; null for never.
        pub refresh_days: Nullable<i64>,
        /// When the lists of packages were last fetched; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub refreshed_at: Option<Nullable<String>>,
        /// The security source is among those it installs from.
        pub security_included: bool,
        /// The timer that starts it is enabled and not masked; null where services are not systemd's.
        pub timer_enabled: Nullable<bool>,
        /// Every how many days updates are installed; null for never.
        pub upgrade_days: Nullable<i64>,
        /// When packages were last installed or upgraded, by whomever; null when nothing is recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub upgraded_at: Option<Nullable<String>>,
    }

    impl Fact for PackageUpdates {
        const KIND: &'static str = "host.package-updates@1";
    }

    /// What `mechanism` of [`PackageUpdates`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PackageUpdatesMechanism {
        /// `unattended-upgrades`.
        #[serde(rename = "unattended-upgrades")]
        UnattendedUpgrades,
        /// `dnf-automatic`.
        #[serde(rename = "dnf-automatic")]
        DnfAutomatic,
        /// `yum-cron`.
        #[serde(rename = "yum-cron")]
        YumCron,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// A package.
    ///
    /// A package that the package list knows, unless nothing of it is left but its name. The subject is
    /// `host:NAME/package/PACKAGE:ARCHITECTURE`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Package {
        /// What it was built for.
        pub architecture: String,
        /// It is kept from being upgraded.
        pub held: bool,
        /// The machine's name.
        pub host: String,
        /// Whose list has it.
        pub list: PackageList,
        /// Its name.
        pub name: String,
        /// The source package that it was built from.
        pub source: String,
        /// The version of the source package.
        pub source_version: String,
        /// `config-files`: removed but for its configuration; `broken`: half installed, unpacked or waiting.
        pub status: PackageStatus,
        /// Its version.
        pub version: String,
    }

    impl Fact for Package {
        const KIND: &'static str = "host.package@1";
    }

    /// What `list` of [`Package`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PackageList {
        /// `dpkg`.
        #[serde(rename = "dpkg")]
        Dpkg,
        /// `apk`.
        #[serde(rename = "apk")]
        Apk,
        /// `rpm`.
        #[serde(rename = "rpm")]
        Rpm,
    }

    /// What `status` of [`Package`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PackageStatus {
        /// `installed`.
        #[serde(rename = "installed")]
        Installed,
        /// `config-files`.
        #[serde(rename = "config-files")]
        ConfigFiles,
        /// `broken`.
        #[serde(rename = "broken")]
        Broken,
    }

    /// What a machine asks of passwords.
    ///
    /// login.defs, useradd's defaults and the PAM stack for passwords and sign-in, taken together. One fact a machine. The
    /// subject is `host:NAME/password-policy`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PasswordPolicy {
        /// Words of a dictionary are refused.
        pub dictionary_check: bool,
        /// pam_unix lets an account with an empty password sign in (nullok).
        pub empty_allowed: bool,
        /// How a new password is hashed, in lower case, such as `yescrypt` or `sha512`: pam_unix's word, else
        /// ENCRYPT_METHOD of login.defs; null where nothing says.
        pub encrypt_method: Nullable<String>,
        /// Root is held to it too.
        pub enforce_for_root: bool,
        /// The machine's name.
        pub host: String,
        /// After how many days past a password's end a new account is locked; null for never.
        pub inactive_days: Nullable<i64>,
        /// After how many wrong passwords an account is locked out; null for never.
        pub lockout_attempts: Nullable<i64>,
        /// For how long, in seconds; 0 until an administrator lets it in again; null where there is no lockout.
        pub lockout_duration: Nullable<i64>,
        /// The module that locks out after wrong passwords; null for none.
        pub lockout_module: Nullable<PasswordPolicyLockoutModule>,
        /// Root is locked out too.
        pub lockout_root: bool,
        /// Within how many seconds the wrong passwords count; null where there is no lockout.
        pub lockout_window: Nullable<i64>,
        /// PASS_MAX_DAYS for new accounts; null for never (99999 and more, or negative).
        pub max_age_days: Nullable<i64>,
        /// How often one character may stand in a row; null for any number.
        pub max_repeat: Nullable<i64>,
        /// PASS_MIN_DAYS for new accounts; null for none.
        pub min_age_days: Nullable<i64>,
        /// How many of digits, capitals, small letters and others a new password must have; null where no module judges.
        pub min_classes: Nullable<i64>,
        /// How many characters must differ from the old password; null where no module judges.
        pub min_different: Nullable<i64>,
        /// The shortest new password that is accepted: the quality module's minlen, else pam_unix's; null where nothing
        /// sets one.
        pub min_length: Nullable<i64>,
        /// The module that judges new passwords; null for none.
        pub quality_module: Nullable<PasswordPolicyQualityModule>,
        /// How many old passwords are refused; null for none.
        pub remember: Nullable<i64>,
        /// A digit must be there (dcredit below 0).
        pub requires_digit: bool,
        /// A small letter must be there (lcredit below 0).
        pub requires_lower: bool,
        /// Another character must be there (ocredit below 0).
        pub requires_other: bool,
        /// A capital must be there (ucredit below 0).
        pub requires_upper: bool,
        /// PAM modules in the sign-in stacks that ask for a second factor, such as `pam_google_authenticator`, sorted.
        pub second_factor_modules: Vec<String>,
        /// Only members of one group may use su (pam_wheel required); null where su has no PAM file.
        pub su_restricted: Nullable<bool>,
        /// The first number for people's accounts.
        pub uid_min: i64,
        /// UMASK of login.defs in octal, such as `027`; null where none is set.
        pub umask: Nullable<String>,
        /// PASS_WARN_AGE for new accounts; null for none.
        pub warn_days: Nullable<i64>,
    }

    impl Fact for PasswordPolicy {
        const KIND: &'static str = "host.password-policy@1";
    }

    /// What `lockout_module` of [`PasswordPolicy`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PasswordPolicyLockoutModule {
        /// `pam_faillock`.
        #[serde(rename = "pam_faillock")]
        PamFaillock,
        /// `pam_tally2`.
        #[serde(rename = "pam_tally2")]
        PamTally2,
        /// `pam_tally`.
        #[serde(rename = "pam_tally")]
        PamTally,
    }

    /// What `quality_module` of [`PasswordPolicy`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PasswordPolicyQualityModule {
        /// `pam_pwquality`.
        #[serde(rename = "pam_pwquality")]
        PamPwquality,
        /// `pam_cracklib`.
        #[serde(rename = "pam_cracklib")]
        PamCracklib,
        /// `pam_passwdqc`.
        #[serde(rename = "pam_passwdqc")]
        PamPasswdqc,
    }

    /// What guards a machine against hostile software.
    ///
    /// Installed scanners, integrity checkers and the kernel's mandatory access control. One fact a machine. The subject is
    /// `host:NAME/protection`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Protection {
        /// The kernel's mandatory access control.
        pub access_control: ProtectionAccessControl,
        /// Whether it acts; null where there is none.
        pub access_control_mode: Nullable<ProtectionAccessControlMode>,
        /// The machine's name.
        pub host: String,
        /// Installed integrity checkers, such as `aide`, sorted.
        pub integrity_checkers: Vec<String>,
        /// Installed programs that shut out who guesses passwords, such as `fail2ban`, sorted.
        pub intrusion_blockers: Vec<String>,
        /// Installed scanners and endpoint agents, such as `clamav` or `falcon-sensor`, sorted.
        pub malware_scanners: Vec<String>,
        /// Those that the system starts, sorted.
        pub malware_scanners_enabled: Vec<String>,
    }

    impl Fact for Protection {
        const KIND: &'static str = "host.protection@1";
    }

    /// What `access_control` of [`Protection`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ProtectionAccessControl {
        /// `apparmor`.
        #[serde(rename = "apparmor")]
        Apparmor,
        /// `selinux`.
        #[serde(rename = "selinux")]
        Selinux,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// What `access_control_mode` of [`Protection`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ProtectionAccessControlMode {
        /// `enforcing`.
        #[serde(rename = "enforcing")]
        Enforcing,
        /// `permissive`.
        #[serde(rename = "permissive")]
        Permissive,
        /// `disabled`.
        #[serde(rename = "disabled")]
        Disabled,
    }

    /// A unit that the system starts or refuses to start.
    ///
    /// A service, socket or timer of systemd that is enabled or masked by a link, or an init script that is switched on.
    /// Units that are merely installed give no fact. The subject is `host:NAME/service/UNIT`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Service {
        /// It was switched on or off on this machine (under /etc), not by the distribution's own links.
        pub by_administrator: bool,
        /// It is started: `state` is `enabled`.
        pub enabled: bool,
        /// The machine's name.
        pub host: String,
        /// It is a script of System V init.
        pub init_script: bool,
        /// The unit's name with its ending, such as `ssh.service`.
        pub name: String,
        /// The targets and units that start it, sorted.
        pub started_by: Vec<String>,
        /// Enabled: something starts it; masked: nothing can.
        pub state: ServiceState,
        /// The file that describes it; null when it is masked or none was found.
        pub unit_file: Nullable<String>,
        /// What sort of unit it is.
        pub unit_type: ServiceUnitType,
    }

    impl Fact for Service {
        const KIND: &'static str = "host.service@1";
    }

    /// What `state` of [`Service`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ServiceState {
        /// `enabled`.
        #[serde(rename = "enabled")]
        Enabled,
        /// `masked`.
        #[serde(rename = "masked")]
        Masked,
    }

    /// What `unit_type` of [`Service`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ServiceUnitType {
        /// `service`.
        #[serde(rename = "service")]
        Service,
        /// `socket`.
        #[serde(rename = "socket")]
        Socket,
        /// `timer`.
        #[serde(rename = "timer")]
        Timer,
    }

    /// The settings of an interactive session.
    ///
    /// What the shells' system-wide files set for everyone. One fact a machine. The subject is `host:NAME/session`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Session {
        /// The files that were read, sorted.
        pub files: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// TMOUT: after how many idle seconds a shell ends; null for never. Where files differ, the last that bash reads.
        pub timeout: Nullable<i64>,
        /// A user cannot change TMOUT.
        pub timeout_readonly: bool,
        /// The umask that these files set in octal; null where none does.
        pub umask: Nullable<String>,
    }

    impl Fact for Session {
        const KIND: &'static str = "host.session@1";
    }

    /// What the SSH server allows.
    ///
    /// The effective global settings of sshd: its configuration with what it includes, first value wins, and the defaults
    /// of the installed version. One fact where a server is installed; none, and complete, where it is not. The subject is
    /// `host:NAME/sshd`. What Match blocks change stands in `matches`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Sshd {
        /// A key agent may be forwarded.
        pub allow_agent_forwarding: bool,
        /// Whose members alone may sign in; empty for no such list.
        pub allow_groups: Vec<String>,
        /// Whether Unix sockets may be forwarded.
        pub allow_stream_local_forwarding: SshdAllowStreamLocalForwarding,
        /// Whether connections may be forwarded.
        pub allow_tcp_forwarding: SshdAllowTcpForwarding,
        /// Who alone may sign in; empty for no such list.
        pub allow_users: Vec<String>,
        /// The combinations asked for, such as `publickey,keyboard-interactive`; `any` for one of any.
        pub authentication_methods: Vec<String>,
        /// Where it looks for the users' keys.
        pub authorized_keys_files: Vec<String>,
        /// The file that is shown before authentication; null for none.
        pub banner: Nullable<String>,
        /// The ciphers it offers, in order.
        pub ciphers: Vec<String>,
        /// How many such questions may stay unanswered; 0 switches the end off from version 8.2.
        pub client_alive_count_max: i64,
        /// After how much silence a client is asked whether it is there, in seconds; 0 for never.
        pub client_alive_interval: i64,
        /// Whose members may not sign in.
        pub deny_groups: Vec<String>,
        /// Who may not sign in.
        pub deny_users: Vec<String>,
        /// All forwarding is off, whatever else is said.
        pub disable_forwarding: bool,
        /// The system starts it, as a service or by its socket; null where services are not systemd's.
        pub enabled: Nullable<bool>,
        /// Whether forwarded ports are open to other machines.
        pub gateway_ports: SshdGatewayPorts,
        /// Kerberos is accepted.
        pub gssapi_authentication: bool,
        /// The machine's name.
        pub host: String,
        /// The files of its own keys.
        pub host_keys: Vec<String>,
        /// Another host's word is accepted.
        pub hostbased_authentication: bool,
        /// Files .rhosts and .shosts are ignored.
        pub ignore_rhosts: bool,
        /// The key exchanges it offers, in order.
        pub kex_algorithms: Vec<String>,
        /// PAM may ask questions: a password, a second factor.
        pub keyboard_interactive_authentication: bool,
        /// The addresses it listens on; empty for all.
        pub listen_addresses: Vec<String>,
        /// How much it logs, in capitals, such as `VERBOSE`.
        pub log_level: String,
        /// How long one may take to authenticate, in seconds; 0 for ever.
        pub login_grace_time: i64,
        /// The message authentication codes it offers, in order.
        pub macs: Vec<String>,
        /// The Match blocks that set something, in order.
        pub matches: Vec<SshdMatches>,
        /// How often one connection may try.
        pub max_auth_tries: i64,
        /// How many sessions one connection may open.
        pub max_sessions: i64,
        /// How many connections may be waiting to authenticate: `start:rate:full`.
        pub max_startups: String,
        /// A password is enough to sign in.
        pub password_authentication: bool,
        /// An empty password will do.
        pub permit_empty_passwords: bool,
        /// Whether root may sign in.
        pub permit_root_login: SshdPermitRootLogin,
        /// Whether network devices may be forwarded.
        pub permit_tunnel: SshdPermitTunnel,
        /// `no`, `yes`, or the variables that a user's key may set.
        pub permit_user_environment: String,
        /// The ports it listens on.
        pub ports: Vec<i64>,
        /// The last sign-in is shown.
        pub print_last_log: bool,
        /// The versions of the protocol: 2, or also 1 where a server before 7.4 is told so.
        pub protocols: Vec<i64>,
        /// Keys are accepted.
        pub pubkey_authentication: bool,
        /// The settings that a file sets globally (first value wins), sorted by keyword; all others are defaults.
        pub set_by: Vec<SshdSetBy>,
        /// Keys in files that others may write are refused.
        pub strict_modes: bool,
        /// The system's own keep-alive is on.
        pub tcp_keep_alive: bool,
        /// Accounts and sessions go through PAM.
        pub use_pam: bool,
        /// OpenSSH's version, such as `9.6p1`; null when the package list does not give it, and then the defaults are those
        /// of the newest known.
        pub version: Nullable<String>,
        /// Graphical programs may be forwarded.
        pub x11_forwarding: bool,
    }

    impl Fact for Sshd {
        const KIND: &'static str = "host.sshd@1";
    }

    /// What `allow_stream_local_forwarding` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdAllowStreamLocalForwarding {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `local`.
        #[serde(rename = "local")]
        Local,
        /// `remote`.
        #[serde(rename = "remote")]
        Remote,
    }

    /// What `allow_tcp_forwarding` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdAllowTcpForwarding {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `local`.
        #[serde(rename = "local")]
        Local,
        /// `remote`.
        #[serde(rename = "remote")]
        Remote,
    }

    /// What `gateway_ports` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdGatewayPorts {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `clientspecified`.
        #[serde(rename = "clientspecified")]
        Clientspecified,
    }

    /// What `matches` of [`Sshd`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SshdMatches {
        /// For whom it holds, as it is written, such as `User deploy`.
        pub criteria: String,
        /// Where it begins.
        pub file: String,
        /// On which line.
        pub line: i64,
        /// What it sets, in order.
        pub settings: Vec<SshdMatchesSettings>,
    }

    /// What `settings` of [`SshdMatches`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SshdMatchesSettings {
        /// In lower case, such as `passwordauthentication`.
        pub keyword: String,
        /// As it is written; of words such as yes and no, in lower case.
        pub value: String,
    }

    /// What `permit_root_login` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdPermitRootLogin {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `prohibit-password`.
        #[serde(rename = "prohibit-password")]
        ProhibitPassword,
        /// `forced-commands-only`.
        #[serde(rename = "forced-commands-only")]
        ForcedCommandsOnly,
    }

    /// What `permit_tunnel` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdPermitTunnel {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `point-to-point`.
        #[serde(rename = "point-to-point")]
        PointToPoint,
        /// `ethernet`.
        #[serde(rename = "ethernet")]
        Ethernet,
    }

    /// What `set_by` of [`Sshd`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SshdSetBy {
        /// Where it stands.
        pub file: String,
        /// In lower case, such as `permitrootlogin`.
        pub keyword: String,
        /// On which line.
        pub line: i64,
        /// As it is written.
        pub value: String,
    }

    /// The settings of sudo.
    ///
    /// The global Defaults of sudoers, with sudo's own where none is set. One fact where sudo is installed. The subject is
    /// `host:NAME/sudo-defaults`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SudoDefaults {
        /// A password is asked for unless a rule says otherwise.
        pub authenticate: bool,
        /// Commands begin with a clean environment.
        pub env_reset: bool,
        /// The machine's name.
        pub host: String,
        /// A log file of sudo's own; null for the system's log alone.
        pub log_file: Nullable<String>,
        /// What commands print is recorded.
        pub log_output: bool,
        /// The search path that commands get; null for the user's own.
        pub secure_path: Nullable<String>,
        /// It logs to the system's log.
        pub syslog: bool,
        /// For how long no password is asked for again, in seconds; -1 for until the next start of the machine.
        pub timestamp_timeout: i64,
        /// Commands run in a terminal of their own, so that they cannot act after sudo ends. On by default from 1.9.14.
        pub use_pty: bool,
        /// The installed version, where the package list gives it.
        pub version: Nullable<String>,
        /// A password may be typed where it is shown.
        pub visiblepw: bool,
    }

    impl Fact for SudoDefaults {
        const KIND: &'static str = "host.sudo-defaults@1";
    }

    /// A rule that lets someone act as another.
    ///
    /// One privilege of sudoers and what it includes, aliases replaced by what they stand for. A line whose parts differ in
    /// tags or in whom they run as gives several. The subject is `host:NAME/sudo/FILE:LINE` with `/N` after it for the
    /// second and further privileges of a line.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Sudo {
        /// Every command may be run, but for those that are left out.
        pub all_commands: bool,
        /// Root is among those it may run as.
        pub as_root: bool,
        /// What may be run, with arguments; `ALL` for everything; `!` before what may not.
        pub commands: Vec<String>,
        /// It is for every user.
        pub everyone: bool,
        /// Some commands are left out with `!`, which is easily got around.
        pub excluded_commands: bool,
        /// The file that the rule stands in.
        pub file: String,
        /// The groups whose members it is for, without `%`.
        pub groups: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// On which machines it holds; `ALL` for each.
        pub hosts: Vec<String>,
        /// The number of its first line.
        pub line: i64,
        /// The command may start no other.
        pub noexec: bool,
        /// No password is asked for: by the tag NOPASSWD, or by a default that switches authentication off.
        pub nopasswd: bool,
        /// As which groups the commands may run.
        pub runas_groups: Vec<String>,
        /// As whom the commands may run; `ALL` for anyone, `root` where the rule names nobody.
        pub runas_users: Vec<String>,
        /// The user may set the environment of the command.
        pub setenv: bool,
        /// Every command may be run as root.
        pub unrestricted: bool,
        /// Whom it is for: account names, `#UID`, `+NETGROUP`; `!` before one that is left out.
        pub users: Vec<String>,
    }

    impl Fact for Sudo {
        const KIND: &'static str = "host.sudo@1";
    }

    /// A setting of the running kernel.
    ///
    /// The value of one key now, and what the files under /etc/sysctl.d and the like set at the next start. A key that the
    /// kernel does not have gives no fact. The subject is `host:NAME/sysctl/KEY`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Sysctl {
        /// What the files set; null where none does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub configured: Option<Nullable<String>>,
        /// The file and line that decides; null where none does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub configured_in: Option<Nullable<String>>,
        /// The machine's name.
        pub host: String,
        /// Such as `net.ipv4.ip_forward`.
        pub key: String,
        /// The value as a number; null when it is not one.
        pub number: Nullable<i64>,
        /// The value now, white space between words made one space.
        pub value: String,
    }

    impl Fact for Sysctl {
        const KIND: &'static str = "host.sysctl@1";
    }

    /// How a machine keeps its clock right.
    ///
    /// The installed programs that set the clock from the network. One fact a machine. The subject is `host:NAME/time`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Time {
        /// Which of them the system starts, sorted.
        pub enabled: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// Which of chrony, ntp, ntpsec, openntpd and systemd-timesyncd are there, sorted.
        pub installed: Vec<String>,
        /// The servers and pools that the started ones name, sorted; empty for their defaults.
        pub servers: Vec<String>,
        /// At least one is started. In a container the clock is the machine's beneath it.
        pub synchronised: bool,
        /// The zone, such as `Etc/UTC`; null where none is set.
        pub timezone: Nullable<String>,
    }

    impl Fact for Time {
        const KIND: &'static str = "host.time@1";
    }
}

/// The kinds `identity.group@1`, `identity.user@1`.
pub mod identity {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A group of accounts.
    ///
    /// One group of a directory. The subject names the group within its directory; the scope is the directory. A scope is
    /// complete when every group of the directory was seen, empty ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Group {
        /// The directory that it belongs to: an account number, tenant or host.
        pub account: String,
        /// Whether its members can grant rights to themselves or others by it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub administrator: Option<bool>,
        /// The names of the accounts in it, those of nested groups included where the directory tells.
        pub members: Vec<String>,
        /// The name of the group.
        pub name: String,
        /// The names of the policies or roles attached to it.
        pub policies: Vec<String>,
    }

    impl Fact for Group {
        const KIND: &'static str = "identity.group@1";
    }

    /// A person's or a service's account.
    ///
    /// One account of a directory that something or someone can act as. The subject names the account within its directory,
    /// such as `aws:iam::123456789012:user/alice`; the scope is the directory, such as `aws:123456789012`. A scope is
    /// complete when every account of the directory was seen, disabled ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct User {
        /// Its long-lived keys for programs; an empty list when it has none.
        pub access_keys: Vec<UserAccessKeys>,
        /// The directory that it belongs to: an account number, tenant or host.
        pub account: String,
        /// Whether it can grant rights to itself or others, by any way that the collector knows.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub administrator: Option<bool>,
        /// Whether it can sign in with a password.
        pub console_access: bool,
        /// When it was made.
        pub created_at: String,
        /// The address of the person behind it, in lower case, as the directory gives it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub email: Option<String>,
        /// The names of the groups that it belongs to.
        pub groups: Vec<String>,
        /// Whether a person uses it, not a program; absent when the directory does not tell.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub human: Option<bool>,
        /// When it last did anything, by password, key or session; null when it never did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_active_at: Option<Nullable<String>>,
        /// Whether a second factor is enrolled and asked for.
        pub mfa_enabled: bool,
        /// The name it signs in with.
        pub name: String,
        /// When its password last opened a session; null when it never did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub password_last_used_at: Option<Nullable<String>>,
        /// What the directory asks of its password; null when it asks nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub password_policy: Option<Nullable<UserPasswordPolicy>>,
        /// The names of the policies or roles attached to it directly.
        pub policies: Vec<String>,
    }

    impl Fact for User {
        const KIND: &'static str = "identity.user@1";
    }

    /// What `access_keys` of [`User`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct UserAccessKeys {
        /// When the key was made.
        pub created_at: String,
        /// The public name of the key, never its secret.
        pub id: String,
        /// When the key was last used, where the directory tells.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_used_at: Option<String>,
        /// Whether the key opens anything.
        pub status: UserAccessKeysStatus,
    }

    /// What `status` of [`UserAccessKeys`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum UserAccessKeysStatus {
        /// `active`.
        #[serde(rename = "active")]
        Active,
        /// `inactive`.
        #[serde(rename = "inactive")]
        Inactive,
    }

    /// What `password_policy` of [`User`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct UserPasswordPolicy {
        /// After how many days it must be changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_age_days: Option<i64>,
        /// The fewest characters.
        pub min_length: i64,
        /// Whether it must hold a character that is neither letter nor digit.
        pub require_symbols: bool,
    }
}

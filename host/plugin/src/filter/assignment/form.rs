//! How a file writes its values, by where it lies. Where nothing is known of a file, [`Form::Plain`] holds.

/// How a file writes its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// `name = value`, to the end of the line when the name begins it.
    Plain,
    /// The same, with rsyslog's older `:ommysql:host,database,user,password`.
    Rsyslog,
    /// The same, with ntpd's `crypto pw password`.
    Ntp,
    /// The same, with the `Key=` of systemd's network devices.
    Netdev,
    /// The same, with `name("value")`.
    SyslogNg,
    /// The same, but fields between colons: passwd and group.
    Accounts,
    /// Options between commas: fstab and its kin.
    Mounts,
    /// A script of a shell: one word, several lines where quotes say so, and `setenv name value`.
    Shell,
    /// GRUB's commands, with its `password user password`.
    Grub,
    /// Arguments of PAM's modules, in brackets where they hold white space.
    Pam,
    /// sudoers, where a name before the first `=` is that of an alias or a host.
    Sudoers,
    /// Lines of a number, perhaps an algorithm, and a key.
    Keys,
}

impl Form {
    /// The form of the file at a path; a copy of it or of its folder has the same.
    pub(crate) fn of(path: &str) -> Self {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let lies_in = |names: &[&str]| folders.split('/').any(|folder| names.contains(&folder));
        let starts = |names: &[&str]| names.iter().any(|start| name.starts_with(start));
        let ends = |names: &[&str]| names.iter().any(|end| name.contains(end));
        if starts(&["chrony.keys", "ntp.keys"]) || (lies_in(&["ntp", "ntpsec"]) && starts(&["keys"])) {
            Self::Keys
        } else if lies_in(&["sudoers.d"]) || starts(&["sudoers"]) {
            Self::Sudoers
        } else if lies_in(&["pam.d", "authselect"]) || starts(&["pam.conf"]) {
            Self::Pam
        } else if lies_in(&["grub.d"]) || starts(&["grub.cfg", "grub.conf"]) {
            Self::Grub
        } else if lies_in(&[
            "profile.d",
            "default",
            "sysconfig",
            "init.d",
            "cron.hourly",
            "cron.daily",
            "cron.weekly",
            "cron.monthly",
        ]) || starts(&["profile", ".profile", "bash", ".bash", "zsh", ".zsh", "zprofile", "csh.", "rc.local"])
            || ends(&[".sh", ".bash", ".zsh", ".csh"])
        {
            Self::Shell
        } else if starts(&["fstab", "mtab"]) || ["mountinfo", "mounts"].contains(&name) {
            Self::Mounts
        } else if lies_in(&["syslog-ng"]) || starts(&["syslog-ng"]) {
            Self::SyslogNg
        } else if lies_in(&["rsyslog.d"]) || starts(&["rsyslog.conf"]) {
            Self::Rsyslog
        } else if starts(&["ntp.conf"]) {
            Self::Ntp
        } else if ends(&[".netdev"]) {
            Self::Netdev
        } else if starts(&["passwd", "group"]) {
            Self::Accounts
        } else {
            Self::Plain
        }
    }

    /// Whether a name that is no secret elsewhere is one here.
    pub(super) fn is_secret_here(self, name: &[u8]) -> bool {
        match self {
            Self::Mounts => name == b"username",
            Self::Netdev | Self::Pam => name.eq_ignore_ascii_case(b"key"),
            _ => false,
        }
    }

    /// Whether a name that is a secret elsewhere is none here: the directory that a shell is in.
    pub(super) fn is_known_here(self, name: &[u8]) -> bool {
        self.is_script() && name == b"PWD"
    }

    /// Whether a shell's words hold.
    pub(super) const fn is_script(self) -> bool {
        matches!(self, Self::Shell | Self::Grub)
    }

    /// Whether a value without quotes is always one word, wherever its name stands.
    pub(super) const fn is_of_words(self) -> bool {
        matches!(self, Self::Accounts | Self::Shell | Self::Grub | Self::Mounts | Self::Pam | Self::Sudoers)
    }
}

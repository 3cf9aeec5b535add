//! /proc/self/mountinfo and /etc/fstab.

/// A line of mountinfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) device: (u32, u32),
    pub(crate) root: String,
    pub(crate) target: String,
    pub(crate) fstype: String,
    pub(crate) source: String,
    /// Of the mount.
    pub(crate) options: Vec<String>,
    /// Of the file system.
    pub(crate) super_options: Vec<String>,
}

/// One line of mountinfo; `None` when it has not that form.
pub(crate) fn mount(line: &str) -> Option<Mount> {
    let (left, right) = line.split_once(" - ")?;
    let mut left = left.split(' ').skip(2);
    let (major, minor) = left.next()?.split_once(':')?;
    let (root, target, options) = (left.next()?, left.next()?, left.next()?);
    let mut right = right.split(' ');
    let (fstype, source) = (right.next()?, right.next()?);
    let list = |text: &str| text.split(',').filter(|word| !word.is_empty()).map(unescaped).collect();
    Some(Mount {
        device: (major.parse().ok()?, minor.parse().ok()?),
        root: unescaped(root),
        target: unescaped(target),
        fstype: unescaped(fstype),
        source: unescaped(source),
        options: list(options),
        super_options: list(right.next().unwrap_or_default()),
    })
}

/// Octal escapes such as `\040` become what they stand for.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escape = after.first_chunk::<3>().filter(|_| *first == b'\\');
        let value = escape.and_then(|digits| u8::from_str_radix(core::str::from_utf8(digits).ok()?, 8).ok());
        bytes.push(value.unwrap_or(*first));
        rest = if value.is_some() { after.get(3..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The targets of fstab.
pub(crate) fn fstab_targets(text: &str) -> Vec<String> {
    super::settings::lines(text).filter_map(|(_, line)| line.split_whitespace().nth(1)).map(unescaped).collect()
}

impl Mount {
    pub(crate) fn has(&self, option: &str) -> bool {
        self.options.iter().chain(&self.super_options).any(|it| it == option)
    }

    /// File systems through which the kernel shows itself; nothing is kept in them.
    pub(crate) fn is_pseudo(&self) -> bool {
        const PSEUDO: [&str; 21] = [
            "proc",
            "sysfs",
            "cgroup",
            "cgroup2",
            "devpts",
            "mqueue",
            "debugfs",
            "tracefs",
            "securityfs",
            "pstore",
            "bpf",
            "configfs",
            "fusectl",
            "hugetlbfs",
            "binfmt_misc",
            "autofs",
            "rpc_pipefs",
            "nsfs",
            "efivarfs",
            "selinuxfs",
            "fuse.gvfsd-fuse",
        ];
        PSEUDO.contains(&self.fstype.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_escapes_and_optional_fields_is_read() {
        let line =
            r"36 35 253:0 / /mnt/my\040disk rw,nosuid,nodev shared:2 master:1 - ext4 /dev/mapper/data rw,errors=remount-ro";
        let mount = mount(line).unwrap();
        assert_eq!((mount.target.as_str(), mount.device, mount.source.as_str()), ("/mnt/my disk", (253, 0), "/dev/mapper/data"));
        assert!(mount.has("nosuid") && mount.has("errors=remount-ro") && !mount.has("noexec"));
    }
}

//! passwd, shadow and group.

use std::collections::BTreeMap;

/// Entries by line, and the lines that do not have their form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lines<T> {
    /// Each with the number of its line.
    pub(crate) entries: Vec<(u64, T)>,
    /// The numbers of lines that have not their form.
    pub(crate) bad: Vec<u64>,
}

fn read<T>(text: &str, parse: impl Fn(&[&str]) -> Option<T>) -> Lines<T> {
    let mut lines = Lines { entries: Vec::new(), bad: Vec::new() };
    for (number, line) in (1..).zip(text.lines()) {
        // Lines that begin with + or - take accounts from a directory service; they are no accounts themselves.
        if line.trim().is_empty() || line.starts_with(['#', '+', '-']) {
            continue;
        }
        let fields: Vec<&str> = line.split(':').collect();
        match parse(&fields) {
            Some(entry) => lines.entries.push((number, entry)),
            None => lines.bad.push(number),
        }
    }
    lines
}

/// A line of passwd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passwd {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) full_name: Option<String>,
    pub(crate) home: String,
    pub(crate) shell: String,
}

pub(crate) fn passwd(text: &str) -> Lines<Passwd> {
    read(text, |fields| {
        let [name, password, uid, gid, gecos, home, shell] = fields else { return None };
        let full_name = gecos.split(',').next().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        Some(Passwd {
            name: named(name)?,
            password: (*password).to_owned(),
            uid: uid.parse().ok()?,
            gid: gid.parse().ok()?,
            full_name,
            home: (*home).to_owned(),
            shell: if shell.trim().is_empty() { "/bin/sh".to_owned() } else { shell.trim().to_owned() },
        })
    })
}

fn named(name: &str) -> Option<String> {
    (!name.is_empty() && !name.contains('\0')).then(|| name.to_owned())
}

impl Passwd {
    /// Whether the shell lets a person in.
    pub(crate) fn has_login_shell(&self) -> bool {
        let program = self.shell.rsplit('/').next().unwrap_or_default();
        !matches!(
            program,
            "nologin" | "false" | "true" | "sync" | "halt" | "shutdown" | "reboot" | "null" | "git-shell" | "ftponly"
        )
    }
}

/// What is known of a password without its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Password {
    /// No password is asked for.
    Empty,
    /// No password fits.
    Locked,
    /// There is one.
    Hashed,
}

/// A line of shadow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shadow {
    pub(crate) name: String,
    pub(crate) password: Password,
    pub(crate) algorithm: Option<String>,
    pub(crate) changed_day: Option<i64>,
    pub(crate) min_days: Option<i64>,
    pub(crate) max_days: Option<i64>,
    pub(crate) warn_days: Option<i64>,
    pub(crate) inactive_days: Option<i64>,
    pub(crate) expires_day: Option<i64>,
}

pub(crate) fn shadow(text: &str) -> Lines<Shadow> {
    read(text, |fields| {
        let name = named(fields.first()?)?;
        let (password, algorithm) = password(fields.get(1)?);
        // An empty or negative number stands for "not set".
        let number = |at: usize| match fields.get(at).map_or("", |field| field.trim()) {
            "" => Some(None),
            text => text.parse::<i64>().ok().map(|number| (number >= 0).then_some(number)),
        };
        Some(Shadow {
            name,
            password,
            algorithm,
            changed_day: number(2)?,
            min_days: number(3)?,
            max_days: number(4)?.filter(|days| *days < 99_999),
            warn_days: number(5)?,
            inactive_days: number(6)?,
            expires_day: number(7)?,
        })
    })
}

/// The second field, as the host's filter `shadow/1` writes it (`yescrypt`, `locked`, `locked-sha512crypt`, `empty`). Where no
/// filter ran, the hash itself is looked at no further than its prefix.
pub(crate) fn password(field: &str) -> (Password, Option<String>) {
    let algorithm = |text: &str| match text {
        "" | "*" | "!" | "x" | "*LK*" => None,
        text if text.bytes().all(|byte| byte == b'!' || byte == b'*') => None,
        text => Some(algorithm(text).to_owned()),
    };
    match field {
        "" | "empty" => (Password::Empty, None),
        "locked" => (Password::Locked, None),
        field => match field.strip_prefix("locked-").or_else(|| field.strip_prefix(['!', '*'])) {
            Some(rest) => (Password::Locked, algorithm(rest.trim_start_matches('!'))),
            None => (Password::Hashed, algorithm(field)),
        },
    }
}

fn algorithm(text: &str) -> &str {
    const PREFIXES: [(&str, &str); 11] = [
        ("$y$", "yescrypt"),
        ("$gy$", "gost-yescrypt"),
        ("$7$", "scrypt"),
        ("$6$", "sha512crypt"),
        ("$5$", "sha256crypt"),
        ("$2a$", "bcrypt"),
        ("$2b$", "bcrypt"),
        ("$2y$", "bcrypt"),
        ("$1$", "md5crypt"),
        ("$3$", "nthash"),
        ("$md5", "sunmd5"),
    ];
    if let Some((_, name)) = PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix)) {
        return name;
    }
    let is_word = text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    // Thirteen characters are a hash of the old kind, unless the filter wrote a word.
    if text.len() == 13 && text != "gost-yescrypt" {
        "descrypt"
    } else if is_word {
        text
    } else {
        "unknown"
    }
}

/// A line of group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) gid: u32,
    pub(crate) members: Vec<String>,
}

pub(crate) fn group(text: &str) -> Lines<Group> {
    read(text, |fields| {
        let [name, _, gid, members] = fields else { return None };
        let mut members: Vec<String> =
            members.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        members.sort();
        members.dedup();
        Some(Group { name: named(name)?, gid: gid.parse().ok()?, members })
    })
}

/// How often each name stands.
pub(crate) fn counted<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, i64> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_algorithm_and_state_only() {
        let check = |field: &str, state: Password, algorithm: Option<&str>| {
            assert_eq!(password(field), (state, algorithm.map(str::to_owned)), "{field}");
        };
        check("", Password::Empty, None);
        check("empty", Password::Empty, None);
        check("!", Password::Locked, None);
        check("!!", Password::Locked, None);
        check("*", Password::Locked, None);
        check("locked", Password::Locked, None);
        check("locked-sha512crypt", Password::Locked, Some("sha512crypt"));
        check("locked-gost-yescrypt", Password::Locked, Some("gost-yescrypt"));
        check("!$6$salt$hash", Password::Locked, Some("sha512crypt"));
        check("yescrypt", Password::Hashed, Some("yescrypt"));
        check("$y$j9T$salt$hash", Password::Hashed, Some("yescrypt"));
        check("$1$salt$hash", Password::Hashed, Some("md5crypt"));
        check("gost-yescrypt", Password::Hashed, Some("gost-yescrypt"));
        check("abCDefGHijKLm", Password::Hashed, Some("descrypt"));
    }

    #[test]
    fn shadow_numbers_that_are_not_set_are_none() {
        let lines = shadow("a:*:19000:0:99999:7:::\nb:!:0:1:90:7:30:20000:\nc:x:soon:::::\n# note\n");
        assert_eq!(lines.bad, [3]);
        assert_eq!(lines.entries[0].1.max_days, None);
        assert_eq!(lines.entries[1].1.max_days, Some(90));
        assert_eq!(lines.entries[1].1.changed_day, Some(0));
        assert_eq!(lines.entries[1].1.expires_day, Some(20_000));
    }

    #[test]
    fn the_filters_words_leave_the_other_fields_in_their_places() {
        let lines = shadow("a:locked-sha512crypt:19500:0:90:7:::\nb:locked:19500:0:90:7:::\n");
        assert_eq!(lines.bad, [] as [u64; 0]);
        let seen: Vec<_> =
            lines.entries.iter().map(|(_, line)| (line.password, line.algorithm.as_deref(), line.changed_day)).collect();
        assert_eq!(seen, [(Password::Locked, Some("sha512crypt"), Some(19_500)), (Password::Locked, None, Some(19_500))]);
        assert_eq!(passwd("c:locked-md5crypt:1:1::/:/bin/sh\n").entries[0].1.password, "locked-md5crypt");
    }

    #[test]
    fn a_line_of_passwd_without_seven_fields_is_named() {
        let lines = passwd("root:x:0:0:root:/root:/bin/bash\nbroken:x:1\n+@nis::::::\n\nsvc:x:999:999:A B,room 1:/srv:\n");
        assert_eq!(lines.bad, [2]);
        let svc = &lines.entries[1];
        assert_eq!((svc.0, svc.1.shell.as_str(), svc.1.full_name.as_deref()), (5, "/bin/sh", Some("A B")));
    }
}

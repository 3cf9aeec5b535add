//! `shadow/1` and `passwd/1`: a password's hash becomes the name of its algorithm (`sha512crypt`), `locked`,
//! `locked-ALGORITHM` where a hash stands behind the lock, `empty` or `unknown`. The other fields stay where they are.

/// The second field of every line becomes what it says about the password; a line of another form is emptied.
pub(crate) fn shadow(bytes: &[u8]) -> Vec<u8> {
    lines(bytes, |line| match fields(line) {
        Some((name, password, rest)) => {
            let known = state(password);
            Some([name, b":", known.as_bytes(), rest].concat())
        }
        None if line.starts_with(b"#") && !line.contains(&b'$') => Some(line.to_vec()),
        None => Some(Vec::new()),
    })
}

/// As [`shadow`], for files where the second field is mostly a placeholder: only what could be a hash is replaced.
pub(crate) fn passwd(bytes: &[u8]) -> Vec<u8> {
    lines(bytes, |line| {
        let (name, password, rest) = fields(line)?;
        let bare = password.iter().position(|byte| !matches!(byte, b'!' | b'*')).and_then(|start| password.get(start..));
        if !password.contains(&b'$') && bare.and_then(algorithm).is_none() {
            return None;
        }
        Some([name, b":", state(password).as_bytes(), rest].concat())
    })
}

fn lines(bytes: &[u8], filtered: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for whole in bytes.split_inclusive(|byte| *byte == b'\n') {
        let line = whole.strip_suffix(b"\n").unwrap_or(whole);
        match filtered(line) {
            Some(filtered) => out.extend_from_slice(&filtered),
            None => out.extend_from_slice(line),
        }
        if line.len() < whole.len() {
            out.push(b'\n');
        }
    }
    out
}

/// The name, the password, and the rest with its colon. A field after those that looks like a hash makes it no such line.
fn fields(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let first = line.iter().position(|byte| *byte == b':')?;
    let (name, after) = line.split_at_checked(first)?;
    let after = after.get(1..)?;
    let second = after.iter().position(|byte| *byte == b':').unwrap_or(after.len());
    let (password, rest) = after.split_at_checked(second)?;
    let clean = !name.contains(&b'$') && !rest.windows(2).any(|pair| matches!(pair, b":$"));
    clean.then_some((name, password, rest))
}

/// What a password field says about the password, without saying anything of the hash.
fn state(field: &[u8]) -> String {
    if field.is_empty() {
        return "empty".to_owned();
    }
    let start = field.iter().position(|byte| !matches!(byte, b'!' | b'*')).unwrap_or(field.len());
    let hash = field.get(start..).unwrap_or_default();
    match (start > 0, algorithm(hash)) {
        (false, Some(name)) => name.to_owned(),
        (false, None) if matches!(hash, b"x" | b"LK" | b"NP") => "locked".to_owned(),
        (false, None) => "unknown".to_owned(),
        // No colon: it would shift the fields behind it.
        (true, Some(name)) => format!("locked-{name}"),
        (true, None) => "locked".to_owned(),
    }
}

fn algorithm(hash: &[u8]) -> Option<&'static str> {
    const PREFIXES: &[(&[u8], &str)] = &[
        (b"$1$", "md5crypt"),
        (b"$2", "bcrypt"),
        (b"$3$", "nthash"),
        (b"$5$", "sha256crypt"),
        (b"$6$", "sha512crypt"),
        (b"$7$", "scrypt"),
        (b"$y$", "yescrypt"),
        (b"$gy$", "gost-yescrypt"),
        (b"$sha1", "sha1crypt"),
        (b"$md5", "sunmd5"),
        (b"$argon2", "argon2"),
    ];
    if let Some((_, name)) = PREFIXES.iter().find(|(prefix, _)| hash.starts_with(prefix)) {
        return Some(name);
    }
    let plain = |bytes: &[u8]| bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/'));
    match hash {
        [b'_', rest @ ..] if rest.len() == 19 && plain(rest) => Some("bsdicrypt"),
        _ if hash.len() == 13 && plain(hash) => Some("descrypt"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(field: &str, expected: &str) {
        let line = format!("alice:{field}:19000:0:99999:7:::\n");
        assert_eq!(String::from_utf8(shadow(line.as_bytes())).unwrap(), format!("alice:{expected}:19000:0:99999:7:::\n"));
    }

    #[test]
    fn a_hash_becomes_the_name_of_its_algorithm() {
        check("$6$salt$hash", "sha512crypt");
        check("$5$rounds=5000$salt$hash", "sha256crypt");
        check("$y$j9T$salt$hash", "yescrypt");
        check("$2b$12$abcdefghijklmnopqrstuu", "bcrypt");
        check("$1$salt$hash", "md5crypt");
        check("$gy$j9T$x$y", "gost-yescrypt");
        check("abJnggxhB/yWI", "descrypt");
        check("", "empty");
        check("!", "locked");
        check("*", "locked");
        check("!!", "locked");
        check("!*", "locked");
        check("!$6$salt$hash", "locked-sha512crypt");
        check("!*$y$j9T$salt$hash", "locked-yescrypt");
        check("whatever else", "unknown");
    }

    #[test]
    fn passwd_keeps_its_placeholder_and_loses_a_hash() {
        let text = b"root:x:0:0:root:/root:/bin/sh\nold:$1$a$b:1:1::/:/bin/sh\nnis:abJnggxhB/yWI:1:1::/:\n+::::::\n";
        let filtered = String::from_utf8(passwd(text)).unwrap();
        assert_eq!(filtered, "root:x:0:0:root:/root:/bin/sh\nold:md5crypt:1:1::/:/bin/sh\nnis:descrypt:1:1::/:\n+::::::\n");
    }

    #[test]
    fn a_line_of_another_form_gives_nothing_away() {
        assert_eq!(shadow(b"$6$salt$hash\nalice:1000:3:$6$a$b,$6$c$d\n"), b"\n\n");
    }

    proptest! {
        #[test]
        fn threat_2_no_hash_survives(name in "[a-z]{1,8}", salt in "[A-Za-z0-9./]{8}", hash in "[A-Za-z0-9./]{40}", lock in "[!*]{0,2}") {
            let line = format!("{name}:{lock}$6${salt}${hash}:1::::::");
            let out = String::from_utf8(shadow(line.as_bytes())).unwrap();
            prop_assert!(!out.contains(&hash) && !out.contains(&salt));
        }

        #[test]
        fn a_line_keeps_its_number_of_fields(name in "[a-z]{1,8}", field in "[^:\n$]{0,30}|[!*]{0,2}\\$(6|y|gy|2b|1)\\$[a-z]{0,20}") {
            let line = format!("{name}:{field}:19500:0:90:7:::");
            let count = |text: &str| text.split(':').count();
            prop_assert_eq!(count(&String::from_utf8(shadow(line.as_bytes())).unwrap()), count(&line));
        }

        #[test]
        fn any_bytes_keep_their_number_of_lines(bytes: Vec<u8>) {
            let count = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').count();
            prop_assert_eq!(count(&shadow(&bytes)), count(&bytes));
        }
    }
}

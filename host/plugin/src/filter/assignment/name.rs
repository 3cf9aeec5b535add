//! Which names say that their value is a secret: by their last words.

/// Endings of the last word that say so by themselves: `PGPASSWORD`, `authtoken`, `bindpw`.
const ENDINGS: &[&str] = &[
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "passcode",
    "pass",
    "pwd",
    "pw",
    "secret",
    "secrets",
    "token",
    "credential",
    "credentials",
    "authtok",
    "psk",
    "community",
];

/// What, before `key`, makes it a secret: `AWS_SECRET_ACCESS_KEY`, `apikey`, `PrivateKey`. Not `host`, `public`, `gpg`.
const KEYS: &[&str] = &[
    "api",
    "access",
    "account",
    "auth",
    "decryption",
    "encryption",
    "master",
    "preshared",
    "private",
    "secret",
    "session",
    "shared",
    "signing",
];

/// Words that only end like those: ways around something, the directory that a shell was in, and systemd's names of what is
/// passed on.
const OTHERS: &[&str] = &["bypass", "compass", "oldpwd"];
const PASSED_ON: &[&[u8]] = &[b"AssertCredential", b"ConditionCredential", b"ImportCredential", b"LoadCredential"];

/// Whether a value of this name is a secret.
pub(super) fn is_secret(name: &[u8]) -> bool {
    if PASSED_ON.contains(&name) {
        return false;
    }
    let words = words(name);
    let mut from_the_end = words.iter().rev().map(String::as_str);
    let last = from_the_end.next().unwrap_or_default();
    let (last, before) = match last {
        // `secret_key_base`, `client-key-data`, `password_hash` are secrets like what they are made of.
        "base" | "data" | "hash" => (from_the_end.next().unwrap_or_default(), from_the_end.next()),
        _ => (last, from_the_end.next()),
    };
    if let Some(of_what) = last.strip_suffix("key") {
        let of_what = if of_what.is_empty() { before.unwrap_or_default() } else { of_what };
        return KEYS.iter().any(|key| of_what.ends_with(key))
            || (words.last().is_some_and(|it| it == "data") && of_what == "client");
    }
    ENDINGS.iter().any(|ending| last.ends_with(ending)) && !OTHERS.contains(&last)
}

/// The words of a name in lower case, without the digits that number them; it is split at what is no letter and where the
/// case says so.
fn words(name: &[u8]) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, byte) in name.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| name.get(at));
        let after = name.get(at + 1);
        let starts = byte.is_ascii_uppercase()
            && before.is_some_and(|it| {
                it.is_ascii_lowercase() || (it.is_ascii_uppercase() && after.is_some_and(u8::is_ascii_lowercase))
            });
        if starts || !byte.is_ascii_alphabetic() {
            words.extend((!word.is_empty()).then(|| core::mem::take(&mut word)));
        }
        if byte.is_ascii_alphabetic() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_by_its_last_words_that_it_holds_a_secret() {
        for name in [
            "password",
            "PGPASSWORD",
            "db.password",
            "DB_PASSWORD_2",
            "--admin-password",
            "smtpPassword",
            "DBPassword",
            "passwd",
            "pwd",
            "MYSQL_PWD",
            "pass",
            "SSHPASS",
            "passphrase",
            "bindpw",
            "client_secret",
            "SECRET_KEY_BASE",
            "GITHUB_TOKEN",
            "authToken",
            "apikey",
            "api_key",
            "X-API-Key",
            "AWS_SECRET_ACCESS_KEY",
            "AccountKey",
            "PrivateKey",
            "PresharedKey",
            "auth-key",
            "encryption_key",
            "signingKey",
            "credentials",
            "SetCredential",
            "community",
            "psk",
            "client-key-data",
            "password_hash",
        ] {
            assert!(is_secret(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn other_names_do_not() {
        for name in [
            "",
            "PASS_MAX_DAYS",
            "PasswordAuthentication",
            "passwd_tries",
            "passprompt",
            "token-timeout",
            "password-echo",
            "keyfile",
            "gpgkey",
            "sslclientkey",
            "HostKey",
            "key",
            "public_key",
            "TrustedUserCAKeys",
            "authtok_type",
            "secretfile",
            "bypass",
            "OLDPWD",
            "use_first_pass_x",
            "ImportCredential",
            "LoadCredential",
            "tls.keyFile",
            "AuthorizedKeysFile",
            "minlen",
            "KEYMAP",
            "monkey",
            "tcp_fastopen_key",
            "hash",
            "database",
            "metadata",
            "PASSWORD_FILE",
        ] {
            assert!(!is_secret(name.as_bytes()), "{name}");
        }
    }
}

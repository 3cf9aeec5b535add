//! What sshd does where its configuration says nothing, by version, from OpenSSH's release notes.

/// A version of OpenSSH: major and minor.
pub(crate) type Version = (u32, u32);

/// The newest version whose defaults stand here.
const NEWEST: Version = (10, 0);

/// The defaults that changed between versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Defaults {
    pub(crate) permit_root_login: &'static str,
    pub(crate) ciphers: Vec<&'static str>,
    pub(crate) macs: Vec<&'static str>,
    pub(crate) kex: Vec<&'static str>,
    /// Protocol 1 can still be switched on.
    pub(crate) has_protocol_1: bool,
}

const MACS: [&str; 10] = [
    "umac-64-etm@openssh.com",
    "umac-128-etm@openssh.com",
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha1-etm@openssh.com",
    "umac-64@openssh.com",
    "umac-128@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
];
const CTR: [&str; 3] = ["aes128-ctr", "aes192-ctr", "aes256-ctr"];
const GCM: [&str; 2] = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"];
const NIST: [&str; 3] = ["ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521"];

impl Defaults {
    /// The defaults of a version; those of the newest known where the version is not known.
    pub(crate) fn of(version: Option<Version>) -> Self {
        let version = version.unwrap_or(NEWEST);
        Self {
            permit_root_login: if version >= (7, 0) { "prohibit-password" } else { "yes" },
            ciphers: ciphers(version),
            macs: MACS.to_vec(),
            kex: kex(version),
            has_protocol_1: version < (7, 4),
        }
    }
}

fn ciphers(version: Version) -> Vec<&'static str> {
    let mut ciphers = vec!["chacha20-poly1305@openssh.com"];
    // 10.0 prefers AES-GCM to AES-CTR; 6.7 took CBC and arcfour out.
    if version >= (10, 0) {
        ciphers.extend(GCM);
        ciphers.extend(CTR);
    } else if version >= (6, 7) {
        ciphers.extend(CTR);
        ciphers.extend(GCM);
    } else {
        ciphers = CTR.to_vec();
        ciphers.extend(["arcfour256", "arcfour128"]);
        ciphers.extend(GCM);
        ciphers.push("chacha20-poly1305@openssh.com");
        ciphers.extend(["aes128-cbc", "3des-cbc", "blowfish-cbc", "cast128-cbc", "aes192-cbc", "aes256-cbc", "arcfour"]);
    }
    ciphers
}

fn kex(version: Version) -> Vec<&'static str> {
    let mut kex = Vec::new();
    if version >= (10, 0) {
        kex.push("mlkem768x25519-sha256");
    }
    if version >= (9, 9) {
        kex.push("sntrup761x25519-sha512");
    }
    if version >= (9, 0) {
        kex.push("sntrup761x25519-sha512@openssh.com");
    }
    if version == (9, 9) {
        kex.push("mlkem768x25519-sha256");
    }
    if version >= (7, 4) {
        kex.push("curve25519-sha256");
    }
    kex.push("curve25519-sha256@libssh.org");
    kex.extend(NIST);
    // 10.0 takes finite-field Diffie-Hellman out of the server's default; 8.2 took out group14-sha1.
    if version < (10, 0) {
        kex.push("diffie-hellman-group-exchange-sha256");
        if version >= (7, 3) {
            kex.extend(["diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha256"]);
        }
        if version < (8, 2) {
            kex.push("diffie-hellman-group14-sha1");
        }
        if version < (6, 7) {
            kex.extend(["diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1"]);
        }
    }
    kex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_offer_what_new_ones_do_not() {
        assert!(Defaults::of(Some((7, 9))).kex.contains(&"diffie-hellman-group14-sha1"));
        assert!(!Defaults::of(Some((9, 2))).kex.contains(&"diffie-hellman-group14-sha1"));
        assert!(Defaults::of(Some((6, 6))).ciphers.contains(&"arcfour"));
        assert_eq!(Defaults::of(Some((6, 6))).permit_root_login, "yes");
        assert_eq!(Defaults::of(None), Defaults::of(Some(NEWEST)));
        assert_eq!(Defaults::of(Some((10, 0))).kex[0], "mlkem768x25519-sha256");
    }
}

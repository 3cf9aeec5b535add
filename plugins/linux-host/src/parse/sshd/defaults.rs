//! What sshd does where its configuration says nothing, by version.
//!
//! The lists are those that real servers say with `sshd -T` on an empty configuration: of 7.2p2, 7.6p1, 8.2p1, 8.4p1, 8.9p1,
//! 9.2p1, 9.6p1, 10.0p1, 10.2p1 and 10.6p1, as Debian and Ubuntu build them (`tests/fixtures/sshd`, against which a test holds
//! them). Between those, the release notes say in which version a list changed. Of versions before and after, the lists are
//! not known.

/// A version of OpenSSH: major and minor.
pub(crate) type Version = (u32, u32);

/// The versions whose lists stand here.
const KNOWN: core::ops::RangeInclusive<Version> = (7, 2)..=(10, 6);

/// The defaults that changed between versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Defaults {
    pub(crate) permit_root_login: &'static str,
    /// `None` where the version is not known, or its lists are not.
    pub(crate) lists: Option<Lists>,
    pub(crate) host_keys: Vec<&'static str>,
    /// Protocol 1 can still be switched on.
    pub(crate) has_protocol_1: bool,
    /// `ChallengeResponseAuthentication` is but an older name of `KbdInteractiveAuthentication`, as it is from 8.7 on; before,
    /// either switches questions on, and the older is on by itself.
    pub(crate) has_one_question: Option<bool>,
    /// Seconds are counted as before 8.4.
    pub(crate) counts_as_before_8_4: bool,
}

/// The algorithms that a version offers by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lists {
    pub(crate) ciphers: Vec<&'static str>,
    pub(crate) macs: Vec<&'static str>,
    pub(crate) kex: Vec<&'static str>,
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
    /// The defaults of a version, in a package of a version; where they are not known, those that every version from 7.0 on
    /// has, and no lists.
    pub(crate) fn of(version: Option<Version>, package: Option<&str>) -> Self {
        let is_before = |other: Version| version.is_some_and(|version| version < other);
        let known = version.filter(|version| KNOWN.contains(version));
        let mut host_keys = vec!["/etc/ssh/ssh_host_rsa_key"];
        host_keys.extend(is_before((7, 4)).then_some("/etc/ssh/ssh_host_dsa_key"));
        host_keys.extend(["/etc/ssh/ssh_host_ecdsa_key", "/etc/ssh/ssh_host_ed25519_key"]);
        host_keys.extend((version >= Some((10, 6))).then_some("/etc/ssh/ssh_host_mldsa44_ed25519_key"));
        Self {
            permit_root_login: if is_before((7, 0)) { "yes" } else { "prohibit-password" },
            lists: known.map(|version| Lists {
                ciphers: ciphers(version),
                macs: MACS.to_vec(),
                kex: kex(version, package.is_some_and(has_alias)),
            }),
            host_keys,
            // A server that may be that old is believed what it is told.
            has_protocol_1: version.is_none_or(|version| version < (7, 4)),
            has_one_question: version.map(|version| version >= (8, 7)),
            counts_as_before_8_4: is_before((8, 4)),
        }
    }
}

/// 10.0 prefers AES-GCM to AES-CTR.
fn ciphers(version: Version) -> Vec<&'static str> {
    let mut ciphers = vec!["chacha20-poly1305@openssh.com"];
    if version >= (10, 0) {
        ciphers.extend(GCM);
        ciphers.extend(CTR);
    } else {
        ciphers.extend(CTR);
        ciphers.extend(GCM);
    }
    ciphers
}

/// Whether Debian gave its 9.2 the key exchange `sntrup761x25519-sha512` of 9.9 by its new name too: from 12.10 on.
fn has_alias(package: &str) -> bool {
    let update = package.strip_prefix("1:9.2p1-2+deb12u").and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    update.and_then(|number| number.parse::<u32>().ok()).is_some_and(|number| number >= 4)
}

fn kex(version: Version, has_alias: bool) -> Vec<&'static str> {
    let mut kex = Vec::new();
    if version >= (10, 0) {
        kex.push("mlkem768x25519-sha256");
    }
    if version >= (9, 9) || has_alias {
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
    if version == (8, 9) {
        kex.push("sntrup761x25519-sha512@openssh.com");
    }
    // 10.0 takes finite-field Diffie-Hellman out of the server's default; 8.2 took out group14-sha1.
    if version < (10, 0) {
        kex.push("diffie-hellman-group-exchange-sha256");
        if version >= (7, 3) {
            kex.extend(["diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha256"]);
        }
        if version < (8, 2) {
            kex.push("diffie-hellman-group14-sha1");
        }
    }
    kex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_offer_what_new_ones_do_not() {
        let kex = |version, package| Defaults::of(Some(version), package).lists.unwrap().kex;
        assert!(kex((7, 9), None).contains(&"diffie-hellman-group14-sha1"));
        assert!(!kex((9, 2), None).contains(&"diffie-hellman-group14-sha1"));
        assert_eq!(kex((9, 9), None)[2], "mlkem768x25519-sha256");
        assert_eq!(kex((9, 2), Some("1:9.2p1-2+deb12u3"))[0], "sntrup761x25519-sha512@openssh.com");
        assert_eq!(kex((9, 2), Some("1:9.2p1-2+deb12u10"))[0], "sntrup761x25519-sha512");
    }

    #[test]
    fn what_is_not_known_of_a_version_is_not_made_up() {
        for version in [None, Some((6, 6)), Some((7, 1)), Some((10, 7)), Some((11, 0))] {
            assert_eq!(Defaults::of(version, None).lists, None, "{version:?}");
        }
        assert_eq!(Defaults::of(Some((6, 6)), None).permit_root_login, "yes");
        assert!(Defaults::of(None, None).has_protocol_1 && !Defaults::of(Some((7, 4)), None).has_protocol_1);
    }
}

//! Filters: what the host takes out of an answer before the guest and the transcript see it.
//!
//! Takes bytes and gives bytes with the names of the filters that ran. A filter is versioned: what `shadow/1` does never
//! changes. Those for known secrets are forced, whatever a manifest says.

pub(crate) mod assignment;
pub(crate) mod aws;
pub(crate) mod environment;
pub(crate) mod json;
pub(crate) mod key;
pub(crate) mod secret;
pub(crate) mod shadow;
pub(crate) mod uri;

use smol_str::SmolStr;

/// The filters that a manifest can name for files.
pub(crate) const KNOWN: &[&str] = &[SHADOW, PASSWD, PRIVATE_KEY, URI_CREDENTIAL, ASSIGNMENT];

pub(crate) const SHADOW: &str = "shadow/1";
pub(crate) const PASSWD: &str = "passwd/1";
/// A secret of the operator that came back in an answer; it always runs.
pub(crate) const CREDENTIAL: &str = "credential/1";
/// Keys in the answer to a request that was signed; it always runs.
pub(crate) const AWS_KEYS: &str = "aws-keys/1";
/// Values of environment variables in the answer to a request that was signed; it always runs.
pub(crate) const AWS_ENVIRONMENT: &str = "aws-environment/1";
pub(crate) const PRIVATE_KEY: &str = "private-key/1";
pub(crate) const URI_CREDENTIAL: &str = "uri-credential/1";
pub(crate) const ASSIGNMENT: &str = "assignment/1";

/// Files whose name another name of the same file must not get around: their filters follow the file itself.
pub(crate) const KNOWN_SECRETS: &[&str] = &[
    "/etc/shadow",
    "/etc/shadow-",
    "/etc/gshadow",
    "/etc/gshadow-",
    "/etc/passwd",
    "/etc/passwd-",
    "/etc/group",
    "/etc/group-",
    "/etc/apt/auth.conf",
    "/etc/apt/sources.list",
    "/etc/dnf/dnf.conf",
    "/etc/yum.conf",
    "/etc/chrony/chrony.keys",
    "/etc/chrony.keys",
    "/etc/ntp.keys",
    "/etc/ntp/keys",
];

/// The filter that a path forces: by its last part, so that a copy or a recorded tree is no way around it.
pub(crate) fn forced(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is = |stem: &str| {
        name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.', '~', '+', '_', '%']))
    };
    if is("shadow") || is("gshadow") || is("opasswd") || is(".shadow") {
        Some(SHADOW)
    } else if is("passwd") || is("group") || is("master.passwd") {
        Some(PASSWD)
    } else {
        None
    }
}

/// How a path that configures where packages come from may hold credentials beside those in addresses, wherever a copy of it
/// or of its folder lies.
fn sources(path: &str) -> Option<uri::Form> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lies_in = |names: &[&str]| folders.split('/').any(|folder| names.contains(&folder));
    if lies_in(&["auth.conf.d"]) || (lies_in(&["apt"]) && name.starts_with("auth.conf")) {
        Some(uri::Form::Logins)
    } else if lies_in(&["dnf", "yum", "yum.repos.d"])
        || name.contains(".repo")
        || ["dnf.conf", "yum.conf"].iter().any(|start| name.starts_with(start))
    {
        Some(uri::Form::Settings)
    } else if lies_in(&["apt", "sources.list.d"]) || name.starts_with("sources.list") {
        Some(uri::Form::Addresses)
    } else {
        None
    }
}

/// Runs the filters that are wanted, those that the paths force, and those that every file gets: for private keys, for
/// addresses, and for values whose names say that they are secrets.
pub(crate) fn file(bytes: Vec<u8>, wanted: &[SmolStr], paths: &[&str]) -> (Vec<u8>, Vec<SmolStr>) {
    let mut ran = Vec::new();
    let mut bytes = bytes;
    let runs = |filter: &str| wanted.iter().any(|name| name == filter) || paths.iter().any(|path| forced(path) == Some(filter));
    if runs(SHADOW) {
        bytes = shadow::shadow(&bytes);
        ran.push(SmolStr::new_static(SHADOW));
    } else if runs(PASSWD) {
        bytes = shadow::passwd(&bytes);
        ran.push(SmolStr::new_static(PASSWD));
    }
    if let Some(filtered) = key::without_private_keys(&bytes) {
        bytes = filtered;
        ran.push(SmolStr::new_static(PRIVATE_KEY));
    }
    let sources = paths.iter().map(|path| sources(path)).max().flatten().unwrap_or(uri::Form::Addresses);
    if let Some(filtered) = uri::without_credentials(&bytes, sources) {
        bytes = filtered;
        ran.push(SmolStr::new_static(URI_CREDENTIAL));
    }
    let form = paths.iter().map(|path| assignment::Form::of(path)).max().unwrap_or(assignment::Form::Plain);
    if let Some(filtered) = assignment::without_secrets(&bytes, form) {
        bytes = filtered;
        ran.push(SmolStr::new_static(ASSIGNMENT));
    }
    (bytes, ran)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_2_known_secrets_are_filtered_whatever_the_manifest_says() {
        for path in
            ["/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/backup/etc/shadow.bak", "/etc/security/opasswd"]
        {
            assert_eq!(forced(path), Some(SHADOW), "{path}");
        }
        assert_eq!(forced("/etc/passwd-"), Some(PASSWD));
        assert_eq!(forced("/etc/login.defs"), None);
        let (bytes, ran) = file(b"root:$6$salt$hash:1:\n".to_vec(), &[], &["/etc/shadow"]);
        assert_eq!((bytes.as_slice(), ran.as_slice()), (b"root:sha512crypt:1:\n".as_slice(), [SmolStr::from(SHADOW)].as_slice()));
    }
    #[track_caller]
    fn hides_the_canary(path: &str, text: &str, filter: &str) {
        let (bytes, ran) = file(text.as_bytes().to_vec(), &[], &[path]);
        assert!(!String::from_utf8(bytes).unwrap().contains("CANARY"), "{path}");
        assert!(ran.iter().any(|name| name == filter), "{path}: {ran:?}");
    }

    #[test]
    fn threat_2_credentials_of_package_sources_are_filtered_whatever_the_manifest_says() {
        const ADDRESS: &str = "x https://me:CANARY@host.example/ y\n";
        for path in [
            "/etc/apt/sources.list",
            "/etc/apt/sources.list.d/x.sources",
            "/etc/apt/apt.conf.d/99proxy",
            "/etc/yum.repos.d/x.repo",
            "/etc/yum.conf",
            "/etc/dnf/dnf.conf",
            "/etc/dnf/vars/x",
            "/backup/x.repo.rpmsave",
            "/backup/sources.list.old",
            "/etc/profile",
            "/etc/cron.d/fetch",
        ] {
            hides_the_canary(path, ADDRESS, URI_CREDENTIAL);
        }
        hides_the_canary("/etc/yum.repos.d/x.repo", "[r]\nusername=CANARY\n", URI_CREDENTIAL);
        for path in ["/etc/apt/auth.conf", "/etc/apt/auth.conf.d/x.conf", "/mnt/etc/apt/auth.conf~", "/copy/auth.conf.d/x"] {
            hides_the_canary(path, "machine host login me password CANARY\n", URI_CREDENTIAL);
        }
    }

    #[test]
    fn threat_2_assigned_secrets_are_filtered_whatever_the_manifest_says() {
        for path in ["/etc/environment", "/etc/profile.d/group.sh", "/etc/pam.d/passwd", "/etc/rsyslog.d/x.conf", "/proc/self/x"]
        {
            hides_the_canary(path, "A_TOKEN=CANARY\n", ASSIGNMENT);
            let wanted = [PASSWD, SHADOW, URI_CREDENTIAL].map(SmolStr::from);
            let (bytes, _) = file(b"A_TOKEN=CANARY\n".to_vec(), &wanted, &[path]);
            assert!(!String::from_utf8(bytes).unwrap().contains("CANARY"), "{path}");
        }
    }

    #[test]
    fn recorded_machines_have_one_secret_to_hide_and_lose_nothing_else() {
        let mut changed = Vec::new();
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/trees"))];
        let mut count = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_symlink() || path.is_dir() {
                    folders.extend((!path.is_symlink()).then_some(path));
                    continue;
                }
                let name = path.display().to_string();
                let (_, ran) = file(std::fs::read(&path).unwrap(), &[], &[&name]);
                let ran = ran.into_iter().filter(|filter| [URI_CREDENTIAL, ASSIGNMENT].contains(&filter.as_str()));
                changed.extend(ran.map(|filter| format!("{filter} {}", name.rsplit('/').next().unwrap_or_default())));
                count += 1;
            }
        }
        assert!(count > 150, "{count}");
        assert_eq!(changed, ["uri-credential/1 vendor.list"]);
    }

    #[test]
    fn of_an_account_only_what_is_secret_goes() {
        let text = b"root:x:0:0:root,Token=abc,1:/root:/bin/sh\n".to_vec();
        let (bytes, _) = file(text, &[], &["/etc/passwd"]);
        assert_eq!(String::from_utf8(bytes).unwrap(), "root:x:0:0:root,Token=***,1:/root:/bin/sh\n");
    }
}

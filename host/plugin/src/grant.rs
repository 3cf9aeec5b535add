//! What the operator allows, and what of a plugin's request is not allowed.
//!
//! Takes resolved configuration and a manifest and gives answers to "may it?". Holds no secret: only where one is found.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use model::CollectorName;
use smol_str::{SmolStr, format_smolstr};

use crate::address::Network;
use crate::aws::AwsGrant;
use crate::manifest::{Asked, CredentialRequest, Manifest};
use crate::pattern::{HostPattern, PathPattern, PatternError};

/// What the operator allows one collector. Nothing is allowed by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// Paths that may be read.
    pub files: Vec<PathPattern>,
    /// Hosts that requests may go to.
    pub hosts: Vec<HostPattern>,
    /// Addresses that are not public and may be dialled all the same.
    pub networks: Vec<Network>,
    /// Hosts for which `http://` is allowed; without a port, port 80.
    pub plain_http: Vec<HostPattern>,
    /// Credentials by the name that the plugin knows them by.
    pub credentials: BTreeMap<SmolStr, CredentialGrant>,
}

impl Grant {
    /// Parses the lists of an `engine.toml`.
    ///
    /// # Errors
    /// Every [`PatternError`], in order.
    pub fn parse(
        files: &[String],
        hosts: &[String],
        networks: &[String],
        plain_http: &[String],
    ) -> Result<Self, Vec<PatternError>> {
        let mut errors = Vec::new();
        let grant = Self {
            files: parse_all(files, &mut errors),
            hosts: parse_all(hosts, &mut errors),
            networks: parse_all(networks, &mut errors),
            plain_http: parse_all(plain_http, &mut errors),
            credentials: BTreeMap::new(),
        };
        if errors.is_empty() { Ok(grant) } else { Err(errors) }
    }
}

fn parse_all<T: core::str::FromStr<Err = PatternError>>(texts: &[String], errors: &mut Vec<PatternError>) -> Vec<T> {
    let mut parsed = Vec::new();
    for text in texts {
        match text.parse() {
            Ok(value) => parsed.push(value),
            Err(error) => errors.push(error),
        }
    }
    parsed
}

/// A credential, bound to the hosts that may ever receive it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialGrant {
    /// The only hosts to which it is sent.
    pub hosts: Vec<HostPattern>,
    /// How it is added to a request, and where it is found.
    pub kind: CredentialKind,
}

impl CredentialGrant {
    /// Whether a host, as a parsed URL spells it, may receive it.
    pub fn is_bound_to(&self, host: &str, port: Option<u16>) -> bool {
        self.hosts.iter().any(|bound| bound.matches_name(host) && (bound.port().is_none() || bound.port() == port))
    }

    /// Where its roles would be taken on, when that is not among its hosts: as `hosts` would name it.
    pub fn unbound_sts(&self) -> Option<String> {
        let CredentialKind::Aws(aws) = &self.kind else { return None };
        let url = url::Url::parse(aws.sts.as_str()).ok()?;
        let host = url.host_str()?;
        let is_needed = !aws.roles.is_empty() && !self.is_bound_to(host, url.port_or_known_default());
        is_needed.then(|| url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }
}

/// How a credential is added to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialKind {
    /// `Authorization: Bearer SECRET`.
    Bearer {
        /// The secret.
        source: CredentialSource,
    },
    /// `Authorization: Basic …` with this user and the secret as the password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        source: CredentialSource,
    },
    /// A header of its own that holds the secret.
    Header {
        /// The header's name.
        name: String,
        /// The secret.
        source: CredentialSource,
    },
    /// A signature of the whole request, version 4, that is made when it is sent.
    Aws(Arc<AwsGrant>),
}

/// Where a secret is found. The secret itself is read only when a request needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialSource {
    /// An environment variable.
    Env(String),
    /// A file; white space at its end does not belong to the secret.
    File(PathBuf),
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(variable) => write!(f, "the environment variable `{}`", variable.escape_debug()),
            Self::File(path) => write!(f, "the file `{}`", path.display()),
        }
    }
}

/// Something that a plugin asks for and the operator did not grant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Denied {
    /// What is asked for: a path pattern, a host, or the name of a credential.
    pub asked: SmolStr,
    /// Why, as the plugin says.
    pub why: String,
    /// The section of `engine.toml` that would allow it.
    pub section: SmolStr,
    /// The exact line to have there.
    pub line: String,
}

/// What the plugin asks for with this configuration and the grant does not allow, in the order of the manifest.
///
/// A pattern counts as granted when a granted pattern is equal to it or plainly wider; a narrower grant is listed, since
/// a part of what is asked will be denied.
pub fn denials(manifest: &Manifest, config: &serde_json::Value, collector: &CollectorName, grant: &Grant) -> Vec<Denied> {
    let asked = Asked::of(manifest, config);
    let mut denied = Vec::new();
    for file in &asked.files {
        if !grant.files.iter().any(|granted| covers(granted, &file.path)) {
            denied.push(in_list(collector, "files", file.path.as_str(), &file.why));
        }
    }
    for http in &asked.http {
        if !grant.hosts.iter().any(|granted| granted == &http.host || granted.matches_name(http.host.as_str())) {
            denied.push(in_list(collector, "hosts", http.host.as_str(), &http.why));
        }
    }
    for credential in &manifest.credentials {
        if !grant.credentials.contains_key(&credential.name) {
            denied.push(Denied {
                asked: credential.name.clone(),
                why: credential.why.clone(),
                section: format_smolstr!("collector.{collector}.grant.credentials.{}", credential.name),
                line: line_of(credential, &asked),
            });
        }
    }
    denied
}

/// A credential bound to the hosts that it is asked for.
fn line_of(credential: &CredentialRequest, asked: &Asked) -> String {
    let used = asked.http.iter().filter(|http| http.request.credential.as_ref() == Some(&credential.name));
    let hosts: BTreeSet<String> = used.map(|http| format!("\"{}\"", http.host)).collect();
    let hosts = if hosts.is_empty() { "\"…\"".to_owned() } else { hosts.into_iter().collect::<Vec<_>>().join(", ") };
    // Keys of AWS are in the variables that every tool reads, unless something else is said.
    let (kind, source) = match credential.kind.as_deref() {
        Some("aws") => ("aws", ""),
        Some(kind) => (kind, ", env = \"…\""),
        None => ("bearer", ", env = \"…\""),
    };
    format!("kind = \"{kind}\", hosts = [{hosts}]{source}")
}

fn in_list(collector: &CollectorName, list: &str, asked: &str, why: &str) -> Denied {
    Denied {
        asked: asked.into(),
        why: why.to_owned(),
        section: format_smolstr!("collector.{collector}.grant"),
        line: format!("{list} = [\"{asked}\"]"),
    }
}

/// Whether every path of `asked` is plainly one of `granted`: equal, or a `/**` above it. `/proc` and `/sys` only equal.
fn covers(granted: &PathPattern, asked: &PathPattern) -> bool {
    if granted == asked {
        return true;
    }
    let special = |path: &str| ["/proc", "/sys"].iter().any(|top| path == *top || path.starts_with(&format!("{top}/")));
    if special(asked.as_str()) {
        return false;
    }
    if asked.is_exact() {
        return granted.matches(asked.as_str());
    }
    granted.as_str().strip_suffix("**").is_some_and(|above| {
        !above.contains('*') && (asked.as_str().starts_with(above) || asked.as_str() == above.trim_end_matches('/'))
    })
}

/// The sentence of a denial that names the line to add.
pub(crate) fn how_to_grant(collector: &CollectorName, list: &str, asked: &str) -> String {
    how_to_grant_all(collector, list, &[asked.to_owned()])
}

/// The sentence of a denial that names every line to add.
pub(crate) fn how_to_grant_all(collector: &CollectorName, list: &str, asked: &[String]) -> String {
    let lines: Vec<String> = asked.iter().map(|line| format!("`\"{line}\"`")).collect();
    let lines = match lines.as_slice() {
        [all @ .., end] if !all.is_empty() => format!("{} and {end}", all.join(", ")),
        _ => lines.concat(),
    };
    format!("add {lines} to `{list}` of `[collector.{collector}.grant]`")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
name = "test"
version = "0.1.0"
description = "A test."
engine = "*"
wit = "0.1.0"
kinds = ["host.os@1"]
[[files]]
path = "/etc/ssh/**"
why = "settings"
[[files]]
path = "/proc/sys/kernel/ostype"
why = "the kernel"
[[http]]
host = "api.example.com"
methods = ["GET"]
paths = ["/**"]
why = "lists"
credential = "api"
[[credential]]
name = "api"
why = "to sign in"
"#;

    #[track_caller]
    fn check(files: &[&str], hosts: &[&str], expected: &[&str]) {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let grant = Grant::parse(&list(files), &list(hosts), &[], &[]).unwrap();
        let manifest = Manifest::parse(MANIFEST).unwrap();
        let denied = denials(&manifest, &serde_json::Value::Null, &"test".parse().unwrap(), &grant);
        let lines: Vec<_> = denied.iter().map(|denied| denied.line.as_str()).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn threat_27_what_is_asked_and_not_granted_is_listed_with_the_line_to_add() {
        const CREDENTIAL: &str = "kind = \"bearer\", hosts = [\"api.example.com\"], env = \"…\"";
        let (ssh, proc, host) =
            ("files = [\"/etc/ssh/**\"]", "files = [\"/proc/sys/kernel/ostype\"]", "hosts = [\"api.example.com\"]");
        check(&[], &[], &[ssh, proc, host, CREDENTIAL]);
        check(&["/etc/**"], &["*.example.com"], &[proc, CREDENTIAL]);
        check(&["/**"], &["api.example.com"], &[proc, CREDENTIAL]);
        check(&["/etc/ssh/*", "/proc/sys/kernel/ostype"], &["example.com"], &[ssh, host, CREDENTIAL]);
    }

    #[test]
    fn a_credential_that_is_asked_for_as_one_of_aws_is_denied_with_a_line_that_grants_one() {
        let manifest = Manifest::parse(&format!("{MANIFEST}kind = \"aws\"\n")).unwrap();
        let denied = denials(&manifest, &serde_json::Value::Null, &"test".parse().unwrap(), &Grant::default());
        let last = denied.last().unwrap();
        assert_eq!(last.section, "collector.test.grant.credentials.api");
        assert_eq!(last.line, "kind = \"aws\", hosts = [\"api.example.com\"]");
    }

    #[test]
    fn every_wrong_pattern_of_a_grant_is_listed() {
        let list = |text: &str| vec![text.to_owned()];
        assert_eq!(Grant::parse(&list("etc"), &list("*.com"), &list("10.0.0.0/99"), &list("a b")).unwrap_err().len(), 4);
    }
}

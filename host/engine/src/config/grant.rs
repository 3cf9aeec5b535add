//! What a collector may reach and take, from how it is written to what the host holds it to.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use model::CollectorName;
use plugin::{CredentialGrant, CredentialKind, CredentialSource, Grant, Limits};
use smol_str::SmolStr;
use toml::Spanned;

use super::file::{CredentialFile, GrantFile};
use super::problem::Problems;

pub(super) fn grant_of(name: &CollectorName, written: &GrantFile, folder: &Path, problems: &mut Problems<'_>) -> Grant {
    let credentials = written.credentials.iter().filter_map(|(credential, it)| {
        let grant = credential_of(name, credential, it, folder, problems)?;
        Some((SmolStr::new(credential.get_ref()), grant))
    });
    let credentials = credentials.collect();
    Grant {
        files: parsed(&written.files, problems),
        hosts: parsed(&written.hosts, problems),
        networks: parsed(&written.networks, problems),
        plain_http: parsed(&written.plain_http, problems),
        credentials,
    }
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(items: &[Spanned<String>], problems: &mut Problems<'_>) -> Vec<T> {
    items.iter().filter_map(|it| problems.keep(it.span(), it.get_ref().parse())).collect()
}

fn credential_of(
    collector: &CollectorName,
    name: &Spanned<String>,
    written: &CredentialFile,
    folder: &Path,
    problems: &mut Problems<'_>,
) -> Option<CredentialGrant> {
    let place = format!("collector.{collector}.grant.credentials.{}", name.get_ref());
    let source = match (&written.env, &written.file) {
        (Some(variable), None) => Some(CredentialSource::Env(variable.clone())),
        (None, Some(file)) => Some(CredentialSource::File(folder.join(file))),
        _ => {
            problems.add(
                name.span(),
                format!("`{place}` does not say where the secret is"),
                "give one of `env = \"VARIABLE\"` and `file = \"PATH\"`",
            );
            None
        }
    };
    let kind = match (written.kind.get_ref().as_str(), &written.user, &written.name) {
        ("bearer", None, None) => Some(CredentialKind::Bearer),
        ("basic", Some(user), None) => Some(CredentialKind::Basic { user: user.clone() }),
        ("header", None, Some(header)) => Some(CredentialKind::Header { name: header.clone() }),
        _ => {
            let help = "kinds are `bearer`; `basic` with `user`; `header` with `name`";
            problems.add(written.kind.span(), format!("`{place}` has no kind that its settings fit"), help);
            None
        }
    };
    Some(CredentialGrant { hosts: parsed(&written.hosts, problems), kind: kind?, source: source? })
}

pub(super) fn limits_of(written: &BTreeMap<Spanned<String>, Spanned<toml::Value>>, problems: &mut Problems<'_>) -> Limits {
    let mut limits = Limits::default();
    for (name, value) in written {
        problems.keep(value.span(), limits.set(name.get_ref(), value.get_ref()));
    }
    limits
}

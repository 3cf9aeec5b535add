//! What a collector may reach and take, from how it is written to what the host holds it to.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use model::CollectorName;
use plugin::{Grant, Limits};
use smol_str::SmolStr;
use toml::Spanned;

use super::credential::credential_of;
use super::file::GrantFile;
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

pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(items: &[Spanned<String>], problems: &mut Problems<'_>) -> Vec<T> {
    items.iter().filter_map(|it| problems.keep(it.span(), it.get_ref().parse())).collect()
}

pub(super) fn limits_of(written: &BTreeMap<Spanned<String>, Spanned<toml::Value>>, problems: &mut Problems<'_>) -> Limits {
    let mut limits = Limits::default();
    for (name, value) in written {
        problems.keep(value.span(), limits.set(name.get_ref(), value.get_ref()));
    }
    limits
}

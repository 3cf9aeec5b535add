//! What a collector may reach and take, from how it is written to what the host holds it to.

use std::path::Path;
use std::str::FromStr;

use model::CollectorName;
use plugin::{Grant, Limits};
use smol_str::SmolStr;
use toml::Spanned;

use super::credential::credential_of;
use super::file::GrantFile;
use super::fit::known_names;
use super::problem::{Problems, Sort};

pub(super) fn grant_of(name: &CollectorName, written: &GrantFile, folder: &Path, problems: &mut Problems) -> Grant {
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

pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(items: &[Spanned<String>], problems: &mut Problems) -> Vec<T> {
    items.iter().filter_map(|it| problems.keep(it.span(), it.get_ref().parse())).collect()
}

pub(super) fn limits_of(written: &[(Spanned<String>, Spanned<toml::Value>)], problems: &mut Problems) -> Limits {
    let mut limits = Limits::default();
    for (name, value) in written {
        if limits.get(name.get_ref()).is_none() {
            let message = format!("`{}` is not a limit", name.get_ref().escape_debug());
            problems.note(Sort::UnknownKey, name.span(), message, known_names(name.get_ref(), Limits::names(), "known are"));
            continue;
        }
        problems.keep(value.span(), limits.set(name.get_ref(), value.get_ref()));
    }
    limits
}

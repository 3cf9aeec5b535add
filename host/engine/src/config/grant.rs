//! What a collector may reach and take, from how it is written to what the host holds it to.

use std::ops::Range;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use model::{CollectorName, Seconds};
use plugin::{CredentialGrant, CredentialKind, CredentialSource, Grant, Limits};
use smol_str::SmolStr;
use toml::Spanned;

use super::file::{CredentialFile, GrantFile, LimitsFile};
use super::problem::Problems;
use super::size::parse_bytes;

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

pub(super) fn limits_of(written: &LimitsFile, problems: &mut Problems<'_>) -> Limits {
    let mut limits = Limits::default();
    set(&mut limits.cpu, written.cpu.as_ref(), duration, problems);
    set(&mut limits.check_cpu, written.check_cpu.as_ref(), duration, problems);
    set(&mut limits.wall, written.wall.as_ref(), duration, problems);
    set(&mut limits.memory, written.memory.as_ref(), bytes, problems);
    set(&mut limits.table_elements, written.table_elements.as_ref(), |it| count(*it), problems);
    set(&mut limits.host_allocation, written.host_allocation.as_ref(), bytes, problems);
    set(&mut limits.http_body, written.http_body.as_ref(), bytes, problems);
    set(
        &mut limits.http_concurrency,
        written.http_concurrency.as_ref(),
        |it| count(*it).map(|n| usize::try_from(n).unwrap_or(1)),
        problems,
    );
    set(&mut limits.file, written.file.as_ref(), bytes, problems);
    set(&mut limits.record, written.record.as_ref(), bytes, problems);
    set(&mut limits.batch, written.batch.as_ref(), bytes, problems);
    set(&mut limits.log, written.log.as_ref(), bytes, problems);
    set(&mut limits.facts, written.facts.as_ref(), bytes, problems);
    limits
}

fn set<W, T>(limit: &mut T, written: Option<&Spanned<W>>, read: impl Fn(&W) -> Result<T, String>, problems: &mut Problems<'_>) {
    let Some(written) = written else { return };
    let span: Range<usize> = written.span();
    if let Some(value) = problems.keep(span, read(written.get_ref())) {
        *limit = value;
    }
}

/// A limit of nothing would switch the collector off, and there is a plainer way to do that.
fn duration(text: &String) -> Result<Duration, String> {
    let seconds: Seconds = text.parse().map_err(|error: model::IdError| error.to_string())?;
    u64::try_from(seconds.0)
        .ok()
        .filter(|it| *it > 0)
        .map(Duration::from_secs)
        .ok_or_else(|| format!("`{text}` leaves no time at all"))
}

fn bytes(text: &String) -> Result<u64, String> {
    parse_bytes(text).and_then(|it| if it > 0 { Ok(it) } else { Err(format!("`{text}` leaves no room at all")) })
}

fn count(number: i64) -> Result<u64, String> {
    u64::try_from(number).ok().filter(|it| *it > 0).ok_or_else(|| format!("`{number}` is not a number above 0"))
}

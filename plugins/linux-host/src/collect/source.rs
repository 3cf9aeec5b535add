//! `host.package-source@1`.

use engine_sdk::kinds::host::{PackageSource, PackageSourcePackageType as Type};
use engine_sdk::{Facts, Fault};

use crate::machine::{Machine, ends};
use crate::parse::apt_sources::{self, Source};
use crate::parse::settings::{assigned, is_yes};

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, PackageSource>) -> Result<(), Fault> {
    let mut files: Vec<_> = machine.file("/etc/apt/sources.list")?.into_iter().collect();
    for entry in machine.entries("/etc/apt/sources.list.d")? {
        if ends(&entry.name, "list") || ends(&entry.name, "sources") {
            files.extend(machine.file(&format!("/etc/apt/sources.list.d/{}", entry.name))?);
        }
    }
    for file in &files {
        let text = file.text();
        let (sources, bad) =
            if ends(&file.path, "sources") { apt_sources::paragraphs(&text) } else { apt_sources::one_line(&text) };
        for line in bad {
            facts.gap(&Fault::invalid(format!("line {line} of {} has not the form of a package source", file.path)));
        }
        for source in sources {
            let body = body(machine, &file.path, &source);
            let kind = if source.is_source_code { "deb-src " } else { "" };
            let subject = format!("package-source{}/{kind}{} {}", file.path, source.uri, source.suite);
            let subject = machine.subject(&format!("{subject} {}", source.components.join(",")));
            facts.state_from(&subject, &body, file.from_line(source.line))?;
        }
    }
    repositories(machine, facts)
}

fn body(machine: &Machine<'_>, path: &str, source: &Source) -> PackageSource {
    PackageSource {
        host: machine.name.clone(),
        file: path.to_owned(),
        line: i64::try_from(source.line).unwrap_or(i64::MAX),
        package_type: if source.is_source_code { Type::DebSrc } else { Type::Deb },
        enabled: source.is_enabled,
        security: source.suite.contains("security") || source.uri.contains("security."),
        encrypted_transport: is_encrypted(&source.uri),
        signature_checked: !source.is_trusted,
        signed_by: source.signed_by.clone().into(),
        uri: source.uri.clone(),
        suite: source.suite.clone(),
        components: source.components.clone(),
    }
}

fn is_encrypted(uri: &str) -> bool {
    let (scheme, _) = uri.split_once(':').unwrap_or(("", uri));
    let scheme = scheme.rsplit('+').next().unwrap_or(scheme);
    matches!(scheme, "https" | "file" | "cdrom" | "copy" | "ssh")
}

/// The repositories of dnf and yum.
fn repositories(machine: &Machine<'_>, facts: &mut Facts<'_, PackageSource>) -> Result<(), Fault> {
    let mut checked_by_default = false;
    for path in ["/etc/yum.conf", "/etc/dnf/dnf.conf"] {
        checked_by_default |= assigned(&machine.text(path)?).get("gpgcheck").is_some_and(|value| is_yes(value));
    }
    for entry in machine.entries("/etc/yum.repos.d")? {
        if !ends(&entry.name, "repo") {
            continue;
        }
        let path = format!("/etc/yum.repos.d/{}", entry.name);
        let Some(file) = machine.file(&path)? else { continue };
        for repository in apt_sources::repositories(&file.text()) {
            let subject = machine.subject(&format!("package-source{path}/{} {}", repository.uri, repository.id));
            let body = PackageSource {
                host: machine.name.clone(),
                file: path.clone(),
                line: i64::try_from(repository.line).unwrap_or(i64::MAX),
                package_type: Type::Rpm,
                enabled: repository.is_enabled,
                security: repository.id.contains("security"),
                encrypted_transport: is_encrypted(&repository.uri),
                signature_checked: repository.is_checked.unwrap_or(checked_by_default),
                signed_by: repository.key.into(),
                uri: repository.uri,
                suite: repository.id,
                components: Vec::new(),
            };
            facts.state_from(&subject, &body, file.from_line(repository.line))?;
        }
    }
    Ok(())
}

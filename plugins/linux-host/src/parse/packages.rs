//! The package lists of dpkg and apk.

use core::ops::Range;

/// What became of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Installed,
    ConfigFiles,
    Broken,
}

/// A package of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) architecture: String,
    pub(crate) source: String,
    pub(crate) source_version: String,
    pub(crate) state: State,
    pub(crate) is_held: bool,
    /// Its bytes in the list.
    pub(crate) range: Range<usize>,
}

/// The paragraphs of a file: the bytes between empty lines.
fn paragraphs(bytes: &[u8]) -> impl Iterator<Item = (Range<usize>, String)> {
    let mut start = 0;
    core::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.windows(2).position(|pair| pair == b"\n\n").map_or(rest.len(), |at| at + 1);
        let range = start..start + length;
        start += length + 1;
        Some((range.clone(), String::from_utf8_lossy(bytes.get(range).unwrap_or_default()).into_owned()))
    })
    .filter(|(_, text)| !text.trim().is_empty())
}

/// The packages of dpkg's status, and how many paragraphs have not its form.
pub(crate) fn dpkg(bytes: &[u8]) -> (Vec<Package>, usize) {
    let mut packages = Vec::new();
    let mut bad = 0;
    for (range, text) in paragraphs(bytes) {
        match dpkg_package(&text, range) {
            Some((package, true)) => packages.push(package),
            Some((_, false)) => {}
            None => bad += 1,
        }
    }
    (packages, bad)
}

/// A package, and whether anything of it is on the machine.
fn dpkg_package(text: &str, range: Range<usize>) -> Option<(Package, bool)> {
    let field = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim).filter(|value| !value.is_empty())
    };
    let name = field("Package")?.to_owned();
    let mut status = field("Status").unwrap_or("install ok installed").split_whitespace();
    let (want, _, status_word) = (status.next()?, status.next()?, status.next()?);
    let state = match status_word {
        "installed" => State::Installed,
        "config-files" => State::ConfigFiles,
        _ => State::Broken,
    };
    let is_there = status_word != "not-installed";
    // A name of which nothing is there has no version.
    let version = field("Version").or((!is_there).then_some(""))?.to_owned();
    let source = field("Source").unwrap_or(&name);
    let (source, source_version) = match source.split_once('(') {
        Some((source, version)) => (source.trim(), version.trim_end_matches(')').trim()),
        None => (source, version.as_str()),
    };
    let package = Package {
        source: source.to_owned(),
        source_version: source_version.to_owned(),
        architecture: field("Architecture").unwrap_or("all").to_owned(),
        state,
        is_held: want == "hold",
        name,
        version,
        range,
    };
    Some((package, is_there))
}

/// The packages of apk's list, and how many paragraphs have not its form.
pub(crate) fn apk(bytes: &[u8]) -> (Vec<Package>, usize) {
    let mut packages = Vec::new();
    let mut bad = 0;
    for (range, text) in paragraphs(bytes) {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let (Some(name), Some(version)) = (field("P:"), field("V:")) else {
            bad += 1;
            continue;
        };
        packages.push(Package {
            source: field("o:").unwrap_or_else(|| name.clone()),
            source_version: version.clone(),
            architecture: field("A:").unwrap_or_else(|| "noarch".to_owned()),
            state: State::Installed,
            is_held: false,
            name,
            version,
            range,
        });
    }
    (packages, bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_with_removed_held_and_broken_packages_is_read() {
        let status = b"Package: a\nStatus: install ok installed\nArchitecture: amd64\nSource: b (1.0-1)\nVersion: 1.0-1+b1\nDescription: x\n .\n y\n\n\
            Package: c\nStatus: deinstall ok config-files\nVersion: 2\n\nPackage: d\nStatus: hold ok half-configured\nVersion: 3\n\n\
            Package: e\nStatus: deinstall ok not-installed\n\nNonsense\n";
        let (packages, bad) = dpkg(status);
        let seen: Vec<_> = packages
            .iter()
            .map(|p| (p.name.as_str(), p.state, p.is_held, p.source.as_str(), p.source_version.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                ("a", State::Installed, false, "b", "1.0-1"),
                ("c", State::ConfigFiles, false, "c", "2"),
                ("d", State::Broken, true, "d", "3")
            ]
        );
        assert_eq!(bad, 1);
        assert!(status[packages[1].range.clone()].starts_with(b"Package: c"));
    }
}

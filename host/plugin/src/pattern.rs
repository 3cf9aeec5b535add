//! The patterns in which a plugin asks and an operator grants: paths of files, hosts, and ports of plain http.
//!
//! Takes text and gives parsed patterns that match parsed names. Never looks at a file system or a network.

use core::fmt;
use core::str::FromStr;

use smol_str::SmolStr;
use thiserror::Error;

/// A pattern is not well formed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a {what}: {rule}")]
pub struct PatternError {
    /// What it should have been.
    pub what: &'static str,
    /// What is asked for.
    pub rule: &'static str,
    /// The text, escaped and cut.
    pub text: String,
}

pub(crate) fn refused(what: &'static str, rule: &'static str, text: &str) -> PatternError {
    PatternError { what, rule, text: text.chars().take(200).flat_map(char::escape_debug).collect() }
}

/// Paths: absolute; `*` stands for anything within one part, `**` as a whole part for any number of parts.
///
/// ```
/// use engine_plugin::PathPattern;
/// let pattern: PathPattern = "/etc/ssh/**".parse().unwrap();
/// assert!(pattern.matches("/etc/ssh/sshd_config.d/x.conf") && !pattern.matches("/etc/sshd"));
/// assert!("etc".parse::<PathPattern>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathPattern {
    text: SmolStr,
    parts: Vec<SmolStr>,
}

impl PathPattern {
    /// Whether the path is one of those meant. `/x/**` means `/x` itself too.
    pub fn matches(&self, path: &str) -> bool {
        parts_match(&self.parts, &path_parts(path))
    }

    /// Whether something beneath the path could be one of those meant: it may be listed on the way.
    pub fn leads_to(&self, path: &str) -> bool {
        let path = path_parts(path);
        let literal = self.parts.iter().position(|part| part == "**").unwrap_or(self.parts.len());
        if path.len() >= literal {
            return self.parts.get(..=literal).is_some_and(|open| parts_match(open, &path));
        }
        self.parts.iter().zip(&path).all(|(part, name)| part_matches(part, name))
    }

    /// The pattern for what it means beneath a directory that it leads to, when a wildcard says what that is: itself, or as
    /// much of it as is beneath where it has a `**`.
    pub(crate) fn beneath(&self, directory: &str) -> Option<String> {
        if !self.leads_to(directory) {
            return None;
        }
        let depth = path_parts(directory).len();
        match self.parts.iter().position(|part| part == "**") {
            Some(literal) if literal <= depth && literal + 1 == self.parts.len() => {
                Some(format!("{}/**", directory.trim_end_matches('/')))
            }
            Some(literal) if literal <= depth => Some(self.text.to_string()),
            _ => self.parts.get(depth).filter(|next| next.contains('*')).map(|_| self.text.to_string()),
        }
    }

    /// Whether it means one path only.
    pub fn is_exact(&self) -> bool {
        !self.text.contains('*')
    }

    /// The text as it was written, doubled slashes removed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn path_parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// Matches part by part; `**` is tried against every length, remembering only the last `**`, so the work is at most the
/// product of both lengths.
fn parts_match(pattern: &[SmolStr], path: &[&str]) -> bool {
    let (mut p, mut s) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), path.get(s)) {
            (None, None) => return true,
            (Some(part), _) if part == "**" => {
                retry = Some((p, s));
                p += 1;
                continue;
            }
            (Some(part), Some(name)) if part_matches(part, name) => {
                p += 1;
                s += 1;
                continue;
            }
            _ => {}
        }
        match retry {
            Some((star, from)) if from < path.len() => {
                retry = Some((star, from + 1));
                p = star + 1;
                s = from + 1;
            }
            _ => return false,
        }
    }
}

fn part_matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(first) = pieces.next() else { return name.is_empty() };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(piece) = last.replace(piece) {
            let Some((_, after)) = rest.split_once(piece) else { return false };
            rest = after;
        }
    }
    match last {
        None => rest.is_empty(),
        Some(end) => rest.ends_with(end),
    }
}

impl FromStr for PathPattern {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        const RULE: &str = "an absolute path without `.` and `..`; `*` within a part, `**` as a whole part";
        let error = || refused("path pattern", RULE, text);
        if !text.starts_with('/') || text.len() > 4096 || text.chars().any(char::is_control) {
            return Err(error());
        }
        let parts: Vec<SmolStr> = path_parts(text).into_iter().map(SmolStr::new).collect();
        let wrong = |part: &SmolStr| part == "." || part == ".." || (part.contains("**") && part != "**");
        if parts.iter().any(wrong) {
            return Err(error());
        }
        let is_plain = parts.iter().map(|part| part.len() + 1).sum::<usize>() == text.len();
        let text = if is_plain { text.into() } else { format!("/{}", parts.join("/")).into() };
        Ok(Self { text, parts })
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Hosts: `api.example.com`, an address such as `10.0.0.1` or `[::1]`, or `*.example.com` for every name beneath; then
/// perhaps `:8443`.
///
/// ```
/// use engine_plugin::HostPattern;
/// let pattern: HostPattern = "*.example.com".parse().unwrap();
/// assert!(pattern.matches_name("api.example.com") && !pattern.matches_name("example.com"));
/// assert!("*.com".parse::<HostPattern>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPattern {
    text: SmolStr,
    any_beneath: bool,
    name: SmolStr,
    port: Option<u16>,
}

impl HostPattern {
    /// Whether the host, as a parsed URL spells it, is one of those meant; the port is not looked at.
    pub fn matches_name(&self, host: &str) -> bool {
        if self.any_beneath {
            host.strip_suffix(self.name.as_str()).and_then(|rest| rest.strip_suffix('.')).is_some_and(|rest| !rest.is_empty())
        } else {
            host == self.name
        }
    }

    /// The port, when one is named.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The text as it was written, in lower case.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for HostPattern {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        const RULE: &str = "a host name, an address, or `*.` and at least two labels, then perhaps `:` and a port";
        let error = || refused("host pattern", RULE, text);
        let lower = text.to_ascii_lowercase();
        let (any_beneath, rest) = lower.strip_prefix("*.").map_or((false, lower.as_str()), |rest| (true, rest));
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !rest.ends_with(']') => (host, Some(port.parse::<u16>().map_err(|_| error())?)),
            _ => (rest, None),
        };
        let parsed = url::Host::parse(host).map_err(|_| error())?;
        let is_name = matches!(&parsed, url::Host::Domain(_));
        if host.contains('*') || port == Some(0) || (any_beneath && !(is_name && host.contains('.'))) {
            return Err(error());
        }
        Ok(Self { name: parsed.to_string().into(), any_beneath, port, text: lower.into() })
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &str, matches: bool, leads: bool) {
        let parsed: PathPattern = pattern.parse().unwrap();
        assert_eq!((parsed.matches(path), parsed.leads_to(path)), (matches, leads), "{pattern} {path}");
    }

    #[test]
    fn a_path_pattern_means_what_it_says() {
        check("/etc/passwd", "/etc/passwd", true, false);
        check("/etc/passwd", "/etc", false, true);
        check("/etc/passwd", "/", false, true);
        check("/etc/passwd", "/etc/passwd2", false, false);
        check("/etc/*.conf", "/etc/a.conf", true, false);
        check("/etc/*.conf", "/etc/b/a.conf", false, false);
        check("/etc/**", "/etc", true, true);
        check("/etc/**", "/etc/a/b", true, true);
        check("/etc/**", "/etcetera", false, false);
        check("/home/*/.ssh/**", "/home/a", false, true);
        check("/home/*/.ssh/**", "/home/a/.ssh/k", true, true);
        check("/a/**/z", "/a/b/c/z", true, true);
        check("/a/**/z", "/a/b/c/y", false, true);
        check("/**", "/anything", true, true);
        check("/a*b*c", "/aXbYc", true, false);
        check("/a*b*c", "/abX", false, false);
    }

    #[test]
    fn what_a_pattern_means_beneath_a_directory_is_itself_or_the_part_of_it() {
        let beneath = |pattern: &str, directory: &str| pattern.parse::<PathPattern>().unwrap().beneath(directory);
        assert_eq!(beneath("/var/backups/*", "/var/backups").as_deref(), Some("/var/backups/*"));
        assert_eq!(beneath("/home/*/.ssh/**", "/home").as_deref(), Some("/home/*/.ssh/**"));
        assert_eq!(beneath("/etc/**", "/etc").as_deref(), Some("/etc/**"));
        assert_eq!(beneath("/etc/**", "/etc/ssh").as_deref(), Some("/etc/ssh/**"));
        assert_eq!(beneath("/**", "/").as_deref(), Some("/**"));
        assert_eq!(beneath("/a/**/z", "/a/b").as_deref(), Some("/a/**/z"));
        assert_eq!(beneath("/etc/passwd", "/etc"), None, "it is read by its name");
        assert_eq!(beneath("/var/backups/*", "/var"), None, "its own directory is known by name");
        assert_eq!(beneath("/etc/*", "/usr"), None);
    }

    #[test]
    fn a_pattern_with_dots_or_without_a_root_is_refused() {
        for text in ["etc/x", "/etc/../x", "/etc/./x", "/etc/a**", "", "/a\nb"] {
            assert!(text.parse::<PathPattern>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_pattern_matches_whole_labels_only() {
        let any: HostPattern = "*.example.com".parse().unwrap();
        assert!(any.matches_name("a.b.example.com"));
        assert!(!any.matches_name("evilexample.com"));
        assert!(!any.matches_name("example.com"));
        let port: HostPattern = "API.example.com:8443".parse().unwrap();
        assert_eq!((port.matches_name("api.example.com"), port.port()), (true, Some(8443)));
        let six: HostPattern = "[::1]:80".parse().unwrap();
        assert!(six.matches_name("[::1]"));
        for text in ["*", "*.com", "a.*.com", "a b", "a:99999", "*.10.0.0.1", "user@host", "a/b", ""] {
            assert!(text.parse::<HostPattern>().is_err(), "{text}");
        }
    }
}

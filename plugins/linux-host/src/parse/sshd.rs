//! sshd_config and the defaults of OpenSSH's versions.

mod defaults;

pub(crate) use defaults::{Defaults, Version};

/// One line that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) number: u64,
    /// In lower case, older names replaced by the present ones.
    pub(crate) keyword: String,
    /// The words of the value.
    pub(crate) words: Vec<String>,
}

/// The lines of a file.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let lines = super::settings::lines(text).filter_map(|(number, line)| {
        let end = line.find(|c: char| c.is_whitespace() || c == '=' || c == '"').unwrap_or(line.len());
        let (keyword, rest) = line.split_at(end);
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('=').unwrap_or(rest);
        let keyword = match keyword.to_ascii_lowercase().as_str() {
            "skeyauthentication" => "challengeresponseauthentication".to_owned(),
            "dsaauthentication" => "pubkeyauthentication".to_owned(),
            "keepalive" => "tcpkeepalive".to_owned(),
            "pubkeyacceptedkeytypes" => "pubkeyacceptedalgorithms".to_owned(),
            word => word.to_owned(),
        };
        (!keyword.is_empty()).then(|| Line { number, keyword, words: words(rest) })
    });
    lines.collect()
}

/// Words between white space; quotes hold some together, and a `#` begins a comment.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        match chars.next() {
            None | Some('#') => return words,
            Some(quote @ ('"' | '\'')) => words.push(chars.by_ref().take_while(|c| *c != quote).collect()),
            Some(first) => {
                let mut word = String::from(first);
                while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
                    word.push(c);
                }
                words.push(word);
            }
        }
    }
}

impl Line {
    /// The value as it is written.
    pub(crate) fn value(&self) -> String {
        self.words.join(" ")
    }
}

/// Keywords whose lines add up; of all others the first value wins.
pub(crate) fn adds_up(keyword: &str) -> bool {
    matches!(
        keyword,
        "port" | "listenaddress" | "hostkey" | "allowusers" | "allowgroups" | "denyusers" | "denygroups" | "acceptenv" | "setenv"
    )
}

/// Seconds of `1h30m`, `120`, `none`.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("none") {
        return Some(0);
    }
    super::settings::span(&text.to_ascii_lowercase())
}

/// The same as a version before 8.4 counts: there, seconds after another unit are of that unit (`1m30s` is 31 minutes).
pub(crate) fn seconds_before_8_4(text: &str) -> Option<i64> {
    let text = text.to_ascii_lowercase();
    let unit = text.trim_end_matches(|c: char| c == 's' || c.is_ascii_digit());
    match (text.strip_prefix(unit), unit.chars().last().filter(char::is_ascii_alphabetic)) {
        (Some(rest), Some(letter)) if rest.len() > 1 && rest.ends_with('s') => {
            seconds(unit)?.checked_add(seconds(&format!("{}{letter}", rest.trim_end_matches('s')))?)
        }
        _ => seconds(&text),
    }
}

/// A list of algorithms: the whole of it, or with `+`, `-`, `^` a change to the default.
pub(crate) fn algorithms(value: &str, default: &[&str]) -> Vec<String> {
    let listed =
        |text: &str| text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let default: Vec<String> = default.iter().map(|name| (*name).to_owned()).collect();
    let (mut first, second) = match value.split_at_checked(1) {
        Some(("+", names)) => (default, listed(names)),
        Some(("^", names)) => (listed(names), default),
        Some(("-", names)) => {
            let patterns = listed(names);
            return default.into_iter().filter(|name| !patterns.iter().any(|pattern| matches_pattern(pattern, name))).collect();
        }
        _ => (listed(value), Vec::new()),
    };
    for name in second {
        if !first.contains(&name) {
            first.push(name);
        }
    }
    first
}

/// `*` stands for any text and `?` for one character. The work is at most the product of both lengths.
pub(crate) fn matches_pattern(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((star, at)) => {
                    retry = Some((star, at + 1));
                    p = star + 1;
                    t = at + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_values_quotes_and_comments_are_read() {
        let lines = lines(
            "# c\nPermitRootLogin no # c\nBanner=\"/etc/my banner\"\n  Match User a,b\nChallengeResponseAuthentication yes\n",
        );
        assert_eq!((lines[0].keyword.as_str(), lines[0].value().as_str()), ("permitrootlogin", "no"));
        assert_eq!(lines[1].words, ["/etc/my banner"]);
        assert_eq!(lines[2].words, ["User", "a,b"]);
        assert_eq!(lines[3].keyword, "challengeresponseauthentication");
    }

    #[test]
    fn lists_may_change_the_default() {
        let default = ["a-1", "a-2", "b"];
        assert_eq!(algorithms("x,y", &default), ["x", "y"]);
        assert_eq!(algorithms("+c", &default), ["a-1", "a-2", "b", "c"]);
        assert_eq!(algorithms("-a-*", &default), ["b"]);
        assert_eq!(algorithms("^b", &default), ["b", "a-1", "a-2"]);
    }

    #[test]
    fn times_have_units() {
        assert_eq!(seconds("1h30m"), Some(5400));
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("none"), Some(0));
        assert_eq!(seconds("-"), None);
        let both = |text| (seconds(text).unwrap(), seconds_before_8_4(text).unwrap());
        assert_eq!(both("1m30s"), (90, 1860));
        for text in ["90", "90s", "1h5m", "2m", "none"] {
            assert_eq!(both(text).0, both(text).1, "{text}");
        }
    }
}

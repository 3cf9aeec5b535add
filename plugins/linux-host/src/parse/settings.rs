//! Files of names and values: os-release, login.defs, systemd's and PAM's settings, sysctl.conf; and the form of sections.

use std::collections::BTreeMap;

/// Lines that say something, with their numbers: white space at both ends and what follows a comment sign at the start is gone.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    (1..)
        .zip(text.lines())
        .map(|(number, line)| (number, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with(['#', ';']))
}

/// `NAME=value` with shell quotes: os-release, /etc/default files. The last of a name holds.
pub(crate) fn shell(text: &str) -> BTreeMap<String, String> {
    let pairs = lines(text).filter_map(|(_, line)| {
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=')?;
        Some((name.trim().to_owned(), unquoted(value.trim())))
    });
    pairs.collect()
}

/// A shell word without its quotes.
pub(crate) fn unquoted(text: &str) -> String {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else { return text.split(" #").next().unwrap_or(text).trim_end().to_owned() };
    let mut plain = String::new();
    let mut chars = text.chars().skip(1);
    while let Some(c) = chars.next() {
        match c {
            '\\' if quote == '"' => plain.extend(chars.next()),
            c if c == quote => break,
            c => plain.push(c),
        }
    }
    plain
}

/// `NAME value` with white space between: login.defs. The last of a name holds.
pub(crate) fn spaced(text: &str) -> BTreeMap<String, String> {
    let pairs = lines(text).filter_map(|(_, line)| {
        let (name, value) = line.split_once(char::is_whitespace)?;
        let value = value.trim().split('#').next().unwrap_or_default().trim();
        Some((name.to_owned(), value.trim_matches('"').to_owned()))
    });
    pairs.collect()
}

/// `name = value` or a name alone: pwquality.conf, faillock.conf. The last of a name holds.
pub(crate) fn assigned(text: &str) -> BTreeMap<String, String> {
    let pairs = lines(text).map(|(_, line)| {
        let line = line.split('#').next().unwrap_or_default();
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        (name.trim().to_owned(), value.trim().to_owned())
    });
    pairs.collect()
}

/// `[Section]` and `Name=value`: systemd, dnf, yum. Keys are `Section.Name`; the last holds, and an empty value takes back.
pub(crate) fn sections(text: &str) -> BTreeMap<String, String> {
    let mut section = String::new();
    let mut values = BTreeMap::new();
    for (_, line) in lines(text) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            name.0.trim().clone_into(&mut section);
        } else if let Some((name, value)) = line.split_once('=') {
            let key = format!("{section}.{}", name.trim());
            if value.trim().is_empty() {
                values.remove(&key)
            } else {
                values.insert(key, value.trim().to_owned())
            };
        }
    }
    values
}

/// `key = value` of sysctl.conf, keys with dots, each with the number of its line, in order.
pub(crate) fn sysctl(text: &str) -> Vec<(u64, String, String)> {
    let settings = lines(text).filter_map(|(number, line)| {
        let (key, value) = line.split_once('=')?;
        let key = key.trim().trim_start_matches('-');
        // The first separator decides which of `.` and `/` parts the key.
        let dotted = match key.find(['.', '/']) {
            Some(at) if key.get(at..).is_some_and(|rest| rest.starts_with('/')) => key
                .chars()
                .map(|c| {
                    if c == '/' {
                        '.'
                    } else if c == '.' {
                        '/'
                    } else {
                        c
                    }
                })
                .collect(),
            _ => key.to_owned(),
        };
        Some((number, dotted, one_space(value)))
    });
    settings.collect()
}

/// Words with one space between them.
pub(crate) fn one_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a word means yes to systemd and apt.
pub(crate) fn is_yes(word: &str) -> bool {
    matches!(word.trim().to_ascii_lowercase().as_str(), "1" | "yes" | "true" | "on" | "y" | "t" | "with" | "enable" | "any")
}

/// Seconds of a span such as `1month 3d`, `90min`, `604800`: systemd.time.
pub(crate) fn span(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits)?;
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(letters)?;
        let seconds = match unit {
            "" | "s" | "sec" | "second" | "seconds" => 1,
            "m" | "min" | "minute" | "minutes" => 60,
            "h" | "hr" | "hour" | "hours" => 3600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 604_800,
            "M" | "month" | "months" => 2_629_800,
            "y" | "year" | "years" => 31_557_600,
            _ => return None,
        };
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(seconds)?)?;
        rest = next.trim_start();
    }
    (!text.trim().is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments_of_the_shell_are_taken_off() {
        let values = shell("# c\nNAME=\"Debian \\\"GNU\\\"\"\nID=debian\nexport X='a b' # c\nY=1 # c\n");
        assert_eq!(values["NAME"], "Debian \"GNU\"");
        assert_eq!((values["ID"].as_str(), values["X"].as_str(), values["Y"].as_str()), ("debian", "a b", "1"));
    }

    #[test]
    fn sysctl_keys_may_be_written_with_slashes() {
        assert_eq!(
            sysctl("net/ipv4/conf/eth0.1/rp_filter=1\n-net.ipv4.ip_forward = 0\n"),
            [
                (1, "net.ipv4.conf.eth0/1.rp_filter".to_owned(), "1".to_owned()),
                (2, "net.ipv4.ip_forward".to_owned(), "0".to_owned())
            ]
        );
    }

    #[test]
    fn spans_add_up() {
        assert_eq!(span("1month 3d"), Some(2_629_800 + 259_200));
        assert_eq!(span("90"), Some(90));
        assert_eq!(span("ten"), None);
        assert_eq!(span("99999999999999999999y"), None);
    }
}

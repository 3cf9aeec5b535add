//! The options that sshd is started with: they hold before its configuration.

use engine_sdk::Fault;
use engine_sdk::files::File;

use crate::machine::Machine;
use crate::parse::settings;
use crate::parse::sshd::{Line, lines};

/// Where distributions keep the options, with the variables that the unit or the script passes on, in the order in which a
/// later file's variable replaces an earlier one's. RHEL 8 gives the system's ciphers in this way, later ones include them.
const PLACES: [(&str, &[&str]); 4] = [
    ("/etc/default/ssh", &["SSHD_OPTS"]),
    ("/etc/crypto-policies/back-ends/opensshserver.config", &["CRYPTO_POLICY"]),
    ("/etc/sysconfig/sshd", &["OPTIONS", "CRYPTO_POLICY"]),
    ("/etc/sysconfig/ssh", &["SSHD_OPTS"]),
];

/// What the options say.
pub(super) struct Options {
    /// The settings among them, each with the file it stands in.
    pub(super) settings: Vec<(String, Line)>,
    /// Those files.
    pub(super) files: Vec<File>,
}

/// Reads the options from where distributions keep them.
pub(super) fn read(machine: &Machine<'_>) -> Result<Options, Fault> {
    let mut words_of: Vec<(&str, &str, u64, Vec<String>)> = Vec::new();
    let mut files = Vec::new();
    for (path, variables) in PLACES {
        let Some(file) = machine.file(path)? else { continue };
        let text = file.text();
        let mut found = false;
        for (number, line) in settings::lines(&text) {
            let line = line.strip_prefix("export ").unwrap_or(line);
            let Some((name, value)) = line.split_once('=') else { continue };
            let Some(variable) = variables.iter().find(|variable| **variable == name) else { continue };
            found = true;
            words_of.retain(|(_, of, ..)| of != variable);
            let words = settings::unquoted(value.trim()).split_whitespace().map(str::to_owned).collect();
            words_of.push((path, variable, number, words));
        }
        files.extend(found.then_some(file));
    }
    let mut options = Options { settings: Vec::new(), files };
    for (path, _, number, words) in words_of {
        let settings = of_words(&words).map_err(|what| Fault::new("unsupported", format!("line {number} of {path}: {what}")))?;
        options.settings.extend(settings.into_iter().map(|line| (path.to_owned(), Line { number, ..line })));
    }
    Ok(options)
}

/// The settings of `-o Keyword=value` and `-p port`.
fn of_words(words: &[String]) -> Result<Vec<Line>, String> {
    let mut settings = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix('-') else { return Err(format!("`{word}` is no option of sshd that is known")) };
        let takes_value = option.starts_with(['b', 'C', 'c', 'E', 'f', 'g', 'h', 'k', 'o', 'p', 'u']);
        let (letter, value) = option.split_at_checked(1).unwrap_or_default();
        let value = if takes_value && value.is_empty() { words.next().map_or("", String::as_str) } else { value };
        match letter {
            "o" => settings.extend(lines(value)),
            "p" => settings.extend(lines(&format!("Port {value}"))),
            "f" => return Err(format!("sshd is started with the configuration `{value}`, which is not looked at")),
            _ => {}
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_among_the_options_are_found() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let settings = of_words(&words("-4 -u0 -o PermitRootLogin=yes -oCiphers=a,b -p 2222 -g 30")).unwrap();
        let settings: Vec<_> = settings.iter().map(|line| (line.keyword.as_str(), line.value())).collect();
        let expected = [("permitrootlogin", "yes"), ("ciphers", "a,b"), ("port", "2222")];
        assert_eq!(settings, expected.map(|(keyword, value)| (keyword, value.to_owned())));
        assert!(of_words(&words("-f /other")).is_err() && of_words(&words("$OTHER")).is_err());
    }
}

//! `host.session@1`.

use engine_sdk::kinds::host::Session;
use engine_sdk::{Facts, Fault};

use crate::machine::{Machine, sorted};
use crate::parse::settings;

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Session>) -> Result<(), Fault> {
    let mut files: Vec<_> = machine.layered(&["/etc/profile.d"], ".sh")?;
    for path in ["/etc/profile", "/etc/bash.bashrc", "/etc/bashrc"] {
        files.extend(machine.file(path)?);
    }
    let mut said = Said::default();
    for file in &files {
        said.add(&file.text());
    }
    let body = Session {
        host: machine.name.clone(),
        timeout: said.timeout.filter(|seconds| *seconds > 0).into(),
        timeout_readonly: said.is_readonly,
        umask: said.umask.into(),
        files: sorted(files.iter().map(|file| file.path.clone())),
    };
    facts.state_from(&machine.subject("session"), &body, files.iter().flat_map(engine_sdk::files::File::whole))
}

/// What shell files set for everyone, as far as plain lines say it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    timeout: Option<i64>,
    is_readonly: bool,
    umask: Option<String>,
}

impl Said {
    fn add(&mut self, text: &str) {
        for statement in settings::lines(text).flat_map(|(_, line)| line.split(';')).map(str::trim) {
            let mut words = statement.split_whitespace().peekable();
            let mut is_readonly = false;
            while let Some(word) =
                words.next_if(|word| matches!(*word, "export" | "readonly" | "declare" | "typeset" | "-r" | "-x" | "-xr" | "-rx"))
            {
                is_readonly |= word == "readonly" || word.starts_with('-') && word.contains('r');
            }
            for word in words.clone() {
                let (name, value) = word.split_once('=').unwrap_or((word, ""));
                if name != "TMOUT" {
                    continue;
                }
                self.is_readonly |= is_readonly;
                self.timeout = settings::unquoted(value).parse().ok().or(self.timeout);
            }
            if words.next() == Some("umask") {
                let mask = words
                    .next()
                    .filter(|mask| !mask.is_empty() && mask.len() <= 4 && mask.bytes().all(|byte| (b'0'..=b'7').contains(&byte)));
                self.umask = mask.map(str::to_owned).or(self.umask.take());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_timeout_are_known() {
        let mut said = Said::default();
        said.add("if true; then\n  declare -xr TMOUT=900\nfi\numask 027\n# TMOUT=1\n");
        assert_eq!(said, Said { timeout: Some(900), is_readonly: true, umask: Some("027".to_owned()) });
        let mut said = Said::default();
        said.add("TMOUT=600; readonly TMOUT; export TMOUT\numask u=rwx\n");
        assert_eq!(said, Said { timeout: Some(600), is_readonly: true, umask: None });
    }
}

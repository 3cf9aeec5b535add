//! `host.sshd@1`.

mod effective;

use std::collections::BTreeMap;

use engine_sdk::files::File;
use engine_sdk::kinds::host::{Sshd, SshdMatches, SshdMatchesSettings, SshdSetBy};
use engine_sdk::{Facts, Fault, ReadFrom};

use crate::machine::Machine;
use crate::parse::sshd::{Defaults, Line, Version, adds_up, lines};

const CONFIG: &str = "/etc/ssh/sshd_config";
const FILES: usize = 200;
const DEPTH: usize = 16;

/// The configuration with what it includes: the global settings, and the Match blocks.
#[derive(Default)]
pub(crate) struct Config {
    /// Each global setting that holds, with its file; of most keywords the first, of some all.
    global: BTreeMap<String, Vec<(String, Line)>>,
    blocks: Vec<SshdMatches>,
    bad: Vec<String>,
    from: Vec<ReadFrom>,
    seen: usize,
}

/// Where a line belongs.
#[derive(Clone)]
enum Place {
    Global,
    Block(usize),
}

impl Config {
    fn add(&mut self, machine: &Machine<'_>, file: &File, place: &Place, depth: usize) -> Result<(), Fault> {
        self.seen += 1;
        if self.seen > FILES || depth == 0 {
            return Err(Fault::new("too-large", "sshd's configuration includes too many files"));
        }
        self.from.extend(file.whole());
        let outer = place;
        let mut place = outer.clone();
        for line in lines(&file.text()) {
            match line.keyword.as_str() {
                "include" => {
                    for pattern in &line.words {
                        let pattern = if pattern.starts_with('/') { pattern.clone() } else { format!("/etc/ssh/{pattern}") };
                        for path in machine.matching(&pattern)? {
                            // A Match in an included file ends with that file.
                            if let Some(included) = machine.file(&path)? {
                                self.add(machine, &included, &place, depth - 1)?;
                            }
                        }
                    }
                }
                // A block for everyone is global; inside an included block it stays what that block is.
                "match" if line.words.first().is_some_and(|word| word.eq_ignore_ascii_case("all")) => place = outer.clone(),
                "match" => {
                    let number = i64::try_from(line.number).unwrap_or(i64::MAX);
                    self.blocks.push(SshdMatches {
                        criteria: line.value(),
                        file: file.path.clone(),
                        line: number,
                        settings: Vec::new(),
                    });
                    place = Place::Block(self.blocks.len() - 1);
                }
                _ if line.words.is_empty() => self.bad.push(format!("line {} of {} has no value", line.number, file.path)),
                _ => self.set(file, line, &place),
            }
        }
        Ok(())
    }

    fn set(&mut self, file: &File, line: Line, place: &Place) {
        match place {
            Place::Global => {
                let values = self.global.entry(line.keyword.clone()).or_default();
                if values.is_empty() || adds_up(&line.keyword) {
                    values.push((file.path.clone(), line));
                }
            }
            Place::Block(at) => {
                if let Some(block) = self.blocks.get_mut(*at) {
                    let value = line.value();
                    let is_word = value.len() < 32 && value.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
                    let value = if is_word { value.to_ascii_lowercase() } else { value };
                    block.settings.push(SshdMatchesSettings { keyword: line.keyword, value });
                }
            }
        }
    }

    /// The value of a keyword, as it is written.
    fn value(&self, keyword: &str) -> Option<String> {
        self.global.get(keyword)?.first().map(|(_, line)| line.value())
    }

    /// Every word of every line of a keyword.
    fn words(&self, keyword: &str) -> Vec<String> {
        self.global.get(keyword).into_iter().flatten().flat_map(|(_, line)| line.words.clone()).collect()
    }

    fn set_by(&self) -> Vec<SshdSetBy> {
        let lines = self.global.values().flatten().map(|(file, line)| SshdSetBy {
            keyword: line.keyword.clone(),
            value: line.value(),
            file: file.clone(),
            line: i64::try_from(line.number).unwrap_or(i64::MAX),
        });
        lines.collect()
    }
}

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Sshd>) -> Result<(), Fault> {
    let file = machine.file(CONFIG)?;
    let package = match machine.version_of("openssh-server")? {
        Some(version) => Some(version),
        None => machine.version_of("openssh")?,
    };
    let is_installed = package.is_some() || machine.has(&[], &["ssh.service", "sshd.service"])?;
    let file = match file {
        // A configuration that a removed package left behind serves nobody.
        Some(_) if !is_installed && machine.packages().is_ok() => return Ok(()),
        Some(file) => Some(file),
        None if is_installed => machine.file("/usr/etc/ssh/sshd_config")?,
        None => return Ok(()),
    };
    let mut config = Config::default();
    if let Some(file) = &file {
        config.add(machine, file, &Place::Global, DEPTH)?;
    }
    for bad in &config.bad {
        facts.gap(&Fault::invalid(bad.clone()));
    }
    let upstream = package.as_deref().map(upstream);
    let version = upstream.and_then(numbers);
    let mut invalid = Vec::new();
    let mut body = effective::body(&config, &Defaults::of(version), &mut invalid);
    for problem in invalid {
        facts.gap(&Fault::invalid(problem));
    }
    body.host.clone_from(&machine.name);
    body.version = upstream.map(str::to_owned).into();
    let units = machine.units()?;
    let starts = units.starts_any(&["ssh.service", "sshd.service", "ssh.socket", "sshd.socket"]);
    body.enabled = units.is_systemd.then_some(starts).into();
    facts.state_from(&machine.subject("sshd"), &body, config.from.iter().copied())
}

/// OpenSSH's own version in a package's: `1:9.2p1-2+deb12u3` is `9.2p1`.
fn upstream(version: &str) -> &str {
    let version = version.split_once(':').map_or(version, |(_, version)| version);
    version.split(['-', '+', '_']).next().unwrap_or(version)
}

fn numbers(version: &str) -> Option<Version> {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packages_version_has_opensshs_in_it() {
        assert_eq!((upstream("1:9.2p1-2+deb12u3"), numbers(upstream("1:9.2p1-2+deb12u3"))), ("9.2p1", Some((9, 2))));
        assert_eq!(numbers(upstream("10.0_p1-r7")), Some((10, 0)));
    }
}

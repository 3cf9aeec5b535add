//! `host.sshd@1`.

mod effective;
mod options;

use std::collections::BTreeMap;

use engine_sdk::files::File;
use engine_sdk::kinds::host::{Sshd, SshdMatches, SshdMatchesSettings, SshdSetBy};
use engine_sdk::{Facts, Fault, ReadFrom, Statement};

use crate::machine::Machine;
use crate::parse::settings::shell;
use crate::parse::sshd::{Defaults, Line, Version, adds_up, lines};

const CONFIG: &str = "/etc/ssh/sshd_config";
const FILES: usize = 200;
const DEPTH: usize = 16;

/// One line that holds.
#[derive(Clone)]
struct Setting {
    file: String,
    line: Line,
    /// Whether it is global, and its place among all: an earlier one wins, and what a Match block for all says.
    order: (bool, usize),
}

/// The lines that hold, by their keywords; of most keywords one.
type Settings = BTreeMap<String, Vec<Setting>>;

/// The configuration with what it includes: the global settings, and the Match blocks.
#[derive(Default)]
pub(crate) struct Config {
    global: Settings,
    /// Those of Match blocks for everyone: the first of them holds instead of what is global, wherever that stands.
    for_all: Settings,
    blocks: Vec<SshdMatches>,
    bad: Vec<String>,
    from: Vec<ReadFrom>,
    seen: usize,
    line_count: usize,
}

/// Where a line belongs.
#[derive(Clone)]
enum Place {
    Global,
    All,
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
                // Within an included block, a block for everyone stays what that block is.
                "match" if line.words.first().is_some_and(|word| word.eq_ignore_ascii_case("all")) => {
                    place = if let Place::Global = outer { Place::All } else { outer.clone() };
                }
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
            Place::Global | Place::All => self.hold(file.path.clone(), line, matches!(place, Place::Global)),
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

    /// Adds a setting where it still counts.
    fn hold(&mut self, file: String, line: Line, is_global: bool) {
        self.line_count += 1;
        let settings = if is_global { &mut self.global } else { &mut self.for_all };
        let values = settings.entry(line.keyword.clone()).or_default();
        if values.is_empty() || adds_up(&line.keyword) {
            values.push(Setting { file, line, order: (is_global, self.line_count) });
        }
    }

    /// Lets what holds for everyone hold instead of what is global.
    fn settle(&mut self) {
        self.global.append(&mut self.for_all);
    }

    /// The value of a keyword, as it is written.
    fn value(&self, keyword: &str) -> Option<String> {
        self.global.get(keyword)?.first().map(|setting| setting.line.value())
    }

    /// Every word of every line of a keyword.
    fn words(&self, keyword: &str) -> Vec<String> {
        self.global.get(keyword).into_iter().flatten().flat_map(|setting| setting.line.words.clone()).collect()
    }

    /// Which of these keywords comes first.
    fn first_of<'k>(&self, keywords: &[&'k str]) -> Option<&'k str> {
        let order = |keyword: &str| Some(self.global.get(keyword)?.first()?.order);
        keywords.iter().copied().filter(|keyword| order(keyword).is_some()).min_by_key(|keyword| order(keyword))
    }

    fn set_by(&self) -> Vec<SshdSetBy> {
        let lines = self.global.values().flatten().map(|setting| SshdSetBy {
            keyword: setting.line.keyword.clone(),
            value: setting.line.value(),
            file: setting.file.clone(),
            line: i64::try_from(setting.line.number).unwrap_or(i64::MAX),
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
    let options = options::read(machine)?;
    config.from.extend(options.files.iter().flat_map(File::whole));
    for (path, line) in options.settings {
        config.hold(path, line, true);
    }
    // A port among the options stands for all those of the configuration.
    let ports = config.global.get("port").cloned();
    if let Some(file) = &file {
        config.add(machine, file, &Place::Global, DEPTH)?;
    }
    if let Some(ports) = ports {
        config.global.insert("port".to_owned(), ports);
    }
    config.settle();
    for bad in &config.bad {
        facts.gap(&Fault::invalid(bad.clone()));
    }
    let upstream = package.as_deref().map(upstream);
    let mut invalid = Vec::new();
    let mut defaults = Defaults::of(upstream.and_then(numbers), package.as_deref());
    defaults.has_one_question = defaults.has_one_question.or(of_release(machine)?);
    let mut body = effective::body(&config, &defaults, &mut invalid);
    for problem in invalid {
        facts.gap(&Fault::invalid(problem));
    }
    body.host.clone_from(&machine.name);
    body.version = upstream.map(str::to_owned).into();
    let units = machine.units()?;
    let starts = units.starts_any(&["ssh.service", "sshd.service", "ssh.socket", "sshd.socket"]);
    body.enabled = units.is_systemd.then_some(starts).into();
    let subject = machine.subject("sshd");
    let mut statement = Statement::new(&subject, &body).from(config.from.iter().copied());
    let lists = [("ciphers", &body.ciphers), ("macs", &body.macs), ("kex_algorithms", &body.kex_algorithms)];
    let asks = body.keyboard_interactive_authentication.is_none().then_some("keyboard_interactive_authentication");
    for field in lists.into_iter().filter(|(_, list)| list.is_none()).map(|(field, _)| field).chain(asks) {
        let version = upstream.map_or_else(|| "the installed version".to_owned(), |version| format!("version {version}"));
        statement = statement.gap(field, format!("it is left to the defaults of {version}, which are not known"));
    }
    facts.give(&statement)
}

/// Whether the release has OpenSSH 8.7 or later, where the package list does not say: RHEL 9 and its kin have 8.7, RHEL 8 has 8.0.
fn of_release(machine: &Machine<'_>) -> Result<Option<bool>, Fault> {
    let release = shell(&machine.text("/etc/os-release")?);
    let of = |name: &str| release.get(name).map(String::as_str).unwrap_or_default();
    let major = of("VERSION_ID").split('.').next().and_then(|major| major.parse::<u32>().ok());
    let is_rhel = ["rhel", "rocky", "almalinux", "ol", "centos"].contains(&of("ID"));
    Ok(major.filter(|_| is_rhel).map(|major| major >= 9))
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

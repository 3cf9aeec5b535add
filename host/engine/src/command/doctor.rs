//! `engine doctor`: whether everything is in place, and what to do where it is not. Records nothing.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use miette::Result;
use model::RunId;
use store::{Access, Examined, Store, StoreError};

use super::{Shared, opened, printed};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::pipeline::{Prepared, PreparedCollector, request_of, world_of};
use crate::progress::Progress;

/// How many changed runs are named, each with what is wrong.
const SHOWN: usize = 5;

#[derive(Debug, Args)]
pub(super) struct Doctor {}

/// One thing that was looked at.
struct Checked {
    what: String,
    /// What is well and worth knowing.
    told: Vec<String>,
    /// What is wrong and what to do; nothing when it is well.
    wrong: Vec<String>,
}

impl Doctor {
    #[expect(clippy::unused_self, reason = "every command is run alike")]
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let progress = Progress::new(!shared.quiet);
        let file = config.file.as_ref().map_or_else(|| "the defaults".to_owned(), |it| it.display().to_string());
        let mut checked = vec![Checked { what: format!("configuration: {file}"), told: Vec::new(), wrong: Vec::new() }];
        let prepared = Prepared::read(&config, true, &progress)?;
        checked.push(Checked { what: "rules, kinds, controls and frameworks".to_owned(), told: Vec::new(), wrong: Vec::new() });
        for collector in &prepared.collectors {
            progress.stage(&format!("checking {}", collector.name));
            checked.push(super::block_on(check(collector))?);
        }
        progress.stage("reading the store");
        checked.push(store(&config));
        progress.finish();
        let well = checked.iter().all(|it| it.wrong.is_empty());
        printed::lines(|out| {
            for it in &checked {
                writeln!(out, "{} {}", if it.wrong.is_empty() { "ok   " } else { "WRONG" }, it.what)?;
                for line in it.wrong.iter().chain(&it.told) {
                    writeln!(out, "      {line}")?;
                }
            }
            Ok(())
        })?;
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(3) })
    }
}

async fn check(collector: &PreparedCollector) -> Checked {
    let (name, config) = (&collector.name, &collector.config);
    let mut wrong: Vec<String> = plugin::denials(collector.file.manifest(), &config.config, name, &config.grant)
        .into_iter()
        .map(|it| format!("not granted: {} ({}); under [{}]: {}", it.asked, it.why, it.section, it.line))
        .collect();
    let request = request_of(collector, SystemClock.now());
    if let Err(fault) = plugin::check(&collector.plugin, request, &config.grant, &config.limits, world_of(collector)).await {
        wrong.push(format!("{}: {}", report::inert(&fault.code, 60), report::inert(&fault.message, 500)));
    }
    Checked { what: format!("collector {name} {}", collector.file.manifest().version), told: wishes(collector), wrong }
}

/// The limits that the plugin wishes for and does not have.
fn wishes(collector: &PreparedCollector) -> Vec<String> {
    let limits = &collector.config.limits;
    let mut told = Vec::new();
    for (name, wish) in &collector.file.manifest().limits {
        if let Some(has) = limits.get(name).filter(|has| wish.exceeds(*has)) {
            let section = format!("[collector.{}.limits]", collector.name);
            told.push(format!("wishes for `{name}` up to {wish}, has {has}; `{name}` under {section} raises it"));
        }
    }
    told
}

fn store(config: &Config) -> Checked {
    let what = format!("store: {}", config.store.display());
    let wrong = match Store::open(&config.store, Access::Read).and_then(|store| store.examine()) {
        Ok(examined) => found_of(&examined, &config.store),
        Err(StoreError::Absent { .. }) => Vec::new(),
        Err(error @ StoreError::Damaged { .. }) => vec![error.to_string(), begin_anew(&config.store)],
        Err(error) => vec![advice(&error)],
    };
    Checked { what, told: Vec::new(), wrong }
}

/// What is wrong with a store: the files, the runs, and how to go on.
fn found_of(examined: &Examined, path: &Path) -> Vec<String> {
    let Examined { damaged, whole, changed, .. } = examined;
    let mut wrong: Vec<String> = damaged.iter().map(|(file, what)| format!("`{file}` is damaged: {what}")).collect();
    let shown = changed.iter().take(SHOWN).map(|(_, error)| error.to_string());
    wrong.extend(shown);
    if let Some(more) = changed.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        wrong.push(format!("and {}", report::counted(more, "run more has", "runs more have") + " been changed"));
    }
    if wrong.is_empty() {
        return wrong;
    }
    let whole: BTreeSet<RunId> = whole.iter().copied().collect();
    wrong.push(format!("whole: {}", opened::named(&whole)));
    wrong.push(if whole.is_empty() {
        begin_anew(path)
    } else {
        let path = path.display();
        format!(
            "restore `{path}` from a copy; or `engine export --whole -o DIRECTORY` writes the whole runs to a new store: move `{path}` away and keep it, and put that directory in its place"
        )
    });
    wrong
}

/// What there is to do with a store of which no run can be read.
fn begin_anew(path: &Path) -> String {
    let path = path.display();
    format!("restore `{path}` from a copy; or move it away and keep it, and `engine eval` begins a new store")
}

fn advice(error: &StoreError) -> String {
    use miette::Diagnostic as _;
    let help = error.help().map(|it| format!("; {it}")).unwrap_or_default();
    format!("{error}{help}")
}

//! `engine doctor`: whether everything is in place, and what to do where it is not. Records nothing.

use std::process::ExitCode;

use clap::Args;
use miette::Result;
use model::RunId;
use store::{Access, Store, StoreError};

use super::{Shared, printed};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::pipeline::{Prepared, PreparedCollector, request_of, world_of};
use crate::progress::Progress;

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
        checked.push(store(&config));
        progress.finish();
        let well = checked.iter().all(|it| it.wrong.is_empty());
        printed::stdout(|out| {
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
    let wrong = match Store::open(&config.store, Access::Read) {
        Ok(store) => match last_is_whole(&store) {
            Ok(()) => Vec::new(),
            Err(error) => vec![advice(&error)],
        },
        Err(StoreError::Absent { .. }) => Vec::new(),
        Err(error) => vec![advice(&error)],
    };
    Checked { what, told: Vec::new(), wrong }
}

fn last_is_whole(store: &Store) -> Result<(), StoreError> {
    let last: Option<RunId> = store.last()?.map(|it| it.id);
    last.map_or(Ok(()), |id| store.verify(id).map(|_| ()))
}

fn advice(error: &StoreError) -> String {
    use miette::Diagnostic as _;
    let help = error.help().map(|it| format!("; {it}")).unwrap_or_default();
    format!("{error}{help}")
}

//! The whole product, once: the only place that knows the order of the stages.
//!
//! Everything that the operator can get wrong is read before anything is collected. A plugin that fails is a gap, not the
//! end of the run.

mod carved;
mod changed;
mod collected;
mod evaluated;
mod givers;
mod live;
mod planned;
mod precedent;
mod prepared;
mod recorded;

use std::io::Read;

use miette::Diagnostic;
use model::{Basis, CollectorName, CollectorRun, CollectorStatus, Timestamp};
use store::Store;
use thiserror::Error;

use crate::clock::Clock;
use crate::progress::Progress;

pub use collected::{Collected, STDIN};
pub(crate) use collected::{recorded_part, silent};
pub(crate) use evaluated::rule_settings;
pub use evaluated::{Decided, Evaluated, Known, catalog, decide, rule_set};
pub use givers::{bundled_givers, configured_givers};
pub(crate) use live::{failure_of, request_of, told_of, world_of};
pub(crate) use prepared::sources_of;
pub use prepared::{COMPILE_COMMAND, Prepared, PreparedCollector, loader, read_file};
pub(crate) use recorded::Absent;
pub use recorded::{Recorded, RunSettings};

/// Facts that no collector of this run sees.
pub struct GivenFacts<'a> {
    /// Who says them, and what became of it.
    pub(crate) run: CollectorRun,
    /// What they are worth.
    pub(crate) basis: Basis,
    /// One a line.
    pub(crate) lines: Box<dyn Read + Send + 'a>,
}

impl<'a> GivenFacts<'a> {
    /// What the organisation supplies, under a name: nothing was recorded of where it is from.
    pub fn supplied(name: CollectorName, lines: Box<dyn Read + Send + 'a>) -> Self {
        let (status, version) = (CollectorStatus::Ok, smol_str::SmolStr::default());
        let run = CollectorRun { name, digest: None, version, status, message: String::new(), transcript: None };
        Self { run, basis: Basis::Supplied, lines }
    }

    /// What a collector said in a run whose evidence is vouched for: the recording that the program carries, and nothing that an
    /// operator can name.
    pub(crate) fn recorded(run: CollectorRun, basis: Basis, lines: Box<dyn Read + Send + 'a>) -> Self {
        Self { run, basis, lines }
    }
}

/// What a run takes beside the configuration.
pub struct Inputs<'a> {
    /// Facts that are given.
    pub facts: Vec<GivenFacts<'a>>,
    /// Whether the configured collectors run.
    pub collect: bool,
    /// Evaluate the latest recorded observations not after this instant, with the clock at it.
    pub as_of: Option<Timestamp>,
    /// Whether every fact is evaluated again, also those that an earlier run had. The result is the same.
    pub afresh: bool,
}

/// A run could not be made.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum RunError {
    /// Rules, kinds, controls or relations have problems.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Kinds(#[from] facts::KindErrors),
    /// Rules have problems.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Rules(#[from] rules::RuleErrors),
    /// The catalog has problems.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Catalog(#[from] crosswalk::CatalogErrors),
    /// The configuration has problems, each with its place.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// The settings name something that is not there.
    #[error("{message}")]
    #[diagnostic(code(engine::config::unknown_name))]
    UnknownName {
        /// What, and where it was named.
        message: String,
        /// What to do.
        #[help]
        help: String,
    },
    /// WebAssembly cannot be set up.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] plugin::LoadError),
    /// A file is no plugin.
    #[error("the file of the collector `{collector}` is no plugin")]
    #[diagnostic(
        code(engine::plugin::no_plugin),
        help("nothing was collected; give another file, or take it out of engine.toml")
    )]
    File {
        /// Which.
        collector: CollectorName,
        /// Why.
        #[source]
        #[diagnostic_source]
        source: plugin::FileError,
    },
    /// A collector is configured with what its plugin does not take.
    #[error("the configuration of the collector `{collector}` does not fit its plugin: {}", joined(problems))]
    #[diagnostic(
        code(engine::plugin::configuration),
        help(
            "nothing was collected; mend `[collector.{collector}.config]` in engine.toml; `engine plugin inspect` lists what the plugin takes"
        )
    )]
    Configuration {
        /// Which.
        collector: CollectorName,
        /// What is wrong.
        problems: Vec<plugin::ConfigMisfit>,
    },
    /// A plugin cannot be made ready.
    #[error("the collector `{collector}` cannot be made ready")]
    #[diagnostic(code(engine::plugin::unusable), help("nothing was collected; mend it, or take it out of engine.toml"))]
    Plugin {
        /// Which.
        collector: CollectorName,
        /// Why.
        #[source]
        #[diagnostic_source]
        source: plugin::LoadError,
    },
    /// Given facts cannot be read.
    #[error("the facts of `{name}` cannot be read")]
    #[diagnostic(code(engine::facts::unreadable))]
    Facts {
        /// Which input.
        name: CollectorName,
        /// Why.
        #[source]
        #[diagnostic_source]
        source: facts::NdjsonError,
    },
    /// The store failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(#[from] store::StoreError),
    /// The settings of a recorded run cannot be read.
    #[error("the settings of {id} cannot be read: {reason}")]
    #[diagnostic(code(engine::store::foreign_settings), help("it was recorded by engine {version}; use that version to read it"))]
    ForeignSettings {
        /// The run.
        id: model::RunId,
        /// Which engine recorded it.
        version: smol_str::SmolStr,
        /// What was wrong.
        reason: String,
    },
    /// `--as-of` without anything recorded by then.
    #[error("nothing was recorded up to {at}")]
    #[diagnostic(code(engine::store::nothing_by_then), help("`engine history` lists what was recorded"))]
    NothingByThen {
        /// The instant.
        at: Timestamp,
    },
}

fn joined(problems: &[plugin::ConfigMisfit]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Runs the product once: collect, admit, evaluate, assess, record.
///
/// What is prepared was read before the store was opened: a mistake of the operator leaves nothing behind.
///
/// With no store the run is evaluated and forgotten; nothing is then known of earlier runs.
///
/// # Errors
/// [`RunError`] when the operator's input cannot be used, or the store fails; never because of a plugin's behaviour.
pub async fn run(
    prepared: &Prepared,
    inputs: Inputs<'_>,
    store: Option<&Store>,
    clock: &dyn Clock,
    progress: &Progress,
) -> Result<Evaluated, RunError> {
    let started_at = clock.now();
    let config = &prepared.config;
    let earlier = recorded::Earlier::read(store, &config.settings, inputs.as_of)?;
    let afresh = inputs.afresh;
    let collected = collected::collect_all(prepared, inputs, &earlier, started_at, progress).await?;
    let previous = store.map(|it| earlier.coverage(it, &collected.runs)).transpose()?;
    progress.stage("evaluating");
    let run = precedent::Later { prepared, collected: &collected, started_at, clock: clock.mode() };
    let found = store.filter(|_| !afresh).and_then(|it| precedent::find(it, &earlier, &run));
    let settings = prepared.settings_of(previous, &collected, found.as_ref().map_or(started_at, |it| it.afresh_at));
    let (precedent, outline) = found.map(|it| (it.precedent, it.outline)).unzip();
    let known = Known { failing_since: &earlier.failing_since, precedent: precedent.as_ref() };
    let decided = decide(&prepared.sources, &settings, &collected.facts, known, started_at, config.threads)?;
    drop(precedent);
    let evaluated = Evaluated::new(decided, collected, &settings, prepared, earlier, clock, started_at);
    if let Some(store) = store {
        progress.stage("recording");
        return evaluated.record(store, clock, outline.as_ref());
    }
    Ok(evaluated)
}

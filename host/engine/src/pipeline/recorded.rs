//! What earlier runs leave for this one, and what a run leaves for later ones.

use std::collections::BTreeMap;

use facts::Expected;
use model::{
    Basis, ClockMode, CollectorName, CollectorRun, FindingId, FrameworkId, KindId, RunHeader, RunId, ScopeId, ScopeState,
    Summary, Timestamp,
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use store::{Store, StoredRun};

use super::RunError;
use crate::config::Settings;

/// Everything beside sources, evidence and time that decided a run: with these a run can be decided again, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSettings {
    /// What the operator set.
    pub settings: Settings,
    /// What was expected from earlier runs and from the configuration, in order.
    pub expected: Vec<(CollectorName, KindId, ScopeId)>,
    /// Each collector's part.
    pub collectors: BTreeMap<CollectorName, CollectorSettings>,
    /// The coverage of the run before, when it had the same collectors.
    pub previous: Option<Vec<(FrameworkId, Summary)>>,
    /// Of collectors that were expected and no longer configured, the basis that they had.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub absent: BTreeMap<CollectorName, Basis>,
    /// What evaluated its rules ([`rules::EVALUATOR`]); empty where it was not noted.
    #[serde(default)]
    pub evaluator: SmolStr,
    /// When every outcome was last evaluated, not taken over from the run before; `None` where it was not noted.
    #[serde(default)]
    pub afresh_at: Option<Timestamp>,
}

/// What is expected of a collector that takes no part any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Absent {
    /// What.
    pub expected: Expected,
    /// Where its evidence came from when it last took part.
    pub basis: Basis,
}

impl RunSettings {
    /// Reads them as they were recorded.
    pub(super) fn parse(text: &str, header: &RunHeader) -> Result<Self, RunError> {
        serde_json::from_str(text).map_err(|error| RunError::ForeignSettings {
            id: header.id,
            version: header.engine_version.clone(),
            reason: error.to_string(),
        })
    }
}

/// What decided one collector's facts beside its transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectorSettings {
    /// The kinds that it was asked for.
    pub kinds: Vec<KindId>,
    /// Whether it was a plugin; otherwise its facts were given.
    pub plugin: bool,
    /// What stood for `/` when it read files.
    pub files_root: String,
    /// What it was allowed: what it could not reach, it could not show.
    pub grant: RecordedGrant,
    /// What it could use at most: a limit can change what it does without cutting it off.
    pub limits: plugin::Limits,
}

/// What a collector was allowed, as it is written; of credentials only the names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedGrant {
    /// Files.
    pub files: Vec<String>,
    /// Hosts.
    pub hosts: Vec<String>,
    /// Networks that are not public.
    pub networks: Vec<String>,
    /// Hosts for which plain HTTP is allowed.
    pub plain_http: Vec<String>,
    /// Credentials.
    pub credentials: Vec<String>,
}

impl RecordedGrant {
    pub(super) fn of(grant: &plugin::Grant) -> Self {
        fn texts<T: ToString>(items: &[T]) -> Vec<String> {
            items.iter().map(ToString::to_string).collect()
        }
        Self {
            files: texts(&grant.files),
            hosts: texts(&grant.hosts),
            networks: texts(&grant.networks),
            plain_http: texts(&grant.plain_http),
            credentials: grant.credentials.keys().map(ToString::to_string).collect(),
        }
    }
}

/// What earlier runs say.
pub(super) struct Earlier {
    pub(super) id: RunId,
    /// The scopes that each collector spoke of in its newest live run.
    pub(super) expected: Vec<Expected>,
    /// The same with what it left without a scope, and on which basis.
    last: Vec<ScopeState>,
    /// The live runs, oldest first.
    pub(super) runs: Vec<RunHeader>,
    pub(super) failing_since: BTreeMap<FindingId, Timestamp>,
    /// What `--as-of` takes: of each collector the newest live run that began by then.
    pub(super) as_of: Vec<(CollectorRun, StoredRun)>,
}

impl Earlier {
    pub(super) fn read(store: Option<&Store>, settings: &Settings, as_of: Option<Timestamp>) -> Result<Self, RunError> {
        let Some(store) = store else { return Ok(Self::nothing()) };
        let mut runs = store.runs()?;
        runs.retain(|run| run.clock == ClockMode::Live);
        let mut last = store.last_scopes()?;
        last.retain(|state| !settings.retired.iter().any(|it| it.covers(&state.collector, &state.kind, &state.scope)));
        let mut expected: Vec<_> = last.iter().filter(|it| it.scope != ScopeId::any()).map(expected_in).collect();
        expected.sort();
        let (id, mut failing_since) = (store.next_run()?, store.failing_since()?);
        let as_of = as_of.map(|at| newest_by(store, &runs, at)).transpose()?.unwrap_or_default();
        if let Some((_, run)) = as_of.first() {
            failing_since.clone_from(&run.first_failed);
        }
        Ok(Self { id, expected, last, runs, failing_since, as_of })
    }

    /// The coverage of the newest live run of the same collectors, each framework's of the newest that assessed it.
    pub(super) fn coverage(&self, store: &Store, collectors: &[CollectorRun]) -> Result<Vec<(FrameworkId, Summary)>, RunError> {
        let names = |runs: &[CollectorRun]| runs.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
        let wanted = names(collectors);
        let mut found: BTreeMap<FrameworkId, Summary> = BTreeMap::new();
        let alike = self.runs.iter().rev().filter(|run| names(&run.collectors) == wanted);
        for run in alike.take(MAX_LOOKED_BACK) {
            for framework in store.assessment(run.id)?.frameworks {
                found.entry(framework.id).or_insert(framework.summary);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Of collectors that took part before, were plugins, and now are neither configured nor retired: what was expected.
    pub(super) fn left_out(&self, configured: &[CollectorRun]) -> Vec<Absent> {
        let takes_part = |name: &CollectorName| configured.iter().any(|it| &it.name == name);
        let was_plugin = |name: &CollectorName| {
            let before = self.runs.iter().rev().find_map(|run| run.collectors.iter().find(|it| &it.name == name));
            before.is_some_and(|it| it.digest.is_some())
        };
        let gone = self.last.iter().filter(|it| !takes_part(&it.collector) && was_plugin(&it.collector));
        gone.map(|it| Absent { expected: expected_in(it), basis: it.basis }).collect()
    }

    fn nothing() -> Self {
        Self {
            id: RunId(1),
            expected: Vec::new(),
            last: Vec::new(),
            runs: Vec::new(),
            failing_since: BTreeMap::new(),
            as_of: Vec::new(),
        }
    }
}

fn expected_in(state: &ScopeState) -> Expected {
    Expected { collector: state.collector.clone(), kind: state.kind.clone(), scope: state.scope.clone() }
}

/// How many runs are looked back at for the coverage of a framework that the newest ones left out.
const MAX_LOOKED_BACK: usize = 10;

/// Of each collector, the newest of these runs that began by an instant, with the run; the newest run first.
fn newest_by(store: &Store, runs: &[RunHeader], at: Timestamp) -> Result<Vec<(CollectorRun, StoredRun)>, RunError> {
    let mut by_then: Vec<&RunHeader> = runs.iter().filter(|run| run.started_at <= at).collect();
    by_then.sort_by_key(|run| std::cmp::Reverse((run.started_at, run.id)));
    let mut newest: Vec<(CollectorRun, StoredRun)> = Vec::new();
    for run in by_then {
        for collector in &run.collectors {
            if newest.iter().all(|(it, _)| it.name != collector.name) {
                newest.push((collector.clone(), store.load(run.id)?));
            }
        }
    }
    if newest.is_empty() { Err(RunError::NothingByThen { at }) } else { Ok(newest) }
}

/// A run as the store gives it back, with its settings read.
pub struct Recorded {
    /// The run.
    pub run: StoredRun,
    /// Its settings.
    pub settings: RunSettings,
}

impl Recorded {
    /// Reads a run back, with all that decided it.
    ///
    /// # Errors
    /// [`RunError`] when the store cannot give it, or its settings are of another engine.
    pub fn load(store: &Store, id: RunId) -> Result<Self, RunError> {
        let run = store.load(id)?;
        let settings = RunSettings::parse(&run.closure.settings, &run.header)?;
        Ok(Self { run, settings })
    }
}

//! What earlier runs leave for this one, and what a run leaves for later ones.

use std::collections::BTreeMap;

use facts::Expected;
use model::{CollectorName, FindingId, FrameworkId, KindId, RunHeader, RunId, ScopeId, Summary, Timestamp};
use serde::{Deserialize, Serialize};
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
}

/// What decided one collector's facts beside its transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectorSettings {
    /// The kinds that it was asked for.
    pub kinds: Vec<KindId>,
    /// Whether it was a plugin; otherwise its facts were given.
    pub plugin: bool,
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
    pub(super) expected: Vec<Expected>,
    pub(super) last: Option<RunHeader>,
    pub(super) summaries: Vec<(FrameworkId, Summary)>,
    pub(super) failing_since: BTreeMap<FindingId, Timestamp>,
    /// The run whose facts `--as-of` takes.
    pub(super) as_of: Option<StoredRun>,
}

impl Earlier {
    pub(super) fn read(store: Option<&Store>, settings: &Settings, as_of: Option<Timestamp>) -> Result<Self, RunError> {
        let Some(store) = store else { return Ok(Self::nothing()) };
        let last = store.last()?;
        let mut expected: Vec<_> = store
            .expected()?
            .into_iter()
            .filter(|(collector, kind, scope)| !settings.retired.iter().any(|it| it.covers(collector, kind, scope)))
            .map(|(collector, kind, scope)| Expected { collector, kind, scope })
            .collect();
        expected.sort();
        let summaries = match &last {
            Some(last) => store.assessment(last.id)?.frameworks.into_iter().map(|it| (it.id, it.summary)).collect(),
            None => Vec::new(),
        };
        let as_of = match as_of {
            Some(at) => {
                let run = store.runs()?.into_iter().rev().find(|run| run.started_at <= at);
                Some(store.load(run.ok_or(RunError::NothingByThen { at })?.id)?)
            }
            None => None,
        };
        Ok(Self { id: store.next_run()?, expected, last, summaries, failing_since: store.failing_since()?, as_of })
    }

    fn nothing() -> Self {
        Self {
            id: RunId(1),
            expected: Vec::new(),
            last: None,
            summaries: Vec::new(),
            failing_since: BTreeMap::new(),
            as_of: None,
        }
    }
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
        let settings = serde_json::from_str(&run.closure.settings).map_err(|error| RunError::ForeignSettings {
            id,
            version: run.header.engine_version.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self { run, settings })
    }
}

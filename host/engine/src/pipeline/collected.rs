//! From collectors and given facts to one set of facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use facts::{Admitted, EarlyEnd, Expected, Input};
use model::{
    Basis, CollectorName, CollectorRun, CollectorStatus, Completeness, Digest, Ended, FactSet, Gap, GapCode, ScopeState,
    Timestamp, Transcript,
};
use plugin::{CollectRequest, Source, World};

use super::prepared::{Prepared, PreparedCollector};
use super::recorded::Earlier;
use super::{Inputs, RunError};
use crate::clock::{Clock as _, SystemClock};
use crate::progress::Progress;
use crate::secrets::SystemSecrets;

/// What came in.
pub struct Collected {
    /// Facts, scopes and gaps of all collectors.
    pub facts: FactSet,
    /// What became of each.
    pub runs: Vec<CollectorRun>,
    /// What each plugin saw.
    pub transcripts: Vec<Transcript>,
    /// The components that ran.
    pub components: BTreeMap<CollectorName, Arc<[u8]>>,
    /// What was expected of them, by their earlier runs and by the configuration.
    pub expected: Vec<Expected>,
}

/// The name under which facts on stdin enter. It says nothing of where they are from, so nothing is expected of it again.
pub const STDIN: &str = "facts:stdin";

/// Runs every collector at once, reads the given facts, and admits both.
pub(super) async fn collect_all(
    prepared: &Prepared,
    mut inputs: Inputs<'_>,
    earlier: &Earlier,
    started_at: Timestamp,
    progress: &Progress,
) -> Result<Collected, RunError> {
    let mut parts = Vec::new();
    let mut collected = Collected {
        facts: FactSet::default(),
        runs: Vec::new(),
        transcripts: Vec::new(),
        components: BTreeMap::new(),
        expected: Vec::new(),
    };
    for (collector, run) in &earlier.as_of {
        parts.push(recorded_part(&run.facts, &collector.name));
        collected.runs.push(collector.clone());
    }
    let running = prepared.collectors.iter().map(|it| collect(it, started_at, progress));
    for (collector, outcome) in prepared.collectors.iter().zip(futures::future::join_all(running).await) {
        collected.runs.push(run_of(collector, &outcome.transcript));
        let input = input_of(collector, outcome.records, &outcome.transcript.ended);
        let expected = expected_of(&collector.name, prepared, &earlier.expected);
        parts.push(facts::admit(input, &expected, &prepared.kinds, &facts::Limits::default(), started_at, prepared.threads));
        collected.expected.extend(expected);
        collected.components.insert(collector.name.clone(), Arc::clone(collector.file.bytes()));
        collected.transcripts.push(outcome.transcript);
    }
    for (name, reader) in std::mem::take(&mut inputs.facts) {
        progress.stage(&format!("reading {name}"));
        let expected = expected_of(&name, prepared, &earlier.expected);
        let limits = facts::Limits::default();
        let admitted = facts::read_ndjson(reader, &name, &expected, &prepared.kinds, &limits, started_at, prepared.threads)
            .map_err(|source| RunError::Facts { name: name.clone(), source })?;
        parts.push(admitted);
        collected.expected.extend(expected);
        collected.runs.push(given(name));
    }
    collected.runs.sort_by(|a, b| a.name.cmp(&b.name));
    if inputs.collect && prepared.config.file.is_some() {
        let left_out = earlier.left_out(&collected.runs);
        parts.extend(silent(&left_out));
        collected.expected.extend(left_out);
    }
    collected.facts = facts::merge(parts);
    Ok(collected)
}

/// What one collector said in a recorded run.
pub(crate) fn recorded_part(facts: &FactSet, name: &CollectorName) -> Admitted {
    Admitted {
        facts: facts.facts().iter().filter(|it| &it.collector == name).cloned().collect(),
        scopes: facts.scopes().iter().filter(|it| &it.collector == name).cloned().collect(),
        gaps: facts.gaps().iter().filter(|it| &it.collector == name).cloned().collect(),
    }
}

/// What it means that collectors took no part of which something was expected: each scope is a gap until it is retired.
pub(crate) fn silent(expected: &[Expected]) -> Vec<Admitted> {
    let part = |it: &Expected| Admitted {
        facts: Vec::new(),
        scopes: vec![ScopeState {
            collector: it.collector.clone(),
            kind: it.kind.clone(),
            scope: it.scope.clone(),
            completeness: Completeness::Incomplete,
            basis: Basis::Collected,
        }],
        gaps: vec![Gap {
            collector: it.collector.clone(),
            kind: it.kind.clone(),
            scope: it.scope.clone(),
            subject: None,
            code: GapCode::MISSING,
            message: format!(
                "the collector `{0}` is no longer configured; if that is meant, add `[[retired]]` with `collector = \"{0}\"` to engine.toml",
                it.collector
            ),
        }],
    };
    expected.iter().map(part).collect()
}

async fn collect(collector: &PreparedCollector, started_at: Timestamp, progress: &Progress) -> plugin::Collected {
    let config = &collector.config;
    let request = request_of(collector, started_at);
    let bar = progress.collector(&collector.name);
    plugin::collect(&collector.plugin, request, &config.grant, &config.limits, Source::Live(world_of(collector)), bar).await
}

/// What stands around a collector that runs live.
pub(crate) fn world_of(collector: &PreparedCollector) -> World {
    World {
        files_root: collector.config.files_root.clone(),
        ..World::new(Arc::new(SystemSecrets), Arc::new(|| SystemClock.now()))
    }
}

/// What a collector is asked.
pub(crate) fn request_of(collector: &PreparedCollector, started_at: Timestamp) -> CollectRequest {
    CollectRequest {
        collector: collector.name.clone(),
        config: collector.config.config.clone(),
        kinds: kinds_of(collector),
        scopes: collector.config.scopes.clone(),
        started_at,
        seed: seed_of(collector, started_at),
    }
}

/// The seed of all randomness that a collector sees: no secret, and different from run to run.
fn seed_of(collector: &PreparedCollector, started_at: Timestamp) -> [u8; 32] {
    *Digest::tagged("engine:seed", &[collector.name.as_str().as_bytes(), started_at.to_string().as_bytes()]).as_bytes()
}

pub(super) fn kinds_of(collector: &PreparedCollector) -> Vec<model::KindId> {
    let asked = &collector.config.kinds;
    if asked.is_empty() { collector.file.manifest().kinds.clone() } else { asked.clone() }
}

fn expected_of(name: &CollectorName, prepared: &Prepared, earlier: &[Expected]) -> Vec<Expected> {
    let is_named = name.as_str() != STDIN;
    let mut expected: Vec<Expected> = earlier.iter().filter(|it| is_named && &it.collector == name).cloned().collect();
    if let Some(collector) = prepared.collectors.iter().find(|it| &it.name == name) {
        for scope in &collector.config.scopes {
            let of_kind = |kind| Expected { collector: name.clone(), kind, scope: scope.clone() };
            expected.extend(kinds_of(collector).into_iter().map(of_kind));
        }
    }
    expected.sort();
    expected.dedup();
    expected
}

fn input_of(collector: &PreparedCollector, records: Vec<model::Record>, ended: &Ended) -> Input {
    Input {
        collector: collector.name.clone(),
        basis: collector.file.manifest().basis,
        kinds: kinds_of(collector),
        records,
        ended: failure_of(ended),
    }
}

/// Why every scope that is not complete by then has a gap.
pub(crate) fn failure_of(ended: &Ended) -> Option<EarlyEnd> {
    match ended {
        Ended::Finished => None,
        Ended::Failed { code, message } => Some(EarlyEnd { code: GapCode::from_guest(code), message: message.clone() }),
        Ended::CutOff { cause, message, .. } => {
            let code = if cause == GapCode::NONDETERMINISTIC.as_str() { GapCode::NONDETERMINISTIC } else { GapCode::CUT_OFF };
            Some(EarlyEnd { code, message: message.clone() })
        }
    }
}

fn run_of(collector: &PreparedCollector, transcript: &Transcript) -> CollectorRun {
    let (status, message) = told_of(&transcript.ended);
    CollectorRun {
        name: collector.name.clone(),
        digest: Some(transcript.component),
        version: smol_str::format_smolstr!("{}", collector.file.manifest().version),
        status,
        message,
        transcript: Some(transcript.digest()),
    }
}

/// What a report says of how a collector ended.
pub(crate) fn told_of(ended: &Ended) -> (CollectorStatus, String) {
    match ended {
        Ended::Finished => (CollectorStatus::Ok, String::new()),
        Ended::Failed { message, .. } => (CollectorStatus::Failed, message.clone()),
        Ended::CutOff { message, .. } => (CollectorStatus::CutOff, message.clone()),
    }
}

fn given(name: CollectorName) -> CollectorRun {
    let (status, version) = (CollectorStatus::Ok, smol_str::SmolStr::default());
    CollectorRun { name, digest: None, version, status, message: String::new(), transcript: None }
}

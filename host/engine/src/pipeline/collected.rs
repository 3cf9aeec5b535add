//! From collectors and given facts to one set of facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use facts::{Admitted, Expected};
use model::{Basis, CollectorName, CollectorRun, Completeness, FactSet, Gap, GapCode, ScopeState, Timestamp, Transcript};

use super::live::{collect_live, expected_of};
use super::prepared::Prepared;
use super::recorded::{Absent, Earlier};
use super::{GivenFacts, Inputs, RunError};
use crate::progress::Progress;

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
    /// The collectors that take no part any more and of which something is expected, with the basis that they had.
    pub absent: BTreeMap<CollectorName, Basis>,
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
        absent: BTreeMap::new(),
    };
    for (collector, run) in &earlier.as_of {
        parts.push(recorded_part(&run.facts, &collector.name));
        collected.runs.push(collector.clone());
    }
    for it in collect_live(prepared, &earlier.expected, started_at, progress).await {
        collected.runs.push(it.run);
        collected.expected.extend(it.expected);
        collected.components.insert(it.collector.name.clone(), Arc::clone(it.collector.file.bytes()));
        collected.transcripts.push(it.transcript);
        parts.push(it.admitted);
    }
    for GivenFacts { run, basis, lines } in std::mem::take(&mut inputs.facts) {
        let name = run.name.clone();
        progress.stage(&format!("reading {name}"));
        let expected = expected_of(&name, prepared, &earlier.expected);
        let limits = facts::Limits::default();
        let admitted = facts::read_ndjson(lines, &name, &expected, &prepared.kinds, &limits, started_at, prepared.threads)
            .map_err(|source| RunError::Facts { name: name.clone(), source })?;
        parts.push(admitted.worth(basis));
        collected.expected.extend(expected);
        collected.runs.push(run);
    }
    collected.runs.sort_by(|a, b| a.name.cmp(&b.name));
    if inputs.collect && prepared.config.file.is_some() {
        let left_out = earlier.left_out(&collected.runs);
        parts.extend(silent(&left_out));
        collected.absent.extend(left_out.iter().map(|it| (it.expected.collector.clone(), it.basis)));
        collected.expected.extend(left_out.into_iter().map(|it| it.expected));
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
pub(crate) fn silent(absent: &[Absent]) -> Vec<Admitted> {
    let part = |Absent { expected: it, basis }: &Absent| Admitted {
        facts: Vec::new(),
        scopes: vec![ScopeState {
            collector: it.collector.clone(),
            kind: it.kind.clone(),
            scope: it.scope.clone(),
            completeness: Completeness::Incomplete,
            basis: *basis,
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
    absent.iter().map(part).collect()
}

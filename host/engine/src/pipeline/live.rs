//! The collectors that run: takes what is prepared, gives what each said, admitted, in the order of their names whichever
//! ended first. What one of them does, or fails to do, is in its own facts and gaps only.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use facts::{Admitted, EarlyEnd, Expected, Input};
use model::{CollectorName, CollectorRun, CollectorStatus, Digest, Ended, GapCode, Timestamp, Transcript};
use plugin::{CollectRequest, Collected, Job, Source, Together, World};

use super::STDIN;
use super::prepared::{Prepared, PreparedCollector};
use crate::clock::{Clock as _, SystemClock};
use crate::progress::Progress;
use crate::secrets::SystemSecrets;

/// What one collector said.
pub(super) struct Live<'a> {
    pub(super) collector: &'a PreparedCollector,
    pub(super) run: CollectorRun,
    pub(super) transcript: Transcript,
    pub(super) expected: Vec<Expected>,
    pub(super) admitted: Admitted,
}

/// After so long without an end, those that still run are named.
const LONG: Duration = Duration::from_secs(5);

/// Runs every collector, and admits what each said as soon as it ends.
pub(super) async fn collect_live<'a>(
    prepared: &'a Prepared,
    earlier: &[Expected],
    started_at: Timestamp,
    progress: &Progress,
) -> Vec<Live<'a>> {
    let jobs = prepared.collectors.iter().map(|it| job_of(it, started_at, progress)).collect();
    let mut together = Together::start(jobs, prepared.config.collectors_at_once);
    let mut ended = BTreeMap::new();
    while let Some((place, outcome)) = next(&mut together, progress).await {
        if let Some(collector) = prepared.collectors.get(place) {
            let live = guarded(outcome, |outcome| admitted(collector, outcome, prepared, earlier, started_at));
            progress.ended(&collector.name, live.admitted.facts.len(), live.admitted.gaps.len(), live.run.status);
            ended.insert(place, live);
        }
    }
    ended.into_values().collect()
}

async fn next(together: &mut Together, progress: &Progress) -> Option<(usize, Collected)> {
    loop {
        match tokio::time::timeout(LONG, together.next()).await {
            Ok(ended) => return ended,
            Err(_) => progress.waits(),
        }
    }
}

/// Admits what a collector said. A panic on the way is our own fault and that collector's end only: what it said is lost, and
/// every scope of it is a gap that says so.
fn guarded<T>(outcome: Collected, admit: impl Fn(Collected) -> T) -> T {
    let lost = Collected::lost(&outcome.transcript);
    // Nothing that it could have left half done is used again.
    catch_unwind(AssertUnwindSafe(|| admit(outcome))).unwrap_or_else(|_| admit(lost))
}

fn admitted<'a>(
    collector: &'a PreparedCollector,
    outcome: Collected,
    prepared: &Prepared,
    earlier: &[Expected],
    started_at: Timestamp,
) -> Live<'a> {
    let run = run_of(collector, &outcome.transcript);
    let expected = expected_of(&collector.name, prepared, earlier);
    let input = Input {
        collector: collector.name.clone(),
        basis: collector.file.manifest().basis,
        kinds: kinds_of(collector),
        records: outcome.records,
        ended: failure_of(&outcome.transcript.ended),
    };
    let limits = facts::Limits::default();
    let admitted = facts::admit(input, &expected, &prepared.kinds, &limits, started_at, prepared.threads);
    Live { collector, run, transcript: outcome.transcript, expected, admitted }
}

fn job_of(collector: &PreparedCollector, started_at: Timestamp, progress: &Progress) -> Job {
    Job {
        plugin: collector.plugin.clone(),
        request: request_of(collector, started_at),
        grant: collector.config.grant.clone(),
        limits: collector.config.limits.clone(),
        source: Source::Live(world_of(collector)),
        progress: progress.collector(&collector.name),
    }
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

/// What is expected of a collector, by its earlier runs and by the configuration. Facts on stdin say nothing of where they are
/// from, so nothing is expected of them again.
pub(super) fn expected_of(name: &CollectorName, prepared: &Prepared, earlier: &[Expected]) -> Vec<Expected> {
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

#[cfg(test)]
mod tests {
    use model::Record;

    use super::*;

    #[test]
    fn a_panic_while_what_one_collector_said_is_admitted_is_that_collectors_end_only() {
        let transcript = Transcript {
            collector: "good".parse().unwrap(),
            component: Digest::of(b"component"),
            request: "{}".to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            seed: [7; 32],
            entries: Vec::new(),
            ended: Ended::Finished,
            log: Vec::new(),
        };
        let record = Record::Expect { kind: "host.os@1".to_owned(), scope: "a scope".to_owned() };
        let good = guarded(Collected { records: vec![record.clone()], transcript: transcript.clone() }, |outcome| outcome);
        assert_eq!((good.records.len(), &good.transcript), (1, &transcript));
        let panics = Collected { records: vec![record], transcript };
        let lost = guarded(panics, |outcome| if outcome.records.is_empty() { outcome } else { panic!("a test") });
        assert_eq!((lost.records.len(), lost.transcript.entries.len()), (0, 0));
        let early = failure_of(&lost.transcript.ended).unwrap();
        assert!(early.code == GapCode::CUT_OFF && early.message.contains("the engine itself failed"), "{early:?}");
        assert_eq!(told_of(&lost.transcript.ended).0, CollectorStatus::CutOff);
    }
}

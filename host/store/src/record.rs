//! Recording a run: everything into the packs, the packs safe on disk, then one transaction.

use std::collections::BTreeSet;

use model::{ClockMode, CollectorName, RunHeader, RunId, Transcript};
use redb::ReadableTable as _;

use crate::blobs::{Blobs, Sheet};
use crate::failing::{self, Failing};
use crate::manifest::{ClosureRecord, Manifest, RunRecord, Scopes, to_json, to_postcard};
use crate::root::{self, Parts};
use crate::schema::{self, COUNTS, EXPECTED, RUNS};
use crate::{OutcomeCounts, Run, Store, StoreError, facts, findings, read};

impl Store {
    /// The number of the run that is recorded next.
    pub fn next_run(&self) -> Result<RunId, StoreError> {
        self.with(|blobs| Ok(RunId(last_id(blobs)? + 1)))
    }

    /// Records a run. When this returns, the run is on disk and every reader sees it; when it fails, nothing of it is.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::ReadOnly`] or [`StoreError::Io`] when it could not be written,
    /// [`StoreError::Sequence`] when its number is not larger than the last, [`StoreError::FactDigest`] when a fact's
    /// digest is not that of its body without the volatile fields of the closure.
    pub fn record(&self, run: &Run<'_>) -> Result<(), StoreError> {
        self.with(|blobs| {
            let last = last_id(blobs)?;
            if run.header.id.0 <= last {
                return Err(StoreError::Sequence { run: run.header.id, last: RunId(last) });
            }
            let mut salt = [0; 32];
            getrandom::fill(&mut salt).map_err(|error| StoreError::Random { reason: error.to_string() })?;
            record(blobs, run, salt)
        })
    }
}

pub(crate) fn last_id(blobs: &Blobs) -> Result<u64, StoreError> {
    let transaction = blobs.begin_read()?;
    let table = transaction.open_table(RUNS).map_err(|error| blobs.redb(error))?;
    let last = table.last().map_err(|error| blobs.redb(error))?;
    Ok(last.map_or(0, |(id, _)| id.value()))
}

fn record(blobs: &Blobs, run: &Run<'_>, salt: [u8; 32]) -> Result<(), StoreError> {
    put_answers(blobs, run.transcripts)?;
    let segments = facts::write(blobs, run.facts.facts(), &run.closure.volatile, run.outline)?;
    let scopes = Scopes { states: run.facts.scopes().to_vec(), gaps: run.facts.gaps().to_vec() };
    let closure = ClosureRecord::write(blobs, run.closure)?;
    let failing = failing::carry(before(blobs)?, run.facts, run.findings, run.rules, run.header.started_at);
    let pieces = |bytes: &[u8]| blobs.put_pieces(bytes);
    let manifest = Manifest {
        segments: segments.iter().map(|segment| pieces(&to_postcard(blobs, segment)?)).collect::<Result<_, _>>()?,
        scopes: pieces(&to_postcard(blobs, &scopes)?)?,
        rules: findings::write(blobs, run.findings)?,
        failing: failing::write(blobs, &failing)?,
        headers: pieces(to_json(blobs, run.rules)?.as_bytes())?,
        assessment: pieces(to_json(blobs, run.assessment)?.as_bytes())?,
        transcripts: run.transcripts.iter().map(|it| pieces(&to_postcard(blobs, it)?)).collect::<Result<_, _>>()?,
        closure: pieces(&to_postcard(blobs, &closure)?)?,
    };
    let parts = Parts {
        header: run.header,
        manifest: &manifest,
        segments: &segments,
        scopes: &scopes,
        transcripts: run.transcripts,
        closure: &closure,
    };
    let (root, _) = root::root(blobs, &salt, &parts)?;
    let manifest = pieces(&to_postcard(blobs, &manifest)?)?;
    let record = RunRecord { header: to_json(blobs, run.header)?, salt, root, manifest };
    let counts = run.findings.rules().iter().map(|it| (it.rule.as_str(), OutcomeCounts::of(&it.outcomes)));
    let collectors = if run.header.clock == ClockMode::Live { taking_part(run.header, &scopes) } else { BTreeSet::new() };
    commit(blobs, run.header.id, &record, counts, &collectors)
}

/// The failures that the last live run knew.
fn before(blobs: &Blobs) -> Result<Vec<Failing>, StoreError> {
    match read::last_live(blobs)? {
        None => Ok(Vec::new()),
        Some(id) => failing::read(blobs, &read::open_run(blobs, id)?.manifest.failing),
    }
}

/// Keeps the answers that entries still hold.
fn put_answers(blobs: &Blobs, transcripts: &[Transcript]) -> Result<(), StoreError> {
    for entry in transcripts.iter().flat_map(|transcript| &transcript.entries) {
        if let Some(answer) = &entry.answer {
            blobs.put_sheets(&[Sheet::of(answer.to_vec())])?;
        }
    }
    Ok(())
}

/// The collectors that took part in a run: those of its header, and those whose facts were given.
pub(crate) fn taking_part(header: &RunHeader, scopes: &Scopes) -> BTreeSet<CollectorName> {
    let named = header.collectors.iter().map(|collector| collector.name.clone());
    named.chain(scopes.states.iter().map(|state| state.collector.clone())).collect()
}

/// Writes the rows of a run, and makes everything visible at once.
pub(crate) fn commit<'a>(
    blobs: &Blobs,
    id: RunId,
    record: &RunRecord,
    counts: impl Iterator<Item = (&'a str, OutcomeCounts)>,
    collectors: &BTreeSet<CollectorName>,
) -> Result<(), StoreError> {
    let record = to_postcard(blobs, record)?;
    let transaction = blobs.begin_write()?;
    {
        let mut runs = transaction.open_table(RUNS).map_err(|error| blobs.redb(error))?;
        let row = schema::seal("runs", &id.0.to_le_bytes(), &record);
        runs.insert(id.0, row.as_slice()).map_err(|error| blobs.redb(error))?;
        let mut table = transaction.open_table(COUNTS).map_err(|error| blobs.redb(error))?;
        for (rule, counts) in counts {
            let row = schema::seal("counts", &counts_key(id, rule), &counts.to_row());
            table.insert((id.0, rule), row.as_slice()).map_err(|error| blobs.redb(error))?;
        }
        let mut table = transaction.open_table(EXPECTED).map_err(|error| blobs.redb(error))?;
        for collector in collectors {
            let row = schema::seal("expected", collector.as_str().as_bytes(), &id.0.to_le_bytes());
            table.insert(collector.as_str(), row.as_slice()).map_err(|error| blobs.redb(error))?;
        }
    }
    blobs.commit(transaction, id)
}

/// The key of a row of counts, as bytes for its seal.
pub(crate) fn counts_key(id: RunId, rule: &str) -> Vec<u8> {
    [&id.0.to_le_bytes()[..], rule.as_bytes()].concat()
}

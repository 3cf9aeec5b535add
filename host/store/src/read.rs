//! Reading runs: headers alone, one part, or everything.

use std::collections::BTreeMap;

use model::{Assessment, ClockMode, CollectorName, FactSet, FindingId, KindId, RunHeader, RunId, ScopeId, ScopeState, Timestamp};
use redb::ReadableTable as _;

use crate::blobs::Blobs;
use crate::failing::{self, FailingRecord};
use crate::manifest::{Manifest, Opened, RunRecord, from_json, from_postcard};
use crate::record::counts_key;
use crate::schema::{self, COUNTS, EXPECTED, RUNS};
use crate::{OutcomeCounts, RuleCounts, Store, StoreError, StoredRun, facts, findings};

impl Store {
    /// The headers of every run, from the first to the last.
    pub fn runs(&self) -> Result<Vec<RunHeader>, StoreError> {
        self.with(|blobs| {
            let transaction = blobs.begin_read()?;
            let table = transaction.open_table(RUNS).map_err(|error| blobs.redb(error))?;
            let mut headers = Vec::new();
            for row in table.iter().map_err(|error| blobs.redb(error))? {
                let (id, row) = row.map_err(|error| blobs.redb(error))?;
                headers.push(decode_row(blobs, RunId(id.value()), row.value())?.1);
            }
            Ok(headers)
        })
    }

    /// The header of the last run; `None` in an empty store.
    pub fn last(&self) -> Result<Option<RunHeader>, StoreError> {
        self.with(|blobs| {
            let transaction = blobs.begin_read()?;
            let table = transaction.open_table(RUNS).map_err(|error| blobs.redb(error))?;
            let last = table.last().map_err(|error| blobs.redb(error))?;
            last.map(|(id, row)| Ok(decode_row(blobs, RunId(id.value()), row.value())?.1)).transpose()
        })
    }

    /// The header of a run.
    ///
    /// # Errors
    /// [`StoreError::NoRun`] when there is no such run.
    pub fn header(&self, id: RunId) -> Result<RunHeader, StoreError> {
        self.with(|blobs| Ok(read_row(blobs, id)?.1))
    }

    /// The assessment of a run.
    ///
    /// # Errors
    /// [`StoreError::NoRun`] when there is no such run.
    pub fn assessment(&self, id: RunId) -> Result<Assessment, StoreError> {
        self.with(|blobs| assessment(blobs, &open_run(blobs, id)?.manifest))
    }

    /// The findings of each rule of a run, counted; cheap enough to compare many runs.
    ///
    /// # Errors
    /// [`StoreError::NoRun`] when there is no such run.
    pub fn counts(&self, id: RunId) -> Result<RuleCounts, StoreError> {
        self.with(|blobs| {
            read_row(blobs, id)?;
            counts(blobs, id)
        })
    }

    /// A run with all its parts, each compared with its digest.
    ///
    /// # Errors
    /// [`StoreError::NoRun`] when there is no such run; [`StoreError::Damaged`] names the first part that was changed.
    pub fn load(&self, id: RunId) -> Result<StoredRun, StoreError> {
        self.with(|blobs| {
            let Opened { header, manifest, .. } = open_run(blobs, id)?;
            let facts = facts::read(blobs, &manifest.segments(blobs)?)?;
            let scopes = manifest.scopes(blobs)?;
            Ok(StoredRun {
                header,
                facts: FactSet::new(facts, scopes.states, scopes.gaps),
                findings: findings::read(blobs, &manifest.rules)?,
                assessment: assessment(blobs, &manifest)?,
                rules: manifest.headers(blobs)?,
                transcripts: manifest.transcripts(blobs)?,
                closure: manifest.closure(blobs)?.read(blobs)?,
                first_failed: first_failed(blobs, &manifest.failing)?,
            })
        })
    }

    /// Since when each finding fails, as the last live run knew it.
    ///
    /// A finding's instant is when its subject was seen at the first failure, and stays while nothing shows that it
    /// passed: a finding that is inconclusive now, or whose scope was not seen, is still here.
    pub fn failing_since(&self) -> Result<BTreeMap<FindingId, Timestamp>, StoreError> {
        self.with(|blobs| match last_live(blobs)? {
            None => Ok(BTreeMap::new()),
            Some(id) => first_failed(blobs, &open_run(blobs, id)?.manifest.failing),
        })
    }

    /// What each collector is expected to give: its expected scopes in the last live run in which it took part, in order.
    ///
    /// `*`, which stands for the scopes of a collector that ended before it named any, is not one of them.
    pub fn expected(&self) -> Result<Vec<(CollectorName, KindId, ScopeId)>, StoreError> {
        let named = self.last_scopes()?.into_iter().filter(|state| state.scope != ScopeId::any());
        Ok(named.map(|state| (state.collector, state.kind, state.scope)).collect())
    }

    /// The scopes that each collector spoke of in its newest live run, as they were then: `*` too, where it left a kind
    /// without any.
    ///
    /// # Errors
    /// As for [`Store::load`].
    pub fn last_scopes(&self) -> Result<Vec<ScopeState>, StoreError> {
        self.with(|blobs| {
            let mut runs: BTreeMap<u64, Vec<CollectorName>> = BTreeMap::new();
            let transaction = blobs.begin_read()?;
            let table = transaction.open_table(EXPECTED).map_err(|error| blobs.redb(error))?;
            for row in table.iter().map_err(|error| blobs.redb(error))? {
                let (name, row) = row.map_err(|error| blobs.redb(error))?;
                let payload = schema::unseal(blobs.path(), "expected", name.value().as_bytes(), row.value())?;
                let run = schema::number(blobs.path(), "expected", payload)?;
                let name =
                    name.value().parse().map_err(|error: model::IdError| StoreError::damaged(blobs.path(), error.to_string()))?;
                runs.entry(run).or_default().push(name);
            }
            let mut last = Vec::new();
            for (run, collectors) in runs {
                let states = open_run(blobs, RunId(run))?.manifest.scopes(blobs)?.states;
                last.extend(states.into_iter().filter(|state| collectors.contains(&state.collector)));
            }
            last.sort_by(|a, b| (&a.collector, &a.kind, &a.scope).cmp(&(&b.collector, &b.kind, &b.scope)));
            Ok(last)
        })
    }
}

fn assessment(blobs: &Blobs, manifest: &Manifest) -> Result<Assessment, StoreError> {
    from_json(blobs, "the assessment", &blobs.join(&manifest.assessment)?)
}

fn first_failed(blobs: &Blobs, records: &[FailingRecord]) -> Result<BTreeMap<FindingId, Timestamp>, StoreError> {
    let failing = failing::read(blobs, records)?;
    Ok(failing.iter().flat_map(|rule| &rule.failures).map(|failure| (failure.id, failure.since)).collect())
}

/// The counts of every rule of a run.
pub(crate) fn counts(blobs: &Blobs, id: RunId) -> Result<RuleCounts, StoreError> {
    let transaction = blobs.begin_read()?;
    let table = transaction.open_table(COUNTS).map_err(|error| blobs.redb(error))?;
    let mut counts = RuleCounts::new();
    for row in table.range((id.0, "")..(id.0 + 1, "")).map_err(|error| blobs.redb(error))? {
        let (key, row) = row.map_err(|error| blobs.redb(error))?;
        let rule = key.value().1;
        let payload = schema::unseal(blobs.path(), "counts", &counts_key(id, rule), row.value())?;
        let wrong = || StoreError::damaged(blobs.path(), "a row of the table `counts` has been changed");
        counts.insert(rule.parse().map_err(|_| wrong())?, OutcomeCounts::from_row(payload).ok_or_else(wrong)?);
    }
    Ok(counts)
}

/// The last run whose time was the machine's.
pub(crate) fn last_live(blobs: &Blobs) -> Result<Option<RunId>, StoreError> {
    let transaction = blobs.begin_read()?;
    let table = transaction.open_table(RUNS).map_err(|error| blobs.redb(error))?;
    for row in table.iter().map_err(|error| blobs.redb(error))?.rev() {
        let (id, row) = row.map_err(|error| blobs.redb(error))?;
        let id = RunId(id.value());
        if decode_row(blobs, id, row.value())?.1.clock == ClockMode::Live {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

fn decode_row(blobs: &Blobs, id: RunId, row: &[u8]) -> Result<(RunRecord, RunHeader), StoreError> {
    let payload = schema::unseal(blobs.path(), "runs", &id.0.to_le_bytes(), row)?;
    let record: RunRecord = from_postcard(blobs, "the record of a run", payload)?;
    let header: RunHeader = from_json(blobs, "the header of a run", record.header.as_bytes())?;
    if header.id == id {
        Ok((record, header))
    } else {
        Err(StoreError::damaged(blobs.path(), format!("{id} says that it is {}", header.id)))
    }
}

fn read_row(blobs: &Blobs, id: RunId) -> Result<(RunRecord, RunHeader), StoreError> {
    let transaction = blobs.begin_read()?;
    let table = transaction.open_table(RUNS).map_err(|error| blobs.redb(error))?;
    let row = table.get(id.0).map_err(|error| blobs.redb(error))?.ok_or(StoreError::NoRun { run: id })?;
    decode_row(blobs, id, row.value())
}

/// A run as far as its table of contents.
pub(crate) fn open_run(blobs: &Blobs, id: RunId) -> Result<Opened, StoreError> {
    let (record, header) = read_row(blobs, id)?;
    let manifest = from_postcard(blobs, "the contents of a run", &blobs.join(&record.manifest)?)?;
    Ok(Opened { header, record, manifest })
}

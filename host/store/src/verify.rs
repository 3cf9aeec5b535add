//! Verifying a run: every byte it leads to is hashed again, and the root is computed again.
//!
//! Shows that nothing of a run was changed since it was recorded, as far as the root is known from elsewhere. It does not
//! show that the run says the truth: that rests on the host that recorded it.

use std::collections::BTreeSet;

use model::{Digest, RunId, Transcript};

use crate::blobs::Blobs;
use crate::manifest::{Manifest, Opened};
use crate::read::{counts, open_run};
use crate::root::{self, Parts};
use crate::{OutcomeCounts, Store, StoreError, Verified, facts, failing, findings, work};

impl Store {
    /// Hashes everything of a run again: pack entries, facts, transcripts, the texts of the closure, and the root.
    ///
    /// # Errors
    /// [`StoreError::Changed`] names the first item that differs; [`StoreError::NoRun`] when there is no such run.
    pub fn verify(&self, id: RunId) -> Result<Verified, StoreError> {
        self.with(|blobs| verify_run(blobs, id))
    }
}

/// Hashes everything of a run again.
pub(crate) fn verify_run(blobs: &Blobs, id: RunId) -> Result<Verified, StoreError> {
    verify(blobs, id).map_err(|error| match error {
        StoreError::Damaged { what, .. } => StoreError::Changed { run: id, item: what },
        error => error,
    })
}

fn verify(blobs: &Blobs, id: RunId) -> Result<Verified, StoreError> {
    let Opened { header, record, manifest } = open_run(blobs, id)?;
    let differs = |item: String| StoreError::Changed { run: id, item };
    let named = |what: &str| {
        let what = what.to_owned();
        move |error| match error {
            StoreError::Damaged { what: how, .. } => StoreError::Changed { run: id, item: format!("{what}: {how}") },
            error => error,
        }
    };
    let segments = manifest.segments(blobs).map_err(named("the facts"))?;
    for segment in &segments {
        let read = facts::read(blobs, core::slice::from_ref(segment)).map_err(named(&segment.name()))?;
        if read.len() as u64 != segment.fact_count() {
            return Err(differs(segment.name()));
        }
    }
    let scopes = manifest.scopes(blobs).map_err(named("the states of scopes"))?;
    verify_findings(blobs, id, &manifest)?;
    failing::read(blobs, &manifest.failing).map_err(named("since when findings fail"))?;
    manifest.headers(blobs).map_err(named("the rules"))?;
    blobs.join(&manifest.assessment).map_err(named("the assessment"))?;
    let transcripts = manifest.transcripts(blobs).map_err(named("the transcripts"))?;
    for transcript in &transcripts {
        let noted =
            header.collectors.iter().find(|collector| collector.name == transcript.collector).and_then(|it| it.transcript);
        if noted.is_some_and(|digest| digest != transcript.digest()) {
            return Err(differs(format!("the transcript of `{}`", transcript.collector)));
        }
    }
    let closure = manifest.closure(blobs).map_err(named("the closure"))?;
    for (name, address) in &closure.sources {
        blobs.fetch(address).map_err(named(&format!("the text `{name}`")))?;
    }
    for (name, address) in &closure.components {
        blobs.fetch(address).map_err(named(&format!("the component of `{name}`")))?;
    }
    blobs.fetch(&closure.settings).map_err(named("the settings"))?;
    let (answer_count, absent_answer_count) = verify_answers(blobs, id, &transcripts)?;
    let parts = Parts {
        header: &header,
        manifest: &manifest,
        segments: &segments,
        scopes: &scopes,
        transcripts: &transcripts,
        closure: &closure,
    };
    let (root, leaf_count) = root::root(blobs, &record.salt, &parts)?;
    if root != record.root {
        return Err(differs("the root over all its parts".to_owned()));
    }
    let addresses: BTreeSet<Digest> = record.manifest.iter().copied().chain(reached(&manifest, &segments, &closure)).collect();
    Ok(Verified {
        id,
        root,
        leaf_count,
        blob_count: addresses.len() as u64 + answer_count,
        fact_count: segments.iter().map(facts::Segment::fact_count).sum(),
        answer_count,
        absent_answer_count,
    })
}

fn verify_findings(blobs: &Blobs, id: RunId, manifest: &Manifest) -> Result<(), StoreError> {
    let mut counts = counts(blobs, id)?;
    for record in &manifest.rules {
        let findings = findings::read_rule(blobs, record)?;
        if counts.remove(&record.rule) != Some(OutcomeCounts::of(&findings.outcomes)) {
            return Err(StoreError::Changed { run: id, item: format!("the counts of `{}`", record.rule) });
        }
    }
    match counts.pop_first() {
        Some((rule, _)) => Err(StoreError::Changed { run: id, item: format!("the counts of `{rule}`, which has no findings") }),
        None => Ok(()),
    }
}

/// The digests of the answers of some transcripts, none twice.
pub(crate) fn answers(transcripts: &[Transcript]) -> Vec<Digest> {
    let entries = transcripts.iter().flat_map(|transcript| &transcript.entries);
    entries.map(|entry| entry.response).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Compares every answer that is kept; counts them and those that are not.
fn verify_answers(blobs: &Blobs, id: RunId, transcripts: &[Transcript]) -> Result<(u64, u64), StoreError> {
    let addresses = answers(transcripts);
    let places = blobs.locate(&addresses)?;
    let empty = Digest::of(b"");
    let absent = addresses.iter().zip(&places).filter(|(address, place)| place.is_none() && **address != empty).count();
    let kept: Vec<_> = addresses.iter().zip(places).filter_map(|(address, place)| Some((*address, place?))).collect();
    for read in work::map(&kept, 4, || (), |(), (address, place)| blobs.read(address, *place).map(|_| ())) {
        read.map_err(|error| match error {
            StoreError::Damaged { what, .. } => {
                StoreError::Changed { run: id, item: format!("an answer of a transcript: {what}") }
            }
            error => error,
        })?;
    }
    Ok((kept.len() as u64, absent as u64))
}

/// Every address that a run leads to, answers and the manifest's own left out.
pub(crate) fn reached<'a>(
    manifest: &'a Manifest,
    segments: &'a [facts::Segment],
    closure: &'a crate::manifest::ClosureRecord,
) -> impl Iterator<Item = Digest> {
    manifest.addresses().chain(segments.iter().flat_map(facts::Segment::addresses)).chain(closure.addresses())
}

//! The table of contents of a run: one small document whose addresses lead to everything else.
//!
//! Records are postcard; headers of runs and rules and the assessment are JSON, because a rule's parameters are values of
//! any shape.

use model::{CollectorName, Digest, Gap, KindId, RuleHeader, RunHeader, ScopeState, SourceSet, Transcript};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::blobs::{Blobs, Sheet};
use crate::facts::Segment;
use crate::failing::FailingRecord;
use crate::findings::RuleRecord;
use crate::{Closure, StoreError};

/// The row of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunRecord {
    /// The header as JSON.
    pub(crate) header: String,
    /// Secret: who has it can guess at what a redacted package leaves out.
    pub(crate) salt: [u8; 32],
    /// The root over the salted leaves.
    pub(crate) root: Digest,
    /// The pieces of the manifest.
    pub(crate) manifest: Vec<Digest>,
}

/// What a run consists of. Each list of addresses is a document in pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// One document a segment of facts.
    pub(crate) segments: Vec<Vec<Digest>>,
    /// States of scopes, and gaps.
    pub(crate) scopes: Vec<Digest>,
    pub(crate) rules: Vec<RuleRecord>,
    pub(crate) failing: Vec<FailingRecord>,
    /// The headers of rules, as JSON.
    pub(crate) headers: Vec<Digest>,
    /// The assessment, as JSON.
    pub(crate) assessment: Vec<Digest>,
    /// One document a transcript.
    pub(crate) transcripts: Vec<Vec<Digest>>,
    pub(crate) closure: Vec<Digest>,
}

/// States of scopes, and gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scopes {
    pub(crate) states: Vec<ScopeState>,
    pub(crate) gaps: Vec<Gap>,
}

/// A closure, each text by its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClosureRecord {
    pub(crate) sources: Vec<(String, Digest)>,
    pub(crate) components: Vec<(CollectorName, Digest)>,
    pub(crate) settings: Digest,
    pub(crate) volatile: Vec<(KindId, Vec<SmolStr>)>,
}

/// A run, opened as far as its documents; what they lead to is read when it is asked for.
pub(crate) struct Opened {
    pub(crate) header: RunHeader,
    pub(crate) record: RunRecord,
    pub(crate) manifest: Manifest,
}

pub(crate) fn to_postcard(blobs: &Blobs, record: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    postcard::to_allocvec(record)
        .map_err(|error| StoreError::damaged(blobs.path(), format!("a record cannot be written: {error}")))
}

pub(crate) fn from_postcard<T: DeserializeOwned>(blobs: &Blobs, what: &str, bytes: &[u8]) -> Result<T, StoreError> {
    whole_postcard(bytes).map_err(|reason| StoreError::damaged(blobs.path(), format!("{what}: {reason}")))
}

/// The record that the bytes are, all of them; or why they are none.
pub(crate) fn whole_postcard<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match postcard::take_from_bytes(bytes) {
        Ok((record, [])) => Ok(record),
        Ok(_) => Err("something stands behind it".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(crate) fn to_json(blobs: &Blobs, record: &(impl Serialize + ?Sized)) -> Result<String, StoreError> {
    serde_json::to_string(record)
        .map_err(|error| StoreError::damaged(blobs.path(), format!("a record cannot be written: {error}")))
}

pub(crate) fn from_json<T: DeserializeOwned>(blobs: &Blobs, what: &str, bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::damaged(blobs.path(), format!("{what}: {error}")))
}

impl Manifest {
    pub(crate) fn segments(&self, blobs: &Blobs) -> Result<Vec<Segment>, StoreError> {
        self.segments.iter().map(|pieces| from_postcard(blobs, "a segment of facts", &blobs.join(pieces)?)).collect()
    }

    pub(crate) fn scopes(&self, blobs: &Blobs) -> Result<Scopes, StoreError> {
        from_postcard(blobs, "the states of scopes", &blobs.join(&self.scopes)?)
    }

    pub(crate) fn headers(&self, blobs: &Blobs) -> Result<Vec<RuleHeader>, StoreError> {
        from_json(blobs, "the headers of the rules", &blobs.join(&self.headers)?)
    }

    pub(crate) fn transcripts(&self, blobs: &Blobs) -> Result<Vec<Transcript>, StoreError> {
        self.transcripts.iter().map(|pieces| from_postcard(blobs, "a transcript", &blobs.join(pieces)?)).collect()
    }

    pub(crate) fn closure(&self, blobs: &Blobs) -> Result<ClosureRecord, StoreError> {
        from_postcard(blobs, "the closure", &blobs.join(&self.closure)?)
    }

    /// Every address that the manifest itself holds.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = Digest> {
        let documents = [&self.scopes, &self.headers, &self.assessment, &self.closure];
        let pieces = self.segments.iter().chain(&self.transcripts).chain(documents).flatten().copied();
        pieces
            .chain(self.rules.iter().flat_map(RuleRecord::addresses))
            .chain(self.failing.iter().flat_map(|failing| failing.blocks.iter().copied()))
    }
}

impl ClosureRecord {
    /// Every address that it leads to.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = Digest> {
        let texts = self.sources.iter().map(|(_, address)| *address);
        texts.chain(self.components.iter().map(|(_, address)| *address)).chain([self.settings])
    }

    /// Keeps a closure.
    pub(crate) fn write(blobs: &Blobs, closure: &Closure) -> Result<Self, StoreError> {
        let mut sheets: Vec<Sheet> = closure.sources.iter().map(|(_, text)| Sheet::of(text.as_bytes().to_vec())).collect();
        let sources = closure.sources.iter().zip(&sheets).map(|((name, _), sheet)| (name.to_owned(), sheet.address)).collect();
        let settings = Sheet::of(closure.settings.clone().into_bytes());
        let settings_at = settings.address;
        sheets.push(settings);
        blobs.put_sheets(&sheets)?;
        let mut components = Vec::new();
        for (name, component) in &closure.components {
            let sheet = Sheet::of(component.to_vec());
            components.push((name.clone(), sheet.address));
            blobs.put_sheets(&[sheet])?;
        }
        let volatile = closure.volatile.iter().map(|(kind, names)| (kind.clone(), names.iter().cloned().collect())).collect();
        Ok(Self { sources, components, settings: settings_at, volatile })
    }

    /// Reads the closure.
    pub(crate) fn read(&self, blobs: &Blobs) -> Result<Closure, StoreError> {
        let text = |what: &str, address| {
            String::from_utf8(blobs.fetch(address)?).map_err(|_| StoreError::damaged(blobs.path(), format!("{what} is not text")))
        };
        let mut sources = SourceSet::new();
        for (name, address) in &self.sources {
            sources.insert(name.clone(), text(name, address)?);
        }
        let mut closure = Closure { sources, settings: text("the settings", &self.settings)?, ..Closure::default() };
        for (name, address) in &self.components {
            closure.components.insert(name.clone(), blobs.fetch(address)?.into());
        }
        closure.volatile = self.volatile.iter().map(|(kind, names)| (kind.clone(), names.iter().cloned().collect())).collect();
        Ok(closure)
    }
}

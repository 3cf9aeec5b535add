//! The root of a run: one digest over salted leaves, so that a package with parts left out can still be compared.
//!
//! Each leaf has a name and a content, and is hashed with a salt of its own that is drawn from the run's secret salt and
//! the leaf's name. Who is given one leaf's salt learns nothing about another leaf.

use model::digest::Hasher;
use model::{Digest, RunHeader, Transcript};

use crate::StoreError;
use crate::blobs::Blobs;
use crate::facts::Segment;
use crate::manifest::{ClosureRecord, Manifest, Scopes, to_json, to_postcard};

/// What a root is over.
pub(crate) struct Parts<'a> {
    pub(crate) header: &'a RunHeader,
    pub(crate) manifest: &'a Manifest,
    pub(crate) segments: &'a [Segment],
    pub(crate) scopes: &'a Scopes,
    pub(crate) transcripts: &'a [Transcript],
    pub(crate) closure: &'a ClosureRecord,
}

/// The leaves in the making.
struct Leaves<'a> {
    blobs: &'a Blobs,
    salt: &'a [u8; 32],
    root: Hasher,
    count: u64,
}

impl Leaves<'_> {
    fn add(&mut self, name: &str, content: &[u8]) {
        let salt = Digest::tagged("engine:leaf-salt", &[self.salt, name.as_bytes()]);
        self.root.part(Digest::tagged("engine:leaf", &[salt.as_bytes(), name.as_bytes(), content]).as_bytes());
        self.count += 1;
    }

    fn add_record(&mut self, name: &str, record: &impl serde::Serialize) -> Result<(), StoreError> {
        let content = to_postcard(self.blobs, record)?;
        self.add(name, &content);
        Ok(())
    }

    fn add_header(&mut self, header: &RunHeader) -> Result<(), StoreError> {
        // Every field is named here, so that one that is added to the model does not compile before it is a leaf.
        let RunHeader { id, started_at, recorded_at, clock, engine_version, semantics, collectors, content_digest, exit } =
            header;
        let fields = [
            ("id", to_json(self.blobs, id)?),
            ("started_at", to_json(self.blobs, started_at)?),
            ("recorded_at", to_json(self.blobs, recorded_at)?),
            ("clock", to_json(self.blobs, clock)?),
            ("engine_version", to_json(self.blobs, engine_version)?),
            ("semantics", to_json(self.blobs, semantics)?),
            ("collectors", to_json(self.blobs, collectors)?),
            ("content_digest", to_json(self.blobs, content_digest)?),
            ("exit", to_json(self.blobs, exit)?),
        ];
        for (name, content) in fields {
            self.add(&format!("header/{name}"), content.as_bytes());
        }
        Ok(())
    }

    fn add_facts(&mut self, segments: &[Segment]) -> Result<(), StoreError> {
        for (at, segment) in segments.iter().enumerate() {
            self.add_record(&format!("facts/{at}"), &(&segment.kind, &segment.collector, &segment.scope))?;
            let mut number = 0_u64;
            for (group_at, group) in segment.groups.iter().enumerate() {
                for block in &group.blocks {
                    self.add_record(&format!("facts/{at}/block/{number}"), block)?;
                    number += 1;
                }
                self.add_record(&format!("facts/{at}/beside/{group_at}"), &(group.beside, group.observed_at))?;
            }
        }
        Ok(())
    }

    fn add_transcripts(&mut self, transcripts: &[Transcript]) -> Result<(), StoreError> {
        for (at, transcript) in transcripts.iter().enumerate() {
            self.add(&format!("transcript/{at}"), transcript.digest().as_bytes());
            self.add_record(&format!("transcript/{at}/log"), &transcript.log)?;
            for entry in &transcript.entries {
                self.add(&format!("transcript/{at}/call/{}", entry.call), entry.digest().as_bytes());
            }
        }
        Ok(())
    }
}

/// The root over all leaves, and how many there are.
pub(crate) fn root(blobs: &Blobs, salt: &[u8; 32], parts: &Parts<'_>) -> Result<(Digest, u64), StoreError> {
    let Parts { header, manifest, segments, scopes, transcripts, closure } = parts;
    let mut leaves = Leaves { blobs, salt, root: Hasher::new("engine:root"), count: 0 };
    leaves.add_header(header)?;
    for (at, state) in scopes.states.iter().enumerate() {
        leaves.add_record(&format!("scope/{at}"), state)?;
    }
    for (at, gap) in scopes.gaps.iter().enumerate() {
        leaves.add_record(&format!("gap/{at}"), gap)?;
    }
    leaves.add_facts(segments)?;
    for rule in &manifest.rules {
        leaves.add_record(&format!("findings/{}", rule.rule), rule)?;
    }
    for failing in &manifest.failing {
        leaves.add_record(&format!("failing/{}", failing.rule), failing)?;
    }
    leaves.add_record("rules", &manifest.headers)?;
    leaves.add_record("assessment", &manifest.assessment)?;
    leaves.add_transcripts(transcripts)?;
    for (name, address) in &closure.sources {
        leaves.add(&format!("source/{name}"), address.as_bytes());
    }
    for (name, address) in &closure.components {
        leaves.add(&format!("component/{name}"), address.as_bytes());
    }
    leaves.add("settings", closure.settings.as_bytes());
    leaves.add_record("volatile", &closure.volatile)?;
    Ok((leaves.root.finish(), leaves.count))
}

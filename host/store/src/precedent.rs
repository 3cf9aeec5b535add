//! What a run leaves for the next evaluation: which facts of a later run it had too, and what it concluded.
//!
//! Takes the facts of a later run; gives a [`Precedent`]. No block of facts is read: the address of a block is the digest over
//! its facts' digests, so a block of the later run that has the address of one of the earlier run has its facts, in its order. Only
//! what stands beside them is read, for their volatile fields.

use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};

use model::{Digest, Fact, FactSet, Kept, Precedent, RunId};
use smol_str::SmolStr;

use crate::beside::Inserts;
use crate::blobs::Blobs;
use crate::body::inserts;
use crate::facts::{BlockGroup, Segment, Volatile, blocks_of};
use crate::read::open_run;
use crate::{Store, StoreError, findings, work};

/// What decided a run, as far as a later one can compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedBy {
    /// The plain SHA-256 of each source, by its name.
    pub sources: BTreeMap<String, Digest>,
    /// Its settings, as [`crate::Closure::settings`].
    pub settings: String,
}

impl Store {
    /// What decided a run: cheap, for nothing of its evidence is read.
    ///
    /// # Errors
    /// [`StoreError::NoRun`] when there is no such run; [`StoreError::Damaged`] when what it leads to was changed.
    pub fn decided_by(&self, id: RunId) -> Result<DecidedBy, StoreError> {
        self.with(|blobs| {
            let closure = open_run(blobs, id)?.manifest.closure(blobs)?;
            let settings = String::from_utf8(blobs.fetch(&closure.settings)?);
            let settings = settings.map_err(|_| StoreError::damaged(blobs.path(), "the settings are not text"))?;
            Ok(DecidedBy { sources: closure.sources.into_iter().collect(), settings })
        })
    }

    /// What a run leaves for the evaluation of these facts, which are of the same kinds. `volatile` names what the digests of both
    /// leave out, `evaluator` is that of the earlier run.
    ///
    /// # Errors
    /// [`StoreError::NoRun`] when there is no such run; [`StoreError::Damaged`] when a part that is needed was changed.
    pub fn precedent(&self, id: RunId, facts: &FactSet, volatile: &Volatile, evaluator: &str) -> Result<Precedent, StoreError> {
        self.with(|blobs| {
            let opened = open_run(blobs, id)?;
            let segments = opened.manifest.segments(blobs)?;
            let mut ranges: BTreeMap<_, Range<usize>> = BTreeMap::new();
            let mut kept = Vec::new();
            let mut before = 0;
            for segment in &segments {
                let end = usize::try_from(segment.fact_count()).ok().and_then(|count| count.checked_add(before));
                let end = end.ok_or_else(|| StoreError::damaged(blobs.path(), "a count of facts is too large"))?;
                ranges.entry(segment.kind.clone()).or_insert(before..end).end = end;
                let now = place_of(facts, segment);
                let names = volatile.get(&segment.kind).filter(|names| !names.is_empty());
                let part = Part { facts: facts.facts().get(now.clone()).unwrap_or_default(), at: now.start, before, names };
                kept.extend(part.kept(blobs, segment)?);
                before = end;
            }
            Ok(Precedent {
                started_at: opened.header.started_at,
                evaluator: evaluator.into(),
                rules: opened.manifest.headers(blobs)?,
                findings: findings::read(blobs, &opened.manifest.rules)?,
                scopes: opened.manifest.scopes(blobs)?.states,
                ranges,
                kept: joined(kept),
            })
        })
    }
}

/// Where the facts of a segment's kind, collector and scope stand in a set.
fn place_of(facts: &FactSet, segment: &Segment) -> Range<usize> {
    let all = facts.facts();
    let key = (&segment.kind, &segment.collector, &segment.scope);
    let start = all.partition_point(|fact| (&fact.kind, &fact.collector, &fact.scope) < key);
    let length = all.get(start..).unwrap_or_default().partition_point(|fact| (&fact.kind, &fact.collector, &fact.scope) <= key);
    start..start + length
}

/// In the order of the later run, neighbours as one.
fn joined(mut kept: Vec<Kept>) -> Vec<Kept> {
    kept.sort_by_key(|kept| kept.at);
    kept.dedup_by(|next, last| {
        let follows = (last.at + last.count, last.before + last.count, last.whole) == (next.at, next.before, next.whole);
        if follows {
            last.count += next.count;
        }
        follows
    });
    kept
}

/// The facts of a later run that are of one segment of an earlier run.
struct Part<'a> {
    facts: &'a [Fact],
    /// The position of the first.
    at: usize,
    /// The position of the segment's first in the earlier run.
    before: usize,
    names: Option<&'a BTreeSet<SmolStr>>,
}

/// A group of the earlier run with the blocks of it that are here again.
struct Again<'a> {
    group: &'a BlockGroup,
    /// The position of its first fact among those of its segment.
    start: usize,
    /// For each block that is here again, where it stood in the group and where its facts stand now, both among their own.
    blocks: Vec<(usize, Range<usize>)>,
}

impl Part<'_> {
    fn kept(&self, blobs: &Blobs, segment: &Segment) -> Result<Vec<Kept>, StoreError> {
        let changed = || StoreError::damaged(blobs.path(), format!("what stands beside {} has been changed", segment.name()));
        let tasks = self.again(segment);
        let addresses: Vec<Digest> = tasks.iter().filter_map(|task| task.group.beside).collect();
        let places: BTreeMap<Digest, _> = blobs.locate_all(&addresses)?.into_iter().collect();
        let compared = work::map(
            &tasks,
            1,
            || (),
            |(), task| {
                if self.names.is_none() {
                    return Ok(self.unread(task));
                }
                let beside = match task.group.beside {
                    Some(address) => blobs.read(&address, *places.get(&address).ok_or_else(changed)?)?,
                    None => Vec::new(),
                };
                self.compared(task, &beside).ok_or_else(changed)
            },
        );
        let mut kept = Vec::new();
        for part in compared {
            kept.append(&mut part?);
        }
        Ok(kept)
    }

    /// The groups of which any block is here again.
    fn again<'s>(&self, segment: &'s Segment) -> Vec<Again<'s>> {
        let mut now = BTreeMap::new();
        let mut at = 0;
        for (address, block) in blocks_of(self.facts) {
            now.insert(address, at..at + block.len());
            at += block.len();
        }
        let mut tasks = Vec::new();
        let mut start = 0;
        for group in &segment.groups {
            let mut length = 0;
            let mut blocks = Vec::new();
            for (address, count) in &group.blocks {
                let count = *count as usize;
                if let Some(range) = now.get(address).filter(|range| range.len() == count) {
                    blocks.push((length, range.clone()));
                }
                length += count;
            }
            if !blocks.is_empty() {
                tasks.push(Again { group, start, blocks });
            }
            start += length;
        }
        tasks
    }

    /// The facts of a kind that has no volatile fields.
    fn unread(&self, task: &Again<'_>) -> Vec<Kept> {
        let kept = |(offset, now): &(usize, Range<usize>)| Kept {
            at: self.at + now.start,
            before: self.before + task.start + offset,
            count: now.len(),
            whole: true,
        };
        task.blocks.iter().map(kept).collect()
    }

    /// The facts, each with whether its volatile fields are the same; `None` for bytes that the store did not write.
    fn compared(&self, task: &Again<'_>, beside: &[u8]) -> Option<Vec<Kept>> {
        let length = task.group.blocks.iter().map(|(_, count)| *count as usize).sum();
        let mut before = Inserts::of(beside, length, task.group.observed_at.is_some())?;
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        let mut kept = Vec::new();
        for (offset, now) in &task.blocks {
            for (step, fact) in self.facts.get(now.clone())?.iter().enumerate() {
                theirs.clear();
                ours.clear();
                before.of_fact(offset + step, &mut theirs)?;
                inserts(fact.body.as_str(), self.names, &mut ours);
                kept.push(Kept {
                    at: self.at + now.start + step,
                    before: self.before + task.start + offset + step,
                    count: 1,
                    whole: theirs == ours,
                });
            }
        }
        Some(joined(kept))
    }
}

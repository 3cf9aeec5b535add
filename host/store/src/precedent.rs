//! What a run leaves for the next evaluation: which facts of a later run it had too, and what it concluded.
//!
//! Takes the facts of a later run; gives a [`Precedent`]. No block of facts is read: the address of a block is the digest over
//! its facts' digests, so a block of the later run that has the address of one of the earlier run has its facts, in its order. What
//! stands beside them, volatile fields among it, is compared by address too, and read only where that differs.

use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};

use model::{Digest, Fact, FactSet, Kept, Precedent, RunId};
use smol_str::SmolStr;

use crate::beside::Inserts;
use crate::blobs::{Blobs, Sheet};
use crate::facts::{BlockGroup, Segment, Volatile, blocks_of, groups_of, shapes_of};
use crate::outline::{Outline, OutlinePart};
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

    /// What a run leaves for the evaluation of these facts, which are of the same kinds, and what was worked out of them on the
    /// way. `volatile` names what the digests of both leave out, `evaluator` is that of the earlier run.
    ///
    /// # Errors
    /// [`StoreError::NoRun`] when there is no such run; [`StoreError::Damaged`] when a part that is needed was changed.
    pub fn precedent(
        &self,
        id: RunId,
        facts: &FactSet,
        volatile: &Volatile,
        evaluator: &str,
    ) -> Result<(Precedent, Outline), StoreError> {
        self.with(|blobs| {
            let opened = open_run(blobs, id)?;
            let segments = opened.manifest.segments(blobs)?;
            let mut ranges: BTreeMap<_, Range<usize>> = BTreeMap::new();
            let mut kept = Vec::new();
            let mut parts = Vec::new();
            let mut before = 0;
            for segment in &segments {
                let end = usize::try_from(segment.fact_count()).ok().and_then(|count| count.checked_add(before));
                let end = end.ok_or_else(|| StoreError::damaged(blobs.path(), "a count of facts is too large"))?;
                ranges.entry(segment.kind.clone()).or_insert(before..end).end = end;
                let now = place_of(facts, segment);
                let names = volatile.get(&segment.kind).filter(|names| !names.is_empty());
                let part = Part { facts: facts.facts().get(now.clone()).unwrap_or_default(), at: now.start, before, names };
                let (again, outlined) = part.compared_with(blobs, segment)?;
                kept.extend(again);
                parts.push(outlined);
                before = end;
            }
            let precedent = Precedent {
                started_at: opened.header.started_at,
                evaluator: evaluator.into(),
                rules: opened.manifest.headers(blobs)?,
                findings: findings::read(blobs, &opened.manifest.rules)?,
                scopes: opened.manifest.scopes(blobs)?.states,
                ranges,
                kept: joined(kept),
            };
            Ok((precedent, Outline::new(facts.facts(), parts)))
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
    /// For each block that is here again, where it stood in the group and where it stands now.
    blocks: Vec<(usize, Place)>,
}

/// Where a block of the later run stands.
#[derive(Clone, Copy)]
struct Place {
    /// The position of its first fact among those of its segment.
    at: usize,
    count: usize,
    /// The number of its group among those that are not as they were.
    group: usize,
    /// The position of its first fact in the group.
    offset: usize,
}

/// The groups of the later run that are not as they were.
#[derive(Default)]
struct Changed {
    blocks: BTreeMap<Digest, Place>,
    /// For each group how many facts it has, whether they have one instant, and what stands beside them, by its number.
    groups: Vec<(usize, bool, Option<usize>)>,
}

impl Changed {
    fn add(&mut self, group: &BlockGroup, at: usize, sheet: Option<usize>) {
        let mut offset = 0;
        for (address, count) in &group.blocks {
            let count = *count as usize;
            self.blocks.insert(*address, Place { at: at + offset, count, group: self.groups.len(), offset });
            offset += count;
        }
        self.groups.push((offset, group.observed_at.is_some(), sheet));
    }

    /// The volatile fields of the facts of a group, from its first fact on.
    fn inserts<'s>(&self, group: usize, sheets: &'s [Sheet]) -> Option<Inserts<'s>> {
        let (count, one_instant, sheet) = *self.groups.get(group)?;
        let raw = match sheet {
            Some(number) => sheets.get(number)?.raw.as_slice(),
            None => &[],
        };
        Inserts::of(raw, count, one_instant)
    }
}

impl Part<'_> {
    /// Which facts are here again, and how all of them will be kept.
    fn compared_with(&self, blobs: &Blobs, segment: &Segment) -> Result<(Vec<Kept>, OutlinePart), StoreError> {
        let blocks = blocks_of(self.facts);
        let earlier = Earlier::of(segment);
        let mut kept = Vec::new();
        let mut changed = Changed::default();
        let key = (segment.kind.clone(), segment.collector.clone(), segment.scope.clone());
        let mut outlined = OutlinePart { key, groups: Vec::new(), sheets: Vec::new() };
        let mut at = 0;
        groups_of(&shapes_of(self.facts, &blocks), self.names, |batch| {
            for (group, sheet) in batch {
                let count: usize = group.blocks.iter().map(|(_, count)| *count as usize).sum();
                if let Some(start) = earlier.same(&group) {
                    kept.push(Kept { at: self.at + at, before: self.before + start, count, whole: true });
                } else {
                    changed.add(&group, at, sheet.as_ref().map(|_| outlined.sheets.len()));
                    outlined.sheets.extend(sheet);
                }
                outlined.groups.push(group);
                at += count;
            }
            Ok(())
        })?;
        kept.append(&mut self.kept(blobs, segment, &changed, &outlined.sheets)?);
        Ok((kept, outlined))
    }

    /// Of blocks that are not in a group as it was, the facts that are here again.
    fn kept(&self, blobs: &Blobs, segment: &Segment, now: &Changed, sheets: &[Sheet]) -> Result<Vec<Kept>, StoreError> {
        let changed = || StoreError::damaged(blobs.path(), format!("what stands beside {} has been changed", segment.name()));
        let tasks = again(segment, &now.blocks);
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
                self.compared(task, &beside, now, sheets).ok_or_else(changed)
            },
        );
        let mut kept = Vec::new();
        for part in compared {
            kept.append(&mut part?);
        }
        Ok(kept)
    }

    /// The facts of a kind that has no volatile fields.
    fn unread(&self, task: &Again<'_>) -> Vec<Kept> {
        let kept = |(offset, now): &(usize, Place)| Kept {
            at: self.at + now.at,
            before: self.before + task.start + offset,
            count: now.count,
            whole: true,
        };
        task.blocks.iter().map(kept).collect()
    }

    /// The facts, each with whether its volatile fields are the same; `None` for bytes that the store did not write.
    fn compared(&self, task: &Again<'_>, beside: &[u8], changed: &Changed, sheets: &[Sheet]) -> Option<Vec<Kept>> {
        let length = task.group.blocks.iter().map(|(_, count)| *count as usize).sum();
        let mut before = Inserts::of(beside, length, task.group.observed_at.is_some())?;
        let mut now: Option<(Place, Inserts<'_>)> = None;
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        let mut kept = Vec::new();
        for (offset, place) in &task.blocks {
            // Blocks of one group mostly follow each other: what was passed over is not passed over again.
            let goes_on = |(last, _): &(Place, Inserts<'_>)| last.group == place.group && last.offset < place.offset;
            let mut inserts = match now.take().filter(goes_on) {
                Some((_, inserts)) => inserts,
                None => changed.inserts(place.group, sheets)?,
            };
            for step in 0..place.count {
                theirs.clear();
                ours.clear();
                before.of_fact(offset + step, &mut theirs)?;
                inserts.of_fact(place.offset + step, &mut ours)?;
                kept.push(Kept {
                    at: self.at + place.at + step,
                    before: self.before + task.start + offset + step,
                    count: 1,
                    whole: theirs == ours,
                });
            }
            now = Some((*place, inserts));
        }
        Some(joined(kept))
    }
}

/// The groups of an earlier segment of which any block is here again.
fn again<'s>(segment: &'s Segment, now: &BTreeMap<Digest, Place>) -> Vec<Again<'s>> {
    let mut tasks = Vec::new();
    let mut start = 0;
    for group in &segment.groups {
        let mut length = 0;
        let mut blocks = Vec::new();
        for (address, count) in &group.blocks {
            let count = *count as usize;
            if let Some(place) = now.get(address).filter(|place| place.count == count) {
                blocks.push((length, *place));
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

/// The groups of an earlier segment by their first block, each with the position of its first fact in the segment.
struct Earlier<'s>(BTreeMap<&'s Digest, (&'s BlockGroup, usize)>);

impl<'s> Earlier<'s> {
    fn of(segment: &'s Segment) -> Self {
        let mut start = 0;
        let mut groups = BTreeMap::new();
        for group in &segment.groups {
            if let Some((first, _)) = group.blocks.first() {
                groups.insert(first, (group, start));
            }
            start += group.blocks.iter().map(|(_, count)| *count as usize).sum::<usize>();
        }
        Self(groups)
    }

    /// Where the first fact stood of a group that has the same blocks and the same beside them, but for one instant of all.
    fn same(&self, group: &BlockGroup) -> Option<usize> {
        let (first, _) = group.blocks.first()?;
        let (before, start) = self.0.get(first)?;
        // With one instant of all facts, what stands beside does not begin with instants: it is only then read alike.
        let alike = before.observed_at.is_some() == group.observed_at.is_some();
        (alike && before.blocks == group.blocks && before.beside == group.beside).then_some(*start)
    }
}

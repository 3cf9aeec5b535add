//! Facts in blocks: what does not change from run to run apart from what does.
//!
//! The facts of one (kind, collector, scope) are a segment, cut into blocks where the hash of a subject says so, so that
//! a fact that comes or goes changes one block. A block holds subjects and bodies *without* volatile fields; its address
//! is the digest over kind, scope and the facts' digests, so an unchanged block is known without encoding it, and a read
//! block is checked by hashing its facts again. When each fact was seen, what it was read from, absent fields and volatile
//! ones stand beside, per run.

use core::ops::Range;
use std::collections::{BTreeMap, BTreeSet};

use model::digest::Hasher;
use model::{CollectorName, Digest, Fact, KindId, ScopeId, Timestamp};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::beside::{self, Beside};
use crate::blobs::{Blobs, Sheet};
use crate::body::{join, stable};
use crate::bytes::{Reader, Writer, border_hash};
use crate::outline::Outline;
use crate::pack::{Place, Sort};
use crate::{StoreError, work};

/// The volatile fields of each kind that has any.
pub(crate) type Volatile = BTreeMap<KindId, BTreeSet<SmolStr>>;

/// A block ends after a subject whose hash ends in these bits (one in 32), when it has at least `BLOCK_MIN` facts. Borders
/// depend on subjects alone, so that a change of a body never moves one; only bodies far beyond the usual do.
const BLOCK_MASK: u32 = 0x1f;
const BLOCK_MIN: usize = 16;
const BLOCK_MAX: usize = 128;
const BLOCK_BYTES: usize = 4 << 20;
/// A group of blocks ends after a block whose address ends in these bits (one in 16).
const GROUP_MASK: u8 = 0x0f;
const GROUP_MAX: usize = 48;
/// How many blocks are encoded at once, which bounds memory.
const BATCH: usize = 512;

/// The facts of one (kind, collector, scope) in one run, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Segment {
    pub(crate) kind: KindId,
    pub(crate) collector: CollectorName,
    pub(crate) scope: ScopeId,
    pub(crate) groups: Vec<BlockGroup>,
}

/// Neighbouring blocks, with what stands beside their facts in this run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BlockGroup {
    /// Each block's address and how many facts it has.
    pub(crate) blocks: Vec<(Digest, u32)>,
    /// The address of what stands beside; `None` when there is only the instant.
    pub(crate) beside: Option<Digest>,
    /// The instant (Unix seconds, nanoseconds) at which every fact was seen; `None` when they differ.
    pub(crate) observed_at: Option<(i64, i32)>,
}

impl Segment {
    /// What the segment is called in messages.
    pub(crate) fn name(&self) -> String {
        format!("the facts of `{}` by `{}` in `{}`", self.kind, self.collector, self.scope.as_str().escape_debug())
    }

    /// How many facts it has.
    pub(crate) fn fact_count(&self) -> u64 {
        self.groups.iter().flat_map(|group| &group.blocks).map(|(_, count)| u64::from(*count)).sum()
    }

    /// Every address that it leads to.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = Digest> {
        self.groups.iter().flat_map(|group| group.blocks.iter().map(|(address, _)| *address).chain(group.beside))
    }
}

/// Keeps facts, in the order of a fact set, and gives their segments in that order.
pub(crate) fn write(
    blobs: &Blobs,
    facts: &[Fact],
    volatile: &Volatile,
    outline: Option<&Outline>,
) -> Result<Vec<Segment>, StoreError> {
    let outline = outline.filter(|it| it.is_of(facts));
    segments_of(facts)
        .map(|(first, facts)| {
            let names = volatile.get(&first.kind);
            let known = outline.and_then(|it| it.part(first)).and_then(|it| Some((it, it.blocks(facts)?)));
            let groups = if let Some((known, blocks)) = known {
                write_blocks(blobs, &blocks, names)?;
                blobs.put_sheets(&known.sheets)?;
                known.groups.clone()
            } else {
                let blocks = blocks_of(facts);
                write_blocks(blobs, &blocks, names)?;
                write_groups(blobs, facts, &blocks, names)?
            };
            Ok(Segment { kind: first.kind.clone(), collector: first.collector.clone(), scope: first.scope.clone(), groups })
        })
        .collect()
}

/// The facts of each segment, in order, with the first of them.
pub(crate) fn segments_of(facts: &[Fact]) -> impl Iterator<Item = (&Fact, &[Fact])> {
    facts
        .chunk_by(|a, b| (&a.kind, &a.collector, &a.scope) == (&b.kind, &b.collector, &b.scope))
        .filter_map(|facts| Some((facts.first()?, facts)))
}

/// Where the blocks of a segment begin and end.
fn borders(facts: &[Fact]) -> Vec<Range<usize>> {
    let (mut ranges, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, fact) in facts.iter().enumerate() {
        let size = fact.subject.as_str().len() + fact.body.as_str().len();
        if at > start && bytes + size > BLOCK_BYTES {
            ranges.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes += size;
        let count = at + 1 - start;
        let border = count >= BLOCK_MIN && border_hash(&[fact.subject.as_str().as_bytes()]) & BLOCK_MASK == 0;
        if border || count >= BLOCK_MAX {
            ranges.push(start..at + 1);
            (start, bytes) = (at + 1, 0);
        }
    }
    if start < facts.len() {
        ranges.push(start..facts.len());
    }
    ranges
}

fn block_hasher(kind: &KindId, scope: &ScopeId) -> Hasher {
    let mut hasher = Hasher::new("engine:fact-block");
    hasher.part(kind.as_str().as_bytes());
    hasher.part(scope.as_str().as_bytes());
    hasher
}

fn address_of(facts: &[Fact]) -> Digest {
    let Some(first) = facts.first() else { return Digest::of(b"") };
    let mut hasher = block_hasher(&first.kind, &first.scope);
    for fact in facts {
        hasher.part(fact.digest.as_bytes());
    }
    hasher.finish()
}

pub(crate) type Block<'a> = (Digest, &'a [Fact]);

/// The blocks of a segment's facts, each with its address.
pub(crate) fn blocks_of(facts: &[Fact]) -> Vec<Block<'_>> {
    let ranges: Vec<&[Fact]> = borders(facts).into_iter().filter_map(|range| facts.get(range)).collect();
    work::map(&ranges, 64, || (), |(), facts| (address_of(facts), *facts))
}

fn write_blocks(blobs: &Blobs, blocks: &[Block<'_>], names: Option<&BTreeSet<SmolStr>>) -> Result<(), StoreError> {
    for batch in blocks.chunks(BATCH) {
        let addresses: Vec<_> = batch.iter().map(|(address, _)| *address).collect();
        let places = blobs.locate(&addresses)?;
        let absent: Vec<_> = batch.iter().zip(places).filter(|(_, place)| place.is_none()).map(|(block, _)| block).collect();
        let sheets = work::map(&absent, 4, String::new, |buffer, (address, facts)| sheet_of(*address, facts, names, buffer));
        blobs.put_sheets(&sheets.into_iter().collect::<Result<Vec<_>, _>>()?)?;
    }
    Ok(())
}

/// A block of facts as bytes: for each fact its subject and its stable body.
fn sheet_of(
    address: Digest,
    facts: &[Fact],
    names: Option<&BTreeSet<SmolStr>>,
    buffer: &mut String,
) -> Result<Sheet, StoreError> {
    let mut writer = Writer(Vec::with_capacity(facts.iter().map(|fact| fact.body.as_str().len() + 64).sum()));
    writer.size(facts.len());
    for fact in facts {
        let stable = stable(fact.body.as_str(), names, buffer);
        if Fact::digest_of(&fact.kind, &fact.scope, &fact.subject, stable) != fact.digest {
            return Err(StoreError::FactDigest { subject: fact.subject.clone() });
        }
        writer.text(fact.subject.as_str());
        writer.text(stable);
    }
    Ok(Sheet { address, sort: Sort::Facts, raw: writer.0 })
}

/// Blocks that make a group, and their facts.
pub(crate) type Shape<'a> = (&'a [Block<'a>], &'a [Fact]);

/// The groups of a segment's blocks.
pub(crate) fn shapes_of<'a>(facts: &'a [Fact], blocks: &'a [Block<'a>]) -> Vec<Shape<'a>> {
    let mut shapes: Vec<Shape<'a>> = Vec::new();
    let (mut first_block, mut first_fact, mut fact) = (0, 0, 0);
    for (at, (address, block)) in blocks.iter().enumerate() {
        fact += block.len();
        let border = address.as_bytes().last().is_some_and(|byte| byte & GROUP_MASK == 0);
        if border || at + 1 - first_block >= GROUP_MAX || at + 1 == blocks.len() {
            shapes.push((blocks.get(first_block..=at).unwrap_or_default(), facts.get(first_fact..fact).unwrap_or_default()));
            (first_block, first_fact) = (at + 1, fact);
        }
    }
    shapes
}

/// The groups of a shape each, batch by batch, with what stands beside their facts.
pub(crate) fn groups_of(
    shapes: &[Shape<'_>],
    names: Option<&BTreeSet<SmolStr>>,
    mut take: impl FnMut(Vec<(BlockGroup, Option<Sheet>)>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    shapes.chunks(BATCH / 8).try_for_each(|batch| take(work::map(batch, 1, || (), |(), shape| group_of(shape, names))))
}

fn group_of((blocks, facts): &Shape<'_>, names: Option<&BTreeSet<SmolStr>>) -> (BlockGroup, Option<Sheet>) {
    let (raw, observed_at) = beside::encode(facts, names);
    let sheet = raw.map(Sheet::of);
    let blocks = blocks.iter().map(|(address, facts)| (*address, narrow(facts.len()))).collect();
    (BlockGroup { blocks, beside: sheet.as_ref().map(|sheet| sheet.address), observed_at }, sheet)
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn write_groups(
    blobs: &Blobs,
    facts: &[Fact],
    blocks: &[Block<'_>],
    names: Option<&BTreeSet<SmolStr>>,
) -> Result<Vec<BlockGroup>, StoreError> {
    let mut groups = Vec::new();
    groups_of(&shapes_of(facts, blocks), names, |batch| {
        let mut sheets = Vec::new();
        for (group, sheet) in batch {
            groups.push(group);
            sheets.extend(sheet);
        }
        blobs.put_sheets(&sheets)
    })?;
    Ok(groups)
}

/// Reads the facts of the segments, in order, each checked by its digest.
pub(crate) fn read(blobs: &Blobs, segments: &[Segment]) -> Result<Vec<Fact>, StoreError> {
    let mut facts = Vec::new();
    for segment in segments {
        for batch in segment.groups.chunks(BATCH / 8) {
            let mut tasks = Vec::with_capacity(batch.len());
            for group in batch {
                let addresses: Vec<_> = group.blocks.iter().map(|(address, _)| *address).chain(group.beside).collect();
                tasks.push((group, blobs.locate_all(&addresses)?));
            }
            for part in work::map(&tasks, 1, || (), |(), (group, places)| read_group(blobs, segment, group, places)) {
                facts.append(&mut part?);
            }
        }
    }
    Ok(facts)
}

fn read_group(blobs: &Blobs, segment: &Segment, group: &BlockGroup, places: &[(Digest, Place)]) -> Result<Vec<Fact>, StoreError> {
    let changed = || StoreError::damaged(blobs.path(), format!("a block of {} has been changed", segment.name()));
    let beside = if group.beside.is_some() {
        let (address, place) = places.last().ok_or_else(changed)?;
        if place.sort != Sort::Bytes as u8 {
            return Err(changed());
        }
        blobs.read(address, *place)?
    } else {
        Vec::new()
    };
    let count: u64 = group.blocks.iter().map(|(_, count)| u64::from(*count)).sum();
    // Every fact has at least two bytes in its block, so a larger count is not true, and nothing is allocated by it.
    if count > places.iter().map(|(_, place)| u64::from(place.raw)).sum() {
        return Err(changed());
    }
    let count = usize::try_from(count).map_err(|_| changed())?;
    let observed_at = match group.observed_at {
        None => None,
        Some((second, nanosecond)) => Some(Timestamp::new(second, nanosecond).map_err(|_| changed())?),
    };
    let mut beside = Beside::decode(&beside, count, observed_at).ok_or_else(changed)?.into_iter();
    let mut facts = Vec::with_capacity(beside.len());
    for ((address, place), (_, count)) in places.iter().zip(&group.blocks) {
        let raw = blobs.read(address, *place)?;
        let before = facts.len();
        read_block(segment, &raw, &mut beside, &mut facts).ok_or_else(changed)?;
        let block = facts.get(before..).unwrap_or_default();
        if block.len() != *count as usize || address_of(block) != *address {
            return Err(changed());
        }
    }
    Ok(facts)
}

pub(crate) fn read_block<'a>(
    segment: &Segment,
    raw: &[u8],
    beside: &mut impl Iterator<Item = Beside<'a>>,
    facts: &mut Vec<Fact>,
) -> Option<()> {
    let mut reader = Reader(raw);
    for _ in 0..reader.count()? {
        let subject = reader.text()?.parse().ok()?;
        let stable = reader.text()?;
        let beside = beside.next()?;
        facts.push(Fact {
            collector: segment.collector.clone(),
            kind: segment.kind.clone(),
            scope: segment.scope.clone(),
            digest: Fact::digest_of(&segment.kind, &segment.scope, &subject, stable),
            subject,
            observed_at: beside.observed_at,
            body: model::Body::from_canonical(join(stable, &beside.inserts)?),
            from: beside.from,
            field_gaps: beside.field_gaps,
        });
    }
    reader.is_empty().then_some(())
}

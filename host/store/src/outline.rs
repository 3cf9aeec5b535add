//! How facts will be kept, worked out once: a run that is compared with an earlier one is mostly recorded after it.
//!
//! Holds the groups of each segment, and what stands beside their facts where the earlier run had not the same. Writes nothing.

use core::fmt;

use model::{CollectorName, Fact, KindId, ScopeId};

use crate::blobs::Sheet;
use crate::facts::{Block, BlockGroup};

/// What was worked out of the facts of a run.
pub struct Outline {
    /// Where the facts are in memory, and how many: it is of no others.
    place: (usize, usize),
    parts: Vec<OutlinePart>,
}

/// What was worked out of one segment.
pub(crate) struct OutlinePart {
    pub(crate) key: (KindId, CollectorName, ScopeId),
    pub(crate) groups: Vec<BlockGroup>,
    /// What stands beside the facts of groups, but for what the earlier run had.
    pub(crate) sheets: Vec<Sheet>,
}

impl fmt::Debug for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outline").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

fn place_of(facts: &[Fact]) -> (usize, usize) {
    (facts.as_ptr().addr(), facts.len())
}

impl Outline {
    pub(crate) fn new(facts: &[Fact], parts: Vec<OutlinePart>) -> Self {
        Self { place: place_of(facts), parts }
    }

    /// Whether it was worked out of these facts: nothing changes facts that are in a set.
    pub(crate) fn is_of(&self, facts: &[Fact]) -> bool {
        self.place == place_of(facts)
    }

    /// What was worked out of the segment that a fact is of.
    pub(crate) fn part(&self, fact: &Fact) -> Option<&OutlinePart> {
        self.parts.iter().find(|part| (&part.key.0, &part.key.1, &part.key.2) == (&fact.kind, &fact.collector, &fact.scope))
    }
}

impl OutlinePart {
    /// The blocks of the segment's facts, with the addresses that were worked out; `None` when these are not its facts.
    pub(crate) fn blocks<'f>(&self, facts: &'f [Fact]) -> Option<Vec<Block<'f>>> {
        let mut rest = facts;
        let blocks = self.groups.iter().flat_map(|group| &group.blocks);
        let blocks = blocks.map(|(address, count)| {
            let (block, behind) = rest.split_at_checked(*count as usize)?;
            rest = behind;
            Some((*address, block))
        });
        let blocks: Option<Vec<_>> = blocks.collect();
        blocks.filter(|_| rest.is_empty())
    }
}

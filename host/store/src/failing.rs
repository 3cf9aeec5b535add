//! Since when each finding fails: carried from run to run for as long as nothing shows that it passed.
//!
//! Takes the failures that the last live run knew and the findings of this run. An instant is kept when the finding fails
//! again, when it is inconclusive, and when its subject was not seen in a scope that is not complete: a gap ends no
//! failure. It is dropped when the finding passes or does not apply, or when a complete scope no longer has the subject.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use model::{
    CollectorName, Completeness, Digest, FactSet, FindingId, FindingIds, FindingSet, KindId, Outcome, RuleFindings, RuleHeader,
    RuleId, ScopeId, SubjectId, Subjects, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::blobs::{Blobs, Sheet};
use crate::bytes::{Reader, Writer, border_hash};
use crate::{StoreError, work};

/// A block ends after an id that ends in these bits (one in 512).
const BLOCK_MASK: u64 = 0x1ff;
const BLOCK_MAX: usize = 2_048;

/// The failures of one rule, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FailingRecord {
    pub(crate) rule: RuleId,
    /// Where they are; entries name one by its position.
    pub(crate) places: Vec<(CollectorName, KindId, ScopeId)>,
    pub(crate) blocks: Vec<Digest>,
}

/// One failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) id: FindingId,
    /// A quick hash of collector, scope and subject, so that few ids need to be computed to find it again.
    hash: u32,
    place: u32,
    pub(crate) since: Timestamp,
}

/// The failures of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failing {
    rule: RuleId,
    places: Vec<(CollectorName, KindId, ScopeId)>,
    pub(crate) failures: Vec<Failure>,
}

/// Carries the failures of the last live run over to this one. Rules that did not run keep theirs.
pub(crate) fn carry(
    before: Vec<Failing>,
    facts: &FactSet,
    findings: &FindingSet,
    headers: &[RuleHeader],
    started_at: Timestamp,
) -> Vec<Failing> {
    let mut before: BTreeMap<RuleId, Failing> = before.into_iter().map(|failing| (failing.rule.clone(), failing)).collect();
    let kinds: BTreeMap<&RuleId, &KindId> = headers.iter().map(|header| (&header.id, &header.kind)).collect();
    let complete: BTreeSet<(&CollectorName, &KindId, &ScopeId)> = facts
        .scopes()
        .iter()
        .filter(|state| matches!(state.completeness, Completeness::Complete { .. }))
        .map(|state| (&state.collector, &state.kind, &state.scope))
        .collect();
    let hashes = OnceLock::new();
    let tasks: Vec<_> = findings.rules().iter().map(|findings| (findings, before.remove(&findings.rule))).collect();
    let mut all = work::map(
        &tasks,
        1,
        || (),
        |(), (findings, before)| {
            let rule = Rule { findings, facts, kind: kinds.get(&findings.rule).copied(), started_at, hashes: &hashes };
            rule.carry(before.as_ref(), &complete)
        },
    );
    all.extend(before.into_values());
    all.retain(|failing| !failing.failures.is_empty());
    all.sort_by(|a, b| a.rule.cmp(&b.rule));
    all
}

fn hash_of(collector: &CollectorName, scope: &ScopeId, subject: &SubjectId) -> u32 {
    border_hash(&[collector.as_str().as_bytes(), scope.as_str().as_bytes(), subject.as_str().as_bytes()])
}

struct Rule<'a> {
    /// The hash of every fact of the set, made when the first rule needs it.
    hashes: &'a OnceLock<Vec<u32>>,
    findings: &'a RuleFindings,
    facts: &'a FactSet,
    kind: Option<&'a KindId>,
    started_at: Timestamp,
}

impl Rule<'_> {
    /// The place and subject of the finding at `index`.
    fn identify(&self, index: usize) -> Option<((&CollectorName, &KindId, &ScopeId), &SubjectId)> {
        let (collector, scope, subject) = self.findings.subject(index, self.facts)?;
        let own = || self.findings.members(index, self.facts).first().map(|(_, fact)| &fact.kind);
        let kind = self.kind.or_else(own)?;
        Some(((collector, kind, scope), subject))
    }

    fn id(&self, (collector, kind, scope): (&CollectorName, &KindId, &ScopeId), subject: &SubjectId) -> FindingId {
        FindingId::of(&self.findings.rule, collector, kind, scope, subject)
    }

    fn seen_at(&self, index: usize) -> Timestamp {
        self.findings.members(index, self.facts).iter().map(|(_, fact)| fact.observed_at).min().unwrap_or(self.started_at)
    }

    fn carry(&self, before: Option<&Failing>, complete: &BTreeSet<(&CollectorName, &KindId, &ScopeId)>) -> Failing {
        let mut known = Known::of(before.map_or(&[], |it| &it.failures));
        let mut places = Places::default();
        let mut ids = Ids { rule: &self.findings.rule, of_places: Vec::new() };
        let mut failures = Vec::new();
        for (index, _) in self.findings.outcomes.iter().enumerate().filter(|(_, outcome)| **outcome == Outcome::Fail) {
            let Some((place, subject)) = self.identify(index) else { continue };
            let number = places.number(place);
            let id = ids.of(number, place, subject);
            let (hash, since) = match known.take(id) {
                Some(failure) => (failure.hash, failure.since),
                None => (hash_of(place.0, place.2, subject), self.seen_at(index)),
            };
            failures.push(Failure { id, hash, place: number, since });
        }
        let rest = known.rest();
        if let Some(before) = before.filter(|_| !rest.is_empty()) {
            self.keep_open(before, rest, complete, &mut places, &mut failures);
        }
        Failing { rule: self.findings.rule.clone(), places: places.list, failures }
    }

    /// The indices of findings that do not fail and whose hash is sought.
    fn candidates(&self, sought: &BTreeSet<u32>) -> Vec<usize> {
        let others = self.findings.outcomes.iter().enumerate().filter(|(_, outcome)| **outcome != Outcome::Fail);
        match &self.findings.subjects {
            Subjects::Facts(range) => {
                let hashes = self.hashes.get_or_init(|| {
                    work::map(self.facts.facts(), 10_000, || (), |(), fact| hash_of(&fact.collector, &fact.scope, &fact.subject))
                });
                let hashes = hashes.get(range.clone()).unwrap_or_default();
                // A bit for the low half of each sought hash decides nearly every one without a search.
                let mut bits = vec![false; 1 << 16];
                for hash in sought {
                    if let Some(bit) = bits.get_mut((hash & 0xffff) as usize) {
                        *bit = true;
                    }
                }
                let maybe = |hash: &u32| bits.get((hash & 0xffff) as usize) == Some(&true) && sought.contains(hash);
                others.filter(|(index, _)| hashes.get(*index).is_some_and(maybe)).map(|(index, _)| index).collect()
            }
            Subjects::Groups(_) => {
                let hash = |index| self.identify(index).map(|(place, subject)| hash_of(place.0, place.2, subject));
                others
                    .filter(|(index, _)| hash(*index).is_some_and(|hash| sought.contains(&hash)))
                    .map(|(index, _)| index)
                    .collect()
            }
        }
    }

    /// Of failures that are not seen failing now, keeps those that nothing has ended.
    fn keep_open(
        &self,
        before: &Failing,
        rest: Vec<Failure>,
        complete: &BTreeSet<(&CollectorName, &KindId, &ScopeId)>,
        places: &mut Places,
        failures: &mut Vec<Failure>,
    ) {
        let sought: BTreeSet<u32> = rest.iter().map(|failure| failure.hash).collect();
        let mut now: BTreeMap<FindingId, Outcome> = BTreeMap::new();
        for index in self.candidates(&sought) {
            let Some((place, subject)) = self.identify(index) else { continue };
            if let Some(outcome) = self.findings.outcomes.get(index) {
                now.insert(self.id(place, subject), *outcome);
            }
        }
        for failure in rest {
            let Some((collector, kind, scope)) = before.places.get(failure.place as usize) else { continue };
            let place = (collector, kind, scope);
            let open = match now.get(&failure.id) {
                Some(outcome) => *outcome == Outcome::Inconclusive,
                None => !complete.contains(&place),
            };
            if open {
                failures.push(Failure { place: places.number(place), ..failure });
            }
        }
    }
}

/// The failures that were known before, each until it is seen again.
struct Known<'a> {
    failures: &'a [Failure],
    again: Vec<bool>,
    /// The one behind the last that was seen again: mostly the next to be.
    next: usize,
    /// Their places by id, made when one does not come next.
    by_id: OnceCell<Vec<(FindingId, usize)>>,
}

impl<'a> Known<'a> {
    fn of(failures: &'a [Failure]) -> Self {
        Self { failures, again: vec![false; failures.len()], next: 0, by_id: OnceCell::new() }
    }

    /// The failure with that id, which is seen again.
    fn take(&mut self, id: FindingId) -> Option<Failure> {
        /// How many that are not seen again are passed over one by one.
        const NEAR: usize = 8;
        let ahead = self.failures.get(self.next..).unwrap_or_default();
        let near = ahead.iter().take(NEAR).position(|failure| failure.id == id).map(|near| self.next + near);
        let far = || {
            let by_id = self.by_id.get_or_init(|| {
                let mut by_id: Vec<_> = self.failures.iter().map(|failure| failure.id).zip(0..).collect();
                by_id.sort_unstable();
                by_id
            });
            by_id.binary_search_by_key(&id, |(id, _)| *id).ok().and_then(|at| by_id.get(at)).map(|(_, at)| *at)
        };
        let at = near.or_else(far)?;
        self.next = at + 1;
        *self.again.get_mut(at)? = true;
        self.failures.get(at).copied()
    }

    /// Those that were not seen again, in the order of their ids.
    fn rest(&self) -> Vec<Failure> {
        let mut rest: Vec<_> = self.failures.iter().zip(&self.again).filter(|(_, again)| !**again).map(|(it, _)| *it).collect();
        rest.sort_by_key(|failure| failure.id);
        rest
    }
}

/// The ids of a rule's findings, by the number of their place.
struct Ids<'a> {
    rule: &'a RuleId,
    of_places: Vec<FindingIds>,
}

impl Ids<'_> {
    /// The id of the finding on a subject; numbers of places come one after the other.
    fn of(&mut self, number: u32, place: (&CollectorName, &KindId, &ScopeId), subject: &SubjectId) -> FindingId {
        let number = number as usize;
        if number == self.of_places.len() {
            self.of_places.push(FindingIds::new(self.rule, place.0, place.1, place.2));
        }
        match self.of_places.get(number) {
            Some(ids) => ids.of(subject),
            None => FindingId::of(self.rule, place.0, place.1, place.2, subject),
        }
    }
}

#[derive(Default)]
struct Places {
    numbers: BTreeMap<(CollectorName, KindId, ScopeId), u32>,
    list: Vec<(CollectorName, KindId, ScopeId)>,
    last: u32,
}

impl Places {
    fn number(&mut self, place: (&CollectorName, &KindId, &ScopeId)) -> u32 {
        let last = self.list.get(self.last as usize);
        if last.is_some_and(|(collector, kind, scope)| (collector, kind, scope) == place) {
            return self.last;
        }
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let place = (place.0.clone(), place.1.clone(), place.2.clone());
        let number = *self.numbers.entry(place.clone()).or_insert(next);
        if number == next {
            self.list.push(place);
        }
        self.last = number;
        number
    }
}

/// Keeps the failures of every rule.
pub(crate) fn write(blobs: &Blobs, all: &[Failing]) -> Result<Vec<FailingRecord>, StoreError> {
    all.iter()
        .map(|failing| {
            let mut sheets = Vec::new();
            let mut rest = failing.failures.as_slice();
            while !rest.is_empty() {
                let border = rest.iter().take(BLOCK_MAX).position(|it| u64::from_le_bytes(*it.id.as_bytes()) & BLOCK_MASK == 0);
                let length = border.map_or(rest.len().min(BLOCK_MAX), |at| at + 1);
                let (block, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                sheets.push(encode(block));
                rest = after;
            }
            blobs.put_sheets(&sheets)?;
            let blocks = sheets.iter().map(|sheet| sheet.address).collect();
            Ok(FailingRecord { rule: failing.rule.clone(), places: failing.places.clone(), blocks })
        })
        .collect()
}

pub(crate) fn encode(block: &[Failure]) -> Sheet {
    let mut writer = Writer::default();
    writer.size(block.len());
    for failure in block {
        writer.raw(failure.id.as_bytes());
    }
    for failure in block {
        writer.raw(&failure.hash.to_le_bytes());
    }
    for run in block.chunk_by(|a, b| a.place == b.place) {
        writer.size(run.len());
        writer.number(run.first().map_or(0, |failure| u64::from(failure.place)));
    }
    for run in block.chunk_by(|a, b| a.since == b.since) {
        writer.size(run.len());
        writer.instant(run.first().map_or(Timestamp::UNIX_EPOCH, |failure| failure.since));
    }
    Sheet::of(writer.0)
}

pub(crate) fn decode(bytes: &[u8]) -> Option<Vec<Failure>> {
    let mut reader = Reader(bytes);
    let count = reader.count()?;
    let mut block = Vec::with_capacity(count);
    for _ in 0..count {
        let id = FindingId::from_bytes(*reader.raw(8)?.first_chunk()?);
        block.push(Failure { id, hash: 0, place: 0, since: Timestamp::UNIX_EPOCH });
    }
    for failure in &mut block {
        failure.hash = u32::from_le_bytes(*reader.raw(4)?.first_chunk()?);
    }
    let mut at = 0;
    while at < count {
        let length = reader.size()?;
        let place = u32::try_from(reader.number()?).ok()?;
        let run = block.get_mut(at..at.checked_add(length).filter(|_| length > 0)?)?;
        for failure in run {
            failure.place = place;
        }
        at += length;
    }
    at = 0;
    while at < count {
        let length = reader.size()?;
        let since = reader.instant()?;
        let run = block.get_mut(at..at.checked_add(length).filter(|_| length > 0)?)?;
        for failure in run {
            failure.since = since;
        }
        at += length;
    }
    reader.is_empty().then_some(block)
}

/// Reads the failures of every rule.
pub(crate) fn read(blobs: &Blobs, records: &[FailingRecord]) -> Result<Vec<Failing>, StoreError> {
    records
        .iter()
        .map(|record| {
            let mut failures = Vec::new();
            for address in &record.blocks {
                let block = decode(&blobs.fetch(address)?);
                failures.append(&mut block.ok_or_else(|| {
                    StoreError::damaged(blobs.path(), format!("the failures of `{}` have been changed", record.rule))
                })?);
            }
            Ok(Failing { rule: record.rule.clone(), places: record.places.clone(), failures })
        })
        .collect()
}

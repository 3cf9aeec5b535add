//! The collectors that failed: how, what to do about it, and what is unknown because of it.
//!
//! Takes an [`Index`] and gives one record for each collector that did not end well, that gave no evidence at all, or that
//! took no part though it did before. Never says that a requirement is unknown which is not.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AspectStatus, CollectorName, CollectorRun, CollectorStatus, Completeness, ControlId, ControlStatus, FrameworkId, Gap,
    GapCode, KindId, RequirementId, RequirementStatus,
};

use crate::gap::gap_fix;
use crate::index::Index;
use crate::words::{Told, Tone};

/// How a collector failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It returned a fault.
    Failed,
    /// It was stopped.
    CutOff,
    /// It came to its end, and everything that it was to give is a gap.
    Nothing,
    /// It took part before, and is no longer configured.
    Absent,
}

impl Told for Failure {
    fn tone(self) -> Tone {
        Tone::Unsure
    }
    fn words(self) -> &'static str {
        match self {
            Self::Failed => CollectorStatus::Failed.words(),
            Self::CutOff => CollectorStatus::CutOff.words(),
            Self::Nothing => "gave nothing",
            Self::Absent => "took no part",
        }
    }
}

/// A collector that failed.
pub(crate) struct FailedCollector<'a> {
    pub(crate) name: &'a CollectorName,
    pub(crate) how: Failure,
    /// The code of its gaps that says why.
    pub(crate) code: GapCode,
    /// Why, as the collector or the host says it.
    pub(crate) message: &'a str,
    /// What a person does about it.
    pub(crate) fix: &'static str,
    /// The kinds of which something is missing.
    pub(crate) kinds: BTreeSet<&'a KindId>,
    /// The leaves that are unknown because of it, by framework, in the order of their ids.
    pub(crate) unknown: BTreeMap<FrameworkId, Vec<&'a RequirementId>>,
}

impl FailedCollector<'_> {
    /// How many leaves are unknown because of it.
    pub(crate) fn unknown_count(&self) -> usize {
        self.unknown.values().map(Vec::len).sum()
    }

    /// The leaves of each framework, the first few named.
    pub(crate) fn few_unknown(&self, most: usize) -> String {
        let parts = self.unknown.iter().map(|(id, leaves)| {
            let first: Vec<_> = leaves.iter().take(most).map(|leaf| leaf.local()).collect();
            format!("{id} {} ({}{})", leaves.len(), first.join(" "), if leaves.len() > most { " …" } else { "" })
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// The collectors that failed, by name.
pub(crate) fn failed<'a>(index: &Index<'a>) -> Vec<FailedCollector<'a>> {
    let report = &index.report;
    let mut gaps: BTreeMap<&'a CollectorName, Vec<&'a Gap>> = BTreeMap::new();
    for gap in report.facts.gaps() {
        gaps.entry(&gap.collector).or_default().push(gap);
    }
    let mut runs: BTreeMap<&'a CollectorName, Option<&'a CollectorRun>> = gaps.keys().map(|name| (*name, None)).collect();
    runs.extend(report.run.collectors.iter().map(|run| (&run.name, Some(run))));
    let found = runs.into_iter().filter_map(|(name, run)| {
        let own = gaps.get(name).map_or(&[][..], Vec::as_slice);
        let (how, code, message) = match run {
            Some(run) => ended(run).map(|(how, code)| (how, code_of(run, own).unwrap_or(code), run.message.as_str())),
            None => None,
        }
        .or_else(|| without_evidence(index, name, run, own))?;
        let kinds: BTreeSet<_> = own.iter().map(|gap| &gap.kind).collect();
        let unknown = unknown(index, &kinds);
        Some(FailedCollector { name, how, fix: gap_fix(&code), code, message, kinds, unknown })
    });
    found.collect()
}

/// How a run of a collector went wrong, and the code where none of its gaps says another.
fn ended(run: &CollectorRun) -> Option<(Failure, GapCode)> {
    match run.status {
        CollectorStatus::Ok => None,
        CollectorStatus::Failed => Some((Failure::Failed, GapCode::FAILED)),
        CollectorStatus::CutOff => Some((Failure::CutOff, GapCode::CUT_OFF)),
    }
}

/// The code of the gaps that the end of a run left.
fn code_of(run: &CollectorRun, gaps: &[&Gap]) -> Option<GapCode> {
    gaps.iter().find(|gap| gap.message == run.message).map(|gap| gap.code.clone())
}

/// Of a collector that is not known to have ended badly: whether all that there is of it are gaps.
fn without_evidence<'a>(
    index: &Index<'a>,
    name: &CollectorName,
    run: Option<&CollectorRun>,
    gaps: &[&'a Gap],
) -> Option<(Failure, GapCode, &'a str)> {
    let how = match run {
        None => Failure::Absent,
        // Facts that were given are no collector's.
        Some(run) if run.digest.is_none() => return None,
        Some(_) => Failure::Nothing,
    };
    if gaps.is_empty() {
        return None;
    }
    let facts = index.report.facts;
    let has_evidence = facts.facts().iter().any(|it| &it.collector == name)
        || facts.scopes().iter().any(|it| &it.collector == name && matches!(it.completeness, Completeness::Complete { .. }));
    if has_evidence {
        return None;
    }
    let mut codes: BTreeMap<&GapCode, (usize, &'a str)> = BTreeMap::new();
    for gap in gaps {
        codes.entry(&gap.code).or_insert((0, &gap.message)).0 += 1;
    }
    // The reason of most of its gaps; of several the first.
    let (code, (_, message)) = codes.into_iter().rev().max_by_key(|(_, (n, _))| *n)?;
    Some((how, code.clone(), message))
}

/// The leaves that are unknown by a control that waits for one of these kinds.
fn unknown<'a>(index: &Index<'a>, kinds: &BTreeSet<&'a KindId>) -> BTreeMap<FrameworkId, Vec<&'a RequirementId>> {
    let is_unknown = |id: &&ControlId| index.control(id).is_some_and(|it| it.status == ControlStatus::Unknown);
    let waiting: BTreeSet<_> = kinds.iter().flat_map(|kind| index.controls_of(kind)).filter(is_unknown).collect();
    let controls: Vec<_> = waiting.iter().copied().collect();
    let mut unknown: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for id in index.touched_by_all(&controls) {
        let Some((of, it)) = index.requirement(id) else { continue };
        let waits =
            it.aspects.iter().any(|it| it.status == AspectStatus::Unknown && it.controls.iter().any(|id| waiting.contains(id)));
        if of.leaf && it.status == RequirementStatus::Unknown && waits {
            unknown.entry(id.framework()).or_default().push(id);
        }
    }
    unknown
}

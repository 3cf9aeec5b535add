//! Which earlier run an evaluation may build upon: the newest live one of the same collectors, when engine, meaning and kinds are
//! what they were. What of it may be taken over, the rules decide outcome by outcome.
//!
//! What is taken over is only as good as the store. So nothing is taken over for longer than [`AFRESH_WITHIN`]: whatever an earlier
//! run got wrong, or somebody wrote into it, lasts no longer than that.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use model::{ClockMode, Digest, Precedent, RunHeader, SEMANTICS, SourceSet, Timestamp};
use store::{Outline, Store, StoreError};

use super::collected::Collected;
use super::evaluated::{ENGINE_VERSION, volatile_fields};
use super::prepared::Prepared;
use super::recorded::{Earlier, RunSettings};

/// How long after every fact was evaluated it is at the latest evaluated again.
pub(super) const AFRESH_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The run that looks for one to build upon.
pub(super) struct Later<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) collected: &'a Collected,
    pub(super) started_at: Timestamp,
    pub(super) clock: ClockMode,
}

/// An earlier run that can be built upon.
pub(super) struct Found {
    pub(super) precedent: Precedent,
    /// What was worked out of the facts of the later run.
    pub(super) outline: Outline,
    /// When every fact was last evaluated.
    pub(super) afresh_at: Timestamp,
}

/// What the newest run that can be built upon leaves; `None` when there is none, or it cannot be read: then every fact is
/// evaluated, which gives the same.
pub(super) fn find(store: &Store, earlier: &Earlier, later: &Later<'_>) -> Option<Found> {
    if later.clock != ClockMode::Live {
        return None;
    }
    let names = |header: &RunHeader| header.collectors.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    let wanted: Vec<_> = later.collected.runs.iter().map(|it| it.name.clone()).collect();
    let before = earlier.runs.iter().rev().find(|header| names(header) == wanted)?;
    if before.semantics != SEMANTICS || before.engine_version != ENGINE_VERSION {
        return None;
    }
    read(store, before, later).unwrap_or_else(|error| {
        tracing::warn!(run = %before.id, %error, "every fact is evaluated: an earlier run cannot be built upon");
        None
    })
}

fn read(store: &Store, before: &RunHeader, later: &Later<'_>) -> Result<Option<Found>, StoreError> {
    let decided = store.decided_by(before.id)?;
    let Ok(settings) = serde_json::from_str::<RunSettings>(&decided.settings) else { return Ok(None) };
    let Some(afresh_at) = settings.afresh_at.filter(|at| is_recent(*at, before.started_at, later.started_at)) else {
        return Ok(None);
    };
    let of_kinds = |name: &str| name.starts_with("kinds/") || name.starts_with("local/kinds/");
    let mut kinds_before = decided.sources;
    kinds_before.retain(|name, _| of_kinds(name));
    // The evaluator is asked for here too, so that nothing is read in vain.
    if settings.evaluator != rules::EVALUATOR || kinds_before != digests(&later.prepared.sources, of_kinds) {
        return Ok(None);
    }
    let volatile = volatile_fields(&later.prepared.kinds);
    let (precedent, outline) = store.precedent(before.id, &later.collected.facts, &volatile, &settings.evaluator)?;
    Ok(Some(Found { precedent, outline, afresh_at }))
}

/// Whether the instant is one at which all may have been evaluated: not after the run that says so, and not too long ago.
fn is_recent(afresh_at: Timestamp, before: Timestamp, now: Timestamp) -> bool {
    afresh_at <= before && before <= now && now.duration_since(afresh_at) < AFRESH_WITHIN
}

fn digests(sources: &SourceSet, wanted: impl Fn(&str) -> bool) -> BTreeMap<String, Digest> {
    let texts = sources.iter().filter(|(name, _)| wanted(name));
    texts.map(|(name, text)| (name.to_owned(), Digest::of(text.as_bytes()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_evaluated_again_after_a_week_and_where_the_clock_went_back() {
        let at = |hours: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let week = 7 * 24;
        assert!(is_recent(at(0), at(0), at(0)));
        assert!(is_recent(at(0), at(week - 1), at(week - 1)));
        assert!(!is_recent(at(0), at(week - 1), at(week)), "a week");
        assert!(!is_recent(at(0), at(2), at(1)), "the clock went back");
        assert!(!is_recent(at(2), at(1), at(3)), "it was evaluated after it was recorded");
    }
}

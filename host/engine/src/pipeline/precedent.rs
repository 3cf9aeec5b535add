//! Which earlier run an evaluation may build upon: the newest live one of the same collectors, when engine, meaning and kinds are
//! what they were. What of it may be taken over, the rules decide outcome by outcome.

use std::collections::BTreeMap;

use model::{ClockMode, Digest, Precedent, RunHeader, SEMANTICS, SourceSet};
use store::{Store, StoreError};

use super::collected::Collected;
use super::evaluated::{ENGINE_VERSION, volatile_fields};
use super::prepared::Prepared;
use super::recorded::{Earlier, RunSettings};
use crate::clock::Clock;

/// What the newest run that can be built upon leaves; `None` when there is none, or it cannot be read: then every fact is
/// evaluated, which gives the same.
pub(super) fn find(
    store: &Store,
    earlier: &Earlier,
    prepared: &Prepared,
    collected: &Collected,
    clock: &dyn Clock,
) -> Option<Precedent> {
    if clock.mode() != ClockMode::Live {
        return None;
    }
    let names = |header: &RunHeader| header.collectors.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    let wanted: Vec<_> = collected.runs.iter().map(|it| it.name.clone()).collect();
    let before = earlier.runs.iter().rev().find(|header| names(header) == wanted)?;
    if before.semantics != SEMANTICS || before.engine_version != ENGINE_VERSION {
        return None;
    }
    read(store, before, prepared, collected).unwrap_or_else(|error| {
        tracing::warn!(run = %before.id, %error, "every fact is evaluated: an earlier run cannot be built upon");
        None
    })
}

fn read(store: &Store, before: &RunHeader, prepared: &Prepared, collected: &Collected) -> Result<Option<Precedent>, StoreError> {
    let decided = store.decided_by(before.id)?;
    let Ok(settings) = serde_json::from_str::<RunSettings>(&decided.settings) else { return Ok(None) };
    let of_kinds = |name: &str| name.starts_with("kinds/") || name.starts_with("local/kinds/");
    let mut kinds_before = decided.sources;
    kinds_before.retain(|name, _| of_kinds(name));
    if kinds_before != digests(&prepared.sources, of_kinds) {
        return Ok(None);
    }
    store.precedent(before.id, &collected.facts, &volatile_fields(&prepared.kinds), settings.vocabulary).map(Some)
}

fn digests(sources: &SourceSet, wanted: impl Fn(&str) -> bool) -> BTreeMap<String, Digest> {
    let texts = sources.iter().filter(|(name, _)| wanted(name));
    texts.map(|(name, text)| (name.to_owned(), Digest::of(text.as_bytes()))).collect()
}

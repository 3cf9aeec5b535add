//! Opening the store to read a run.

use std::collections::BTreeSet;

use miette::{Diagnostic, Result};
use model::{ClockMode, RunId};
use store::{Access, Store};
use thiserror::Error;

use super::Shared;
use crate::config::Config;
use crate::pipeline::{Evaluated, Recorded};

/// There is nothing to read.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub(super) enum NothingRecorded {
    /// The store is empty.
    #[error("no run was recorded in `{path}`")]
    #[diagnostic(code(engine::store::no_runs), help("`engine eval` records one"))]
    NoRuns {
        /// The store.
        path: String,
    },
}

/// The store, for reading.
pub(super) fn store(config: &Config) -> Result<Store> {
    Ok(Store::open(&config.store, Access::Read)?)
}

/// The newest live run; a run under another clock only where there is no other.
fn newest(store: &Store) -> Result<Option<RunId>> {
    let runs = store.runs()?;
    let live = runs.iter().rev().find(|it| it.clock == ClockMode::Live);
    Ok(live.or(runs.last()).map(|it| it.id))
}

/// The run that is asked for, else the newest.
pub(super) fn run_id(store: &Store, config: &Config, asked: Option<RunId>) -> Result<RunId> {
    match asked {
        Some(id) => Ok(id),
        None => match newest(store)? {
            Some(id) => Ok(id),
            None => Err(NothingRecorded::NoRuns { path: config.store.display().to_string() }.into()),
        },
    }
}

/// The run that is asked for, else the newest, with everything that a report says of it.
pub(super) fn evaluated(shared: &Shared, asked: Option<RunId>) -> Result<(Store, Evaluated)> {
    let config = shared.read_config()?;
    let store = store(&config)?;
    let id = run_id(&store, &config, asked)?;
    let evaluated = Evaluated::of_recorded(Recorded::load(&store, id)?)?;
    Ok((store, evaluated))
}

/// Runs in words, those that follow one another as one: `r1 to r3, r5`.
pub(super) fn named(runs: &BTreeSet<RunId>) -> String {
    let mut spans: Vec<(RunId, RunId)> = Vec::new();
    for run in runs {
        match spans.last_mut() {
            Some((_, last)) if last.0.checked_add(1) == Some(run.0) => *last = *run,
            _ => spans.push((*run, *run)),
        }
    }
    let spans = spans.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first} to {last}") });
    let text = spans.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "no run".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs_that_follow_one_another_are_named_as_one() {
        let named = |runs: &[u64]| super::named(&runs.iter().map(|run| model::RunId(*run)).collect());
        assert_eq!(named(&[]), "no run");
        assert_eq!(named(&[3, 1, 2, 5, 7, 8]), "r1 to r3, r5, r7 to r8");
    }
}

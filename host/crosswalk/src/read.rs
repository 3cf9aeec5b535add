//! From texts to a checked catalog.
//!
//! Takes a source set: `frameworks/*.toml`, `controls/*.toml`, `crosswalk/*.toml`, and the user's `local/controls/*.toml`.
//! Gives a catalog in which every id that is named exists and none stands twice, or every problem with its place. Never
//! gives a catalog that is only half right.

mod control;
mod file;
mod framework;
pub(crate) mod problem;
mod relation;

use std::collections::BTreeMap;

use model::{Catalog, SourceSet};

use crate::read::control::Controls;
use crate::read::problem::{CatalogErrors, CatalogProblem, Place};

/// Reads and checks the catalog.
///
/// A user's files may add controls and alternatives. A control that has the id of a shipped one must say
/// `replaces = true`; it then stands in its place with its own edges.
///
/// # Errors
/// [`CatalogErrors`] with every problem: what is not written as it should be, ids that stand twice, requirements, aspects
/// and controls that do not exist (with the nearest that does), parents after their parts, relations of a requirement to
/// itself or that contradict each other, alternatives that do not cover their aspect.
pub fn read_catalog(sources: &SourceSet) -> Result<Catalog, CatalogErrors> {
    let mut problems: Vec<CatalogProblem> = Vec::new();
    let mut catalog = Catalog::default();
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for (name, text) in sources.under("frameworks/", "toml") {
        framework::read(name, text, &mut catalog, &mut places, &mut problems);
    }
    let mut controls = Controls::default();
    for folder in ["controls/", "local/controls/"] {
        for (name, text) in sources.under(folder, "toml") {
            controls.read(name, text, &catalog, &mut problems);
        }
    }
    controls.finish(&mut catalog, &mut problems);
    let mut stated = BTreeMap::new();
    for (name, text) in sources.under("crosswalk/", "toml") {
        relation::read(name, text, &mut catalog, &mut stated, &mut problems);
    }
    problems.sort_by(|a, b| a.place.order().cmp(&b.place.order()));
    if problems.is_empty() { Ok(catalog) } else { Err(CatalogErrors { problems }) }
}

#[cfg(test)]
mod tests;

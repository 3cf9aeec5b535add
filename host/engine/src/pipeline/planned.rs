//! From a run to what to fix first, and to what further collectors would reach.

use std::collections::{BTreeMap, BTreeSet};

use crosswalk::Giver;
use model::{Basis, CollectorName, FactSet, Further, KindId, Plan};
use smol_str::SmolStr;

use super::carved::carve_outs;
use super::evaluated::{evidence_of, scope_of, since_when};
use super::{Evaluated, RunError};

impl Evaluated {
    /// What to fix first.
    ///
    /// # Errors
    /// [`RunError`] when the run's settings cannot be read by this engine.
    pub fn plan(&self) -> Result<Plan, RunError> {
        let decided = &self.decided;
        let settings = self.settings()?.settings;
        let scope = scope_of(&decided.catalog, &settings)?;
        let since = since_when(&decided.catalog, &self.facts, &decided.rules, &decided.findings, &self.failing_since);
        let known = |id: &model::FindingId| since.get(id).copied();
        let now = self.header.started_at;
        let carve_outs = carve_outs(&decided.catalog, &settings, &self.facts, now)?;
        let evidence = evidence_of(&self.facts, &decided.findings, &decided.rules, &carve_outs, &known, now);
        Ok(crosswalk::plan(&decided.catalog, &scope, &evidence))
    }

    /// What connecting each of the collectors at hand would reach beside what took part.
    pub fn further(&self, others: &[Giver]) -> Vec<Further> {
        crosswalk::further(&self.decided.catalog, &self.decided.rules, &connected(&self.facts), others)
    }
}

/// The collectors of a run, by what they were to give or gave.
fn connected(facts: &FactSet) -> Vec<Giver> {
    let mut found: BTreeMap<&CollectorName, (Basis, BTreeSet<&KindId>)> = BTreeMap::new();
    for state in facts.scopes() {
        let (basis, kinds) = found.entry(&state.collector).or_insert((state.basis, BTreeSet::new()));
        *basis = state.basis.max(*basis);
        kinds.insert(&state.kind);
    }
    found
        .into_iter()
        .map(|(name, (basis, kinds))| Giver {
            name: SmolStr::new(name.as_str()),
            basis,
            kinds: kinds.into_iter().cloned().collect(),
        })
        .collect()
}

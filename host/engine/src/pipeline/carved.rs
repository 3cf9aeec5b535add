//! From what the operator states of subservice organisations to what is assessed: checked against the catalog, and against
//! the reports among the facts.

use std::collections::BTreeSet;

use crosswalk::{CarveOut, SubserviceStatement};
use model::{AspectId, Catalog, FactSet, Requirement, Timestamp};

use super::RunError;
use crate::config::Settings;

/// What became of every statement over these facts.
pub(super) fn carve_outs(
    catalog: &Catalog,
    settings: &Settings,
    facts: &FactSet,
    now: Timestamp,
) -> Result<Vec<CarveOut>, RunError> {
    let statements = settings.carve_outs.iter().map(|it| checked(catalog, it));
    statements.map(|it| it.map(|it| CarveOut::of(&it, facts, now))).collect()
}

/// That every statement names what is there and may be carved out.
pub(super) fn check_carve_outs(catalog: &Catalog, settings: &Settings) -> Result<(), RunError> {
    settings.carve_outs.iter().try_for_each(|it| checked(catalog, it).map(|_| ()))
}

/// The statement with every requirement as those of its aspects that a subservice organisation may answer.
fn checked(catalog: &Catalog, stated: &SubserviceStatement) -> Result<SubserviceStatement, RunError> {
    let mut aspects: BTreeSet<AspectId> = BTreeSet::new();
    for id in &stated.requirements {
        let found = catalog.requirement(id).map(|it| it.aspects.iter().filter(|aspect| aspect.subservice));
        let found: Vec<_> = found.into_iter().flatten().map(|aspect| aspect.id.clone()).collect();
        if found.is_empty() {
            return Err(refused(id.as_str(), catalog, catalog.requirement(id)));
        }
        aspects.extend(found);
    }
    for id in &stated.aspects {
        let requirement = catalog.requirement(&id.requirement());
        let may = requirement.is_some_and(|it| it.aspects.iter().any(|aspect| aspect.id == *id && aspect.subservice));
        if !may {
            return Err(refused(id.as_str(), catalog, requirement));
        }
        aspects.insert(id.clone());
    }
    Ok(SubserviceStatement { requirements: Vec::new(), aspects: aspects.into_iter().collect(), ..stated.clone() })
}

fn refused(id: &str, catalog: &Catalog, requirement: Option<&Requirement>) -> RunError {
    let message = match requirement {
        None => format!("engine.toml carves out `{id}`, which is not there"),
        Some(_) => format!("engine.toml carves out `{id}`, which no subservice organisation may answer"),
    };
    let all = catalog.frameworks.values().flat_map(|it| &it.requirements);
    let may: Vec<_> = all.filter(|it| it.aspects.iter().any(|aspect| aspect.subservice)).map(|it| it.id.as_str()).collect();
    let of_it = requirement.map(|it| it.aspects.iter().filter(|aspect| aspect.subservice).map(|aspect| aspect.id.as_str()));
    let of_it: Vec<_> = of_it.into_iter().flatten().collect();
    let help = if of_it.is_empty() {
        format!("an aspect of these may be carved out: {}", may.join(", "))
    } else {
        format!("of it may be carved out: {}", of_it.join(", "))
    };
    RunError::UnknownName { message, help }
}

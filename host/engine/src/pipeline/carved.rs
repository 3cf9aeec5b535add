//! From what the operator states of subservice organisations to what is assessed: checked against the catalog, and against
//! the reports among the facts.

use std::collections::BTreeSet;

use crosswalk::{CarveOut, SubserviceStatement};
use model::{AspectId, Catalog, FactSet, RequirementId, Timestamp};

use super::RunError;
use crate::config::{Settings, refusal};

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
    let ids = stated.requirements.iter().map(RequirementId::as_str).chain(stated.aspects.iter().map(AspectId::as_str));
    for id in ids {
        if let Some((message, help)) = refusal(id, catalog) {
            return Err(RunError::UnknownName { message, help });
        }
    }
    let mut aspects: BTreeSet<AspectId> = stated.aspects.iter().cloned().collect();
    for requirement in stated.requirements.iter().filter_map(|id| catalog.requirement(id)) {
        aspects.extend(requirement.aspects.iter().filter(|aspect| aspect.subservice).map(|aspect| aspect.id.clone()));
    }
    Ok(SubserviceStatement { requirements: Vec::new(), aspects: aspects.into_iter().collect(), ..stated.clone() })
}

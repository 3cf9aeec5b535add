//! From evidence to the status of every control and requirement.
//!
//! Takes a checked catalog, a scope and the evidence of one run; gives the assessment, in the catalog's order. Pure, and
//! cannot fail: what is not known is unknown.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Assessment, Basis, Catalog, Framework, FrameworkAssessment, Requirement, RequirementAssessment, RequirementId,
    RequirementStatus, Summary, Via,
};

use crate::control::Ground;
use crate::evidence::{AssessScope, Evidence};
use crate::inherit::Inheritance;
use crate::leaf::{Coverage, Own};
use crate::waive::Waivers;
use crate::{fold, phrase};

/// What the evidence means for every control, and for every requirement of the frameworks that were asked for.
pub fn assess(catalog: &Catalog, scope: &AssessScope, evidence: &Evidence<'_>) -> Assessment {
    let ground = Ground::new(evidence);
    let waivers = Waivers::new(catalog, &ground);
    let controls: Vec<_> = catalog.controls.values().map(|control| ground.control(control, &waivers)).collect();
    let coverage = Coverage::new(catalog, &controls, evidence.carve_outs, evidence.now);
    let requirements = catalog.frameworks.values().flat_map(|framework| &framework.requirements);
    let own: BTreeMap<&RequirementId, Own> = requirements.map(|it| (&it.id, coverage.own(it))).collect();
    let inheritance = Inheritance::new(catalog, &own);
    let frameworks = catalog
        .frameworks
        .values()
        .filter(|framework| scope.frameworks.contains_key(&framework.id))
        .map(|framework| Fold { framework, scope, own: &own, inheritance: &inheritance }.run())
        .collect();
    Assessment { frameworks, controls }
}

/// One framework, folded from its leaves to its roots.
struct Fold<'a> {
    framework: &'a Framework,
    scope: &'a AssessScope,
    own: &'a BTreeMap<&'a RequirementId, Own>,
    inheritance: &'a Inheritance,
}

impl Fold<'_> {
    fn run(&self) -> FrameworkAssessment {
        let mut summary = Summary::default();
        let mut parts: BTreeMap<&RequirementId, Vec<(&RequirementId, RequirementStatus)>> = BTreeMap::new();
        let mut requirements = Vec::with_capacity(self.framework.requirements.len());
        // Parents stand before their children, so from the end every part is known before what it is a part of.
        for requirement in self.framework.requirements.iter().rev() {
            let assessed = match parts.get_mut(&requirement.id) {
                Some(parts) => {
                    parts.reverse();
                    self.parent(requirement, parts)
                }
                None => self.leaf(requirement),
            };
            if requirement.leaf {
                count(&mut summary, assessed.status);
            }
            if let Some(parent) = &requirement.parent {
                parts.entry(parent).or_default().push((&requirement.id, assessed.status));
            }
            requirements.push(assessed);
        }
        requirements.reverse();
        FrameworkAssessment { id: self.framework.id.clone(), summary, requirements }
    }

    fn leaf(&self, requirement: &Requirement) -> RequirementAssessment {
        let own = self.own.get(&requirement.id).filter(|_| self.scope.takes_in(requirement));
        let Some(own) = own else {
            return out_of_scope(requirement, format!("the engagement leaves out `{}`", requirement.category));
        };
        let inherited = self.inheritance.of(&requirement.id, own);
        let carrying: Vec<&Via> = inherited.via.iter().filter(|via| via.carries).collect();
        let lifted = matches!(inherited.status, RequirementStatus::Supported | RequirementStatus::Attested);
        let missing = if lifted { [].as_slice() } else { own.missing.as_slice() };
        let reason = if carrying.is_empty() { own.reason.clone() } else { over_relations(inherited.status, &carrying, own) };
        RequirementAssessment {
            id: requirement.id.clone(),
            status: inherited.status,
            basis: self.basis(inherited.status, own, &carrying),
            reason,
            aspects: own.aspects.clone(),
            remaining: missing.iter().chain(&own.leaves_open).cloned().collect(),
            via: inherited.via,
        }
    }

    /// What a leaf rests on: its own evidence, unless what came to it outweighs that, and that of what it came from.
    fn basis(&self, status: RequirementStatus, own: &Own, carrying: &[&Via]) -> Vec<Basis> {
        let overruled = own.status != status && matches!(status, RequirementStatus::Deviations | RequirementStatus::Unknown);
        let of_own = own.basis.iter().filter(|_| !overruled);
        let sources = carrying.iter().filter_map(|via| self.own.get(&via.from)).flat_map(|own| &own.basis);
        of_own.chain(sources).copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn parent(&self, requirement: &Requirement, parts: &[(&RequirementId, RequirementStatus)]) -> RequirementAssessment {
        let mut statuses: Vec<_> = parts.iter().map(|(_, status)| *status).collect();
        let own = self.own.get(&requirement.id).filter(|_| !requirement.aspects.is_empty() && self.scope.takes_in(requirement));
        statuses.extend(own.map(|own| own.status));
        let status = fold::parent(&statuses);
        let same: Vec<_> = parts.iter().filter(|(_, it)| *it == status).map(|(id, _)| *id).collect();
        let reason = match (same.len(), own) {
            (0, Some(own)) if own.status == status => own.reason.clone(),
            (0, _) => format!("its {} parts differ", parts.len()),
            (count, _) => {
                format!(
                    "{count} of {} {} {}: {}",
                    parts.len(),
                    if count == 1 { "part is" } else { "parts are" },
                    words(status),
                    phrase::list(same)
                )
            }
        };
        RequirementAssessment {
            id: requirement.id.clone(),
            status,
            basis: own.map(|own| own.basis.iter().copied().collect()).unwrap_or_default(),
            reason,
            aspects: own.map(|own| own.aspects.clone()).unwrap_or_default(),
            via: Vec::new(),
            remaining: own.map(|own| own.missing.iter().chain(&own.leaves_open).cloned().collect()).unwrap_or_default(),
        }
    }
}

fn out_of_scope(requirement: &Requirement, reason: String) -> RequirementAssessment {
    RequirementAssessment {
        id: requirement.id.clone(),
        status: RequirementStatus::OutOfScope,
        basis: Vec::new(),
        reason,
        aspects: Vec::new(),
        via: Vec::new(),
        remaining: Vec::new(),
    }
}

fn over_relations(status: RequirementStatus, carrying: &[&Via], own: &Own) -> String {
    let sources = phrase::list(carrying.iter().map(|via| format!("{} ({} this)", via.from, via.relation.as_str())));
    let of_own = match own.status {
        RequirementStatus::Uncovered => "nothing shows it directly".to_owned(),
        _ => format!("of its own it is {}", words(own.status)),
    };
    format!("{} over {sources}; {of_own}", words(status))
}

/// A status within a sentence.
fn words(status: RequirementStatus) -> String {
    match status {
        RequirementStatus::Deviations => "deviating".to_owned(),
        status => status.as_str().replace('_', " "),
    }
}

fn count(summary: &mut Summary, status: RequirementStatus) {
    summary.catalog_total += 1;
    summary.total += u32::from(status != RequirementStatus::OutOfScope);
    *match status {
        RequirementStatus::Deviations => &mut summary.deviations,
        RequirementStatus::Unknown => &mut summary.unknown,
        RequirementStatus::PartlySupported => &mut summary.partly_supported,
        RequirementStatus::Supported => &mut summary.supported,
        RequirementStatus::Attested => &mut summary.attested,
        RequirementStatus::CarvedOut => &mut summary.carved_out,
        RequirementStatus::Uncovered => &mut summary.uncovered,
        RequirementStatus::NotApplicable => &mut summary.not_applicable,
        RequirementStatus::OutOfScope => &mut summary.out_of_scope,
    } += 1;
}

//! What to fix first: every cause of deviations and doubt, and what becomes of the requirements without it.
//!
//! Takes what an assessment takes; gives the fixes in order. What a fix unlocks is not estimated: the requirements are
//! assessed again, as if the fix were done and all that it brings passed, and compared. Never says that it will pass.
//!
//! In order: how many leaves it unlocks by itself, of how many frameworks, how severe, how many more leaves wait for it
//! among others, how many subjects it is about; then by what it is, so that the order is always the same.

mod cause;
mod what_if;

use core::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{Assessment, Catalog, ControlId, Fix, Plan, Remedy, RequirementId, RequirementStatus, RuleHeader, RuleId};

use crate::assess::assess;
use crate::evidence::{AssessScope, Evidence};
use crate::plan::cause::Causes;
use crate::plan::what_if::WhatIf;

/// The fixes of a run, the first first.
pub fn plan(catalog: &Catalog, scope: &AssessScope, evidence: &Evidence<'_>) -> Plan {
    let now = assess(catalog, scope, evidence);
    let deviating = leaves_with(catalog, &now, RequirementStatus::Deviations);
    let unknown = leaves_with(catalog, &now, RequirementStatus::Unknown);
    let troubled: BTreeSet<&RequirementId> = deviating.iter().chain(&unknown).copied().collect();
    let causes = Causes::of(evidence);
    let mut what_if = WhatIf::new(evidence, &causes);
    let rules: BTreeMap<&RuleId, &RuleHeader> = evidence.rules.iter().map(|rule| (&rule.id, rule)).collect();
    let mut found: Vec<(usize, Fix)> = Vec::new();
    for (at, cause) in causes.all.iter().enumerate() {
        let after = what_if.assess(catalog, scope, evidence, &|it| it == at);
        let unlocks = unlocked(&troubled, catalog, &after);
        let waiting: Vec<&RuleHeader> = cause.rules.iter().filter_map(|id| rules.get(*id).copied()).collect();
        let mut controls: BTreeSet<&ControlId> = waiting.iter().flat_map(|rule| &rule.controls).collect();
        if let Remedy::Attest { control } = &cause.remedy {
            controls.insert(control);
        }
        let shown: BTreeSet<_> = controls.iter().flat_map(|id| catalog.requirements_of(id)).chain(&cause.requirements).collect();
        let touches = troubled.iter().copied().filter(|id| shown.contains(*id) && !unlocks.contains(*id)).cloned().collect();
        found.push((
            at,
            Fix {
                remedy: cause.remedy.clone(),
                severity: waiting.iter().map(|rule| rule.severity).max(),
                subject_count: cause.subject_count,
                rules: waiting.iter().map(|rule| rule.id.clone()).collect(),
                controls: controls.into_iter().cloned().collect(),
                unlocks: unlocks.into_iter().cloned().collect(),
                touches,
                together: 0,
            },
        ));
    }
    found.sort_by(|(_, a), (_, b)| order(a).cmp(&order(b)).then_with(|| a.remedy.cmp(&b.remedy)));
    let mut done = BTreeSet::new();
    for (at, fix) in &mut found {
        done.insert(*at);
        let after = what_if.assess(catalog, scope, evidence, &|it| done.contains(&it));
        fix.together = unlocked(&troubled, catalog, &after).len();
    }
    let fixes = found.into_iter().map(|(_, fix)| fix).collect();
    Plan { deviating: deviating.len(), unknown: unknown.len(), fixes }
}

/// What makes a fix come before another, the greatest first.
fn order(fix: &Fix) -> impl Ord {
    let counts = (fix.unlocks.len(), fix.framework_count());
    Reverse((counts, fix.severity, fix.touches.len(), fix.subject_count))
}

/// The leaves in scope with a status, in order.
fn leaves_with<'a>(catalog: &Catalog, assessment: &'a Assessment, status: RequirementStatus) -> Vec<&'a RequirementId> {
    let all = assessment.frameworks.iter().flat_map(|it| &it.requirements);
    let is_leaf = |id: &RequirementId| catalog.requirement(id).is_some_and(|it| it.leaf);
    all.filter(|it| it.status == status && is_leaf(&it.id)).map(|it| &it.id).collect()
}

/// The troubled leaves that are no longer troubled.
fn unlocked<'a>(troubled: &BTreeSet<&'a RequirementId>, catalog: &Catalog, after: &Assessment) -> BTreeSet<&'a RequirementId> {
    let statuses = [RequirementStatus::Deviations, RequirementStatus::Unknown];
    let still: BTreeSet<_> = statuses.into_iter().flat_map(|status| leaves_with(catalog, after, status)).collect();
    troubled.iter().copied().filter(|id| !still.contains(id)).collect()
}

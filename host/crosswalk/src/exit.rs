//! What the process says when it ends.
//!
//! Takes an assessment, the gaps of the run and the coverage of the last comparable run; gives code 0, 1 or 3 with the
//! reason. Never gives 0 when evidence is missing anywhere: also a gap of a kind that no control uses is missing evidence.
//!
//! | in this order | code |
//! |---|---|
//! | a requirement in scope has deviations | 1 |
//! | one is unknown; a gap stands; less is covered than in the last comparable run; or nothing was assessed | 3 |
//! | nothing of that | 0 |
//!
//! *Covered* are the leaves in scope that are neither `uncovered` nor `unknown`. *Nothing was assessed* means that every leaf in scope is
//! uncovered, carved out, or not applicable without one subject having been looked at.

use std::collections::{BTreeMap, BTreeSet};

use model::{Assessment, ControlId, Exit, FrameworkId, Gap, RequirementAssessment, RequirementId, RequirementStatus, Summary};

use crate::kind_evidence::count;
use crate::phrase::{list, number};

/// How the process ends. `gaps` are all of the run; `previous` holds the summaries of the last run with the same scope, or
/// is `None` when there is none. Frameworks that are not in both are not compared.
pub fn exit(assessment: &Assessment, gaps: &[Gap], previous: Option<&[(FrameworkId, Summary)]>) -> Exit {
    let deviating = with_status(assessment, RequirementStatus::Deviations);
    let doubts = doubts(assessment, gaps, previous.unwrap_or_default());
    if !deviating.is_empty() {
        let head = number(count(deviating.len()), "requirement has deviations", "requirements have deviations");
        let tail = if doubts.is_empty() { String::new() } else { format!("; {}", doubts.join("; ")) };
        return Exit { code: 1, reason: format!("{head}: {}{tail}", list(deviating)) };
    }
    if !doubts.is_empty() {
        return Exit { code: 3, reason: doubts.join("; ") };
    }
    let covered: u32 = assessment.frameworks.iter().map(|framework| covered(&framework.summary)).sum();
    let total: u32 = assessment.frameworks.iter().map(|framework| framework.summary.total).sum();
    Exit {
        code: 0,
        reason: format!(
            "nothing in scope fails and no evidence is missing; {covered} of {total} requirements {} covered",
            if covered == 1 { "is" } else { "are" }
        ),
    }
}

/// The requirements in scope that have that status themselves: leaves, and parents with aspects of their own. Other
/// parents only repeat what their parts say; they have neither aspects nor anything that came to them.
fn with_status(assessment: &Assessment, status: RequirementStatus) -> Vec<&RequirementId> {
    let requirements = assessment.frameworks.iter().flat_map(|framework| &framework.requirements);
    let speaks = |it: &&RequirementAssessment| it.status == status && !(it.aspects.is_empty() && it.via.is_empty());
    requirements.filter(speaks).map(|it| &it.id).collect()
}

/// Everything that ends a run with 3 where nothing fails, one phrase each: for a caller that softens failures.
pub fn doubts(assessment: &Assessment, gaps: &[Gap], previous: &[(FrameworkId, Summary)]) -> Vec<String> {
    let mut doubts = Vec::new();
    let unknown = with_status(assessment, RequirementStatus::Unknown);
    if !unknown.is_empty() {
        let head = number(count(unknown.len()), "requirement is unknown", "requirements are unknown");
        doubts.push(format!("{head}: {}", list(unknown)));
    }
    if !gaps.is_empty() {
        let mut named: Vec<_> = gaps.iter().map(|gap| format!("{} ({})", gap.kind, gap.code)).collect();
        named.sort();
        named.dedup();
        doubts.push(format!("{}: {}", number(count(gaps.len()), "evidence gap stands", "evidence gaps stand"), list(named)));
    }
    doubts.extend(lost_coverage(assessment, previous));
    if nothing_assessed(assessment) {
        doubts.push("nothing was assessed: no evidence bears on any requirement in scope".to_owned());
    }
    doubts
}

/// What is unknown covers nothing: evidence that was missing yesterday and is not expected today is no loss.
fn covered(summary: &Summary) -> u32 {
    summary.total.saturating_sub(summary.uncovered).saturating_sub(summary.unknown)
}

fn lost_coverage(assessment: &Assessment, previous: &[(FrameworkId, Summary)]) -> Option<String> {
    let before: BTreeMap<&FrameworkId, &Summary> = previous.iter().map(|(id, summary)| (id, summary)).collect();
    let lost: Vec<_> = assessment
        .frameworks
        .iter()
        .filter_map(|now| {
            let (now, before, id) = (covered(&now.summary), covered(before.get(&now.id)?), &now.id);
            (now < before).then(|| format!("{id} from {before} to {}", number(now.into(), "requirement", "requirements")))
        })
        .collect();
    (!lost.is_empty()).then(|| format!("coverage fell since the last run: {}", list(lost)))
}

fn nothing_assessed(assessment: &Assessment) -> bool {
    let looked_at: BTreeSet<&ControlId> =
        assessment.controls.iter().filter(|it| it.population.assessed > 0).map(|it| &it.id).collect();
    let concerns_none = |it: &RequirementAssessment| {
        let mut controls = it.aspects.iter().flat_map(|aspect| &aspect.controls);
        it.status == RequirementStatus::NotApplicable && controls.any(|id| looked_at.contains(id))
    };
    assessment.frameworks.iter().all(|framework| {
        let Summary { supported, partly_supported, deviations, unknown, attested, .. } = framework.summary;
        supported + partly_supported + deviations + unknown + attested == 0 && !framework.requirements.iter().any(concerns_none)
    })
}

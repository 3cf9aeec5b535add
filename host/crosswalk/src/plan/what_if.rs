//! The evidence of a run as it would be without some of its causes.
//!
//! Takes which causes are gone; gives the assessment of what is left. Copies the facts once, and puts back what it changed:
//! one more question costs one more assessment.

use model::{
    Assessment, Attestation, Basis, Catalog, Completeness, Fact, FactSet, FindingSet, Gap, Outcome, RuleFindings, ScopeState,
    Timestamp,
};

use crate::assess::assess;
use crate::carve::{Answer, CarveOut};
use crate::evidence::{AssessScope, Evidence};
use crate::kind_evidence::count;
use crate::plan::cause::Causes;

/// A copy of the evidence that can be changed.
pub(crate) struct WhatIf<'c, 'a> {
    causes: &'c Causes<'a>,
    facts: FactSet,
    findings: FindingSet,
    /// As they were.
    scopes: Vec<ScopeState>,
    gaps: Vec<Gap>,
}

impl<'c, 'a> WhatIf<'c, 'a> {
    pub(crate) fn new(evidence: &Evidence<'a>, causes: &'c Causes<'a>) -> Self {
        Self {
            causes,
            facts: evidence.facts.clone(),
            findings: evidence.findings.clone(),
            scopes: evidence.facts.scopes().to_vec(),
            gaps: evidence.facts.gaps().to_vec(),
        }
    }

    /// What the evidence would mean without the causes that are gone.
    pub(crate) fn assess(
        &mut self,
        catalog: &Catalog,
        scope: &AssessScope,
        evidence: &Evidence<'_>,
        gone: &dyn Fn(usize) -> bool,
    ) -> Assessment {
        self.close(evidence.now, gone);
        let changed = self.pass(gone);
        let carve_outs = self.carve_outs(evidence, gone);
        let attestations = self.attestations(evidence, gone);
        let changed_evidence = Evidence {
            facts: &self.facts,
            findings: &self.findings,
            carve_outs: &carve_outs,
            attestations: &attestations,
            ..*evidence
        };
        let assessment = assess(catalog, scope, &changed_evidence);
        self.restore(changed);
        assessment
    }

    /// Takes out the gaps that are gone, and completes the scopes that nothing holds open any more.
    fn close(&mut self, now: Timestamp, gone: &dyn Fn(usize) -> bool) {
        let (facts, ..) = core::mem::take(&mut self.facts).into_parts();
        let stays = |at: &usize| !gone(*at);
        let gaps = self.gaps.iter().zip(&self.causes.gaps).filter(|(_, at)| stays(at)).map(|(gap, _)| gap.clone());
        let mut scopes = self.scopes.clone();
        for (position, causes) in &self.causes.scopes {
            let Some(state) = scopes.get_mut(*position) else { continue };
            if causes.iter().all(|at| gone(*at)) {
                state.completeness = Completeness::Complete { count: seen(&facts, state), observed_at: now };
            }
        }
        self.facts = FactSet::new(facts, scopes, gaps.collect());
    }

    /// What becomes of the carve-outs over the facts as they are now, and with the reports that are no longer in doubt.
    fn carve_outs(&self, evidence: &Evidence<'_>, gone: &dyn Fn(usize) -> bool) -> Vec<CarveOut> {
        let one = |(position, it): (usize, &CarveOut)| match self.causes.carve_outs.get(&position) {
            None => it.clone(),
            Some(Some(at)) if gone(*at) => {
                let answer = Answer::Relied { until: Timestamp::MAX, basis: Basis::Supplied, report: String::new() };
                CarveOut { statement: it.statement.clone(), answer }
            }
            Some(_) => CarveOut::of(&it.statement, &self.facts, evidence.now),
        };
        evidence.carve_outs.iter().enumerate().map(one).collect()
    }

    /// The attestations, with those stated again that are gone as a cause.
    fn attestations(&self, evidence: &Evidence<'_>, gone: &dyn Fn(usize) -> bool) -> Vec<Attestation> {
        let mut all = evidence.attestations.to_vec();
        for it in &mut all {
            if self.causes.attestations.get(&it.control).is_some_and(|at| gone(*at)) {
                it.expires_at = Timestamp::MAX;
            }
        }
        all
    }

    /// Makes every outcome that waits for nothing any more a pass; gives what they were.
    fn pass(&mut self, gone: &dyn Fn(usize) -> bool) -> Vec<(usize, usize, Outcome)> {
        let mut rules = core::mem::take(&mut self.findings).into_rules();
        let mut changed = Vec::new();
        for waiting in self.causes.findings.iter().filter(|it| it.causes.iter().all(|at| gone(*at))) {
            let Ok(rule) = rules.binary_search_by(|findings| findings.rule.cmp(waiting.rule)) else { continue };
            let Some(RuleFindings { outcomes, .. }) = rules.get_mut(rule) else { continue };
            for index in &waiting.outcomes {
                if let Some(outcome) = outcomes.get_mut(*index) {
                    changed.push((rule, *index, core::mem::replace(outcome, Outcome::Pass)));
                }
            }
        }
        self.findings = FindingSet::new(rules);
        changed
    }

    fn restore(&mut self, changed: Vec<(usize, usize, Outcome)>) {
        let mut rules = core::mem::take(&mut self.findings).into_rules();
        for (rule, index, was) in changed {
            if let Some(outcome) = rules.get_mut(rule).and_then(|findings| findings.outcomes.get_mut(index)) {
                *outcome = was;
            }
        }
        self.findings = FindingSet::new(rules);
    }
}

/// How many facts of a scope were seen. They stand in order.
fn seen(facts: &[Fact], state: &ScopeState) -> u64 {
    let key = (&state.kind, &state.collector, &state.scope);
    let start = facts.partition_point(|fact| (&fact.kind, &fact.collector, &fact.scope) < key);
    let end = facts.partition_point(|fact| (&fact.kind, &fact.collector, &fact.scope) <= key);
    count(end - start)
}

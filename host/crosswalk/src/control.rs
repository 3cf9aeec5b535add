//! The status of one control.
//!
//! Takes its tally, the waivers and the attestations, gives its status with the reason. Never calls anything passing while
//! something of it is not known.
//!
//! | in this order | status |
//! |---|---|
//! | a failure stands, and one is over the control's time limit | `failing` |
//! | an outcome could not be told; a scope is incomplete, or a gap stands; evidence is stale | `unknown` |
//! | failures stand, all within the time limit | `open` |
//! | a rule passes a subject | `passing` |
//! | every failure is waived as a false positive or as compensated, and nothing passes | `attested`: it rests on people's word |
//! | all of every scope was seen, and no subject is concerned | `not_applicable`; `no_occurrences` for an event control without facts |
//! | no rule, or none of its rules has a configured collector for its kind and for every kind that it joins: a valid attestation stands | `attested` |
//! | the same, and the last one ran out: that is stale evidence | `unknown` |
//! | the same, and there never was one | `untested` |

use std::collections::BTreeMap;

use model::{Basis, Control, ControlAssessment, ControlId, ControlStatus, Frequency, KindId, RuleHeader, Timestamp};

use crate::evidence::Evidence;
use crate::kind_evidence::KindEvidence;
use crate::phrase;
use crate::tally::Tally;
use crate::waive::Waivers;

/// The evidence of a run, cut by kind and by control.
pub(crate) struct Ground<'a> {
    pub(crate) evidence: Evidence<'a>,
    kinds: BTreeMap<&'a KindId, KindEvidence<'a>>,
    rules: BTreeMap<&'a ControlId, BTreeMap<&'a str, &'a RuleHeader>>,
}

impl<'a> Ground<'a> {
    pub(crate) fn new(evidence: &Evidence<'a>) -> Self {
        let mut kinds = BTreeMap::new();
        let mut rules: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for rule in evidence.rules {
            kinds.entry(&rule.kind).or_insert_with(|| KindEvidence::of(evidence.facts, &rule.kind));
            for control in &rule.controls {
                rules.entry(control).or_default().insert(rule.id.as_str(), rule);
            }
        }
        Self { evidence: *evidence, kinds, rules }
    }

    pub(crate) fn kind(&self, kind: &KindId) -> Option<&KindEvidence<'a>> {
        self.kinds.get(kind)
    }

    /// The rules that test a control, in order.
    pub(crate) fn rules_of(&self, control: &ControlId) -> impl Iterator<Item = &'a RuleHeader> {
        self.rules.get(control).into_iter().flat_map(BTreeMap::values).copied()
    }

    /// The result for one control.
    pub(crate) fn control(&self, control: &Control, waivers: &Waivers<'a>) -> ControlAssessment {
        if !control.enabled {
            return assessed(control, ControlStatus::Untested, None, &Tally::default(), "it is switched off".to_owned());
        }
        let tally = Tally::of(control, self, waivers);
        let status = self.status(control, &tally);
        let basis = match status {
            ControlStatus::Failing | ControlStatus::Open => tally.basis_of_failure.or(tally.basis_of_all),
            ControlStatus::Unknown => tally.basis_of_doubt.or(tally.basis_of_all),
            ControlStatus::Passing | ControlStatus::NotApplicable | ControlStatus::NoOccurrences => tally.basis_of_all,
            ControlStatus::Attested => Some(Basis::Attested),
            ControlStatus::Untested => None,
        };
        let reason = phrase::control(control, status, &tally, &self.evidence);
        assessed(control, status, basis, &tally, reason)
    }

    fn status(&self, control: &Control, tally: &Tally<'_>) -> ControlStatus {
        if tally.tested.is_empty() {
            return match attested_until(&self.evidence, &control.id) {
                Some(until) if self.evidence.now < until => ControlStatus::Attested,
                Some(_) => ControlStatus::Unknown,
                None => ControlStatus::Untested,
            };
        }
        let fails = !tally.failing.is_empty();
        if fails && tally.any_overdue {
            ControlStatus::Failing
        } else if tally.is_doubtful() {
            ControlStatus::Unknown
        } else if fails {
            ControlStatus::Open
        } else if tally.any_pass {
            ControlStatus::Passing
        } else if tally.any_excused {
            ControlStatus::Attested
        } else if control.frequency == Frequency::OnEvent && tally.population.assessed == 0 {
            ControlStatus::NoOccurrences
        } else {
            ControlStatus::NotApplicable
        }
    }
}

/// When the last attestation of a control runs out, or ran out; `None` when nobody attested it before now.
pub(crate) fn attested_until(evidence: &Evidence<'_>, control: &ControlId) -> Option<Timestamp> {
    let of_control = evidence.attestations.iter().filter(|it| it.control == *control && it.stated_at <= evidence.now);
    of_control.map(|it| it.expires_at).max()
}

fn assessed(
    control: &Control,
    status: ControlStatus,
    basis: Option<Basis>,
    tally: &Tally<'_>,
    reason: String,
) -> ControlAssessment {
    let rules = tally.tested.iter().map(|rule| rule.id.clone()).collect();
    ControlAssessment { id: control.id.clone(), status, basis, population: tally.population, reason, rules }
}

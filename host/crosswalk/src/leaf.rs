//! What a requirement shows of its own: the controls that cover its aspects, folded.
//!
//! Takes the catalog, the assessed controls and what became of the carve-outs, gives each requirement's own status with its aspects. Never
//! looks at other requirements; what comes from them is added in `inherit`.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Aspect, AspectAssessment, AspectId, AspectStatus, Basis, Catalog, ControlAssessment, ControlId, ControlStatus, Edge,
    Requirement, RequirementId, RequirementStatus, Strength, Timestamp,
};

use crate::carve::{Answer, CarveOut};
use crate::fold::Carved;
use crate::{fold, phrase};

/// What a requirement shows of its own.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    pub(crate) status: RequirementStatus,
    pub(crate) aspects: Vec<AspectAssessment>,
    pub(crate) basis: BTreeSet<Basis>,
    pub(crate) reason: String,
    /// The titles of the aspects that nothing shows.
    pub(crate) missing: Vec<String>,
    /// What the edges that support it leave open.
    pub(crate) leaves_open: Vec<String>,
}

impl Own {
    /// Whether any part of it is attested only.
    pub(crate) fn is_attested(&self) -> bool {
        self.aspects.iter().any(|aspect| aspect.status == AspectStatus::Attested)
    }
}

/// Which controls cover what, and who else answers.
pub(crate) struct Coverage<'a> {
    controls: BTreeMap<&'a ControlId, &'a ControlAssessment>,
    edges: BTreeMap<&'a AspectId, BTreeMap<&'a ControlId, Vec<&'a Edge>>>,
    any_of: BTreeMap<&'a AspectId, BTreeSet<BTreeSet<&'a ControlId>>>,
    carved_requirements: BTreeMap<&'a RequirementId, Vec<&'a CarveOut>>,
    carved_aspects: BTreeMap<&'a AspectId, Vec<&'a CarveOut>>,
    now: Timestamp,
}

/// A control that covers an aspect, or alternatives that act as one.
struct Unit<'a> {
    members: Vec<(&'a ControlAssessment, Strength)>,
    status: ControlStatus,
    strength: Strength,
}

impl<'a> Coverage<'a> {
    pub(crate) fn new(
        catalog: &'a Catalog,
        controls: &'a [ControlAssessment],
        carve_outs: &'a [CarveOut],
        now: Timestamp,
    ) -> Self {
        let mut edges: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
        for control in catalog.controls.values().filter(|control| control.enabled) {
            for (edge, aspect) in control.edges.iter().flat_map(|edge| edge.aspects.iter().map(move |aspect| (edge, aspect))) {
                edges.entry(aspect).or_default().entry(&control.id).or_default().push(edge);
            }
        }
        let mut any_of: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for group in &catalog.any_of {
            let covers = |id: &&ControlId| edges.get(&group.aspect).is_some_and(|covering| covering.contains_key(*id));
            any_of.entry(&group.aspect).or_default().insert(group.controls.iter().filter(covers).collect());
        }
        let (mut carved_requirements, mut carved_aspects): (BTreeMap<_, Vec<_>>, BTreeMap<_, Vec<_>>) = Default::default();
        for it in carve_outs {
            for id in &it.statement.requirements {
                carved_requirements.entry(id).or_default().push(it);
            }
            for id in &it.statement.aspects {
                carved_aspects.entry(id).or_default().push(it);
            }
        }
        Self {
            controls: controls.iter().map(|control| (&control.id, control)).collect(),
            edges,
            any_of,
            carved_requirements,
            carved_aspects,
            now,
        }
    }

    /// What a requirement shows of its own.
    pub(crate) fn own(&self, requirement: &'a Requirement) -> Own {
        let of_whole = self.carved_requirements.get(&requirement.id).map(Vec::as_slice).unwrap_or_default();
        let mut deciding: BTreeMap<AspectStatus, BTreeMap<&ControlId, &ControlAssessment>> = BTreeMap::new();
        let mut leaves_open = BTreeSet::new();
        let mut aspects = Vec::new();
        for aspect in &requirement.aspects {
            let (assessed, deciders) = self.aspect(aspect, of_whole);
            if matches!(assessed.status, AspectStatus::Supported | AspectStatus::Attested) {
                leaves_open.extend(deciders.keys().flat_map(|control| self.left_open(control, &aspect.id)));
            }
            deciding.entry(assessed.status).or_default().extend(deciders);
            aspects.push(assessed);
        }
        let statuses: Vec<AspectStatus> = aspects.iter().map(|aspect| aspect.status).collect();
        let status = match (fold::requirement(&statuses), self.carved(of_whole)) {
            (RequirementStatus::Uncovered, Carved::Relied) if aspects.is_empty() => RequirementStatus::CarvedOut,
            (RequirementStatus::Uncovered, Carved::Doubted) if aspects.is_empty() => RequirementStatus::Unknown,
            (status, _) => status,
        };
        let rests_on = resting_on(status);
        let deciding: BTreeMap<_, _> =
            deciding.into_iter().filter(|(it, _)| rests_on.contains(it)).flat_map(|(_, it)| it).collect();
        let deciding: Vec<_> = deciding.into_values().collect();
        let missing: Vec<String> = missing(requirement, &aspects).map(|aspect| aspect.title.clone()).collect();
        Own {
            status,
            basis: aspects.iter().filter(|it| rests_on.contains(&it.status)).filter_map(|it| it.basis).collect(),
            reason: phrase::leaf(status, &deciding, missing.len(), aspects.len(), &self.answers(requirement, of_whole)),
            missing,
            leaves_open: leaves_open.into_iter().map(|(_, text)| text.to_owned()).collect(),
            aspects,
        }
    }

    /// The result for one aspect, and the controls that decided it.
    fn aspect(
        &self,
        aspect: &'a Aspect,
        of_whole: &[&'a CarveOut],
    ) -> (AspectAssessment, BTreeMap<&'a ControlId, &'a ControlAssessment>) {
        let units = self.units(&aspect.id);
        let covering: Vec<_> = units.iter().map(|unit| (unit.status, unit.strength)).collect();
        let own = self.carved_aspects.get(&aspect.id).map(Vec::as_slice).unwrap_or_default();
        let status = fold::aspect(&covering, self.carved(of_whole).max(self.carved(own)));
        let deciders: BTreeMap<_, _> = units.iter().flat_map(|unit| unit.deciders(status)).map(|it| (&it.id, it)).collect();
        let of_reports = of_whole.iter().chain(own).filter_map(|it| match it.answer {
            Answer::Relied { basis, .. } if status == AspectStatus::CarvedOut => Some(basis),
            _ => None,
        });
        let basis = deciders.values().filter_map(|control| control.basis).chain(of_reports).max();
        let controls = self.edges.get(&aspect.id).into_iter().flat_map(BTreeMap::keys).map(|id| (*id).clone()).collect();
        (AspectAssessment { id: aspect.id.clone(), status, controls, basis }, deciders)
    }

    /// What statements of one thing come to.
    fn carved(&self, carve_outs: &[&CarveOut]) -> Carved {
        let one = |it: &&CarveOut| if it.holds(self.now) { Carved::Relied } else { Carved::Doubted };
        carve_outs.iter().map(one).max().unwrap_or(Carved::No)
    }

    /// What subservice organisations answer, or are to, for each part of a requirement: sentences, those in doubt first.
    fn answers(&self, requirement: &'a Requirement, of_whole: &[&'a CarveOut]) -> Vec<String> {
        let mut parts: BTreeMap<(bool, String), (&CarveOut, BTreeSet<&AspectId>)> = BTreeMap::new();
        let mut add = |it: &'a CarveOut, aspect: Option<&'a AspectId>| {
            let (_, aspects) = parts.entry((it.holds(self.now), it.told(""))).or_insert_with(|| (it, BTreeSet::new()));
            aspects.extend(aspect);
        };
        for it in of_whole {
            add(it, None);
        }
        for aspect in &requirement.aspects {
            let of_aspect = self.carved_aspects.get(&aspect.id).into_iter().flatten();
            for it in of_whole.iter().chain(of_aspect) {
                add(it, Some(&aspect.id));
            }
        }
        let told = |(it, aspects): (&CarveOut, BTreeSet<&AspectId>)| {
            if aspects.len() == requirement.aspects.len() {
                return it.told("it");
            }
            it.told(&phrase::list(aspects.iter().map(|aspect| format!("#{}", aspect.local()))))
        };
        parts.into_values().map(told).collect()
    }

    /// The controls with an edge to the aspect, alternatives taken together. A control that is an alternative counts there
    /// alone.
    fn units(&self, aspect: &AspectId) -> Vec<Unit<'a>> {
        let groups = self.any_of.get(aspect);
        let alone = |id: &ControlId| !groups.is_some_and(|groups| groups.iter().any(|group| group.contains(id)));
        let covering = self.edges.get(aspect);
        let singles = covering.into_iter().flat_map(BTreeMap::keys).filter(|id| alone(id)).map(|id| BTreeSet::from([*id]));
        let units = singles.chain(groups.into_iter().flatten().cloned());
        units.filter_map(|members| self.unit(aspect, members)).collect()
    }

    fn unit(&self, aspect: &AspectId, members: BTreeSet<&'a ControlId>) -> Option<Unit<'a>> {
        let covering = self.edges.get(aspect)?;
        let member = |id: &ControlId| {
            let strength = covering.get(id)?.iter().map(|edge| edge.strength).max()?;
            Some((*self.controls.get(id)?, strength))
        };
        let members: Vec<_> = members.into_iter().filter_map(member).collect();
        let statuses: Vec<_> = members.iter().map(|(control, strength)| (control.status, *strength)).collect();
        let (status, strength) = fold::alternatives(&statuses)?;
        Some(Unit { members, status, strength })
    }

    fn left_open(&self, control: &'a ControlId, aspect: &AspectId) -> impl Iterator<Item = (&'a ControlId, &'a str)> {
        let edges = self.edges.get(aspect).and_then(|covering| covering.get(control));
        let texts = edges.into_iter().flatten().map(|edge| edge.leaves_open.as_str());
        texts.filter(|text| !text.is_empty()).map(move |text| (control, text))
    }
}

impl<'a> Unit<'a> {
    /// The members that made the aspect what it is; none when this unit did not.
    fn deciders(&self, aspect: AspectStatus) -> impl Iterator<Item = &'a ControlAssessment> {
        let full = self.strength == Strength::Full;
        let decides = match aspect {
            AspectStatus::Deviations => self.status == ControlStatus::Failing,
            AspectStatus::Unknown => fold::is_unknown(self.status),
            AspectStatus::Supported => full && self.status == ControlStatus::Passing,
            AspectStatus::Attested => full && self.status == ControlStatus::Attested,
            AspectStatus::NotApplicable => full && fold::is_idle(self.status),
            AspectStatus::CarvedOut | AspectStatus::Missing => false,
        };
        let of_unit = self.status;
        let strength = self.strength;
        let counts = move |status: ControlStatus, of: Strength| match of_unit {
            ControlStatus::Unknown => fold::is_unknown(status) || status == ControlStatus::Failing,
            ControlStatus::Failing => status == of_unit,
            _ => status == of_unit && of == strength,
        };
        self.members
            .iter()
            .filter(move |(control, of)| decides && counts(control.status, *of))
            .map(|(control, _)| *control)
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// The statuses of aspects that a status of their requirement rests on.
fn resting_on(status: RequirementStatus) -> &'static [AspectStatus] {
    match status {
        RequirementStatus::Deviations => &[AspectStatus::Deviations],
        RequirementStatus::Unknown => &[AspectStatus::Unknown],
        RequirementStatus::NotApplicable => &[AspectStatus::NotApplicable],
        RequirementStatus::Uncovered | RequirementStatus::OutOfScope => &[],
        RequirementStatus::PartlySupported
        | RequirementStatus::Supported
        | RequirementStatus::Attested
        | RequirementStatus::CarvedOut => &[AspectStatus::Supported, AspectStatus::Attested, AspectStatus::CarvedOut],
    }
}

fn missing<'a>(requirement: &'a Requirement, assessed: &'a [AspectAssessment]) -> impl Iterator<Item = &'a Aspect> {
    let pairs = requirement.aspects.iter().zip(assessed);
    pairs.filter(|(_, assessed)| assessed.status == AspectStatus::Missing).map(|(aspect, _)| aspect)
}

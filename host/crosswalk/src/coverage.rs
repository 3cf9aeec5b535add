//! What could be shown of every leaf, by the data alone: before anything is run, and whatever a run saw.
//!
//! Takes a catalog, the rules that are switched on and what collectors say that they give; gives for each leaf by what it
//! can be shown at best. Never looks at evidence, and never at relations: a leaf counts by its own aspects.
//!
//! A rule tests its controls when collectors give its kind and every kind that it joins: without one of them each of its
//! outcomes is inconclusive. What it tests is no better based than the weakest of those kinds. A control speaks for the
//! aspects that its edges name, and only while it is switched on. A partial edge makes a leaf *tested*, for its control can
//! fail; the leaf is then counted as weakly tested until a full edge is. An attestation over a partial edge shows nothing.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AspectId, Basis, Catalog, CollectorCoverage, Control, ControlId, Coverage, Framework, FrameworkCoverage, FrameworkId,
    Further, KindId, LeafCoverage, Means, Requirement, RequirementId, RuleHeader, Strength,
};
use smol_str::SmolStr;

/// A collector, by what its manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Giver {
    /// Its name.
    pub name: SmolStr,
    /// Where its evidence comes from.
    pub basis: Basis,
    /// The kinds that it gives.
    pub kinds: Vec<KindId>,
}

/// By what each leaf can be shown.
pub fn coverage(catalog: &Catalog, rules: &[RuleHeader], givers: &[Giver]) -> Coverage {
    let tests = Tests::of(rules, givers);
    let edges = Edges::of(catalog);
    let frameworks: Vec<_> = catalog.frameworks.values().map(|it| framework(it, &edges, &tests, givers)).collect();
    let collectors = givers.iter().map(|giver| {
        let leaves = frameworks.iter().flat_map(|it| &it.leaves);
        CollectorCoverage {
            name: giver.name.clone(),
            basis: giver.basis,
            kind_count: giver.kinds.iter().collect::<BTreeSet<_>>().len(),
            reaches: leaves.filter(|it| it.collectors.contains(&giver.name)).map(|it| it.id.clone()).collect(),
        }
    });
    Coverage { collectors: collectors.collect(), frameworks }
}

/// What each collector that is not connected would add by itself, the one that adds most first; those that add nothing are
/// left out. Leaves that are counted apart count here too.
pub fn further(catalog: &Catalog, rules: &[RuleHeader], connected: &[Giver], others: &[Giver]) -> Vec<Further> {
    let now = coverage(catalog, rules, connected);
    let tested: BTreeSet<&RequirementId> =
        now.frameworks.iter().flat_map(|it| &it.leaves).filter(|it| it.means.is_tested()).map(|it| &it.id).collect();
    let mut found = Vec::new();
    for giver in others {
        let with: Vec<Giver> = connected.iter().chain([giver]).cloned().collect();
        let mut leaves: BTreeMap<FrameworkId, Vec<RequirementId>> = BTreeMap::new();
        for leaf in coverage(catalog, rules, &with).frameworks.iter().flat_map(|it| &it.leaves) {
            if leaf.means.is_tested() && !tested.contains(&leaf.id) {
                leaves.entry(leaf.id.framework()).or_default().push(leaf.id.clone());
            }
        }
        if !leaves.is_empty() {
            found.push(Further { name: giver.name.clone(), basis: giver.basis, leaves });
        }
    }
    found.sort_by(|a, b| b.count().cmp(&a.count()).then_with(|| a.name.cmp(&b.name)));
    found
}

/// What the rules over the kinds that are given say of one control.
struct Tested {
    /// The strongest of the rules' bases.
    basis: Basis,
    /// The positions of the collectors whose facts they read.
    givers: BTreeSet<usize>,
}

/// The controls that are tested.
struct Tests<'a>(BTreeMap<&'a ControlId, Tested>);

impl<'a> Tests<'a> {
    fn of(rules: &'a [RuleHeader], givers: &[Giver]) -> Self {
        let mut kinds: BTreeMap<&KindId, Tested> = BTreeMap::new();
        for (at, giver) in givers.iter().enumerate() {
            for kind in &giver.kinds {
                let tested = kinds.entry(kind).or_insert_with(|| Tested { basis: giver.basis, givers: BTreeSet::new() });
                tested.basis = tested.basis.min(giver.basis);
                tested.givers.insert(at);
            }
        }
        let mut controls: BTreeMap<&ControlId, Tested> = BTreeMap::new();
        for rule in rules {
            let read = core::iter::once(&rule.kind).chain(rule.joins.iter().map(|join| &join.kind));
            let Some(read) = read.map(|kind| kinds.get(kind)).collect::<Option<Vec<_>>>() else { continue };
            let Some(basis) = read.iter().map(|it| it.basis).max() else { continue };
            for control in &rule.controls {
                let tested = controls.entry(control).or_insert_with(|| Tested { basis, givers: BTreeSet::new() });
                tested.basis = tested.basis.min(basis);
                tested.givers.extend(read.iter().flat_map(|it| &it.givers));
            }
        }
        Self(controls)
    }
}

/// Which controls that are switched on cover an aspect, and how well.
struct Edges<'a>(BTreeMap<&'a AspectId, BTreeMap<&'a ControlId, Strength>>);

impl<'a> Edges<'a> {
    fn of(catalog: &'a Catalog) -> Self {
        let mut edges: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        let enabled = |control: &&Control| control.enabled;
        for control in catalog.controls.values().filter(enabled) {
            for (aspect, strength) in control.edges.iter().flat_map(|it| it.aspects.iter().map(|aspect| (aspect, it.strength))) {
                let known = edges.entry(aspect).or_default().entry(&control.id).or_insert(strength);
                *known = strength.max(*known);
            }
        }
        Self(edges)
    }

    fn covering(&self, aspect: &AspectId) -> impl Iterator<Item = (&'a ControlId, Strength)> {
        self.0.get(aspect).into_iter().flatten().map(|(control, strength)| (*control, *strength))
    }
}

fn framework(of: &Framework, edges: &Edges<'_>, tests: &Tests<'_>, givers: &[Giver]) -> FrameworkCoverage {
    let leaves = of.requirements.iter().filter(|it| it.leaf).map(|it| leaf(it, edges, tests, givers));
    FrameworkCoverage { id: of.id.clone(), apart: of.apart.clone(), leaves: leaves.collect() }
}

fn leaf(of: &Requirement, edges: &Edges<'_>, tests: &Tests<'_>, givers: &[Giver]) -> LeafCoverage {
    let mut basis: Option<Basis> = None;
    let (mut full, mut attestable, mut subservice) = (0, false, false);
    let (mut readers, mut controls) = (BTreeSet::<usize>::new(), BTreeSet::new());
    for aspect in &of.aspects {
        let mut in_full = false;
        subservice |= aspect.subservice;
        for (control, strength) in edges.covering(&aspect.id) {
            attestable |= strength == Strength::Full;
            if let Some(tested) = tests.0.get(control) {
                in_full |= strength == Strength::Full;
                basis = Some(basis.map_or(tested.basis, |it| it.min(tested.basis)));
                readers.extend(&tested.givers);
                controls.insert(control);
            }
        }
        full += usize::from(in_full);
    }
    let means = match basis {
        Some(Basis::Collected) => Means::Collected,
        Some(Basis::Imported | Basis::Supplied) => Means::Supplied,
        _ if subservice => Means::CarvedOut,
        _ if attestable => Means::Attestable,
        _ => Means::Uncovered,
    };
    LeafCoverage {
        id: of.id.clone(),
        category: of.category.clone(),
        means,
        fully: means.is_tested() && full == of.aspects.len(),
        weakly: means.is_tested() && full == 0,
        collectors: readers.into_iter().filter_map(|at| givers.get(at)).map(|it| it.name.clone()).collect(),
        controls: controls.into_iter().cloned().collect(),
    }
}

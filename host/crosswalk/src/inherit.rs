//! What comes to a requirement from others, over the relations.
//!
//! Takes the requirements' own statuses and the relations, gives for each requirement what reaches it. Never passes on what
//! was itself passed on: every status that travels is one that its requirement has of its own, in scope or not.

use std::collections::{BTreeMap, BTreeSet};

use model::{Catalog, RequirementId, RequirementStatus, Via};

use crate::fold::{self, Brought};
use crate::leaf::Own;
use crate::relation::{Graph, Reach, carries_deviation, carries_support, rank};

/// How many others are listed of those that reach a requirement and change nothing.
const LISTED: usize = 20;

/// What reaches each requirement, by its id.
pub(crate) struct Inheritance(BTreeMap<RequirementId, Vec<Via>>);

/// The status of a requirement after all that reaches it.
pub(crate) struct Inherited {
    pub(crate) status: RequirementStatus,
    /// Those that made it so, and of the rest the strongest.
    pub(crate) via: Vec<Via>,
}

impl Inheritance {
    /// Follows the relations from every leaf that has evidence of its own to every other leaf.
    pub(crate) fn new(catalog: &Catalog, own: &BTreeMap<&RequirementId, Own>) -> Self {
        let graph = Graph::new(catalog);
        let leaves: BTreeSet<_> =
            catalog.frameworks.values().flat_map(|it| &it.requirements).filter(|it| it.leaf).map(|it| &it.id).collect();
        let mut found: BTreeMap<RequirementId, Vec<Via>> = BTreeMap::new();
        for from in &leaves {
            let Some(status) = own.get(*from).map(|own| own.status).filter(|it| *it != RequirementStatus::Uncovered) else {
                continue;
            };
            for (to, way) in best(graph.reach(from), status).into_iter().filter(|(to, _)| leaves.contains(to)) {
                let via = Via { from: (*from).clone(), relation: way.relation, status, carries: false, path: way.path };
                found.entry(to).or_default().push(via);
            }
        }
        Self(found)
    }

    /// The status of one requirement, and what it came from.
    pub(crate) fn of(&self, requirement: &RequirementId, own: &Own) -> Inherited {
        let reaching = self.0.get(requirement).map(Vec::as_slice).unwrap_or_default();
        let brings = |status| reaching.iter().any(|via| via.status == status && travels(via.status, via.relation));
        let brought = Brought {
            deviations: brings(RequirementStatus::Deviations),
            unknown: brings(RequirementStatus::Unknown),
            supported: brings(RequirementStatus::Supported),
            attested: brings(RequirementStatus::Attested),
        };
        let status = fold::inherited(own.status, own.is_attested(), brought);
        let decisive = decisive(own.status, status, brought);
        let carries = |via: &Via| decisive == Some(via.status) && travels(via.status, via.relation);
        let (mut via, mut rest): (Vec<Via>, Vec<Via>) = reaching.iter().cloned().partition(carries);
        for it in &mut via {
            it.carries = true;
        }
        via.sort_by(|a, b| weight(a).cmp(&weight(b)));
        rest.sort_by(|a, b| weight(a).cmp(&weight(b)));
        rest.truncate(LISTED);
        via.append(&mut rest);
        Inherited { status, via }
    }
}

/// Whether a status of the left says anything of the right.
fn travels(status: RequirementStatus, relation: model::Relation) -> bool {
    match status {
        RequirementStatus::Supported | RequirementStatus::Attested => carries_support(relation),
        RequirementStatus::Deviations | RequirementStatus::Unknown => carries_deviation(relation),
        _ => false,
    }
}

/// Of the ways to each requirement the first that the status travels, else the first.
fn best(ways: Vec<Reach>, status: RequirementStatus) -> BTreeMap<RequirementId, Reach> {
    let mut best: BTreeMap<RequirementId, Reach> = BTreeMap::new();
    for way in ways {
        let better = best.get(&way.to).is_none_or(|it| !travels(status, it.relation) && travels(status, way.relation));
        if better {
            best.insert(way.to.clone(), way);
        }
    }
    best
}

/// The status that, travelling here, made the difference; `None` when nothing did.
fn decisive(own: RequirementStatus, now: RequirementStatus, brought: Brought) -> Option<RequirementStatus> {
    match now {
        _ if own == now => None,
        RequirementStatus::Supported | RequirementStatus::Attested if brought.supported => Some(RequirementStatus::Supported),
        status => Some(status),
    }
}

/// Strongest first: what says most over the shortest path.
fn weight(via: &Via) -> (u8, usize, &RequirementId) {
    (rank(via.relation), via.path.len(), &via.from)
}

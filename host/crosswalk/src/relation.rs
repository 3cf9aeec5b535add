//! Relations between requirements, and where they lead.
//!
//! Takes two relations and gives what follows from both; takes a catalog and a requirement and gives every requirement
//! that it reaches. Never claims more than follows: a chain that shows nothing is not there.

use std::collections::{BTreeMap, BTreeSet};

use model::{Catalog, Relation, RequirementId, Step};

/// How many steps a chain may have. Longer ones follow from logic, but no reader follows them.
const MAX_STEPS: usize = 3;

/// A requirement that another one reaches, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The requirement that is reached.
    pub to: RequirementId,
    /// The relation of the first requirement to it, composed over the path.
    pub relation: Relation,
    /// The steps, one to three.
    pub path: Vec<Step>,
}

/// The relation of A to C that follows from A `a` B and B `b` C; `None` when nothing follows.
///
/// ```
/// use engine_crosswalk::compose;
/// use model::Relation::{EqualTo, IntersectsWith, SubsetOf, SupersetOf};
/// assert_eq!(compose(EqualTo, SubsetOf), Some(SubsetOf));
/// assert_eq!(compose(SupersetOf, SubsetOf), Some(IntersectsWith));
/// assert_eq!(compose(SubsetOf, SupersetOf), None);
/// ```
pub fn compose(a: Relation, b: Relation) -> Option<Relation> {
    use Relation::{EqualTo, EquivalentTo, IntersectsWith, SubsetOf, SupersetOf};
    match (a, b) {
        (EqualTo, other) | (other, EqualTo) => Some(other),
        (EquivalentTo, _) => Some(b),
        (_, EquivalentTo) => Some(a),
        (SupersetOf, SupersetOf) => Some(SupersetOf),
        (SubsetOf, SubsetOf) => Some(SubsetOf),
        (SupersetOf, IntersectsWith | SubsetOf) | (IntersectsWith, SubsetOf) => Some(IntersectsWith),
        (SubsetOf | IntersectsWith, SupersetOf | IntersectsWith) => None,
    }
}

/// Whether support of the left is support of the right: all that the right asks, the left asks too.
pub fn carries_support(relation: Relation) -> bool {
    matches!(relation, Relation::EqualTo | Relation::EquivalentTo | Relation::SupersetOf)
}

/// Whether a deviation of the left is one of the right: all that the left asks, the right asks too. What is unknown
/// travels like a deviation, for it may be one.
pub fn carries_deviation(relation: Relation) -> bool {
    matches!(relation, Relation::EqualTo | Relation::EquivalentTo | Relation::SubsetOf)
}

/// How much a relation says, the most first.
pub(crate) fn rank(relation: Relation) -> u8 {
    match relation {
        Relation::EqualTo => 0,
        Relation::EquivalentTo => 1,
        Relation::SupersetOf => 2,
        Relation::SubsetOf => 3,
        Relation::IntersectsWith => 4,
    }
}

/// Every way from one requirement to others in at most three steps from which something follows: the shortest first,
/// then by what they say, then by name. No requirement stands twice on a way. Inverses are derived.
pub fn reach(catalog: &Catalog, from: &RequirementId) -> Vec<Reach> {
    Graph::new(catalog).reach(from)
}

/// The relations of a catalog in both directions.
pub(crate) struct Graph<'a> {
    steps: BTreeMap<&'a RequirementId, BTreeSet<(Relation, &'a RequirementId)>>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        let mut steps: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for stored in &catalog.relationships {
            steps.entry(&stored.from).or_default().insert((stored.relation, &stored.to));
            steps.entry(&stored.to).or_default().insert((stored.relation.inverse(), &stored.from));
        }
        Self { steps }
    }

    pub(crate) fn reach(&self, from: &RequirementId) -> Vec<Reach> {
        let mut found: Vec<Reach> = Vec::new();
        let mut last = 0..0;
        self.extend(from, None, &mut found);
        for _ in 1..MAX_STEPS {
            last = last.end..found.len();
            for at in last.clone() {
                let Some(way) = found.get(at).cloned() else { continue };
                self.extend(from, Some(&way), &mut found);
            }
        }
        found.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| names(a).cmp(names(b))));
        found
    }

    /// Adds every way that is one step longer.
    fn extend(&self, from: &RequirementId, way: Option<&Reach>, found: &mut Vec<Reach>) {
        let here = way.map_or(from, |way| &way.to);
        for (relation, to) in self.steps.get(here).into_iter().flatten() {
            let visited = *to == from || way.is_some_and(|way| way.path.iter().any(|step| step.to == **to));
            let composed = way.map_or(Some(*relation), |way| compose(way.relation, *relation));
            let (Some(composed), false) = (composed, visited) else { continue };
            let mut path = way.map(|way| way.path.clone()).unwrap_or_default();
            path.push(Step { relation: *relation, to: (*to).clone() });
            found.push(Reach { to: (*to).clone(), relation: composed, path });
        }
    }
}

fn order(way: &Reach) -> (usize, u8, &RequirementId) {
    (way.path.len(), rank(way.relation), &way.to)
}

fn names(way: &Reach) -> impl Iterator<Item = (&RequirementId, Relation)> {
    way.path.iter().map(|step| (&step.to, step.relation))
}

#[cfg(test)]
mod tests {
    use model::Relationship;

    use super::*;

    const ALL: [Relation; 5] =
        [Relation::EqualTo, Relation::EquivalentTo, Relation::SubsetOf, Relation::SupersetOf, Relation::IntersectsWith];

    /// What a relation says of two sets, as bits of a universe of four points; a requirement asks at least something.
    fn holds(relation: Relation, a: u8, b: u8) -> bool {
        match relation {
            Relation::EqualTo | Relation::EquivalentTo => a == b,
            Relation::SubsetOf => a & b == a,
            Relation::SupersetOf => a & b == b,
            Relation::IntersectsWith => a & b != 0,
        }
    }

    /// All pairs (A, C) for which some B stands between them.
    fn worlds(first: Relation, second: Relation) -> Vec<(u8, u8)> {
        let sets = 1..16_u8;
        let mut found = Vec::new();
        for (a, c) in sets.clone().flat_map(|a| sets.clone().map(move |c| (a, c))) {
            if sets.clone().any(|b| holds(first, a, b) && holds(second, b, c)) {
                found.push((a, c));
            }
        }
        found
    }

    #[test]
    fn composition_gives_exactly_what_holds_in_every_world_of_four_points() {
        for (first, second) in ALL.into_iter().flat_map(|a| ALL.map(|b| (a, b))) {
            let worlds = worlds(first, second);
            let always: Vec<_> = ALL.into_iter().filter(|r| worlds.iter().all(|(a, c)| holds(*r, *a, *c))).collect();
            match compose(first, second) {
                None => assert!(always.is_empty(), "{first:?} {second:?}: {always:?} always holds"),
                Some(relation) => {
                    assert!(always.contains(&relation), "{first:?} {second:?} does not give {relation:?}");
                    let says_more = always.iter().any(|other| {
                        !holds_like(*other, relation)
                            && (1..16).all(|a| (1..16).all(|c| !holds(*other, a, c) || holds(relation, a, c)))
                    });
                    assert!(!says_more, "{first:?} {second:?} gives more than {relation:?}");
                }
            }
        }
    }

    fn holds_like(a: Relation, b: Relation) -> bool {
        (1..16).all(|x| (1..16).all(|y| holds(a, x, y) == holds(b, x, y)))
    }

    #[test]
    fn composition_reads_the_same_backwards() {
        for (first, second) in ALL.into_iter().flat_map(|a| ALL.map(|b| (a, b))) {
            let backwards = compose(second.inverse(), first.inverse());
            assert_eq!(compose(first, second).map(Relation::inverse), backwards, "{first:?} {second:?}");
        }
    }

    #[test]
    fn equal_is_neutral_and_equivalent_never_becomes_equal() {
        for relation in ALL {
            assert_eq!(compose(Relation::EqualTo, relation), Some(relation));
            assert_eq!(compose(relation, Relation::EqualTo), Some(relation));
        }
        assert_eq!(compose(Relation::EquivalentTo, Relation::EquivalentTo), Some(Relation::EquivalentTo));
    }

    #[test]
    fn support_and_deviation_travel_only_where_they_must_hold() {
        for (a, b) in (1..16_u8).flat_map(|a| (1..16_u8).map(move |b| (a, b))) {
            for relation in ALL.into_iter().filter(|relation| holds(*relation, a, b)) {
                assert!(!carries_support(relation) || b & !a == 0, "the right asks what the left does not");
                assert!(!carries_deviation(relation) || a & !b == 0, "the left asks what the right does not");
            }
        }
    }

    fn id(text: &str) -> RequirementId {
        RequirementId::new(text).unwrap()
    }

    fn catalog(relations: &[(&str, Relation, &str)]) -> Catalog {
        let relationships = relations
            .iter()
            .map(|(from, relation, to)| Relationship { from: id(from), relation: *relation, to: id(to), rationale: "r".into() })
            .collect();
        Catalog { relationships, ..Catalog::default() }
    }

    fn shown(ways: &[Reach]) -> Vec<String> {
        ways.iter()
            .map(|way| {
                let path: Vec<_> = way.path.iter().map(|step| format!("{} {}", step.relation.as_str(), step.to)).collect();
                format!("{} {}: {}", way.relation.as_str(), way.to, path.join(", "))
            })
            .collect()
    }

    #[test]
    fn a_chain_ends_where_nothing_follows_and_after_three_steps() {
        use Relation::{EqualTo, SubsetOf, SupersetOf};
        let catalog = catalog(&[
            ("x:1", SubsetOf, "y:1"),
            ("y:1", SupersetOf, "y:2"),
            ("y:1", EqualTo, "z:1"),
            ("z:1", EqualTo, "z:2"),
            ("z:2", EqualTo, "z:3"),
        ]);
        assert_eq!(
            shown(&reach(&catalog, &id("x:1"))),
            [
                "subset-of y:1: subset-of y:1",
                "subset-of z:1: subset-of y:1, equal-to z:1",
                "subset-of z:2: subset-of y:1, equal-to z:1, equal-to z:2",
            ]
        );
    }

    #[test]
    fn inverses_are_derived_and_no_requirement_stands_twice_on_a_path() {
        use Relation::{EqualTo, SubsetOf};
        let catalog = catalog(&[("x:1", SubsetOf, "y:1"), ("y:1", EqualTo, "x:2"), ("x:2", EqualTo, "x:1")]);
        let ways = reach(&catalog, &id("y:1"));
        assert_eq!(
            shown(&ways),
            [
                "equal-to x:2: equal-to x:2",
                "superset-of x:1: superset-of x:1",
                "equal-to x:1: equal-to x:2, equal-to x:1",
                "superset-of x:2: superset-of x:1, equal-to x:2",
            ]
        );
    }
}

//! What the controls, rules and collectors at hand could show of every leaf, whatever a run saw.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Basis, ControlId, FrameworkId, RequirementId};

/// By what a leaf can be shown at best, from strong to weak: each leaf counts once, by the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// A rule tests an aspect of it over what a collector sees of a system.
    Collected,
    /// A rule tests an aspect of it over what the organisation, or another tool of it, wrote down.
    Supplied,
    /// A subservice organisation may answer an aspect of it.
    CarvedOut,
    /// A control shows an aspect of it in full, and only a person can state that the control operates.
    Attestable,
    /// None of that.
    Uncovered,
}

impl Means {
    /// All of them, strong to weak.
    pub const ALL: [Self; 5] = [Self::Collected, Self::Supplied, Self::CarvedOut, Self::Attestable, Self::Uncovered];

    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::Supplied => "supplied",
            Self::CarvedOut => "carved_out",
            Self::Attestable => "attestable",
            Self::Uncovered => "uncovered",
        }
    }

    /// Whether a rule tests it.
    pub fn is_tested(self) -> bool {
        matches!(self, Self::Collected | Self::Supplied)
    }
}

/// The coverage of every framework of a catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The frameworks, by id.
    pub frameworks: Vec<FrameworkCoverage>,
    /// The collectors that were counted, in the order they were given.
    pub collectors: Vec<CollectorCoverage>,
}

/// The coverage of one framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkCoverage {
    /// The framework.
    pub id: FrameworkId,
    /// The categories that are counted apart from the others.
    pub apart: Vec<SmolStr>,
    /// Every leaf, in the standard's order.
    pub leaves: Vec<LeafCoverage>,
}

/// What could show one leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafCoverage {
    /// The leaf.
    pub id: RequirementId,
    /// Its category.
    pub category: SmolStr,
    /// By what it can be shown at best.
    pub means: Means,
    /// Whether rules test controls that show every one of its aspects in full.
    pub fully: bool,
    /// Whether all that is tested of it is a part of an aspect, so that it can deviate and not be supported.
    pub weakly: bool,
    /// The collectors whose facts test it, in the order they were given.
    pub collectors: Vec<SmolStr>,
    /// The controls that are tested and show something of it, in order.
    pub controls: Vec<ControlId>,
}

/// One collector, and what its facts test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectorCoverage {
    /// Its name.
    pub name: SmolStr,
    /// Where its evidence comes from.
    pub basis: Basis,
    /// How many kinds it gives.
    pub kind_count: usize,
    /// The leaves that its facts take part in testing, in the order of the frameworks.
    pub reaches: Vec<RequirementId>,
}

/// A collector that is not connected, and what it would add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Further {
    /// Its name.
    pub name: SmolStr,
    /// Where its evidence comes from.
    pub basis: Basis,
    /// The leaves of which a rule would test something, and now none does, by framework, in the standard's order.
    pub leaves: BTreeMap<FrameworkId, Vec<RequirementId>>,
}

impl Further {
    /// How many leaves it would add.
    pub fn count(&self) -> usize {
        self.leaves.values().map(Vec::len).sum()
    }
}

/// Leaves counted by means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the count of the means of that name")]
pub struct CoverageCount {
    /// All of them: the sum of the five that follow.
    pub leaves: u32,
    pub collected: u32,
    pub supplied: u32,
    pub attestable: u32,
    pub carved_out: u32,
    pub uncovered: u32,
    /// Of those collected or supplied, the ones that are tested in full: every aspect.
    pub fully: u32,
    /// Of those collected or supplied, the ones of which only parts of aspects are tested.
    pub weakly: u32,
}

impl CoverageCount {
    /// How many have that means.
    pub fn of(&self, means: Means) -> u32 {
        match means {
            Means::Collected => self.collected,
            Means::Supplied => self.supplied,
            Means::CarvedOut => self.carved_out,
            Means::Attestable => self.attestable,
            Means::Uncovered => self.uncovered,
        }
    }

    fn add(mut self, leaf: &LeafCoverage) -> Self {
        self.leaves += 1;
        *match leaf.means {
            Means::Collected => &mut self.collected,
            Means::Supplied => &mut self.supplied,
            Means::CarvedOut => &mut self.carved_out,
            Means::Attestable => &mut self.attestable,
            Means::Uncovered => &mut self.uncovered,
        } += 1;
        self.fully += u32::from(leaf.fully);
        self.weakly += u32::from(leaf.weakly);
        self
    }
}

impl FrameworkCoverage {
    /// The leaves of one category, or those that make up the framework's own number: all that are not counted apart.
    pub fn leaves_of<'a>(&'a self, category: Option<&'a str>) -> impl Iterator<Item = &'a LeafCoverage> {
        self.leaves.iter().filter(move |leaf| match category {
            Some(category) => leaf.category == category,
            None => !self.apart.contains(&leaf.category),
        })
    }

    /// Leaves counted: of one category, or of the framework.
    pub fn count(&self, category: Option<&str>) -> CoverageCount {
        self.leaves_of(category).fold(CoverageCount::default(), CoverageCount::add)
    }

    /// The categories that have leaves, in the standard's order.
    pub fn categories(&self) -> Vec<&SmolStr> {
        let mut found: Vec<&SmolStr> = Vec::new();
        for leaf in &self.leaves {
            if !found.contains(&&leaf.category) {
                found.push(&leaf.category);
            }
        }
        found
    }
}

impl Coverage {
    /// What the coverage says of one leaf.
    pub fn leaf(&self, id: &RequirementId) -> Option<&LeafCoverage> {
        self.frameworks.iter().filter(|it| it.id == id.framework()).flat_map(|it| &it.leaves).find(|it| it.id == *id)
    }
}

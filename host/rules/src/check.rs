//! The check of rules beyond what keeps them from being used.
//!
//! Takes sources, kinds and settings; gives every problem and advice with its place. It runs no rule.

use std::collections::BTreeMap;

use model::{Kind, KindId, SourceSet};

use crate::problem::RuleProblem;
use crate::set::{RuleSet, RuleSettings};

/// Everything that can be said of the rules without running them: what keeps them from being used, and advice.
///
/// A problem with [`RuleProblem::fatal`] set is one that [`RuleSet::read`] refuses.
pub fn check(sources: &SourceSet, kinds: &BTreeMap<KindId, Kind>, settings: &RuleSettings) -> Vec<RuleProblem> {
    RuleSet::inspect(sources, kinds, settings).1
}

//! Rules: Rhai text in, findings out.
//!
//! Takes the texts of rules, kinds and facts; gives findings. A rule is a pure function of one subject: it is parsed by
//! the `rhai` crate (which only `script::parse` names), compiled once into a program over the fields of its kind, and
//! evaluated strictly: what was not collected, is null, or has another type is never taken for an answer. There is no I/O
//! here, no clock and no randomness; the same facts give the same findings on any number of threads.

mod check;
mod evaluate;
pub mod fixture;
mod problem;
mod script;
mod set;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use check::check;
pub use evaluate::{Evaluation, evaluate, evaluate_after};
pub use problem::{ProblemKind, RuleErrors, RuleProblem, Setting, SettingPart};
pub use set::{RuleSet, RuleSettings};
pub use vocabulary::{EVALUATOR, VOCABULARY, names as vocabulary_names};

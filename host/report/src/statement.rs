//! The sentence that opens every report.
//!
//! Takes the facts and gives the sentence. Its time is that of the newest observation, not that of the run, so that two
//! runs of the same evidence say the same.

use model::{Completeness, FactSet, STATEMENT, Timestamp};

/// The word on every part of a report in which nothing is real.
pub const EXAMPLE: &str = "EXAMPLE";

/// What it means.
pub(crate) const EXAMPLE_MEANS: &str = "This company was made up, and nothing in this report is real.";

/// When the newest evidence was observed: a fact, or a scope that was seen to be complete.
pub(crate) fn newest(facts: &FactSet) -> Option<Timestamp> {
    let scopes = facts.scopes().iter().filter_map(|state| match state.completeness {
        Completeness::Complete { observed_at, .. } => Some(observed_at),
        Completeness::Incomplete => None,
    });
    facts.facts().iter().map(|fact| fact.observed_at).chain(scopes).max()
}

/// The sentence that opens a report on these facts.
pub fn statement(facts: &FactSet) -> String {
    match newest(facts) {
        Some(at) => STATEMENT.replace("TIME", &at.to_string()),
        None => STATEMENT.replace(" as of TIME", "; no evidence was observed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_evidence_the_sentence_says_so() {
        let text = statement(&FactSet::default());
        assert!(text.starts_with("Management's own monitoring; no evidence was observed. Not an examination"), "{text}");
    }
}

//! What each sort of gap means, and what a person does about it.
//!
//! Takes the code of a gap and gives sentences. Never looks at the gap's message, which is the collector's word.

use model::GapCode;

/// What a gap of this code means, in one sentence.
pub fn gap_meaning(code: &GapCode) -> &'static str {
    entry(code).0
}

/// What a person does to close a gap of this code.
///
/// ```
/// use engine_report::gap_fix;
/// assert!(gap_fix(&model::GapCode::DENIED).contains("grant"));
/// ```
pub fn gap_fix(code: &GapCode) -> &'static str {
    entry(code).1
}

fn entry(code: &GapCode) -> (&'static str, &'static str) {
    let known = CODES.iter().find(|(known, ..)| *known == code.as_str());
    known.map_or(OTHER, |(_, meaning, fix)| (meaning, fix))
}

/// What a code means and what to do, when a collector gave a code of its own.
const OTHER: (&str, &str) = (
    "The collector could not get this evidence.",
    "Read the collector's message, correct what it names, and run again; `engine doctor` checks what the collector needs.",
);

/// Each code with what it means and what to do.
const CODES: &[(&str, &str, &str)] = &[
    (
        "denied",
        "The target system, or a grant that was not given, refused the evidence.",
        "Give the collector's account the permission that the message names; where it names a grant, add that line to the collector's `grant` in engine.toml.",
    ),
    (
        "no-credential",
        "A credential that the collector needs is not where engine.toml says that it is.",
        "Set the variable, or write the file, that the message names, for the user that runs the engine; or change where it is to be found in the section that the message names. `engine doctor` then tries it without a run.",
    ),
    (
        "not-found",
        "What was asked for is not there, and it should be.",
        "Check that the path, account or address still exists; if it was taken out of service, remove it from the collector's configuration.",
    ),
    (
        "truncated",
        "Only a part of the answer came.",
        "Raise the limit that the message names, or narrow what the collector asks for, and run again.",
    ),
    (
        "timeout",
        "No answer came in time.",
        "Check that the system is reachable from here, raise the collector's `wall` limit if it is merely slow, and run again.",
    ),
    (
        "missing",
        "A scope was expected, and the collector said neither that it is complete nor why not.",
        "Run again and read what the collector logs; if it is gone for good, take it out of the configuration and add `[[retired]]` with its `collector`, and `scope` where only that is gone, to engine.toml.",
    ),
    (
        "count-mismatch",
        "The collector claimed a number of subjects, and another number was admitted.",
        "In facts that you gave yourself, compare the `count` of the `complete` line with the lines of its kind and scope. Else run again; if it stays, facts are being lost between the source and the engine: report it to the collector's maker with the run's transcript.",
    ),
    (
        "invalid-record",
        "A record does not fit the type of its kind and was refused.",
        "Run `engine fact schema KIND` and compare; update the collector, or report the message to its maker.",
    ),
    (
        "unknown-kind",
        "Facts came of a kind that the engine does not know.",
        "Add the kind's definition to the workspace's `kinds`, correct its name, or update the engine.",
    ),
    (
        "future",
        "A fact says that it was seen later than now.",
        "Set the clocks of this machine and of the source right (time synchronisation), and run again.",
    ),
    (
        "conflict",
        "One subject came with two different bodies.",
        "Find which of the two is right; narrow the collector's configuration so that each subject is reported once.",
    ),
    (
        "emit-after-complete",
        "Facts came after the scope was said to be complete.",
        "This is a fault of the collector: report it to its maker with the run's transcript.",
    ),
    (
        "too-large",
        "A record, a batch or the run was larger than its limit.",
        "Raise the limit that the message names in the collector's `limits`, or narrow what it collects.",
    ),
    (
        "cut-off",
        "The collector was stopped by a limit or a trap, so what it had not yet said is not known.",
        "Raise the limit that the message names in the collector's `limits` if the amount of evidence is honest; otherwise report it to its maker.",
    ),
    (
        "failed",
        "The collector ended with an error, or could not be started.",
        "Run `engine doctor` to check what it needs, correct what the message names, and run again.",
    ),
    (
        "nondeterministic",
        "A replay did not ask what the recording was asked.",
        "Replay with the same component, configuration and engine semantics as the recorded run; if they are the same, report it to the collector's maker.",
    ),
    (
        "stale",
        "The evidence is older than its rule allows.",
        "Collect again; where the source reports late, a rule of your own with a longer `fresh_for` can stand in the place of the shipped one.",
    ),
    (
        "rate-limited",
        "The target system asked the collector to slow down until the run ended.",
        "Run again later, or raise the request quota of the collector's account.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_engine_has_its_own_fix() {
        let other = gap_fix(&GapCode::from_guest("something-else"));
        for code in GapCode::KNOWN {
            assert_ne!(gap_fix(&GapCode::from_guest(code)), other, "`{code}` has no fix of its own");
        }
    }
}

//! Why a status is what it is, in one sentence.
//!
//! Takes what decided, gives words. Never holds a value of a fact: only ids of the catalog, of rules and of kinds, gap codes
//! and counts. Lists are sorted and cut, and say how many more there are.

use core::fmt::Display;

use model::{Control, ControlAssessment, ControlStatus, RequirementStatus};

use crate::control::attested_until;
use crate::evidence::{Evidence, days};
use crate::tally::Tally;

/// How many ids a sentence names.
const NAMED: usize = 3;

/// `a, b, c and 4 more`.
pub(crate) fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut items = items.into_iter();
    let named: Vec<String> = items.by_ref().take(NAMED).map(|item| item.to_string()).collect();
    match (items.count(), named.as_slice()) {
        (0, [all @ .., last]) if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        (0, _) => named.join(", "),
        (more, _) => format!("{} and {more} more", named.join(", ")),
    }
}

/// `1 thing` or `2 things`.
pub(crate) fn number(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Why a control has its status.
pub(crate) fn control(control: &Control, status: ControlStatus, tally: &Tally<'_>, evidence: &Evidence<'_>) -> String {
    let mut parts = match status {
        ControlStatus::Failing => vec![failing(tally)],
        ControlStatus::Open => vec![open(control, tally, evidence)],
        ControlStatus::Unknown if tally.tested.is_empty() => vec![ran_out(control, evidence)],
        ControlStatus::Unknown => doubts(tally),
        ControlStatus::Passing => vec![passing(tally)],
        ControlStatus::NotApplicable => vec![not_applicable(tally)],
        ControlStatus::NoOccurrences => vec!["every expected scope was seen, and nothing happened in it".to_owned()],
        ControlStatus::Attested if tally.tested.is_empty() => vec![attested(control, evidence)],
        ControlStatus::Attested => vec!["nothing passes, and every failure is waived on people's word".to_owned()],
        ControlStatus::Untested => vec![untested(tally)],
    };
    if tally.population.waived > 0 {
        parts.push(number(tally.population.waived, "is waived", "are waived"));
    }
    if tally.accepted > 0 {
        let accepted = number(tally.accepted, "failure stands and is accepted", "failures stand and are accepted");
        parts.push(accepted);
    }
    if !tally.tested.is_empty() && !tally.not_configured.is_empty() {
        parts.push(format!("no collector serves {}", list(tally.not_configured.iter().map(|rule| &rule.id))));
    }
    parts.join("; ")
}

/// `1 of 6 fails`.
fn rate(count: u64, of: u64, one: &str, many: &str) -> String {
    format!("{count} of {of} {}", if count == 1 { one } else { many })
}

fn failing(tally: &Tally<'_>) -> String {
    let rate = rate(tally.population.fail, tally.population.assessed, "fails", "fail");
    let also = if tally.is_doubtful() { ", and something could not be told" } else { "" };
    format!("{rate}: {}{also}", list(&tally.failing))
}

fn open(control: &Control, tally: &Tally<'_>, evidence: &Evidence<'_>) -> String {
    let since = tally.young_since.unwrap_or(evidence.now);
    let within = control.within.map_or_else(String::new, |within| format!(" of {within}"));
    let age = number(u64::try_from(days(since, evidence.now)).unwrap_or(0), "day", "days");
    let rate = rate(tally.population.fail, tally.population.assessed, "fails", "fail");
    format!("{rate}, open for {age}{within}: {}", list(&tally.failing))
}

fn passing(tally: &Tally<'_>) -> String {
    let population = &tally.population;
    let concerned = population.assessed.saturating_sub(population.not_applicable);
    let rate = rate(population.pass, concerned, "passes", "pass");
    match population.not_applicable {
        0 => rate,
        1 => format!("{rate}; 1 more is not concerned"),
        more => format!("{rate}; {more} more are not concerned"),
    }
}

fn not_applicable(tally: &Tally<'_>) -> String {
    match tally.population.assessed {
        0 => "every expected scope was seen, and there is no subject in it".to_owned(),
        1 => "every expected scope was seen, and the one subject is not concerned".to_owned(),
        seen => format!("every expected scope was seen, and none of {seen} subjects is concerned"),
    }
}

fn attested(control: &Control, evidence: &Evidence<'_>) -> String {
    let until = attested_until(evidence, &control.id);
    until.map_or_else(|| "it is attested".to_owned(), |until| format!("it is attested until {until}, and nothing tests it"))
}

fn ran_out(control: &Control, evidence: &Evidence<'_>) -> String {
    let until = attested_until(evidence, &control.id);
    let ran_out =
        until.map_or_else(|| "its attestation ran out".to_owned(), |until| format!("its attestation ran out at {until}"));
    format!("{ran_out}, and nothing tests it")
}

fn untested(tally: &Tally<'_>) -> String {
    if tally.not_configured.is_empty() {
        return "no rule tests it".to_owned();
    }
    format!("no configured collector gives {}", list(&tally.not_given))
}

fn doubts(tally: &Tally<'_>) -> Vec<String> {
    let mut parts = Vec::new();
    if tally.population.inconclusive > 0 || !tally.inconclusive.is_empty() {
        let rules = if tally.inconclusive.is_empty() { &tally.unevaluated } else { &tally.inconclusive };
        let count = tally.population.inconclusive.max(1);
        parts.push(format!("{} of {} could not be told: {}", count, tally.population.assessed, list(rules)));
    }
    if !tally.partial.is_empty() {
        let codes = if tally.codes.is_empty() { String::new() } else { format!(" ({})", list(&tally.codes)) };
        parts.push(format!("evidence is not complete: {}{codes}", list(&tally.partial)));
    }
    if !tally.stale.is_empty() {
        parts.push(format!("evidence is stale: {}", list(&tally.stale)));
    }
    if !tally.unevaluated.is_empty() {
        parts.push(format!("not every fact was evaluated: {}", list(&tally.unevaluated)));
    }
    if !tally.failing.is_empty() {
        parts.push(rate(
            tally.population.fail,
            tally.population.assessed,
            "fails, not over its limit",
            "fail, not over their limit",
        ));
    }
    parts
}

/// What a control says within the reason of a requirement: `access/mfa (1 of 6 fails)`.
fn cited(control: &ControlAssessment) -> String {
    let reason = control.reason.split([':', ';']).next().unwrap_or_default();
    format!("{} ({reason})", control.id)
}

/// Why a leaf has its own status. `deciding` are the controls that made it so, `answers` what subservice organisations
/// answer for, or are to.
pub(crate) fn leaf(
    status: RequirementStatus,
    deciding: &[&ControlAssessment],
    missing: usize,
    aspects: usize,
    answers: &[String],
) -> String {
    let speaks_alone = match status {
        RequirementStatus::CarvedOut => true,
        RequirementStatus::Unknown => deciding.is_empty(),
        _ => false,
    };
    let own = own_reason(status, deciding, missing, aspects);
    match answers {
        [] => own,
        answers if speaks_alone => answers.join("; "),
        answers => format!("{own}; {}", answers.join("; ")),
    }
}

fn own_reason(status: RequirementStatus, deciding: &[&ControlAssessment], missing: usize, aspects: usize) -> String {
    let cited = list(deciding.iter().map(|control| cited(control)));
    match status {
        RequirementStatus::Deviations if deciding.len() == 1 => format!("a control fails: {cited}"),
        RequirementStatus::Deviations => format!("{} controls fail: {cited}", deciding.len()),
        RequirementStatus::Unknown if deciding.len() == 1 => format!("a control could not be told: {cited}"),
        RequirementStatus::Unknown => format!("{} controls could not be told: {cited}", deciding.len()),
        RequirementStatus::PartlySupported => {
            format!("{} of {aspects} aspects answered, by {}", aspects.saturating_sub(missing), by(deciding))
        }
        RequirementStatus::Supported => format!("every aspect is supported, by {}", by(deciding)),
        RequirementStatus::Attested => format!("every aspect is answered, in part by attestation only: {}", by(deciding)),
        RequirementStatus::CarvedOut => "a subservice organisation answers for it".to_owned(),
        RequirementStatus::NotApplicable => {
            format!("every control that covers it was tested and concerns nothing: {}", by(deciding))
        }
        RequirementStatus::Uncovered if aspects == 0 => "it is not divided into aspects yet, so nothing can cover it".to_owned(),
        RequirementStatus::Uncovered => "no tested control shows an aspect of it in full".to_owned(),
        RequirementStatus::OutOfScope => "the engagement leaves it out".to_owned(),
    }
}

/// The ids of controls, or what answers when there is none.
fn by(controls: &[&ControlAssessment]) -> String {
    if controls.is_empty() { "a subservice organisation".to_owned() } else { list(controls.iter().map(|control| &control.id)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_three_and_counts_the_rest() {
        let check = |items: &[&str], expected: &str| assert_eq!(list(items), expected);
        check(&[], "");
        check(&["a"], "a");
        check(&["a", "b"], "a and b");
        check(&["a", "b", "c"], "a, b and c");
        check(&["a", "b", "c", "d", "e"], "a, b, c and 2 more");
    }

    #[test]
    fn one_and_many_take_their_own_words() {
        assert_eq!(rate(1, 6, "fails", "fail"), "1 of 6 fails");
        assert_eq!(rate(2, 6, "fails", "fail"), "2 of 6 fail");
        assert_eq!(number(0, "day", "days"), "0 days");
    }
}

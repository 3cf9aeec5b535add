//! The words and signs in which reports name statuses.
//!
//! Takes the closed sets of the model and gives text. A status is never told by colour alone: each has a sign and a word.

use model::{AspectStatus, ClockMode, CollectorStatus, ControlStatus, Frequency, Means, Obligation, Outcome, RequirementKind};
use model::{RequirementStatus, Severity, SourceClass, Strength, Summary};

/// What a status means for the reader: the same five for requirements, aspects, controls and outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    /// Something is wrong.
    Bad,
    /// Something is not known.
    Unsure,
    /// Some of it is shown.
    Part,
    /// It is shown.
    Good,
    /// Nothing is claimed.
    Quiet,
}

impl Tone {
    /// The sign where the terminal knows it.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Bad => "✗",
            Self::Unsure => "?",
            Self::Part => "◐",
            Self::Good => "✓",
            Self::Quiet => "–",
        }
    }

    /// The sign in ASCII.
    pub(crate) fn ascii(self) -> &'static str {
        match self {
            Self::Bad => "x",
            Self::Unsure => "?",
            Self::Part => "~",
            Self::Good => "+",
            Self::Quiet => "-",
        }
    }

    /// The class in the page's style.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Unsure => "unsure",
            Self::Part => "part",
            Self::Good => "good",
            Self::Quiet => "quiet",
        }
    }
}

/// Something with a tone and words for a person.
pub(crate) trait Told {
    /// What it means for the reader.
    fn tone(self) -> Tone;
    /// The words.
    fn words(self) -> &'static str;
}

impl Told for RequirementStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Deviations => Tone::Bad,
            Self::Unknown => Tone::Unsure,
            Self::PartlySupported => Tone::Part,
            Self::Supported | Self::Attested | Self::CarvedOut => Tone::Good,
            Self::Uncovered | Self::NotApplicable | Self::OutOfScope => Tone::Quiet,
        }
    }
    fn words(self) -> &'static str {
        match self {
            Self::Deviations => "deviations",
            Self::Unknown => "unknown",
            Self::PartlySupported => "partly supported",
            Self::Supported => "supported",
            Self::Attested => "attested",
            Self::CarvedOut => "carved out",
            Self::Uncovered => "uncovered",
            Self::NotApplicable => "not applicable",
            Self::OutOfScope => "out of scope",
        }
    }
}

impl Told for AspectStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Deviations => Tone::Bad,
            Self::Unknown => Tone::Unsure,
            Self::Supported | Self::Attested | Self::CarvedOut => Tone::Good,
            Self::NotApplicable | Self::Missing => Tone::Quiet,
        }
    }
    fn words(self) -> &'static str {
        match self {
            Self::Deviations => "deviations",
            Self::Unknown => "unknown",
            Self::Supported => "supported",
            Self::Attested => "attested",
            Self::CarvedOut => "carved out",
            Self::NotApplicable => "not applicable",
            Self::Missing => "missing",
        }
    }
}

impl Told for ControlStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Failing => Tone::Bad,
            Self::Unknown | Self::Open => Tone::Unsure,
            Self::Passing | Self::Attested => Tone::Good,
            Self::NotApplicable | Self::NoOccurrences | Self::Untested => Tone::Quiet,
        }
    }
    fn words(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Unknown => "unknown",
            Self::Open => "open",
            Self::Passing => "passing",
            Self::Attested => "attested",
            Self::NotApplicable => "not applicable",
            Self::NoOccurrences => "no occurrences",
            Self::Untested => "untested",
        }
    }
}

impl Told for Outcome {
    fn tone(self) -> Tone {
        match self {
            Self::Fail => Tone::Bad,
            Self::Inconclusive => Tone::Unsure,
            Self::Pass => Tone::Good,
            Self::NotApplicable => Tone::Quiet,
        }
    }
    fn words(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
            Self::Pass => "pass",
            Self::NotApplicable => "not applicable",
        }
    }
}

impl Told for CollectorStatus {
    fn tone(self) -> Tone {
        match self {
            Self::Ok => Tone::Good,
            Self::Failed | Self::CutOff => Tone::Unsure,
        }
    }
    fn words(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::CutOff => "cut-off",
        }
    }
}

impl Told for Severity {
    fn tone(self) -> Tone {
        match self {
            Self::Critical | Self::High => Tone::Bad,
            Self::Medium | Self::Low => Tone::Unsure,
        }
    }
    fn words(self) -> &'static str {
        self.as_str()
    }
}

impl Told for Means {
    fn tone(self) -> Tone {
        match self {
            Self::Collected | Self::Supplied => Tone::Good,
            Self::CarvedOut | Self::Attestable => Tone::Part,
            Self::Uncovered => Tone::Quiet,
        }
    }
    fn words(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::Supplied => "supplied",
            Self::CarvedOut => "carved out",
            Self::Attestable => "attestable",
            Self::Uncovered => "uncovered",
        }
    }
}

/// What it means that a leaf can be shown by these means at best.
pub(crate) fn means(means: Means) -> &'static str {
    match means {
        Means::Collected => "a rule tests something of it over what a collector sees of a system",
        Means::Supplied => "a rule tests something of it over what the organisation, or another tool of it, wrote down",
        Means::CarvedOut => "no rule tests it; a subservice organisation may answer something of it",
        Means::Attestable => "no rule tests it; a control shows something of it in full, and a person can state that it operates",
        Means::Uncovered => "nothing of that",
    }
}

/// Why no control stands at an aspect.
pub(crate) fn uncontrolled(status: AspectStatus) -> &'static str {
    match status {
        AspectStatus::CarvedOut => "a subservice organisation answers for it",
        AspectStatus::Unknown => "a subservice organisation is to answer for it",
        _ => "no control covers it",
    }
}

/// The counts of a summary that are not zero, in the order in which a reader wants them.
pub(crate) fn tally(summary: &Summary) -> impl Iterator<Item = (RequirementStatus, u32)> + use<> {
    [
        (RequirementStatus::Deviations, summary.deviations),
        (RequirementStatus::Unknown, summary.unknown),
        (RequirementStatus::PartlySupported, summary.partly_supported),
        (RequirementStatus::Supported, summary.supported),
        (RequirementStatus::Attested, summary.attested),
        (RequirementStatus::CarvedOut, summary.carved_out),
        (RequirementStatus::Uncovered, summary.uncovered),
        (RequirementStatus::NotApplicable, summary.not_applicable),
    ]
    .into_iter()
    .filter(|(_, n)| *n > 0)
}

/// Where a run's time came from.
pub(crate) fn clock(mode: ClockMode) -> &'static str {
    match mode {
        ClockMode::Live => "live",
        ClockMode::Replay => "replay",
        ClockMode::AsOf => "as-of",
    }
}

/// How often a control operates.
pub(crate) fn frequency(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Continuous => "continuous",
        Frequency::Daily => "daily",
        Frequency::Weekly => "weekly",
        Frequency::Monthly => "monthly",
        Frequency::Quarterly => "quarterly",
        Frequency::SemiAnnual => "semi-annual",
        Frequency::Annual => "annual",
        Frequency::OnEvent => "on-event",
    }
}

/// What a requirement is.
pub(crate) fn requirement_kind(kind: RequirementKind) -> &'static str {
    match kind {
        RequirementKind::Group => "group",
        RequirementKind::Criterion => "criterion",
        RequirementKind::Clause => "clause",
        RequirementKind::Control => "control",
        RequirementKind::Standard => "standard",
        RequirementKind::ImplementationSpecification => "implementation-specification",
    }
}

/// Whether a requirement must be met as written.
pub(crate) fn obligation(obligation: Obligation) -> &'static str {
    match obligation {
        Obligation::Required => "required",
        Obligation::Addressable => "addressable",
    }
}

/// How well a control covers an aspect.
pub(crate) fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Full => "full",
        Strength::Partial => "partial",
    }
}

/// What a sort of source is, in a few words.
pub(crate) fn source_words(class: SourceClass) -> &'static str {
    match class {
        SourceClass::Host => "a machine",
        SourceClass::Cloud => "a cloud account",
        SourceClass::IdentityProvider => "a directory of people and sign-ins",
        SourceClass::CodeHost => "a code host and its pipelines",
        SourceClass::Registers => "registers: people, vendors, risks, policies",
        SourceClass::Attestation => "a person's statement",
        SourceClass::Subservice => "a subservice organisation's report",
    }
}

/// A number with commas: `1,234`.
pub(crate) fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun: `1 rule`, `2 rules`.
///
/// ```
/// use engine_report::counted;
/// assert_eq!((counted(1, "gap", "gaps"), counted(2_000, "gap", "gaps")), ("1 gap".to_owned(), "2,000 gaps".to_owned()));
/// ```
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// How many of how many: `1 of 6 fails`, `2 of 6 fail`.
pub(crate) fn rate(n: usize, of: usize, one: &str, many: &str) -> String {
    format!("{} of {} {}", count(n), count(of), if n == 1 { one } else { many })
}

/// The first few of a list, and how many more there are.
pub(crate) fn few<T: AsRef<str>>(items: &[T], most: usize) -> String {
    let first = items.iter().take(most).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    if items.len() > most { format!("{first} and {} more", count(items.len() - most)) } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn one_and_many_take_their_own_words() {
        assert_eq!([0, 1, 2_000].map(|n| counted(n, "leaf", "leaves")), ["0 leaves", "1 leaf", "2,000 leaves"]);
        assert_eq!([0, 1, 2].map(|n| rate(n, 6, "fails", "fail")), ["0 of 6 fail", "1 of 6 fails", "2 of 6 fail"]);
    }

    #[test]
    fn a_long_list_says_how_much_it_leaves_out() {
        assert_eq!(few(&["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(few(&["a", "b"], 2), "a, b");
    }
}

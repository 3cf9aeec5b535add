//! What to fix first, and what each fix would change.

use smol_str::SmolStr;

use crate::{CollectorName, ControlId, GapCode, KindId, RequirementId, RuleId, Severity};

/// The fixes of a run, the first first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// How many leaves in scope have deviations.
    pub deviating: usize,
    /// How many are unknown.
    pub unknown: usize,
    /// What could be done about them.
    pub fixes: Vec<Fix>,
}

/// One thing that a person does, and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is done.
    pub remedy: Remedy,
    /// The highest severity of the rules that it bears on; `None` when no rule waits for it.
    pub severity: Option<Severity>,
    /// How many subjects fail or could not be told because of it; for gaps, how many gaps.
    pub subject_count: u64,
    /// The rules that it bears on, in order.
    pub rules: Vec<RuleId>,
    /// The controls that these rules test, in order.
    pub controls: Vec<ControlId>,
    /// The leaves that leave deviations and unknown when this alone is done and all that it brings passes, in order.
    pub unlocks: Vec<RequirementId>,
    /// Further leaves with deviations or unknown that it bears on, and that wait for more, in order.
    pub touches: Vec<RequirementId>,
    /// How many leaves leave deviations and unknown when this and everything before it is done.
    pub together: usize,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// Mend what a rule found to be wrong.
    Mend {
        /// The rule.
        rule: RuleId,
    },
    /// Close gaps: give what was refused, raise the limit, mend the collector, as the message and the code say.
    Close {
        /// Whose.
        collector: CollectorName,
        /// Why evidence is not there.
        code: GapCode,
        /// What the collector, or the engine, said of it; of several, the first.
        message: String,
        /// The kinds that are not whole because of it.
        kinds: Vec<KindId>,
    },
    /// Let a field be collected that was not.
    Give {
        /// Whose.
        collector: CollectorName,
        /// Of which kind.
        kind: KindId,
        /// The field's path.
        field: SmolStr,
        /// Why it was not collected; empty when nobody said.
        reason: String,
    },
    /// Collect again what is too old.
    Refresh {
        /// Whose.
        collector: CollectorName,
        /// Of which kind.
        kind: KindId,
    },
    /// Get a report of a subservice organisation that may be relied on, and judge it.
    Rely {
        /// The organisation, as the operator states it.
        organisation: String,
        /// Why it may not be relied on now.
        reasons: Vec<String>,
    },
    /// State a control again that nothing tests, or withdraw what was stated: its attestation ran out.
    Attest {
        /// The control.
        control: ControlId,
    },
    /// Settle what a rule could not tell, and nothing of the above would.
    Settle {
        /// The rule.
        rule: RuleId,
    },
}

impl Remedy {
    /// The word in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Mend { .. } => "mend",
            Self::Close { .. } => "close",
            Self::Give { .. } => "give",
            Self::Refresh { .. } => "refresh",
            Self::Rely { .. } => "rely",
            Self::Attest { .. } => "attest",
            Self::Settle { .. } => "settle",
        }
    }
}

impl Fix {
    /// Of how many frameworks it unlocks a leaf.
    pub fn framework_count(&self) -> usize {
        let mut frameworks: Vec<_> = self.unlocks.iter().map(RequirementId::framework).collect();
        frameworks.sort();
        frameworks.dedup();
        frameworks.len()
    }
}

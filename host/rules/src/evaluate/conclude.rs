//! From what a rule gave to an outcome: what is missing, wrong or stale is inconclusive.

use model::{Fact, Outcome, Seconds, Timestamp};
use smol_str::SmolStr;

use crate::evaluate::join::Index;
use crate::evaluate::machine::{Fault, Machine};
use crate::evaluate::value::{Instant, Value};
use crate::script::syntax::At;

/// The longest message of a finding, in characters.
pub(crate) const MAX_MESSAGE: usize = 1_024;

/// What a rule concluded of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conclusion {
    pub(crate) outcome: Outcome,
    pub(crate) message: Box<str>,
    pub(crate) missing: Option<SmolStr>,
    pub(crate) joined: Vec<usize>,
    /// When what the rule says could change: Unix seconds; [`i64::MAX`] for never.
    pub(crate) valid_until: i64,
}

impl Conclusion {
    /// Inconclusive for one reason, whatever the time.
    pub(crate) fn inconclusive(message: &str, missing: Option<SmolStr>) -> Self {
        Self { outcome: Outcome::Inconclusive, message: capped(message), missing, joined: Vec::new(), valid_until: i64::MAX }
    }
}

/// Whether evidence is too old. It is fresh up to and including the last instant.
pub(crate) fn is_stale(seen_at: Timestamp, fresh_for: Seconds, now: Instant) -> bool {
    Instant::of(seen_at).plus(fresh_for.0) < now
}

/// At most [`MAX_MESSAGE`] characters, with an ellipsis when some were cut.
pub(crate) fn capped(message: &str) -> Box<str> {
    if message.len() < MAX_MESSAGE {
        return message.into();
    }
    match message.char_indices().nth(MAX_MESSAGE - 1) {
        Some((at, last)) if at + last.len_utf8() < message.len() => {
            let kept = message.get(..at).unwrap_or_default();
            [kept, "…"].concat().into()
        }
        _ => message.into(),
    }
}

impl<'a> Machine<'a> {
    /// The conclusion of an evaluation over these facts.
    pub(crate) fn conclude(&mut self, given: Result<Value<'a>, Fault>, members: &[&'a Fact], fresh_for: Seconds) -> Conclusion {
        let (outcome, message, missing) = match given {
            Ok(Value::Verdict(outcome, message)) => (outcome, capped(message), None),
            Ok(Value::VerdictMade(outcome, message)) => (outcome, capped(&message), None),
            Ok(other) => {
                let message = format!("the rule gave {}, not an outcome", other.named());
                (Outcome::Inconclusive, capped(&message), None)
            }
            Err(fault) => self.faulted(fault, members),
        };
        let joined = self.joined_positions();
        let mut conclusion = Conclusion { outcome, message, missing, joined, valid_until: self.valid_until };
        if matches!(outcome, Outcome::Pass | Outcome::NotApplicable) {
            self.age_evidence(&mut conclusion, members, fresh_for);
        }
        conclusion
    }

    fn joined_positions(&self) -> Vec<usize> {
        let mut joined: Vec<usize> = self.taken.iter().map(|taken| taken.position).collect();
        joined.sort_unstable();
        joined.dedup();
        joined
    }

    fn faulted(&self, fault: Fault, members: &[&Fact]) -> (Outcome, Box<str>, Option<SmolStr>) {
        let (message, missing) = match fault {
            Fault::Missing(place) => {
                let path = self.path(place);
                let reason = self.reason(place, members);
                let because = reason.map_or_else(String::new, |reason| format!(": {reason}"));
                (format!("`{path}` was not collected{because}"), Some(path.into()))
            }
            Fault::Unknown(parts) => {
                let (name, reason) = *parts;
                (format!("`{name}` is not known: {reason}"), Some(name.into()))
            }
            Fault::Wrong(parts) => {
                let (message, at) = *parts;
                let place = if at == At::default() { String::new() } else { format!(" (rule, line {})", at.line) };
                (format!("{message}{place}"), None)
            }
        };
        (Outcome::Inconclusive, capped(&message), missing)
    }

    /// Why the collector did not give a field.
    fn reason(&self, place: u32, members: &[&Fact]) -> Option<String> {
        let (taken, parts) = self.parts(place)?;
        let (fact, parts) = match taken {
            Some(taken) => (self.facts.facts().get(taken.position)?, parts.as_slice()),
            None => self.member_of(&parts, members)?,
        };
        let path = crate::evaluate::path::written(parts);
        fact.field_gaps
            .iter()
            .find(|gap| path.strip_prefix(gap.field.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))
            .map(|gap| gap.reason.to_string())
    }

    /// The fact that a path begins in: for a group, one of its members.
    fn member_of<'p, 'f>(
        &self,
        parts: &'p [crate::evaluate::path::Part],
        members: &[&'f Fact],
    ) -> Option<(&'f Fact, &'p [crate::evaluate::path::Part])> {
        use crate::evaluate::path::Part;
        match parts {
            [Part::Field(name), Part::Item(index), rest @ ..]
                if name == "members" && self.subject.schema.find("members").is_some() && members.len() > *index =>
            {
                members.get(*index).map(|fact| (*fact, rest))
            }
            all => members.first().map(|fact| (*fact, all)),
        }
    }

    /// Old evidence shows no good: pass and not-applicable become inconclusive. A failure stays one.
    fn age_evidence(&self, conclusion: &mut Conclusion, members: &[&Fact], fresh_for: Seconds) {
        let joined = conclusion.joined.iter().filter_map(|position| self.facts.facts().get(*position));
        // That nothing matched is as old as what was searched.
        let searched = self.joins.iter().filter_map(Index::seen_at);
        let Some(oldest) = members.iter().copied().chain(joined).map(|fact| fact.observed_at).chain(searched).min() else {
            return;
        };
        if is_stale(oldest, fresh_for, self.now()) {
            conclusion.outcome = Outcome::Inconclusive;
            conclusion.message = format!("stale: seen at {oldest}, fresh for {fresh_for}").into();
        }
    }
}

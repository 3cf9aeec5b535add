//! A value in a running rule, and an instant as it is compared.

use std::rc::Rc;

use model::{Outcome, Timestamp};

use crate::script::schema::Schema;

/// One value. Text and records stay where the fact is; nothing is copied to read a field.
#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    /// What a statement without a value gives.
    Unit,
    /// Known to be none: every use but `is_null()` is an error.
    Null,
    Bool(bool),
    Int(i64),
    Text(&'a str),
    Made(Rc<str>),
    Instant(Instant),
    /// Whole seconds.
    Duration(i64),
    Age(Age),
    /// From the first to before the second.
    Range(i64, i64),
    /// A list within a fact: these cells.
    Cells {
        first: u32,
        count: u32,
    },
    /// A list of strings that are written in the rule.
    Texts(&'a [Box<str>]),
    /// A list that the rule made, and how deep lists nest in it.
    List(Rc<[Value<'a>]>, u8),
    Record(Record<'a>),
    /// An outcome and what it says, from the rule's own text or a fact; empty for a pass.
    Verdict(Outcome, &'a str),
    /// An outcome and what the rule made to say.
    VerdictMade(Outcome, Rc<str>),
}

/// A record within a fact.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) first: u32,
    pub(crate) schema: &'a Schema,
}

/// An instant, small enough to stand in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant {
    pub(crate) seconds: i64,
    pub(crate) nanos: u32,
}

impl Instant {
    /// The instant of a timestamp.
    pub(crate) fn of(timestamp: Timestamp) -> Self {
        // Before 1970 both parts of a timestamp are negative; here the fraction never is.
        match (timestamp.as_second(), timestamp.subsec_nanosecond()) {
            (seconds, nanos @ 0..) => Self { seconds, nanos: nanos.unsigned_abs() },
            (seconds, nanos) => Self { seconds: seconds - 1, nanos: 1_000_000_000 - nanos.unsigned_abs() },
        }
    }

    /// RFC 3339.
    pub(crate) fn text(self) -> String {
        Timestamp::from_second(self.seconds)
            .ok()
            .and_then(|whole| whole.checked_add(jiff::SignedDuration::from_nanos(i64::from(self.nanos))).ok())
            .map_or_else(|| format!("{} s after 1970", self.seconds), |timestamp| timestamp.to_string())
    }

    /// Later by whole seconds; at the ends of time it stays there.
    pub(crate) fn plus(self, seconds: i64) -> Self {
        Self { seconds: self.seconds.saturating_add(seconds), ..self }
    }
}

/// How long ago something was, or how long it is until then: only ever compared, since it changes with every run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Age {
    pub(crate) seconds: i64,
    pub(crate) nanos: u32,
    /// Whether an int means hours, not days.
    pub(crate) in_hours: bool,
    /// Whether it counts down to the instant instead of up from it.
    pub(crate) until: bool,
}

impl Age {
    /// The instant that it is counted from or to.
    pub(crate) fn at(self) -> Instant {
        Instant { seconds: self.seconds, nanos: self.nanos }
    }

    /// The seconds of the unit in which an int is meant.
    pub(crate) fn unit(self) -> i64 {
        if self.in_hours { 3_600 } else { 86_400 }
    }
}

impl Value<'_> {
    /// Its word in messages.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Unit => "nothing",
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Text(_) | Self::Made(_) => "string",
            Self::Instant(_) => "timestamp",
            Self::Duration(_) => "duration",
            Self::Age(_) => "age",
            Self::Range(..) => "range",
            Self::Cells { .. } | Self::Texts(_) | Self::List(..) => "list",
            Self::Record(_) => "record",
            Self::Verdict(..) | Self::VerdictMade(..) => "outcome",
        }
    }

    /// Whether it is a list, wherever it is kept.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::Cells { .. } | Self::Texts(_) | Self::List(..))
    }

    /// How deep lists nest in it, of those that the rule made: a body nests no deeper than bodies may.
    pub(crate) fn depth(&self) -> u8 {
        match self {
            Self::List(_, depth) => *depth,
            _ => 0,
        }
    }

    /// Its word with an article.
    pub(crate) fn named(&self) -> String {
        crate::script::compile::named(self.word())
    }

    /// The text of a string.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Made(text) => Some(text),
            _ => None,
        }
    }
}

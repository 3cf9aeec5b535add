//! Where the time of a run comes from.
//!
//! The only module that asks the machine for the time; everything else is given it.

use model::{ClockMode, Timestamp};

/// Gives the instant at which a run begins and is recorded.
pub trait Clock: Send + Sync {
    /// The instant, in UTC.
    fn now(&self) -> Timestamp;
    /// What sort of clock this is: only runs under a live one count as occurrences.
    fn mode(&self) -> ClockMode;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that time comes from")]
    fn now(&self) -> Timestamp {
        // To the millisecond: what is finer says nothing, and a person has to read it.
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    fn mode(&self) -> ClockMode {
        ClockMode::Live
    }
}

/// An instant that stands still: a recorded run's, or the one that `--as-of` names.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock {
    /// The instant.
    pub at: Timestamp,
    /// Where it is from.
    pub mode: ClockMode,
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.at
    }

    fn mode(&self) -> ClockMode {
        self.mode
    }
}

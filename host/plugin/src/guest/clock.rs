//! Virtual time: it begins when the run began and advances only by what is recorded or follows from it.

use model::Timestamp;

/// How much a reading advances time, in nanoseconds: a guest that waits by reading the clock gets to its end.
const READING: u64 = 1_000;

/// The clock that a guest sees.
#[derive(Debug, Clone)]
pub(crate) struct VirtualClock {
    started_at: Timestamp,
    /// Nanoseconds since it began.
    elapsed: u64,
}

impl VirtualClock {
    pub(crate) fn new(started_at: Timestamp) -> Self {
        Self { started_at, elapsed: 0 }
    }

    /// When it began.
    pub(crate) fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// Nanoseconds since it began, without a reading.
    pub(crate) fn elapsed(&self) -> u64 {
        self.elapsed
    }

    /// Nanoseconds since it began; the reading itself takes a little.
    pub(crate) fn read(&mut self) -> u64 {
        self.advance(READING);
        self.elapsed
    }

    pub(crate) fn advance(&mut self, nanos: u64) {
        self.elapsed = self.elapsed.saturating_add(nanos);
    }

    /// Advances to an instant that has not come yet, and gives how far away it was.
    pub(crate) fn advance_to(&mut self, deadline: u64) -> u64 {
        let wait = deadline.saturating_sub(self.elapsed);
        self.advance(wait);
        wait
    }

    /// The instant that it shows.
    pub(crate) fn now(&self) -> Timestamp {
        let elapsed = jiff::SignedDuration::from_nanos(i64::try_from(self.elapsed).unwrap_or(i64::MAX));
        self.started_at.checked_add(elapsed).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_advances_only_by_what_is_said_and_by_readings() {
        let start: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
        let mut clock = VirtualClock::new(start);
        assert_eq!(clock.now(), start);
        assert_eq!((clock.read(), clock.read()), (1_000, 2_000));
        clock.advance(1_000_000_000);
        assert_eq!(clock.advance_to(500), 0);
        assert_eq!(clock.advance_to(3_000_002_000), 2_000_000_000);
        assert_eq!(clock.now().to_string(), "2026-11-23T00:00:03.000002Z");
    }

    #[test]
    fn time_saturates_and_never_turns_back() {
        let mut clock = VirtualClock::new(Timestamp::MAX);
        clock.advance(u64::MAX);
        clock.advance(u64::MAX);
        assert_eq!((clock.now(), clock.read()), (Timestamp::MAX, u64::MAX));
    }
}

//! How often one host is asked: a bucket of turns for each, filled at the rate of the limits, holding one second's worth.
//!
//! Takes the names of hosts and waits. What was waited is part of what an answer took and of nothing else that is recorded.

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// The turns of one run.
pub(super) struct Rates {
    /// Between two turns when the bucket is empty.
    interval: Duration,
    /// When each host's bucket is full again.
    full_at: Mutex<BTreeMap<String, Instant>>,
}

impl Rates {
    pub(super) fn new(per_second: u32) -> Self {
        Self { interval: Duration::from_secs(1) / per_second.max(1), full_at: Mutex::default() }
    }

    /// Waits for a turn. Turns are given in the order in which they are asked for.
    pub(super) async fn turn(&self, host: &str) {
        let wait = self.taken(host, Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Takes a turn, and says how far away it is.
    fn taken(&self, host: &str, now: Instant) -> Duration {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let place = full_at.entry(host.to_owned()).or_insert(now);
        let full = (*place).max(now) + self.interval;
        *place = full;
        full.saturating_duration_since(now).saturating_sub(Duration::from_secs(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_second_holds_no_more_turns_than_the_rate_once_the_bucket_is_empty() {
        let (rates, began) = (Rates::new(2), Instant::now());
        let mut turns = Vec::new();
        for _ in 0..6 {
            rates.turn("a").await;
            turns.push(began.elapsed().as_millis());
        }
        assert_eq!(turns, [0, 0, 500, 1000, 1500, 2000]);
        rates.turn("b").await;
        assert_eq!(began.elapsed().as_millis(), 2000, "another host has a bucket of its own");
        tokio::time::advance(Duration::from_mins(1)).await;
        rates.turn("a").await;
        rates.turn("a").await;
        assert_eq!(began.elapsed().as_millis(), 62_000, "the bucket holds a second's worth");
        rates.turn("a").await;
        assert_eq!(began.elapsed().as_millis(), 62_500, "and no more");
    }
}

//! Sending one request until it is answered: attempts, waiting, and what is taken out of the answer.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::error::Error as _;

use model::{Fault, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

use super::policy::{Ready, Signing};
use super::signing::Signature;
use super::{Http, HttpCall, dial};
use crate::answer::{Answer, fault};
use crate::aws;
use crate::filter::secret::Needles;
use crate::guest::{Found, Random};

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What came back from one attempt.
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) truncated: bool,
    /// What of the request's signature the server could send back.
    pub(super) signature: Needles,
    /// The server did nothing but ask to slow down.
    is_throttled: bool,
}

/// Why an attempt gave no answer, and whether another may.
pub(super) struct Missed {
    pub(super) fault: Fault,
    pub(super) again: Again,
}

/// Whether what was sent may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    Never,
    /// The server may have done what was asked.
    IfIdempotent,
    /// It certainly has not.
    Always,
}

impl Missed {
    /// A fault that another attempt would not change.
    pub(super) fn for_good(fault: Fault) -> Self {
        Self { fault, again: Again::Never }
    }
}

impl Http {
    /// Answers one request.
    pub(super) async fn answer(&self, call: &HttpCall, now: Timestamp, number: u64, budget: &AtomicU64) -> Found {
        let ready = match self.policy.ready(call, &self.credentials) {
            Ok(ready) => ready,
            Err(fault) => return Answer::Fault(fault).into(),
        };
        let Ok(_slot) = self.slots.acquire().await else {
            return Answer::Fault(fault("io", "the host is stopping")).into();
        };
        let mut jitter = Random::at(self.seed, "backoff", number);
        let (outcome, attempts) = self.sent(&ready, now, &mut jitter, budget).await;
        self.finished(outcome, &ready, attempts)
    }

    /// Sends a request until it is answered for good, and counts the attempts.
    pub(super) async fn sent(
        &self,
        ready: &Ready,
        now: Timestamp,
        jitter: &mut Random,
        budget: &AtomicU64,
    ) -> (Result<Received, Missed>, u32) {
        let total = ready.timeout.map_or(self.limits.http_total, |asked| asked.min(self.limits.http_total));
        let deadline = Instant::now() + total;
        let mut attempts = 0_u32;
        loop {
            attempts += 1;
            let last = attempts >= self.limits.http_attempts;
            let outcome = tokio::time::timeout_at(deadline, self.attempt(ready, last, budget)).await;
            let outcome = outcome.unwrap_or_else(|_| {
                Err(Missed::for_good(fault("timeout", format!("no whole answer within {} s", total.as_secs_f32()))))
            });
            let (again, asked) = match &outcome {
                Ok(received) => (received.again(), asked_to_wait(&received.headers, now)),
                Err(missed) => (missed.again, None),
            };
            let wait = asked.unwrap_or_else(|| backoff(attempts, jitter));
            let is_over = last || wait > LONGEST_WAIT || Instant::now() + wait >= deadline;
            if is_over || again == Again::Never || (again == Again::IfIdempotent && !ready.idempotent) {
                return (outcome, attempts);
            }
            if let Ok(received) = outcome {
                // It is thrown away, so it does not count.
                budget.fetch_add(received.body.len() as u64, Ordering::Relaxed);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Sends once. The body of an answer that will be asked for again is not read.
    async fn attempt(&self, ready: &Ready, last: bool, budget: &AtomicU64) -> Result<Received, Missed> {
        let client = self.client().await.map_err(|reason| Missed::for_good(fault("unavailable", reason)))?;
        self.rates.turn(&ready.target()).await;
        let mut headers = ready.headers.clone();
        let signature = match &ready.signing {
            Some(signing) => Some((signing, self.signed(signing, ready, &mut headers).await?)),
            None => None,
        };
        let request = client.request(ready.method.clone(), ready.url.clone()).headers(headers).body(ready.body.clone());
        let sent = tokio::time::timeout(self.limits.http_connect + self.limits.http_first_byte, request.send()).await;
        let late = || Missed { fault: fault("timeout", "the server did not answer in time"), again: Again::IfIdempotent };
        let mut response = sent.map_err(|_| late())?.map_err(|error| self.missed(&error))?;
        let mut received = Received {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: Vec::new(),
            truncated: false,
            signature: Needles::default(),
            is_throttled: false,
        };
        if is_transient(received.status)
            && ready.idempotent
            && !last
            && asked_to_wait(&received.headers, Timestamp::MIN).is_none_or(|wait| wait <= LONGEST_WAIT)
        {
            received.truncated = true;
            return Ok(received);
        }
        loop {
            let part = match response.chunk().await {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(error) => {
                    // What came so far is thrown away, so it does not count.
                    budget.fetch_add(received.body.len() as u64, Ordering::Relaxed);
                    return Err(self.missed(&error));
                }
            };
            let taken = take(budget, part.len());
            received.body.extend_from_slice(part.get(..taken).unwrap_or_default());
            if taken < part.len() {
                received.truncated = true;
                break;
            }
        }
        match signature {
            Some((signing, signature)) => self.judged(received, signing, signature).await,
            None => Ok(received),
        }
    }

    /// What AWS says of the signature is the host's affair: the guest is told what to do instead.
    async fn judged(&self, mut received: Received, signing: &Signing, signature: Signature) -> Result<Received, Missed> {
        let error = aws::error_of(received.status, &received.headers, &received.body);
        if let Some(error) = &error {
            received.is_throttled = aws::is_throttled(error);
            if let Some(refusal) = aws::refusal(error, &received.headers, (self.clock)(), &signing.credential) {
                let renewed = refusal.is_expired && self.forget(signing, &signature.keys).await;
                let again = if renewed { Again::Always } else { Again::Never };
                return Err(Missed { fault: refusal.fault, again });
            }
        }
        received.signature = signature.needles;
        Ok(received)
    }

    fn missed(&self, error: &reqwest::Error) -> Missed {
        let mut cause = error.source();
        let mut reason = String::new();
        while let Some(inner) = cause {
            if let Some(refused) = inner.downcast_ref::<dial::Refused>() {
                return Missed::for_good(self.policy.not_dialled(refused));
            }
            reason = inner.to_string();
            cause = inner.source();
        }
        let reason: String = reason.chars().take(300).collect();
        if error.is_timeout() {
            Missed { fault: fault("timeout", "the server did not answer in time"), again: Again::IfIdempotent }
        } else if error.is_builder() {
            Missed::for_good(fault("invalid", format!("the request cannot be sent: {reason}")))
        } else {
            let fault = fault("unavailable", format!("the server could not be reached: {reason}"));
            Missed { fault, again: Again::IfIdempotent }
        }
    }

    fn finished(&self, outcome: Result<Received, Missed>, ready: &Ready, attempts: u32) -> Found {
        match outcome {
            Ok(received) => self.filtered(received, ready, attempts),
            Err(missed) => {
                let mut fault = missed.fault;
                if let Some(masked) = self.credentials.needles().masked(fault.message.as_bytes()) {
                    fault.message = String::from_utf8_lossy(&masked).into_owned();
                }
                fault.more = serde_json::json!({ "attempts": attempts }).to_string();
                Found { answer: Answer::Fault(fault), filters: Vec::new(), attempts }
            }
        }
    }
}

impl Received {
    fn again(&self) -> Again {
        match self.status {
            _ if self.is_throttled => Again::Always,
            status if is_transient(status) => Again::IfIdempotent,
            _ => Again::Never,
        }
    }
}

fn is_transient(status: u16) -> bool {
    matches!(status, 429 | 500 | 502..=599)
}

/// What the server asks to wait: seconds, or until an instant.
fn asked_to_wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(secs) = text.parse::<u64>() {
        return Some(Duration::from_secs(secs));
    }
    let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
}

/// Half a second, doubled with every attempt, less up to a half of it.
fn backoff(attempts: u32, jitter: &mut Random) -> Duration {
    let full = FIRST_WAIT.saturating_mul(1 << attempts.saturating_sub(1).min(6));
    let nanos = u64::try_from(full.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(nanos - jitter.next_u64() % (nanos / 2).max(1))
}

/// Takes bytes from what is left of a budget, at most as many as are wanted.
fn take(budget: &AtomicU64, wanted: usize) -> usize {
    let mut taken = 0;
    let _ = budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        taken = left.min(wanted as u64);
        Some(left - taken)
    });
    usize::try_from(taken).unwrap_or_default()
}

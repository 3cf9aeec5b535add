//! Sending one request until it is answered: attempts, waiting, and what is taken out of the answer.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::error::Error as _;

use model::{Fault, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use smol_str::SmolStr;
use tokio::time::Instant;

use super::policy::Ready;
use super::{Http, HttpCall, dial};
use crate::answer::{Answer, fault};
use crate::filter::{CREDENTIAL, json};
use crate::guest::{Found, Random};

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// The response headers that a guest sees when its manifest names none.
const SHOWN: &[&str] = &[
    "content-type",
    "content-language",
    "content-range",
    "date",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
    "x-next-page",
    "x-page",
    "x-per-page",
    "x-prev-page",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-resource",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "x-request-id",
    "x-total-count",
    "x-total",
    "x-total-pages",
];

/// Those that no manifest can have.
const NEVER_SHOWN: &[&str] = &[
    "set-cookie",
    "set-cookie2",
    "www-authenticate",
    "proxy-authenticate",
    "authentication-info",
    "authorization",
    "x-amz-security-token",
];

/// What came back from one attempt.
struct Received {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    truncated: bool,
}

/// Why an attempt gave no answer, and whether another may.
struct Missed {
    fault: Fault,
    again: bool,
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
        let total = ready.timeout.map_or(self.limits.http_total, |asked| asked.min(self.limits.http_total));
        let deadline = Instant::now() + total;
        let mut jitter = Random::at(self.seed, "backoff", number);
        let most = if ready.idempotent { self.limits.http_attempts.max(1) } else { 1 };
        let mut attempts = 0_u32;
        loop {
            attempts += 1;
            let last = attempts >= most;
            let outcome = tokio::time::timeout_at(deadline, self.attempt(&ready, last, budget)).await;
            let outcome = outcome.unwrap_or_else(|_| {
                let fault = fault("timeout", format!("no whole answer within {} s", total.as_secs_f32()));
                Err(Missed { fault, again: false })
            });
            let wait = match &outcome {
                Ok(received) if is_transient(received.status) => asked_to_wait(&received.headers, now),
                Err(missed) if missed.again => None,
                _ => return self.finished(outcome, &ready, attempts),
            };
            let wait = wait.unwrap_or_else(|| backoff(attempts, &mut jitter));
            if last || wait > LONGEST_WAIT || Instant::now() + wait >= deadline {
                return self.finished(outcome, &ready, attempts);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Sends once. The body of an answer that will be asked for again is not read.
    async fn attempt(&self, ready: &Ready, last: bool, budget: &AtomicU64) -> Result<Received, Missed> {
        let client = self.client().await.map_err(|reason| Missed { fault: fault("unavailable", reason), again: false })?;
        self.rates.turn(&ready.target()).await;
        let request =
            client.request(ready.method.clone(), ready.url.clone()).headers(ready.headers.clone()).body(ready.body.clone());
        let sent = tokio::time::timeout(self.limits.http_connect + self.limits.http_first_byte, request.send()).await;
        let late = || Missed { fault: fault("timeout", "the server did not answer in time"), again: true };
        let mut response = sent.map_err(|_| late())?.map_err(|error| self.missed(&error))?;
        let mut received = Received {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: Vec::new(),
            truncated: false,
        };
        if is_transient(received.status)
            && !last
            && asked_to_wait(&received.headers, Timestamp::MIN).is_none_or(|wait| wait <= LONGEST_WAIT)
        {
            // Read a little all the same: it may be the last answer after all, when no time is left.
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
        Ok(received)
    }

    fn missed(&self, error: &reqwest::Error) -> Missed {
        let mut cause = error.source();
        let mut reason = String::new();
        while let Some(inner) = cause {
            if let Some(refused) = inner.downcast_ref::<dial::Refused>() {
                return Missed { fault: self.policy.not_dialled(refused), again: false };
            }
            reason = inner.to_string();
            cause = inner.source();
        }
        let reason: String = reason.chars().take(300).collect();
        if error.is_timeout() {
            Missed { fault: fault("timeout", "the server did not answer in time"), again: true }
        } else if error.is_builder() {
            Missed { fault: fault("invalid", format!("the request cannot be sent: {reason}")), again: false }
        } else {
            Missed { fault: fault("unavailable", format!("the server could not be reached: {reason}")), again: true }
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

    /// Takes out of an answer what the guest and the transcript must not hold.
    fn filtered(&self, received: Received, ready: &Ready, attempts: u32) -> Found {
        let Received { status, headers, mut body, mut truncated } = received;
        let mut filters: Vec<SmolStr> = Vec::new();
        let mut withheld = None;
        let needles = self.credentials.needles();
        let encoded = headers.get("content-encoding").is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
        let wants_json = !(ready.drop.is_empty() && ready.mask.is_empty());
        if encoded && !body.is_empty() && (wants_json || !needles.is_empty()) {
            withheld = Some("it is compressed although that was not asked for, so the filters cannot run");
        } else if wants_json && !body.is_empty() {
            filters.extend(json_filters(ready));
            match (truncated, json::filtered(&body, &ready.drop, &ready.mask)) {
                (false, Some(filtered)) => body = filtered,
                _ => withheld = Some("it is not whole JSON, so the filters cannot run"),
            }
        }
        if withheld.is_some() {
            body.clear();
            truncated = true;
        }
        let mut hidden = false;
        if let Some(masked) = needles.masked(&body) {
            body = masked;
            hidden = true;
        }
        let headers = self.shown_headers(&headers, ready, &mut hidden);
        if hidden {
            filters.push(SmolStr::new_static(CREDENTIAL));
        }
        let mut more = serde_json::json!({ "attempts": attempts, "filters": filters });
        if let (Some(reason), Some(fields)) = (withheld, more.as_object_mut()) {
            fields.insert("withheld".to_owned(), reason.into());
        }
        let answer = Answer::Response { status, headers, body, truncated, more: more.to_string() };
        Found { answer, filters, attempts }
    }

    fn shown_headers(&self, headers: &HeaderMap, ready: &Ready, hidden: &mut bool) -> Vec<(String, Vec<u8>)> {
        let mut left = MAX_HEADER_BYTES;
        let mut shown = Vec::new();
        for (name, value) in headers {
            let name = name.as_str();
            let wanted = match &ready.shown {
                Some(names) => names.iter().any(|shown| shown == name),
                None => SHOWN.contains(&name),
            };
            let size = name.len() + value.len();
            if !wanted || NEVER_SHOWN.contains(&name) || size > left {
                continue;
            }
            left -= size;
            let masked = self.credentials.needles().masked(value.as_bytes());
            *hidden |= masked.is_some();
            shown.push((name.to_owned(), masked.unwrap_or_else(|| value.as_bytes().to_vec())));
        }
        shown
    }
}

fn json_filters(ready: &Ready) -> impl Iterator<Item = SmolStr> {
    let drop = (!ready.drop.is_empty()).then(|| SmolStr::new_static("json-drop/1"));
    let mask = (!ready.mask.is_empty()).then(|| SmolStr::new_static("json-mask/1"));
    drop.into_iter().chain(mask)
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

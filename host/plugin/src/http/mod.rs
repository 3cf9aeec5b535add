//! Requests for a guest: to hosts that are asked and granted, to addresses that are public or granted, with credentials
//! that the guest never sees, signed
//! and retried by the host, filtered before the guest and the transcript see the answer.
//!
//! Takes [`HttpCall`]s and gives answers; every refusal is an answer that says what to do. Follows no redirect.

mod attempt;
mod dial;
mod policy;
mod rate;
mod shown;
mod signing;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use model::{Call, Timestamp};
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;

pub use self::dial::{LookedUp, Lookup, SystemLookup};
pub(crate) use self::policy::HttpPolicy;
use crate::answer::{Answer, fault};
use crate::guest::{Found, Question};
use crate::limits::Limits;
use crate::source::{Clock, Credentials};

/// One request of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HttpCall {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) credential: String,
    pub(crate) options: String,
}

impl HttpCall {
    pub(crate) fn question(&self) -> Question {
        let count = (self.headers.len() as u64).to_le_bytes();
        let mut parts: Vec<&[u8]> = vec![self.method.as_bytes(), self.url.as_bytes(), &count];
        for (name, value) in &self.headers {
            parts.extend([name.as_bytes(), value.as_slice()]);
        }
        parts.extend([self.body.as_slice(), self.credential.as_bytes(), self.options.as_bytes()]);
        Question::new(Call::HttpSend, &format!("{} {}", self.method, self.url), &parts)
    }
}

/// The requests of one run.
pub(crate) struct Http {
    policy: HttpPolicy,
    credentials: Arc<Credentials>,
    lookup: Arc<dyn Lookup>,
    limits: Limits,
    seed: [u8; 32],
    slots: Semaphore,
    rates: rate::Rates,
    roles: signing::Roles,
    clock: Clock,
    client: OnceCell<Result<reqwest::Client, String>>,
}

impl Http {
    pub(crate) fn new(
        policy: HttpPolicy,
        credentials: Arc<Credentials>,
        (lookup, clock): (Arc<dyn Lookup>, Clock),
        limits: &Limits,
        seed: [u8; 32],
    ) -> Self {
        let slots = Semaphore::new(limits.http_concurrency.max(1));
        Self {
            roles: signing::Roles::of(policy.grant()),
            rates: rate::Rates::new(limits.http_rate),
            limits: limits.clone(),
            client: OnceCell::new(),
            policy,
            credentials,
            lookup,
            clock,
            seed,
            slots,
        }
    }

    /// Sends requests at once and answers in their order. `first` is the number of the first one's call.
    pub(crate) async fn send(self: Arc<Self>, calls: Vec<HttpCall>, now: Timestamp, first: u64) -> Vec<Found> {
        let budget = Arc::new(AtomicU64::new(self.limits.http_body));
        let mut found: Vec<Option<Found>> = calls.iter().map(|_| None).collect();
        // Each on a task of its own: this future runs on the guest's small stack. Dropping the set ends them all.
        let mut tasks = JoinSet::new();
        for (index, call) in calls.into_iter().enumerate() {
            let (http, budget, number) = (Arc::clone(&self), Arc::clone(&budget), first.saturating_add(index as u64));
            tasks.spawn(async move { (index, http.answer(&call, now, number, &budget).await) });
        }
        while let Some(joined) = tasks.join_next().await {
            if let Ok((index, answer)) = joined
                && let Some(slot) = found.get_mut(index)
            {
                *slot = Some(answer);
            }
        }
        let failed = || Answer::Fault(fault("io", "the request failed in the host")).into();
        found.into_iter().map(|found| found.unwrap_or_else(failed)).collect()
    }

    /// The client of this run, made when it is first needed.
    async fn client(&self) -> Result<&reqwest::Client, String> {
        let made = self.client.get_or_init(|| async { self.make_client() }).await;
        made.as_ref().map_err(Clone::clone)
    }

    fn make_client(&self) -> Result<reqwest::Client, String> {
        // Fails when one is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.limits.http_connect)
            .read_timeout(self.limits.http_first_byte)
            .dns_resolver(Arc::new(dial::Checked::new(Arc::clone(&self.lookup), self.policy.networks().to_vec())))
            .build()
            .map_err(|error| format!("secure connections cannot be set up: {error}"))
    }
}

#[cfg(test)]
mod tests;

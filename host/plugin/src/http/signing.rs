//! Signing a request at the instant when it is sent, with the operator's keys or with those of a role that they take on.
//!
//! The keys of a role are asked for when the first request needs them, held for the run and renewed before they end. That
//! exchange is the host's own: no guest sees it, and no transcript has it.

use core::pin::Pin;
use core::sync::atomic::AtomicU64;
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use model::{Fault, Timestamp};
use reqwest::header::HeaderMap;
use smol_str::SmolStr;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Http;
use super::attempt::{Missed, Received};
use super::policy::{Ready, Signing};
use super::shown::masked;
use crate::answer::fault;
use crate::aws::{self, Keys, RoleArn};
use crate::filter::secret::Needles;
use crate::grant::{CredentialKind, Grant};
use crate::guest::Random;

/// Keys are renewed so long before they end, which is longer than a request takes.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_mins(5);
/// For so long nobody asks again after the service could not be reached.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(30);
const MAX_ANSWER: u64 = 256 * 1024;

/// A signature that was made.
pub(super) struct Signature {
    /// With these keys.
    pub(super) keys: Arc<Keys>,
    /// What a server could send back of it.
    pub(super) needles: Needles,
}

/// The roles of a run, by credential; each is taken on by one request at a time.
pub(super) struct Roles(BTreeMap<(SmolStr, RoleArn), Mutex<Option<Assumed>>>);

/// What came of taking on a role.
enum Assumed {
    Keys(Arc<Keys>),
    /// It was refused: for the whole run, or until it may be asked again.
    Refused(Fault, Option<Instant>),
}

impl Roles {
    /// Those that the operator grants.
    pub(super) fn of(grant: &Grant) -> Self {
        let mut roles = BTreeMap::new();
        for (name, credential) in &grant.credentials {
            if let CredentialKind::Aws(aws) = &credential.kind {
                roles.extend(aws.roles.iter().map(|role| ((name.clone(), role.clone()), Mutex::default())));
            }
        }
        Self(roles)
    }

    fn place(&self, signing: &Signing) -> Option<&Mutex<Option<Assumed>>> {
        self.0.get(&(signing.credential.clone(), signing.role.clone()?))
    }
}

impl Http {
    /// Signs a request as it is now, by the host's own clock.
    pub(super) async fn signed(&self, signing: &Signing, ready: &Ready, headers: &mut HeaderMap) -> Result<Signature, Missed> {
        let keys = match &signing.role {
            None => self.credentials.keys(&signing.credential),
            Some(role) => self.role_keys(signing, role).await,
        };
        let keys = keys.map_err(Missed::for_good)?;
        let target = (ready.method.as_str(), ready.url.as_str());
        let signed = aws::sign(&keys, &signing.purpose, target, headers, &ready.body, (self.clock)())
            .map_err(|reason| Missed::for_good(fault("invalid", reason)))?;
        headers.extend(signed.headers);
        Ok(Signature { keys, needles: signed.needles })
    }

    /// Forgets the keys of a role that the server calls expired; others may hold newer ones already.
    pub(super) async fn forget(&self, signing: &Signing, keys: &Arc<Keys>) -> bool {
        let Some(place) = self.roles.place(signing) else { return false };
        let mut held = place.lock().await;
        if matches!(&*held, Some(Assumed::Keys(held)) if Arc::ptr_eq(held, keys)) {
            *held = None;
        }
        true
    }

    async fn role_keys(&self, signing: &Signing, role: &RoleArn) -> Result<Arc<Keys>, Fault> {
        let missing = || fault("denied", format!("the credential `{}` has no role `{role}`", signing.credential));
        let mut held = self.roles.place(signing).ok_or_else(missing)?.lock().await;
        match &*held {
            Some(Assumed::Keys(keys)) if !is_ending(keys, (self.clock)()) => return Ok(Arc::clone(keys)),
            Some(Assumed::Refused(fault, until)) if until.is_none_or(|until| Instant::now() < until) => return Err(fault.clone()),
            _ => {}
        }
        let assumed = self.assume(signing, role).await;
        *held = Some(match &assumed {
            Ok(keys) => Assumed::Keys(Arc::clone(keys)),
            Err(fault) => {
                let until = fault.retryable.then(|| Instant::now() + ASKED_AGAIN_AFTER);
                Assumed::Refused(fault.clone(), until)
            }
        });
        assumed
    }

    /// Asks for the keys of a role. Boxed, because sending it signs it, and signing could ask for the keys of a role.
    fn assume<'a>(
        &'a self,
        signing: &'a Signing,
        role: &'a RoleArn,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<Keys>, Fault>> + Send + 'a>> {
        Box::pin(async move {
            let ready = self.policy.assume_role(signing, role)?;
            let (mut jitter, budget) = (Random::new(self.seed, "assume-role"), AtomicU64::new(MAX_ANSWER));
            let (outcome, _) = self.sent(&ready, (self.clock)(), &mut jitter, &budget).await;
            let received = outcome.map_err(|missed| about(role, missed.fault))?;
            let keys = self.keys_in(&received, role)?;
            self.credentials.hide(&keys);
            Ok(Arc::new(keys))
        })
    }

    fn keys_in(&self, received: &Received, role: &RoleArn) -> Result<Keys, Fault> {
        if received.status != 200 {
            let error = aws::error_of(received.status, &received.headers, &received.body);
            let mut refused = aws::role_refusal(error.as_ref(), received.status, role);
            if let Some(masked) = masked([&self.credentials.needles(), &received.signature], refused.message.as_bytes()) {
                refused.message = String::from_utf8_lossy(&masked).into_owned();
            }
            return Err(refused);
        }
        aws::assumed(&received.body, (self.clock)()).map_err(|reason| about(role, fault("unavailable", reason)))
    }
}

fn about(role: &RoleArn, fault: Fault) -> Fault {
    Fault { message: format!("the role `{role}` cannot be assumed: {}", fault.message), ..fault }
}

fn is_ending(keys: &Keys, now: Timestamp) -> bool {
    keys.expires_at.is_some_and(|end| end.duration_since(now) <= RENEWED_BEFORE)
}

//! Where the answers of a run come from: the world, or a transcript; and what else the caller supplies.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use model::{Archive, CollectorName, Fault, Timestamp, Transcript};
use smol_str::SmolStr;

use crate::answer::fault;
use crate::aws::Keys;
use crate::filter::secret::{Needles, Secret};
use crate::grant::{CredentialKind, CredentialSource, Grant};
use crate::http::{Lookup, SystemLookup};
use crate::manifest::Manifest;

/// Where the answers of a run come from.
pub enum Source {
    /// The world: files and network of this machine.
    Live(World),
    /// A recording: nothing outside it is asked, and time does not pass.
    Replay {
        /// What was recorded.
        transcript: Transcript,
        /// Where its answers are kept, when they are not in it.
        archive: Arc<dyn Archive>,
    },
}

/// The world of a live run.
pub struct World {
    /// What is `/` for `files`; `/` itself, or a recorded tree in tests.
    pub files_root: PathBuf,
    /// Where secrets come from.
    pub secrets: Arc<dyn Secrets>,
    /// Where the addresses of hosts come from.
    pub lookup: Arc<dyn Lookup>,
    /// What time it is when a request is signed.
    pub clock: Clock,
}

impl World {
    /// This machine, with these secrets and this clock.
    pub fn new(secrets: Arc<dyn Secrets>, clock: Clock) -> Self {
        Self { files_root: PathBuf::from("/"), secrets, lookup: Arc::new(SystemLookup), clock }
    }
}

/// Tells the host what time it is, for signatures and the keys that they are made with. What a guest sees is virtual time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Gives secrets to the host. No plugin ever sees one.
pub trait Secrets: Send + Sync {
    /// The secret that is found there.
    ///
    /// # Errors
    /// One sentence that names the variable or the file that is missing, without any part of the secret.
    fn secret(&self, source: &CredentialSource) -> Result<Secret, String>;
}

/// There are no secrets.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSecrets;

impl Secrets for NoSecrets {
    fn secret(&self, _: &CredentialSource) -> Result<Secret, String> {
        Err("there are no secrets here".to_owned())
    }
}

/// Is told how far a collector is. Labels are as the guest gave them: show them only escaped.
pub trait Progress: Send + Sync {
    /// Its turn came: it runs from here on.
    fn started(&self, collector: &CollectorName) {
        let _ = collector;
    }

    /// So much of so much is done; `total` is 0 when it is not known.
    fn progress(&self, collector: &CollectorName, done: u64, total: u64, label: &str);
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn progress(&self, _: &CollectorName, _: u64, _: u64, _: &str) {}
}

/// The secrets of one run, and all forms in which they could come back.
#[derive(Default)]
pub(crate) struct Credentials {
    /// The section of engine.toml in which each has its own.
    section: String,
    secrets: BTreeMap<SmolStr, Result<Secret, String>>,
    keys: BTreeMap<SmolStr, Result<Arc<Keys>, String>>,
    needles: RwLock<Arc<Needles>>,
}

impl Credentials {
    /// Reads the secrets that the manifest asks for and the operator grants.
    pub(crate) fn read(collector: &CollectorName, manifest: &Manifest, grant: &Grant, secrets: &dyn Secrets) -> Self {
        let mut read = Self { section: format!("collector.{collector}.grant.credentials"), ..Self::default() };
        let mut needles = Needles::default();
        for asked in &manifest.credentials {
            let Some(granted) = grant.credentials.get(&asked.name) else { continue };
            let (source, user) = match &granted.kind {
                CredentialKind::Bearer { source } | CredentialKind::Header { source, .. } => (source, None),
                CredentialKind::Basic { user, source } => (source, Some(user.as_str())),
                CredentialKind::Aws(aws) => {
                    let keys = Keys::read(&aws.keys, secrets).map(Arc::new);
                    if let Ok(keys) = &keys {
                        keys.add_to(&mut needles);
                    }
                    read.keys.insert(asked.name.clone(), keys);
                    continue;
                }
            };
            let secret = secrets
                .secret(source)
                .and_then(|secret| if secret.expose().is_empty() { Err(format!("{source} is empty")) } else { Ok(secret) });
            if let Ok(secret) = &secret {
                needles.add(secret.expose(), user);
            }
            read.secrets.insert(asked.name.clone(), secret);
        }
        read.needles = RwLock::new(Arc::new(needles));
        read
    }

    pub(crate) fn secret(&self, name: &str) -> Result<&Secret, Fault> {
        self.found(&self.secrets, name)
    }

    /// The operator's own keys for signatures.
    pub(crate) fn keys(&self, name: &str) -> Result<Arc<Keys>, Fault> {
        self.found(&self.keys, name).map(Arc::clone)
    }

    /// All that must not leave the host, as far as it is known by now.
    pub(crate) fn needles(&self) -> Arc<Needles> {
        Arc::clone(&self.needles.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on, these keys must not leave the host either.
    pub(crate) fn hide(&self, keys: &Keys) {
        let mut needles = self.needles.write().unwrap_or_else(PoisonError::into_inner);
        keys.add_to(Arc::make_mut(&mut needles));
    }

    fn found<'a, T>(&self, all: &'a BTreeMap<SmolStr, Result<T, String>>, name: &str) -> Result<&'a T, Fault> {
        match all.get(name) {
            Some(Ok(found)) => Ok(found),
            Some(Err(reason)) => {
                let section = &self.section;
                let message = format!("the credential `{name}` is missing: {reason}; `[{section}.{name}]` says where it is");
                Err(fault("no-credential", message))
            }
            None => Err(fault("denied", format!("there is no credential `{name}`"))),
        }
    }
}

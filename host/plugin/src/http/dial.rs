//! Name resolution whose results are checked: an address that is not public is dialled only where its network is granted.
//!
//! The addresses that are checked are the very ones that are dialled, so a name that changes in between gains nothing.

use core::net::{IpAddr, SocketAddr};
use core::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use crate::address::{Network, not_public};

/// What [`Lookup::lookup`] promises.
pub type LookedUp = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// Turns a host name into addresses.
pub trait Lookup: Send + Sync {
    /// The addresses of a name, in the order in which to try them.
    fn lookup(&self, host: String) -> LookedUp;
}

/// The resolver of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: String) -> LookedUp {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect()) })
    }
}

/// An address may not be dialled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{host}` is at {address}, which is {why}")]
pub(super) struct Refused {
    pub(super) host: String,
    pub(super) address: IpAddr,
    pub(super) why: &'static str,
}

/// Whether an address may be dialled.
pub(super) fn check(host: &str, address: IpAddr, networks: &[Network]) -> Result<(), Refused> {
    match not_public(address) {
        Some(why) if !networks.iter().any(|network| network.contains(address)) => {
            Err(Refused { host: host.to_owned(), address, why })
        }
        _ => Ok(()),
    }
}

/// A resolver that gives only addresses that may be dialled.
pub(super) struct Checked {
    lookup: Arc<dyn Lookup>,
    networks: Arc<[Network]>,
}

impl Checked {
    pub(super) fn new(lookup: Arc<dyn Lookup>, networks: Vec<Network>) -> Self {
        Self { lookup, networks: networks.into() }
    }
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (host, networks) = (name.as_str().to_owned(), Arc::clone(&self.networks));
        let looked_up = self.lookup.lookup(host.clone());
        Box::pin(async move {
            let mut allowed = Vec::new();
            let mut refused = None;
            for address in looked_up.await? {
                match check(&host, address, &networks) {
                    Ok(()) => allowed.push(SocketAddr::new(address, 0)),
                    Err(refusal) => refused = Some(refusal),
                }
            }
            match refused {
                Some(refusal) if allowed.is_empty() => Err(refusal.into()),
                _ => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

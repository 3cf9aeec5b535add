//! Which requests are sent: a pure check of one request against manifest, grant and credentials.
//!
//! Takes a [`HttpCall`] and gives a [`Ready`] request or a fault that says what to do. Opens no connection.

use core::net::IpAddr;
use core::time::Duration;

use base64::Engine as _;
use model::{CollectorName, Fault};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;
use smol_str::SmolStr;

use super::HttpCall;
use super::dial;
use crate::address::Network;
use crate::answer::fault;
use crate::grant::{CredentialKind, Grant, how_to_grant};
use crate::manifest::{Asked, AskedHttp};
use crate::pattern::HostPattern;
use crate::source::Credentials;

const MAX_HEADERS: usize = 100;

/// What one run may request.
#[derive(Debug, Clone)]
pub(crate) struct HttpPolicy {
    collector: CollectorName,
    asked: Vec<AskedHttp>,
    grant: Grant,
}

/// A request that may be sent.
pub(super) struct Ready {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) timeout: Option<Duration>,
    pub(super) idempotent: bool,
    pub(super) drop: Vec<String>,
    pub(super) mask: Vec<String>,
    pub(super) shown: Option<Vec<SmolStr>>,
}

impl Ready {
    /// The host and the port that it goes to.
    pub(super) fn target(&self) -> String {
        format!("{}:{}", self.url.host_str().unwrap_or_default(), self.url.port_or_known_default().unwrap_or_default())
    }
}

/// What a guest may say of a request.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    timeout_ms: Option<u64>,
    #[serde(default)]
    idempotent: bool,
}

/// Headers that only the host sets.
const OWN: &[&str] = &[
    "host",
    "authorization",
    "cookie",
    "content-length",
    "connection",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "keep-alive",
    "accept-encoding",
    "expect",
    "forwarded",
    "via",
    "x-forwarded-host",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "metadata-flavor",
    "metadata",
    "x-aws-ec2-metadata-token",
    "x-aws-ec2-metadata-token-ttl-seconds",
];

impl HttpPolicy {
    pub(crate) fn new(collector: &CollectorName, asked: &Asked, grant: &Grant) -> Self {
        Self { collector: collector.clone(), asked: asked.http.clone(), grant: grant.clone() }
    }

    pub(super) fn networks(&self) -> &[Network] {
        &self.grant.networks
    }

    /// The sentence for an address that may not be dialled.
    pub(super) fn not_dialled(&self, refused: &dial::Refused) -> Fault {
        let width = if refused.address.is_ipv4() { 32 } else { 128 };
        let how = how_to_grant(&self.collector, "networks", &format!("{}/{width}", refused.address));
        fault("denied", format!("{refused}, not public: if it is meant, {how}"))
    }

    /// Checks a request and makes it ready, credential included.
    pub(super) fn ready(&self, call: &HttpCall, credentials: &Credentials) -> Result<Ready, Fault> {
        let invalid = |message: String| fault("invalid", message);
        let url = Url::parse(&call.url).map_err(|error| invalid(format!("the URL cannot be read: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("a URL with user information is refused: name a credential instead".to_owned()));
        }
        let host = url.host_str().ok_or_else(|| invalid("the URL has no host".to_owned()))?.to_owned();
        let method =
            Method::from_bytes(call.method.as_bytes()).ok().filter(|method| method.as_str() == call.method.to_uppercase());
        let method = method.ok_or_else(|| invalid("the method is not an upper-case word".to_owned()))?;
        let entries = self.asked_for(&url, &host, &method)?;
        self.granted(&url, &host)?;
        self.literal_address(&url, &host)?;
        let options: Options = if call.options.trim().is_empty() {
            Options::default()
        } else {
            serde_json::from_str(&call.options).map_err(|error| invalid(format!("the options cannot be read: {error}")))?
        };
        let mut headers = guest_headers(call)?;
        if !call.credential.is_empty() {
            self.add_credential(call, &url, &host, &entries, credentials, &mut headers)?;
        }
        headers.insert(reqwest::header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let safe = matches!(method, Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE);
        Ok(Ready {
            idempotent: safe || options.idempotent,
            timeout: options.timeout_ms.map(Duration::from_millis),
            drop: entries.iter().flat_map(|entry| entry.request.drop.clone()).collect(),
            mask: entries.iter().flat_map(|entry| entry.request.mask.clone()).collect(),
            shown: entries.iter().find_map(|entry| entry.request.headers.clone()),
            body: call.body.clone(),
            method,
            url,
            headers,
        })
    }

    /// The parts of the manifest that ask for this request.
    fn asked_for(&self, url: &Url, host: &str, method: &Method) -> Result<Vec<&AskedHttp>, Fault> {
        let port = url.port_or_known_default();
        let at_host =
            |entry: &&AskedHttp| entry.host.matches_name(host) && (entry.host.port().is_none() || entry.host.port() == port);
        let entries: Vec<_> = self.asked.iter().filter(at_host).collect();
        if entries.is_empty() {
            return Err(fault("denied", format!("`{host}` is not among the hosts that the plugin's manifest asks for")));
        }
        let fitting: Vec<_> = entries
            .into_iter()
            .filter(|entry| entry.request.methods.iter().any(|asked| asked == method.as_str()))
            .filter(|entry| entry.request.paths.iter().any(|path| path.matches(url.path())))
            .collect();
        if fitting.is_empty() {
            let path: String = url.path().chars().take(200).collect();
            return Err(fault("denied", format!("`{method} {path}` on `{host}` is not what the plugin's manifest asks for")));
        }
        Ok(fitting)
    }

    fn granted(&self, url: &Url, host: &str) -> Result<(), Fault> {
        let port = url.port_or_known_default().unwrap_or_default();
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(fault("invalid", "only `https` and, where granted, `http` are spoken")),
        };
        let plain_here = |pattern: &HostPattern| pattern.matches_name(host) && pattern.port().unwrap_or(80) == port;
        let plain_granted = self.grant.plain_http.iter().any(plain_here);
        if plain && !plain_granted {
            let how = how_to_grant(&self.collector, "plain_http", &format!("{host}:{port}"));
            return Err(fault("denied", format!("`http://{host}` is not encrypted and not granted: {how}")));
        }
        let usual = (!plain && port == 443) || plain_granted;
        let host_here =
            |pattern: &HostPattern| pattern.matches_name(host) && pattern.port().map_or(usual, |granted| granted == port);
        if self.grant.hosts.iter().any(host_here) {
            return Ok(());
        }
        let named = if usual { host.to_owned() } else { format!("{host}:{port}") };
        let how = how_to_grant(&self.collector, "hosts", &named);
        Err(fault("denied", format!("`{named}` is not granted: {how}")))
    }

    /// A host that is an address is never looked up, so it is checked here.
    fn literal_address(&self, url: &Url, host: &str) -> Result<(), Fault> {
        let address = match url.host() {
            Some(url::Host::Ipv4(address)) => IpAddr::V4(address),
            Some(url::Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return Ok(()),
        };
        dial::check(host, address, self.networks()).map_err(|refused| self.not_dialled(&refused))
    }

    fn add_credential(
        &self,
        call: &HttpCall,
        url: &Url,
        host: &str,
        entries: &[&AskedHttp],
        credentials: &Credentials,
        headers: &mut HeaderMap,
    ) -> Result<(), Fault> {
        let name: String = call.credential.chars().take(64).flat_map(char::escape_debug).collect();
        if !entries.iter().any(|entry| entry.request.credential.as_deref() == Some(&call.credential)) {
            return Err(fault("denied", format!("the plugin's manifest does not ask for the credential `{name}` on `{host}`")));
        }
        let Some(granted) = self.grant.credentials.get(call.credential.as_str()) else {
            let section = format!("[collector.{}.grant.credentials.{name}]", self.collector);
            return Err(fault("denied", format!("the credential `{name}` is not granted: add the section `{section}`")));
        };
        let port = url.port_or_known_default();
        if !granted.hosts.iter().any(|bound| bound.matches_name(host) && (bound.port().is_none() || bound.port() == port)) {
            let section = format!("[collector.{}.grant.credentials.{name}]", self.collector);
            let message = format!("the credential `{name}` is not bound to `{host}`: add `\"{host}\"` to `hosts` of `{section}`");
            return Err(fault("denied", message));
        }
        let secret = credentials.secret(&call.credential)?;
        let (header, text) = match &granted.kind {
            CredentialKind::Bearer => (AUTHORIZATION, format!("Bearer {}", secret.expose())),
            CredentialKind::Basic { user } => {
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", secret.expose()));
                (AUTHORIZATION, format!("Basic {pair}"))
            }
            CredentialKind::Header { name } => {
                let header = HeaderName::from_bytes(name.as_bytes());
                (header.map_err(|_| fault("invalid", format!("`{name}` is not a header's name")))?, secret.expose().to_owned())
            }
        };
        let mut value = HeaderValue::from_str(&text)
            .map_err(|_| fault("invalid", format!("the secret of `{name}` holds characters that no header may hold")))?;
        value.set_sensitive(true);
        headers.insert(header, value);
        Ok(())
    }
}

/// The guest's own headers, when it may set them.
fn guest_headers(call: &HttpCall) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    if call.headers.len() > MAX_HEADERS {
        return Err(fault("invalid", format!("more than {MAX_HEADERS} headers")));
    }
    for (name, value) in &call.headers {
        let shown: String = name.chars().take(64).flat_map(char::escape_debug).collect();
        let parsed =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| fault("invalid", format!("`{shown}` is not a header's name")))?;
        let own = parsed.as_str();
        if OWN.contains(&own) || own.starts_with("proxy-") || own.starts_with("sec-") {
            return Err(fault("invalid", format!("the header `{shown}` is set by the host alone")));
        }
        let value =
            HeaderValue::from_bytes(value).map_err(|_| fault("invalid", format!("the value of `{shown}` cannot be sent")))?;
        headers.append(parsed, value);
    }
    Ok(headers)
}

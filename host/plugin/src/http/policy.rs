//! Which requests are sent: a pure check of one request against manifest, grant and credentials.
//!
//! Takes a [`HttpCall`] and gives a [`Ready`] request or a fault that says what to do. Opens no connection.

use core::net::IpAddr;
use core::time::Duration;
use std::sync::Arc;

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
use crate::aws::{AwsAccount, AwsGrant, AwsSigner, AwsWord, Purpose, RoleArn};
use crate::filter::secret::Secret;
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
    /// Made for every attempt anew; it is no part of what is recorded.
    pub(super) signing: Option<Signing>,
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

/// How a request is signed when it is sent.
#[derive(Debug, Clone)]
pub(super) struct Signing {
    pub(super) credential: SmolStr,
    pub(super) grant: Arc<AwsGrant>,
    /// The role whose keys sign; otherwise the operator's do.
    pub(super) role: Option<RoleArn>,
    pub(super) purpose: Purpose,
}

/// What a guest may say of a request.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    timeout_ms: Option<u64>,
    #[serde(default)]
    idempotent: bool,
    /// For what service, region and account a signature is.
    service: Option<String>,
    region: Option<String>,
    account: Option<String>,
}

impl Options {
    fn read(text: &str) -> Result<Self, Fault> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(text).map_err(|error| fault("invalid", format!("the options cannot be read: {error}")))
    }

    fn asks_for_a_signature(&self) -> bool {
        self.service.is_some() || self.region.is_some() || self.account.is_some()
    }
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
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
];

impl HttpPolicy {
    pub(crate) fn new(collector: &CollectorName, asked: &Asked, grant: &Grant) -> Self {
        Self { collector: collector.clone(), asked: asked.http.clone(), grant: grant.clone() }
    }

    pub(super) fn grant(&self) -> &Grant {
        &self.grant
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
        let options = Options::read(&call.options)?;
        let mut headers = guest_headers(call)?;
        let mut signing = None;
        if !call.credential.is_empty() {
            let kind = self.credential_for(call, &url, &host, &entries)?;
            if let CredentialKind::Aws(grant) = kind {
                signing = Some(signing_of(call, &options, grant, credentials)?);
            } else {
                add_secret(kind, credentials.secret(&call.credential)?, &mut headers)?;
            }
        }
        if signing.is_none() && options.asks_for_a_signature() {
            let message = "`service`, `region` and `account` are for requests with a credential of the kind `aws`";
            return Err(invalid(message.to_owned()));
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
            signing,
            method,
            url,
            headers,
        })
    }

    /// The host's own request for the keys of a role: to where the operator says, under the same rules as any other.
    pub(super) fn assume_role(&self, signing: &Signing, role: &RoleArn) -> Result<Ready, Fault> {
        let grant = &signing.grant;
        let url = Url::parse(grant.sts.as_str()).map_err(|error| fault("invalid", format!("`{}`: {error}", grant.sts)))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        self.bound(&signing.credential, &url, &host)?;
        self.spoken(&url, &host)?;
        self.literal_address(&url, &host)?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", "AssumeRole").append_pair("Version", "2011-06-15");
        form.append_pair("RoleArn", role.as_str()).append_pair("RoleSessionName", grant.session_name.as_str());
        if let Some(external_id) = &grant.external_id {
            form.append_pair("ExternalId", external_id.as_str());
        }
        let content_type = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        let service = "sts".parse().map_err(|error: crate::PatternError| fault("invalid", error.to_string()))?;
        let purpose = Purpose { service, region: grant.region.clone() };
        Ok(Ready {
            method: Method::POST,
            headers: HeaderMap::from_iter([(reqwest::header::CONTENT_TYPE, content_type)]),
            body: form.finish().into_bytes(),
            signing: Some(Signing { role: None, purpose, ..signing.clone() }),
            timeout: None,
            idempotent: true,
            drop: Vec::new(),
            mask: Vec::new(),
            shown: None,
            url,
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

    /// Whether the scheme may be spoken with this host, and whether without encryption.
    fn spoken(&self, url: &Url, host: &str) -> Result<bool, Fault> {
        let port = url.port_or_known_default().unwrap_or_default();
        let is_plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(fault("invalid", "only `https` and, where granted, `http` are spoken")),
        };
        if is_plain && !self.is_plain_granted(host, port) {
            let how = how_to_grant(&self.collector, "plain_http", &format!("{host}:{port}"));
            return Err(fault("denied", format!("`http://{host}` is not encrypted and not granted: {how}")));
        }
        Ok(is_plain)
    }

    fn is_plain_granted(&self, host: &str, port: u16) -> bool {
        self.grant.plain_http.iter().any(|granted| granted.matches_name(host) && granted.port().unwrap_or(80) == port)
    }

    fn granted(&self, url: &Url, host: &str) -> Result<(), Fault> {
        let port = url.port_or_known_default().unwrap_or_default();
        let is_plain = self.spoken(url, host)?;
        let usual = (!is_plain && port == 443) || self.is_plain_granted(host, port);
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

    /// How the credential of a request is used, when it may be used there.
    fn credential_for(&self, call: &HttpCall, url: &Url, host: &str, entries: &[&AskedHttp]) -> Result<&CredentialKind, Fault> {
        if !entries.iter().any(|entry| entry.request.credential.as_deref() == Some(&call.credential)) {
            let name = shown_name(&call.credential);
            return Err(fault("denied", format!("the plugin's manifest does not ask for the credential `{name}` on `{host}`")));
        }
        self.bound(&call.credential, url, host)
    }

    /// The credential, when the operator bound it to this host.
    fn bound(&self, name: &str, url: &Url, host: &str) -> Result<&CredentialKind, Fault> {
        let shown = shown_name(name);
        let section = format!("[collector.{}.grant.credentials.{shown}]", self.collector);
        let Some(granted) = self.grant.credentials.get(name) else {
            return Err(fault("denied", format!("the credential `{shown}` is not granted: add the section `{section}`")));
        };
        if granted.is_bound_to(host, url.port_or_known_default()) {
            return Ok(&granted.kind);
        }
        let message = format!("the credential `{shown}` is not bound to `{host}`: add `\"{host}\"` to `hosts` of `{section}`");
        Err(fault("denied", message))
    }
}

fn shown_name(name: &str) -> String {
    name.chars().take(64).flat_map(char::escape_debug).collect()
}

/// Adds a secret that is sent as it is.
fn add_secret(kind: &CredentialKind, secret: &Secret, headers: &mut HeaderMap) -> Result<(), Fault> {
    let secret = secret.expose();
    let (header, text) = match kind {
        CredentialKind::Bearer { .. } => (AUTHORIZATION, format!("Bearer {secret}")),
        CredentialKind::Basic { user, .. } => {
            let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{secret}"));
            (AUTHORIZATION, format!("Basic {pair}"))
        }
        CredentialKind::Header { name, .. } => {
            let header = HeaderName::from_bytes(name.as_bytes());
            (header.map_err(|_| fault("invalid", format!("`{name}` is not a header's name")))?, secret.to_owned())
        }
        CredentialKind::Aws(_) => return Ok(()),
    };
    let mut value = HeaderValue::from_str(&text)
        .map_err(|_| fault("invalid", "the secret of the credential holds characters that no header may hold"))?;
    value.set_sensitive(true);
    headers.insert(header, value);
    Ok(())
}

/// What a request says of its signature, checked.
fn signing_of(call: &HttpCall, options: &Options, grant: &Arc<AwsGrant>, credentials: &Credentials) -> Result<Signing, Fault> {
    let invalid = |error: crate::PatternError| fault("invalid", error.to_string());
    let word = |name: &str, text: Option<&String>| match text {
        Some(text) => text.parse::<AwsWord>().map_err(invalid),
        None => Err(fault("invalid", format!("a request with a credential of the kind `aws` needs `{name}` in its options"))),
    };
    let purpose =
        Purpose { service: word("service", options.service.as_ref())?, region: word("region", options.region.as_ref())? };
    if purpose.service.as_str() == "sts" && !asks_who_it_is(call) {
        let message = "the host takes on roles itself: of the security token service a plugin may ask `GetCallerIdentity` alone";
        return Err(fault("denied", message));
    }
    let account = options.account.as_ref().map(|text| text.parse::<AwsAccount>()).transpose().map_err(invalid)?;
    let about = |reason| fault("denied", format!("the credential `{}`: {reason}", call.credential));
    let role = match grant.signer(account.as_ref()).map_err(about)? {
        AwsSigner::Keys => None,
        AwsSigner::Role(role) => Some(role.clone()),
    };
    // Whatever signs, it rests on these; said before anything is sent.
    credentials.keys(&call.credential)?;
    Ok(Signing { credential: call.credential.as_str().into(), grant: Arc::clone(grant), role, purpose })
}

/// Whether the one action that is asked for is `GetCallerIdentity`. Others of that service hand out keys to whoever has some.
fn asks_who_it_is(call: &HttpCall) -> bool {
    let query = call.url.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default());
    let fields = [query.as_bytes(), call.body.as_slice()].into_iter().flat_map(url::form_urlencoded::parse);
    let actions: Vec<_> = fields.filter(|(name, _)| name.trim().eq_ignore_ascii_case("action")).map(|(_, value)| value).collect();
    matches!(actions.as_slice(), [action] if action == "GetCallerIdentity")
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

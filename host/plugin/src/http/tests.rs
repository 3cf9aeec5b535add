//! Requests: what is granted, where they may go, and what comes back.

mod aws;
mod hostile;

use core::net::IpAddr;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::dial::LookedUp;
use super::*;
use crate::filter::secret::Secret;
use crate::grant::{CredentialGrant, CredentialKind, CredentialSource, Grant};
use crate::manifest::{Asked, Manifest};
use crate::source::Secrets;

const CANARY: &str = "c4nary-s3cret";

const MANIFEST: &str = r#"
name = "test"
version = "0.1.0"
description = "A test."
engine = "*"
wit = "0.1.0"
kinds = ["host.os@1"]
[[http]]
host = "${config.host}"
methods = ["GET", "POST"]
paths = ["/**"]
why = "to test"
credential = "api"
mask = ["password"]
[[http]]
host = "*.example.com"
methods = ["GET"]
paths = ["/v1/**"]
why = "to test"
[[credential]]
name = "api"
why = "to test"
"#;

struct Canary;
impl Secrets for Canary {
    fn secret(&self, _: &CredentialSource) -> Result<Secret, String> {
        Ok(Secret::new(CANARY))
    }
}

/// Gives each lookup the next of its answers, and the last one for ever.
struct Flips(Vec<IpAddr>, AtomicUsize);
impl Lookup for Flips {
    fn lookup(&self, _: String) -> LookedUp {
        let at = self.1.fetch_add(1, Ordering::SeqCst).min(self.0.len() - 1);
        let address = self.0[at];
        Box::pin(async move { Ok(vec![address]) })
    }
}

fn list(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn http(host: &str, grant: &Grant, limits: &Limits, addresses: &[&str]) -> Arc<Http> {
    http_with(host, grant, limits, addresses, &Canary, Arc::new(|| Timestamp::UNIX_EPOCH))
}

fn http_with(host: &str, grant: &Grant, limits: &Limits, addresses: &[&str], secrets: &dyn Secrets, clock: Clock) -> Arc<Http> {
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let asked = Asked::of(&manifest, &serde_json::json!({ "host": host }));
    let credentials = Arc::new(Credentials::read(&"test".parse().unwrap(), &manifest, grant, secrets));
    let policy = HttpPolicy::new(&"test".parse().unwrap(), &asked, grant);
    let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
    let lookup = Arc::new(Flips(addresses, AtomicUsize::new(0)));
    Arc::new(Http::new(policy, credentials, (lookup, clock), limits, [1; 32]))
}

/// All that is needed to reach a server on loopback under the name `api.test`.
fn local(server: &MockServer) -> Grant {
    let plain = format!("api.test:{}", server.address().port());
    let mut grant = Grant::parse(&[], &list(&["api.test"]), &list(&["127.0.0.0/8"]), &[plain]).unwrap();
    let credential = CredentialGrant {
        hosts: vec!["api.test".parse().unwrap()],
        kind: CredentialKind::Bearer { source: CredentialSource::Env("TOKEN".to_owned()) },
    };
    grant.credentials.insert("api".into(), credential);
    grant
}

fn get(url: &str) -> HttpCall {
    HttpCall {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        credential: String::new(),
        options: String::new(),
    }
}

async fn answer(http: &Arc<Http>, call: HttpCall) -> Found {
    Arc::clone(http).send(vec![call], Timestamp::UNIX_EPOCH, 1).await.pop().unwrap()
}

#[track_caller]
fn fault_of(found: Found) -> model::Fault {
    match found.answer {
        Answer::Fault(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn body_of(found: &Found) -> (u16, String, bool) {
    match &found.answer {
        Answer::Response { status, body, truncated, .. } => (*status, String::from_utf8(body.clone()).unwrap(), *truncated),
        other => panic!("{other:?}"),
    }
}

fn at(server: &MockServer, rest: &str) -> String {
    format!("http://api.test:{}{rest}", server.address().port())
}

async fn serving(response: ResponseTemplate) -> (MockServer, Arc<Http>) {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(response).mount(&server).await;
    let http = http("api.test", &local(&server), &Limits::default(), &["127.0.0.1"]);
    (server, http)
}

/// Seen to fail with user information let through.
#[tokio::test]
async fn threat_1_only_what_is_asked_and_granted_is_requested() {
    let grant = Grant::parse(&[], &list(&["api.example.com"]), &[], &[]).unwrap();
    let http = http("api.example.com", &grant, &Limits::default(), &["127.0.0.1"]);
    for (url, code, says) in [
        ("https://other.org/", "denied", "not among the hosts"),
        ("https://www.example.com/v1/x", "denied", "add `\"www.example.com\"` to `hosts` of `[collector.test.grant]`"),
        ("https://www.example.com/v2/x", "denied", "not what the plugin's manifest asks for"),
        ("https://www.example.com/v1/%2e%2e/v2", "denied", "not what the plugin's manifest asks for"),
        ("http://api.example.com/", "denied", "add `\"api.example.com:80\"` to `plain_http`"),
        ("https://api.example.com:8443/", "denied", "add `\"api.example.com:8443\"` to `hosts`"),
        ("https://api.example.com@evil.org/", "invalid", "user information"),
        ("https://user:pw@api.example.com/", "invalid", "user information"),
        ("file:///etc/passwd", "invalid", "no host"),
        ("ftp://api.example.com/", "invalid", "only `https`"),
        ("not a url", "invalid", "cannot be read"),
        ("https://api.example.com/", "denied", "at 127.0.0.1, which is loopback"),
    ] {
        let fault = fault_of(answer(&http, get(url)).await);
        assert!(fault.code == code && fault.message.contains(says), "{url}: {fault:?}");
    }
}

/// Seen to fail with literal addresses unchecked.
#[tokio::test]
async fn threat_1_an_address_that_is_not_public_is_not_dialled_even_when_its_host_is_granted() {
    for host in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1", "0x7f.1", "2130706433"] {
        let parsed = url::Url::parse(&format!("https://{host}/")).unwrap();
        let parsed = parsed.host_str().unwrap();
        let grant = Grant::parse(&[], &list(&[parsed]), &[], &[]).unwrap();
        let fault =
            fault_of(answer(&http(parsed, &grant, &Limits::default(), &["8.8.8.8"]), get(&format!("https://{host}/"))).await);
        assert!(fault.code == "denied" && fault.message.contains("to `networks`"), "{host}: {fault:?}");
    }
}

/// Seen to fail with the addresses of `dial::Checked` unchecked.
#[tokio::test]
async fn threat_1_a_name_that_turns_to_loopback_after_the_check_is_not_dialled() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).expect(0).mount(&server).await;
    // An address for documentation, granted here, stands for the public one that passes the first check.
    let grant = Grant { networks: vec!["192.0.2.0/24".parse().unwrap()], ..local(&server) };
    let limits = Limits { http_connect: Duration::from_millis(50), http_attempts: 1, ..Limits::default() };
    let http = http("api.test", &grant, &limits, &["192.0.2.1", "127.0.0.1"]);
    let first = fault_of(answer(&http, get(&at(&server, "/"))).await);
    assert_ne!(first.code, "denied", "{first:?}");
    let second = fault_of(answer(&http, get(&at(&server, "/"))).await);
    assert!(second.code == "denied" && second.message.contains("127.0.0.1"), "{second:?}");
}

/// Seen to fail with `redirect::Policy::limited(10)`.
#[tokio::test]
async fn threat_1_a_redirect_is_given_to_the_guest_and_not_followed() {
    let redirect = ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/latest/meta-data");
    let (server, http) = serving(redirect).await;
    let found = answer(&http, get(&at(&server, "/"))).await;
    assert_eq!(body_of(&found).0, 302);
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

/// Seen to fail with the masks of `Needles` off.
#[tokio::test]
async fn threat_2_a_credential_goes_only_to_its_hosts_and_never_comes_back() {
    let server = MockServer::start().await;
    let echo = ResponseTemplate::new(200)
        .set_body_string(format!(r#"{{"you_sent":"Bearer {CANARY}","password":"hunter2"}}"#))
        .insert_header("set-cookie", "session=1")
        .insert_header("x-request-id", CANARY)
        .insert_header("www-authenticate", "Basic");
    Mock::given(header("authorization", format!("Bearer {CANARY}").as_str())).respond_with(echo).mount(&server).await;
    let http = http("api.test", &local(&server), &Limits::default(), &["127.0.0.1"]);
    let call = HttpCall { credential: "api".to_owned(), ..get(&at(&server, "/")) };
    let found = answer(&http, call).await;
    assert_eq!(body_of(&found).1, r#"{"password":"***","you_sent":"Bearer ***"}"#);
    assert_eq!(found.filters, ["json-mask/1", "credential/1"]);
    let shown = format!("{found:?} {}", String::from_utf8_lossy(&found.answer.encode().unwrap()));
    for secret in [CANARY, "hunter2", "session=1", "Basic"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    let elsewhere = HttpCall { credential: "api".to_owned(), ..get("https://www.example.com/v1/") };
    let mut grant = local(&server);
    grant.hosts.push("www.example.com".parse().unwrap());
    let other = self::http("www.example.com", &grant, &Limits::default(), &["127.0.0.1"]);
    let fault = fault_of(answer(&other, elsewhere).await);
    assert!(fault.code == "denied" && fault.message.contains("not bound to `www.example.com`"), "{fault:?}");
}

/// Seen to fail with the list `OWN` off.
#[tokio::test]
async fn threat_2_headers_that_the_host_owns_are_refused() {
    let (server, http) = serving(ResponseTemplate::new(200)).await;
    for name in [
        "Host",
        "authorization",
        "Cookie",
        "proxy-authorization",
        "X-Forwarded-Host",
        "Accept-Encoding",
        "Transfer-Encoding",
        "bad name",
    ] {
        let call = HttpCall { headers: vec![(name.to_owned(), b"x".to_vec())], ..get(&at(&server, "/")) };
        assert_eq!(fault_of(answer(&http, call).await).code, "invalid", "{name}");
    }
    let call = HttpCall { headers: vec![("accept".to_owned(), b"x\r\nhost: evil".to_vec())], ..get(&at(&server, "/")) };
    assert_eq!(fault_of(answer(&http, call).await).code, "invalid");
}

/// Seen to fail with `content-encoding` not looked at.
#[tokio::test]
async fn threat_2_an_answer_on_which_the_filters_cannot_run_is_withheld() {
    for response in [
        ResponseTemplate::new(200).set_body_string("password=hunter2"),
        ResponseTemplate::new(200).set_body_string("{\"password\":\"hunter2\"}").insert_header("content-encoding", "gzip"),
    ] {
        let (server, http) = serving(response).await;
        let found = answer(&http, get(&at(&server, "/"))).await;
        assert_eq!(body_of(&found), (200, String::new(), true));
    }
}

#[tokio::test]
async fn threat_3_a_body_that_is_too_large_is_cut_and_says_so() {
    let server = MockServer::start().await;
    Mock::given(path("/big")).respond_with(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 100_000])).mount(&server).await;
    let limits = Limits { http_body: 150_000, ..Limits::default() };
    let mut grant = local(&server);
    grant.hosts.push("a.example.com".parse().unwrap());
    grant.plain_http.push(format!("a.example.com:{}", server.address().port()).parse().unwrap());
    let http = http("api.test", &grant, &limits, &["127.0.0.1"]);
    let call = get(&format!("http://a.example.com:{}/big", server.address().port()));
    // The manifest asks for /v1/** only on this host.
    assert_eq!(fault_of(answer(&http, call.clone()).await).code, "denied");
    Mock::given(path("/v1/big"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 100_000]))
        .mount(&server)
        .await;
    let call = get(&format!("http://a.example.com:{}/v1/big", server.address().port()));
    let found = Arc::clone(&http).send(vec![call.clone(), call], Timestamp::UNIX_EPOCH, 1).await;
    let sizes: Vec<_> = found.iter().map(|found| (found.answer.body().len(), body_of(found).2)).collect();
    assert_eq!(sizes.iter().map(|(size, _)| size).sum::<usize>(), 150_000, "{sizes:?}");
    assert!(sizes.iter().all(|(size, truncated)| *truncated || *size == 100_000), "{sizes:?}");
}

#[tokio::test]
async fn threat_4_a_server_that_does_not_answer_is_a_timeout() {
    let (server, http) = serving(ResponseTemplate::new(200).set_delay(Duration::from_secs(30))).await;
    let call = HttpCall { options: r#"{"timeout_ms":50}"#.to_owned(), ..get(&at(&server, "/")) };
    let fault = fault_of(answer(&http, call).await);
    assert!(fault.code == "timeout" && fault.retryable, "{fault:?}");
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_the_attempts_are_counted() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "0");
    Mock::given(method("GET")).respond_with(busy).up_to_n_times(2).mount(&server).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&server).await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "0");
    Mock::given(method("POST")).respond_with(busy).mount(&server).await;
    let http = http("api.test", &local(&server), &Limits::default(), &["127.0.0.1"]);
    let found = answer(&http, get(&at(&server, "/"))).await;
    assert_eq!((body_of(&found).0, found.attempts), (200, 3));
    let post = HttpCall { method: "POST".to_owned(), ..get(&at(&server, "/")) };
    let found = answer(&http, post.clone()).await;
    assert_eq!((body_of(&found).0, found.attempts), (503, 1), "what is not idempotent is sent once");
    let found = answer(&http, HttpCall { options: r#"{"idempotent":true}"#.to_owned(), ..post }).await;
    assert_eq!((body_of(&found).0, found.attempts), (503, 4));
}

#[tokio::test]
async fn a_long_wait_that_a_server_asks_for_is_left_to_the_guest() {
    let (server, http) = serving(ResponseTemplate::new(429).insert_header("retry-after", "3600")).await;
    let found = answer(&http, get(&at(&server, "/"))).await;
    assert_eq!((body_of(&found).0, found.attempts), (429, 1));
}

#[tokio::test(start_paused = true)]
async fn one_host_is_asked_no_more_often_than_the_limit_says() {
    let mut grant = Grant::parse(&[], &list(&["api.test"]), &[], &[]).unwrap();
    grant.hosts.push("www.example.com".parse().unwrap());
    let limits = Limits { http_rate: 2, ..Limits::default() };
    // Nothing is dialled: the address is refused once it is a request's turn.
    let http = http("api.test", &grant, &limits, &["127.0.0.1"]);
    let began = tokio::time::Instant::now();
    let calls = [get("https://api.test/"), get("https://www.example.com/v1/x")];
    let found = Arc::clone(&http).send(calls.into_iter().cycle().take(10).collect(), Timestamp::UNIX_EPOCH, 1).await;
    assert!(found.iter().all(|found| matches!(&found.answer, Answer::Fault(fault) if fault.message.contains("loopback"))));
    assert_eq!(began.elapsed().as_millis(), 1_500, "each host has five requests: two at once, then one each half second");
}

//! Requests that are signed: against a server that computes every signature by hand.

use core::sync::atomic::AtomicI64;
use std::collections::BTreeMap;
use std::sync::Mutex;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use wiremock::{Request, Respond};

use super::*;
use crate::aws::{AwsGrant, AwsKeySource, StsEndpoint};

const ID: &str = "AKIDC4NARY";
const SECRET: &str = "c4nary/s3cret+KEY";
const TOKEN: &str = "c4nary-t0ken==";
const ROLE: &str = "arn:aws:iam::222222222222:role/audit";
const ROLE_KEYS: [&str; 3] = ["ASIAC4NARY", "c4nary-role-s3cret", "c4nary-role-t0ken"];

struct Env(BTreeMap<&'static str, &'static str>);
impl Secrets for Env {
    fn secret(&self, source: &CredentialSource) -> Result<Secret, String> {
        let CredentialSource::Env(name) = source else { return Err("no files here".to_owned()) };
        self.0.get(name.as_str()).map(|text| Secret::new(*text)).ok_or_else(|| format!("`{name}` is not set"))
    }
}

fn env(token: bool) -> Env {
    let mut env = BTreeMap::from([("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET)]);
    if token {
        env.insert("AWS_SESSION_TOKEN", TOKEN);
    }
    Env(env)
}

/// A clock that stands until it is set.
#[derive(Clone)]
struct Hand(Arc<AtomicI64>);
impl Hand {
    fn at(text: &str) -> Self {
        Self(Arc::new(AtomicI64::new(text.parse::<Timestamp>().unwrap().as_second())))
    }
    fn advance(&self, secs: i64) {
        self.0.fetch_add(secs, Ordering::SeqCst);
    }
    fn clock(&self) -> Clock {
        let hand = self.clone();
        Arc::new(move || Timestamp::from_second(hand.0.load(Ordering::SeqCst)).unwrap())
    }
    /// A clock on which a second passes with every reading.
    fn ticking(&self) -> Clock {
        let hand = self.clone();
        Arc::new(move || Timestamp::from_second(hand.0.fetch_add(1, Ordering::SeqCst)).unwrap())
    }
}

fn noon() -> Hand {
    Hand::at("2026-11-23T12:00:00Z")
}

fn aws_grant(server: &MockServer, roles: &[&str]) -> Grant {
    let mut grant = local(server);
    let sts: StsEndpoint = at(server, "").parse().unwrap();
    let aws = AwsGrant {
        keys: AwsKeySource::default(),
        account: None,
        roles: roles.iter().map(|role| role.parse().unwrap()).collect(),
        external_id: Some("outside/1".parse().unwrap()),
        session_name: "engine-test".parse().unwrap(),
        sts,
        region: "us-east-1".parse().unwrap(),
    };
    grant.credentials.get_mut("api").unwrap().kind = CredentialKind::Aws(Arc::new(aws));
    grant
}

fn signing(server: &MockServer, roles: &[&str], token: bool, clock: Clock) -> Arc<Http> {
    http_with("api.test", &aws_grant(server, roles), &Limits::default(), &["127.0.0.1"], &env(token), clock)
}

fn signed(service: &str, url: &str) -> HttpCall {
    let options = serde_json::json!({ "service": service, "region": "eu-west-1" }).to_string();
    HttpCall { credential: "api".to_owned(), options, ..get(url) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn encoded(text: &str, slashes: bool) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (slashes && byte == b'/');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The signature of a request, as the documents of AWS compute it; `scope` is `DAY/REGION/SERVICE/aws4_request`.
fn by_hand(secret: &str, scope: &str, request: &Plain, names: &[&str]) -> String {
    let [day, region, service, end] = scope.split('/').collect::<Vec<_>>()[..] else { panic!("{scope}") };
    let path = if service == "s3" { request.path.clone() } else { encoded(&request.path, true) };
    let mut query: Vec<String> = url::form_urlencoded::parse(request.query.as_bytes())
        .map(|(name, value)| format!("{}={}", encoded(&name, false), encoded(&value, false)))
        .collect();
    query.sort();
    let headers: String = names.iter().map(|name| format!("{name}:{}\n", request.headers[*name])).collect::<Vec<_>>().concat();
    let body = hex(&Sha256::digest(&request.body));
    let canonical = [&request.method, &path, &query.join("&"), &headers, &names.join(";"), &body].map(String::as_str).join("\n");
    let time = &request.headers["x-amz-date"];
    let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(&Sha256::digest(canonical.as_bytes())));
    let key = hmac(format!("AWS4{secret}").as_bytes(), day);
    let key = [region, service, end].iter().fold(key, |key, part| hmac(&key, part));
    hex(&hmac(&key, &to_sign))
}

/// A request as a server sees it.
struct Plain {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Plain {
    fn of(request: &Request) -> Self {
        let shown = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().trim().to_owned();
        Self {
            method: request.method.to_string(),
            path: request.url.path().to_owned(),
            query: request.url.query().unwrap_or_default().to_owned(),
            headers: request.headers.iter().map(|(name, value)| (name.to_string(), shown(value))).collect(),
            body: request.body.clone(),
        }
    }

    fn authorization(&self) -> (String, String, Vec<&str>, String) {
        let rest = self.headers["authorization"].strip_prefix("AWS4-HMAC-SHA256 Credential=").unwrap();
        let [credential, names, signature] = rest.split(", ").collect::<Vec<_>>()[..] else { panic!("{rest}") };
        let (id, scope) = credential.split_once('/').unwrap();
        let names = names.strip_prefix("SignedHeaders=").unwrap().split(';').collect();
        (id.to_owned(), scope.to_owned(), names, signature.strip_prefix("Signature=").unwrap().to_owned())
    }

    /// Panics unless it is signed with these keys.
    #[track_caller]
    fn check(&self, [id, secret, token]: [&str; 3]) -> String {
        let (shown, scope, names, signature) = self.authorization();
        assert_eq!(signature, by_hand(secret, &scope, self, &names), "{names:?}");
        assert_eq!((shown.as_str(), self.headers.get("x-amz-security-token").map_or("", String::as_str)), (id, token));
        assert!(scope.starts_with(&self.headers["x-amz-date"][..8]));
        assert_eq!(self.headers["x-amz-content-sha256"], hex(&Sha256::digest(&self.body)));
        for name in self.headers.keys().filter(|name| name.starts_with("x-amz-") || *name == "host") {
            assert!(names.contains(&name.as_str()), "{name} is not signed");
        }
        scope
    }
}

/// The vector `get-vanilla` that AWS publishes: what computes by hand here does so rightly.
#[test]
fn the_server_of_these_tests_computes_the_signatures_that_aws_publishes() {
    let headers = [("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z")];
    let request = Plain {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        body: Vec::new(),
    };
    let scope = "20150830/us-east-1/service/aws4_request";
    let signature = by_hand("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope, &request, &["host", "x-amz-date"]);
    assert_eq!(signature, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

#[tokio::test]
async fn a_request_is_signed_as_its_server_computes_it_and_every_attempt_anew() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "0");
    Mock::given(path("/busy")).respond_with(busy).up_to_n_times(2).mount(&server).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&server).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&server).await;
    let http = signing(&server, &[], true, noon().ticking());
    let target = ("x-amz-target".to_owned(), b"Service.List".to_vec());
    for call in [
        signed("iam", &at(&server, "/?Action=ListUsers&Version=2010-05-08&Marker=a%2Bb%20c%2F%C3%A9&Empty")),
        HttpCall { method: "POST".to_owned(), body: b"Action=ListUsers".to_vec(), ..signed("iam", &at(&server, "/")) },
        HttpCall { headers: vec![target], ..signed("kms", &at(&server, "/2015-03-31/functions/a%3Ab/")) },
        signed("s3", &at(&server, "/folder//a%20b/%2E%2E/c%2Bd?list-type=2&prefix=")),
        signed("iam", &at(&server, "/busy")),
    ] {
        let found = answer(&http, call.clone()).await;
        assert_eq!(body_of(&found).0, 200, "{call:?}");
    }
    let requests: Vec<_> = server.received_requests().await.unwrap().iter().map(Plain::of).collect();
    assert_eq!(requests.len(), 7);
    for request in &requests {
        let scope = request.check([ID, SECRET, TOKEN]);
        assert!(scope.starts_with("20261123/eu-west-1/"), "{scope}");
    }
    let times: std::collections::BTreeSet<_> = requests.iter().map(|request| &request.headers["x-amz-date"]).collect();
    assert_eq!(times.len(), 7, "an attempt has the time of another");
}

/// Sends back everything that came, in the body and in headers.
struct Echo;
impl Respond for Echo {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let request = Plain::of(request);
        let (id, scope, _, signature) = request.authorization();
        let body = serde_json::json!({
            "headers": request.headers, "signature": signature, "id": format!("{id}/{scope}"), "secret": SECRET,
            "element": format!("<AWSAccessKeyId>{id}</AWSAccessKeyId>"),
            "hex": TOKEN.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "),
        });
        ResponseTemplate::new(200)
            .set_body_json(body)
            .insert_header("x-request-id", request.headers["authorization"].as_str())
            .insert_header("x-amz-security-token", TOKEN)
    }
}

#[tokio::test]
async fn threat_2_keys_tokens_and_signatures_never_come_back() {
    for (token, hidden) in [(true, vec![ID, SECRET, TOKEN]), (false, vec![SECRET])] {
        let server = MockServer::start().await;
        Mock::given(method("GET")).respond_with(Echo).mount(&server).await;
        let http = signing(&server, &[], token, noon().clock());
        let found = answer(&http, signed("iam", &at(&server, "/"))).await;
        let request = Plain::of(&server.received_requests().await.unwrap()[0]);
        let (id, scope, _, signature) = request.authorization();
        let shown = format!("{found:?} {} {}", body_of(&found).1, String::from_utf8_lossy(&found.answer.encode().unwrap()));
        assert!(shown.contains("***"), "{shown}");
        let credential = format!("{id}/{scope}");
        let element = format!("<AWSAccessKeyId>{id}");
        let spelled = TOKEN.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
        let mut forbidden = vec![signature.as_str(), credential.as_str(), element.as_str()];
        forbidden.extend(hidden);
        if token {
            forbidden.push(&spelled);
        }
        for secret in forbidden {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert_eq!(found.filters, ["json-mask/1", "credential/1"]);
    }
}

#[tokio::test]
async fn threat_2_what_s3_says_of_a_wrong_signature_is_not_shown_but_explained() {
    let server = MockServer::start().await;
    let body = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message><AWSAccessKeyId>{ID}</AWSAccessKeyId><CanonicalRequest>{TOKEN}</CanonicalRequest></Error>"
    );
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(403).set_body_string(body)).expect(1).mount(&server).await;
    let http = signing(&server, &[], true, noon().clock());
    let fault = fault_of(answer(&http, signed("s3", &at(&server, "/"))).await);
    assert!(fault.code == "denied" && fault.message.contains("the credential `api` (SignatureDoesNotMatch)"), "{fault:?}");
    assert!(!format!("{fault:?}").contains("C4NARY") && !format!("{fault:?}").contains("c4nary"), "{fault:?}");
}

#[tokio::test]
async fn a_denial_of_the_service_is_the_guests_affair() {
    let server = MockServer::start().await;
    let body = r#"{"__type":"AccessDeniedException"}"#;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(403).set_body_string(body)).expect(1).mount(&server).await;
    let http = signing(&server, &[], false, noon().clock());
    let found = answer(&http, signed("iam", &at(&server, "/"))).await;
    assert_eq!(body_of(&found), (403, body.to_owned(), false));
}

#[tokio::test]
async fn a_request_that_says_no_service_or_no_plain_word_is_not_sent() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).expect(0).mount(&server).await;
    let http = signing(&server, &[ROLE], false, noon().clock());
    for (options, code, says) in [
        ("", "invalid", "needs `service` in its options"),
        (r#"{"service":"iam"}"#, "invalid", "needs `region` in its options"),
        (r#"{"service":"iam/us-east-1","region":"x"}"#, "invalid", "is not a service or region of AWS"),
        (r#"{"service":"iam","region":"us-east-1","account":"12"}"#, "invalid", "is not a number of an AWS account"),
        (r#"{"service":"iam","region":"us-east-1","account":"333333333333"}"#, "denied", "add a role of that account"),
        (r#"{"service":"iam","region":"us-east-1","key":"x"}"#, "invalid", "unknown field"),
    ] {
        let call = HttpCall { options: options.to_owned(), ..signed("iam", &at(&server, "/")) };
        let fault = fault_of(answer(&http, call).await);
        assert!(fault.code == code && fault.message.contains(says), "{options}: {fault:?}");
    }
    for name in ["X-Amz-Date", "x-amz-security-token", "x-amz-content-sha256"] {
        let call = HttpCall { headers: vec![(name.to_owned(), b"x".to_vec())], ..signed("iam", &at(&server, "/")) };
        assert!(fault_of(answer(&http, call).await).message.contains("set by the host alone"), "{name}");
    }
    let bearer = self::http("api.test", &local(&server), &Limits::default(), &["127.0.0.1"]);
    for credential in ["", "api"] {
        let call = HttpCall { credential: credential.to_owned(), ..signed("iam", &at(&server, "/")) };
        assert!(fault_of(answer(&bearer, call).await).message.contains("of the kind `aws`"));
    }
    let elsewhere = http_with(
        "api.test",
        &aws_grant(&server, &[]),
        &Limits::default(),
        &["127.0.0.1"],
        &Env(BTreeMap::new()),
        noon().clock(),
    );
    let fault = fault_of(answer(&elsewhere, signed("iam", &at(&server, "/"))).await);
    assert_eq!(fault.code, "no-credential");
    for part in ["`api`", "`AWS_ACCESS_KEY_ID` is not set", "`[collector.test.grant.credentials.api]`"] {
        assert!(fault.message.contains(part), "{fault:?}");
    }
}

#[tokio::test]
async fn threat_2_a_plugin_cannot_have_keys_made_for_it() {
    let server = MockServer::start().await;
    let keys = "<R><SecretAccessKey>made-s3cret</SecretAccessKey><SessionToken>made-t0ken</SessionToken></R>";
    Mock::given(path("/")).respond_with(ResponseTemplate::new(200).set_body_string(keys)).mount(&server).await;
    let grant = aws_grant(&server, &[]);
    let manifest = Manifest::parse(&MANIFEST.replace("mask = [\"password\"]\n", "")).unwrap();
    let asked = Asked::of(&manifest, &serde_json::json!({ "host": "api.test" }));
    let credentials = Arc::new(Credentials::read(&"test".parse().unwrap(), &manifest, &grant, &env(false)));
    let policy = HttpPolicy::new(&"test".parse().unwrap(), &asked, &grant);
    let lookup = Arc::new(Flips(vec!["127.0.0.1".parse().unwrap()], AtomicUsize::new(0)));
    let http = Arc::new(Http::new(policy, credentials, (lookup, noon().clock()), &Limits::default(), [1; 32]));
    for (query, body) in [
        ("?Action=GetSessionToken", ""),
        ("", "Action=GetSessionToken"),
        ("?Action=GetCallerIdentity", "Action=GetSessionToken"),
        ("?Action=GetCallerIdentity&%41ction=GetSessionToken", ""),
        ("", ""),
    ] {
        let post = HttpCall { method: "POST".to_owned(), body: body.into(), ..signed("sts", &at(&server, &format!("/{query}"))) };
        let fault = fault_of(answer(&http, post).await);
        assert!(fault.code == "denied" && fault.message.contains("`GetCallerIdentity` alone"), "{query} {body}: {fault:?}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
    for call in
        [signed("sts", &at(&server, "/?Action=GetCallerIdentity")), signed("iam", &at(&server, "/?Action=CreateAccessKey"))]
    {
        let found = answer(&http, call).await;
        assert_eq!(body_of(&found).1, "<R><SecretAccessKey>***</SecretAccessKey><SessionToken>***</SessionToken></R>");
        assert_eq!(found.filters, ["aws-keys/1"]);
    }
}

#[tokio::test]
async fn a_request_to_slow_down_is_waited_for_whatever_its_form_and_only_with_keys_of_aws() {
    let server = MockServer::start().await;
    let throttled = |body: &str| ResponseTemplate::new(400).set_body_string(body).insert_header("retry-after", "0");
    let xml = throttled("<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>");
    let json = throttled(r#"{"__type":"com.amazon#ThrottlingException"}"#);
    Mock::given(method("POST")).respond_with(xml.clone()).up_to_n_times(1).mount(&server).await;
    Mock::given(method("POST")).respond_with(json).up_to_n_times(1).mount(&server).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    Mock::given(method("GET")).respond_with(xml).mount(&server).await;
    let http = signing(&server, &[], false, noon().clock());
    // What is refused was not done, so it is sent again although it is not idempotent.
    let found = answer(&http, HttpCall { method: "POST".to_owned(), ..signed("iam", &at(&server, "/")) }).await;
    assert_eq!((body_of(&found).0, found.attempts), (200, 3));
    let found = answer(&http, signed("iam", &at(&server, "/"))).await;
    assert_eq!((body_of(&found).0, found.attempts), (400, 4), "the last answer is the guest's");
    let bearer = self::http("api.test", &local(&server), &Limits::default(), &["127.0.0.1"]);
    let found = answer(&bearer, HttpCall { credential: "api".to_owned(), ..get(&at(&server, "/")) }).await;
    assert_eq!((body_of(&found).0, found.attempts), (400, 1));
}

/// A security token service that checks what it is asked and gives keys for an hour.
struct Sts {
    clock: Clock,
    token: &'static str,
    /// What it was asked for, in order.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Respond for Sts {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let request = Plain::of(request);
        let scope = request.check([ID, SECRET, self.token]);
        assert!(scope.ends_with("/us-east-1/sts/aws4_request"), "{scope}");
        self.asked.lock().unwrap().push(String::from_utf8(request.body).unwrap());
        let end = Timestamp::from_second((self.clock)().as_second() + 3_600).unwrap();
        let [id, secret, token] = ROLE_KEYS;
        let body = format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials><AccessKeyId>{id}</AccessKeyId>\
             <SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken><Expiration>{end}</Expiration></Credentials>\
             </AssumeRoleResult></AssumeRoleResponse>"
        );
        ResponseTemplate::new(200).set_body_string(body)
    }
}

async fn sts(server: &MockServer, hand: &Hand) -> Arc<Mutex<Vec<String>>> {
    let asked = Arc::default();
    let sts = Sts { clock: hand.clock(), token: "", asked: Arc::clone(&asked) };
    Mock::given(method("POST")).and(path("/")).respond_with(sts).mount(server).await;
    asked
}

#[tokio::test]
async fn a_role_is_taken_on_once_and_again_before_its_keys_end() {
    let (server, hand) = (MockServer::start().await, noon());
    let asked = sts(&server, &hand).await;
    Mock::given(path("/echo")).respond_with(Echo).mount(&server).await;
    let http = signing(&server, &[ROLE], false, hand.clock());
    let calls = vec![signed("iam", &at(&server, "/echo")); 10];
    let found = Arc::clone(&http).send(calls, Timestamp::UNIX_EPOCH, 1).await;
    assert_eq!(asked.lock().unwrap().len(), 1);
    let form = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A222222222222%3Arole%2Faudit\
                &RoleSessionName=engine-test&ExternalId=outside%2F1";
    assert_eq!(asked.lock().unwrap()[0], form);
    for found in &found {
        let shown = format!("{found:?} {}", body_of(found).1);
        assert!(shown.contains("***"));
        assert!(ROLE_KEYS.iter().chain([&SECRET]).all(|secret| !shown.contains(secret)), "{shown}");
    }
    for (secs, exchanges) in [(54 * 60, 1), (2 * 60, 2)] {
        hand.advance(secs);
        assert_eq!(body_of(&answer(&http, signed("iam", &at(&server, "/echo"))).await).0, 200);
        assert_eq!(asked.lock().unwrap().len(), exchanges);
    }
    let requests = server.received_requests().await.unwrap();
    for request in requests.iter().filter(|request| request.url.path() == "/echo") {
        Plain::of(request).check(ROLE_KEYS);
    }
}

#[tokio::test]
async fn each_account_is_read_with_the_role_in_it() {
    let (server, hand) = (MockServer::start().await, noon());
    let asked = sts(&server, &hand).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let http = signing(&server, &[ROLE, "arn:aws:iam::444444444444:role/audit"], false, hand.clock());
    for account in ["444444444444", "222222222222", "444444444444"] {
        let options = format!(r#"{{"service":"iam","region":"us-east-1","account":"{account}"}}"#);
        let found = answer(&http, HttpCall { options, ..signed("iam", &at(&server, "/x")) }).await;
        assert_eq!(body_of(&found).0, 200);
    }
    let asked = asked.lock().unwrap();
    assert_eq!((asked.len(), asked[0].contains("444444444444"), asked[1].contains("222222222222")), (2, true, true));
}

#[tokio::test]
async fn keys_of_a_role_that_the_server_calls_expired_are_replaced() {
    let (server, hand) = (MockServer::start().await, noon());
    let asked = sts(&server, &hand).await;
    let expired = ResponseTemplate::new(403).set_body_string("<Error><Code>ExpiredToken</Code></Error>");
    Mock::given(path("/x")).respond_with(expired).up_to_n_times(1).mount(&server).await;
    Mock::given(path("/x")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let http = signing(&server, &[ROLE], false, hand.clock());
    let found = answer(&http, signed("iam", &at(&server, "/x"))).await;
    assert_eq!((body_of(&found).0, found.attempts, asked.lock().unwrap().len()), (200, 2, 2));
}

/// What a request that needs a role is answered when the service answers this, and how often the service was asked by three.
async fn refused(status: u16, body: &str) -> (model::Fault, usize) {
    let server = MockServer::start().await;
    let answered = ResponseTemplate::new(status)
        .set_body_string(body)
        .insert_header("date", "Mon, 23 Nov 2026 12:00:00 GMT")
        .insert_header("retry-after", "0");
    Mock::given(method("POST")).respond_with(answered).mount(&server).await;
    let hand = noon();
    hand.advance(-1_000);
    let http = signing(&server, &[ROLE], true, hand.clock());
    let calls = vec![signed("iam", &at(&server, "/x")); 3];
    let mut found = Arc::clone(&http).send(calls, Timestamp::UNIX_EPOCH, 1).await;
    let requests = server.received_requests().await.unwrap();
    assert!(requests.iter().all(|request| request.method == "POST"), "something was sent without the role's keys");
    (fault_of(found.pop().unwrap()), requests.len())
}

#[tokio::test]
async fn a_role_that_cannot_be_taken_on_says_why_and_is_not_asked_for_again() {
    let error = |code: &str, message: &str| {
        format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        )
    };
    for (status, body, code, says, requests) in [
        (
            403,
            error("AccessDenied", &format!("no {TOKEN}&#10;[1m")),
            "denied",
            "(AccessDenied): its trust policy and the keys' own policy must both allow it, with the external id if one is asked for; the server says: no *** [1m",
            1,
        ),
        (403, error("ExpiredToken", ""), "denied", "its session token has expired: give it new keys", 1),
        (
            403,
            error("SignatureDoesNotMatch", "Signature not yet current: x"),
            "unavailable",
            "this machine's clock is 1000 s behind the server's: set it",
            1,
        ),
        (403, error("InvalidClientTokenId", ""), "denied", "the access key is not known there", 1),
        (400, error("Throttling", ""), "unavailable", "(Throttling)", 4),
        (503, String::new(), "unavailable", "answered with status 503", 4),
        (200, "{}".to_owned(), "unavailable", "cannot be read", 1),
    ] {
        let (fault, asked) = refused(status, &body).await;
        assert!(fault.code == code && fault.message.contains(says), "{body}: {fault:?}");
        assert!(fault.message.contains(&format!("the role `{ROLE}` cannot be assumed")), "{fault:?}");
        assert_eq!(asked, requests, "{body}");
        assert!(!fault.message.contains(TOKEN) && !fault.message.contains(SECRET), "{fault:?}");
    }
}

#[tokio::test]
async fn threat_1_roles_are_taken_on_only_where_the_credential_is_bound_and_the_grant_allows() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).expect(0).mount(&server).await;
    let check = async |change: fn(&mut Grant, &mut AwsGrant), says: &str| {
        let mut grant = aws_grant(&server, &[ROLE]);
        let CredentialKind::Aws(aws) = grant.credentials["api"].kind.clone() else { unreachable!() };
        let mut aws = AwsGrant::clone(&aws);
        change(&mut grant, &mut aws);
        grant.credentials.get_mut("api").unwrap().kind = CredentialKind::Aws(Arc::new(aws));
        let http = http_with("api.test", &grant, &Limits::default(), &["127.0.0.1"], &env(false), noon().clock());
        let fault = fault_of(answer(&http, signed("iam", &at(&server, "/x"))).await);
        assert!(fault.code == "denied" && fault.message.contains(says), "{fault:?}");
    };
    check(|_, aws| aws.sts = StsEndpoint::of("eu-west-1"), "add `\"sts.eu-west-1.amazonaws.com\"` to `hosts`").await;
    check(|_, aws| aws.sts = "http://api.test:1".parse().unwrap(), "add `\"api.test:1\"` to `plain_http`").await;
    check(|grant, _| grant.networks.clear(), "at 127.0.0.1, which is loopback").await;
    let literal = |grant: &mut Grant, aws: &mut AwsGrant| {
        grant.networks.clear();
        grant.credentials.get_mut("api").unwrap().hosts.push("10.0.0.1".parse().unwrap());
        aws.sts = "https://10.0.0.1".parse().unwrap();
    };
    check(literal, "which is private").await;
}

#[tokio::test]
async fn threat_2_what_functions_have_in_their_environment_never_comes_in_but_for_the_names() {
    let server = MockServer::start().await;
    let listed = r#"{"Functions":[{"Environment":{"Variables":{"DB_PASSWORD":"CANARY"}},"FunctionName":"f"}]}"#;
    Mock::given(path("/")).respond_with(ResponseTemplate::new(200).set_body_string(listed)).mount(&server).await;
    let cut = r#"{"Functions":[{"Environment":{"Variables":{"DB_PASSWORD":"CANARY"#;
    Mock::given(path("/cut")).respond_with(ResponseTemplate::new(200).set_body_string(cut)).mount(&server).await;
    let http = signing(&server, &[], false, noon().clock());
    let found = answer(&http, signed("lambda", &at(&server, "/"))).await;
    let expected = r#"{"Functions":[{"Environment":{"Variables":{"DB_PASSWORD":"***"}},"FunctionName":"f"}]}"#;
    assert_eq!(body_of(&found).1, expected);
    assert!(found.filters.iter().any(|it| it == "aws-environment/1"), "{:?}", found.filters);
    let found = answer(&http, signed("lambda", &at(&server, "/cut"))).await;
    assert!(!format!("{found:?}").contains("CANARY") && body_of(&found).1.is_empty(), "{found:?}");
}

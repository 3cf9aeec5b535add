//! A collector whose requests the host signs as a role: what is left of a run is free of keys, and it is derived again with none.

use serde_json::json;
use wiremock::matchers::{body_string_contains, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::desk::{Desk, Ran};
use crate::replay::http_probe;
use crate::survival::assert_nowhere;

const KEYS: [&str; 3] = ["AKIACANARY0KEYS", "canary-5d1f-secret/key+", "canary-77ab-session-token="];
const ROLE_KEYS: [&str; 3] = ["ASIACANARY0ROLE", "canary-90cc-role-secret", "canary-12de-role-token"];
const ROLE: &str = "arn:aws:iam::222222222222:role/audit";

fn signed_by(id: &'static str) -> impl Fn(&Request) -> bool {
    move |request: &Request| {
        let authorization = request.headers.get("authorization").and_then(|it| it.to_str().ok()).unwrap_or_default();
        authorization.starts_with(&format!("AWS4-HMAC-SHA256 Credential={id}/"))
    }
}

/// A directory of two accounts that wants signatures, and a service that gives the keys for them. Both say what they were told.
async fn directory() -> MockServer {
    let server = MockServer::start().await;
    let [id, secret, token] = ROLE_KEYS;
    let keys = format!(
        "<R><Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>\
         <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></R>"
    );
    Mock::given(method("POST"))
        .and(path("/"))
        .and(body_string_contains("Action=AssumeRole"))
        .and(signed_by(KEYS[0]))
        .respond_with(ResponseTemplate::new(200).set_body_string(keys))
        .expect(1)
        .mount(&server)
        .await;
    let echo = |request: &Request| {
        let told: Vec<_> = request.headers.iter().map(|(_, value)| value.to_str().unwrap().to_owned()).collect();
        let users = json!([{ "id": "a" }, { "id": "b" }]);
        ResponseTemplate::new(200).set_body_json(json!({
            "users": users, "name": "x", "mfa": true, "created_at": "2026-01-01T00:00:00Z", "told": told, "keys": [KEYS, ROLE_KEYS],
        }))
    };
    Mock::given(method("GET")).and(signed_by(ROLE_KEYS[0])).respond_with(echo).mount(&server).await;
    server
}

fn desk(server: &MockServer) -> Desk {
    let desk = Desk::new();
    let (endpoint, host) = (server.uri(), server.address().to_string());
    desk.write(
        "engine.toml",
        format!(
            "[collector.http-probe]\nplugin = {:?}\nconfig = {{ endpoint = {endpoint:?}, service = \"iam\", region = \"us-east-1\" }}\n\
             [collector.http-probe.grant]\nhosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\nplain_http = [{host:?}]\n\
             [collector.http-probe.grant.credentials.directory]\nkind = \"aws\"\nhosts = [{host:?}]\nassume_role = {ROLE:?}\n\
             sts_endpoint = {endpoint:?}\n",
            http_probe().display().to_string()
        ),
    );
    desk
}

fn eval(desk: &Desk) -> Ran {
    let mut command = desk.command();
    command.args(["eval", "-o", "r.html", "-o", "r.json"]).env("ENGINE_LOG", "trace");
    for (variable, key) in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].into_iter().zip(KEYS) {
        command.env(variable, key);
    }
    command.output().unwrap().into()
}

/// Row 2 of the threats, for keys: nothing that a run writes or shows has one, not even where a server sends it back.
#[tokio::test(flavor = "multi_thread")]
async fn a_signed_run_holds_no_keys_and_is_derived_again_without_any() {
    let server = directory().await;
    let desk = desk(&server);
    let ran = eval(&desk);
    let requests = server.received_requests().await.unwrap();
    let facts = desk.run(&["fact", "list", "--kind", "identity.user@1", "--format", "ndjson"]).expect(0);
    assert!(facts.stdout.contains("directory:example/user/b"), "{}\n{}", facts.stdout, ran.stderr);
    let signatures: Vec<String> = requests
        .iter()
        .map(|it| it.headers["authorization"].to_str().unwrap().rsplit_once("Signature=").unwrap().1.to_owned())
        .collect();
    assert_eq!(signatures.len(), 4, "one exchange, one list, two details");
    let mut secrets: Vec<&str> = signatures.iter().map(String::as_str).collect();
    secrets.extend(KEYS.iter().chain(&ROLE_KEYS));
    assert_nowhere(&desk, &ran, &secrets);
    drop(server);
    let verified = desk.run(&["verify", "--replay"]).expect(0);
    assert!(verified.stdout.contains("byte for byte"), "{}", verified.stdout);
}

#[test]
fn keys_that_are_not_there_are_a_gap_that_names_the_variable() {
    let desk = Desk::new();
    let config = format!(
        "[collector.http-probe]\nplugin = {:?}\nconfig = {{ endpoint = \"https://127.0.0.1\", service = \"iam\" }}\n\
         [collector.http-probe.grant]\nhosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n\
         [collector.http-probe.grant.credentials.directory]\nkind = \"aws\"\nhosts = [\"127.0.0.1\"]\n",
        http_probe().display().to_string()
    );
    desk.write("engine.toml", config);
    let report = desk.run(&["eval", "--format", "json"]).expect(3).json();
    let gaps = report["gaps"].to_string();
    assert!(gaps.contains("no-credential") && gaps.contains("`AWS_ACCESS_KEY_ID` is not set"), "{gaps}");
}

//! A recorded run derived again: by the same engine, in another place, and for guests in three languages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::json;
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::desk::Desk;

/// A secret that must never be found anywhere.
pub(crate) const CANARY: &str = "canary-3f9c1e77-token";

/// The component of the test collector over HTTP.
pub(crate) fn http_probe() -> PathBuf {
    test_plugins().join("http_probe.wasm")
}

/// Where the components of the test collectors in Rust are, built once.
pub(crate) fn test_plugins() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT
        .get_or_init(|| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/plugins");
            let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugins");
            let status = Command::new(env!("CARGO"))
                .current_dir(folder)
                .args(["build", "--release", "--locked", "--target", "wasm32-wasip2", "--target-dir"])
                .arg(&target)
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_ENCODED_RUSTFLAGS")
                .status()
                .unwrap();
            assert!(status.success(), "the test collectors do not build");
            target.join("wasm32-wasip2/release")
        })
        .clone()
}

/// A directory of five accounts on three pages; one answer is refused twice, then given.
pub(crate) async fn directory() -> MockServer {
    let server = MockServer::start().await;
    let pages = [vec!["a", "b"], vec!["c", "d"], vec!["e"]];
    for (at, ids) in pages.iter().enumerate() {
        let mut answer = ResponseTemplate::new(200)
            .set_body_json(json!({"users": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()}))
            .insert_header("set-cookie", format!("session={CANARY}"));
        if at + 1 < pages.len() {
            let next = format!("<{}/users?page={}>; rel=\"next\"", server.uri(), at + 2);
            answer = answer.insert_header("link", next.as_str());
        }
        let bearer = format!("Bearer {CANARY}");
        Mock::given(method("GET"))
            .and(path("/users"))
            .and(query_param("page", (at + 1).to_string()))
            .and(header("authorization", bearer.as_str()))
            .respond_with(answer)
            .mount(&server)
            .await;
    }
    Mock::given(path("/users/c")).respond_with(ResponseTemplate::new(503)).up_to_n_times(2).mount(&server).await;
    for id in ["a", "b", "c", "d", "e"] {
        let detail = json!({"name": id, "mfa": id != "d", "created_at": "2026-01-01T00:00:00Z", "password_hash": CANARY, "echo": format!("Bearer {CANARY}")});
        Mock::given(path(format!("/users/{id}")))
            .respond_with(ResponseTemplate::new(200).set_body_json(detail))
            .mount(&server)
            .await;
    }
    Mock::given(path("/health")).respond_with(ResponseTemplate::new(200).set_body_string("ok")).mount(&server).await;
    server
}

/// A desk whose engine.toml has the test collector, with what it is granted.
pub(crate) fn desk_with_probe(endpoint: &str, grant: &str) -> Desk {
    let desk = Desk::new();
    let component = http_probe();
    desk.write(
        "engine.toml",
        format!(
            "[collector.http-probe]\nplugin = {:?}\nconfig = {{ endpoint = {endpoint:?} }}\n[collector.http-probe.grant]\n{grant}",
            component.display().to_string()
        ),
    );
    desk
}

/// Everything that the test collector asks for.
pub(crate) fn full_grant(server: &MockServer) -> String {
    format!(
        "hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\nplain_http = [\"{}\"]\n\
         [collector.http-probe.grant.credentials.directory]\nhosts = [\"127.0.0.1\"]\nkind = \"bearer\"\nenv = \"DIRECTORY_TOKEN\"\n",
        server.address()
    )
}

fn eval_probe(desk: &Desk) -> crate::desk::Ran {
    desk.command().args(["eval", "--format", "json"]).env("DIRECTORY_TOKEN", CANARY).output().unwrap().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_over_http_is_derived_again_without_the_network() {
    let server = directory().await;
    let desk = desk_with_probe(&server.uri(), &full_grant(&server));
    let report = eval_probe(&desk).expect(1).json();
    let mfa = report["rules"].as_array().unwrap().iter().find(|it| it["id"] == "identity/mfa-enforced").unwrap().clone();
    assert_eq!((&mfa["findings"]["pass"], &mfa["findings"]["fail"]), (&json!(4), &json!(1)), "{report:#}");
    let control = report["controls"].as_array().unwrap().iter().find(|it| it["id"] == "access/mfa").unwrap();
    assert_eq!(control["basis"], "imported", "what the manifest says of its evidence");
    drop(server);
    let verified = desk.run(&["verify", "--replay"]).expect(0);
    assert!(verified.stdout.contains("byte for byte"), "{}", verified.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exported_run_is_verified_in_another_place() {
    let server = directory().await;
    let desk = desk_with_probe(&server.uri(), &full_grant(&server));
    eval_probe(&desk).expect(1);
    drop(server);
    let elsewhere = Desk::new();
    let package = elsewhere.path().join("package");
    desk.run(&["export", "--output", package.to_str().unwrap()]).expect(0);
    elsewhere.run(&["verify", "--store", "package", "--replay"]).expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_answer_is_named() {
    let server = directory().await;
    let desk = desk_with_probe(&server.uri(), &full_grant(&server));
    eval_probe(&desk).expect(1);
    let packs = desk.path().join(".engine/blobs");
    let pack = std::fs::read_dir(&packs).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&pack).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    std::fs::write(&pack, bytes).unwrap();
    let ran = desk.run(&["verify", "--replay"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_is_denied_with_the_line_to_add() {
    let server = directory().await;
    let desk = desk_with_probe(&server.uri(), "");
    let ran = eval_probe(&desk).expect(3);
    let report = ran.json();
    let text = report["gaps"].to_string();
    assert!(text.contains("denied") && text.contains("plain_http") && text.contains("collector.http-probe.grant"), "{text}");
    let doctor = desk.run(&["doctor"]).expect(3);
    assert!(doctor.stdout.contains("not granted"), "{}", doctor.stdout);
}

/// A guest in another language, when `.ci/run` or the documented command built it.
fn guest(name: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where the guests are is the tester's to say")]
    let folder = std::env::var("ENGINE_TEST_GUESTS").ok();
    let found = folder.map(|folder| Path::new(&folder).join(format!("{name}.wasm"))).filter(|it| it.is_file());
    if found.is_none() {
        eprintln!("NOT RUN: the guest in {name} is not built; see CONTRIBUTING.md");
    }
    found
}

fn replay_guest(name: &str) {
    let Some(component) = guest(name) else { return };
    let desk = Desk::new();
    let users: Vec<_> = (0..3)
        .map(|at| {
            json!({"name": format!("user{at}"), "created_at": "2026-01-01T00:00:00Z", "console_access": true, "mfa_enabled": true,
                   "access_keys": [], "policies": [], "groups": [], "password_policy": null, "password_last_used_at": null})
        })
        .collect();
    desk.write("tree/data/users.json", json!(users).to_string());
    desk.write(
        "engine.toml",
        format!(
            "[collector.guest]\nplugin = {:?}\nfiles_root = \"tree\"\n[collector.guest.grant]\nfiles = [\"/data/users.json\"]\n\
             [collector.guest.limits]\nmemory = \"512MiB\"\n",
            component.display().to_string()
        ),
    );
    let ran = desk.run(&["eval", "--format", "json"]);
    let report = ran.json();
    assert_eq!(report["gaps"], json!([]), "{}", ran.stderr);
    let first = desk.run(&["fact", "list", "--format", "ndjson"]).expect(0).stdout;
    std::fs::remove_dir_all(desk.path().join("tree")).unwrap();
    desk.run(&["verify", "--replay"]).expect(0);
    assert_eq!(first.matches("\"subject\":\"user/").count(), 3, "{first}");
}

#[test]
fn a_guest_in_python_is_derived_again() {
    replay_guest("python");
}

#[test]
fn a_guest_in_javascript_is_derived_again() {
    replay_guest("javascript");
}

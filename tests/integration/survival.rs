//! What the engine must survive: secrets, kills, two writers, hostile values. Each test names its row of the threats.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;

use crate::desk::{Desk, Ran};
use crate::given_facts::{complete, user};
use crate::replay::{CANARY, desk_with_probe, directory, full_grant};

fn every_file(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            every_file(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

/// Whether the bytes hold the text, plainly or in base64 at any of its three offsets.
fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|it| it == text.as_bytes())
}

/// Row 2: a token in the environment, a cookie, a body's field and an echo of the token itself: nothing that is written has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_found_nowhere() {
    let server = directory().await;
    let desk = desk_with_probe(&server.uri(), &full_grant(&server));
    let mut command = desk.command();
    command
        .args(["eval", "-o", "r.html", "-o", "r.json", "-o", "r.ndjson"])
        .env("DIRECTORY_TOKEN", CANARY)
        .env("ENGINE_LOG", "trace");
    let ran: Ran = command.output().unwrap().into();
    assert_nowhere(&desk, &ran.expect(1), &[CANARY]);
}

/// That a run, all that it left and all that can be asked of it hold none of these.
#[track_caller]
pub(crate) fn assert_nowhere(desk: &Desk, ran: &Ran, secrets: &[&str]) {
    desk.run(&["export", "-o", "package"]).expect(0);
    let facts = desk.run(&["fact", "list", "--format", "ndjson"]).expect(0);
    let explained = desk.run(&["explain", "directory:example"]);
    let mut files = Vec::new();
    every_file(desk.path(), &mut files);
    let shown = [&ran.stdout, &ran.stderr, &facts.stdout, &explained.stdout];
    files.extend(shown.map(|text| ("what was shown".to_owned(), text.clone().into_bytes())));
    for (name, bytes) in files {
        let unpacked = zstd_frames(&bytes);
        for secret in secrets {
            assert!(!holds(&bytes, secret), "{name} holds {secret}");
            assert!(!holds(&unpacked, secret), "{name} holds {secret}, packed");
        }
    }
}

/// Every zstd frame within some bytes, unpacked.
fn zstd_frames(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let starts = bytes.windows(4).enumerate().filter(|(_, it)| *it == [0x28, 0xB5, 0x2F, 0xFD]).map(|(at, _)| at);
    for start in starts {
        if let Ok(decoder) = zstd::stream::read::Decoder::new(&bytes[start..]) {
            let _ = decoder.single_frame().take(64 << 20).read_to_end(&mut unpacked);
        }
    }
    unpacked
}

/// Row 15: killed at any point, every acknowledged run is present and whole.
#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let desk = Desk::new();
    let users: Vec<String> = (0..400).map(|at| user(&format!("user{at}"), at % 5 != 0)).chain([complete(400)]).collect();
    desk.write("facts.ndjson", users.join("\n"));
    let mut acknowledged = 0;
    for round in 0..30_u64 {
        let mut child = desk
            .command()
            .args(["eval", "--facts", "facts.ndjson", "--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The point of the kill moves over the whole run as the rounds go on; nothing is asserted of the time itself.
        let limit = std::time::Duration::from_millis(if round % 6 == 5 { 60_000 } else { round * 4 });
        let stdout = child.stdout.take().unwrap();
        let (ended, has_ended) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let _ = std::io::BufReader::new(stdout).read_to_end(&mut Vec::new());
            let _ = ended.send(());
        });
        if has_ended.recv_timeout(limit).is_err() {
            child.kill().unwrap();
        }
        if child.wait().unwrap().code() == Some(1) {
            acknowledged += 1;
        }
        reader.join().unwrap();
        let history = desk.run(&["history", "--format", "ndjson"]);
        if history.code == 2 {
            assert_eq!(acknowledged, 0, "acknowledged runs are gone: {}", history.stderr);
            continue;
        }
        let recorded = history.stdout.lines().count();
        assert!(recorded >= acknowledged, "{recorded} runs of {acknowledged} acknowledged");
        if recorded > 0 {
            desk.run(&["verify"]).expect(0);
        }
    }
    assert!(acknowledged > 0, "no round came to its end");
    for run in 1..=desk.run(&["history", "--format", "ndjson"]).stdout.lines().count() {
        desk.run(&["verify", &format!("r{run}"), "--replay"]).expect(0);
    }
}

/// Row 19: a second writer is told who holds the store, before it collects; readers work.
#[test]
fn a_second_writer_is_told_who_holds_the_store() {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), complete(1)].join("\n")).expect(0);
    // Given facts on a pipe that stays open hold the first writer in the middle of its run.
    let mut first = desk.command().args(["eval", "--facts", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let pid = first.id().to_string();
    while !fs::read_to_string(desk.path().join(".engine/lock")).unwrap_or_default().contains(&pid) {
        assert!(first.try_wait().unwrap().is_none(), "the first writer ended");
        std::thread::yield_now();
    }
    let second = desk.run(&["eval", "--facts", "facts.ndjson"]).expect(2);
    assert!(second.stderr.contains(&pid), "the holder's pid {pid} is not in: {}", second.stderr);
    desk.run(&["report"]).expect(0);
    desk.run(&["history"]).expect(0);
    drop(first.stdin.take());
    first.wait().unwrap();
}

/// Rows 9 and 10: values that would act on a terminal or a browser stay values.
#[test]
fn hostile_values_stay_values() {
    let desk = Desk::new();
    let hostile = r"\u001b]8;;http://evil\u0007x<script>alert(1)</script>\u202e\r\n\u001b[2J";
    let line = user("bob", false).replace(r#""name":"bob""#, &format!(r#""name":"{hostile}""#));
    desk.write("facts.ndjson", [line, complete(1)].join("\n"));
    let ran = desk.run(&["eval", "--facts", "facts.ndjson", "-o", "r.html", "--color", "never"]).expect(1);
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.chars().any(|it| (it.is_control() && it != '\n') || it == '\u{202e}'), "{text:?}");
    }
    let html = fs::read_to_string(desk.path().join("r.html")).unwrap();
    assert!(!html.contains("<script"), "a script got into the page");
    assert!(!html.contains('\u{1b}') && !html.contains('\u{202e}'));
}

/// Row 20: each identity rule on nothing, and on every field taken away, is never a pass.
#[test]
fn no_evidence_never_passes() {
    let whole = user("alice", true);
    let value: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let fields: Vec<String> = value["body"].as_object().unwrap().keys().cloned().collect();
    for field in &fields {
        let mut without = value.clone();
        without["body"].as_object_mut().unwrap().remove(field);
        let ran = Desk::new().eval(&[without.to_string(), complete(1)].join("\n"));
        assert!(matches!(ran.code, 0 | 3), "{field}: {}", ran.stdout);
        if ran.code == 0 {
            assert!(
                ["email", "human", "administrator", "last_active_at"].contains(&field.as_str()),
                "nothing was missed without `{field}`"
            );
        }
    }
    let mut empty = value.clone();
    empty["body"] = serde_json::json!({});
    Desk::new().eval(&[empty.to_string(), complete(1)].join("\n")).expect(3);
}

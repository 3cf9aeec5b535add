//! How long a line takes: `cargo run --release -p engine-facts --example timing [LINES] [THREADS]`.
//!
//! Makes identity records of 511 bytes, reads them, prints nanoseconds a line, and what serde_json takes for trees in the same run:
//! machines are noisy. A measure, not a test.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a program for developers")]

use std::fmt::Write as _;
use std::time::Instant;

use engine_facts::{KindSet, Limits, merge, read_ndjson};

fn lines(count: usize) -> String {
    let mut text = String::with_capacity(count * 520);
    for n in 0..count {
        let day = 1 + n % 28;
        let _ = writeln!(
            text,
            concat!(
                r#"{{"kind":"identity.user@1","subject":"aws:iam::123456789012:user/user-{:07}","scope":"aws:123456789012","observed_at":"2026-11-23T10:00:00Z","#,
                r#""body":{{"name":"user-{:07}","account":"123456789012","created_at":"2024-03-{:02}T08:15:00Z","console_access":{},"mfa_enabled":{},"#,
                r#""access_keys":[{{"id":"AKIA{:012}","status":"active","created_at":"2026-08-{:02}T00:00:00Z"}}],"policies":["ReadOnly"],"groups":["staff"],"#,
                r#""password_policy":{{"min_length":14,"require_symbols":true}},"password_last_used_at":"2026-11-{:02}T07:00:00Z"}}}}"#
            ),
            (n * 7_919) % count,
            n,
            day,
            n % 3 > 0,
            n % 5 > 0,
            n,
            day,
            1 + n % 22
        );
    }
    let _ = writeln!(
        text,
        r#"{{"complete":{{"kind":"identity.user@1","scope":"aws:123456789012","count":{count},"observed_at":"2026-11-23T10:00:00Z"}}}}"#
    );
    text
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().map_or(1_000_000, |it| it.parse().expect("a number of lines"));
    let threads = arguments.next().map_or(1, |it| it.parse().expect("a number of threads"));
    let mut sources = model::SourceSet::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/kinds/identity.toml");
    sources.insert("kinds/identity.toml", std::fs::read_to_string(path).unwrap());
    let kinds = KindSet::read(&sources).unwrap();
    let text = lines(count);
    let collector = "facts".parse().unwrap();
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    for _ in 0..3 {
        let started = Instant::now();
        let parsed = text.lines().flat_map(serde_json::from_str::<serde_json::Value>).count();
        println!("{} ns a line to parse {parsed} into trees alone, on one thread", started.elapsed().as_nanos() / count as u128);
        let started = Instant::now();
        let admitted = read_ndjson(text.as_bytes(), &collector, &[], &kinds, &Limits::default(), now, threads).unwrap();
        let read = started.elapsed();
        let set = merge(vec![admitted]);
        let total = started.elapsed();
        println!(
            "{count} lines of {} bytes, {threads} thread(s): {} ns a line to read, {} with merge; {} facts, {} gaps",
            text.len() / count,
            read.as_nanos() / count as u128,
            total.as_nanos() / count as u128,
            set.facts().len(),
            set.gaps().len()
        );
    }
}

//! How fast the five identity rules are: `cargo run --release -p engine-rules --example measure [FACTS] [THREADS]`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an example that prints what it measured"
)]

use std::path::Path;
use std::time::Instant;

use engine_rules::{RuleSet, RuleSettings, evaluate};
use model::{Basis, Body, Completeness, Fact, FactSet, ScopeState, SourceSet};

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>().unwrap());
    let count = arguments.next().unwrap_or(200_000);
    let threads = arguments.next().unwrap_or(1);
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    let mut sources = SourceSet::new();
    sources.insert("kinds/identity.toml", std::fs::read_to_string(scripts.join("kinds/identity.toml")).unwrap());
    for entry in std::fs::read_dir(scripts.join("rules/identity")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("rules/identity/{}", path.file_name().unwrap().to_str().unwrap());
        sources.insert(name, std::fs::read_to_string(path).unwrap());
    }
    let kinds = facts::KindSet::read(&sources).unwrap().kinds().clone();
    let rules = RuleSet::read(&sources, &kinds, &RuleSettings::default()).unwrap();
    let set = facts_of(count);
    let now = "2026-11-23T00:00:00Z".parse().unwrap();
    let bytes: usize = set.facts().iter().map(|fact| fact.body.as_str().len()).sum();
    for _ in 0..5 {
        let (start, cpu) = (Instant::now(), cpu_nanos());
        let findings = evaluate(&set, &rules, now, threads);
        let took = start.elapsed();
        let notes: usize = findings.rules().iter().map(|rule| rule.notes.len()).sum();
        // On a busy machine the processor's time tells more than the clock.
        let used = u128::from(cpu_nanos() - cpu);
        let each = used / (count as u128 * rules.headers().len() as u128);
        println!(
            "{count} facts of {} bytes, {} rules, {threads} threads: {took:?}, {} ms of processor time, {each} ns a record and rule ({:.2} M/s), {notes} notes",
            bytes / count,
            rules.headers().len(),
            used / 1_000_000,
            1e3 / f64::from(u32::try_from(each.max(1)).unwrap()),
        );
    }
}

/// The processor's time that all threads of this process have used, in steps of 10 ms.
fn cpu_nanos() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    after_name.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap_or(0) * 10_000_000).sum()
}

/// Accounts of which about a fifteenth fails each rule.
fn facts_of(count: usize) -> FactSet {
    let mut facts = Vec::with_capacity(count);
    let mut random = 42_u64;
    let mut draw = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    for index in 0..count {
        let day = |days: u64| {
            let then = "2026-11-23T00:00:00Z".parse::<model::Timestamp>().unwrap();
            then.checked_sub(jiff::SignedDuration::from_hours(i64::try_from(days * 24 + 1).unwrap())).unwrap().to_string()
        };
        let key =
            |age: u64, id: usize| format!(r#"{{"created_at":"{}","id":"AKIAIOSFODNN7{id:07}","status":"active"}}"#, day(age));
        let body = format!(
            r#"{{"access_keys":[{},{}],"account":"123456789012","console_access":{},"created_at":"{}","email":"user{index}@example.com","groups":["developers","readers"],"human":true,"mfa_enabled":{},"name":"user{index}","password_last_used_at":"{}","password_policy":{{"max_age_days":90,"min_length":{},"require_symbols":true}},"policies":["ReadOnlyAccess","{}"]}}"#,
            key(draw(95), index),
            key(draw(95), index + 1),
            draw(3) > 0,
            day(900),
            draw(15) > 0,
            day(draw(96)),
            if draw(15) > 0 { 14 } else { 8 },
            if draw(15) > 0 { "Billing" } else { "AdministratorAccess" },
        );
        let (kind, scope, subject) = (
            "identity.user@1".parse().unwrap(),
            "aws:123456789012".parse().unwrap(),
            format!("aws:iam::123456789012:user/user{index:08}").parse().unwrap(),
        );
        facts.push(Fact {
            collector: "bench".parse().unwrap(),
            digest: Fact::digest_of(&kind, &scope, &subject, &body),
            kind,
            scope,
            subject,
            observed_at: "2026-11-22T20:00:00Z".parse().unwrap(),
            body: Body::from_canonical(body),
            from: Vec::new(),
            field_gaps: Vec::new(),
        });
    }
    let scope = ScopeState {
        collector: "bench".parse().unwrap(),
        kind: "identity.user@1".parse().unwrap(),
        scope: "aws:123456789012".parse().unwrap(),
        completeness: Completeness::Complete { count: count as u64, observed_at: "2026-11-22T20:00:00Z".parse().unwrap() },
        basis: Basis::Supplied,
    };
    FactSet::new(facts, vec![scope], Vec::new())
}

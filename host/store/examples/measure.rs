//! Measures the store on identity records: `cargo run --release -p engine-store --example measure -- 1000000`.
//!
//! Records a first run, a second with one fact in a thousand changed and every volatile field new, loads and verifies.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "a program to be run by hand"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use engine_store::{Access, Closure, Run, Store};
use model::{
    Assessment, Basis, Body, ClockMode, Completeness, Digest, Exit, Fact, FactSet, FindingSet, Note, Outcome, RuleFindings,
    RuleHeader, RuleOrigin, RunHeader, RunId, ScopeState, Seconds, Severity, Subjects, Timestamp,
};

fn facts(count: usize, run: u64) -> FactSet {
    let kind: model::KindId = "identity.user@1".parse().unwrap();
    let collector: model::CollectorName = "facts".parse().unwrap();
    let scope: model::ScopeId = "aws:123456789012".parse().unwrap();
    let observed_at = Timestamp::new(1_795_500_000 + run as i64 * 86_400, 0).unwrap();
    let facts = (0..count).map(|number| {
        let hash = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let changed = run > 1 && hash.is_multiple_of(1_000);
        let head = format!(
            r#"{{"access_keys":[{{"created_at":"2026-{:02}-{:02}T10:00:00Z","id":"AKIA{hash:016X}","status":"active"}},{{"created_at":"2025-01-02T10:00:00Z","id":"AKIA{:016X}","status":"inactive"}}],"account":"123456789012","console_access":{},"created_at":"2024-{:02}-{:02}T08:{:02}:00Z","email":"user{number}@example.test","groups":["staff","group-{}"],"human":true,"#,
            hash % 12 + 1, hash % 28 + 1, hash ^ 0x00ff_00ff_00ff, !hash.is_multiple_of(3), hash % 12 + 1, number % 28 + 1, number % 60, hash % 40
        );
        let tail = format!(
            r#""mfa_enabled":{},"name":"user{number}","password_policy":{{"max_age_days":90,"min_length":14,"require_symbols":true}},"policies":["ReadOnly","policy-{}"]}}"#,
            !hash.is_multiple_of(5) ^ changed, hash % 100
        );
        let stable = format!("{head}{tail}");
        let whole = format!(r#"{head}"last_active_at":"2026-11-{:02}T{:02}:{:02}:00Z",{tail}"#, hash % 20 + run, number % 24, hash % 60);
        let subject: model::SubjectId = format!("aws:iam::123456789012:user/user{number:07}").parse().unwrap();
        Fact {
            digest: Fact::digest_of(&kind, &scope, &subject, &stable),
            collector: collector.clone(),
            kind: kind.clone(),
            scope: scope.clone(),
            subject,
            observed_at,
            body: Body::from_canonical(whole),
            from: vec![],
            field_gaps: vec![],
        }
    });
    let state = ScopeState {
        collector: collector.clone(),
        kind: kind.clone(),
        scope: scope.clone(),
        completeness: Completeness::Complete { count: count as u64, observed_at },
        basis: Basis::Supplied,
    };
    FactSet::new(facts.collect(), vec![state], vec![])
}

fn findings(facts: &FactSet) -> (FindingSet, Vec<RuleHeader>) {
    let names = ["access-key-rotation", "mfa-enforced", "no-direct-administrator", "password-policy", "unused-credentials"];
    let mut rules = Vec::new();
    let mut headers = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let mut outcomes = Vec::with_capacity(facts.facts().len());
        let mut notes = Vec::new();
        for (index, fact) in facts.facts().iter().enumerate() {
            let byte =
                fact.digest.as_bytes().first().copied().unwrap_or_default().wrapping_add(u8::try_from(number).unwrap() * 51);
            let outcome = match byte {
                0..17 => Outcome::Fail,
                17..60 => Outcome::NotApplicable,
                _ => Outcome::Pass,
            };
            if outcome == Outcome::Fail {
                let message =
                    format!("{} does not do what {name} asks", fact.subject.as_str().rsplit('/').next().unwrap_or_default());
                notes.push(Note { index, message: message.into(), missing: None, joined: vec![] });
            }
            outcomes.push(outcome);
        }
        let rule: model::RuleId = format!("identity/{name}").parse().unwrap();
        headers.push(RuleHeader {
            id: rule.clone(),
            title: "It is so".into(),
            kind: "identity.user@1".parse().unwrap(),
            controls: vec![],
            severity: Severity::High,
            fresh_for: Seconds(86_400),
            parameters: BTreeMap::new(),
            joins: vec![],
            group_by: vec![],
            remediation: String::new(),
            origin: RuleOrigin::Shipped,
            digest: Digest::of(b""),
        });
        let subjects = Subjects::Facts(0..outcomes.len());
        rules.push(RuleFindings { rule, subjects, outcomes, notes, valid_until: vec![] });
    }
    (FindingSet::new(rules), headers)
}

fn size(path: &Path) -> u64 {
    let of = |path: &Path| std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum::<u64>();
    of(path) + of(&path.join("blobs"))
}

fn header(id: RunId) -> RunHeader {
    RunHeader {
        id,
        started_at: Timestamp::UNIX_EPOCH,
        recorded_at: Timestamp::UNIX_EPOCH,
        clock: ClockMode::Live,
        engine_version: "0.1.0".into(),
        semantics: 1,
        collectors: vec![],
        content_digest: Digest::of(b""),
        exit: Exit { code: 0, reason: String::new() },
    }
}

/// Seconds of processor time of this process so far; wall time says little on a machine that others use.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let closure = Closure {
        volatile: BTreeMap::from([("identity.user@1".parse().unwrap(), BTreeSet::from(["last_active_at".into()]))]),
        ..Closure::default()
    };
    for id in 1..=3 {
        let facts = facts(count, id.min(2));
        let (findings, rules) = findings(&facts);
        let (empty, assessment) = (FindingSet::default(), Assessment::default());
        let bytes: usize = facts.facts().iter().map(|fact| fact.body.as_str().len()).sum();
        let notes: usize = findings.rules().iter().map(|rule| rule.notes.len()).sum();
        let opening = Instant::now();
        let store = Store::open(&path, Access::Write).unwrap();
        let opened = opening.elapsed();
        let before = size(&path);
        for (part, findings) in [("facts", &empty), ("facts and findings", &findings)] {
            let header = header(store.next_run().unwrap());
            let (recording, used) = (Instant::now(), processor());
            let run = Run {
                header: &header,
                facts: &facts,
                findings,
                assessment: &assessment,
                rules: &rules,
                transcripts: &[],
                closure: &closure,
                outline: None,
            };
            store.record(&run).unwrap();
            println!(
                "{}: {count} facts ({} MB), {notes} notes; opened in {opened:.3?}; {part} recorded in {:.3?}, {:.2} s of processor time; {:.1} MB more on disk",
                header.id,
                bytes / 1_000_000,
                recording.elapsed(),
                processor() - used,
                (size(&path) - before) as f64 / 1e6
            );
        }
        drop(store);
    }
    let store = Store::open(&path, Access::Read).unwrap();
    let id = store.last().unwrap().unwrap().id;
    let (loading, used) = (Instant::now(), processor());
    let stored = store.load(id).unwrap();
    println!(
        "{} facts loaded in {:.3?}, {:.2} s of processor time",
        stored.facts.facts().len(),
        loading.elapsed(),
        processor() - used
    );
    let (verifying, used) = (Instant::now(), processor());
    let verified = store.verify(id).unwrap();
    println!(
        "{} leaves verified in {:.3?}, {:.2} s of processor time",
        verified.leaf_count,
        verifying.elapsed(),
        processor() - used
    );
}

//! The JSON report, its schema and its digest; findings one a line.

use engine_report::{Findings, content_digest, findings_ndjson};
use model::{Exit, Outcome, RunId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{drawn, hostile, json_of, sample};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_json_report() {
    let world = sample::world();
    let value = parsed(&json_of(&world.report(), Findings::Listed));
    insta::assert_json_snapshot!("json", value);
}

#[test]
fn the_fields_stand_in_the_published_order() {
    let text = json_of(&sample::world().report(), Findings::Listed);
    let names = [
        "schema_version",
        "statement",
        "content_digest",
        "run",
        "engagement",
        "frameworks",
        "controls",
        "rules",
        "findings",
        "gaps",
        "evidence",
        "exit",
    ];
    let places: Vec<_> = names
        .iter()
        .map(|name| text.rfind(&format!("\"{name}\":")).map(|_| text.find(&format!("\"{name}\":")).unwrap()).unwrap())
        .collect();
    // `frameworks`, `controls` and `rules` also stand inside; the first of each is the document's own.
    assert!(places[..6].is_sorted(), "{places:?}");
    assert!(
        text.starts_with("{\"schema_version\":\"1.0\",\"statement\":\"Management's own monitoring as of 2026-11-23T10:00:00Z.")
    );
}

#[test]
fn the_report_fits_its_schema() {
    let validator = jsonschema::draft202012::new(&engine_report::schema()).unwrap();
    for world in [sample::world(), hostile::large(20), hostile::empty()] {
        for findings in [Findings::Listed, Findings::All] {
            let value = parsed(&json_of(&world.report(), findings));
            let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new());
        }
    }
}

#[test]
fn another_run_of_the_same_evidence_has_the_same_digest() {
    let (mut world, other) = (sample::world(), sample::world());
    world.run.id = RunId(99);
    world.run.started_at = "2027-01-01T00:00:00Z".parse().unwrap();
    world.run.recorded_at = world.run.started_at;
    world.run.engine_version = "9.9.9".into();
    world.run.collectors.clear();
    world.run.content_digest = model::Digest::of(b"another");
    assert_eq!(content_digest(&world.report()), content_digest(&other.report()));
    world.run.exit = Exit { code: 3, reason: "another".to_owned() };
    assert_ne!(content_digest(&world.report()), content_digest(&other.report()));
}

#[test]
fn anyone_can_derive_the_digest_from_the_document() {
    for world in [sample::world(), hostile::world_with("a\u{202e}b\u{7f}\u{1b}[2J\"\\ é 東")] {
        let text = json_of(&world.report(), Findings::Listed);
        let told = parsed(&text)["content_digest"].as_str().unwrap().to_owned();
        // Parsing keeps no order of fields here, so the two are cut out of the text; then every escape but those that
        // JSON asks for is read.
        let (before, rest) = text.trim_end().split_once("\"content_digest\":").unwrap();
        let (_, after) = rest.split_once("\"engagement\":").unwrap();
        let kept = format!("{before}\"engagement\":{after}");
        let canonical = kept.replace("\\u202e", "\u{202e}").replace("\\u007f", "\u{7f}");
        let digest: [u8; 32] = Sha256::digest(canonical.as_bytes()).into();
        assert_eq!(model::Digest::from_bytes(digest).to_string(), told);
    }
}

#[test]
fn lists_are_cut_at_a_thousand_a_rule_and_counts_stay_exact() {
    let world = hostile::large(2_500);
    let value = parsed(&json_of(&world.report(), Findings::Listed));
    let rule = &value["rules"][0];
    assert_eq!((rule["findings"]["fail"].as_u64(), rule["omitted"].as_u64()), (Some(2_500), Some(1_500)));
    let findings = value["findings"].as_array().unwrap();
    assert_eq!(findings.iter().filter(|it| it["rule"] == rule["id"]).count(), 1_000);
    assert_eq!(findings.len(), value["evidence"].as_array().unwrap().len());
    let all = parsed(&json_of(&world.report(), Findings::All));
    assert_eq!(all["findings"].as_array().unwrap().len(), 2_500);
    assert_eq!(all["rules"][0]["omitted"], 0);
}

#[test]
fn the_listed_findings_are_the_first_by_subject_whatever_the_scope_that_they_stand_in() {
    let world = hostile::scattered(4_001);
    let value = parsed(&json_of(&world.report(), Findings::Listed));
    let all = parsed(&json_of(&world.report(), Findings::All));
    for outcome in ["fail", "inconclusive"] {
        let named = |value: &Value| -> Vec<(String, String)> {
            let text = |it: &Value| it.as_str().unwrap().to_owned();
            let findings = value["findings"].as_array().unwrap().iter().filter(|it| it["outcome"] == outcome);
            findings.map(|it| (text(&it["subject"]), text(&it["scope"]))).collect()
        };
        let (listed, mut every) = (named(&value), named(&all));
        every.sort();
        assert_eq!(listed, every[..listed.len()], "{outcome}");
        assert!(!listed.is_empty(), "{outcome}");
    }
    assert_eq!(value["findings"].as_array().unwrap().len(), 1_000);
}

#[test]
fn findings_are_listed_by_severity_and_then_subject() {
    let value = parsed(&json_of(&sample::world().report(), Findings::Listed));
    let rank = |it: &Value| ["critical", "high", "medium", "low"].iter().position(|word| it["severity"] == *word).unwrap();
    let findings = value["findings"].as_array().unwrap();
    assert!(findings.is_sorted_by_key(|it| (rank(it), it["subject"].as_str().unwrap().to_owned())));
    assert!(findings.iter().all(|it| it["outcome"] == "fail" || it["outcome"] == "inconclusive"));
}

#[test]
fn cited_evidence_is_listed_by_its_place_among_its_collectors_facts() {
    let value = parsed(&json_of(&sample::world().report(), Findings::Listed));
    let cited = value["findings"].as_array().unwrap().iter().flat_map(|it| it["evidence"].as_array().unwrap());
    let listed: Vec<_> = value["evidence"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert!(cited.clone().count() > 0);
    assert!(cited.clone().all(|id| listed.contains(id)));
    assert!(listed.contains(&Value::from("aws:fact:1")), "{listed:?}");
}

#[test]
fn every_finding_stands_on_its_own_line() {
    let world = sample::world();
    let text = drawn(|out| findings_ndjson(&world.report(), out));
    let rows: Vec<_> = text.lines().map(parsed).collect();
    let all: usize = world.findings.rules().iter().map(|it| it.outcomes.len()).sum();
    assert_eq!(rows.len(), all);
    let passes = rows.iter().filter(|it| it["outcome"] == Outcome::Pass.as_str()).count();
    assert!(passes > 0);
    assert!(rows.iter().all(|it| it["outcome"] == "fail" || it["first_failed_at"].is_null()));
}

#[test]
fn a_gap_names_its_fix_and_what_waits_for_it() {
    let value = parsed(&json_of(&sample::world().report(), Findings::Listed));
    let gap = value["gaps"].as_array().unwrap().iter().find(|it| it["kind"] == "storage.bucket@1").unwrap();
    assert!(gap["fix"].as_str().unwrap().contains("grant"));
    assert_eq!(gap["controls"], serde_json::json!(["data/private-storage"]));
    assert_eq!(gap["requirements"], serde_json::json!(["soc2:CC6.7"]));
}

#[test]
fn evidence_is_numbered_through_all_kinds_of_its_collector() {
    let mut world = sample::world();
    let facts = ["a.first@1", "b.second@1", "c.third@1"].into_iter().flat_map(|kind| {
        ["one", "two"]
            .into_iter()
            .flat_map(move |collector| (0..2).map(move |n| sample::fact(collector, kind, "s", &format!("subject-{n}"), "{}", 1)))
    });
    world.facts = model::FactSet::new(facts.collect(), vec![], vec![]);
    world.rules = vec![sample::rule("x/third", "c.third@1", "access/mfa", model::Severity::Low, "t", "r")];
    world.findings =
        model::FindingSet::new(vec![sample::findings(&world.facts, &world.rules[0], |_| (Outcome::Fail, "no".to_owned()))]);
    let value = parsed(&json_of(&world.report(), Findings::Listed));
    let ids: Vec<_> = value["evidence"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["one:fact:5", "one:fact:6", "two:fact:5", "two:fact:6"]);
}

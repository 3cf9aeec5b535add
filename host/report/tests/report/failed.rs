//! The collectors that failed, in every form: how, why, what to do, and what is unknown because of each.

use engine_report::{Findings, csv, html, junit, markdown, sarif};
use model::{CollectorRun, CollectorStatus, Digest, FactSet, Gap, GapCode};
use serde_json::{Value, json};

use crate::sample::{self, World};
use crate::{drawn, json_of, plain, text_of};

fn gap(collector: &str, code: &str, message: &str) -> Gap {
    Gap {
        collector: collector.parse().unwrap(),
        kind: "storage.bucket@1".parse().unwrap(),
        scope: "store:one".parse().unwrap(),
        subject: None,
        code: GapCode::from_guest(code),
        message: message.to_owned(),
    }
}

fn run(name: &str, status: CollectorStatus, message: &str) -> CollectorRun {
    let (digest, version) = (Some(Digest::of(name.as_bytes())), "1.0.0".into());
    CollectorRun { name: name.parse().unwrap(), digest, version, status, message: message.to_owned(), transcript: None }
}

/// The sample with more collectors and their gaps.
fn world_with(runs: Vec<CollectorRun>, gaps: Vec<Gap>) -> World {
    let mut world = sample::world();
    world.run.collectors.extend(runs);
    world.run.collectors.sort_by(|a, b| a.name.cmp(&b.name));
    let facts = &world.facts;
    let gaps = facts.gaps().iter().cloned().chain(gaps).collect();
    world.facts = FactSet::new(facts.facts().to_vec(), facts.scopes().to_vec(), gaps);
    world
}

fn failed(world: &World) -> Vec<Value> {
    let report: Value = serde_json::from_str(&json_of(&world.report(), Findings::Listed)).unwrap();
    report["run"]["failed"].as_array().unwrap().clone()
}

#[test]
fn one_that_was_cut_off_names_what_is_unknown_by_framework_and_no_more() {
    let failed = failed(&sample::world());
    let names: Vec<_> = failed.iter().map(|it| &it["collector"]).collect();
    assert_eq!(names, ["linux-host"], "a collector with facts and a gap did not fail");
    let cut = &failed[0];
    assert_eq!((&cut["how"], &cut["code"], &cut["kinds"]), (&json!("cut-off"), &json!("cut-off"), &json!(["host.package@1"])));
    let unknown = json!([
        {"framework": "iso27001", "count": 1, "requirements": ["iso27001:A.8.8"]},
        {"framework": "soc2", "count": 1, "requirements": ["soc2:CC7.1"]},
    ]);
    assert_eq!(cut["unknown"], unknown);
}

#[test]
fn one_that_gave_up_one_that_gave_nothing_and_one_that_is_gone_are_told_apart() {
    let runs = vec![
        run("gives-up", CollectorStatus::Failed, "it speaks another language"),
        run("mute", CollectorStatus::Ok, ""),
        run("idle", CollectorStatus::Ok, ""),
    ];
    let gaps = vec![
        gap("gives-up", "unsupported", "it speaks another language"),
        gap("mute", "denied", "403"),
        gap("gone", "missing", "no longer configured"),
    ];
    let failed = failed(&world_with(runs, gaps));
    let told: Vec<_> = failed.iter().map(|it| [&it["collector"], &it["how"], &it["code"], &it["message"]]).collect();
    let expected = [
        ["gives-up", "failed", "unsupported", "it speaks another language"],
        ["gone", "took no part", "missing", "no longer configured"],
        ["linux-host", "cut-off", "cut-off", "stopped after 5 minutes (`wall`)"],
        ["mute", "gave nothing", "denied", "403"],
    ];
    assert_eq!(told, expected, "one without gaps did not fail");
    for it in failed.iter().filter(|it| it["collector"] != "linux-host") {
        assert_eq!(it["unknown"], json!([{"framework": "soc2", "count": 1, "requirements": ["soc2:CC6.7"]}]));
    }
}

#[test]
fn a_requirement_that_fails_is_not_called_unknown() {
    let mut gap = gap("mute", "denied", "403");
    gap.kind = "identity.user@1".parse().unwrap();
    let failed = failed(&world_with(vec![run("mute", CollectorStatus::Ok, "")], vec![gap]));
    assert_eq!((&failed[1]["collector"], &failed[1]["unknown"]), (&json!("mute"), &json!([])));
}

#[test]
fn facts_that_were_given_are_no_collectors() {
    let mut given = run("facts:file", CollectorStatus::Ok, "");
    given.digest = None;
    assert_eq!(failed(&world_with(vec![given], vec![gap("facts:file", "denied", "403")])).len(), 1);
}

#[test]
fn every_form_names_each_and_stays_bounded_however_many_failed() {
    let names: Vec<String> = (0..60).map(|n| format!("collector-{n:02}")).collect();
    let runs = names.iter().map(|name| run(name, CollectorStatus::CutOff, &"it took too long; ".repeat(20)));
    let gaps = names.iter().map(|name| gap(name, "cut-off", "it took too long"));
    let world = world_with(runs.collect(), gaps.collect());
    let report = world.report();
    let text = text_of(&report, plain(80));
    assert!(text.lines().count() <= 150 && text.contains("more collectors") && text.contains("--format json"), "{text}");
    let comment = drawn(|out| markdown(&report, out));
    assert!(comment.chars().count() < 65_536 && comment.contains("more: `engine report -o report.html`"));
    let whole = [
        json_of(&report, Findings::Listed),
        drawn(|out| html(&report, out)),
        drawn(|out| csv(&report, out, Findings::Listed)),
        drawn(|out| junit(&report, out)),
        drawn(|out| sarif(&report, out, Findings::Listed, &|_, _| None)),
    ];
    for written in whole {
        let missing: Vec<_> = names.iter().filter(|name| !written.contains(name.as_str())).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

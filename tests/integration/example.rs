//! The example company: what is planted in its registers and in its account is found, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use model::{KindId, RequirementId};
use serde_json::Value;

use crate::desk::{Desk, Ran};
use crate::moto::Moto;

/// What is planted: outcome, rule, and how the subject begins.
pub(crate) type Planted = (&'static str, &'static str, &'static str);

/// What is planted in the registers.
pub(crate) const IN_REGISTERS: [Planted; 9] = [
    ("fail", "change/reviewed-by-somebody-else", "registers:changes/c-213"),
    ("fail", "continuity/critical-systems-are-restored-each-year", "registers:systems/directory"),
    ("inconclusive", "exercise/continuity-is-practised", "registers:exercises"),
    ("inconclusive", "exercise/incident-response-is-practised", "registers:exercises"),
    ("fail", "organisation/registers-have-a-keeper", "registers:exercises"),
    ("fail", "person/courses-are-finished-when-due", "registers:training/chloe.martin@fjordlight.example/security-awareness"),
    ("fail", "person/trained-this-year", "registers:people/chloe.martin@fjordlight.example"),
    ("fail", "vendor/health-records-need-an-agreement", "registers:vendors/scanwell"),
    ("fail", "vendor/reports-are-current-and-read", "registers:vendors/greyvault"),
];

/// What is planted in the account.
pub(crate) const IN_ACCOUNT: [Planted; 9] = [
    ("fail", "cloud/storage-is-closed-to-the-public", "aws:123456789012"),
    ("fail", "identity/mfa-enforced", "aws:iam::123456789012:user/ayumi.sato@fjordlight.example"),
    ("fail", "identity/root-uses-a-second-factor", "aws:iam::123456789012:root"),
    ("fail", "network/no-administration-from-anywhere", "aws:ec2:eu-west-1:123456789012:security-group/"),
    ("fail", "network/only-meant-ports-from-anywhere", "aws:ec2:eu-west-1:123456789012:security-group/"),
    ("fail", "person/accounts-belong-to-who-works-here", "aws:iam::123456789012:user/marc.adler@fjordlight.example"),
    ("fail", "person/accounts-belong-to-who-works-here", "aws:iam::123456789012:user/victor.hale@fjordlight.example"),
    ("fail", "storage/cannot-become-public", "aws:s3::123456789012:bucket/fjordlight-exports"),
    ("fail", "storage/not-public", "aws:s3::123456789012:bucket/fjordlight-exports"),
];

/// What nobody planted and nobody can tell: rules that read a field which moto does not answer or the collector does not give.
/// Where either learns to, the rule may conclude, and leaves this list.
const UNTOLD: [&str; 12] = [
    "audit/under-own-key",
    "cloud/a-contact-for-security-is-named",
    "cloud/snapshots-cannot-be-opened",
    "crypto/keys-are-not-for-everyone",
    "detection/serious-findings-are-answered",
    "detection/serious-findings-are-answered",
    "identity/password-policy",
    "identity/root-is-not-used",
    "network/traffic-is-recorded",
    "storage/access-is-recorded",
    "storage/confidential-under-own-keys",
    "storage/critical-cannot-be-deleted",
];

/// A finding that fails or is inconclusive: outcome, rule, subject, message.
pub(crate) type Found = (String, String, String, String);

/// That these are the planted ones, and beside them only what nobody can tell of the account.
#[track_caller]
pub(crate) fn assert_planted(found: &[Found], planted: &[Planted]) {
    let mut seen: BTreeSet<&Planted> = BTreeSet::new();
    for (outcome, rule, subject, message) in found {
        let of = planted.iter().find(|it| it.0 == outcome && it.1 == rule && subject.starts_with(it.2));
        let is_untold = outcome == "inconclusive" && UNTOLD.contains(&rule.as_str()) && message.contains("was not collected");
        assert!(of.is_some() || is_untold, "this was not planted: {outcome} {rule} {subject}: {message}");
        seen.extend(of);
    }
    let missing: Vec<_> = planted.iter().filter(|it| !seen.contains(it)).collect();
    assert!(missing.is_empty(), "this was planted and not found: {missing:?}");
}

/// The findings of a report that fail or are inconclusive, but for those of one collector.
fn found(report: &Value, but: &str) -> Vec<Found> {
    let text = |finding: &Value, field: &str| finding[field].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter().filter(|it| it["collector"] != but);
    let findings = findings.map(|it| (text(it, "outcome"), text(it, "rule"), text(it, "subject"), text(it, "message")));
    findings.filter(|it| ["fail", "inconclusive"].contains(&it.0.as_str())).collect()
}

/// Requirements by id, each with its status.
fn statuses(report: &Value) -> BTreeMap<String, String> {
    let all = report["frameworks"].as_array().unwrap().iter().flat_map(|it| it["requirements"].as_array().unwrap());
    all.map(|it| (it["id"].as_str().unwrap().to_owned(), it["status"].as_str().unwrap().to_owned())).collect()
}

#[track_caller]
fn assert_the_exercise_is_the_only_gap(report: &Value) {
    let gaps = report["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 1, "{gaps:#?}");
    assert!(gaps[0]["message"].as_str().unwrap().starts_with("exercises.csv, line 4: column 4 (`held_at`)"), "{gaps:#?}");
}

#[test]
fn of_the_example_s_registers_each_planted_thing_is_found_and_nothing_else() {
    let desk = Desk::new();
    let told = desk.run(&["init", "--example", "company"]).expect(0).stdout;
    assert!(told.contains("EXAMPLE"), "{told}");
    // The account and the machine are other tests' matter.
    let config = std::fs::read_to_string(desk.path().join("company/engine.toml")).unwrap();
    let from = config.find("[collector.registers]").unwrap();
    let to = config.find("[collector.linux-host]").unwrap();
    desk.write("company/engine.toml", &config[from..to]);
    let report = desk.run(&["--config", "company/engine.toml", "eval", "--no-store", "--format", "json"]).expect(1).json();
    assert_planted(&found(&report, ""), &IN_REGISTERS);
    assert_the_exercise_is_the_only_gap(&report);
    let statuses = statuses(&report);
    assert_eq!(statuses["iso27001:A.7.11"], "carved_out");
    assert_eq!(statuses["hipaa:164.310(d)(2)(i)"], "unknown");
    let again = desk.run(&["init", "--example", "company"]).expect(2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
}

/// The example company as `engine init` writes it, its account on a server.
fn company(moto: &Moto) -> Desk {
    let desk = Desk::new();
    desk.run(&["init", "--example"]).expect(0);
    let config = std::fs::read_to_string(desk.path().join("engine.toml")).unwrap();
    desk.write("engine.toml", config.replace("127.0.0.1:5055", moto.endpoint.strip_prefix("http://").unwrap()));
    desk
}

/// One run of one command over this machine, the account without some permissions, and the registers.
fn evaluated(desk: &Desk, moto: &Moto, withheld: &[&str]) -> Value {
    let printed = moto.run("example.py", withheld);
    let key = printed.lines().map(|line| line.split_once('=').unwrap());
    let output = desk.command().args(["eval", "--no-store", "--format", "json"]).envs(key).output().unwrap();
    let report = Ran::from(output).expect(1).json();
    let ended = report["run"]["collectors"].as_array().unwrap().iter();
    let ended: Vec<_> = ended.map(|it| (it["name"].as_str().unwrap(), it["status"].as_str().unwrap())).collect();
    assert_eq!(ended, [("aws", "ok"), ("linux-host", "ok"), ("registers", "ok")]);
    report
}

#[test]
fn one_run_over_machine_account_and_registers_finds_each_planted_thing_and_nothing_else() {
    let Some(moto) = Moto::named() else { return };
    let report = evaluated(&company(&moto), &moto, &[]);
    // What this machine shows differs from machine to machine.
    assert_planted(&found(&report, "linux-host"), &[IN_REGISTERS, IN_ACCOUNT].concat());
    let gaps = report["gaps"].as_array().unwrap().iter().filter(|it| it["collector"] != "linux-host").cloned();
    assert_the_exercise_is_the_only_gap(&serde_json::json!({ "gaps": gaps.collect::<Vec<_>>() }));
    let statuses = statuses(&report);
    // Access is held up by machine and account alike, and what is planted in the account stands whatever the machine shows.
    assert_eq!(statuses["soc2:CC6.1"], "deviations");
    assert_eq!(statuses["iso27001:A.7.11"], "carved_out");
    assert_eq!(statuses["hipaa:164.310(d)(2)(i)"], "unknown");
}

/// The kind that a permission is for, as the collector's manifest says.
fn only_kind_of(permission: &str) -> String {
    let manifest: toml::Table = include_str!("../../plugins/aws/plugin.toml").parse().unwrap();
    let kinds = manifest["permissions"][permission]["kinds"].as_array().unwrap();
    assert_eq!(kinds.len(), 1, "{permission}");
    kinds[0].as_str().unwrap().to_owned()
}

/// What depends on a kind: each requirement in scope that a control shows of which a rule reads that kind, and what that is a part of.
/// From the texts of `scripts/` alone.
fn depend_on(kind: &str, in_scope: impl Fn(&RequirementId) -> bool) -> BTreeSet<String> {
    let kind: KindId = kind.parse().unwrap();
    let (sources, settings) = (engine::bundled::sources(), engine::config::Settings::default());
    let kinds = facts::KindSet::read(&sources).unwrap();
    let rules = engine::pipeline::rule_set(&sources, &kinds, &settings).unwrap();
    let catalog = engine::pipeline::catalog(&sources, &settings).unwrap();
    let reads = |rule: &model::RuleHeader| rule.kind == kind || rule.joins.iter().any(|join| join.kind == kind);
    let controls = rules.headers().iter().filter(|it| reads(it)).flat_map(|it| &it.controls);
    let mut depend = BTreeSet::new();
    for shown in controls.flat_map(|control| catalog.requirements_of(control)).filter(|id| in_scope(id)) {
        let mut next = Some(shown);
        while let Some(id) = next {
            depend.insert(id.to_string());
            next = catalog.requirement(id).and_then(|it| it.parent.as_ref());
        }
    }
    depend
}

#[test]
fn one_permission_less_makes_exactly_what_depends_on_it_unknown() {
    let Some(moto) = Moto::named() else { return };
    let desk = company(&moto);
    let before = statuses(&evaluated(&desk, &moto, &[]));
    let mut seen = 0;
    for permission in ["cloudtrail:DescribeTrails", "rds:DescribeDBInstances"] {
        let kind = only_kind_of(permission);
        let report = evaluated(&desk, &moto, &[permission]);
        let gaps = report["gaps"].as_array().unwrap().iter();
        let gaps: Vec<_> = gaps.filter(|it| it["collector"] == "aws").map(|it| (&it["kind"], &it["code"])).collect();
        assert_eq!(gaps, [(&Value::from(kind.as_str()), &Value::from("denied"))], "{permission}");
        let after = statuses(&report);
        let differs: BTreeSet<_> =
            after.iter().filter(|(id, status)| before[*id] != **status).map(|(id, _)| id.clone()).collect();
        // What fails for another reason fails still.
        let stays = |id: &String| ["deviations", "unknown"].contains(&before[id].as_str());
        let depend = depend_on(&kind, |id| before[id.as_str()] != "out_of_scope");
        let expected: BTreeSet<_> = depend.iter().filter(|id| !stays(id)).cloned().collect();
        assert_eq!(differs, expected, "{permission}");
        let known: Vec<_> = differs.iter().filter(|id| after[*id] != "unknown").collect();
        assert!(known.is_empty(), "{permission}: {known:?}");
        let shown: Vec<_> = depend.iter().filter(|id| !["deviations", "unknown"].contains(&after[*id].as_str())).collect();
        assert!(shown.is_empty(), "{permission}: {shown:?} rests on what was not seen");
        seen += differs.len();
    }
    assert!(seen > 0, "on this machine everything that depends on them fails or is unknown in any case");
}

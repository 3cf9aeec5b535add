//! The bundled collector of a company's registers, through the built command.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::desk::{Desk, Ran};

const CONFIG: &str = "rules = [\"rules\"]\n[collector.registers]\nplugin = \"bundled:registers\"\nfiles_root = \"registers\"\n\
                      [collector.registers.grant]\nfiles = [\"/**\"]\n";
/// A rule on what only a register can show.
const RULE: &str = r#"fn describe() { #{ title: "A course is finished", kind: "person.training@1", controls: ["people/training"],
    severity: "medium", fresh_for: "24h", remediation: "Remind them." } }
fn evaluate(course) { if course.completed_at.is_null() { fail(`${course.course} is not finished`) } else { pass() } }
"#;

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// A desk with the registers of the fictional company.
fn company() -> Desk {
    let desk = Desk::new();
    desk.write("engine.toml", CONFIG);
    desk.write("rules/trained.rhai", RULE);
    copied(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/registers/complete"),
        &desk.path().join("registers"),
    );
    desk
}

fn report(desk: &Desk) -> Value {
    serde_json::from_slice(&fs::read(desk.path().join("r.json")).unwrap()).unwrap()
}

fn training(report: &Value) -> Value {
    let controls = report["controls"].as_array().unwrap();
    controls.iter().find(|it| it["id"] == "people/training").unwrap().clone()
}

fn evaluated(desk: &Desk) -> (Ran, Value) {
    let ran = desk.run(&["eval", "-o", "r.json"]);
    assert!(matches!(ran.code, 0 | 1 | 3), "{}\n{}", ran.stdout, ran.stderr);
    let report = report(desk);
    (ran, report)
}

#[test]
fn a_company_s_registers_are_supplied_evidence_and_are_derived_again() {
    let desk = company();
    desk.run(&["doctor"]).expect(0);
    let (_, report) = evaluated(&desk);
    assert_eq!(report["gaps"].as_array().unwrap().len(), 0, "{:#}", report["gaps"]);
    let control = training(&report);
    assert_eq!((control["status"].as_str(), control["basis"].as_str()), (Some("passing"), Some("supplied")), "{control:#}");
    let verified = desk.run(&["verify", "--replay"]).expect(0);
    assert!(verified.stdout.contains("byte for byte"), "{}", verified.stdout);
}

#[test]
fn a_wrong_line_makes_its_register_unknown_and_says_where_it_is() {
    let desk = company();
    let path = desk.path().join("registers/training.csv");
    let text = fs::read_to_string(&path).unwrap().replacen(",2026-02-02,", ",02/02/2026,", 1);
    let line = text.lines().position(|line| line.contains("02/02/2026")).unwrap() + 1;
    fs::write(&path, &text).unwrap();
    let (ran, report) = evaluated(&desk);
    assert_ne!(ran.code, 0);
    let gaps = report["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 1, "{gaps:#?}");
    let message = gaps[0]["message"].as_str().unwrap();
    assert!(message.contains(&format!("training.csv, line {line}: column 5 (`completed_at`) `02/02/2026`")), "{message}");
    assert!(message.contains("date_format"), "{message}");
    let control = training(&report);
    assert_eq!(control["status"], "unknown", "{control:#}");
    assert_eq!(control["population"]["pass"].as_u64().unwrap() + 2, text.lines().count() as u64, "{control:#}");
    desk.write("registers/registers.toml", "[register.training]\ndate_format = \"DD/MM/YYYY\"\n");
    let (_, report) = evaluated(&desk);
    assert_eq!(training(&report)["status"], "passing");
}

#[test]
fn a_fact_leads_to_the_line_of_its_register() {
    let desk = company();
    evaluated(&desk);
    let listed = desk.run(&["fact", "list", "--format", "ndjson"]).expect(0).stdout;
    let mut facts = listed.lines().filter(|line| line.contains("\"body\":"));
    let at = facts.position(|line| line.contains("\"registers:risks/r-4\"")).unwrap() + 1;
    let explained = desk.run(&["explain", &format!("registers:fact:{at}")]).expect(0).stdout;
    assert!(explained.contains("\"subject\": \"registers:risks/r-4\""), "{explained}");
    assert!(explained.contains("read from /risks.yaml, line ") && explained.contains("- risk: r-4"), "{explained}");
}

#[test]
fn what_is_not_granted_or_not_there_is_a_gap_that_names_what_to_do() {
    let desk = company();
    desk.write("engine.toml", CONFIG.replace("\"/**\"", "\"/people.csv\""));
    let (_, report) = evaluated(&desk);
    let gaps = report["gaps"].as_array().unwrap();
    assert!(gaps.iter().all(|gap| gap["code"] == "denied" || gap["scope"] == "*"), "{gaps:#?}");
    assert!(gaps.iter().any(|gap| gap["message"].as_str().unwrap().contains("collector.registers.grant")), "{gaps:#?}");
    desk.write("engine.toml", CONFIG);
    fs::remove_file(desk.path().join("registers/training.csv")).unwrap();
    let (_, report) = evaluated(&desk);
    let gap = report["gaps"].as_array().unwrap().iter().find(|gap| gap["kind"] == "person.training@1").unwrap().clone();
    assert_eq!(gap["code"], "not-found");
    assert!(gap["message"].as_str().unwrap().contains("`training.csv` (or `.xlsx`"), "{gap:#}");
    assert_ne!(training(&report)["status"], "passing");
}

#[test]
fn a_kind_that_is_left_out_of_the_kinds_is_not_expected() {
    let desk = company();
    fs::remove_file(desk.path().join("registers/risks.yaml")).unwrap();
    let kinds = "kinds = [\"person.training@1\", \"person.employment@1\"]\n[collector.registers.grant]";
    desk.write("engine.toml", CONFIG.replace("[collector.registers.grant]", kinds));
    let (_, report) = evaluated(&desk);
    assert_eq!(report["gaps"].as_array().unwrap().len(), 0, "{:#}", report["gaps"]);
    assert_eq!(training(&report)["status"], "passing");
}

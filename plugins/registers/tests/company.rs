//! The whole collector over the registers of a fictional company, which has every register and no mistake in any.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says what is wrong by failing")]
#![allow(
    dead_code,
    clippy::format_push_string,
    reason = "each test uses a part of what the tests share, which writes XML by hand"
)]

mod support;

use engine_sdk::testing::{Recorded, Said, Tree};
use engine_sdk::{Collector, Run};
use registers::{OF_REGISTERS, REGISTERS, Registers};
use serde_json::json;
use support::{collected, gaps, log};

fn company() -> Recorded {
    Recorded::new().tree(Tree::at(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/registers/complete")))
}

#[test]
fn every_register_is_complete_with_its_exact_count_and_no_field_is_missing() {
    let host = collected(company());
    let counts = host.complete_counts();
    for register in REGISTERS {
        let found = host.bodies(register.kind);
        assert_eq!(gaps(&host, register.kind), Vec::<String>::new());
        assert!(!found.is_empty(), "{} is empty", register.name);
        assert_eq!(counts[&format!("{} registers:{}", register.kind, register.name)], found.len() as u64);
        let of = &host.bodies(OF_REGISTERS)[&format!("registers:{}", register.name)];
        assert_eq!(
            (of["holds"].clone(), of["line_count"].clone(), of["refused_count"].clone()),
            (json!(register.kind), json!(found.len()), json!(0))
        );
    }
    assert_eq!(log(&host), Vec::<String>::new());
    let facts = host
        .said()
        .into_iter()
        .filter_map(|said| if let Said::Fact { kind, line, .. } = said { Some((kind, line)) } else { None });
    for (kind, line) in facts.filter(|(kind, _)| kind != OF_REGISTERS && kind != "policy.document@1") {
        // What the text of a policy gives stands in no other register.
        assert_eq!(line.get("$gaps"), None, "{kind} {line}");
        assert!(!line["$from"].as_array().unwrap().is_empty(), "{kind} {line}");
    }
}

#[test]
fn subjects_are_those_that_the_kinds_name() {
    let host = collected(company());
    for (kind, subject) in [
        ("person.employment@1", "registers:people/ayumi.sato@fjordlight.example"),
        ("person.onboarding@1", "registers:onboarding/chloe.martin@fjordlight.example/2026-04-01"),
        ("organisation.role@1", "registers:roles/security-officer/leila.haddad@fjordlight.example"),
        ("person.training@1", "registers:training/ayumi.sato@fjordlight.example/security-awareness/2026-01-15"),
        ("policy.document@1", "registers:policies/code-of-conduct"),
        ("access.review@1", "registers:access-reviews/billing/2026-q1"),
        ("vendor.report@1", "registers:vendor-reports/northcloud/soc2-type2/2026-09-30"),
        ("vendor.baa@1", "registers:agreements/northcloud/2025-12-15"),
        ("risk.entry@1", "registers:risks/r-1"),
        ("code.change@1", "registers:changes/c-201"),
        ("continuity.recovery-test@1", "registers:recovery-tests/billing/backup-restore/2026-06-17"),
        ("security.vulnerability-scan@1", "registers:scans/records-api-images/2026-11-15t04:30:00z"),
        ("governance.meeting@1", "registers:meetings/board/2026-03-12"),
    ] {
        assert!(host.bodies(kind).contains_key(subject), "no {subject} among {:?}", host.bodies(kind).keys());
    }
}

#[test]
fn values_are_those_of_the_files() {
    let host = collected(company());
    let person = &host.bodies("person.employment@1")["registers:people/victor.hale@fjordlight.example"];
    assert_eq!(
        *person,
        json!({"register": "people", "email": "victor.hale@fjordlight.example", "name": "Victor Hale", "status": "left",
            "employment_type": "employee", "started_at": "2022-11-01T00:00:00Z", "ended_at": "2026-06-30T00:00:00Z",
            "manager_email": "mateo.silva@fjordlight.example", "department": "Engineering", "job_title": "Backend engineer",
            "job_description": true, "privileged": false, "handles_phi": true})
    );
    let system = &host.bodies("asset.system@1")["registers:systems/records-api"];
    assert_eq!((&system["recovery_time_wanted"], &system["vendor"]), (&json!(14_400), &json!(null)));
    let risk = &host.bodies("risk.entry@1")["registers:risks/r-10"];
    assert_eq!((&risk["accepted_by"], &risk["systems"]), (&json!("ingrid.dahl@fjordlight.example"), &json!(["directory"])));
    let policy = &host.bodies("policy.document@1")["registers:policies/backup"];
    assert!(policy["word_count"].as_u64().unwrap() > 100 && policy["text_digest"].as_str().unwrap().len() == 64, "{policy}");
    assert_eq!(policy["location"], "policies/backup.md");
}

#[test]
fn a_workbook_of_another_program_is_the_same_as_the_table() {
    let book = include_bytes!("../../../tests/fixtures/registers/workbook/training.xlsx");
    let host = collected(Recorded::new().kinds(&["person.training@1"]).file("/training.xlsx", book.as_slice()));
    assert_eq!(host.bodies("person.training@1"), collected(company()).bodies("person.training@1"));
    let said = host.said();
    let line = said.iter().find_map(|said| if let Said::Fact { line, .. } = said { Some(line) } else { None }).unwrap();
    assert_eq!(line["$from"], json!([[1, 0, 0]]));
}

#[test]
fn a_doctor_finds_nothing_and_names_what_is_missing() {
    let host = company();
    assert!(Registers::check(&Run::new(&host).unwrap()).is_ok());
    let host =
        Recorded::new().file("/people.csv", "email\n").kinds(&["person.employment@1", "person.training@1", "risk.entry@1"]);
    let fault = Registers::check(&Run::new(&host).unwrap()).unwrap_err();
    assert!(fault.message.contains("`training`") && fault.message.ends_with("and 1 more registers"), "{fault}");
}

#[test]
fn the_guide_has_the_tables_of_today() {
    let host = collected(company());
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guides/registers.md")).unwrap();
    let renewed = registers::guide::renewed(&text, &|kind| host.bodies(kind)).unwrap();
    assert!(text == renewed, "renew it: cargo run -p registers --example guide");
}

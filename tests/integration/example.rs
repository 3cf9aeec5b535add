//! The example company: what is planted in its registers is found, and nothing else.

use std::collections::BTreeSet;

use crate::desk::Desk;

/// What is planted: outcome, rule, subject.
const PLANTED: [(&str, &str, &str); 9] = [
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
    let mut found = BTreeSet::new();
    for finding in report["findings"].as_array().unwrap() {
        let text = |field: &str| finding[field].as_str().unwrap();
        if ["fail", "inconclusive"].contains(&text("outcome")) {
            let of = PLANTED.iter().filter(|(outcome, rule, _)| (*outcome, *rule) == (text("outcome"), text("rule")));
            let planted = of.into_iter().find(|(_, _, subject)| text("subject").starts_with(subject));
            assert!(planted.is_some_and(|it| found.insert(*it)), "this was not planted: {finding:#}");
        }
    }
    let missing: Vec<_> = PLANTED.iter().filter(|it| !found.contains(*it)).collect();
    assert!(missing.is_empty(), "this was planted and not found: {missing:?}");
    let gaps = report["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 1, "{gaps:#?}");
    assert!(gaps[0]["message"].as_str().unwrap().starts_with("exercises.csv, line 4: column 4 (`held_at`)"), "{gaps:#?}");
    let requirements = report["frameworks"].as_array().unwrap().iter().flat_map(|it| it["requirements"].as_array().unwrap());
    let status = |id: &str| requirements.clone().find(|it| it["id"] == id).unwrap()["status"].clone();
    assert_eq!(status("iso27001:A.7.11"), "carved_out");
    assert_eq!(status("hipaa:164.310(d)(2)(i)"), "unknown");
    let again = desk.run(&["init", "--example", "company"]).expect(2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
}

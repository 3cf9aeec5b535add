//! `engine plan`: what to fix first, of real runs.

use std::fs;

use crate::desk::Desk;
use crate::given_facts::{complete, user};

/// Alice passes, bob has no second factor.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), user("bob", false), complete(2)].join("\n")).expect(1);
    desk
}

#[test]
fn a_failing_rule_is_a_fix_that_unlocks_what_it_holds() {
    let desk = desk();
    let json = desk.run(&["plan", "--format", "json"]).expect(0).json();
    let fixes = json["fixes"].as_array().unwrap();
    assert_eq!(fixes.len(), 1, "{json:#}");
    let fix = &fixes[0];
    assert_eq!((&fix["sort"], &fix["rules"][0], &fix["subjects"]), (&"mend".into(), &"identity/mfa-enforced".into(), &1.into()));
    let troubled = json["deviations"].as_u64().unwrap() + json["unknown"].as_u64().unwrap();
    assert_eq!((fix["unlocks"].as_array().unwrap().len() as u64, fix["together"].as_u64().unwrap()), (troubled, troubled));
    assert!(fix["frameworks"].as_u64().unwrap() >= 2, "{fix:#}");
    assert!(fix["fix"].as_str().unwrap().contains("second factor"));
    // The fix done, nothing is left of them.
    desk.eval(&[user("alice", true), user("bob", true), complete(2)].join("\n")).expect(0);
    let after = desk.run(&["plan", "--format", "json"]).expect(0).json();
    assert_eq!((&after["deviations"], after["fixes"].as_array().unwrap().len()), (&0.into(), 0));
    let named = desk.run(&["plan", "r1", "--format", "json"]).expect(0).json();
    assert_eq!(named["fixes"], json["fixes"], "an earlier run is planned as it was");
}

#[test]
fn a_gap_and_an_absent_field_are_fixes_that_say_what_would_close_them() {
    let desk = Desk::new();
    let lacking = user("carol", true)
        .replace(r#""mfa_enabled":true,"#, "")
        .replace(r#""body":"#, r#""$gaps":{"mfa_enabled":"iam:ListMFADevices"},"body":"#);
    let gap = r#"{"gap":{"kind":"identity.user@1","scope":"aws:999999999999","code":"denied","message":"iam:ListUsers"}}"#;
    desk.eval(&[user("alice", true), lacking, complete(2), gap.to_owned()].join("\n")).expect(3);
    let json = desk.run(&["plan", "--format", "json"]).expect(0).json();
    let fixes = json["fixes"].as_array().unwrap();
    let titles: Vec<_> =
        fixes.iter().map(|it| format!("{}: {}", it["sort"].as_str().unwrap(), it["title"].as_str().unwrap())).collect();
    assert_eq!(fixes.len(), 2, "{titles:?}");
    let close = fixes.iter().find(|it| it["sort"] == "close").unwrap();
    assert!(close["title"].as_str().unwrap().contains("iam:ListUsers") && close["fix"].as_str().unwrap().contains("permission"));
    let give = fixes.iter().find(|it| it["sort"] == "give").unwrap();
    assert!(give["title"].as_str().unwrap().contains("`mfa_enabled`"), "{give:#}");
    assert!(give["fix"].as_str().unwrap().contains("iam:ListMFADevices"), "{give:#}");
    assert_eq!(fixes.last().unwrap()["together"], json["unknown"]);
}

#[test]
fn the_plan_ends_with_what_further_collectors_would_reach() {
    let desk = desk();
    let json = desk.run(&["plan", "--format", "json"]).expect(0).json();
    let host = json["further"].as_array().unwrap().iter().find(|it| it["collector"] == "linux-host").unwrap();
    assert!(host["leaves"]["iso27001"].as_array().unwrap().iter().any(|it| it == "iso27001:A.8.20"), "{host}");
    let text = desk.run(&["plan"]).expect(0).stdout;
    let (_, end) = text.split_once("WHAT CONNECTING A FURTHER COLLECTOR WOULD REACH").unwrap();
    assert!(end.contains("linux-host  collected"), "{end}");
}

#[test]
fn every_form_is_written_by_its_ending_and_no_other_is() {
    let desk = desk();
    desk.run(&["plan", "-o", "plan.csv", "-o", "plan.json", "-o", "plan.html", "-o", "plan.txt"]).expect(0);
    let read = |name: &str| fs::read_to_string(desk.path().join(name)).unwrap();
    assert_eq!(read("plan.csv").lines().count(), 2);
    assert!(read("plan.html").contains("Content-Security-Policy") && read("plan.txt").contains("WHAT TO FIX FIRST"));
    assert!(read("plan.json").starts_with('{'));
    let wrong = desk.run(&["plan", "-o", "plan.docx"]).expect(2);
    assert!(wrong.stderr.contains(".csv"), "{}", wrong.stderr);
    let none = Desk::new().run(&["plan"]).expect(2);
    assert!(none.stderr.contains("engine eval"), "{}", none.stderr);
}

//! `[[carve_out]]`: what a subservice organisation answers for, while its report may be relied on.

use crate::desk::{Desk, Ran};
use crate::given_facts::seen_at;

/// An instant so many days before the facts were seen, at midnight.
fn days_ago(days: i64) -> String {
    let at: jiff::Timestamp = seen_at().parse().unwrap();
    let day = (at.as_second() / 86_400 - days) * 86_400;
    jiff::Timestamp::from_second(day).unwrap().to_string()
}

/// A report of `example-cloud` in the register, with one field as given.
fn report(ended: i64, field: &str, value: &str) -> String {
    let mut body = serde_json::json!({
        "register": "vendor-reports", "vendor": "example-cloud", "report_type": "soc2-type2",
        "period_start_at": days_ago(ended + 365), "period_end_at": days_ago(ended), "opinion": "unqualified",
        "exception_count": 0, "cuec_count": 12, "cuec_mapped_count": 12,
        "reviewed_at": days_ago(ended - 20), "reviewer_email": "lead@example.com",
    });
    if !field.is_empty() {
        body[field] = serde_json::from_str(value).unwrap();
    }
    let seen_at = seen_at();
    format!(
        r#"{{"kind":"vendor.report@1","subject":"registers:vendor-reports/example-cloud/{ended}","scope":"registers:vendor-reports","observed_at":"{seen_at}","body":{body}}}"#
    )
}

fn complete(count: usize) -> String {
    let seen_at = seen_at();
    format!(
        r#"{{"complete":{{"kind":"vendor.report@1","scope":"registers:vendor-reports","count":{count},"observed_at":"{seen_at}"}}}}"#
    )
}

const STATED: &str = "[[carve_out]]\norganisation = \"example-cloud\"\nrequirements = [\"iso27001:A.7.1\", \"soc2:A1.2\", \"hipaa:164.310(a)(2)(ii)\"]\n\
    [framework.soc2]\ncategories = [\"security\", \"availability\"]\n[framework.iso27001]\n[framework.hipaa]\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("engine.toml", STATED);
    desk
}

/// Status and reason of one requirement.
fn of(ran: &Ran, id: &str) -> (String, String) {
    let report = ran.json();
    let frameworks = report["frameworks"].as_array().unwrap();
    let mut all = frameworks.iter().flat_map(|it| it["requirements"].as_array().unwrap());
    let it = all.find(|it| it["id"] == id).unwrap();
    (it["status"].as_str().unwrap().to_owned(), it["reason"].as_str().unwrap().to_owned())
}

#[test]
fn a_requirement_is_carved_out_while_the_report_is_current_and_every_form_says_by_whom() {
    let desk = desk();
    let ran = desk.eval(&[report(100, "", ""), complete(1)].join("\n"));
    let (status, reason) = of(&ran, "iso27001:A.7.1");
    assert_eq!(status, "carved_out");
    let end = days_ago(100);
    let words = format!("example-cloud answers for it: its soc2-type2 report to {} is relied on until", end.get(..10).unwrap());
    assert!(reason.starts_with(&words), "{reason}");
    assert_eq!(of(&ran, "hipaa:164.310(a)(2)(ii)").0, "carved_out");
    // Of A1.2 it answers for the facilities, not for the backups.
    let (status, reason) = of(&ran, "soc2:A1.2");
    assert_eq!(status, "partly_supported");
    assert!(reason.contains("example-cloud answers for #environment"), "{reason}");
    let report = ran.json();
    let iso = report["frameworks"].as_array().unwrap().iter().find(|it| it["id"] == "iso27001").unwrap();
    assert_eq!(iso["summary"]["carved_out"], 1);
    let carved = iso["requirements"].as_array().unwrap().iter().find(|it| it["id"] == "iso27001:A.7.1").unwrap();
    assert_eq!((&carved["basis"][0], &carved["aspects"][0]["status"]), (&"supplied".into(), &"carved_out".into()));
    let explained = desk.run(&["explain", "iso27001:A.7.1"]).expect(0).stdout;
    assert!(explained.contains("carved out") && explained.contains("example-cloud answers for it"), "{explained}");
    desk.run(&["report", "-o", "report.html", "-o", "report.txt"]);
    for name in ["report.html", "report.txt"] {
        let text = std::fs::read_to_string(desk.path().join(name)).unwrap();
        assert!(text.contains("example-cloud answers for"), "{name}");
    }
}

#[test]
fn without_a_report_that_may_be_relied_on_it_is_unknown_and_never_carved_out() {
    let check = |code: i32, lines: &[String], words: &str| {
        let desk = desk();
        let ran = desk.eval(&lines.join("\n")).expect(code);
        for id in ["iso27001:A.7.1", "soc2:A1.2", "hipaa:164.310(a)(2)(ii)"] {
            let (status, reason) = of(&ran, id);
            assert_eq!(status, "unknown", "{id}: {reason}");
            assert!(reason.contains("example-cloud is to answer for") && reason.contains(words), "{reason}");
        }
        let text = desk.run(&["report"]).expect(code).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("? example-cloud is to answer for it:"), "{text}");
        let plan = desk.run(&["plan", "--format", "json"]).expect(0).json();
        let wrong = plan["unknown"].as_u64().unwrap() + plan["deviations"].as_u64().unwrap();
        assert_eq!(plan["fixes"].as_array().unwrap().last().unwrap()["together"], wrong, "{plan:#}");
    };
    check(3, &[], "nothing gives vendor.report@1");
    check(3, &[complete(0)], "there is no report of it");
    check(3, &[report(100, "", "")], "not all of vendor.report@1 was seen");
    check(3, &[report(500, "", ""), complete(1)], "it ended too long ago");
    check(3, &[report(100, "opinion", "\"qualified\""), complete(1)], "its opinion is qualified");
    // To have read it and to have mapped its controls are duties of their own, which are not met.
    check(1, &[report(100, "reviewed_at", "null"), complete(1)], "it was not reviewed");
    check(1, &[report(100, "cuec_mapped_count", "11"), complete(1)], "1 control that it expects of its users is not mapped");
    check(3, &[report(100, "vendor", "\"another\""), complete(1)], "there is no report of it");
}

#[test]
fn a_run_with_carve_outs_is_derived_again_with_those_of_its_day() {
    let desk = desk();
    let ran = desk.eval(&[report(100, "", ""), complete(1)].join("\n"));
    let digest = ran.json()["content_digest"].clone();
    desk.write("engine.toml", "");
    let verified = desk.run(&["verify", "--replay"]).expect(0).stdout;
    assert!(verified.contains(digest.as_str().unwrap()), "{verified}");
    let again = desk.run(&["report", "--format", "json"]);
    assert_eq!(of(&again, "iso27001:A.7.1").0, "carved_out");
}

#[test]
fn what_no_subservice_organisation_may_answer_is_refused_before_anything_is_collected() {
    let check = |more: &str, words: &[&str]| {
        let desk = Desk::new();
        desk.write("engine.toml", format!("[[carve_out]]\norganisation = \"x\"\n{more}\n"));
        let ran = desk.run(&["eval"]).expect(2);
        let told = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(told.contains(word), "`{word}` is not in:\n{}", ran.stderr);
        }
        let history = desk.run(&["history"]);
        assert!(history.code == 2 || history.stdout.contains("No run is recorded"), "something was recorded");
    };
    check("requirements = [\"soc2:CC9.2\"]", &["soc2:CC9.2", "no subservice organisation may answer", "iso27001:A.7.1"]);
    check("requirements = [\"soc2:A1.2#backup\"]", &["soc2:A1.2#backup", "soc2:A1.2#environment"]);
    check("requirements = [\"soc2:CC99\"]", &["soc2:CC99", "not there"]);
    check("requirements = []", &["answers for nothing"]);
    check("requirements = [\"nothing\"]", &["nothing"]);
    let with = |more: &str| format!("requirements = [\"iso27001:A.7.1\"]\n{more}");
    check(&with("report_types = [\"questionnaire\"]"), &["questionnaire", "soc2-type2"]);
    check(&with("current_for = \"9999d\""), &["current_for", "548d"]);
    check(&with("bridge = \"180d\""), &["bridge", "92d"]);
}

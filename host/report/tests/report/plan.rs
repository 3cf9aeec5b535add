//! What to fix first, in every form.

use engine_report::{plan_csv, plan_html, plan_json, plan_text};
use model::{Basis, Fix, Further, Plan, Remedy, RequirementId, Severity};
use unicode_width::UnicodeWidthStr as _;

use crate::sample::World;
use crate::{drawn, plain, sample};

fn ids(ids: &[&str]) -> Vec<RequirementId> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

/// What a hostile collector could say.
const EVIL: &str = "=HYPERLINK(\"http://x\")\u{1b}[2J<script>\u{202e}";

fn fix(remedy: Remedy, severity: Option<Severity>, unlocks: &[&str], touches: &[&str], together: usize) -> Fix {
    Fix {
        remedy,
        severity,
        subject_count: 3,
        rules: if severity.is_some() { vec!["identity/mfa-enforced".parse().unwrap()] } else { vec![] },
        controls: if severity.is_some() { vec!["access/mfa".parse().unwrap()] } else { vec![] },
        unlocks: ids(unlocks),
        touches: ids(touches),
        together,
    }
}

fn plan() -> Plan {
    let (collector, kind) = ("aws".parse().unwrap(), "identity.user@1".parse().unwrap());
    let rule: model::RuleId = "identity/mfa-enforced".parse().unwrap();
    let denied = Remedy::Close {
        collector,
        code: model::GapCode::DENIED,
        message: "add `\"/etc/shadow\"` to `files` of `[collector.aws.grant]`".into(),
        kinds: vec![kind],
    };
    let (collector, kind) = ("aws".parse().unwrap(), "identity.user@1".parse().unwrap());
    let give = Remedy::Give { collector, kind, field: "access_keys".into(), reason: EVIL.into() };
    Plan {
        deviating: 3,
        unknown: 2,
        fixes: vec![
            fix(
                Remedy::Mend { rule: rule.clone() },
                Some(Severity::High),
                &["soc2:CC6.1", "hipaa:164.312(d)"],
                &["soc2:CC6.6"],
                2,
            ),
            fix(denied, Some(Severity::Medium), &["soc2:CC6.2"], &[], 3),
            fix(give, Some(Severity::Low), &[], &["soc2:CC6.6"], 3),
            fix(Remedy::Settle { rule }, Some(Severity::Low), &[], &[], 4),
        ],
    }
}

fn further() -> Vec<Further> {
    let leaves = [("soc2".parse().unwrap(), ids(&["soc2:CC1.1", "soc2:CC1.2", "soc2:CC1.3", "soc2:CC9.2"]))].into();
    vec![Further { name: "registers".into(), basis: Basis::Supplied, leaves }]
}

fn text(world: &World, width: u16, most: usize) -> String {
    drawn(|out| plan_text(&world.report(), &plan(), &further(), most, out, &plain(width)))
}

#[test]
fn the_terminal_shows_what_to_do_and_what_it_unlocks_within_its_width() {
    let world = sample::world();
    insta::assert_snapshot!("plan-text", text(&world, 100, 20));
    for width in [40, 57, 80, 200] {
        for line in text(&world, width, 20).lines() {
            assert!(line.width() <= usize::from(width), "{} > {width}: {line}", line.width());
            assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line:?}");
        }
    }
    let cut = text(&world, 100, 2);
    assert!(cut.contains("2 fixes more") && !cut.contains("access_keys"), "{cut}");
}

#[test]
fn no_cell_of_the_table_is_a_formula() {
    let table = drawn(|out| plan_csv(&sample::world().report(), &plan(), out));
    assert_eq!(table.split("\r\n").count(), 6, "{table}");
    assert!(table.starts_with("rank,sort,severity,title,fix,subjects,unlocks,"), "{table}");
    for line in table.split("\r\n") {
        for cell in line.split(',') {
            assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '-', '@', '\t']), "{line}");
        }
    }
    assert!(table.contains("1,mend,high,") && table.contains(",3,2,2,1,2,soc2:CC6.1 hipaa:164.312(d),"), "{table}");
}

#[test]
fn the_json_holds_every_fix_in_order() {
    let json = drawn(|out| plan_json(&sample::world().report(), &plan(), &further(), out));
    assert!(json.is_ascii() || !json.contains('\u{202e}'), "{json}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["deviations"], &json["unknown"]), (&3.into(), &2.into()));
    let sorts: Vec<_> = json["fixes"].as_array().unwrap().iter().map(|it| it["sort"].as_str().unwrap()).collect();
    assert_eq!(sorts, ["mend", "close", "give", "settle"]);
    assert_eq!((&json["fixes"][0]["rank"], &json["fixes"][0]["frameworks"]), (&1.into(), &2.into()));
    assert!(json["fixes"][2]["fix"].as_str().unwrap().ends_with(EVIL), "values stand whole");
    assert_eq!(json["further"][0]["leaves"]["soc2"].as_array().unwrap().len(), 4);
    assert!(json["statement"].as_str().unwrap().starts_with("Management's own monitoring"));
}

#[test]
fn the_page_has_the_reports_style_and_no_script() {
    let page = drawn(|out| plan_html(&sample::world().report(), &plan(), &further(), out));
    let report = crate::html_of(&sample::world().report());
    let policy = |page: &str| page.lines().find(|line| line.contains("Content-Security-Policy")).unwrap().to_owned();
    assert_eq!(policy(&page), policy(&report));
    assert!(!page.contains("<script") && !page.contains('\u{202e}'), "{page}");
    let parsed = scraper::Html::parse_document(&page);
    let select = |what: &str| scraper::Selector::parse(what).unwrap();
    assert_eq!(parsed.select(&select("article.problem")).count(), 4);
    assert_eq!(parsed.select(&select("#further + p + table tbody tr")).count(), 1);
}

#[test]
fn the_report_itself_ends_with_what_further_collectors_would_reach_and_its_digest_is_the_same() {
    let (world, further) = (sample::world(), further());
    let without = world.report();
    let with = engine_report::Report { further: &further, ..without };
    assert!(crate::text_of(&with, plain(100)).contains("registers  supplied  4  soc2 4 (CC1.1 CC1.2 CC1.3 …)"));
    assert!(crate::html_of(&with).contains("soc2:CC9.2"));
    assert!(!crate::text_of(&without, plain(100)).contains("one more collector"));
    assert_eq!(engine_report::content_digest(&with), engine_report::content_digest(&without));
}

#[test]
fn an_empty_plan_says_so() {
    let world = sample::world();
    let empty = Plan::default();
    let text = drawn(|out| plan_text(&world.report(), &empty, &[], 20, out, &plain(80)));
    assert!(text.contains("Nothing: nothing fails"), "{text}");
    let page = drawn(|out| plan_html(&world.report(), &empty, &[], out));
    assert!(page.contains("Nothing fails"), "{page}");
}

//! Values that others chose, as bad as they come, in every form of the report.

use engine_report::{Findings, OperatorChange, is_active};
use model::{Assessment, Catalog, FactSet, FindingSet, GapCode, Outcome, Severity};
use proptest::prelude::*;
use scraper::{Html, Node};
use serde_json::Value;

use crate::sample::{self, World, fact, findings, rule};
use crate::{html_of, json_of, plain, text_of};

/// A run in which every free text is the same.
pub fn world_with(text: &str) -> World {
    let mut world = large(1);
    let name: String = text.chars().filter(|c| !is_active(*c)).collect();
    let name = format!("user/{}/x", name.trim().chars().take(200).collect::<String>());
    let kind = "identity.user@1";
    let body = serde_json::json!({ "name": text }).to_string();
    world.facts = FactSet::new(
        vec![fact("aws", kind, "aws:1", &name, &body, 1)],
        vec![],
        vec![model::Gap {
            collector: "aws".parse().unwrap(),
            kind: "storage.bucket@1".parse().unwrap(),
            scope: "aws:1".parse().unwrap(),
            subject: Some(name.parse().unwrap()),
            code: GapCode::DENIED,
            message: text.to_owned(),
        }],
    );
    text.clone_into(&mut world.run.collectors[0].message);
    text.clone_into(&mut world.run.exit.reason);
    text.clone_into(&mut world.assessment.controls[0].reason);
    text.clone_into(&mut world.rules[0].remediation);
    world.operator_changes = vec![OperatorChange { subject: text.to_owned(), change: text.to_owned() }];
    world.findings = FindingSet::new(vec![findings(&world.facts, &world.rules[0], |_| (Outcome::Fail, text.to_owned()))]);
    world
}

/// A run with one rule that fails on each of `count` subjects, and as many gaps.
pub fn large(count: usize) -> World {
    let mut world = sample::world();
    let kind = "identity.user@1";
    let facts = (0..count).map(|n| fact("aws", kind, "aws:1", &format!("user/{n:05}"), "{}", 1)).collect();
    let gaps = (0..count).map(|n| model::Gap {
        collector: "aws".parse().unwrap(),
        kind: "storage.bucket@1".parse().unwrap(),
        scope: format!("aws:{n}").parse().unwrap(),
        subject: None,
        code: GapCode::from_guest(GapCode::KNOWN[n % GapCode::KNOWN.len()]),
        message: "a long message about what could not be read, ".repeat(6),
    });
    world.facts = FactSet::new(facts, vec![], gaps.collect());
    let titled = |n: usize| format!("Everyone uses a second factor, in the {n}th of very many ways to say so at length");
    world.rules = (0..count.min(60))
        .map(|n| {
            rule(
                &format!("identity/rule-{n:02}"),
                kind,
                "access/mfa",
                Severity::High,
                &titled(n),
                "Enrol a second factor. ".repeat(9).as_str(),
            )
        })
        .collect();
    let wanted = if count > 20 { 1..=1 } else { 1..=count };
    world.findings = FindingSet::new(
        world
            .rules
            .iter()
            .zip(1..)
            .filter(|(_, n)| wanted.contains(n) || count == 2_000)
            .map(|(header, _)| findings(&world.facts, header, |_| (Outcome::Fail, "signs in with a password alone".to_owned())))
            .collect(),
    );
    world
}

/// Many facts in scopes of very different sizes, some failing and many not known.
pub fn scattered(count: usize) -> World {
    let mut world = sample::world();
    let kind = "identity.user@1";
    let scope = |n: usize| format!("aws:{}", (n % 97) % 7);
    let facts = (0..count).map(|n| fact("aws", kind, &scope(n), &format!("user/{:05}", n * 7_919 % count), "{}", 1)).collect();
    world.facts = FactSet::new(facts, vec![], vec![]);
    world.rules = vec![rule("identity/one", kind, "access/mfa", Severity::High, "One", "Mend it.")];
    let outcome = |subject: &str| match subject.bytes().last() {
        Some(b'0') => Outcome::Pass,
        Some(b'1' | b'2') => Outcome::Fail,
        _ => Outcome::Inconclusive,
    };
    let decide = |fact: &model::Fact| (outcome(fact.subject.as_str()), "so".to_owned());
    world.findings = FindingSet::new(vec![findings(&world.facts, &world.rules[0], decide)]);
    world
}

/// A run of nothing.
pub fn empty() -> World {
    let mut world = sample::world();
    world.catalog = Catalog::default();
    world.rules.clear();
    world.facts = FactSet::default();
    world.findings = FindingSet::default();
    world.assessment = Assessment::default();
    world.run.collectors.clear();
    world
}

/// The elements of a page with the names of their attributes, in order.
fn skeleton(page: &str) -> Vec<String> {
    Html::parse_document(page)
        .tree
        .values()
        .filter_map(|node| match node {
            // The one thing that an author's backticks make, and it can hold nothing but text.
            Node::Element(element) if element.name() == "code" && element.attrs().next().is_none() => None,
            Node::Element(element) => {
                let mut names: Vec<_> = element.attrs().map(|(name, _)| name.to_owned()).collect();
                names.sort();
                Some(format!("{} {}", element.name(), names.join(" ")))
            }
            Node::Comment(_) => Some("a comment".to_owned()),
            _ => None,
        })
        .collect()
}

const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style></title></details><h1>",
    "<!-- --><!DOCTYPE x>&lt;&#60;&",
    "\u{1b}]8;;http://x\u{7}click\u{1b}]8;;\u{7}\u{1b}]52;c;eA==\u{7}",
    "ok\r\u{1b}[2K✓ nothing fails\n",
    "user\u{202e}nimda\u{2066}\u{200b}",
    "\u{9b}31m\u{0}\u{7f}\u{85}\u{2028}",
    "=1+1\t@SUM(A1)",
    "javascript:alert(1)",
    "{{7*7}}${7*7}%n%s\\",
];

#[track_caller]
fn check(text: &str) {
    let world = world_with(text);
    let report = world.report();
    for terminal in [plain(80), engine_report::Terminal { width: 60, color: false, unicode: false }] {
        let shown = text_of(&report, terminal);
        assert!(!shown.chars().any(|c| c != '\n' && is_active(c)), "active characters in the terminal report of {text:?}");
    }
    let json = json_of(&report, Findings::All);
    assert!(!json.trim_end().chars().any(is_active), "active characters in the JSON of {text:?}");
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["findings"][0]["message"], text);
    assert_eq!(value["gaps"][0]["message"], text);
    let page = html_of(&report);
    assert_eq!(skeleton(&page), skeleton(&html_of(&world_with("harmless").report())), "the page of {text:?} has other elements");
    let inside = Html::parse_document(&page)
        .tree
        .values()
        .filter_map(|node| node.as_text().map(|text| text.text.to_string()))
        .collect::<String>();
    assert!(!inside.chars().any(|c| c != '\n' && is_active(c)), "active characters on the page of {text:?}");
}

#[test]
fn known_attacks_stay_text() {
    for attack in ATTACKS {
        check(attack);
    }
}

#[test]
fn a_value_on_the_page_reads_back_as_it_was() {
    let text = "<b>\"Zoë\" & 'co'</b> 東京";
    let page = Html::parse_document(&html_of(&world_with(text).report()));
    let selector = scraper::Selector::parse("td[data-label='What was said']").unwrap();
    let mut cells = page.select(&selector).map(|it| it.text().collect::<String>());
    assert!(cells.any(|cell| cell == text));
}

#[test]
fn the_page_allows_nothing_but_its_own_style() {
    let page = html_of(&sample::world().report());
    let document = Html::parse_document(&page);
    let count = |selector: &str| document.select(&scraper::Selector::parse(selector).unwrap()).count();
    assert_eq!(count("script, link, img, iframe, object, embed, form, base, [style], [onclick], [src]"), 0);
    assert_eq!(count("style"), 1);
    assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
    assert!(!page.contains("unsafe-inline"));
    assert!(document.select(&scraper::Selector::parse("a[href]").unwrap()).all(|a| a.attr("href").unwrap().starts_with('#')));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_only_ever_text(text in ".{0,60}|\\PC{0,40}|[<>&\"'`=/ \\x00-\\x1f\u{80}-\u{9f}\u{200b}-\u{202e}a-z]{0,40}") {
        check(&text);
    }
}

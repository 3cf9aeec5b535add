//! The page: what it holds, and that its links lead somewhere.

use std::collections::BTreeSet;

use scraper::{Html, Selector};

use engine_report::Report;

use crate::{html_of, sample};

fn all(document: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    document.select(&selector).filter_map(|it| it.attr(attribute)).map(ToOwned::to_owned).collect()
}

#[test]
fn every_link_leads_to_something_on_the_page() {
    let document = Html::parse_document(&html_of(&sample::world().report()));
    let ids: Vec<_> = all(&document, "[id]", "id");
    let distinct: BTreeSet<_> = ids.iter().cloned().collect();
    assert_eq!(ids.len(), distinct.len(), "an id stands twice");
    let lost: Vec<_> = all(&document, "a[href]", "href").into_iter().filter(|href| !distinct.contains(&href[1..])).collect();
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn every_requirement_control_and_rule_is_on_the_page() {
    let world = sample::world();
    let document = Html::parse_document(&html_of(&world.report()));
    let ids: BTreeSet<_> = all(&document, "[id]", "id").into_iter().collect();
    let requirements =
        world.assessment.frameworks.iter().flat_map(|it| &it.requirements).map(|it| format!("requirement-{}", it.id));
    let controls = world.assessment.controls.iter().map(|it| format!("control-{}", it.id));
    let rules = world.rules.iter().map(|it| format!("rule-{}", it.id));
    for id in requirements.chain(controls).chain(rules) {
        assert!(ids.contains(&id), "{id}");
    }
}

#[test]
fn every_section_and_every_printed_page_of_an_example_says_so_and_of_no_other_report() {
    let world = sample::world();
    let page = html_of(&Report { is_example: true, ..world.report() });
    let document = Html::parse_document(&page);
    let texts = |selector: &str| -> Vec<String> {
        document.select(&Selector::parse(selector).unwrap()).map(|it| it.text().collect()).collect()
    };
    let headings = texts("h2");
    assert!(headings.len() > 8 && headings.iter().all(|it| it.starts_with("EXAMPLE · ")), "{headings:?}");
    assert!(texts("title")[0].starts_with("EXAMPLE · "));
    assert_eq!(texts(".example"), ["EXAMPLE"]);
    // What is fixed stands on every page that is printed.
    assert!(page.contains(".example{position:fixed;"));
    let print = page.split("@media print{").nth(1).unwrap();
    assert!(print.contains(".example{inset:") && !print.contains(".example{display:none"), "{print}");
    assert!(!html_of(&world.report()).contains("EXAMPLE"));
}

#[test]
fn tables_have_captions_and_headers_have_scopes() {
    let document = Html::parse_document(&html_of(&sample::world().report()));
    let count = |selector: &str| document.select(&Selector::parse(selector).unwrap()).count();
    assert_eq!(count("table"), count("table > caption"));
    assert_eq!(count("th"), count("th[scope]"));
    assert_eq!((count("main"), count("h1"), count("header"), count("footer"), count("nav[aria-label]")), (1, 1, 1, 1, 1));
    assert_eq!(count("svg"), count("svg[role=img][aria-label]"));
}

#[test]
fn a_parsed_page_has_the_elements_that_were_written() {
    // A parser mends what is not well formed, silently: an element that was never closed swallows what follows.
    let page = html_of(&sample::world().report());
    for element in ["details", "section", "article", "table", "tbody", "ul", "dl", "div", "p", "span", "a", "svg"] {
        let opened = page.matches(&format!("<{element} ")).count() + page.matches(&format!("<{element}>")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
        let parsed = Html::parse_document(&page).select(&Selector::parse(element).unwrap()).count();
        assert_eq!(opened, parsed, "{element}");
    }
}

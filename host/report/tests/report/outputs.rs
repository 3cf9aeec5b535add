//! CSV, Markdown, SARIF and JUnit XML, read back by outside readers.

use engine_report::{Findings, Place, csv, is_active, junit, markdown, sarif};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use crate::drawn;
use crate::hostile::{empty, large, world_with};
use crate::sample::{self, World};

fn sarif_of(world: &World, findings: Findings) -> Value {
    let place = |_: &_, _: &_| Some(Place { asked: "/etc/passwd".to_owned(), line: None, text: None });
    let text = drawn(|out| sarif(&world.report(), out, findings, &place));
    assert!(!text.trim_end().chars().any(|c| c != '\n' && is_active(c)), "active characters in SARIF");
    assert!(text.len() < 10_000_000 || findings == Findings::All, "{} bytes", text.len());
    serde_json::from_str(&text).unwrap()
}

#[track_caller]
fn fits_the_schema(sarif: &Value) {
    let mut schema: Value =
        serde_json::from_str(include_str!("../../../../tests/fixtures/sarif/sarif-schema-2.1.0.json")).unwrap();
    // A stray bracket in these two patterns is none of ours, and strict readers of expressions refuse it; we write no `language`.
    for part in ["run", "toolComponent"] {
        schema["definitions"][part]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(sarif).map(|it| format!("{}: {it}", it.instance_path())).take(3).collect();
    assert_eq!(errors, Vec::<String>::new());
}

fn rows(world: &World) -> Vec<Vec<String>> {
    let text = drawn(|out| csv(&world.report(), out, Findings::All));
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn sarif_fits_its_schema_and_calls_nothing_unknown_a_failure_or_a_pass() {
    for world in [sample::world(), large(20), empty()] {
        for findings in [Findings::Listed, Findings::All] {
            fits_the_schema(&sarif_of(&world, findings));
        }
    }
    let report = sarif_of(&sample::world(), Findings::All);
    let results = report["runs"][0]["results"].as_array().unwrap();
    let of = |kind: &str| results.iter().filter(|it| it["kind"] == kind).count();
    assert_eq!((of("fail"), of("open")), (3, 5), "three failures; two inconclusive and three gaps");
    assert!(of("pass") > 0 && of("notApplicable") > 0);
    assert!(results.iter().all(|it| (it["kind"] == "fail") != (it["level"] == "none")));
    let uri = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "host%3Adb-1/etc/passwd");
}

#[test]
fn sarif_keeps_within_what_code_scanning_takes_and_tells_what_is_left_out() {
    let report = sarif_of(&large(2_000), Findings::Listed);
    let run = &report["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert!(results.len() <= 5_000 && results.iter().any(|it| it["kind"] == "open"));
    assert!(run["properties"]["omittedResults"].as_u64().unwrap() > 0);
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
    }
}

#[test]
fn the_table_has_a_row_for_all_that_is_not_well() {
    let rows = rows(&sample::world());
    assert!(rows.iter().all(|row| row.len() == 15));
    assert_eq!(rows.iter().filter(|row| row[0] == "gap" && row[2] == "unknown").count(), 3);
    assert_eq!(rows.iter().filter(|row| row[0] == "finding" && row[2] == "fail").count(), 3);
    assert_eq!((rows[1][0].as_str(), rows[1][2].as_str()), ("run", "fail"));
}

fn skeleton(world: &World) -> Vec<String> {
    let text = drawn(|out| markdown(&world.report(), out));
    assert!(text.chars().count() < 65_536, "too long for a comment");
    assert!(!text.chars().any(|c| c != '\n' && is_active(c)));
    let kept = |event: Event<'_>| match event {
        Event::Start(Tag::Link { .. } | Tag::Image { .. }) => Some("a link".to_owned()),
        Event::Html(_) | Event::InlineHtml(_) => Some("markup".to_owned()),
        Event::Start(tag @ (Tag::Heading { .. } | Tag::Table(_) | Tag::List(_) | Tag::Item)) => Some(format!("{tag:?}")),
        Event::Text(text) => {
            assert!(!text.contains("://") && !text.contains("www.") && !text.contains('@'), "{text}");
            None
        }
        _ => None,
    };
    Parser::new_ext(&text, Options::all()).filter_map(kept).collect()
}

fn junit_of(world: &World) -> quick_junit::Report {
    let text = drawn(|out| junit(&world.report(), out));
    assert!(!text.chars().any(|c| c != '\n' && is_active(c)));
    assert_eq!(against_the_schema(&text), Vec::<String>::new());
    quick_junit::Report::deserialize_from_str(&text).unwrap()
}

/// What the schema that Jenkins holds JUnit reports to has against one.
fn against_the_schema(junit: &str) -> Vec<String> {
    let schema = uppsala::parse(include_str!("../../../../tests/fixtures/junit/junit-10.xsd")).unwrap();
    let validator = uppsala::XsdValidator::from_schema(&schema).unwrap();
    match uppsala::parse(junit) {
        Ok(document) => validator.validate(&document).iter().take(3).map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    }
}

#[test]
fn junit_fits_the_schema_of_its_strictest_reader() {
    for world in [sample::world(), large(20), empty()] {
        junit_of(&world);
    }
    let text = drawn(|out| junit(&sample::world().report(), out));
    for (right, wrong) in [
        ("<testcase name=", "<testcase title="),
        ("<testsuite name=\"run\"", "<testsuite name=\"run\" surprise=\"1\""),
        ("<error ", "<unknown/><error "),
        ("</testsuite>", "<failure/></testsuite>"),
        ("</testsuites>", ""),
    ] {
        let broken = text.replacen(right, wrong, 1);
        assert!(broken != text && !against_the_schema(&broken).is_empty(), "`{wrong}` is let through");
    }
}

#[test]
fn a_pipeline_never_shows_a_gap_as_passed() {
    let read = junit_of(&sample::world());
    assert_eq!(read.test_suites[0].failures, 1, "the run ended with 1");
    let missing = read.test_suites.iter().find(|it| it.name.as_str() == "evidence that is missing").unwrap();
    assert_eq!((missing.tests, missing.errors), (3, 3));
    let mut world = empty();
    world.run.exit.code = 3;
    assert_eq!(junit_of(&world).errors, 1, "nothing was assessed");
}

#[test]
fn the_comment() {
    insta::assert_snapshot!("markdown", drawn(|out| markdown(&sample::world().report(), out)));
}

#[track_caller]
fn check(text: &str) {
    let world = world_with(text);
    let harmless = skeleton(&world_with("harmless"));
    assert!(!harmless.iter().any(|it| it == "a link" || it == "markup"));
    assert_eq!(skeleton(&world), harmless, "the Markdown of {text:?} has other parts");
    for cell in rows(&world).into_iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
    }
    fits_the_schema(&sarif_of(&world, Findings::All));
    assert_eq!(junit_of(&world).tests, junit_of(&world_with("harmless")).tests);
}

#[test]
fn known_attacks_are_text_in_every_output() {
    for attack in [
        "<b>x</b>",
        "[a](http://x)",
        "http://x www.x.y a@b.c @me #1",
        "``` `a ``b",
        "\n# x\n|a|b|",
        "=1+1",
        "]]>&\u{0}\u{202e}",
        "{0} [1](2)",
    ] {
        check(attack);
    }
    check(&"=`|[<".repeat(3_000));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_text_in_every_output(text in ".{0,60}|[<>&\"'`=/ |\\[\\]()!#*_~$:@{}\\x00-\\x1f\u{202e}a-z]{0,40}") {
        check(&text);
    }
}

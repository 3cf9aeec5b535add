//! What could be shown, in every form.

use engine_report::{coverage_json, coverage_markdown, coverage_text};
use model::{Basis, CollectorCoverage, Coverage, FrameworkCoverage, LeafCoverage, Means};
use unicode_width::UnicodeWidthStr as _;

use crate::{drawn, plain, sample};

fn leaf(id: &str, category: &str, means: Means) -> LeafCoverage {
    let tested = means.is_tested();
    LeafCoverage {
        id: id.parse().unwrap(),
        category: category.into(),
        means,
        fully: tested && id.ends_with('1'),
        weakly: tested && !id.ends_with('1'),
        collectors: if tested { vec!["aws".into()] } else { vec![] },
        controls: if tested { vec!["access/mfa".parse().unwrap()] } else { vec![] },
    }
}

fn coverage() -> Coverage {
    let soc2 = FrameworkCoverage {
        id: "soc2".parse().unwrap(),
        apart: vec!["beside".into()],
        leaves: vec![
            leaf("soc2:CC6.1", "security", Means::Collected),
            leaf("soc2:CC6.2", "security", Means::Supplied),
            leaf("soc2:CC6.4", "security", Means::CarvedOut),
            leaf("soc2:A1.1", "availability", Means::Attestable),
            leaf("soc2:X1", "beside", Means::Uncovered),
        ],
    };
    let reaches = ["soc2:CC6.1", "soc2:CC6.2"].map(|id| id.parse().unwrap()).to_vec();
    let aws = CollectorCoverage { name: "aws".into(), basis: Basis::Collected, kind_count: 30, reaches };
    Coverage { frameworks: vec![soc2], collectors: vec![aws] }
}

#[test]
fn the_terminal_shows_numbers_and_every_leaf_within_its_width() {
    let catalog = sample::world().catalog;
    let text = |width| drawn(|out| coverage_text(&coverage(), &catalog, true, out, &plain(width)));
    insta::assert_snapshot!("coverage-text", text(100));
    for width in [40, 80, 89, 90, 200] {
        for line in text(width).lines() {
            assert!(line.width() <= usize::from(width), "{} > {width}: {line}", line.width());
        }
    }
}

#[test]
fn the_json_begins_with_the_numbers_that_others_read() {
    let text = drawn(|out| coverage_json(&coverage(), out));
    let begin =
        r#"{"frameworks":[{"id":"soc2","leaves":4,"collected":1,"supplied":1,"attestable":1,"carved_out":1,"uncovered":0,"#;
    assert!(text.starts_with(begin), "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let framework = &json["frameworks"][0];
    assert_eq!(
        framework["categories"][2],
        serde_json::json!({"id":"beside","counted":false,"leaves":1,"collected":0,"supplied":0,"attestable":0,"carved_out":0,"uncovered":1,"fully":0,"weakly":0})
    );
    assert_eq!(framework["requirements"].as_array().unwrap().len(), 5);
    assert_eq!(json["collectors"][0]["reaches"]["soc2"], 2);
}

#[test]
fn the_page_is_one_table_and_the_leaves_by_means() {
    insta::assert_snapshot!("coverage-markdown", drawn(|out| coverage_markdown(&coverage(), &sample::world().catalog, out)));
}

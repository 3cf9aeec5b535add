//! Every form of the report, of one sample run and of hostile ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panic")]
#![allow(unreachable_pub, missing_docs, reason = "one binary, nothing leaves it")]

mod coverage;
mod drawings;
mod failed;
mod hostile;
mod machine;
mod outputs;
mod page;
mod plan;
mod sample;
mod terminal;

use engine_report::{Findings, Report, Terminal};

/// Plain text at a width.
fn plain(width: u16) -> Terminal {
    Terminal { width, color: false, unicode: true }
}

fn drawn(draw: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    draw(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn text_of(report: &Report<'_>, terminal: Terminal) -> String {
    drawn(|out| engine_report::text(report, out, &terminal))
}

fn html_of(report: &Report<'_>) -> String {
    drawn(|out| engine_report::html(report, out))
}

fn json_of(report: &Report<'_>, findings: Findings) -> String {
    drawn(|out| engine_report::json(report, out, findings))
}

#[test]
fn no_form_of_the_report_claims_an_opinion() {
    let world = sample::world();
    let report = world.report();
    for (form, text) in [
        ("text", text_of(&report, plain(120))),
        ("html", html_of(&report)),
        ("json", json_of(&report, Findings::All)),
        ("schema", engine_report::schema().to_string()),
    ] {
        let text = text.to_lowercase();
        for word in ["compliant", "certified", "operating effectively", "score"] {
            assert!(!text.contains(word), "the {form} report says `{word}`");
        }
    }
}

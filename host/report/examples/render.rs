//! Writes the sample run in every form into a directory, to look at: `cargo run -p engine-report --example render DIR`.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "the sample is shared with the tests, where it may unwrap")]

use std::fs::File;
use std::io;
use std::path::PathBuf;

use engine_report::{Findings, Terminal, html, json, text};

#[path = "../tests/report/sample.rs"]
mod sample;

fn main() -> io::Result<()> {
    let directory = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    let world = sample::world();
    let report = world.report();
    html(&report, &mut File::create(directory.join("report.html"))?)?;
    json(&report, &mut File::create(directory.join("report.json"))?, Findings::Listed)?;
    for width in [80, 120, 160] {
        let terminal = Terminal { width, color: false, unicode: true };
        text(&report, &mut File::create(directory.join(format!("report-{width}.txt")))?, &terminal)?;
    }
    text(&report, &mut io::stdout().lock(), &Terminal { width: 100, color: true, unicode: true })
}

//! `engine demo`: what is planted is found in the recording, the page says EXAMPLE everywhere, and the recording is of this example.

use std::fs;

use engine::clock::FixedClock;
use engine::config::{Config, Overrides};
use engine::example::{self, Recording};
use engine::pipeline::{self, Evaluated, Inputs, Prepared};
use engine::progress::Progress;
use model::{Basis, ClockMode, Outcome};
use serde_json::Value;

use crate::desk::Desk;
use crate::example::{Found, IN_ACCOUNT, IN_REGISTERS, Planted, assert_planted};

/// What the recorded machine shows, a tree of files of `tests/fixtures`.
const ON_MACHINE: [Planted; 6] = [
    ("fail", "account/service-accounts-have-no-shell", "host:web-1/account/backup-run"),
    ("fail", "logging/audits-who-changes-what", "host:web-1/logging"),
    ("fail", "package/whole-and-current", "host:web-1/package/libc6:amd64"),
    ("fail", "protection/guards-against-malware", "host:web-1/protection"),
    ("fail", "sudo/asks-for-a-password", "host:web-1/sudo/etc/sudoers.d/backup:3"),
    ("fail", "updates/are-in-force", "host:web-1/package-updates"),
];

/// The recording, evaluated as `engine demo` does.
fn evaluated(recording: &Recording) -> Evaluated {
    let files = example::files(recording.started_at);
    let overrides = Overrides { threads: Some(2), ..Overrides::default() };
    let config = Config::of_text(&files["engine.toml"], "engine.toml".into(), ".".as_ref(), &overrides).unwrap();
    let progress = Progress::new(false);
    let prepared = Prepared::read(&config, false, &progress).unwrap();
    let inputs = Inputs { facts: recording.facts(), collect: false, as_of: None, afresh: false };
    let clock = FixedClock { at: recording.started_at, mode: ClockMode::AsOf };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(pipeline::run(&prepared, inputs, None, &clock, &progress)).unwrap()
}

/// The findings that fail or are inconclusive.
fn found(evaluated: &Evaluated) -> Vec<Found> {
    let (findings, facts) = (&evaluated.decided.findings, &evaluated.facts);
    let mut found = Vec::new();
    for rule in &evaluated.decided.rules {
        let Some(of) = findings.of_rule(&rule.id) else { continue };
        for (index, outcome) in of.outcomes.iter().enumerate() {
            if matches!(outcome, Outcome::Fail | Outcome::Inconclusive) {
                let (_, _, subject) = of.subject(index, facts).unwrap();
                let message = of.note(index).map(|it| it.message.to_string()).unwrap_or_default();
                found.push((outcome.as_str().to_owned(), rule.id.to_string(), subject.to_string(), message));
            }
        }
    }
    found
}

#[test]
fn of_the_recording_each_planted_thing_is_found_and_nothing_else() {
    let evaluated = evaluated(&Recording::read().unwrap());
    let planted: Vec<_> = IN_REGISTERS.into_iter().chain(IN_ACCOUNT).chain(ON_MACHINE).collect();
    assert_planted(&found(&evaluated), &planted);
    let gaps = evaluated.facts.gaps();
    assert_eq!(gaps.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), ["exercise.tabletop@1"], "{gaps:?}");
    // What was seen counts as seen, and what the company says of itself as supplied.
    let basis = |id: &str| {
        let control = evaluated.decided.assessment.controls.iter().find(|it| it.id.as_str() == id);
        control.and_then(|it| it.basis)
    };
    assert_eq!(basis("access/mfa"), Some(Basis::Collected));
    assert_eq!(basis("change/review"), Some(Basis::Supplied));
}

#[test]
fn the_demo_writes_one_page_that_says_example_everywhere_and_the_same_one_again() {
    let desk = Desk::new();
    // Neither a configuration nor a store of the company that it is tried in has a part in it.
    desk.write("engine.toml", "store = \"kept\"\nframeworks = [\"soc2\"]\n");
    let first = desk.run(&["demo"]).expect(0);
    let page = fs::read_to_string(desk.path().join("report.html")).unwrap();
    let again = desk.run(&["demo", "--threads", "1", "-o", "report.html"]).expect(0);
    assert_eq!(first.stdout, again.stdout);
    assert_eq!(page, fs::read_to_string(desk.path().join("report.html")).unwrap());
    let mut left: Vec<_> = fs::read_dir(desk.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["engine.toml", "report.html"]);
    for text in [&page, &first.stdout] {
        for part in ["This company was made up", "Management's own monitoring as of 20", "Not an examination"] {
            assert!(text.replace("&#39;", "'").contains(part), "`{part}` is not in:\n{text}");
        }
    }
    assert!(first.stderr.contains("EXAMPLE"), "{}", first.stderr);
    let headings: Vec<_> = page.split("<h2").skip(1).map(|it| it.split_once('>').unwrap().1).collect();
    assert!(headings.len() > 8 && headings.iter().all(|it| it.starts_with("EXAMPLE · ")), "{headings:?}");
    assert!(page.contains("<p class=\"example\">EXAMPLE</p>"), "what stands on every printed page is missing");
    for part in ["EXAMPLE · FRAMEWORKS", "EXAMPLE · WHAT FAILS", "EXAMPLE · WHAT IS UNKNOWN", "EXAMPLE · WHAT PASSED"] {
        assert!(first.stdout.contains(part), "{part}");
    }
    for (_, rule, subject) in IN_REGISTERS.iter().chain(&IN_ACCOUNT).chain(&ON_MACHINE) {
        assert!(page.contains(&format!("id=\"rule-{rule}\"")) && page.contains(subject), "{rule} {subject}");
    }
}

#[test]
fn the_demo_takes_no_other_page_away_and_writes_no_form_that_cannot_be_marked() {
    let desk = Desk::new();
    let own = desk.write("report.html", "<!doctype html><title>Monitoring report r1</title>");
    let told = desk.run(&["demo"]).expect(2).stderr;
    assert!(told.contains("engine::demo::not_an_example"), "{told}");
    assert!(fs::read_to_string(own).unwrap().contains("report r1"));
    let told = desk.run(&["demo", "-o", "report.json"]).expect(2).stderr;
    assert!(told.contains("engine::demo::no_page"), "{told}");
    assert!(!desk.path().join("report.json").exists());
    desk.run(&["demo", "-o", "nowhere/example.html"]).expect(2);
    desk.run(&["demo", "-o", "example.html"]).expect(0);
}

/// Lines of facts without the times at which they were seen, in one order.
fn timeless(lines: &str) -> Vec<String> {
    let timeless = |line: &str| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        for pointer in ["", "/complete"] {
            if let Some(members) = value.pointer_mut(pointer).and_then(Value::as_object_mut) {
                members.remove("observed_at");
            }
        }
        value.to_string()
    };
    let mut all: Vec<_> = lines.lines().map(timeless).collect();
    all.sort();
    all
}

#[test]
fn the_recording_holds_what_the_registers_of_the_example_say() {
    let recording = Recording::read().unwrap();
    let recorded = recording.collectors.iter().find(|it| it.run.name.as_str() == "registers").unwrap();
    let desk = Desk::new();
    for (name, text) in example::files(recording.started_at).iter().filter(|(name, _)| name.starts_with("registers/")) {
        desk.write(name, text);
    }
    let registers = "[collector.registers]\nplugin = \"bundled:registers\"\nfiles_root = \"registers\"\n";
    desk.write("engine.toml", format!("{registers}[collector.registers.grant]\nfiles = [\"/**\"]\n"));
    desk.run(&["collect"]).expect(3);
    let seen = desk.run(&["fact", "list", "--collector", "registers", "--format", "ndjson"]).expect(0).stdout;
    let (recorded, seen) = (timeless(recorded.lines), timeless(&seen));
    let differs = seen.iter().zip(&recorded).find(|(seen, recorded)| seen != recorded);
    assert!(
        differs.is_none() && seen.len() == recorded.len(),
        "the example was changed and not recorded anew: `tests/moto/run tests/moto/record` does it\n{differs:#?}"
    );
    assert!(seen.len() > 400, "only {} lines", seen.len());
}

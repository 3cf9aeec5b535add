//! The example company: as files, and as a recording of one run over them.
//!
//! Of the files: takes an instant, gives names and texts in which every day is as far from that instant as it was from the day
//! that the example was written on. Of the recording: gives the facts of that run, with what said them. Reads no disk and writes
//! nothing; concludes nothing either, so that what is reported of the company follows from the facts by the rules of today.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use model::{Basis, CollectorName, CollectorRun, CollectorStatus, Digest, Timestamp};
use serde::Deserialize;
use smol_str::SmolStr;

use crate::pipeline::{GivenFacts, RunError, bundled_givers};
use crate::{bundled, config};

/// The day that the registers in `host/engine/example/` are true on.
const WRITTEN_ON: Date = jiff::civil::date(2026, 11, 25);

/// How many bytes a day has, as in `2026-11-25`.
const DAY_BYTES: usize = 10;

/// The files, by their names beneath the company's folder.
pub fn files(now: Timestamp) -> BTreeMap<String, String> {
    let today = TimeZone::UTC.to_datetime(now).date();
    let later = (today - WRITTEN_ON).get_days().days();
    let moved = |(name, text): (&str, &str)| {
        let text = match name {
            config::FILE_NAME => format!("{text}\n{}", this_machine()),
            _ if name.starts_with("registers/") => moved(text, later),
            _ => text.to_owned(),
        };
        (name.to_owned(), text)
    };
    bundled::example().iter().map(moved).collect()
}

/// One run over the example company: an account of AWS, its registers and a machine. `tests/moto/record` makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// When the run began.
    pub started_at: Timestamp,
    /// Its collectors, by name.
    pub collectors: Vec<Recorded>,
}

/// What one collector said in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// What became of it then.
    pub run: CollectorRun,
    /// What its evidence was worth then: its manifest says.
    pub basis: Basis,
    /// Its facts and gaps, in the form of `--facts`.
    pub lines: &'static str,
}

/// `run.json` of the recording, as the report of that run said it.
#[derive(Deserialize)]
struct RunFile {
    started_at: Timestamp,
    collectors: Vec<CollectorFile>,
}

#[derive(Deserialize)]
struct CollectorFile {
    name: CollectorName,
    digest: Digest,
    version: SmolStr,
    status: CollectorStatus,
    message: String,
}

impl Recording {
    /// The recording that is built in.
    ///
    /// # Errors
    /// [`RunError`] when a bundled collector is no plugin, which a test of the build excludes.
    #[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a constant that a test parses")]
    pub fn read() -> Result<Self, RunError> {
        let run = bundled::recording("run.json").expect("the recording says what it is of");
        let RunFile { started_at, collectors } = serde_json::from_str(run).expect("the recording was written by a program");
        let givers = bundled_givers()?;
        let recorded = |CollectorFile { name, digest, version, status, message }| {
            // What no collector at hand answers for is nobody's but the giver's.
            let basis = givers.iter().find(|it| it.name == name.as_str()).map_or(Basis::Supplied, |it| it.basis);
            let lines = bundled::recording(&format!("{name}.ndjson")).unwrap_or_default();
            Recorded {
                run: CollectorRun { name, digest: Some(digest), version, status, message, transcript: None },
                basis,
                lines,
            }
        };
        Ok(Self { started_at, collectors: collectors.into_iter().map(recorded).collect() })
    }

    /// Its facts as a run takes them.
    pub fn facts(&self) -> Vec<GivenFacts<'static>> {
        let given = |it: &Recorded| GivenFacts::recorded(it.run.clone(), it.basis, Box::new(it.lines.as_bytes()));
        self.collectors.iter().map(given).collect()
    }
}

/// The part of the shipped configuration that is about this machine.
fn this_machine() -> &'static str {
    let of = |from: &str| config::DEFAULT.find(from).and_then(|at| config::DEFAULT.get(at..));
    let rest = of("[collector.linux-host]\n").unwrap_or_default();
    rest.find("\n]\n").and_then(|end| rest.get(..end + 3)).unwrap_or(rest)
}

/// A text with every day in it moved. What is no day, such as a date in another form, stays.
fn moved(text: &str, later: Span) -> String {
    let mut moved = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_digit = false;
    while let Some(next) = rest.chars().next() {
        let day = rest.get(..DAY_BYTES).filter(|_| !after_digit).and_then(|it| it.parse::<Date>().ok());
        let day = day.and_then(|it| it.checked_add(later).ok());
        let taken = day.map_or(next.len_utf8(), |_| DAY_BYTES);
        match day {
            Some(day) => moved.push_str(&day.to_string()),
            None => moved.push(next),
        }
        after_digit = next.is_ascii_digit();
        rest = rest.get(taken..).unwrap_or_default();
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_move_and_what_only_looks_like_one_stays() {
        let text = "a,2026-11-25,2026-11-24T23:15:00Z,08/09/2026,2026-q3,12026-11-25,2026-13-40";
        assert_eq!(moved(text, 10.days()), "a,2026-12-05,2026-12-04T23:15:00Z,08/09/2026,2026-q3,12026-11-25,2026-13-40");
    }

    #[test]
    fn the_recording_is_whole_and_each_collector_s_evidence_is_worth_what_it_was() {
        let recording = Recording::read().unwrap();
        let told = recording.collectors.iter().map(|it| (it.run.name.as_str(), it.basis, it.run.status));
        let ok = CollectorStatus::Ok;
        let expected = [("aws", Basis::Collected, ok), ("linux-host", Basis::Collected, ok), ("registers", Basis::Supplied, ok)];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        assert!(recording.collectors.iter().all(|it| it.lines.lines().count() > 10), "a collector said nothing");
    }

    #[test]
    fn on_its_own_day_the_example_is_as_it_was_written() {
        let files = files("2026-11-25T12:00:00Z".parse().unwrap());
        for (name, text) in bundled::example().iter().filter(|(name, _)| *name != config::FILE_NAME) {
            assert_eq!(files.get(name).map(String::as_str), Some(text), "{name}");
        }
        assert!(files[config::FILE_NAME].ends_with("]\n"));
    }
}

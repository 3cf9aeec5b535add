//! The example company as files: takes an instant, gives names and texts in which every day is as far from that instant as it
//! was from the day that the example was written on. Writes nothing itself.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use model::Timestamp;

use crate::{bundled, config};

/// The day that the registers in `host/engine/example/` are true on.
const WRITTEN_ON: Date = jiff::civil::date(2026, 11, 25);

/// How many bytes a day has, as in `2026-11-25`.
const DAY_BYTES: usize = 10;

/// The files, by their names beneath the company's folder.
pub(super) fn files(now: Timestamp) -> BTreeMap<String, String> {
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
    fn on_its_own_day_the_example_is_as_it_was_written() {
        let files = files("2026-11-25T12:00:00Z".parse().unwrap());
        for (name, text) in bundled::example().iter().filter(|(name, _)| *name != config::FILE_NAME) {
            assert_eq!(files.get(name).map(String::as_str), Some(text), "{name}");
        }
        assert!(files[config::FILE_NAME].ends_with("]\n"));
    }
}

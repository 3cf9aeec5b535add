//! Days and instants as registers have them, as RFC 3339 text. Never guesses which of two numbers is the month, and never takes a
//! year that no register has.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;

use crate::quote::quoted;

/// The years that a register may have; anything else is a slip.
const YEARS: core::ops::RangeInclusive<i16> = 1950..=2199;
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const SECONDS_A_DAY: f64 = 86_400.0;

/// How days are written in a register, besides ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DateFormat {
    /// `DD/MM/YYYY` and its like.
    Pattern { written: String, parts: Vec<Token> },
    /// Days as a spreadsheet counts them, from 1900 or from 1904.
    Serial { is_1904: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Year,
    MonthName,
    /// At least so many digits, and at most two.
    Month(usize),
    Day(usize),
    Is(char),
}

impl DateFormat {
    /// Reads `DD/MM/YYYY`, `D.M.YYYY`, `DD-MMM-YYYY`, `serial`, `serial-1904`.
    ///
    /// # Errors
    /// What is wrong with it, for a person.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        match written {
            "serial" => return Ok(Self::Serial { is_1904: false }),
            "serial-1904" => return Ok(Self::Serial { is_1904: true }),
            _ => {}
        }
        let mut parts = Vec::new();
        let mut rest = written;
        while let Some(first) = rest.chars().next() {
            let length = rest.chars().take_while(|it| *it == first).count();
            parts.push(match (first, length) {
                ('Y', 4) => Token::Year,
                ('M', 3) => Token::MonthName,
                ('M', 1 | 2) => Token::Month(length),
                ('D', 1 | 2) => Token::Day(length),
                ('Y' | 'M' | 'D', _) => return Err(unknown_format(written)),
                (other, _) if !other.is_alphanumeric() => Token::Is(other),
                _ => return Err(unknown_format(written)),
            });
            let taken = if matches!(parts.last(), Some(Token::Is(_))) { first.len_utf8() } else { length };
            rest = rest.get(taken..).unwrap_or_default();
        }
        let count = |is: fn(&Token) -> bool| parts.iter().filter(|it| is(it)).count();
        let is_whole = count(|it| matches!(it, Token::Year)) == 1
            && count(|it| matches!(it, Token::Day(_))) == 1
            && count(|it| matches!(it, Token::Month(_) | Token::MonthName)) == 1;
        if is_whole { Ok(Self::Pattern { written: written.to_owned(), parts }) } else { Err(unknown_format(written)) }
    }

    fn read(&self, text: &str) -> Option<Result<String, String>> {
        match self {
            Self::Serial { is_1904 } => Some(serial(text.parse().ok()?, *is_1904)),
            Self::Pattern { parts, .. } => {
                let mut rest = text;
                let (mut year, mut month, mut day) = (0, 0, 0);
                for part in parts {
                    match part {
                        Token::Year => year = digits(&mut rest, 4, 4)?,
                        Token::Month(least) => month = i8::try_from(digits(&mut rest, *least, 2)?).ok()?,
                        Token::Day(least) => day = i8::try_from(digits(&mut rest, *least, 2)?).ok()?,
                        Token::Is(letter) => rest = rest.strip_prefix(*letter)?,
                        Token::MonthName => {
                            let name = rest.get(..3)?.to_ascii_lowercase();
                            month = i8::try_from(MONTHS.iter().position(|it| *it == name)? + 1).ok()?;
                            rest = rest.get(3..)?;
                        }
                    }
                }
                let whole = rest.is_empty().then(|| Date::new(year, month, day).ok()).flatten()?;
                Some(day_text(whole))
            }
        }
    }

    fn written(&self) -> &str {
        match self {
            Self::Pattern { written, .. } => written,
            Self::Serial { is_1904: false } => "serial",
            Self::Serial { is_1904: true } => "serial-1904",
        }
    }
}

fn unknown_format(written: &str) -> String {
    format!(
        "{} is no form of dates: give `YYYY`, `MM` (or `M`, or `MMM` for Jan to Dec) and `DD` (or `D`) once each, such as \
         `DD/MM/YYYY`; or `serial`, `serial-1904`",
        quoted(written)
    )
}

/// Takes as many digits from the front as there are, within bounds.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i16> {
    let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at_checked(length).filter(|_| length >= least)?;
    *rest = after;
    number.parse().ok()
}

/// A day or an instant, RFC 3339: a day is its midnight in UTC, and so is a time without an offset taken.
///
/// # Errors
/// What is wrong with it and what to do, without the text itself when it is not to be shown.
pub(crate) fn instant(text: &str, formats: &[DateFormat]) -> Result<String, String> {
    if let Some(found) = iso(text) {
        return found;
    }
    if let Some(found) = formats.iter().find_map(|format| format.read(text)) {
        return found;
    }
    if formats.is_empty() {
        let hint = "write it as 2026-03-31, or say with `date_format` in registers.toml how days are written here, such as \
                    `date_format = \"DD/MM/YYYY\"`";
        return Err(format!("is no date that is understood: {hint}"));
    }
    let known = formats.iter().map(|format| format!("`{}`", format.written())).collect::<Vec<_>>().join(" or ");
    Err(format!("is no date: days are written here as 2026-03-31 or {known}"))
}

/// ISO 8601, if that is what it looks like.
fn iso(text: &str) -> Option<Result<String, String>> {
    let bytes = text.as_bytes();
    let is_day = bytes.len() >= 10
        && bytes
            .iter()
            .take(10)
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    if !is_day {
        return None;
    }
    let wrong = || Err("is no date of the calendar, or no time of day".to_owned());
    if bytes.len() == 10 {
        return Some(text.parse().map_or_else(|_| wrong(), day_text));
    }
    let joined = text.replacen(' ', "T", 1);
    if let Ok(at) = joined.parse::<Timestamp>() {
        return Some(instant_text(at));
    }
    let at = joined.parse::<DateTime>().ok().and_then(|it| it.to_zoned_datetime(TimeZone::UTC).ok());
    Some(at.map_or_else(wrong, |it| instant_text(it.timestamp())))
}

/// A day or an instant as a spreadsheet counts it: days since the end of 1899, or since the first day of 1904.
pub(crate) fn serial(value: f64, is_1904: bool) -> Result<String, String> {
    let first = if is_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) };
    // The first 60 days of 1900 count a leap day that there was not; no register has those.
    let wrong = || "is no day that a spreadsheet counts, or one of a year that is taken for a slip".to_owned();
    if !(0.0..=200_000.0).contains(&value) {
        return Err(wrong());
    }
    #[allow(clippy::cast_possible_truncation, reason = "the range was looked at")]
    let seconds = (value * SECONDS_A_DAY).round() as i64;
    let start = first.to_zoned_datetime(TimeZone::UTC).map_err(|_| wrong())?.timestamp();
    let at = Timestamp::from_second(start.as_second() + seconds).map_err(|_| wrong())?;
    instant_text(at)
}

fn instant_text(at: Timestamp) -> Result<String, String> {
    in_years(at.to_zoned_datetime(TimeZone::UTC).year())?;
    let whole = Timestamp::from_second(at.as_second()).map_err(|error| error.to_string())?;
    Ok(whole.to_string())
}

fn day_text(day: Date) -> Result<String, String> {
    in_years(day.year())?;
    Ok(format!("{day}T00:00:00Z"))
}

fn in_years(year: i16) -> Result<(), String> {
    if YEARS.contains(&year) {
        return Ok(());
    }
    Err(format!("is of the year {year}: years from {} to {} are taken", YEARS.start(), YEARS.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, formats: &[&str], expected: Result<&str, &str>) {
        let formats: Vec<_> = formats.iter().map(|it| DateFormat::parse(it).unwrap()).collect();
        match (instant(text, &formats), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{text}: {found}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn iso_8601_is_always_understood() {
        check("2026-03-31", &[], Ok("2026-03-31T00:00:00Z"));
        check("2026-03-31", &["DD/MM/YYYY"], Ok("2026-03-31T00:00:00Z"));
        check("2026-03-31T10:30:00Z", &[], Ok("2026-03-31T10:30:00Z"));
        check("2026-03-31T10:30:00+02:00", &[], Ok("2026-03-31T08:30:00Z"));
        check("2026-03-31 10:30", &[], Ok("2026-03-31T10:30:00Z"));
        check("2026-03-31T10:30:00.25Z", &[], Ok("2026-03-31T10:30:00Z"));
    }

    #[test]
    fn the_order_of_day_and_month_is_never_guessed() {
        check("03/04/2026", &[], Err("date_format"));
        check("31/12/2026", &[], Err("date_format"));
        check("03/04/2026", &["DD/MM/YYYY"], Ok("2026-04-03T00:00:00Z"));
        check("03/04/2026", &["MM/DD/YYYY"], Ok("2026-03-04T00:00:00Z"));
        check("3.4.2026", &["D.M.YYYY"], Ok("2026-04-03T00:00:00Z"));
        check("3.4.2026", &["DD.MM.YYYY"], Err("`DD.MM.YYYY`"));
        check("03-Apr-2026", &["DD-MMM-YYYY"], Ok("2026-04-03T00:00:00Z"));
        check("03/04/2026x", &["DD/MM/YYYY"], Err("no date"));
    }

    #[test]
    fn what_no_calendar_has_is_refused() {
        check("2026-02-30", &[], Err("calendar"));
        check("2026-13-01", &[], Err("calendar"));
        check("2026-03-31T25:00", &[], Err("calendar"));
        check("30/02/2026", &["DD/MM/YYYY"], Err("no date"));
        check("0026-03-31", &[], Err("year 26"));
        check("soon", &[], Err("no date"));
        check("２０２６-03-31", &["YYYY/MM/DD"], Err("no date"));
    }

    #[test]
    fn both_ways_in_which_spreadsheets_count_days_are_known() {
        assert_eq!(serial(46_112.0, false).unwrap(), "2026-03-31T00:00:00Z");
        assert_eq!(serial(44_650.0, true).unwrap(), "2026-03-31T00:00:00Z");
        assert_eq!(serial(46_112.5, false).unwrap(), "2026-03-31T12:00:00Z");
        for wrong in [-1.0, 3.0, 2026.0, 1e300, f64::NAN] {
            assert!(serial(wrong, false).is_err(), "{wrong}");
        }
        check("46112", &["serial"], Ok("2026-03-31T00:00:00Z"));
        check("46112", &[], Err("no date"));
    }

    #[test]
    fn a_form_of_dates_names_each_part_once() {
        for wrong in ["", "DD/MM", "DD/MM/YY", "DD/MM/YYYY/DD", "MMMM D YYYY", "%d.%m.%Y", "dd/mm/yyyy"] {
            assert!(DateFormat::parse(wrong).is_err(), "{wrong}");
        }
    }
}

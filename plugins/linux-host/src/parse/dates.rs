//! Days and seconds since 1970, and dates as people write them, as RFC 3339 text.

const DAY: i64 = 86_400;
/// The years 1 to 9999: what RFC 3339 can say.
const DAYS: core::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// Midnight of a day, counted from 1970; `None` outside the years 1 to 9999.
pub(crate) fn day(days: i64) -> Option<String> {
    DAYS.contains(&days).then(|| format!("{}T00:00:00Z", date(days)))
}

/// An instant; `None` outside the years 1 to 9999.
pub(crate) fn instant(seconds: i64) -> Option<String> {
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    DAYS.contains(&days).then(|| format!("{}T{:02}:{:02}:{:02}Z", date(days), rest / 3600, rest / 60 % 60, rest % 60))
}

/// The last second of a day that is written `YYYY-MM-DD`.
pub(crate) fn end_of_day(date: &str) -> Option<String> {
    let mut parts = date.trim().splitn(3, '-');
    let (year, month, day): (u16, u8, u8) =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.get(..2)?.parse().ok()?);
    let in_range = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=length(year, month)).contains(&day);
    in_range.then(|| format!("{year:04}-{month:02}-{day:02}T23:59:59Z"))
}

fn length(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The date of a day in the proleptic Gregorian calendar, by the count of days in eras of 400 years.
fn date(days: i64) -> String {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let in_era = shifted.rem_euclid(146_097);
    let year_in_era = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year_in_era + year_in_era / 4 - year_in_era / 100);
    let shifted_month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_in_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_seconds_become_rfc_3339() {
        assert_eq!(day(0).unwrap(), "1970-01-01T00:00:00Z");
        assert_eq!(day(19_782).unwrap(), "2024-02-29T00:00:00Z");
        assert_eq!(instant(1_700_000_000).unwrap(), "2023-11-14T22:13:20Z");
        assert_eq!(instant(-1).unwrap(), "1969-12-31T23:59:59Z");
        assert_eq!(day(i64::MAX), None);
        assert_eq!(instant(i64::MIN), None);
    }

    #[test]
    fn only_dates_of_the_calendar_have_an_end() {
        assert_eq!(end_of_day("2028-06-30").unwrap(), "2028-06-30T23:59:59Z");
        assert_eq!(end_of_day("2023-02-29"), None);
        assert_eq!(end_of_day("soon"), None);
    }
}

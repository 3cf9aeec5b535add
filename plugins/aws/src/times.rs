//! Instants: takes seconds since 1970 as AWS's JSON gives them, gives RFC 3339.

use serde_json::Value;

/// The instant of a number such as `1700000000.123`, to the second; `None` for what is no number.
#[expect(clippy::cast_possible_truncation, reason = "a fraction of a second is cut off")]
pub(crate) fn instant(value: &Value) -> Option<String> {
    let seconds = value.as_i64().or_else(|| value.as_f64().map(|it| it as i64))?;
    (-62_135_596_800..253_402_300_800).contains(&seconds).then(|| rfc3339(seconds))
}

/// By the usual algorithm for the proleptic Gregorian calendar, with years that begin in March.
fn rfc3339(seconds: i64) -> String {
    let (day, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_instants_on_both_sides_of_1970_and_in_leap_years() {
        for (seconds, text) in [
            (0.0, "1970-01-01T00:00:00Z"),
            (951_782_400.0, "2000-02-29T00:00:00Z"),
            (1_700_000_000.5, "2023-11-14T22:13:20Z"),
            (-1.0, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(instant(&Value::from(seconds)).as_deref(), Some(text));
        }
        assert_eq!(instant(&Value::from("soon")), None);
    }
}

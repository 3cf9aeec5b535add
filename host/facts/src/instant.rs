//! Instants as RFC 3339 writes them.
//!
//! Takes text, gives an instant or its one canonical form: UTC, `T` and `Z`, the shortest fraction. Never takes a local time, a
//! date alone, or a year outside 0000 to 9999.

use core::fmt::Write as _;

use model::Timestamp;

/// 0000-01-01T00:00:00Z in seconds.
const FIRST_SECOND: i64 = -62_167_219_200;

/// The instant that the text names.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    plain(text).or_else(|| general(text))
}

/// Appends the canonical form of the instant that the text names; `None`, with nothing appended, when it names none.
pub(crate) fn write_canonical(text: &str, out: &mut String) -> Option<()> {
    if plain(text).is_some() {
        out.push_str(text);
        return Some(());
    }
    let instant = general(text)?;
    write!(out, "{instant}").ok()
}

/// The form that is already canonical and by far the most frequent: `2026-11-23T10:00:00Z`.
fn plain(text: &str) -> Option<Timestamp> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z'] =
        *<&[u8; 20]>::try_from(text.as_bytes()).ok()?
    else {
        return None;
    };
    let year = number([y1, y2])? * 100 + number([y3, y4])?;
    let (month, day) = (number([m1, m2])?, number([d1, d2])?);
    let (hour, minute, second) = (number([h1, h2])?, number([n1, n2])?, number([s1, s2])?);
    if !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Timestamp::from_second(days_before(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second).ok()
}

fn number(digits: [u8; 2]) -> Option<i64> {
    let [tens, ones] = digits.map(|digit| digit.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar. Years begin in March here, so that the leap day is the last.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Any text of RFC 3339: a fraction, another offset, lower case.
fn general(text: &str) -> Option<Timestamp> {
    if !is_rfc_3339(text.as_bytes()) {
        return None;
    }
    let instant: Timestamp = text.parse().ok()?;
    (instant.as_second() >= FIRST_SECOND).then_some(instant)
}

/// Whether the text has the shape; whether its numbers make an instant is not asked here.
fn is_rfc_3339(text: &[u8]) -> bool {
    let Some((head, rest)) = text.split_at_checked(19) else { return false };
    let shape = head.iter().zip(b"0000-00-00T00:00:00").all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't'),
        other => byte == other,
    });
    let rest = match rest.strip_prefix(b".") {
        None => rest,
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            fraction.get(digits..).unwrap_or_default()
        }
    };
    shape
        && match rest {
            [b'Z' | b'z'] => true,
            [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit()),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> Option<String> {
        let mut out = String::new();
        write_canonical(text, &mut out).map(|()| out)
    }

    #[test]
    fn an_instant_has_one_canonical_form() {
        for text in ["2026-11-23T10:00:00Z", "2026-11-23t10:00:00z", "2026-11-23T12:00:00+02:00", "2026-11-23T10:00:00.000Z"] {
            assert_eq!(canonical(text).as_deref(), Some("2026-11-23T10:00:00Z"), "{text}");
        }
        assert_eq!(canonical("2026-11-23T10:00:00.120-00:30").as_deref(), Some("2026-11-23T10:30:00.12Z"));
    }

    #[test]
    fn what_is_not_an_instant_of_rfc_3339_is_refused() {
        let refused = [
            "",
            "2026-11-23",
            "2026-11-23T10:00:00",
            "2026-11-23 10:00:00Z",
            "2026-11-23T10:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T10:60:00Z",
            "+02026-11-23T10:00:00Z",
            "2026-11-23T10:00:00.Z",
            "2026-11-23T10:00:00.1234567890Z",
            "2026-11-23T10:00:00+02",
            "2026-11-23T10:00:00Z[Europe/Paris]",
            "0000-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59Z",
            "2026-11-23T10:00:00Zé",
            "yesterday",
            "２026-11-23T10:00:00Z",
        ];
        for text in refused {
            assert_eq!(canonical(text), None, "{text}");
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_agrees_with_the_calendar(second in FIRST_SECOND..=253_402_207_200_i64, nanos in 0..1_000_000_000_i32) {
            let whole = Timestamp::from_second(second).unwrap();
            prop_assert_eq!(plain(&whole.to_string()), Some(whole));
            let exact = Timestamp::new(second.max(0), nanos).unwrap();
            prop_assert_eq!(parse(&exact.to_string()), Some(exact));
            prop_assert_eq!(canonical(&exact.to_string()), Some(exact.to_string()));
        }

        #[test]
        fn the_short_way_never_takes_what_the_calendar_refuses(text in "[0-9]{4}-[0-3][0-9]-[0-4][0-9]T[0-3][0-9]:[0-7][0-9]:[0-7][0-9]Z") {
            prop_assert!(plain(&text).is_none() || plain(&text) == text.parse().ok());
        }
    }
}

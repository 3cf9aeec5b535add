//! How often something runs: takes a schedule as AWS writes it, gives the longest time between two runs.

use std::collections::BTreeSet;

const DAY: i64 = 24;

/// The longest time between two runs, in whole hours and at least one; `None` for a form that is not known here.
///
/// Of `cron(minutes hours day-of-month month day-of-week year)` those are known that run in each month and year: on every day, on
/// days of the week, or on days of the month. Of `rate(…)` all are.
pub(crate) fn longest_hours(schedule: &str) -> Option<i64> {
    if let Some(rate) = schedule.strip_prefix("rate(").and_then(|it| it.strip_suffix(')')) {
        let (count, unit) = rate.split_once(' ')?;
        let count: i64 = count.parse().ok().filter(|it| *it > 0)?;
        return match unit.trim_end_matches('s') {
            "minute" => Some(count.saturating_add(59) / 60),
            "hour" => Some(count),
            "day" => count.checked_mul(DAY),
            _ => None,
        };
    }
    let parts: Vec<&str> = schedule.strip_prefix("cron(")?.strip_suffix(')')?.split_whitespace().collect();
    let [minutes, hours, day, "*", weekday, "*"] = parts.as_slice() else { return None };
    numbers(minutes, 0, 59, &[])?;
    let hours = numbers(hours, 0, 23, &[])?;
    let every = |it: &str| it == "*" || it == "?";
    match (every(day), every(weekday)) {
        (true, true) => longest(&hours, DAY, &[0]),
        (true, false) => {
            let days = numbers(weekday, 1, 7, &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])?;
            longest(&hours, 7 * DAY, &days.into_iter().map(|it| it - 1).collect::<Vec<_>>())
        }
        (false, true) => {
            // The longest month decides; one that lacks a day is never longer than it.
            let last = *day == "L";
            let days = if last { BTreeSet::from([31]) } else { numbers(day, 1, 31, &[])? };
            let is_in_each = last || days.first().is_some_and(|it| *it <= 28);
            longest(&hours, 31 * DAY, &days.into_iter().map(|it| it - 1).collect::<Vec<_>>()).filter(|_| is_in_each)
        }
        (false, false) => None,
    }
}

/// The longest way between two of the hours of these days, round a period.
fn longest(hours: &BTreeSet<i64>, period: i64, days: &[i64]) -> Option<i64> {
    let all: BTreeSet<i64> = days.iter().flat_map(|day| hours.iter().map(move |hour| day * DAY + hour)).collect();
    let (first, last) = (*all.first()?, *all.last()?);
    let within = all.iter().zip(all.iter().skip(1)).map(|(a, b)| b - a).max().unwrap_or(0);
    Some(within.max(first + period - last))
}

/// The numbers of `*`, `5`, `1,3`, `MON-FRI`, `*/6` or `2/6`.
fn numbers(text: &str, from: i64, to: i64, names: &[&str]) -> Option<BTreeSet<i64>> {
    let number = |text: &str| {
        let by_name = (from..).zip(names).find(|(_, name)| name.eq_ignore_ascii_case(text)).map(|(number, _)| number);
        by_name.or_else(|| text.parse().ok()).filter(|it| (from..=to).contains(it))
    };
    let mut found = BTreeSet::new();
    for part in text.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let (first, last) = match range.split_once('-') {
            _ if range == "*" || range == "?" => (from, to),
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(range)?, if step.is_some() { to } else { number(range)? }),
        };
        let step: usize = step.map_or(Some(1), |it| it.parse().ok().filter(|it| *it > 0))?;
        if first > last {
            return None;
        }
        found.extend((first..=last).step_by(step));
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_time_between_two_runs_is_told_or_not_known() {
        for (schedule, expected) in [
            ("cron(0 5 ? * * *)", Some(24)),
            ("cron(0 5 * * ? *)", Some(24)),
            ("cron(15 * ? * * *)", Some(1)),
            ("cron(0 */6 ? * * *)", Some(6)),
            ("cron(0 2,20 ? * * *)", Some(18)),
            ("cron(0 5 ? * MON-FRI *)", Some(72)),
            ("cron(0 5 ? * 1 *)", Some(168)),
            ("cron(0 5 1 * ? *)", Some(744)),
            ("cron(0 5 1,15 * ? *)", Some(17 * 24)),
            ("cron(0 5 L * ? *)", Some(744)),
            ("cron(0 5 31 * ? *)", None),
            ("cron(0 5 ? * MON#1 *)", None),
            ("cron(0 5 1 1 ? *)", None),
            ("cron(0 5 ? * * 2027)", None),
            ("cron(0 25 ? * * *)", None),
            ("cron(0 5-1 ? * * *)", None),
            ("cron(0 0/0 ? * * *)", None),
            ("rate(90 minutes)", Some(2)),
            ("rate(2 days)", Some(48)),
            ("rate(0 days)", None),
            ("at(2027-01-01T00:00:00)", None),
        ] {
            assert_eq!(longest_hours(schedule), expected, "{schedule}");
        }
    }
}

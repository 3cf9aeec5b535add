//! One limit by its name, in the units of `[collector.NAME.limits]`.
//!
//! Takes text and gives values that can be set and shown. Both sides speak it: the operator, whose word counts, and a plugin
//! that wishes.

use core::fmt;
use core::time::Duration;

use model::Seconds;

use crate::limits::Limits;

/// The value of a limit; it shows itself as `engine.toml` writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitValue {
    /// A time.
    Time(Seconds),
    /// A size in bytes.
    Bytes(u64),
    /// A number of things.
    Count(u64),
}

/// Where a limit is kept, by what it counts.
enum Place<'a> {
    Time(&'a mut Duration),
    Bytes(&'a mut u64),
    Count(&'a mut u64),
    Entries(&'a mut usize),
    Small(&'a mut u32),
}

/// The names of all limits.
const NAMES: [&str; 22] = [
    "answers",
    "batch",
    "calls",
    "check_cpu",
    "cpu",
    "entries",
    "facts",
    "file",
    "files",
    "host_allocation",
    "http_attempts",
    "http_body",
    "http_concurrency",
    "http_connect",
    "http_first_byte",
    "http_rate",
    "http_total",
    "log",
    "memory",
    "record",
    "table_elements",
    "wall",
];

const UNITS: [(&str, u64); 7] =
    [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1)];

impl Limits {
    /// The names of all limits, in order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter()
    }

    fn place(&mut self, name: &str) -> Option<Place<'_>> {
        Some(match name {
            "answers" => Place::Bytes(&mut self.answers),
            "batch" => Place::Bytes(&mut self.batch),
            "calls" => Place::Count(&mut self.calls),
            "check_cpu" => Place::Time(&mut self.check_cpu),
            "cpu" => Place::Time(&mut self.cpu),
            "entries" => Place::Entries(&mut self.entries),
            "facts" => Place::Bytes(&mut self.facts),
            "file" => Place::Bytes(&mut self.file),
            "files" => Place::Bytes(&mut self.files),
            "host_allocation" => Place::Bytes(&mut self.host_allocation),
            "http_attempts" => Place::Small(&mut self.http_attempts),
            "http_body" => Place::Bytes(&mut self.http_body),
            "http_concurrency" => Place::Entries(&mut self.http_concurrency),
            "http_connect" => Place::Time(&mut self.http_connect),
            "http_first_byte" => Place::Time(&mut self.http_first_byte),
            "http_rate" => Place::Small(&mut self.http_rate),
            "http_total" => Place::Time(&mut self.http_total),
            "log" => Place::Bytes(&mut self.log),
            "memory" => Place::Bytes(&mut self.memory),
            "record" => Place::Bytes(&mut self.record),
            "table_elements" => Place::Count(&mut self.table_elements),
            "wall" => Place::Time(&mut self.wall),
            _ => return None,
        })
    }

    /// Sets the limit of this name to what is written.
    ///
    /// ```
    /// let mut limits = engine_plugin::Limits::default();
    /// limits.set("memory", &"1GiB".into()).unwrap();
    /// assert_eq!(limits.memory, 1 << 30);
    /// assert!(limits.set("memory", &"lots".into()).is_err());
    /// ```
    ///
    /// # Errors
    /// One sentence: an unknown name, a value of another form, or nothing at all, which would switch the collector off.
    pub fn set(&mut self, name: &str, written: &toml::Value) -> Result<(), String> {
        let wanted = |what: &str| Err(format!("`limits.{name}` wants {what}"));
        let number = || written.as_integer().and_then(|it| u64::try_from(it).ok()).filter(|it| *it > 0);
        match self.place(name) {
            None => {
                return Err(format!("`{}` is not a limit; known are `{}`", name.escape_debug(), NAMES.join("`, `")));
            }
            Some(Place::Time(place)) => {
                let Some(text) = written.as_str() else { return wanted("a time such as `30s`") };
                let seconds: Seconds = text.parse().map_err(|error: model::IdError| error.to_string())?;
                match u64::try_from(seconds.0) {
                    Ok(seconds @ 1..) => *place = Duration::from_secs(seconds),
                    _ => return wanted("more than no time at all"),
                }
            }
            Some(Place::Bytes(place)) => match written.as_str().and_then(bytes) {
                Some(0) => return wanted("more than no room at all"),
                Some(bytes) => *place = bytes,
                None => return wanted("a size: a whole number and a unit, such as `128MiB`"),
            },
            Some(Place::Count(place)) => match number() {
                Some(count) => *place = count,
                None => return wanted("a number above 0"),
            },
            Some(Place::Entries(place)) => match number().and_then(|it| it.try_into().ok()) {
                Some(count) => *place = count,
                None => return wanted("a number above 0"),
            },
            Some(Place::Small(place)) => match number().and_then(|it| it.try_into().ok()) {
                Some(count) => *place = count,
                None => return wanted("a number above 0"),
            },
        }
        Ok(())
    }

    /// The limit of this name; `None` for a name that is none.
    pub fn get(&self, name: &str) -> Option<LimitValue> {
        let mut limits = self.clone();
        Some(match limits.place(name)? {
            Place::Time(time) => LimitValue::Time(Seconds(i64::try_from(time.as_secs()).unwrap_or(i64::MAX))),
            Place::Bytes(bytes) => LimitValue::Bytes(*bytes),
            Place::Count(count) => LimitValue::Count(*count),
            Place::Entries(count) => LimitValue::Count(*count as u64),
            Place::Small(count) => LimitValue::Count(u64::from(*count)),
        })
    }
}

impl LimitValue {
    /// Reads a value for the limit of this name, without setting anything.
    pub(crate) fn read(name: &str, written: &toml::Value) -> Result<Self, String> {
        let mut limits = Limits::default();
        limits.set(name, written)?;
        limits.get(name).ok_or_else(|| format!("`{}` is not a limit", name.escape_debug()))
    }

    /// Whether this is more than the other value of the same limit.
    pub fn exceeds(self, other: Self) -> bool {
        match (self, other) {
            (Self::Time(a), Self::Time(b)) => a > b,
            (Self::Bytes(a), Self::Bytes(b)) | (Self::Count(a), Self::Count(b)) => a > b,
            _ => false,
        }
    }
}

fn bytes(text: &str) -> Option<u64> {
    let (digits, factor) = UNITS.into_iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?.trim(), factor)))?;
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole { digits.parse::<u64>().ok()?.checked_mul(factor) } else { None }
}

impl fmt::Display for LimitValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(seconds) => seconds.fmt(f),
            Self::Count(count) => count.fmt(f),
            Self::Bytes(bytes) => {
                let (unit, factor) = UNITS
                    .into_iter()
                    .filter(|(_, factor)| bytes % factor == 0)
                    .max_by_key(|(_, factor)| *factor)
                    .unwrap_or(("B", 1));
                write!(f, "{}{unit}", bytes / factor)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, value: impl Into<toml::Value>, expected: Result<&str, &str>) {
        let read = LimitValue::read(name, &value.into()).map(|wish| wish.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_wish_is_read_and_shown_in_the_units_of_the_configuration() {
        check("cpu", "30s", Ok("30s"));
        check("wall", "10m", Ok("10m"));
        check("memory", "512MiB", Ok("512MiB"));
        check("memory", "2048 MiB", Ok("2GiB"));
        check("log", "3MB", Ok("3MB"));
        check("log", "1001B", Ok("1001B"));
        check("http_concurrency", 4, Ok("4"));
    }

    #[test]
    fn a_wish_that_cannot_be_read_says_what_is_wanted() {
        check("memory", "lots", Err("`limits.memory` wants a size: a whole number and a unit, such as `128MiB`"));
        check("memory", 3, Err("`limits.memory` wants a size: a whole number and a unit, such as `128MiB`"));
        check("memory", "0B", Err("`limits.memory` wants more than no room at all"));
        check("cpu", true, Err("`limits.cpu` wants a time such as `30s`"));
        check("http_concurrency", -1, Err("`limits.http_concurrency` wants a number above 0"));
        assert!(LimitValue::read("cpu", &"1.5s".into()).is_err());
        assert!(LimitValue::read("memory", &"99999999999999999999GiB".into()).is_err());
        assert!(LimitValue::read("patience", &"1s".into()).unwrap_err().contains("known are `answers`"));
    }

    #[test]
    fn every_limit_has_a_name_by_which_it_is_set_and_read() {
        for name in NAMES {
            let mut limits = Limits::default();
            let more = match limits.get(name).unwrap() {
                LimitValue::Time(seconds) => toml::Value::from(format!("{}s", seconds.0 + 1)),
                LimitValue::Bytes(bytes) => toml::Value::from(format!("{}B", bytes + 1)),
                LimitValue::Count(count) => toml::Value::from(i64::try_from(count).unwrap() + 1),
            };
            limits.set(name, &more).unwrap();
            assert!(limits.get(name).unwrap().exceeds(Limits::default().get(name).unwrap()), "{name}");
            assert_ne!(limits, Limits::default(), "{name}");
        }
        let fields = serde_json::to_value(Limits::default()).unwrap();
        assert!(fields.as_object().unwrap().keys().map(String::as_str).eq(NAMES), "the names are not those of the fields");
    }
}

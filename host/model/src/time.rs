//! Instants and durations as the engine writes them.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::id::IdError;

/// An instant in UTC; RFC 3339 in every text.
pub type Timestamp = jiff::Timestamp;

/// A duration in whole seconds, written `90d`, `24h`, `15m`, `30s`; a day is 86,400 seconds.
///
/// ```
/// use engine_model::Seconds;
/// assert_eq!("24h".parse::<Seconds>().unwrap(), Seconds(86_400));
/// assert_eq!(Seconds(7_776_000).to_string(), "90d");
/// assert!("1.5h".parse::<Seconds>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "SmolStr", into = "SmolStr")]
pub struct Seconds(pub i64);

const UNITS: [(&str, i64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

impl FromStr for Seconds {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let error = || IdError {
            what: "duration",
            rule: "a whole number and d, h, m or s, such as `24h`",
            text: text.chars().take(40).collect(),
        };
        let (unit, factor) = UNITS.into_iter().find(|(unit, _)| text.ends_with(unit)).ok_or_else(error)?;
        let digits = text.strip_suffix(unit).unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error());
        }
        digits.parse::<i64>().ok().and_then(|n| n.checked_mul(factor)).map(Self).ok_or_else(error)
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, factor) in UNITS {
            if self.0 != 0 && self.0 % factor == 0 {
                return write!(f, "{}{unit}", self.0 / factor);
            }
        }
        write!(f, "{}s", self.0)
    }
}

impl TryFrom<SmolStr> for Seconds {
    type Error = IdError;
    fn try_from(text: SmolStr) -> Result<Self, IdError> {
        text.parse()
    }
}
impl From<Seconds> for SmolStr {
    fn from(seconds: Seconds) -> Self {
        smol_str::format_smolstr!("{seconds}")
    }
}

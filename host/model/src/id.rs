//! Names, each a parsed newtype: holding one proves that it is well formed.
//!
//! Every id is printable text without white space or control characters (scopes and subjects may hold spaces inside), so
//! that it can stand in a report, a key or a command line as it is.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use thiserror::Error;

/// A name is not well formed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a {what}: {rule}")]
pub struct IdError {
    /// What the name should have been, such as `kind`.
    pub what: &'static str,
    /// The form that is asked for, with an example.
    pub rule: &'static str,
    /// The text as it was found, cut to 120 characters and with control characters escaped.
    pub text: String,
}

fn shown(text: &str) -> String {
    text.chars().take(120).flat_map(char::escape_debug).collect()
}

fn is_word(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}

fn is_dotted(text: &str) -> bool {
    text.len() <= 128 && text.split('.').all(is_word)
}

fn is_path(text: &str) -> bool {
    text.len() <= 256 && text.split('/').count() >= 2 && text.split('/').all(is_word)
}

fn is_free(text: &str, limit: usize) -> bool {
    !text.is_empty() && text.len() <= limit && text.trim() == text && !text.chars().any(|c| c.is_control() || is_bidi(c))
}

/// Characters that reorder or hide the text around them; no name holds one.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "SmolStr", into = "SmolStr")]
        pub struct $name(SmolStr);

        impl $name {
            /// Parses a name.
            ///
            /// # Errors
            /// [`IdError`] when the text does not have the form of one.
            pub fn new(text: impl Into<SmolStr>) -> Result<Self, IdError> {
                let text = text.into();
                let check: fn(&str) -> bool = $check;
                if check(&text) { Ok(Self(text)) } else { Err(IdError { what: $what, rule: $rule, text: shown(&text) }) }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<SmolStr> for $name {
            type Error = IdError;
            fn try_from(text: SmolStr) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
        impl From<$name> for SmolStr {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl core::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

id!(
    /// The type of a fact with its major version, such as `identity.user@1`.
    ///
    /// ```
    /// use engine_model::KindId;
    /// let kind: KindId = "identity.user@1".parse().unwrap();
    /// assert_eq!((kind.name(), kind.major()), ("identity.user", 1));
    /// assert!("identity.user".parse::<KindId>().is_err());
    /// ```
    KindId, "kind", "dotted lower-case words and a major version, such as `identity.user@1`",
    |text| text.split_once('@').is_some_and(|(name, major)| {
        name.contains('.') && is_dotted(name) && !major.starts_with('0') && major.parse::<u16>().is_ok_and(|n| n > 0 && !major.starts_with('+'))
    })
);
id!(
    /// Where a fact was seen: one account, host, repository; such as `aws:123456789012`. At most 1,024 bytes.
    ///
    /// `*` stands for every scope of a collector that ended before it named any.
    ScopeId, "scope", "1 to 1,024 bytes, no control characters, no space at either end", |text| is_free(text, 1024)
);
id!(
    /// Whom or what a fact is about, such as `host:web-1/account/alice`. At most 1,024 bytes.
    SubjectId, "subject", "1 to 1,024 bytes, no control characters, no space at either end", |text| is_free(text, 1024)
);
id!(
    /// The name of a collector as the operator configured it, such as `linux-host`.
    CollectorName, "collector name", "1 to 128 characters: letters, digits and `. _ : / -`",
    |text| !text.is_empty() && text.len() <= 128 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '/' | '-'))
);
id!(
    /// A rule: its path without the ending, such as `identity/mfa-enforced`; a user's own begin with `local/`.
    RuleId, "rule", "lower-case words joined by `/`, such as `identity/mfa-enforced`", is_path
);
id!(
    /// A control of the organisation, such as `access/mfa`.
    ControlId, "control", "lower-case words joined by `/`, such as `access/mfa`", is_path
);
id!(
    /// A framework, such as `soc2`.
    FrameworkId, "framework", "one lower-case word, such as `soc2`", is_word
);
id!(
    /// One requirement of one framework, such as `soc2:CC6.1` or `hipaa:164.312(d)`.
    ///
    /// ```
    /// use engine_model::RequirementId;
    /// let id: RequirementId = "hipaa:164.308(a)(1)(ii)(A)".parse().unwrap();
    /// assert_eq!((id.framework().as_str(), id.local()), ("hipaa", "164.308(a)(1)(ii)(A)"));
    /// assert!("hipaa:".parse::<RequirementId>().is_err());
    /// ```
    RequirementId, "requirement", "a framework, a colon and the standard's own number, such as `soc2:CC6.1`", is_requirement
);
id!(
    /// One part of what a requirement asks, such as `soc2:CC6.1#authentication`.
    AspectId, "aspect", "a requirement, `#` and one lower-case word, such as `soc2:CC6.1#authentication`",
    |text| text.split_once('#').is_some_and(|(requirement, aspect)| is_requirement(requirement) && is_word(aspect))
);

fn is_requirement(text: &str) -> bool {
    text.len() <= 128
        && text.split_once(':').is_some_and(|(framework, local)| {
            is_word(framework)
                && !local.is_empty()
                && local.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '(' | ')' | '-'))
        })
}

impl KindId {
    /// The name without the version: `identity.user`.
    pub fn name(&self) -> &str {
        self.0.split_once('@').map_or("", |(name, _)| name)
    }

    /// The major version: 1.
    pub fn major(&self) -> u16 {
        self.0.split_once('@').and_then(|(_, major)| major.parse().ok()).unwrap_or(0)
    }
}

impl ScopeId {
    /// Every scope of a collector that ended before it named any.
    pub fn any() -> Self {
        Self(SmolStr::new_static("*"))
    }
}

impl RequirementId {
    /// The framework's part.
    pub fn framework(&self) -> FrameworkId {
        FrameworkId(SmolStr::new(self.0.split_once(':').map_or("", |(framework, _)| framework)))
    }

    /// The standard's own number, without the framework.
    pub fn local(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, local)| local)
    }
}

impl AspectId {
    /// The requirement that it is a part of.
    pub fn requirement(&self) -> RequirementId {
        RequirementId(SmolStr::new(self.0.split_once('#').map_or("", |(requirement, _)| requirement)))
    }

    /// Its own word, without the requirement.
    pub fn local(&self) -> &str {
        self.0.split_once('#').map_or("", |(_, local)| local)
    }
}

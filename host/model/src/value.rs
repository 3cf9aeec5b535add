//! The value of a fact's body, and its canonical bytes.
//!
//! Canonical JSON here: UTF-8, no white space, object keys sorted by their bytes and never twice, integers of 64 bits,
//! no floating point. Two bodies are equal exactly when their canonical bytes are.

use core::fmt;
use std::collections::BTreeMap;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;
use thiserror::Error;

/// One value of a body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Known to be none.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text; instants (RFC 3339, UTC) and durations too.
    String(SmolStr),
    /// A list.
    List(Vec<Value>),
    /// A record: sorted keys, none twice.
    Record(BTreeMap<SmolStr, Value>),
}

/// Bytes are not a canonical body.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a canonical JSON object: {reason}")]
pub struct BodyError {
    /// What was wrong, and where.
    pub reason: String,
}

/// How deep values may nest; deeper input is an error, so that no recursion over a value can run out of stack.
pub const MAX_DEPTH: usize = 32;

impl Value {
    /// The field of a record; `None` when it is absent or this is no record.
    pub fn field(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Record(fields) => fields.get(name),
            _ => None,
        }
    }

    /// The text of a string value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, in the words of the type language: `record`, `list`, `string`, `int`, `bool`, `null`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Record(_) => "record",
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Record(fields) => 1 + fields.values().map(Self::depth).max().unwrap_or(0),
            _ => 0,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::String(value) => serializer.serialize_str(value),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Record(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, a boolean, a 64-bit integer, text, a list or a record")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(Value::Int).map_err(|_| E::custom("the number does not fit in 64 bits"))
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Value, E> {
        Err(E::custom("numbers with a fraction or an exponent are not allowed; use an integer in a smaller unit"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.into()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value.into()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((name, value)) = access.next_entry::<SmolStr, Value>()? {
            if fields.contains_key(&name) {
                return Err(de::Error::custom(format_args!("the field `{}` stands twice", name.escape_debug())));
            }
            fields.insert(name, value);
        }
        Ok(Value::Record(fields))
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

/// The body of a fact as canonical JSON: always one object.
///
/// ```
/// use engine_model::Body;
/// let body = Body::parse(br#"{ "b": 1, "a": null }"#).unwrap();
/// assert_eq!(body.as_str(), r#"{"a":null,"b":1}"#);
/// assert!(Body::parse(br#"{"a":1,"a":2}"#).is_err());
/// assert!(Body::parse(br#"{"a":1.5}"#).is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Body(Box<str>);

impl Body {
    /// Parses any JSON object and keeps its canonical form.
    ///
    /// # Errors
    /// [`BodyError`] when it is not one object of canonical values, or nests deeper than [`MAX_DEPTH`].
    pub fn parse(json: &[u8]) -> Result<Self, BodyError> {
        let value = serde_json::from_slice(json).map_err(|error| BodyError { reason: error.to_string() })?;
        Self::from_value(&value)
    }

    /// The canonical form of a record.
    ///
    /// # Errors
    /// [`BodyError`] when the value is no record, or nests deeper than [`MAX_DEPTH`].
    pub fn from_value(value: &Value) -> Result<Self, BodyError> {
        if !matches!(value, Value::Record(_)) {
            return Err(BodyError { reason: format!("it is a {}, not a record", value.type_name()) });
        }
        if value.depth() > MAX_DEPTH {
            return Err(BodyError { reason: format!("it nests deeper than {MAX_DEPTH}") });
        }
        let text = serde_json::to_string(value).map_err(|error| BodyError { reason: error.to_string() })?;
        Ok(Self(text.into()))
    }

    /// Takes text that the caller knows to be canonical: written by the admitting crate, or read back from a store whose
    /// digests were checked.
    pub fn from_canonical(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The canonical JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parsed value.
    ///
    /// # Errors
    /// [`BodyError`] when [`Body::from_canonical`] was given something else.
    pub fn value(&self) -> Result<Value, BodyError> {
        serde_json::from_str(&self.0).map_err(|error| BodyError { reason: error.to_string() })
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the next quotation mark or backslash of JSON text stands, for those who walk over a body without parsing it.
///
/// Eight bytes are looked at together.
///
/// ```
/// use engine_model::value::mark_in_text;
/// assert_eq!(mark_in_text(br#"plain and long enough\"","next"#), Some(21));
/// assert_eq!(mark_in_text(b"none"), None);
/// ```
pub fn mark_in_text(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = has_zero(word ^ (ONES * u64::from(b'"'))) | has_zero(word ^ (ONES * u64::from(b'\\')));
        if found != 0 {
            // The lowest mark is exact: only those above it may be false.
            return Some(index * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let before = bytes.len() - rest.len();
    rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).map(|at| before + at)
}

//! JSON as it was written, with all that a body may not hold, so that a message can name it.
//!
//! Takes text, gives a tree. Never gives up at a duplicate key or a fraction: what to think of them is the reader's affair.

use core::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::wording::quoted;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Int(i64),
    /// A number with a fraction or an exponent, or one that does not fit in 64 bits.
    Number(f64),
    String(String),
    List(Vec<Json>),
    /// The members in the order written, duplicates included.
    Record(Vec<(String, Json)>),
}

impl Json {
    /// What it is, for a message; `show` allows to quote it.
    pub(crate) fn found(&self, show: bool) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) if show => format!("the number {value}"),
            Self::Number(value) if value.abs() >= 9e18 => "a number that does not fit in 64 bits".to_owned(),
            Self::Number(_) => "a number with a fraction or an exponent".to_owned(),
            Self::Int(_) => "a number".to_owned(),
            Self::String(text) if show => format!("the text {}", quoted(text)),
            Self::String(_) => "another text".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Record(_) => "a record".to_owned(),
        }
    }
}

/// Reads one value; the error names the place.
pub(crate) fn read(text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|error| reason(&error))
}

/// What serde_json says, without its place, which is a place within a part only.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(at) => format!("not JSON: {}", text.get(..at).unwrap_or_default()),
        None => format!("not JSON: {text}"),
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Int(value))
    }
    #[expect(clippy::cast_precision_loss, reason = "only its size is looked at")]
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Number(value as f64), Json::Int))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }
    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Json::Record(members))
    }
}

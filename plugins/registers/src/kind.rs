//! The kinds that registers hold, from the same texts that the engine reads: which fields there are and what each may hold.

use std::collections::BTreeMap;

use engine_sdk::Fault;
use serde::Deserialize;

/// The texts of `scripts/kinds` that have kinds of registers, by the word before the dot.
const TEXTS: &[(&str, &str)] = &[
    ("access", include_str!("../../../scripts/kinds/access.toml")),
    ("asset", include_str!("../../../scripts/kinds/asset.toml")),
    ("code", include_str!("../../../scripts/kinds/code.toml")),
    ("continuity", include_str!("../../../scripts/kinds/continuity.toml")),
    ("device", include_str!("../../../scripts/kinds/device.toml")),
    ("exercise", include_str!("../../../scripts/kinds/exercise.toml")),
    ("governance", include_str!("../../../scripts/kinds/governance.toml")),
    ("incident", include_str!("../../../scripts/kinds/incident.toml")),
    ("logging", include_str!("../../../scripts/kinds/logging.toml")),
    ("organisation", include_str!("../../../scripts/kinds/organisation.toml")),
    ("person", include_str!("../../../scripts/kinds/person.toml")),
    ("policy", include_str!("../../../scripts/kinds/policy.toml")),
    ("privacy", include_str!("../../../scripts/kinds/privacy.toml")),
    ("risk", include_str!("../../../scripts/kinds/risk.toml")),
    ("security", include_str!("../../../scripts/kinds/security.toml")),
    ("vendor", include_str!("../../../scripts/kinds/vendor.toml")),
];

/// The field that every register gives itself.
pub(crate) const REGISTER: &str = "register";

/// A kind of fact that a register holds.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Its name and version, such as `person.training@1`.
    pub id: String,
    /// What one line is.
    pub title: String,
    /// What it means, and what its subject and scope are.
    pub description: String,
    /// Its fields in the order of its text, without `register`, which is no column.
    pub fields: Vec<Field>,
}

/// A field of a kind, which a column of a register gives.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it may hold.
    pub holds: Holds,
    /// It may be absent: not known.
    pub is_optional: bool,
    /// It may be null: known to be none.
    pub is_nullable: bool,
    /// It is not quoted in messages.
    pub is_sensitive: bool,
    /// What it means.
    pub description: String,
}

/// What a field may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// One of some words.
    Choice(Vec<String>),
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
    /// A day or an instant.
    Timestamp,
    /// A length of time.
    Duration,
    /// A list of texts.
    List,
}

#[derive(Deserialize)]
struct KindText {
    kind: Vec<KindEntry>,
}

#[derive(Deserialize)]
struct KindEntry {
    id: String,
    title: String,
    description: String,
    fields: toml::Table,
}

#[derive(Deserialize)]
struct FieldEntry {
    #[serde(rename = "type")]
    of: String,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    nullable: bool,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    description: String,
}

impl Kind {
    /// The kind of a name, such as `person.training@1`.
    ///
    /// # Errors
    /// `invalid` when there is no such kind, or when it has a field that no column can give.
    pub fn named(id: &str) -> Result<Self, Fault> {
        let topic = id.split('.').next().unwrap_or_default();
        let text = TEXTS.iter().find(|(name, _)| *name == topic).map(|(_, text)| *text);
        let kinds: KindText = toml::from_str(text.unwrap_or("kind = []")).map_err(|error| broken(id, error.message()))?;
        let entry = kinds.kind.into_iter().find(|kind| kind.id == id).ok_or_else(|| broken(id, "there is no such kind"))?;
        let mut fields = Vec::with_capacity(entry.fields.len());
        for (name, value) in entry.fields.into_iter().filter(|(name, _)| name != REGISTER) {
            let field: FieldEntry = value.try_into().map_err(|error: toml::de::Error| broken(id, error.message()))?;
            fields.push(field.named(name).map_err(|why| broken(id, &why))?);
        }
        Ok(Self { id: entry.id, title: entry.title, description: entry.description, fields })
    }

    /// Where each field stands, by its name.
    pub(crate) fn places(&self) -> BTreeMap<&str, usize> {
        self.fields.iter().enumerate().map(|(at, field)| (field.name.as_str(), at)).collect()
    }
}

impl FieldEntry {
    fn named(self, name: String) -> Result<Field, String> {
        let holds = match self.of.as_str() {
            "string" if self.values.is_empty() => Holds::Text,
            "string" => Holds::Choice(self.values),
            "int" => Holds::Int,
            "bool" => Holds::Bool,
            "timestamp" => Holds::Timestamp,
            "duration" => Holds::Duration,
            "list" => Holds::List,
            other => return Err(format!("`{name}` is a {other}, which no column can give")),
        };
        Ok(Field {
            name,
            holds,
            is_optional: self.optional,
            is_nullable: self.nullable,
            is_sensitive: self.sensitive,
            description: self.description,
        })
    }
}

fn broken(id: &str, why: &str) -> Fault {
    Fault::invalid(format!("the kind `{id}`: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_the_order_of_the_text_without_the_register_itself() {
        let kind = Kind::named("person.training@1").unwrap();
        let names: Vec<&str> = kind.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names.first(), Some(&"email"));
        assert!(!names.contains(&"register"));
        let due = &kind.fields[kind.places()["due_at"]];
        assert_eq!((due.holds.clone(), due.is_optional, due.is_nullable), (Holds::Timestamp, false, true));
    }

    #[test]
    fn a_kind_that_is_not_there_is_named() {
        let fault = Kind::named("person.nothing@1").unwrap_err();
        assert!(fault.message.contains("person.nothing@1"), "{fault}");
    }
}

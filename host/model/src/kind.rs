//! The closed type language of kinds: what the body of a fact may hold.

use smol_str::SmolStr;

use crate::KindId;

/// The type of a fact: its fields and what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its name and major version.
    pub id: KindId,
    /// One line.
    pub title: String,
    /// What a fact of this kind states, and what its subject and scope are.
    pub description: String,
    /// Whether each fact is something that happened once (an occurrence), not a state that lasts.
    pub event: bool,
    /// The fields of the body, sorted by name.
    pub fields: Vec<Field>,
}

/// One field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent mark of the type language")]
pub struct Field {
    /// Its name: a lower-case word with underscores.
    pub name: SmolStr,
    /// What it means, with unit and source.
    pub description: String,
    /// It may be absent, which reads as not collected. Every other field must be there.
    pub optional: bool,
    /// It may be null, which reads as known to be none.
    pub nullable: bool,
    /// It changes without the subject changing (a last use); it stands beside the digest, not in it.
    pub volatile: bool,
    /// It is about a person, or secret enough to be left out of what is shared.
    pub sensitive: bool,
    /// Other kinds may be joined on it.
    pub key: bool,
    /// What it holds.
    pub ty: FieldType,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// A record with these fields, sorted by name.
    Record(Vec<Field>),
    /// A list of one type; no item is null.
    List(Box<FieldType>),
    /// Text; when `values` is not empty, one of them.
    String {
        /// The closed list of what it may be; empty for any text.
        values: Vec<SmolStr>,
    },
    /// A whole number of 64 bits.
    Int,
    /// True or false.
    Bool,
    /// An instant, RFC 3339 in UTC.
    Timestamp,
    /// Whole seconds, an integer.
    Duration,
}

impl Kind {
    /// The field with that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Whether any field stands beside the digest.
    pub fn has_volatile(&self) -> bool {
        self.fields.iter().any(|field| field.volatile)
    }
}

impl FieldType {
    /// Its word in the type language.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::List(_) => "list",
            Self::String { .. } => "string",
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Timestamp => "timestamp",
            Self::Duration => "duration",
        }
    }
}

//! The typed facts of the SDK, as Rust.
//!
//! Takes the kinds, gives the text of `sdk/src/kinds.rs`: a struct for each kind, whose fields stand in the canonical order, so
//! that what it writes is admitted the short way. The same kinds give the same text, formatted as rustfmt does.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use model::{Field, FieldType, Kind};

use crate::kind_set::KindSet;

/// How wide a line of documentation may be, its indent included.
const WIDTH: usize = 124;

const HEAD: &str = "\
//! The kinds that ship with the engine, one type each. Written by the engine from `scripts/kinds`; do not edit.
//!
//! An optional field is an [`Option`]: `None` says that it was not collected. A field that may be known to be none is a
//! [`Nullable`]. A timestamp is RFC 3339 text in UTC; a duration is whole seconds.

#![allow(clippy::struct_excessive_bools, clippy::doc_markdown, reason = \"the types are as the kinds are\")]

use serde::{Serialize, Serializer};

use crate::Fact;

/// A value that is known, or known to be none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nullable<T> {
    /// It is known to be none: a password that was never used.
    Null,
    /// It is this.
    Value(T),
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}
";

/// The Rust source of the SDK's typed facts.
///
/// The kind `identity.user@1` becomes `identity::User`, a second version `identity::UserV2`.
pub fn sdk_source(kinds: &KindSet) -> String {
    let mut modules = BTreeMap::<String, Vec<&Kind>>::new();
    for kind in kinds.iter() {
        let (module, _) = kind.id.name().split_once('.').unwrap_or((kind.id.name(), ""));
        modules.entry(word(module)).or_default().push(kind);
    }
    let mut source = HEAD.to_owned();
    for (module, kinds) in modules {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.id.as_str()).collect();
        let mut types = Types { source: String::new() };
        types.docs(4, &format!("The kinds `{}`.", names.join("`, `")));
        let head = types.source.replace("    ///", "///");
        types.source = String::new();
        for kind in kinds {
            types.kind(kind);
        }
        let imports = "    use serde::Serialize;\n\n    use super::Fact;\n";
        let nullable =
            if types.source.contains("Nullable<") { "    use super::{Fact, Nullable};\n" } else { "    use super::Fact;\n" };
        let imports = imports.replace("    use super::Fact;\n", nullable);
        let _ = write!(source, "\n{head}pub mod {module} {{\n{imports}{}}}\n", types.source);
    }
    source
}

struct Types {
    source: String,
}

impl Types {
    fn kind(&mut self, kind: &Kind) {
        let rest = kind.id.name().split_once('.').map_or("", |(_, rest)| rest);
        let version = if kind.id.major() == 1 { String::new() } else { format!("V{}", kind.id.major()) };
        let name = format!("{}{version}", camel(rest));
        let docs = format!("{}.\n\n{}", kind.title.trim_end_matches('.'), kind.description);
        self.record(&name, &docs, &kind.fields);
        let _ =
            write!(self.source, "\n    impl Fact for {name} {{\n        const KIND: &'static str = \"{}\";\n    }}\n", kind.id);
        self.inner(&name, &kind.fields);
    }

    fn record(&mut self, name: &str, docs: &str, fields: &[Field]) {
        self.source.push('\n');
        self.docs(4, docs);
        let _ = writeln!(self.source, "    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]\n    pub struct {name} {{");
        for field in fields {
            let docs = if field.description.is_empty() {
                format!("`{}`: {}.", field.name, field.ty.name())
            } else {
                field.description.clone()
            };
            self.docs(8, &docs);
            if field.optional {
                self.source.push_str("        #[serde(skip_serializing_if = \"Option::is_none\")]\n");
            }
            let plain = type_of(&field.ty, &format!("{name}{}", camel(&field.name)));
            let known = if field.nullable { format!("Nullable<{plain}>") } else { plain };
            let ty = if field.optional { format!("Option<{known}>") } else { known };
            let (attribute, ident) = ident(&field.name);
            let _ = writeln!(self.source, "{attribute}        pub {ident}: {ty},");
        }
        self.source.push_str("    }\n");
    }

    /// The types of what the fields hold.
    fn inner(&mut self, outer: &str, fields: &[Field]) {
        for field in fields {
            let mut ty = &field.ty;
            while let FieldType::List(item) = ty {
                ty = item;
            }
            let name = format!("{outer}{}", camel(&field.name));
            match ty {
                FieldType::Record(fields) => {
                    self.record(&name, &format!("What `{}` of [`{outer}`] holds.", field.name), fields);
                    self.inner(&name, fields);
                }
                FieldType::String { values } if !values.is_empty() => {
                    let values: Vec<&str> = values.iter().map(smol_str::SmolStr::as_str).collect();
                    self.choice(&name, &format!("What `{}` of [`{outer}`] may be.", field.name), &values);
                }
                _ => {}
            }
        }
    }

    fn choice(&mut self, name: &str, docs: &str, values: &[&str]) {
        self.source.push('\n');
        self.docs(4, docs);
        let _ = writeln!(self.source, "    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]\n    pub enum {name} {{");
        let mut taken = Vec::new();
        for value in values {
            let mut variant = camel(value);
            if !variant.starts_with(|c: char| c.is_ascii_alphabetic()) || taken.contains(&variant) || variant == "Self" {
                variant = format!("Value{}", taken.len() + 1);
            }
            self.docs(8, &format!("`{value}`."));
            let _ = writeln!(self.source, "        #[serde(rename = {value:?})]\n        {variant},");
            taken.push(variant);
        }
        self.source.push_str("    }\n");
    }

    /// Documentation in lines of bounded width.
    fn docs(&mut self, indent: usize, text: &str) {
        let prefix = format!("{:indent$}///", "");
        for paragraph in text.lines() {
            let mut line = prefix.clone();
            for word in paragraph.split_whitespace() {
                if line.len() > prefix.len() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                    self.source.push_str(&line);
                    self.source.push('\n');
                    line.clone_from(&prefix);
                }
                line.push(' ');
                line.push_str(word);
            }
            self.source.push_str(&line);
            self.source.push('\n');
        }
    }
}

fn type_of(ty: &FieldType, inner: &str) -> String {
    match ty {
        FieldType::List(item) => format!("Vec<{}>", type_of(item, inner)),
        FieldType::String { values } if values.is_empty() => "String".to_owned(),
        FieldType::Record(_) | FieldType::String { .. } => inner.to_owned(),
        FieldType::Int | FieldType::Duration => "i64".to_owned(),
        FieldType::Bool => "bool".to_owned(),
        FieldType::Timestamp => "String".to_owned(),
    }
}

/// `access_keys` and `password-policy` and `iam.role` as the name of a type.
fn camel(words: &str) -> String {
    let parts = words.split(|c: char| !c.is_ascii_alphanumeric());
    parts.flat_map(|part| part.chars().enumerate().map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c })).collect()
}

/// A word as the name of a module.
fn word(text: &str) -> String {
    let name = text.replace('-', "_");
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("n{name}") } else { name };
    ident(&name).1
}

/// The name of a field in Rust, and the attribute that keeps its name in JSON.
fn ident(name: &str) -> (String, String) {
    const KEYWORDS: [&str; 47] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum", "extern",
        "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
        "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe",
        "use", "virtual", "where", "while", "yield",
    ];
    match name {
        "self" | "super" | "crate" => (format!("        #[serde(rename = \"{name}\")]\n"), format!("{name}_")),
        _ if KEYWORDS.contains(&name) => (String::new(), format!("r#{name}")),
        _ => (String::new(), name.to_owned()),
    }
}

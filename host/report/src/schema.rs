//! The published JSON Schema of the JSON report.
//!
//! Takes nothing and gives the schema, derived from the types that write the report, so that the two cannot differ.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::shape::{ControlRow, Document, EvidenceRow, FindingRow, FrameworkRow, GapRow, RuleRow};

type Described<'a> = Document<
    'a,
    Vec<FrameworkRow<'a>>,
    Vec<ControlRow<'a>>,
    Vec<RuleRow<'a>>,
    Vec<FindingRow<'a>>,
    Vec<GapRow<'a>>,
    Vec<EvidenceRow<'a>>,
>;

/// The JSON Schema (2020-12) of the JSON report; every field has a description.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<Described<'static>>().to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_without_description(schema: &Value, at: &str, found: &mut Vec<String>) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                if property.get("description").is_none() {
                    found.push(format!("{at}/{name}"));
                }
            }
        }
        for (name, definition) in schema.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            fields_without_description(definition, name, found);
        }
    }

    #[test]
    fn every_field_has_a_description() {
        let mut found = Vec::new();
        fields_without_description(&schema(), "", &mut found);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn the_published_schema_is_this_one() {
        let published: Value = serde_json::from_str(include_str!("../../../docs/report.schema.json")).unwrap();
        assert!(published == schema(), "write it again: cargo run -p engine-report --example schema > docs/report.schema.json");
    }
}

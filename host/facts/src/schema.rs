//! JSON Schemas, draft 2020-12, of what goes in and out.
//!
//! Takes a kind, gives the schema of its body; and the schema of one line of NDJSON. Never says less than admission asks, but
//! for what a schema cannot say: keys that stand twice, instants that no calendar has.

use model::{Field, FieldType, Kind};
use serde_json::{Map, Value, json};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// RFC 3339 with a time zone; `format` alone is a remark in this draft.
const INSTANT: &str = r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$";

/// The schema of the body of a fact of this kind.
///
/// A field that a fact names in `$gaps` may be absent though the schema requires it.
pub fn json_schema(kind: &Kind) -> Value {
    let mut schema = record(&kind.fields);
    schema.insert("$schema".to_owned(), DRAFT.into());
    schema.insert("$id".to_owned(), format!("urn:engine:kind:{}", kind.id).into());
    schema.insert("title".to_owned(), kind.title.as_str().into());
    schema.insert("description".to_owned(), kind.description.as_str().into());
    Value::Object(schema)
}

fn record(fields: &[Field]) -> Map<String, Value> {
    let properties: Map<String, Value> = fields.iter().map(|it| (it.name.to_string(), Value::Object(field(it)))).collect();
    let required: Vec<&str> = fields.iter().filter(|it| !it.optional).map(|it| it.name.as_str()).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("required".to_owned(), required.into());
    schema.insert("additionalProperties".to_owned(), false.into());
    schema
}

fn field(field: &Field) -> Map<String, Value> {
    let mut schema = ty(&field.ty);
    if field.nullable {
        if let Some(word) = schema.get_mut("type") {
            *word = json!([word.take(), "null"]);
        }
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.push(Value::Null);
        }
    }
    if !field.description.is_empty() {
        schema.insert("description".to_owned(), field.description.as_str().into());
    }
    let marks = [("volatile", field.volatile), ("sensitive", field.sensitive), ("key", field.key)];
    for (mark, _) in marks.into_iter().filter(|(_, is_set)| *is_set) {
        schema.insert(format!("x-{mark}"), true.into());
    }
    schema
}

fn ty(ty: &FieldType) -> Map<String, Value> {
    let schema = match ty {
        FieldType::Record(fields) => return record(fields),
        FieldType::List(item) => json!({ "type": "array", "items": self::ty(item) }),
        FieldType::String { values } if values.is_empty() => json!({ "type": "string" }),
        FieldType::String { values } => json!({ "type": "string", "enum": values }),
        FieldType::Int => json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
        FieldType::Duration => {
            json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX, "description": "Whole seconds." })
        }
        FieldType::Bool => json!({ "type": "boolean" }),
        FieldType::Timestamp => instant(),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn instant() -> Value {
    json!({ "type": "string", "format": "date-time", "pattern": INSTANT })
}

/// The schema of one line of NDJSON: a fact, or `expect`, `complete` or `gap`.
pub fn line_schema() -> Value {
    let kind = json!({ "type": "string", "pattern": r"^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+(@[1-9][0-9]*)?$",
        "description": "The kind with its major version; without, the newest that is known." });
    let name = |what: &str| json!({ "type": "string", "minLength": 1, "maxLength": 1024, "description": what });
    let (scope, subject) = (name("Where it was seen: one account, host, repository."), name("Whom or what it is about."));
    let fact = closed(
        &json!({
            "kind": kind, "subject": subject, "scope": scope, "observed_at": instant(),
            "body": { "type": "object", "description": "As the kind says: `engine fact schema KIND`." },
            "$from": { "type": "array", "description": "What it was read from: call, offset, length.",
                "items": { "type": "array", "items": { "type": "integer", "minimum": 0 }, "minItems": 3, "maxItems": 3 } },
            "$gaps": { "type": "object", "description": "Fields that are absent, each with the reason.",
                "additionalProperties": { "type": "string" } },
        }),
        &["kind", "subject", "scope", "observed_at", "body"],
    );
    let count = json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX });
    let expect = closed(&json!({ "kind": kind, "scope": scope }), &["kind", "scope"]);
    let complete = closed(
        &json!({ "kind": kind, "scope": scope, "count": count, "observed_at": instant(), "from": instant(), "to": instant(),
            "query": { "type": "string" }, "source_count": count }),
        &["kind", "scope", "count"],
    );
    let gap = closed(
        &json!({ "kind": kind, "scope": scope, "subject": subject, "code": { "type": "string" }, "message": { "type": "string" } }),
        &["kind", "scope", "code"],
    );
    json!({
        "$schema": DRAFT,
        "$id": "urn:engine:facts:1",
        "title": "One line of facts",
        "description": "Facts in and out of the engine, one JSON object a line.",
        "oneOf": [
            fact,
            closed(&json!({ "expect": expect }), &["expect"]),
            closed(&json!({ "complete": complete }), &["complete"]),
            closed(&json!({ "gap": gap }), &["gap"]),
        ],
    })
}

fn closed(properties: &Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

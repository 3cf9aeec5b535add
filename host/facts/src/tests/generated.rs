//! What is generated from kinds.

use super::kinds::every_shipped;
use super::*;
use crate::{json_schema, kinds_page, line_schema, sdk_source};

#[test]
fn the_schema_of_a_body_says_what_admission_asks() {
    let kinds = kinds();
    let schema = json_schema(kinds.get(&"test.thing@1".parse().unwrap()).unwrap());
    assert_eq!(schema["required"], serde_json::json!(["name"]));
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["properties"]["size"]["type"], serde_json::json!(["integer", "null"]));
    assert_eq!(schema["properties"]["state"]["enum"], serde_json::json!(["on", "off"]));
    assert_eq!(schema["properties"]["lock"]["properties"]["open"]["type"], "boolean");
    assert_eq!(schema["properties"]["parts"]["items"]["required"], serde_json::json!(["id"]));
    assert_eq!(schema["properties"]["seen_at"]["x-volatile"], true);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn the_schema_of_a_line_has_the_four_forms() {
    let schema = line_schema();
    let forms: Vec<_> =
        schema["oneOf"].as_array().unwrap().iter().map(|form| form["required"].as_array().unwrap().len()).collect();
    assert_eq!(forms, [5, 1, 1, 1]);
}

#[test]
fn the_types_of_the_sdk_are_as_the_kinds_are() {
    let source = sdk_source(&kinds());
    assert_eq!(source, sdk_source(&kinds()));
    let of = |from: &str, to: &str| {
        source.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(text, _)| format!("{from}{text}{to}")).unwrap()
    };
    insta::assert_snapshot!(of("    pub struct Thing {", "\n    }"), @r#"
    pub struct Thing {
        /// `age`: duration.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub age: Option<i64>,
        /// `lock`: record.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub lock: Option<Nullable<ThingLock>>,
        /// `name`: string.
        pub name: String,
        /// `parts`: list.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub parts: Option<Vec<ThingParts>>,
        /// `secret`: string.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub secret: Option<ThingSecret>,
        /// `seen_at`: timestamp.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub seen_at: Option<Nullable<String>>,
        /// `size`: int.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub size: Option<Nullable<i64>>,
        /// `state`: string.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub state: Option<ThingState>,
    }
    "#);
    assert!(source.contains("pub enum ThingState {") && source.contains("#[serde(rename = \"off\")]\n        Off,"));
    assert!(source.contains("pub struct ThingParts {\n        /// `id`: string."));
    assert!(source.contains("impl Fact for OldV2 {\n        const KIND: &'static str = \"test.old@2\";"));
    assert!(source.lines().all(|line| line.chars().count() <= 130));
}

#[test]
fn the_page_of_the_kinds_goes_into_records_and_lists() {
    let page = kinds_page(&kinds());
    for line in [
        "| `lock.open` | bool |  |  |",
        "| `parts[].id` | string |  |  |",
        "| `parts` | record\\* | optional |  |",
        "| `state` | `on` `off` | optional |  |",
        "## `test.old@2`",
    ] {
        assert!(page.lines().any(|it| it == line), "{line}\n{page}");
    }
}

#[test]
fn the_types_of_the_sdk_are_those_of_the_shipped_kinds() {
    let same = committed("sdk/src/kinds.rs") == sdk_source(&every_shipped());
    assert!(same, "write it again: cargo run -p engine-facts --example sdk_source > sdk/src/kinds.rs");
}

#[test]
fn the_page_of_the_kinds_is_that_of_the_shipped_kinds() {
    let same = committed("docs/kinds.md") == kinds_page(&every_shipped());
    assert!(same, "write it again: cargo run -p engine-facts --example kinds_page > docs/kinds.md");
}

fn committed(path: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

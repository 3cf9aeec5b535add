//! Files of kinds, well written and not.

use super::*;
use crate::kind_file::MAX_FIELDS;

const HEAD: &str = "[[kind]]\nid = \"a.b@1\"\ntitle = \"t\"\ndescription = \"d\"\n";

#[track_caller]
fn problems(files: &[(&str, &str)], expected: &[&str]) {
    let mut sources = SourceSet::new();
    for (name, text) in files {
        sources.insert(*name, *text);
    }
    let shown = match KindSet::read(&sources) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.problems.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(shown, expected);
}

#[track_caller]
fn problem(rest: &str, expected: &[&str]) {
    problems(&[("kinds/a.toml", &format!("{HEAD}{rest}"))], expected);
}

#[test]
fn every_problem_is_named_with_its_place() {
    let text = "
[[kind]]
id = \"nodot\"
title = \"\"
evnt = true
[kind.fields.Bad]
type = \"strin\"
[kind.fields.b]
type = \"int\"
optional = \"yes\"
";
    problems(
        &[("kinds/a.toml", text)],
        &[
            "kinds/a.toml:5:1: `evnt` means nothing here",
            "kinds/a.toml:3:6: `nodot` is not a kind: dotted lower-case words and a major version, such as `identity.user@1`",
            "kinds/a.toml:4:9: `title` is a text that is not empty",
            "kinds/a.toml:2:1: `description` is missing",
            "kinds/a.toml:6:14: `Bad` is not a field's name: a lower-case letter, then letters, digits and `_`",
            "kinds/a.toml:7:8: `strin` is not a type: record, list, string, int, bool, timestamp, duration",
            "kinds/a.toml:10:12: `optional` is true or false",
        ],
    );
}

#[test]
fn the_marks_of_fields_stand_only_where_they_mean_something() {
    problem("", &["kinds/a.toml:1:1: `fields` is missing: a record has at least one field"]);
    problem("[kind.fields.a]\ntype = \"list\"\n", &["kinds/a.toml:5:1: `item` is missing: the type of one item of the list"]);
    problem("[kind.fields.a]\ntype = \"int\"\nvalues = [\"x\"]\n", &["kinds/a.toml:7:1: `values` means nothing here"]);
    problem(
        "[kind.fields.a]\ntype = \"string\"\nvalues = [\"x\", \"x\"]\n",
        &["kinds/a.toml:7:10: `values` is a list of different texts, at least one"],
    );
    problem(
        "[kind.fields.a]\ntype = \"string\"\nvalues = []\n",
        &["kinds/a.toml:7:10: `values` is a list of different texts, at least one"],
    );
    problem(
        "[kind.fields.a]\ntype = \"record\"\n[kind.fields.a.fields.b]\ntype = \"int\"\nvolatile = true\n",
        &["kinds/a.toml:7:1: `b` is within another field; only a field of the kind itself may be volatile"],
    );
    problem(
        "[kind.fields.a]\ntype = \"list\"\nkey = true\n[kind.fields.a.item]\ntype = \"int\"\noptional = true\n",
        &[
            "kinds/a.toml:10:1: `optional` means nothing here",
            "kinds/a.toml:5:1: `a` cannot be a key: a key is a single value of the kind itself",
        ],
    );
    let deep: String = (1..20).fold("[kind.fields.a]\ntype = \"list\"\n".to_owned(), |text, depth| {
        format!("{text}[kind.fields.a{}]\ntype = \"list\"\n", ".item".repeat(depth))
    });
    problem(&deep, &["kinds/a.toml:37:1: a kind nests at most 16 deep"]);
    let many = (0..=MAX_FIELDS).map(|n| format!("[kind.fields.f{n}]\ntype = \"int\"\n")).collect::<Vec<_>>().concat();
    problem(&many, &["kinds/a.toml:5:7: a record has 1 to 128 fields, not 129"]);
}

#[test]
fn a_file_that_is_no_toml_is_named() {
    problems(
        &[("kinds/a.toml", "x = \n"), ("kinds/b.toml", "kind = 1\n")],
        &[
            "kinds/a.toml:1:5: string values must be quoted, expected literal string",
            "kinds/b.toml:1:8: `kind` is written `[[kind]]`, once for each",
        ],
    );
}

#[test]
fn no_file_takes_a_kind_from_another() {
    let shipped = format!("{HEAD}[kind.fields.x]\ntype = \"int\"\n");
    let other = shipped.replace("a.b@1", "a.c@1");
    let own = shipped.replace("a.b@1", "acme.b@1");
    problems(
        &[("kinds/a.toml", &shipped), ("kinds/b.toml", &shipped)],
        &["kinds/b.toml:2:6: the kind `a.b@1` is already defined at kinds/a.toml:2:6"],
    );
    problems(
        &[("kinds/a.toml", &shipped), ("local/kinds/b.toml", &other)],
        &["local/kinds/b.toml:2:6: the kind `a.c@1` begins with `a`, which is taken"],
    );
    problems(
        &[("kinds/a.toml", &shipped.replace("a.b", "engine.b"))],
        &["kinds/a.toml:2:6: the kind `engine.b@1` begins with `engine`, which is taken"],
    );
    problems(&[("kinds/a.toml", &shipped), ("local/kinds/b.toml", &own), ("rules/x.toml", "not read")], &[]);
}

#[test]
fn a_kind_is_found_by_name_and_version() {
    let kinds = kinds();
    let resolve = |text: &str| kinds.resolve(text).map(model::KindId::as_str);
    assert_eq!(
        (resolve("test.old"), resolve("test.old@1"), resolve("test.old@3"), resolve("")),
        (Some("test.old@2"), Some("test.old@1"), None, None)
    );
    assert_eq!(kinds.iter().count(), kinds.kinds().len());
    let thing = kinds.get(&"test.thing@1".parse().unwrap()).unwrap();
    assert!(thing.fields.is_sorted_by(|a, b| a.name < b.name) && thing.has_volatile());
}

#[test]
fn an_account_is_as_the_design_says() {
    let kinds = shipped();
    let user = kinds.get(&"identity.user@1".parse().unwrap()).unwrap();
    let fields: Vec<String> = user
        .fields
        .iter()
        .map(|field| {
            format!(
                "{}{}{}{}",
                field.name,
                if field.optional { "?" } else { "" },
                if field.nullable { "0" } else { "" },
                if field.volatile { "~" } else { "" }
            )
        })
        .collect();
    assert_eq!(
        fields.join(" "),
        "access_keys account administrator? console_access created_at email? groups human? last_active_at?0~ mfa_enabled name \
         password_last_used_at?0~ password_policy?0 policies"
    );
    assert!(kinds.resolve("identity.group").is_some());
}

/// The kinds of identities, as they ship.
pub(super) fn shipped() -> KindSet {
    let mut sources = SourceSet::new();
    sources.insert("kinds/identity.toml", include_str!("../../../../scripts/kinds/identity.toml"));
    KindSet::read(&sources).unwrap()
}

/// Every kind, as they ship.
pub(super) fn every_shipped() -> KindSet {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/kinds");
    let mut sources = SourceSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        sources.insert(format!("kinds/{}", path.file_name().unwrap().to_string_lossy()), std::fs::read_to_string(path).unwrap());
    }
    KindSet::read(&sources).unwrap()
}

/// Each field of a kind with its path, those within records and lists too.
fn every_field<'a>(before: &str, fields: &'a [model::Field]) -> Vec<(String, &'a model::Field)> {
    let mut found = Vec::new();
    for field in fields {
        let path = format!("{before}{}", field.name);
        let mut ty = &field.ty;
        while let model::FieldType::List(item) = ty {
            ty = item;
        }
        if let model::FieldType::Record(inner) = ty {
            found.extend(every_field(&format!("{path}."), inner));
        }
        found.push((path, field));
    }
    found
}

#[test]
fn a_shipped_kind_says_what_its_subject_is_and_what_each_field_means() {
    for kind in every_shipped().iter() {
        assert!(kind.description.contains(" subject"), "`{}` does not say what its subject is", kind.id);
        // The scope of every kind of one machine is said once, at the head of its file.
        let says_scope = kind.description.contains(" scope is ") || kind.id.name().starts_with("host.");
        assert!(says_scope || kind.description.contains("and the scope are "), "`{}` does not say what its scope is", kind.id);
        for (path, field) in every_field("", &kind.fields) {
            assert!(field.description.ends_with('.'), "`{path}` of `{}` is not described by a sentence", kind.id);
        }
    }
}

#[test]
fn names_of_shipped_fields_say_their_types() {
    for kind in every_shipped().iter() {
        for (path, field) in every_field("", &kind.fields) {
            let ty = field.ty.name();
            assert_eq!(path.ends_with("_at"), ty == "timestamp", "`{path}` of `{}` is a {ty}", kind.id);
            let is_number = ["_count", "_days", "_hours", "_gib"].iter().any(|unit| path.ends_with(unit));
            assert!(!is_number || ty == "int", "`{path}` of `{}` is a {ty}", kind.id);
        }
    }
}

#[test]
fn a_rule_can_read_every_shipped_field() {
    // The words that Rhai keeps for itself, which no field can be read by.
    let kept = "Fn as async await break call case catch const continue curry debug default do else eval exit export false fn for \
                global go goto if import in is let loop match module new nil null package print private protected public return \
                shared spawn static super switch sync this thread throw true try type_of until use var void while with yield";
    for kind in every_shipped().iter() {
        for (path, field) in every_field("", &kind.fields) {
            assert!(!kept.split_whitespace().any(|word| word == field.name), "`{path}` of `{}` is a word of Rhai", kind.id);
        }
    }
}

#[test]
fn keys_of_one_name_are_of_one_type() {
    let kinds = every_shipped();
    let mut types = std::collections::BTreeMap::new();
    for field in kinds.iter().flat_map(|kind| &kind.fields).filter(|field| field.key) {
        let first = types.entry(field.name.clone()).or_insert(field.ty.name());
        assert_eq!(*first, field.ty.name(), "the key `{}` has two types", field.name);
    }
    for key in ["account", "email", "region", "system", "vendor"] {
        assert_eq!(types.get(key), Some(&"string"), "`{key}` joins kinds");
    }
}

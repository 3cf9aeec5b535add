//! The page of the kinds, for people.
//!
//! Takes the kinds, gives the text of `docs/kinds.md`: what each states, of whom, in which scope, and every field. The same kinds
//! give the same text.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use model::{Field, FieldType, Kind};

use crate::kind_set::KindSet;

const HEAD: &str = "\
# Kinds of facts

Written from `scripts/kinds` by `cargo run -p engine-facts --example kinds_page > docs/kinds.md`; do not edit. The form of a fact
stands in [facts](facts.md), how a rule reads one in [the rule language](rule-language.md#absent-null-wrong).

| mark | what it says |
|---|---|
| optional | the field may be absent, which reads as *not collected*; every other field is there, or its reason stands in `$gaps` |
| nullable | the field may be null, which reads as *known to be none*: not done yet, nobody, no such term |
| volatile | it changes without the subject changing, and stands beside the digest of the fact |
| sensitive | it is about a person, or secret enough to be left out of what is shared |
| key | rules of other kinds may join on it: it is spelt in one way wherever it stands |

`*` after a type is a list of it, `.` in a field's name goes into a record, `[].` into each record of a list. A timestamp is an
instant; what is known as a day only is its midnight in UTC. A duration is whole seconds. Addresses (`email` and its like), systems,
vendors and documents are in lower case.
";

/// The page that lists every kind with its fields, as Markdown.
pub fn kinds_page(kinds: &KindSet) -> String {
    let mut topics = BTreeMap::<&str, Vec<&Kind>>::new();
    for kind in kinds.iter() {
        let topic = kind.id.name().split('.').next().unwrap_or_default();
        topics.entry(topic).or_default().push(kind);
    }
    let mut page = format!("{HEAD}\n| topic | kinds |\n|---|---|\n");
    for (topic, kinds) in &topics {
        let links: Vec<String> = kinds.iter().map(|kind| format!("[{}](#{})", kind.title, anchor(kind.id.as_str()))).collect();
        let _ = writeln!(page, "| `{topic}` | {} |", links.join(", "));
    }
    for kind in topics.into_values().flatten() {
        section(&mut page, kind);
    }
    page
}

fn section(page: &mut String, kind: &Kind) {
    let event = if kind.event { " Each fact is something that happened once." } else { "" };
    let _ = write!(page, "\n## `{}`\n**{}.** {}{event}\n\n", kind.id, kind.title.trim_end_matches('.'), kind.description);
    page.push_str("| field | type | marks | what it says |\n|---|---|---|---|\n");
    rows(page, "", &kind.fields);
}

fn rows(page: &mut String, before: &str, fields: &[Field]) {
    for field in fields {
        let marks = [
            ("optional", field.optional),
            ("nullable", field.nullable),
            ("volatile", field.volatile),
            ("sensitive", field.sensitive),
            ("key", field.key),
        ];
        let marks: Vec<&str> = marks.into_iter().filter(|(_, is_set)| *is_set).map(|(mark, _)| mark).collect();
        let name = format!("{before}{}", field.name);
        let description = cell(&field.description);
        let _ = writeln!(page, "| `{name}` | {} | {} | {description} |", type_of(&field.ty), marks.join(", "));
        inner(page, &name, &field.ty);
    }
}

/// The fields of the records that a field holds.
fn inner(page: &mut String, name: &str, ty: &FieldType) {
    match ty {
        FieldType::Record(fields) => rows(page, &format!("{name}."), fields),
        FieldType::List(item) => inner(page, &format!("{name}[]"), item),
        _ => {}
    }
}

fn type_of(ty: &FieldType) -> String {
    match ty {
        FieldType::List(item) => format!("{}\\*", type_of(item)),
        FieldType::String { values } if !values.is_empty() => {
            let values: Vec<String> = values.iter().map(|value| format!("`{}`", cell(value))).collect();
            values.join(" ")
        }
        other => other.name().to_owned(),
    }
}

/// Text that does not end the cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Where a heading's link goes: its letters, digits, hyphens and underscores in lower case, spaces as hyphens.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

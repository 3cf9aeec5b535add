//! The tables of the guide for those who keep registers, from the table of registers and the kinds. Gives text; writes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use engine_sdk::Fault;
use serde_json::Value;

use crate::columns::{SYNONYMS, names_of};
use crate::kind::{Field, Holds, Kind};
use crate::register::{Part, REGISTERS, Register};

/// The line of the guide after which the tables stand.
pub const BEGIN: &str = "<!-- From here to the next such line: `cargo run -p registers --example guide`. -->";
/// The line of the guide before which they end.
pub const END: &str = "<!-- To here. -->";

/// Puts the tables between their two lines of a guide.
///
/// # Errors
/// `invalid` when the lines are not there, or a kind is not.
pub fn renewed(guide: &str, bodies: &dyn Fn(&str) -> BTreeMap<String, Value>) -> Result<String, Fault> {
    let missing = || Fault::invalid(format!("the guide has no line `{BEGIN}` with `{END}` after it"));
    let (before, rest) = guide.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{before}{BEGIN}\n{}{END}{after}", tables(bodies)?))
}

/// A part for each register, with examples from the facts of each kind.
fn tables(bodies: &dyn Fn(&str) -> BTreeMap<String, Value>) -> Result<String, Fault> {
    let mut text = String::new();
    for register in REGISTERS {
        let kind = Kind::named(register.kind)?;
        let bodies = bodies(register.kind);
        let _ = write!(text, "\n### {}\n{}", register.name, head(register, &kind));
        text.push_str("| column | holds | empty means | example | meaning |\n|---|---|---|---|---|\n");
        for field in &kind.fields {
            let name = if field.is_optional { format!("`{}`", field.name) } else { format!("**`{}`**", field.name) };
            let example = example(field, &bodies).map(|it| format!("`{it}`")).unwrap_or_default();
            let (holds, empty) = (holds(field), empty(field));
            let _ = writeln!(text, "| {name} | {holds} | {empty} | {} | {} |", cell(&example), cell(&field.description));
        }
    }
    let _ = write!(text, "\n### Other names of columns\n{}", other_names());
    Ok(text)
}

fn head(register: &Register, kind: &Kind) -> String {
    let first = kind.description.split(". ").next().unwrap_or_default().trim_end_matches('.');
    let parts: Vec<String> = register
        .subject
        .iter()
        .map(|part| match part {
            Part::Column(name) | Part::Or(name, _) => format!("`{name}`"),
            Part::Where(name) => format!("`{name}` where there is one"),
            Part::FirstOf(name, other) => format!("`{name}`, else `{other}`"),
        })
        .collect();
    format!("{first}. Kind `{}`; lines are told apart by {}.\n\n", kind.id, parts.join(", "))
}

fn holds(field: &Field) -> String {
    match &field.holds {
        Holds::Text => "text".to_owned(),
        Holds::Choice(choices) => choices.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", "),
        Holds::Int => "a whole number".to_owned(),
        Holds::Bool => "yes or no".to_owned(),
        Holds::Timestamp => "a day or time".to_owned(),
        Holds::Duration => "a length of time".to_owned(),
        Holds::List => "a list".to_owned(),
    }
}

fn empty(field: &Field) -> &'static str {
    match (&field.holds, field.is_nullable, field.is_optional) {
        (Holds::List, ..) | (_, true, _) => "none",
        (_, false, true) => "not known",
        (_, false, false) => "a mistake",
    }
}

/// A value as a person writes it: the first that one of the facts has.
fn example(field: &Field, bodies: &BTreeMap<String, Value>) -> Option<String> {
    bodies.values().find_map(|body| {
        let value = body.get(&field.name)?;
        match (value, &field.holds) {
            (Value::String(text), Holds::Timestamp) => Some(text.trim_end_matches("T00:00:00Z").to_owned()),
            (Value::String(text), _) => Some(text.clone()),
            (Value::Bool(is), _) => Some(if *is { "yes" } else { "no" }.to_owned()),
            (Value::Number(number), Holds::Duration) => {
                let seconds = number.as_i64()?;
                Some(if seconds % 3_600 == 0 { format!("{}h", seconds / 3_600) } else { format!("{}m", seconds / 60) })
            }
            (Value::Number(number), _) => Some(number.to_string()),
            (Value::Array(items), _) if !items.is_empty() => {
                Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "))
            }
            _ => None,
        }
    })
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn other_names() -> String {
    let mut text = "| column | may also be named |\n|---|---|\n".to_owned();
    let stems = [("…`_at`", "due_at"), ("…`_email`", "owner_email"), ("…`_count`", "finding_count")];
    for (rule, field) in stems {
        let others: Vec<String> =
            names_of(field).into_iter().skip(1).filter(|it| it != "deadline").map(|it| format!("`{it}`")).collect();
        let _ = writeln!(text, "| {rule}, such as `{field}` | {} |", others.join(", "));
    }
    text.push_str("| …of a length of time, such as `recovery_time_wanted` | with its unit: `recovery_time_wanted (hours)` |\n");
    for (field, others) in SYNONYMS {
        let others: Vec<String> = others.iter().map(|it| format!("`{it}`")).collect();
        let _ = writeln!(text, "| `{field}` | {} |", others.join(", "));
    }
    text.push('\n');
    text
}

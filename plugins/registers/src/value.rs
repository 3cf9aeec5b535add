//! What a cell means for a field: the value that the fact has, or why there is none.

use serde_json::Value;

use crate::cell::{Cell, number};
use crate::columns::Unit;
use crate::date::{self, DateFormat};
use crate::kind::{Field, Holds};
use crate::quote::{listed, quoted};
use crate::register::Spelling;

/// How the values of a column are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manner<'a> {
    /// Days, besides ISO 8601.
    pub(crate) dates: &'a [DateFormat],
    /// What a number is of, for lengths of time.
    pub(crate) unit: Option<Unit>,
    /// Words of the company's own and what they mean, both in the form of [`choice_key`].
    pub(crate) words: Option<&'a std::collections::BTreeMap<String, String>>,
}

/// Why a cell gives no value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoValue {
    /// The field is left out: it is not known.
    Absent,
    /// The line is wrong, and why.
    Wrong(String),
}

/// The value of a field.
pub(crate) fn value(field: &Field, cell: &Cell, manner: &Manner<'_>) -> Result<Value, NoValue> {
    match cell {
        Cell::Empty if field.holds == Holds::List => Ok(Value::Array(Vec::new())),
        Cell::Empty if field.is_nullable => Ok(Value::Null),
        Cell::Empty if field.is_optional => Err(NoValue::Absent),
        Cell::Empty => Err(NoValue::Wrong("is empty, and every line needs it".to_owned())),
        Cell::Wrong(why) => Err(NoValue::Wrong(why.clone())),
        cell => given(field, cell, manner).map_err(|why| NoValue::Wrong(said(field, cell, &why))),
    }
}

/// The message about a value, which quotes it unless it is not to be shown.
fn said(field: &Field, cell: &Cell, why: &str) -> String {
    match text_of(cell) {
        Some(text) if !field.is_sensitive => format!("{} {why}", quoted(&text)),
        _ => format!("what stands there {why}"),
    }
}

fn text_of(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.clone()),
        Cell::Bool(true) => Some("yes".to_owned()),
        Cell::Bool(false) => Some("no".to_owned()),
        Cell::Number { value, .. } | Cell::Days(value) => Some(number(*value)),
        Cell::List(items) => Some(items.join("; ")),
        Cell::Empty | Cell::Wrong(_) => None,
    }
}

fn given(field: &Field, cell: &Cell, manner: &Manner<'_>) -> Result<Value, String> {
    let is_list = matches!(cell, Cell::List(_));
    if is_list && field.holds != Holds::List {
        return Err("is a list, and one value is wanted".to_owned());
    }
    let text = text_of(cell).unwrap_or_default();
    match &field.holds {
        Holds::Text => written(field, &text),
        Holds::Choice(choices) => choice(&text, choices, manner).map(Value::from),
        Holds::Int => int(&text).map(Value::from),
        Holds::Bool => yes_or_no(cell, &text).map(Value::from),
        Holds::Timestamp => match cell {
            Cell::Number { value, is_1904 } => date::serial(*value, *is_1904).map(Value::from),
            Cell::Days(_) => Err("is a length of time, and a day is wanted".to_owned()),
            _ => date::instant(&text, manner.dates).map(Value::from),
        },
        Holds::Duration => match cell {
            Cell::Days(days) => seconds(*days, Unit::Days).map(Value::from),
            _ => duration(&text, manner.unit).map(Value::from),
        },
        Holds::List => Ok(list(field, cell, &text)),
    }
}

fn written(field: &Field, text: &str) -> Result<Value, String> {
    let written = Spelling::of(&field.name).write(text);
    let is_address = field.name == "email" || field.name.ends_with("_email");
    if is_address && !is_email(&written) {
        return Err("is no e-mail address".to_owned());
    }
    Ok(Value::from(written))
}

/// One `@` with something on both sides and no spaces: what an address must have to be joined on.
fn is_email(text: &str) -> bool {
    let mut parts = text.split('@');
    let sides = (parts.next(), parts.next(), parts.next());
    matches!(sides, (Some(before), Some(after), None) if !before.is_empty() && !after.is_empty())
        && !text.contains(|it: char| it.is_whitespace() || matches!(it, ',' | ';' | '<' | '>' | '/'))
}

/// The form in which words of an enumeration are compared.
pub(crate) fn choice_key(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|it: char| it.is_whitespace() || matches!(it, '-' | '_')).filter(|it| !it.is_empty()).collect();
    words.join("-").to_lowercase()
}

fn choice(text: &str, choices: &[String], manner: &Manner<'_>) -> Result<String, String> {
    let mut key = choice_key(text);
    if let Some(meant) = manner.words.and_then(|words| words.get(&key)) {
        key.clone_from(meant);
    }
    if let Some(found) = choices.iter().find(|it| choice_key(it) == key) {
        return Ok(found.clone());
    }
    Err(format!("is none of {}", listed(choices.iter().map(String::as_str))))
}

fn int(text: &str) -> Result<i64, String> {
    let plain = text.strip_suffix('%').map_or(text, str::trim_end);
    let is_whole = plain.strip_prefix('-').unwrap_or(plain).bytes().all(|byte| byte.is_ascii_digit());
    plain.parse().ok().filter(|_| is_whole).ok_or_else(|| "is no whole number in digits, such as 1200".to_owned())
}

fn yes_or_no(cell: &Cell, text: &str) -> Result<bool, String> {
    if let Cell::Bool(is) = cell {
        return Ok(*is);
    }
    match text.to_lowercase().as_str() {
        "yes" | "true" | "x" | "1" | "y" => Ok(true),
        "no" | "false" | "0" | "n" => Ok(false),
        _ => Err("is neither yes nor no: write `yes`, `true`, `x`, `1`, or `no`, `false`, `0`".to_owned()),
    }
}

/// A length of time in seconds: `90s`, `30m`, `4h`, `2d`, `1h30m`, or a number where the column's name says of what.
fn duration(text: &str, unit: Option<Unit>) -> Result<i64, String> {
    let wrong = || {
        "is no length of time: write `90s`, `30m`, `4h` or `2d`, or name the unit with the column, such as `recovery time wanted \
         (hours)`"
            .to_owned()
    };
    if let Ok(value) = text.parse::<f64>() {
        return match unit {
            Some(unit) => seconds(value, unit),
            None if value == 0.0 => Ok(0),
            None => Err(wrong()),
        };
    }
    let mut total: i64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (count, after) = rest.split_at_checked(length).filter(|_| length > 0).ok_or_else(wrong)?;
        let after = after.trim_start();
        let word = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (name, after) = after.split_at_checked(word).ok_or_else(wrong)?;
        let unit = Unit::of(name).ok_or_else(wrong)?;
        let count: i64 = count.parse().map_err(|_| wrong())?;
        total = count.checked_mul(unit.seconds()).and_then(|it| total.checked_add(it)).ok_or_else(wrong)?;
        rest = after.trim_start();
    }
    Ok(total)
}

fn seconds(count: f64, unit: Unit) -> Result<i64, String> {
    #[allow(clippy::cast_precision_loss, reason = "a unit has few seconds")]
    let seconds = (count * unit.seconds() as f64).round();
    if !(0.0..1e12).contains(&seconds) {
        return Err("is no length of time".to_owned());
    }
    #[allow(clippy::cast_possible_truncation, reason = "the range was looked at")]
    Ok(seconds as i64)
}

/// The items of a list, sorted, each once.
fn list(field: &Field, cell: &Cell, text: &str) -> Value {
    let spelling = Spelling::of(&field.name);
    let clear = |it: char| matches!(it, ';' | '|' | '\n' | '\r');
    let has_clear = text.contains(clear);
    let mut items: Vec<String> = if let Cell::List(items) = cell {
        items.iter().map(|item| spelling.write(item)).collect()
    } else {
        text.split(|it: char| clear(it) || (!has_clear && it == ',')).map(|item| spelling.write(item)).collect()
    };
    items.retain(|item| !item.is_empty());
    items.sort();
    items.dedup();
    Value::from(items)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(name: &str, holds: Holds, is_optional: bool, is_nullable: bool) -> Field {
        Field { name: name.to_owned(), holds, is_optional, is_nullable, is_sensitive: false, description: String::new() }
    }

    #[track_caller]
    fn check(name: &str, holds: Holds, text: &str, expected: Result<Value, &str>) {
        let found = value(&field(name, holds, false, false), &Cell::text(text), &Manner::default());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
            (Err(NoValue::Wrong(found)), Err(expected)) => assert!(found.contains(expected), "{text}: {found}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn an_empty_cell_is_none_unknown_or_wrong_by_the_field() {
        let manner = Manner::default();
        let empty = |is_optional, is_nullable| value(&field("a", Holds::Text, is_optional, is_nullable), &Cell::Empty, &manner);
        assert_eq!(empty(false, true), Ok(Value::Null));
        assert_eq!(empty(true, true), Ok(Value::Null));
        assert_eq!(empty(true, false), Err(NoValue::Absent));
        assert!(matches!(empty(false, false), Err(NoValue::Wrong(_))));
        assert_eq!(value(&field("a", Holds::List, true, false), &Cell::Empty, &manner), Ok(json!([])));
    }

    #[test]
    fn words_numbers_and_lists_are_read_as_people_write_them() {
        check("email", Holds::Text, "  Ada@Example.COM ", Ok(json!("ada@example.com")));
        for wrong in ["ada", "ada@", "@example.com", "a@b@c", "Ada <ada@example.com>", "a@b.c; c@d.e"] {
            check("email", Holds::Text, wrong, Err("no e-mail address"));
        }
        for yes in ["Yes", "TRUE", "x", "X", "1", "y"] {
            check("a", Holds::Bool, yes, Ok(json!(true)));
        }
        for no in ["no", "False", "0", "N"] {
            check("a", Holds::Bool, no, Ok(json!(false)));
        }
        check("a", Holds::Bool, "maybe", Err("neither yes nor no"));
        check("a", Holds::Int, "1200", Ok(json!(1200)));
        check("a", Holds::Int, "-3", Ok(json!(-3)));
        check("a", Holds::Int, "95 %", Ok(json!(95)));
        for wrong in ["1,200", "1.5", "+3", "0x10", "99999999999999999999", "-", "%"] {
            check("a", Holds::Int, wrong, Err("no whole number"));
        }
        check("systems", Holds::List, "Web; billing;web;", Ok(json!(["billing", "web"])));
        check("systems", Holds::List, "web, billing", Ok(json!(["billing", "web"])));
        check("locations", Holds::List, "Berlin, Mitte; Paris", Ok(json!(["Berlin, Mitte", "Paris"])));
    }

    #[test]
    fn a_choice_is_found_whatever_its_case_and_the_company_may_have_its_own_words() {
        let choices = Holds::Choice(vec!["in-treatment".to_owned(), "closed".to_owned()]);
        check("status", choices.clone(), "In Treatment", Ok(json!("in-treatment")));
        check("status", choices.clone(), "in_treatment", Ok(json!("in-treatment")));
        check("status", choices.clone(), "done", Err("`done` is none of `in-treatment`, `closed`"));
        let words = [("done".to_owned(), "closed".to_owned())].into();
        let manner = Manner { words: Some(&words), ..Manner::default() };
        let found = value(&field("status", choices, false, false), &Cell::text("DONE"), &manner);
        assert_eq!(found, Ok(json!("closed")));
    }

    #[test]
    fn a_length_of_time_has_a_unit() {
        check("a", Holds::Duration, "4h", Ok(json!(14_400)));
        check("a", Holds::Duration, "1h 30m", Ok(json!(5_400)));
        check("a", Holds::Duration, "2 days", Ok(json!(172_800)));
        check("a", Holds::Duration, "0", Ok(json!(0)));
        for wrong in ["4", "h", "4 parsecs", "-4h", "99999999999999999999h", "4h-"] {
            check("a", Holds::Duration, wrong, Err("no length of time"));
        }
        let manner = Manner { unit: Some(Unit::Hours), ..Manner::default() };
        let of = field("a", Holds::Duration, false, false);
        assert_eq!(value(&of, &Cell::text("1.5"), &manner), Ok(json!(5_400)));
        assert_eq!(value(&of, &Cell::Days(0.5), &Manner::default()), Ok(json!(43_200)));
    }

    #[test]
    fn what_is_sensitive_is_not_quoted() {
        let mut of = field("status", Holds::Choice(vec!["cleared".to_owned()]), false, false);
        of.is_sensitive = true;
        let Err(NoValue::Wrong(why)) = value(&of, &Cell::text("convicted"), &Manner::default()) else { panic!("wrong") };
        assert!(!why.contains("convicted"), "{why}");
    }
}

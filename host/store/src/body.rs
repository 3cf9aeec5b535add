//! A body cut in two: what its digest covers, and the volatile fields that stand beside.
//!
//! Takes canonical JSON and the names of volatile fields, gives the text without them and what to insert where to have
//! the first text again. Only top-level fields can be volatile. It parses nothing but the top level.

use core::ops::Range;
use std::borrow::Cow;
use std::collections::BTreeSet;

use smol_str::SmolStr;

/// A body without its volatile fields: what its digest covers. One that is no canonical object has nothing volatile.
pub(crate) fn stable<'a>(body: &'a str, volatile: Option<&BTreeSet<SmolStr>>) -> Cow<'a, str> {
    let mut stable = String::new();
    let inserts = cut(body, volatile, |text| stable.push_str(text));
    if inserts.is_empty() { Cow::Borrowed(body) } else { Cow::Owned(stable) }
}

/// What is left out: texts, commas included, each with its offset in the stable body, in order.
pub(crate) fn inserts<'a>(body: &'a str, volatile: Option<&BTreeSet<SmolStr>>) -> Vec<(usize, &'a str)> {
    cut(body, volatile, |_| {})
}

/// Gives the stable text to `keep`, part by part, and returns what is taken out. When nothing is, nothing is given.
fn cut<'a>(body: &'a str, volatile: Option<&BTreeSet<SmolStr>>, mut keep: impl FnMut(&'a str)) -> Vec<(usize, &'a str)> {
    let mut inserts = Vec::new();
    let Some(names) = volatile.filter(|names| !names.is_empty()) else { return inserts };
    let Some(fields) = top_level(body) else { return inserts };
    let Some(first) = fields.iter().position(|(name, _)| names.contains(*name)) else { return inserts };
    if first == 0 {
        // Those before the first kept field go after the brace; the comma stands behind them.
        let first_kept = fields.iter().find(|(name, _)| !names.contains(*name));
        let end = first_kept.map_or(body.len() - 1, |(_, place)| place.start);
        inserts.push((1, body.get(1..end).unwrap_or_default()));
    }
    keep("{");
    let mut length = 1;
    for (name, place) in &fields {
        // With the comma in front, which stands one byte before every field but the first.
        let with_comma = body.get(place.start - 1..place.end).unwrap_or_default();
        match (names.contains(*name), length > 1) {
            (false, false) => {
                keep(body.get(place.clone()).unwrap_or_default());
                length += place.len();
            }
            (false, true) => {
                keep(with_comma);
                length += with_comma.len();
            }
            (true, true) => inserts.push((length, with_comma)),
            (true, false) => {}
        }
    }
    keep("}");
    inserts
}

/// Puts the volatile fields back; `None` when an offset is not in the text.
pub(crate) fn join(stable: &str, inserts: &[(usize, &str)]) -> Option<String> {
    let mut body = String::with_capacity(stable.len() + inserts.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut done = 0;
    for (offset, text) in inserts {
        body.push_str(stable.get(done..*offset)?);
        body.push_str(text);
        done = *offset;
    }
    body.push_str(stable.get(done..)?);
    Some(body)
}

/// The top-level fields of a canonical JSON object: each one's name, as written, and its place.
fn top_level(body: &str) -> Option<Vec<(&str, Range<usize>)>> {
    let bytes = body.as_bytes();
    let (mut fields, mut at) = (Vec::with_capacity(16), 1);
    if bytes.first() != Some(&b'{') || bytes.get(1) == Some(&b'}') {
        return None;
    }
    loop {
        let start = at;
        at = end_of_text(bytes, at)?;
        let name = body.get(start + 1..at - 1)?;
        at = end_of_value(bytes, at)?;
        fields.push((name, start..at));
        match bytes.get(at)? {
            b',' => at += 1,
            _ => return (at + 1 == bytes.len()).then_some(fields),
        }
    }
}

/// Where the value that `:` begins at `at` ends: the place of the comma or brace behind it.
fn end_of_value(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => at = end_of_text(bytes, at)?,
            b'}' | b',' if depth == 0 => return Some(at),
            b'{' | b'[' => (depth, at) = (depth + 1, at + 1),
            b'}' | b']' => (depth, at) = (depth.checked_sub(1)?, at + 1),
            _ => at += 1,
        }
    }
}

/// Where the text that begins at `start` ends: behind its closing quote.
fn end_of_text(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start)? != &b'"' {
        return None;
    }
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{Body, Value};
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(body: &str, volatile: &[&str], stable: &str) {
        let names = volatile.iter().map(SmolStr::new).collect();
        assert_eq!(super::stable(body, Some(&names)), stable);
        assert_eq!(join(stable, &inserts(body, Some(&names))).as_deref(), Some(body));
    }

    #[test]
    fn volatile_fields_are_taken_out_wherever_they_stand() {
        check(r#"{"a":1,"b":2,"c":3}"#, &["a"], r#"{"b":2,"c":3}"#);
        check(r#"{"a":1,"b":2,"c":3}"#, &["b"], r#"{"a":1,"c":3}"#);
        check(r#"{"a":1,"b":2,"c":3}"#, &["c"], r#"{"a":1,"b":2}"#);
        check(r#"{"a":1,"b":2,"c":3}"#, &["a", "b", "c"], "{}");
        check(r#"{"a":1,"b":2,"c":3,"d":4}"#, &["a", "b", "d"], r#"{"c":3}"#);
        check(r#"{"a":1,"b":2,"c":3,"d":4}"#, &["b", "c"], r#"{"a":1,"d":4}"#);
        check("{}", &["a"], "{}");
    }

    #[test]
    fn braces_commas_and_quotes_in_texts_and_nested_values_are_no_borders() {
        check(r#"{"a":"},{\"b\":\\","b":[{"b":1},[2]],"c":{"b":"]"}}"#, &["b"], r#"{"a":"},{\"b\":\\","c":{"b":"]"}}"#);
    }

    #[test]
    fn text_that_is_no_object_is_left_whole() {
        for text in ["", "{", "[1]", "{\"a", "{\"a\":", "{\"a\":1}x", "{a}", "{]}"] {
            check(text, &["a"], text);
        }
    }

    proptest! {
        #[test]
        fn a_split_body_is_the_body_without_the_fields_and_joins_again(
            fields in proptest::collection::btree_map("[a-d]{1,2}", "[ -~é]{0,6}", 0..6),
            volatile in proptest::collection::btree_set("[a-d]{1,2}", 0..4),
        ) {
            let record = |keep: &dyn Fn(&str) -> bool| {
                Body::from_value(&Value::Record(
                    fields.iter().filter(|(name, _)| keep(name)).map(|(name, text)| (name.into(), Value::String(text.into()))).collect(),
                )).unwrap()
            };
            let names: BTreeSet<SmolStr> = volatile.iter().map(SmolStr::new).collect();
            let body = record(&|_| true);
            let without = record(&|name| !volatile.contains(name));
            prop_assert_eq!(stable(body.as_str(), Some(&names)), without.as_str());
            prop_assert_eq!(join(without.as_str(), &inserts(body.as_str(), Some(&names))).unwrap(), body.as_str());
        }
    }
}

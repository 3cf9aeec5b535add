//! A body cut in two: what its digest covers, and the volatile fields that stand beside.
//!
//! Takes canonical JSON and the names of volatile fields, gives the text without them and what to insert where to have
//! the first text again. Only top-level fields can be volatile. It parses nothing but the top level.

use std::collections::BTreeSet;

use model::value::mark_in_text;
use smol_str::SmolStr;

/// A body without its volatile fields: what its digest covers. It is written to `buffer` when anything is left out; a body
/// that is no canonical object has nothing volatile.
pub(crate) fn stable<'a>(body: &'a str, volatile: Option<&BTreeSet<SmolStr>>, buffer: &'a mut String) -> &'a str {
    buffer.clear();
    if cut(body, volatile, |text| buffer.push_str(text), |_, _| {}) { buffer } else { body }
}

/// Adds what is left out: texts, commas included, each with its offset in the stable body, in order.
pub(crate) fn inserts<'a>(body: &'a str, volatile: Option<&BTreeSet<SmolStr>>, inserts: &mut Vec<(usize, &'a str)>) {
    let before = inserts.len();
    if !cut(body, volatile, |_| {}, |offset, text| inserts.push((offset, text))) {
        inserts.truncate(before);
    }
}

/// Gives the stable text to `keep`, part by part, and what is taken out to `take`; false when that is nothing, and then what
/// was given is not to be used.
fn cut<'a>(
    body: &'a str,
    volatile: Option<&BTreeSet<SmolStr>>,
    mut keep: impl FnMut(&'a str),
    mut take: impl FnMut(usize, &'a str),
) -> bool {
    let Some(names) = volatile.filter(|names| !names.is_empty()) else { return false };
    let mut fields = Fields { body, at: 0 };
    let (mut kept, mut any) = (1, false);
    keep("{");
    while let Some(Field { name, start, end }) = fields.next() {
        // With the comma in front, which stands one byte before every field but the first.
        let from = if kept > 1 { start - 1 } else { start };
        let text = body.get(from..end).unwrap_or_default();
        if names.iter().any(|it| it == name) {
            any = true;
            if kept > 1 {
                take(kept, text);
            }
            continue;
        }
        if kept == 1 && start > 1 {
            // Those before the first kept field go after the brace; the comma stands behind them.
            take(1, body.get(1..start).unwrap_or_default());
        }
        keep(text);
        kept += text.len();
    }
    if any && kept == 1 {
        take(1, body.get(1..body.len() - 1).unwrap_or_default());
    }
    keep("}");
    any && fields.at == body.len()
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

/// The top-level fields of a canonical JSON object. At its end, `at` is the length of the body; otherwise it was none.
struct Fields<'a> {
    body: &'a str,
    at: usize,
}

/// A field's name, as written, and its place.
struct Field<'a> {
    name: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Fields<'a> {
    fn next(&mut self) -> Option<Field<'a>> {
        let bytes = self.body.as_bytes();
        // A brace begins the object, a comma each further field.
        if bytes.get(self.at)? != if self.at == 0 { &b'{' } else { &b',' } {
            self.at += usize::from(self.at > 0);
            return None;
        }
        let start = self.at + 1;
        let colon = end_of_text(bytes, start)?;
        let name = self.body.get(start + 1..colon - 1)?;
        let end = end_of_value(bytes, colon)?;
        self.at = end;
        Some(Field { name, start, end })
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
        at += mark_in_text(bytes.get(at..)?)?;
        if bytes.get(at)? == &b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use model::{Body, Value};
    use proptest::prelude::*;

    use super::*;

    fn cut_out<'a>(body: &'a str, names: &BTreeSet<SmolStr>) -> Vec<(usize, &'a str)> {
        let mut all = vec![(7, "before")];
        inserts(body, Some(names), &mut all);
        all.split_off(1)
    }

    #[track_caller]
    fn check(body: &str, volatile: &[&str], stable: &str) {
        let names = volatile.iter().map(SmolStr::new).collect();
        assert_eq!(super::stable(body, Some(&names), &mut String::new()), stable);
        assert_eq!(join(stable, &cut_out(body, &names)).as_deref(), Some(body));
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
            let mut buffer = String::new();
            prop_assert_eq!(stable(body.as_str(), Some(&names), &mut buffer), without.as_str());
            prop_assert_eq!(join(without.as_str(), &cut_out(body.as_str(), &names)).unwrap(), body.as_str());
        }
    }
}

//! `json-drop/1` and `json-mask/1`: what a manifest wants taken out of JSON answers.
//!
//! An answer on which they cannot run is withheld, never passed on.

use serde_json::Value;

const MASK: &str = "***";

/// Removes what the pointers name (`*` stands for every item or field of one level) and masks the values of keys with
/// these names, compared without case, anywhere. `None` when the bytes are not JSON.
pub(crate) fn filtered(bytes: &[u8], drop: &[String], mask: &[String]) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    for pointer in drop {
        let parts: Vec<String> = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
        remove(&mut value, &parts);
    }
    if !mask.is_empty() {
        hide(&mut value, mask);
    }
    serde_json::to_vec(&value).ok()
}

// Both recursions go no deeper than the parser let the value be: 128 levels.

fn remove(value: &mut Value, parts: &[String]) {
    let Some((part, rest)) = parts.split_first() else { return };
    match value {
        Value::Object(fields) if rest.is_empty() => {
            if part == "*" {
                fields.clear();
            } else {
                fields.remove(part);
            }
        }
        Value::Array(items) if rest.is_empty() => {
            if part == "*" {
                items.clear();
            } else if let Some(index) = part.parse::<usize>().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        Value::Object(fields) => {
            fields.iter_mut().filter(|(name, _)| part == "*" || *name == part).for_each(|(_, inner)| remove(inner, rest));
        }
        Value::Array(items) => {
            let wanted = part.parse::<usize>().ok();
            items
                .iter_mut()
                .enumerate()
                .filter(|(index, _)| part == "*" || Some(*index) == wanted)
                .for_each(|(_, inner)| remove(inner, rest));
        }
        _ => {}
    }
}

fn hide(value: &mut Value, mask: &[String]) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields.iter_mut() {
                if mask.iter().any(|masked| masked.eq_ignore_ascii_case(name)) {
                    *inner = Value::String(MASK.to_owned());
                } else {
                    hide(inner, mask);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| hide(inner, mask)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, drop: &[&str], mask: &[&str], expected: Option<&str>) {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let out = filtered(json.as_bytes(), &owned(drop), &owned(mask)).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(out.as_deref(), expected);
    }

    #[test]
    fn pointers_drop_and_names_mask() {
        check(r#"{"a":{"secret":1,"b":2}}"#, &["/a/secret"], &[], Some(r#"{"a":{"b":2}}"#));
        check(r#"{"f":[{"env":1,"n":1},{"env":2}]}"#, &["/f/*/env"], &[], Some(r#"{"f":[{"n":1},{}]}"#));
        check(r#"{"a~b/c":1,"d":2}"#, &["/a~0b~1c"], &[], Some(r#"{"d":2}"#));
        check(
            r#"[{"Password":"x","deep":[{"password":{"y":1}}]}]"#,
            &[],
            &["password"],
            Some(r#"[{"Password":"***","deep":[{"password":"***"}]}]"#),
        );
    }

    #[test]
    fn threat_2_what_is_not_json_is_withheld_and_a_doubled_key_hides_nothing() {
        check("{\"password\":", &[], &["password"], None);
        check("password=x", &[], &["password"], None);
        check(r#"{"secret":"x","secret":"y"}"#, &["/secret"], &[], Some("{}"));
        check(&"[".repeat(100_000), &[], &["x"], None);
    }
}

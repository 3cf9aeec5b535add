//! `aws-environment/1`: the values of environment variables are taken out of what AWS answers about code that it runs.
//!
//! Takes bytes and gives bytes. Names stay; an answer in which they cannot be told from values is withheld.

use serde_json::Value;

const MASK: &str = "***";

/// What becomes of an answer.
pub(crate) enum Found {
    /// There are none in it.
    None,
    /// It is this, with every value masked.
    Masked(Vec<u8>),
    /// It names an environment and is not whole JSON, so nobody can see it.
    Withheld,
}

/// The answer without the values of environments: of `Environment` with `Variables` as functions have them, and of lists of
/// names and values as containers and builds have them.
pub(crate) fn without_values(bytes: &[u8]) -> Found {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(first, Some(b'{' | b'[')) {
        return Found::None;
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else {
        let names = bytes.windows(11).any(|it| it.eq_ignore_ascii_case(b"environment"));
        return if names { Found::Withheld } else { Found::None };
    };
    if !masked(&mut value) {
        return Found::None;
    }
    serde_json::to_vec(&value).map_or(Found::Withheld, Found::Masked)
}

// The recursion goes no deeper than the parser let the value be: 128 levels.
fn masked(value: &mut Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter_mut().fold(false, |any, (name, inner)| {
            let is_environment = name.to_ascii_lowercase().starts_with("environment");
            (if is_environment { environment(inner) } else { masked(inner) }) || any
        }),
        Value::Array(items) => {
            let mut any = false;
            for inner in items {
                // Every one is masked, also after the first.
                any |= masked(inner);
            }
            any
        }
        _ => false,
    }
}

fn environment(value: &mut Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter_mut().fold(false, |any, (name, inner)| {
            let found = match inner {
                Value::Object(variables) if name.eq_ignore_ascii_case("variables") => {
                    variables.values_mut().for_each(|it| *it = Value::String(MASK.to_owned()));
                    !variables.is_empty()
                }
                _ => environment(inner),
            };
            found || any
        }),
        Value::Array(items) => items.iter_mut().fold(false, |any, item| {
            let inner = item.as_object_mut().and_then(|it| it.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("value")));
            let is_variable = inner.is_some();
            if let Some((_, inner)) = inner {
                *inner = Value::String(MASK.to_owned());
            }
            is_variable || environment(item) || any
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = match without_values(text.as_bytes()) {
            Found::None => Some(text.to_owned()),
            Found::Masked(bytes) => Some(String::from_utf8(bytes).unwrap()),
            Found::Withheld => None,
        };
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn threat_2_values_of_environments_are_masked_and_names_stay() {
        check(
            r#"{"Functions":[{"Environment":{"Error":null,"Variables":{"A":"CANARY","B":"CANARY"}}}]}"#,
            Some(r#"{"Functions":[{"Environment":{"Error":null,"Variables":{"A":"***","B":"***"}}}]}"#),
        );
        check(r#"{"\u0045nvironment":{"Variables":{"A":"CANARY"}}}"#, Some(r#"{"Environment":{"Variables":{"A":"***"}}}"#));
        check(
            r#"{"containerDefinitions":[{"environment":[{"name":"A","value":"CANARY"}]}]}"#,
            Some(r#"{"containerDefinitions":[{"environment":[{"name":"A","value":"***"}]}]}"#),
        );
        check(
            r#"{"projects":[{"environment":{"environmentVariables":[{"name":"A","type":"PLAINTEXT","value":"CANARY"}],"image":"x"}}]}"#,
            Some(
                r#"{"projects":[{"environment":{"environmentVariables":[{"name":"A","type":"PLAINTEXT","value":"***"}],"image":"x"}}]}"#,
            ),
        );
    }

    #[test]
    fn threat_2_an_environment_that_cannot_be_read_is_withheld() {
        check(r#"{"Environment":{"Variables":{"A":"CANARY"#, None);
    }

    #[test]
    fn what_has_no_environment_stays_as_it_is() {
        for text in [r#"{ "a": 1 }"#, "<Environment>x</Environment>", "", r#"{"Environment":{"Variables":{}}}"#, r#"{"cut":"#] {
            check(text, Some(text));
        }
    }
}

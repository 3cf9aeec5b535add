//! The values of a collector's configuration against what its manifest says of them.
//!
//! Takes what the operator wrote and gives it with the defaults filled in, or every problem. Reads nothing itself.

use core::fmt;

use model::nearest;
use serde_json::{Map, Value};
use smol_str::SmolStr;

use super::{ConfigType, Manifest};

/// One thing that is configured and does not fit the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigMisfit {
    /// The name of the setting, as it was written; empty when it is about all of them.
    pub name: SmolStr,
    /// What is wrong: one lower-case sentence.
    pub message: String,
    /// What was probably meant.
    pub nearest: Option<SmolStr>,
}

impl fmt::Display for ConfigMisfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.nearest.iter().try_for_each(|near| write!(f, " (did you mean `{near}`?)"))
    }
}

impl Manifest {
    /// What the operator configured, checked, with the defaults of what he left out. Nothing (`null`) is an empty table.
    ///
    /// ```
    /// # let text = "name='x'\nversion='0.1.0'\ndescription='x'\nengine='*'\nwit='0.1.0'\nkinds=['host.os@1']
    /// # [config.root]\ntype='string'\ndefault='/'\ndescription='Where.'";
    /// # let manifest = engine_plugin::Manifest::parse(text).unwrap();
    /// use serde_json::json;
    /// assert_eq!(manifest.check_config(&json!({})).unwrap(), json!({"root": "/"}));
    /// assert!(manifest.check_config(&json!({"root": 1})).is_err());
    /// ```
    ///
    /// # Errors
    /// Every misfit, in the order of the names: a key that the plugin does not know, a value of another type, a required one
    /// that is missing.
    pub fn check_config(&self, config: &Value) -> Result<Value, Vec<ConfigMisfit>> {
        let empty = Map::new();
        let written = match config {
            Value::Null => &empty,
            Value::Object(fields) => fields,
            other => return Err(vec![misfit("", format!("`config` is {}, a table is wanted", shape(other)))]),
        };
        let mut problems = Vec::new();
        for name in written.keys().filter(|name| !self.config.contains_key(name.as_str())) {
            problems.push(self.not_known(name));
        }
        let mut filled = Map::new();
        for (name, item) in &self.config {
            match (written.get(name.as_str()), &item.default) {
                (Some(value), _) => match mismatch(item.ty, value) {
                    None => drop(filled.insert(name.to_string(), value.clone())),
                    Some(what) => problems.push(misfit(name, format!("`config.{name}` {what}"))),
                },
                (None, Some(default)) => drop(filled.insert(name.to_string(), default.clone())),
                (None, None) if item.required => {
                    problems.push(misfit(name, format!("`config.{name}` is missing, {} is required", item.ty)));
                }
                (None, None) => {}
            }
        }
        if problems.is_empty() { Ok(Value::Object(filled)) } else { Err(problems) }
    }

    fn not_known(&self, name: &str) -> ConfigMisfit {
        let shown: String = name.chars().take(100).flat_map(char::escape_debug).collect();
        if self.config.is_empty() {
            return misfit(name, format!("`config.{shown}` is not known: `{}` has nothing to configure", self.name));
        }
        let known = self.config.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let nearest = nearest(name, self.config.keys().map(SmolStr::as_str)).map(SmolStr::new);
        ConfigMisfit { nearest, ..misfit(name, format!("`config.{shown}` is not known: `{}` knows {known}", self.name)) }
    }
}

fn misfit(name: &str, message: String) -> ConfigMisfit {
    ConfigMisfit { name: name.into(), message, nearest: None }
}

/// What is wrong with a value of this type, if anything is.
fn mismatch(ty: ConfigType, value: &Value) -> Option<String> {
    let fits = match ty {
        ConfigType::String => value.is_string(),
        ConfigType::Int => value.is_i64(),
        ConfigType::Bool => value.is_boolean(),
        ConfigType::List => match value.as_array() {
            Some(items) => match items.iter().position(|item| !item.is_string()) {
                Some(at) => return Some(format!("has {} as its item {}, only texts are wanted", shape(items.get(at)?), at + 1)),
                None => true,
            },
            None => false,
        },
    };
    (!fits).then(|| format!("is {}, {} is wanted", shape(value), ty))
}

/// What a value is. It is never shown itself: it may be a secret in the wrong place.
fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "`true` or `false`",
        Value::Number(number) if number.is_i64() => "a whole number",
        Value::Number(_) => "a number with a fraction, or too large",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MANIFEST: &str = r#"
name = "test"
version = "0.1.0"
description = "A test."
engine = "*"
wit = "0.1.0"
kinds = ["host.os@1"]
[config.account]
type = "string"
required = true
description = "Whose."
[config.depth]
type = "int"
default = 3
description = "How deep."
[config.strict]
type = "bool"
default = false
description = "Whether."
[config.regions]
type = "list"
default = ["eu"]
description = "Where."
[config.note]
type = "string"
description = "Anything."
"#;

    #[track_caller]
    fn check(config: &Value, expected: Result<Value, &[&str]>) {
        let checked = Manifest::parse(MANIFEST).unwrap().check_config(config);
        let checked = checked.map_err(|misfits| misfits.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(checked, expected.map_err(|texts| texts.iter().map(|text| (*text).to_owned()).collect()));
    }

    #[test]
    fn what_is_left_out_is_filled_in_and_what_is_written_stays() {
        check(&json!({"account": "a"}), Ok(json!({"account": "a", "depth": 3, "strict": false, "regions": ["eu"]})));
        let all = json!({"account": "", "depth": -1, "strict": true, "regions": [], "note": "n"});
        check(&all, Ok(all.clone()));
    }

    #[test]
    fn every_problem_of_a_configuration_is_listed() {
        check(
            &json!({"acount": "x", "depth": "3", "strict": 0, "regions": ["eu", 1], "note": null}),
            Err(&[
                "`config.acount` is not known: `test` knows `account`, `depth`, `note`, `regions`, `strict` (did you mean `account`?)",
                "`config.account` is missing, a text is required",
                "`config.depth` is a text, a whole number is wanted",
                "`config.note` is nothing, a text is wanted",
                "`config.regions` has a whole number as its item 2, only texts are wanted",
                "`config.strict` is a whole number, `true` or `false` is wanted",
            ]),
        );
        check(
            &json!({"account": "a", "depth": 1.5}),
            Err(&["`config.depth` is a number with a fraction, or too large, a whole number is wanted"]),
        );
        check(&json!([]), Err(&["`config` is a list, a table is wanted"]));
        check(&Value::Null, Err(&["`config.account` is missing, a text is required"]));
    }

    #[test]
    fn a_plugin_without_configuration_takes_none() {
        let bare = MANIFEST.split("[config").next().unwrap();
        let manifest = Manifest::parse(bare).unwrap();
        assert_eq!(manifest.check_config(&Value::Null), Ok(json!({})));
        let misfits = manifest.check_config(&json!({"a\nb": "s3cret"})).unwrap_err();
        assert_eq!(
            misfits.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["`config.a\\nb` is not known: `test` has nothing to configure"]
        );
    }
}

//! Tags: takes a list of names and values, gives them sorted, and what they say of a system.

use std::collections::BTreeMap;

use engine_sdk::kinds::Nullable;
use serde_json::Value;

use crate::call::xml::Tree;

/// What something is tagged with.
#[derive(Debug, Default)]
pub(crate) struct Tags(BTreeMap<String, String>);

impl Tags {
    /// The tags in the children `item` of the list `list`, with their names in `name` and their values in `value`.
    pub(crate) fn of(listed: &Tree, list: &str, item: &str) -> Self {
        let items = listed.child(list).into_iter().flat_map(|it| it.children(item));
        let pairs = items.filter_map(|it| Some((it.text("key")?.to_owned(), it.text("value").unwrap_or_default().to_owned())));
        Self(pairs.collect())
    }

    /// The tags of a list in JSON, with their names in `Key` and their values in `Value`.
    pub(crate) fn of_json(list: Option<&Value>) -> Self {
        let pairs = list.and_then(Value::as_array).into_iter().flatten().filter_map(|it| {
            let text = |field: &str| it.get(field).and_then(Value::as_str).map(str::to_owned);
            Some((text("Key")?, text("Value").unwrap_or_default()))
        });
        Self(pairs.collect())
    }

    /// What a tag says, in lower case; its name is compared without case, and null stands for none or an empty one.
    pub(crate) fn label(&self, name: &str) -> Nullable<String> {
        let found = self.0.get(name).or_else(|| self.0.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, it)| it));
        found.map(|it| it.trim().to_lowercase()).filter(|it| !it.is_empty()).into()
    }

    /// The tag `Name`.
    pub(crate) fn name(&self) -> Nullable<String> {
        self.0.get("Name").filter(|it| !it.is_empty()).cloned().into()
    }

    /// All of them, sorted by name.
    pub(crate) fn each<T>(&self, of: impl Fn(String, String) -> T) -> Vec<T> {
        self.0.iter().map(|(name, value)| of(name.clone(), value.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_found_whatever_its_case_and_the_exact_one_first() {
        let xml = "<i><t><item><key>Environment</key><value> Prod </value></item><item><key>system</key><value>shop</value></item>\
            <item><key>System</key><value>other</value></item><item><key>criticality</key><value/></item></t></i>";
        let tags = Tags::of(&Tree::parse(xml.as_bytes()).unwrap(), "t", "item");
        assert_eq!(tags.label("environment"), Nullable::Value("prod".to_owned()));
        assert_eq!(tags.label("system"), Nullable::Value("shop".to_owned()));
        assert_eq!((tags.label("criticality"), tags.label("classification")), (Nullable::Null, Nullable::Null));
    }
}

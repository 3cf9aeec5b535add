//! What may be asked: takes the name of a permission, gives a fault unless plugin.toml asks the operator for it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use engine_sdk::Fault;

const MANIFEST: &str = include_str!("../../plugin.toml");

/// Every permission of the manifest, which has each on a line of its own.
fn all() -> &'static BTreeSet<&'static str> {
    static ALL: OnceLock<BTreeSet<&str>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lines = MANIFEST.lines().skip_while(|it| *it != "[permissions]");
        lines.filter_map(|line| line.strip_prefix('"')?.split_once("\" = {")).map(|(name, _)| name).collect()
    })
}

/// Nothing is asked that the operator does not read of in the manifest.
pub(super) fn declared(action: &str) -> Result<(), Fault> {
    if all().contains(action) {
        return Ok(());
    }
    Err(Fault::new(
        "undeclared",
        format!("{action} was not asked: `[permissions]` of this collector's plugin.toml does not name it"),
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_permissions_are_those_of_the_manifest_sorted_with_kinds_that_it_gives() {
        let manifest: toml::Table = MANIFEST.parse().unwrap();
        let asked = manifest["permissions"].as_table().unwrap();
        assert_eq!(asked.keys().map(String::as_str).collect::<BTreeSet<_>>(), *all());
        let lines = MANIFEST.lines().filter_map(|it| it.strip_prefix('"')).collect::<Vec<_>>();
        assert!(lines.is_sorted(), "sort `[permissions]`");
        assert!(declared("iam:ListUsers").is_ok());
        assert_eq!(declared("iam:DeleteUser").unwrap_err().code, "undeclared");
    }

    /// The words in quotation marks that name actions, but for those of tests.
    fn named(folder: &Path, words: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("tests") || path.ends_with("tests.rs") {
                continue;
            }
            if path.is_dir() {
                named(&path, words);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                let quoted = code.split('"').skip(1).step_by(2).map(|it| it.rsplit(':').next().unwrap());
                words.extend(quoted.filter(|it| is_action(it)).map(str::to_owned));
            }
        }
    }

    fn is_action(word: &str) -> bool {
        if word == "ListOfTags" {
            // A field of an answer.
            return false;
        }
        let noun = ["Describe", "Get", "List"].iter().find_map(|verb| word.strip_prefix(verb));
        noun.is_some_and(|it| it.starts_with(|it: char| it.is_ascii_uppercase()) && it.chars().all(char::is_alphanumeric))
    }

    #[test]
    fn each_action_that_the_sources_name_is_asked_for_and_no_other() {
        let mut words = BTreeSet::new();
        named(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut words);
        let asked: BTreeSet<String> = all().iter().map(|it| it.split(':').nth(1).unwrap().to_owned()).collect();
        assert_eq!(words, asked);
    }
}

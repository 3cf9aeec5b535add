//! The rules of the house, as tests: who may use what, what must exist, how long things may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target" && name != "node_modules") {
                found.extend(files(&path, ending));
            }
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn dependencies(manifest: &Path, table: &str) -> Vec<String> {
    let text = fs::read_to_string(manifest).unwrap();
    let parsed: toml::Table = text.parse().unwrap();
    parsed.get(table).and_then(|it| it.as_table()).map(|it| it.keys().cloned().collect()).unwrap_or_default()
}

fn host_crates() -> BTreeMap<String, PathBuf> {
    let entries = fs::read_dir(root().join("host")).unwrap();
    let folders = entries.map(|it| it.unwrap().path()).filter(|it| it.join("Cargo.toml").is_file());
    folders.map(|it| (it.file_name().unwrap().to_string_lossy().into_owned(), it)).collect()
}

#[test]
fn crates_of_the_host_form_a_star() {
    let crates = host_crates();
    for (name, folder) in &crates {
        let used: Vec<_> =
            dependencies(&folder.join("Cargo.toml"), "dependencies").into_iter().filter(|it| crates.contains_key(it)).collect();
        match name.as_str() {
            "model" => assert_eq!(used, Vec::<String>::new(), "`model` uses no other crate of the host"),
            "engine" => {}
            _ => assert_eq!(used, ["model"], "`{name}` may use `model` and nothing else of the host"),
        }
    }
}

#[test]
fn each_heavy_dependency_has_one_owner() {
    let owners = [
        ("wasmtime", "plugin"),
        ("reqwest", "plugin"),
        ("aws-sigv4", "plugin"),
        ("rhai", "rules"),
        ("redb", "store"),
        ("clap", "engine"),
    ];
    for (dependency, owner) in owners {
        for (name, folder) in host_crates() {
            let uses = dependencies(&folder.join("Cargo.toml"), "dependencies").iter().any(|it| it == dependency);
            assert_eq!(uses, name == owner, "`{dependency}` belongs to `{owner}` alone, see `{name}`");
        }
    }
}

#[test]
fn only_the_border_crates_are_async() {
    for (name, folder) in host_crates() {
        let uses = dependencies(&folder.join("Cargo.toml"), "dependencies").iter().any(|it| it == "tokio");
        assert!(!uses || name == "plugin" || name == "engine", "`{name}` is not to be async");
    }
}

#[test]
fn every_rule_has_its_fixtures() {
    let rules = root().join("scripts/rules");
    for rule in files(&rules, "rhai") {
        let name = rule.strip_prefix(&rules).unwrap().with_extension("ndjson");
        let fixtures = root().join("tests/fixtures/rules").join(&name);
        let text = fs::read_to_string(&fixtures).unwrap_or_else(|_| panic!("`{}` has no fixtures", name.display()));
        for outcome in ["pass", "fail", "inconclusive"] {
            assert!(
                text.contains(&format!("\"expect\":\"{outcome}\"")),
                "`{}` has no fixture that expects {outcome}",
                name.display()
            );
        }
    }
}

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let mut used = std::collections::BTreeSet::new();
    for file in files(&root().join("host"), "rs").into_iter().filter(|it| !it.ends_with("codes.rs")) {
        let text = fs::read_to_string(&file).unwrap();
        for start in ["code(engine::", "\"engine::"] {
            for rest in text.split(start).skip(1) {
                let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || matches!(c, '_' | ':')).collect();
                if !name.ends_with(':') {
                    used.insert(format!("engine::{name}"));
                }
            }
        }
    }
    let pages: std::collections::BTreeSet<String> =
        engine::codes::all().filter(|it| it.starts_with("engine::")).map(str::to_owned).collect();
    let differ: Vec<_> = used.symmetric_difference(&pages).collect();
    assert!(differ.is_empty(), "{differ:?}");
    for code in engine::codes::all() {
        assert!(engine::codes::page(code).is_some_and(|page| page.len() > 40), "`{code}` has hardly a page");
    }
}

#[test]
fn every_module_says_what_it_is() {
    for folder in ["host", "sdk", "plugins", "tests", "benches"] {
        for file in files(&root().join(folder), "rs") {
            let text = fs::read_to_string(&file).unwrap();
            let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            assert!(head.starts_with("//!"), "`{}` does not begin with what it takes, gives and never does", file.display());
        }
    }
}

#[test]
fn no_file_is_longer_than_500_lines_of_code() {
    for folder in ["host", "sdk", "plugins"] {
        // The SDK's types are generated from the kinds.
        let is_source =
            |it: &PathBuf| !it.components().any(|part| part.as_os_str() == "tests") && !it.ends_with("sdk/src/kinds.rs");
        for file in files(&root().join(folder), "rs").into_iter().filter(is_source) {
            let text = fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//")).count();
            assert!(lines <= 500, "`{}` has {lines} lines of code: there is a second thing in it", file.display());
        }
    }
}

#[test]
fn no_text_of_ours_claims_an_opinion() {
    let claims = ["operating effectively", "is compliant", "are compliant", "fully compliant", "certified"];
    for (folder, ending) in [("host/report/src", "rs"), ("scripts", "toml"), ("scripts", "rhai"), ("host/engine/src", "rs")] {
        for file in files(&root().join(folder), ending) {
            let text = fs::read_to_string(&file).unwrap().to_lowercase();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            for claim in claims {
                assert!(!code.contains(claim), "`{}` says `{claim}`", file.display());
            }
        }
    }
}

#[test]
fn no_path_of_one_machine_is_in_the_tree() {
    // The root of a process in procfs is no folder of anybody's.
    let suspects = ["\"/root/", " /root/", "/work/", "/tmp/bash"];
    for (folder, ending) in
        [("host", "rs"), ("sdk", "rs"), ("plugins", "rs"), ("scripts", "toml"), ("docs", "md"), ("tests", "rs")]
    {
        for file in files(&root().join(folder), ending).into_iter().filter(|it| !it.ends_with("tidy.rs")) {
            let text = fs::read_to_string(&file).unwrap();
            for suspect in suspects {
                assert!(!text.contains(suspect), "`{}` names `{suspect}`", file.display());
            }
        }
    }
}

/// Each sentence of the page names the tests behind it, with the file that they are in.
#[test]
fn every_test_that_the_page_on_security_names_is_where_it_says() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let mut count = 0;
    for line in page.lines().filter_map(|line| line.strip_prefix("  - ")) {
        let (file, names) = line.split_once(": ").unwrap();
        let text = fs::read_to_string(root().join(file)).unwrap();
        for name in names.split(", ").map(|it| it.trim_matches('`')) {
            assert!(text.contains(&format!("fn {name}(")), "`{file}` has no test `{name}`");
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

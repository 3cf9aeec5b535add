//! What the reader of the catalog accepts, and how it tells what is wrong.

use super::*;
use model::{ControlId, Obligation, Strength};

const FRAMEWORK: &str = r#"
id = "f"
title = "F"
version = "1"
source = "s"
default_categories = ["in"]
[[requirement]]
id = "1"
kind = "group"
category = "in"
title = "Group"
[[requirement]]
id = "1.1"
parent = "1"
kind = "criterion"
title = "Leaf"
guidance = "g"
sources = ["host", "identity-provider"]
[[requirement.aspect]]
id = "authentication"
title = "a"
[[requirement.aspect]]
id = "removal"
title = "b"
"#;

const CONTROLS: &str = r#"
[[control]]
id = "k/mfa"
title = "t"
description = "d"
frequency = "semi-annual"
within = "30d"
[[control.covers]]
requirement = "f:1.1"
aspects = ["authentication"]
strength = "full"
rationale = "r"
leaves_open = "l"
[[control]]
id = "k/sso"
title = "t"
description = "d"
frequency = "on-event"
[[control.covers]]
requirement = "f:1.1"
aspects = ["authentication", "removal"]
strength = "partial"
rationale = "r"
[[any_of]]
aspect = "f:1.1#authentication"
controls = ["k/mfa", "k/sso"]
rationale = "r"
"#;

const RELATIONS: &str = r#"
[[relation]]
from = "f:1"
relation = "superset-of"
to = "f:1.1"
rationale = "r"
"#;

fn sources(extra: &[(&str, &str)]) -> SourceSet {
    let mut sources = SourceSet::new();
    for (name, text) in [("frameworks/f.toml", FRAMEWORK), ("controls/k.toml", CONTROLS), ("crosswalk/f.toml", RELATIONS)] {
        sources.insert(name, text);
    }
    for (name, text) in extra {
        sources.insert(*name, *text);
    }
    sources
}

/// The problems that more files bring, each `PLACE: MESSAGE (HELP)`.
fn problems(extra: &[(&str, &str)]) -> Vec<String> {
    use miette::Diagnostic as _;
    let errors = read_catalog(&sources(extra)).unwrap_err();
    errors.problems.iter().map(|it| format!("{it} ({})", it.help().unwrap())).collect()
}

#[track_caller]
fn check(extra: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(problems(extra), expected);
}

#[test]
fn a_catalog_is_read_with_what_it_derives() {
    let catalog = read_catalog(&sources(&[])).unwrap();
    let framework = catalog.frameworks.values().next().unwrap();
    let leaf = &framework.requirements[1];
    assert_eq!(framework.requirements.iter().map(|it| it.leaf).collect::<Vec<_>>(), [false, true]);
    assert_eq!((leaf.category.as_str(), leaf.obligation, leaf.sources.len()), ("in", Obligation::Required, 2));
    assert_eq!(leaf.parent.as_ref().unwrap().as_str(), "f:1");
    let control = &catalog.controls[&ControlId::new("k/mfa").unwrap()];
    assert_eq!((control.enabled, control.within.unwrap().0, control.edges[0].strength), (true, 2_592_000, Strength::Full));
    assert_eq!((catalog.any_of[0].controls.len(), catalog.relationships.len()), (2, 1));
}

#[test]
fn every_problem_is_found_at_once_with_its_place() {
    let bad = r#"
[[control]]
id = "k/new"
title = " "
description = "d"
frequency = "dayly"
[[control]]
id = "k/other"
title = " "
description = "d"
frequency = "daily"
[[control.covers]]
requirement = "f:1.1"
aspects = ["autentication"]
strength = "full"
rationale = "r"
[[control.covers]]
requirement = "f:1.2"
aspects = ["x"]
strength = "full"
rationale = "r"
[[control.covers]]
requirement = "f:1.1"
aspects = []
strength = "full"
rationale = "r"
[[controls]]
"#;
    check(
        &[("controls/z.toml", bad)],
        &[
            "controls/z.toml:6:13: unknown variant `dayly`, expected one of `continuous`, `daily`, `weekly`, `monthly`, `quarterly`, `semi-annual`, `annual`, `on-event` (the shipped files of the same folder show the form)",
            "controls/z.toml:9:9: `title` is empty (write one sentence, in your own words)",
            "controls/z.toml:14:12: there is no aspect `f:1.1#autentication` (did you mean `f:1.1#authentication`?)",
            "controls/z.toml:18:15: there is no requirement `f:1.2` (did you mean `f:1.1`?)",
            "controls/z.toml:22:1: `k/other` covers no aspect of `f:1.1` (name the aspects that the control shows, or remove the edge)",
            "controls/z.toml:27:3: `controls` means nothing here (the shipped files of the same folder show the form)",
        ],
    );
}

#[test]
fn parents_stand_before_their_parts_and_ids_stand_once() {
    let bad = r#"
id = "g"
title = "G"
version = "1"
source = "s"
default_categories = ["inn"]
[[requirement]]
id = "1.1"
parent = "1"
kind = "clause"
title = "t"
[[requirement]]
id = "1"
kind = "clause"
title = "t"
[[requirement]]
id = "1"
kind = "clause"
category = "in"
title = "t"
[[requirement]]
id = "2"
parent = "9"
kind = "clause"
category = "in"
title = "t"
"#;
    check(
        &[("frameworks/other.toml", bad)],
        &[
            "frameworks/other.toml:2:6: the framework `g` is written in `frameworks/other.toml` (a framework's file is named after it: `frameworks/g.toml`)",
            "frameworks/other.toml:6:23: there is no category `inn` (did you mean `in`?)",
            "frameworks/other.toml:9:10: the parent `1` stands after its part `1.1` (move `1` before `1.1`: parts follow what they are parts of)",
            "frameworks/other.toml:13:6: `g:1` has no category (add `category = \"…\"`, or a parent that has one)",
            "frameworks/other.toml:17:6: the requirement `g:1` stands twice (it is first written at frameworks/other.toml:13:6: remove one, or give it another name)",
            "frameworks/other.toml:23:10: there is no requirement `9` (did you mean `1`?)",
        ],
    );
}

#[test]
fn relations_name_two_requirements_and_do_not_contradict_each_other() {
    let bad = r#"
[[relation]]
from = "f:1"
relation = "equal-to"
to = "f:1"
rationale = "r"
[[relation]]
from = "f:1.1"
relation = "subset-of"
to = "f:1"
rationale = "r"
[[relation]]
from = "f:1.1"
relation = "superset-of"
to = "f:1"
rationale = "r"
"#;
    check(
        &[("crosswalk/z.toml", bad)],
        &[
            "crosswalk/z.toml:5:6: `f:1` is related to itself (remove the relation, or name the other requirement)",
            "crosswalk/z.toml:8:8: the relation `f:1.1 subset-of f:1` stands twice (it is first written at crosswalk/f.toml:3:8: remove one, or give it another name)",
            "crosswalk/z.toml:13:8: `f:1.1 superset-of f:1` contradicts `f:1.1 subset-of f:1` (the other is written at crosswalk/f.toml:3:8: one pair has one relation, in whichever direction; keep the stronger one that holds)",
        ],
    );
}

#[test]
fn alternatives_cover_their_aspect_and_are_at_least_two() {
    let bad = r#"
[[any_of]]
aspect = "f:1.1#removal"
controls = ["k/mfa", "k/ssso"]
rationale = "r"
[[any_of]]
aspect = "f:1.1#removal"
controls = ["k/sso"]
rationale = "r"
"#;
    check(
        &[("local/controls/z.toml", bad)],
        &[
            "local/controls/z.toml:4:13: `k/mfa` is an alternative for `f:1.1#removal` and does not cover it (add `f:1.1#removal` to what `k/mfa` covers, or take it out of the alternatives)",
            "local/controls/z.toml:4:22: there is no control `k/ssso` (did you mean `k/sso`?)",
            "local/controls/z.toml:7:10: `any_of` for `f:1.1#removal` names fewer than two controls (name the controls of which any one answers the aspect)",
        ],
    );
}

/// A user's control.
fn local(id: &str, more: &str) -> String {
    format!("[[control]]\nid = \"{id}\"\ntitle = \"mine\"\ndescription = \"d\"\nfrequency = \"daily\"\n{more}\n")
}

#[test]
fn a_user_replaces_a_shipped_control_only_by_saying_so() {
    let name = "local/controls/z.toml";
    check(
        &[(name, &local("k/mfa", ""))],
        &[
            "local/controls/z.toml:2:6: `k/mfa` is a shipped control (add `replaces = true` to put yours in its place, or give it another name)",
        ],
    );
    check(
        &[(name, &local("k/mfaa", "replaces = true"))],
        &["local/controls/z.toml:2:6: `k/mfaa` replaces nothing (did you mean `k/mfa`?)"],
    );
    let catalog = read_catalog(&sources(&[(name, &local("k/mfa", "replaces = true"))])).unwrap();
    assert_eq!(catalog.controls[&ControlId::new("k/mfa").unwrap()].title, "mine");
    assert!(catalog.any_of.is_empty(), "the shipped list has one member left, which needs no list");
    let added = read_catalog(&sources(&[(name, &local("my/own", "enabled = false"))])).unwrap();
    assert_eq!((added.controls.len(), added.controls[&ControlId::new("my/own").unwrap()].enabled), (3, false));
}

#[test]
fn a_problem_shows_its_line_in_a_report() {
    let errors = read_catalog(&sources(&[("crosswalk/z.toml", "[[relation]]\nfrom = 1")])).unwrap_err();
    assert_eq!(errors.to_string(), "the catalog has 1 problem");
    let report = format!("{:?}", miette::Report::new(errors));
    assert!(report.contains("crosswalk/z.toml:2:8"), "{report}");
    assert!(report.contains("engine::crosswalk::syntax"), "{report}");
}

#[test]
fn text_that_is_no_toml_is_a_problem_and_no_panic() {
    for text in ["[[", "control = 3", "\u{feff}=", "[[control]]\nid = 3", "id = \"x\"", "[[control]]"] {
        for name in ["frameworks/x.toml", "controls/x.toml", "crosswalk/x.toml"] {
            assert!(read_catalog(&sources(&[(name, text)])).is_err(), "{name}: {text}");
        }
    }
}

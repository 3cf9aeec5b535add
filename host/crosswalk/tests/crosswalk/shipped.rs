//! The catalog that ships with the engine, read as a user's program reads it.

use std::path::Path;

use engine_crosswalk::{coverage, read_catalog};
use model::{Catalog, SourceClass, SourceSet};

fn shipped() -> Catalog {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    let mut sources = SourceSet::new();
    for folder in ["frameworks", "controls", "crosswalk"] {
        for entry in std::fs::read_dir(scripts.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
                sources.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    read_catalog(&sources).unwrap_or_else(|errors| {
        let lines: Vec<_> = errors.problems.iter().map(ToString::to_string).collect();
        panic!("{errors}:\n{}", lines.join("\n"))
    })
}

#[test]
fn the_shipped_frameworks_have_the_denominators_of_their_standards() {
    let catalog = shipped();
    let leaves = |framework: &str, category: &str| {
        let requirements = &catalog.frameworks.get(framework).unwrap().requirements;
        requirements.iter().filter(|it| it.leaf && (category.is_empty() || it.category == category)).count()
    };
    assert_eq!((leaves("soc2", ""), leaves("soc2", "security")), (61, 33));
    assert_eq!((leaves("iso27001", "clauses"), leaves("iso27001", "annex-a")), (30, 93));
    assert_eq!(leaves("hipaa", "security-rule"), 53);
    let counted = |framework: &str| {
        let coverage = coverage(&catalog, &[], &[]);
        coverage.frameworks.iter().find(|it| it.id.as_str() == framework).unwrap().count(None).leaves
    };
    assert_eq!((counted("soc2"), counted("iso27001"), counted("hipaa")), (61, 123, 53));
}

#[test]
fn a_requirement_names_a_subservice_organisation_as_a_source_when_one_may_answer_an_aspect() {
    for requirement in shipped().frameworks.values().flat_map(|it| &it.requirements) {
        let named = requirement.sources.contains(&SourceClass::Subservice);
        assert_eq!(named, requirement.aspects.iter().any(|it| it.subservice), "{}", requirement.id);
    }
}

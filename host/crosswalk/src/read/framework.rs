//! One framework's file.
//!
//! Takes the text, adds the framework to the catalog. Never lets a requirement stand before what it is a part of.

use std::collections::{BTreeMap, BTreeSet};

use model::{Aspect, AspectId, Catalog, Framework, FrameworkId, Obligation, Requirement, RequirementId, nearest};
use smol_str::SmolStr;
use toml::Spanned;

use crate::read::file::{AspectFile, FrameworkFile, Reader, RequirementFile};
use crate::read::problem::{CatalogFault, CatalogProblem, Place};

/// Reads one file; `places` holds where each id stands.
pub(crate) fn read(
    name: &str,
    text: &str,
    catalog: &mut Catalog,
    places: &mut BTreeMap<String, Place>,
    problems: &mut Vec<CatalogProblem>,
) {
    let mut reader = Reader::new(name, text, problems);
    let Some(([entries], head)) = reader.take_apart(text, ["requirement"]) else { return };
    let Some(head) = reader.entry::<FrameworkFile>(head) else { return };
    let Some(id) = reader.name::<FrameworkId>(head.id.get_ref(), head.id.span()) else { return };
    if name != format!("frameworks/{id}.toml") {
        reader.problem(head.id.span(), CatalogFault::FileName { id: id.to_string(), file: name.to_owned() });
    }
    if !is_first(&mut reader, places, "framework", id.as_str(), &head.id) {
        return;
    }
    let entries: Vec<RequirementFile> = entries.into_iter().filter_map(|entry| reader.entry(entry)).collect();
    let all: BTreeSet<&str> = entries.iter().map(|entry| entry.id.get_ref().as_str()).collect();
    let mut framework = Framework {
        title: reader.text("title", &head.title),
        version: head.version,
        source: head.source,
        default_categories: head.default_categories.iter().map(|it| it.get_ref().clone()).collect(),
        apart: head.apart.iter().map(|it| it.get_ref().clone()).collect(),
        requirements: Vec::new(),
        id,
    };
    for entry in &entries {
        if let Some(requirement) = requirement(&mut reader, &framework, entry, &all, places) {
            framework.requirements.push(requirement);
        }
    }
    mark_leaves(&mut framework);
    check_categories(&mut reader, &framework, &head.default_categories);
    check_categories(&mut reader, &framework, &head.apart);
    catalog.frameworks.insert(framework.id.clone(), framework);
}

/// Whether the id was not written before; complains when it was.
fn is_first(
    reader: &mut Reader<'_>,
    places: &mut BTreeMap<String, Place>,
    what: &'static str,
    id: &str,
    at: &Spanned<String>,
) -> bool {
    if let Some(first) = places.get(id) {
        let first = first.to_string();
        reader.problem(at.span(), CatalogFault::Duplicate { what, id: id.to_owned(), first });
        return false;
    }
    places.insert(id.to_owned(), reader.place(at.span()));
    true
}

fn requirement(
    reader: &mut Reader<'_>,
    framework: &Framework,
    entry: &RequirementFile,
    all: &BTreeSet<&str>,
    places: &mut BTreeMap<String, Place>,
) -> Option<Requirement> {
    let full = |local: &str| format!("{}:{local}", framework.id);
    let id: RequirementId = reader.name(&full(entry.id.get_ref()), entry.id.span())?;
    if !is_first(reader, places, "requirement", id.as_str(), &entry.id) {
        return None;
    }
    let parent = entry.parent.as_ref().and_then(|parent| {
        let wanted = full(parent.get_ref());
        let found = framework.requirements.iter().find(|it| it.id.as_str() == wanted);
        if found.is_none() {
            let fault = if all.contains(parent.get_ref().as_str()) {
                CatalogFault::ParentAfter { id: entry.id.get_ref().clone(), parent: parent.get_ref().clone() }
            } else {
                let nearest = nearest(parent.get_ref(), all.iter().copied()).map(str::to_owned);
                CatalogFault::Unknown { what: "requirement", id: parent.get_ref().clone(), nearest }
            };
            reader.problem(parent.span(), fault);
        }
        found
    });
    let category = entry.category.clone().or_else(|| parent.map(|parent| parent.category.clone()));
    if category.is_none() && entry.parent.is_none() {
        reader.problem(entry.id.span(), CatalogFault::NoCategory { id: id.to_string() });
    }
    let aspects = entry.aspects.iter().filter_map(|it| aspect(reader, &id, it, places)).collect();
    Some(Requirement {
        parent: parent.map(|parent| parent.id.clone()),
        kind: entry.kind,
        obligation: entry.obligation.unwrap_or(Obligation::Required),
        category: category.unwrap_or_default(),
        title: reader.text("title", &entry.title),
        guidance: entry.guidance.clone(),
        aspects,
        sources: entry.sources.clone(),
        leaf: true,
        id,
    })
}

fn aspect(
    reader: &mut Reader<'_>,
    requirement: &RequirementId,
    entry: &AspectFile,
    places: &mut BTreeMap<String, Place>,
) -> Option<Aspect> {
    let id: AspectId = reader.name(&format!("{requirement}#{}", entry.id.get_ref()), entry.id.span())?;
    let title = reader.text("title", &entry.title);
    is_first(reader, places, "aspect", id.as_str(), &entry.id).then_some(Aspect { id, title, subservice: entry.subservice })
}

fn mark_leaves(framework: &mut Framework) {
    let parents: BTreeSet<RequirementId> = framework.requirements.iter().filter_map(|it| it.parent.clone()).collect();
    for requirement in &mut framework.requirements {
        requirement.leaf = !parents.contains(&requirement.id);
    }
}

fn check_categories(reader: &mut Reader<'_>, framework: &Framework, wanted: &[Spanned<SmolStr>]) {
    let known: BTreeSet<&str> = framework.requirements.iter().map(|it| it.category.as_str()).collect();
    for category in wanted.iter().filter(|it| !known.contains(it.get_ref().as_str())) {
        let nearest = nearest(category.get_ref(), known.iter().copied()).map(str::to_owned);
        reader.problem(category.span(), CatalogFault::Unknown { what: "category", id: category.get_ref().to_string(), nearest });
    }
}

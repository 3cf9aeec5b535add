//! The files of controls, shipped and the user's own.
//!
//! Takes their texts and the frameworks, gives controls and alternatives. Never lets a user's control replace a shipped one
//! unsaid.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use miette::NamedSource;
use model::{AnyOf, AspectId, Catalog, Control, ControlId, Edge, Requirement, RequirementId, nearest};
use toml::Spanned;

use crate::read::file::{AnyOfFile, ControlFile, EdgeFile, Reader};
use crate::read::problem::{CatalogFault, CatalogProblem, Place};

/// The controls that were read so far.
#[derive(Default)]
pub(crate) struct Controls {
    known: BTreeMap<ControlId, Control>,
    places: BTreeMap<ControlId, Place>,
    /// Controls that could not be read; what names them is not to blame.
    broken: BTreeSet<String>,
    /// Shipped controls that the user replaced.
    replaced: BTreeSet<ControlId>,
    any_of: Vec<(NamedSource<Arc<str>>, AnyOfFile)>,
}

impl Controls {
    /// Reads one file.
    pub(crate) fn read(&mut self, name: &str, text: &str, catalog: &Catalog, problems: &mut Vec<CatalogProblem>) {
        let mut reader = Reader::new(name, text, problems);
        let Some(([controls, any_of], rest)) = reader.take_apart(text, ["control", "any_of"]) else { return };
        reader.nothing_else(&rest);
        let is_local = name.starts_with("local/");
        for entry in controls {
            let id = entry.get_ref().as_table().and_then(|table| table.get("id")).and_then(|id| id.get_ref().as_str());
            let id = id.map(str::to_owned);
            match reader.entry(entry) {
                Some(entry) => self.control(&mut reader, &entry, is_local, catalog),
                None => self.broken.extend(id),
            }
        }
        let groups = any_of.into_iter().filter_map(|entry| reader.entry(entry)).collect::<Vec<_>>();
        self.any_of.extend(groups.into_iter().map(|group| (reader.source.clone(), group)));
    }

    fn control(&mut self, reader: &mut Reader<'_>, entry: &ControlFile, is_local: bool, catalog: &Catalog) {
        let Some(id) = reader.name::<ControlId>(entry.id.get_ref(), entry.id.span()) else { return };
        self.check_place(reader, entry, &id, is_local);
        let edges = entry.covers.iter().filter_map(|it| edge(reader, &id, it, catalog)).collect();
        let control = Control {
            title: reader.text("title", &entry.title),
            description: entry.description.clone(),
            owner: entry.owner.clone(),
            frequency: entry.frequency,
            within: entry.within,
            edges,
            enabled: entry.enabled.unwrap_or(true),
            id: id.clone(),
        };
        self.known.insert(id, control);
    }

    /// Whether the control may stand here: new, or said to replace a shipped one.
    fn check_place(&mut self, reader: &mut Reader<'_>, entry: &ControlFile, id: &ControlId, is_local: bool) {
        let here = reader.place(entry.id.span());
        let before = self.places.insert(id.clone(), here);
        let fault = match before {
            Some(first) if is_local && !first.file().starts_with("local/") => {
                self.replaced.insert(id.clone());
                (!entry.replaces).then(|| CatalogFault::Replaces { control: id.to_string() })
            }
            Some(first) => Some(CatalogFault::Duplicate { what: "control", id: id.to_string(), first: first.to_string() }),
            None if entry.replaces => {
                let shipped = self.known.keys().map(ControlId::as_str);
                Some(CatalogFault::ReplacesNothing {
                    control: id.to_string(),
                    nearest: nearest(id.as_str(), shipped).map(str::to_owned),
                })
            }
            None => None,
        };
        if let Some(fault) = fault {
            reader.problem(entry.id.span(), fault);
        }
    }

    /// Checks the alternatives, now that every control is known, and puts all into the catalog.
    pub(crate) fn finish(mut self, catalog: &mut Catalog, problems: &mut Vec<CatalogProblem>) {
        for (source, group) in core::mem::take(&mut self.any_of) {
            let mut reader = Reader::new(source.name(), source.inner(), problems);
            if let Some(group) = self.alternatives(&mut reader, &group, catalog) {
                catalog.any_of.push(group);
            }
        }
        catalog.controls = self.known;
    }

    /// One list of alternatives. A member that the user replaced by a control without the edge is left out, for the user
    /// cannot change a shipped list.
    fn alternatives(&self, reader: &mut Reader<'_>, group: &AnyOfFile, catalog: &Catalog) -> Option<AnyOf> {
        let aspect: AspectId = reader.name(group.aspect.get_ref(), group.aspect.span())?;
        let rationale = reader.text("rationale", &group.rationale);
        let requirement = requirement(reader, aspect.requirement().as_str(), &group.aspect, catalog)?;
        check_aspect(reader, requirement, &aspect, &group.aspect)?;
        let is_shipped_list = !reader.source.name().starts_with("local/");
        let mut controls: Vec<ControlId> = Vec::new();
        for member in &group.controls {
            let Some(id) = reader.name::<ControlId>(member.get_ref(), member.span()) else { continue };
            let Some(control) = self.known.get(&id) else {
                if !self.broken.contains(id.as_str()) {
                    let nearest = nearest(id.as_str(), self.known.keys().map(ControlId::as_str)).map(str::to_owned);
                    reader.problem(member.span(), CatalogFault::Unknown { what: "control", id: id.to_string(), nearest });
                }
                continue;
            };
            let covers = control.edges.iter().any(|edge| edge.aspects.contains(&aspect));
            let is_excused = is_shipped_list && self.replaced.contains(&id);
            if covers {
                controls.push(id);
            } else if !is_excused {
                reader.problem(member.span(), CatalogFault::Alternative { control: id.to_string(), aspect: aspect.to_string() });
            }
        }
        if group.controls.len() < 2 {
            reader.problem(group.aspect.span(), CatalogFault::FewAlternatives { aspect: aspect.to_string() });
        }
        controls.sort();
        controls.dedup();
        (controls.len() >= 2).then_some(AnyOf { aspect, controls, rationale })
    }
}

fn edge(reader: &mut Reader<'_>, control: &ControlId, entry: &Spanned<EdgeFile>, catalog: &Catalog) -> Option<Edge> {
    let file = entry.get_ref();
    let rationale = reader.text("rationale", &file.rationale);
    let requirement = requirement(reader, file.requirement.get_ref(), &file.requirement, catalog)?;
    if file.aspects.is_empty() {
        let fault = CatalogFault::NoAspects { control: control.to_string(), requirement: requirement.id.to_string() };
        reader.problem(entry.span(), fault);
    }
    let mut aspects: Vec<AspectId> = Vec::new();
    for local in &file.aspects {
        let Some(id) = reader.name::<AspectId>(&format!("{}#{}", requirement.id, local.get_ref()), local.span()) else {
            continue;
        };
        if check_aspect(reader, requirement, &id, local).is_some() && !aspects.contains(&id) {
            aspects.push(id);
        }
    }
    let leaves_open = file.leaves_open.clone();
    Some(Edge { requirement: requirement.id.clone(), aspects, rationale, strength: file.strength, leaves_open })
}

/// The requirement of that name; complains when there is none.
pub(crate) fn requirement<'a>(
    reader: &mut Reader<'_>,
    name: &str,
    at: &Spanned<String>,
    catalog: &'a Catalog,
) -> Option<&'a Requirement> {
    let id: RequirementId = reader.name(name, at.span())?;
    let found = catalog.requirement(&id);
    if found.is_none() {
        let known = catalog.frameworks.values().flat_map(|it| &it.requirements).map(|it| it.id.as_str());
        let nearest = nearest(id.as_str(), known).map(str::to_owned);
        reader.problem(at.span(), CatalogFault::Unknown { what: "requirement", id: id.to_string(), nearest });
    }
    found
}

/// That the requirement has the aspect; complains when it has not.
fn check_aspect(reader: &mut Reader<'_>, requirement: &Requirement, aspect: &AspectId, at: &Spanned<String>) -> Option<()> {
    if requirement.aspects.iter().any(|it| it.id == *aspect) {
        return Some(());
    }
    let nearest = nearest(aspect.as_str(), requirement.aspects.iter().map(|it| it.id.as_str())).map(str::to_owned);
    reader.problem(at.span(), CatalogFault::Unknown { what: "aspect", id: aspect.to_string(), nearest });
    None
}

//! The files of relations between requirements.
//!
//! Takes the text and the frameworks, adds the relations to the catalog. Never lets one pair of requirements have two.

use std::collections::BTreeMap;

use model::{Catalog, Relation, Relationship, RequirementId};

use crate::read::control::requirement;
use crate::read::file::{Reader, RelationFile};
use crate::read::problem::{CatalogFault, CatalogProblem, Place};

/// What is said of each pair, the lesser id on the left.
pub(crate) type Stated = BTreeMap<(RequirementId, RequirementId), (Relation, Place)>;

/// Reads one file.
pub(crate) fn read(name: &str, text: &str, catalog: &mut Catalog, stated: &mut Stated, problems: &mut Vec<CatalogProblem>) {
    let mut reader = Reader::new(name, text, problems);
    let Some(([entries], rest)) = reader.take_apart(text, ["relation"]) else { return };
    reader.nothing_else(&rest);
    for entry in entries {
        let Some(entry) = reader.entry::<RelationFile>(entry) else { continue };
        if let Some(relationship) = relationship(&mut reader, &entry, catalog, stated) {
            catalog.relationships.push(relationship);
        }
    }
}

fn relationship(reader: &mut Reader<'_>, entry: &RelationFile, catalog: &Catalog, stated: &mut Stated) -> Option<Relationship> {
    let rationale = reader.text("rationale", &entry.rationale);
    let from = requirement(reader, entry.from.get_ref(), &entry.from, catalog).map(|it| it.id.clone());
    let to = requirement(reader, entry.to.get_ref(), &entry.to, catalog).map(|it| it.id.clone());
    let (from, to) = (from?, to?);
    if from == to {
        reader.problem(entry.to.span(), CatalogFault::SelfRelation { id: from.to_string() });
        return None;
    }
    let is_turned = to < from;
    let turn = |relation: Relation| if is_turned { relation.inverse() } else { relation };
    let pair = if is_turned { (to.clone(), from.clone()) } else { (from.clone(), to.clone()) };
    if let Some((other, first)) = stated.get(&pair) {
        let first = first.to_string();
        let fault = if *other == turn(entry.relation) {
            CatalogFault::Duplicate { what: "relation", id: format!("{from} {} {to}", entry.relation.as_str()), first }
        } else {
            let other = turn(*other).as_str();
            let relation = entry.relation.as_str();
            CatalogFault::Contradiction { from: from.to_string(), relation, to: to.to_string(), other, first }
        };
        reader.problem(entry.from.span(), fault);
        return None;
    }
    stated.insert(pair, (turn(entry.relation), reader.place(entry.from.span())));
    Some(Relationship { from, relation: entry.relation, to, rationale })
}

//! Groups: facts of a kind that a rule takes together, within one collector and scope.

use std::collections::{BTreeMap, BTreeSet};

use model::{Completeness, Digest, FactSet, Group, RuleHeader, SubjectId};
use smol_str::SmolStr;

use crate::evaluate::body::{Cell, Cells};
use crate::evaluate::join::{Key, key};
use crate::evaluate::machine::{Machine, narrow};
use crate::evaluate::value::Record;
use crate::script::schema::{MEMBERS, Schema};

/// A group, and what keeps it from being evaluated.
pub(crate) struct Gathered {
    pub(crate) group: Group,
    /// Whether members may be missing: not all of the scope was seen, or one of its facts cannot be placed.
    pub(crate) partial: bool,
    /// The field for want of which a fact stands in no group; it is then alone in this one.
    pub(crate) lacks: Option<SmolStr>,
}

/// The groups of one rule, by collector, scope and values.
pub(crate) fn gather<'a>(facts: &'a FactSet, header: &RuleHeader, schema: &'a Schema) -> Vec<Gathered> {
    let complete: BTreeSet<_> = facts
        .scopes_of(&header.kind)
        .iter()
        .filter(|state| matches!(state.completeness, Completeness::Complete { .. }))
        .map(|state| (&state.collector, &state.scope))
        .collect();
    let interest: Vec<bool> = schema.names().map(|name| header.group_by.iter().any(|field| field == name)).collect();
    let mut cells = Cells::default();
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    let mut lacking = Vec::new();
    for (position, fact) in facts.range_of(&header.kind).zip(facts.of_kind(&header.kind)) {
        cells.clear();
        let place = (&fact.collector, &fact.scope);
        match cells.read(fact.body.as_str(), schema, &interest) {
            Ok(first) => match key(&cells, Record { first, schema }, &header.group_by) {
                Key::Is(_) | Key::Null => {
                    let name = name_of(&cells, Record { first, schema }, &header.group_by);
                    groups.entry((place, name)).or_default().push(position);
                }
                Key::Lacks(field) => lacking.push((place, position, field)),
            },
            Err(_) => lacking.push((place, position, SmolStr::new_static("body"))),
        }
    }
    let unplaced: BTreeSet<_> = lacking.iter().map(|(place, ..)| *place).collect();
    let mut gathered: Vec<Gathered> = groups
        .into_iter()
        .map(|((place, name), members)| Gathered {
            partial: !complete.contains(&place) || unplaced.contains(&place),
            group: Group { collector: place.0.clone(), scope: place.1.clone(), subject: subject(&name), members },
            lacks: None,
        })
        .collect();
    for (place, position, field) in lacking {
        let Some(fact) = facts.facts().get(position) else { continue };
        let group =
            Group { collector: place.0.clone(), scope: place.1.clone(), subject: fact.subject.clone(), members: vec![position] };
        gathered.push(Gathered { group, partial: true, lacks: Some(field) });
    }
    gathered.sort_by(|a, b| {
        let key = |it: &Gathered| (it.group.collector.clone(), it.group.scope.clone(), it.group.subject.clone());
        key(a).cmp(&key(b))
    });
    gathered
}

/// The values that make a group, for people: `uid=0`. No two lists of values have one name.
fn name_of(cells: &Cells<'_>, record: Record<'_>, fields: &[SmolStr]) -> String {
    let value = |name: &SmolStr| {
        let cell = record.schema.find(name).and_then(|(slot, _)| cells.get(record.first.saturating_add(narrow(slot))));
        match cell {
            Some(Cell::Text(text)) => quoted(text),
            Some(Cell::Made(text)) => quoted(text),
            Some(Cell::Int(number)) => number.to_string(),
            Some(Cell::Duration(seconds)) => model::Seconds(*seconds).to_string(),
            Some(Cell::Bool(value)) => value.to_string(),
            Some(Cell::Instant(at)) => at.text(),
            _ => "null".to_owned(),
        }
    };
    let pairs: Vec<String> = fields.iter().map(|name| format!("{name}={}", value(name))).collect();
    pairs.join(",")
}

/// Text as it is, in quotation marks where it could be taken for something else.
fn quoted(text: &str) -> String {
    let is_plain = !text.is_empty() && text != "null" && !text.contains([',', '=', '"', '\\']) && text.trim() == text;
    if is_plain { text.to_owned() } else { format!("{text:?}") }
}

/// The name as a subject; one that cannot be a subject becomes its digest.
fn subject(name: &str) -> SubjectId {
    let digest = || format!("group:{}", Digest::tagged("engine:group", &[name.as_bytes()]).hex());
    SubjectId::new(name)
        .or_else(|_| SubjectId::new(digest()))
        .unwrap_or_else(|_| unreachable!("hexadecimal digits are a subject"))
}

impl<'a> Machine<'a> {
    /// Puts a group into the cells: its fields from its first member, and `members`.
    pub(crate) fn take_group(&mut self, group: &Gathered, shape: &'a Schema, schema: &'a Schema) -> Result<(), usize> {
        self.cells.clear();
        self.taken.clear();
        let first = self.cells.reserve(shape);
        let mut items = Vec::with_capacity(group.group.members.len());
        let facts: &'a FactSet = self.facts;
        for position in &group.group.members {
            let fact = facts.facts().get(*position).ok_or(0_usize)?;
            let record = self.cells.read(fact.body.as_str(), schema, &[]).map_err(|malformed| malformed.0)?;
            if items.is_empty() {
                for (slot, field) in shape.slots.iter().enumerate() {
                    if let Some((from, _)) = schema.find(&field.name) {
                        let cell = self.cells.get(record.saturating_add(narrow(from))).cloned().unwrap_or(Cell::Absent);
                        self.cells.set(first.saturating_add(narrow(slot)), cell);
                    }
                }
            }
            items.push(Cell::Record { first: record, schema });
        }
        let count = narrow(items.len());
        let start = self.cells.append(items);
        if let Some((slot, _)) = shape.find(&MEMBERS) {
            let cell = if group.partial { Cell::Partial } else { Cell::List { first: start, count } };
            self.cells.set(first.saturating_add(narrow(slot)), cell);
        }
        self.subject = Record { first, schema: shape };
        Ok(())
    }
}

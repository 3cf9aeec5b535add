//! Declared joins: the facts of another kind that belong to a subject.
//!
//! An index is built once for each kind and list of fields. No match is an answer only when all of the other kind was
//! seen: every scope complete, every fact with the fields that are joined on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{CollectorName, Completeness, FactSet, Join, KindId, ScopeId, Timestamp};
use smol_str::SmolStr;

use crate::evaluate::body::{Cell, Cells};
use crate::evaluate::machine::{Fault, Machine, Taken, narrow};
use crate::evaluate::operate::Said;
use crate::evaluate::value::{Record, Value};
use crate::script::schema::Schema;
use crate::set::RuleSet;

/// The facts of one kind by the values of some fields.
pub(crate) struct Table<'a> {
    schema: &'a Schema,
    positions: BTreeMap<String, Vec<usize>>,
    /// Scopes of which not all was seen.
    incomplete: BTreeSet<(&'a CollectorName, &'a ScopeId)>,
    /// Why no match says nothing; `None` when it does.
    open: Option<String>,
    /// When the oldest of the complete scopes was seen: no match is as old as that.
    seen_at: Option<Timestamp>,
}

/// One declared join of a rule with its table.
pub(crate) struct Index<'a> {
    join: &'a Join,
    table: Arc<Table<'a>>,
}

impl Index<'_> {
    /// When the oldest of what is joined was seen.
    pub(crate) fn seen_at(&self) -> Option<Timestamp> {
        self.table.seen_at
    }
}

/// The tables of all joins of a set of rules.
pub(crate) struct Tables<'a>(BTreeMap<(&'a KindId, &'a [SmolStr]), Arc<Table<'a>>>);

impl<'a> Tables<'a> {
    /// Builds every table that a rule needs.
    pub(crate) fn build(facts: &'a FactSet, rules: &'a RuleSet) -> Self {
        let mut tables = BTreeMap::new();
        for join in rules.headers().iter().flat_map(|header| &header.joins) {
            if let Some(schema) = rules.schema(&join.kind) {
                tables
                    .entry((&join.kind, join.on.as_slice()))
                    .or_insert_with(|| Arc::new(Table::build(facts, &join.kind, &join.on, schema)));
            }
        }
        Self(tables)
    }

    /// The indexes of one rule's joins, in the order of its header.
    pub(crate) fn of(&self, joins: &'a [Join]) -> Vec<Index<'a>> {
        joins
            .iter()
            .filter_map(|join| Some(Index { join, table: Arc::clone(self.0.get(&(&join.kind, join.on.as_slice()))?) }))
            .collect()
    }
}

impl<'a> Table<'a> {
    fn build(facts: &'a FactSet, kind: &KindId, on: &[SmolStr], schema: &'a Schema) -> Self {
        let scopes = facts.scopes_of(kind);
        let seen = |state: &&model::ScopeState| matches!(state.completeness, Completeness::Complete { .. });
        let complete: BTreeSet<_> = scopes.iter().filter(seen).map(|state| (&state.collector, &state.scope)).collect();
        let mut incomplete: BTreeSet<_> =
            scopes.iter().filter(|state| !seen(state)).map(|state| (&state.collector, &state.scope)).collect();
        let mut open = if scopes.is_empty() {
            Some(format!("no collector reports `{kind}`"))
        } else {
            incomplete.first().map(|(collector, scope)| format!("not all of `{kind}` was seen in `{scope}` by `{collector}`"))
        };
        let interest: Vec<bool> = schema.names().map(|name| on.iter().any(|field| field == name)).collect();
        let mut cells = Cells::default();
        let mut positions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, fact) in facts.range_of(kind).zip(facts.of_kind(kind)) {
            if !complete.contains(&(&fact.collector, &fact.scope)) {
                incomplete.insert((&fact.collector, &fact.scope));
                open.get_or_insert_with(|| format!("not all of `{kind}` was seen in `{}`", fact.scope));
            }
            cells.clear();
            let key =
                cells.read(fact.body.as_str(), schema, &interest).ok().map(|first| key(&cells, Record { first, schema }, on));
            match key {
                Some(Key::Is(key)) => positions.entry(key).or_default().push(position),
                Some(Key::Null) => {}
                _ => {
                    open.get_or_insert_with(|| format!("`{}` of `{}` lacks what is joined on", kind, fact.subject));
                }
            }
        }
        let seen_at = scopes.iter().filter_map(|state| match state.completeness {
            Completeness::Complete { observed_at, .. } => Some(observed_at),
            Completeness::Incomplete => None,
        });
        Self { schema, positions, incomplete, open, seen_at: seen_at.min() }
    }
}

/// The values of the fields that are joined or grouped by.
pub(crate) enum Key {
    Is(String),
    /// One is null: known to be none, so it is equal to no other.
    Null,
    /// One cannot be read.
    Lacks(SmolStr),
}

/// The key of a record: every value with its type and length, so that no two lists of values have one key.
pub(crate) fn key(cells: &Cells<'_>, record: Record<'_>, on: &[SmolStr]) -> Key {
    use core::fmt::Write as _;
    let mut key = String::new();
    let mut is_null = false;
    for name in on {
        let cell = record.schema.find(name).and_then(|(slot, _)| cells.get(record.first.saturating_add(narrow(slot))));
        let _ = match cell {
            Some(Cell::Text(text)) => write!(key, "s{}:{text}", text.len()),
            Some(Cell::Made(text)) => write!(key, "s{}:{text}", text.len()),
            Some(Cell::Int(number)) => write!(key, "i{number};"),
            Some(Cell::Duration(seconds)) => write!(key, "d{seconds};"),
            Some(Cell::Bool(value)) => write!(key, "b{value};"),
            Some(Cell::Instant(at)) => write!(key, "t{}.{};", at.seconds, at.nanos),
            Some(Cell::Null) => {
                is_null = true;
                Ok(())
            }
            _ => return Key::Lacks(name.clone()),
        };
    }
    if is_null { Key::Null } else { Key::Is(key) }
}

impl<'a> Machine<'a> {
    /// The facts of a join: a list, a record, or null when there is surely none.
    pub(crate) fn joined(&mut self, position: usize) -> Said<Value<'a>> {
        let indexes: &'a [Index<'a>] = self.joins;
        let Some(Index { join, table }) = indexes.get(position) else {
            return Err(Fault::said("the join is not known"));
        };
        let unknown = |reason: &str| Err(Fault::unknown(join.name.as_str(), reason));
        for name in &join.on {
            let place = self.subject.schema.find(name).map(|(slot, _)| self.subject.first.saturating_add(narrow(slot)));
            if let (Some(place), Some(trace)) = (place, &mut self.trace) {
                trace.push(place);
            }
            if let Some(place) = place
                && let Some(Cell::Absent) = self.cells.get(place)
            {
                return Err(Fault::Missing(place));
            }
        }
        let found = match key(&self.cells, self.subject, &join.on) {
            Key::Is(key) => table.positions.get(&key).map(Vec::as_slice).unwrap_or_default(),
            Key::Null => {
                let message = format!("`{}` cannot be joined: a field it is joined on is null", join.name);
                return Err(Fault::said(format!("{message}; ask `is_null()` first")));
            }
            Key::Lacks(name) => return Err(Fault::said(format!("`{name}` cannot be joined on: it is not of its type"))),
        };
        self.charge(1 + found.len())?;
        let facts: &'a FactSet = self.facts;
        for position in found {
            if let Some(fact) = facts.facts().get(*position)
                && table.incomplete.contains(&(&fact.collector, &fact.scope))
            {
                return unknown(&format!("it comes from `{}`, of which not all was seen", fact.scope));
            }
        }
        match (&table.open, found, join.many) {
            (Some(open), [], _) | (Some(open), _, true) => return unknown(open),
            (None, [], false) => return Ok(Value::Null),
            (_, [_, _, ..], false) => {
                return Err(Fault::said(format!("{} facts match `{}`, and one is wanted", found.len(), join.name)));
            }
            _ => {}
        }
        let records = match self.taken.iter().position(|taken| taken.name == join.name) {
            Some(start) => self.taken.iter().skip(start).take(found.len()).map(|taken| taken.record).collect(),
            None => found.iter().map(|position| self.take_up(join, table.schema, *position)).collect::<Said<Vec<_>>>()?,
        };
        match (join.many, records.as_slice()) {
            (false, [only]) => Ok(Value::Record(*only)),
            _ => self.made_list(records.into_iter().map(Value::Record).collect()),
        }
    }

    /// Reads a joined fact; how much there is of it counts, since it is read for this subject alone.
    fn take_up(&mut self, join: &'a Join, schema: &'a Schema, position: usize) -> Said<Record<'a>> {
        let facts: &'a FactSet = self.facts;
        let Some(fact) = facts.facts().get(position) else { return Err(Fault::said("a joined fact is gone")) };
        self.charge(schema.slots.len() / 4 + fact.body.as_str().len() / 16)?;
        let first = self
            .cells
            .read(fact.body.as_str(), schema, &[])
            .map_err(|malformed| Fault::said(format!("the body of a joined fact cannot be read at byte {}", malformed.0)))?;
        let record = Record { first, schema };
        self.taken.push(Taken { name: &join.name, position, record });
        Ok(record)
    }
}

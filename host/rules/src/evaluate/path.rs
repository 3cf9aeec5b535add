//! From the place of a cell to the path of its field: only for messages and for the test of rules.

use crate::evaluate::body::Cell;
use crate::evaluate::machine::{Machine, Taken, narrow};
use crate::evaluate::value::Record;

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Field(String),
    Item(usize),
}

/// A path as it is written: `access_keys[0].status`.
pub(crate) fn written(parts: &[Part]) -> String {
    use core::fmt::Write as _;
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Field(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Part::Item(index) => {
                let _ = write!(text, "[{index}]");
            }
        }
    }
    text
}

impl Machine<'_> {
    /// The path of a place, from the subject or a joined fact.
    pub(crate) fn path(&self, place: u32) -> String {
        self.parts(place).map_or_else(
            || "a field".to_owned(),
            |(taken, parts)| {
                let path = written(&parts);
                taken.map_or(path.clone(), |taken| format!("{}.{path}", taken.name))
            },
        )
    }

    /// The parts of the path of a place, and the joined fact that it begins at.
    pub(crate) fn parts(&self, place: u32) -> Option<(Option<&Taken<'_>>, Vec<Part>)> {
        let mut parts = Vec::new();
        if self.within(self.subject, place, &mut parts) {
            return Some((None, parts));
        }
        self.taken.iter().find_map(|taken| {
            let mut parts = Vec::new();
            self.within(taken.record, place, &mut parts).then_some((Some(taken), parts))
        })
    }

    fn within(&self, record: Record<'_>, place: u32, parts: &mut Vec<Part>) -> bool {
        record.schema.slots.iter().enumerate().any(|(slot, field)| {
            parts.push(Part::Field(field.name.to_string()));
            let found = self.at_or_within(record.first.saturating_add(narrow(slot)), place, parts);
            if !found {
                parts.pop();
            }
            found
        })
    }

    fn at_or_within(&self, here: u32, place: u32, parts: &mut Vec<Part>) -> bool {
        if here == place {
            return true;
        }
        match self.cells.get(here) {
            Some(Cell::Record { first, schema }) => self.within(Record { first: *first, schema }, place, parts),
            Some(Cell::List { first, count }) => (0..*count).any(|index| {
                parts.push(Part::Item(index as usize));
                let found = self.at_or_within(first.saturating_add(index), place, parts);
                if !found {
                    parts.pop();
                }
                found
            }),
            _ => false,
        }
    }
}

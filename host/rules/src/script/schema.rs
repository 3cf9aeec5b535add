//! The fields of a kind as rules read them: each has a slot, found once when the rule is compiled.
//!
//! Made from [`model::Kind`]; read by the compiler for types and by the reader of bodies for places.

use model::{Field, FieldType, Kind};
use smol_str::SmolStr;

/// A record's fields, sorted by name; the position is the slot.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Schema {
    pub(crate) slots: Vec<Slot>,
}

/// One field.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) name: SmolStr,
    pub(crate) shape: Shape,
}

/// What a field holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Record(Schema),
    List(Box<Shape>),
    /// Text, with the closed list of what it may be (empty: any).
    Text(Vec<SmolStr>),
    Int,
    Bool,
    Instant,
    Duration,
}

impl Schema {
    /// The fields of a kind.
    pub(crate) fn of(kind: &Kind) -> Self {
        Self::of_fields(&kind.fields)
    }

    fn of_fields(fields: &[Field]) -> Self {
        let mut slots: Vec<Slot> =
            fields.iter().map(|field| Slot { name: field.name.clone(), shape: Shape::of(&field.ty) }).collect();
        slots.sort_by(|a, b| a.name.cmp(&b.name));
        Self { slots }
    }

    /// What a rule with `group_by` gets: the fields it groups by, and `members`, the facts.
    pub(crate) fn of_group(kind: &Kind, group_by: &[SmolStr]) -> Self {
        let mut slots: Vec<Slot> = kind
            .fields
            .iter()
            .filter(|field| group_by.contains(&field.name))
            .map(|field| Slot { name: field.name.clone(), shape: Shape::of(&field.ty) })
            .collect();
        let members = Shape::List(Box::new(Shape::Record(Self::of(kind))));
        slots.push(Slot { name: MEMBERS, shape: members });
        slots.sort_by(|a, b| a.name.cmp(&b.name));
        Self { slots }
    }

    /// The slot of a field.
    pub(crate) fn find(&self, name: &str) -> Option<(usize, &Slot)> {
        let at = self.slots.binary_search_by(|slot| slot.name.as_str().cmp(name)).ok()?;
        self.slots.get(at).map(|slot| (at, slot))
    }

    /// The names of all fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(|slot| slot.name.as_str())
    }
}

/// The field of a group that holds its facts.
pub(crate) const MEMBERS: SmolStr = SmolStr::new_static("members");

impl Shape {
    fn of(ty: &FieldType) -> Self {
        match ty {
            FieldType::Record(fields) => Self::Record(Schema::of_fields(fields)),
            FieldType::List(item) => Self::List(Box::new(Self::of(item))),
            FieldType::String { values } => Self::Text(values.clone()),
            FieldType::Int => Self::Int,
            FieldType::Bool => Self::Bool,
            FieldType::Timestamp => Self::Instant,
            FieldType::Duration => Self::Duration,
        }
    }
}

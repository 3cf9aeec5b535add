//! Entries with named values, as JSON, TOML and YAML have them. The columns of such a register are all names that any of its
//! entries has, so it is gone through twice: an entry without one of them is an empty cell.

use core::ops::Range;
use std::collections::BTreeMap;

use engine_sdk::Fault;

use super::{COLUMNS, Fields};
use crate::cell::Cell;
use crate::document::Document;
use crate::quote::quoted;
use crate::rows::{Place, Row, Rows};

/// An entry, or what is wrong with it.
pub(super) struct Entry<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) place: Place,
    pub(super) range: Range<u64>,
    pub(super) fields: Result<Fields, String>,
}

/// Gives entries, which `all` goes through from the first each time that it is called. `name` is that of their file or folder.
pub(super) fn give<'a, I>(all: impl Fn() -> I, name: &str, rows: &mut dyn Rows) -> Result<(), Fault>
where
    I: Iterator<Item = Result<Entry<'a>, Fault>>,
{
    let mut places = BTreeMap::new();
    let mut headings = Vec::new();
    let mut count = 0_u64;
    for entry in all() {
        count += 1;
        for (field, _) in entry?.fields.iter().flatten() {
            if places.contains_key(field) {
                continue;
            }
            if headings.len() == COLUMNS {
                let why = format!("{name}: its entries have more than {COLUMNS} different names for values");
                return Err(Fault::invalid(why));
            }
            places.insert(field.clone(), headings.len());
            headings.push(field.clone());
        }
    }
    // A register without entries has no columns either, and lacks none.
    if count > 0 {
        rows.columns(name, headings)?;
    }
    for entry in all() {
        let Entry { document, place, range, fields } = entry?;
        match fields.and_then(|fields| cells(fields, &places)) {
            Ok(cells) => rows.row(document, Row { place, cells, range })?,
            Err(why) => rows.wrong(document, place, &why),
        }
    }
    Ok(())
}

fn cells(fields: Fields, places: &BTreeMap<String, usize>) -> Result<Vec<Cell>, String> {
    let mut cells: Vec<Option<Cell>> = vec![None; places.len()];
    for (name, cell) in fields {
        let place = places.get(&name).and_then(|at| cells.get_mut(*at));
        if let Some(place) = place
            && place.replace(cell).is_some()
        {
            return Err(format!("has {} twice", quoted(&name)));
        }
    }
    Ok(cells.into_iter().map(|cell| cell.unwrap_or(Cell::Empty)).collect())
}

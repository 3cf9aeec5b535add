//! Workbooks (XLSX): one sheet, cell after cell, never the whole grid that a workbook says it has. Before the workbook is opened its
//! parts are unpacked once to nowhere, so that what would grow beyond bounds is refused and not tried.

use std::io::{Cursor, Read};

use calamine::{DataRef, Dimensions, Reader as _, Xlsx, XlsxError};
use engine_sdk::Fault;
use zip::ZipArchive;

use super::{COLUMNS, LINE, has_ending, unreadable};
use crate::cell::Cell;
use crate::document::Document;
use crate::quote::{listed, quoted};
use crate::rows::{Place, Row, Rows};
use crate::settings::RegisterSettings;

const MIB: u64 = 1024 * 1024;
/// How large the file may be.
const MOST: u64 = 16 * MIB;
/// How large all its parts may be when they are unpacked: a sheet of a million rows.
const UNPACKED: u64 = 512 * MIB;
/// How large each part that is not a sheet may be: these are held.
const HELD: u64 = 24 * MIB;
/// How long one element may be.
const ELEMENT: usize = LINE;
/// How many parts the file may have.
const PARTS: usize = 10_000;
/// How many groups of merged cells a file may have.
const MERGED: usize = 10_000;
/// How many texts the list of texts may promise.
const TEXTS: u64 = 2_000_000;

/// Reads a file.
pub(super) fn read(document: &Document<'_>, settings: &RegisterSettings, rows: &mut dyn Rows) -> Result<(), Fault> {
    let bytes = document.whole(MOST)?;
    look(&bytes).map_err(|why| unreadable(document, why))?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(document, said(&error)))?;
    let name = sheet(&book, settings.sheet.as_deref()).map_err(|why| unreadable(document, why))?;
    let is_1904 = book.has_1904_epoch();
    let merged = book.merge_cells_by_sheet_name(&name).map_err(|error| unreadable(document, said(&error)))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| unreadable(document, said(&error)))?;
    let mut sheet = Sheet::new(document, rows, is_1904, merged);
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                sheet.cell(row, column, cell.get_value())?;
            }
            Ok(None) => break,
            Err(error) => {
                sheet.end_of_row()?;
                let why = format!("the sheet {} cannot be read after row {}: {}", quoted(&name), sheet.row + 1, said(&error));
                return Err(unreadable(document, why));
            }
        }
    }
    sheet.end_of_row()?;
    if sheet.count.is_none() {
        return Err(unreadable(document, format!("the sheet {} has no row of column names", quoted(&name))));
    }
    Ok(())
}

fn said(error: &XlsxError) -> String {
    match error {
        XlsxError::Password => "it is locked with a password".to_owned(),
        error => error.to_string(),
    }
}

/// The sheet of a name, or the first.
fn sheet<R: Read + std::io::Seek>(book: &Xlsx<R>, wanted: Option<&str>) -> Result<String, String> {
    let names = book.sheet_names();
    match wanted {
        None => names.first().cloned().ok_or_else(|| "it has no sheet".to_owned()),
        Some(wanted) => names
            .iter()
            .find(|name| name.trim().eq_ignore_ascii_case(wanted.trim()))
            .cloned()
            .ok_or_else(|| format!("it has no sheet {}, but {}", quoted(wanted), listed(names.iter().map(String::as_str)))),
    }
}

/// The rows of a sheet as its cells come.
struct Sheet<'a, 'b> {
    document: &'a Document<'a>,
    rows: &'b mut dyn Rows,
    is_1904: bool,
    /// How many columns the first row names, once it was read.
    count: Option<usize>,
    /// The row that cells come of, from 0.
    row: u32,
    cells: Vec<Cell>,
    /// How much text they hold.
    size: usize,
    /// Groups of merged cells that were not passed yet, the last first, and the one that reaches furthest of those that were.
    merged: Vec<Dimensions>,
    reaching: Option<Dimensions>,
}

impl<'a, 'b> Sheet<'a, 'b> {
    fn new(document: &'a Document<'a>, rows: &'b mut dyn Rows, is_1904: bool, mut merged: Vec<Dimensions>) -> Self {
        merged.sort_by_key(|it| core::cmp::Reverse(it.start));
        Self { document, rows, is_1904, count: None, row: 0, cells: Vec::new(), size: 0, merged, reaching: None }
    }

    /// The merged cells that the row lies in: only the first of them has a value, and what the others mean is not known.
    fn merged(&mut self) -> Option<String> {
        while let Some(next) = self.merged.pop_if(|it| it.start.0 <= self.row) {
            if self.reaching.is_none_or(|it| it.end.0 < next.end.0) {
                self.reaching = Some(next);
            }
        }
        let Dimensions { start, end } = self.reaching.filter(|it| it.end.0 >= self.row)?;
        let name = |(row, column): (u32, u32)| format!("{}{}", crate::rows::letters(column as usize), u64::from(row) + 1);
        Some(format!("lies in the merged cells {}:{}: write its value into each cell", name(start), name(end)))
    }

    fn cell(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), Fault> {
        if row != self.row {
            self.end_of_row()?;
            if row < self.row {
                return Err(unreadable(self.document, format!("row {} comes after row {}", row + 1, self.row + 1)));
            }
            self.row = row;
        }
        let column = column as usize;
        let cell = cell(value, self.is_1904);
        // A column beyond the last that is read only matters when something stands there.
        if cell.is_empty() {
            return Ok(());
        }
        let column = column.min(COLUMNS);
        if let Cell::Text(text) = &cell {
            self.size += text.len();
        }
        if self.size > LINE {
            // The row is wrong by now, and is not held.
            return Ok(());
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = self.cells.get_mut(column) {
            *place = cell;
        }
        Ok(())
    }

    fn end_of_row(&mut self) -> Result<(), Fault> {
        let cells = core::mem::take(&mut self.cells);
        let size = core::mem::take(&mut self.size);
        if cells.iter().all(Cell::is_empty) {
            return Ok(());
        }
        let place = Place::Row(self.row + 1);
        let Some(count) = self.count else {
            if cells.len() > COLUMNS {
                return Err(unreadable(self.document, format!("its first row has more than {COLUMNS} columns")));
            }
            self.count = Some(cells.len());
            return self.rows.columns(self.document.name(), cells.iter().map(heading).collect());
        };
        if size > LINE {
            self.rows.wrong(self.document, place, &format!("is longer than {} KiB", LINE / 1024));
            return Ok(());
        }
        if let Some(why) = self.merged() {
            self.rows.wrong(self.document, place, &why);
            return Ok(());
        }
        if cells.len() > count {
            let last = crate::rows::letters(cells.len() - 1);
            self.rows.wrong(self.document, place, &format!("has a value in column {last}, which the first row does not name"));
            return Ok(());
        }
        self.rows.row(self.document, Row { place, cells, range: 0..0 })
    }
}

fn heading(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number { value, .. } => crate::cell::number(*value),
        _ => String::new(),
    }
}

fn cell(value: &DataRef<'_>, is_1904: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Bool(is) => Cell::Bool(*is),
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Number { value: *number, is_1904 },
        DataRef::DateTime(at) if at.is_duration() => Cell::Days(at.as_f64()),
        DataRef::DateTime(at) => Cell::Number { value: at.as_f64(), is_1904 },
        DataRef::Error(error) => Cell::Wrong(format!("is the error {error}")),
    }
}

/// Unpacks every part to nowhere, within bounds.
fn look(bytes: &[u8]) -> Result<(), String> {
    let parts = bytes.windows(4).filter(|it| *it == b"PK\x01\x02").count();
    if parts > PARTS {
        return Err(format!("it has more than {PARTS} parts"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| match bytes.get(..4) {
        Some([0xd0, 0xcf, 0x11, 0xe0]) => {
            "it is locked with a password, or of the older form `.xls`: save it as `.xlsx`".to_owned()
        }
        _ => format!("it is no workbook: {error}"),
    })?;
    let mut left = UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| format!("a part of it cannot be read: {error}"))?;
        let name = part.name().map_err(|error| format!("a part of it has no name: {error}"))?.into_owned();
        // Pictures and the like are not opened.
        if !has_ending(&name, &["xml", "rels"]) {
            continue;
        }
        let is_sheet = name.contains("/worksheets/");
        let most = if is_sheet { left } else { left.min(HELD) };
        left = left.saturating_sub(unpacked(part, most).map_err(|why| format!("its part {} {why}", quoted(&name)))?);
    }
    Ok(())
}

/// How large a part is; an error when it is larger than `most`, or has an element that is too long.
fn unpacked(part: impl Read, most: u64) -> Result<u64, String> {
    let mut part = part.take(most + 1);
    let mut buffer = vec![0; 64 * 1024];
    let (mut size, mut run, mut merged, mut is_first) = (0, 0, 0, true);
    loop {
        let count = part.read(&mut buffer).map_err(|error| format!("cannot be unpacked: {error}"))?;
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(size);
        }
        if core::mem::take(&mut is_first) && promised(bytes) > TEXTS {
            return Err(format!("promises more than {TEXTS} texts"));
        }
        size += count as u64;
        if size > most {
            return Err(format!("is larger than {} MiB when it is unpacked: keep the register as CSV", most / MIB));
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'<') {
            run += piece.len();
            merged += usize::from(piece.starts_with(b"mergeCell "));
            if run > ELEMENT {
                return Err(format!("has an element or a text of more than {} KiB", ELEMENT / 1024));
            }
            if merged > MERGED {
                return Err(format!("has more than {MERGED} groups of merged cells"));
            }
            if piece.ends_with(b"<") {
                run = 0;
            }
        }
    }
}

/// The number that the list of texts says it has, for which room would be made.
fn promised(start: &[u8]) -> u64 {
    let mark = b"uniqueCount=";
    let at = start.windows(mark.len()).position(|it| it == mark);
    let digits = at.and_then(|at| start.get(at + mark.len() + 1..)).unwrap_or_default();
    let digits: Vec<u8> = digits.iter().copied().take_while(u8::is_ascii_digit).collect();
    core::str::from_utf8(&digits).ok().filter(|it| !it.is_empty()).map_or(0, |it| it.parse().unwrap_or(u64::MAX))
}

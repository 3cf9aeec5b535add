//! What every form of file gives: the names of the columns once, then line after line, or what is wrong with a line.

use core::ops::Range;

use engine_sdk::Fault;

use crate::cell::Cell;
use crate::document::Document;
use crate::quote::quoted;

/// Where a line stands, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A line of a text, from 1.
    Line(u64),
    /// A row of a sheet, from 1.
    Row(u32),
}

impl Place {
    /// The number of the line or row.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Line(number) => number,
            Self::Row(number) => u64::from(number),
        }
    }

    /// The words for the whole line.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Line(number) => format!("line {number}"),
            Self::Row(number) => format!("row {number}"),
        }
    }

    /// The words for one of its columns, counted from 0; a sheet's cell has its name, such as `D7`.
    pub(crate) fn column(self, column: usize, heading: &str) -> String {
        match self {
            Self::Line(_) => format!("column {} ({})", column + 1, quoted(heading)),
            Self::Row(number) => format!("cell {}{number} ({})", letters(column), quoted(heading)),
        }
    }
}

/// The letters of a sheet's column, counted from 0.
///
/// ```
/// assert_eq!([0, 25, 26, 701, 702].map(registers::letters), ["A", "Z", "AA", "ZZ", "AAA"]);
/// ```
pub fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// One line of a register as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Where it stands.
    pub(crate) place: Place,
    /// Its cells, by the place of the column; those at the end may be left out.
    pub(crate) cells: Vec<Cell>,
    /// Its bytes in the file; empty where the form has none.
    pub(crate) range: Range<u64>,
}

impl Row {
    /// Whether nothing stands in it, as in the lines that spreadsheets leave at their end.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.iter().all(Cell::is_empty)
    }
}

/// Who takes what a file says.
pub(crate) trait Rows {
    /// How well some names of columns fit: the delimiter of a file is the one that fits best.
    fn known(&self, headings: &[String]) -> usize;

    /// The names of the columns of a file or folder, before any line.
    ///
    /// # Errors
    /// Why no line can be taken.
    fn columns(&mut self, name: &str, headings: Vec<String>) -> Result<(), Fault>;

    /// A line of a file.
    ///
    /// # Errors
    /// The host's fault.
    fn row(&mut self, document: &Document<'_>, row: Row) -> Result<(), Fault>;

    /// A line of a file that cannot be read, and why.
    fn wrong(&mut self, document: &Document<'_>, place: Place, why: &str);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Takes everything down.
    #[derive(Debug, Default)]
    pub(crate) struct Noted {
        pub(crate) headings: Vec<String>,
        pub(crate) rows: Vec<Row>,
        pub(crate) wrong: Vec<String>,
    }

    /// The part of a text that a line stands in.
    pub(crate) fn part<'a>(text: &'a str, row: &Row) -> &'a str {
        let at = |place: u64| usize::try_from(place).unwrap();
        &text[at(row.range.start)..at(row.range.end)]
    }

    impl Noted {
        /// The cells as people see them, a line of text each.
        pub(crate) fn lines(&self) -> Vec<String> {
            let shown = |cell: &Cell| match cell {
                Cell::Empty => "-".to_owned(),
                Cell::Text(text) => text.clone(),
                Cell::List(items) => format!("[{}]", items.join(",")),
                other => format!("{other:?}"),
            };
            self.rows.iter().map(|row| row.cells.iter().map(shown).collect::<Vec<_>>().join("|")).collect()
        }
    }

    impl Rows for Noted {
        fn known(&self, headings: &[String]) -> usize {
            headings.len()
        }

        fn columns(&mut self, _: &str, headings: Vec<String>) -> Result<(), Fault> {
            self.headings = headings;
            Ok(())
        }

        fn row(&mut self, _: &Document<'_>, row: Row) -> Result<(), Fault> {
            self.rows.push(row);
            Ok(())
        }

        fn wrong(&mut self, _: &Document<'_>, place: Place, why: &str) {
            self.wrong.push(format!("{}: {why}", place.words()));
        }
    }
}

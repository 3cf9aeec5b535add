//! CSV: comma, semicolon, tab or bar, in UTF-8, UTF-16 or Windows-1252, line by line whatever the size of the file.

use core::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::WINDOWS_1252;
use engine_sdk::Fault;

use super::{COLUMNS, LINE, unreadable};
use crate::cell::Cell;
use crate::document::{Document, Encoding, Utf16};
use crate::rows::{Place, Row, Rows};
use crate::settings::RegisterSettings;

/// The delimiters that are looked for.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads a file.
pub(super) fn read(document: &Document<'_>, settings: &RegisterSettings, rows: &mut dyn Rows) -> Result<(), Fault> {
    let encoding = match document.encoding() {
        Encoding::Utf16 { is_little } => Encoding::Utf16 { is_little },
        found => settings.encoding.unwrap_or(found),
    };
    let delimiter = match settings.delimiter {
        Some(delimiter) => delimiter,
        None => delimiter(document, encoding, rows)?,
    };
    let mut records = Records::new(document, encoding, delimiter);
    let Some(header) = records.next()? else { return Err(unreadable(document, "it has no line of column names")) };
    let headings = headings(&header, encoding);
    if header.is_too_large || headings.len() > COLUMNS {
        return Err(unreadable(
            document,
            format!("its first line has more than {COLUMNS} columns, or is too long to be their names"),
        ));
    }
    let count = headings.len();
    rows.columns(document.name(), headings)?;
    while let Some(record) = records.next()? {
        match row(&record, count, encoding) {
            Ok(row) if row.is_empty() => {}
            Ok(row) => rows.row(document, row)?,
            Err(why) => rows.wrong(document, Place::Line(record.line), &why),
        }
    }
    Ok(())
}

/// The delimiter by which the most columns of the first line are known, and of these the one that makes the most columns.
fn delimiter(document: &Document<'_>, encoding: Encoding, rows: &dyn Rows) -> Result<u8, Fault> {
    let mut best = (0, 0, b',');
    for delimiter in DELIMITERS {
        let Some(header) = Records::new(document, encoding, delimiter).next()? else { break };
        let headings = headings(&header, encoding);
        let fit = (rows.known(&headings), headings.len());
        if fit > (best.0, best.1) {
            best = (fit.0, fit.1, delimiter);
        }
    }
    Ok(best.2)
}

fn headings(header: &Record, encoding: Encoding) -> Vec<String> {
    let heading = |bytes: &[u8]| match encoding {
        Encoding::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0.trim().to_owned(),
        _ => String::from_utf8_lossy(bytes).trim().to_owned(),
    };
    header.fields().take(COLUMNS + 1).map(heading).collect()
}

fn row(record: &Record, count: usize, encoding: Encoding) -> Result<Row, String> {
    if record.is_too_large {
        return Err(format!("is longer than {} KiB: is a quotation mark not closed?", LINE / 1024));
    }
    if record.is_unclosed {
        return Err("a quotation mark that is opened here is not closed before the end of the file".to_owned());
    }
    let mut cells: Vec<Cell> = record.fields().map(|bytes| cell(bytes, encoding)).collect();
    if cells.iter().all(Cell::is_empty) {
        cells.clear();
    } else if cells.len() < count || cells.iter().skip(count).any(|cell| !cell.is_empty()) {
        return Err(format!("has {} cells, and the first line names {count} columns", cells.len()));
    }
    cells.truncate(count);
    Ok(Row { place: Place::Line(record.line), cells, range: record.range.clone() })
}

fn cell(bytes: &[u8], encoding: Encoding) -> Cell {
    if encoding == Encoding::Windows1252 {
        return Cell::text(&WINDOWS_1252.decode_without_bom_handling(bytes).0);
    }
    match core::str::from_utf8(bytes) {
        Ok(text) => Cell::text(text),
        Err(error) => {
            let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
            let how = "save the file as UTF-8, or set `encoding = \"windows-1252\"` in registers.toml";
            Cell::Wrong(format!("has the byte {byte:#04x}, which is not UTF-8: {how}"))
        }
    }
}

/// One record as it stands in the file.
#[derive(Debug)]
struct Record {
    line: u64,
    range: Range<u64>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    is_too_large: bool,
    is_unclosed: bool,
}

impl Record {
    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied()).map(|(start, end)| self.bytes.get(start..end).unwrap_or_default())
    }
}

/// The records of a file, one after the other; holds one record and one part of the file.
struct Records<'a> {
    document: &'a Document<'a>,
    core: Reader,
    utf16: Option<Utf16>,
    /// How much of the file was asked for.
    asked: u64,
    /// What was read and not yet taken, and where it begins in the text.
    buffer: Vec<u8>,
    taken: usize,
    /// Where the next byte stands in the text.
    offset: u64,
    line: u64,
    /// The last byte was a carriage return, which a line feed does not end a second time.
    after_return: bool,
    is_at_end: bool,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Records<'a> {
    fn new(document: &'a Document<'a>, encoding: Encoding, delimiter: u8) -> Self {
        let utf16 = if let Encoding::Utf16 { is_little } = encoding { Some(Utf16::new(is_little)) } else { None };
        Self {
            document,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            asked: if utf16.is_some() { 2 } else { 0 },
            utf16,
            buffer: Vec::new(),
            taken: 0,
            offset: 0,
            line: 1,
            after_return: false,
            is_at_end: false,
            output: vec![0; 4 * 1024],
            ends: vec![0; 64],
        }
    }

    /// Reads more of the file when nothing is left.
    fn fill(&mut self) -> Result<(), Fault> {
        while self.taken >= self.buffer.len() && !self.is_at_end {
            let is_first = self.offset == 0;
            let bytes = self.document.bytes_from(self.asked)?;
            self.asked += bytes.len() as u64;
            self.is_at_end = bytes.is_empty();
            self.taken = 0;
            self.buffer.clear();
            match &mut self.utf16 {
                Some(utf16) => utf16.decode(&bytes, &mut self.buffer),
                None => self.buffer = bytes,
            }
            if is_first && self.buffer.starts_with(b"\xef\xbb\xbf") {
                self.advance(3);
            }
        }
        Ok(())
    }

    fn left(&self) -> &[u8] {
        self.buffer.get(self.taken..).unwrap_or_default()
    }

    /// Goes on by some bytes and counts the ends of lines among them.
    fn advance(&mut self, count: usize) {
        let end = self.taken.saturating_add(count).min(self.buffer.len());
        for byte in self.buffer.get(self.taken..end).unwrap_or_default() {
            if *byte == b'\r' || (*byte == b'\n' && !self.after_return) {
                self.line += 1;
            }
            self.after_return = *byte == b'\r';
        }
        self.offset += (end - self.taken) as u64;
        self.taken = end;
    }

    /// The next record that is not an empty line.
    fn next(&mut self) -> Result<Option<Record>, Fault> {
        loop {
            self.fill()?;
            let blank = self.left().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.advance(blank);
            if !self.left().is_empty() {
                break;
            }
            if self.is_at_end {
                return Ok(None);
            }
        }
        let mut record = Record {
            line: self.line,
            range: self.offset..self.offset,
            bytes: Vec::new(),
            ends: Vec::new(),
            is_too_large: false,
            is_unclosed: false,
        };
        self.fill_record(&mut record)?;
        if let Some(utf16) = &mut self.utf16 {
            record.range = utf16.range(&record.range);
        }
        Ok(Some(record))
    }

    fn fill_record(&mut self, record: &mut Record) -> Result<(), Fault> {
        let (mut quotes, mut written) = (0_usize, 0);
        loop {
            self.fill()?;
            let input = self.buffer.get(self.taken..).unwrap_or_default();
            let (result, read, output, ends) = self.core.read_record(input, &mut self.output, &mut self.ends);
            let consumed = input.get(..read).unwrap_or_default();
            quotes += consumed.split(|byte| *byte == b'"').count() - 1;
            let is_ended_by_line = matches!(consumed.last(), Some(b'\r' | b'\n'));
            let is_at_end = self.is_at_end && input.is_empty();
            self.advance(read);
            written += output;
            if written > LINE || record.ends.len() + ends > COLUMNS * 2 {
                record.is_too_large = true;
            } else {
                record.bytes.extend(self.output.get(..output).unwrap_or_default());
                record.ends.extend(self.ends.get(..ends).unwrap_or_default());
            }
            if matches!(result, ReadRecordResult::Record | ReadRecordResult::End) {
                record.range.end = self.offset - u64::from(is_ended_by_line && !is_at_end);
                record.is_unclosed = is_at_end && quotes % 2 == 1;
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use engine_sdk::Run;
    use engine_sdk::testing::Recorded;
    use proptest::prelude::*;

    use super::*;
    use crate::rows::tests::{Noted, part};

    fn noted(bytes: &[u8]) -> Noted {
        with(bytes, &RegisterSettings::default())
    }

    fn with(bytes: &[u8], settings: &RegisterSettings) -> Noted {
        let host = Recorded::new().file("/a.csv", bytes);
        let run = Run::new(&host).unwrap();
        let mut noted = Noted::default();
        read(&Document::open(&run, "/a.csv").unwrap(), settings, &mut noted).unwrap();
        noted
    }

    #[test]
    fn lines_have_their_number_and_their_place() {
        let text = "a,b\r\n\r\n1,2\r\n\"x\ny\",4\r\n,,\r\n5,6";
        let noted = noted(text.as_bytes());
        assert_eq!(noted.headings, ["a", "b"]);
        assert_eq!(noted.lines(), ["1|2", "x\ny|4", "5|6"]);
        let places: Vec<_> = noted.rows.iter().map(|row| row.place.number()).collect();
        assert_eq!(places, [3, 4, 7]);
        let texts: Vec<_> = noted.rows.iter().map(|row| part(text, row)).collect();
        assert_eq!(texts, ["1,2", "\"x\ny\",4", "5,6"]);
    }

    #[test]
    fn the_delimiter_is_found() {
        for text in ["a,b\n1,2\n", "a;b\n1;2\n", "a\tb\n1\t2\n", "a|b\n1|2\n"] {
            assert_eq!(noted(text.as_bytes()).lines(), ["1|2"], "{text}");
        }
        let settings = RegisterSettings { delimiter: Some(b';'), ..RegisterSettings::default() };
        assert_eq!(with(b"a,x;b\n1;2\n", &settings).headings, ["a,x", "b"]);
    }

    #[test]
    fn each_encoding_is_read() {
        assert_eq!(noted("\u{feff}a,b\nZo\u{eb},2\n".as_bytes()).lines(), ["Zo\u{eb}|2"]);
        assert_eq!(noted(b"a,b\nZo\xeb \x80,2\n").lines(), ["Zo\u{eb} \u{20ac}|2"]);
        for is_little in [true, false] {
            let unit = |unit: u16| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            let bytes: Vec<u8> = "\u{feff}a;b\r\nZo\u{eb};2\r\nx;y".encode_utf16().flat_map(unit).collect();
            let noted = noted(&bytes);
            assert_eq!(
                (noted.headings.clone(), noted.lines()),
                (vec!["a".into(), "b".into()], vec!["Zo\u{eb}|2".into(), "x|y".into()])
            );
            assert_eq!(noted.rows[0].range, 12..26);
        }
    }

    #[test]
    fn a_byte_that_fits_nothing_is_wrong_where_it_stands() {
        let noted = noted(b"a,b\nZo\xc3\xab,Zo\xeb\nx,y\n\x81,\xff\n");
        assert_eq!(noted.rows.len(), 3);
        assert!(matches!(&noted.rows[0].cells[1], Cell::Wrong(why) if why.contains("0xeb") && why.contains("windows-1252")));
        let other = self::noted(b"a,b\n\x81,\xff\n");
        assert!(matches!(&other.rows[0].cells[0], Cell::Wrong(why) if why.contains("control")), "{other:?}");
    }

    #[test]
    fn a_line_with_too_few_or_too_many_cells_is_wrong_and_the_next_is_not() {
        let noted = noted(b"a,b\n1\n1,2,3\n1,2,,\n3,4\n");
        assert_eq!(noted.lines(), ["1|2", "3|4"]);
        assert_eq!(
            noted.wrong,
            [
                "line 2: has 1 cells, and the first line names 2 columns",
                "line 3: has 3 cells, and the first line names 2 columns"
            ]
        );
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_is_wrong() {
        let noted = noted(b"a,b\n1,2\n\"3,4\n5,6\n");
        assert_eq!(noted.lines(), ["1|2"]);
        assert!(noted.wrong[0].starts_with("line 3: a quotation mark"), "{:?}", noted.wrong);
    }

    #[test]
    fn hostile_cells_are_only_wrong_or_only_text() {
        let mut bytes = b"a,b\n".to_vec();
        bytes.extend(vec![b'x'; 10 * 1024 * 1024]);
        bytes.extend(b",2\n=cmd|'/C calc'!A0,@x\nnul\0,2\n\x1b]52;c;x\x07,2\n");
        let noted = noted(&bytes);
        assert!(noted.wrong[0].starts_with("line 2: is longer than 512 KiB"), "{:?}", noted.wrong);
        assert_eq!(noted.lines()[0], "=cmd|'/C calc'!A0|@x");
        assert!(matches!(noted.rows[1].cells[0], Cell::Wrong(_)) && matches!(noted.rows[2].cells[0], Cell::Wrong(_)));
    }

    #[test]
    fn many_columns_are_refused_or_wrong() {
        let wide = format!("{}\n", ",".repeat(100_000));
        let host = Recorded::new().file("/a.csv", format!("a{wide}"));
        let run = Run::new(&host).unwrap();
        let document = Document::open(&run, "/a.csv").unwrap();
        assert!(read(&document, &RegisterSettings::default(), &mut Noted::default()).is_err());
        let noted = noted(format!("a,b\nx{wide}1,2\n").as_bytes());
        assert_eq!((noted.lines(), noted.wrong.len()), (vec!["1|2".to_owned()], 1));
    }

    proptest! {
        #[test]
        fn what_is_written_as_csv_is_read_back(
            cells in prop::collection::vec(prop::collection::vec("[ -~\u{e0}-\u{ff}\r\n]{0,12}", 3), 0..8),
            delimiter in prop::sample::select(DELIMITERS.to_vec()),
            end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
            is_utf16 in any::<bool>(),
        ) {
            let mut text = ["a", "b", "c"].join(&char::from(delimiter).to_string()) + end;
            for row in &cells {
                let quoted: Vec<_> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
                text += &(quoted.join(&char::from(delimiter).to_string()) + end);
            }
            let bytes = if is_utf16 {
                format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
            } else {
                text.into_bytes()
            };
            let noted = noted(&bytes);
            let expected: Vec<Vec<Cell>> = cells
                .iter()
                .map(|row| row.iter().map(|cell| Cell::text(cell)).collect::<Vec<_>>())
                .filter(|row| row.iter().any(|cell| !cell.is_empty()))
                .collect();
            let found: Vec<Vec<Cell>> = noted.rows.into_iter().map(|row| row.cells).collect();
            prop_assert_eq!(found, expected);
            prop_assert!(noted.wrong.is_empty());
        }

        #[test]
        fn no_bytes_stop_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let host = Recorded::new().file("/a.csv", bytes);
            let run = Run::new(&host).unwrap();
            let document = Document::open(&run, "/a.csv").unwrap();
            let mut noted = Noted::default();
            let _ = read(&document, &RegisterSettings::default(), &mut noted);
            let lines: Vec<_> = noted.rows.iter().map(|row| row.place.number()).collect();
            prop_assert!(lines.is_sorted());
        }
    }
}

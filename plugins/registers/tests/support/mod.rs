//! What the tests of the collector share: a run over files, and workbooks that a test makes.

use std::io::{Cursor, Write as _};

use engine_sdk::testing::{Recorded, Said};
use engine_sdk::{Collector, Run};
use registers::Registers;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A run over some files, of these kinds.
pub(crate) fn run(files: &[(&str, &[u8])], kinds: &[&str]) -> Recorded {
    collected(files.iter().fold(Recorded::new().kinds(kinds), |host, (path, bytes)| host.file(path, *bytes)))
}

pub(crate) fn collected(host: Recorded) -> Recorded {
    Registers::collect(&Run::new(&host).unwrap()).unwrap();
    host
}

/// What was said to the log.
pub(crate) fn log(host: &Recorded) -> Vec<String> {
    host.said().into_iter().filter_map(|said| if let Said::Log { message, .. } = said { Some(message) } else { None }).collect()
}

/// The messages of the gaps of a kind.
pub(crate) fn gaps(host: &Recorded, kind: &str) -> Vec<String> {
    host.gaps(kind).into_iter().map(|fault| format!("{}: {}", fault.code, fault.message)).collect()
}

/// A cell of a workbook that a test makes.
#[derive(Debug, Clone)]
pub(crate) enum Made {
    Nothing,
    Text(&'static str),
    Number(f64),
    /// A number that is shown as a day.
    Day(f64),
    /// A number that is shown as a length of time.
    Time(f64),
    Is(bool),
    /// An error such as `#REF!`.
    Error(&'static str),
}

/// A workbook with one sheet for each name.
pub(crate) fn workbook(sheets: &[(&str, &[Vec<Made>])], is_1904: bool) -> Vec<u8> {
    let mut parts = vec![
        (
            "[Content_Types].xml".to_owned(),
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned(),
        ),
        (
            "_rels/.rels".to_owned(),
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
             Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
             Target=\"xl/workbook.xml\"/></Relationships>"
                .to_owned(),
        ),
        (
            "xl/styles.xml".to_owned(),
            "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts count=\"1\"><numFmt \
             numFmtId=\"164\" formatCode=\"[h]:mm:ss\"/></numFmts><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf \
             numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
                .to_owned(),
        ),
    ];
    let (mut names, mut relations) = (String::new(), String::new());
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let id = at + 1;
        names.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>"));
        relations += &format!(
            "<Relationship Id=\"rId{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
             Target=\"worksheets/sheet{id}.xml\"/>"
        );
        parts.push((format!("xl/worksheets/sheet{id}.xml"), sheet(rows)));
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    parts.push((
        "xl/workbook.xml".to_owned(),
        format!(
            "<workbook xmlns=\"{main}\" xmlns:r=\"{of}\"><workbookPr date1904=\"{}\"/><sheets>{names}</sheets></workbook>",
            u8::from(is_1904)
        ),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"
        ),
    ));
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    packed(&parts)
}

/// A sheet's XML.
pub(crate) fn sheet(rows: &[Vec<Made>]) -> String {
    let mut text = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>".to_owned();
    for (row, cells) in rows.iter().enumerate() {
        text += &format!("<row r=\"{}\">", row + 1);
        for (column, cell) in cells.iter().enumerate() {
            let at = format!("r=\"{}{}\"", registers::letters(column), row + 1);
            text += &match cell {
                Made::Nothing => String::new(),
                Made::Text(it) => format!("<c {at} t=\"inlineStr\"><is><t>{it}</t></is></c>"),
                Made::Number(it) => format!("<c {at}><v>{it}</v></c>"),
                Made::Day(it) => format!("<c {at} s=\"1\"><v>{it}</v></c>"),
                Made::Time(it) => format!("<c {at} s=\"2\"><v>{it}</v></c>"),
                Made::Is(it) => format!("<c {at} t=\"b\"><v>{}</v></c>", u8::from(*it)),
                Made::Error(it) => format!("<c {at} t=\"e\"><v>{it}</v></c>"),
            };
        }
        text += "</row>";
    }
    text + "</sheetData></worksheet>"
}

/// A file that holds parts, compressed.
pub(crate) fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

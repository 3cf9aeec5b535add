//! Cells of tables that a spreadsheet opens.
//!
//! Takes any text and gives a cell that shows it and is never a formula. Changes only what a spreadsheet would act on.

use std::borrow::Cow;

use crate::inert::{PAGE_LIMIT, cut};

/// The text with an apostrophe before it where a spreadsheet would take it for a formula or a command: when it begins
/// with `=`, `+`, `-`, `@` or a relative of theirs, a tabulator or an end of line, also after spaces.
pub(crate) fn guard(text: &str) -> Cow<'_, str> {
    let first = text.chars().find(|c| matches!(c, '\t' | '\r' | '\n') || !c.is_whitespace());
    let acts = first.is_some_and(|c| {
        matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '|' | '%' | '＝' | '＋' | '－' | '＠' | '\u{2212}')
    });
    if acts { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A whole cell: every character that would act is shown, the text is guarded, and quoted as RFC 4180 has it.
pub(crate) fn cell(text: &str) -> String {
    let shown = cut(text, PAGE_LIMIT);
    // What begins with an escape now began with a control character, which is shown and no longer acts.
    let guarded = guard(&shown);
    if guarded.contains([',', '"', '\r', '\n', ';']) || guarded.starts_with(' ') || guarded.ends_with(' ') {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded.into_owned()
    }
}

/// One line of cells, ended as RFC 4180 has it.
pub(crate) fn line<'a>(cells: impl IntoIterator<Item = Cow<'a, str>>) -> String {
    let cells: Vec<_> = cells.into_iter().map(|text| cell(&text)).collect();
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_act_on_is_text() {
        for (given, shown) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1", "' =1"),
            ("\t=1", "\\t=1"),
            ("\r=1", "\\r=1"),
            ("a=1", "a=1"),
            ("a,b", "\"a,b\""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("", ""),
        ] {
            assert_eq!(cell(given), shown);
        }
    }

    /// What a reader of the format makes of a line.
    fn read(line: &str) -> Vec<String> {
        let mut cells = vec![String::new()];
        let (mut quoted, mut chars) = (false, line.strip_suffix("\r\n").unwrap().chars().peekable());
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    cells.last_mut().unwrap().push('"');
                }
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap().push(c),
            }
        }
        cells
    }

    proptest! {
        #[test]
        fn no_cell_of_any_line_acts_and_none_is_lost(texts in prop::collection::vec(any::<String>(), 1..5), evil in "[=+@\t\r -]{1,3}[a-z\",]{0,4}") {
            let all: Vec<String> = texts.into_iter().chain([evil]).collect();
            let read = read(&line(all.iter().map(|text| Cow::Borrowed(text.as_str()))));
            prop_assert_eq!(read.len(), all.len());
            for cell in read {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
                prop_assert!(!cell.chars().any(char::is_control));
            }
        }
    }
}

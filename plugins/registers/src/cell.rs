//! A cell of a register, whatever the file's form: what stands there, before anyone asks what it means.

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nothing, or only spaces.
    Empty,
    /// Text, or a number as it is written; not empty, without spaces at its ends.
    Text(String),
    /// Yes or no, as the file's own form says it.
    Bool(bool),
    /// A number of a spreadsheet, which may be a day.
    Number { value: f64, is_1904: bool },
    /// A length of time of a spreadsheet, in days.
    Days(f64),
    /// A list as the file's own form says it.
    List(Vec<String>),
    /// Nothing that a cell may hold, and why.
    Wrong(String),
}

impl Cell {
    /// A cell of text as it was read.
    pub(crate) fn text(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Empty;
        }
        match text.chars().find(|letter| is_refused(*letter)) {
            None => Self::Text(text.to_owned()),
            Some('\u{fffd}') => Self::Wrong("has a character that could not be read (�)".to_owned()),
            Some(letter) => Self::Wrong(format!("has the control character {}", letter.escape_unicode())),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::Empty
    }
}

/// Characters that no text of a register has.
fn is_refused(letter: char) -> bool {
    letter == '\u{fffd}' || (letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
}

/// A number of a spreadsheet as text: without a fraction where it has none.
pub(crate) fn number(value: f64) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "the range is looked at first")]
    if value.fract() == 0.0 && value.abs() < 9e15 { (value as i64).to_string() } else { value.to_string() }
}

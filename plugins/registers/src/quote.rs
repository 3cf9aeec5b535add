//! Showing foreign text in messages: short, in backticks, with nothing in it that moves a cursor or hides.

/// How many characters of a value a message shows.
const SHOWN: usize = 60;

/// A text in backticks; what is long is cut, what does not show is escaped.
///
/// ```
/// assert_eq!(registers::quoted("03/04/2026"), "`03/04/2026`");
/// assert_eq!(registers::quoted("a\u{202e}b`\n"), "`a\\u{202e}b'\\n`");
/// ```
pub fn quoted(text: &str) -> String {
    let mut shown = String::from("`");
    for (count, letter) in text.chars().enumerate() {
        if count == SHOWN {
            shown.push('…');
            break;
        }
        match letter {
            '`' => shown.push('\''),
            '"' | '\'' => shown.push(letter),
            _ if is_hidden(letter) => shown.extend(letter.escape_unicode()),
            _ => shown.extend(letter.escape_debug()),
        }
    }
    shown.push('`');
    shown
}

/// Marks that change how the text beside them is shown.
fn is_hidden(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Names in backticks with commas between them.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// A count with its noun.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

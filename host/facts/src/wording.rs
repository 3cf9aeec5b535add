//! How messages quote what they are about.
//!
//! Takes text of any size and origin, gives short text without control characters. Never lengthens without a limit.

/// The most characters of a message.
pub(crate) const MESSAGE_CHARS: usize = 1_024;

/// The most characters of a quoted value.
const QUOTED_CHARS: usize = 80;

/// The text, cut to [`MESSAGE_CHARS`]; `…` shows the cut.
pub(crate) fn capped(text: &str) -> String {
    cut(text, MESSAGE_CHARS)
}

/// The text in backticks, short and with control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    // A bound on what is escaped, so that a text of megabytes costs nothing.
    let head: String = text.chars().take(QUOTED_CHARS + 1).flat_map(char::escape_debug).collect();
    format!("`{}`", cut(&head, QUOTED_CHARS))
}

fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// A number with its noun, in the plural where it is one.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_at_a_character_and_says_so() {
        assert_eq!(capped("short"), "short");
        assert_eq!(capped(&"é".repeat(5_000)).chars().count(), MESSAGE_CHARS);
        assert!(capped(&"é".repeat(5_000)).ends_with('…'));
        assert_eq!(capped(&"x".repeat(MESSAGE_CHARS)).len(), MESSAGE_CHARS);
    }

    #[test]
    fn a_quoted_text_holds_no_control_character() {
        assert_eq!(quoted("a\u{1b}]52;c\n"), "`a\\u{1b}]52;c\\n`");
        assert!(quoted(&"\u{202E}".repeat(10_000_000)).chars().count() < 90);
    }
}

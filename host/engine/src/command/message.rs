//! What people are told on stderr: pages of errors, and the log for those who develop.
//!
//! Takes errors and events, in which stand names, paths and texts that others chose; gives lines in which nothing acts on a
//! terminal but their ends, and colours where they are wanted. Never shows a line that somebody else began.

use std::io::{self, IsTerminal as _, Write};

use super::{Arguments, printed};

/// Messages for the people who develop the engine or a plugin: `ENGINE_LOG=debug`.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ENGINE_LOG").unwrap_or_else(|_| "off".into());
    // It would tell what it signs, and with which key.
    let filter = "aws_sigv4=off".parse().map_or_else(|_| "off".into(), |quiet| filter.add_directive(quiet));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Events(io::stderr())).with_ansi(false).try_init();
}

/// Takes events, each with its end of line, and writes each as one line: what it holds can neither act nor begin another.
struct Events<W>(W);

impl<W: Write> Write for Events<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let event = String::from_utf8_lossy(bytes);
        let (event, end) = event.strip_suffix('\n').map_or((&*event, ""), |event| (event, "\n"));
        self.0.write_all(format!("{}{end}", report::inert(event, usize::MAX)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Shows an error on stderr, as its page or plainly.
pub fn print_error(arguments: &Arguments, report: &miette::Report) {
    let color = has_color(arguments.shared.color);
    let _ = writeln!(io::stderr().lock(), "{}", page(report.as_ref(), color));
}

/// Shows on stderr what is wrong with the arguments, which it repeats.
pub fn print_usage(error: &clap::Error) {
    let text = error.render();
    let shown = if has_color(printed::Color::Auto) {
        report::inert_lines(&text.ansi().to_string())
    } else {
        report::inert_plain_lines(&text.to_string())
    };
    let _ = write!(io::stderr().lock(), "{shown}");
}

/// Whether stderr is shown colours.
fn has_color(wanted: printed::Color) -> bool {
    match wanted {
        printed::Color::Always => true,
        printed::Color::Never => false,
        printed::Color::Auto => io::stderr().is_terminal() && !printed::is_set("NO_COLOR"),
    }
}

/// The page of an error or a remark.
pub(super) fn page(diagnostic: &dyn miette::Diagnostic, color: bool) -> String {
    let theme = if color { miette::GraphicalTheme::unicode() } else { miette::GraphicalTheme::unicode_nocolor() };
    let mut text = String::new();
    let page = miette::GraphicalReportHandler::new_themed(theme).with_links(false);
    if page.render_report(&mut text, diagnostic).is_err() {
        text = diagnostic.to_string();
    }
    if color { report::inert_lines(&text) } else { report::inert_plain_lines(&text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row 9. Seen without `Events`: the line of the second event begins as the program's own do.
    #[test]
    fn threat_9_an_event_is_one_line_whatever_it_tells() {
        for text in ["a\nforged", "a\r\u{1b}[2Kforged", "\u{1b}]52;c;eA==\u{7}", "\u{202e}degrof", "\u{9b}2J\u{85}", "\n\n"] {
            let mut shown = Vec::new();
            Events(&mut shown).write_all(format!("WARN engine: {text} directory={text}\n").as_bytes()).unwrap();
            let shown = String::from_utf8(shown).unwrap();
            assert_eq!(shown.matches('\n').count(), 1, "{shown:?}");
            assert!(!shown.trim_end_matches('\n').chars().any(report::is_active), "{shown:?}");
        }
    }

    #[derive(Debug, thiserror::Error, miette::Diagnostic)]
    #[error("`{0}` cannot be read")]
    #[diagnostic(code(tests::unreadable), help("look at {0}"))]
    struct Unreadable(String, #[source] io::Error);

    /// Row 9. Seen without `inert_plain_lines`: what moves the cursor is in the page; a line that a path begins is led by the
    /// bar of its page even then.
    #[test]
    fn threat_9_a_page_of_an_error_lets_nothing_act_and_no_line_of_it_is_forged() {
        for text in ["x\n× forged", "x\r\u{1b}[2Kforged", "\u{1b}]8;;http://x\u{7}y", "\u{202e}degrof", "a\n\nb\u{9b}2J"] {
            for color in [false, true] {
                let shown = page(&Unreadable(text.to_owned(), io::Error::other(text)), color);
                let plain = page(&Unreadable(text.to_owned(), io::Error::other(text)), false);
                assert_eq!(shown.matches('\u{1b}').count() > 0, color, "{shown:?}");
                assert!(!plain.chars().any(|c| c != '\n' && report::is_active(c)), "{plain:?}");
                let begins = |line: &str| line.is_empty() || line.starts_with([' ', 't']);
                assert!(plain.lines().all(begins), "{plain}");
            }
        }
    }
}

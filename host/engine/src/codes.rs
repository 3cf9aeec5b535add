//! The pages of codes: what an error, a gap or an exit code means and what to do.
//!
//! Takes a code and gives its text. The pages of errors are `docs/codes.md`, built in; nothing is decided here.

use model::GapCode;

const PAGES: &str = include_str!("../../../docs/codes.md");

/// The exit codes, each with its meaning.
const EXITS: [(&str, &str); 4] = [
    ("0", "Nothing in scope fails, and no evidence is missing."),
    (
        "1",
        "A requirement in scope has deviations. `--fail-on` changes which failures count; `engine plan` says what to fix first.",
    ),
    ("2", "The command could not do its work: usage, configuration, or an internal error. The message has a code of its own."),
    (
        "3",
        "Something in scope is unknown, coverage fell since the last run, or nothing was assessed. A gap is never a pass; `engine report` lists each gap and what closes it.",
    ),
];

/// The page of a code; `None` for what is none.
///
/// ```
/// assert!(engine::codes::page("engine::store::locked").unwrap().contains("Another process"));
/// assert!(engine::codes::page("denied").unwrap().contains("grant"));
/// assert!(engine::codes::page("engine::nothing").is_none());
/// ```
pub fn page(code: &str) -> Option<String> {
    if let Some((_, meaning)) = EXITS.iter().find(|(exit, _)| *exit == code) {
        return Some((*meaning).to_owned());
    }
    if GapCode::KNOWN.contains(&code) {
        let gap = GapCode::from_guest(code);
        return Some(format!("{} Do: {}", report::gap_meaning(&gap), report::gap_fix(&gap)));
    }
    pages().find(|(name, _)| *name == code).map(|(_, text)| text.to_owned())
}

/// Every code that has a page: errors, gaps, exit codes.
pub fn all() -> impl Iterator<Item = &'static str> {
    pages().map(|(name, _)| name).chain(GapCode::KNOWN.iter().copied()).chain(EXITS.iter().map(|(exit, _)| *exit))
}

/// Whether a name has the form of an error's code.
pub(crate) fn is_code(name: &str) -> bool {
    name.starts_with("engine::")
}

fn pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGES.split("\n## ").skip(1).filter_map(|section| {
        let (name, text) = section.split_once('\n')?;
        Some((name.trim(), text.trim()))
    })
}

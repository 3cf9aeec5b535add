//! The report for a terminal, and the drawings of the commands that read a run.
//!
//! Takes a [`Report`] and gives plain lines: signs and words before colours, no line wider than the terminal, long lists
//! cut with their counts and the command that shows all. Never writes a character that a terminal would act on, other than
//! its own colours, and those only where they were asked for.

pub(crate) mod canvas;
mod changes;
pub(crate) mod coverage;
pub(crate) mod explain;
mod failed;
mod fails;
pub(crate) mod lists;
mod overview;
pub(crate) mod plan;
pub(crate) mod tree;
mod unknown;
pub(crate) mod unseen;

use std::io::{self, Write};

use self::canvas::Canvas;
pub use self::changes::changes;
use crate::index::Index;
use crate::statement::EXAMPLE;
use crate::{Report, operator};

/// What a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// How many columns it has; fewer than 40 count as 40.
    pub width: u16,
    /// Whether it shows colours.
    pub color: bool,
    /// Whether it shows more than ASCII.
    pub unicode: bool,
}

/// Writes the report for a terminal: at most some 150 lines, whatever the run.
///
/// # Errors
/// Whatever the writer fails with.
pub fn text(report: &Report<'_>, out: &mut dyn Write, terminal: &Terminal) -> io::Result<()> {
    let index = Index::of(report);
    let mut canvas = if report.is_example { Canvas::marked(terminal, EXAMPLE) } else { Canvas::new(terminal) };
    overview::head(&index, &mut canvas);
    overview::frameworks(&index, &mut canvas);
    fails::section(&index, &mut canvas);
    failed::section(&index, &mut canvas);
    unknown::section(&index, &mut canvas);
    overview::passed(&index, &mut canvas);
    unseen::section(&index, &mut canvas);
    unseen::crosswalk(&index, &mut canvas);
    operator::text(&index, &mut canvas);
    overview::exit(&index, &mut canvas);
    canvas.write(out)
}

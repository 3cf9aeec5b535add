//! How bytes reach a person or a pipe: data on stdout, messages on stderr, colour only where it is wanted.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use miette::{Diagnostic, Result};
use thiserror::Error;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a terminal
    Text,
    /// The JSON report
    Json,
    /// One finding a line
    Ndjson,
    /// One self-contained page
    Html,
    /// A table for a spreadsheet
    Csv,
    /// For a comment on a change
    Markdown,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for a pipeline
    Junit,
}

/// Something could not be written.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub(super) enum OutputError {
    /// The ending of a file names no format.
    #[error("`{}` does not end in a known format", path.display())]
    #[diagnostic(
        code(engine::output::format),
        help("known endings are .txt, .json, .ndjson, .html, .csv, .md, .sarif and .xml (JUnit)")
    )]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("`{}` cannot be written", path.display())]
    #[diagnostic(code(engine::output::unwritable), help("check that the folder exists, is yours, and has room"))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Format {
    /// The format that a file's ending names.
    pub(super) fn of(path: &Path) -> Result<Self, OutputError> {
        if path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.ends_with(".sarif.json")) {
            return Ok(Self::Sarif);
        }
        match path.extension().and_then(OsStr::to_str) {
            Some("txt") => Ok(Self::Text),
            Some("json") => Ok(Self::Json),
            Some("ndjson" | "jsonl") => Ok(Self::Ndjson),
            Some("html" | "htm") => Ok(Self::Html),
            Some("csv") => Ok(Self::Csv),
            Some("md" | "markdown") => Ok(Self::Markdown),
            Some("sarif") => Ok(Self::Sarif),
            Some("xml") => Ok(Self::Junit),
            _ => Err(OutputError::UnknownFormat { path: path.to_owned() }),
        }
    }
}

/// Writes a file whole or not at all: beside it first, then in its place.
pub(super) fn file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
    let unwritable = |source: io::Error| OutputError::Unwritable { path: path.to_owned(), source };
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut partial = tempfile::Builder::new().prefix(".engine-").tempfile_in(folder).map_err(unwritable)?;
    {
        let mut out = BufWriter::new(partial.as_file_mut());
        write(&mut out).and_then(|()| out.flush()).map_err(unwritable)?;
    }
    make_readable(partial.as_file()).map_err(unwritable)?;
    partial.persist(path).map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// A temporary file is private; a report has the rights that any new file would have.
fn make_readable(file: &File) -> io::Result<()> {
    let mask = rustix::process::umask(rustix::fs::Mode::empty());
    rustix::process::umask(mask);
    rustix::fs::fchmod(file, rustix::fs::Mode::from_raw_mode(0o666) & !mask)?;
    Ok(())
}

/// Writes to stdout. A reader that has gone away is no error.
pub(super) fn stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(source) => Err(OutputError::Unwritable { path: PathBuf::from("stdout"), source }),
        Ok(()) => Ok(()),
    }
}

/// Writes some bytes to stdout and ends well.
pub(super) fn bytes(bytes: &[u8]) -> Result<ExitCode> {
    stdout(|out| out.write_all(bytes))?;
    Ok(ExitCode::SUCCESS)
}

/// What stdout can show.
pub(super) fn terminal(color: Color) -> report::Terminal {
    let is_terminal = io::stdout().is_terminal();
    let width = terminal_size::terminal_size().filter(|_| is_terminal).map_or(100, |(width, _)| width.0);
    report::Terminal {
        width: width.clamp(40, 200),
        color: match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && !is_set("NO_COLOR"),
        },
        unicode: has_unicode(),
    }
}

#[expect(clippy::disallowed_methods, reason = "conventions of terminals, which decide nothing but looks")]
pub(super) fn is_set(variable: &str) -> bool {
    std::env::var(variable).is_ok_and(|value| !value.is_empty())
}

/// Whether the locale says that text is UTF-8; it is where nothing is said.
#[expect(clippy::disallowed_methods, reason = "conventions of terminals, which decide nothing but looks")]
fn has_unicode() -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|variable| std::env::var(variable).ok())
        .find(|value| !value.is_empty())
        .is_none_or(|value| value.to_ascii_lowercase().replace('-', "").contains("utf8") || value == "C" || value == "POSIX")
}

/// Writes lines to stdout in which nothing acts but their ends: for what is no report and shows names that others chose.
pub(super) fn lines(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
    stdout(|out| {
        let mut text = Vec::new();
        write(&mut text)?;
        out.write_all(report::inert_plain_lines(&String::from_utf8_lossy(&text)).as_bytes())
    })
}

/// Writes JSON to stdout, in which nothing acts on a terminal.
pub(super) fn json(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
    stdout(|out| write(&mut report::InertJson::new(out)))
}

/// Writes one line to stderr; where stderr is gone there is nobody to tell.
pub(super) fn stderr(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", report::inert(line, usize::MAX));
}

/// Writes each value as one line of JSON, in which nothing acts on a terminal.
pub(super) fn json_lines(out: &mut dyn Write, values: &[impl serde::Serialize]) -> io::Result<()> {
    let mut out = report::InertJson::new(out);
    for value in values {
        serde_json::to_writer(&mut out, value)?;
        writeln!(out)?;
    }
    Ok(())
}

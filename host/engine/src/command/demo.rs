//! `engine demo`: the example company, evaluated with no account, no network and no store.
//!
//! Takes the recording that the program carries and evaluates it as any run, with the clock at the recording's. Nothing that is
//! reported is kept in the program: statuses come from the rules. Writes the page and nothing else.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use miette::{Diagnostic, Result};
use model::ClockMode;
use report::Report;
use thiserror::Error;

use super::printed::{self, Format, OutputError};
use super::{Shared, block_on};
use crate::bundled;
use crate::clock::FixedClock;
use crate::config::{self, Config, Overrides};
use crate::example::Recording;
use crate::pipeline::{self, Evaluated, Inputs, Prepared, bundled_givers};
use crate::progress::Progress;

/// By how many bytes a page has told whether it is an example's.
const HEAD_BYTES: u64 = 4_096;

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The page to write, ending in .html; one that is there already is replaced only when it is an EXAMPLE too
    #[arg(long, short, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,
}

/// The page cannot be written there.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
enum DemoError {
    #[error("`{}` is there already, and is no EXAMPLE", path.display())]
    #[diagnostic(
        code(engine::demo::not_an_example),
        help("name another file with `--output FILE`, or move that one away; nothing was written")
    )]
    NotAnExample { path: PathBuf },
    #[error("`{}` does not end in .html", path.display())]
    #[diagnostic(
        code(engine::demo::no_page),
        help(
            "only a page says on each of its parts that it is an EXAMPLE; `engine init --example` writes the company as files, to report on in every form"
        )
    )]
    NoPage { path: PathBuf },
}

impl Demo {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        self.check()?;
        let progress = Progress::new(!shared.quiet);
        let evaluated = evaluate(shared, &progress)?;
        progress.finish();
        let further = evaluated.further(&bundled_givers()?);
        let report = Report { further: &further, is_example: true, ..evaluated.report() };
        printed::file(&self.output, |out| report::html(&report, out))?;
        let terminal = printed::terminal(shared.color);
        printed::stdout(|out| report::text(&report, out, &terminal))?;
        if !shared.quiet {
            printed::stderr(&format!("wrote {}: {}, as all of this", self.output.display(), report::EXAMPLE));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn check(&self) -> Result<()> {
        if !matches!(Format::of(&self.output), Ok(Format::Html)) {
            return Err(DemoError::NoPage { path: self.output.clone() }.into());
        }
        let unreadable = |source| OutputError::Unwritable { path: self.output.clone(), source };
        if is_other_than_an_example(&self.output).map_err(unreadable)? {
            return Err(DemoError::NotAnExample { path: self.output.clone() }.into());
        }
        Ok(())
    }
}

/// Whether something is there that no `engine demo` wrote: a report on a real company is not to be lost to one on none.
fn is_other_than_an_example(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    let mut head = Vec::new();
    file.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(!String::from_utf8_lossy(&head).contains(&format!("<title>{} ", report::EXAMPLE)))
}

/// Evaluates the recording under the configuration of the example company, at the recording's time.
fn evaluate(shared: &Shared, progress: &Progress) -> Result<Evaluated> {
    let recording = Recording::read()?;
    let files = bundled::example();
    let text = files.get(config::FILE_NAME).unwrap_or_default();
    let overrides = Overrides { threads: shared.threads, ..Overrides::default() };
    // No path of it is ever opened: nothing collects, and nothing is recorded.
    let config = Config::of_text(text, PathBuf::from(config::FILE_NAME), Path::new("."), &overrides)?;
    let prepared = Prepared::read(&config, false, progress)?;
    let inputs = Inputs { facts: recording.facts(), collect: false, as_of: None, afresh: false };
    let clock = FixedClock { at: recording.started_at, mode: ClockMode::AsOf };
    Ok(block_on(pipeline::run(&prepared, inputs, None, &clock, progress))??)
}

//! `engine explain`: from a requirement down to the line of the file that decided it; or what a code means.

use std::process::ExitCode;

use clap::Args;
use miette::{Diagnostic, Result};
use model::{CollectorName, ReadFrom, RunId};
use thiserror::Error;

use super::read_places::ReadPlaces;
use super::{Shared, facts, opened, printed};
use crate::codes;
use crate::pipeline::Evaluated;

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A requirement, aspect, control, rule, finding or evidence of a run, such as `soc2:CC6.1`; or the code of an error, a gap
    /// or an exit, such as `denied`
    #[arg(required_unless_present = "list")]
    id: Option<String>,
    /// Lists every code that can be explained
    #[arg(long, exclusive = true)]
    list: bool,
    /// The run; the newest without it
    #[arg(long)]
    run: Option<RunId>,
}

/// No page has that code.
#[derive(Debug, Error, Diagnostic)]
#[error("no code is `{code}`")]
#[diagnostic(code(engine::explain::no_code), help("`engine explain --list` shows every code"))]
struct NoCode {
    code: String,
}

/// Nothing has that name.
#[derive(Debug, Error, Diagnostic)]
#[error("nothing in {run} has the name `{id}`")]
#[diagnostic(
    code(engine::explain::unknown),
    help(
        "names are those of the report: `soc2:CC6.1`, `access/mfa`, `identity/mfa-enforced`, a finding's 16 digits, `linux-host:fact:17`, or a gap's code"
    )
)]
struct Unknown {
    run: RunId,
    id: String,
}

impl Explain {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let Some(id) = self.id.as_deref().filter(|_| !self.list) else {
            printed::stdout(|out| codes::all().try_for_each(|code| writeln!(out, "{code}")))?;
            return Ok(ExitCode::SUCCESS);
        };
        let terminal = printed::terminal(shared.color);
        if let Some(page) = codes::page(id) {
            printed::stdout(|out| report::page(id, &page, out, &terminal))?;
            return Ok(ExitCode::SUCCESS);
        }
        if codes::is_code(id) {
            return Err(NoCode { code: id.to_owned() }.into());
        }
        let (store, evaluated) = opened::evaluated(shared, self.run)?;
        let report = evaluated.report();
        let read = ReadPlaces::new(store.archive(), &evaluated.transcripts);
        if id.contains(":fact:") && is_fact(id, &read, &evaluated)? {
            return Ok(ExitCode::SUCCESS);
        }
        let places = |collector: &CollectorName, from: &ReadFrom| read.place(collector, from);
        let mut found = false;
        printed::stdout(|out| {
            found = report::explain(&report, id, &places, out, &terminal)?.is_some();
            Ok(())
        })?;
        if found {
            return Ok(ExitCode::SUCCESS);
        }
        Err(Unknown { run: evaluated.header.id, id: id.to_owned() }.into())
    }
}

/// Shows a fact by its evidence id: what it states, and the lines that it was read from.
fn is_fact(id: &str, read: &ReadPlaces<'_>, evaluated: &Evaluated) -> Result<bool> {
    let Some(fact) = facts::find(&evaluated.facts, id).into_iter().next() else { return Ok(false) };
    let value = facts::shown(fact);
    printed::stdout(|out| {
        serde_json::to_writer_pretty(&mut *out, &value).map_err(std::io::Error::from)?;
        writeln!(out)?;
        for from in &fact.from {
            if let Some(place) = read.place(&fact.collector, from) {
                let line = place.line.map(|it| format!(", line {it}")).unwrap_or_default();
                let text = place.text.map(|it| report::inert(it.trim_end(), 500)).unwrap_or_default();
                writeln!(out, "read from {}{line}: {text}", report::inert(&place.asked, 300))?;
            }
        }
        Ok(())
    })?;
    Ok(true)
}

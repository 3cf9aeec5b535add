//! `engine explain`: from a requirement down to the line of the file that decided it; or what a code means.

use std::process::ExitCode;

use ::facts::KindSet;
use clap::Args;
use miette::{Diagnostic, Result};
use model::{CollectorName, ReadFrom, RunId};
use thiserror::Error;

use super::meant::{Known, meant};
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
#[error("no code is `{}`", code.escape_debug())]
#[diagnostic(code(engine::explain::no_code))]
struct NoCode {
    code: String,
    #[help]
    help: String,
}

/// Nothing has that name.
#[derive(Debug, Error, Diagnostic)]
#[error("nothing in {run} has the name `{}`", id.escape_debug())]
#[diagnostic(code(engine::explain::unknown))]
struct Unknown {
    run: RunId,
    id: String,
    #[help]
    help: String,
}

/// What can be asked for.
const NAMES: &str = "names are those of the report: `soc2:CC6.1`, `access/mfa`, `identity/mfa-enforced`, a finding's 16 digits, \
                     `linux-host:fact:17`, or a gap's code";

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
            return Err(no_code(id).into());
        }
        let opened = opened::evaluated(shared, self.run);
        // Without a run a code can still be meant.
        let (store, evaluated) =
            opened.map_err(|error| if meant(id, &known_codes()).is_some() { no_code(id).into() } else { error })?;
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
        Err(Unknown { run: evaluated.header.id, id: id.to_owned(), help: advice(id, &evaluated) }.into())
    }
}

fn no_code(code: &str) -> NoCode {
    let help = meant(code, &known_codes()).unwrap_or_else(|| "`engine explain --list` shows every code".to_owned());
    NoCode { code: code.to_owned(), help }
}

/// Every code that is a word; nobody means an exit code by anything else.
fn known_codes() -> Vec<Known> {
    codes::all().filter(|it| it.len() > 1).map(Known::explained).collect()
}

/// What to do about a name that nothing in a run has.
fn advice(id: &str, evaluated: &Evaluated) -> String {
    let catalog = &evaluated.decided.catalog;
    let mut known = known_codes();
    for it in catalog.frameworks.values().flat_map(|it| &it.requirements) {
        if it.id.as_str() == id || it.aspects.iter().any(|aspect| aspect.id.as_str() == id) {
            let (framework, category) = (it.id.framework(), &it.category);
            return format!(
                "it is in the catalog, and the run does not report on it; `frameworks` and `[framework.{framework}]` with \
                 `categories` in engine.toml say what is reported on: this is of the category `{category}`"
            );
        }
        known.push(Known::explained(it.id.as_str()));
        known.extend(it.aspects.iter().map(|aspect| Known::explained(aspect.id.as_str())));
    }
    known.extend(catalog.controls.keys().map(|it| Known::explained(it.as_str())));
    known.extend(evaluated.decided.rules.iter().map(|it| Known::explained(it.id.as_str())));
    known.extend(evaluated.facts.gaps().iter().map(|it| Known::explained(it.code.as_str())));
    if let Ok(kinds) = KindSet::read(evaluated.sources()) {
        if let Some(kind) = kinds.resolve(id) {
            return format!("it is a kind of fact: `{}` says what such a fact holds", Known::kind(kind.as_str()).command());
        }
        known.extend(kinds.iter().map(|it| Known::kind(it.id.as_str())));
    }
    known.sort();
    known.dedup();
    meant(id, &known).unwrap_or_else(|| NAMES.to_owned())
}

/// Shows a fact by its evidence id: what it states, and the lines that it was read from.
fn is_fact(id: &str, read: &ReadPlaces<'_>, evaluated: &Evaluated) -> Result<bool> {
    let Some(fact) = facts::find(&evaluated.facts, id).into_iter().next() else { return Ok(false) };
    let value = facts::shown(fact);
    printed::stdout(|out| {
        serde_json::to_writer_pretty(report::InertJson::new(&mut *out), &value).map_err(std::io::Error::from)?;
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

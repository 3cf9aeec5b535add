//! A collector that reads the registers that a company keeps itself: people, training, policies, vendors, risks and more.
//!
//! Takes the files of one folder that the operator granted, gives facts of the kinds of its registers, one a line. A line that is
//! wrong is a gap with its file, line and column, and does not hide the others. It opens no connection and guesses nothing: not which
//! number of a date is the month, and not what an empty cell of an unknown column may mean.

mod cell;
mod columns;
mod date;
mod document;
mod folder;
mod format;
pub mod guide;
mod kind;
mod quote;
mod reading;
mod register;
mod rows;
mod settings;
mod statements;
mod value;

use engine_sdk::{Collector, Fault, Run};
use serde::Deserialize;

pub use columns::{SYNONYMS, heading_key, names_of};
pub use kind::{Field, Holds, Kind};
pub use quote::quoted;
pub use register::{OF_REGISTERS, Part, REGISTERS, Register, Spelling};
pub use rows::letters;

use folder::{Folder, Found};
use reading::Reading;
use settings::Wanted;
use statements::Statements;

/// The configuration of the collector: there is none. What differs from the convention stands beside the registers, in
/// `registers.toml`, where those who keep them see it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {}

/// The collector.
pub struct Registers;

impl Collector for Registers {
    fn check(run: &Run<'_>) -> Result<(), Fault> {
        run.config::<Config>()?;
        let all = settings::read(run)?;
        let folder = Folder::list(run)?;
        let missing: Vec<Fault> = asked(run, &all).filter_map(|wanted| folder.find(run, wanted).err()).collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let more = missing.len() - 1;
        let others = if more == 0 { String::new() } else { format!("; and {more} more registers") };
        Err(Fault { message: format!("{}{others}", first.message), ..first.clone() })
    }

    fn collect(run: &Run<'_>) -> Result<(), Fault> {
        run.config::<Config>()?;
        let all = settings::read(run)?;
        let folder = Folder::list(run);
        if let Ok(folder) = &folder {
            for name in folder.others(&all) {
                run.note(&format!("{} is no register's file and was not read", quoted(name)));
            }
        }
        for wanted in asked(run, &all) {
            let found = folder.as_ref().map_err(Clone::clone).and_then(|folder| folder.find(run, wanted));
            register(run, wanted, found)?;
        }
        Ok(())
    }
}

/// The registers whose kinds and scopes are asked for.
fn asked<'a>(run: &Run<'_>, all: &'a [Wanted]) -> impl Iterator<Item = &'a Wanted> {
    let is_asked = |wanted: &Wanted| run.scopes().is_empty() || run.scopes().contains(&scope_of(wanted));
    all.iter().filter(move |wanted| run.wants(wanted.register.kind) && is_asked(wanted))
}

fn scope_of(wanted: &Wanted) -> String {
    format!("registers:{}", wanted.name)
}

/// Reads one register, and says of it what there is to say.
fn register(run: &Run<'_>, wanted: &Wanted, found: Result<Found, Fault>) -> Result<(), Fault> {
    let kind = Kind::named(wanted.register.kind)?;
    let scope = scope_of(wanted);
    let statements = Statements::expect(run.host(), &kind.id, &scope);
    let mut reading = Reading::new(wanted, &kind, &scope, statements);
    let read = found.and_then(|found| {
        run.progress(0, 0, found.name());
        lines(run, wanted, &found, &mut reading)
    });
    if !reading.unknown.is_empty() {
        let names: Vec<String> = reading.unknown.iter().map(|name| quoted(name)).collect();
        run.warn(&format!("the register `{}` has columns that are not read: {}", wanted.name, names.join(", ")));
    }
    let (line_count, refused_count) = (reading.statements.line_count(), reading.statements.refused_count());
    reading.statements.end(read.as_ref().copied());
    if run.wants(OF_REGISTERS) {
        of_register(run, wanted, &scope, read.map(|()| (line_count, refused_count)));
    }
    Ok(())
}

fn lines(run: &Run<'_>, wanted: &Wanted, found: &Found, reading: &mut Reading<'_>) -> Result<(), Fault> {
    match found {
        Found::File { path, form } => {
            let document = document::Document::open(run, path)?;
            let first = wanted.register.told_apart_by().next().unwrap_or_default();
            format::read(*form, &document, &wanted.settings, first, reading)
        }
        Found::Folder { path } => {
            let (policies, others) = folder::policies(run, path)?;
            for name in others {
                run.note(&format!("{} is no Markdown file of a policy and was not read", quoted(&name)));
            }
            format::policies(&policies, found.name(), reading)
        }
    }
}

/// The fact that the register is there, an empty one too, when it was read to its end.
fn of_register(run: &Run<'_>, wanted: &Wanted, scope: &str, counts: Result<(u64, u64), Fault>) {
    let mut statements = Statements::expect(run.host(), OF_REGISTERS, scope);
    let read = counts.and_then(|(line_count, refused_count)| {
        let mut body = serde_json::json!({
            "register": wanted.name,
            "holds": wanted.register.kind,
            "line_count": line_count,
            "refused_count": refused_count,
        });
        if let (Some(owner), Some(body)) = (&wanted.settings.owner_email, body.as_object_mut()) {
            body.insert("owner_email".to_owned(), owner.as_str().into());
        }
        let json = serde_json::to_vec(&serde_json::json!({"subject": scope, "body": body}))?;
        statements.state(scope, 1, &json).unwrap_or(Ok(()))
    });
    // Why it was not is said of its lines.
    let read = read.map_err(|fault| {
        let said = if fault.is_not_found() { "is not there" } else { "was not read to its end" };
        Fault { message: format!("the register `{}` {said}", wanted.name), ..fault }
    });
    statements.end(read.as_ref().copied());
}

engine_sdk::export!(Registers, manifest = "plugin.toml");

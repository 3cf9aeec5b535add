//! The registers' folder: which file is which register, by its name or by what registers.toml says. A register has one file; two
//! that could be it are none.

use engine_sdk::files::{Entry, EntryKind};
use engine_sdk::{Fault, Run};

use crate::document::Document;
use crate::format::{self, ENDINGS, Form, Policy, has_ending};
use crate::quote::{listed, quoted};
use crate::settings::{PATH, Wanted};

/// How deep a folder of policies may be.
const DEPTH: usize = 4;
/// The register that may be a folder of Markdown files.
const POLICIES: &str = "policies";

/// Where a register stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// In a file of a form.
    File { path: String, form: Form },
    /// In a folder with a file for each line.
    Folder { path: String },
}

impl Found {
    /// Its path without the first `/`, for messages.
    pub(crate) fn name(&self) -> &str {
        let (Self::File { path, .. } | Self::Folder { path }) = self;
        path.trim_start_matches('/')
    }
}

/// What stands in the registers' folder.
pub(crate) struct Folder {
    entries: Vec<Entry>,
}

impl Folder {
    /// Lists the folder.
    ///
    /// # Errors
    /// The host's fault; one that is denied says what to grant.
    pub(crate) fn list(run: &Run<'_>) -> Result<Self, Fault> {
        Ok(Self { entries: run.entries("/")? })
    }

    /// Where a register stands.
    ///
    /// # Errors
    /// `not-found` with the names that would do, or `conflict`.
    pub(crate) fn find(&self, run: &Run<'_>, wanted: &Wanted) -> Result<Found, Fault> {
        if let Some(path) = &wanted.settings.file {
            return given(run, wanted, path);
        }
        let mut found: Vec<Found> = self.entries.iter().filter_map(|entry| fits(wanted, entry)).collect();
        match found.len() {
            0 => Err(not_found(run, wanted)),
            1 => Ok(found.remove(0)),
            _ => {
                let names = listed(found.iter().map(Found::name));
                let how = format!("keep one, or name it as `file` of `[register.{}]` in registers.toml", wanted.name);
                Err(Fault::new("conflict", format!("the register `{}` could be any of {names}: {how}", wanted.name)))
            }
        }
    }

    /// Names of files that are no register's.
    pub(crate) fn others<'a>(&'a self, wanted: &'a [Wanted]) -> impl Iterator<Item = &'a str> {
        let is_used = move |entry: &Entry| {
            let path = format!("/{}", entry.name);
            path == PATH
                || entry.name.starts_with(['.', '~'])
                || wanted.iter().any(|it| match &it.settings.file {
                    Some(file) => file == &path || file.starts_with(&format!("{path}/")),
                    None => fits(it, entry).is_some(),
                })
        };
        self.entries.iter().filter(move |entry| !is_used(entry)).map(|entry| entry.name.as_str())
    }
}

/// The register's file, when an entry is that.
fn fits(wanted: &Wanted, entry: &Entry) -> Option<Found> {
    let path = format!("/{}", entry.name);
    if wanted.settings.file.is_some() {
        return None;
    }
    if entry.kind == EntryKind::Directory {
        let is_folder = wanted.name == POLICIES && plain(&entry.name) == POLICIES;
        return is_folder.then_some(Found::Folder { path });
    }
    let (stem, _) = entry.name.rsplit_once('.')?;
    let form = Form::of(&entry.name)?;
    (plain(stem) == wanted.name).then_some(Found::File { path, form })
}

/// The form in which names of files are compared.
fn plain(name: &str) -> String {
    name.to_lowercase().replace([' ', '_'], "-")
}

fn given(run: &Run<'_>, wanted: &Wanted, path: &str) -> Result<Found, Fault> {
    let entry = run.stat(path).map_err(|fault| {
        let name = quoted(path.trim_start_matches('/'));
        fault.about(&format!("{name}, the `file` of `[register.{}]` in registers.toml", wanted.name))
    })?;
    let path = path.to_owned();
    if entry.kind == EntryKind::Directory {
        if wanted.register.name == POLICIES {
            return Ok(Found::Folder { path });
        }
        return Err(Fault::invalid(format!("{} is a folder, and the register `{}` is a file", quoted(&path), wanted.name)));
    }
    match Form::of(&path) {
        Some(form) => Ok(Found::File { path, form }),
        None => Err(Fault::invalid(format!("{} has none of the endings {}", quoted(&path), endings()))),
    }
}

fn endings() -> String {
    ENDINGS.iter().map(|(ending, _)| format!("`.{ending}`")).collect::<Vec<_>>().join(", ")
}

fn not_found(run: &Run<'_>, wanted: &Wanted) -> Fault {
    let name = &wanted.name;
    let folder = if name == POLICIES { "a folder `policies` of Markdown files, or " } else { "" };
    let mut endings = ENDINGS.iter().take(6).map(|(ending, _)| format!("`.{ending}`"));
    let first = endings.next().unwrap_or_default().replace('.', &format!("{name}."));
    let rest = endings.collect::<Vec<_>>().join(", ");
    let without =
        format!("if there is none, leave `{}` out of `kinds` of `[collector.{}]`", wanted.register.kind, run.collector());
    Fault::new(
        "not-found",
        format!("no register `{name}`: put {folder}{first} (or {rest}) there, or name its file in registers.toml; {without}"),
    )
}

/// The Markdown files beneath a folder, sorted by their paths, and what of it is none.
///
/// # Errors
/// The host's fault.
pub(crate) fn policies<'a>(run: &'a Run<'a>, folder: &str) -> Result<(Vec<Policy<'a>>, Vec<String>), Fault> {
    let (mut policies, mut others) = (Vec::new(), Vec::new());
    beneath(run, folder, 0, &mut policies, &mut others)?;
    Ok((policies, others))
}

fn beneath<'a>(
    run: &'a Run<'a>,
    folder: &str,
    depth: usize,
    policies: &mut Vec<Policy<'a>>,
    others: &mut Vec<String>,
) -> Result<(), Fault> {
    if depth == DEPTH {
        return Err(Fault::invalid(format!("{} is the folder of a folder too often", quoted(folder))));
    }
    for entry in run.entries(folder)? {
        let path = format!("{folder}/{}", entry.name);
        let is_hidden = entry.name.starts_with('.');
        let is_readme = entry.name.eq_ignore_ascii_case("readme.md");
        if entry.kind == EntryKind::Directory {
            if !is_hidden {
                beneath(run, &path, depth + 1, policies, others)?;
            }
        } else if has_ending(&entry.name, &["md"]) && !is_readme && !is_hidden {
            let mut document = Document::open(run, &path)?;
            let policy = format::policy(&document);
            document.let_go();
            policies.push((document, policy));
        } else {
            others.push(path.trim_start_matches('/').to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use engine_sdk::testing::Recorded;

    use super::*;
    use crate::settings;

    fn find(files: &[&str], name: &str) -> Result<Found, Fault> {
        let host = files.iter().fold(Recorded::new(), |host, path| host.file(path, "x"));
        let run = Run::new(&host).unwrap();
        let wanted = settings::read(&run).unwrap();
        Folder::list(&run).unwrap().find(&run, wanted.iter().find(|it| it.name == name).unwrap())
    }

    #[test]
    fn a_register_is_found_by_its_name() {
        let file = |path: &str, form| Found::File { path: path.to_owned(), form };
        assert_eq!(find(&["/people.csv"], "people"), Ok(file("/people.csv", Form::Csv)));
        assert_eq!(find(&["/Access Reviews.XLSX"], "access-reviews"), Ok(file("/Access Reviews.XLSX", Form::Workbook)));
        assert_eq!(find(&["/access_reviews.yml"], "access-reviews"), Ok(file("/access_reviews.yml", Form::Yaml)));
    }

    #[test]
    fn what_is_missing_or_there_twice_is_said_with_what_to_do() {
        let fault = find(&["/people.csv"], "training").unwrap_err();
        assert_eq!(fault.code, "not-found");
        for part in ["`training.csv` (or `.xlsx`,", "`.yaml`)", "`person.training@1`", "`kinds`"] {
            assert!(fault.message.contains(part), "{part}: {fault}");
        }
        // The report's text shows no more of a message.
        assert!(fault.message.len() < 300, "{fault}");
        let fault = find(&["/people.csv", "/people.xlsx"], "people").unwrap_err();
        assert_eq!(fault.code, "conflict");
        assert!(fault.message.contains("`people.csv`, `people.xlsx`"), "{fault}");
    }

    #[test]
    fn files_of_no_register_are_known() {
        let host = ["/people.csv", "/pepole.csv", "/notes.txt", "/registers.toml", "/.hidden", "/~$people.xlsx"]
            .iter()
            .fold(Recorded::new(), |host, path| host.file(path, ""));
        let run = Run::new(&host).unwrap();
        let wanted = settings::read(&run).unwrap();
        let folder = Folder::list(&run).unwrap();
        assert_eq!(folder.others(&wanted).collect::<Vec<_>>(), ["notes.txt", "pepole.csv"]);
    }
}

//! `registers.toml`: where a company's registers differ from the convention. Says every problem in it at once; nothing is read
//! with settings that are not understood.

use std::collections::BTreeMap;

use engine_sdk::{Fault, OrAbsent, Run};
use serde::Deserialize;

use crate::date::DateFormat;
use crate::document::Encoding;
use crate::kind::{Holds, Kind};
use crate::quote::{listed, quoted};
use crate::register::{REGISTERS, Register};
use crate::value::choice_key;

/// Where the settings stand.
pub(crate) const PATH: &str = "/registers.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SettingsFile {
    date_format: Option<String>,
    register: BTreeMap<String, RegisterFile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RegisterFile {
    holds: Option<String>,
    file: Option<String>,
    sheet: Option<String>,
    delimiter: Option<String>,
    encoding: Option<String>,
    date_format: Option<String>,
    owner_email: Option<String>,
    columns: BTreeMap<String, String>,
    values: BTreeMap<String, BTreeMap<String, String>>,
}

/// A register that is to be read, and how.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Its name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) register: &'static Register,
    /// How it is read.
    pub(crate) settings: RegisterSettings,
}

/// How one register is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct RegisterSettings {
    /// Its file or folder from the root, when it is not found by its name.
    pub(crate) file: Option<String>,
    pub(crate) sheet: Option<String>,
    pub(crate) delimiter: Option<u8>,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) dates: Vec<DateFormat>,
    /// Who keeps it.
    pub(crate) owner_email: Option<String>,
    /// Names of columns by field.
    pub(crate) columns: BTreeMap<String, String>,
    /// By field: the company's own words and what they mean.
    pub(crate) words: BTreeMap<String, BTreeMap<String, String>>,
}

/// The registers that there may be, with what registers.toml says of them.
///
/// # Errors
/// `invalid` with every problem of the file, or the host's fault.
pub(crate) fn read(run: &Run<'_>) -> Result<Vec<Wanted>, Fault> {
    match run.read(PATH).or_absent()? {
        None => wanted(SettingsFile::default()),
        Some(file) => {
            let text = core::str::from_utf8(&file.bytes).map_err(|_| Fault::invalid("registers.toml is not UTF-8"))?;
            wanted(toml::from_str(text).map_err(|error| Fault::invalid(format!("registers.toml: {}", plain(text, &error))))?)
        }
    }
}

/// A fault of TOML with its line, on one line.
pub(crate) fn plain(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    format!("{place}{}", error.message().replace('\n', "; "))
}

fn wanted(file: SettingsFile) -> Result<Vec<Wanted>, Fault> {
    let mut problems = Vec::new();
    let dates: Vec<DateFormat> = formats(file.date_format.as_deref(), "date_format", &mut problems);
    let mut settings = BTreeMap::new();
    for (name, of) in file.register {
        if let Some(wanted) = one(name.clone(), of, &dates, &mut problems) {
            settings.insert(name, wanted);
        }
    }
    if !problems.is_empty() {
        return Err(Fault::invalid(format!("registers.toml: {}", problems.join("; "))));
    }
    let convention = |register: &'static Register| Wanted {
        name: register.name.to_owned(),
        register,
        settings: RegisterSettings { dates: dates.clone(), ..RegisterSettings::default() },
    };
    let mut all: Vec<Wanted> = REGISTERS.iter().map(|it| settings.remove(it.name).unwrap_or_else(|| convention(it))).collect();
    all.extend(settings.into_values());
    Ok(all)
}

fn formats(written: Option<&str>, key: &str, problems: &mut Vec<String>) -> Vec<DateFormat> {
    let format = written.map(DateFormat::parse).transpose();
    format
        .unwrap_or_else(|why| {
            problems.push(format!("`{key}`: {why}"));
            None
        })
        .into_iter()
        .collect()
}

fn one(name: String, of: RegisterFile, dates: &[DateFormat], problems: &mut Vec<String>) -> Option<Wanted> {
    let key = |part: &str| format!("register.{name}.{part}");
    let register = register_of(&name, of.holds.as_deref(), problems)?;
    let kind = Kind::named(register.kind).map_err(|fault| problems.push(fault.message)).ok()?;
    let delimiter = of.delimiter.as_deref().and_then(|written| match written {
        "," | ";" | "|" | "\t" => written.bytes().next(),
        _ => {
            problems.push(format!("`{}`: {} is none of `,`, `;`, `|`, `\\t`", key("delimiter"), quoted(written)));
            None
        }
    });
    let encoding = of.encoding.as_deref().and_then(|written| {
        let encoding = Encoding::named(written);
        if encoding.is_none() {
            problems.push(format!("`{}`: {} is none of `utf-8`, `windows-1252`", key("encoding"), quoted(written)));
        }
        encoding
    });
    let mut own_dates = formats(of.date_format.as_deref(), &key("date_format"), problems);
    if own_dates.is_empty() {
        own_dates = dates.to_vec();
    }
    let file = of.file.map(|path| {
        let is_beneath = !path.split('/').any(|part| part == "..");
        if path.is_empty() || !is_beneath {
            problems.push(format!("`{}`: {} is no path beneath the registers' folder", key("file"), quoted(&path)));
        }
        format!("/{}", path.trim_matches('/'))
    });
    for field in of.columns.keys().filter(|field| !kind.places().contains_key(field.as_str())) {
        problems.push(unknown_field(&key("columns"), field, &kind));
    }
    let words = words(&key("values"), &kind, of.values, problems);
    let settings = RegisterSettings {
        file,
        sheet: of.sheet,
        delimiter,
        encoding,
        dates: own_dates,
        owner_email: of.owner_email.map(|it| it.trim().to_lowercase()),
        columns: of.columns,
        words,
    };
    Some(Wanted { name, register, settings })
}

/// What a register holds: by its name, or by what the settings say.
fn register_of(name: &str, holds: Option<&str>, problems: &mut Vec<String>) -> Option<&'static Register> {
    let is_plain = !name.is_empty() && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    if !is_plain {
        problems.push(format!("`register`: the name {} is not of lower-case letters, digits and `-`", quoted(name)));
        return None;
    }
    let known = Register::named(name);
    let Some(holds) = holds else {
        if known.is_none() {
            let names = listed(REGISTERS.iter().map(|it| it.name));
            problems.push(format!(
                "`register.{name}` is none of {names}: correct the name, or say with `holds = \"KIND\"` what it holds"
            ));
        }
        return known;
    };
    let held = Register::holding(holds);
    if held.is_none() || known.is_some_and(|known| held != Some(known)) {
        let what = known.map_or_else(|| listed(REGISTERS.iter().map(|it| it.kind)), |known| quoted(known.kind));
        problems.push(format!("`register.{name}.holds`: {} is none of {what}", quoted(holds)));
        return None;
    }
    held
}

fn unknown_field(key: &str, field: &str, kind: &Kind) -> String {
    let names = listed(kind.fields.iter().map(|field| field.name.as_str()));
    format!("`{key}`: {} is none of {names}", quoted(field))
}

/// The company's own words, each with the word of the kind that it stands for.
fn words(
    key: &str,
    kind: &Kind,
    written: BTreeMap<String, BTreeMap<String, String>>,
    problems: &mut Vec<String>,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for (name, words) in written {
        let field = kind.fields.iter().find(|field| field.name == name);
        let Some(Holds::Choice(choices)) = field.map(|field| &field.holds) else {
            let with_words = kind.fields.iter().filter(|field| matches!(field.holds, Holds::Choice(_)));
            let names = listed(with_words.map(|field| field.name.as_str()));
            problems.push(format!("`{key}`: {} is none of {names}, the columns with words to choose from", quoted(&name)));
            continue;
        };
        for meant in words.values().filter(|meant| !choices.iter().any(|it| choice_key(it) == choice_key(meant))) {
            let choices = listed(choices.iter().map(String::as_str));
            problems.push(format!("`{key}.{name}`: {} is none of {choices}", quoted(meant)));
        }
        all.insert(name, words.iter().map(|(own, meant)| (choice_key(own), choice_key(meant))).collect());
    }
    all
}

#[cfg(test)]
mod tests {
    use engine_sdk::testing::Recorded;

    use super::*;

    fn settings(text: &str) -> Result<Vec<Wanted>, Fault> {
        let host = Recorded::new().file(PATH, text);
        read(&Run::new(&host).unwrap())
    }

    #[test]
    fn without_a_file_the_convention_holds() {
        let host = Recorded::new().file("/people.csv", "");
        let all = read(&Run::new(&host).unwrap());
        // The test's host has no folder behind it, so what is not given is not found.
        assert_eq!(all.unwrap().len(), REGISTERS.len());
    }

    #[test]
    fn a_register_may_have_another_file_and_other_columns() {
        let all = settings(
            "date_format = \"DD/MM/YYYY\"\n[register.training]\nfile = \"hr/courses.xlsx\"\nsheet = \"2026\"\ncolumns = { email = \
             \"Who\" }\n[register.training-2025]\nholds = \"person.training@1\"\nfile = \"old.csv\"\ndate_format = \"MM/DD/YYYY\"\n\
             [register.people]\nvalues = { status = { \"on board\" = \"active\" } }\n",
        )
        .unwrap();
        let of = |name: &str| all.iter().find(|it| it.name == name).unwrap();
        assert_eq!(of("training").settings.file.as_deref(), Some("/hr/courses.xlsx"));
        assert_eq!(of("training").settings.columns["email"], "Who");
        assert_eq!(of("training").settings.dates, [DateFormat::parse("DD/MM/YYYY").unwrap()]);
        assert_eq!(of("training-2025").settings.dates, [DateFormat::parse("MM/DD/YYYY").unwrap()]);
        assert_eq!(of("training-2025").register.name, "training");
        assert_eq!(of("people").settings.words["status"]["on-board"], "active");
    }

    #[test]
    fn the_example_of_the_guide_is_understood() {
        let guide = include_str!("../../../docs/guides/registers.md");
        let (_, part) = guide.split_once("## registers.toml\n").unwrap();
        let example = part.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let all = settings(example).unwrap();
        assert_eq!(all.len(), REGISTERS.len() + 1);
        assert_eq!(all.iter().find(|it| it.name == "people").unwrap().settings.encoding, Some(Encoding::Windows1252));
    }

    #[test]
    fn every_problem_is_said_at_once() {
        let fault = settings(
            "date_format = \"soon\"\n[register.peple]\n[register.training]\nfile = \"../x\"\ndelimiter = \"::\"\nencoding = \
             \"latin\"\ncolumns = { mail = \"x\" }\n[register.people]\nvalues = { status = { gone = \"lost\" }, name = {} }\n",
        )
        .unwrap_err();
        for part in ["`soon`", "`register.peple`", "`../x`", "`::`", "`latin`", "`mail`", "`lost`", "register.people.values"] {
            assert!(fault.message.contains(part), "{part} is not in {fault}");
        }
    }

    #[test]
    fn a_slip_in_the_form_is_said_with_its_line() {
        let fault = settings("date_format = \"DD/MM/YYYY\"\n[register.people]\nfiel = \"x.csv\"\n").unwrap_err();
        assert!(fault.message.contains("line 3") && fault.message.contains("fiel"), "{fault}");
    }
}

//! Which column of a register gives which field: by the field's name, whatever its case and spaces, by a short list of other names,
//! or by what registers.toml says. Never by position.

use std::collections::BTreeMap;

use engine_sdk::Fault;

use crate::kind::{Holds, Kind};
use crate::quote::quoted;

/// What a number in a column of lengths of time is of, from the column's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
}

impl Unit {
    /// The unit of a word such as `h` or `hours`.
    pub(crate) fn of(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "s" | "sec" | "second" | "seconds" => Some(Self::Seconds),
            "m" | "min" | "minute" | "minutes" => Some(Self::Minutes),
            "h" | "hour" | "hours" => Some(Self::Hours),
            "d" | "day" | "days" => Some(Self::Days),
            _ => None,
        }
    }

    pub(crate) fn seconds(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => 86_400,
        }
    }
}

/// Other names that a column may have, besides those that follow from the field's own. The guide lists them.
pub const SYNONYMS: &[(&str, &[&str])] = &[
    ("change", &["change_id", "id"]),
    ("course", &["training", "course_name"]),
    ("device", &["serial_number", "serial", "device_id"]),
    ("document", &["policy", "document_id"]),
    ("due_at", &["deadline"]),
    ("email", &["email_address", "work_email"]),
    ("employment_type", &["type", "contract_type"]),
    ("ended_at", &["end_date", "last_day"]),
    ("evidence", &["link"]),
    ("incident", &["incident_id", "id"]),
    ("job_title", &["title", "position"]),
    ("left_at", &["last_day"]),
    ("name", &["full_name"]),
    ("platform", &["operating_system", "os"]),
    ("report_type", &["type"]),
    ("request", &["request_id", "id"]),
    ("request_type", &["type"]),
    ("risk", &["risk_id", "id"]),
    ("scan_type", &["type"]),
    ("started_at", &["start_date", "first_day"]),
    ("system", &["system_name", "application"]),
    ("test_type", &["type"]),
    ("vendor", &["vendor_name", "supplier"]),
];

/// The form in which names of columns are compared: lower case, words joined by `_`.
///
/// ```
/// assert_eq!(registers::heading_key(" Owner E-Mail "), "owner_email");
/// assert_eq!(registers::heading_key("Recovery time wanted (hours)"), "recovery_time_wanted_hours");
/// ```
pub fn heading_key(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let words: Vec<&str> = lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    format!("_{}_", words.join("_")).replace("_e_mail_", "_email_").trim_matches('_').to_owned()
}

/// All names that a column of a field may have, in the form of [`heading_key`]: the field's own comes first.
pub fn names_of(field: &str) -> Vec<String> {
    let mut names = vec![field.to_owned()];
    if let Some(stem) = field.strip_suffix("_at") {
        names.extend([stem.to_owned(), format!("{stem}_on"), format!("{stem}_date"), format!("date_{stem}")]);
    }
    if let Some(stem) = field.strip_suffix("_email") {
        names.push(stem.to_owned());
    }
    if let Some(stem) = field.strip_suffix("_count") {
        names.push(format!("{stem}s"));
    }
    let others = SYNONYMS.iter().find(|(name, _)| *name == field).map_or(&[][..], |(_, others)| others);
    names.extend(others.iter().map(|name| (*name).to_owned()));
    names
}

/// Which column gives which field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// By the field's place in its kind: the column's place.
    of_field: Vec<Option<usize>>,
    /// By the field's place: what a number there is of.
    units: Vec<Option<Unit>>,
    /// The names of the columns as the file has them.
    headings: Vec<String>,
    /// Columns that no field has.
    unknown: Vec<usize>,
}

impl Columns {
    /// Matches the columns of a file with the fields of a kind. `given` holds the names that registers.toml gives, by field.
    ///
    /// # Errors
    /// `invalid` when two columns are the same field.
    pub(crate) fn of(kind: &Kind, given: &BTreeMap<String, String>, headings: Vec<String>) -> Result<Self, Fault> {
        let names = names(kind, given);
        let count = kind.fields.len();
        let mut columns = Self { of_field: vec![None; count], units: vec![None; count], headings, unknown: Vec::new() };
        for (at, heading) in columns.headings.iter().enumerate() {
            let key = heading_key(heading);
            if key.is_empty() {
                continue;
            }
            let Some((field, unit)) = found(kind, &names, &key) else {
                columns.unknown.push(at);
                continue;
            };
            let (Some(place), Some(place_of_unit)) = (columns.of_field.get_mut(field), columns.units.get_mut(field)) else {
                continue;
            };
            if let Some(other) = place.replace(at) {
                let name = kind.fields.get(field).map_or("", |field| field.name.as_str());
                let first = columns.headings.get(other).map_or("", String::as_str);
                let both = format!("the columns {} and {} are both `{name}`", quoted(first), quoted(heading));
                return Err(Fault::invalid(format!("{both}: rename or remove one")));
            }
            *place_of_unit = unit;
        }
        Ok(columns)
    }

    /// How many of some headings are known: by this the delimiter of a file is found.
    pub(crate) fn known(kind: &Kind, given: &BTreeMap<String, String>, headings: &[String]) -> usize {
        let names = names(kind, given);
        headings.iter().filter(|heading| found(kind, &names, &heading_key(heading)).is_some()).count()
    }

    /// The column of a field.
    pub(crate) fn of_field(&self, field: usize) -> Option<usize> {
        self.of_field.get(field).copied().flatten()
    }

    /// What a number in the column of a field is of.
    pub(crate) fn unit(&self, field: usize) -> Option<Unit> {
        self.units.get(field).copied().flatten()
    }

    /// The name of a column as the file has it.
    pub(crate) fn heading(&self, column: usize) -> &str {
        self.headings.get(column).map_or("", String::as_str)
    }

    /// Columns that no field has.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = &str> {
        self.unknown.iter().map(|at| self.heading(*at))
    }
}

/// The place of the field of each name; a field's own name goes before another's synonym, and what registers.toml says before both.
fn names(kind: &Kind, given: &BTreeMap<String, String>) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    let fields = || kind.fields.iter().enumerate();
    for (at, field) in fields().filter(|(_, field)| !given.contains_key(&field.name)) {
        for name in names_of(&field.name).into_iter().skip(1) {
            names.insert(name, at);
        }
    }
    for (at, field) in fields().filter(|(_, field)| !given.contains_key(&field.name)) {
        names.insert(field.name.clone(), at);
    }
    for (at, field) in fields() {
        if let Some(heading) = given.get(&field.name) {
            names.insert(heading_key(heading), at);
        }
    }
    names
}

fn found(kind: &Kind, names: &BTreeMap<String, usize>, key: &str) -> Option<(usize, Option<Unit>)> {
    if let Some(at) = names.get(key) {
        let unit = key.rsplit('_').next().and_then(Unit::of);
        return Some((*at, unit));
    }
    let (stem, word) = key.rsplit_once('_')?;
    let unit = Unit::of(word)?;
    let at = *names.get(stem)?;
    (kind.fields.get(at)?.holds == Holds::Duration).then_some((at, Some(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::REGISTERS;

    fn columns(kind: &str, headings: &[&str]) -> Result<Columns, Fault> {
        let headings = headings.iter().map(|it| (*it).to_owned()).collect();
        Columns::of(&Kind::named(kind).unwrap(), &BTreeMap::new(), headings)
    }

    fn place(kind: &str, field: &str) -> usize {
        Kind::named(kind).unwrap().places()[field]
    }

    #[test]
    fn case_spaces_and_other_names_do_not_matter() {
        let kind = "person.employment@1";
        let found = columns(kind, &["E-Mail Address", "NAME", "Start date", "last-day", "Manager", "Shoe size"]).unwrap();
        for (at, field) in ["email", "name", "started_at", "ended_at", "manager_email"].into_iter().enumerate() {
            assert_eq!(found.of_field(place(kind, field)), Some(at), "{field}");
        }
        assert_eq!(found.unknown().collect::<Vec<_>>(), ["Shoe size"]);
        assert_eq!(found.of_field(place(kind, "status")), None);
    }

    #[test]
    fn two_columns_of_one_field_are_a_fault_that_names_them() {
        let fault = columns("person.employment@1", &["email", "E-mail address"]).unwrap_err();
        assert!(fault.message.contains("`email` and `E-mail address`"), "{fault}");
    }

    #[test]
    fn a_column_of_times_may_name_its_unit() {
        let kind = "asset.system@1";
        let found = columns(kind, &["Recovery time wanted (hours)", "recovery_point_wanted"]).unwrap();
        assert_eq!(found.unit(place(kind, "recovery_time_wanted")), Some(Unit::Hours));
        assert_eq!(found.unit(place(kind, "recovery_point_wanted")), None);
    }

    #[test]
    fn what_registers_toml_says_goes_first() {
        let kind = Kind::named("person.training@1").unwrap();
        let given = [("email".to_owned(), "Wer".to_owned())].into();
        let found = Columns::of(&kind, &given, vec!["wer".to_owned(), "email".to_owned()]).unwrap();
        assert_eq!(found.of_field(kind.places()["email"]), Some(0));
        assert_eq!(found.unknown().collect::<Vec<_>>(), ["email"]);
    }

    #[test]
    fn no_name_is_of_two_fields_of_one_kind() {
        for register in REGISTERS {
            let kind = Kind::named(register.kind).unwrap();
            let own: Vec<&str> = kind.fields.iter().map(|field| field.name.as_str()).collect();
            let mut seen = BTreeMap::new();
            for field in &own {
                for name in names_of(field).into_iter().filter(|name| name == field || !own.contains(&name.as_str())) {
                    assert_eq!(seen.insert(name.clone(), field), None, "{}: `{name}` is of `{field}` and another", register.kind);
                }
            }
        }
    }
}
